//! Weeks filled in without typing: as they were planned, or as the week before.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::actuals::Week;
use domain::clock::Now;
use domain::ids::{CpliId, ServiceRef};
use domain::weeks::{EntryText, PlannedWeek, Recorded, RecordedWeeks, Source};
use store::{CpliWeeks, StoreError, WEEKS_SAVED_MAX};

use crate::form::{Form, Looking};
use crate::load::KnownPeriod;
use crate::{RACES_MAX, Recording, RecordingError, WhichPeriod};

/// What is to be filled in, of what has no entry yet. What is recorded stays.
#[derive(Debug, Clone)]
pub enum Filling {
    /// What was planned was delivered.
    AsPlanned {
        /// First day of the one week that is meant; none: all that have begun.
        week_start: Option<NaiveDate>,
        /// The one service that is meant; none: all.
        service_ref: Option<ServiceRef>,
    },
    /// The same was delivered as in the week before.
    CopyLastWeek {
        /// First day of the week that is filled in.
        week_start: NaiveDate,
        /// The one service that is meant; none: all.
        service_ref: Option<ServiceRef>,
    },
}

impl Recording {
    /// Fills in weeks that have no entry, and gives the form as it is then. What a rule forbids is left for the
    /// person: a plan that says nothing of visits where visits are counted, a copy that does not fit the plan.
    ///
    /// It may die half-way and be tried again: what is recorded is never touched.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the provider has no such period; [`RecordingError::CannotEnter`] if it takes
    /// no entries.
    pub async fn fill(
        &self,
        which: &WhichPeriod,
        filling: &Filling,
        by: &str,
        now: Now,
    ) -> Result<Form, RecordingError> {
        for _ in 0..RACES_MAX {
            let mut known = self.known_period(which).await?;
            known.known.actuals(now).may_enter(&known.period)?;
            let before = self.before(which, &known, filling).await?;
            let changes = known.filled(filling, &before, by, now);
            match self.save_in_parts(which, &changes).await {
                Err(error) if error.is_stale() => continue,
                other => other?,
            }
            for saved in changes {
                known.now_saved(saved);
            }
            return known.form(Looking { now, may_enter: true });
        }
        Err(RecordingError::Busy)
    }

    /// What is recorded of the period before, if the week before lies in it.
    async fn before(
        &self,
        which: &WhichPeriod,
        known: &KnownPeriod,
        filling: &Filling,
    ) -> Result<RecordedWeeks, RecordingError> {
        let Filling::CopyLastWeek { week_start, .. } = filling else { return Ok(BTreeMap::new()) };
        let source = week_start.checked_sub_days(Days::new(7));
        let period = source.and_then(|source| known.known.facts.period_of_week(source));
        let Some(period) = period else { return Ok(BTreeMap::new()) };
        if period.start_date == known.period.start_date {
            return Ok(known.recorded_weeks());
        }
        let which = WhichPeriod { period_start: period.start_date, ..which.clone() };
        Ok(store::recorded(self.store.weeks_of_period(which.period()).await?))
    }

    /// As many together as one transaction takes.
    async fn save_in_parts(
        &self,
        which: &WhichPeriod,
        changes: &[CpliWeeks],
    ) -> Result<(), StoreError> {
        for some in changes.chunks(WEEKS_SAVED_MAX) {
            self.store.save_weeks(which.period(), some).await?;
        }
        Ok(())
    }
}

impl KnownPeriod {
    /// What is to be written.
    fn filled(
        &self,
        filling: &Filling,
        before: &RecordedWeeks,
        by: &str,
        now: Now,
    ) -> Vec<CpliWeeks> {
        let mut changes: BTreeMap<CpliId, CpliWeeks> = BTreeMap::new();
        for week in self.known.facts.weeks_of(&self.period) {
            let PlannedWeek { cpli, week_start, .. } = week;
            let is_open =
                !week.is_future(now.date) && self.recorded(&cpli.cpli_id, week_start).is_none();
            let Some(entry) = filling.entry(&week, before).filter(|_| is_open) else { continue };
            let Ok(entered) = self.entered(&cpli.cpli_id, week_start, &entry, now) else {
                continue;
            };
            let recorded = Recorded {
                week: entered,
                at: now.instant,
                by: by.to_owned(),
                source: Source::Form,
            };
            let saved = changes.entry(cpli.cpli_id.clone());
            let saved = saved.or_insert_with(|| self.saved_of(&cpli.cpli_id));
            saved.weeks.insert(week_start, recorded);
        }
        changes.into_values().collect()
    }
}

impl Filling {
    /// What is entered for `week`, if it is meant.
    fn entry(&self, week: &PlannedWeek<'_>, before: &RecordedWeeks) -> Option<EntryText> {
        let of_service = |wanted: &Option<ServiceRef>| {
            wanted.as_ref().is_none_or(|it| *it == week.service.service_ref)
        };
        match self {
            Self::AsPlanned { week_start, service_ref } => {
                let meant = of_service(service_ref)
                    && week_start.is_none_or(|wanted| wanted == week.week_start);
                let planned = week.planned.filter(|_| meant)?;
                Some(EntryText { actual: planned.normalize().to_string(), ..EntryText::default() })
            }
            Self::CopyLastWeek { week_start, service_ref } => {
                let meant = of_service(service_ref) && *week_start == week.week_start;
                let source = week_start.checked_sub_days(Days::new(7)).filter(|_| meant)?;
                before.get(&week.cpli.cpli_id)?.get(&source).map(|it| typed(&it.week))
            }
        }
    }
}

/// A week as somebody would type it.
fn typed(week: &Week) -> EntryText {
    EntryText {
        actual: week.actual.normalize().to_string(),
        frustrated: week.frustrated.normalize().to_string(),
        missed: week.missed.normalize().to_string(),
        extra: week.extra.normalize().to_string(),
        visits: week.visits.map(|visits| visits.to_string()).unwrap_or_default(),
        reason_code: week.reason_code.clone().unwrap_or_default(),
        comment: week.comment.clone().unwrap_or_default(),
    }
}
