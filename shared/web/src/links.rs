//! Files that lie in a bucket, and how a page gets to one.
//!
//! A route that gives such a file answers 303 to a short-lived link, which a browser follows by itself. If there is no
//! such file, the browser would show the problem's JSON to whoever followed a link. So a page asks first, with
//! [`LINK`] as what it accepts: then the link comes as JSON, a problem as ever, and the file is looked for once.

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, LOCATION};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What a page accepts that asks where a file is.
const LINK: &str = "application/vnd.portal.link+json";

/// Where a file can be fetched, for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Link<'r> {
    url: &'r str,
}

/// Tells whoever asks so where a file is, instead of sending them there.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let asked = request.headers().get(ACCEPT).is_some_and(|accept| accept == LINK);
    let response = next.run(request).await;
    if !asked || response.status() != StatusCode::SEE_OTHER {
        return response;
    }
    let url = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
    url.map(|url| Json(Link { url }).into_response()).unwrap_or(response)
}
