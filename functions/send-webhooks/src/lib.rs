//! Tells providers' software what happened, by signed requests (Standard Webhooks).
//!
//! Every minute it turns what happened into a delivery to each address that wants it, and puts those that are due
//! into its queue. A message of the queue is one try. Whoever tries takes the delivery for itself first, so that a
//! message that comes twice is mostly one try; software that hears something twice knows it by its `webhook-id`.

mod post;
/// Counts and logs whether software took what it was told.
fn say_told(delivered: bool, answer: &str, tries: u32) {
    metrics::count(if delivered { Metric::WebhooksTold } else { Metric::WebhooksFailed });
    tracing::info!(delivered, answer, tries, "told software");
}

#[cfg(test)]
mod tests;

use cloud::metrics::{self, Metric};
use cloud::{Cloud, Setting, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::permission::Permission;
use domain::webhook::{Delivery, DeliveryState, Endpoint};
use messages::{Letter, MessagesError, Queue, templates};
use notices::{Notices, NoticesError};
use store::{DeliveryMessage, OutboxEmail, OutboxId, Store, StoreError, Telling};
use thiserror::Error;

pub use crate::post::{NoAnswer, Post, Signed};

/// How many rows are read at a time.
const PAGE: usize = 100;

/// How many deliveries are put into the queue in one minute: what is left comes in the next.
const QUEUED_MAX: usize = 1_000;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct SendWebhooks {
    /// Where events, addresses and deliveries are.
    pub store: Store,
    /// Where deliveries wait to be tried.
    pub queue: Queue,
    /// What tells people that an address is no longer told.
    pub notices: Notices,
    /// The way to the software.
    pub post: Post,
}

/// Why something was not done. The next minute does it.
#[derive(Debug, Error)]
pub enum SendWebhooksError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// The emails.
    #[error(transparent)]
    Notices(#[from] NoticesError),
    /// The secret of an address is none.
    #[error("the message cannot be signed")]
    Unsigned,
}

impl Failure for SendWebhooksError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Messages(error) => error.kind(),
            Self::Notices(error) => error.kind(),
            Self::Unsigned => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Messages(error) => error.code(),
            Self::Notices(error) => error.code(),
            Self::Unsigned => "webhook-unsigned",
        }
    }
}

/// Whether addresses on this machine may be asked, which the emulator's stack allows.
pub fn loopback(setting: &Setting) -> bool {
    setting.get().is_ok_and(|it| it == "yes")
}

impl SendWebhooks {
    /// With the portal's table and queues. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            queue: Queue::webhooks(cloud),
            notices: Notices::open(cloud),
            post: Post::Internet { loopback: loopback(&cloud.webhooks_loopback) },
        }
    }

    /// Makes deliveries of what happened, and puts what is due into the queue.
    ///
    /// # Errors
    ///
    /// [`SendWebhooksError`]; the next minute goes on.
    pub async fn run(&self, now: Now) -> Result<(), SendWebhooksError> {
        loop {
            let events = self.store.events(PAGE).await?;
            let more = events.len() >= PAGE;
            for event in events {
                self.store.fan_out(event, now.instant).await?;
            }
            if !more {
                break;
            }
        }
        let due = self.store.due_deliveries(now.instant, QUEUED_MAX).await?;
        Ok(self.queue.send_all(&due).await?)
    }

    /// Tries a delivery, unless somebody else does or it is done.
    ///
    /// # Errors
    ///
    /// [`SendWebhooksError`] if the table cannot be read or written. That the software does not answer is none: the
    /// delivery is tried again at its time.
    pub async fn send(&self, message: &DeliveryMessage, now: Now) -> Result<(), SendWebhooksError> {
        let Some(delivery) = self.store.claim_delivery(message, now.instant).await? else {
            return Ok(());
        };
        let endpoint = self.store.endpoint(&delivery.provider_ref, &delivery.endpoint_id).await?;
        let Some(endpoint) = endpoint.filter(|it| it.stopped_at.is_none()) else {
            return self.give_up(&delivery, now).await;
        };
        let (delivered, answer) = self.tried(&endpoint, &delivery, now).await?;
        say_told(delivered, &answer, delivery.tries);
        let after = delivery.clone().tried(delivered, &answer, now.instant);
        self.store.move_delivery(&delivery, &after).await?;
        self.note(&endpoint, delivered, now).await
    }

    /// Whether the software took it, and what it answered.
    async fn tried(
        &self,
        endpoint: &Endpoint,
        delivery: &Delivery,
        now: Now,
    ) -> Result<(bool, String), SendWebhooksError> {
        let id = format!("msg_{}", delivery.delivery_id);
        let signatures = endpoint.signatures(&id, now.instant, &delivery.body);
        let signed = Signed {
            id,
            seconds: now.instant.timestamp(),
            signatures: signatures.ok_or(SendWebhooksError::Unsigned)?,
            body: delivery.body.clone(),
        };
        Ok(match self.post.send(&endpoint.url, &signed).await {
            Ok(status) => ((200..300).contains(&status), status.to_string()),
            Err(why) => (false, why.to_string()),
        })
    }

    /// Its address is gone, or is no longer told.
    async fn give_up(&self, delivery: &Delivery, now: Now) -> Result<(), SendWebhooksError> {
        let after = Delivery {
            state: DeliveryState::GivenUp { at: now.instant },
            last_answer: Some("the address is no longer told".to_owned()),
            ..delivery.clone()
        };
        Ok(self.store.move_delivery(delivery, &after).await?)
    }

    /// Notes how an address does, and tells its people when it is no longer told.
    async fn note(
        &self,
        endpoint: &Endpoint,
        delivered: bool,
        now: Now,
    ) -> Result<(), SendWebhooksError> {
        let which = (&endpoint.provider_ref, &endpoint.endpoint_id);
        let tried = |it: Endpoint| it.tried(delivered, now.instant);
        let after = self.store.change_endpoint(which, tried).await?;
        match after.and_then(|it| Some((it.stopped_at?, it))) {
            Some((_, stopped)) => self.tell(&stopped, now).await,
            None => Ok(()),
        }
    }

    async fn tell(&self, endpoint: &Endpoint, now: Now) -> Result<(), SendWebhooksError> {
        let provider = &endpoint.provider_ref;
        let name = self.store.provider(provider).await?.map(|it| it.name).unwrap_or_default();
        let settings = self.store.settings().await?;
        let to = self.store.contacts_who_may(provider, Permission::Administer, usize::MAX).await?;
        let letter = templates::webhook_stopped(&self.notices.head(&settings)?, &name);
        let Letter { subject, text, html } = letter;
        let email = OutboxEmail {
            outbox_id: OutboxId::of(&[]),
            to: String::new(),
            subject,
            text,
            html,
            secret: false,
            news: false,
            useful_until: None,
            created_at: now.instant,
        };
        let since = endpoint.failing_since.unwrap_or(now.instant).to_rfc3339();
        let event = ["webhook-stopped", endpoint.endpoint_id.as_str(), &since];
        let telling = Telling::by_email(&event, to, &email);
        let written = telling.to_send();
        self.store.add_telling(telling).await?;
        self.notices.tell(&written).await;
        Ok(())
    }
}
