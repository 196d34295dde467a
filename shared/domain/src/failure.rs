//! How any part of the portal says no.

use std::error::Error;

/// An error that knows what kind of no it is, and nothing about HTTP.
pub trait Failure: Error + Send + Sync + 'static {
    /// Who must act for the same request to succeed.
    fn kind(&self) -> Kind;

    /// A stable name for this failure, for pages, callers and dashboards: `statement-locked`.
    fn code(&self) -> &'static str;

    /// Which fields of a form are at fault, each with what to type instead.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }

    /// After how many seconds the same request may succeed, if that is known.
    fn wait_seconds(&self) -> Option<u32> {
        None
    }
}

/// One field of a form and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The name the page and the API use: `password`.
    pub field: String,
    /// What to do, to the person: `Enter your password`.
    pub message: String,
    /// The stable code of the message, where the specification gives it one: `E22`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl FieldError {
    /// Says `message` beside `field`.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into(), code: None }
    }

    /// Says `message`, which has a code of its own, beside `field`.
    pub fn coded(field: &str, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::new(field, message) }
    }
}

/// Who must act before the same request can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The caller must correct what they sent.
    Invalid,
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// The caller is known and their role does not allow it.
    Forbidden,
    /// The thing named does not exist, or this caller may not know that it does.
    NotFound,
    /// Something changed first; read again and decide again.
    Conflict,
    /// Too many tries; wait.
    TooMany,
    /// A service that we depend on is busy; the same request may succeed later.
    Unavailable,
    /// We have a defect; nothing the caller does will help.
    Defect,
}
