//! One log event an outcome.

use cloud::tracing;
use domain::failure::Failure;

/// Notes that something was done.
pub(crate) fn done(what: &str, message_id: Option<&str>) {
    tracing::info!(what, message_id, "done");
}

/// Notes that something was not done and why, so that whoever finds it in a dead-letter queue finds the reason.
pub(crate) fn failed<E: Failure>(what: &str, message_id: Option<&str>, error: &E) {
    let (code, kind, reason) = (error.code(), error.kind(), cloud::reasons(error));
    tracing::error!(what, message_id, code, ?kind, reason, "not done");
}

/// Notes that a message says nothing that this function knows.
pub(crate) fn unreadable(what: &str, message_id: &str, error: &serde_json::Error) {
    let reason = format!("line {}, column {}", error.line(), error.column());
    tracing::error!(what, message_id, code = "message-unreadable", reason, "not done");
}
