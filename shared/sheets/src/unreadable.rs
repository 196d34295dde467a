//! Why a file cannot be read.

use std::io;

use domain::actuals::FileProblem;
use thiserror::Error;

/// Why a file cannot be read, as the end of a sentence.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// It could not be fetched: nothing is wrong with the file.
    #[error("it could not be fetched: {0}")]
    Io(#[source] io::Error),
    /// It has nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is larger than is taken.
    #[error("it is over {megabytes} MB")]
    TooLarge {
        /// What is taken.
        megabytes: u64,
    },
    /// It has more rows than are taken.
    #[error("it has over {rows} rows")]
    TooManyRows {
        /// What is taken, without the headings.
        rows: u32,
    },
    /// It has more empty rows than are passed over.
    #[error("it has over {rows} empty rows: delete them")]
    TooManyBlankRows {
        /// What is passed over.
        rows: u32,
    },
    /// A row has more cells than are taken.
    #[error("row {row} has over {cells} columns")]
    TooManyCells {
        /// As a spreadsheet numbers it.
        row: u32,
        /// What is taken.
        cells: usize,
    },
    /// A row has more text than is taken.
    #[error("row {row} is too long: a quotation mark may be missing")]
    RowTooLong {
        /// As a spreadsheet numbers it.
        row: u32,
    },
    /// A quotation mark has no end.
    #[error("row {row} has a quotation mark that is never closed")]
    OpenQuote {
        /// As a spreadsheet numbers it.
        row: u32,
    },
    /// It is something else.
    #[error("it is {what}")]
    Other {
        /// What, and what to do.
        what: &'static str,
    },
    /// It is a workbook with something that is not taken.
    #[error("it has {what}")]
    Has {
        /// What, and what to do.
        what: &'static str,
    },
    /// It was cut off or changed on its way.
    #[error("it is damaged or not complete ({what}): save it again")]
    Damaged {
        /// Where.
        what: &'static str,
    },
}

impl Unreadable {
    /// F03, for the person who sent the file; none: nothing is wrong with the file, and it may be tried again.
    pub fn problem(&self) -> Option<FileProblem> {
        let in_the_file = !matches!(self, Self::Io(_));
        in_the_file.then(|| FileProblem::Unreadable { why: self.to_string() })
    }
}
