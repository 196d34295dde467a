//! What can go wrong with a report.

use cloud::MissingSetting;
use domain::failure::{Failure, FieldError, Kind};
use domain::money::MoneyError;
use files::FilesError;
use messages::MessagesError;
use recording::RecordingError;
use sheets::write::Unwritable;
use statements::StatementsError;
use store::StoreError;
use thiserror::Error;

/// Why a report cannot be made.
#[derive(Debug, Error)]
pub enum ReportsError {
    /// The council offers no such report, or not to this person.
    #[error("no report here")]
    NotFound,
    /// A filter cannot be read.
    #[error("{message}")]
    Asked {
        /// Which.
        field: &'static str,
        /// What to type instead.
        message: String,
    },
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A statement in it.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// What was delivered.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// It cannot be written as a workbook.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// A queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// The function was deployed without an address for links.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be written as a file.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl Failure for ReportsError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Asked { .. } => Kind::Invalid,
            Self::Money(_) => Kind::Defect,
            Self::Statements(error) => error.kind(),
            Self::Recording(error) => error.kind(),
            Self::Unwritable(error) => error.kind(),
            Self::Messages(error) => error.kind(),
            Self::Setting(missing) => missing.kind(),
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Asked { .. } => "invalid",
            Self::Money(_) => "amount-too-large",
            Self::Statements(error) => error.code(),
            Self::Recording(error) => error.code(),
            Self::Unwritable(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::Setting(missing) => missing.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Asked { field, message } => vec![FieldError::new(field, message.clone())],
            Self::NotFound
            | Self::Money(_)
            | Self::Statements(_)
            | Self::Recording(_)
            | Self::Unwritable(_)
            | Self::Messages(_)
            | Self::Setting(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
