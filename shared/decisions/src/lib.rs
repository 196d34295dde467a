//! What the council's payments officers decide by hand: directives, adjustments, invoices, and weeks over tolerance.
//!
//! `plan` works out what a decision says in the council's own words and what it would change in pounds; `make` keeps
//! it and drops it into the council's inbox as a row of a file; `queues` finds what waits to be decided.
//!
//! Architecture invariant: a decision changes no fact itself. The import does, from the same row that the council
//! could have sent, with its log; so there is one way for a fact to change. What is decided is recorded in one
//! transaction with what is to be dropped, so that the same request twice is one decision and one file, and what was
//! cut off is finished by the same request or by the scheduled job.

mod error;
mod make;
mod plan;
mod queues;
mod ruling;
#[cfg(test)]
mod tests;

use cloud::Cloud;
use files::Objects;
use recording::Recording;
use statements::Statements;
use store::Store;

pub use crate::error::DecisionsError;
pub use crate::make::{Deciding, Officer};
pub use crate::plan::Plan;
pub use crate::queues::{INVOICE_DAYS_MAX, WaitingExceptions};
pub use crate::ruling::{Ruling, Verdict};

/// The decisions about all contracts. Clones share connections.
#[derive(Debug, Clone)]
pub struct Decisions {
    store: Store,
    objects: Objects,
    statements: Statements,
    recording: Recording,
}

impl Decisions {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            statements: Statements::open(cloud),
            recording: Recording::open(cloud),
        }
    }

    /// With these, for tests. `site_url`: `https://portal.council.example`.
    pub fn with(store: Store, objects: Objects, site_url: &str) -> Self {
        Self {
            statements: Statements::with(store.clone(), objects.clone(), site_url),
            recording: Recording::with(store.clone(), objects.clone()),
            store,
            objects,
        }
    }
}
