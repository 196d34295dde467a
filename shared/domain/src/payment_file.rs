//! The payment file: what the council's finance system pays (domain.md section 7), one row an item.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{ContractRef, CpliId, ItemId, ProviderRef, SsRef};
use crate::item::{Basis, Correction, Item, ItemKind, ItemStatus};
use crate::money::Money;
use crate::record::Finalised;
use crate::statement::Statement;

/// One row; the fields are the columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRow {
    /// The same whenever and however often the job runs.
    pub run_id: String,
    /// The job's time.
    pub finalised_at: DateTime<Utc>,
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// Who is paid: the contract's provider, or the one that voids are paid to.
    pub provider_ref: ProviderRef,
    /// First day of the statement's period.
    pub period_start: NaiveDate,
    /// Last day of the statement's period.
    pub period_end: NaiveDate,
    /// The item.
    pub item_id: ItemId,
    /// The care package, if it is about one.
    pub cpli_id: Option<CpliId>,
    /// The client, if it is about one.
    pub ss_ref: Option<SsRef>,
    /// What it is; for a correction that it is one.
    pub kind: PaymentKind,
    /// First day paid for.
    pub service_from: NaiveDate,
    /// Last day paid for.
    pub service_to: NaiveDate,
    /// Days paid for; of a void, bed-days; of a manual adjustment, 0.
    pub days: u32,
    /// Units.
    pub quantity: Decimal,
    /// Pounds a unit; negative for a contribution.
    pub unit_price: Decimal,
    /// What is paid; never added when the status is not finalised.
    pub amount: Money,
    /// Whether it is paid.
    pub status: PaymentStatus,
    /// Why it is not paid, why there is a correction or an adjustment, or where it was not paid before.
    pub reason: Option<String>,
    /// What a reversal takes back.
    pub reverses_item_id: Option<ItemId>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum PaymentKind {
    Cost,
    Income,
    Reversal,
    Reissue,
    Manual,
    Void,
}

/// Whether a row is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum PaymentStatus {
    Finalised,
    Suspended,
    Cancelled,
    CarriedForward,
}

/// The rows of a finalised statement, in its order.
pub fn rows(statement: &Statement, finalised: &Finalised) -> Vec<PaymentRow> {
    statement.items.iter().map(|item| row(statement, finalised, item)).collect()
}

fn row(statement: &Statement, finalised: &Finalised, item: &Item) -> PaymentRow {
    let (quantity, unit_price) = price(item);
    PaymentRow {
        run_id: finalised.run_id.clone(),
        finalised_at: finalised.at,
        contract_ref: statement.contract_ref.clone(),
        provider_ref: item.payee.clone(),
        period_start: statement.period.start_date,
        period_end: statement.period.end_date,
        item_id: item.item_id.clone(),
        cpli_id: item.subject.cpli_id().cloned(),
        ss_ref: item.label.ss_ref.clone(),
        kind: kind(item),
        service_from: item.service_from,
        service_to: item.service_to,
        days: item.days,
        quantity,
        unit_price,
        amount: item.amount,
        status: status(item.status),
        reason: reason(item),
        reverses_item_id: item.reverses.clone(),
    }
}

/// What was held back or carried forward says where it stood before, since the file has no column for that.
fn reason(item: &Item) -> Option<String> {
    let why = item.hold.as_ref().map(|hold| hold.reason.clone()).or_else(|| item.cause.clone());
    let before = item.carried_from_period.zip(item.carried_from.as_ref());
    let before = before.map(|(start, id)| format!("Brought from the period of {start}, item {id}"));
    match (before, why) {
        (Some(before), Some(why)) => Some(format!("{before}: {why}")),
        (before, why) => before.or(why),
    }
}

fn kind(item: &Item) -> PaymentKind {
    match (item.correction, item.kind) {
        (Some(Correction::Reversal), _) => PaymentKind::Reversal,
        (Some(Correction::Reissue), _) => PaymentKind::Reissue,
        (None, ItemKind::Cost) => PaymentKind::Cost,
        (None, ItemKind::Income) => PaymentKind::Income,
        (None, ItemKind::Manual) => PaymentKind::Manual,
        (None, ItemKind::Void) => PaymentKind::Void,
    }
}

fn status(status: ItemStatus) -> PaymentStatus {
    match status {
        ItemStatus::Payable => PaymentStatus::Finalised,
        ItemStatus::Suspended => PaymentStatus::Suspended,
        ItemStatus::Cancelled => PaymentStatus::Cancelled,
        ItemStatus::CarriedForward => PaymentStatus::CarriedForward,
    }
}

/// Quantity and unit price, as the sum of the item has them.
fn price(item: &Item) -> (Decimal, Decimal) {
    match &item.basis {
        Basis::Care { quantity, unit_price, .. } => (*quantity, *unit_price),
        Basis::Actual(care) => (care.quantity, care.unit_price),
        Basis::Contribution { weekly_amount, .. } => {
            let mut deducted = weekly_amount.pounds();
            deducted.set_sign_negative(!deducted.is_sign_negative());
            (Decimal::ONE, deducted)
        }
        Basis::Void { weekly_rate, .. } => (Decimal::ONE, *weekly_rate),
        Basis::Manual { .. } | Basis::Vat { .. } => (Decimal::ONE, item.amount.pounds()),
    }
}
