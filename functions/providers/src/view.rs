//! Who is there, for whom, and for whom else they could be.

use chrono::NaiveDate;
use domain::account::{ProviderAccess, StaffAccess};
use domain::announcement::{Reader, Shown};
use domain::appearance::Appearance;
use domain::facts::{Provider, ProviderKind, Team};
use domain::ids::ProviderRef;
use domain::permission::{CouncilPermission, CouncilRole, Permission, Role};
use futures::future::try_join_all;
use serde::Serialize;
use store::{Store, StoreError};
use web::Who;

/// Who is there and what they may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SessionView {
    name: String,
    email: String,
    provider: Option<ProviderView>,
    provider_count: usize,
    permissions: Vec<Permission>,
    council: Option<CouncilView>,
    council_name: String,
    support_email: String,
    /// How many characters a new password must have.
    password_length_min: u32,
    /// Whether it must have a capital letter, a small letter and a digit.
    password_mix: bool,
    appearance: Appearance,
    /// What the council announces to them, the newest first.
    announcements: Vec<Shown>,
}

/// What one of the council's people may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CouncilView {
    roles: Vec<CouncilRole>,
    teams: Vec<Team>,
    permissions: Vec<CouncilPermission>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProviderView {
    provider_ref: ProviderRef,
    name: String,
    kind: ProviderKind,
}

/// For whom somebody may act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ChoicesView {
    providers: Vec<ChoiceView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChoiceView {
    #[serde(flatten)]
    provider: ProviderView,
    /// The group that it belongs to.
    parent_name: Option<String>,
    roles: Vec<Role>,
}

impl From<Provider> for ProviderView {
    fn from(provider: Provider) -> Self {
        let Provider { provider_ref, name, kind, .. } = provider;
        Self { provider_ref, name, kind }
    }
}

/// Who is there and what they may do.
///
/// # Errors
///
/// [`StoreError`] if the table cannot be read.
pub(crate) async fn session(
    store: &Store,
    who: &Who,
    today: NaiveDate,
) -> Result<SessionView, StoreError> {
    let reader = if who.council.is_some() { Reader::Staff } else { Reader::Provider };
    let (settings, board, access, provider, council) = tokio::try_join!(
        store.settings(),
        store.announcement_board(),
        store.access_of(&who.email),
        chosen(store, who.provider.as_ref()),
        council(store, who.council.as_ref()),
    )?;
    Ok(SessionView {
        name: who.name.clone(),
        email: who.email.to_string(),
        provider: provider.map(ProviderView::from),
        provider_count: access.len(),
        permissions: who.permissions(),
        council,
        appearance: Appearance::from(&settings),
        password_length_min: settings.password_length_min,
        password_mix: settings.password_mix,
        council_name: settings.council_name,
        support_email: settings.support_email,
        announcements: board.shown(reader, today),
    })
}

async fn council(
    store: &Store,
    staff: Option<&StaffAccess>,
) -> Result<Option<CouncilView>, StoreError> {
    let Some(staff) = staff else { return Ok(None) };
    let mut teams = if staff.teams.is_empty() { Vec::new() } else { store.teams().await? };
    teams.retain(|team| staff.is_in(&team.team_ref));
    let (roles, permissions) = (staff.roles.clone(), staff.permissions());
    Ok(Some(CouncilView { roles, teams, permissions }))
}

async fn chosen(
    store: &Store,
    provider: Option<&ProviderRef>,
) -> Result<Option<Provider>, StoreError> {
    match provider {
        Some(provider) => store.provider(provider).await,
        None => Ok(None),
    }
}

/// For whom somebody may act, by name.
///
/// # Errors
///
/// [`StoreError`] if the table cannot be read.
pub(crate) async fn choices(store: &Store, who: &Who) -> Result<ChoicesView, StoreError> {
    let access = store.access_of(&who.email).await?;
    let choices = access.into_iter().map(|access| choice(store, access));
    let mut providers: Vec<_> = try_join_all(choices).await?.into_iter().flatten().collect();
    providers.sort_by_cached_key(|it| it.provider.name.to_lowercase());
    Ok(ChoicesView { providers })
}

async fn choice(store: &Store, access: ProviderAccess) -> Result<Option<ChoiceView>, StoreError> {
    let Some(provider) = store.provider(&access.provider_ref).await? else { return Ok(None) };
    let parent = chosen(store, provider.parent_ref.as_ref()).await?;
    let parent_name = parent.map(|it| it.name);
    Ok(Some(ChoiceView { provider: provider.into(), parent_name, roles: access.roles }))
}
