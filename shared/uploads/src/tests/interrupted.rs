//! Killed before and after every call, done again, and done by two at once: the same table and buckets as undisturbed.

use std::collections::BTreeMap;

use cloud::Fuse;
use serde_json::Value;

use super::rig::{Rig, good, mixed, northside, now};
use crate::{Apply, UploadsError};

const NAME: &str = "ACTUALS_P1003_20221120083000.csv";
const AT: &str = "2022-11-20T08:30:02Z";

/// Everything that can be seen.
#[derive(Debug, PartialEq)]
struct State {
    table: BTreeMap<String, Value>,
    objects: BTreeMap<String, String>,
}

fn state(rig: &Rig) -> State {
    State { table: rig.store.dump().unwrap(), objects: rig.objects.dump() }
}

/// A provider in whose inbox `text` lies ready, and which recorded one of its weeks before.
async fn ready(text: &str) -> Rig {
    let rig = Rig::new().await;
    rig.type_week("170001", "2022-10-31", "9", "2022-11-19T09:00:00Z").await;
    rig.put(NAME, text).await;
    rig
}

async fn taken(rig: &Rig, fuse: &Fuse) -> Result<(), UploadsError> {
    rig.arrives(fuse, NAME, Some("v0".to_owned()), AT).await
}

/// Drops `text`, killed at every call in turn and taken in again.
async fn survives(text: &str) {
    let undisturbed = ready(text).await;
    taken(&undisturbed, &Fuse::default()).await.unwrap();
    let wanted = state(&undisturbed);
    for cut in 1.. {
        let rig = ready(text).await;
        let fuse = Fuse::blowing_at(cut);
        let killed = taken(&rig, &fuse).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
        if !fuse.has_blown() {
            assert!(cut > 20, "hardly anything was called");
            return;
        }
        taken(&rig, &Fuse::default()).await.unwrap();
        assert_eq!(state(&rig), wanted, "{:?}", fuse.blown_label());
    }
}

#[tokio::test]
async fn a_file_that_is_dropped_survives() {
    survives(&good()).await;
}

#[tokio::test]
async fn a_file_with_bad_rows_survives() {
    survives(&mixed()).await;
}

#[tokio::test]
async fn a_file_that_is_refused_survives() {
    survives(&good().replace("P1003", "P1004")).await;
}

#[tokio::test]
async fn a_file_without_a_good_row_survives() {
    survives(&good().replace("A50000", "A99999")).await;
}

#[tokio::test]
async fn a_file_told_of_twice_changes_nothing_more() {
    for text in [good(), mixed()] {
        let rig = ready(&text).await;
        taken(&rig, &Fuse::default()).await.unwrap();
        let once = state(&rig);
        taken(&rig, &Fuse::default()).await.unwrap();
        assert_eq!(state(&rig), once);
    }
}

/// A batch of which applying was asked for; its time is not its own in every run, so states are compared without.
async fn asked() -> (Rig, Apply) {
    let rig = Rig::new().await;
    rig.type_week("170001", "2022-10-31", "9", "2022-11-19T09:00:00Z").await;
    let batch = rig.checked(&mixed()).await;
    let asked = rig.uploads().ask_to_apply(&northside(), &batch.batch_id, "Ada", now()).await;
    asked.unwrap();
    (rig, Apply { provider_ref: northside(), batch_id: batch.batch_id })
}

/// The table, with the batch under one name, and what happened under the name of what it is.
fn table(rig: &Rig, apply: &Apply) -> String {
    let mut dump = rig.store.dump().unwrap();
    for (_, mut event) in dump.extract_if(.., |key, _| key.contains(" EVENT#")).collect::<Vec<_>>()
    {
        event["SK"] = event["kind"].take();
        assert!(dump.insert(format!("EVENT {}", event["SK"]), event).is_none(), "told of twice");
    }
    let table = serde_json::to_string(&dump).unwrap();
    table.replace(apply.batch_id.as_str(), "BATCH")
}

#[tokio::test]
async fn a_batch_that_is_applied_survives() {
    let (undisturbed, apply) = asked().await;
    undisturbed.uploads().apply(&apply).await.unwrap();
    let wanted = table(&undisturbed, &apply);
    for cut in 1.. {
        let (rig, apply) = asked().await;
        let fuse = Fuse::blowing_at(cut);
        let killed = rig.uploads_with(&fuse).apply(&apply).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
        if !fuse.has_blown() {
            assert!(cut > 20, "hardly anything was called");
            return;
        }
        rig.uploads().apply(&apply).await.unwrap();
        assert_eq!(table(&rig, &apply), wanted, "{:?}", fuse.blown_label());
    }
}

#[tokio::test]
async fn asking_survives() {
    for cut in 1.. {
        let rig = Rig::new().await;
        let batch = rig.checked(&good()).await;
        let fuse = Fuse::blowing_at(cut);
        let ask = async |fuse: &Fuse| {
            let uploads = rig.uploads_with(fuse);
            uploads.ask_to_apply(&northside(), &batch.batch_id, "Ada", now()).await
        };
        let killed = ask(&fuse).await.is_err();
        if !killed {
            break;
        }
        ask(&Fuse::default()).await.unwrap();
        for message in rig.queue.take() {
            let apply: Apply = serde_json::from_value(message["apply"].clone()).unwrap();
            rig.uploads().apply(&apply).await.unwrap();
        }
        assert_eq!(rig.units().await.len(), 3, "{:?}", fuse.blown_label());
    }
}

/// Four processes are told of the same batch, or of the same file, at the same moment; who fails is told again.
fn at_once(rig: &Rig, work: impl Fn(&Rig, &tokio::runtime::Runtime) -> bool + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                while !work(rig, &runtime) {}
            });
        }
    });
}

#[tokio::test]
async fn four_who_apply_a_batch_at_once_record_each_week_once() {
    let (undisturbed, apply) = asked().await;
    undisturbed.uploads().apply(&apply).await.unwrap();
    let wanted = table(&undisturbed, &apply);
    for _ in 0..10 {
        let (rig, apply) = asked().await;
        at_once(&rig, |rig, runtime| runtime.block_on(rig.uploads().apply(&apply)).is_ok());
        assert_eq!(table(&rig, &apply), wanted);
    }
}

#[tokio::test]
async fn four_who_take_a_file_in_at_once_record_each_week_once() {
    let undisturbed = ready(&mixed()).await;
    taken(&undisturbed, &Fuse::default()).await.unwrap();
    let wanted = state(&undisturbed);
    for _ in 0..10 {
        let rig = ready(&mixed()).await;
        at_once(&rig, |rig, runtime| runtime.block_on(taken(rig, &Fuse::default())).is_ok());
        assert_eq!(state(&rig), wanted);
    }
}
