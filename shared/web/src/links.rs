//! Files that lie in a bucket, and how a page gets to one.
//!
//! A route that gives such a file answers 303 to a short-lived link, which a browser follows by itself. If there is no
//! such file, the browser would show the problem's JSON to whoever followed a link. So a page asks first, with
//! [`LINK`] as what it accepts: then the link comes as JSON, a problem as ever, and the file is looked for once.
//!
//! Whoever opens such a link in a new tab asks without the page. A browser says that it wants a page then: where there is
//! a problem, it is sent to the one that says what the problem means and what to do.

use axum::Json;
use axum::extract::Request;
use axum::http::header::{ACCEPT, LOCATION};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

/// What a page accepts that asks where a file is.
const LINK: &str = "application/vnd.portal.link+json";

/// Where a file can be fetched, for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Link<'r> {
    url: &'r str,
}

/// What a browser accepts that shows what it gets.
const PAGE: &str = "text/html";

/// The stable code of the problem that a response is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProblemCode(pub(crate) &'static str);

/// Tells whoever asks so where a file is, instead of sending them there; and sends whoever wants a page and gets a
/// problem to the page about it.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let asked = accept == LINK;
    let looks = request.method() == Method::GET && accept.contains(PAGE);
    let response = next.run(request).await;
    if looks && let Some(ProblemCode(code)) = response.extensions().get() {
        return Redirect::to(&format!("/problems/{code}/")).into_response();
    }
    if !asked || response.status() != StatusCode::SEE_OTHER {
        return response;
    }
    let url = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
    url.map(|url| Json(Link { url }).into_response()).unwrap_or(response)
}
