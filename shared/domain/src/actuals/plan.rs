//! What was planned for a week.

use rust_decimal::Decimal;

use crate::entitlement::Days;
use crate::facts::{Cpli, PricePer, Service};

const DAYS_A_WEEK: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

/// The units that are planned for the days of a week on which care is `active`; none: more than can be counted.
///
/// A whole week has the quantity that was commissioned. Of a broken one each day has its share of it, together in
/// the nearest step of the service (half a step goes up), so that the plan can be entered as it is.
pub fn planned(service: &Service, cpli: &Cpli, active: Days) -> Option<Decimal> {
    let quantity = |day| cpli.price_on(day).map_or(Decimal::ZERO, |price| price.quantity);
    let first = quantity(active.from);
    let changes = cpli.prices.range(active.from..=active.to).any(|(_, it)| it.quantity != first);
    let days = Decimal::from(active.count());
    let daily = service.price_per == PricePer::Day;
    if !changes && (daily || days == DAYS_A_WEEK) {
        return if daily { first.checked_mul(days) } else { Some(first) };
    }
    let each = active.from.iter_days().take_while(|day| *day <= active.to);
    let total = each.map(quantity).try_fold(Decimal::ZERO, Decimal::checked_add)?;
    if daily { Some(total) } else { in_steps(total.checked_div(DAYS_A_WEEK)?, service.unit_step) }
}

/// The nearest whole number of steps.
fn in_steps(quantity: Decimal, step: Decimal) -> Option<Decimal> {
    if step <= Decimal::ZERO {
        return Some(quantity);
    }
    let half = Decimal::new(5, 1);
    let steps = quantity.checked_div(step)?.checked_add(half)?.floor();
    steps.checked_mul(step).map(|quantity| quantity.normalize())
}
