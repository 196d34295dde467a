//! Who may use a route. Declared with the route, enforced here and nowhere else.

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cloud::metrics::{self, Metric, Stopwatch};
use domain::api_key::Scope;
use domain::failure::{Failure, Kind};
use domain::permission::{CouncilPermission, Permission};
use domain::sender::Sender;
use thiserror::Error;

use crate::audit::Asked;
use crate::caller::Caller;
use crate::links::ProblemCode;
use crate::{At, Portal, Problem, sender};

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

impl Access {
    /// Whether a provider's own software may use it, with a key that has the scope.
    pub fn is_open_to_software(self) -> bool {
        let Self::Provider(what) = self else { return false };
        Scope::ALL.into_iter().any(|scope| scope.permission() == what)
    }
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
    request: Request,
    next: Next,
) -> Response {
    let (took, method) = (Stopwatch::start(), request.method().clone());
    let response = admit((state, access, route), request, next).await;
    counted(&format!("{method} {route}"), took, &response);
    response
}

/// Counts an answer: by the route as it was declared, so that no reference of anybody is in it.
fn counted(route: &str, took: Stopwatch, response: &Response) {
    let status = response.status();
    let code = response.extensions().get().map_or("", |ProblemCode(code)| *code);
    let is = |it: bool| i64::from(it);
    let metrics = [
        (Metric::Requests, 1),
        (Metric::Latency, took.milliseconds()),
        (Metric::Refusals, is(status.is_client_error())),
        (Metric::Throttled, is(status == StatusCode::TOO_MANY_REQUESTS)),
        (Metric::Faults, is(status.is_server_error())),
    ];
    metrics::write(&metrics, &[("route", route), ("status", status.as_str()), ("code", code)]);
}

async fn admit<S: Portal>(
    (state, access, route): (S, Access, &'static str),
    mut request: Request,
    next: Next,
) -> Response {
    let at = At(state.clock().now());
    request.extensions_mut().insert(at);
    if access != Access::OneClick && changes_something(request.method()) && !is_json(&request) {
        return Problem::not_json().into_response();
    }
    let asks_to_change = access == Access::Public && changes_something(request.method());
    let sender = sender::of(&request, state.edge_secret()).filter(|_| asks_to_change);
    if let Err(problem) = pace(&state, sender, at).await {
        return problem.into_response();
    }
    let caller = match Caller::of(&state, access, at, request.headers()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return next.run(request).await,
        Err(problem) => return problem.into_response(),
    };
    let asked = Asked::of(&caller, (route, at), &request);
    if let Err(refused) = check(access, &caller) {
        return asked.read(&state, async { Problem::from(refused).into_response() }).await;
    }
    if let Err(problem) = caller.see(&state, at).await {
        return problem.into_response();
    }
    let changes = changes_something(request.method());
    if let Some(who) = asked.who(caller) {
        request.extensions_mut().insert(who);
    }
    let answer = next.run(request);
    if changes { asked.change(&state, answer).await } else { asked.read(&state, answer).await }
}

/// Counts a request of nobody we know, by the network that it comes from.
async fn pace<S: Portal>(state: &S, sender: Option<Sender>, at: At) -> Result<(), Problem> {
    let Some(sender) = sender else { return Ok(()) };
    match state.store().pace_sender(&sender, at.0.instant).await? {
        Some(too_many) => Err(too_many.into()),
        None => Ok(()),
    }
}

/// A provider's software is nobody: it has no account and no choice of providers, and is none of the council's people.
fn check(access: Access, caller: &Caller) -> Result<(), Refused> {
    match (access, caller) {
        (Access::Public | Access::OneClick, _) | (Access::Session, Caller::Person(_)) => Ok(()),
        (Access::Session | Access::Council(_), Caller::Software(_)) => Err(Refused::NotAllowed),
        (Access::Council(what), Caller::Person(it)) => allowed(it.may_for_council(what)),
        // The council's people act for no provider, so there is none that they could choose.
        (Access::Provider(_), Caller::Person(it)) if it.council.is_some() => {
            Err(Refused::NotAllowed)
        }
        (Access::Provider(_), _) if caller.provider().is_none() => Err(Refused::NoProvider),
        (Access::Provider(what), _) => allowed(caller.may(what)),
    }
}

fn allowed(may: bool) -> Result<(), Refused> {
    if may { Ok(()) } else { Err(Refused::NotAllowed) }
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
