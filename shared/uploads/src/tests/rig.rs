//! A homecare agency that sends files.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::Fuse;
use domain::clock::Now;
use domain::ids::{BatchId, ContractRef, CpliId, ProviderRef};
use domain::upload::UploadBatch;
use domain::weeks::Recorded;
use files::{Objects, Place};
use messages::Queue;
use serde_json::Value;
use store::{CpliWeeks, PeriodOf, Store};
use testing::{Council, day, parse};

use crate::{Started, Uploads, UploadsError};

/// The headings of a short file.
pub(super) const HEADINGS: &str = "FileReference,ProviderRef,SSRef,CPLI_ID,WeekStart,Actual,Frustrated,Missed,Extra,ReasonCode,Comment\n";

/// Northside and what it works with, on Sunday 20 November 2022.
#[derive(Debug, Clone)]
pub(super) struct Rig {
    pub(super) store: Store,
    pub(super) objects: Objects,
    pub(super) queue: Queue,
}

/// A row of a file: the care package, its client, the week, and what was delivered as planned or otherwise.
pub(super) fn row(cpli: &str, week: &str, rest: &str) -> String {
    let client = match cpli {
        "170001" => "A500001",
        "170002" => "A500002",
        _ => "A500009",
    };
    format!(",P1003,{client},{cpli},{week},{rest}\n")
}

/// A whole file.
pub(super) fn file(rows: &[String]) -> String {
    format!("{HEADINGS}{}", rows.concat())
}

/// Two weeks of one client and one of the other, all as planned.
pub(super) fn good() -> String {
    file(&[
        row("170001", "31/10/2022", "10.5,,,,,"),
        row("170001", "07/11/2022", "10.5,,,,,"),
        row("170002", "2022-11-07", "7,,,,,"),
    ])
}

/// The same with a client that is not there and a week that is said twice.
pub(super) fn mixed() -> String {
    file(&[
        row("170001", "31/10/2022", "10.5,,,,,"),
        ",P1003,A999999,170001,07/11/2022,10.5,,,,,\n".to_owned(),
        row("170002", "07/11/2022", "6,1,,,HOSP,Fall"),
        row("170002", "14/11/2022", "7,,,,,"),
        row("170002", "14/11/2022", "7,,,,,"),
    ])
}

impl Rig {
    pub(super) async fn new() -> Self {
        Self::of(&Council::homecare()).await
    }

    pub(super) async fn of(council: &Council) -> Self {
        let rig = Self {
            store: Store::in_memory(),
            objects: Objects::in_memory(),
            queue: Queue::in_memory(),
        };
        council.save(&rig.store).await;
        rig
    }

    pub(super) fn uploads(&self) -> Uploads {
        self.uploads_with(&Fuse::default())
    }

    pub(super) fn uploads_with(&self, fuse: &Fuse) -> Uploads {
        Uploads::with(
            self.store.with_fuse(fuse.clone()),
            self.objects.with_fuse(fuse.clone()),
            self.queue.with_fuse(fuse.clone()),
        )
    }

    /// Puts a file into the inbox of Northside; which of the objects of its name it is.
    pub(super) async fn put(&self, name: &str, text: &str) -> Option<String> {
        let place = Place::provider_inbox(&northside(), name);
        self.objects.put(&place, text).await.unwrap();
        self.objects.get(&place, 1_000_000).await.unwrap().unwrap().version
    }

    /// Drops a file, and takes it in.
    pub(super) async fn drop_file(&self, name: &str, text: &str) {
        self.drop_at(name, text, "2022-11-20T08:30:02Z").await;
    }

    pub(super) async fn drop_at(&self, name: &str, text: &str, at: &str) {
        let version = self.put(name, text).await;
        self.arrives(&Fuse::default(), name, version, at).await.unwrap();
    }

    pub(super) async fn arrives(
        &self,
        fuse: &Fuse,
        name: &str,
        version: Option<String>,
        at: &str,
    ) -> Result<(), UploadsError> {
        let object = Place::provider_inbox(&northside(), name).name;
        self.uploads_with(fuse).arrived(&object, version, instant(at)).await
    }

    /// The summary of a file that was dropped.
    pub(super) fn summary(&self, stem: &str) -> Value {
        let name = format!("upload/uploads/P1003/outbox/{stem}_summary.json");
        serde_json::from_str(&self.objects.dump()[&name]).unwrap()
    }

    /// The lines of its log.
    pub(super) fn log(&self, stem: &str) -> Vec<String> {
        let name = format!("upload/uploads/P1003/outbox/{stem}_log.csv");
        self.objects.dump()[&name].lines().map(str::to_owned).collect()
    }

    /// What is recorded in the period from 31 October.
    pub(super) async fn recorded(&self) -> BTreeMap<(String, String), Recorded> {
        let (provider, contract) = (northside(), contract());
        let period =
            PeriodOf { provider: &provider, contract: &contract, start: day("2022-10-31") };
        let records = self.store.weeks_of_period(period).await.unwrap();
        let weeks = records.into_values().flat_map(|CpliWeeks { cpli_id, weeks, .. }| {
            let of =
                move |(week, it): (_, Recorded)| ((cpli_id.to_string(), format!("{week}")), it);
            weeks.into_iter().map(of)
        });
        weeks.map(|it: ((String, String), Recorded)| it).collect()
    }

    /// Units that are recorded, by care package and week.
    pub(super) async fn units(&self) -> BTreeMap<(String, String), String> {
        let units = |(key, it): (_, Recorded)| (key, it.week.actual.normalize().to_string());
        self.recorded().await.into_iter().map(units).collect()
    }

    /// Somebody types a week at `at`.
    pub(super) async fn type_week(&self, cpli: &str, week: &str, actual: &str, at: &str) {
        let (provider, contract) = (northside(), contract());
        let period =
            PeriodOf { provider: &provider, contract: &contract, start: day("2022-10-31") };
        let cpli_id: CpliId = parse(cpli);
        let mut record = self.store.weeks_of_cpli(period, &cpli_id).await.unwrap();
        let typed =
            domain::actuals::Week { actual: parse(actual), ..domain::actuals::Week::default() };
        let source = domain::weeks::Source::Form;
        let recorded =
            Recorded { week: typed, at: instant(at), by: "Ada Brome".to_owned(), source };
        record.weeks.insert(day(week), recorded);
        self.store.save_weeks(period, &[record]).await.unwrap();
    }

    /// Chooses a file on the page and sends it, without its being looked at.
    pub(super) async fn send(&self, name: &str, text: &str) -> Started {
        let size = u64::try_from(text.len()).unwrap();
        let started = self.uploads().start(&northside(), "Ada Brome", (name, size), now()).await;
        let started = started.unwrap();
        let place = Place::dropped(started.batch.object_name.clone(), None);
        self.objects.put(&place, text).await.unwrap();
        started
    }

    /// Sends a file, and lets it be checked.
    pub(super) async fn checked(&self, text: &str) -> UploadBatch {
        let started = self.send("november.csv", text).await;
        self.look_at(&started.batch).await.unwrap();
        self.batch(&started.batch.batch_id).await
    }

    pub(super) async fn look_at(&self, batch: &UploadBatch) -> Result<(), UploadsError> {
        let version = Some("v0".to_owned());
        self.uploads().arrived(&batch.object_name, version, now().instant).await
    }

    pub(super) async fn batch(&self, id: &BatchId) -> UploadBatch {
        self.uploads().batch(&northside(), id).await.unwrap()
    }

    /// All batches, newest first.
    pub(super) async fn batches(&self) -> Vec<UploadBatch> {
        self.uploads().list(&northside(), 100, None).await.unwrap().0
    }
}

pub(super) fn northside() -> ProviderRef {
    parse("P1003")
}

pub(super) fn contract() -> ContractRef {
    parse("C3003")
}

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn now() -> Now {
    Now::at(instant("2022-11-20T09:00:00Z"))
}
