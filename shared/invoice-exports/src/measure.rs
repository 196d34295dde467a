//! How much of what a line is about.

use domain::facts::Unit;
use domain::invoice::InvoiceLine;
use domain::item::Basis;
use domain::money::Money;
use rust_decimal::Decimal;

const DAYS_A_WEEK: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

/// A quantity and a price whose product, rounded once, is the amount of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Negative for a deduction.
    pub(crate) quantity: Decimal,
    /// Of UN/ECE Recommendation 20.
    pub(crate) unit: &'static str,
    /// Pounds, never negative.
    pub(crate) price: Decimal,
    /// How many units the price is for.
    pub(crate) per: Decimal,
}

/// One of something.
const ONE: &str = "C62";
const HOUR: &str = "HUR";
const DAY: &str = "DAY";

impl Measure {
    /// None: no quantity and price come to the amount of this line.
    pub(crate) fn of(line: &InvoiceLine) -> Option<Self> {
        let measure = match &line.basis {
            Basis::Actual(care) => Self {
                quantity: care.quantity,
                unit: code(care.unit),
                price: care.unit_price,
                per: Decimal::ONE,
            },
            Basis::Contribution { weekly_amount, .. } => Self {
                quantity: line.days.into(),
                unit: DAY,
                price: weekly_amount.pounds(),
                per: DAYS_A_WEEK,
            },
            Basis::Care { .. } | Basis::Void { .. } | Basis::Manual { .. } | Basis::Vat { .. } => {
                return None;
            }
        };
        // Of a line that is taken back, or deducted, as much is taken away.
        let signed = Self { quantity: measure.quantity.abs(), ..measure };
        let signed = if line.amount < Money::ZERO { signed.reversed() } else { signed };
        (signed.amount()? == line.amount && !signed.price.is_sign_negative()).then_some(signed)
    }

    /// One of what came to `amount`.
    pub(crate) fn lump(amount: Money) -> Self {
        let lump = Self {
            quantity: Decimal::ONE,
            unit: ONE,
            price: amount.pounds().abs(),
            per: Decimal::ONE,
        };
        if amount < Money::ZERO { lump.reversed() } else { lump }
    }

    /// The other way.
    pub(crate) fn reversed(self) -> Self {
        Self { quantity: Decimal::ZERO.saturating_sub(self.quantity), ..self }
    }

    fn amount(self) -> Option<Money> {
        let pounds = self.quantity.checked_mul(self.price)?.checked_div(self.per)?;
        Money::rounded(pounds).ok()
    }

    /// The quantity, and the price of one of them or with what it is for.
    pub(crate) fn told(self) -> (String, String) {
        let price = self.price.normalize();
        let price = if self.per == Decimal::ONE {
            price.to_string()
        } else {
            format!("{price} for {} days", self.per)
        };
        (self.quantity.normalize().to_string(), price)
    }
}

/// Nights, visits and placements have no code of their own.
fn code(unit: Unit) -> &'static str {
    match unit {
        Unit::Hour => HOUR,
        Unit::Day => DAY,
        Unit::Placement | Unit::Night | Unit::Visit => ONE,
    }
}
