//! The care packages of a provider, asked for as its people do.

use domain::clock::Now;
use domain::facts::{Absence, AbsenceKind, Collector};
use domain::permission::Role;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, Log, at, client, contribution, cpli, day, price, sign_in};
use web::Clock;

use crate::{CarePackageList, api};

const LIST: &str = "/api/care-packages";

/// The portal of one council at one moment.
struct Portal {
    store: Store,
    clock: Clock,
}

impl Portal {
    async fn of(council: &Council, now: Now) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        Self { store, clock: Clock::at(now) }
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    fn visitor(&self) -> Browser {
        let state = CarePackageList { store: self.store.clone(), clock: self.clock.clone() };
        Browser::new(api().router(state))
    }
}

fn now() -> Now {
    at("2022-11-10T10:00:00Z")
}

async fn lake_house(council: &Council, path: &str) -> Value {
    let portal = Portal::of(council, now()).await;
    portal.browser("P1001", &[Role::Viewer]).await.get(path).await.json()
}

fn ids(list: &Value) -> Vec<&str> {
    let rows = list["rows"].as_array().unwrap();
    rows.iter().map(|row| row["cpli_id"].as_str().unwrap()).collect()
}

/// Lake House with a second client in respite care that ended long ago.
fn with_respite() -> Council {
    let mut council = Council::lake_house();
    let service = council.services[0].clone();
    let mut respite = cpli("164700", &service, client("A272444", "Ann", "Zola"));
    respite.service_level = "Respite".to_owned();
    respite.end_date = Some(day("2022-09-30"));
    council.cplis.push(respite);
    council
}

#[tokio::test]
async fn a_provider_sees_what_was_commissioned_with_cost_pricing_and_history() {
    let mut council = Council::lake_house();
    let cpli = council.cpli("164628");
    cpli.prices.insert(day("2025-04-01"), price("1", "908.73"));
    cpli.contributions.push(contribution(day("2022-08-03"), "162.30", Collector::Provider));
    let away = Absence {
        to_date: Some(day("2022-10-20")),
        kind: AbsenceKind::Hospital,
        pay_percent: "60".parse().unwrap(),
    };
    cpli.absences.insert(day("2022-10-10"), away);
    insta::assert_json_snapshot!(lake_house(&council, LIST).await);
}

#[tokio::test]
async fn another_providers_care_packages_are_not_in_the_list() {
    let list = lake_house(&Council::lake_house(), LIST).await;
    assert_eq!(ids(&list), ["164628"]);
    let theirs = lake_house(&Council::lake_house(), "/api/care-packages?client=A365739").await;
    let nobodys = lake_house(&Council::lake_house(), "/api/care-packages?client=A000000").await;
    assert_eq!(theirs, nobodys);
    assert_eq!(theirs["total"], 0);
}

#[tokio::test]
async fn historical_care_is_listed_only_when_asked_for() {
    let council = with_respite();
    assert_eq!(ids(&lake_house(&council, LIST).await), ["164628"]);
    let all = lake_house(&council, "/api/care-packages?include_historical=true").await;
    assert_eq!(ids(&all), ["164628", "164700"]);
    assert_eq!(all["rows"][1]["historical"], true);
    assert_eq!(all["filters"]["service_levels"], json!(["Permanent - Residential", "Respite"]));
}

#[tokio::test]
async fn the_list_is_narrowed_by_service_client_and_service_level() {
    let council = with_respite();
    for (query, expected) in [
        ("client=A272444", &["164700"][..]),
        ("service=S4001", &["164628", "164700"]),
        ("service=S4002", &[]),
        ("service_level=Respite&client=", &["164700"]),
        ("service_level=Respite&client=A272433", &[]),
    ] {
        let path = format!("{LIST}?include_historical=true&{query}");
        assert_eq!(ids(&lake_house(&council, &path).await), expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_could_be_no_reference_is_refused_beside_its_field() {
    let portal = Portal::of(&Council::lake_house(), now()).await;
    let browser = portal.browser("P1001", &[Role::Viewer]).await;
    let reply = browser.get("/api/care-packages?service=S%23&client=A%2F1").await;
    assert_eq!(reply.problem(), (422, "invalid".to_owned()));
    let fields = &reply.json()["errors"];
    assert_eq!(fields[0]["field"], "service");
    assert_eq!(fields[1]["field"], "client");
}

#[tokio::test]
async fn what_changed_since_the_last_visit_is_marked_for_the_whole_day_of_the_next() {
    let portal = Portal::of(&Council::lake_house(), now()).await;
    let marked = async || {
        let list = portal.browser("P1001", &[Role::Viewer]).await.get(LIST).await.json();
        list["rows"][0]["changed_since_last_visit"].as_bool().unwrap()
    };
    assert!(!marked().await, "nothing is new at a first visit");

    let mut council = Council::lake_house();
    council.cpli("164628").changed_at = at("2022-11-10T12:00:00Z").instant;
    council.save(&portal.store).await;
    portal.clock.set(at("2022-11-11T09:00:00Z"));
    assert!(marked().await);
    portal.clock.set(at("2022-11-11T15:00:00Z"));
    assert!(marked().await, "a page that is looked at again shows the same");
    portal.clock.set(at("2022-11-14T09:00:00Z"));
    assert!(!marked().await);
}

#[tokio::test]
async fn a_list_costs_the_same_calls_however_long_it_is() {
    let calls = async |council: &Council| {
        let portal = Portal::of(council, now()).await;
        let fuse = cloud::Fuse::counting();
        let state = CarePackageList {
            store: portal.store.with_fuse(fuse.clone()),
            clock: portal.clock.clone(),
        };
        let token = sign_in(&portal.store, "P1001", &[Role::Viewer], now()).await;
        let browser = Browser::new(api().router(state)).with_session(&token);
        assert_eq!(browser.get(LIST).await.status, 200);
        fuse.count()
    };
    let mut long = Council::lake_house();
    let service = long.services[0].clone();
    for number in 0..500 {
        let ss_ref = format!("A9{number:05}");
        long.cplis.push(cpli(&format!("9{number:05}"), &service, client(&ss_ref, "Ann", "Zola")));
    }
    let few = calls(&Council::lake_house()).await;
    assert_eq!(calls(&long).await, few);
    assert_eq!(
        few, 16,
        "the session, then care packages, facts, settings, visits and this visit together, and what is recorded of it"
    );
}

#[tokio::test]
async fn every_role_may_see_care_packages_and_nobody_else() {
    let portal = Portal::of(&Council::lake_house(), now()).await;
    for route in api().routes() {
        assert_eq!(
            portal.visitor().get(route.path).await.problem(),
            (401, "signed-out".to_owned())
        );
        let roleless = portal.browser("P1001", &[]).await;
        assert_eq!(roleless.get(route.path).await.problem(), (404, "not-allowed".to_owned()));
        for role in Role::ALL {
            let reply = portal.browser("P1001", &[role]).await.get(route.path).await;
            assert_eq!(reply.status, 200, "{role} at {}", route.path);
        }
    }
}

#[tokio::test]
async fn the_list_is_taken_away_as_it_is_shown_and_no_cell_is_a_formula() {
    let mut council = with_respite();
    council.cpli("164628").client.title = Some("=cmd|'/C calc'!A0".to_owned());
    let portal = Portal::of(&council, now()).await;
    let browser = portal.browser("P1001", &[Role::Viewer]).await;
    let reply = browser.get("/api/care-packages/download.csv?include_historical=true").await;
    assert_eq!(reply.headers["content-type"], "Text/csv; charset=utf-8");
    let disposition = "attachment; filename=\"care_packages_2022-11-10.csv\"";
    assert_eq!(reply.headers["content-disposition"], disposition);
    insta::assert_snapshot!(reply.text().trim_start_matches('\u{feff}'));
    let narrowed = browser.get("/api/care-packages/download.csv?service_level=Respite").await;
    assert_eq!(narrowed.text().lines().count(), 1, "only headings: respite care is historical");
    let workbook = browser.get("/api/care-packages/download.xlsx?include_historical=true").await;
    let disposition = "attachment; filename=\"care_packages_2022-11-10.xlsx\"";
    assert_eq!(workbook.headers["content-disposition"], disposition);
    assert!(workbook.headers["content-type"].to_str().unwrap().ends_with("spreadsheetml.sheet"));
}

#[tokio::test]
async fn every_view_of_clients_is_logged_once_and_names_nobody() {
    let portal = Portal::of(&Council::lake_house(), now()).await;
    let browser = portal.browser("P1001", &[Role::Viewer]).await;
    let (log, collecting) = Log::collect();
    for (index, route) in api().routes().into_iter().enumerate() {
        browser.get(route.path).await;
        assert_eq!(log.events("client records viewed").len(), index + 1, "{route:?}");
    }
    drop(collecting);
    let event = &log.events("client records viewed")[0];
    assert_eq!((&event["what"], &event["records"]), (&json!("care packages"), &json!(1)));
    assert_eq!(event["provider"], "P1001");
    for secret in ["Adams", "A272433", "ada@", "Ada"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
