//! Runs a function for as long as Lambda wants it.

use cloud::metrics::{Metric, Stopwatch};
use domain::clock::Now;
use domain::failure::Failure;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thiserror::Error;

use crate::event::{Event, Message, NotAnEvent};
use crate::outcome;

/// What a batch is answered with: the messages that must come again.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchAnswer {
    batch_item_failures: Vec<FailedMessage>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailedMessage {
    item_identifier: String,
}

/// An event was not handled; its reason is in the log. Lambda is told no more than this.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct NotHandled {
    code: &'static str,
    reason: String,
}

impl NotHandled {
    fn because(what: &str, error: &impl Failure) -> Self {
        outcome::failed(what, None, error);
        Self { code: error.code(), reason: error.to_string() }
    }
}

impl From<NotHandled> for Diagnostic {
    fn from(NotHandled { code, reason }: NotHandled) -> Self {
        Self { error_type: code.to_owned(), error_message: reason }
    }
}

/// Serves a queue: `handle` is given each message's JSON as a `T`.
///
/// # Errors
///
/// If Lambda cannot be reached.
pub async fn run_queue<T: DeserializeOwned, E: Failure>(
    handle: impl AsyncFn(T) -> Result<(), E>,
) -> Result<(), Error> {
    let serve = async |event| match read(event)? {
        Event::Messages(messages) => handled(messages, &handle).await,
        Event::Time(_) => Err(unknown(&NotAnEvent::NotMessages)),
    };
    serving(serve).await
}

/// Does a job whenever it is told the time.
///
/// # Errors
///
/// If Lambda cannot be reached.
pub async fn run_jobs<E: Failure>(job: impl AsyncFn(Now) -> Result<(), E>) -> Result<(), Error> {
    let serve = async |event| match read(event)? {
        Event::Time(now) => done(now, &job).await,
        Event::Messages(_) => Err(unknown(&NotAnEvent::NotTheTime)),
    };
    serving(serve).await
}

/// Serves a queue, and does a job whenever it is told the time.
///
/// # Errors
///
/// If Lambda cannot be reached.
pub async fn run_queue_and_jobs<T: DeserializeOwned, E: Failure, F: Failure>(
    handle: impl AsyncFn(T) -> Result<(), E>,
    job: impl AsyncFn(Now) -> Result<(), F>,
) -> Result<(), Error> {
    serving(async |event| answer(event, &handle, &job).await).await
}

/// Answers one event as [`run_queue_and_jobs`] does; for tests, which are their own Lambda.
///
/// # Errors
///
/// Why a job failed, or that the event is none. A message that failed is no error: it is in the answer.
pub async fn answer<T: DeserializeOwned, E: Failure, F: Failure>(
    event: Value,
    handle: &impl AsyncFn(T) -> Result<(), E>,
    job: &impl AsyncFn(Now) -> Result<(), F>,
) -> Result<Value, NotHandled> {
    match read(event)? {
        Event::Messages(messages) => handled(messages, handle).await,
        Event::Time(now) => done(now, job).await,
    }
}

async fn serving(serve: impl AsyncFn(Value) -> Result<Value, NotHandled>) -> Result<(), Error> {
    let serve = &serve;
    let answered = move |event: LambdaEvent<Value>| serve(event.payload);
    lambda_runtime::run(service_fn(answered)).await
}

fn read(event: Value) -> Result<Event, NotHandled> {
    Event::read(event).map_err(|error| unknown(&error))
}

fn unknown(error: &NotAnEvent) -> NotHandled {
    NotHandled::because("event", error)
}

/// One message after the other: they are of few contracts or files, and those would only wait for each other.
async fn handled<T: DeserializeOwned, E: Failure>(
    messages: Vec<Message>,
    handle: &impl AsyncFn(T) -> Result<(), E>,
) -> Result<Value, NotHandled> {
    let mut answer = BatchAnswer::default();
    for Message { message_id, body } in messages {
        let took = Stopwatch::start();
        let is_done = match serde_json::from_str(&body) {
            Err(error) => {
                outcome::unreadable("message", &message_id, &error);
                false
            }
            Ok(message) => match handle(message).await {
                Ok(()) => {
                    outcome::done("message", Some(&message_id));
                    true
                }
                Err(error) => {
                    outcome::failed("message", Some(&message_id), &error);
                    false
                }
            },
        };
        outcome::counted(Metric::MessagesDone, Metric::MessagesFailed, is_done, took);
        if !is_done {
            answer.batch_item_failures.push(FailedMessage { item_identifier: message_id });
        }
    }
    Ok(json!(answer))
}

/// A job that fails is an error, so that Lambda tries it again and counts it; the next time does it anyway.
async fn done<E: Failure>(
    now: Now,
    job: &impl AsyncFn(Now) -> Result<(), E>,
) -> Result<Value, NotHandled> {
    let took = Stopwatch::start();
    let outcome = job(now).await;
    outcome::counted(Metric::JobsDone, Metric::JobsFailed, outcome.is_ok(), took);
    match outcome {
        Ok(()) => {
            outcome::done("job", None);
            Ok(Value::Null)
        }
        Err(error) => Err(NotHandled::because("job", &error)),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use cloud::metrics::Kept;
    use domain::failure::Kind;
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("no")]
    struct No;

    impl Failure for No {
        fn kind(&self) -> Kind {
            Kind::Unavailable
        }

        fn code(&self) -> &'static str {
            "no"
        }
    }

    async fn no_job(_: Now) -> Result<(), No> {
        Err(No)
    }

    async fn no_message(_: Value) -> Result<(), No> {
        Err(No)
    }

    fn batch(bodies: &[&str]) -> Value {
        let records = bodies.iter().enumerate();
        let records = records.map(|(index, body)| {
            json!({"messageId": format!("m{index}"), "body": body, "eventSource": "aws:sqs"})
        });
        json!({"Records": records.collect::<Vec<_>>()})
    }

    #[tokio::test]
    async fn what_is_done_and_what_fails_is_counted() {
        let kept = Kept::begin();
        let handle = async |number: u32| if number == 2 { Err(No) } else { Ok(()) };
        let event = json!({"time": "2031-04-28T16:15:00Z"});
        let job = async |_: Now| Ok::<(), No>(());
        answer(batch(&["1", "2", "nonsense", "4"]), &handle, &no_job).await.unwrap();
        answer(event.clone(), &handle, &job).await.unwrap();
        answer(event, &handle, &no_job).await.unwrap_err();
        let sums =
            [Metric::MessagesDone, Metric::MessagesFailed, Metric::JobsDone, Metric::JobsFailed];
        assert_eq!(sums.map(|metric| kept.sum(metric)), [2, 2, 1, 1]);
    }

    #[tokio::test]
    async fn a_message_that_fails_comes_again_and_the_others_are_done() {
        let seen = RefCell::new(Vec::new());
        let handle = async |number: u32| {
            seen.borrow_mut().push(number);
            if number == 2 { Err(No) } else { Ok(()) }
        };
        let answer = answer(batch(&["1", "2", "nonsense", "4"]), &handle, &no_job).await.unwrap();
        assert_eq!(
            answer,
            json!({"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]})
        );
        assert_eq!(seen.into_inner(), [1, 2, 4]);
    }

    #[tokio::test]
    async fn a_batch_that_is_done_reports_no_failure() {
        let handle = async |_: Value| Ok::<(), No>(());
        let answer = answer(batch(&["{}"]), &handle, &no_job).await.unwrap();
        assert_eq!(answer, json!({"batchItemFailures": []}));
    }

    #[tokio::test]
    async fn a_job_is_told_the_time_of_its_event_and_not_of_a_clock() {
        let told = RefCell::new(None);
        let job = async |now: Now| {
            *told.borrow_mut() = Some(now.instant.to_rfc3339());
            Ok::<(), No>(())
        };
        answer(json!({"time": "2031-04-28T16:15:00Z"}), &no_message, &job).await.unwrap();
        assert_eq!(told.into_inner().unwrap(), "2031-04-28T16:15:00+00:00");
    }

    #[tokio::test]
    async fn a_job_that_fails_is_an_error_so_that_it_is_tried_again() {
        let event = json!({"time": "2031-04-28T16:15:00Z"});
        let error = answer(event, &no_message, &no_job).await.unwrap_err();
        assert_eq!(error.to_string(), "no");
    }
}
