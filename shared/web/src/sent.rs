//! How an answer leaves the function.

use std::pin::Pin;

use axum::body::to_bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{self, HeaderMap};
use axum::response::Response;
use lambda_http::Body;

/// What kinds of media begin with that are sent as text.
const TEXT_BEGINNINGS: [&str; 3] = ["text", "application/json", "application/xml"];
/// What they end with.
const TEXT_ENDINGS: [&str; 2] = ["+json", "+xml"];

/// An answer, sent as text if it is some, and otherwise byte for byte.
///
/// The Lambda runtime's own way reads text of every character set there is, by tables that were in every binary; ours
/// is all UTF-8.
#[derive(Debug)]
pub(crate) struct Sent(pub(crate) Response);

impl lambda_http::IntoResponse for Sent {
    #[expect(clippy::expect_used, reason = "an answer is made before it is sent, never streamed")]
    fn into_response(self) -> Pin<Box<dyn Future<Output = http::Response<Body>> + Send>> {
        Box::pin(async move {
            let (parts, body) = self.0.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.expect("an answer is there as a whole");
            let body = if is_text(&parts.headers) {
                text(bytes.into())
            } else {
                Body::Binary(bytes.into())
            };
            http::Response::from_parts(parts, body)
        })
    }
}

fn text(bytes: Vec<u8>) -> Body {
    String::from_utf8(bytes).map_or_else(|not| Body::Binary(not.into_bytes()), Body::Text)
}

/// What says nothing of its kind is empty, and so is text.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default();
    let name = kind.split(';').next().unwrap_or_default().trim_end();
    TEXT_BEGINNINGS.iter().any(|it| kind.starts_with(it))
        || TEXT_ENDINGS.iter().any(|it| name.ends_with(it))
}

#[cfg(test)]
mod tests {
    use lambda_http::IntoResponse;

    use super::*;

    async fn sent(kind: &str, body: &'static [u8]) -> Body {
        let answer = Response::builder().header(CONTENT_TYPE, kind).body(body.into()).unwrap();
        Sent(answer).into_response().await.into_body()
    }

    #[tokio::test]
    async fn what_people_could_read_is_sent_as_text_and_nothing_else_is() {
        for kind in [
            "application/json",
            "application/problem+json",
            "text/calendar; charset=utf-8",
            "application/xml; charset=utf-8",
            "image/svg+xml",
        ] {
            let sent = sent(kind, "£".as_bytes()).await;
            assert!(matches!(&sent, Body::Text(it) if it == "£"), "{kind}: {sent:?}");
        }
        for kind in ["application/pdf", "image/png", "Text/csv; charset=utf-8"] {
            let sent = sent(kind, b"PK").await;
            assert!(matches!(&sent, Body::Binary(it) if it == b"PK"), "{kind}: {sent:?}");
        }
        let broken = sent("text/calendar", b"\xFF").await;
        assert!(matches!(&broken, Body::Binary(it) if it == b"\xFF"), "{broken:?}");
    }
}
