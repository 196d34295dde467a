//! For whom somebody acts, and what waits for them there.

mod home;
mod talking;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use cloud::Cloud;
use domain::ids::ProviderRef;
use domain::permission::Permission;
use invoicing::Invoicing;
use recording::Recording;
use serde::Deserialize;
use statements::Statements;
use store::{Store, StoreError};
use web::{Access, Acting, Api, At, Clock, Json, Missing, Portal, Problem, Who};

use crate::home::{Found, HomeView};
use crate::view::{ChoicesView, SessionView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Providers {
    /// The portal's records.
    pub store: Store,
    /// The statements of all contracts.
    pub statements: Statements,
    /// What providers say they delivered.
    pub recording: Recording,
    /// The invoices of all providers.
    pub invoicing: Invoicing,
    /// What tells the time.
    pub clock: Clock,
}

impl Providers {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, statements) = (Store::open(cloud), Statements::open(cloud));
        let (recording, invoicing) = (Recording::open(cloud), Invoicing::open(cloud));
        Self { store, statements, recording, invoicing, clock: Clock::System }
    }
}

impl Portal for Providers {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Providers> {
    Api::new()
        .get("/api/session", Access::Session, session)
        .get("/api/providers", Access::Session, providers)
        .post("/api/providers/selection", Access::Session, choose)
        .get("/api/home", Access::Provider(Permission::See), home)
}

/// Whom somebody wants to act for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Choice {
    provider_ref: ProviderRef,
}

/// Every page asks who is there and what they may do.
async fn session(
    state: State<Providers>,
    who: Who,
    At(now): At,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(view::session(&state.store, &who, now.date).await?))
}

/// Somebody looks for whom they may act.
async fn providers(state: State<Providers>, who: Who) -> Result<Json<ChoicesView>, Problem> {
    Ok(Json(view::choices(&state.store, &who).await?))
}

/// Somebody chooses for whom they act from now on.
///
/// # Errors
///
/// 404 no provider that they may act for.
async fn choose(
    state: State<Providers>,
    who: Who,
    At(now): At,
    choice: Json<Choice>,
) -> Result<Json<SessionView>, Problem> {
    let chosen = match state.store.choose_provider(&who.session, &choice.0.provider_ref).await {
        Err(StoreError::Missing(_)) => return Err(Missing.into()),
        chosen => chosen?,
    };
    Ok(Json(view::session(&state.store, &chosen.into(), now.date).await?))
}

/// Somebody sees what waits for the provider they act for.
async fn home(state: State<Providers>, acting: Acting, at: At) -> Result<Json<HomeView>, Problem> {
    let Acting { who, provider } = &acting;
    let (waiting, actuals, visit, known, actions, documents, requests, invoices) = tokio::join!(
        state.statements.overview(provider, at.0),
        state.recording.list(provider, at.0),
        state.store.peek_care_packages(&who.email, provider, at.0),
        state.store.provider(provider),
        state.store.open_actions(provider),
        state.store.documents(provider),
        state.store.change_requests(provider),
        Box::pin(state.invoicing.overview(provider, at.0)),
    );
    let mut waiting = waiting?;
    waiting.retain(|it| it.contract.is_on_portal(at.0.date));
    let (actuals, visit, known) = (actuals?, visit?, known?);
    let (actions, documents, invoices) = (actions?, documents?, invoices?);
    let found = Found {
        provider: known.as_ref(),
        waiting: &waiting,
        actuals: &actuals,
        invoices: &invoices,
        actions: &actions,
        documents: &documents,
        requests_pending: requests?.iter().filter(|it| it.is_pending()).count(),
        visit: &visit,
    };
    Ok(Json(HomeView::of(&found, at.0)?))
}
