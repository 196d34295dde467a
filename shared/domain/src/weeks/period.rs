//! The weeks of a period: which there are, who may enter them until when, and what is missing.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days as Span, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{RecordedWeeks, Submission};
use crate::actuals::planned;
use crate::causes::in_words;
use crate::clock::Now;
use crate::entitlement::{Days, active_days, is_scheduled};
use crate::facts::{Contract, Cpli, Facts, Period, Service};
use crate::failure::{Failure, Kind};
use crate::ids::CpliId;
use crate::period::periods_of;
use crate::settings::Settings;

/// A week in which care is commissioned.
#[derive(Debug, Clone, Copy)]
pub struct PlannedWeek<'f> {
    /// The care package.
    pub cpli: &'f Cpli,
    /// Its service.
    pub service: &'f Service,
    /// First day.
    pub week_start: NaiveDate,
    /// The days of it on which care is given.
    pub active: Days,
    /// Units; none: more than can be counted.
    pub planned: Option<Decimal>,
}

impl PlannedWeek<'_> {
    /// Whether it has not begun: nothing can be entered for it yet.
    pub fn is_future(&self, today: NaiveDate) -> bool {
        self.week_start > today
    }
}

/// The first days of the weeks of a service that belong to `period`: a week belongs to the period that its first
/// day lies in.
pub fn week_starts(service: &Service, period: &Period) -> impl Iterator<Item = NaiveDate> + use<> {
    let (first_day, to) = (service.week_starts, period.end_date);
    let is_first =
        move |day: &NaiveDate| u8::try_from(day.weekday().num_days_from_monday()) == Ok(first_day);
    let first = period.start_date.iter_days().take(7).find(is_first);
    std::iter::successors(first, |day| day.checked_add_days(Span::new(7)))
        .take_while(move |day| *day <= to)
}

impl Facts {
    /// The weeks of `period` in which care is commissioned that is paid as delivered, by care package and week.
    pub fn weeks_of(&self, period: &Period) -> Vec<PlannedWeek<'_>> {
        let mut weeks = Vec::new();
        for cpli in self.cplis.values().filter(|cpli| cpli.authorised) {
            let Some(service) = self.services.get(&cpli.service_ref) else { continue };
            if is_scheduled(&self.contract, service) {
                continue;
            }
            for week_start in week_starts(service, period) {
                let last = week_start.checked_add_days(Span::new(6));
                let week = last.and_then(|last| Days::new(week_start, last));
                let active = week.and_then(|it| active_days(&self.contract, service, cpli, it));
                weeks.extend(active.map(|active| PlannedWeek {
                    cpli,
                    service,
                    week_start,
                    active,
                    planned: planned(service, cpli, active),
                }));
            }
        }
        weeks
    }

    /// The period of the contract that the week from `week_start` belongs to.
    pub fn period_of_week(&self, week_start: NaiveDate) -> Option<&Period> {
        let mut periods = periods_of(&self.contract, &self.periods);
        periods.find(|it| it.start_date <= week_start && week_start <= it.end_date)
    }

    /// The last day of the contract's periods whose deadline has passed; none: no period's has.
    pub fn closed_to(&self, now: Now) -> Option<NaiveDate> {
        let closed = periods_of(&self.contract, &self.periods);
        closed.filter(|it| it.confirm_by <= now.instant).map(|it| it.end_date).max()
    }
}

/// The first period of a contract whose deadline is still to come: what is submitted now is paid in it at the
/// earliest.
pub fn window<'p>(
    contract: &Contract,
    periods: &'p BTreeMap<NaiveDate, Period>,
    at: DateTime<Utc>,
) -> Option<&'p Period> {
    periods_of(contract, periods).find(|period| period.confirm_by > at)
}

/// How far the actuals of a period are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PeriodState {
    /// It has not begun.
    NotYet,
    /// Entered until its deadline.
    Open,
    /// Confirmed by the provider.
    Submitted,
    /// Its deadline has passed; what is entered now is paid in a later window.
    Late,
    /// Its deadline has passed, and nothing can be entered.
    Closed,
}

/// Why nothing can be entered in a period.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotEnter {
    /// It has not begun.
    #[error("This period has not begun. Enter what you delivered from {} on.", in_words(*from))]
    NotYet {
        /// Its first day.
        from: NaiveDate,
    },
    /// Its deadline has passed.
    #[error("This period is closed. Late changes are not allowed for this contract.")]
    Closed,
    /// The council wants periods in order, and the one before is not submitted.
    #[error("Confirm the actuals of the period that began on {} first.", in_words(*start))]
    BeforeOpen {
        /// The first day of the period before.
        start: NaiveDate,
    },
}

impl Failure for CannotEnter {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotYet { .. } => "period-not-yet",
            Self::Closed => "period-closed",
            Self::BeforeOpen { .. } => "period-before-open",
        }
    }
}

/// Why the actuals of a period cannot be submitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotSubmit {
    /// Nothing can be entered in it either.
    #[error(transparent)]
    CannotEnter(#[from] CannotEnter),
    /// Its last week has not begun.
    #[error(
        "The last week of this period has not begun. Confirm its actuals when you have entered all weeks."
    )]
    NotOver,
    /// It has no weeks at all.
    #[error("No care was commissioned in this period. You need not do anything.")]
    NoWeeks,
    /// Weeks have no entry.
    #[error("{} an entry. Enter what you delivered, also where it was nothing.", weeks_need(*count))]
    WeeksMissing {
        /// How many.
        count: usize,
    },
}

fn weeks_need(count: usize) -> String {
    if count == 1 { "1 week still needs".to_owned() } else { format!("{count} weeks still need") }
}

impl Failure for CannotSubmit {
    fn kind(&self) -> Kind {
        match self {
            Self::CannotEnter(why) => why.kind(),
            Self::NotOver | Self::NoWeeks => Kind::Conflict,
            Self::WeeksMissing { .. } => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::CannotEnter(why) => why.code(),
            Self::NotOver => "period-not-over",
            Self::NoWeeks => "no-weeks",
            Self::WeeksMissing { .. } => "weeks-missing",
        }
    }
}

/// The actuals of one contract.
#[derive(Debug, Clone, Copy)]
pub struct Actuals<'a> {
    /// What is known about it.
    pub facts: &'a Facts,
    /// The council's settings.
    pub settings: &'a Settings,
    /// The periods that were submitted, by first day.
    pub submissions: &'a BTreeMap<NaiveDate, Submission>,
    /// When somebody asks.
    pub now: Now,
}

impl<'a> Actuals<'a> {
    /// How far the actuals of `period` are.
    pub fn state(&self, period: &Period) -> PeriodState {
        if self.now.date < period.start_date {
            PeriodState::NotYet
        } else if self.submissions.contains_key(&period.start_date) {
            PeriodState::Submitted
        } else if !self.is_late(period) {
            PeriodState::Open
        } else if self.settings.actuals.late_allowed {
            PeriodState::Late
        } else {
            PeriodState::Closed
        }
    }

    /// Whether the deadline of `period` has passed, so that what is entered now is paid in a later window.
    pub fn is_late(&self, period: &Period) -> bool {
        self.now.instant >= period.confirm_by
    }

    /// In which period what is submitted now is paid at the earliest.
    pub fn window(&self) -> Option<&'a Period> {
        window(&self.facts.contract, &self.facts.periods, self.now.instant)
    }

    /// Whether anything can be entered in `period`.
    ///
    /// # Errors
    ///
    /// [`CannotEnter`] says why not.
    pub fn may_enter(&self, period: &Period) -> Result<(), CannotEnter> {
        if self.now.date < period.start_date {
            return Err(CannotEnter::NotYet { from: period.start_date });
        }
        if self.is_late(period) && !self.settings.actuals.late_allowed {
            return Err(CannotEnter::Closed);
        }
        if self.settings.periods_in_order
            && let Some(before) = self.before(period)
            && !self.submissions.contains_key(&before.start_date)
        {
            return Err(CannotEnter::BeforeOpen { start: before.start_date });
        }
        Ok(())
    }

    /// The nearest period before `period` in which there was anything to enter.
    fn before(&self, period: &Period) -> Option<&'a Period> {
        let earlier = periods_of(&self.facts.contract, &self.facts.periods);
        let earlier: Vec<_> = earlier.filter(|it| it.start_date < period.start_date).collect();
        earlier.into_iter().rev().find(|it| !self.facts.weeks_of(it).is_empty())
    }

    /// The weeks of `period` that have begun and for which nothing is recorded.
    pub fn missing(&self, period: &Period, recorded: &RecordedWeeks) -> Vec<(CpliId, NaiveDate)> {
        let weeks = self.facts.weeks_of(period);
        let missing = weeks.iter().filter(|week| !week.is_future(self.now.date)).filter(|week| {
            let of_cpli = recorded.get(&week.cpli.cpli_id);
            !of_cpli.is_some_and(|weeks| weeks.contains_key(&week.week_start))
        });
        missing.map(|week| (week.cpli.cpli_id.clone(), week.week_start)).collect()
    }

    /// The provider confirms the actuals of `period`: every week of it has begun and has an entry.
    ///
    /// # Errors
    ///
    /// [`CannotSubmit`] says why not.
    pub fn submit(
        &self,
        period: &Period,
        recorded: &RecordedWeeks,
        by: &str,
    ) -> Result<Submission, CannotSubmit> {
        self.may_enter(period)?;
        let weeks = self.facts.weeks_of(period);
        if weeks.is_empty() && recorded.values().all(BTreeMap::is_empty) {
            return Err(CannotSubmit::NoWeeks);
        }
        if weeks.iter().any(|week| week.is_future(self.now.date)) {
            return Err(CannotSubmit::NotOver);
        }
        match self.missing(period, recorded).len() {
            0 => Ok(Submission { submitted_at: self.now.instant, submitted_by: by.to_owned() }),
            count => Err(CannotSubmit::WeeksMissing { count }),
        }
    }
}
