//! A document is answered: by the provider, or by the council in its place.

use domain::clock::Now;
use domain::contract_document::{Answer, CannotAnswer, Document, DocumentVersion, Signer};
use domain::ids::{DocumentRef, ProviderRef};

use crate::tell::news_of_answer;
use crate::{Agreements, AgreementsError, RACES_MAX};

/// What somebody does with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed<'a> {
    /// The provider agrees.
    Agree,
    /// The provider does not, and says why.
    Reject(&'a str),
    /// The council agrees in the provider's place, and says why.
    AgreeManually(&'a str),
}

impl Deed<'_> {
    fn answer(
        self,
        of: &DocumentVersion,
        n: u32,
        by: Signer,
        now: Now,
    ) -> Result<Answer, CannotAnswer> {
        let of = (&of.document_ref, n, of.file.sha256.as_str());
        match self {
            Self::Agree => Ok(Answer::agreed(of, by, now)),
            Self::Reject(reason) => Answer::rejected(of, by, reason, now),
            Self::AgreeManually(reason) => Answer::agreed_manually(of, by, reason, now),
        }
    }
}

impl Agreements {
    /// Whether a document may be answered so, before somebody is asked for their password.
    ///
    /// # Errors
    ///
    /// As [`Agreements::answer`].
    pub async fn may_answer(
        &self,
        provider: &ProviderRef,
        (document, n): (&DocumentRef, u32),
        (deed, by): (Deed<'_>, &Signer),
        now: Now,
    ) -> Result<(), AgreementsError> {
        let head = self.head(provider, document).await?;
        let answer = deed.answer(&head.latest, n, by.clone(), now)?;
        match head.answered(answer.clone()) {
            Err(_) if self.is_answered_so(provider, &answer).await? => Ok(()),
            other => Ok(other.map(drop)?),
        }
    }

    /// Somebody answers version `n` of a document. Of two at once one wins, and the other is told who, what and
    /// when; the same person's same answer again is the one that counts already.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::NotFound`]; [`CannotAnswer`] if it is answered or superseded, or a reason is missing.
    pub async fn answer(
        &self,
        provider: &ProviderRef,
        (document, n): (&DocumentRef, u32),
        (deed, by): (Deed<'_>, &Signer),
        now: Now,
    ) -> Result<Document, AgreementsError> {
        for _ in 0..RACES_MAX {
            let head = self.head(provider, document).await?;
            let answer = deed.answer(&head.latest, n, by.clone(), now)?;
            match Box::pin(self.give(&head, answer)).await {
                Err(AgreementsError::Store(error)) if error.is_stale() => {}
                given => return given,
            }
        }
        Err(AgreementsError::Busy)
    }

    /// Gives an answer to a head as it was read.
    pub(crate) async fn give(
        &self,
        head: &Document,
        answer: Answer,
    ) -> Result<Document, AgreementsError> {
        let provider = &head.latest.provider_ref;
        let after = match head.clone().answered(answer.clone()) {
            Ok(after) => after,
            Err(why) => {
                // Our own answer to a first try may have been lost, and its second record may be missing.
                if !self.is_answered_so(provider, &answer).await? {
                    return Err(why.into());
                }
                self.keep_answer(provider, &answer.document_ref, answer.n).await?;
                return Ok(head.clone());
            }
        };
        self.store.answer_document(head, &after, news_of_answer(&after)).await?;
        self.keep_answer(provider, &answer.document_ref, answer.n).await?;
        let saved = after.version.saturating_add(1);
        Ok(Document { version: saved, ..after })
    }

    async fn is_answered_so(
        &self,
        provider: &ProviderRef,
        answer: &Answer,
    ) -> Result<bool, AgreementsError> {
        let answers = self.store.document_answers(provider, &answer.document_ref).await?;
        Ok(answers.get(&answer.n).is_some_and(|there| there.is_same(answer)))
    }

    pub(crate) async fn head(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<Document, AgreementsError> {
        self.store.document(provider, document).await?.ok_or(AgreementsError::NotFound)
    }
}
