//! The periods of a cycle.

use chrono::NaiveDate;
use domain::facts::Period;
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, merge};
use domain::ids::CycleRef;
use store::keys::Key;
use store::{CycleMark, Known, Located, MissingKind, PeriodOf, Progress, TakenBack, Told};

use super::people::told;
use crate::desk::{Cycle, Desk, Stop, changed, needed};

impl Desk<'_> {
    pub(crate) async fn period(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let cycle_ref: CycleRef = needed(row, "cycle_ref")?;
        let start: NaiveDate = needed(row, "start_date")?;
        let key = Key::period(&cycle_ref, start);
        let gone_key = Key::period_taken_back(&cycle_ref, start);
        let known = self.periods.get(self.store, &key).await?;
        let gone = self.taken_back.get(self.store, &gone_key).await?;
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let times = times.or_else(|| gone.as_ref().and_then(|it| it.told.told.as_ref()));
        let before = known.as_ref().map(|it| it.fact.clone());
        let merged = merge::<Period>(before.as_ref(), times, row, at)?;
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        self.period_may_change(&cycle_ref, before.as_ref(), merged.record.as_ref()).await?;
        let cycle = self.cycle(&cycle_ref).await?;
        match &merged.record {
            Some(period) => drop(cycle.periods.insert(start, period.clone())),
            None => drop(cycle.periods.remove(&start)),
        }
        self.mark_cycle(&cycle_ref).await?;
        let is_changed = changed(merged.outcome);
        if is_changed {
            self.touch_contracts_of(&cycle_ref);
        }
        if let Some(period) = merged.record {
            self.now_known(MissingKind::Cycle, cycle_ref.as_str());
            if gone.is_some() {
                self.delete(gone_key);
            }
            self.periods.set(key, told(known, period, merged.times), is_changed);
        } else {
            if known.is_some() {
                self.delete(key);
                self.changes.periods_gone.insert((cycle_ref, start));
            }
            self.taken_back.set(gone_key, told(gone, TakenBack {}, merged.times), is_changed);
        }
        Ok(merged.outcome)
    }

    async fn period_may_change(
        &mut self,
        cycle_ref: &CycleRef,
        before: Option<&Period>,
        after: Option<&Period>,
    ) -> Result<(), Stop> {
        if let Some(before) = before
            && after.is_none_or(|after| after.end_date < before.end_date)
        {
            self.nothing_recorded(cycle_ref, before.start_date).await?;
        }
        let cycle = self.cycle(cycle_ref).await?;
        if let Some(period) = before.or(after).filter(|_| dates(before) != dates(after)) {
            still_open(cycle, period.start_date)?;
        }
        if let Some(period) = after {
            alone(cycle, period)?;
        }
        Ok(())
    }

    /// A period in which actuals are recorded loses no day: its weeks would be entered, and paid, in another one too.
    async fn nothing_recorded(
        &mut self,
        cycle_ref: &CycleRef,
        start: NaiveDate,
    ) -> Result<(), Stop> {
        let contracts = self.cycle(cycle_ref).await?.progress.clone();
        for Progress { provider_ref, contract_ref, .. } in &contracts {
            let period = PeriodOf { provider: provider_ref, contract: contract_ref, start };
            if !self.store.some_weeks(period, None).await?.0.is_empty() {
                let message = "end_date: Actuals are recorded for this period, so it cannot end earlier or be taken back.";
                return Err(RowProblem::at("end_date", Code::I23, message.to_owned()).into());
            }
        }
        Ok(())
    }

    /// The cycle as it will be.
    pub(super) async fn cycle(&mut self, cycle_ref: &CycleRef) -> Result<&mut Cycle, Stop> {
        if !self.cycles.contains_key(cycle_ref) {
            // Read before the periods and saved with them, so that two files cannot add periods that overlap.
            self.cycle_marks.get(self.store, &Key::cycle(cycle_ref)).await?;
            let periods = self.store.periods_of_cycle(cycle_ref).await?;
            let periods = periods.into_iter().map(|it| (it.start_date, it)).collect();
            let progress = self.store.progress_of_cycle(cycle_ref).await?;
            self.cycles.insert(cycle_ref.clone(), Cycle { periods, progress });
        }
        Ok(self.cycles.entry(cycle_ref.clone()).or_default())
    }

    fn touch_contracts_of(&mut self, cycle_ref: &CycleRef) {
        for progress in self.cycles.get(cycle_ref).iter().flat_map(|it| &it.progress) {
            let (provider_ref, contract_ref) =
                (progress.provider_ref.clone(), progress.contract_ref.clone());
            self.changes.touch(&Located { provider_ref, contract_ref });
        }
    }

    /// Saves that the cycle has periods.
    async fn mark_cycle(&mut self, cycle_ref: &CycleRef) -> Result<(), Stop> {
        let key = Key::cycle(cycle_ref);
        let mark = self.cycle_marks.get(self.store, &key).await?;
        let fresh = || Known::new(CycleMark { cycle_ref: cycle_ref.clone() }, Told::default());
        self.cycle_marks.set(key, mark.unwrap_or_else(fresh), false);
        Ok(())
    }
}

fn dates(period: Option<&Period>) -> Option<(NaiveDate, NaiveDate)> {
    period.map(|it| (it.start_date, it.end_date))
}

/// The dates of a period stay once a statement of it, or of a later one, is locked: money was computed by them.
fn still_open(cycle: &Cycle, start: NaiveDate) -> Result<(), RowProblem> {
    let locked = cycle.progress.iter().filter(|it| it.portal_from <= start);
    match locked.filter_map(|it| it.locked_to).max().filter(|locked_to| start <= *locked_to) {
        None => Ok(()),
        Some(locked_to) => {
            let message = format!(
                "end_date: Statements of this cycle are locked up to {locked_to}. The periods up to then must stay as they are."
            );
            Err(RowProblem::at("end_date", Code::I23, message))
        }
    }
}

/// No two periods of a cycle share a day.
fn alone(cycle: &Cycle, period: &Period) -> Result<(), RowProblem> {
    let others = cycle.periods.values().filter(|it| it.start_date != period.start_date);
    let mut sharing =
        others.filter(|it| it.start_date <= period.end_date && period.start_date <= it.end_date);
    match sharing.next() {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "end_date: This overlaps with the period from {} to {}. Correct one of them.",
                other.start_date, other.end_date
            );
            Err(RowProblem::at("end_date", Code::I22, message))
        }
    }
}
