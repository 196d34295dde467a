//! Providers' files in, row by row: CSV as Excel and Google Sheets write it in Britain.
//!
//! [`Row`]s are given to a function, the headings first, and a whole file is never held. Every limit is
//! known before a file is read, so that one that was made to do harm is refused at little cost. A file may
//! turn out to be unreadable after rows of it were given out: then they are to be forgotten.
//!
//! Architecture invariant: nothing here knows what a row is about, nor where a file comes from.

mod csv;
mod encoding;
mod kind;
mod limits;
mod unreadable;

pub use crate::csv::{CsvReader, read_csv};
pub use crate::limits::Limits;
pub use crate::unreadable::Unreadable;

use std::ops::ControlFlow;

use domain::actuals::Row;

/// Takes a row and says whether to go on.
pub trait Take: FnMut(&Row) -> ControlFlow<()> {}

impl<F: FnMut(&Row) -> ControlFlow<()>> Take for F {}
