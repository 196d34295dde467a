//! What a function was woken with.

use chrono::{DateTime, Utc};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// What a function was woken with.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Some messages of a queue.
    Messages(Vec<Message>),
    /// It is this time: from a rule that fires every so often, or from somebody who says what time it is.
    Time(Now),
}

/// One message of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What the queue calls it.
    pub message_id: String,
    /// What it says, as text.
    #[serde(default)]
    pub body: String,
}

/// This function does not know what woke it.
#[derive(Debug, Error)]
pub enum NotAnEvent {
    /// It is neither messages of a queue nor a time.
    #[error("the event is neither messages of a queue nor {{\"time\":\"…\"}}")]
    Neither,
    /// This function takes messages of a queue.
    #[error("this function takes messages of a queue, and was told the time")]
    NotMessages,
    /// This function takes the time.
    #[error("this function takes the time, and was given messages of a queue")]
    NotTheTime,
    /// The time is not one.
    #[error("the event's time is not such as 2026-04-01T09:30:00Z: {0}")]
    NotATime(chrono::ParseError),
    /// The messages are not as SQS writes them.
    #[error("the event's messages cannot be read: {0}")]
    NotMessagesOfAQueue(serde_json::Error),
}

impl Failure for NotAnEvent {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "event-unknown"
    }
}

impl Event {
    /// Reads what Lambda was invoked with: an SQS batch, an event of an EventBridge rule, or `{"time":"…"}`.
    ///
    /// # Errors
    ///
    /// [`NotAnEvent`] if it is none of them.
    pub fn read(event: Value) -> Result<Self, NotAnEvent> {
        let Value::Object(mut event) = event else { return Err(NotAnEvent::Neither) };
        if let Some(records) = event.remove("Records") {
            let messages = serde_json::from_value(records);
            return messages.map(Self::Messages).map_err(NotAnEvent::NotMessagesOfAQueue);
        }
        match event.get("time") {
            Some(Value::String(time)) => {
                let instant = DateTime::parse_from_rfc3339(time).map_err(NotAnEvent::NotATime)?;
                Ok(Self::Time(Now::at(instant.with_timezone(&Utc))))
            }
            Some(_) | None => Err(NotAnEvent::Neither),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample(text: &str) -> Event {
        Event::read(serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn a_rule_and_a_person_say_the_time_the_same_way() {
        let of_rule = sample(include_str!("../../../events/daily-jobs.json"));
        assert_eq!(of_rule, sample(r#"{"time": "2026-04-28T16:15:00Z"}"#));
        assert_eq!(of_rule, sample(r#"{"time": "2026-04-28T17:15:00+01:00"}"#));
    }

    #[test]
    fn the_time_of_finalise_may_be_given_by_hand() {
        let Event::Time(now) = sample(include_str!("../../../events/finalise.json")) else {
            panic!("not the time")
        };
        assert_eq!(now.date.to_string(), "2026-04-30");
    }

    #[test]
    fn a_batch_is_its_messages() {
        let Event::Messages(messages) = sample(include_str!("../../../events/finalise-queue.json"))
        else {
            panic!("not messages")
        };
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].message_id, "7c0f7b3e-2a52-4d34-9b9f-1d1c7f0f6a01");
    }

    #[test]
    fn anything_else_is_refused() {
        for event in
            [json!(null), json!([]), json!({}), json!({"time": 5}), json!({"time": "noon"})]
        {
            let refused = Event::read(event.clone());
            assert!(refused.is_err(), "{event}");
        }
    }
}
