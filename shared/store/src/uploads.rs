//! Files of actuals on their way, and which were applied before.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::actuals::FileProblem;
use domain::clock::london_date;
use domain::ids::{BatchId, ProviderRef};
use domain::upload::{BatchState, UploadBatch};
use domain::webhook::{Event, EventKind};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};
use crate::{Store, table};

/// How many different references one file may have, that all can be claimed together with its content.
pub const FILE_REFERENCES_MAX: usize = table::ACTIONS_MAX - 2;

/// By which batch, and when, a file was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Which batch.
    pub batch_id: BatchId,
    /// On which day in London.
    pub date: NaiveDate,
}

/// Whether a batch may be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It may, and nobody else may record the same file.
    Ours,
    /// The same content, or a file of the same reference, was applied before.
    Before(Sent),
}

impl From<Sent> for FileProblem {
    fn from(Sent { batch_id, date }: Sent) -> Self {
        Self::AlreadyUploaded { batch: batch_id.to_string(), date }
    }
}

impl Store {
    /// A batch of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn upload(
        &self,
        provider: &ProviderRef,
        batch: &BatchId,
    ) -> Result<Option<UploadBatch>, StoreError> {
        self.table.get(&Key::upload(provider, batch)).await
    }

    /// Some of the batches of a provider, newest first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn uploads(
        &self,
        provider: &ProviderRef,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<UploadBatch>, Option<Cursor>), StoreError> {
        let query = Query::uploads(provider).descending().limit(limit).after(after);
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Saves a batch if nobody has since it was read; a new one if there is none of its name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_upload(&self, batch: &UploadBatch) -> Result<(), StoreError> {
        let mut actions = vec![upload_action(batch)];
        if batch.state.is_final() && batch.state != BatchState::Abandoned {
            actions.push(Self::happened(&Event {
                provider_ref: batch.provider_ref.clone(),
                kind: EventKind::FileProcessed,
                subject: batch.batch_id.to_string(),
            }));
        }
        self.table.write(actions).await
    }

    /// Which batch applied a file with this content, or one that calls itself the same, before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn sent_before(
        &self,
        provider: &ProviderRef,
        sha256: &str,
        references: &BTreeSet<String>,
    ) -> Result<Option<Sent>, StoreError> {
        for key in sent_keys(provider, sha256, references) {
            if let Some(sent) = self.table.get(&key).await? {
                return Ok(Some(sent));
            }
        }
        Ok(None)
    }

    /// Saves a batch that is now being recorded, and that its content and references are its own: all or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved the batch since it was read; [`StoreError::TooManyActions`] if it
    /// has more than [`FILE_REFERENCES_MAX`] references; [`StoreError::Missing`] if it was not checked.
    pub async fn claim_upload(&self, batch: &UploadBatch) -> Result<Claimed, StoreError> {
        let checkup = batch.checkup.as_ref().ok_or(StoreError::Missing("checked file"))?;
        let provider = &batch.provider_ref;
        let keys = sent_keys(provider, &checkup.sha256, &checkup.file_references);
        let date = london_date(batch.apply_at.unwrap_or(batch.at));
        let sent = Sent { batch_id: batch.batch_id.clone(), date };
        let mut actions = vec![upload_action(batch)];
        actions.extend(keys.map(|key| Action::put(key, &sent).if_absent()));
        match self.table.write(actions).await {
            Ok(()) => Ok(Claimed::Ours),
            Err(StoreError::Stale { action }) if action > 0 => {
                let references = &checkup.file_references;
                let before = self.sent_before(provider, &checkup.sha256, references).await?;
                before.map(Claimed::Before).ok_or(StoreError::Stale { action })
            }
            Err(error) => Err(error),
        }
    }
}

fn upload_action(batch: &UploadBatch) -> Action {
    let key = Key::upload(&batch.provider_ref, &batch.batch_id);
    Action::put(key, batch).if_version(batch.version)
}

fn sent_keys<'a>(
    provider: &'a ProviderRef,
    sha256: &str,
    references: &'a BTreeSet<String>,
) -> impl Iterator<Item = Key> + use<'a> {
    let digest = Key::sent_digest(provider, sha256);
    let references = references.iter().map(|it| Key::sent_reference(provider, it));
    std::iter::once(digest).chain(references)
}

#[cfg(test)]
mod tests {
    use domain::money::Money;
    use domain::upload::{Arrival, Checkup, RowCounts, Way};

    use super::*;

    fn provider() -> ProviderRef {
        "P1001".parse().unwrap()
    }

    fn batch(second: u32) -> UploadBatch {
        let at = format!("2026-11-22T23:30:{second:02}Z").parse().unwrap();
        let arrival = Arrival {
            provider_ref: provider(),
            file_name: "november.csv".to_owned(),
            object_name: String::new(),
            object_version: None,
            at,
            by: None,
        };
        UploadBatch::new(BatchId::of(at, b""), Way::Dropped, arrival)
    }

    fn checkup(sha256: &str, references: &[&str]) -> Checkup {
        Checkup {
            counts: RowCounts { read: 1, new: 1, ..RowCounts::default() },
            adds: Money::ZERO,
            sha256: sha256.to_owned(),
            file_references: references.iter().map(|it| (*it).to_owned()).collect(),
            findings_total: 0,
            has_errors_file: false,
        }
    }

    /// A batch that is about to be recorded, saved as it is before that.
    async fn ready(store: &Store, second: u32, checkup: Checkup) -> UploadBatch {
        let batch = batch(second);
        let at = batch.at;
        let asked = batch.check(None).unwrap().validated(checkup.clone(), false).unwrap();
        let asked = asked.apply(None, at).unwrap();
        store.save_upload(&asked).await.unwrap();
        UploadBatch { version: 1, ..asked }.recording(checkup, false).unwrap()
    }

    #[tokio::test]
    async fn batches_are_listed_newest_first_page_by_page() {
        let store = Store::in_memory();
        for second in [5, 1, 9] {
            store.save_upload(&batch(second)).await.unwrap();
        }
        let (first, next) = store.uploads(&provider(), 2, None).await.unwrap();
        let (rest, end) = store.uploads(&provider(), 2, next).await.unwrap();
        let order: Vec<_> = first.iter().chain(&rest).map(|it| it.at).collect();
        assert_eq!(order, [batch(9).at, batch(5).at, batch(1).at]);
        assert_eq!(end, None);
        let others = store.uploads(&"P2".parse().unwrap(), 2, None).await.unwrap();
        assert_eq!(others, (Vec::new(), None));
    }

    #[tokio::test]
    async fn a_batch_begins_once_and_is_saved_only_as_it_was_read() {
        let store = Store::in_memory();
        store.save_upload(&batch(1)).await.unwrap();
        assert!(store.save_upload(&batch(1)).await.unwrap_err().is_stale());
        let read = store.upload(&provider(), &batch(1).batch_id).await.unwrap().unwrap();
        store.save_upload(&read.clone().abandon().unwrap()).await.unwrap();
        let late = store.save_upload(&read.check(None).unwrap()).await;
        assert!(late.unwrap_err().is_stale());
        let now = store.upload(&provider(), &batch(1).batch_id).await.unwrap().unwrap();
        assert_eq!(now.state, BatchState::Abandoned);
    }

    #[tokio::test]
    async fn a_file_is_a_duplicate_by_its_content_or_by_any_of_its_references() {
        let store = Store::in_memory();
        let first = ready(&store, 1, checkup("aa", &["NOV", "DEC"])).await;
        assert_eq!(store.claim_upload(&first).await, Ok(Claimed::Ours));
        for (second, file) in
            [(2, checkup("aa", &[])), (3, checkup("bb", &["DEC"])), (4, checkup("aa", &["JAN"]))]
        {
            let again = ready(&store, second, file.clone()).await;
            let sent =
                Sent { batch_id: first.batch_id.clone(), date: "2026-11-22".parse().unwrap() };
            assert_eq!(store.claim_upload(&again).await, Ok(Claimed::Before(sent.clone())));
            let before = store.sent_before(&provider(), &file.sha256, &file.file_references).await;
            assert_eq!(before, Ok(Some(sent)));
            // Nothing of it was written.
            let left = store.upload(&provider(), &again.batch_id).await.unwrap().unwrap();
            assert_eq!((left.version, left.is_claimed), (1, false));
        }
        let other = ready(&store, 5, checkup("cc", &["JAN"])).await;
        assert_eq!(store.claim_upload(&other).await, Ok(Claimed::Ours));
    }

    #[tokio::test]
    async fn another_provider_may_send_the_same() {
        let store = Store::in_memory();
        let first = ready(&store, 1, checkup("aa", &["NOV"])).await;
        store.claim_upload(&first).await.unwrap();
        let none = BTreeSet::new();
        let other = store.sent_before(&"P2".parse().unwrap(), "aa", &none).await;
        assert_eq!(other, Ok(None));
    }

    #[tokio::test]
    async fn a_batch_that_is_claimed_twice_is_told_so_and_not_that_it_is_a_duplicate_of_itself() {
        let store = Store::in_memory();
        let first = ready(&store, 1, checkup("aa", &[])).await;
        assert_eq!(store.claim_upload(&first).await, Ok(Claimed::Ours));
        assert!(store.claim_upload(&first).await.unwrap_err().is_stale());
    }

    #[tokio::test]
    async fn as_many_references_as_a_file_may_have_can_be_claimed() {
        let store = Store::in_memory();
        let references: Vec<String> = (0..FILE_REFERENCES_MAX).map(|it| it.to_string()).collect();
        let references: Vec<&str> = references.iter().map(String::as_str).collect();
        let first = ready(&store, 1, checkup("aa", &references)).await;
        assert_eq!(store.claim_upload(&first).await, Ok(Claimed::Ours));
    }
}
