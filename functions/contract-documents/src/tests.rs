//! Providers and the council at their contract documents.

use agreements::Agreements;
use domain::account::Account;
use domain::clock::Now;
use domain::password::PasswordHash;
use domain::permission::{CouncilRole, Role};
use domain::second_step::Positions;
use files::Objects;
use identity::Identity;
use messages::Queue;
use serde_json::{Value, json};
use store::keys::Key;
use store::{Action, Change, Located, Store};
use testing::{Browser, Council, Reply, at, parse, sign_in, sign_in_staff};
use web::Clock;

use crate::Documents;

const ADA: &str = "ada@lakehouse.example";
const PASSWORD: &str = "Teal-Kettle-42";

struct Portal {
    documents: Documents,
}

fn monday() -> Now {
    at("2022-11-07T10:00:00Z")
}

impl Portal {
    async fn new() -> Self {
        let (store, objects, mail) = (Store::in_memory(), Objects::in_memory(), Queue::in_memory());
        let council = Council::lake_house();
        council.save(&store).await;
        let located = Located { provider_ref: parse("P1001"), contract_ref: parse("C3001") };
        let client = &council.cplis[0].client;
        let seeded = vec![
            Action::put(Key::cpli_locator(&parse("164628")), &located),
            Action::put(Key::service_locator(&parse("S4001")), &located),
            Action::put(Key::client(&client.ss_ref), client),
        ];
        store.seed(seeded).await.unwrap();
        let name = "Ada Brome".to_owned();
        let account = Account::invited(parse(ADA), name, Positions(1, 2), monday().instant)
            .with_password(PasswordHash::new(PASSWORD, [1; 16]));
        store.change(vec![Change::Account(account)]).await.unwrap();
        let site_url = "https://portal.example".to_owned();
        let agreements = Agreements::with(store.clone(), objects, mail.clone(), &site_url);
        let clock = Clock::at(monday());
        let identity = Identity { store, mail_queue: mail, clock, site_url, edge_secret: None };
        Self { documents: Documents { identity, agreements } }
    }

    fn browser(&self, token: &str) -> Browser {
        Browser::new(crate::api().router(self.documents.clone())).with_session(token)
    }

    async fn provider(&self, provider: &str, roles: &[Role]) -> Browser {
        let store = &self.documents.identity.store;
        self.browser(&sign_in(store, provider, roles, monday()).await)
    }

    async fn signatory(&self) -> Browser {
        self.provider("P1001", &[Role::Signatory]).await
    }

    async fn staff(&self, roles: &[CouncilRole]) -> Browser {
        let store = &self.documents.identity.store;
        self.browser(&sign_in_staff(store, roles, &[], monday()).await)
    }

    /// A document about the one care package; its reference.
    async fn publish(&self) -> String {
        let staff = self.staff(&[CouncilRole::Contracts]).await;
        let published = staff.post("/api/council/documents", &publication("request-1")).await;
        assert_eq!(published.status, 201, "{}", published.json());
        published.json()["document_ref"].as_str().unwrap().to_owned()
    }
}

fn publication(request_id: &str) -> Value {
    json!({
        "request_id": request_id, "provider_ref": "P1001", "document_ref": null,
        "doc_type": "Individual placement agreement", "service_ref": null, "ss_ref": null,
        "cpli_id": "164628", "date_from": null, "date_to": null, "upload_id": null
    })
}

fn code(reply: &Reply) -> String {
    format!("{} {}", reply.status.as_u16(), reply.json()["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_provider_reads_what_the_council_published_and_agrees_with_its_password() {
    let portal = Portal::new().await;
    let document = portal.publish().await;
    let ada = portal.signatory().await;
    let list = ada.get("/api/contract-documents").await.json();
    assert_eq!(list["counts"], json!({"open": 1}));
    assert_eq!(list["can_answer"], true);
    assert_eq!(list["services"][0]["service_ref"], "S4001");
    assert_eq!(list["clients"], json!([{"ss_ref": "A272433", "name": "Miss Wednesday Adams"}]));
    let row = &list["rows"][0];
    assert_eq!(row["note"], "Published by Grace Hallam on 07/11/2022");
    assert_eq!(row["answer_by"], "2022-11-14T23:59:00Z");
    let path = format!("/api/contract-documents/{document}");
    let view = ada.get(&path).await.json();
    let version = &view["versions"][0];
    assert_eq!((&version["sha256"], &version["version"]), (&view["file"]["sha256"], &json!(1)));
    assert!(view["consent"].as_str().unwrap().contains("bound"));
    assert!(
        view["fields"]
            .as_array()
            .unwrap()
            .contains(&json!({"label": "Weekly cost", "value": "£865.46"}))
    );
    let file = ada.get(&format!("{path}/1/document.pdf")).await;
    assert_eq!(file.status, 303);
    let agreement = json!({"version": 1, "password": PASSWORD});
    let agreed = ada.post(&format!("{path}/agreement"), &agreement).await;
    assert_eq!(agreed.status, 200, "{}", agreed.json());
    let agreed = agreed.json();
    assert_eq!(agreed["note"], "Agreed by Ada Brome on 07/11/2022");
    assert_eq!((&agreed["state"], &agreed["can_answer"]), (&json!("agreed"), &json!(false)));
    assert_eq!(agreed["answer_by"], Value::Null);
    let list = ada.get("/api/contract-documents").await.json();
    assert_eq!((&list["rows"], &list["counts"]["open"]), (&json!([]), &json!(0)));
    let all = ada.get("/api/contract-documents?status=agreed&client=A272433").await.json();
    assert_eq!(all["rows"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_providers_list_comes_in_parts_of_a_hundred() {
    let portal = Portal::new().await;
    portal.publish().await;
    let known = portal.documents.identity.store.documents(&parse("P1001")).await.unwrap();
    let numbered = |n: u32| {
        let mut document = known[0].clone();
        document.latest.document_ref = parse(&format!("D{n:05}"));
        document
    };
    let current: Vec<_> = (0..101).rev().map(numbered).collect();
    let rows: Vec<_> = current.iter().map(agreements::Row::from).collect();
    let listed = agreements::Listed { rows, current };
    let view = |after: &str| json!(crate::list_view::ListView::of(&listed, after, true));
    let first = view("");
    assert_eq!(first["rows"].as_array().unwrap().len(), 100);
    let rest = view(first["next"].as_str().unwrap());
    assert_eq!(
        (&rest["rows"][0]["document_ref"], &rest["rows"][1]),
        (&json!("D00000"), &Value::Null)
    );
    assert_eq!(rest["next"], Value::Null);
}

#[tokio::test]
async fn a_wrong_password_answers_nothing_and_counts_as_a_wrong_try() {
    let portal = Portal::new().await;
    let document = portal.publish().await;
    let ada = portal.signatory().await;
    let path = format!("/api/contract-documents/{document}/agreement");
    let empty = ada.post(&path, &json!({"version": 1, "password": ""})).await;
    assert_eq!(empty.json()["errors"][0]["field"], "password");
    for _ in 0..4 {
        let wrong = ada.post(&path, &json!({"version": 1, "password": "Wrong-Kettle-42"})).await;
        assert_eq!(code(&wrong), "422 password-wrong");
        assert_eq!(wrong.json()["errors"][0]["field"], "password");
    }
    let locked = ada.post(&path, &json!({"version": 1, "password": "Wrong-Kettle-42"})).await;
    assert_eq!(code(&locked), "422 account-locked");
    let right = ada.post(&path, &json!({"version": 1, "password": PASSWORD})).await;
    assert_eq!(code(&right), "422 account-locked");
    let view = ada.get(&format!("/api/contract-documents/{document}")).await.json();
    assert_eq!(view["state"], "published");
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_shows_it() {
    let portal = Portal::new().await;
    let document = portal.publish().await;
    let ada = portal.signatory().await;
    let path = format!("/api/contract-documents/{document}/rejection");
    let none = ada.post(&path, &json!({"version": 1, "password": PASSWORD, "reason": " "})).await;
    assert_eq!(code(&none), "422 document-reason");
    assert_eq!(none.json()["errors"][0]["field"], "reason");
    let reason = "The start date is incorrect.";
    let body = json!({"version": 1, "password": PASSWORD, "reason": reason});
    let rejected = ada.post(&path, &body).await.json();
    assert_eq!(
        rejected["note"],
        "Rejected by Ada Brome on 07/11/2022. Reason: The start date is incorrect."
    );
    let second = ada.post(&path.replace("rejection", "agreement"), &body).await;
    assert_eq!(code(&second), "409 document-answered");
    assert!(second.json()["detail"].as_str().unwrap().contains("Rejected by Ada Brome"));
    let staff = portal.staff(&[CouncilRole::Contracts]).await;
    let mut again = publication("request-2");
    again["document_ref"] = json!(document);
    let revised = staff.post("/api/council/documents", &again).await.json();
    assert_eq!((&revised["version"], &revised["state"]), (&json!(2), &json!("published")));
    let old = ada.post(&path.replace("rejection", "agreement"), &body).await;
    assert_eq!(code(&old), "409 document-superseded");
}

/// What each role may do: see, answer.
#[tokio::test]
async fn only_a_signatory_or_an_administrator_may_answer() {
    for role in Role::ALL {
        let portal = Portal::new().await;
        let document = portal.publish().await;
        let may = matches!(role, Role::Signatory | Role::Admin);
        let person = portal.provider("P1001", &[role]).await;
        let list = person.get("/api/contract-documents").await.json();
        assert_eq!(
            (&list["can_answer"], &list["rows"][0]["can_answer"]),
            (&json!(may), &json!(may))
        );
        for what in ["agreement", "rejection"] {
            let path = format!("/api/contract-documents/{document}/{what}");
            let body = json!({"version": 9, "password": PASSWORD, "reason": "No"});
            let told = code(&person.post(&path, &body).await);
            let expected = if may { "409 document-superseded" } else { "404 not-allowed" };
            assert_eq!(told, expected, "{role}");
        }
        let council = person.get("/api/council/documents").await;
        assert_eq!(code(&council), "404 not-allowed");
    }
}

#[tokio::test]
async fn the_councils_people_may_what_their_roles_say() {
    for role in CouncilRole::ALL {
        let portal = Portal::new().await;
        let document = portal.publish().await;
        let person = portal.staff(&[role]).await;
        let sees = matches!(role, CouncilRole::Contracts | CouncilRole::Auditor);
        let publishes = role == CouncilRole::Contracts;
        let shown = format!("/api/council/documents/P1001/{document}");
        for path in ["/api/council/documents", &shown, &format!("{shown}/1/document.pdf")] {
            let status = person.get(path).await.status.as_u16();
            assert_eq!(status < 400, sees, "{role} {path} {status}");
        }
        let form = person.get("/api/council/documents/form?provider=P1001").await.status.as_u16();
        assert_eq!(form == 200, publishes, "{role}");
        let manual = json!({"version": 1, "reason": "By telephone"});
        let sending = json!({"provider_ref": "P1001", "file_name": "a.pdf", "size_bytes": 9});
        for (path, body, ok) in [
            ("/api/council/documents".to_owned(), publication("request-9"), 201),
            ("/api/council/documents/uploads".to_owned(), sending, 201),
            (format!("{shown}/manual-agreement"), manual, 200),
        ] {
            let status = person.post(&path, &body).await.status.as_u16();
            assert_eq!(status, if publishes { ok } else { 404 }, "{role} {path}");
        }
        let theirs = code(&person.get("/api/contract-documents").await);
        assert_eq!(theirs, "404 not-allowed", "nobody at the council acts for a provider");
    }
}

#[tokio::test]
async fn what_belongs_to_another_is_not_there() {
    let portal = Portal::new().await;
    let document = portal.publish().await;
    let other = portal.provider("P1002", &[Role::Admin]).await;
    let mut answers = Vec::new();
    for id in [document.as_str(), "DOC999", "no%20reference"] {
        let path = format!("/api/contract-documents/{id}");
        let body = json!({"version": 1, "password": PASSWORD, "reason": "No"});
        answers.push(other.get(&path).await);
        answers.push(other.get(&format!("{path}/1/document.pdf")).await);
        answers.push(other.post(&format!("{path}/agreement"), &body).await);
        answers.push(other.post(&format!("{path}/rejection"), &body).await);
    }
    for answer in &answers {
        assert_eq!((code(answer).as_str(), &answer.body), ("404 not-found", &answers[0].body));
    }
    let list = other.get("/api/contract-documents?status=all").await.json();
    assert_eq!(list["rows"], json!([]));
    let staff = portal.staff(&[CouncilRole::Contracts]).await;
    let wrong = staff.get(&format!("/api/council/documents/P1002/{document}")).await;
    assert_eq!(code(&wrong), "404 not-found");
}

#[tokio::test]
async fn the_council_sees_what_waits_what_was_rejected_and_a_record_that_is_intact() {
    let portal = Portal::new().await;
    let document = portal.publish().await;
    let staff = portal.staff(&[CouncilRole::Contracts]).await;
    let waiting = staff.get("/api/council/documents?state=waiting").await.json();
    let row = &waiting["rows"][0];
    assert_eq!((&row["provider_name"], &row["days_left"]), (&json!("Lake House"), &json!(7)));
    let path = format!("/api/council/documents/P1001/{document}");
    let manual = json!({"version": 1, "reason": "By telephone"});
    let agreed = staff.post(&format!("{path}/manual-agreement"), &manual).await.json();
    assert_eq!(agreed["note"], "Agreed manually by Grace Hallam on 07/11/2022");
    let record = &agreed["record"][0];
    assert_eq!((&record["outcome"], &record["intact"]), (&json!("agreed_manually"), &json!(true)));
    assert_eq!(record["reason"], "By telephone");
    for (query, count) in [
        ("waiting", 0),
        ("rejected", 0),
        ("answered", 1),
        ("answered&provider=P1001", 1),
        ("answered&provider=P1002", 0),
    ] {
        let list = staff.get(&format!("/api/council/documents?state={query}")).await.json();
        assert_eq!(list["rows"].as_array().unwrap().len(), count, "{query}");
    }
    let of_one = "/api/council/documents?state=answered&provider=P1001";
    for (after, count) in [("2022-01-01", 1), ("2030-01-01", 0)] {
        let list = staff.get(&format!("{of_one}&after={after}")).await.json();
        assert_eq!(list["rows"].as_array().unwrap().len(), count, "after {after}");
        assert_eq!(list["next"], Value::Null);
    }
    let elsewhere = staff.get("/api/council/documents?state=answered&after=WAITING%231").await;
    assert_eq!(code(&elsewhere), "422 cursor-unknown");
    let wrong = staff.get("/api/council/documents?state=lost").await;
    assert_eq!(wrong.json()["errors"][0]["field"], "state");
}

#[tokio::test]
async fn the_same_publication_again_is_the_same_document() {
    let portal = Portal::new().await;
    assert_eq!(portal.publish().await, portal.publish().await);
    let staff = portal.staff(&[CouncilRole::Contracts]).await;
    let form = staff.get("/api/council/documents/form?provider=P1001").await.json();
    assert_eq!(form["packages"][0]["cpli_id"], "164628");
    assert_eq!(form["doc_types"], json!(["Individual placement agreement"]));
    let sending = json!({"provider_ref": "P1001", "file_name": "a.pdf", "size_bytes": 900});
    let sending = staff.post("/api/council/documents/uploads", &sending).await.json();
    let upload = sending["upload_id"].as_str().unwrap();
    assert_eq!(sending["fields"]["key"], format!("council/documents/{upload}.pdf"));
    let mut gone = publication("request-3");
    gone["upload_id"] = json!(upload);
    let refused = staff.post("/api/council/documents", &gone).await;
    assert_eq!(code(&refused), "422 document-not-accepted");
    let mut unknown = publication("request-4");
    unknown["cpli_id"] = json!("999");
    let refused = staff.post("/api/council/documents", &unknown).await;
    assert_eq!(refused.json()["errors"][0]["field"], "cpli_id");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_told_field_by_field() {
    let portal = Portal::new().await;
    let ada = portal.signatory().await;
    let query = "service=a%20b&client=%23&status=lost&updated_since=tomorrow";
    let told = ada.get(&format!("/api/contract-documents?{query}")).await;
    assert_eq!(told.status, 422);
    let errors = told.json()["errors"].clone();
    let fields: Vec<_> = errors.as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["service", "client", "status", "updated_since"]);
}
