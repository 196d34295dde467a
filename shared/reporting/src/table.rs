//! A report as a file. No cell of it is taken for a formula, and its amounts stay numbers.

use chrono::{DateTime, Utc};
use domain::report::{Cell, Report};

use crate::ReportsError;

/// A report's rows as CSV, under its columns' labels.
///
/// # Errors
///
/// [`ReportsError::Files`] never, with rows as long as their headings.
pub fn csv(report: &Report) -> Result<Vec<u8>, ReportsError> {
    let headings: Vec<_> = report.columns.iter().map(|column| column.label).collect();
    let rows = report.rows.iter().map(|row| row.iter().map(Cell::plain).collect());
    Ok(files::csv::write(&headings, rows)?)
}

/// A report as a workbook: its rows, and on a second sheet what was asked for, its totals and its notes.
///
/// # Errors
///
/// [`ReportsError::Unwritable`].
pub fn xlsx(
    report: &Report,
    council_name: &str,
    made_at: DateTime<Utc>,
) -> Result<Vec<u8>, ReportsError> {
    let mut workbook = std::io::Cursor::new(Vec::new());
    sheets::write::report(report, council_name, made_at, &mut workbook)?;
    Ok(workbook.into_inner())
}
