//! Entering actuals, asked for as a provider's people do.

mod borders;
mod decided;
mod entering;
mod reading;
mod submitting;
mod uploading;

use ::uploads::Uploads;
use domain::permission::Role;
use files::Objects;
use messages::Queue;
use recording::Recording;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, Reply, at, sign_in};
use web::Clock;

use crate::{Actuals, api};

const LIST: &str = "/api/actuals";
const EXCEPTIONS: &str = "/api/actuals/exceptions";
/// The period that is open at [`OPEN`]: four weeks, all of which have begun.
const CURRENT: &str = "/api/actuals/C3003/2022-10-31";
/// The one before, whose deadline was on 27 October.
const BEFORE: &str = "/api/actuals/C3003/2022-10-03";
/// The one after, which has not begun at [`OPEN`].
const AFTER: &str = "/api/actuals/C3003/2022-11-28";
/// Two days before the deadline of the period from 31 October.
const OPEN: &str = "2022-11-22T10:00:00Z";
/// After that deadline.
const LATE: &str = "2022-11-24T17:00:00Z";
/// The weeks of the period from 31 October.
const WEEKS: [&str; 4] = ["2022-10-31", "2022-11-07", "2022-11-14", "2022-11-21"];

/// The portal of one council.
struct World {
    store: Store,
    objects: Objects,
    uploads: Uploads,
    queue: Queue,
    clock: Clock,
}

impl World {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        let (objects, queue) = (Objects::in_memory(), Queue::in_memory());
        let uploads = Uploads::with(store.clone(), objects.clone(), queue.clone());
        Self { store, objects, uploads, queue, clock: Clock::at(at(OPEN)) }
    }

    async fn homecare() -> Self {
        Self::of(&Council::homecare()).await
    }

    fn visitor(&self) -> Browser {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let (recording, uploads) =
            (Recording::with(store.clone(), self.objects.clone()), self.uploads.clone());
        Browser::new(api().router(Actuals { store, recording, uploads, clock }))
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    /// Who enters what Northside delivers.
    async fn carer(&self) -> Browser {
        self.browser("P1003", &[Role::Actuals]).await
    }
}

/// So much was delivered, and nothing else is said.
fn delivered(actual: &str, version: u32) -> Value {
    json!({
        "actual": actual, "frustrated": "0", "missed": "0", "extra": "0", "visits": null,
        "reason_code": null, "comment": null, "version": version,
    })
}

fn week_path(period: &str, cpli_id: &str, week: &str) -> String {
    format!("{period}/weeks/{cpli_id}/{week}")
}

async fn put(browser: &Browser, cpli_id: &str, week: &str, body: &Value) -> Reply {
    let path = week_path(CURRENT, cpli_id, week);
    browser.send(&axum::http::Method::PUT, &path, Some(body)).await
}

/// One week of a form.
fn week(form: &Value, line: usize, week: usize) -> Value {
    form["services"][0]["lines"][line]["weeks"][week].clone()
}
