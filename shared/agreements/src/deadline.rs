//! What the council's job does about documents that nobody answers.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use domain::audit::{By, Note, Outcome};
use domain::clock::Now;
use domain::contract_document::{Answer, Document, REMIND_DAYS_BEFORE, is_overdue};
use domain::ids::ProviderRef;
use domain::settings::DocumentThen;
use store::{DocumentList, ListedDocument};

use crate::{Agreements, AgreementsError};

/// How many documents are looked at at a time.
const PAGE: usize = 100;

impl Agreements {
    /// Reminds providers of what they have to answer in two days: one email a provider and deadline, however often
    /// the job runs.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every provider was tried.
    pub async fn remind(&self, now: Now) -> Result<(), AgreementsError> {
        let near = now.instant.checked_add_days(Days::new(REMIND_DAYS_BEFORE));
        let list = DocumentList::WaitingTo(near.unwrap_or(now.instant));
        let mut due: BTreeMap<_, Vec<ListedDocument>> = BTreeMap::new();
        let mut after = None;
        loop {
            let (listed, next) = self.store.documents_listed(list, PAGE, after).await?;
            for it in listed.into_iter().filter(|it| !it.reminded && it.answer_by > now.instant) {
                due.entry((it.answer_by, it.provider_ref.clone())).or_default().push(it);
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        let mut outcome = Ok(());
        for ((answer_by, provider), listed) in due {
            if let Err(error) = self.remind_of(&provider, answer_by, &listed, now).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    async fn remind_of(
        &self,
        provider: &ProviderRef,
        answer_by: DateTime<Utc>,
        listed: &[ListedDocument],
        now: Now,
    ) -> Result<(), AgreementsError> {
        let heads = self.heads_of(listed).await?;
        let open: Vec<_> = heads.iter().filter(|head| head.is_open()).collect();
        let count = u32::try_from(open.len()).unwrap_or(u32::MAX);
        if count > 0 {
            self.tell_of_deadline(provider, answer_by, count, now).await?;
        }
        for head in open {
            self.store.document_reminded(head).await?;
        }
        Ok(())
    }

    /// Agrees what was not answered by its deadline, in the provider's place, if the council wants that. Done again
    /// and again, each is agreed once; what somebody answers meanwhile is left to them. Gives how many.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every document was tried.
    pub async fn agree_overdue(&self, now: Now) -> Result<u32, AgreementsError> {
        if self.store.settings().await?.document_then != DocumentThen::Agree {
            return Ok(0);
        }
        let until = now.instant.checked_sub_signed(TimeDelta::minutes(1)).unwrap_or(now.instant);
        let (mut outcome, mut agreed, mut after) = (Ok(()), 0_u32, None);
        loop {
            let list = DocumentList::WaitingTo(until);
            let (listed, next) = self.store.documents_listed(list, PAGE, after).await?;
            for head in self.heads_of(&listed).await? {
                match Box::pin(self.agree_after_deadline(&head, now)).await {
                    Ok(true) => agreed = agreed.saturating_add(1),
                    Ok(false) => {}
                    Err(error) => outcome = Err(error),
                }
            }
            after = next;
            if after.is_none() {
                return outcome.map(|()| agreed);
            }
        }
    }

    /// Whether it was agreed now.
    async fn agree_after_deadline(
        &self,
        head: &Document,
        now: Now,
    ) -> Result<bool, AgreementsError> {
        let latest = &head.latest;
        if !head.is_open() || !is_overdue(latest.answer_by, now.instant) {
            return Ok(false);
        }
        let of = (&latest.document_ref, latest.n, latest.file.sha256.as_str());
        match self.give(head, Answer::agreed_after(of, latest.answer_by, now)).await {
            // Somebody answered it, or published another version, while it was looked at.
            Err(AgreementsError::Store(error)) if error.is_stale() => Ok(false),
            Err(error) => Err(error),
            Ok(_) => self.audited(head, now).await.map(|()| true),
        }
    }

    /// Records that a document was agreed in a provider's place.
    async fn audited(&self, head: &Document, now: Now) -> Result<(), AgreementsError> {
        let latest = &head.latest;
        let by = By::job("daily-jobs", Some("documents"));
        let note = Note::new(now.instant, by, "contract document agreed", Outcome::Done)
            .of_provider(&head.latest.provider_ref)
            .about("document_ref", &latest.document_ref)
            .about("version", &latest.n);
        Ok(self.store.append_audit(note, None).await.map(drop)?)
    }
}
