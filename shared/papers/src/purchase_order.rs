//! A purchase order: the services and prices agreed for one client for one financial year.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CpliId, SsRef};
use domain::money::Money;

use crate::paper::{Column, Difference, Paper, Row, Section, Table, Total, differences};
use crate::typeset::typeset;
use crate::{PapersError, words};

/// A purchase order as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseOrder {
    /// Who orders.
    pub council_name: String,
    /// Who delivers.
    pub provider_name: String,
    /// Where they are, if that is known.
    pub provider_address: Option<String>,
    /// Names it among all of the council's.
    pub order_ref: String,
    /// `2026-27`.
    pub financial_year: String,
    /// First day that it covers.
    pub from: NaiveDate,
    /// Last day that it covers.
    pub to: NaiveDate,
    /// Who receives the care, in full.
    pub client: String,
    /// The council's reference for them.
    pub ss_ref: SsRef,
    /// 1 for the first.
    pub revision: u32,
    /// When it became so.
    pub revised_at: DateTime<Utc>,
    /// What is ordered, and what is deducted.
    pub lines: Vec<OrderLine>,
    /// Of all costs.
    pub total_cost: Money,
    /// Of all contributions, negative.
    pub total_income: Money,
    /// Of both.
    pub total: Money,
    /// What differs from the revision before it.
    pub differences: Vec<Difference>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The care package.
    pub cpli_id: CpliId,
    /// Which service.
    pub service: String,
    /// The kind of care.
    pub service_level: String,
    /// The agreement that it is paid under.
    pub contract_name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How many days are paid.
    pub days: u32,
    /// How the amount comes about.
    pub arithmetic: String,
    /// Cost or income.
    pub kind: OrderLineKind,
    /// Negative for income.
    pub amount: Money,
}

/// Whether a line adds to what is paid or is deducted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderLineKind {
    /// Care.
    Cost,
    /// A contribution that the provider collects.
    Income,
}

/// The PDF of a purchase order.
///
/// # Errors
///
/// A defect: see [`PapersError`].
pub fn purchase_order(order: &PurchaseOrder) -> Result<Vec<u8>, PapersError> {
    let ident = format!("purchase order {} revision {}", order.order_ref, order.revision);
    typeset(&paper(order), &ident, order.revised_at)
}

fn paper(order: &PurchaseOrder) -> Paper {
    let year = &order.financial_year;
    let mut sections: Vec<_> = contents(order);
    sections.extend(differences("What changed since the revision before", &order.differences));
    Paper {
        council_name: order.council_name.clone(),
        landscape: false,
        title: format!("Purchase order {}", order.order_ref),
        lead: Some(format!(
            "The services and prices agreed for one client for the financial year {year}."
        )),
        foot: format!("Purchase order {}, revision {}", order.order_ref, order.revision),
        details: details(order),
        sections,
        notes: vec![
            "This order is computed from what was commissioned. It is revised when that changes; the latest \
             revision replaces all before it."
                .to_owned(),
        ],
    }
}

fn details(order: &PurchaseOrder) -> Vec<Row> {
    let mut provider = order.provider_name.clone();
    if let Some(address) = &order.provider_address {
        provider.push('\n');
        provider.push_str(address);
    }
    let revised = format!("{}, made on {}", order.revision, words::day_of(order.revised_at));
    let covers = format!("{} to {}", words::day(order.from), words::day(order.to));
    vec![
        Row::new("Provider", &provider),
        Row::new("Client", &format!("{} ({})", order.client, order.ss_ref)),
        Row::new("Covers", &covers),
        Row::new("Revision", &revised),
        Row::new("Total", &order.total.for_people()),
    ]
}

fn contents(order: &PurchaseOrder) -> Vec<Section> {
    if order.lines.is_empty() {
        let none = "Nothing is ordered in this financial year any more.".to_owned();
        return vec![Section::text("What is ordered", vec![none])];
    }
    let of = |kind| order.lines.iter().filter(move |line| line.kind == kind);
    let mut sections = Vec::new();
    if of(OrderLineKind::Cost).next().is_some() {
        let total = Total::new("Total cost", &order.total_cost.for_people());
        let rows = of(OrderLineKind::Cost).map(row).collect();
        sections.push(Section::table("What is ordered", table(rows, vec![total])));
    }
    if of(OrderLineKind::Income).next().is_some() {
        let mut table = table(of(OrderLineKind::Income).map(row).collect(), Vec::new());
        table.totals.push(Total::new("Total deducted", &order.total_income.for_people()));
        table.totals.push(Total::new("Total to be paid", &order.total.for_people()));
        sections.push(Section::table("Contributions that the provider collects", table));
    }
    sections
}

fn table(rows: Vec<Vec<Vec<String>>>, totals: Vec<Total>) -> Table {
    let columns = vec![
        Column::wide("Service"),
        Column::narrow("Dates"),
        Column::wide("How it comes about"),
        Column::figures("Amount"),
    ];
    Table { columns, rows, totals }
}

fn row(line: &OrderLine) -> Vec<Vec<String>> {
    let days = if line.days == 1 { "1 day".to_owned() } else { format!("{} days", line.days) };
    vec![
        vec![
            line.service.clone(),
            line.service_level.clone(),
            format!("{}, care package {}", line.contract_name, line.cpli_id),
        ],
        vec![words::short_day(line.from), format!("to {}", words::short_day(line.to)), days],
        vec![line.arithmetic.clone()],
        vec![line.amount.for_people()],
    ]
}
