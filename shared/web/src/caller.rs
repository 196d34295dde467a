//! Who sends a request: a person with a browser, or a provider's own software with a key.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::api_key::{self, ApiKey, KeyState};
use domain::audit::By;
use domain::failure::{Failure, Kind};
use domain::ids::ProviderRef;
use domain::permission::Permission;
use domain::sign_in::{Session, TokenHash};
use thiserror::Error;

use crate::access::{Access, Refused};
use crate::{At, Portal, Problem, cookie};

/// Whoever asks.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    Person(Session),
    Software(ApiKey),
}

/// Why a key opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
enum NoKey {
    #[error("This API key is not known, has expired or was revoked.")]
    Unknown,
    #[error("Send a session cookie or an API key, not both.")]
    Both,
}

impl Failure for NoKey {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "api-key-unknown",
            Self::Both => "two-credentials",
        }
    }
}

impl Caller {
    /// Who asks, where the route asks for somebody.
    pub(crate) async fn of<S: Portal>(
        state: &S,
        access: Access,
        at: At,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, Problem> {
        if matches!(access, Access::Public | Access::OneClick) {
            return Ok(None);
        }
        let found = match (cookie::presented(headers), bearer(headers)) {
            (Some(_), Some(_)) => return Err(NoKey::Both.into()),
            (None, Some(key)) => Self::Software(software(state, at, key).await?),
            (cookie, None) => Self::Person(person(state, at, cookie).await?),
        };
        Ok(Some(found))
    }

    /// Whom they act for.
    pub(crate) fn provider(&self) -> Option<&ProviderRef> {
        match self {
            Self::Person(session) => session.provider.as_ref(),
            Self::Software(key) => Some(&key.provider_ref),
        }
    }

    /// Whether they may do `what` for that provider.
    pub(crate) fn may(&self, what: Permission) -> bool {
        match self {
            Self::Person(session) => session.may(what),
            Self::Software(key) => key.may(what),
        }
    }

    /// As the audit names them.
    pub(crate) fn by(&self) -> By {
        match self {
            Self::Person(session) => By::from(session),
            Self::Software(key) => By::from(key),
        }
    }

    /// Notes that the session or the key was used. Of two requests at once one does it; what ended meanwhile is over.
    pub(crate) async fn see<S: Portal>(&self, state: &S, at: At) -> Result<(), Problem> {
        match self {
            Self::Person(session) => see_person(state, session, at).await,
            Self::Software(key) => see_software(state, key, at).await,
        }
    }
}

/// What is sent as `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}

async fn person<S: Portal>(state: &S, at: At, cookie: Option<&str>) -> Result<Session, Problem> {
    let id = TokenHash::of(cookie.ok_or(Refused::SignedOut)?);
    let session = state.store().session(&id).await?.ok_or(Refused::SignedOut)?;
    if !session.is_live(at.0.instant) {
        return Err(Refused::SignedOut.into());
    }
    Ok(session)
}

async fn see_person<S: Portal>(state: &S, session: &Session, at: At) -> Result<(), Problem> {
    if !session.is_due_to_be_seen(at.0.instant) {
        return Ok(());
    }
    match state.store().see_session(session, at.0.instant).await {
        Err(error) if error.is_stale() => {
            let there = state.store().session(&session.id).await?;
            there.map(|_| ()).ok_or_else(|| Refused::SignedOut.into())
        }
        seen => Ok(seen?),
    }
}

/// Whose key it is, if it counts and is not used too often.
async fn software<S: Portal>(state: &S, at: At, key: &str) -> Result<ApiKey, Problem> {
    let hash = api_key::presented(key).ok_or(NoKey::Unknown)?;
    let key = state.store().api_key(&hash).await?.ok_or(NoKey::Unknown)?;
    if key.state(at.0.instant) != KeyState::Live {
        return Err(NoKey::Unknown.into());
    }
    match state.store().pace_api_key(&hash, at.0.instant).await? {
        Some(too_fast) => Err(too_fast.into()),
        None => Ok(key),
    }
}

async fn see_software<S: Portal>(state: &S, key: &ApiKey, at: At) -> Result<(), Problem> {
    if !key.is_due_to_be_seen(at.0.instant) {
        return Ok(());
    }
    match state.store().see_api_key(key, at.0.instant).await {
        Err(error) if error.is_stale() => {
            let there = state.store().api_key(&key.hash).await?;
            let live = there.is_some_and(|key| key.state(at.0.instant) == KeyState::Live);
            if live { Ok(()) } else { Err(NoKey::Unknown.into()) }
        }
        seen => Ok(seen?),
    }
}
