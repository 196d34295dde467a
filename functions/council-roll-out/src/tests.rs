//! How far the roll-out is, and what is announced.

use chrono::Duration;
use domain::announcement::Reader;
use domain::clock::Now;
use domain::permission::{CouncilPermission, CouncilRole};
use serde_json::{Value, json};
use store::keys::Key;
use store::{Action, ListedProvider, Store};
use testing::{Browser, Council, at, day, sign_in_staff};
use web::{Access, Clock};

use crate::{RollOut, api};

struct World {
    state: RollOut,
}

impl World {
    /// Lake House is on the portal, Madley Park comes on 1 December 2022.
    async fn new() -> Self {
        let mut council = Council::lake_house();
        council.contracts[1].portal_from = day("2022-12-01");
        let store = Store::in_memory();
        council.save(&store).await;
        let listed = council.providers.iter().map(|it| {
            let (provider_ref, name) = (it.provider_ref.clone(), it.name.clone());
            let listed = ListedProvider { provider_ref, name, kind: it.kind };
            Action::put(Key::listed_provider(&it.provider_ref), &listed)
        });
        store.seed(listed.collect()).await.unwrap();
        let clock = Clock::at(at("2022-11-02T09:00:00Z"));
        Self { state: RollOut { store, clock } }
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let now = self.state.clock.now();
        let token = sign_in_staff(&self.state.store, &[role], &[], now).await;
        Browser::new(api().router(self.state.clone())).with_session(&token)
    }

    fn later(&self, days: i64) {
        let now = self.state.clock.now().instant.checked_add_signed(Duration::days(days));
        self.state.clock.set(Now::at(now.unwrap()));
    }

    async fn shown(&self, reader: Reader) -> Vec<String> {
        let board = self.state.store.announcement_board().await.unwrap();
        let today = self.state.clock.now().date;
        board.shown(reader, today).into_iter().map(|it| it.text).collect()
    }
}

fn closed(request: &str) -> Value {
    json!({
        "request_id": request, "text": "The portal is closed on Friday.", "audience": "everybody",
        "from_date": "2022-11-02", "to_date": "2022-11-04", "replaces": null,
    })
}

#[test]
fn everybody_sees_the_roll_out_and_the_configuration_role_announces() {
    for route in api().routes() {
        let expected = match (route.method.as_str(), route.path) {
            (_, "/api/council/roll-out") => CouncilPermission::SeeProviders,
            ("GET", _) => CouncilPermission::SeeSettings,
            _ => CouncilPermission::Configure,
        };
        assert_eq!(route.access, Access::Council(expected), "{}", route.path);
    }
}

#[tokio::test]
async fn contracts_are_listed_by_provider_with_their_first_day_on_the_portal() {
    let world = World::new().await;
    let browser = world.staff(CouncilRole::Contracts).await;
    let view = browser.get("/api/council/roll-out").await.json();
    assert_eq!((&view["shown"], &view["coming"]), (&json!(1), &json!(1)));
    assert_eq!(view["days"], json!([{"date": "2022-12-01", "contracts": 1}]));
    let rows = view["rows"].as_array().unwrap();
    let said: Vec<_> = rows.iter().map(|it| (&it["contract_ref"], &it["shown"])).collect();
    assert_eq!(said, [(&json!("C3001"), &json!(true)), (&json!("C3002"), &json!(false))]);
    assert_eq!(rows[1]["portal_from"], "2022-12-01");
    assert_eq!(view["may_change"], true);

    let some = async |query: &str| {
        let view = browser.get(&format!("/api/council/roll-out?{query}")).await.json();
        let rows = view["rows"].as_array().unwrap().clone();
        rows.iter().map(|it| it["contract_ref"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(some("state=coming").await, ["C3002"]);
    assert_eq!(some("q=lake%20c3001").await, ["C3001"]);
    assert_eq!(some("after=C3001").await, ["C3002"]);
    let wrong = browser.get("/api/council/roll-out?state=x").await;
    assert_eq!(wrong.json()["errors"][0]["field"], "state");
    let finaliser = world.staff(CouncilRole::Finaliser).await;
    assert_eq!(finaliser.get("/api/council/roll-out").await.json()["may_change"], false);
}

#[tokio::test]
async fn an_announcement_is_made_once_and_shown_until_its_last_day() {
    let world = World::new().await;
    let browser = world.staff(CouncilRole::Configuration).await;
    for _ in 0..2 {
        let reply = browser.post("/api/council/announcements", &closed("request-1")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let rows = reply.json()["rows"].as_array().unwrap().clone();
        assert_eq!((rows.len(), &rows[0]["standing"]), (1, &json!("shown")));
        assert_eq!(rows[0]["made_by"], "Grace Hallam");
    }
    assert_eq!(world.shown(Reader::SignedOut).await, ["The portal is closed on Friday."]);
    world.later(3);
    let browser = world.staff(CouncilRole::Auditor).await;
    let view = browser.get("/api/council/announcements").await.json();
    assert_eq!(view["rows"][0]["standing"], "ended");
    assert_eq!(view["may_announce"], false);
    assert!(world.shown(Reader::SignedOut).await.is_empty());
}

#[tokio::test]
async fn what_was_announced_stays_in_the_history_when_it_is_replaced_or_withdrawn() {
    let world = World::new().await;
    let browser = world.staff(CouncilRole::Configuration).await;
    let path = "/api/council/announcements";
    let first = browser.post(path, &closed("request-1")).await.json();
    let id = first["rows"][0]["announcement_id"].as_str().unwrap().to_owned();
    let mut other = closed("request-2");
    other["text"] = json!("The portal is closed on Saturday.");
    other["audience"] = json!("providers");
    other["replaces"] = json!(id);
    world.state.clock.set(at("2022-11-02T10:00:00Z"));
    let browser = world.staff(CouncilRole::Configuration).await;
    let view = browser.post(path, &other).await.json();
    let standings: Vec<_> =
        view["rows"].as_array().unwrap().iter().map(|it| &it["standing"]).collect();
    assert_eq!(standings, [&json!("shown"), &json!("replaced")]);
    assert!(world.shown(Reader::SignedOut).await.is_empty());
    assert_eq!(world.shown(Reader::Provider).await, ["The portal is closed on Saturday."]);
    let mut late = other.clone();
    late["request_id"] = json!("request-3");
    assert_eq!(browser.post(path, &late).await.problem(), (409, "announcement-gone".into()));

    let id = view["rows"][0]["announcement_id"].as_str().unwrap();
    for _ in 0..2 {
        let reply = browser.post(&format!("{path}/{id}/withdrawal"), &json!({})).await;
        let rows = reply.json()["rows"].clone();
        assert_eq!(rows[0]["standing"], "withdrawn");
        assert_eq!(rows[0]["withdrawn_by"], "Grace Hallam");
    }
    assert!(world.shown(Reader::Provider).await.is_empty());
    let nobody = browser.post(&format!("{path}/x/withdrawal"), &json!({})).await;
    assert_eq!(nobody.problem(), (404, "not-found".into()));
}

#[tokio::test]
async fn an_announcement_that_says_nothing_is_refused_with_what_to_correct() {
    let world = World::new().await;
    let browser = world.staff(CouncilRole::Configuration).await;
    let mut empty = closed("request-1");
    empty["text"] = json!(" ");
    empty["to_date"] = json!("2022-11-01");
    let reply = browser.post("/api/council/announcements", &empty).await;
    let errors = reply.json()["errors"].clone();
    assert_eq!((&errors[0]["field"], &errors[1]["field"]), (&json!("text"), &json!("to_date")));
}
