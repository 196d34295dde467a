//! Why something is not decided.

use domain::failure::{Failure, FieldError, Kind};
use domain::invoice::CannotChange;
use domain::money::MoneyError;
use files::FilesError;
use recording::RecordingError;
use statements::StatementsError;
use store::StoreError;
use thiserror::Error;

/// Why something cannot be decided.
#[derive(Debug, Error)]
pub enum DecisionsError {
    /// There is no such contract, line, directive or document.
    #[error("nothing of that name")]
    NotFound,
    /// Something in the form is to be corrected.
    #[error("There is a problem with what you entered.")]
    NotFilledIn(Vec<FieldError>),
    /// The week is not over tolerance, or was decided.
    #[error("Nothing is held of this week any more. Read the list again.")]
    NothingHeld,
    /// The document cannot become what was asked for.
    #[error(transparent)]
    Invoice(#[from] CannotChange),
    /// Others did the same again and again meanwhile.
    #[error("others are deciding about the same")]
    Busy,
    /// The sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// What it would change cannot be worked out.
    #[error(transparent)]
    Statements(StatementsError),
    /// What was delivered cannot be read.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl From<StatementsError> for DecisionsError {
    fn from(error: StatementsError) -> Self {
        if matches!(error, StatementsError::NotFound) {
            Self::NotFound
        } else {
            Self::Statements(error)
        }
    }
}

impl DecisionsError {
    /// One field of the form is to be corrected.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::NotFilledIn(vec![FieldError::new(field, message)])
    }

    /// Whether a condition was not met: read again and decide again.
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_stale())
    }
}

impl Failure for DecisionsError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::NotFilledIn(_) => Kind::Invalid,
            Self::NothingHeld => Kind::Conflict,
            Self::Invoice(why) => why.kind(),
            Self::Busy => Kind::Unavailable,
            Self::Money(_) => Kind::Defect,
            Self::Statements(error) => error.kind(),
            Self::Recording(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotFilledIn(_) => "invalid",
            Self::NothingHeld => "nothing-held",
            Self::Invoice(why) => why.code(),
            Self::Busy => "statement-busy",
            Self::Money(_) => "amount-too-large",
            Self::Statements(error) => error.code(),
            Self::Recording(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotFilledIn(fields) => fields.clone(),
            Self::Invoice(why) => why.fields(),
            Self::Statements(error) => error.fields(),
            Self::Recording(error) => error.fields(),
            Self::NotFound
            | Self::NothingHeld
            | Self::Busy
            | Self::Money(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
