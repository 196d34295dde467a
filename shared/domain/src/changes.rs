//! From which day on a changed fact can change what is owed.
//!
//! A finalised period is computed again only if it ends on that day or later, so that the work does not grow
//! with history. The answer may be too early, which costs a little work; it is never too late, which would
//! cost somebody money.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::entitlement::is_scheduled;
use crate::facts::{Absence, Capacity, Contract, Contribution, ContributionKind, Cpli, Service};

/// The earliest day that the change of a care package affects; none if it changes nothing about money.
///
/// A draft, before and after, affects nothing.
pub fn cpli(old: Option<&Cpli>, new: &Cpli) -> Option<NaiveDate> {
    let paid = |it: &Cpli| it.authorised;
    match (old.filter(|it| paid(it)), Some(new).filter(|it| paid(it))) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(only.start_date),
        (Some(old), Some(new)) => authorised(old, new),
    }
}

/// Both are paid: what differs between them?
fn authorised(old: &Cpli, new: &Cpli) -> Option<NaiveDate> {
    let first = old.start_date.min(new.start_date);
    let last = old.end_date.zip(new.end_date).map(|(old, new)| old.max(new));
    let whole = (old.start_date != new.start_date
        || old.service_ref != new.service_ref
        || old.contract_ref != new.contract_ref)
        .then_some(first);
    // The end day itself counts: it may be unpaid on a nights basis, and paid once it is not the last.
    let ends = earlier_of(old.end_date, new.end_date);
    let deaths = earlier_of(old.client.date_of_death, new.client.date_of_death);
    let prices = old
        .prices
        .keys()
        .chain(new.prices.keys())
        .filter(|day| old.prices.get(day) != new.prices.get(day))
        .min()
        .copied();
    [whole, ends, deaths, prices, contributions(old, new), absences(old, new)]
        .into_iter()
        .flatten()
        .map(|day| day.max(first))
        .filter(|day| last.is_none_or(|last| *day <= last))
        .min()
}

/// The earlier of two ends if they differ; none is later than any.
fn earlier_of(old: Option<NaiveDate>, new: Option<NaiveDate>) -> Option<NaiveDate> {
    if old == new {
        return None;
    }
    old.into_iter().chain(new).min()
}

fn contributions(old: &Cpli, new: &Cpli) -> Option<NaiveDate> {
    let (old, new) = (by_key(&old.contributions), by_key(&new.contributions));
    let keys = old.keys().chain(new.keys());
    keys.filter_map(|key| {
        let day = key.1;
        match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => {
                let same_but_end = Contribution { to_date: old.to_date, ..(*new).clone() };
                if same_but_end == **old { after_end(old.to_date, new.to_date) } else { Some(day) }
            }
            _ => Some(day),
        }
    })
    .min()
}

/// One contribution of each kind from each day; of two the later in the list holds.
fn by_key(all: &[Contribution]) -> BTreeMap<(ContributionKind, NaiveDate), &Contribution> {
    all.iter().map(|it| ((it.kind, it.from_date), it)).collect()
}

fn absences(old: &Cpli, new: &Cpli) -> Option<NaiveDate> {
    let days = old.absences.keys().chain(new.absences.keys());
    days.filter_map(|day| match (old.absences.get(day), new.absences.get(day)) {
        (Some(old), Some(new)) => {
            let same_but_end = Absence { to_date: old.to_date, ..new.clone() };
            if same_but_end == *old { after_end(old.to_date, new.to_date) } else { Some(*day) }
        }
        _ => Some(*day),
    })
    .min()
}

/// The first day that one of two ends still covers and the other does not.
fn after_end(old: Option<NaiveDate>, new: Option<NaiveDate>) -> Option<NaiveDate> {
    earlier_of(old, new).map(|end| end.succ_opt().unwrap_or(end))
}

/// The earliest day that the change of a contract affects; none if it changes nothing about money.
///
/// Grace days and payment method hold for all its care, so everything that the portal pays is affected.
pub fn contract(old: Option<&Contract>, new: &Contract) -> Option<NaiveDate> {
    let old = old?;
    let same = old.grace_days == new.grace_days
        && old.payment_method == new.payment_method
        && old.portal_from == new.portal_from;
    (!same).then(|| old.portal_from.min(new.portal_from))
}

/// The earliest day that the change of a service of `contract` affects; none if it changes nothing about money.
///
/// A new service has no care packages yet. How actuals are judged does not matter to what is scheduled.
pub fn service(old: Option<&Service>, new: &Service, contract: &Contract) -> Option<NaiveDate> {
    let old = old?;
    let same = old.end_day_paid == new.end_day_paid
        && old.price_per == new.price_per
        && old.unit == new.unit
        && old.purchase == new.purchase;
    (!same).then_some(contract.portal_from)
}

/// What happened to a contract that fixes how it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Begun {
    /// A statement of it is locked.
    pub locked: bool,
    /// Actuals are recorded for it.
    pub recorded: bool,
}

impl Begun {
    /// The column of a contract that may not change any more, but is another in `new`.
    ///
    /// Care that was paid by plan would have to be entered, and what was entered would be in no period. What a locked
    /// statement alone fixes of the others is the calendar's to say.
    pub fn fixes_of_contract(self, old: &Contract, new: &Contract) -> Option<&'static str> {
        let Self { locked, recorded } = self;
        if old.payment_method != new.payment_method && (locked || recorded) {
            Some("payment_method")
        } else if old.cycle_ref != new.cycle_ref && recorded {
            Some("cycle_ref")
        } else if old.portal_from != new.portal_from && recorded {
            Some("portal_from")
        } else if old.vat != new.vat && recorded {
            // What was claimed with tax would be taken back without, or the other way round.
            Some("vat")
        } else {
            None
        }
    }

    /// The column of a service of `contract` that may not change any more, but is another in `new`.
    pub fn fixes_of_service(
        self,
        contract: &Contract,
        old: &Service,
        new: &Service,
    ) -> Option<&'static str> {
        let Self { locked, recorded } = self;
        let by_plan = |service| is_scheduled(contract, service);
        if by_plan(old) != by_plan(new) && (locked || recorded) {
            Some("price_per")
        } else if old.week_starts != new.week_starts && recorded && !by_plan(old) {
            Some("week_starts")
        } else {
            None
        }
    }
}

/// The earliest day that a change of block capacity affects; none if it changes nothing about money.
pub fn capacity(old: Option<&Capacity>, new: Option<&Capacity>) -> Option<NaiveDate> {
    match (old, new) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(only.from_date),
        (Some(old), Some(new)) => {
            let same_but_end = Capacity { to_date: old.to_date, ..new.clone() };
            if same_but_end == *old {
                after_end(old.to_date, new.to_date)
            } else {
                Some(old.from_date.min(new.from_date))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::facts::{AbsenceKind, Client, Collector, PaymentMethod, Price};
    use crate::money::Money;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn package() -> Cpli {
        Cpli {
            cpli_id: "164628".parse().unwrap(),
            contract_ref: "C1".parse().unwrap(),
            service_ref: "S1".parse().unwrap(),
            client: Client {
                ss_ref: "A272433".parse().unwrap(),
                title: None,
                forename: "Wednesday".to_owned(),
                surname: "Adams".to_owned(),
                date_of_birth: None,
                date_of_death: None,
            },
            service_level: "Permanent - Residential".to_owned(),
            start_date: day("2022-10-03"),
            end_date: None,
            authorised: true,
            prices: BTreeMap::from([(day("2022-04-01"), price(86_546))]),
            contributions: Vec::new(),
            absences: BTreeMap::new(),
            changed_from: None,
            changed_at: "2022-10-01T09:00:00Z".parse().unwrap(),
        }
    }

    fn price(pence: i64) -> Price {
        Price { quantity: Decimal::ONE, unit_price: Decimal::new(pence, 2) }
    }

    fn affects(change: impl Fn(&mut Cpli)) -> Option<String> {
        let old = package();
        let mut new = package();
        change(&mut new);
        let there = cpli(Some(&old), &new);
        assert_eq!(there, cpli(Some(&new), &old), "taking a change back affects the same days");
        there.map(|it| it.to_string())
    }

    #[test]
    fn a_new_care_package_affects_its_days_and_a_draft_none() {
        assert_eq!(cpli(None, &package()), Some(day("2022-10-03")));
        assert_eq!(cpli(None, &Cpli { authorised: false, ..package() }), None);
        assert_eq!(affects(|it| it.authorised = false).as_deref(), Some("2022-10-03"));
    }

    #[test]
    fn what_is_not_about_money_affects_nothing() {
        assert_eq!(affects(|_| {}), None);
        assert_eq!(affects(|it| it.service_level = "Respite".to_owned()), None);
        assert_eq!(affects(|it| it.client.surname = "Addams".to_owned()), None);
        assert_eq!(affects(|it| it.changed_from = Some(day("2022-10-09"))), None);
    }

    #[test]
    fn an_earlier_end_affects_its_last_day_because_that_may_be_unpaid() {
        assert_eq!(
            affects(|it| it.end_date = Some(day("2022-10-19"))).as_deref(),
            Some("2022-10-19")
        );
        let death = |it: &mut Cpli| it.client.date_of_death = Some(day("2022-11-22"));
        assert_eq!(affects(death).as_deref(), Some("2022-11-22"));
    }

    #[test]
    fn an_earlier_start_affects_the_days_it_adds() {
        assert_eq!(affects(|it| it.start_date = day("2022-09-28")).as_deref(), Some("2022-09-28"));
    }

    #[test]
    fn a_price_affects_the_days_it_holds_but_none_before_the_care_began() {
        let later = |it: &mut Cpli| {
            it.prices.insert(day("2025-04-01"), price(90_873));
        };
        assert_eq!(affects(later).as_deref(), Some("2025-04-01"));
        let first = |it: &mut Cpli| {
            it.prices.insert(day("2022-04-01"), price(90_873));
        };
        assert_eq!(affects(first).as_deref(), Some("2022-10-03"));
    }

    #[test]
    fn a_price_after_the_care_ended_affects_nothing() {
        let old = Cpli { end_date: Some(day("2022-12-31")), ..package() };
        let mut new = old.clone();
        new.prices.insert(day("2025-04-01"), price(90_873));
        assert_eq!(cpli(Some(&old), &new), None);
    }

    #[test]
    fn an_absence_affects_its_days_and_its_return_the_days_after() {
        let away = |to: Option<&str>| {
            let kind = AbsenceKind::Hospital;
            let absence = Absence { to_date: to.map(day), kind, pay_percent: Decimal::from(60) };
            Cpli { absences: BTreeMap::from([(day("2022-11-01"), absence)]), ..package() }
        };
        assert_eq!(cpli(Some(&package()), &away(None)), Some(day("2022-11-01")));
        assert_eq!(cpli(Some(&away(None)), &away(Some("2022-11-09"))), Some(day("2022-11-10")));
    }

    #[test]
    fn a_contribution_affects_its_days_and_its_end_the_days_after() {
        let paying = |pence, to: Option<&str>| Cpli {
            contributions: vec![Contribution {
                kind: ContributionKind::Client,
                from_date: day("2022-11-01"),
                to_date: to.map(day),
                weekly_amount: Money::from_pence(pence),
                collected_by: Collector::Provider,
            }],
            ..package()
        };
        assert_eq!(cpli(Some(&package()), &paying(16_230, None)), Some(day("2022-11-01")));
        assert_eq!(cpli(Some(&paying(1, None)), &paying(2, None)), Some(day("2022-11-01")));
        let ended = paying(1, Some("2022-11-30"));
        assert_eq!(cpli(Some(&paying(1, None)), &ended), Some(day("2022-12-01")));
    }

    #[test]
    fn a_contracts_rules_affect_all_that_the_portal_pays() {
        let old = Contract {
            contract_ref: "C1".parse().unwrap(),
            provider_ref: "P1".parse().unwrap(),
            name: "Lake House".to_owned(),
            payment_method: PaymentMethod::Scheduled,
            cycle_ref: "28DAY".parse().unwrap(),
            vat: crate::facts::VatCategory::Exempt,
            confirmation: crate::facts::Confirmation::Required,
            grace_days: 0,
            document_gate: false,
            portal_from: day("2022-04-04"),
        };
        assert_eq!(contract(None, &old), None);
        assert_eq!(
            contract(Some(&old), &Contract { name: "Lake".to_owned(), ..old.clone() }),
            None
        );
        let graced = Contract { grace_days: 3, ..old.clone() };
        assert_eq!(contract(Some(&old), &graced), Some(day("2022-04-04")));
    }

    #[test]
    fn capacity_affects_its_days_and_its_end_the_days_after() {
        let old = Capacity {
            service_ref: "S1".parse().unwrap(),
            from_date: day("2022-04-04"),
            to_date: None,
            beds: 10,
            void_weekly_rate: Decimal::new(86_546, 2),
            void_percent: Decimal::from(90),
            void_provider_ref: None,
        };
        assert_eq!(capacity(None, Some(&old)), Some(day("2022-04-04")));
        assert_eq!(capacity(Some(&old), Some(&old)), None);
        let more = Capacity { beds: 11, ..old.clone() };
        assert_eq!(capacity(Some(&old), Some(&more)), Some(day("2022-04-04")));
        let ended = Capacity { to_date: Some(day("2022-09-30")), ..old.clone() };
        assert_eq!(capacity(Some(&old), Some(&ended)), Some(day("2022-10-01")));
        assert_eq!(capacity(Some(&ended), None), Some(day("2022-04-04")));
    }
}
