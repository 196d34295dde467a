//! The auditor at their pages.

use std::collections::BTreeSet;

use domain::audit::{Actor, By, Note, Outcome, Seen};
use domain::permission::CouncilRole;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Reply, at, sign_in_staff};
use web::Clock;

use crate::{Audit, api};

const NOW: &str = "2026-06-10T09:00:00Z";
const ADA: &str = "ada@lakehouse.example";

struct Rig {
    audit: Audit,
    auditor: Browser,
}

impl Rig {
    async fn new() -> Self {
        let audit = Audit { store: Store::in_memory(), clock: Clock::at(at(NOW)) };
        let token = sign_in_staff(&audit.store, &[CouncilRole::Auditor], &[], at(NOW)).await;
        let auditor = Browser::new(api().router(audit.clone())).with_session(&token);
        Self { audit, auditor }
    }

    /// Ada of Lake House did something on a day in June.
    async fn ada(&self, what: &str, status: u16, day: u32, clients: &[&str]) {
        let by = By::Contact { email: ADA.parse().unwrap(), name: "=Ada".to_owned() };
        let outcome = Outcome::Answered { status, intended: None };
        let at = at(&format!("2026-06-{day:02}T09:00:00Z")).instant;
        let mut note = Note::new(at, by, what, outcome).of_provider(&"P1001".parse().unwrap());
        let clients: BTreeSet<_> = clients.iter().map(|it| it.parse().unwrap()).collect();
        if !clients.is_empty() {
            let provider_ref = "P1001".parse().unwrap();
            note.seen.push(Seen {
                what: "care packages".into(),
                provider_ref,
                records: 3,
                clients,
            });
        }
        self.audit.store.append_audit(note, None).await.unwrap();
    }

    async fn get(&self, query: &str) -> Reply {
        self.auditor.get(&format!("/api/council/audit?{query}")).await
    }

    /// The days of the entries that are found.
    async fn days(&self, query: &str) -> Vec<String> {
        let reply = self.get(query).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let day = |row: &Value| row["at"].as_str().unwrap().get(8..10).unwrap().to_owned();
        reply.json()["rows"].as_array().unwrap().iter().map(day).collect()
    }
}

fn ada() -> Actor {
    Actor::person(&ADA.parse().unwrap())
}

async fn with_entries() -> Rig {
    let rig = Rig::new().await;
    rig.ada("GET /api/care-packages", 200, 1, &["A272433", "A272434"]).await;
    rig.ada("POST /api/actions", 422, 2, &[]).await;
    rig.ada("GET /api/home", 200, 9, &["A272433"]).await;
    rig
}

#[tokio::test]
async fn entries_are_found_by_provider_client_person_dates_area_and_kind_the_latest_first() {
    let rig = with_entries().await;
    let ada = ada();
    for (query, days) in [
        ("provider=P1001".to_owned(), vec!["09", "02", "01"]),
        ("provider=P1002".to_owned(), vec![]),
        ("client=A272433".to_owned(), vec!["09", "01"]),
        ("client=A272434&provider=P1001".to_owned(), vec!["01"]),
        (format!("actor={ada}"), vec!["09", "02", "01"]),
        (format!("actor={ada}&provider=P1002"), vec![]),
        ("provider=P1001&from=2026-06-02&to=2026-06-08".to_owned(), vec!["02"]),
        (format!("actor={ada}&to=2026-06-01"), vec!["01"]),
        ("provider=P1001&area=care-packages".to_owned(), vec!["01"]),
        ("provider=P1001&kind=changed".to_owned(), vec!["02"]),
        ("provider=P1001&kind=refused".to_owned(), vec!["02"]),
        ("provider=P1001&kind=read&to=2026-06-09".to_owned(), vec!["09", "01"]),
    ] {
        assert_eq!(rig.days(&query).await, days, "{query}");
    }
}

#[tokio::test]
async fn whoever_looks_is_recorded_and_found_where_no_provider_is_concerned() {
    let rig = with_entries().await;
    rig.get("").await;
    let rows = rig.get("").await.json()["rows"].clone();
    assert_eq!(rows[0]["what"], "GET /api/council/audit");
    assert_eq!(rows[0]["by"]["staff_ref"], "U9001");
}

#[tokio::test]
async fn what_is_no_reference_or_date_is_named() {
    let rig = Rig::new().await;
    let wrong = rig.get("provider=a+b&from=yesterday&kind=x").await;
    let fields: Vec<_> =
        wrong.json()["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["provider", "from", "kind"]);
    let wrong = rig.get("from=2026-06-02&to=2026-06-01").await;
    assert_eq!(wrong.json()["errors"][0]["field"], "to");
}

#[tokio::test]
async fn a_long_list_goes_on_where_it_stopped_and_each_entry_is_shown_once() {
    let rig = Rig::new().await;
    for _ in 0..120 {
        rig.ada("GET /api/home", 200, 5, &[]).await;
    }
    for source in ["provider=P1001".to_owned(), format!("actor={}", ada())] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                rig.get(&format!("{source}&cursor={}", cursor.replace('#', "%23"))).await.json();
            seen.extend(
                page["rows"].as_array().unwrap().iter().map(|row| row["n"].as_u64().unwrap()),
            );
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>(), "{source}");
    }
    assert_eq!(rig.get("provider=P1001&cursor=elsewhere").await.problem().0, 422);
}

#[tokio::test]
async fn an_entry_says_whether_it_is_as_it_was_written() {
    let rig = with_entries().await;
    let entry = rig.auditor.get(&format!("/api/council/audit/entries/{}/2", ada())).await.json();
    assert_eq!((&entry["unchanged"], &entry["follows"]), (&json!(true), &json!(true)));
    assert_eq!(entry["what"], "POST /api/actions");
    let missing = rig.auditor.get(&format!("/api/council/audit/entries/{}/9", ada())).await;
    assert_eq!(missing.problem(), (404, "not-found".into()));
    let kept = rig.audit.store.audit_entry(&ada(), 1).await.unwrap().unwrap();
    let changed = domain::audit::Kept { body: kept.body.replace("200", "201"), ..kept };
    let key = store::keys::Key::audit_entry(&ada(), 1);
    rig.audit.store.seed(vec![store::Action::put(key, &changed)]).await.unwrap();
    let entry = rig.auditor.get(&format!("/api/council/audit/entries/{}/1", ada())).await.json();
    assert_eq!(entry["unchanged"], json!(false));
}

#[tokio::test]
async fn a_person_is_found_without_an_address_that_names_them() {
    let rig = with_entries().await;
    let path = "/api/council/audit/people";
    let found = rig.auditor.post(path, &json!({"email": "Ada@LakeHouse.example"})).await.json();
    assert_eq!(found, json!({"actor": ada(), "entries": 3}));
    let wrong = rig.auditor.post(path, &json!({"email": "ada"})).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "email");
}

#[tokio::test]
async fn what_is_found_is_taken_away_and_no_cell_is_a_formula() {
    let rig = with_entries().await;
    let reply = rig.auditor.get("/api/council/audit/entries.csv?provider=P1001").await;
    let text = reply.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].starts_with(
            "2026-06-09T09:00:00Z,contact,'=Ada,ada@lakehouse.example,,P1001,GET /api/home,"
        ),
        "{}",
        lines[1]
    );
}

#[tokio::test]
async fn nobody_but_the_auditor_looks() {
    let rig = Rig::new().await;
    for role in CouncilRole::ALL {
        let token = sign_in_staff(&rig.audit.store, &[role], &[], at(NOW)).await;
        let reply = Browser::new(api().router(rig.audit.clone()))
            .with_session(&token)
            .get("/api/council/audit")
            .await;
        assert_eq!(reply.status == 200, role == CouncilRole::Auditor, "{role}");
    }
}
