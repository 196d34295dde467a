//! Pictures that stand in pages. A picture's address is made of what is in it, so that browsers may keep it for ever.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

/// A year: the most that RFC 9111 has a use for.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A picture whose address never shows another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// That everybody may keep an answer.
#[derive(Debug, Clone, Copy)]
struct ForEver;

impl Picture {
    /// The kinds of picture that may be answered.
    pub(crate) const MEDIA_TYPES: [&'static str; 2] = ["image/png", "image/jpeg"];

    /// With these bytes, which are of this kind.
    pub fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { media_type, bytes }
    }
}

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        let kind = [(CONTENT_TYPE, HeaderValue::from_static(self.media_type))];
        let mut response = (kind, self.bytes).into_response();
        response.extensions_mut().insert(ForEver);
        response
    }
}

/// How long an answer may be kept: not at all, unless it is a picture.
pub(crate) fn kept(response: &Response) -> (axum::http::HeaderName, &'static str) {
    let for_ever = response.extensions().get::<ForEver>().is_some();
    (CACHE_CONTROL, if for_ever { FOR_EVER } else { "no-store" })
}
