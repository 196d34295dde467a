//! Files that were dropped in a bucket, as S3 tells a queue.

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::Error as _;

/// One file that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The bucket's name.
    pub bucket: String,
    /// The object's name: `council/inbox/cplis_20260401T093000.csv`.
    pub name: String,
    /// Which of the objects of that name, if the bucket keeps them. It is read even if another follows.
    pub version: Option<String>,
    /// How large it is, in bytes.
    pub size_bytes: u64,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// What one message says about dropped files: mostly one, none in the message that S3 tests a queue with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Notification")]
pub struct Drops(pub Vec<Dropped>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Notification {
    Files {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    Test {
        #[serde(rename = "Event")]
        event: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    event_time: DateTime<Utc>,
    s3: Place,
}

#[derive(Deserialize)]
struct Place {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: String,
    #[serde(default)]
    size: u64,
    version_id: Option<String>,
}

impl TryFrom<Notification> for Drops {
    type Error = serde_json::Error;

    fn try_from(notification: Notification) -> Result<Self, Self::Error> {
        match notification {
            Notification::Files { records } => {
                let created = |record: &Record| record.event_name.contains("ObjectCreated:");
                records.into_iter().filter(created).map(dropped).collect::<Result<_, _>>().map(Self)
            }
            Notification::Test { event } if event == "s3:TestEvent" => Ok(Self(Vec::new())),
            Notification::Test { event } => {
                Err(Self::Error::custom(format!("an event {event} is not about files")))
            }
        }
    }
}

fn dropped(record: Record) -> Result<Dropped, serde_json::Error> {
    let Place { bucket, object } = record.s3;
    let name = decoded(&object.key)?;
    // S3 writes "null" for objects from before a bucket kept versions.
    let version = object.version_id.filter(|version| !version.is_empty() && version != "null");
    let (size_bytes, at) = (object.size, record.event_time);
    Ok(Dropped { bucket: bucket.name, name, version, size_bytes, at })
}

/// The object's name as it is: S3 writes it as a form does, a space as `+`.
fn decoded(key: &str) -> Result<String, serde_json::Error> {
    let spaced = key.replace('+', " ");
    let name = percent_decode_str(&spaced).decode_utf8().map_err(serde_json::Error::custom)?;
    Ok(name.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Event;

    fn read(body: serde_json::Value) -> Result<Drops, serde_json::Error> {
        serde_json::from_value(body)
    }

    fn created(key: &str) -> serde_json::Value {
        json!({"Records": [{
            "eventName": "ObjectCreated:Put", "eventTime": "2026-04-01T08:30:02.153Z",
            "s3": {"bucket": {"name": "upload"}, "object": {"key": key, "size": 12}}
        }]})
    }

    #[test]
    fn the_file_of_a_notification_is_named_with_its_version() {
        let sample = serde_json::from_str(include_str!("../../../events/import-file.json"));
        let Event::Messages(messages) = Event::read(sample.unwrap()).unwrap() else {
            panic!("not messages")
        };
        let Drops(drops) = serde_json::from_str(&messages[0].body).unwrap();
        assert_eq!(drops[0].name, "council/inbox/cplis_20260401T093000.csv");
        assert_eq!(drops[0].version.as_deref(), Some("4Yx1RpKPYvR2gJ5rJzXvJHfNfLqk9nQf"));
        assert_eq!(drops[0].at.to_rfc3339(), "2026-04-01T08:30:02.153+00:00");
    }

    #[test]
    fn a_name_is_as_the_person_wrote_it() {
        let name = |key| read(created(key)).unwrap().0.remove(0).name;
        assert_eq!(name("council/inbox/my+file%281%29.csv"), "council/inbox/my file(1).csv");
        assert_eq!(name("council/inbox/a%2Bb+caf%C3%A9.csv"), "council/inbox/a+b café.csv");
    }

    #[test]
    fn the_message_that_s3_tests_a_queue_with_drops_nothing() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "upload"});
        assert_eq!(read(test).unwrap(), Drops(Vec::new()));
    }

    #[test]
    fn a_deleted_file_was_not_dropped() {
        let mut event = created("council/inbox/a.csv");
        event["Records"][0]["eventName"] = json!("ObjectRemoved:Delete");
        assert_eq!(read(event).unwrap(), Drops(Vec::new()));
    }

    #[test]
    fn what_is_no_notification_is_refused() {
        for body in [json!({}), json!({"Event": "x"}), created("%FF")] {
            let refused = read(body.clone());
            assert!(refused.is_err(), "{body}");
        }
    }
}
