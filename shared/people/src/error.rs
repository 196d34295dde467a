//! Why something about people could not be done now.

use cloud::MissingSetting;
use domain::failure::{Failure, FieldError, Kind};
use messages::MessagesError;
use store::StoreError;
use thiserror::Error;

/// Why something about people could not be done.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mail queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// The function was deployed without it.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// Others changed the same records again and again.
    #[error("others were faster every time")]
    Busy,
}

impl Failure for PeopleError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Messages(error) => error.kind(),
            Self::Setting(error) => error.kind(),
            Self::Busy => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::Setting(error) => error.code(),
            Self::Busy => "people-busy",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
}
