//! Where a request comes from.

use axum::extract::Request;
use domain::sender::{Sender, address};
use domain::sign_in::TokenHash;
use lambda_http::request::RequestContext;

/// What the distribution sends with every request that it passes on, and replaces if a client sends it.
pub const EDGE_HEADER: &str = "x-portal-edge";

/// The network that a request comes from; none: from this very machine, or it came through no API at all.
pub(crate) fn of(request: &Request, edge_secret: Option<&str>) -> Option<Sender> {
    let RequestContext::ApiGatewayV2(context) = request.extensions().get()? else { return None };
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    // By their hashes, so that the time it takes says nothing of how much of it is right.
    let secret = |it: &str| TokenHash::of(it);
    let passed_on =
        edge_secret.map(secret) == text(EDGE_HEADER).map(secret) && edge_secret.is_some();
    let forwarded = passed_on.then(|| text("x-forwarded-for")).flatten();
    Sender::network(address(context.http.source_ip.as_deref()?, forwarded)?)
}
