//! A function's routes, each declared once.

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use cloud::tracing;
use store::Store;
use tokio::time::timeout;
use tower::util::MapResponse;

use crate::access::{Access, gate};
use crate::describe::{Describes, Description};
use crate::sent::Sent;
use crate::{Clock, Problem, RuntimeError, links, picture};

/// The longest JSON body that is read: 5,000 queried lines with a comment each fit.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How long a function waits for the table before it asks for its first request; a function may take ten seconds to start.
const WARMING_MAX: Duration = Duration::from_secs(1);

/// What a list takes until it is sent, with room: the first list then asks for 11 pages of memory rather than for 141.
const KEPT_BYTES: usize = KEPT_PARTS * PART_BYTES;
const KEPT_PARTS: usize = 16;
const PART_BYTES: usize = 48 * 1024;

/// What the edge needs of a function's state.
pub trait Portal: Clone + Send + Sync + 'static {
    /// Where the sessions are.
    fn store(&self) -> &Store;

    /// What tells the time.
    fn clock(&self) -> &Clock;

    /// What the distribution says to prove that it passed a request on, if this function was told.
    fn edge_secret(&self) -> Option<&str> {
        None
    }
}

/// Where a function answers, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `POST`.
    pub method: Method,
    /// `/api/scheduled-payments/{contract_ref}/{period_start}/confirmation`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// All routes of one function.
pub struct Api<S> {
    routes: Vec<(Route, MethodRouter<S>, Describe)>,
}

/// Tells what a route takes and answers, when it is asked.
type Describe = fn(Route) -> Description;

/// The description of a handler's route, by its types alone.
fn describe<H: Describes<T>, T>(route: Route) -> Description {
    let mut description = Description::of(route, std::any::type_name::<H>());
    H::describe(&mut description);
    description
}

impl<S> fmt::Debug for Api<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter().map(|(route, ..)| route)).finish()
    }
}

impl<S: Portal> Default for Api<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Portal> Api<S> {
    /// No routes yet.
    pub fn new() -> Self {
        Self { routes: Vec::new() }
    }

    /// Answers `GET path` with `handler`.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S> + Describes<T>,
        T: 'static,
    {
        let route = Route { method: Method::GET, path, access };
        self.with(route, on(MethodFilter::GET, handler), describe::<H, T>)
    }

    /// Answers `POST path` with `handler`. Only requests of `application/json` get to it.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S> + Describes<T>,
        T: 'static,
    {
        let route = Route { method: Method::POST, path, access };
        self.with(route, on(MethodFilter::POST, handler), describe::<H, T>)
    }

    /// Answers `PUT path` with `handler`: the same again changes nothing. Only requests of `application/json` get
    /// to it.
    #[must_use]
    pub fn put<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S> + Describes<T>,
        T: 'static,
    {
        let route = Route { method: Method::PUT, path, access };
        self.with(route, on(MethodFilter::PUT, handler), describe::<H, T>)
    }

    fn with(mut self, route: Route, handler: MethodRouter<S>, describe: Describe) -> Self {
        self.routes.push((route, handler, describe));
        self
    }

    /// Every route, as declared.
    pub fn routes(&self) -> Vec<Route> {
        self.routes.iter().map(|(route, ..)| route.clone()).collect()
    }

    /// What every route takes and answers, as the types of its handler say it.
    pub fn descriptions(&self) -> Vec<Description> {
        self.routes.iter().map(|(route, _, describe)| describe(route.clone())).collect()
    }

    /// The function as a service that can be called in this process.
    pub fn router(self, state: S) -> Router {
        let mut router = Router::new();
        for (route, handler, _) in self.routes {
            let gate = from_fn_with_state((state.clone(), route.access, route.path), gate::<S>);
            router = router.route(route.path, handler.route_layer(gate));
        }
        router
            .fallback(|| async { Problem::no_such_route() })
            .method_not_allowed_fallback(|request: Request| async move {
                Problem::wrong_method(request.method())
            })
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(from_fn(links::told))
            .layer(map_response(private))
            .with_state(state)
    }

    /// Polls Lambda for requests until the process ends.
    ///
    /// The table is asked once before, so that the first request finds the connection made, its encryption agreed and
    /// what is made once in a process made. Whether it could be asked is no matter yet: the request will be told.
    ///
    /// # Errors
    ///
    /// Only if the Lambda runtime itself stops.
    pub async fn serve(self, state: S) -> Result<(), RuntimeError> {
        let warmed = timeout(WARMING_MAX, state.store().settings()).await;
        if !matches!(warmed, Ok(Ok(_))) {
            tracing::info!("the table could not be asked before the first request");
        }
        keep_memory();
        lambda_http::run(MapResponse::new(self.router(state), Sent)).await
    }
}

/// Asks the system for the memory of an answer, so that the first request finds it and none has to ask again.
///
/// The allocator gives back what is free beyond twice the largest block that it got apart and was given back
/// (mallopt(3), `M_MMAP_THRESHOLD`): after the first of these it keeps the others. The first is never written to, so
/// that it costs nothing.
fn keep_memory() {
    drop(black_box(vec![0_u8; KEPT_BYTES]));
    let parts = (0..KEPT_PARTS).map(|_| vec![1_u8; PART_BYTES]);
    drop(black_box(parts.collect::<Vec<_>>()));
}

/// No answer but a picture is kept by a browser or a cache on the way, none is taken for what it is not, and none is a page.
async fn private(mut response: Response) -> Response {
    let headers = [
        picture::kept(&response),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
        (
            HeaderName::from_static("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
