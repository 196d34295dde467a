//! A row of a file, whatever wrote it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::formula::unguarded;

/// A row of a CSV file or of a sheet. A reader fills the same one again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    number: u32,
    sheet: Option<Arc<str>>,
    epoch: Epoch,
    text: String,
    cells: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u32,
    to: u32,
    kind: CellKind,
}

/// Whether a cell was written as text or as a number. A CSV file has only text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CellKind {
    Text,
    Number,
}

/// The day that a workbook counts its dates from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Epoch {
    /// Day 1 is 1 January 1900: nearly every workbook.
    #[default]
    Year1900,
    /// Day 0 is 1 January 1904: workbooks that began on an old Macintosh.
    Year1904,
}

/// What one cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'r> {
    /// Without the spaces around it. A number is in plain digits with a point.
    pub text: &'r str,
    /// What it was written as.
    pub kind: CellKind,
}

/// Where a cell is, as a person finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The sheet's name; none: the file has no sheets.
    pub sheet: Option<String>,
    /// The first row is 1.
    pub row: u32,
    /// In letters, the first is `A`.
    pub column: String,
}

impl fmt::Display for Place {
    /// `Actuals!K12`, or `K12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            write!(f, "{sheet}!")?;
        }
        write!(f, "{}{}", self.column, self.row)
    }
}

/// How a spreadsheet names the column that `index` columns are left of: `A`, `Z`, `AA`.
pub fn column_letters(index: usize) -> String {
    const ALPHABET: [char; 26] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut letters = String::new();
    let mut left = index.checked_add(1);
    while let Some(index) = left.and_then(|left| left.checked_sub(1)) {
        letters.extend(ALPHABET.get(index.rem_euclid(26)));
        left = Some(index.div_euclid(26));
    }
    letters.chars().rev().collect()
}

/// Rows are much smaller than 4 GB: what would be beyond is nowhere.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Row {
    /// An empty row of `sheet`, whose dates count from `epoch`.
    pub fn new(sheet: Option<Arc<str>>, epoch: Epoch) -> Self {
        Self { number: 0, sheet, epoch, text: String::new(), cells: Vec::new() }
    }

    /// A row of a CSV file with these cells.
    pub fn of<'c>(number: u32, cells: impl IntoIterator<Item = &'c str>) -> Self {
        let mut row = Self::new(None, Epoch::default());
        row.begin(number);
        for cell in cells {
            row.push(CellKind::Text, cell);
        }
        row
    }

    /// Forgets the cells, for row `number` as a spreadsheet shows it: the first is 1.
    pub fn begin(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
    }

    /// Adds a cell on the right.
    pub fn push(&mut self, kind: CellKind, text: &str) {
        self.extend(text);
        self.end_cell(kind);
    }

    /// Adds to the text of the cell that is ended next.
    pub fn extend(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Makes a cell on the right of all text since the last one.
    pub fn end_cell(&mut self, kind: CellKind) {
        let from = self.cells.last().map_or(0, |last| last.to);
        self.cells.push(Span { from, to: place(self.text.len()), kind });
    }

    /// Takes `line`, of less than 4 GB, for the whole row, with a text cell between every two of the `ends` and one after the last.
    /// Each end is where a separator of one byte stands.
    pub fn split(&mut self, line: &str, ends: impl IntoIterator<Item = usize>) {
        self.text.push_str(line);
        let mut from = 0;
        for to in ends.into_iter().map(place) {
            self.cells.push(Span { from, to, kind: CellKind::Text });
            from = to.saturating_add(1);
        }
        self.cells.push(Span { from, to: place(line.len()), kind: CellKind::Text });
    }

    /// As a spreadsheet shows it: the first is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The day that its numbers count from where they mean a date.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether it has no cells at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether nothing is written in it.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.text.is_empty())
    }

    /// The cell that `index` cells are left of. Beyond the last one all are empty.
    #[inline]
    pub fn cell(&self, index: usize) -> Cell<'_> {
        const NOTHING: Span = Span { from: 0, to: 0, kind: CellKind::Text };
        let span = self.cells.get(index).unwrap_or(&NOTHING);
        let [from, to] = [span.from, span.to].map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        let text = self.text.get(from..to).unwrap_or_default();
        // Nearly all cells begin and end with something that is seen, and not with an apostrophe.
        let ends = (text.as_bytes().first(), text.as_bytes().last());
        let plain = match ends {
            (Some(first), Some(b'!'..=b'~')) => matches!(first, b'!'..=b'&' | b'('..=b'~'),
            (None, None) => true,
            _ => false,
        };
        let text = if plain { text } else { self.meant(text) };
        Cell { text, kind: span.kind }
    }

    /// What a cell says without what only keeps it.
    #[cold]
    fn meant<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim();
        // A workbook tells text from formulas, a CSV file only by the apostrophe that we wrote there.
        let guarded = text.starts_with('\'') && self.sheet.is_none();
        if guarded { unguarded(text).trim() } else { text }
    }

    /// Its cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// Where the cell is that `index` cells are left of.
    pub fn place(&self, index: usize) -> Place {
        Place {
            sheet: self.sheet.as_deref().map(str::to_owned),
            row: self.number,
            column: column_letters(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (index, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (53, "BB"), (701, "ZZ"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(index), letters);
        }
    }

    #[test]
    fn a_place_is_named_as_a_person_finds_it() {
        let mut row = Row::new(Some("Actuals".into()), Epoch::default());
        row.begin(12);
        assert_eq!(row.place(10).to_string(), "Actuals!K12");
        assert_eq!(Row::of(3, ["a"]).place(0).to_string(), "A3");
    }

    #[test]
    fn the_apostrophe_that_keeps_a_csv_cell_from_being_a_formula_is_no_part_of_it() {
        let row = Row::of(2, ["'=1+1", "'s-Gravenhage", "''=1", " '-2", "O'Neil"]);
        let said: Vec<_> = row.cells().map(|it| it.text).collect();
        assert_eq!(said, ["=1+1", "'s-Gravenhage", "'=1", "-2", "O'Neil"]);
        let mut row = Row::new(Some("Actuals".into()), Epoch::default());
        row.push(CellKind::Text, "'=1+1");
        assert_eq!(row.cell(0).text, "'=1+1");
    }

    #[test]
    fn a_row_is_the_same_from_its_line_and_from_its_cells() {
        let mut row = Row::new(None, Epoch::default());
        row.begin(2);
        row.split("1; two;;", [1, 6, 7]);
        assert_eq!(row.cells().map(|it| it.text).collect::<Vec<_>>(), ["1", "two", "", ""]);
        assert_eq!((row.len(), row.cell(9).text), (4, ""));
        row.begin(3);
        assert!(row.is_empty() && row.is_blank());
        let (blank, written) = (Row::of(4, ["", " "]), Row::of(5, ["", "a"]));
        assert!(!blank.is_empty() && blank.is_blank() && !written.is_blank());
        assert_eq!(Row::new(None, Epoch::Year1904).epoch(), Epoch::Year1904);
    }
}
