//! The life of a provider's file of actuals: it arrives, is checked, is shown, and is applied.
//!
//! ```text
//! page:  start ─ browser sends the file ─ arrived: check ─ preview ─ ask_to_apply ─ apply: check again, record
//! drop:  a system drops the file ─ arrived: check, record, answer beside it
//! ```
//!
//! A file is read as it streams in and never held; what is kept of a row that may be applied is a few dozen bytes.
//! What is recorded already is read a period at a time.
//!
//! **Exactly once.** Before anything is recorded, one transaction makes the content and the references of the file the
//! batch's own. What is recorded then is as of the instant at which applying was asked for: done again after an
//! interruption, or twice at once, it finds what it would write already there. What somebody recorded later stays.

mod answer;
mod compare;
mod error;
mod kept;
mod known;
mod name;
mod page;
mod read;
mod record;
mod sift;
mod tell;
#[cfg(test)]
mod tests;
mod walk;
mod work;

use cloud::Cloud;
use files::Objects;
use messages::Queue;
use store::Store;

pub use crate::error::UploadsError;
pub use crate::page::{BeginRefused, Started};
pub use crate::tell::ToldFinding;
pub use crate::work::{Apply, ApplyMessage};

/// Providers' files of actuals.
#[derive(Debug, Clone)]
pub struct Uploads {
    store: Store,
    objects: Objects,
    queue: Queue,
}

impl Uploads {
    /// With the portal's table, buckets and queue of uploads. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self::with(Store::open(cloud), Objects::open(cloud), Queue::uploads(cloud))
    }

    /// With these.
    pub fn with(store: Store, objects: Objects, queue: Queue) -> Self {
        Self { store, objects, queue }
    }
}
