//! What can go wrong between us and the table.

use std::fmt;

use cloud::{Cause, Interrupted, MissingSetting};
use domain::failure::{Failure, Kind};
use thiserror::Error;

/// Why the table could not do what it was asked.
#[derive(Debug, Error, PartialEq)]
pub enum StoreError {
    /// There is no such record, or this caller may not know that there is.
    #[error("no {0} here")]
    Missing(&'static str),
    /// A record was not as it had to be before the write; nothing was written.
    #[error("someone else changed this while you were working on it")]
    Stale {
        /// Which of the actions written together was refused, counted from 0.
        action: usize,
    },
    /// A record is not in the shape this version of the portal writes.
    #[error("a {record} cannot be read: {why}")]
    Unreadable {
        /// What it should have been.
        record: &'static str,
        /// What is wrong with it.
        why: serde_dynamo::Error,
    },
    /// A value cannot be a record.
    #[error("a {record} cannot be written: {why}")]
    Unwritable {
        /// What it is.
        record: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// More records than DynamoDB writes together.
    #[error("{0} records cannot be written together, 100 at most")]
    TooManyActions(usize),
    /// DynamoDB refuses two actions on one record in one write.
    #[error("one record is named twice in one write, again at action {action}")]
    SameRecordTwice {
        /// The second of them, counted from 0.
        action: usize,
    },
    /// A record, or all of them together, is larger than DynamoDB takes.
    #[error("{bytes} bytes are too many to write, {bytes_max} at most")]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        bytes_max: usize,
    },
    /// More records than whoever asked can hold.
    #[error("more than {0} records where fewer were expected")]
    TooManyRecords(usize),
    /// A cursor is not from this list.
    #[error("the place to continue from is not in this list")]
    NotACursor,
    /// Only a table in memory can be dumped: the portal never scans its table.
    #[error("only a table in memory can be dumped")]
    NotInMemory,
    /// The function was deployed without the table's name.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// A test cut the power.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// DynamoDB did not answer or was busy; whether a write happened is not known.
    #[error("DynamoDB could not {doing} now")]
    Unavailable {
        /// What we asked: `read a record`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
    /// DynamoDB says that we asked something wrong.
    #[error("DynamoDB refused to {doing}")]
    Refused {
        /// What we asked: `read a record`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
}

impl StoreError {
    /// Whether a condition was not met: read again and decide again.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale { .. })
    }

    pub(crate) fn unreadable<T>(why: serde_dynamo::Error) -> Self {
        Self::Unreadable { record: name_of::<T>(), why }
    }

    pub(crate) fn unwritable<T: ?Sized>(why: impl fmt::Display) -> Self {
        Self::Unwritable { record: name_of::<T>(), why: why.to_string() }
    }
}

/// `Cpli` of `domain::facts::Cpli`.
fn name_of<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

impl Failure for StoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Missing(_) => Kind::NotFound,
            Self::Stale { .. } => Kind::Conflict,
            Self::NotACursor => Kind::Invalid,
            Self::Unavailable { .. } | Self::Interrupted(_) => Kind::Unavailable,
            Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::TooManyActions(_)
            | Self::SameRecordTwice { .. }
            | Self::TooLarge { .. }
            | Self::TooManyRecords(_)
            | Self::NotInMemory
            | Self::Setting(_)
            | Self::Refused { .. } => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "not-found",
            Self::Stale { .. } => "changed-by-someone-else",
            Self::Unreadable { .. } => "record-unreadable",
            Self::Unwritable { .. } => "record-unwritable",
            Self::TooManyActions(_) | Self::SameRecordTwice { .. } => "write-malformed",
            Self::TooLarge { .. } => "record-too-large",
            Self::TooManyRecords(_) => "too-many-records",
            Self::NotACursor => "cursor-unknown",
            Self::NotInMemory => "not-in-memory",
            Self::Setting(missing) => missing.code(),
            Self::Interrupted(interrupted) => interrupted.code(),
            Self::Unavailable { .. } => "store-unavailable",
            Self::Refused { .. } => "store-refused",
        }
    }
}
