//! One log event an outcome.

use cloud::metrics::{self, Metric, Stopwatch};
use cloud::tracing;
use domain::failure::Failure;
use serde_json::error::Category;

/// Counts what was done, or was not.
pub(crate) fn counted(done: Metric, failed: Metric, is_done: bool, took: Stopwatch) {
    let what = if is_done { done } else { failed };
    metrics::write(&[(what, 1)], &[("milliseconds", &took.milliseconds().to_string())]);
}

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
    // Not the error's own words: they may quote the message.
    let fault = match error.classify() {
        Category::Data => "has a field missing or one that cannot be meant",
        Category::Io | Category::Syntax | Category::Eof => "is no JSON",
    };
    let (line, column) = (error.line(), error.column());
    let reason = format!("the message {fault} (line {line}, column {column})");
    tracing::error!(what, message_id, code = "message-unreadable", reason, "not done");
}
