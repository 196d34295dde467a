//! One JSON event a line: a message and fields, with the request id that Lambda gave.

use lambda_runtime::tracing::subscriber::filter::LevelFilter;
use lambda_runtime::tracing::subscriber::fmt;

/// Starts writing events of `level` and above (`INFO` unless it is set) to the function's log.
///
/// Whoever reads the logs reads JSON, on one machine as in an account: dashboards and `jq` see the same.
pub(crate) fn start(level: Option<&str>) {
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let started = fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level)
        .try_init();
    // Somebody else, such as a test, may already collect events: theirs then stays.
    drop(started);
}
