//! What can go wrong between us and the buckets.

use cloud::{Cause, Interrupted, MissingSetting};
use domain::failure::{Failure, Kind};
use thiserror::Error;

/// Why an object could not be read or written.
#[derive(Debug, Error, PartialEq)]
pub enum FilesError {
    /// An object is larger than whoever reads it can hold.
    #[error("the file is larger than {bytes_max} bytes")]
    TooLarge {
        /// How large it may be.
        bytes_max: usize,
    },
    /// An object is not what this version of the portal writes.
    #[error("a {what} cannot be read: {why}")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A value cannot be written.
    #[error("a {what} cannot be written: {why}")]
    Unwritable {
        /// What it is.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The function was deployed without the bucket's name.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// A test cut the power.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// S3 did not answer or was busy; whether a write happened is not known.
    #[error("S3 could not {doing} now")]
    Unavailable {
        /// What we asked: `read an object`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
    /// S3 says that we asked something wrong.
    #[error("S3 refused to {doing}")]
    Refused {
        /// What we asked: `read an object`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
}

impl Failure for FilesError {
    fn kind(&self) -> Kind {
        match self {
            Self::TooLarge { .. } => Kind::Invalid,
            Self::Unavailable { .. } | Self::Interrupted(_) => Kind::Unavailable,
            Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::Setting(_)
            | Self::Refused { .. } => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "file-too-large",
            Self::Unreadable { .. } => "file-unreadable",
            Self::Unwritable { .. } => "file-unwritable",
            Self::Setting(missing) => missing.code(),
            Self::Interrupted(interrupted) => interrupted.code(),
            Self::Unavailable { .. } => "files-unavailable",
            Self::Refused { .. } => "files-refused",
        }
    }
}
