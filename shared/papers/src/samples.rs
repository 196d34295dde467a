//! One of each paper, with what is hard to print: what is checked against PDF/UA and looked at by people.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::money::Money;
use domain::remittance::{Remittance, RemittanceKind, RemittanceLine};
use domain::report::{Body, Cell, Column, Filter, Report, ReportName};

use crate::{
    Clause, ContractDocument, Detail, Difference, OrderLine, OrderLineKind, PriceTerm,
    PrintedReport, PurchaseOrder, RemittanceAdvice, contract_document, purchase_order, remittance,
    report,
};

/// A text that would be markup, formulas or commands elsewhere, with letters from far away and signs that no font
/// of ours has.
pub(crate) const HARD: &str =
    "#read(\"/etc/passwd\") *Zoë* $x^2$ <b>Nguyễn</b> `Łukasz` 李 🙂 \u{202e}dlrow\u{7} @a //b";

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn money(pence: i64) -> Money {
    Money::from_pence(pence)
}

fn difference(label: &str, before: Option<&str>, after: Option<&str>) -> Difference {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Difference { label: label.to_owned(), before: text(before), after: text(after) }
}

/// A year at a care home, with a price that rose and a contribution.
pub(crate) fn an_order() -> PurchaseOrder {
    let line = |from: &str, to: &str, days, arithmetic: &str, kind, pence| OrderLine {
        cpli_id: "CP-1001".parse().expect("an id"),
        service: "Lake House - Residential (Band 3)".to_owned(),
        service_level: "Permanent - Residential".to_owned(),
        contract_name: "Residential care, Lake House".to_owned(),
        from: day(from),
        to: day(to),
        days,
        arithmetic: arithmetic.to_owned(),
        kind,
        amount: money(pence),
    };
    PurchaseOrder {
        council_name: "Meadowshire County Council".to_owned(),
        provider_name: "Lake House Care Ltd".to_owned(),
        provider_address: Some("Lake House\n1 Shore Road\nMeadowford MF1 2AB".to_owned()),
        order_ref: "A272433 2026-27".to_owned(),
        financial_year: "2026-27".to_owned(),
        from: day("2026-04-01"),
        to: day("2027-03-31"),
        client: "Miss Wednesday Adams".to_owned(),
        ss_ref: "A272433".parse().expect("a reference"),
        revision: 3,
        revised_at: instant("2026-11-22T09:30:00Z"),
        lines: vec![
            line(
                "2026-04-01",
                "2026-09-30",
                183,
                "1 placement × £865.46 a week × 183 days ÷ 7",
                OrderLineKind::Cost,
                2_262_560,
            ),
            line(
                "2026-10-01",
                "2027-03-31",
                182,
                "1 placement × £908.73 a week × 182 days ÷ 7",
                OrderLineKind::Cost,
                2_362_698,
            ),
            line(
                "2026-04-01",
                "2027-03-31",
                365,
                "Client contribution of £162.30 a week × 365 days ÷ 7",
                OrderLineKind::Income,
                -846_279,
            ),
        ],
        total_cost: money(4_625_258),
        total_income: money(-846_279),
        total: money(3_778_979),
        differences: vec![
            difference("Price from 1 October 2026", Some("£865.46 a week"), Some("£908.73 a week")),
            difference("Absence from 3 to 5 May 2026", None, Some("paid at 60%")),
        ],
    }
}

/// An order with hard texts, and nothing in it.
pub(crate) fn an_empty_order() -> PurchaseOrder {
    PurchaseOrder {
        client: HARD.to_owned(),
        provider_name: HARD.to_owned(),
        provider_address: None,
        lines: Vec::new(),
        differences: Vec::new(),
        ..an_order()
    }
}

/// What a payment of `clients` clients contains.
pub(crate) fn an_advice(clients: u32) -> Remittance {
    let line = |number: u32| RemittanceLine {
        ss_ref: Some(format!("A{number:06}").parse().expect("a reference")),
        client: Some(if number == 3 { HARD.to_owned() } else { format!("Mx Client {number}") }),
        kind: RemittanceKind::Cost,
        reason: "Care".to_owned(),
        service_from: day("2026-10-26"),
        service_to: day("2026-11-22"),
        amount: money(346_184),
        paid_to: (number == 2).then(|| "VOID1".parse().expect("a reference")),
    };
    let alone = RemittanceLine {
        ss_ref: None,
        client: None,
        kind: RemittanceKind::Manual,
        reason: "Goodwill payment".to_owned(),
        amount: money(-1_250),
        ..line(1)
    };
    Remittance {
        provider_ref: "P100".parse().expect("a reference"),
        contract_ref: "C100".parse().expect("a reference"),
        contract_name: "Residential care, Lake House".to_owned(),
        period_start: day("2026-10-26"),
        period_end: day("2026-11-22"),
        pay_date: day("2026-12-04"),
        run_id: "C100-2026-10-26".to_owned(),
        finalised_at: instant("2026-11-26T09:00:00Z"),
        lines: (1..=clients).map(line).chain([alone]).collect(),
        pairs_hidden: 1,
        total: money(i64::from(clients).saturating_mul(346_184).saturating_sub(1_250)),
        notes: vec!["1 pair of items that cancel out is not shown.".to_owned()],
        council_notes: vec!["The payments office is closed on 25 and 28 December.".to_owned()],
    }
}

/// The PDF of an advice.
pub(crate) fn printed(advice: &Remittance) -> Vec<u8> {
    let names = BTreeMap::from([(advice.provider_ref.clone(), "Lake House Care Ltd".to_owned())]);
    let council_name = "Meadowshire County Council".to_owned();
    let provider_address = Some("Lake House\n1 Shore Road".to_owned());
    remittance(&RemittanceAdvice { council_name, provider_address, advice, names: &names })
        .expect("a remittance advice")
}

/// An agreement about a placement.
pub(crate) fn a_document() -> ContractDocument {
    let detail =
        |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
    ContractDocument {
        council_name: "Meadowshire County Council".to_owned(),
        doc_type: "Individual placement agreement".to_owned(),
        document_ref: "D-2001".to_owned(),
        version: 2,
        made_at: instant("2026-11-20T10:00:00Z"),
        provider_name: "Lake House Care Ltd".to_owned(),
        provider_address: Some("Lake House\n1 Shore Road\nMeadowford MF1 2AB".to_owned()),
        details: vec![
            detail("Client", "Miss Wednesday Adams (A272433)"),
            detail("Service", "Lake House - Residential (Band 3)"),
            detail("Care package", "CP-1001, Permanent - Residential"),
            detail("Care starts", "1 April 2026"),
            detail("Care ends", "Until further notice"),
            detail("Said of the client", HARD),
        ],
        prices: vec![
            PriceTerm {
                from: day("2026-04-01"),
                pricing: "1 x Placement at £865.46 (Spot)".to_owned(),
                weekly: money(86_546),
            },
            PriceTerm {
                from: day("2026-10-01"),
                pricing: "1 x Placement at £908.73 (Spot)".to_owned(),
                weekly: money(90_873),
            },
        ],
        clauses: vec![Clause {
            heading: "What both agree".to_owned(),
            paragraphs: vec![
                "The provider gives the care above from its first day to its last. The council pays it at the \
                 prices above, period by period, less what the provider collects from others."
                    .to_owned(),
                "A change of the care, its dates or its price needs a new version of this document.".to_owned(),
            ],
        }],
        differences: vec![difference("Price from 1 October 2026", None, Some("£908.73 a week"))],
    }
}

/// Every kind of paper by file name, short and long.
/// A report with every kind of cell, wider than a page that stands.
pub(crate) fn a_report() -> Report {
    let columns = vec![
        Column::text("contract", "Contract"),
        Column::text("client", "Client"),
        Column::text("reason", "Reason"),
        Column::date("service_from", "From"),
        Column::number("days", "Days"),
        Column::money("value", "Value"),
    ];
    let row = |client: &str, pence| {
        let from = Cell::Date(day("2026-10-26"));
        let what = ["Lake House residential (C3001)", client, "Care"];
        let mut row: Vec<Cell> = what.map(Cell::from).into();
        row.extend([from, Cell::count(28), Cell::Money(money(pence))]);
        row
    };
    let mut total = vec![Cell::from("Total")];
    total.resize(5, Cell::Empty);
    total.push(Cell::Money(money(281_264)));
    let body = Body {
        columns,
        rows: vec![row("Miss Wednesday Adams", 346_184), row(HARD, -64_920)],
        totals: vec![total],
        notes: vec!["* Not all contracts are finalised for this period yet.".to_owned()],
        ..Body::default()
    };
    let filters = vec![Filter::switch("summary", "Summary: one line a client", true)];
    Report::of(ReportName::RemittanceByPeriod, "Lake House (P1001)".to_owned(), filters, body)
}

/// The PDF of a report.
pub(crate) fn report_of(it: &Report) -> Vec<u8> {
    let council_name = "Meadowshire County Council".to_owned();
    let printed =
        PrintedReport { council_name, report: it, made_at: instant("2026-11-22T09:30:00Z") };
    report(&printed).expect("a report")
}

pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let order = |it: &PurchaseOrder| purchase_order(it).expect("a purchase order");
    let document = |it: &ContractDocument| contract_document(it).expect("a contract document");
    let plain = ContractDocument {
        prices: Vec::new(),
        clauses: Vec::new(),
        differences: Vec::new(),
        ..a_document()
    };
    vec![
        ("purchase-order", order(&an_order())),
        ("purchase-order-empty", order(&an_empty_order())),
        ("remittance", printed(&an_advice(3))),
        ("remittance-long", printed(&an_advice(120))),
        ("report", report_of(&a_report())),
        ("contract-document", document(&a_document())),
        ("contract-document-plain", document(&plain)),
    ]
}
