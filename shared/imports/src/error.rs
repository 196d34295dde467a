//! Why a file could not be taken in now.

use agreements::AgreementsError;
use domain::failure::{Failure, FieldError, Kind};
use files::FilesError;
use invoicing::InvoicingError;
use messages::MessagesError;
use people::PeopleError;
use statements::StatementsError;
use store::StoreError;
use thiserror::Error;

use crate::page::{CannotApply, NotACouncilFile};

/// Why a file could not be taken in now. What was done stays done; taken in again, it goes on.
///
/// What is wrong with the file itself is no error: it is answered in its log.
#[derive(Debug, Error)]
pub enum ImportsError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The statements that a dry run looks at.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// The invoices that are decided about.
    #[error(transparent)]
    Invoicing(#[from] InvoicingError),
    /// The contract documents that are published.
    #[error(transparent)]
    Agreements(#[from] AgreementsError),
    /// The mail queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// Somebody's access.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// There is no such file.
    #[error("There is no such file.")]
    NotFound,
    /// What is sent from the page cannot be one of the council's files.
    #[error(transparent)]
    NotACouncilFile(#[from] NotACouncilFile),
    /// A file that was sent from the page cannot be applied.
    #[error(transparent)]
    CannotApply(#[from] CannotApply),
    /// Others changed the same records again and again.
    #[error("others were faster every time")]
    Busy,
    /// A row changes more records than can be written together.
    #[error("row {0} changes more records than can be written together")]
    TooMuch(u64),
}

impl Failure for ImportsError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
            Self::Statements(error) => error.kind(),
            Self::Invoicing(error) => error.kind(),
            Self::Agreements(error) => error.kind(),
            Self::Messages(error) => error.kind(),
            Self::People(error) => error.kind(),
            Self::NotFound => Kind::NotFound,
            Self::NotACouncilFile(error) => error.kind(),
            Self::CannotApply(error) => error.kind(),
            Self::Busy => Kind::Unavailable,
            Self::TooMuch(_) => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Statements(error) => error.code(),
            Self::Invoicing(error) => error.code(),
            Self::Agreements(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::People(error) => error.code(),
            Self::NotFound => "not-found",
            Self::NotACouncilFile(error) => error.code(),
            Self::CannotApply(error) => error.code(),
            Self::Busy => "import-busy",
            Self::TooMuch(_) => "row-too-large",
        }
    }
    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotACouncilFile(error) => error.fields(),
            Self::Agreements(error) => error.fields(),
            Self::Invoicing(error) => error.fields(),
            Self::People(error) => error.fields(),
            Self::Store(_)
            | Self::Files(_)
            | Self::Statements(_)
            | Self::Messages(_)
            | Self::NotFound
            | Self::CannotApply(_)
            | Self::Busy
            | Self::TooMuch(_) => Vec::new(),
        }
    }
}
