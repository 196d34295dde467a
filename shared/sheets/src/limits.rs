//! How much of a file is read at most.

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
