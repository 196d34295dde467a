//! Why something about people could not be done now.

use cloud::MissingSetting;
use domain::change_request::CannotRequest;
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
    /// A request cannot be made or answered.
    #[error(transparent)]
    Request(#[from] CannotRequest),
    /// There is no such contact or request.
    #[error("there is no such contact or request")]
    Missing,
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
            Self::Request(error) => error.kind(),
            Self::Missing => Kind::NotFound,
            Self::Busy => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::Setting(error) => error.code(),
            Self::Request(error) => error.code(),
            Self::Missing => "not-found",
            Self::Busy => "people-busy",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Request(error) => error.fields(),
            Self::Store(_) | Self::Messages(_) | Self::Setting(_) | Self::Missing | Self::Busy => {
                Vec::new()
            }
        }
    }
}
