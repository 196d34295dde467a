//! Where the council's people begin: what waits for them, which providers there are, and what there is of one of them or
//! of a client.

mod client;
mod home;
mod provider;
mod section;
#[cfg(test)]
mod tests;

use axum::extract::State;
use cloud::Cloud;
use decisions::Decisions;
use domain::permission::CouncilPermission;
use serde::{Deserialize, Serialize};
use statements::Statements;
use store::{ListedProvider, Store};
use web::{Access, Api, At, Clock, Json, Portal, Problem, Query, Staff};

use crate::home::HomeView;

/// More providers than anybody reads through: they search instead.
const PROVIDERS_SHOWN_MAX: usize = 200;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Council {
    /// The portal's records.
    pub store: Store,
    /// The statements of all contracts.
    pub statements: Statements,
    /// What waits to be decided by hand.
    pub decisions: Decisions,
    /// What tells the time.
    pub clock: Clock,
}

impl Council {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            statements: Statements::open(cloud),
            decisions: Decisions::open(cloud),
            clock: Clock::System,
        }
    }
}

impl Portal for Council {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Council> {
    let everybody = Access::Council(CouncilPermission::SeeQueues);
    let see = Access::Council(CouncilPermission::SeeProviders);
    Api::new()
        .get("/api/council/home", everybody, home)
        .get("/api/council/providers", everybody, providers)
        .get("/api/council/provider/{provider_ref}", see, provider::provider)
        .get("/api/council/client/{ss_ref}", see, client::client)
}

/// One of the council's people sees what waits for them.
async fn home(state: State<Council>, staff: Staff, at: At) -> Result<Json<HomeView>, Problem> {
    Ok(Json(Box::pin(HomeView::load(&state, &staff, at.0)).await?))
}

/// What somebody looks for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Search {
    q: String,
}

/// The providers that there are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProvidersView {
    providers: Vec<ListedProvider>,
}

/// One of the council's people looks for a provider, by words of its name or by its reference.
async fn providers(
    state: State<Council>,
    _: Staff,
    search: Query<Search>,
) -> Result<Json<ProvidersView>, Problem> {
    let mut providers = state.store.listed_providers().await?;
    let sought = search.0.q.to_lowercase();
    let words: Vec<&str> = sought.split_whitespace().collect();
    providers.retain(|it| {
        let text = format!("{} {}", it.name, it.provider_ref).to_lowercase();
        words.iter().all(|word| text.contains(word))
    });
    providers.sort_by_cached_key(|it| it.name.to_lowercase());
    providers.truncate(PROVIDERS_SHOWN_MAX);
    Ok(Json(ProvidersView { providers }))
}
