//! A provider says what it delivered in one week.

use chrono::NaiveDate;
use domain::actuals::{Known as KnownCare, Week};
use domain::clock::Now;
use domain::ids::{CpliId, SsRef};
use domain::weeks::{CannotEnter, EntryText, Recorded, Source, check_entry};
use serde::Serialize;
use store::CpliWeeks;

use crate::form::{Looking, Totals, WeekForm};
use crate::load::KnownPeriod;
use crate::{RACES_MAX, Recording, RecordingError, WhichPeriod};

/// What somebody says about a week.
#[derive(Debug, Clone)]
pub struct Saving {
    /// The care package.
    pub cpli_id: CpliId,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// As it was typed.
    pub entry: EntryText,
    /// [`WeekForm::version`] as the person read it.
    pub version: u32,
    /// Who, by name.
    pub by: String,
}

/// A week after it was saved, and what that does to its period.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SavedWeek {
    /// Whose care it is. Not for the page, which knows: for the record of who saw it.
    #[serde(skip)]
    pub ss_ref: SsRef,
    /// As it is now.
    pub week: WeekForm,
    /// What the period comes to now.
    pub totals: Totals,
    /// Whether the period can be submitted now, and anything is to be.
    pub can_submit: bool,
    /// How many weeks that have begun have no entry.
    pub missing: usize,
}

impl Recording {
    /// Records what was delivered in one week. The same again changes nothing.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the provider has no such week; [`RecordingError::Refused`] says what is wrong
    /// with the entry; [`RecordingError::CannotEnter`] if the period takes none;
    /// [`RecordingError::WeekChanged`] if somebody saved a week of the care package since it was read.
    pub async fn save(
        &self,
        which: &WhichPeriod,
        saving: &Saving,
        now: Now,
    ) -> Result<SavedWeek, RecordingError> {
        for _ in 0..RACES_MAX {
            let mut known = self.known_period(which).await?;
            let week = known.entered(&saving.cpli_id, saving.week_start, &saving.entry, now)?;
            if let Some(saved) = known.saving(saving, week, now)? {
                match self.store.save_weeks(which.period(), std::slice::from_ref(&saved)).await {
                    Err(error) if error.is_stale() => continue,
                    other => other?,
                }
                known.now_saved(saved);
            }
            return known.saved_week(saving, now);
        }
        Err(RecordingError::Busy)
    }
}

impl KnownPeriod {
    /// What is entered for a week, if it breaks no rule.
    pub(crate) fn entered(
        &self,
        cpli_id: &CpliId,
        week_start: NaiveDate,
        entry: &EntryText,
        now: Now,
    ) -> Result<Week, RecordingError> {
        let (cpli, service) = self.week(cpli_id, week_start)?;
        match self.known.actuals(now).may_enter(&self.period) {
            // The rules of a file say so of the week, with the code of it.
            Ok(()) | Err(CannotEnter::Closed) => {}
            Err(why) => return Err(why.into()),
        }
        let contract = self.known.contract();
        let closed_to = self.known.facts.closed_to(now);
        let care = KnownCare {
            provider_ref: &contract.provider_ref,
            contracts: &[(contract.contract_ref.clone(), contract.clone())].into(),
            services: &[(service.service_ref.clone(), service.clone())].into(),
            cplis: &[(cpli.cpli_id.clone(), cpli.clone())].into(),
            closed_to: &closed_to
                .map(|to| (contract.contract_ref.clone(), to))
                .into_iter()
                .collect(),
            variations: &self.known.facts.variations,
        };
        let policy = &self.known.settings.actuals;
        Ok(check_entry(&care, policy, now.date, (cpli_id, week_start), entry)?)
    }

    /// What is to be written for `week` to be recorded; none if it is recorded already.
    fn saving(
        &self,
        saving: &Saving,
        week: Week,
        now: Now,
    ) -> Result<Option<CpliWeeks>, RecordingError> {
        let mut saved = self.saved_of(&saving.cpli_id);
        if saved.weeks.get(&saving.week_start).is_some_and(|before| before.week == week) {
            return Ok(None);
        }
        let latest = saved.weeks.values().max_by_key(|recorded| recorded.at);
        if let Some(latest) = latest.filter(|_| saved.version != saving.version) {
            return Err(RecordingError::WeekChanged { by: latest.by.clone(), at: latest.at });
        }
        let (by, source) = (saving.by.clone(), Source::Form);
        let recorded = Recorded { week, at: now.instant, by, source };
        saved.weeks.insert(saving.week_start, recorded);
        Ok(Some(saved))
    }

    fn saved_week(&self, saving: &Saving, now: Now) -> Result<SavedWeek, RecordingError> {
        let looking = Looking { now, may_enter: true };
        let form = self.form(looking)?;
        let (cpli, _) = self.week(&saving.cpli_id, saving.week_start)?;
        Ok(SavedWeek {
            ss_ref: cpli.client.ss_ref.clone(),
            week: self.week_form(&saving.cpli_id, saving.week_start, looking)?,
            totals: form.totals,
            can_submit: form.can_submit,
            missing: form.missing,
        })
    }
}
