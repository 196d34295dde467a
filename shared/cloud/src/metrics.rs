//! What is counted, for alarms and the dashboard (docs/operations.md).
//!
//! A metric is a line of the function's log in CloudWatch's embedded metric format: no call is made for it, and
//! whoever reads the log reads it too. It says what happened and how often, by function, and never to whom: no
//! metric, dimension or property has a name, a reference or an address in it. Each metric costs by the month, so that
//! those which many functions write are counted together, with the function as a property of the line, and only what
//! must be told apart is counted by function; how long a function takes is counted by Lambda itself. A process that dies between doing
//! something and writing its line is not counted; what was paid is said by payment files, never by a metric.

use std::cell::RefCell;
use std::io::Write;
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::{Map, Value, json};

/// Under which name CloudWatch keeps them.
pub const NAMESPACE: &str = "ProviderPortal";

/// Something that is counted or measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// A request was answered, whatever the answer.
    Requests,
    /// How long a request took.
    Latency,
    /// A request was refused: the property `code` says why.
    Refusals,
    /// A request could not be answered, and the fault is ours: the property `code` says why.
    Faults,
    /// A request was refused because there were too many.
    Throttled,
    /// What somebody did was done and could not be recorded as done.
    OutcomesUnrecorded,
    /// A message of a queue was worked off.
    MessagesDone,
    /// A message of a queue was not worked off; it comes again.
    MessagesFailed,
    /// A job that a rule starts did everything that was due.
    JobsDone,
    /// A job that a rule starts did not do everything.
    JobsFailed,
    /// A password, a code or a second step was wrong, or was given for an account that is locked.
    SignInFailures,
    /// A statement was finalised.
    StatementsFinalised,
    /// What finalised statements pay, in pence.
    PencePaid,
    /// An email was handed to the mail service.
    EmailsSent,
    /// The mail service did not take an email; it is tried again.
    EmailsFailed,
    /// An email was not sent: its address does not work, its reader complained, or it is of no use any more.
    EmailsSuppressed,
    /// An address does not exist.
    EmailsBounced,
    /// A reader called an email unwanted.
    EmailsComplained,
    /// A file of the council's or of a provider was taken in.
    FilesTaken,
    /// A file was refused whole.
    FilesRefused,
    /// A row of a file was refused.
    RowsRefused,
    /// How many rows wait for something not yet known.
    RowsWaiting,
    /// A provider's software took what it was told.
    WebhooksTold,
    /// A provider's software did not answer, or refused; it is told again.
    WebhooksFailed,
    /// The records of who saw and changed what were found whole and sealed for the day.
    AuditSealed,
    /// A record of who saw and changed what is not as it was written.
    AuditBroken,
}

impl Metric {
    /// Whether it is counted for each function by itself, rather than for the whole stack.
    fn is_by_function(self) -> bool {
        matches!(
            self,
            Self::MessagesDone
                | Self::MessagesFailed
                | Self::JobsDone
                | Self::JobsFailed
                | Self::FilesTaken
                | Self::FilesRefused
                | Self::RowsRefused
        )
    }

    /// Its name in CloudWatch, and its unit.
    fn name_and_unit(self) -> (&'static str, &'static str) {
        match self {
            Self::Requests => ("Requests", "Count"),
            Self::Latency => ("Latency", "Milliseconds"),
            Self::Refusals => ("Refusals", "Count"),
            Self::Faults => ("Faults", "Count"),
            Self::Throttled => ("Throttled", "Count"),
            Self::OutcomesUnrecorded => ("OutcomesUnrecorded", "Count"),
            Self::MessagesDone => ("MessagesDone", "Count"),
            Self::MessagesFailed => ("MessagesFailed", "Count"),
            Self::JobsDone => ("JobsDone", "Count"),
            Self::JobsFailed => ("JobsFailed", "Count"),
            Self::SignInFailures => ("SignInFailures", "Count"),
            Self::StatementsFinalised => ("StatementsFinalised", "Count"),
            Self::PencePaid => ("PencePaid", "Count"),
            Self::EmailsSent => ("EmailsSent", "Count"),
            Self::EmailsFailed => ("EmailsFailed", "Count"),
            Self::EmailsSuppressed => ("EmailsSuppressed", "Count"),
            Self::EmailsBounced => ("EmailsBounced", "Count"),
            Self::EmailsComplained => ("EmailsComplained", "Count"),
            Self::FilesTaken => ("FilesTaken", "Count"),
            Self::FilesRefused => ("FilesRefused", "Count"),
            Self::RowsRefused => ("RowsRefused", "Count"),
            Self::RowsWaiting => ("RowsWaiting", "Count"),
            Self::WebhooksTold => ("WebhooksTold", "Count"),
            Self::WebhooksFailed => ("WebhooksFailed", "Count"),
            Self::AuditSealed => ("AuditSealed", "Count"),
            Self::AuditBroken => ("AuditBroken", "Count"),
        }
    }
}

/// Who counts: known once it was started.
#[derive(Debug)]
struct Counter {
    stack: String,
    function: String,
}

static COUNTER: OnceLock<Counter> = OnceLock::new();

thread_local! {
    static KEPT: RefCell<Option<Vec<Value>>> = const { RefCell::new(None) };
}

/// Begins to write metrics of `function` in `stack`. Elsewhere, as in tests, none are written.
pub(crate) fn start(stack: &str, function: &str) {
    // Whoever was first named stays.
    drop(COUNTER.set(Counter { stack: stack.to_owned(), function: function.to_owned() }));
}

/// Counts one.
pub fn count(metric: Metric) {
    write(&[(metric, 1)], &[]);
}

/// Writes what happened together, with `properties` that are read in the log and are no part of a metric's name.
pub fn write(metrics: &[(Metric, i64)], properties: &[(&str, &str)]) {
    let test = || is_kept().then_some(("test", "test"));
    let counter = COUNTER.get().map(|it| (it.stack.as_str(), it.function.as_str()));
    let Some(counter) = counter.or_else(test) else { return };
    let line = line(counter, crate::now().instant.timestamp_millis(), metrics, properties);
    if keep(&line) {
        return;
    }
    // Where nobody reads the log, nobody is to be told.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

fn line(
    (stack, function): (&str, &str),
    at_milliseconds: i64,
    metrics: &[(Metric, i64)],
    properties: &[(&str, &str)],
) -> Value {
    let (mut of_stack, mut of_function) = (Vec::new(), Vec::new());
    let mut fields = Map::new();
    for (name, value) in properties {
        fields.insert((*name).to_owned(), json!(value));
    }
    for (metric, value) in metrics {
        let (name, unit) = metric.name_and_unit();
        let named = if metric.is_by_function() { &mut of_function } else { &mut of_stack };
        named.push(json!({"Name": name, "Unit": unit}));
        fields.insert(name.to_owned(), json!(value));
    }
    let directives: Vec<_> =
        [(json!(["Stack"]), of_stack), (json!(["Stack", "Function"]), of_function)]
            .into_iter()
            .filter(|(_, named)| !named.is_empty())
            .map(
                |(by, named)| json!({"Namespace": NAMESPACE, "Dimensions": [by], "Metrics": named}),
            )
            .collect();
    let aws = json!({"Timestamp": at_milliseconds, "CloudWatchMetrics": directives});
    fields.insert("_aws".to_owned(), aws);
    fields.insert("Stack".to_owned(), json!(stack));
    fields.insert("Function".to_owned(), json!(function));
    fields.insert("level".to_owned(), json!("INFO"));
    fields.insert("message".to_owned(), json!("counted"));
    Value::Object(fields)
}

/// How long something took.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Until now, in milliseconds.
    pub fn milliseconds(self) -> i64 {
        i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// The metrics of this thread from now on, for a test: kept instead of written, until this is dropped.
#[derive(Debug)]
pub struct Kept(());

impl Kept {
    /// Begins to keep them.
    pub fn begin() -> Self {
        KEPT.with_borrow_mut(|kept| *kept = Some(Vec::new()));
        Self(())
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<Value> {
        KEPT.with_borrow(|kept| kept.clone().unwrap_or_default())
    }

    /// What a metric adds up to.
    pub fn sum(&self, metric: Metric) -> i64 {
        let (name, _) = metric.name_and_unit();
        self.lines().iter().filter_map(|line| line.get(name)?.as_i64()).fold(0, i64::saturating_add)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.with_borrow_mut(Option::take);
    }
}

fn is_kept() -> bool {
    KEPT.with_borrow(Option::is_some)
}

fn keep(line: &Value) -> bool {
    KEPT.with_borrow_mut(|kept| kept.as_mut().map(|lines| lines.push(line.clone())).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads_metrics_from() {
        let metrics = [(Metric::StatementsFinalised, 1), (Metric::PencePaid, -136_001)];
        let who = ("portal", "portal-finalise");
        let line = line(who, 1_780_304_400_000, &metrics, &[("code", "x")]);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_780_304_400_000_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "ProviderPortal",
                    "Dimensions": [["Stack"]],
                    "Metrics": [
                        {"Name": "StatementsFinalised", "Unit": "Count"},
                        {"Name": "PencePaid", "Unit": "Count"}
                    ]
                }]
            },
            "Stack": "portal", "Function": "portal-finalise", "level": "INFO", "message": "counted",
            "StatementsFinalised": 1, "PencePaid": -136_001, "code": "x"
        });
        assert_eq!(line, expected);
        assert!(!line.to_string().contains('\n'));
    }

    #[test]
    fn what_must_be_told_apart_is_counted_by_function() {
        let line = line(("s", "f"), 0, &[(Metric::JobsDone, 1), (Metric::Faults, 0)], &[]);
        let [stack, function] = [0, 1].map(|nth| &line["_aws"]["CloudWatchMetrics"][nth]);
        assert_eq!(stack["Dimensions"], json!([["Stack"]]));
        assert_eq!(stack["Metrics"][0]["Name"], "Faults");
        assert_eq!(function["Dimensions"], json!([["Stack", "Function"]]));
        assert_eq!(function["Metrics"][0]["Name"], "JobsDone");
    }

    #[test]
    fn nothing_is_written_where_no_function_was_started() {
        count(Metric::Faults);
        let kept = Kept::begin();
        count(Metric::Faults);
        write(&[(Metric::Faults, 2), (Metric::Latency, 7)], &[("code", "fire")]);
        assert_eq!((kept.sum(Metric::Faults), kept.sum(Metric::Requests)), (3, 0));
        assert_eq!(kept.lines()[1]["code"], "fire");
    }
}
