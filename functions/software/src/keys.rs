//! The keys of a provider's software, made and revoked by its administrators.

use axum::extract::State;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::api_key::{
    self, ApiKey, CannotMake, Form, KEYS_MAX, KeyState, Revoked, Scope, VALID_DAYS_MAX,
};
use domain::clock::{Now, london_date};
use domain::ids::{ApiKeyId, ProviderRef};
use domain::permission::Permission;
use messages::{Letter, templates};
use serde::{Deserialize, Serialize};
use store::{NewKey, OutboxEmail, OutboxId, StoreError, Telling};
use web::{Acting, At, Json, Made, Missing, Path, Problem};

use crate::Software;

/// What the page shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KeysView {
    /// The last made first.
    keys: Vec<KeyView>,
    /// What a key may be made for.
    scopes: Vec<ScopeView>,
    /// The last day that a key may have.
    last_day_max: NaiveDate,
    /// How many may be in use at once.
    keys_max: usize,
}

/// A key, without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KeyView {
    key_id: ApiKeyId,
    name: String,
    scopes: Vec<Scope>,
    state: KeyState,
    created_at: DateTime<Utc>,
    created_by: String,
    /// The last day on which it counts.
    last_day: NaiveDate,
    /// To the minute; none: never.
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
    /// Why the council revoked it; none: the provider itself did, or nobody.
    revoked_reason: Option<String>,
}

/// What a key may be made for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ScopeView {
    scope: Scope,
    title: &'static str,
    line: &'static str,
}

/// A key that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MadeView {
    key: KeyView,
    /// The key itself, told this once. None: the same request made it before, and its secret was told then.
    secret: Option<String>,
}

impl KeyView {
    pub(crate) fn of(key: ApiKey, now: Now) -> Self {
        let moment_before = key.ends_at.checked_sub_signed(Duration::seconds(1));
        let revoked_reason = key.revoked.as_ref().and_then(|it| it.reason.clone());
        let (revoked_at, revoked_by) = key.revoked.clone().map(|it| (it.at, it.by)).unzip();
        Self {
            state: key.state(now.instant),
            last_day: london_date(moment_before.unwrap_or(key.ends_at)),
            key_id: key.key_id,
            name: key.name,
            scopes: key.scopes.into_iter().collect(),
            created_at: key.created_at,
            created_by: key.created_by,
            last_used_at: key.last_used_at,
            revoked_at,
            revoked_by,
            revoked_reason,
        }
    }
}

/// An administrator looks at the keys of the provider's software.
pub(crate) async fn list(
    state: State<Software>,
    acting: Acting,
    at: At,
) -> Result<Json<KeysView>, Problem> {
    let keys = state.store.api_keys(&acting.provider).await?;
    let scope = |scope: Scope| ScopeView { scope, title: scope.title(), line: scope.line() };
    let last = at.0.date.checked_add_signed(Duration::days(VALID_DAYS_MAX));
    Ok(Json(KeysView {
        keys: keys.into_iter().map(|key| KeyView::of(key, at.0)).collect(),
        scopes: Scope::ALL.map(scope).into(),
        last_day_max: last.unwrap_or(at.0.date),
        keys_max: KEYS_MAX,
    }))
}

/// An administrator makes a key for the provider's software. Its secret is in this answer and nowhere else; the
/// other administrators are told by email that there is a new key.
///
/// # Errors
///
/// 409 as many are in use as there may be; 422 the form.
pub(crate) async fn make(
    state: State<Software>,
    acting: Acting,
    at: At,
    form: Json<Form>,
) -> Result<Made<MadeView>, Problem> {
    let secret = api_key::secret(cloud::random_bytes());
    let key = form.0.key(&acting.provider, &acting.who.name, secret.hash(), at.0)?;
    acting.who.concerns("key_id", key.key_id.as_str());
    let event = ["api-key", key.key_id.as_str()];
    let made = KeyNews::Made(&acting.who.name);
    let telling = telling(&state, &acting.provider, (&event, made), at.0).await?;
    let written = telling.to_send();
    match state.store.make_api_key(&key, telling).await? {
        NewKey::TooMany => Err(CannotMake::TooMany.into()),
        NewKey::Before(key) => {
            Ok(Made::Before(MadeView { key: KeyView::of(*key, at.0), secret: None }))
        }
        NewKey::Made => {
            state.notices.tell(&written).await;
            let secret = Some(secret.reveal().to_owned());
            Ok(Made::Now(MadeView { key: KeyView::of(key, at.0), secret }))
        }
    }
}

/// What is told about a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyNews<'a> {
    /// One of the administrators made it: who.
    Made(&'a str),
    /// The council's helpdesk revoked it.
    RevokedByCouncil,
}

/// The email about a key that every administrator of the provider gets. It is no news: nobody may do without it.
pub(crate) async fn telling(
    state: &Software,
    provider: &ProviderRef,
    (event, news): (&[&str], KeyNews<'_>),
    now: Now,
) -> Result<Telling, Problem> {
    let known = state.store.provider(provider).await?.ok_or(Missing)?;
    let settings = state.store.settings().await?;
    let to = state.store.contacts_who_may(provider, Permission::Administer, usize::MAX).await?;
    let head = state.notices.head(&settings)?;
    let Letter { subject, text, html } = match news {
        KeyNews::Made(by) => templates::api_key_made(&head, &known.name, by),
        KeyNews::RevokedByCouncil => templates::api_key_revoked(&head, &known.name),
    };
    let email = OutboxEmail {
        outbox_id: OutboxId::of(&[]),
        to: String::new(),
        subject,
        text,
        html,
        secret: false,
        news: false,
        useful_until: None,
        created_at: now.instant,
    };
    Ok(Telling::by_email(event, to, &email))
}

/// A page that only says 'do it'.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}

/// An administrator revokes a key: from now on nothing that is asked with it is answered.
///
/// # Errors
///
/// 404 the provider has no such key.
pub(crate) async fn revoke(
    state: State<Software>,
    acting: Acting,
    at: At,
    key_id: Path<ApiKeyId>,
    _: Json<Nothing>,
) -> Result<Json<KeyView>, Problem> {
    let revoked = Revoked::by_provider(at.0.instant, &acting.who.name);
    let untold = Telling::default();
    match state.store.revoke_api_key(&acting.provider, &key_id.0, &revoked, &untold).await {
        Err(StoreError::Missing(_)) => Err(Missing.into()),
        done => Ok(Json(KeyView::of(done?, at.0))),
    }
}
