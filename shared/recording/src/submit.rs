//! A provider confirms the actuals of a period.

use domain::clock::Now;
use store::SavedSubmission;

use crate::form::{Form, Looking};
use crate::{RACES_MAX, Recording, RecordingError, WhichPeriod};

impl Recording {
    /// Confirms everything that is recorded in a period, and gives the form as it is then. Once more changes
    /// nothing, unless something was recorded since.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the provider has no such period; [`RecordingError::CannotSubmit`] says what is
    /// missing, or which period comes first.
    pub async fn submit(
        &self,
        which: &WhichPeriod,
        by: &str,
        now: Now,
    ) -> Result<Form, RecordingError> {
        for _ in 0..RACES_MAX {
            // Read before what it is decided by, so that what is submitted meanwhile is noticed.
            let saved = self.store.submission(which.period()).await?;
            let mut known = self.known_period(which).await?;
            let recorded = known.recorded_weeks();
            let actuals = known.known.actuals(now);
            let submission = actuals.submit(&known.period, &recorded, by)?;
            if !known.is_confirmed() {
                let version = saved.map_or(0, |saved| saved.version);
                let saved = SavedSubmission { submission: submission.clone(), version };
                match self.store.save_submission(which.period(), &saved).await {
                    Err(error) if error.is_stale() => continue,
                    other => other?,
                }
                known.known.submissions.insert(which.period_start, submission);
            }
            return known.form(Looking { now, may_enter: true });
        }
        Err(RecordingError::Busy)
    }
}
