//! Who saw and who changed what, for the council's auditor.
//!
//! Whoever looks at the records is recorded too, as in any other function.

mod export;
mod search;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use cloud::Cloud;
use domain::audit::Actor;
use domain::permission::CouncilPermission;
use domain::sign_in::EmailAddress;
use serde::{Deserialize, Serialize};
use store::{Cursor, Store};
use web::{
    Access, Api, At, Clock, Download, Invalid, Json, Missing, Path, Portal, Problem, Query, Staff,
};

use crate::search::{Asked, Search};
use crate::view::{DetailView, ListView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The portal's records.
    pub store: Store,
    /// What tells the time.
    pub clock: Clock,
}

impl Audit {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), clock: Clock::System }
    }
}

impl Portal for Audit {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Audit> {
    let auditor = Access::Council(CouncilPermission::SeeAudit);
    Api::new()
        .get("/api/council/audit", auditor, list)
        .get("/api/council/audit/entries.csv", auditor, download)
        .get("/api/council/audit/entries/{actor}/{n}", auditor, entry)
        .post("/api/council/audit/people", auditor, person)
}

/// The auditor looks for entries of a person, a provider, a client, or the portal itself.
///
/// # Errors
///
/// 422 what was asked for is no reference or date.
async fn list(
    state: State<Audit>,
    _: Staff,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let search = Search::of(&asked.0, at.0.date)?;
    let after = Some(asked.0.cursor.clone()).filter(|it| !it.is_empty()).map(Cursor::new);
    let found = search.page(&state.store, after).await?;
    let sealed = state.store.audit_seals(1, None).await?.0.into_iter().next();
    Ok(Json(ListView::of(&search, found, sealed)))
}

/// The auditor takes what was found away.
///
/// # Errors
///
/// 422 what was asked for is no reference or date.
async fn download(
    state: State<Audit>,
    _: Staff,
    at: At,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let search = Search::of(&asked.0, at.0.date)?;
    let entries = search.all(&state.store).await?;
    Ok(export::csv(&entries, at.0.date)?)
}

/// Which entry a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Which {
    actor: Actor,
    n: u64,
}

/// The auditor looks at one entry, and whether it is still what was written.
///
/// # Errors
///
/// 404 there is no such entry.
async fn entry(
    state: State<Audit>,
    _: Staff,
    which: Path<Which>,
) -> Result<Json<DetailView>, Problem> {
    let Which { actor, n } = which.0;
    let kept = state.store.audit_entry(&actor, n).await?.ok_or(Missing)?;
    let before = match n.checked_sub(1).filter(|before| *before > 0) {
        Some(before) => state.store.audit_entry(&actor, before).await?,
        None => None,
    };
    Ok(Json(DetailView::of(&actor, n, &kept, before.as_ref()).ok_or(Missing)?))
}

/// Whose entries are looked for. By POST, so that no address of a page names a person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Person {
    #[serde(default)]
    email: String,
}

/// How a person's entries are asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PersonView {
    actor: Actor,
    entries: u64,
}

/// The auditor looks for a person by the address that they sign in with.
///
/// # Errors
///
/// 422 this is no email address.
async fn person(
    state: State<Audit>,
    _: Staff,
    person: Json<Person>,
) -> Result<Json<PersonView>, Problem> {
    let email: EmailAddress = match person.0.email.parse() {
        Ok(email) => email,
        Err(why) => return Err(said(why).into()),
    };
    let actor = Actor::person(&email);
    let entries = state.store.audit_head(&actor).await?.n;
    Ok(Json(PersonView { actor, entries }))
}

fn said(why: domain::sign_in::NotAnEmailAddress) -> Invalid {
    Invalid::field("email", why.to_string())
}
