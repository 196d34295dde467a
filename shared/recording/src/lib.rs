//! What a provider says it delivered, week by week: the form of a period, what is saved in it, and its submission.
//!
//! `load` brings everything known about a contract's period together; `form`, `list` and `exceptions` are what a
//! provider looks at; `save`, `fill` and `submit` change what is recorded.
//!
//! Architecture invariant: no rule about care or money is here. Those are in `domain`; this crate loads, asks and
//! saves. Whatever is saved states what it was read as, so that of two savers the second is told.

mod claims;
mod error;
mod exceptions;
mod fill;
mod form;
mod list;
mod load;
mod save;
mod submit;
mod template;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use cloud::Cloud;
use domain::ids::{ContractRef, ProviderRef};
use files::Objects;
use store::{PeriodOf, Store};

pub use crate::error::RecordingError;
pub use crate::exceptions::ExceptionRow;
pub use crate::fill::Filling;
pub use crate::form::{Form, Window};
pub use crate::list::{ContractLines, PeriodLine};
pub use crate::save::{SavedWeek, Saving};
pub use crate::template::Template;

/// How often something is tried again because somebody else saved first.
const RACES_MAX: u32 = 8;

/// What providers say they delivered.
#[derive(Debug, Clone)]
pub struct Recording {
    store: Store,
    objects: Objects,
}

/// A period of a contract, and whose it must be.
#[derive(Debug, Clone)]
pub struct WhichPeriod {
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// The contract.
    pub contract_ref: ContractRef,
    /// The first day of the period.
    pub period_start: NaiveDate,
}

impl WhichPeriod {
    fn period(&self) -> PeriodOf<'_> {
        let Self { provider_ref, contract_ref, period_start } = self;
        PeriodOf { provider: provider_ref, contract: contract_ref, start: *period_start }
    }
}

impl Recording {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self::with(Store::open(cloud), Objects::open(cloud))
    }

    /// With these.
    pub fn with(store: Store, objects: Objects) -> Self {
        Self { store, objects }
    }
}
