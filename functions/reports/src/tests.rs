//! Reports, asked for as people of a provider do.

use domain::clock::Now;
use domain::money::Money;
use domain::permission::Role;
use domain::report::ReportName;
use files::Objects;
use reporting::Reports;
use serde_json::Value;
use statements::Statements;
use store::Store;
use testing::{Browser, Council, at, capacity, day, parse, provider, sign_in};
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
    statements: Statements,
    clock: Clock,
}

impl Portal {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        let statements =
            Statements::with(store.clone(), Objects::in_memory(), "https://portal.example");
        for due in statements.due(now()).await.unwrap() {
            statements.settle(&due, now()).await.unwrap();
        }
        Self { store, statements, clock: Clock::at(now()) }
    }

    async fn viewer(&self, provider: &str) -> Browser {
        let token = sign_in(&self.store, provider, &[Role::Viewer], now()).await;
        let reports = Reports::with(self.store.clone(), self.statements.clone());
        let desk = Desk { store: self.store.clone(), reports, clock: self.clock.clone() };
        Browser::new(api().router(desk)).with_session(&token)
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
