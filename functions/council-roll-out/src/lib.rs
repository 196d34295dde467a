//! How the portal comes to its people: which contracts it shows and from when, and what is announced on every page.
//!
//! The first day of a contract is changed by a council file like any other, which the page makes and sends
//! (`council-imports`): it is tried first, and says what it would change.

mod announcements;
mod contracts;
#[cfg(test)]
mod tests;

use cloud::Cloud;
use domain::permission::CouncilPermission;
use store::Store;
use web::{Access, Api, Clock, Portal};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct RollOut {
    /// The portal's records.
    pub store: Store,
    /// What tells the time.
    pub clock: Clock,
}

impl RollOut {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), clock: Clock::System }
    }
}

impl Portal for RollOut {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where this function answers.
pub fn api() -> Api<RollOut> {
    let see = Access::Council(CouncilPermission::SeeSettings);
    let configure = Access::Council(CouncilPermission::Configure);
    let providers = Access::Council(CouncilPermission::SeeProviders);
    Api::new()
        .get("/api/council/roll-out", providers, contracts::list)
        .get("/api/council/announcements", see, announcements::list)
        .post("/api/council/announcements", configure, announcements::announce)
        .post(
            "/api/council/announcements/{announcement_id}/withdrawal",
            configure,
            announcements::withdraw,
        )
}
