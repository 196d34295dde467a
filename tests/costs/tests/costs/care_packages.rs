//! A provider looks at its list of care packages.

use care_packages::{CarePackageList, api};
use chrono::{Duration, Utc};
use domain::clock::Now;
use domain::facts::{Absence, AbsenceKind, Collector};
use domain::permission::Role;
use domain::sign_in::{Session, TokenHash};
use serde_json::{Value, json};
use store::{Change, Store};
use testing::{Browser, Council, client, contribution, cpli, day, parse, price};
use web::Clock;

use crate::figures;
use crate::meter::{Meter, Reading};

const CPLIS: usize = 40;
/// The cookie of `events/care-packages.json`.
const TOKEN: &str = "the-token-of-a-session";

/// A home of forty people, each with two prices, a contribution and a stay in hospital, and somebody signed in.
async fn table(now: Now) -> Vec<Value> {
    let mut council = Council::lake_house();
    let service = council.services[0].clone();
    council.cplis.clear();
    for n in 0..CPLIS {
        let person = client(&format!("A{:06}", 300_000 + n), "Wednesday", &format!("Adams-{n:02}"));
        let mut it = cpli(&format!("{}", 200_000 + n), &service, person);
        it.prices.insert(day("2025-04-01"), price("1", "908.73"));
        it.contributions.push(contribution(day("2022-08-03"), "162.30", Collector::Provider));
        let to_date = Some(day("2022-10-20"));
        let away = Absence { to_date, kind: AbsenceKind::Hospital, pay_percent: parse("60") };
        it.absences.insert(day("2022-10-10"), away);
        council.cplis.push(it);
    }
    let store = Store::in_memory();
    council.save(&store).await;
    testing::grant(&store, "P1001", &[Role::Viewer]).await;
    let session = Session {
        id: TokenHash::of(TOKEN),
        email: parse("ada@lakehouse.example"),
        name: "Ada Brome".to_owned(),
        provider: Some(parse("P1001")),
        roles: vec![Role::Viewer],
        council: None,
        created_at: now.instant,
        last_seen_at: now.instant,
        idle_minutes: 600,
        ends_at: now.instant + Duration::hours(12),
        browser: "Test".to_owned(),
        version: 0,
    };
    store.change(vec![Change::StartSession(session, None)]).await.unwrap();
    store.dump().unwrap().into_values().collect()
}

#[expect(clippy::disallowed_methods, reason = "whoever measures does it now")]
fn now() -> Now {
    Now::at(Utc::now())
}

/// A second view, with the connections made and a first visit to compare with.
async fn second_view(meter: &Meter, now: Now) -> Reading {
    let store = Store::open(&meter.portal());
    let records = table(now).await;
    meter.fill(records.iter());
    figures::keep("table", &json!(records));
    let clock = Clock::at(now);
    let browser = Browser::new(api().router(CarePackageList { store, clock })).with_session(TOKEN);
    for _ in 0..2 {
        meter.read();
        let list = browser.get("/api/care-packages?include_historical=true").await.json();
        assert_eq!(list["total"], CPLIS);
    }
    meter.read()
}

#[tokio::test]
async fn the_list_of_care_packages_takes_two_round_trips_and_no_more_units_than_its_bytes() {
    let meter = Meter::new();
    let all = second_view(&meter, now()).await;
    let list = all.only(|call| call.about.starts_with("PROVIDER#") && call.what == "Query");
    let bytes = meter.bytes(|pk, sk| {
        pk == "PROVIDER#P1001" && (sk.starts_with("CPLI#") || sk.starts_with("FACT#"))
    });
    let allowed = bytes.div_ceil(4096) + 1;
    let (ours, whole) = (list.units(), all.units());
    figures::keep(
        "care-packages",
        &json!({
            "care_packages": CPLIS, "bytes": bytes, "list_half_reads": ours.half_reads, "allowed_half_reads": allowed,
            "round_trips_to_the_list": all.only(|it| !it.about.contains("AUDIT")).round_trips(),
            "round_trips": all.round_trips(), "half_reads": whole.half_reads, "writes": whole.writes,
        }),
    );
    assert!(
        ours.half_reads <= allowed,
        "{} half units of {allowed}, {bytes} bytes:\n{}",
        ours.half_reads,
        all.told()
    );
    assert!(all.only(|it| !it.about.contains("AUDIT")).round_trips() <= 2, "{}", all.told());
}
