//! The portal's records. (The table itself comes next: take that whole, and keep `mod sessions`.)

mod sessions;

use domain::failure::{Failure, Kind};
use thiserror::Error;

/// The portal's records, ready to use.
#[derive(Debug, Clone)]
pub struct Store {}

/// Why the table could not do what it was asked.
#[derive(Debug, Error, PartialEq)]
pub enum StoreError {
    /// Someone saved the record after we read it.
    #[error("someone else changed this while you were working on it")]
    Stale,
}

impl StoreError {
    /// Whether a condition was not met: read again and decide again.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale)
    }
}

impl Failure for StoreError {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        "changed-by-someone-else"
    }
}
