//! The life of purchase orders: whoever looks finds the order as it follows from today's facts, and if that is not
//! what the latest revision says, a revision is issued first.
//!
//! A revision is written once (`purchase-orders/{provider}/{year}/{client}/{n}.json`), then its head, from the
//! revision before only. Cut off between the two, whoever comes next finds what was written and goes on from it; of
//! two who look at once one issues, and both see the same.
//!
//! Architecture invariant: no rule about what is ordered is here. Those are in `domain::purchase_order`.

mod daily;
mod error;
mod issue;
mod show;
#[cfg(test)]
mod tests;

use cloud::Cloud;
use files::Objects;
use store::Store;

pub use crate::error::OrderingError;
pub use crate::show::{Listed, ShownOrder};

/// The purchase orders of all providers.
#[derive(Debug, Clone)]
pub struct Orders {
    store: Store,
    objects: Objects,
}

impl Orders {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), objects: Objects::open(cloud) }
    }

    /// With this table and these buckets, for tests.
    pub fn with(store: Store, objects: Objects) -> Self {
        Self { store, objects }
    }
}
