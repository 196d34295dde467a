//! The life of a contract's statements: from the facts and the table to what a provider reads and responds to,
//! and from there to what is locked, finalised and sent for payment.
//!
//! `load` brings everything known about a contract together; `show`, `list` and `respond` are what a provider
//! asks; `due`, `run`, `settle` and `watch` are what the jobs do; `bodies` spells what is written once; `invoices` brings
//! what was approved.
//!
//! Architecture invariant: no rule about money is here. Those are in `domain`; this crate loads, asks and saves.

mod bodies;
mod council;
mod due;
mod error;
mod invoices;
mod list;
mod load;
mod preview;
mod respond;
mod run;
mod settle;
mod show;
mod tell;
pub mod view;
mod watch;

#[cfg(test)]
mod tests;

use cloud::{Cloud, Setting};
use files::Objects;
use store::Store;

pub use crate::council::{
    CouncilLine, CouncilShown, FinalisedByHand, Finaliser, PaymentFile, PeriodTally,
};
pub use crate::due::{DueContract, Watched};
pub use crate::error::StatementsError;
pub use crate::list::{ContractPeriods, PeriodLine, Waiting};
pub use crate::preview::{Effect, NonPayable, Preview, Sums};
pub use crate::respond::{Answering, WhichStatement};
pub use crate::run::Announced;
pub use crate::settle::Settled;
pub use crate::show::Shown;

/// The statements of all contracts.
#[derive(Debug, Clone)]
pub struct Statements {
    store: Store,
    objects: Objects,
    site_url: Setting,
}

impl Statements {
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
