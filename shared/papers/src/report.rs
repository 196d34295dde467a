//! A report, printed.

use chrono::{DateTime, Utc};
use domain::report::{Cell, CellKind, Report};

use crate::paper::{Column, Paper, Row, Section, Table};
use crate::typeset::typeset;
use crate::{PapersError, words};

/// More columns than this do not fit beside each other on a page that stands.
const COLUMNS_UPRIGHT_MAX: usize = 5;

/// A report as it is printed.
#[derive(Debug, Clone)]
pub struct PrintedReport<'a> {
    /// Whose portal it is from.
    pub council_name: String,
    /// What it says.
    pub report: &'a Report,
    /// When it was asked for.
    pub made_at: DateTime<Utc>,
}

/// The PDF of a report.
///
/// # Errors
///
/// A defect: see [`PapersError`].
pub fn report(printed: &PrintedReport<'_>) -> Result<Vec<u8>, PapersError> {
    let report = printed.report;
    let ident = format!("report {} {} {}", report.name, report.lead, printed.made_at);
    typeset(&paper(printed), &ident, printed.made_at)
}

fn paper(printed: &PrintedReport<'_>) -> Paper {
    let report = printed.report;
    let mut details = vec![Row::new("About", &report.lead)];
    details.extend(report.chosen().iter().map(|(label, value)| Row::new(label, value)));
    details.push(Row::new("Made on", &words::day_of(printed.made_at)));
    let section = if report.rows.is_empty() {
        Section::text(&report.title, vec!["There is nothing to show.".to_owned()])
    } else {
        Section::table(&report.title, table(report))
    };
    Paper {
        council_name: printed.council_name.clone(),
        title: report.title.clone(),
        lead: None,
        foot: format!("{}, {}", report.title, words::day_of(printed.made_at)),
        details,
        sections: vec![section],
        notes: report.notes.clone(),
        landscape: report.columns.len() > COLUMNS_UPRIGHT_MAX,
    }
}

fn table(report: &Report) -> Table {
    let column = |it: &domain::report::Column| match it.kind {
        CellKind::Text => Column::wide(it.label),
        CellKind::Date => Column::narrow(it.label),
        CellKind::Money | CellKind::Number => Column::figures(it.label),
    };
    let row = |cells: &Vec<Cell>| cells.iter().map(|cell| vec![words_of(cell)]).collect();
    let sums = |cells: &Vec<Cell>| {
        let said =
            |cell: &Cell| if *cell == Cell::Empty { Vec::new() } else { vec![words_of(cell)] };
        cells.iter().map(said).collect()
    };
    Table {
        columns: report.columns.iter().map(column).collect(),
        rows: report.rows.iter().map(row).chain(report.totals.iter().map(sums)).collect(),
        totals: Vec::new(),
    }
}

fn words_of(cell: &Cell) -> String {
    match cell {
        Cell::Date(day) => words::short_day(*day),
        Cell::Empty | Cell::Text(_) | Cell::Money(_) | Cell::Number(_) => cell.for_people(),
    }
}
