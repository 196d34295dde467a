//! Contract documents: published by the council, agreed or rejected by providers, agreed by the council's job when
//! nobody answers in time.
//!
//! `publish` makes a version, from a file that is looked at first (`pdf`) or from what is known (`paper`); `answer`
//! takes an answer; `keep` writes its second record and says whether both and the file still agree; `deadline` is
//! what the job does; `list` is what people read, and `tell` what they are written.
//!
//! What is agreed is a file. It is put into the bucket under a name that its content is part of, before anything
//! names it, and never written again. An answer is put into the table in the transaction that turns the document's
//! head, so that of two one counts, and after it as an object: whoever reads both finds a change of either.
//!
//! Architecture invariant: nothing here updates or deletes a version, an answer or a file, and there is no function
//! by which anybody could.

mod about;
mod answer;
mod deadline;
mod error;
mod keep;
mod list;
mod paper;
mod pdf;
mod publish;
mod tell;

#[cfg(test)]
mod tests;

use cloud::Cloud;
use files::Objects;
use messages::Queue;
use notices::Notices;
use store::Store;

pub use crate::about::{Choices, CpliChoice};
pub use crate::answer::Deed;
pub use crate::error::{AgreementsError, NotPublished};
pub use crate::keep::Kept;
pub use crate::list::{Listed, Row, Shown, VersionShown};
pub use crate::pdf::{DOCUMENT_BYTES_MAX, NotADocument, sound};
pub use crate::publish::{Given, Publishing};

/// How often something is tried again because somebody else was faster.
pub(crate) const RACES_MAX: u32 = 20;

/// The contract documents of all providers. Clones share connections.
#[derive(Debug, Clone)]
pub struct Agreements {
    store: Store,
    objects: Objects,
    notices: Notices,
}

impl Agreements {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, objects) = (Store::open(cloud), Objects::open(cloud));
        Self { store, objects, notices: Notices::open(cloud) }
    }

    /// With this table, these buckets and this mail queue, for tests. `site_url`: `https://portal.council.example`.
    pub fn with(store: Store, objects: Objects, mail_queue: Queue, site_url: &str) -> Self {
        let notices = Notices::with(store.clone(), mail_queue, site_url);
        Self { store, objects, notices }
    }
}
