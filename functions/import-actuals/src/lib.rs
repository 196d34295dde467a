//! Checks and applies the files of actuals that providers send.
//!
//! Its queue is told of two things: by the bucket, that a file arrived; by the page, that somebody wants one applied.
//! What is wrong with a file is in its batch and is no failure: the message is done. Only what could not be reached
//! fails, and the same message then goes on where it stopped.

use std::time::Duration;

use cloud::Cloud;
use domain::failure::{Failure, Kind};
use serde::Deserialize;
use triggers::{Dropped, Drops};
use uploads::{ApplyMessage, Uploads, UploadsError};

/// How long to wait before what could not be reached is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];

/// What the function works with.
#[derive(Debug, Clone)]
pub struct ImportActuals {
    /// Providers' files of actuals.
    pub uploads: Uploads,
}

/// What the queue is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// Somebody wants a file applied.
    Apply(ApplyMessage),
    /// Files arrived.
    Arrived(Drops),
}

impl ImportActuals {
    /// With the portal's table, buckets and queue of uploads. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { uploads: Uploads::open(cloud) }
    }

    /// Does what one message tells, the files that arrived in the order of their names.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every file was tried.
    pub async fn take_in(&self, message: Message) -> Result<(), UploadsError> {
        let uploads = &self.uploads;
        let Drops(mut drops) = match message {
            Message::Apply(ApplyMessage { apply }) => {
                return patiently(async || Box::pin(uploads.apply(&apply)).await).await;
            }
            Message::Arrived(drops) => drops,
        };
        drops.sort_by(|one, other| one.name.cmp(&other.name));
        let mut outcome = Ok(());
        for Dropped { name, version, at, .. } in drops {
            let arrived = async || Box::pin(uploads.arrived(&name, version.clone(), at)).await;
            if let Err(error) = patiently(arrived).await {
                outcome = Err(error);
            }
        }
        outcome
    }
}

/// Does `work` again after a moment if something could not be reached, before its message is given back: that would
/// come again only when the time is over that the largest file may take, and somebody looks at the page meanwhile.
async fn patiently(work: impl AsyncFn() -> Result<(), UploadsError>) -> Result<(), UploadsError> {
    for pause in PAUSES {
        match work().await {
            Err(error) if error.kind() == Kind::Unavailable => tokio::time::sleep(pause).await,
            done => return done,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use domain::clock::Now;
    use files::{Objects, Place};
    use messages::Queue;
    use serde_json::{Value, json};
    use store::Store;
    use testing::Council;

    use super::*;

    struct Rig {
        objects: Objects,
        function: ImportActuals,
    }

    impl Rig {
        async fn new() -> Self {
            let (store, objects) = (Store::in_memory(), Objects::in_memory());
            Council::homecare().save(&store).await;
            let uploads = Uploads::with(store, objects.clone(), Queue::in_memory());
            Self { objects, function: ImportActuals { uploads } }
        }

        async fn drop_file(&self, name: &str, text: &str) {
            let provider = "P1003".parse().unwrap();
            self.objects.put(&Place::provider_inbox(&provider, name), text).await.unwrap();
        }

        /// What the queue is answered.
        async fn receive(&self, event: Value) -> Value {
            let handle = async |message| Box::pin(self.function.take_in(message)).await;
            let job = async |_: Now| Ok::<(), UploadsError>(());
            triggers::answer(event, &handle, &job).await.unwrap()
        }

        fn answer(&self, name: &str) -> Value {
            let answer = &self.objects.dump()[&format!("upload/uploads/P1003/outbox/{name}")];
            serde_json::from_str(answer).unwrap()
        }
    }

    fn message(body: &Value) -> Value {
        json!({"Records": [{
            "messageId": "m1", "eventSource": "aws:sqs", "body": body.to_string()
        }]})
    }

    fn arrived(names: &[&str]) -> Value {
        let record = |name: &&str| {
            json!({
                "eventName": "ObjectCreated:Put", "eventTime": "2022-11-20T08:30:02Z",
                "s3": {"bucket": {"name": "upload"}, "object": {"key": format!("uploads/P1003/inbox/{name}"), "size": 1}}
            })
        };
        message(&json!({"Records": names.iter().map(record).collect::<Vec<_>>()}))
    }

    fn done() -> Value {
        json!({"batchItemFailures": []})
    }

    #[tokio::test]
    async fn a_bad_file_never_stops_the_next() {
        let rig = Rig::new().await;
        let good = "ProviderRef,SSRef,CPLI_ID,WeekStart,Actual\n\
                    P1003,A500001,170001,31/10/2022,10.5\n";
        rig.drop_file("ACTUALS_P1003_20221120080000.csv", "\u{0}\u{1}").await;
        rig.drop_file("ACTUALS_P1003_20221120090000.csv", good).await;
        let names = ["ACTUALS_P1003_20221120090000.csv", "ACTUALS_P1003_20221120080000.csv"];
        assert_eq!(rig.receive(arrived(&names)).await, done());
        let bad = rig.answer("ACTUALS_P1003_20221120080000_summary.json");
        assert_eq!((&bad["state"], &bad["refused"]["code"]), (&json!("rejected"), &json!("F03")));
        let good = rig.answer("ACTUALS_P1003_20221120090000_summary.json");
        assert_eq!((&good["state"], &good["rows_new"]), (&json!("applied"), &json!(1)));
    }

    #[tokio::test]
    async fn a_message_about_no_batch_is_done() {
        let rig = Rig::new().await;
        let apply = json!({"apply": {"provider_ref": "P1003", "batch_id": "20221120T083002-1"}});
        assert_eq!(rig.receive(message(&apply)).await, done());
    }

    #[tokio::test]
    async fn what_is_no_message_comes_again_and_ends_in_the_dead_letter_queue() {
        let rig = Rig::new().await;
        let failed = rig.receive(message(&json!({"apply": {"provider_ref": "P1003"}}))).await;
        assert_eq!(failed["batchItemFailures"].as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_could_not_be_reached_comes_again() {
        let rig = Rig::new().await;
        let name = "ACTUALS_P1003_20221120090000.csv";
        rig.drop_file(name, "ProviderRef,SSRef,CPLI_ID,WeekStart,Actual\n").await;
        let fuse = cloud::Fuse::blowing_at(1);
        let store = Store::in_memory().with_fuse(fuse);
        let uploads = Uploads::with(store, rig.objects.clone(), Queue::in_memory());
        let rig = Rig { function: ImportActuals { uploads }, ..rig };
        let failed = rig.receive(arrived(&[name])).await;
        assert_eq!(failed["batchItemFailures"].as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn the_sample_events_are_accepted() {
        for sample in [
            include_str!("../../../events/import-actuals.json"),
            include_str!("../../../events/import-actuals-apply.json"),
        ] {
            let rig = Rig::new().await;
            let answer = rig.receive(serde_json::from_str(sample).unwrap()).await;
            assert_eq!(answer, done());
        }
    }
}
