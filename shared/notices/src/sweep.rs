//! What was written and is not sent.

use chrono::TimeDelta;
use domain::clock::Now;
use store::{LaterEmails, OutboxId};

use crate::{Notices, NoticesError};

/// After so long an email that is still not sent is taken for forgotten. Its message usually comes in a second.
const FORGOTTEN_AFTER_MINUTES: i64 = 5;

/// How many pending emails are read at a time.
const PENDING_PAGE: usize = 200;

/// How many emails to many are read at a time: each may be as large as a record can be.
const LATER_PAGE: usize = 10;

impl Notices {
    /// Writes the emails to many people that are not yet written to each, and tells the mail queue again of all
    /// that were written and never sent.
    ///
    /// # Errors
    ///
    /// [`NoticesError`]; swept again, it goes on.
    pub async fn sweep(&self, now: Now) -> Result<(), NoticesError> {
        loop {
            let (later, next) = self.store.later_emails(LATER_PAGE, None).await?;
            for later in &later {
                self.write_later(later).await?;
            }
            if next.is_none() {
                break;
            }
        }
        let forgotten = TimeDelta::minutes(FORGOTTEN_AFTER_MINUTES);
        let mut after = None;
        loop {
            let (pending, next) = self.store.pending_emails(PENDING_PAGE, after).await?;
            let old = pending.into_iter().filter(|(_, created_at)| {
                now.instant.signed_duration_since(created_at) >= forgotten
            });
            let old: Vec<OutboxId> = old.map(|(outbox_id, _)| outbox_id).collect();
            self.queue(&old).await?;
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }

    /// Writes an email to each of many.
    pub(crate) async fn write_later(&self, later: &LaterEmails) -> Result<(), NoticesError> {
        let mut ids = Vec::new();
        for email in later.emails() {
            ids.push(email.outbox_id.clone());
            self.store.add_to_outbox(email).await?;
        }
        self.store.forget_later_emails(later).await?;
        self.queue(&ids).await
    }
}
