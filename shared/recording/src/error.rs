//! What can go wrong with recording.

use chrono::{DateTime, Utc};
use domain::clock::london_text;
use domain::failure::{Failure, FieldError, Kind};
use domain::money::MoneyError;
use domain::statement::CannotCompute;
use domain::weeks::{CannotEnter, CannotSubmit, EntryRefused};
use files::FilesError;
use store::StoreError;
use thiserror::Error;

/// Why actuals cannot be shown or recorded.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// The provider has no such period, care package or week, or may not know that there is one.
    #[error("no actuals here")]
    NotFound,
    /// Nothing can be entered in the period.
    #[error(transparent)]
    CannotEnter(#[from] CannotEnter),
    /// The period cannot be submitted.
    #[error(transparent)]
    CannotSubmit(#[from] CannotSubmit),
    /// What was entered breaks a rule.
    #[error(transparent)]
    Refused(#[from] EntryRefused),
    /// Somebody saved a week of the care package since it was read.
    #[error(
        "{by} changed the weeks of this care package at {}, after you opened them. Look at them, then enter yours again.",
        london_text(*at)
    )]
    WeekChanged {
        /// Who, by name.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its facts contradict each other.
    #[error(transparent)]
    CannotCompute(#[from] CannotCompute),
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Others saved again and again meanwhile.
    #[error("Others are saving the same period. Try again in a moment.")]
    Busy,
    /// The lines of a document that was submitted are missing.
    #[error("the lines of invoice {0} cannot be read")]
    Document(String),
    /// The table.
    #[error(transparent)]
    Store(StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl From<StoreError> for RecordingError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Missing(_)) { Self::NotFound } else { Self::Store(error) }
    }
}

impl Failure for RecordingError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::CannotEnter(why) => why.kind(),
            Self::CannotSubmit(why) => why.kind(),
            Self::Refused(why) => why.kind(),
            Self::WeekChanged { .. } => Kind::Conflict,
            Self::CannotCompute(why) => why.kind(),
            Self::Money(_) | Self::Document(_) => Kind::Defect,
            Self::Busy => Kind::Unavailable,
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::CannotEnter(why) => why.code(),
            Self::CannotSubmit(why) => why.code(),
            Self::Refused(why) => why.code(),
            Self::WeekChanged { .. } => "week-changed",
            Self::CannotCompute(why) => why.code(),
            Self::Money(_) => "amount-too-large",
            Self::Busy => "period-busy",
            Self::Document(_) => "invoice-unreadable",
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::CannotSubmit(why) => why.fields(),
            Self::Refused(why) => why.fields(),
            Self::NotFound
            | Self::CannotEnter(_)
            | Self::WeekChanged { .. }
            | Self::CannotCompute(_)
            | Self::Money(_)
            | Self::Busy
            | Self::Document(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
