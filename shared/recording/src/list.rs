//! The periods of a provider's contracts: which are open, until when, and what is missing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, CpliId, ProviderRef};
use domain::money::Money;
use domain::weeks::{CannotEnter, PeriodState, Submission};
use futures::future::try_join_all;
use store::CpliWeeks;

use crate::load::Known;
use crate::{Recording, RecordingError, WhichPeriod};

/// So many periods of a contract are listed, the newest of those that have begun: a year of four-weekly ones and
/// the one before.
const PERIODS_LISTED: usize = 14;

/// The periods of one contract.
#[derive(Debug, Clone)]
pub struct ContractLines {
    /// The contract.
    pub contract: Contract,
    /// Its periods that have begun, newest first.
    pub periods: Vec<PeriodLine>,
}

/// One period of a contract.
#[derive(Debug, Clone)]
pub struct PeriodLine {
    /// Which.
    pub period: Period,
    /// How far it is.
    pub state: PeriodState,
    /// Whether its deadline has passed.
    pub late: bool,
    /// In which window what is submitted now is paid at the earliest; none: none is known yet.
    pub window: Option<Period>,
    /// How many weeks of care packages it has.
    pub weeks_total: usize,
    /// Of how many something is recorded.
    pub weeks_recorded: usize,
    /// How many that have begun have no entry.
    pub weeks_missing: usize,
    /// Of how many something waits for the council.
    pub weeks_held: usize,
    /// What is owed for what is recorded.
    pub owed: Money,
    /// What is held.
    pub held: Money,
    /// When it was submitted last.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Whether something was recorded since.
    pub changed_since: bool,
    /// Why nothing can be entered, if nothing can.
    pub cannot_enter: Option<CannotEnter>,
}

impl Recording {
    /// The contracts of `provider` of which anything is paid by what was delivered, each with its latest periods.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] if the table cannot be read.
    pub async fn list(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Vec<ContractLines>, RecordingError> {
        let contracts = self.store.contracts_paid_as_delivered(provider).await?;
        let contracts = contracts.iter().filter(|it| it.portal_from <= now.date);
        let lines = contracts.map(|it| self.lines(provider, &it.contract_ref, now));
        try_join_all(lines).await
    }

    async fn lines(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        now: Now,
    ) -> Result<ContractLines, RecordingError> {
        let known = self.known(provider, contract).await?;
        let mut periods = Vec::new();
        for (period, saved) in self.latest(&known, now).await? {
            periods.push(known.line(period, &saved, now)?);
        }
        Ok(ContractLines { contract: known.contract().clone(), periods })
    }

    /// The latest periods of a contract with what is recorded in each, newest first.
    pub(crate) async fn latest<'k>(
        &self,
        known: &'k Known,
        now: Now,
    ) -> Result<Vec<(&'k Period, BTreeMap<CpliId, CpliWeeks>)>, RecordingError> {
        let contract = known.contract();
        let periods: Vec<_> = known.begun(now.date).into_iter().take(PERIODS_LISTED).collect();
        let saved = periods.iter().map(|period| async {
            let which = WhichPeriod {
                provider_ref: contract.provider_ref.clone(),
                contract_ref: contract.contract_ref.clone(),
                period_start: period.start_date,
            };
            self.store.weeks_of_period(which.period()).await
        });
        let saved = try_join_all(saved).await?;
        Ok(periods.into_iter().zip(saved).collect())
    }
}

impl Known {
    fn line(
        &self,
        period: &Period,
        saved: &BTreeMap<CpliId, CpliWeeks>,
        now: Now,
    ) -> Result<PeriodLine, RecordingError> {
        let actuals = self.actuals(now);
        let planned = self.facts.weeks_of(period);
        let has_entry =
            |cpli_id, week| saved.get(cpli_id).is_some_and(|it| it.weeks.contains_key(week));
        let recorded = planned.iter().filter(|it| has_entry(&it.cpli.cpli_id, &it.week_start));
        let begun = planned.iter().filter(|it| !it.is_future(now.date));
        let weeks_recorded = recorded.count();
        let missing = begun.filter(|it| !has_entry(&it.cpli.cpli_id, &it.week_start));
        let late = actuals.is_late(period);
        let submission = self.submissions.get(&period.start_date);
        let mut line = PeriodLine {
            period: period.clone(),
            state: actuals.state(period),
            late,
            window: if late { actuals.window() } else { Some(period) }.cloned(),
            weeks_total: planned.len(),
            weeks_recorded,
            weeks_missing: missing.count(),
            weeks_held: 0,
            owed: Money::ZERO,
            held: Money::ZERO,
            submitted_at: submission.map(|it| it.submitted_at),
            changed_since: submission.is_some_and(|it| changed_since(it, saved)),
            cannot_enter: actuals.may_enter(period).err(),
        };
        for (cpli_id, saved) in saved {
            self.add(&mut line, cpli_id, saved)?;
        }
        Ok(line)
    }

    fn add(
        &self,
        line: &mut PeriodLine,
        cpli_id: &CpliId,
        saved: &CpliWeeks,
    ) -> Result<(), RecordingError> {
        for (week_start, recorded) in &saved.weeks {
            let terms = self.facts.terms(cpli_id, *week_start, self.settings.over_tolerance)?;
            let Some(terms) = terms else { continue };
            let valued = terms.value(&recorded.week)?;
            line.owed = line.owed.plus(valued.owed()?)?;
            if let Some(held) = valued.held() {
                line.held = line.held.plus(held.amount)?;
                line.weeks_held = line.weeks_held.saturating_add(1);
            }
        }
        Ok(())
    }
}

/// Whether anything was recorded after it was submitted.
fn changed_since(submission: &Submission, saved: &BTreeMap<CpliId, CpliWeeks>) -> bool {
    let mut recorded = saved.values().flat_map(|saved| saved.weeks.values());
    recorded.any(|it| !submission.confirms(it))
}
