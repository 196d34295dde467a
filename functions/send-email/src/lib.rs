//! Sends the emails of the outbox, and takes in what the mail service tells of them.
//!
//! What tells of a payment is first turned into the emails to each reader, which come back through the queue; their
//! words are made when they are sent.
//!
//! Who sends one takes it for itself first, so that a message that comes twice sends once. Who dies between
//! handing an email over and noting that it did, or hears no answer, leaves it in doubt. SES tells by itself of
//! what it accepted (configuration set, EventBridge, the mail queue): only what it has not told of within the hour
//! is sent again. An email that SES refuses says why in its record; its message comes again and ends in the
//! dead-letter queue.

mod events;

use cloud::metrics::{self, Metric};
use cloud::{Cloud, MissingSetting, Setting, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::sign_in::Token;
use messages::{Email, Letter, Letterhead, Mail, MessagesError, Queue, templates};
use serde::Deserialize;
use store::{Claim, MailMessage, OutboxEmail, OutboxId, OutboxRecord, Store, StoreError};
use thiserror::Error;

pub use crate::events::MailEvent;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct SendEmail {
    /// Where the outbox is.
    pub store: Store,
    /// The way to people's inboxes.
    pub mail: Mail,
    /// Where emails wait to be sent.
    pub queue: Queue,
    /// Where the pages are, for the link to unsubscribe.
    pub site_url: Setting,
    /// Makes the token of the link to unsubscribe under an email.
    pub random: fn(&OutboxId) -> [u8; 32],
}

/// A message of the mail queue.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum MailWork {
    /// An email is to be sent.
    Send(MailMessage),
    /// The mail service tells of one.
    Event(Box<MailEvent>),
}

/// Why an email was not sent, or what is told of it not taken in.
#[derive(Debug, Error)]
pub enum SendEmailError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mail service.
    #[error(transparent)]
    Mail(#[from] MessagesError),
    /// The function was deployed without an address for links.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// The message names none.
    #[error("there is no such email")]
    Unknown,
}

impl Failure for SendEmailError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Mail(error) => error.kind(),
            Self::Setting(error) => error.kind(),
            Self::Unknown => Kind::NotFound,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Mail(error) => error.code(),
            Self::Setting(error) => error.code(),
            Self::Unknown => "email-unknown",
        }
    }
}

impl SendEmail {
    /// With the portal's table and mail service. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let random = |_: &OutboxId| cloud::random_bytes();
        let site_url = cloud.site_url.clone();
        let (store, mail, queue) = (Store::open(cloud), Mail::open(cloud), Queue::mail(cloud));
        Self { store, mail, queue, site_url, random }
    }

    /// Does what a message of the mail queue asks for.
    ///
    /// # Errors
    ///
    /// [`SendEmailError`]; the message may come again.
    pub async fn work(&self, work: MailWork, now: Now) -> Result<(), SendEmailError> {
        match work {
            MailWork::Send(message) => self.send(message, now).await,
            MailWork::Event(event) => self.note(&event).await,
        }
    }

    /// Writes the emails that tell of a payment, unless they were written before, and tells the queue of them. If it
    /// does not answer, they are in the outbox all the same, and the sweep of `daily-jobs` tells it again.
    async fn tell_payment(&self, payment: &OutboxId) -> Result<(), SendEmailError> {
        let emails = self.store.tell_payment(payment).await?;
        let emails: Vec<_> =
            emails.into_iter().map(|outbox_id| MailMessage { outbox_id }).collect();
        if let Err(error) = self.queue.send_all(&emails).await {
            tracing::warn!(code = error.code(), "the mail queue was not told, the sweep will");
        }
        Ok(())
    }

    /// Sends the email that a message names, unless it was sent, may be on its way, or is of no use any more. If it
    /// names a payment of which nobody is told yet, its emails are written.
    ///
    /// # Errors
    ///
    /// [`SendEmailError`]; the message may come again.
    pub async fn send(&self, message: MailMessage, now: Now) -> Result<(), SendEmailError> {
        if message.outbox_id.is_of_payment() {
            return self.tell_payment(&message.outbox_id).await;
        }
        let site_url = self.site_url.get()?.trim_end_matches('/');
        let token = Token::new((self.random)(&message.outbox_id));
        let record = match self.store.claim_email(&message.outbox_id, &token, now.instant).await? {
            Claim::Yours(record) => *record,
            // Whoever has it sends it. Should they have died, the sweep of the daily jobs tells again of every
            // email that still waits.
            Claim::Done | Claim::Busy => return Ok(()),
            Claim::Suppressed => {
                metrics::count(Metric::EmailsSuppressed);
                return Ok(());
            }
            Claim::Unknown => return Err(SendEmailError::Unknown),
        };
        let record = self.worded(record, site_url).await?;
        match self.mail.send(&addressed(&record, site_url, &token)).await {
            Ok(()) => {
                metrics::count(Metric::EmailsSent);
                Ok(self.store.email_sent(record, now.instant).await?)
            }
            Err(error) => {
                metrics::count(Metric::EmailsFailed);
                self.note_failure(record, now, &error).await;
                Err(error.into())
            }
        }
    }

    /// The record with the words of its email, made now if it tells of a payment.
    async fn worded(
        &self,
        mut record: OutboxRecord,
        site_url: &str,
    ) -> Result<OutboxRecord, StoreError> {
        if let Some(payment) = &record.payment {
            let settings = self.store.settings().await?;
            let head = Letterhead {
                council_name: &settings.council_name,
                support_email: &settings.support_email,
                site_url,
            };
            let Letter { subject, text, html } = templates::finalised(&head, payment);
            record.email = OutboxEmail { subject, text, html, ..record.email };
        }
        Ok(record)
    }

    /// Writes into the record why it was not sent. If that fails too, it is in doubt like one that nobody
    /// answered for, and is left alone for a while.
    async fn note_failure(&self, record: OutboxRecord, now: Now, error: &MessagesError) {
        if matches!(error, MessagesError::InDoubt { .. } | MessagesError::Interrupted(_)) {
            return;
        }
        let refused = error.kind() != Kind::Unavailable;
        let noted = self.store.email_failed(record, now.instant, error.to_string(), refused).await;
        if let Err(error) = noted {
            tracing::warn!(code = error.code(), "why an email failed was not noted");
        }
    }
}

/// The email of a record. News has a link at its foot, and a header that mail programs follow by themselves.
fn addressed(record: &OutboxRecord, site_url: &str, token: &Token) -> Email {
    let email = &record.email;
    let letter = Letter {
        subject: email.subject.clone(),
        text: email.text.clone(),
        html: email.html.clone(),
    };
    let (to, reference, token) = (email.to.as_str(), email.outbox_id.as_str(), token.reveal());
    if !email.news {
        return Email::new(to, letter, reference);
    }
    let letter = letter.with_unsubscribe(&format!("{site_url}/unsubscribe/?token={token}"));
    let unsubscribe_url = Some(format!("{site_url}/api/unsubscribe/one-click?token={token}"));
    Email { unsubscribe_url, ..Email::new(to, letter, reference) }
}

#[cfg(test)]
mod tests;
