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
use statements::{Announced, DueContract, Settled, Statements, StatementsError};
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
    /// Which entry of the audit says what is about to be done to it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
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

    /// Records what is about to be done and sends a message for each contract that has something due by `now`.
    ///
    /// # Errors
    ///
    /// [`FinaliseError`]; some messages may have been sent. The next run sends those that are still due.
    pub async fn find(&self, now: Now) -> Result<(), FinaliseError> {
        let due = self.statements.announce_due(now).await?.into_iter();
        let message = |Announced { contract, entry }| Due { contract, now: now.instant, entry };
        let due: Vec<_> = due.map(message).collect();
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
        let Due { contract, now, entry } = due;
        let settled = self.statements.settle_announced(&contract, entry, Now::at(now)).await?;
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

#[cfg(test)]
mod tests {
    use cloud::metrics::{Kept, Metric};
    use files::Objects;
    use serde_json::Value;
    use store::Store;
    use testing::Council;

    use super::*;

    async fn lake_house() -> Finalise {
        let store = Store::in_memory();
        Council::lake_house().save(&store).await;
        Finalise {
            statements: Statements::with(store, Objects::in_memory(), "https://portal.example"),
            payments: Queue::in_memory(),
            mail: Queue::in_memory(),
        }
    }

    async fn answer(finalise: &Finalise, sample: &str) -> Value {
        let settle = async |due| Box::pin(finalise.settle(due)).await;
        let find = async |now| Box::pin(finalise.find(now)).await;
        let sample = serde_json::from_str(sample).unwrap();
        triggers::answer(sample, &settle, &find).await.unwrap()
    }

    #[tokio::test]
    async fn the_time_finds_a_message_for_each_contract_that_has_something_due() {
        let finalise = lake_house().await;
        answer(&finalise, include_str!("../../../events/finalise.json")).await;
        let messages = finalise.payments.take();
        let contracts: Vec<_> = messages.iter().map(|it| it["contract_ref"].clone()).collect();
        assert_eq!(contracts, ["C3001", "C3002"]);
        let due: Due = serde_json::from_value(messages[0].clone()).unwrap();
        assert_eq!(due.now.to_rfc3339(), "2026-04-30T05:00:00+00:00", "the event's, not a clock's");
    }

    #[tokio::test]
    async fn the_sample_message_settles_its_contract() {
        let finalise = lake_house().await;
        let sample = include_str!("../../../events/finalise-queue.json");
        let done = answer(&finalise, sample).await;
        assert_eq!(done["batchItemFailures"], Value::Array(Vec::new()));
        let now = Now::at("2026-04-30T05:00:00Z".parse().unwrap());
        let due = finalise.statements.due(now).await.unwrap();
        let left: Vec<_> = due.iter().map(|due| due.contract_ref.as_str()).collect();
        assert_eq!(left, ["C3002"]);
    }

    #[tokio::test]
    async fn what_is_finalised_is_counted_in_statements_and_pence_once() {
        let finalise = lake_house().await;
        let sample = include_str!("../../../events/finalise-queue.json");
        let kept = Kept::begin();
        answer(&finalise, sample).await;
        let counted = [Metric::StatementsFinalised, Metric::PencePaid].map(|it| kept.sum(it));
        assert!(counted[0] > 0 && counted[1] > 0, "{counted:?}");
        answer(&finalise, sample).await;
        let again = [Metric::StatementsFinalised, Metric::PencePaid].map(|it| kept.sum(it));
        assert_eq!(again, counted);
        for personal in ["P1001", "C3001", "A272433", "Lake"] {
            assert!(!format!("{:?}", kept.lines()).contains(personal), "{personal}");
        }
    }

    #[tokio::test]
    async fn a_message_about_no_contract_comes_again_and_ends_in_the_dead_letter_queue() {
        let finalise = lake_house().await;
        let sample = include_str!("../../../events/finalise-queue.json").replace("P1001", "P1002");
        let failed = answer(&finalise, &sample).await;
        assert_eq!(failed["batchItemFailures"].as_array().unwrap().len(), 1);
    }
}
