//! What people are told of documents. No client is named: the page lists them.

use chrono::{DateTime, Utc};
use domain::clock::{Now, london_date};
use domain::contract_document::{Document, Outcome};
use domain::ids::ProviderRef;
use domain::notice::{Happening, Subscription};
use domain::permission::Permission;
use domain::settings::DocumentThen;
use messages::templates;
use notices::{Notice, Notices};
use store::Action;

use crate::{Agreements, AgreementsError};

/// What the daily email counts of a new version.
pub(crate) fn news_of_version(document: &Document) -> Vec<Action> {
    news(document, Happening::DocumentPublished, document.latest.published_at)
}

/// What the daily email counts of an answer.
pub(crate) fn news_of_answer(document: &Document) -> Vec<Action> {
    let Some(answer) = &document.answer else { return Vec::new() };
    let happening = match answer.outcome {
        Outcome::Agreed | Outcome::AgreedManually => Happening::DocumentAgreed,
        Outcome::Rejected => Happening::DocumentRejected,
    };
    news(document, happening, answer.at)
}

fn news(document: &Document, happening: Happening, at: DateTime<Utc>) -> Vec<Action> {
    let latest = &document.latest;
    let id = format!("{}.{}", latest.document_ref, latest.n);
    Notices::news(&latest.provider_ref, happening, &id, Now::at(at)).actions()
}

impl Agreements {
    /// Writes to those who may answer that there are documents: once a day, for the first of them.
    pub(crate) async fn tell_of_publication(
        &self,
        document: &Document,
    ) -> Result<(), AgreementsError> {
        let (latest, day) = (&document.latest, london_date(document.latest.published_at));
        if !document.is_open() {
            return Ok(());
        }
        let day = day.to_string();
        let event = ["documents-published", latest.provider_ref.as_str(), day.as_str()];
        let name = self.provider_name(&latest.provider_ref).await?;
        let now = Now::at(latest.published_at);
        self.tell(&latest.provider_ref, &event, now, |head| {
            templates::documents_published(head, &name, latest.answer_by)
        })
        .await
    }

    /// Writes to those who may answer that so many documents are to be answered soon.
    pub(crate) async fn tell_of_deadline(
        &self,
        provider: &ProviderRef,
        answer_by: DateTime<Utc>,
        count: u32,
        now: Now,
    ) -> Result<(), AgreementsError> {
        let then = self.store.settings().await?.document_then == DocumentThen::Agree;
        let by = answer_by.to_rfc3339();
        let event = ["documents-reminder", provider.as_str(), by.as_str()];
        let name = self.provider_name(provider).await?;
        self.tell(provider, &event, now, |head| {
            templates::documents_reminder(head, &name, (count, answer_by), then)
        })
        .await
    }

    async fn provider_name(&self, provider: &ProviderRef) -> Result<String, AgreementsError> {
        let there = self.store.provider(provider).await?;
        Ok(there.map_or_else(|| provider.to_string(), |it| it.name))
    }

    async fn tell(
        &self,
        provider: &ProviderRef,
        event: &[&str],
        now: Now,
        letter: impl FnOnce(&messages::Letterhead<'_>) -> messages::Letter,
    ) -> Result<(), AgreementsError> {
        let what = Subscription::ImmediateContractDocuments;
        let notice = Notice { provider, may: Permission::Sign, what, event, but: None };
        let telling = self.notices.at_once(&notice, now, letter).await?;
        let written = telling.to_send();
        self.store.add_telling(telling).await?;
        self.notices.tell(&written).await;
        Ok(())
    }
}
