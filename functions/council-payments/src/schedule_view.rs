//! The schedule: each cycle's periods, what locks and is finalised when, how far they are, and who paused it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::facts::Period;
use domain::ids::CycleRef;
use domain::period::{FinancialYear, Lifecycle};
use domain::permission::CouncilPermission;
use domain::schedule::{Schedule, ScheduleStep};
use serde::{Deserialize, Serialize};
use statements::PeriodTally;
use store::{Progress, Store, StoreError};
use web::{Invalid, Staff};

/// Which periods a page asks for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedSchedule {
    financial_year: String,
}

impl AskedSchedule {
    /// The financial year that was asked for, else this one.
    pub(crate) fn year(&self, now: Now) -> Result<FinancialYear, Invalid> {
        let text = self.financial_year.trim();
        if text.is_empty() {
            return Ok(FinancialYear::of(now.date));
        }
        text.parse().map_err(|why: domain::period::NotAFinancialYear| {
            Invalid::field("financial_year", why.to_string())
        })
    }
}

/// All cycles, with their periods of a financial year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ScheduleView {
    financial_year: FinancialYear,
    /// Those that have periods, latest first.
    financial_years: Vec<FinancialYear>,
    cycles: Vec<CycleView>,
    /// Whether the person may pause and resume.
    may_pause: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CycleView {
    cycle_ref: CycleRef,
    paused: Option<StepView>,
    /// What was done to its schedule, latest first.
    history: Vec<StepView>,
    /// Earliest first.
    periods: Vec<PeriodView>,
}

/// Somebody paused or resumed a schedule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct StepView {
    paused: bool,
    reason: String,
    by: String,
    at: DateTime<Utc>,
}

/// One period of a cycle, and how far its statements are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PeriodView {
    period_start: NaiveDate,
    period_end: NaiveDate,
    /// Statements lock.
    confirm_by: DateTime<Utc>,
    /// Statements are finalised.
    finalise_at: DateTime<Utc>,
    pay_date: NaiveDate,
    /// How far the period as a whole has come: as far as the least of its statements.
    state: Lifecycle,
    partially_finalised: bool,
    contracts: usize,
    locked: usize,
    finalised: usize,
}

impl ScheduleView {
    /// The schedule of a financial year, `now`.
    pub(crate) async fn load(
        store: &Store,
        staff: &Staff,
        year: FinancialYear,
        now: Now,
    ) -> Result<Self, StoreError> {
        let (mut cycles, mut years) = (Vec::new(), std::collections::BTreeSet::new());
        for cycle in store.cycle_refs().await? {
            let periods = store.periods_of_cycle(&cycle).await?;
            years.extend(periods.iter().map(FinancialYear::of_period));
            let progress = store.progress_of_cycle(&cycle).await?;
            let schedule = store.schedule(&cycle).await?;
            let of_year = periods.iter().filter(|it| FinancialYear::of_period(it) == year);
            let periods = of_year.map(|it| PeriodView::of(it, &progress, now)).collect();
            cycles.push(CycleView::of(schedule, periods));
        }
        Ok(Self {
            financial_year: year,
            financial_years: years.into_iter().rev().collect(),
            cycles,
            may_pause: staff.may(CouncilPermission::Finalise),
        })
    }
}

impl CycleView {
    fn of(schedule: Schedule, periods: Vec<PeriodView>) -> Self {
        Self {
            paused: schedule.paused().map(StepView::from),
            history: schedule.steps.iter().rev().map(StepView::from).collect(),
            cycle_ref: schedule.cycle_ref,
            periods,
        }
    }
}

impl From<&ScheduleStep> for StepView {
    fn from(step: &ScheduleStep) -> Self {
        Self {
            paused: step.paused,
            reason: step.reason.clone(),
            by: step.name.clone(),
            at: step.at,
        }
    }
}

impl PeriodView {
    /// How far contracts with this progress are in `period`.
    pub(crate) fn of(period: &Period, progress: &[Progress], now: Now) -> Self {
        let tally = PeriodTally::of(period, progress);
        Self {
            period_start: period.start_date,
            period_end: period.end_date,
            confirm_by: period.confirm_by,
            finalise_at: period.finalise_at,
            pay_date: period.pay_date,
            state: state(period, tally, now),
            partially_finalised: tally.is_partially_finalised(),
            contracts: tally.contracts,
            locked: tally.locked,
            finalised: tally.finalised,
        }
    }
}

fn state(period: &Period, tally: PeriodTally, now: Now) -> Lifecycle {
    if tally.contracts > 0 && tally.finalised == tally.contracts {
        Lifecycle::Finalised
    } else if now.instant >= period.confirm_by {
        Lifecycle::Locked
    } else if now.date >= period.start_date {
        Lifecycle::Current
    } else {
        Lifecycle::Future
    }
}
