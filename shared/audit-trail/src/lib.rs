//! Sealing what was recorded of who saw and changed what, and finding out whether any of it was changed since.
//!
//! Every day the ends of all chains are written to the document bucket, where nobody can write them again, each
//! such seal with the hash of the one before. Before that, what was added since the last seal is looked at.

mod seal;
mod verify;

#[cfg(test)]
mod tests;

use cloud::Cloud;
use domain::failure::{Failure, Kind};
use files::{FilesError, Objects};
use store::{Store, StoreError};
use thiserror::Error;

pub use crate::verify::{Found, Report};

/// The largest seal that is read, in bytes: a hundred thousand chains.
const SEAL_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The records of who saw and changed what. Clones share them.
#[derive(Debug, Clone)]
pub struct Trail {
    store: Store,
    objects: Objects,
}

/// Why the records could not be looked at or sealed.
#[derive(Debug, Error)]
pub enum TrailError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket of seals.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A seal could not be written as JSON.
    #[error("a seal cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// There is something else in a seal's place.
    #[error("what is in the place of a seal is none")]
    NotASeal,
}

impl Failure for TrailError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
            Self::Unwritable(_) | Self::NotASeal => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Unwritable(_) => "record-unwritable",
            Self::NotASeal => "seal-unreadable",
        }
    }
}

impl Trail {
    /// The portal's. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), objects: Objects::open(cloud) }
    }

    /// With what is handed in.
    pub fn with(store: Store, objects: Objects) -> Self {
        Self { store, objects }
    }
}
