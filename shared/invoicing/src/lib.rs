//! Invoices and credit notes for care that is paid as it was delivered: from confirmed weeks to a document that the
//! council approves.
//!
//! `load` brings together what a document is made from; `show` and `list` are what a provider reads; `submit` and
//! `attach` what it does; `decide` what the council does, and who is told.
//!
//! A draft has no lines of its own: they are computed when it is looked at. Submission writes them as a body that
//! is never written again, under a name that no other attempt has, reads it back, and then turns the head, which
//! names that body, together with the provider's counter of numbers in one transaction. So whatever is cut off,
//! there is one document with one number, and what an attempt left behind that was cut off is named by nobody.
//!
//! Architecture invariant: no rule about money is here. Those are in `domain`; this crate loads, asks and saves.

mod attach;
mod decide;
mod error;
mod list;
mod load;
mod show;
mod submit;

#[cfg(test)]
mod tests;

use cloud::{Cloud, Setting};
use files::Objects;
use store::Store;

pub use crate::attach::{ATTACHMENT_BYTES_MAX, NotAccepted};
pub use crate::error::InvoicingError;
pub use crate::list::{Overview, Proposal, Row};
pub use crate::show::{Claimed, Shown};
pub use crate::submit::Claiming;

/// How often something is tried again because somebody else was faster: of so many who submit at once, each has
/// its turn.
pub(crate) const RACES_MAX: u32 = 40;

/// The invoices and credit notes of all providers. Clones share connections.
#[derive(Debug, Clone)]
pub struct Invoicing {
    store: Store,
    objects: Objects,
    site_url: Setting,
}

impl Invoicing {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            site_url: cloud.site_url.clone(),
        }
    }

    /// With this table and these buckets, for tests. `site_url`: `https://portal.council.example`.
    pub fn with(store: Store, objects: Objects, site_url: &str) -> Self {
        Self { store, objects, site_url: Setting::new("SITE_URL", site_url) }
    }
}
