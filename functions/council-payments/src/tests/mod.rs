//! The council's payments officer and finaliser through the routes.

use chrono::{DateTime, Utc};
use decisions::Decisions;
use domain::clock::Now;
use domain::facts::Adjustment;
use domain::permission::{CouncilPermission, CouncilRole, Role};
use files::Objects;
use messages::Queue;
use serde_json::{Value, json};
use statements::{DueContract, Statements};
use store::Store;
use testing::{Browser, Council, day, parse, sign_in, sign_in_colleague};
use web::{Access, Clock};

use crate::{CouncilPayments, api};

mod notes;

const FIRST: &str = "2022-09-05";
const STATEMENT: &str = "/api/council/statements/P1001/C3001/2022-09-05";
const PERIOD: &str = "/api/council/payments/28DAY/2022-09-05";

/// A council with two contracts whose first statements are locked; Martin (`ST02`) adjusted the one of Lake House.
struct Desk {
    payments: CouncilPayments,
    objects: Objects,
}

impl Desk {
    async fn open() -> Self {
        let mut council = Council::lake_house();
        council.adjustments.push(Adjustment {
            adjustment_ref: parse("ADJ1"),
            contract_ref: parse("C3001"),
            cpli_id: None,
            amount: parse("50.00"),
            reason: "Agreed with the home".to_owned(),
            period_start: day(FIRST),
            instalments: 1,
            made_by: vec![parse("ST02")],
        });
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        let statements = Statements::with(store.clone(), objects.clone(), "https://portal.example");
        let decisions = Decisions::with(store.clone(), objects.clone(), "https://portal.example");
        let locked: DateTime<Utc> = parse("2022-09-29T18:00:00Z");
        for (contract, provider) in [("C3001", "P1001"), ("C3002", "P1002")] {
            let due = DueContract { contract_ref: parse(contract), provider_ref: parse(provider) };
            statements.settle(&due, Now::at(locked)).await.unwrap();
        }
        let clock = Clock::at(Now::at(locked));
        let mail = Queue::in_memory();
        let payments = CouncilPayments { store, statements, decisions, mail, clock };
        Self { payments, objects }
    }

    fn visitor(&self) -> Browser {
        Browser::new(api().router(self.payments.clone()))
    }

    async fn colleague(&self, staff_ref: &str, roles: &[CouncilRole]) -> Browser {
        let who = (&*format!("Person {staff_ref}"), staff_ref);
        let now = self.payments.clock.now();
        let token = sign_in_colleague(&self.payments.store, who, (roles, &[]), now).await;
        self.visitor().with_session(&token)
    }

    async fn finaliser(&self) -> Browser {
        self.colleague("ST06", &[CouncilRole::Finaliser]).await
    }

    /// Martin, who is a finaliser too.
    async fn martin(&self) -> Browser {
        self.colleague("ST02", &[CouncilRole::PaymentsOfficer, CouncilRole::Finaliser]).await
    }
}

fn contracts(list: &Value) -> Vec<&str> {
    list["rows"].as_array().unwrap().iter().map(|it| it["contract_ref"].as_str().unwrap()).collect()
}

async fn digest(browser: &Browser) -> Value {
    json!({"digest": browser.get(STATEMENT).await.json()["digest"]})
}

#[tokio::test]
async fn the_statements_of_a_period_say_how_far_they_are_and_who_must_agree() {
    let desk = Desk::open().await;
    let list = desk.finaliser().await.get(PERIOD).await.json();
    assert_eq!(contracts(&list), ["C3001", "C3002"]);
    let first = &list["rows"][0];
    assert_eq!(
        [&first["provider_name"], &first["state"], &first["awaits_authorisation"]],
        [&json!("Lake House"), &json!("locked"), &json!(true)]
    );
    assert_eq!(first["totals"]["payable"], "3511.84");
    assert_eq!(list["rows"][1]["awaits_authorisation"], false);
    assert_eq!([&list["period"]["contracts"], &list["period"]["locked"]], [2, 2]);
    assert_eq!(list["next"], Value::Null);
}

#[tokio::test]
async fn the_list_is_filtered_and_goes_on_where_it_stopped() {
    let desk = Desk::open().await;
    let finaliser = desk.finaliser().await;
    for (filter, found) in [
        ("q=madley", vec!["C3002"]),
        ("q=p1001%20lake", vec!["C3001"]),
        ("awaits=true", vec!["C3001"]),
        ("state=locked", vec!["C3001", "C3002"]),
        ("state=finalised", vec![]),
        ("response=unconfirmed", vec!["C3001", "C3002"]),
    ] {
        let list = finaliser.get(&format!("{PERIOD}?{filter}")).await.json();
        assert_eq!(contracts(&list), found, "{filter}");
    }
    let page = finaliser.get(&format!("{PERIOD}?limit=1")).await.json();
    assert_eq!(contracts(&page), ["C3001"]);
    let next = page["next"].as_str().unwrap().replace('#', "%23");
    let rest = finaliser.get(&format!("{PERIOD}?limit=1&after={next}")).await.json();
    assert_eq!(contracts(&rest), ["C3002"]);
    let wrong = finaliser.get(&format!("{PERIOD}?state=lost")).await;
    assert_eq!(wrong.problem(), (422, "invalid".to_owned()));
    let missing = finaliser.get("/api/council/payments/28DAY/2022-09-06").await;
    assert_eq!(missing.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn who_made_an_adjustment_cannot_finalise_it_and_a_second_person_can() {
    let desk = Desk::open().await;
    let (martin, finaliser) = (desk.martin().await, desk.finaliser().await);
    let seen = martin.get(STATEMENT).await.json();
    let may = |view: &Value| {
        let it = &view["authorisation"];
        json!([it["awaits"], it["own"], it["may_authorise"], it["may_finalise"]])
    };
    assert_eq!(may(&seen), json!([true, true, false, false]));
    assert_eq!(may(&finaliser.get(STATEMENT).await.json()), json!([true, false, true, true]));
    let read = digest(&martin).await;
    for action in ["authorisation", "finalisation"] {
        let refused = martin.post(&format!("{STATEMENT}/{action}"), &read).await;
        assert_eq!(refused.problem(), (409, "own-adjustment".to_owned()), "{action}");
    }
    let agreed = finaliser.post(&format!("{STATEMENT}/authorisation"), &read).await.json();
    assert_eq!(agreed["authorisation"]["by"], "Person ST06");
    assert_eq!(agreed["lifecycle"], "authorised");
    let done = finaliser.post(&format!("{STATEMENT}/finalisation"), &read).await.json();
    assert_eq!(done["lifecycle"], "finalised");
    let again = finaliser.post(&format!("{STATEMENT}/finalisation"), &read).await;
    assert_eq!(again.status, 200, "the same again finds it done");
    let list = finaliser.get(PERIOD).await.json();
    assert_eq!(list["period"]["partially_finalised"], true);
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_not_agreed_to() {
    let desk = Desk::open().await;
    let finaliser = desk.finaliser().await;
    let old = json!({"digest": "0".repeat(64)});
    let refused = finaliser.post(&format!("{STATEMENT}/finalisation"), &old).await;
    assert_eq!(refused.problem(), (409, "statement-changed".to_owned()));
}

#[tokio::test]
async fn the_payment_file_comes_again_as_it_was_sent() {
    let desk = Desk::open().await;
    let finaliser = desk.finaliser().await;
    let file = format!("{STATEMENT}/payment-file.csv");
    assert_eq!(finaliser.get(&file).await.problem(), (404, "not-found".to_owned()));
    let read = digest(&finaliser).await;
    finaliser.post(&format!("{STATEMENT}/finalisation"), &read).await;
    let sent = finaliser.get(&file).await.text();
    assert!(sent.contains("run_id") && sent.contains("C3001:2022-09-05"), "{sent}");
}

#[tokio::test]
async fn a_paused_schedule_says_who_paused_it_and_why() {
    let desk = Desk::open().await;
    let finaliser = desk.finaliser().await;
    let pause = "/api/council/payments/28DAY/pause";
    let unsaid = finaliser.post(pause, &json!({"reason": " "})).await;
    assert_eq!(unsaid.json()["errors"][0]["field"], "reason");
    let paused = finaliser.post(pause, &json!({"reason": "A price file is wrong"})).await.json();
    assert_eq!(paused["paused"]["by"], "Person ST06");
    let year = "/api/council/payments?financial_year=2022-23";
    let schedule = finaliser.get(year).await.json();
    let cycle = &schedule["cycles"][0];
    assert_eq!(cycle["paused"]["reason"], "A price file is wrong");
    assert_eq!(cycle["periods"][0]["state"], "locked");
    let read = digest(&finaliser).await;
    let refused = finaliser.post(&format!("{STATEMENT}/finalisation"), &read).await;
    assert_eq!(refused.problem(), (409, "cycle-paused".to_owned()));
    let resumed = "/api/council/payments/28DAY/resumption";
    finaliser.post(resumed, &json!({"reason": "Put right"})).await;
    let schedule = finaliser.get(year).await.json();
    assert_eq!(schedule["cycles"][0]["paused"], Value::Null);
    assert_eq!(schedule["cycles"][0]["history"].as_array().unwrap().len(), 2);
    let again = finaliser.post(resumed, &json!({"reason": "Twice"})).await;
    assert_eq!(again.problem(), (409, "cycle-not-paused".to_owned()));
}

fn suspension() -> Value {
    json!({
        "request_id": "11111111-aaaa", "provider_ref": "P1001", "contract_ref": "C3001",
        "cpli_id": "164628", "kind": "suspend", "from_date": FIRST, "to_date": null,
        "reason": "Under review",
    })
}

#[tokio::test]
async fn a_directive_says_what_it_would_change_before_it_is_made_once() {
    let desk = Desk::open().await;
    let officer = desk.colleague("ST03", &[CouncilRole::PaymentsOfficer]).await;
    let preview = officer.post("/api/council/directives/preview", &suspension()).await.json();
    assert_eq!(preview["effects"][0]["period_start"], FIRST);
    assert_eq!(
        [&preview["effects"][0]["now"], &preview["effects"][0]["then"]],
        ["3511.84", "50.00"]
    );
    let files = |desk: &Desk| {
        desk.objects.dump().into_keys().filter(|it| it.contains("inbox/directives_")).count()
    };
    assert_eq!(files(&desk), 0, "a preview writes nothing");
    let made = officer.post("/api/council/directives", &suspension()).await;
    assert_eq!(made.status, 201);
    let again = officer.post("/api/council/directives", &suspension()).await;
    assert_eq!(made.json(), again.json());
    assert_eq!(files(&desk), 1);
    let contract = officer.get("/api/council/contracts/P1001/C3001").await.json();
    assert_eq!(contract["history"][0]["by"], "Person ST03");
    assert_eq!(contract["locked_period"]["period_start"], FIRST);
    assert_eq!(contract["open_periods"][0]["period_start"], "2022-10-03");
    assert_eq!(contract["adjustments"][0]["made_by"], json!(["ST02"]));
    let contracts = officer.get("/api/council/contracts?provider=P1001").await.json();
    assert_eq!(contracts["contracts"][0]["contract_ref"], "C3001");
}

#[tokio::test]
async fn what_is_wrong_with_a_decision_is_said_field_by_field() {
    let desk = Desk::open().await;
    let officer = desk.colleague("ST03", &[CouncilRole::PaymentsOfficer]).await;
    let unsaid = json!({"reason": " ", "to_date": "2022-09-01"});
    let mut body = suspension();
    body.as_object_mut().unwrap().extend(unsaid.as_object().unwrap().clone());
    let refused = officer.post("/api/council/directives/preview", &body).await.json();
    let fields = |refused: &Value| -> Vec<String> {
        let errors = refused["errors"].as_array().unwrap();
        errors.iter().map(|it| it["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(&refused), ["reason", "to_date"]);
    let adjustment = json!({
        "request_id": "22222222-aaaa", "provider_ref": "P1001", "contract_ref": "C3001",
        "cpli_id": null, "amount": "0.00", "period_start": FIRST, "instalments": 0, "reason": "",
    });
    let refused = officer.post("/api/council/adjustments", &adjustment).await.json();
    assert_eq!(fields(&refused), ["reason", "amount", "instalments", "period_start"]);
    let mut unnamed = suspension();
    for request_id in [json!("1"), Value::Null] {
        unnamed["request_id"] = request_id;
        let refused = officer.post("/api/council/directives", &unnamed).await;
        assert_eq!(
            (refused.status.as_u16(), fields(&refused.json())),
            (422, vec!["request_id".to_owned()])
        );
    }
    let previewed = officer.post("/api/council/directives/preview", &unnamed).await;
    assert_eq!(previewed.status, 200, "what is only looked at needs no name");
    let mut other = suspension();
    other["contract_ref"] = json!("C3002");
    let missing = officer.post("/api/council/directives", &other).await;
    assert_eq!(missing.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn queues_that_are_empty_say_so() {
    let desk = Desk::open().await;
    let officer = desk.colleague("ST03", &[CouncilRole::PaymentsOfficer]).await;
    let invoices = officer.get("/api/council/invoices").await.json();
    assert_eq!(invoices, json!({"rows": [], "next": null, "days_max": 30, "may_decide": true}));
    let weeks = officer.get("/api/council/exceptions").await.json();
    assert_eq!([&weeks["rows"], &weeks["variation_pounds_max"]], [&json!([]), &json!(150)]);
}

#[tokio::test]
async fn every_route_is_for_the_roles_that_its_permission_names_and_for_no_provider() {
    let desk = Desk::open().await;
    let token = sign_in(&desk.payments.store, "P1001", &Role::ALL, desk.payments.clock.now()).await;
    let provider = desk.visitor().with_session(&token);
    for route in api().routes() {
        let Access::Council(needed) = route.access else { panic!("{}", route.path) };
        let path = route.path.replace("{cycle_ref}", "28DAY").replace("{provider_ref}", "P1001");
        let path = path.replace("{contract_ref}", "C3001").replace("{period_start}", FIRST);
        let body = (route.method == "POST").then(|| json!({"digest": "", "reason": ""}));
        let ask = async |browser: &Browser| browser.send(&route.method, &path, body.as_ref()).await;
        assert_eq!(ask(&desk.visitor()).await.status, 401, "{path}");
        assert_eq!(ask(&provider).await.problem(), (404, "not-allowed".to_owned()), "{path}");
        for (n, role) in (0..).zip(CouncilRole::ALL) {
            let answer = ask(&desk.colleague(&format!("ST9{n}"), &[role]).await).await;
            let refused = answer.status == 404 && answer.problem().1 == "not-allowed";
            assert_eq!(refused, !role.may(needed), "{role} at {path}");
        }
    }
    assert!(CouncilRole::Auditor.may(CouncilPermission::SeePayments));
}
