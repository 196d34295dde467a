//! Takes in what the council drops in its inbox.
//!
//! What is wrong with a file is answered beside it and is no failure: the message is done. Only what could not be
//! reached fails, and the same message then goes on where the file stopped.

use cloud::Cloud;
use domain::clock::Now;
use imports::{Imports, ImportsError};
use triggers::Drops;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// The council's files.
    pub imports: Imports,
}

impl ImportFile {
    /// With the portal's table, buckets and mail queue. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { imports: Imports::open(cloud) }
    }

    /// Takes in the files of one message, in the order of their names, which is that of their times.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every file was tried.
    pub async fn take_in(&self, Drops(mut drops): Drops) -> Result<(), ImportsError> {
        drops.sort_by(|one, other| one.name.cmp(&other.name));
        let mut outcome = Ok(());
        for dropped in drops {
            let now = Now::at(dropped.at);
            if let Err(error) = self.imports.take_in(&dropped.name, dropped.version, now).await {
                outcome = Err(error);
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use files::{Objects, Place};
    use messages::Queue;
    use serde_json::{Value, json};
    use store::Store;

    use super::*;

    struct Rig {
        objects: Objects,
        function: ImportFile,
    }

    impl Rig {
        fn new() -> Self {
            let (store, objects) = (Store::in_memory(), Objects::in_memory());
            let imports = Imports::with(store, objects.clone(), Queue::in_memory(), |_| [7; 32]);
            Self { objects, function: ImportFile { imports } }
        }

        async fn drop_file(&self, name: &str, text: &str) {
            self.objects.put(&Place::council_inbox(name), text).await.unwrap();
        }

        /// What the queue is answered.
        async fn receive(&self, event: Value) -> Value {
            let handle = async |drops| Box::pin(self.function.take_in(drops)).await;
            let job = async |_: Now| Ok::<(), ImportsError>(());
            triggers::answer(event, &handle, &job).await.unwrap()
        }

        fn answer(&self, name: &str) -> Option<String> {
            self.objects.dump().get(&format!("upload/council/outbox/{name}")).cloned()
        }
    }

    fn message(names: &[&str]) -> Value {
        let record = |name: &&str| {
            json!({
                "eventName": "ObjectCreated:Put", "eventTime": "2026-04-01T08:30:02Z",
                "s3": {"bucket": {"name": "upload"}, "object": {"key": format!("council/inbox/{name}"), "size": 1}}
            })
        };
        let body = json!({"Records": names.iter().map(record).collect::<Vec<_>>()});
        json!({"Records": [{
            "messageId": "m1", "eventSource": "aws:sqs", "body": body.to_string()
        }]})
    }

    #[tokio::test]
    async fn a_bad_file_never_stops_the_next() {
        let rig = Rig::new();
        let providers = "provider_ref,name,kind\nP1001,Lake House,care_home\n";
        rig.drop_file("nonsense_20260401T090000.csv", "a,b\n1,2\n").await;
        rig.drop_file("providers_20260401T080000.csv", "\u{0}\u{1}").await;
        rig.drop_file("providers_20260401T100000.csv", providers).await;
        let names = [
            "nonsense_20260401T090000.csv",
            "providers_20260401T100000.csv",
            "providers_20260401T080000.csv",
        ];
        assert_eq!(rig.receive(message(&names)).await, json!({"batchItemFailures": []}));
        let log = |stem: &str| rig.answer(&format!("{stem}_log.csv")).unwrap();
        assert!(log("nonsense_20260401T090000").contains("F07"));
        assert!(log("providers_20260401T080000").contains("F03"));
        assert_eq!(log("providers_20260401T100000"), "row,column,code,message\r\n");
        let summary = rig.answer("providers_20260401T100000_summary.json").unwrap();
        let summary: Value = serde_json::from_str(&summary).unwrap();
        assert_eq!((&summary["rows_new"], &summary["refused"]), (&json!(1), &json!(null)));
    }

    #[tokio::test]
    async fn the_sample_event_is_accepted() {
        let rig = Rig::new();
        let sample = include_str!("../../../events/import-file.json");
        let answer = rig.receive(serde_json::from_str(sample).unwrap()).await;
        assert_eq!(answer, json!({"batchItemFailures": []}));
    }
}
