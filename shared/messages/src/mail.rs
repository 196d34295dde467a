//! The narrow waist to people's inboxes: send an email.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag,
};
use cloud::{Cause, Cloud, Fuse};
use thiserror::Error;

use crate::error::MessagesError;
use crate::letter::Letter;

/// What we ask.
const DOING: &str = "send an email";

/// The header that says which email this is, so that somebody who asks about one can be answered.
const REFERENCE_HEADER: &str = "X-Portal-Reference";

/// An email to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Who reads it.
    pub to: String,
    /// What it is about; never a client's name.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// The same words.
    pub html: String,
    /// Ours, to find it again: letters, digits, hyphens and underscores.
    pub reference: String,
}

impl Email {
    /// `letter`, addressed.
    pub fn new(to: impl Into<String>, letter: Letter, reference: impl Into<String>) -> Self {
        let Letter { subject, text, html } = letter;
        Self { to: to.into(), subject, text, html, reference: reference.into() }
    }
}

/// The way to people's inboxes. Clones share it.
#[derive(Debug, Clone)]
pub struct Mail {
    engine: Engine,
    fuse: Fuse,
}

#[derive(Debug, Clone)]
enum Engine {
    Ses(Arc<Ses>),
    Memory(Arc<Mutex<Vec<Email>>>),
}

/// The client is made when it is first needed.
#[derive(Debug)]
struct Ses {
    cloud: Cloud,
    client: OnceLock<Client>,
}

impl Mail {
    /// The mail service of an AWS account. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        let ses = Ses { cloud: cloud.clone(), client: OnceLock::new() };
        Self { engine: Engine::Ses(Arc::new(ses)), fuse: Fuse::default() }
    }

    /// Keeps emails in this process, for tests.
    pub fn in_memory() -> Self {
        Self { engine: Engine::Memory(Arc::default()), fuse: Fuse::default() }
    }

    /// The same mail, reached through `fuse`, for tests that cut the power.
    #[must_use]
    pub fn with_fuse(&self, fuse: Fuse) -> Self {
        Self { engine: self.engine.clone(), fuse }
    }

    /// Sends one email. The mail service knows no 'once': whoever must not send it twice remembers that it did.
    ///
    /// # Errors
    ///
    /// [`MessagesError::Rejected`] if it can never be sent; [`MessagesError::Unavailable`], though it may have
    /// been sent.
    pub async fn send(&self, email: &Email) -> Result<(), MessagesError> {
        self.fuse.burn(format_args!("before mailing {}", email.reference))?;
        match &self.engine {
            Engine::Ses(ses) => ses.send(email).await?,
            Engine::Memory(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push(email.clone());
            }
        }
        self.fuse.burn(format_args!("after mailing {}", email.reference))?;
        Ok(())
    }

    /// The emails that were sent in memory, oldest first. A real service keeps none.
    pub fn sent(&self) -> Vec<Email> {
        match &self.engine {
            Engine::Ses(_) => Vec::new(),
            Engine::Memory(sent) => sent.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Ses {
    async fn send(&self, email: &Email) -> Result<(), MessagesError> {
        let from = self.cloud.mail_from.get()?;
        let (message, tag) =
            described(email).map_err(|error| MessagesError::Unwritable(error.to_string()))?;
        let client = self.client.get_or_init(|| Client::new(&self.cloud.aws));
        let asked = client
            .send_email()
            .from_email_address(from)
            .destination(Destination::builder().to_addresses(&email.to).build())
            .content(EmailContent::builder().simple(message).build())
            .email_tags(tag);
        asked.send().await.map(drop).map_err(|error| not_sent(error.code()))
    }
}

/// What the mail service said, without its words: they name people's addresses, and errors are logged.
#[derive(Debug, Error)]
#[error("SES says {0}")]
struct Said(String);

/// Whether the email can never be sent, or not now.
fn not_sent(code: Option<&str>) -> MessagesError {
    let said = Said(code.unwrap_or("nothing").to_owned());
    match code {
        Some("MessageRejected" | "BadRequestException") => {
            MessagesError::Rejected { source: Cause::of(said) }
        }
        code => MessagesError::failed(DOING, code, said),
    }
}

/// `email` as SES wants it.
fn described(email: &Email) -> Result<(Message, MessageTag), BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(utf8(&email.text)?).html(utf8(&email.html)?).build();
    let header = MessageHeader::builder().name(REFERENCE_HEADER).value(&email.reference).build()?;
    let message =
        Message::builder().subject(utf8(&email.subject)?).body(body).headers(header).build();
    let tag = MessageTag::builder().name("reference").value(&email.reference).build()?;
    Ok((message, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> Email {
        let letter = Letter {
            subject: "Your statement is ready".to_owned(),
            text: "Sign in to see it.".to_owned(),
            html: "<p>Sign in to see it.</p>".to_owned(),
        };
        Email::new("ada@example.org", letter, "0a1b2c")
    }

    #[tokio::test]
    async fn a_process_killed_after_mailing_has_mailed() {
        let mail = Mail::in_memory();
        let cut = mail.with_fuse(Fuse::blowing_at(2)).send(&email()).await.unwrap_err();
        assert_eq!(cut.to_string(), "interrupted at cut 2, after mailing 0a1b2c");
        assert_eq!(mail.sent(), [email()]);
    }

    #[tokio::test]
    async fn a_process_killed_before_mailing_has_not_mailed() {
        let mail = Mail::in_memory();
        mail.with_fuse(Fuse::blowing_at(1)).send(&email()).await.unwrap_err();
        assert_eq!(mail.sent(), []);
    }

    #[test]
    fn an_address_that_is_rejected_is_final_and_no_answer_is_not() {
        assert!(matches!(not_sent(Some("MessageRejected")), MessagesError::Rejected { .. }));
        assert!(matches!(not_sent(None), MessagesError::Unavailable { .. }));
        assert!(matches!(
            not_sent(Some("TooManyRequestsException")),
            MessagesError::Unavailable { .. }
        ));
        assert!(matches!(not_sent(Some("NotFoundException")), MessagesError::Refused { .. }));
    }

    #[test]
    fn an_email_carries_its_reference() {
        let (message, tag) = described(&email()).unwrap();
        assert_eq!(message.headers()[0].value(), "0a1b2c");
        assert_eq!(tag.value(), "0a1b2c");
    }
}
