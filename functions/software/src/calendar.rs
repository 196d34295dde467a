//! A provider's deadlines and pay dates as a calendar (RFC 5545), for calendar programs and for software.
//!
//! A calendar program cannot sign in, so that a person may have a secret address that it reads. Whoever has the
//! address reads dates, contracts and kinds of work, and no client.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{DateTime, NaiveTime, Utc};
use domain::audit::{By, Note, Outcome};
use domain::clock::Now;
use domain::deadlines::{Found, deadlines};
use domain::ids::ProviderRef;
use domain::permission::Permission;
use domain::sign_in::{Token, TokenHash};
use serde::{Deserialize, Serialize};
use store::{Feed, Store, StoreError};
use web::{Acting, At, Download, Json, Missing, NoContent, Path, Problem, Status};

use crate::Software;
use crate::ics::Ics;

/// The name of the file, however it is fetched.
const FILE_NAME: &str = "deadlines.ics";

/// A person's address for the calendar of the provider that they chose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CalendarView {
    /// Since when there is an address; none: there is none.
    created_at: Option<DateTime<Utc>>,
    /// The address, told when it is made and never again.
    url: Option<String>,
}

/// A person asks whether their calendar program has an address to read.
pub(crate) async fn show(
    state: State<Software>,
    acting: Acting,
) -> Result<Json<CalendarView>, Problem> {
    let feed = state.store.feed_of(&acting.who.email, &acting.provider).await?;
    Ok(Json(CalendarView { created_at: feed.map(|it| it.created_at), url: None }))
}

/// A page that only says 'do it'.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = CalendarNothing)]
pub(crate) struct Nothing {}

/// A person gets an address for their calendar program, in place of the one before. Software with a key has none: it
/// fetches the calendar itself.
///
/// # Errors
///
/// 404 it is no person who asks.
pub(crate) async fn make(
    state: State<Software>,
    acting: Acting,
    at: At,
    _: Json<Nothing>,
) -> Result<Json<CalendarView>, Problem> {
    let access = state.store.access_to(&acting.who.email, &acting.provider).await?;
    access.ok_or(Missing)?;
    let token = Token::new(cloud::random_bytes());
    let feed = Feed {
        hash: token.hash(),
        email: acting.who.email,
        provider_ref: acting.provider,
        created_at: at.0.instant,
        version: 0,
    };
    state.store.replace_feed(&feed).await?;
    let settings = state.store.settings().await?;
    let site = state.notices.head(&settings)?.site_url;
    let url = format!("{site}/api/calendar/feeds/{}/{FILE_NAME}", token.reveal());
    Ok(Json(CalendarView { created_at: Some(feed.created_at), url: Some(url) }))
}

/// A person takes the address away: whatever still reads it finds nothing.
pub(crate) async fn remove(
    state: State<Software>,
    acting: Acting,
    _: Json<Nothing>,
) -> Result<NoContent, Problem> {
    state.store.remove_feed(&acting.who.email, &acting.provider).await?;
    Ok(Status(()))
}

/// Software, or a person, fetches the calendar of the provider.
///
/// # Errors
///
/// 404 the council no longer knows the provider.
pub(crate) async fn download(
    state: State<Software>,
    acting: Acting,
    at: At,
) -> Result<Download, Problem> {
    calendar(&state, &acting.provider, at.0).await
}

/// A calendar program reads the calendar of whoever gave it the address.
///
/// # Errors
///
/// 404 there is no such address, or its person may no longer see the provider; 429 it is read too often.
pub(crate) async fn feed(
    state: State<Software>,
    at: At,
    token: Path<String>,
) -> Result<Download, Problem> {
    let hash = TokenHash::of(&token.0);
    let feed = state.store.feed(&hash).await?.ok_or(Missing)?;
    if let Some(too_fast) = state.store.pace_api_key(&hash, at.0.instant).await? {
        return Err(too_fast.into());
    }
    let access = state.store.access_to(&feed.email, &feed.provider_ref).await?;
    let sees = access.is_some_and(|it| it.roles.iter().any(|role| role.may(Permission::See)));
    if !sees {
        return Err(Missing.into());
    }
    let by = By::address(&feed.email, true);
    let outcome = Outcome::Answered { status: 200, intended: None };
    let what = "GET /api/calendar/feeds/{token}/deadlines.ics";
    let note = Note::new(at.0.instant, by, what, outcome).of_provider(&feed.provider_ref);
    state.store.append_audit(note, None).await?;
    calendar(&state, &feed.provider_ref, at.0).await
}

async fn calendar(state: &Software, provider: &ProviderRef, now: Now) -> Result<Download, Problem> {
    let name = state.store.provider(provider).await?.ok_or(Missing)?.name;
    let settings = state.store.settings().await?;
    let site = state.notices.head(&settings)?.site_url;
    let found = found(&state.store, provider).await?;
    let mut ics = Ics::named(&format!("{name}: deadlines and payments"));
    // It says the day on which the portal was asked, so that the same day's answers are alike.
    let stamp = now.date.and_time(NaiveTime::MIN).and_utc();
    for deadline in deadlines(&found, now) {
        ics.event(&deadline, site, stamp);
    }
    Ok(Download::calendar(FILE_NAME, ics.end()))
}

async fn found(store: &Store, provider: &ProviderRef) -> Result<Found, StoreError> {
    let contracts = store.contracts_of(provider).await?;
    let mut periods = BTreeMap::new();
    for contract in &contracts {
        if !periods.contains_key(&contract.cycle_ref) {
            let of_cycle = store.periods_of_cycle(&contract.cycle_ref).await?;
            let by_day = of_cycle.into_iter().map(|it| (it.start_date, it)).collect();
            periods.insert(contract.cycle_ref.clone(), by_day);
        }
    }
    let documents = store.documents(provider).await?;
    let actions = store.open_actions(provider).await?;
    Ok(Found { contracts, periods, documents, actions })
}
