//! The narrow waist to a queue: send a message.
//!
//! A message is only a reminder to look at the table. It may come twice, late or out of order, and a sweep sends
//! it again if it was lost, so nothing depends on its coming once.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use cloud::{Cloud, Fuse, Setting};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::error::MessagesError;

/// How many messages SQS takes in one call.
const BATCH_MAX: usize = 10;

/// How often the messages of a call that SQS did not take are sent again.
const TRIES_MAX: u32 = 3;

/// What we ask.
const DOING: &str = "send a message";

/// A queue. Clones share it.
#[derive(Debug, Clone)]
pub struct Queue {
    engine: Engine,
    fuse: Fuse,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqs(Arc<Sqs>),
    Memory(Arc<Mutex<Vec<Value>>>),
}

/// The client is made when it is first needed.
#[derive(Debug)]
struct Sqs {
    cloud: Cloud,
    url: Setting,
    client: OnceLock<Client>,
}

/// SQS took some messages and not others, and would not say why in an error of its own.
#[derive(Debug, Error)]
#[error("SQS did not take {count} messages: {code}")]
struct NotTaken {
    count: usize,
    code: String,
}

impl Queue {
    /// The queue of contracts that have something due.
    pub fn payments(cloud: &Cloud) -> Self {
        Self::open(cloud, &cloud.payments_queue_url)
    }

    /// The queue of emails to send.
    pub fn mail(cloud: &Cloud) -> Self {
        Self::open(cloud, &cloud.mail_queue_url)
    }

    /// The queue of providers' files of actuals.
    pub fn uploads(cloud: &Cloud) -> Self {
        Self::open(cloud, &cloud.uploads_queue_url)
    }

    /// The queue of reports that somebody waits for.
    pub fn reports(cloud: &Cloud) -> Self {
        Self::open(cloud, &cloud.reports_queue_url)
    }

    /// The queue of messages to providers' software.
    pub fn webhooks(cloud: &Cloud) -> Self {
        Self::open(cloud, &cloud.webhooks_queue_url)
    }

    fn open(cloud: &Cloud, url: &Setting) -> Self {
        let sqs = Sqs { cloud: cloud.clone(), url: url.clone(), client: OnceLock::new() };
        Self { engine: Engine::Sqs(Arc::new(sqs)), fuse: Fuse::default() }
    }

    /// An empty queue in this process, for tests.
    pub fn in_memory() -> Self {
        Self { engine: Engine::Memory(Arc::default()), fuse: Fuse::default() }
    }

    /// The same queue, reached through `fuse`, for tests that cut the power.
    #[must_use]
    pub fn with_fuse(&self, fuse: Fuse) -> Self {
        Self { engine: self.engine.clone(), fuse }
    }

    /// Sends one message, as JSON.
    ///
    /// # Errors
    ///
    /// [`MessagesError::Unavailable`]; it may have been sent.
    pub async fn send<T: Serialize>(&self, message: &T) -> Result<(), MessagesError> {
        self.send_all(std::slice::from_ref(message)).await
    }

    /// Sends messages, as JSON, ten in a call.
    ///
    /// # Errors
    ///
    /// [`MessagesError::Unavailable`]; some may have been sent.
    pub async fn send_all<T: Serialize>(&self, messages: &[T]) -> Result<(), MessagesError> {
        let bodies = messages.iter().map(serde_json::to_value);
        let bodies: Vec<Value> = bodies
            .collect::<Result<_, _>>()
            .map_err(|error| MessagesError::Unwritable(error.to_string()))?;
        for batch in bodies.chunks(BATCH_MAX) {
            let count = batch.len();
            self.fuse.burn(format_args!("before sending {count} messages"))?;
            match &self.engine {
                Engine::Sqs(sqs) => sqs.send(batch).await?,
                Engine::Memory(sent) => {
                    sent.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(batch);
                }
            }
            self.fuse.burn(format_args!("after sending {count} messages"))?;
        }
        Ok(())
    }

    /// Takes what waits in a queue in memory, oldest first, as its function would receive it. What waits in a
    /// real queue is received by its function alone: none.
    pub fn take(&self) -> Vec<Value> {
        match &self.engine {
            Engine::Sqs(_) => Vec::new(),
            Engine::Memory(sent) => {
                std::mem::take(&mut *sent.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl Sqs {
    async fn send(&self, batch: &[Value]) -> Result<(), MessagesError> {
        let mut left: Vec<(String, &Value)> =
            batch.iter().enumerate().map(|(index, body)| (index.to_string(), body)).collect();
        for tried in 1.. {
            let failed = self.send_once(&left).await?;
            left.retain(|(id, _)| failed.iter().any(|(failed, _)| failed == id));
            let Some((_, code)) = failed.into_iter().next() else { break };
            if tried >= TRIES_MAX {
                let not_taken = NotTaken { count: left.len(), code: code.clone() };
                return Err(MessagesError::failed(DOING, Some(&code), not_taken));
            }
        }
        Ok(())
    }

    /// Sends `batch` and returns the ids of those that were not taken, with the reason's code.
    async fn send_once(
        &self,
        batch: &[(String, &Value)],
    ) -> Result<Vec<(String, String)>, MessagesError> {
        let entries = batch.iter().map(|(id, body)| {
            SendMessageBatchRequestEntry::builder().id(id).message_body(body.to_string()).build()
        });
        let entries: Vec<_> = entries
            .collect::<Result<_, _>>()
            .map_err(|error| MessagesError::Unwritable(error.to_string()))?;
        let client = self.client.get_or_init(|| Client::new(&self.cloud.aws));
        let asked = client.send_message_batch().queue_url(self.url.get()?);
        let reply = asked.set_entries(Some(entries)).send().await.map_err(|error| {
            let code = error.code().map(ToOwned::to_owned);
            MessagesError::failed(DOING, code.as_deref(), error)
        })?;
        let failed = reply.failed().iter();
        Ok(failed.map(|entry| (entry.id().to_owned(), entry.code().to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn messages_are_taken_in_the_order_they_were_sent_and_once() {
        let queue = Queue::in_memory();
        queue.send(&json!({"outbox_id": "1"})).await.unwrap();
        queue.send_all(&[json!({"outbox_id": "2"}), json!({"outbox_id": "3"})]).await.unwrap();
        let taken: Vec<_> = queue.take().iter().map(|it| it["outbox_id"].clone()).collect();
        assert_eq!(taken, ["1", "2", "3"]);
        assert_eq!(queue.take(), Vec::<Value>::new());
    }

    #[tokio::test]
    async fn a_process_killed_between_two_calls_has_sent_the_first_ten() {
        let queue = Queue::in_memory();
        let messages: Vec<u32> = (0..15).collect();
        let cut = queue.with_fuse(Fuse::blowing_at(2)).send_all(&messages).await.unwrap_err();
        assert_eq!(cut.to_string(), "interrupted at cut 2, after sending 10 messages");
        assert_eq!(queue.take().len(), 10);
    }
}
