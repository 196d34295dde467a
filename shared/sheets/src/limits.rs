//! How much of a file is read at most.

use domain::actuals::Row;

use crate::unreadable::Unreadable;

/// How large a file may be. What is beyond is refused, never cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The file itself.
    pub file_bytes_max: u64,
    /// Rows with something in them, the headings too.
    pub rows_max: u32,
    /// Rows with nothing in them: some writers leave many at the end.
    pub blank_rows_max: u32,
    /// Cells of a row.
    pub cells_max: usize,
    /// The text of a row. The longest that the template needs has some 1,000.
    pub row_bytes_max: usize,
}

impl Limits {
    /// For a file that was sent by the page: domain.md section 6.
    pub const PAGE: Self = Self {
        file_bytes_max: 20 * 1024 * 1024,
        rows_max: 100_001,
        blank_rows_max: 100_000,
        cells_max: 100,
        row_bytes_max: 256 * 1024,
    };

    /// For a CSV file that was dropped: domain.md section 6.
    pub const DROP: Self =
        Self { file_bytes_max: 200 * 1024 * 1024, rows_max: 1_000_001, ..Self::PAGE };
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rows: u32,
    blank_rows: u32,
}

impl Tally {
    /// Counts a row. Whether something is in it.
    pub(crate) fn count(&mut self, row: &Row, limits: &Limits) -> Result<bool, Unreadable> {
        let cells = limits.cells_max;
        if row.len() > cells {
            return Err(Unreadable::TooManyCells { row: row.number(), cells });
        }
        if row.is_blank() {
            self.blank(1, limits)?;
            return Ok(false);
        }
        self.rows = self.rows.saturating_add(1);
        if self.rows > limits.rows_max {
            return Err(Unreadable::TooManyRows { rows: limits.rows_max.saturating_sub(1) });
        }
        Ok(true)
    }

    /// Counts rows with nothing in them.
    pub(crate) fn blank(&mut self, rows: u32, limits: &Limits) -> Result<(), Unreadable> {
        self.blank_rows = self.blank_rows.saturating_add(rows);
        let rows = limits.blank_rows_max;
        if self.blank_rows > rows { Err(Unreadable::TooManyBlankRows { rows }) } else { Ok(()) }
    }

    /// After the last row.
    pub(crate) fn finish(&self) -> Result<(), Unreadable> {
        if self.rows == 0 { Err(Unreadable::Empty) } else { Ok(()) }
    }
}
