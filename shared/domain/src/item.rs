//! Payment items: the lines of a statement.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::care_package::unit_price_text;
use crate::causes::in_words;
use crate::facts::{ContributionKind, PricePer, Unit};
use crate::ids::{AdjustmentRef, CpliId, ItemId, ProviderRef, ServiceRef, SsRef};
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
        let amount = self.amount.for_people();
        match &self.basis {
            Basis::Care { quantity, unit, unit_price, price_per, pay_percent } => {
                let units = units(*quantity, *unit);
                let price = unit_price_text(*unit_price);
                let days = days(self.days);
                let share = share(*pay_percent);
                match price_per {
                    PricePer::Week => {
                        format!("{units} × {price} a week × {days} ÷ 7{share} = {amount}")
                    }
                    PricePer::Day => format!("{units} × {price} a day × {days}{share} = {amount}"),
                    PricePer::Unit => format!("{units} × {price}{share} = {amount}"),
                }
            }
            Basis::Contribution { weekly_amount, .. } => {
                let (weekly, days) = (weekly_amount.for_people(), days(self.days));
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
        }
    }

    fn takes_back(&self) -> String {
        let (verb, paid) = if self.amount > Money::ZERO {
            ("gives back", "deducted")
        } else {
            ("takes back", "paid")
        };
        let amount = unit_price_text(self.amount.pounds().abs());
        match self.reverses_period {
            Some(start) => {
                format!("{verb} {amount} {paid} in the period from {}", in_words(start))
            }
            None => format!("{verb} {amount} {paid} before"),
        }
    }
}

/// `1`, `31.5 hours`: a placement is not counted in words.
fn units(quantity: Decimal, unit: Unit) -> String {
    let number = quantity.normalize();
    let plural = if number == Decimal::ONE { "" } else { "s" };
    match unit {
        Unit::Placement => number.to_string(),
        Unit::Hour => format!("{number} hour{plural}"),
        Unit::Day => format!("{number} day{plural}"),
        Unit::Visit => format!("{number} visit{plural}"),
    }
}

fn days(count: u32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// ` × 60%`; nothing for the whole.
fn share(percent: Decimal) -> String {
    if percent == Decimal::ONE_HUNDRED {
        String::new()
    } else {
        format!(" × {}%", percent.normalize())
    }
}

/// What an item pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
}

impl Subject {
    /// The care package that it is about, if any.
    pub fn cpli_id(&self) -> Option<&CpliId> {
        match self {
            Self::Cpli(cpli_id) => Some(cpli_id),
            Self::Void(_) => None,
            Self::Adjustment { cpli_id, .. } => cpli_id.as_ref(),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// It takes back or replaces something that was cancelled, so it is cancelled too, for ever.
    CancelledBefore,
}
