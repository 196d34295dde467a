//! The second record of an answer, and whether what was written for ever is still so.

use chrono::{DateTime, Utc};
use domain::contract_document::{Answer, Outcome};
use domain::ids::{DocumentRef, ProviderRef};
use files::{FilesError, Place, Put, to_json};
use store::Unkept;

use crate::{Agreements, AgreementsError};

/// More than any record of an answer has.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How many second records are looked after at a time.
const PAGE: usize = 100;

/// An answer and whether it can be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// To which version.
    pub n: u32,
    /// What.
    pub outcome: Outcome,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Of the file that was answered.
    pub sha256: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether both records of it, the version and the file agree.
    pub intact: bool,
}

impl Agreements {
    /// Writes the second record of an answer, if it is not there, and reads it back.
    pub(crate) async fn keep_answer(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
        n: u32,
    ) -> Result<(), AgreementsError> {
        let answers = self.store.document_answers(provider, document).await?;
        let Some(answer) = answers.get(&n) else { return Ok(()) };
        let place = Place::document_answer(document, n);
        if self.objects.put_if_absent(&place, to_json(answer)?).await? == Put::AlreadyThere
            && !self.is_there(&place, answer).await?
        {
            return Err(AgreementsError::Body(place.name));
        }
        let (provider_ref, document_ref) = (provider.clone(), document.clone());
        Ok(self.store.answer_is_kept(&Unkept { provider_ref, document_ref, n }).await?)
    }

    /// Whether `place` holds the same answer.
    async fn is_there(&self, place: &Place, answer: &Answer) -> Result<bool, AgreementsError> {
        let object = match self.objects.get(place, ANSWER_BYTES_MAX).await {
            Err(FilesError::TooLarge { .. }) => None,
            other => other?,
        };
        Ok(object.and_then(|it| it.json::<Answer>().ok()).as_ref() == Some(answer))
    }

    /// Writes the second records that a cut-off left out. One that is something else is reported each time.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::Body`] if one is something else; otherwise if table or bucket do not answer.
    pub async fn keep_all(&self) -> Result<(), AgreementsError> {
        let (mut outcome, mut after) = (Ok(()), None);
        loop {
            let (some, next) = self.store.unkept_answers(PAGE, after).await?;
            for Unkept { provider_ref, document_ref, n } in some {
                outcome = outcome.and(self.keep_answer(&provider_ref, &document_ref, n).await);
            }
            after = next;
            if after.is_none() {
                return outcome;
            }
        }
    }

    /// The answers to all versions of a document, oldest first, each with whether it can be relied on: whether the
    /// table's record and the object say the same, and the file has the content that was answered.
    ///
    /// # Errors
    ///
    /// [`AgreementsError`] if table or bucket do not answer.
    pub async fn record(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<Vec<Kept>, AgreementsError> {
        let versions = self.store.document_versions(provider, document).await?;
        let answers = self.store.document_answers(provider, document).await?;
        let mut record = Vec::new();
        for (n, answer) in answers {
            let version = versions.iter().find(|it| it.n == n);
            let place = Place::contract_document(document, n, &answer.sha256);
            let intact = version.is_some_and(|it| it.file.sha256 == answer.sha256)
                && self.is_there(&Place::document_answer(document, n), &answer).await?
                && self.file_hash(&place).await?.as_ref() == Some(&answer.sha256);
            record.push(Kept {
                n,
                outcome: answer.outcome,
                by: answer.by.name().to_owned(),
                at: answer.at,
                sha256: answer.sha256,
                reason: answer.reason,
                intact,
            });
        }
        Ok(record)
    }
}
