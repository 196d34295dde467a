//! What can go wrong while people are told.

use cloud::MissingSetting;
use domain::failure::{Failure, Kind};
use messages::MessagesError;
use store::StoreError;
use thiserror::Error;

/// Why people were not told.
#[derive(Debug, Error)]
pub enum NoticesError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mail queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// The function was deployed without an address for links.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// Others make the same daily email at the same time all along.
    #[error("others are making the same daily email")]
    Busy,
}

impl Failure for NoticesError {
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
            Self::Busy => "digest-busy",
        }
    }
}
