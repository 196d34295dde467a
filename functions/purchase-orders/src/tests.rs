//! Purchase orders, asked for as the people of a provider and of the council do.

use domain::clock::Now;
use domain::permission::{CouncilRole, Role};
use files::Objects;
use ordering::Orders;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, Log, at, client, contribution, cpli, day, sign_in, sign_in_staff};
use web::Clock;

use crate::{PurchaseOrders, api};

const LIST: &str = "/api/purchase-orders";
const ORDER: &str = "/api/purchase-orders/2022-23/A272433";
const COUNCIL_LIST: &str = "/api/council/purchase-orders";
const COUNCIL_ORDER: &str = "/api/council/purchase-orders/P1001/2022-23/A272433";

struct Portal {
    store: Store,
    orders: Orders,
    clock: Clock,
}

fn now() -> Now {
    at("2022-11-10T10:00:00Z")
}

/// Lake House with a second client, in respite with a contribution, and an address.
fn council() -> Council {
    let mut council = Council::lake_house();
    council.providers[0].address = Some("1 Shore Road".to_owned());
    let mut respite = testing::service("S4009", "C3001", "Lake House respite");
    respite.price_per = domain::facts::PricePer::Day;
    let mut stay = cpli("164700", &respite, client("A272444", "Ann", "Zola"));
    stay.end_date = Some(day("2022-12-31"));
    let from = day("2022-08-03");
    let collected = domain::facts::Collector::Provider;
    stay.contributions.push(contribution(from, "162.30", collected));
    council.cplis.push(stay);
    council.services.push(respite);
    council
}

impl Portal {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        let orders = Orders::with(store.clone(), Objects::in_memory());
        Self { store, orders, clock: Clock::at(now()) }
    }

    fn visitor(&self) -> Browser {
        let (store, orders) = (self.store.clone(), self.orders.clone());
        Browser::new(api().router(PurchaseOrders { store, orders, clock: self.clock.clone() }))
    }

    async fn viewer(&self, provider: &str) -> Browser {
        let token = sign_in(&self.store, provider, &[Role::Viewer], now()).await;
        self.visitor().with_session(&token)
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let token = sign_in_staff(&self.store, &[role], &[], now()).await;
        self.visitor().with_session(&token)
    }
}

fn clients(list: &Value) -> Vec<&str> {
    list["rows"].as_array().unwrap().iter().map(|row| row["ss_ref"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_provider_finds_one_order_a_client_and_year() {
    let portal = Portal::of(&council()).await;
    let list = portal.viewer("P1001").await.get(LIST).await.json();
    assert_eq!(list["financial_years"], json!(["2022-23"]));
    assert_eq!(list["financial_year"], "2022-23");
    assert_eq!(
        list["rows"][1],
        json!({
            "order_ref": "PO-P1001-2022-23-A272433", "financial_year": "2022-23", "ss_ref": "A272433",
            "client": "Miss Wednesday Adams", "services": ["Lake House - Residential (Band 3)"], "revision": 1,
            "revised_at": "2022-11-10T10:00:00Z", "total": "29796.55",
        })
    );
    assert_eq!(clients(&list), ["A272444", "A272433"], "by name");
    assert_eq!(list["clients"][0], json!({"ss_ref": "A272444", "name": "Miss Ann Zola"}));
    assert_eq!(list["services"][1], json!({"service_ref": "S4009", "name": "Lake House respite"}));
    assert!(list.get("provider_name").is_none());
}

#[tokio::test]
async fn a_list_is_narrowed_to_a_client_a_service_and_a_year() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    for (asked, found) in [
        ("?client=A272433", vec!["A272433"]),
        ("?client=a000000", vec![]),
        ("?service=S4009", vec!["A272444"]),
        ("?service=S4009&client=A272433", vec![]),
        ("?financial_year=2022-23", vec!["A272444", "A272433"]),
        ("?financial_year=2021-22", vec![]),
    ] {
        let list = browser.get(&format!("{LIST}{asked}")).await.json();
        assert_eq!(clients(&list), found, "{asked}");
    }
    let wrong = browser.get(&format!("{LIST}?financial_year=2022&client=%23&service=x%20y")).await;
    let fields = wrong.json();
    let fields: Vec<_> =
        fields["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(
        (wrong.status.as_u16(), fields),
        (422, vec![json!("financial_year"), json!("client"), json!("service")])
    );
}

#[tokio::test]
async fn an_order_explains_the_arithmetic_of_every_line_and_its_history() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let view = browser.get("/api/purchase-orders/2022-23/A272444").await.json();
    assert_eq!(
        view["lines"],
        json!([
            {
                "cpli_id": "164700", "service": "Lake House respite", "service_level": "Permanent - Residential",
                "contract_name": "Lake House residential", "from": "2022-08-03", "to": "2022-12-31", "days": 151,
                "quantity": "1", "unit": "placement", "unit_price": "865.46", "price_per": "day",
                "arithmetic": "1 × £865.46 a day × 151 days = £130,684.46", "kind": "cost", "amount": "130684.46",
            },
            {
                "cpli_id": "164700", "service": "Lake House respite", "service_level": "Permanent - Residential",
                "contract_name": "Lake House residential", "from": "2022-08-03", "to": "2022-12-31", "days": 151,
                "quantity": null, "unit": null, "unit_price": "162.30", "price_per": "week",
                "arithmetic": "Client contribution: −£162.30 a week × 151 days ÷ 7 = −£3,501.04", "kind": "income",
                "amount": "-3501.04",
            },
        ])
    );
    assert_eq!(
        (&view["total_cost"], &view["total_income"]),
        (&json!("130684.46"), &json!("-3501.04"))
    );
    assert_eq!((&view["total"], &view["latest"]), (&json!("127183.42"), &json!(true)));
    assert_eq!(view["provider"], json!({"name": "Lake House", "address": "1 Shore Road"}));
    assert_eq!((&view["from"], &view["to"]), (&json!("2022-04-01"), &json!("2023-03-31")));
    assert_eq!(
        view["revisions"],
        json!([{"revision": 1, "at": "2022-11-10T10:00:00Z", "total": "127183.42", "cause": "First issued"}])
    );
    assert_eq!(view["differences"], json!([]));
}

#[tokio::test]
async fn a_change_makes_a_revision_that_says_what_changed_and_the_earlier_ones_stay() {
    let mut council = council();
    let portal = Portal::of(&council).await;
    let browser = portal.viewer("P1001").await;
    browser.get(ORDER).await;
    council.cpli("164628").end_date = Some(day("2022-12-31"));
    council.save(&portal.store).await;
    let view = browser.get(ORDER).await.json();
    assert_eq!((&view["revision"], &view["latest"]), (&json!(2), &json!(true)));
    assert_eq!(
        view["differences"][0],
        json!({
            "label": "Lake House - Residential (Band 3) (CPLI 164628), 1 January 2023 to 31 March 2023",
            "before": "1 × £865.46 a week", "after": null,
        })
    );
    let first = browser.get(&format!("{ORDER}?revision=1")).await.json();
    assert_eq!((&first["latest"], &first["total"]), (&json!(false), &json!("29796.55")));
    for none in ["0", "3", "-1", "x"] {
        let reply = browser.get(&format!("{ORDER}?revision={none}")).await;
        assert_eq!(reply.problem(), (404, "not-found".to_owned()), "{none}");
    }
}

#[tokio::test]
async fn what_is_another_providers_is_answered_as_what_is_not_there() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let nobodys = browser.get("/api/purchase-orders/2022-23/A000000").await;
    assert_eq!(nobodys.problem(), (404, "not-found".to_owned()));
    for path in ["2022-23/A365739", "2021-22/A272433", "2022/A272433", "2022-23/%23", "x/y"] {
        assert_eq!(browser.get(&format!("{LIST}/{path}")).await, nobodys, "{path}");
    }
    let theirs = portal.viewer("P1002").await.get(LIST).await.json();
    assert_eq!(clients(&theirs), ["A365739"]);
}

#[tokio::test]
async fn the_councils_people_see_every_providers_orders_if_a_role_allows_it() {
    let portal = Portal::of(&council()).await;
    for role in CouncilRole::ALL {
        let browser = portal.staff(role).await;
        let may = matches!(
            role,
            CouncilRole::Contracts | CouncilRole::PaymentsOfficer | CouncilRole::Auditor
        );
        let expected = if may { 200 } else { 404 };
        for path in [&format!("{COUNCIL_LIST}?provider=P1001"), COUNCIL_ORDER] {
            assert_eq!(browser.get(path).await.status, expected, "{role:?} {path}");
        }
        assert_eq!(browser.get(LIST).await.status, 404, "staff act for no provider");
    }
    let auditor = portal.staff(CouncilRole::Auditor).await;
    let list = auditor.get(&format!("{COUNCIL_LIST}?provider=P1001")).await.json();
    assert_eq!((&list["provider_name"], clients(&list).len()), (&json!("Lake House"), 2));
    for path in ["", "?provider=P9999", "?provider=%23"] {
        let reply = auditor.get(&format!("{COUNCIL_LIST}{path}")).await;
        assert_eq!(reply.problem(), (404, "not-found".to_owned()), "{path}");
    }
    let ours = portal.viewer("P1001").await;
    assert_eq!(ours.get(COUNCIL_ORDER).await.status, 404, "no provider comes in here");
}

#[tokio::test]
async fn nobody_who_is_signed_out_sees_an_order() {
    let portal = Portal::of(&council()).await;
    for path in [LIST, ORDER, COUNCIL_LIST, COUNCIL_ORDER] {
        assert_eq!(portal.visitor().get(path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn every_look_at_orders_is_logged_without_a_name() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let auditor = portal.staff(CouncilRole::Auditor).await;
    let (log, collecting) = Log::collect();
    browser.get(LIST).await;
    browser.get(ORDER).await;
    auditor.get(COUNCIL_ORDER).await;
    drop(collecting);
    let text = log.text();
    assert_eq!(text.matches("client records viewed").count(), 3, "{text}");
    assert!(!text.contains("Adams") && !text.contains("Wednesday"), "{text}");
}

#[tokio::test]
async fn the_lists_of_both_sides_come_in_parts_of_a_hundred() {
    let mut council = council();
    let service = council.services[0].clone();
    for n in 0..100 {
        let who = client(&format!("A3{n:05}"), "Ivy", &format!("Lane {n:03}"));
        council.cplis.push(cpli(&format!("2{n:05}"), &service, who));
    }
    let portal = Portal::of(&council).await;
    let auditor = portal.staff(CouncilRole::Auditor).await;
    let path = format!("{COUNCIL_LIST}?provider=P1001");
    let first = auditor.get(&path).await.json();
    assert_eq!(clients(&first).len(), 100);
    let next = first["next"].as_str().unwrap();
    assert_eq!(clients(&first).last(), Some(&next));
    let rest = auditor.get(&format!("{path}&after={next}")).await.json();
    assert_eq!((clients(&rest).len(), &rest["next"]), (2, &Value::Null));
    assert!(clients(&rest).iter().all(|it| !clients(&first).contains(it)));
    let gone = auditor.get(&format!("{path}&after=A999")).await;
    assert_eq!(gone.problem(), (422, "cursor-unknown".to_owned()));
    let viewer = portal.viewer("P1001").await;
    assert_eq!(viewer.get(LIST).await.json()["rows"], first["rows"]);
    let ours = viewer.get(&format!("{LIST}?after={next}")).await.json();
    assert_eq!((&ours["rows"], &ours["next"]), (&rest["rows"], &Value::Null));
}
