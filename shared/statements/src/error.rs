//! What can go wrong with a statement.

use cloud::MissingSetting;
use domain::authorising::CannotAuthorise;
use domain::failure::{Failure, FieldError, Kind};
use domain::invoice::InvoiceId;
use domain::money::MoneyError;
use domain::record::CannotRespond;
use domain::schedule::CannotSchedule;
use domain::statement::CannotCompute;
use files::FilesError;
use store::StoreError;
use thiserror::Error;

/// Why a statement cannot be shown, answered or settled.
#[derive(Debug, Error)]
pub enum StatementsError {
    /// The provider has no such statement, or may not know that there is one.
    #[error("no statement here")]
    NotFound,
    /// The response is refused.
    #[error(transparent)]
    Refused(#[from] CannotRespond),
    /// It is not authorised.
    #[error(transparent)]
    Authorise(#[from] CannotAuthorise),
    /// The schedule of its cycle does not allow it.
    #[error(transparent)]
    Schedule(#[from] CannotSchedule),
    /// Its facts contradict each other.
    #[error(transparent)]
    CannotCompute(#[from] CannotCompute),
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// What was written once is missing or is not what this version of the portal writes.
    #[error("the body of a statement, {0}, cannot be read")]
    Body(String),
    /// An invoice that it pays is not there, or is not approved.
    #[error("invoice {0} is in a statement and cannot be paid with it")]
    Invoice(InvoiceId),
    /// Others changed it again and again while it was settled.
    #[error("others are settling the same contract")]
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

impl From<StoreError> for StatementsError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Missing(_)) { Self::NotFound } else { Self::Store(error) }
    }
}

impl StatementsError {
    /// Whether a condition was not met: read again and decide again.
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_stale())
    }
}

impl Failure for StatementsError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Refused(refused) => refused.kind(),
            Self::Authorise(why) => why.kind(),
            Self::Schedule(why) => why.kind(),
            Self::CannotCompute(why) => why.kind(),
            Self::Money(_) | Self::Body(_) | Self::Invoice(_) => Kind::Defect,
            Self::Busy => Kind::Unavailable,
            Self::Setting(missing) => missing.kind(),
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Refused(refused) => refused.code(),
            Self::Authorise(why) => why.code(),
            Self::Schedule(why) => why.code(),
            Self::CannotCompute(why) => why.code(),
            Self::Money(_) => "amount-too-large",
            Self::Body(_) => "statement-unreadable",
            Self::Invoice(_) => "invoice-not-approved",
            Self::Busy => "statement-busy",
            Self::Setting(missing) => missing.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Refused(refused) => refused.fields(),
            Self::Schedule(why) => why.fields(),
            Self::NotFound
            | Self::Authorise(_)
            | Self::CannotCompute(_)
            | Self::Money(_)
            | Self::Body(_)
            | Self::Invoice(_)
            | Self::Busy
            | Self::Setting(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
