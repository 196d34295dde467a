//! The narrow waist to people's inboxes: send an email.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag,
};
use cloud::{Cause, Cloud, Fuse};
use thiserror::Error;

use crate::error::MessagesError;
use crate::letter::Letter;

/// What we ask.
const DOING: &str = "send an email";

/// The tag by which what SES tells of an email names it.
pub const OUTBOX_TAG: &str = "outbox_id";

/// What SES says when it has not taken an email and may take it later. Any other trouble of its own, and none of
/// its answers at all, leaves it in doubt.
const TOO_BUSY: [u16; 2] = [429, 503];

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
    /// Where a mail program unsubscribes its reader with one request (RFC 8058).
    pub unsubscribe_url: Option<String>,
}

impl Email {
    /// `letter`, addressed.
    pub fn new(to: impl Into<String>, letter: Letter, reference: impl Into<String>) -> Self {
        let Letter { subject, text, html } = letter;
        let (to, reference) = (to.into(), reference.into());
        Self { to, subject, text, html, reference, unsubscribe_url: None }
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
    Memory(Arc<Mutex<Memory>>),
}

/// A mail service in this process.
#[derive(Debug, Default)]
struct Memory {
    accepted: Vec<Email>,
    troubles: VecDeque<Trouble>,
}

/// What a mail service in memory does with an email instead of accepting it, as a test asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// None: it accepts it.
    None,
    /// It says that it is too busy, and does not accept it.
    Busy,
    /// It says that it will never send it.
    Rejected,
    /// It accepts it, and its answer is lost.
    AnswerLost,
    /// The email is lost on the way to it, and so there is no answer.
    EmailLost,
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

    /// Sends one email, and does not try again: the mail service knows no 'once'.
    ///
    /// # Errors
    ///
    /// [`MessagesError::InDoubt`] and [`MessagesError::Interrupted`] if it may have been sent. With any other it
    /// was not: [`MessagesError::Rejected`] if it can never be.
    pub async fn send(&self, email: &Email) -> Result<(), MessagesError> {
        self.fuse.burn(format_args!("before mailing {}", email.reference))?;
        match &self.engine {
            Engine::Ses(ses) => ses.send(email).await?,
            Engine::Memory(memory) => locked(memory).send(email)?,
        }
        self.fuse.burn(format_args!("after mailing {}", email.reference))?;
        Ok(())
    }

    /// The emails that were sent in memory, oldest first. A real service keeps none.
    pub fn sent(&self) -> Vec<Email> {
        self.sent_after(0)
    }

    /// The same without the first `count`.
    pub fn sent_after(&self, count: usize) -> Vec<Email> {
        match &self.engine {
            Engine::Ses(_) => Vec::new(),
            Engine::Memory(memory) => locked(memory).accepted.iter().skip(count).cloned().collect(),
        }
    }

    /// Lets a mail service in memory do this with the next emails, one each, and forget what it was to do before. A
    /// real one is not asked.
    pub fn expect(&self, troubles: impl IntoIterator<Item = Trouble>) {
        if let Engine::Memory(memory) = &self.engine {
            locked(memory).troubles = troubles.into_iter().collect();
        }
    }
}

fn locked(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    fn send(&mut self, email: &Email) -> Result<(), MessagesError> {
        let trouble = self.troubles.pop_front().unwrap_or(Trouble::None);
        if matches!(trouble, Trouble::None | Trouble::AnswerLost) {
            self.accepted.push(email.clone());
        }
        match trouble {
            Trouble::None => Ok(()),
            Trouble::Busy => Err(not_sent(Answer::No(429, Some("TooManyRequestsException")))),
            Trouble::Rejected => Err(not_sent(Answer::No(400, Some("MessageRejected")))),
            Trouble::AnswerLost | Trouble::EmailLost => Err(not_sent(Answer::Nothing)),
        }
    }
}

impl Ses {
    async fn send(&self, email: &Email) -> Result<(), MessagesError> {
        let from = self.cloud.mail_from.get()?;
        let configuration_set = self.cloud.mail_configuration_set.get()?;
        let (message, tag) =
            described(email).map_err(|error| MessagesError::Unwritable(error.to_string()))?;
        let asked = self
            .client()
            .send_email()
            .from_email_address(from)
            .configuration_set_name(configuration_set)
            .destination(Destination::builder().to_addresses(&email.to).build())
            .content(EmailContent::builder().simple(message).build())
            .email_tags(tag);
        asked.send().await.map(drop).map_err(|error| not_sent(Answer::of(&error)))
    }

    /// A client that does not try again by itself: it could not know whether its first try was accepted.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let config = aws_sdk_sesv2::config::Builder::from(&self.cloud.aws);
            Client::from_conf(config.retry_config(RetryConfig::disabled()).build())
        })
    }
}

/// What came of asking SES.
#[derive(Debug, Clone, Copy)]
enum Answer<'a> {
    /// It was not asked.
    NotAsked,
    /// It did not answer, or not so that it could be understood.
    Nothing,
    /// It answered with an error: its HTTP status and its code.
    No(u16, Option<&'a str>),
}

impl<'a> Answer<'a> {
    fn of(error: &'a SdkError<SendEmailError>) -> Self {
        if let SdkError::ServiceError(answer) = error {
            return Self::No(answer.raw().status().as_u16(), answer.err().code());
        }
        let not_asked = matches!(error, SdkError::ConstructionFailure(_));
        if not_asked { Self::NotAsked } else { Self::Nothing }
    }
}

/// What the mail service said, without its words: they name people's addresses, and errors are logged.
#[derive(Debug, Error)]
#[error("SES says {0}")]
struct Said(String);

/// Whether the email can never be sent, or not now, or may have been.
fn not_sent(answer: Answer<'_>) -> MessagesError {
    let said = |code: Option<&str>| Said(code.unwrap_or("nothing").to_owned());
    match answer {
        Answer::NotAsked => MessagesError::Unwritable("an email for SES".to_owned()),
        Answer::Nothing => MessagesError::InDoubt { source: Cause::of(said(None)) },
        Answer::No(_, code @ Some("MessageRejected" | "BadRequestException")) => {
            MessagesError::Rejected { source: Cause::of(said(code)) }
        }
        Answer::No(status, code) if status >= 500 && !TOO_BUSY.contains(&status) => {
            MessagesError::InDoubt { source: Cause::of(said(code)) }
        }
        Answer::No(_, code) => MessagesError::failed(DOING, code, said(code)),
    }
}

/// `email` as SES wants it.
fn described(email: &Email) -> Result<(Message, MessageTag), BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(utf8(&email.text)?).html(utf8(&email.html)?).build();
    let header = |name, value: &str| MessageHeader::builder().name(name).value(value).build();
    let mut headers = vec![header(REFERENCE_HEADER, &email.reference)?];
    if let Some(url) = &email.unsubscribe_url {
        headers.push(header("List-Unsubscribe", &format!("<{url}>"))?);
        headers.push(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
    }
    let message = Message::builder().subject(utf8(&email.subject)?).body(body);
    let tag = MessageTag::builder().name(OUTBOX_TAG).value(&email.reference).build()?;
    Ok((message.set_headers(Some(headers)).build(), tag))
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
    fn what_ses_refuses_was_not_sent() {
        let no = |status, code| not_sent(Answer::No(status, Some(code)));
        assert!(matches!(no(400, "MessageRejected"), MessagesError::Rejected { .. }));
        assert!(matches!(no(429, "TooManyRequestsException"), MessagesError::Unavailable { .. }));
        assert!(matches!(no(503, "ServiceUnavailable"), MessagesError::Unavailable { .. }));
        assert!(matches!(no(404, "NotFoundException"), MessagesError::Refused { .. }));
    }

    #[test]
    fn what_ses_does_not_answer_may_have_been_sent() {
        let failed = not_sent(Answer::No(500, Some("InternalFailure")));
        assert!(matches!(failed, MessagesError::InDoubt { .. }));
        assert!(matches!(not_sent(Answer::Nothing), MessagesError::InDoubt { .. }));
    }

    #[test]
    fn an_email_carries_its_reference() {
        let (message, tag) = described(&email()).unwrap();
        assert_eq!(message.headers().len(), 1);
        assert_eq!(message.headers()[0].value(), "0a1b2c");
        assert_eq!((tag.name(), tag.value()), ("outbox_id", "0a1b2c"));
    }

    #[test]
    fn news_carry_how_to_unsubscribe_with_one_request() {
        let unsubscribe_url = Some("https://portal.example/u?token=1".to_owned());
        let (message, _) = described(&Email { unsubscribe_url, ..email() }).unwrap();
        let headers = message.headers().iter().map(|it| (it.name(), it.value()));
        assert_eq!(
            headers.skip(1).collect::<Vec<_>>(),
            [
                ("List-Unsubscribe", "<https://portal.example/u?token=1>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
            ]
        );
    }
}
