//! Locks and finalises the statements that are due.
//!
//! Told the time, it finds the contracts that have something due and sends one message for each. Given such a
//! message, it settles that contract, period after period. A message says what time it is, so that it means the
//! same however late it comes; settling twice settles once.

use chrono::{DateTime, Utc};
use cloud::{Cloud, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use messages::{MessagesError, Queue};
use serde::{Deserialize, Serialize};
use statements::{DueContract, Settled, Statements, StatementsError};
use store::{MailMessage, OutboxId};
use thiserror::Error;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Finalise {
    /// Whose statements are settled.
    pub statements: Statements,
    /// Where contracts wait that have something due.
    pub payments: Queue,
    /// Where emails wait to be sent.
    pub mail: Queue,
}

/// A contract that has something due: what the payments queue is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Which contract.
    #[serde(flatten)]
    pub contract: DueContract,
    /// The time of the job that found it.
    pub now: DateTime<Utc>,
}

/// Why nothing, or not everything, was settled. What was settled stays so.
#[derive(Debug, Error)]
pub enum FinaliseError {
    /// The statements.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// The queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
}

impl Failure for FinaliseError {
    fn kind(&self) -> Kind {
        match self {
            Self::Statements(error) => error.kind(),
            Self::Messages(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Statements(error) => error.code(),
            Self::Messages(error) => error.code(),
        }
    }
}

impl Finalise {
    /// With the portal's table, buckets and queues. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            statements: Statements::open(cloud),
            payments: Queue::payments(cloud),
            mail: Queue::mail(cloud),
        }
    }

    /// Sends a message for each contract that has something due by `now`.
    ///
    /// # Errors
    ///
    /// [`FinaliseError`]; some messages may have been sent. The next run sends those that are still due.
    pub async fn find(&self, now: Now) -> Result<(), FinaliseError> {
        let due = self.statements.due(now).await?;
        let due: Vec<_> =
            due.into_iter().map(|contract| Due { contract, now: now.instant }).collect();
        self.payments.send_all(&due).await?;
        tracing::info!(contracts = due.len(), now = now.instant.to_rfc3339(), "found what is due");
        Ok(())
    }

    /// Settles everything of one contract that is due by the time of the message.
    ///
    /// # Errors
    ///
    /// [`FinaliseError`]; the same message may come again.
    pub async fn settle(&self, due: Due) -> Result<(), FinaliseError> {
        let Due { contract, now } = due;
        let settled = self.statements.settle(&contract, Now::at(now)).await?;
        note(&contract, &settled);
        self.tell(settled.emails).await;
        Ok(())
    }

    /// Tells the mail queue. If it does not answer, the contract is settled all the same: the emails are in the
    /// outbox, and the sweep of `daily-jobs` tells the queue again.
    async fn tell(&self, emails: Vec<OutboxId>) {
        let emails: Vec<_> =
            emails.into_iter().map(|outbox_id| MailMessage { outbox_id }).collect();
        if let Err(error) = self.mail.send_all(&emails).await {
            tracing::warn!(code = error.code(), "the mail queue was not told, the sweep will");
        }
    }
}

fn note(contract: &DueContract, settled: &Settled) {
    let contract_ref = contract.contract_ref.as_str();
    let (locked, finalised) = (settled.locked.len(), settled.finalised.len());
    tracing::info!(contract_ref, locked, finalised, "settled");
}
