//! Payment items: the lines of a statement.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::care_package::unit_price_text;
use crate::causes::in_words;
use crate::facts::{ContributionKind, PricePer, Unit};
use crate::ids::{AdjustmentRef, CpliId, ItemId, ProviderRef, ServiceRef, SsRef};
use crate::invoice::InvoiceId;
use crate::money::Money;

/// One line of a statement. It is made once and never edited; a correction is a new item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its key.
    pub item_id: ItemId,
    /// What it pays for.
    pub kind: ItemKind,
    /// Whether it takes back or gives again what an earlier statement paid.
    pub correction: Option<Correction>,
    /// What it is about; items of one subject and period stand for one entitlement.
    pub subject: Subject,
    /// Who is paid.
    pub payee: ProviderRef,
    /// The start of the period in which the care was given. Earlier than the statement's in a correction.
    pub period_start: NaiveDate,
    /// First day paid for.
    pub service_from: NaiveDate,
    /// Last day paid for.
    pub service_to: NaiveDate,
    /// Days paid for; for a void, the bed-days that were not occupied.
    pub days: u32,
    /// How the amount comes about.
    pub basis: Basis,
    /// Who and what, for the person reading, as it was called when the item was made.
    pub label: Label,
    /// What is paid; negative for a deduction.
    pub amount: Money,
    /// Whether it is paid now.
    pub status: ItemStatus,
    /// Why it is not paid now. Only when `status` is not payable.
    pub hold: Option<Hold>,
    /// Why there is a correction, or why there is a manual adjustment; for the provider.
    pub cause: Option<String>,
    /// The finalised item that this takes back.
    pub reverses: Option<ItemId>,
    /// The start of the period of the statement that paid what this takes back.
    pub reverses_period: Option<NaiveDate>,
    /// The item of an earlier statement that this pays at last: it was suspended or carried forward there.
    pub carried_from: Option<ItemId>,
    /// The start of the period of that earlier statement.
    pub carried_from_period: Option<NaiveDate>,
}

impl Item {
    /// The sum behind the amount, so that a person can do it again:
    /// `1 × £865.46 a week × 28 days ÷ 7 = £3,461.84`.
    pub fn arithmetic(&self) -> String {
        if self.correction == Some(Correction::Reversal) {
            return self.takes_back();
        }
        arithmetic(&self.basis, self.days, self.amount)
    }

    fn takes_back(&self) -> String {
        let when = match self.reverses_period {
            Some(start) => format!("in the period from {}", in_words(start)),
            None => "before".to_owned(),
        };
        takes_back(self.amount, "paid", &when)
    }
}

/// The sum behind `amount`, with its outcome.
pub(crate) fn arithmetic(basis: &Basis, days_paid: u32, amount: Money) -> String {
    let amount = amount.for_people();
    match basis {
        Basis::Care { quantity, unit, unit_price, price_per, pay_percent } => {
            let units = units(*quantity, *unit);
            let price = unit_price_text(*unit_price);
            let days = days(days_paid);
            let share = share(*pay_percent);
            match price_per {
                PricePer::Week => {
                    format!("{units} × {price} a week × {days} ÷ 7{share} = {amount}")
                }
                PricePer::Day => format!("{units} × {price} a day × {days}{share} = {amount}"),
                PricePer::Unit => format!("{units} × {price}{share} = {amount}"),
            }
        }
        Basis::Actual(delivered) => {
            format!("{} × {} = {amount}", delivered.words(), unit_price_text(delivered.unit_price))
        }
        Basis::Contribution { weekly_amount, .. } => {
            let (weekly, days) = (weekly_amount.for_people(), days(days_paid));
            format!("−{weekly} a week × {days} ÷ 7 = {amount}")
        }
        Basis::Void { guaranteed_bed_days, occupied_bed_days, weekly_rate, void_percent } => {
            let (all, used) = (guaranteed_bed_days.normalize(), occupied_bed_days.normalize());
            let (rate, share) = (unit_price_text(*weekly_rate), share(*void_percent));
            format!("({all} − {used}) bed-days ÷ 7 × {rate}{share} = {amount}")
        }
        Basis::Manual { parts: 1, .. } => amount,
        Basis::Manual { whole, part, parts } => {
            let number = part.saturating_add(1);
            format!("{number} of {parts} of {} = {amount}", whole.for_people())
        }
        Basis::Vat { percent, net, suppliers: false } => {
            format!("VAT: {}% of {} = {amount}", percent.normalize(), net.for_people())
        }
        Basis::Vat { percent, net, suppliers: true } => {
            let percent = percent.normalize();
            format!("VAT on your own invoice ({percent}% of {}): {amount}", net.for_people())
        }
    }
}

/// What an amount takes back that was `paid` some time: `takes back £12.00 paid before`.
pub(crate) fn takes_back(amount: Money, paid: &str, when: &str) -> String {
    let (verb, paid) =
        if amount > Money::ZERO { ("gives back", "deducted") } else { ("takes back", paid) };
    format!("{verb} {} {paid} {when}", unit_price_text(amount.pounds().abs()))
}

impl ActualCare {
    /// What is paid for: `9.75 hours`, `(9.75 + 100% of 0.5) hours`; where that is more than is paid,
    /// `10.5 of 12 hours`.
    fn words(&self) -> String {
        let (actual, frustrated) = (self.actual.normalize(), self.frustrated.normalize());
        let share = self.frustrated_percent.normalize();
        let paid_share = frustrated.checked_mul(share).filter(|it| !it.is_zero());
        let extra = paid_share.and_then(|it| it.checked_div(Decimal::ONE_HUNDRED));
        let delivered = extra.unwrap_or_default().checked_add(actual);
        let quantity = units(self.quantity, self.unit);
        match (delivered, extra) {
            (Some(delivered), _) if delivered > self.quantity => {
                format!("{} of {}", self.quantity.normalize(), units(delivered, self.unit))
            }
            (Some(_), Some(_)) => {
                let units =
                    quantity.split_once(' ').map_or(String::new(), |(_, it)| format!(" {it}"));
                format!("({actual} + {share}% of {frustrated}){units}")
            }
            _ => quantity,
        }
    }
}

/// `1`, `31.5 hours`: a placement is not counted in words.
pub(crate) fn units(quantity: Decimal, unit: Unit) -> String {
    let number = quantity.normalize();
    let plural = if number == Decimal::ONE { "" } else { "s" };
    match unit {
        Unit::Placement => number.to_string(),
        Unit::Hour => format!("{number} hour{plural}"),
        Unit::Day => format!("{number} day{plural}"),
        Unit::Night => format!("{number} night{plural}"),
        Unit::Visit => format!("{number} visit{plural}"),
    }
}

/// Who pays a contribution, as a line says it.
pub(crate) fn contribution_words(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Client => "Client contribution",
        ContributionKind::ThirdParty => "Third-party contribution",
        ContributionKind::Fnc => "Funded nursing care (NHS)",
    }
}

pub(crate) fn days(count: u32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// ` × 60%`; nothing for the whole.
pub(crate) fn share(percent: Decimal) -> String {
    if percent == Decimal::ONE_HUNDRED {
        String::new()
    } else {
        format!(" × {}%", percent.normalize())
    }
}

/// What an item pays for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Care.
    Cost,
    /// A contribution that the provider collected: a deduction.
    Income,
    /// A manual adjustment.
    Manual,
    /// Unoccupied block capacity.
    Void,
}

/// Whether an item takes back or gives again what an earlier statement paid.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Takes back, at the amount that was finalised.
    Reversal,
    /// Gives again, at today's entitlement.
    Reissue,
}

/// What items are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One client's care.
    Cpli(CpliId),
    /// The empty beds of a block service.
    Void(ServiceRef),
    /// One instalment, counted from 0, of a manual adjustment.
    Adjustment {
        /// Which adjustment.
        adjustment_ref: AdjustmentRef,
        /// The care package it is about, if any.
        cpli_id: Option<CpliId>,
        /// Which instalment.
        part: u32,
    },
    /// One line of an approved invoice or credit note.
    Invoice {
        /// Which document.
        invoice_id: InvoiceId,
        /// Which of its lines, counted from 1.
        line: u32,
        /// The care package; none: the tax.
        cpli_id: Option<CpliId>,
    },
}

impl Subject {
    /// The care package that it is about, if any.
    pub fn cpli_id(&self) -> Option<&CpliId> {
        match self {
            Self::Cpli(cpli_id) => Some(cpli_id),
            Self::Void(_) => None,
            Self::Adjustment { cpli_id, .. } | Self::Invoice { cpli_id, .. } => cpli_id.as_ref(),
        }
    }

    /// The invoice or credit note that it is a line of, if any.
    pub fn invoice_id(&self) -> Option<&InvoiceId> {
        match self {
            Self::Invoice { invoice_id, .. } => Some(invoice_id),
            Self::Cpli(_) | Self::Void(_) | Self::Adjustment { .. } => None,
        }
    }
}

/// How an amount comes about. Everything needed to do the sum again by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Basis {
    /// quantity × unit price × days ÷ 7 (by the week) or × days (by the day) × percent.
    Care {
        /// Units.
        quantity: Decimal,
        /// What is counted.
        unit: Unit,
        /// Pounds per unit, week or day.
        unit_price: Decimal,
        /// Week or day.
        price_per: PricePer,
        /// 100 unless the client was away.
        pay_percent: Decimal,
    },
    /// quantity × unit price, of care paid as it was delivered.
    Actual(ActualCare),
    /// −weekly amount × days ÷ 7.
    Contribution {
        /// Who pays it.
        kind: ContributionKind,
        /// Pounds a week.
        weekly_amount: Money,
    },
    /// (guaranteed − occupied) ÷ 7 × weekly rate × percent.
    Void {
        /// Bed-days bought.
        guaranteed_bed_days: Decimal,
        /// Bed-days used.
        occupied_bed_days: Decimal,
        /// Pounds a week and bed.
        weekly_rate: Decimal,
        /// What share is paid.
        void_percent: Decimal,
    },
    /// An instalment of the amount that the council decided.
    Manual {
        /// All instalments together.
        whole: Money,
        /// Counted from 0.
        part: u32,
        /// Of how many.
        parts: u32,
    },
    /// The tax on an invoice or credit note.
    Vat {
        /// The rate.
        percent: Decimal,
        /// The sum of the other lines.
        net: Money,
        /// Whether it is the supplier's own figure.
        suppliers: bool,
    },
}

/// Care of one week that is paid as it was delivered (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActualCare {
    /// Units given.
    pub actual: Decimal,
    /// Units planned that the client did not take.
    pub frustrated: Decimal,
    /// What share of those is paid.
    pub frustrated_percent: Decimal,
    /// Units paid.
    pub quantity: Decimal,
    /// What is counted.
    pub unit: Unit,
    /// Pounds a unit.
    pub unit_price: Decimal,
}

/// Who and what an item is about, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The client's reference.
    pub ss_ref: Option<SsRef>,
    /// The client's full name.
    pub client: Option<String>,
    /// The service's name.
    pub service: Option<String>,
    /// The kind of care.
    pub service_level: Option<String>,
}

/// Whether an item is paid now.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Paid when the statement is finalised.
    Payable,
    /// Paused, payable later.
    Suspended,
    /// Never paid.
    Cancelled,
    /// Moved to the next statement.
    CarriedForward,
}

/// Why an item is not paid now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who holds it.
    pub by: HoldBy,
    /// Shown to the provider.
    pub reason: String,
}

/// Who holds an item, and so what releases it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldBy {
    /// The council's directive; released when no suspension covers the open period.
    Directive,
    /// The provider rejected the statement; released when the provider confirms it after all.
    Rejection,
    /// The provider queried the line; released when the provider confirms the statement after all.
    LineQuery,
    /// The provider left too many statements unconfirmed; released when the provider confirms it.
    Unconfirmed,
    /// The contract pays only with an agreed document; released when the care package's documents are agreed.
    Document,
    /// It takes back or replaces something that was cancelled, so it is cancelled too, for ever.
    CancelledBefore,
}
