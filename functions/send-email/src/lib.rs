//! Sends the emails of the outbox.
//!
//! Who sends one takes it for itself first, so that a message that comes twice sends once. Who dies between
//! handing an email over and noting that it did leaves it to be sent again: better twice than never. An email
//! that fails says why in its record; its message comes again and ends in the dead-letter queue.

use cloud::{Cloud, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use messages::{Email, Letter, Mail, MessagesError};
use store::{Claim, MailMessage, OutboxRecord, Store, StoreError};
use thiserror::Error;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct SendEmail {
    /// Where the outbox is.
    pub store: Store,
    /// The way to people's inboxes.
    pub mail: Mail,
}

/// Why an email was not sent.
#[derive(Debug, Error)]
pub enum SendEmailError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mail service.
    #[error(transparent)]
    Mail(#[from] MessagesError),
    /// The message names none.
    #[error("there is no such email")]
    Unknown,
}

impl Failure for SendEmailError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Mail(error) => error.kind(),
            Self::Unknown => Kind::NotFound,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Mail(error) => error.code(),
            Self::Unknown => "email-unknown",
        }
    }
}

impl SendEmail {
    /// With the portal's table and mail service. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), mail: Mail::open(cloud) }
    }

    /// Sends the email that a message names, unless it was sent or is of no use any more.
    ///
    /// # Errors
    ///
    /// [`SendEmailError`]; the message may come again.
    pub async fn send(&self, message: MailMessage, now: Now) -> Result<(), SendEmailError> {
        let record = match self.store.claim_email(&message.outbox_id, now.instant).await? {
            Claim::Yours(record) => *record,
            // Whoever has it sends it. Should they die, their own message comes again, and the sweep of the daily jobs
            // tells of every email that still waits.
            Claim::Done | Claim::Busy => return Ok(()),
            Claim::Unknown => return Err(SendEmailError::Unknown),
        };
        match self.mail.send(&addressed(&record)).await {
            Ok(()) => Ok(self.store.email_sent(record, now.instant).await?),
            Err(error) => {
                self.note_failure(record, now, &error).await;
                Err(error.into())
            }
        }
    }

    /// Writes into the record why it was not sent. If that fails too, the message comes again all the same.
    async fn note_failure(&self, record: OutboxRecord, now: Now, error: &MessagesError) {
        let noted = self.store.email_failed(record, now.instant, error.to_string()).await;
        if let Err(error) = noted {
            tracing::warn!(code = error.code(), "why an email failed was not noted");
        }
    }
}

fn addressed(record: &OutboxRecord) -> Email {
    let email = &record.email;
    let letter = Letter {
        subject: email.subject.clone(),
        text: email.text.clone(),
        html: email.html.clone(),
    };
    Email::new(email.to.as_str(), letter, email.outbox_id.as_str())
}

#[cfg(test)]
mod tests {
    use cloud::Fuse;
    use store::{Delivery, OutboxEmail, OutboxId};

    use super::*;

    fn at(time: &str) -> Now {
        Now::at(format!("2026-04-06T{time}Z").parse().unwrap())
    }

    fn email() -> OutboxEmail {
        OutboxEmail {
            outbox_id: OutboxId::of(&["password-changed", "ada@example.org"]),
            to: "ada@example.org".to_owned(),
            subject: "Your password was changed".to_owned(),
            text: "At 10:00am.".to_owned(),
            html: "<p>At 10:00am.</p>".to_owned(),
            secret: false,
            useful_until: None,
            created_at: at("09:00:00").instant,
        }
    }

    async fn with_email() -> SendEmail {
        let sender = SendEmail { store: Store::in_memory(), mail: Mail::in_memory() };
        sender.store.add_to_outbox(email()).await.unwrap();
        sender
    }

    fn message() -> MailMessage {
        MailMessage { outbox_id: email().outbox_id }
    }

    #[tokio::test]
    async fn the_sample_message_names_an_email() {
        let sender = with_email().await;
        let handle = async |message: MailMessage| {
            assert_eq!(message.outbox_id.as_str().len(), 64);
            sender.send(message, at("09:00:01")).await
        };
        let job = async |_: Now| Err::<(), _>(SendEmailError::Unknown);
        let sample = serde_json::from_str(include_str!("../../../events/send-email.json")).unwrap();
        let answer = triggers::answer(sample, &handle, &job).await.unwrap();
        let failed = answer["batchItemFailures"].as_array().unwrap().len();
        assert_eq!(failed, 1, "there is no such email in this table");
    }

    #[tokio::test]
    async fn a_message_that_comes_twice_sends_once() {
        let sender = with_email().await;
        for _ in 0..2 {
            sender.send(message(), at("09:00:01")).await.unwrap();
        }
        let sent = sender.mail.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!(
            (sent[0].to.as_str(), sent[0].subject.as_str()),
            ("ada@example.org", "Your password was changed")
        );
        assert_eq!(sent[0].reference, email().outbox_id.as_str());
    }

    #[tokio::test]
    async fn a_message_about_no_email_is_kept_for_somebody_to_look_at() {
        let sender = SendEmail { store: Store::in_memory(), mail: Mail::in_memory() };
        let error = sender.send(message(), at("09:00:01")).await.unwrap_err();
        assert_eq!(error.code(), "email-unknown");
    }

    #[tokio::test]
    async fn an_email_that_failed_says_why_and_is_sent_when_its_message_comes_again() {
        let sender = with_email().await;
        let cut = SendEmail { mail: sender.mail.with_fuse(Fuse::blowing_at(1)), ..sender.clone() };
        cut.send(message(), at("09:00:01")).await.unwrap_err();
        let record = sender.store.outbox_email(&message().outbox_id).await.unwrap().unwrap();
        assert!(
            matches!(&record.delivery, Delivery::Failed { reason, .. } if reason.contains("mailing"))
        );
        sender.send(message(), at("09:00:30")).await.unwrap();
        assert_eq!(sender.mail.sent().len(), 1);
    }

    /// Killed anywhere, it is sent when its message comes again, and twice at most.
    #[tokio::test]
    async fn whoever_dies_while_sending_leaves_the_email_to_the_next() {
        for cut in 1.. {
            let sender = with_email().await;
            let fuse = Fuse::blowing_at(cut);
            let (store, mail) =
                (sender.store.with_fuse(fuse.clone()), sender.mail.with_fuse(fuse.clone()));
            let done = SendEmail { store, mail }.send(message(), at("09:00:01")).await;
            if !fuse.has_blown() {
                done.unwrap();
                break;
            }
            let label = fuse.blown_label().unwrap();
            sender.send(message(), at("09:00:02")).await.unwrap();
            sender.send(message(), at("09:03:00")).await.unwrap();
            let sent = sender.mail.sent().len();
            let in_doubt =
                label.starts_with("after mailing") || label.starts_with("before writing");
            assert!(sent == 1 || (in_doubt && sent == 2), "{sent} emails, cut {label}");
            assert_eq!(sender.store.pending_emails(10, None).await.unwrap().0, []);
        }
    }
}
