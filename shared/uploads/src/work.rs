//! What is done with a file when it arrived, and when it is to be applied.

use chrono::{DateTime, Utc};
use cloud::metrics::{self, Metric};
use cloud::tracing;
use domain::actuals::FileProblem;
use domain::clock::Now;
use domain::ids::{BatchId, ProviderRef};
use domain::upload::{Arrival, BatchState, CannotGoOn, Checkup, UploadBatch, Way};
use serde::{Deserialize, Serialize};
use store::Claimed;

use crate::compare::{Applying, compare};
use crate::known::Known;
use crate::name::{Arrived, misnamed};
use crate::record::record;
use crate::sift::{Sifted, sift};
use crate::tell::{Telling, tell};
use crate::{Uploads, UploadsError};

/// A batch that is to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apply {
    /// Whose.
    pub provider_ref: ProviderRef,
    /// Which.
    pub batch_id: BatchId,
}

/// What the queue is told: `{"apply": {"provider_ref": …, "batch_id": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyMessage {
    /// What to apply.
    pub apply: Apply,
}

impl Uploads {
    /// A file arrived in the upload bucket. Done again, it changes nothing.
    ///
    /// # Errors
    ///
    /// [`UploadsError`] if something could not be reached; what is wrong with the file is no error.
    pub async fn arrived(
        &self,
        object_name: &str,
        version: Option<String>,
        at: DateTime<Utc>,
    ) -> Result<(), UploadsError> {
        match Arrived::of(object_name) {
            None => Ok(()),
            Some(Arrived::Page { provider_ref, batch_id }) => {
                let batch = self.store.upload(&provider_ref, &batch_id).await?;
                let ours = batch.filter(|batch| batch.object_name == object_name);
                match ours {
                    Some(batch) => self.check(batch, version, at).await,
                    None => Ok(()),
                }
            }
            Some(Arrived::Dropped { provider_ref, file_name }) => {
                if self.store.provider(&provider_ref).await?.is_none() {
                    return self.answer_nobody(&provider_ref, &file_name, at).await;
                }
                let arrival = Arrival {
                    provider_ref,
                    file_name,
                    object_name: object_name.to_owned(),
                    object_version: version,
                    at,
                    by: None,
                };
                Box::pin(self.dropped(arrival)).await
            }
        }
    }

    /// A batch is to be applied. Done again, or by two at once, it is applied once.
    ///
    /// # Errors
    ///
    /// [`UploadsError`] if something could not be reached.
    pub async fn apply(&self, apply: &Apply) -> Result<(), UploadsError> {
        let batch = self.store.upload(&apply.provider_ref, &apply.batch_id).await?;
        match batch {
            Some(batch) if batch.state == BatchState::Applying => self.settled(batch).await,
            Some(_) | None => Ok(()),
        }
    }

    /// The file of a batch that began on the page is here.
    async fn check(
        &self,
        batch: UploadBatch,
        version: Option<String>,
        at: DateTime<Utc>,
    ) -> Result<(), UploadsError> {
        let Some(batch) = self.checking(batch, version).await? else { return Ok(()) };
        let known = Known::load(&self.store, &batch.provider_ref, Now::at(at)).await?;
        let looked = Box::pin(self.look(&known, &batch, at)).await?;
        let all_or_nothing = known.settings.actuals.all_or_nothing;
        let batch = match looked {
            Looked::Refused(problem, checkup) => batch.refused(&problem, checkup)?,
            Looked::At(_, checkup) => batch.validated(checkup, all_or_nothing)?,
        };
        if let Some(batch) = self.move_on(batch).await? {
            note(&batch);
        }
        Ok(())
    }

    /// A file was dropped, to be checked and applied in one go.
    async fn dropped(&self, arrival: Arrival) -> Result<(), UploadsError> {
        let version = arrival.object_version.clone();
        let batch = self.begun(arrival).await?;
        if batch.state == BatchState::Applying {
            return self.settled(batch).await;
        }
        if batch.state.is_final() {
            return self.answer(&batch).await;
        }
        let Some(batch) = self.checking(batch, version).await? else { return Ok(()) };
        if let Some(problem) = misnamed(&batch.file_name, &batch.provider_ref) {
            return self.end(batch.refused(&problem, None)?).await;
        }
        let known = Known::load(&self.store, &batch.provider_ref, Now::at(batch.at)).await?;
        match Box::pin(self.look(&known, &batch, batch.at)).await? {
            Looked::Refused(problem, checkup) => self.end(batch.refused(&problem, checkup)?).await,
            Looked::At(sifted, checkup) => {
                let all_or_nothing = known.settings.actuals.all_or_nothing;
                let batch = batch.validated(checkup.clone(), all_or_nothing)?;
                if let Err(why) = batch.can_apply() {
                    return self.end(batch.rejected(&why)?).await;
                }
                let at = batch.at;
                let batch = batch.apply(None, at)?;
                self.claim_and_record(&known, &sifted, batch, checkup).await
            }
        }
    }

    /// The batch of a file that was dropped: the same for the same object.
    async fn begun(&self, arrival: Arrival) -> Result<UploadBatch, UploadsError> {
        let mark = format!("{}|{:?}", arrival.object_name, arrival.object_version);
        let batch_id = BatchId::of(arrival.at, mark.as_bytes());
        if let Some(batch) = self.store.upload(&arrival.provider_ref, &batch_id).await? {
            return Ok(batch);
        }
        let fresh = UploadBatch::new(batch_id, Way::Dropped, arrival);
        self.move_on(fresh).await?.ok_or(UploadsError::Busy)
    }

    /// Goes on with a batch that is being applied.
    async fn settled(&self, batch: UploadBatch) -> Result<(), UploadsError> {
        let as_of = batch.apply_at.unwrap_or(batch.at);
        let known = Known::load(&self.store, &batch.provider_ref, Now::at(as_of)).await?;
        if batch.is_claimed {
            // It could be read when it was claimed, and it is that very object.
            let sifted = sift(&self.objects, &known, &batch).await?;
            let sifted = sifted.map_err(|_now_unreadable| UploadsError::Gone)?;
            return self.recorded(&known, &sifted, batch).await;
        }
        match Box::pin(self.look(&known, &batch, as_of)).await? {
            Looked::At(sifted, checkup) => {
                self.claim_and_record(&known, &sifted, batch, checkup).await
            }
            Looked::Refused(problem, checkup) => self.end(batch.refused(&problem, checkup)?).await,
        }
    }

    /// Records a batch that was just checked, if it may still be applied and its file was not before.
    async fn claim_and_record(
        &self,
        known: &Known,
        sifted: &Sifted<'_>,
        batch: UploadBatch,
        checkup: Checkup,
    ) -> Result<(), UploadsError> {
        let batch = batch.recording(checkup, known.settings.actuals.all_or_nothing)?;
        if batch.state.is_final() {
            return self.end(batch).await;
        }
        match self.claim(batch).await? {
            Some(batch) => self.recorded(known, sifted, batch).await,
            None => Ok(()),
        }
    }

    /// Reads and checks a file, compares it with what is recorded as of `as_of`, and tells what was found.
    async fn look<'k>(
        &self,
        known: &'k Known,
        batch: &UploadBatch,
        as_of: DateTime<Utc>,
    ) -> Result<Looked<'k>, UploadsError> {
        let sifted = match sift(&self.objects, known, batch).await? {
            Ok(sifted) => sifted,
            Err(problem) => return Ok(Looked::Refused(problem, None)),
        };
        let applying = Applying { batch_id: &batch.batch_id, as_of };
        let compared = compare(&self.store, known, &sifted, applying).await?;
        let counts = compared.counts;
        let has_errors_file = counts.rejected > 0;
        let telling = Telling {
            known,
            batch,
            repeated: &sifted.repeated,
            replaced: &compared.replaced,
            has_rejected: has_errors_file,
        };
        let findings_total = Box::pin(tell(&self.objects, &telling)).await?;
        let checkup = Checkup {
            counts,
            adds: compared.adds,
            sha256: sifted.sha256.clone(),
            file_references: sifted.file_references.clone(),
            findings_total,
            has_errors_file,
        };
        let provider = &batch.provider_ref;
        let (sha256, references) = (&checkup.sha256, &checkup.file_references);
        match self.store.sent_before(provider, sha256, references).await? {
            Some(sent) => Ok(Looked::Refused(sent.into(), Some(checkup))),
            None => Ok(Looked::At(Box::new(sifted), checkup)),
        }
    }

    /// Makes content and references the batch's own; none: they are another's, or it was done meanwhile.
    async fn claim(&self, batch: UploadBatch) -> Result<Option<UploadBatch>, UploadsError> {
        match self.store.claim_upload(&batch).await {
            Ok(Claimed::Ours) => {
                Ok(Some(UploadBatch { version: batch.version.saturating_add(1), ..batch }))
            }
            Ok(Claimed::Before(sent)) => {
                // As it was before it would have been its own.
                let problem = FileProblem::from(sent);
                let unclaimed = UploadBatch { is_claimed: false, ..batch };
                self.end(unclaimed.refused(&problem, None)?).await.map(|()| None)
            }
            Err(error) if error.is_stale() => Err(UploadsError::Busy),
            Err(error) => Err(error.into()),
        }
    }

    async fn recorded(
        &self,
        known: &Known,
        sifted: &Sifted<'_>,
        batch: UploadBatch,
    ) -> Result<(), UploadsError> {
        record(&self.store, known, &sifted.kept, &batch).await?;
        let at = batch.apply_at.unwrap_or(batch.at);
        self.end(batch.applied(at)?).await
    }

    /// Saves that the file is being checked; none: it was checked before, or is not wanted any more.
    async fn checking(
        &self,
        batch: UploadBatch,
        version: Option<String>,
    ) -> Result<Option<UploadBatch>, UploadsError> {
        let is_new = batch.state == BatchState::Received;
        match batch.check(version) {
            Err(CannotGoOn::NotThere(_)) => Ok(None),
            Err(other) => Err(other.into()),
            Ok(batch) if is_new => self.move_on(batch).await,
            Ok(batch) => Ok(Some(batch)),
        }
    }

    /// Saves a batch at its end and answers it.
    async fn end(&self, batch: UploadBatch) -> Result<(), UploadsError> {
        match self.move_on(batch).await? {
            Some(batch) => {
                note(&batch);
                self.answer(&batch).await
            }
            None => Err(UploadsError::Busy),
        }
    }

    /// Saves a batch; none: somebody else did meanwhile.
    async fn move_on(&self, batch: UploadBatch) -> Result<Option<UploadBatch>, UploadsError> {
        match self.save(batch).await {
            Ok(batch) => Ok(Some(batch)),
            Err(UploadsError::Store(error)) if error.is_stale() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Logs what became of a batch: no names, no rows.
fn note(batch: &UploadBatch) {
    let counts = batch.checkup.as_ref().map(|checkup| checkup.counts).unwrap_or_default();
    let refused = i64::try_from(counts.rejected).unwrap_or(i64::MAX);
    match batch.state {
        BatchState::Applied | BatchState::PartlyApplied => {
            metrics::write(&[(Metric::FilesTaken, 1), (Metric::RowsRefused, refused)], &[]);
        }
        BatchState::Rejected => metrics::count(Metric::FilesRefused),
        BatchState::Received
        | BatchState::Checking
        | BatchState::Validated
        | BatchState::Applying
        | BatchState::Abandoned
        | BatchState::Duplicate => {}
    }
    tracing::info!(
        provider_ref = batch.provider_ref.as_str(),
        batch_id = batch.batch_id.as_str(),
        state = batch.state.words(),
        rows_read = counts.read,
        rows_rejected = counts.rejected,
        "a file of actuals"
    );
}

/// What checking a file came to.
#[derive(Debug)]
enum Looked<'k> {
    /// It may be applied.
    At(Box<Sifted<'k>>, Checkup),
    /// It is refused as a whole.
    Refused(FileProblem, Option<Checkup>),
}
