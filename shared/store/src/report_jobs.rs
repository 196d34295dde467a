//! Reports that are made while somebody waits.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::StaffRef;
use domain::report::ReportJob;

use crate::action::Action;
use crate::keys::Key;
use crate::outbox::OutboxEmail;
use crate::{Store, StoreError};

/// How long a job is known, in days: its file is kept as long.
const KEPT_DAYS: i64 = 30;

impl Store {
    /// One job.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn report_job(
        &self,
        staff: &StaffRef,
        job_id: &str,
    ) -> Result<Option<ReportJob>, StoreError> {
        self.table.get(&Key::report_job(staff, job_id)).await
    }

    /// Saves a job, if nobody saved it since it was read, with the emails that tell of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_report_job(
        &self,
        job: &ReportJob,
        emails: Vec<OutboxEmail>,
    ) -> Result<(), StoreError> {
        let key = Key::report_job(&job.staff_ref, &job.job_id);
        let put = Action::put(key, job).if_version(job.version);
        let mut actions = vec![put.expires_at(forgotten_at(job.asked_at))];
        actions.extend(emails.into_iter().flat_map(Self::outbox_actions));
        self.table.write(actions).await
    }
}

fn forgotten_at(asked_at: DateTime<Utc>) -> DateTime<Utc> {
    asked_at.checked_add_signed(TimeDelta::days(KEPT_DAYS)).unwrap_or(asked_at)
}
