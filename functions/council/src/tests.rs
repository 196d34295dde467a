//! The council's people at their first page.

use decisions::Decisions;
use domain::change_request::{Asked, ChangeRequest, ContactForm, RequestState};
use domain::facts::Provider;
use domain::permission::{CouncilRole, Role};
use files::Objects;
use serde_json::{Value, json};
use statements::Statements;
use store::keys::Key;
use store::{Action, ClientCpli, ListedProvider, Located, QueuedRequest, Store};
use testing::{Browser, at, parse, provider, sign_in, sign_in_staff};
use web::Clock;

use crate::{Council, api};

const NINE: &str = "2026-11-12T09:00:00Z";

fn visitor(store: &Store) -> Browser {
    let (objects, site) = (Objects::in_memory(), "https://portal.example");
    let statements = Statements::with(store.clone(), objects.clone(), site);
    let decisions = Decisions::with(store.clone(), objects, site);
    let clock = Clock::at(at(NINE));
    Browser::new(api().router(Council { store: store.clone(), statements, decisions, clock }))
}

async fn staff(store: &Store, role: CouncilRole) -> Browser {
    let token = sign_in_staff(store, &[role], &["PAYMENTS"], at(NINE)).await;
    visitor(store).with_session(&token)
}

/// A request that waits since `at`.
async fn asked(store: &Store, forename: &str, since: &str) {
    let form = ContactForm {
        forename: forename.to_owned(),
        surname: "Shaw".to_owned(),
        ..ContactForm::default()
    };
    let provider_ref = parse("P1001");
    let request = ChangeRequest {
        request_ref: domain::ids::ChangeRequestRef::of(
            &provider_ref,
            &parse(&format!("request-{forename}")),
        ),
        provider_ref,
        name: forename.to_owned(),
        asked: Asked::NewContact { contact: form.read().unwrap() },
        submitted_at: at(since).instant,
        submitted_by: "Ada Brome".to_owned(),
        submitted_email: parse("ada@lakehouse.example"),
        state: RequestState::Pending,
        version: 0,
    };
    let queued = QueuedRequest { request, provider_name: "Lake House".to_owned() };
    store.submit_change_request(&queued).await.unwrap();
}

fn queues(home: &Value) -> Vec<&str> {
    home["queues"].as_array().unwrap().iter().map(|it| it["queue"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_role_sees_the_queues_that_it_may_read() {
    let store = Store::in_memory();
    let expected = [
        (CouncilRole::Helpdesk, vec!["change_requests"]),
        (CouncilRole::TeamMember, vec!["actions"]),
        (CouncilRole::Contracts, vec!["documents", "answers", "imports"]),
        (CouncilRole::PaymentsOfficer, vec!["invoices", "exceptions", "imports"]),
        (CouncilRole::Finaliser, vec!["authorisations"]),
        (CouncilRole::Configuration, vec![]),
        (
            CouncilRole::Auditor,
            vec!["actions", "change_requests", "documents", "answers", "imports"],
        ),
    ];
    for (role, seen) in expected {
        let home = staff(&store, role).await.get("/api/council/home").await.json();
        assert_eq!(queues(&home), seen, "{role}");
    }
}

#[tokio::test]
async fn a_queue_says_how_many_wait_since_when_and_how_many_too_long() {
    let store = Store::in_memory();
    let helpdesk = staff(&store, CouncilRole::Helpdesk).await;
    let home = helpdesk.get("/api/council/home").await.json();
    assert_eq!(
        home["queues"][0],
        json!({
            "queue": "change_requests", "title": "Change requests",
            "line": "No change request waits for a decision.", "url": "/council/change-requests/",
            "count": 0, "overdue": 0, "oldest_at": null, "attention": "none", "parts": [],
        })
    );
    asked(&store, "Carol", "2026-11-11T09:00:00Z").await;
    let home = helpdesk.get("/api/council/home").await.json();
    assert_eq!(home["queues"][0]["attention"], "soon");
    asked(&store, "Dan", "2026-11-05T08:59:00Z").await;
    let home = helpdesk.get("/api/council/home").await.json();
    assert_eq!(
        home["queues"][0],
        json!({
            "queue": "change_requests", "title": "Change requests",
            "line": "2 change requests wait for a decision. 1 is overdue.",
            "url": "/council/change-requests/",
            "count": 2, "overdue": 1, "oldest_at": "2026-11-05T08:59:00Z", "attention": "now",
            "parts": [],
        })
    );
}

#[tokio::test]
async fn a_provider_is_found_by_words_of_its_name_or_by_its_reference() {
    let store = Store::in_memory();
    let listed = |it: Provider| {
        let Provider { provider_ref, name, kind, .. } = it;
        let listed = ListedProvider { provider_ref, name, kind };
        Action::put(Key::listed_provider(&listed.provider_ref), &listed)
    };
    let all = [("P1001", "Lake House"), ("P1002", "Madley Park"), ("P1003", "House by the Park")];
    store.seed(all.map(|(id, name)| listed(provider(id, name))).to_vec()).await.unwrap();
    let browser = staff(&store, CouncilRole::Finaliser).await;
    let found = async |q: &str| -> Vec<String> {
        let found = browser.get(&format!("/api/council/providers?q={q}")).await.json();
        let providers = found["providers"].as_array().unwrap();
        providers.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("").await, ["House by the Park", "Lake House", "Madley Park"]);
    assert_eq!(found("park%20HOUSE").await, ["House by the Park"]);
    assert_eq!(found("p1001").await, ["Lake House"]);
    assert_eq!(found("nothing").await, Vec::<String>::new());
    let first = &browser.get("/api/council/providers").await.json()["providers"][1];
    assert_eq!(*first, json!({"provider_ref": "P1001", "name": "Lake House", "kind": "care_home"}));
}

#[tokio::test]
async fn a_provider_sees_nothing_of_it() {
    let store = Store::in_memory();
    let token = sign_in(&store, "P1001", &Role::ALL, at(NINE)).await;
    for route in api().routes() {
        assert_eq!(visitor(&store).get(route.path).await.status, 401);
        let refused = visitor(&store).with_session(&token).get(route.path).await;
        assert_eq!(refused.problem(), (404, "not-allowed".to_owned()));
    }
}

/// Lake House, and whose client is whose.
async fn lake_house() -> Store {
    let (store, council) = (Store::in_memory(), testing::Council::lake_house());
    council.save(&store).await;
    let links = council.cplis.iter().flat_map(|it| {
        let provider_ref = council.contracts.iter().find(|of| of.contract_ref == it.contract_ref);
        let provider_ref = provider_ref.unwrap().provider_ref.clone();
        let located = Located { provider_ref, contract_ref: it.contract_ref.clone() };
        let link = ClientCpli { cpli_id: it.cpli_id.clone(), located };
        [
            Action::put(Key::client(&it.client.ss_ref), &it.client),
            Action::put(Key::client_cpli(&it.client.ss_ref, &it.cpli_id), &link),
        ]
    });
    store.seed(links.collect()).await.unwrap();
    store
}

fn sections(page: &Value) -> Vec<&str> {
    let sections = page["sections"].as_array().unwrap();
    sections.iter().map(|it| it["section"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn of_a_provider_each_role_reads_the_parts_that_it_may() {
    let store = lake_house().await;
    let expected = [
        (CouncilRole::Helpdesk, vec!["contracts", "change_requests", "contacts"]),
        (CouncilRole::TeamMember, vec!["contracts", "actions"]),
        (CouncilRole::Contracts, vec!["contracts", "documents", "orders"]),
        (CouncilRole::PaymentsOfficer, vec!["contracts", "statements", "orders"]),
        (CouncilRole::Finaliser, vec!["contracts", "statements"]),
        (CouncilRole::Configuration, vec!["contracts"]),
        (
            CouncilRole::Auditor,
            vec![
                "contracts",
                "statements",
                "actions",
                "documents",
                "orders",
                "change_requests",
                "contacts",
            ],
        ),
    ];
    for (role, seen) in expected {
        let page = staff(&store, role).await.get("/api/council/provider/P1001").await.json();
        assert_eq!(sections(&page), seen, "{role}");
        assert_eq!(page["provider"]["name"], "Lake House");
        assert_eq!(page["sections"][0]["rows"][0]["what"], "Lake House residential");
    }
    let nobody = staff(&store, CouncilRole::Auditor).await.get("/api/council/provider/P9").await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn a_client_is_gathered_for_those_who_may_read_of_clients() {
    let store = lake_house().await;
    let path = "/api/council/client/A272433";
    for role in [CouncilRole::Helpdesk, CouncilRole::TeamMember, CouncilRole::Configuration] {
        assert_eq!(staff(&store, role).await.get(path).await.status, 404, "{role}");
    }
    let officer = staff(&store, CouncilRole::PaymentsOfficer).await;
    let page = officer.get(path).await.json();
    assert_eq!(page["name"], "Miss Wednesday Adams");
    assert_eq!(page["providers"], json!([{"provider_ref": "P1001", "name": "Lake House"}]));
    assert_eq!(sections(&page), ["care_packages", "lines", "actuals", "orders"]);
    let lines = page["sections"][0]["rows"][0]["lines"].as_array().unwrap();
    assert!(lines.last().unwrap().as_str().unwrap().ends_with("1 at £865.46"), "{lines:?}");
    let contracts = staff(&store, CouncilRole::Contracts).await.get(path).await.json();
    assert_eq!(sections(&contracts), ["care_packages", "documents", "orders"]);
    assert_eq!(officer.get("/api/council/client/A999999").await.status, 404);
}
