//! What a provider's own software needs to reach the portal: keys and a calendar.

mod calendar;
mod ics;
mod keys;
#[cfg(test)]
mod tests;

use cloud::Cloud;
use domain::permission::Permission;
use notices::Notices;
use store::Store;
use web::{Access, Api, Clock, Portal};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Software {
    /// The portal's records.
    pub store: Store,
    /// Who is told of a new key.
    pub notices: Notices,
    /// What tells the time.
    pub clock: Clock,
}

impl Software {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), notices: Notices::open(cloud), clock: Clock::System }
    }
}

impl Portal for Software {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Software> {
    let administer = Access::Provider(Permission::Administer);
    let see = Access::Provider(Permission::See);
    Api::new()
        .get("/api/api-keys", administer, keys::list)
        .post("/api/api-keys", administer, keys::make)
        .post("/api/api-keys/{key_id}/revocation", administer, keys::revoke)
        .get("/api/calendar", see, calendar::show)
        .post("/api/calendar", see, calendar::make)
        .post("/api/calendar/removal", see, calendar::remove)
        .get("/api/calendar/deadlines.ics", see, calendar::download)
        .get("/api/calendar/feeds/{token}/deadlines.ics", Access::Public, calendar::feed)
}
