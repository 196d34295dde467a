//! Every refusal leaves the portal in one shape: `application/problem+json` (RFC 9457).

use std::collections::BTreeSet;
use std::error::Error;

use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cloud::tracing;
use domain::failure::{Failure, FieldError, Kind};
use serde::{Serialize, Serializer};
use thiserror::Error;
use utoipa::ToSchema;

use crate::Access;
use crate::links::ProblemCode;

/// Why a request was refused: one shape for all refusals (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/` and the code: where the code is explained.
    #[serde(rename = "type")]
    kind: String,
    /// Stable; the site chooses what to do by it.
    code: &'static str,
    /// What kind of refusal it is, in words.
    title: &'static str,
    /// The status it is sent with.
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = u16)]
    status: StatusCode,
    /// For the person reading. Empty when the fault is ours: the detail is in the log.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// What to correct, field by field, in the order of the form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// After how many seconds to ask again; sent as `Retry-After`.
    #[serde(skip)]
    wait_seconds: Option<u32>,
}

impl<F: Failure> From<F> for Problem {
    /// The one place a kind of failure becomes a status, and the one place a failure is logged. What is not found
    /// is answered in the words of [`Missing`], whoever looked for it: an answer never tells what is not there.
    fn from(failure: F) -> Self {
        let (status, title) = status_and_title(failure.kind());
        if failure.kind() == Kind::NotFound {
            note(failure.code(), status);
            return Self::new(Missing.code(), status, title, Missing.to_string(), Vec::new());
        }
        let detail = if status.is_server_error() {
            report(failure.code(), &chain(&failure));
            String::new()
        } else {
            note(failure.code(), status);
            failure.to_string()
        };
        let wait_seconds = failure.wait_seconds();
        let problem = Self::new(failure.code(), status, title, detail, failure.fields());
        Self { wait_seconds, ..problem }
    }
}

impl Problem {
    fn new(
        code: &'static str,
        status: StatusCode,
        title: &'static str,
        detail: String,
        errors: Vec<FieldError>,
    ) -> Self {
        let kind = format!("/problems/{code}");
        Self { kind, code, title, status, detail, errors, wait_seconds: None }
    }

    /// Nothing answers here.
    pub(crate) fn no_such_route() -> Self {
        Self::from(Missing)
    }

    /// Something answers here, to another method.
    pub(crate) fn wrong_method(method: &Method) -> Self {
        let detail = format!("{method} is not answered here.");
        Self::edge("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "Not allowed here", detail)
    }

    /// A change has to be sent as JSON: a form of another site cannot do that.
    pub(crate) fn not_json() -> Self {
        let detail = "Send the request as application/json.".to_owned();
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::edge("json-required", status, "Send JSON", detail)
    }

    /// The body is longer than any form of ours.
    pub(crate) fn too_large() -> Self {
        let detail = "The request is too long.".to_owned();
        Self::edge("request-too-large", StatusCode::PAYLOAD_TOO_LARGE, "Too long", detail)
    }

    /// The body is no JSON at all.
    pub(crate) fn unreadable() -> Self {
        let detail = "The request could not be read.".to_owned();
        Self::edge("request-unreadable", StatusCode::BAD_REQUEST, "Check what you entered", detail)
    }

    fn edge(code: &'static str, status: StatusCode, title: &'static str, detail: String) -> Self {
        note(code, status);
        Self::new(code, status, title, detail, Vec::new())
    }

    /// The stable name of the refusal.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let json = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(CONTENT_TYPE, json)], body).into_response();
        if let Some(seconds) = self.wait_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(ProblemCode(self.code));
        response
    }
}

/// The statuses with which a route may refuse, found from who may use it and what its handler takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(BTreeSet<StatusCode>);

impl Refusals {
    /// What is refused before a handler is asked.
    pub(crate) fn of(access: Access, method: &Method) -> Self {
        let mut refusals = Self(BTreeSet::new());
        if *method != Method::GET && access != Access::OneClick {
            refusals.add(&[StatusCode::UNSUPPORTED_MEDIA_TYPE]);
        }
        if !matches!(access, Access::Public | Access::OneClick) {
            refusals.add_kinds(&[Kind::Unauthenticated, Kind::Unavailable, Kind::Defect]);
        }
        if matches!(access, Access::Provider(_) | Access::Council(_)) {
            refusals.add_kinds(&[Kind::Forbidden]);
        }
        if access.is_open_to_software() {
            refusals.add_kinds(&[Kind::TooMany]);
        }
        if matches!(access, Access::Provider(_)) || *method != Method::GET {
            refusals.add_kinds(&[Kind::Conflict]);
        }
        refusals
    }

    /// What is refused where a body is read.
    pub(crate) fn of_a_body(&mut self) {
        self.add(&[StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE]);
        self.add_kinds(&[Kind::Invalid, Kind::TooMany]);
    }

    /// What is refused where a query is read.
    pub(crate) fn of_a_query(&mut self) {
        self.add_kinds(&[Kind::Invalid]);
    }

    /// What a handler may answer that may refuse.
    pub(crate) fn of_a_handler(&mut self) {
        self.add_kinds(&[Kind::NotFound, Kind::Unavailable, Kind::Defect]);
    }

    fn add(&mut self, statuses: &[StatusCode]) {
        self.0.extend(statuses);
    }

    fn add_kinds(&mut self, kinds: &[Kind]) {
        self.0.extend(kinds.iter().map(|kind| status_and_title(*kind).0));
    }

    /// Each status, with what it means.
    pub fn each(&self) -> impl Iterator<Item = (u16, &'static str)> {
        self.0.iter().map(|status| (status.as_u16(), meaning(*status)))
    }
}

/// What a status says of a request, to whoever writes a program that sends it.
fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The body is no JSON.",
        StatusCode::UNAUTHORIZED => "Nobody is signed in, or the session or the key has ended.",
        StatusCode::NOT_FOUND => {
            "It does not exist, is another provider's, or your role does not allow it."
        }
        StatusCode::CONFLICT => "Something has changed first, or no provider is chosen.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is longer than 1 MB.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "The body is not sent as application/json.",
        StatusCode::UNPROCESSABLE_ENTITY => {
            "What was sent has to be corrected; the errors say where."
        }
        StatusCode::TOO_MANY_REQUESTS => {
            "Too many requests or tries: wait as long as Retry-After says."
        }
        StatusCode::SERVICE_UNAVAILABLE => "Busy: the same request may succeed later.",
        _ => "We have a defect.",
    }
}

/// The fault is ours: somebody has to look at it.
fn report(code: &str, error: &str) {
    tracing::error!(code, error, "could not answer");
}

/// The caller was told no. Never what they sent, or who they are.
fn note(code: &str, status: StatusCode) {
    tracing::info!(code, status = status.as_u16(), "refused");
}

fn status_and_title(kind: Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "Check what you entered"),
        Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, "You are signed out"),
        // Not 403: CloudFront puts the site's "page not found" in place of every 403, because that is how a bucket
        // that nobody may list answers for a page it does not have (infra/template.yaml). The code tells them apart.
        Kind::Forbidden => (StatusCode::NOT_FOUND, "You cannot do this"),
        Kind::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Kind::Conflict => (StatusCode::CONFLICT, "Something has changed"),
        Kind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Try again shortly"),
        Kind::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "There is a problem with the service"),
    }
}

/// An error and everything under it, outermost first: each message says only its own part.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn as_number<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// Nothing is here that this caller may know of. One answer for all of that: its bytes never tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("There is nothing here.")]
pub struct Missing;

impl Failure for Missing {
    fn kind(&self) -> Kind {
        Kind::NotFound
    }

    fn code(&self) -> &'static str {
        "not-found"
    }
}

/// What somebody typed cannot be used: which fields, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("There is a problem with what you entered.")]
pub struct Invalid {
    fields: Vec<FieldError>,
}

impl Invalid {
    /// One field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self { fields: vec![FieldError::new(field, message)] }
    }

    /// All of these, in the order of the form.
    pub fn of(fields: Vec<FieldError>) -> Self {
        Self { fields }
    }

    /// `Ok` if there is nothing wrong.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all of `fields`, if there are any.
    pub fn unless_empty(fields: Vec<FieldError>) -> Result<(), Self> {
        if fields.is_empty() { Ok(()) } else { Err(Self { fields }) }
    }
}

impl Failure for Invalid {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        self.fields.clone()
    }
}
