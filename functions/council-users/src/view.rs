//! One person, as the helpdesk and the auditor see them.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::{Account, ProviderAccess, StaffAccess, Step, Tries};
use domain::audit::Actor;
use domain::permission::{CouncilPermission, CouncilRole};
use domain::sign_in::Session;
use domain::user::{CouncilLock, Help, UserState};
use identity::Identity;
use serde::Serialize;
use store::{EmailState, StoreError};
use web::{At, Json, Missing, Path, Problem, Staff};

use crate::list::{AccessView, provider_names, views};

/// One person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UserView {
    user_id: Actor,
    name: String,
    email: String,
    state: UserState,
    invited_at: DateTime<Utc>,
    signed_in_at: Option<DateTime<Utc>>,
    /// That the council locked them.
    lock: Option<LockView>,
    /// Until when nothing can be tried, after too many wrong tries.
    locked_until: Option<DateTime<Utc>>,
    email_state: EmailState,
    /// What is asked after the password.
    second_step: Step,
    has_authenticator: bool,
    has_security_code: bool,
    /// What they are at the council.
    staff: Option<StaffView>,
    providers: Vec<AccessView>,
    /// Where they are signed in, the last used first.
    sessions: Vec<SessionView>,
    /// Whether it is who asks.
    you: bool,
    /// What whoever asks may do about them now.
    help: Vec<Help>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LockView {
    at: DateTime<Utc>,
    by: String,
    reason: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StaffView {
    staff_ref: String,
    roles: Vec<CouncilRole>,
    teams: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SessionView {
    browser: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
}

/// One of the council's people looks at somebody.
///
/// # Errors
///
/// 404 there is no such person.
pub(crate) async fn show(
    state: State<Identity>,
    staff: Staff,
    At(now): At,
    user_id: Path<Actor>,
) -> Result<Json<UserView>, Problem> {
    Ok(Json(view(&state, &staff, &user_id.0, now.instant).await?))
}

/// The account of somebody.
pub(crate) async fn account(identity: &Identity, user_id: &Actor) -> Result<Account, Problem> {
    let listed = identity.store.user(user_id).await?.ok_or(Missing)?;
    Ok(identity.store.account(&listed.email).await?.ok_or(Missing)?)
}

/// Somebody, for `staff`.
pub(crate) async fn view(
    identity: &Identity,
    staff: &Staff,
    user_id: &Actor,
    now: DateTime<Utc>,
) -> Result<UserView, Problem> {
    let account = account(identity, user_id).await?;
    let settings = identity.settings().await?;
    let (store, email) = (&identity.store, &account.email);
    let (tries, email_state, ours, access, sessions) = futures::try_join!(
        store.tries(email),
        store.email_state(email.as_str()),
        store.staff_access(email),
        store.access_of(email),
        store.sessions_of(email, now),
    )?;
    let tries = tries.unwrap_or_else(|| Tries::none(now));
    let you = staff.who.email == *email;
    let manages = staff.may(CouncilPermission::ManageUsers);
    let offered = |help: &Help| {
        let useful = help.is_of_use(&account, &tries, sessions.len(), now);
        manages && useful && help.check(&account, you).is_ok()
    };
    Ok(UserView {
        user_id: user_id.clone(),
        name: account.name.clone(),
        email: email.to_string(),
        state: UserState::of(&account),
        invited_at: account.created_at,
        signed_in_at: account.signed_in_at,
        lock: account.locked.clone().map(LockView::from),
        locked_until: tries.locked_until.filter(|_| tries.are_locked(now)),
        email_state,
        second_step: account.step(&settings),
        has_authenticator: account.authenticator.is_some(),
        has_security_code: account.security_code.is_some(),
        staff: staff_view(identity, ours).await?,
        providers: accesses(identity, access).await?,
        you,
        help: Help::ALL.into_iter().filter(offered).collect(),
        sessions: sessions.iter().map(SessionView::from).collect(),
    })
}

async fn accesses(
    identity: &Identity,
    access: Vec<ProviderAccess>,
) -> Result<Vec<AccessView>, StoreError> {
    let refs = access.iter().map(|it| it.provider_ref.clone()).collect();
    Ok(views(access, &provider_names(&identity.store, refs).await?))
}

async fn staff_view(
    identity: &Identity,
    access: Option<StaffAccess>,
) -> Result<Option<StaffView>, StoreError> {
    let Some(StaffAccess { staff_ref, roles, teams, .. }) = access else { return Ok(None) };
    let known = identity.store.teams().await?;
    let name = |team| {
        let name = known.iter().find(|it| it.team_ref == team).map(|it| it.name.clone());
        name.unwrap_or_else(|| team.to_string())
    };
    let teams = teams.into_iter().map(name).collect();
    Ok(Some(StaffView { staff_ref: staff_ref.to_string(), roles, teams }))
}

impl From<CouncilLock> for LockView {
    fn from(lock: CouncilLock) -> Self {
        let CouncilLock { at, reason, by, .. } = lock;
        Self { at, by, reason }
    }
}

impl From<&Session> for SessionView {
    fn from(session: &Session) -> Self {
        Self {
            browser: session.browser.clone(),
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
        }
    }
}
