//! Who is signed in where.
//!
//! A session is found by the hash of its cookie alone, in one read. Beside the account there is a row for each,
//! so that all of a person's sessions can be listed and ended.

use chrono::{DateTime, Utc};
use domain::account::{ProviderAccess, StaffAccess};
use domain::ids::ProviderRef;
use domain::permission::Role;
use domain::sign_in::{EmailAddress, Session, TokenHash};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;
use crate::{RACES_MAX, Store};

/// More rows than anybody has sessions: those of sessions that are long over are dropped by DynamoDB in time.
const ROWS_MAX: usize = 1000;

/// The row beside the account.
#[derive(Debug, Serialize, Deserialize)]
struct Held {
    id: TokenHash,
}

impl Store {
    /// The session behind a cookie, over or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn session(&self, id: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.table.get(&Key::session(id.as_str())).await
    }

    /// Notes that a session was used, if it has neither ended nor changed since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if it has; otherwise if the table cannot be written.
    pub async fn see_session(
        &self,
        session: &Session,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let seen = Session { last_seen_at: at, ..session.clone() };
        self.table.write(vec![save(&seen)]).await
    }

    /// All sessions of a person that are not over, the last used first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn sessions_of(
        &self,
        email: &EmailAddress,
        at: DateTime<Utc>,
    ) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.all_sessions_of(email).await?;
        sessions.retain(|session| session.is_live(at));
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        Ok(sessions)
    }

    async fn all_sessions_of(&self, email: &EmailAddress) -> Result<Vec<Session>, StoreError> {
        let rows = self.table.query_all(Query::account_sessions(email.as_str()), ROWS_MAX).await?;
        let mut sessions = Vec::new();
        for row in rows {
            let held: Held = row.read()?;
            sessions.extend(self.session(&held.id).await?);
        }
        Ok(sessions)
    }

    /// Chooses whom a session acts for. The roles are those of now, and still are when it is written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if the person has no access to that provider, or the session has ended.
    pub async fn choose_provider(
        &self,
        id: &TokenHash,
        provider: &ProviderRef,
    ) -> Result<Session, StoreError> {
        let mut stale = StoreError::Missing("session");
        for _ in 0..RACES_MAX {
            let session = self.session(id).await?.ok_or(StoreError::Missing("session"))?;
            let access = self.access_to(&session.email, provider).await?;
            let access = access.ok_or(StoreError::Missing("provider"))?;
            let chosen = Session {
                provider: Some(access.provider_ref.clone()),
                roles: access.roles.clone(),
                ..session
            };
            match self.table.write(vec![save(&chosen), still(&chosen.email, &access)]).await {
                Err(error) if error.is_stale() => stale = error,
                done => return done.map(|()| Session { version: next(chosen.version), ..chosen }),
            }
        }
        Err(stale)
    }

    /// Ends one of a person's sessions.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if it is not one of theirs, or has ended.
    pub async fn end_session(
        &self,
        email: &EmailAddress,
        id: &TokenHash,
    ) -> Result<(), StoreError> {
        let session = self.session(id).await?.filter(|session| session.email == *email);
        if session.is_none() {
            return Err(StoreError::Missing("session"));
        }
        self.table.write(ended(email, id)).await
    }

    /// Ends all of a person's sessions, or those that act for `provider`. At once: no request after this gets in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written; asked again, it goes on where it stopped.
    pub async fn end_sessions_of(
        &self,
        email: &EmailAddress,
        provider: Option<&ProviderRef>,
    ) -> Result<(), StoreError> {
        let meant = |session: &Session| provider.is_none() || session.provider.as_ref() == provider;
        self.end_those(email, meant).await
    }

    /// Ends those of a person's sessions that claim more for `provider` than `roles`.
    pub(crate) async fn end_sessions_beyond(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
        roles: &[Role],
    ) -> Result<(), StoreError> {
        let beyond = |session: &Session| {
            session.provider.as_ref() == Some(provider)
                && session.roles.iter().any(|role| !roles.contains(role))
        };
        self.end_those(email, beyond).await
    }

    /// Ends those sessions of one of the council's people that claim more than `access`; none: all of them that do.
    pub(crate) async fn end_council_sessions_beyond(
        &self,
        email: &EmailAddress,
        access: Option<&StaffAccess>,
    ) -> Result<(), StoreError> {
        let beyond = |session: &Session| {
            let claimed = session.council.as_ref();
            claimed.is_some_and(|claimed| access.is_none_or(|now| claimed.is_beyond(now)))
        };
        self.end_those(email, beyond).await
    }

    async fn end_those(
        &self,
        email: &EmailAddress,
        meant: impl Fn(&Session) -> bool,
    ) -> Result<(), StoreError> {
        for session in self.all_sessions_of(email).await? {
            if meant(&session) {
                self.table.write(ended(email, &session.id)).await?;
            }
        }
        Ok(())
    }
}

/// What starts a session: one that nobody has.
pub(crate) fn started(session: &Session) -> Vec<Action> {
    let held = Held { id: session.id.clone() };
    let row = Key::account_session(session.email.as_str(), session.id.as_str());
    vec![
        Action::put(Key::session(session.id.as_str()), session)
            .if_version(0)
            .if_absent()
            .expires_at(session.ends_at),
        Action::put(row, &held).expires_at(session.ends_at),
    ]
}

/// What ends a session.
pub(crate) fn ended(email: &EmailAddress, id: &TokenHash) -> Vec<Action> {
    let row = Key::account_session(email.as_str(), id.as_str());
    vec![Action::delete(Key::session(id.as_str())), Action::delete(row)]
}

/// Writes a session only if it is as it was read, and so never one that has ended.
fn save(session: &Session) -> Action {
    Action::put(Key::session(session.id.as_str()), session)
        .if_version(session.version)
        .if_present()
        .expires_at(session.ends_at)
}

/// That what a person may do for a provider is still as it was read.
pub(crate) fn still(email: &EmailAddress, access: &ProviderAccess) -> Action {
    Action::check(Key::access(email.as_str(), &access.provider_ref)).if_version(access.version)
}

/// That what one of the council's people may do is still as it was read.
pub(crate) fn still_staff(email: &EmailAddress, access: &StaffAccess) -> Action {
    Action::check(Key::staff_access(email.as_str())).if_present().if_version(access.version)
}

fn next(version: u32) -> u32 {
    version.saturating_add(1)
}
