//! Why a file could not be dealt with now.

use domain::failure::{Failure, FieldError, Kind};
use domain::money::MoneyError;
use domain::upload::CannotGoOn;
use files::FilesError;
use messages::MessagesError;
use store::StoreError;
use thiserror::Error;

use crate::page::BeginRefused;

/// Why a file could not be dealt with now. What was done stays done; done again, it goes on.
///
/// What is wrong with the file itself is no error: it is in its batch.
#[derive(Debug, Error)]
pub enum UploadsError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// A file cannot be sent like that.
    #[error(transparent)]
    Begin(#[from] BeginRefused),
    /// The batch is at another point of its way.
    #[error(transparent)]
    CannotGoOn(#[from] CannotGoOn),
    /// A workbook could not be written.
    #[error(transparent)]
    Unwritable(#[from] sheets::write::Unwritable),
    /// An amount is beyond what the portal can hold.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// There is no room for a file of ours.
    #[error("there is no room for {what}: {source}")]
    NoRoom {
        /// Which.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not there any more, or not the same as when it was read before.
    #[error("the uploaded file is not there any more")]
    Gone,
    /// Others changed the same records again and again.
    #[error("others were faster every time")]
    Busy,
}

/// What there may be no room for: the comments of a large file.
pub(crate) const COMMENTS: &str = "the comments of a file";

/// That there is no room for `what`.
pub(crate) fn no_room(what: &'static str) -> impl Fn(std::io::Error) -> UploadsError {
    move |source| UploadsError::NoRoom { what, source }
}

impl Failure for UploadsError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
            Self::Messages(error) => error.kind(),
            Self::Begin(error) => error.kind(),
            Self::CannotGoOn(error) => error.kind(),
            Self::Unwritable(error) => error.kind(),
            Self::Amount(error) => error.kind(),
            Self::Gone => Kind::Defect,
            Self::NoRoom { .. } | Self::Busy => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::Begin(error) => error.code(),
            Self::CannotGoOn(error) => error.code(),
            Self::Unwritable(error) => error.code(),
            Self::Amount(error) => error.code(),
            Self::NoRoom { .. } => "no-room",
            Self::Gone => "upload-gone",
            Self::Busy => "upload-busy",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Begin(error) => error.fields(),
            Self::Store(_)
            | Self::Files(_)
            | Self::Messages(_)
            | Self::CannotGoOn(_)
            | Self::Unwritable(_)
            | Self::Amount(_)
            | Self::NoRoom { .. }
            | Self::Gone
            | Self::Busy => Vec::new(),
        }
    }
}
