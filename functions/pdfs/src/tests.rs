//! PDFs, asked for as the people of a provider and of the council do.

use domain::clock::Now;
use domain::permission::{CouncilRole, Role};
use files::{Objects, Place};
use ordering::Orders;
use reporting::Reports;
use statements::Statements;
use store::Store;
use testing::{
    Browser, Council, Reply, at, capacity, day, parse, price, provider, sign_in, sign_in_staff,
};
use web::Clock;

use crate::{PDF_BYTES_MAX, Pdfs, api};

const ORDER: &str = "/api/purchase-orders/2022-23/A272433/purchase-order.pdf";
const COUNCIL_ORDER: &str = "/api/council/purchase-orders/P1001/2022-23/A272433/purchase-order.pdf";
/// The period before the one that is open at [`now`].
const PAID: &str = "/api/scheduled-payments/C3001/2022-10-03/remittance.pdf";
const VOIDS: &str = "P1009";

struct Portal {
    store: Store,
    objects: Objects,
    clock: Clock,
}

fn now() -> Now {
    at("2022-11-10T10:00:00Z")
}

/// Lake House has ten guaranteed beds; their voids are paid to a provider of its own.
fn council() -> Council {
    let mut council = Council::lake_house();
    council.providers.push(provider(VOIDS, "Lake House voids"));
    let mut beds = capacity(&council.services[0], day("2022-08-01"));
    beds.void_provider_ref = Some(parse(VOIDS));
    council.capacities.push(beds);
    council
}

impl Portal {
    /// With everything settled that was due.
    async fn of(council: &Council) -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        let portal = Self { store, objects, clock: Clock::at(now()) };
        let statements = portal.statements();
        for due in statements.due(now()).await.unwrap() {
            statements.settle(&due, now()).await.unwrap();
        }
        portal
    }

    fn statements(&self) -> Statements {
        Statements::with(self.store.clone(), self.objects.clone(), "https://portal.example")
    }

    fn visitor(&self) -> Browser {
        Browser::new(api().router(Pdfs {
            store: self.store.clone(),
            objects: self.objects.clone(),
            orders: Orders::with(self.store.clone(), self.objects.clone()),
            statements: self.statements(),
            reports: Reports::with(self.store.clone(), self.objects.clone(), self.statements()),
            clock: self.clock.clone(),
        }))
    }

    async fn viewer(&self, provider: &str) -> Browser {
        let token = sign_in(&self.store, provider, &[Role::Viewer], now()).await;
        self.visitor().with_session(&token)
    }

    async fn pdf(&self, place: &Place) -> Vec<u8> {
        let object = self.objects.get(place, PDF_BYTES_MAX).await.unwrap().unwrap();
        assert!(object.bytes.starts_with(b"%PDF-"), "{place}");
        object.bytes
    }

    fn order_place(revision: u32) -> Place {
        let id = domain::purchase_order::OrderId {
            provider_ref: parse("P1001"),
            financial_year: parse("2022-23"),
            ss_ref: parse("A272433"),
        };
        Place::order_revision(&id, revision, "pdf")
    }
}

fn leads_to(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{reply:?}");
    reply.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_purchase_order_is_made_once_and_fetched_from_the_bucket() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let link = leads_to(&browser.get(ORDER).await);
    assert!(link.contains("purchase-orders/P1001/2022-23/A272433/1.pdf"), "{link}");
    assert!(link.contains("PO-P1001-2022-23-A272433-revision-1.pdf"), "{link}");
    let made = portal.pdf(&Portal::order_place(1)).await;
    assert_eq!(leads_to(&browser.get(ORDER).await), link);
    assert_eq!(portal.pdf(&Portal::order_place(1)).await, made);
}

#[tokio::test]
async fn an_earlier_revision_can_be_fetched_when_there_is_a_later_one() {
    let mut council = council();
    let portal = Portal::of(&council).await;
    let browser = portal.viewer("P1001").await;
    browser.get(ORDER).await;
    council.cpli("164628").prices.insert(day("2023-01-01"), price("1", "908.73"));
    council.save(&portal.store).await;
    assert!(leads_to(&browser.get(ORDER).await).contains("/2.pdf"));
    assert!(leads_to(&browser.get(&format!("{ORDER}?revision=1")).await).contains("/1.pdf"));
    let (first, second) = (Portal::order_place(1), Portal::order_place(2));
    assert_ne!(portal.pdf(&first).await, portal.pdf(&second).await);
    for none in ["0", "3", "x"] {
        let reply = browser.get(&format!("{ORDER}?revision={none}")).await;
        assert_eq!(reply.problem(), (404, "not-found".to_owned()), "{none}");
    }
}

#[tokio::test]
async fn a_remittance_advice_is_printed_once_it_is_finalised_and_not_before() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let link = leads_to(&browser.get(PAID).await);
    assert!(link.contains("remittances/C3001/2022-10-03_P1001.pdf"), "{link}");
    assert!(link.ends_with("remittance_C3001_2022-10-03.pdf"), "{link}");
    let open = browser.get(&PAID.replace("2022-10-03", "2022-10-31")).await;
    assert_eq!(open.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn who_is_paid_voids_gets_no_line_of_another_and_a_file_of_its_own() {
    let portal = Portal::of(&council()).await;
    let own = leads_to(&portal.viewer("P1001").await.get(PAID).await);
    let voids = leads_to(&portal.viewer(VOIDS).await.get(PAID).await);
    assert_ne!(own, voids);
    let place =
        |provider| Place::printed_remittance(&parse("C3001"), day("2022-10-03"), &parse(provider));
    assert_ne!(portal.pdf(&place("P1001")).await, portal.pdf(&place(VOIDS)).await);
    let stranger = portal.viewer("P1002").await.get(PAID).await;
    assert_eq!(stranger.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn what_is_another_providers_is_answered_as_what_is_not_there() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let nobodys = browser.get("/api/purchase-orders/2022-23/A000000/purchase-order.pdf").await;
    assert_eq!(nobodys.problem(), (404, "not-found".to_owned()));
    for path in [
        "purchase-orders/2022-23/A365739/purchase-order.pdf",
        "purchase-orders/2022/A272433/purchase-order.pdf",
        "purchase-orders/2022-23/%23/purchase-order.pdf",
        "scheduled-payments/C3002/2022-10-03/remittance.pdf",
        "scheduled-payments/C9999/2022-10-03/remittance.pdf",
        "scheduled-payments/C3001/yesterday/remittance.pdf",
    ] {
        assert_eq!(browser.get(&format!("/api/{path}")).await, nobodys, "{path}");
    }
    let files = portal.objects.dump();
    assert!(!files.keys().any(|name| name.contains(".pdf")), "{:?}", files.keys());
}

#[tokio::test]
async fn the_councils_people_fetch_any_providers_order_if_a_role_allows_it() {
    let portal = Portal::of(&council()).await;
    for role in CouncilRole::ALL {
        let token = sign_in_staff(&portal.store, &[role], &[], now()).await;
        let reply = portal.visitor().with_session(&token).get(COUNCIL_ORDER).await;
        let may = matches!(
            role,
            CouncilRole::Contracts | CouncilRole::PaymentsOfficer | CouncilRole::Auditor
        );
        assert_eq!(reply.status, if may { 303 } else { 404 }, "{role:?}");
    }
    let ours = portal.viewer("P1001").await;
    assert_eq!(ours.get(COUNCIL_ORDER).await.status, 404, "no provider comes in here");
    for path in [ORDER, COUNCIL_ORDER, PAID] {
        assert_eq!(portal.visitor().get(path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_report_is_printed_for_whoever_may_read_it() {
    let portal = Portal::of(&council()).await;
    let path = "/api/reports/remittance-by-period/report.pdf";
    let reply = portal.viewer("P1001").await.get(path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["content-type"], "application/pdf");
    let none = portal.viewer("P1001").await.get("/api/reports/prompt-payment/report.pdf").await;
    assert_eq!(none.problem(), (404, "not-found".to_owned()));
    let council = "/api/council/reports/prompt-payment/report.pdf";
    let officer = sign_in_staff(&portal.store, &[CouncilRole::PaymentsOfficer], &[], now()).await;
    assert_eq!(portal.visitor().with_session(&officer).get(council).await.status, 200);
    let helpdesk = sign_in_staff(&portal.store, &[CouncilRole::Helpdesk], &[], now()).await;
    let refused = portal.visitor().with_session(&helpdesk).get(council).await;
    assert_eq!(refused.problem(), (404, "not-allowed".to_owned()));
}
