//! What is saved when a process dies half-way, and when several save at once.

mod crash;
mod invoiced;
mod together;

use std::collections::BTreeMap;

use domain::clock::Now;
use domain::weeks::EntryText;
use files::Objects;
use serde_json::Value;
use store::Store;
use testing::{Council, at, client, cpli, day, parse};

use crate::{Filling, Recording, Saving, WhichPeriod};

/// Two days before the deadline of the period from 31 October, all weeks of which have begun.
fn now() -> Now {
    at("2022-11-22T10:00:00Z")
}

fn which() -> WhichPeriod {
    WhichPeriod {
        provider_ref: parse("P1003"),
        contract_ref: parse("C3003"),
        period_start: day("2022-10-31"),
    }
}

/// Two homecare agencies.
async fn homecare() -> Store {
    let store = Store::in_memory();
    Council::homecare().save(&store).await;
    store
}

/// An agency with more clients than one transaction takes.
async fn large() -> Store {
    let mut council = Council::homecare();
    let service = council.services[0].clone();
    for number in 0..100 {
        let someone = client(&format!("B{number:03}"), "Some", "One");
        let prices = council.cplis[0].prices.clone();
        let mut package = cpli(&format!("18{number:04}"), &service, someone);
        package.prices = prices;
        council.cplis.push(package);
    }
    let store = Store::in_memory();
    council.save(&store).await;
    store
}

/// What somebody says about the second week of Ida North.
fn saving(actual: &str, missed: &str, version: u32, by: &str) -> Saving {
    let entry = EntryText {
        actual: actual.to_owned(),
        missed: missed.to_owned(),
        reason_code: "STAFFING".to_owned(),
        ..EntryText::default()
    };
    let (cpli_id, week_start) = (parse("170001"), day("2022-11-07"));
    Saving { cpli_id, week_start, entry, version, by: by.to_owned() }
}

fn everything() -> Filling {
    Filling::AsPlanned { week_start: None, service_ref: None }
}

/// The week from 7 November as planned.
fn one_week() -> Filling {
    Filling::AsPlanned { week_start: Some(day("2022-11-07")), service_ref: None }
}

fn state(store: &Store) -> BTreeMap<String, Value> {
    store.dump().unwrap()
}

fn recording(store: &Store) -> Recording {
    Recording::with(store.clone(), Objects::in_memory())
}
