//! The council's people send files and see what became of them.

use domain::permission::CouncilRole;
use files::{Objects, Place};
use imports::Imports;
use messages::Queue;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, at, sign_in_staff};
use web::Clock;

use crate::{CouncilImports, api};

const NINE: &str = "2026-11-12T09:00:00Z";
const PROVIDERS: &str = "provider_ref,name,kind\nP1001,Lake House,care_home\nP1002,,care_home\n\
                         P1003,Pond,care_home,\n";

struct Rig {
    store: Store,
    objects: Objects,
    imports: Imports,
}

impl Rig {
    fn new() -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        let imports =
            Imports::with(store.clone(), objects.clone(), Queue::in_memory(), |_| [7; 32]);
        Self { store, objects, imports }
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let token = sign_in_staff(&self.store, &[role], &[], at(NINE)).await;
        let (store, imports) = (self.store.clone(), self.imports.clone());
        let function = CouncilImports { store, imports, clock: Clock::at(at(NINE)) };
        Browser::new(api().router(function)).with_session(&token)
    }

    async fn dropped(&self, name: &str) {
        self.imports.take_in(&format!("council/inbox/{name}.csv"), None, at(NINE)).await.unwrap();
    }

    /// Sends a file as the page does.
    async fn send(&self, browser: &Browser, text: &str) -> Value {
        let chosen = json!({"file_name": "ours.csv", "size_bytes": text.len()});
        let form = browser.post("/api/council/imports/uploads", &chosen).await.json();
        let upload = form["upload_id"].as_str().unwrap().parse().unwrap();
        assert_eq!(form["fields"]["key"], Place::desk_file(&upload).name);
        self.objects.put(&Place::desk_file(&upload), text).await.unwrap();
        let sent = json!({"upload_id": upload, "feed": "providers", "file_name": "ours.csv"});
        let reply = browser.post("/api/council/imports", &sent).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }
}

#[tokio::test]
async fn a_file_from_the_page_is_tried_seen_and_applied() {
    let rig = Rig::new();
    let contracts = rig.staff(CouncilRole::Contracts).await;
    let sent = rig.send(&contracts, PROVIDERS).await;
    assert_eq!((&sent["dry_run"]["state"], &sent["may_apply"]), (&json!("running"), &json!(false)));
    rig.dropped("DRYRUN_providers_20261112T090000").await;
    let path = format!("/api/council/imports/uploads/{}", sent["upload_id"].as_str().unwrap());
    let seen = contracts.get(&path).await.json();
    assert_eq!(
        (&seen["dry_run"]["counts"]["rows_new"], &seen["may_apply"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(seen["dry_run"]["log"][0]["row"], 3);
    assert_eq!(seen["pounds"]["payable_change"], "0.00");
    let list = contracts.get("/api/council/imports").await.json();
    assert_eq!((&list["rows"], &list["tried"][0]["file_name"]), (&json!([]), &json!("ours.csv")));

    for _ in 0..2 {
        let applied = contracts.post(&format!("{path}/application"), &json!({})).await;
        assert_eq!(applied.status, 200);
    }
    rig.dropped("providers_20261112T090000").await;
    let list = contracts.get("/api/council/imports?feed=providers").await.json();
    assert_eq!((&list["tried"], &list["rows"][0]["state"]), (&json!([]), &json!("done")));
    assert_eq!(list["rows"][0]["counts"], seen["dry_run"]["counts"]);
    let file = contracts.get("/api/council/imports/files/providers/20261112T090000").await.json();
    assert_eq!(file["log"], seen["dry_run"]["log"]);
    assert!(file["sent_by"].is_string());
    let link = "/api/council/imports/files/providers/20261112T090000/log.csv";
    assert_eq!(contracts.get(link).await.status, 303);
}

#[tokio::test]
async fn an_auditor_and_a_payments_officer_look_and_change_nothing() {
    let rig = Rig::new();
    rig.send(&rig.staff(CouncilRole::Contracts).await, PROVIDERS).await;
    for role in [CouncilRole::Auditor, CouncilRole::PaymentsOfficer] {
        let browser = rig.staff(role).await;
        let list = browser.get("/api/council/imports").await.json();
        assert_eq!(list["may_import"], false, "{role}");
        let upload = list["tried"][0]["upload_id"].as_str().unwrap();
        let changes = [
            "/api/council/imports".to_owned(),
            "/api/council/imports/uploads".to_owned(),
            format!("/api/council/imports/uploads/{upload}/application"),
            "/api/council/imports/waiting/retry".to_owned(),
        ];
        for path in changes {
            let refused = browser.post(&path, &json!({})).await.problem();
            assert_eq!(refused.1, "not-allowed", "{role} {path}");
        }
    }
}

#[tokio::test]
async fn rows_that_wait_are_seen_and_tried_again() {
    let rig = Rig::new();
    let contracts = rig.staff(CouncilRole::Contracts).await;
    let text = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n\
                C1,P1001,Lake,scheduled,28DAY,2026-03-30\n";
    let place = Place::council_inbox("contracts_20261112T080000.csv");
    rig.objects.put(&place, text).await.unwrap();
    rig.dropped("contracts_20261112T080000").await;
    let waiting = contracts.get("/api/council/imports/waiting").await.json();
    assert_eq!(waiting["rows"][0]["rows"], json!([2]));
    let file = contracts.get("/api/council/imports/files/contracts/20261112T080000").await.json();
    assert_eq!((&file["waiting"], &file["sent_by"]), (&waiting["rows"], &Value::Null));
    let tried = contracts.post("/api/council/imports/waiting/retry", &json!({})).await.json();
    assert_eq!(tried, json!({"feed": "settings", "time": "20261112T090000"}));
    rig.dropped("settings_20261112T090000").await;
    let file = contracts.get("/api/council/imports/files/settings/20261112T090000").await.json();
    assert_eq!((&file["state"], &file["counts"]["rows_read"]), (&json!("done"), &json!(0)));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told() {
    let rig = Rig::new();
    let contracts = rig.staff(CouncilRole::Contracts).await;
    let problem = |reply: testing::Reply| reply.problem();
    let gone = "/api/council/imports/files/providers/20261112T080000";
    assert_eq!(problem(contracts.get(gone).await), (404, "not-found".to_owned()));
    assert_eq!(contracts.get("/api/council/imports?feed=nonsense").await.status, 422);
    let chosen = json!({"file_name": "ours.xlsx", "size_bytes": 10});
    let refused = contracts.post("/api/council/imports/uploads", &chosen).await;
    assert_eq!(problem(refused), (422, "not-a-council-file".to_owned()));
}
