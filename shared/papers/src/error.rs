//! Why a paper could not be made.

use domain::failure::{Failure, Kind};
use thiserror::Error;

/// Why a paper could not be made. All of them are defects of the portal: any text can be printed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PapersError {
    /// What is to be printed could not be written down as values.
    #[error("what a paper says could not be written down: {0}")]
    Unwritable(String),
    /// The template does not fit what is to be printed, or the paper would not be readable by everybody.
    #[error("a paper could not be typeset: {0}")]
    Unprintable(String),
}

impl Failure for PapersError {
    fn kind(&self) -> Kind {
        Kind::Defect
    }

    fn code(&self) -> &'static str {
        "paper-not-made"
    }
}
