//! Providers' files in, row by row, and the template and the error workbook out: CSV as Excel and Google Sheets write it
//! in Britain, and XLSX workbooks.
//!
//! On the way in both give the same [`Row`]s to a function, the headings first, and never hold a whole file. Every limit is
//! known before a file is read, so that one that was made to do harm is refused at little cost. A file may
//! turn out to be unreadable after rows of it were given out: then they are to be forgotten.
//!
//! On the way out rows are written as they come, beside the workbook in the folder for temporary files, so that 100,000
//! of them need no more room than one.
//!
//! Architecture invariant: what reads does not know what a row is about, and nothing here where a file comes from or
//! goes to.

mod bytes;
mod container;
mod csv;
mod encoding;
mod kind;
mod limits;
mod number;
mod quick;
mod sheet;
mod strings;
mod unreadable;
mod workbook;
pub mod write;
mod xml;

pub use crate::csv::{CsvReader, read_csv};
pub use crate::limits::Limits;
pub use crate::unreadable::Unreadable;
pub use crate::workbook::read_xlsx;

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use domain::actuals::Row;

/// Takes a row and says whether to go on.
pub trait Take: FnMut(&Row) -> ControlFlow<()> {}

impl<F: FnMut(&Row) -> ControlFlow<()>> Take for F {}

/// Reads a file of either kind, told apart by what it begins with and not by its name.
///
/// # Errors
///
/// [`Unreadable`], which is F03.
pub fn read(
    mut file: impl Read + Seek,
    limits: &Limits,
    take: impl Take,
) -> Result<(), Unreadable> {
    let mut start = Vec::with_capacity(4);
    file.by_ref().take(4).read_to_end(&mut start).map_err(Unreadable::Io)?;
    file.seek(SeekFrom::Start(0)).map_err(Unreadable::Io)?;
    if start.starts_with(b"PK") {
        read_xlsx(file, limits, take)
    } else {
        read_csv(file, limits, take)
    }
}
