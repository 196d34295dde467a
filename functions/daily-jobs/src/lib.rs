//! What must be looked at again and again: rows that wait for something not yet known, statements that are open,
//! and emails that were not sent.
//!
//! It is told the time every fifteen minutes and does what is due by then. The parts do not depend on each
//! other: one that fails is reported in the end, and the others are done.

use chrono::TimeDelta;
use cloud::{Cloud, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use imports::{Imports, ImportsError};
use messages::{MessagesError, Queue};
use statements::{Statements, StatementsError};
use store::{MailMessage, OutboxId, Store, StoreError};
use thiserror::Error;

/// After so long an email that is still not sent is taken for forgotten. Its message usually comes in a second.
const FORGOTTEN_AFTER_MINUTES: i64 = 5;

/// How many pending emails are read at a time.
const PENDING_PAGE: usize = 200;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct DailyJobs {
    /// Where the outbox is.
    pub store: Store,
    /// Whose open statements are looked after.
    pub statements: Statements,
    /// Whose rows are tried again.
    pub imports: Imports,
    /// Where emails wait to be sent.
    pub mail: Queue,
}

/// Why a part was not done. The next run does it.
#[derive(Debug, Error)]
pub enum DailyJobsError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The statements.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// The council's files.
    #[error(transparent)]
    Imports(#[from] ImportsError),
    /// The queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
}

impl Failure for DailyJobsError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Statements(error) => error.kind(),
            Self::Imports(error) => error.kind(),
            Self::Messages(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Statements(error) => error.code(),
            Self::Imports(error) => error.code(),
            Self::Messages(error) => error.code(),
        }
    }
}

impl DailyJobs {
    /// With the portal's table, buckets and queues. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            statements: Statements::open(cloud),
            imports: Imports::open(cloud),
            mail: Queue::mail(cloud),
        }
    }

    /// Does everything that is due by `now`.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every part was tried.
    pub async fn run(&self, now: Now) -> Result<(), DailyJobsError> {
        let parts = [
            ("rows", self.retry_rows(now).await),
            ("statements", self.watch_statements(now).await),
            ("emails", self.sweep_outbox(now).await),
        ];
        let mut outcome = Ok(());
        for (part, done) in parts {
            if let Err(error) = done {
                not_done(part, &error);
                outcome = Err(error);
            }
        }
        outcome
    }

    /// Tries the rows again that wait for something not yet known.
    async fn retry_rows(&self, now: Now) -> Result<(), DailyJobsError> {
        let retried = self.imports.retry_pending(now).await?;
        let (applied, rejected) = (retried.applied, retried.rejected);
        tracing::info!(applied, rejected, waiting = retried.waiting, "tried rows again");
        Ok(())
    }

    /// Tells providers of open statements that changed after their response, and of deadlines that come near.
    async fn watch_statements(&self, now: Now) -> Result<(), DailyJobsError> {
        let mut outcome = Ok(());
        for contract in self.statements.watched(now).await? {
            match self.statements.watch(&contract, now).await {
                Ok(emails) => self.tell(emails).await?,
                Err(error) => {
                    not_done(contract.contract_ref.as_str(), &error);
                    outcome = Err(error.into());
                }
            }
        }
        outcome
    }

    /// Tells the mail queue again of emails that were written and never sent.
    async fn sweep_outbox(&self, now: Now) -> Result<(), DailyJobsError> {
        let forgotten = TimeDelta::minutes(FORGOTTEN_AFTER_MINUTES);
        let mut after = None;
        loop {
            let (pending, next) = self.store.pending_emails(PENDING_PAGE, after).await?;
            let old = pending.into_iter().filter(|(_, created_at)| {
                now.instant.signed_duration_since(created_at) >= forgotten
            });
            self.tell(old.map(|(outbox_id, _)| outbox_id).collect()).await?;
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }

    async fn tell(&self, emails: Vec<OutboxId>) -> Result<(), DailyJobsError> {
        let messages: Vec<_> =
            emails.into_iter().map(|outbox_id| MailMessage { outbox_id }).collect();
        Ok(self.mail.send_all(&messages).await?)
    }
}

fn not_done(what: &str, error: &impl Failure) {
    tracing::error!(what, code = error.code(), reason = error.to_string(), "not done");
}
