//! Workbooks as people's programs write them, and as somebody writes them who means harm.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod archive;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod writers;

#[cfg(test)]
use std::io::{Cursor, Read, Seek};
#[cfg(test)]
use std::ops::ControlFlow;

#[cfg(test)]
use domain::actuals::{CellKind, Row};
#[cfg(test)]
use sheets::{Limits, read};

/// The rows of a file: `Actuals!A1 SSRef|CPLI_ID`, numbers as `#9.75`.
#[cfg(test)]
fn told(file: impl Read + Seek) -> Result<Vec<String>, String> {
    let mut rows = Vec::new();
    let take = |row: &Row| {
        let cells = row.cells().map(|cell| match cell.kind {
            CellKind::Text => cell.text.to_owned(),
            CellKind::Number => format!("#{}", cell.text),
        });
        rows.push(format!("{} {}", row.place(0), cells.collect::<Vec<_>>().join("|")));
        ControlFlow::Continue(())
    };
    read(file, &Limits::PAGE, take).map_err(|why| why.to_string())?;
    Ok(rows)
}

#[cfg(test)]
fn of_bytes(bytes: &[u8]) -> Result<Vec<String>, String> {
    told(Cursor::new(bytes))
}
