//! What every paper consists of, as its template reads it.

use serde::Serialize;

/// One paper.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Paper {
    /// Whose it is: above the heading.
    pub(crate) council_name: String,
    /// Its heading, and its title for who does not see it.
    pub(crate) title: String,
    /// What it is in a sentence.
    pub(crate) lead: Option<String>,
    /// At the foot of every page, beside the page's number.
    pub(crate) foot: String,
    /// Between whom, about what, from when.
    pub(crate) details: Vec<Row>,
    /// In the order they are read.
    pub(crate) sections: Vec<Section>,
    /// At its end.
    pub(crate) notes: Vec<String>,
    /// Whether its pages lie on their side: its tables have many columns.
    pub(crate) landscape: bool,
}

/// A label and what stands beside it, line by line.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    label: String,
    lines: Vec<String>,
}

impl Row {
    /// One label and one text; the text's own lines stay lines.
    pub(crate) fn new(label: &str, text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { label: label.to_owned(), lines: lines.map(str::to_owned).collect() }
    }
}

/// A heading and what is below it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) table: Option<Table>,
    pub(crate) points: Vec<String>,
}

impl Section {
    /// A heading with a table.
    pub(crate) fn table(heading: &str, table: Table) -> Self {
        let heading = heading.to_owned();
        Self { heading, paragraphs: Vec::new(), table: Some(table), points: Vec::new() }
    }

    /// A heading with paragraphs.
    pub(crate) fn text(heading: &str, paragraphs: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), paragraphs, table: None, points: Vec::new() }
    }
}

/// A table. Its first column names the row.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// Cells by row; a cell's first line is what it says, the others explain it.
    pub(crate) rows: Vec<Vec<Vec<String>>>,
    /// Below its last column.
    pub(crate) totals: Vec<Total>,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Column {
    heading: String,
    /// Whether it holds figures, which are compared from the right.
    figures: bool,
    /// Whether it takes the room that is left.
    wide: bool,
}

impl Column {
    /// Text that takes the room that is left.
    pub(crate) fn wide(heading: &str) -> Self {
        Self { heading: heading.to_owned(), figures: false, wide: true }
    }

    /// Text as wide as it is.
    pub(crate) fn narrow(heading: &str) -> Self {
        Self { heading: heading.to_owned(), figures: false, wide: false }
    }

    /// Figures.
    pub(crate) fn figures(heading: &str) -> Self {
        Self { heading: heading.to_owned(), figures: true, wide: false }
    }
}

/// A sum below a table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Total {
    label: String,
    value: String,
}

impl Total {
    /// `label` and an amount, as a person reads it.
    pub(crate) fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned() }
    }
}

/// One fact that a paper states: `Service` and `Lake House - Residential (Band 3)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What it is.
    pub label: String,
    /// What holds.
    pub value: String,
}

/// What differs from the paper before this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub label: String,
    /// What the earlier paper said; none: nothing.
    pub before: Option<String>,
    /// What this one says; none: nothing.
    pub after: Option<String>,
}

/// What differs, as a section; none if nothing does.
pub(crate) fn differences(heading: &str, all: &[Difference]) -> Option<Section> {
    if all.is_empty() {
        return None;
    }
    let text = |text: &Option<String>| vec![text.clone().unwrap_or_else(|| "–".to_owned())];
    let row = |it: &Difference| vec![vec![it.label.clone()], text(&it.before), text(&it.after)];
    let columns = vec![Column::wide("What"), Column::wide("Before"), Column::wide("Now")];
    let rows = all.iter().map(row).collect();
    Some(Section::table(heading, Table { columns, rows, totals: Vec::new() }))
}
