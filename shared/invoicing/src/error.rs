//! What can go wrong with an invoice or credit note.

use cloud::MissingSetting;
use domain::failure::{Failure, FieldError, Kind};
use domain::invoice::{CannotChange, CannotSubmitInvoice};
use domain::money::MoneyError;
use domain::statement::CannotCompute;
use files::FilesError;
use store::StoreError;
use thiserror::Error;

use crate::attach::NotAccepted;

/// Why an invoice or credit note cannot be shown or changed.
#[derive(Debug, Error)]
pub enum InvoicingError {
    /// The provider has no such document, contract or period.
    #[error("no invoice here")]
    NotFound,
    /// It is not submitted.
    #[error(transparent)]
    NotSubmitted(#[from] CannotSubmitInvoice),
    /// It cannot become that from what it is.
    #[error(transparent)]
    Unchanged(#[from] CannotChange),
    /// What was to be attached is not a VAT invoice that we can keep.
    #[error(transparent)]
    NotAttached(#[from] NotAccepted),
    /// Its facts contradict each other.
    #[error(transparent)]
    CannotCompute(#[from] CannotCompute),
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// What was written once is missing or is not what this version of the portal writes.
    #[error("the lines of an invoice, {0}, cannot be read")]
    Body(String),
    /// A provider has used up all numbers.
    #[error("there are no more invoice numbers")]
    NoMoreNumbers,
    /// Others changed it again and again meanwhile.
    #[error("others are working on the same invoices")]
    Busy,
    /// The function was deployed without an address for links.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// The table.
    #[error(transparent)]
    Store(StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl From<StoreError> for InvoicingError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Missing(_)) { Self::NotFound } else { Self::Store(error) }
    }
}

impl InvoicingError {
    /// Whether a condition was not met: read again and decide again.
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_stale())
    }
}

impl Failure for InvoicingError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::NotSubmitted(why) => why.kind(),
            Self::Unchanged(why) => why.kind(),
            Self::NotAttached(why) => why.kind(),
            Self::CannotCompute(why) => why.kind(),
            Self::Money(_) | Self::Body(_) | Self::NoMoreNumbers => Kind::Defect,
            Self::Busy => Kind::Unavailable,
            Self::Setting(missing) => missing.kind(),
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotSubmitted(why) => why.code(),
            Self::Unchanged(why) => why.code(),
            Self::NotAttached(why) => why.code(),
            Self::CannotCompute(why) => why.code(),
            Self::Money(_) => "amount-too-large",
            Self::Body(_) => "invoice-unreadable",
            Self::NoMoreNumbers => "no-more-numbers",
            Self::Busy => "invoice-busy",
            Self::Setting(missing) => missing.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotSubmitted(why) => why.fields(),
            Self::Unchanged(why) => why.fields(),
            Self::NotAttached(why) => why.fields(),
            Self::NotFound
            | Self::CannotCompute(_)
            | Self::Money(_)
            | Self::Body(_)
            | Self::NoMoreNumbers
            | Self::Busy
            | Self::Setting(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
