//! Payment periods: whose they are, which is open, which financial year they count in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Now;
use crate::facts::{Adjustment, Contract, Period};
use crate::record::StatementRecord;

/// How far a statement has come.
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
pub enum Lifecycle {
    /// An earlier one is still open; this is a forecast.
    Future,
    /// Open: the provider may respond.
    Current,
    /// The confirm-by instant has passed; the provider can no longer respond.
    Locked,
    /// Locked, and agreed by one of the council's people, or due by the schedule and in need of nobody.
    Authorised,
    /// Fixed for ever and sent for payment.
    Finalised,
}

/// The periods in which a contract has statements, in order: those of its cycle that start on the portal's
/// first day or later.
pub fn periods_of<'a>(
    contract: &Contract,
    periods: &'a BTreeMap<NaiveDate, Period>,
) -> impl Iterator<Item = &'a Period> + use<'a> {
    let (cycle_ref, from) = (contract.cycle_ref.clone(), contract.portal_from);
    periods.values().filter(move |it| it.cycle_ref == cycle_ref && it.start_date >= from)
}

/// How far each statement of a contract has come.
///
/// `periods` are [`periods_of`] the contract, `records` the saved heads by first day. A period that should be
/// locked counts as locked also before the job has fixed its items.
pub fn lifecycles<'a>(
    contract: &Contract,
    periods: impl IntoIterator<Item = &'a Period>,
    records: &BTreeMap<NaiveDate, StatementRecord>,
    now: Now,
) -> BTreeMap<NaiveDate, Lifecycle> {
    let mut open_seen = false;
    let mut lifecycles = BTreeMap::new();
    for period in periods {
        let fixed = records.get(&period.start_date).and_then(|record| fixed(period, record, now));
        let lifecycle = match fixed {
            Some(fixed) => fixed,
            None if now.instant >= contract.locks_at(period) => Lifecycle::Locked,
            None if open_seen => Lifecycle::Future,
            None => {
                open_seen = true;
                Lifecycle::Current
            }
        };
        lifecycles.insert(period.start_date, lifecycle);
    }
    lifecycles
}

fn fixed(period: &Period, record: &StatementRecord, now: Now) -> Option<Lifecycle> {
    if record.finalised.is_some() {
        return Some(Lifecycle::Finalised);
    }
    record.locked.as_ref().map(|_locked| {
        let agreed = record.authorised.is_some() || now.instant >= period.finalise_at;
        if agreed { Lifecycle::Authorised } else { Lifecycle::Locked }
    })
}

/// The periods of the instalments of a manual adjustment, in order: instalment i belongs to the i-th period of
/// the cycle from its `period_start` on. Shorter than the instalments while later periods are not known.
pub fn instalment_periods<'a>(
    adjustment: &Adjustment,
    contract: &Contract,
    periods: &'a BTreeMap<NaiveDate, Period>,
) -> Vec<&'a Period> {
    let parts = usize::try_from(adjustment.instalments).unwrap_or(usize::MAX);
    periods
        .range(adjustment.period_start..)
        .map(|(_, period)| period)
        .filter(|period| period.cycle_ref == contract.cycle_ref)
        .take(parts)
        .collect()
}

/// A financial year, April to March: `2026-27`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FinancialYear(i32); // The calendar year of its April.

crate::schema::is_text!(
    FinancialYear,
    "A financial year, from April to March",
    "2026-27",
    r"^20[0-9]{2}-[0-9]{2}$"
);

/// Why a text is not a [`FinancialYear`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not a financial year, such as 2026-27")]
pub struct NotAFinancialYear(String);

impl FinancialYear {
    /// The year that `date` lies in.
    pub fn of(date: NaiveDate) -> Self {
        let before_april = date.month() < 4;
        Self(date.year().saturating_sub(i32::from(before_april)))
    }

    /// The year that a period counts in: that of its end date (domain.md section 5).
    pub fn of_period(period: &Period) -> Self {
        Self::of(period.end_date)
    }

    /// Its 1 April.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 4, 1).unwrap_or(NaiveDate::MAX)
    }

    /// The 31 March that ends it.
    pub fn last_day(self) -> NaiveDate {
        self.following().first_day().pred_opt().unwrap_or(NaiveDate::MAX)
    }

    /// The one after it.
    #[must_use]
    pub fn following(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The one `years` before it.
    #[must_use]
    pub fn earlier(self, years: u8) -> Self {
        Self(self.0.saturating_sub(i32::from(years)))
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, self.0.saturating_add(1).rem_euclid(100))
    }
}

impl FromStr for FinancialYear {
    type Err = NotAFinancialYear;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || NotAFinancialYear(text.to_owned());
        let first = text.trim().split('-').next().unwrap_or_default();
        let year = Self(first.parse().map_err(|_not_a_year| refused())?);
        if year.to_string() == text.trim() { Ok(year) } else { Err(refused()) }
    }
}

impl TryFrom<String> for FinancialYear {
    type Error = NotAFinancialYear;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FinancialYear> for String {
    fn from(year: FinancialYear) -> Self {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;
    use crate::facts::{Confirmation, PaymentMethod, VatCategory};
    use crate::money::Money;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(start: &str) -> Period {
        let start_date = date(start);
        let after = |days| start_date.checked_add_days(Days::new(days)).unwrap();
        let noon_after = |days| after(days).and_hms_opt(12, 0, 0).unwrap().and_utc();
        Period {
            cycle_ref: "28DAY".parse().unwrap(),
            start_date,
            end_date: after(27),
            confirm_by: noon_after(30),
            finalise_at: noon_after(32),
            pay_date: after(37),
        }
    }

    fn periods(starts: &[&str]) -> BTreeMap<NaiveDate, Period> {
        starts.iter().map(|start| (date(start), period(start))).collect()
    }

    fn contract() -> Contract {
        Contract {
            contract_ref: "C1".parse().unwrap(),
            provider_ref: "P1".parse().unwrap(),
            name: "Lake House".to_owned(),
            payment_method: PaymentMethod::Scheduled,
            cycle_ref: "28DAY".parse().unwrap(),
            vat: VatCategory::Exempt,
            confirmation: Confirmation::Required,
            grace_days: 0,
            document_gate: false,
            portal_from: date("2026-04-06"),
        }
    }

    const STARTS: [&str; 4] = ["2026-03-09", "2026-04-06", "2026-05-04", "2026-06-01"];

    #[test]
    fn a_contract_has_the_periods_that_start_when_the_portal_shows_it_or_later() {
        let all = periods(&STARTS);
        let starts: Vec<_> = periods_of(&contract(), &all).map(|it| it.start_date).collect();
        assert_eq!(starts, STARTS.iter().skip(1).map(|it| date(it)).collect::<Vec<_>>());
    }

    #[test]
    fn the_earliest_period_that_is_not_locked_is_current_and_later_ones_are_future() {
        use Lifecycle::{Authorised, Current, Future, Locked};
        let all = periods(&STARTS);
        let mut first = StatementRecord::new(&contract(), date("2026-03-09"));
        let at = "2026-04-08T12:00:00Z".parse().unwrap();
        first.locked = Some(crate::record::Locked { at, held: None, unconfirmed_in_a_row: 0 });
        let records = BTreeMap::from([(first.period_start, first)]);
        let on = |instant: &str| {
            let now = Now::at(instant.parse().unwrap());
            lifecycles(&contract(), all.values(), &records, now).into_values().collect::<Vec<_>>()
        };
        assert_eq!(on("2026-04-08T12:00:00Z"), [Locked, Current, Future, Future]);
        assert_eq!(on("2026-04-10T12:00:00Z"), [Authorised, Current, Future, Future]);
        assert_eq!(on("2026-05-06T11:59:59Z"), [Authorised, Current, Future, Future]);
        assert_eq!(on("2026-05-06T12:00:00Z"), [Authorised, Locked, Current, Future]);
    }

    #[test]
    fn what_is_paid_by_actuals_is_open_until_it_is_sent_for_payment() {
        use Lifecycle::{Current, Future, Locked};
        let all = periods(&["2026-04-06", "2026-05-04"]);
        let by_actuals = Contract { payment_method: PaymentMethod::Actuals, ..contract() };
        let on = |instant: &str| {
            let now = Now::at(instant.parse().unwrap());
            let found = lifecycles(&by_actuals, all.values(), &BTreeMap::new(), now);
            found.into_values().collect::<Vec<_>>()
        };
        assert_eq!(on("2026-05-08T11:59:59Z"), [Current, Future]);
        assert_eq!(on("2026-05-08T12:00:00Z"), [Locked, Current]);
    }

    #[test]
    fn a_period_belongs_to_the_financial_year_of_its_end_date() {
        assert_eq!(FinancialYear::of_period(&period("2026-03-09")).to_string(), "2026-27");
        assert_eq!(FinancialYear::of(date("2026-03-31")).to_string(), "2025-26");
        assert_eq!(FinancialYear::of(date("2099-12-31")).to_string(), "2099-00");
        assert_eq!("2026-27".parse(), Ok(FinancialYear(2026)));
        for text in ["2026", "2026-28", "26-27", "", "2026-27-28"] {
            assert!(text.parse::<FinancialYear>().is_err(), "{text}");
        }
    }

    #[test]
    fn instalments_fall_in_consecutive_periods_from_the_one_named() {
        let adjustment = Adjustment {
            adjustment_ref: "A1".parse().unwrap(),
            contract_ref: "C1".parse().unwrap(),
            cpli_id: None,
            amount: Money::from_pence(10_000),
            reason: "Agreed".to_owned(),
            period_start: date("2026-04-01"),
            instalments: 2,
            made_by: Vec::new(),
        };
        let all = periods(&STARTS);
        let starts = |adjustment: &Adjustment| {
            let due = instalment_periods(adjustment, &contract(), &all);
            due.into_iter().map(|it| it.start_date.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(starts(&adjustment), ["2026-04-06", "2026-05-04"]);
        assert_eq!(starts(&Adjustment { instalments: 9, ..adjustment }).len(), 3);
    }
}
