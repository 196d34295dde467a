//! Looking for people.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::ProviderAccess;
use domain::audit::Actor;
use domain::facts::Contact;
use domain::failure::FieldError;
use domain::ids::ProviderRef;
use domain::permission::{CouncilRole, Role};
use domain::user::UserState;
use futures::future::try_join_all;
use identity::Identity;
use serde::{Deserialize, Serialize};
use store::{EmailState, ListedUser, Store, StoreError};
use web::{At, Invalid, Json, Problem, Query, Staff, part};

/// How many people are asked about at a time.
const AT_A_TIME: usize = 20;
/// Of how many addresses at a time it is asked what was tried.
const TRIES_AT_A_TIME: usize = 100;

/// Whom somebody looks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words of a name or an email address.
    q: String,
    /// Those of one provider.
    provider: String,
    /// `provider` or `council`: of which side.
    side: String,
    /// `invited`, `active`, `locked`, `locked_after_tries` or `email_stopped`.
    state: String,
    /// The last of an earlier part of the list.
    after: String,
}

/// People who sign in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    rows: Vec<RowView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
    /// How many were found, whatever part is shown.
    found: usize,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RowView {
    user_id: Actor,
    name: String,
    email: String,
    council: bool,
    state: UserState,
    /// Until when nothing can be tried, after too many wrong tries.
    locked_until: Option<DateTime<Utc>>,
    email_state: EmailState,
    signed_in_at: Option<DateTime<Utc>>,
    roles: Vec<CouncilRole>,
    providers: Vec<AccessView>,
}

/// What somebody is at a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AccessView {
    provider_ref: ProviderRef,
    provider_name: String,
    roles: Vec<Role>,
}

/// Which people are meant.
#[derive(Debug, Default)]
struct Sought {
    words: Vec<String>,
    provider: Option<ProviderRef>,
    council: Option<bool>,
    state: Option<UserState>,
    locked_after_tries: bool,
    email_stopped: bool,
}

/// One of the council's people looks for people by name, email address, provider, side or state.
///
/// # Errors
///
/// 422 what was asked for is no provider, side or state.
pub(crate) async fn list(
    state: State<Identity>,
    _: Staff,
    At(now): At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let sought = asked.0.read()?;
    let users = sought.among(&state.store, now.instant).await?;
    let found = users.len();
    let after = Some(asked.0.after.trim()).filter(|it| !it.is_empty());
    let seen = match after {
        Some(last) => {
            users.iter().take_while(|it| it.user_id.as_str() != last).count().saturating_add(1)
        }
        None => 0,
    };
    let (users, next) = part(users.into_iter().skip(seen), |it| it.user_id.as_str().to_owned());
    let rows = rows(&state.store, users, now.instant).await?;
    Ok(Json(ListView { rows, next, found }))
}

impl Asked {
    fn read(&self) -> Result<Sought, Invalid> {
        let mut wrong = Vec::new();
        let words = self.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut sought = Sought { words, ..Sought::default() };
        match self.provider.trim() {
            "" => {}
            provider => match provider.parse() {
                Ok(provider) => sought.provider = Some(provider),
                Err(why) => wrong.push(FieldError::new("provider", format!("{why}"))),
            },
        }
        match self.side.as_str() {
            "" => {}
            "provider" => sought.council = Some(false),
            "council" => sought.council = Some(true),
            _ => wrong.push(FieldError::new("side", "Choose providers or the council")),
        }
        match self.state.as_str() {
            "" => {}
            "invited" => sought.state = Some(UserState::Invited),
            "active" => sought.state = Some(UserState::Active),
            "locked" => sought.state = Some(UserState::Locked),
            "locked_after_tries" => sought.locked_after_tries = true,
            "email_stopped" => sought.email_stopped = true,
            _ => wrong.push(FieldError::new("state", "Choose a state from the list")),
        }
        Invalid::unless_empty(wrong).map(|()| sought)
    }
}

impl Sought {
    /// Those who are meant, by name.
    async fn among(
        &self,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Vec<ListedUser>, StoreError> {
        let mut users = store.users().await?;
        if let Some(provider) = &self.provider {
            let contacts = store.contacts(provider).await?;
            let theirs: BTreeSet<_> = contacts.iter().filter_map(Contact::sign_in).collect();
            users.retain(|it| theirs.contains(&it.email));
        }
        if self.email_stopped {
            let stopped = store.suppressed_addresses().await?;
            users.retain(|it| stopped.contains(it.email.as_str()));
        }
        users.retain(|it| self.is(it));
        if self.locked_after_tries {
            users = kept_out(store, users, now).await?;
        }
        users.sort_by_cached_key(|it| (it.name.to_lowercase(), it.email.clone()));
        Ok(users)
    }

    fn is(&self, user: &ListedUser) -> bool {
        let text = format!("{} {}", user.name, user.email).to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
            && self.council.is_none_or(|council| council == user.council)
            && self.state.is_none_or(|state| state == user.state)
    }
}

/// Those for whom nothing can be tried for a while, after too many wrong tries. What is tried is counted by address,
/// of whoever it is, so each is asked about.
async fn kept_out(
    store: &Store,
    users: Vec<ListedUser>,
    now: DateTime<Utc>,
) -> Result<Vec<ListedUser>, StoreError> {
    let mut locked = Vec::new();
    for some in users.chunks(TRIES_AT_A_TIME) {
        let tries = try_join_all(some.iter().map(|it| store.tries(&it.email))).await?;
        let with_tries = some.iter().zip(tries);
        let are_locked =
            with_tries.filter(|(_, it)| it.as_ref().is_some_and(|it| it.are_locked(now)));
        locked.extend(are_locked.map(|(user, _)| user.clone()));
    }
    Ok(locked)
}

async fn rows(
    store: &Store,
    users: Vec<ListedUser>,
    now: DateTime<Utc>,
) -> Result<Vec<RowView>, StoreError> {
    let mut rows = Vec::new();
    for some in users.chunks(AT_A_TIME) {
        rows.extend(try_join_all(some.iter().map(|user| row(store, user, now))).await?);
    }
    let mut all: Vec<_> = rows.into_iter().collect();
    let refs = all.iter().flat_map(|(_, access)| access.iter().map(|it| it.provider_ref.clone()));
    let names = provider_names(store, refs.collect()).await?;
    Ok(all
        .drain(..)
        .map(|(row, access)| RowView { providers: views(access, &names), ..row })
        .collect())
}

async fn row(
    store: &Store,
    user: &ListedUser,
    now: DateTime<Utc>,
) -> Result<(RowView, Vec<ProviderAccess>), StoreError> {
    let (tries, email_state, staff, access) = futures::try_join!(
        store.tries(&user.email),
        store.email_state(user.email.as_str()),
        store.staff_access(&user.email),
        store.access_of(&user.email),
    )?;
    let locked_until = tries.filter(|it| it.are_locked(now)).and_then(|it| it.locked_until);
    let row = RowView {
        user_id: user.user_id.clone(),
        name: user.name.clone(),
        email: user.email.to_string(),
        council: user.council,
        state: user.state,
        locked_until,
        email_state,
        signed_in_at: user.signed_in_at,
        roles: staff.map(|it| it.roles).unwrap_or_default(),
        providers: Vec::new(),
    };
    Ok((row, access))
}

/// What providers are called.
pub(crate) async fn provider_names(
    store: &Store,
    refs: BTreeSet<ProviderRef>,
) -> Result<BTreeMap<ProviderRef, String>, StoreError> {
    let refs: Vec<_> = refs.into_iter().collect();
    let mut names = BTreeMap::new();
    for some in refs.chunks(AT_A_TIME) {
        let known = try_join_all(some.iter().map(|it| store.provider(it))).await?;
        names.extend(known.into_iter().flatten().map(|it| (it.provider_ref, it.name)));
    }
    Ok(names)
}

/// What somebody is at each provider; one that is no longer known is called by its reference.
pub(crate) fn views(
    access: Vec<ProviderAccess>,
    names: &BTreeMap<ProviderRef, String>,
) -> Vec<AccessView> {
    let view = |it: ProviderAccess| {
        let name = names.get(&it.provider_ref);
        let provider_name = name.map_or_else(|| it.provider_ref.to_string(), Clone::clone);
        AccessView { provider_ref: it.provider_ref, provider_name, roles: it.roles }
    };
    access.into_iter().map(view).collect()
}
