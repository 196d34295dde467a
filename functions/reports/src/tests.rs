//! Reports, asked for as people of a provider and of the council do.

use domain::clock::Now;
use domain::money::Money;
use domain::permission::{CouncilRole, Role};
use domain::report::ReportName;
use files::Objects;
use messages::Queue;
use reporting::{ReportJobs, Reports};
use serde_json::{Value, json};
use statements::Statements;
use store::Store;
use testing::{Browser, Council, at, capacity, day, parse, provider, sign_in, sign_in_staff};
use web::Clock;

use crate::{Desk, api};

const BY_PERIOD: &str = "/api/reports/remittance-by-period";

fn now() -> Now {
    at("2022-11-10T10:00:00Z")
}

/// Lake House has a client who contributes, and ten guaranteed beds whose voids are paid to another.
fn council() -> Council {
    let mut council = Council::lake_house();
    council.providers.push(provider("P1009", "Lake House voids"));
    let mut beds = capacity(&council.services[0], day("2022-08-01"));
    beds.void_provider_ref = Some(parse("P1009"));
    council.capacities.push(beds);
    council
}

struct Portal {
    store: Store,
    objects: Objects,
    work: Queue,
    statements: Statements,
    clock: Clock,
}

impl Portal {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        let objects = Objects::in_memory();
        let statements = Statements::with(store.clone(), objects.clone(), "https://portal.example");
        for due in statements.due(now()).await.unwrap() {
            statements.settle(&due, now()).await.unwrap();
        }
        let (work, clock) = (Queue::in_memory(), Clock::at(now()));
        Self { store, objects, work, statements, clock }
    }

    fn visitor(&self) -> Browser {
        let reports =
            Reports::with(self.store.clone(), self.objects.clone(), self.statements.clone());
        let queues = (self.work.clone(), Queue::in_memory());
        let (store, objects) = (self.store.clone(), self.objects.clone());
        let jobs = ReportJobs::with(store.clone(), objects, reports.clone(), queues);
        let desk = Desk { store, reports, jobs, clock: self.clock.clone() };
        Browser::new(api().router(desk))
    }

    async fn viewer(&self, provider: &str) -> Browser {
        let token = sign_in(&self.store, provider, &[Role::Viewer], now()).await;
        self.visitor().with_session(&token)
    }
}

fn sum(report: &Value, column: &str) -> Money {
    let columns = report["columns"].as_array().unwrap();
    let at = columns.iter().position(|it| it["name"] == column).unwrap();
    let rows = report["rows"].as_array().unwrap();
    Money::total(rows.iter().map(|row| row[at].as_str().unwrap().parse().unwrap())).unwrap()
}

#[tokio::test]
async fn a_provider_reads_what_the_payments_of_a_period_contain() {
    let portal = Portal::of(&council()).await;
    let report = portal.viewer("P1001").await.get(BY_PERIOD).await.json();
    assert_eq!(report["lead"], "Lake House (P1001)");
    assert_eq!(report["filters"][0]["value"], "2022-10-03", "the latest that is finalised");
    assert_eq!(report["filters"][0]["choices"][0]["label"], "3 October 2022 to 30 October 2022");
    let total = &report["totals"][0];
    let value = report["columns"].as_array().unwrap().iter().position(|it| it["name"] == "value");
    assert_eq!(total[value.unwrap()], sum(&report, "value").to_string());
    assert!(report["picture"].as_str().unwrap().starts_with("<svg "), "{report}");
}

#[tokio::test]
async fn who_is_paid_voids_reads_no_line_of_another() {
    let portal = Portal::of(&council()).await;
    let voids = portal.viewer("P1009").await.get(BY_PERIOD).await.json();
    let rows = voids["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0][4]), (1, &Value::from("Void")), "{voids}");
    let stranger = portal.viewer("P1002").await.get(BY_PERIOD).await.json();
    assert!(!stranger.to_string().contains("A272433"), "{stranger}");
}

#[tokio::test]
async fn the_file_of_a_report_holds_the_rows_of_its_page() {
    let portal = Portal::of(&council()).await;
    let browser = portal.viewer("P1001").await;
    let report = browser.get(BY_PERIOD).await.json();
    let csv = browser.get(&format!("{BY_PERIOD}/download?format=csv")).await.text();
    let (headings, lines) = files::csv::read(csv.as_bytes()).unwrap();
    let lines: Vec<_> = lines.map(|line| line.cells.unwrap()).collect();
    let labels =
        report["columns"].as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap());
    assert!(labels.eq(headings.iter()));
    let texts = |row: &Value| -> Vec<String> {
        row.as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let rows: Vec<_> = report["rows"].as_array().unwrap().iter().map(texts).collect();
    assert_eq!(lines, rows);
    let workbook = browser.get(&format!("{BY_PERIOD}/download?format=xlsx")).await;
    assert_eq!(workbook.status, 200);
    let other = browser.get(&format!("{BY_PERIOD}/download?format=exe")).await;
    assert_eq!(other.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_report_that_the_council_does_not_offer_is_not_there() {
    let mut council = council();
    council.settings.reports_offered = [ReportName::RemittanceByFinalisation].into();
    let portal = Portal::of(&council).await;
    let browser = portal.viewer("P1001").await;
    assert_eq!(browser.get(BY_PERIOD).await.problem(), (404, "not-found".to_owned()));
    let list = browser.get("/api/reports").await.json();
    assert_eq!(list["reports"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(browser.get("/api/reports/none").await.status, 404);
}

#[tokio::test]
async fn a_day_that_is_none_is_refused_beside_its_field() {
    let portal = Portal::of(&council()).await;
    let reply = portal.viewer("P1001").await.get(&format!("{BY_PERIOD}?period=October")).await;
    assert_eq!(reply.problem(), (422, "invalid".to_owned()));
    assert_eq!(reply.json()["errors"][0]["field"], "period");
}

/// Everything that is offered to each side, as it would be asked for first.
#[tokio::test]
async fn every_report_that_is_offered_can_be_read_and_taken_away() {
    let mut council = council();
    let homecare = Council::homecare();
    council.providers.extend(homecare.providers);
    council.contracts.extend(homecare.contracts);
    council.services.extend(homecare.services);
    council.cplis.extend(homecare.cplis);
    let portal = Portal::of(&council).await;
    let officer = sign_in_staff(&portal.store, &[CouncilRole::PaymentsOfficer], &[], now()).await;
    for (browser, api, count) in [
        (portal.viewer("P1001").await, "/api/reports", 8),
        (portal.viewer("P1003").await, "/api/reports", 8),
        (portal.visitor().with_session(&officer), "/api/council/reports", 5),
    ] {
        let offered = browser.get(api).await.json();
        let offered = offered["reports"].as_array().unwrap();
        assert_eq!(offered.len(), count);
        for report in offered {
            let path = format!("{api}/{}", report["report"].as_str().unwrap());
            let view = browser.get(&path).await.json();
            assert_eq!(view["title"], report["title"], "{view}");
            let columns = view["columns"].as_array().unwrap().len();
            let all = ["rows", "totals"].map(|part| view[part].as_array().unwrap().clone());
            for row in all.iter().flatten() {
                assert_eq!(row.as_array().unwrap().len(), columns, "{path}: {row}");
            }
            for format in ["csv", "xlsx"] {
                let file = browser.get(&format!("{path}/download?format={format}")).await;
                assert_eq!(file.status, 200, "{path} as {format}");
            }
        }
    }
}

#[tokio::test]
async fn a_report_for_one_side_is_not_there_for_the_other() {
    let portal = Portal::of(&council()).await;
    let viewer = portal.viewer("P1001").await;
    assert_eq!(viewer.get("/api/reports/prompt-payment").await.problem().0, 404);
    let councils = viewer.get("/api/council/reports").await;
    assert_eq!(councils.problem(), (404, "not-allowed".to_owned()));
    let officer = sign_in_staff(&portal.store, &[CouncilRole::PaymentsOfficer], &[], now()).await;
    let officer = portal.visitor().with_session(&officer);
    assert_eq!(officer.get("/api/council/reports/homes").await.problem().0, 404);
    let helpdesk = sign_in_staff(&portal.store, &[CouncilRole::Helpdesk], &[], now()).await;
    let refused = portal.visitor().with_session(&helpdesk).get("/api/council/reports").await;
    assert_eq!(refused.problem(), (404, "not-allowed".to_owned()));
}

#[tokio::test]
async fn the_council_reads_the_payments_of_all_providers_or_of_one() {
    let portal = Portal::of(&council()).await;
    let officer = sign_in_staff(&portal.store, &[CouncilRole::Auditor], &[], now()).await;
    let officer = portal.visitor().with_session(&officer);
    let path = "/api/council/reports/remittance-by-period";
    let all = officer.get(path).await.json();
    let mut each = Money::ZERO;
    for provider in ["P1001", "P1002"] {
        let one = officer.get(&format!("{path}?provider={provider}")).await.json();
        each = each.plus(sum(&one, "value")).unwrap();
    }
    assert_eq!(sum(&all, "value"), each);
    let figures = officer.get("/api/council/reports/prompt-payment").await.json();
    let total = figures["totals"][0].as_array().unwrap();
    assert_eq!(total[3], "1.0", "paid on the day after the last of the period: {figures}");
    assert_eq!(total[5], "100.0");
    let late =
        officer.get("/api/council/reports/prompt-payment?from=2022-11-01&to=2022-10-01").await;
    assert_eq!(late.problem(), (422, "invalid".to_owned()));
}

#[tokio::test]
async fn the_cash_that_is_expected_is_what_the_open_and_the_future_statements_pay() {
    let portal = Portal::of(&council()).await;
    let viewer = portal.viewer("P1001").await;
    let pending = viewer.get("/api/reports/pending-payments").await.json();
    let cash = viewer.get("/api/reports/expected-cash").await.json();
    assert_eq!(sum(&cash, "expected"), sum(&pending, "payable"));
    assert_eq!(cash["rows"].as_array().unwrap().len(), 13);
}

#[tokio::test]
async fn all_homes_are_those_that_the_person_may_act_for() {
    let portal = Portal::of(&council()).await;
    let token = sign_in(&portal.store, "P1001", &[Role::Viewer], now()).await;
    testing::grant(&portal.store, "P1002", &[Role::Viewer]).await;
    let homes = portal.visitor().with_session(&token).get("/api/reports/homes").await.json();
    let names: Vec<_> =
        homes["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(names, ["Lake House (P1001)", "Madley Park (P1002)"]);
}

#[tokio::test]
async fn a_report_that_is_asked_for_twice_is_one_job_and_only_its_asker_sees_it() {
    let portal = Portal::of(&council()).await;
    let roles = [CouncilRole::Finaliser];
    let officer = sign_in_staff(&portal.store, &roles, &[], now()).await;
    let officer = portal.visitor().with_session(&officer);
    let body = json!({
        "request_id": "request-1", "report": "remittance-by-period", "format": "csv",
        "asked": {"period": "2022-10-03"},
    });
    let path = "/api/council/report-jobs";
    let asked = officer.post(path, &body).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let job = asked.json();
    assert_eq!((&job["state"], &job["rows"]), (&json!("waiting"), &Value::Null));
    assert_eq!(officer.post(path, &body).await.json()["job_id"], job["job_id"]);
    let told: Vec<_> = portal.work.take();
    assert_eq!(told.len(), 2, "a message may come twice: {told:?}");
    let one = format!("{path}/{}", job["job_id"].as_str().unwrap());
    assert_eq!(officer.get(&one).await.json(), job);
    assert_eq!(officer.get(&format!("{one}/file")).await.problem(), (404, "not-found".to_owned()));
    assert_eq!(officer.get(&format!("{path}/none")).await.problem(), (404, "not-found".to_owned()));
    let unnamed = json!({"request_id": " ", "report": "responses", "format": "csv"});
    assert_eq!(officer.post(path, &unnamed).await.problem(), (422, "invalid".to_owned()));
    let providers = json!({"request_id": "request-2", "report": "homes", "format": "csv"});
    assert_eq!(officer.post(path, &providers).await.problem(), (404, "not-found".to_owned()));
}
