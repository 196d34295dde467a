//! What is owed for one period from today's facts: rules 1, 2, 3 and 7 of domain.md section 5.
//!
//! Invariant: nothing here knows what was paid before, or whether anything is held back.

use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;

use crate::facts::{
    Absence, Capacity, Collector, Contract, Contribution, ContributionKind, Cpli, Facts,
    PaymentMethod, Period, Price, PricePer, Service,
};
use crate::ids::{ProviderRef, ServiceRef};
use crate::item::{Basis, Item, ItemKind};
use crate::money::{Money, MoneyError};
use crate::statement::CannotCompute;

/// A percentage and the days of a week, as one divisor: 7 × 100.
const PERCENT_WEEKS: Decimal = Decimal::from_parts(700, 0, 0, false, 0);
const PERCENT: Decimal = Decimal::ONE_HUNDRED;
const DAYS_A_WEEK: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

/// A run of days, both ends counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Days {
    /// From `from` to `to`; none if that is no day at all.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// What both have in common.
    #[must_use]
    pub fn within(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }

    /// How many.
    pub fn count(self) -> u32 {
        let days = self.to.signed_duration_since(self.from).num_days().saturating_add(1);
        u32::try_from(days).unwrap_or(0)
    }

    fn decimal(self) -> Decimal {
        Decimal::from(self.count())
    }
}

impl From<&Period> for Days {
    fn from(period: &Period) -> Self {
        Self { from: period.start_date, to: period.end_date }
    }
}

impl From<&Item> for Days {
    fn from(item: &Item) -> Self {
        Self { from: item.service_from, to: item.service_to }
    }
}

/// One amount that is owed: what becomes an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it pays for.
    pub kind: ItemKind,
    /// When.
    pub days: Days,
    /// How many days; of a void, the bed-days that were not occupied.
    pub days_paid: u32,
    /// How the amount comes about.
    pub basis: Basis,
    /// What is owed; negative for a deduction.
    pub amount: Money,
    /// Who is owed it; none: the contract's provider.
    pub payee: Option<ProviderRef>,
}

impl Line {
    /// Whether `item` pays exactly this.
    ///
    /// Care belongs to whoever has the contract; only voids can change their payee.
    pub fn is_paid_by(&self, item: &Item, contract: &Contract) -> bool {
        let payee = self.payee.as_ref().unwrap_or(&contract.provider_ref);
        self.kind == item.kind
            && self.days == Days::from(item)
            && self.amount == item.amount
            && self.basis == item.basis
            && (self.kind != ItemKind::Void || *payee == item.payee)
    }
}

/// Whether anything of `service` is paid by the plan. What is priced by the unit is paid by what was delivered.
pub fn is_scheduled(contract: &Contract, service: &Service) -> bool {
    contract.payment_method == PaymentMethod::Scheduled && service.price_per != PricePer::Unit
}

/// The days of `span` on which care is active (rule 1), whoever pays for them.
///
/// The last day of care is the end date, or a death and the contract's grace days if that is earlier; on a nights
/// basis that day, whatever made it the last, is not paid.
pub fn active_days(
    contract: &Contract,
    service: &Service,
    cpli: &Cpli,
    span: Days,
) -> Option<Days> {
    let last = match cpli.care_ends(contract.grace_days) {
        Some(end) if service.end_day_paid => end,
        Some(end) => end.pred_opt()?,
        None => span.to,
    };
    Days::new(cpli.start_date, last)?.within(span)
}

/// Adds what is owed for a care package in `span` to `lines`: costs first, by day, then contributions.
///
/// Nothing for a draft, and nothing for care that is paid by what was delivered.
///
/// # Errors
///
/// [`CannotCompute`] when an amount is beyond all measure.
pub fn of_cpli(
    contract: &Contract,
    service: &Service,
    cpli: &Cpli,
    span: Days,
    lines: &mut Vec<Line>,
) -> Result<(), CannotCompute> {
    if is_scheduled(contract, service) {
        planned_of_cpli(contract, service, cpli, span, lines)?;
    }
    Ok(())
}

/// The same of all care as it was planned, also of care that is paid by what was delivered: of a price per unit, the
/// quantity is that of a week.
///
/// # Errors
///
/// [`CannotCompute`] when an amount is beyond all measure.
pub fn planned_of_cpli(
    contract: &Contract,
    service: &Service,
    cpli: &Cpli,
    span: Days,
    lines: &mut Vec<Line>,
) -> Result<(), CannotCompute> {
    let active = active_days(contract, service, cpli, span).filter(|_| cpli.authorised);
    let Some(active) = active else { return Ok(()) };
    for (days, (price, absence)) in segments(active, |day| care_terms(cpli, day)) {
        let Some(price) = price else { continue };
        let pay_percent = absence.map_or(PERCENT, |(_, absence)| absence.pay_percent);
        lines.push(Line {
            kind: ItemKind::Cost,
            days,
            days_paid: days.count(),
            basis: Basis::Care {
                quantity: price.quantity,
                unit: service.unit,
                unit_price: price.unit_price,
                price_per: service.price_per,
                pay_percent,
            },
            amount: care_amount(*price, service.price_per, days, pay_percent)?,
            payee: None,
        });
    }
    if !cpli.contributions.is_empty() {
        for kind in ContributionKind::ALL {
            of_contributions(&cpli.contributions, kind, active, lines)?;
        }
    }
    Ok(())
}

pub(crate) fn of_contributions(
    all: &[Contribution],
    kind: ContributionKind,
    active: Days,
    lines: &mut Vec<Line>,
) -> Result<(), CannotCompute> {
    for (days, weekly_amount) in segments(active, |day| contribution_terms(all, kind, day)) {
        let Some(weekly_amount) = weekly_amount else { continue };
        lines.push(Line {
            kind: ItemKind::Income,
            days,
            days_paid: days.count(),
            basis: Basis::Contribution { kind, weekly_amount },
            amount: contribution_amount(weekly_amount, days)?,
            payee: None,
        });
    }
    Ok(())
}

/// Adds what is owed for the empty beds of a block service in `span` to `lines` (rule 7).
///
/// # Errors
///
/// [`CannotCompute`] when an amount is beyond all measure.
pub fn of_voids(
    facts: &Facts,
    service: &Service,
    span: Days,
    lines: &mut Vec<Line>,
) -> Result<(), CannotCompute> {
    if !is_scheduled(&facts.contract, service) {
        return Ok(());
    }
    for (days, terms) in segments(span, |day| capacity_terms(facts, &service.service_ref, day)) {
        let Some(terms) = terms else { continue };
        let guaranteed = Decimal::from(terms.beds).checked_mul(days.decimal());
        let guaranteed = guaranteed.ok_or(MoneyError::TooLarge)?;
        let occupied = occupied_bed_days(facts, service, days)?;
        let empty = guaranteed.checked_sub(occupied).ok_or(MoneyError::TooLarge)?;
        if empty <= Decimal::ZERO {
            continue;
        }
        lines.push(Line {
            kind: ItemKind::Void,
            days,
            days_paid: u32::try_from(empty.trunc()).unwrap_or(u32::MAX),
            basis: Basis::Void {
                guaranteed_bed_days: guaranteed,
                occupied_bed_days: occupied,
                weekly_rate: terms.weekly_rate,
                void_percent: terms.percent,
            },
            amount: share(&[empty, terms.weekly_rate, terms.percent], PERCENT_WEEKS)?,
            payee: terms.payee.cloned(),
        });
    }
    Ok(())
}

/// Quantity × active days of the authorised care of a service. A client who is away keeps the bed, and one whose
/// price is not told yet has one.
fn occupied_bed_days(
    facts: &Facts,
    service: &Service,
    span: Days,
) -> Result<Decimal, CannotCompute> {
    let mut occupied = Decimal::ZERO;
    let of_service = |cpli: &&Cpli| cpli.authorised && cpli.service_ref == service.service_ref;
    for cpli in facts.cplis.values().filter(of_service) {
        let Some(active) = active_days(&facts.contract, service, cpli, span) else { continue };
        for (days, price) in segments(active, |day| price_terms(cpli, day)) {
            let quantity = price.map_or(Decimal::ONE, |price| price.quantity);
            let bed_days = quantity.checked_mul(days.decimal()).ok_or(MoneyError::TooLarge)?;
            occupied = occupied.checked_add(bed_days).ok_or(MoneyError::TooLarge)?;
        }
    }
    Ok(occupied)
}

/// quantity × unit price × days (÷ 7, but not by the day) × percent, rounded once.
fn care_amount(
    price: Price,
    price_per: PricePer,
    days: Days,
    pay_percent: Decimal,
) -> Result<Money, MoneyError> {
    let divisor = match price_per {
        PricePer::Week | PricePer::Unit => PERCENT_WEEKS,
        PricePer::Day => PERCENT,
    };
    share(&[price.quantity, price.unit_price, days.decimal(), pay_percent], divisor)
}

/// −weekly amount × days ÷ 7, rounded once.
fn contribution_amount(weekly_amount: Money, days: Days) -> Result<Money, MoneyError> {
    share(&[weekly_amount.pounds(), days.decimal()], DAYS_A_WEEK)?.reversed()
}

/// The product of `factors` ÷ `divisor`: divided last, so that nothing is lost before it is rounded.
fn share(factors: &[Decimal], divisor: Decimal) -> Result<Money, MoneyError> {
    let multiply = |product: Decimal, factor: &Decimal| product.checked_mul(*factor);
    let product = factors.iter().try_fold(Decimal::ONE, multiply);
    let amount = product.and_then(|product| product.checked_div(divisor));
    Money::rounded(amount.ok_or(MoneyError::TooLarge)?)
}

/// Cuts `span` where the terms change. `terms_on` gives the terms of a day and the last day that they are known
/// to hold.
fn segments<T: PartialEq>(
    span: Days,
    terms_on: impl Fn(NaiveDate) -> (T, NaiveDate),
) -> impl Iterator<Item = (Days, T)> {
    let mut next = Some(span.from);
    std::iter::from_fn(move || {
        let from = next.filter(|from| *from <= span.to)?;
        let (terms, mut to) = terms_on(from);
        while to < span.to {
            let Some(after) = to.succ_opt() else { break };
            let (then, until) = terms_on(after);
            if then != terms {
                break;
            }
            to = until;
        }
        let to = to.min(span.to);
        next = to.succ_opt();
        Some((Days { from, to }, terms))
    })
}

/// Price and absence, the absence with its first day: two in a row are two, also at one percentage.
type CareTerms<'f> = (Option<&'f Price>, Option<(NaiveDate, &'f Absence)>);

fn care_terms(cpli: &Cpli, day: NaiveDate) -> (CareTerms<'_>, NaiveDate) {
    let (price, price_until) = price_terms(cpli, day);
    if cpli.absences.is_empty() {
        return ((price, None), price_until);
    }
    let started = cpli.absences.range(..=day).next_back();
    let next = cpli.absences.range(after(day)..).next().map(|(from, _)| *from);
    let ends = |(_, absence): &(&NaiveDate, &Absence)| absence.to_date;
    let (holds, until) = holding(day, started.as_ref().and_then(ends), next);
    let absence = started.filter(|_| holds).map(|(from, absence)| (*from, absence));
    ((price, absence), until.min(price_until))
}

fn price_terms(cpli: &Cpli, day: NaiveDate) -> (Option<&Price>, NaiveDate) {
    let next = cpli.prices.range(after(day)..).next().map(|(from, _)| *from);
    (cpli.price_on(day), next.map_or(NaiveDate::MAX, before))
}

/// The weekly amount that the provider collects of one kind.
fn contribution_terms(
    all: &[Contribution],
    kind: ContributionKind,
    day: NaiveDate,
) -> (Option<Money>, NaiveDate) {
    let of_kind = || all.iter().filter(|it| it.kind == kind);
    let started = of_kind().filter(|it| it.from_date <= day).max_by_key(|it| it.from_date);
    let next = of_kind().map(|it| it.from_date).filter(|from| *from > day).min();
    let (holds, until) = holding(day, started.and_then(|it| it.to_date), next);
    let collected = |it: &&Contribution| {
        it.collected_by == Collector::Provider && it.weekly_amount != Money::ZERO
    };
    (started.filter(|_| holds).filter(collected).map(|it| it.weekly_amount), until)
}

/// What is paid for empty beds.
#[derive(PartialEq)]
struct CapacityTerms<'f> {
    beds: u32,
    weekly_rate: Decimal,
    percent: Decimal,
    payee: Option<&'f ProviderRef>,
}

fn capacity_terms<'f>(
    facts: &'f Facts,
    service_ref: &ServiceRef,
    day: NaiveDate,
) -> (Option<CapacityTerms<'f>>, NaiveDate) {
    let key = |day: NaiveDate| (service_ref.clone(), day);
    let of_service = |((of, _), _): &(&(ServiceRef, NaiveDate), &Capacity)| of == service_ref;
    let started = facts.capacities.range(..=key(day)).next_back().filter(of_service);
    let next = facts.capacities.range(key(after(day))..).next().filter(of_service);
    let next = next.map(|((_, from), _)| *from);
    let (holds, until) = holding(day, started.and_then(|(_, row)| row.to_date), next);
    let terms = started.filter(|_| holds).map(|(_, row)| CapacityTerms {
        beds: row.beds,
        weekly_rate: row.void_weekly_rate,
        percent: row.void_percent,
        payee: row.void_provider_ref.as_ref(),
    });
    (terms, until)
}

/// Whether the row that started last before or on `day` and ends on `ends` still holds, and until when that
/// answer stays: a row holds from its first day to its last, and no longer than until the next one starts.
fn holding(day: NaiveDate, ends: Option<NaiveDate>, next: Option<NaiveDate>) -> (bool, NaiveDate) {
    let until_next = next.map_or(NaiveDate::MAX, before);
    match ends {
        Some(ends) if ends < day => (false, until_next),
        Some(ends) => (true, ends.min(until_next)),
        None => (true, until_next),
    }
}

fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(1)).unwrap_or(NaiveDate::MAX)
}

fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_signed(TimeDelta::days(1)).unwrap_or(NaiveDate::MIN)
}
