//! Who may use a route. Declared with the route, enforced here and nowhere else.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::failure::{Failure, Kind};
use domain::permission::{CouncilPermission, Permission};
use domain::sign_in::{Session, TokenHash};
use thiserror::Error;

use crate::audit::Asked;
use crate::cookie;
use crate::{At, Portal, Problem};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody's mail program, by a form instead of JSON (RFC 8058): what it may do is in its address, and no
    /// session counts.
    OneClick,
    /// Whoever is signed in.
    Session,
    /// Whoever acts for a provider and has a role there that allows this.
    Provider(Permission),
    /// Whoever is one of the council's people and has a role that allows this.
    Council(CouncilPermission),
}

/// Why the layer let a request go no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Refused {
    #[error("Sign in to continue.")]
    SignedOut,
    #[error("Choose a provider to continue.")]
    NoProvider,
    #[error("Your role does not allow this. Ask the council if you need another role.")]
    NotAllowed,
}

impl Failure for Refused {
    fn kind(&self) -> Kind {
        match self {
            Self::SignedOut => Kind::Unauthenticated,
            Self::NoProvider => Kind::Conflict,
            Self::NotAllowed => Kind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::NoProvider => "choose-provider",
            Self::NotAllowed => "not-allowed",
        }
    }
}

/// Passes a request on if its route's access allows it, with the time and, if there is one, the person in it. What
/// a person asked for, and what came of it, is recorded, whether it was allowed or not.
pub(crate) async fn gate<S: Portal>(
    State((state, access, route)): State<(S, Access, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let at = At(state.clock().now());
    request.extensions_mut().insert(at);
    if access != Access::OneClick && changes_something(request.method()) && !is_json(&request) {
        return Problem::not_json().into_response();
    }
    let session = match signed_in(&state, access, at, cookie::presented(request.headers())).await {
        Ok(Some(session)) => session,
        Ok(None) => return next.run(request).await,
        Err(problem) => return problem.into_response(),
    };
    let asked = Asked::of(&session, (route, at), &request);
    if let Err(refused) = check(access, &session) {
        return asked.read(&state, async { Problem::from(refused).into_response() }).await;
    }
    if let Err(problem) = see(&state, &session, at).await {
        return problem.into_response();
    }
    let changes = changes_something(request.method());
    request.extensions_mut().insert(asked.who(session));
    let answer = next.run(request);
    if changes { asked.change(&state, answer).await } else { asked.read(&state, answer).await }
}

/// Whose session it is, where the route asks for one.
async fn signed_in<S: Portal>(
    state: &S,
    access: Access,
    at: At,
    presented: Option<&str>,
) -> Result<Option<Session>, Problem> {
    if matches!(access, Access::Public | Access::OneClick) {
        return Ok(None);
    }
    let id = TokenHash::of(presented.ok_or(Refused::SignedOut)?);
    let session = state.store().session(&id).await?.ok_or(Refused::SignedOut)?;
    if !session.is_live(at.0.instant) {
        return Err(Refused::SignedOut.into());
    }
    Ok(Some(session))
}

fn check(access: Access, session: &Session) -> Result<(), Refused> {
    match access {
        Access::Public | Access::OneClick | Access::Session => Ok(()),
        Access::Council(what) => allowed(session.may_for_council(what)),
        // The council's people act for no provider, so there is none that they could choose.
        Access::Provider(_) if session.council.is_some() => Err(Refused::NotAllowed),
        Access::Provider(_) if session.provider.is_none() => Err(Refused::NoProvider),
        Access::Provider(what) => allowed(session.may(what)),
    }
}

fn allowed(may: bool) -> Result<(), Refused> {
    if may { Ok(()) } else { Err(Refused::NotAllowed) }
}

/// Notes that the session was used. Of two requests at once one does it; one that was ended meanwhile is over.
async fn see<S: Portal>(state: &S, session: &Session, at: At) -> Result<(), Problem> {
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

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A page of another site can send a form but not JSON without being asked first, which it never is.
fn is_json(request: &Request) -> bool {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = sent.and_then(|value| value.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}
