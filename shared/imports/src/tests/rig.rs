//! A council's table, buckets and queue in memory, and its files.

use std::collections::{BTreeMap, BTreeSet};

use cloud::Fuse;
use domain::actuals::Week;
use domain::clock::Now;
use domain::weeks::{Recorded, Source};
use files::{Objects, Place};
use messages::Queue;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{CpliWeeks, PeriodOf, Store};

use crate::{Imports, ImportsError, Retried};

/// A small council, each file after those that it names.
pub(crate) const COUNCIL: [(&str, &str); 12] = [
    (
        "periods_20260401T080000",
        "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date\n\
         28DAY,2026-03-30,2026-04-26,2026-04-24T17:00,2026-04-27T09:00,2026-05-01\n\
         28DAY,2026-04-27,2026-05-24,2026-05-22T17:00,2026-05-25T09:00,2026-05-29\n",
    ),
    (
        "providers_20260401T080000",
        "provider_ref,name,kind,parent_ref\n\
         P1001,Lake House,care_home,P1000\n\
         P1000,Water Homes,care_home,\n\
         P1009,Voids,void_ledger,\n",
    ),
    (
        "contacts_20260401T080000",
        "contact_ref,provider_ref,forename,surname,portal_email,roles\n\
         K2001,P1001,Ann,Other,Ann@Lake.Example,viewer payments\n\
         K2002,P1001,Bob,Else,,\n",
    ),
    (
        "contracts_20260401T080000",
        "contract_ref,provider_ref,name,payment_method,cycle_ref,vat,confirmation,grace_days,document_gate,portal_from\n\
         C3001,P1001,Lake House residential,scheduled,28DAY,exempt,required,3,no,2026-03-30\n",
    ),
    (
        "services_20260401T080000",
        "service_ref,contract_ref,name,purchase,service_type,unit,price_per\n\
         S4001,C3001,Lake House - Residential,block,Residential,placement,week\n",
    ),
    (
        "capacity_20260401T080000",
        "service_ref,from_date,to_date,beds,void_weekly_rate,void_percent,void_provider_ref\n\
         S4001,2026-03-30,,10,865.46,90,P1009\n",
    ),
    (
        "clients_20260401T080000",
        "ss_ref,title,forename,surname,date_of_birth,date_of_death\n\
         A272433,Miss,Wednesday,Adams,1940-01-13,\n\
         A365739,,Betty,Boop,,\n",
    ),
    (
        "cplis_20260401T080000",
        "cpli_id,ss_ref,service_ref,service_level,start_date,end_date,authorised\n\
         164628,A272433,S4001,Permanent - Residential,2026-01-05,,yes\n\
         188631,A365739,S4001,Respite,2026-04-06,2026-04-12,yes\n",
    ),
    (
        "prices_20260401T080000",
        "cpli_id,from_date,quantity,unit_price\n\
         164628,2026-01-05,1,865.46\n\
         164628,2026-04-06,1,908.73\n\
         188631,2026-04-06,1,900\n",
    ),
    (
        "contributions_20260401T080000",
        "cpli_id,kind,from_date,to_date,weekly_amount,collected_by\n\
         164628,client,2026-01-05,,162.30,provider\n",
    ),
    (
        "absences_20260401T080000",
        "cpli_id,from_date,to_date,kind,pay_percent\n\
         164628,2026-04-01,2026-04-03,hospital,60\n",
    ),
    (
        "adjustments_20260401T080000",
        "adjustment_ref,contract_ref,cpli_id,amount,reason,period_start,instalments\n\
         ADJ501,C3001,164628,-30.00,Taken back,2026-03-30,3\n",
    ),
];

/// When everything happens unless it is said.
pub(crate) fn nine() -> Now {
    at("2026-04-01T09:00:00Z")
}

pub(crate) fn at(text: &str) -> Now {
    Now::at(text.parse().unwrap())
}

pub(crate) struct Rig {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) queue: Queue,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let (store, objects, queue) =
            (Store::in_memory(), Objects::in_memory(), Queue::in_memory());
        Self { store, objects, queue }
    }

    /// One that took in the whole council.
    pub(crate) async fn council() -> Self {
        let rig = Self::new();
        for (stem, text) in COUNCIL {
            rig.take_in(stem, text).await;
        }
        rig
    }

    pub(crate) fn imports(&self, fuse: &Fuse) -> Imports {
        Imports::with(
            self.store.with_fuse(fuse.clone()),
            self.objects.with_fuse(fuse.clone()),
            self.queue.with_fuse(fuse.clone()),
            |email| Sha256::digest(email.as_str()).into(),
        )
    }

    /// Drops a file and takes it in.
    pub(crate) async fn take_in(&self, stem: &str, text: &str) {
        self.take_in_at(stem, text, nine()).await;
    }

    /// The same at some time.
    pub(crate) async fn take_in_at(&self, stem: &str, text: &str, now: Now) {
        self.put(stem, text).await;
        let name = format!("council/inbox/{stem}.csv");
        self.imports(&Fuse::default()).take_in(&name, None, now).await.unwrap();
    }

    pub(crate) async fn put(&self, stem: &str, text: &str) {
        self.objects.put(&Place::council_inbox(&format!("{stem}.csv")), text).await.unwrap();
    }

    /// Notes that the statements of the contract are locked up to a day, as the job does.
    pub(crate) async fn lock(&self, locked_to: &str) {
        let (cycle, contract) = ("28DAY".parse().unwrap(), "C3001".parse().unwrap());
        let progress = self.store.progress(&cycle, &contract).await.unwrap().unwrap();
        let locked = store::Progress { locked_to: Some(locked_to.parse().unwrap()), ..progress };
        self.store.seed(vec![Store::progress_action(&locked)]).await.unwrap();
    }

    /// Records a week of 164628, as its provider does.
    pub(crate) async fn record_week(&self) {
        let (provider, contract) = ("P1001".parse().unwrap(), "C3001".parse().unwrap());
        let start = "2026-03-30".parse().unwrap();
        let recorded = Recorded {
            week: Week::default(),
            at: nine().instant,
            by: "Ann Other".to_owned(),
            source: Source::Form,
        };
        let weeks = [("2026-03-31".parse().unwrap(), recorded)].into();
        let week = CpliWeeks { weeks, ..CpliWeeks::none_of("164628".parse().unwrap()) };
        let period = PeriodOf { provider: &provider, contract: &contract, start };
        self.store.save_weeks(period, &[week]).await.unwrap();
    }

    /// The message of a file that was dropped.
    pub(crate) async fn again(&self, stem: &str, fuse: &Fuse) -> Result<(), ImportsError> {
        let name = format!("council/inbox/{stem}.csv");
        self.imports(fuse).take_in(&name, None, nine()).await
    }

    pub(crate) async fn retry(&self, now: &str) -> Retried {
        self.imports(&Fuse::default()).retry_pending(at(now)).await.unwrap()
    }

    pub(crate) fn answer(&self, name: &str) -> Option<String> {
        self.objects.dump().get(&format!("upload/council/outbox/{name}")).cloned()
    }

    pub(crate) fn summary(&self, stem: &str) -> Value {
        let text = self.answer(&format!("{stem}_summary.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// New, changed, unchanged, rejected, pending and superseded rows.
    pub(crate) fn counts(&self, stem: &str) -> [u64; 6] {
        let summary = self.summary(stem);
        ["new", "changed", "unchanged", "rejected", "pending", "superseded"]
            .map(|name| summary[format!("rows_{name}")].as_u64().unwrap())
    }

    /// The row, column and code of every line of a log.
    pub(crate) fn log(&self, name: &str) -> Vec<(String, String, String)> {
        let text = self.answer(name).unwrap();
        let (_, rows) = files::csv::read(text.as_bytes()).unwrap();
        rows.map(|row| {
            let mut cells = row.cells.unwrap().into_iter();
            let mut next = || cells.next().unwrap();
            (next(), next(), next())
        })
        .collect()
    }

    /// The codes of a file's log.
    pub(crate) fn codes(&self, stem: &str) -> Vec<String> {
        self.log(&format!("{stem}_log.csv")).into_iter().map(|(_, _, code)| code).collect()
    }

    pub(crate) fn table(&self) -> BTreeMap<String, Value> {
        self.store.dump().unwrap()
    }

    /// Everything that the council's files say, without how often and in which order they said it.
    pub(crate) fn facts(&self) -> BTreeMap<String, Value> {
        let mut table = self.table();
        // Nor what it is told of: which of the files that change a care package on a day is the first, and whether
        // its contract is known by then, is the order of the files.
        let outside = ["IMPORT#", "OUTBOX", "INVITE#", "ACCOUNT#", "NEWS#"];
        table.retain(|key, _| !outside.iter().any(|prefix| key.starts_with(prefix)));
        for record in table.values_mut() {
            let record = record.as_object_mut().unwrap();
            for name in ["version", "told_count", "changed_at", "changed_from"] {
                record.remove(name);
            }
        }
        table
    }

    pub(crate) fn record(&self, key: &str) -> Value {
        self.table().get(key).cloned().unwrap_or_else(|| panic!("no {key}"))
    }

    /// The emails that the mail queue was told of, each once.
    pub(crate) fn told(&self) -> BTreeSet<String> {
        self.queue.take().iter().map(ToString::to_string).collect()
    }
}
