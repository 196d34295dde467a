//! What a provider's own software needs to reach the portal, and be reached: keys, a calendar and webhooks; and what the
//! council's helpdesk does about keys.

mod calendar;
mod helpdesk;
mod ics;
mod keys;
#[cfg(test)]
mod tests;
mod webhooks;

use cloud::Cloud;
use domain::permission::{CouncilPermission, Permission};
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
    /// Whether software may listen on this very machine.
    pub loopback: bool,
    /// What tells the time.
    pub clock: Clock,
}

impl Software {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            notices: Notices::open(cloud),
            loopback: cloud.webhooks_loopback.get().is_ok_and(|it| it == "yes"),
            clock: Clock::System,
        }
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
    let look = Access::Council(CouncilPermission::SeeUsers);
    let manage = Access::Council(CouncilPermission::ManageUsers);
    Api::new()
        .get("/api/api-keys", administer, keys::list)
        .post("/api/api-keys", administer, keys::make)
        .post("/api/api-keys/{key_id}/revocation", administer, keys::revoke)
        .get("/api/council/api-keys/{provider_ref}", look, helpdesk::list)
        .post("/api/council/api-keys/{provider_ref}/{key_id}/revocation", manage, helpdesk::revoke)
        .get("/api/webhooks", administer, webhooks::list)
        .post("/api/webhooks", administer, webhooks::add)
        .post("/api/webhooks/{endpoint_id}/test", administer, webhooks::test)
        .post("/api/webhooks/{endpoint_id}/secret", administer, webhooks::rotate)
        .post("/api/webhooks/{endpoint_id}/resumption", administer, webhooks::resume)
        .post("/api/webhooks/{endpoint_id}/removal", administer, webhooks::remove)
        .get("/api/webhooks/{endpoint_id}/deliveries", administer, webhooks::deliveries)
        .post(
            "/api/webhooks/{endpoint_id}/deliveries/{delivery_id}/repetition",
            administer,
            webhooks::repeat,
        )
        .get("/api/calendar", see, calendar::show)
        .post("/api/calendar", see, calendar::make)
        .post("/api/calendar/removal", see, calendar::remove)
        .get("/api/calendar/deadlines.ics", see, calendar::download)
        .get("/api/calendar/feeds/{token}/deadlines.ics", Access::Public, calendar::feed)
}
