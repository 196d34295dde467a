//! What providers ask the council to change about their contacts.
//!
//! A request has its record beside the provider's other records, a mark that something is asked about the same
//! contact until it is answered, and a copy in the council's queue.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::change_request::ChangeRequest;
use domain::ids::{ChangeRequestRef, ContactRef, ProviderRef};
use domain::sign_in::EmailAddress;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};
use crate::{Batch, OutboxId, Row, Store};

/// More requests than a provider ever makes.
const REQUESTS_MAX: usize = 10_000;
/// More requests than can wait at once.
const PENDING_MAX: usize = 10_000;

/// A request in the council's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedRequest {
    /// The request as it was put there.
    pub request: ChangeRequest,
    /// Whose it is, as the council calls it.
    pub provider_name: String,
}

/// That something must still follow from an accepted request: the contact's access, and the email that tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterRequest {
    /// Whose request.
    pub provider_ref: ProviderRef,
    /// Which.
    pub request_ref: ChangeRequestRef,
    /// Whose access must be made what the contact's record says; none: nobody's.
    pub contact_ref: Option<ContactRef>,
    /// What the contact signed in with before, if it was something else.
    pub email_before: Option<EmailAddress>,
    /// The email that tells whoever asked.
    pub told: Option<OutboxId>,
}

/// What a mark says.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    request_ref: ChangeRequestRef,
}

impl Store {
    /// A request of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn change_request(
        &self,
        provider: &ProviderRef,
        request: &ChangeRequestRef,
    ) -> Result<Option<ChangeRequest>, StoreError> {
        self.table.get(&Key::change_request(provider, request)).await
    }

    /// All requests of a provider, the last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn change_requests(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<ChangeRequest>, StoreError> {
        let rows = self.table.query_all(Query::change_requests(provider), REQUESTS_MAX).await?;
        let requests = rows.into_iter().map(Row::read);
        let mut requests = requests.collect::<Result<Vec<ChangeRequest>, _>>()?;
        requests.sort_by(|one, other| {
            let key = |it: &ChangeRequest| (it.submitted_at, it.request_ref.clone());
            key(other).cmp(&key(one))
        });
        Ok(requests)
    }

    /// The request that waits about the same as `request`, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn change_request_about(
        &self,
        provider: &ProviderRef,
        about: &str,
    ) -> Result<Option<ChangeRequest>, StoreError> {
        let mark: Option<Mark> = self.table.get(&Key::change_about(provider, about)).await?;
        match mark {
            Some(mark) => self.change_request(provider, &mark.request_ref).await,
            None => Ok(None),
        }
    }

    /// Writes a new request, if there is neither the same nor another about the same contact.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if there is; otherwise if the table cannot be written.
    pub async fn submit_change_request(&self, queued: &QueuedRequest) -> Result<(), StoreError> {
        let request = &queued.request;
        let mark = Mark { request_ref: request.request_ref.clone() };
        let key = Key::change_request(&request.provider_ref, &request.request_ref);
        let about = Key::change_about(&request.provider_ref, &request.asked.about());
        self.table
            .write(vec![
                Action::put(key, request).if_version(0).if_absent(),
                Action::put(about, &mark).if_absent(),
                Action::put(pending(request), queued),
            ])
            .await
    }

    /// Adds what writes an answered request to `batch`, if it is as it was read. `after`: what must follow.
    pub fn answer_change_request(
        batch: &mut Batch,
        answered: &QueuedRequest,
        after: Option<&AfterRequest>,
    ) {
        let request = &answered.request;
        let key = Key::change_request(&request.provider_ref, &request.request_ref);
        batch.add(Action::put(key, request).if_version(request.version));
        batch.delete(Key::change_about(&request.provider_ref, &request.asked.about()));
        batch.delete(pending(request));
        batch.put(decided(request), answered);
        if let Some(after) = after {
            batch.put(Key::after_request(&after.provider_ref, &after.request_ref), after);
        }
    }

    /// The requests that wait for the council, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn pending_change_requests(&self) -> Result<Vec<QueuedRequest>, StoreError> {
        let rows = self.table.query_all(Query::pending_requests(), PENDING_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// At most `limit` change requests after `after`: those that wait, the oldest first, then those that were answered
    /// `since` then, or ever, the last first; and from where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn queued_change_requests(
        &self,
        since: Option<DateTime<Utc>>,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<QueuedRequest>, Option<Cursor>), StoreError> {
        let decided = since.map_or_else(Query::decided_requests, Query::decided_requests_since);
        let parts = vec![vec![Query::pending_requests()], vec![decided.descending()]];
        self.table.chained(&Chain { parts }, |_: &QueuedRequest| true, limit, after).await
    }

    /// What must still follow from an accepted request; none: nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn after_change_request(
        &self,
        provider: &ProviderRef,
        request: &ChangeRequestRef,
    ) -> Result<Option<AfterRequest>, StoreError> {
        self.table.get(&Key::after_request(provider, request)).await
    }

    /// Everything that must still follow from answered requests.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn after_change_requests(&self) -> Result<Vec<AfterRequest>, StoreError> {
        let rows = self.table.query_all(Query::after_requests(), PENDING_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Notes that everything followed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn followed_change_request(&self, after: &AfterRequest) -> Result<(), StoreError> {
        let key = Key::after_request(&after.provider_ref, &after.request_ref);
        self.table.write(vec![Action::delete(key)]).await
    }
}

fn pending(request: &ChangeRequest) -> Key {
    let at = sortable(request.submitted_at);
    Key::pending_request(&at, &request.provider_ref, &request.request_ref)
}

fn decided(request: &ChangeRequest) -> Key {
    let at = sortable(request.updated_at());
    Key::decided_request(&at, &request.provider_ref, &request.request_ref)
}

/// Of one length, so that later sorts after earlier.
fn sortable(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
