//! Emails that are to be sent. They are written together with what they tell of, and sent afterwards.
//!
//! An email has its record and, until it is sent or given up, a row in the list of those that are pending. Its
//! id is made from what it tells, so that a job that runs twice writes it once.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// How long one attempt to send an email may take; after that another may try. Well above what a call to SES
/// takes with its retries.
const CLAIM_SECONDS: i64 = 120;

/// After so many failed attempts an email is no longer sent again by itself: the queue's own retries, and one
/// by a sweep after them.
pub const TRIES_MAX: u32 = 10;

/// How long a sent email is kept as evidence.
const KEPT_DAYS: i64 = 400;

/// The name of an email, made from what it tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutboxId(String);

impl OutboxId {
    /// The same for the same `parts`: what is told, of what, to whom. Whoever needs a new email each time puts
    /// something random among them.
    pub fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        Self(hash.iter().take(16).fold(String::new(), |id, byte| id + &format!("{byte:02x}")))
    }

    /// As a message to the mail queue says it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the mail queue is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailMessage {
    /// Which email to send.
    pub outbox_id: OutboxId,
}

/// An email to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEmail {
    /// Its name.
    pub outbox_id: OutboxId,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// The same words in HTML.
    pub html: String,
    /// Whether the words must be forgotten once it is sent: they hold a code or a link that gives access.
    pub secret: bool,
    /// After this it is not worth sending: its code no longer works.
    pub useful_until: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// What became of an email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Delivery {
    /// Not tried yet, or being tried.
    Queued,
    /// Handed over to the mail service.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// The last attempt failed.
    Failed {
        /// When.
        at: DateTime<Utc>,
        /// Why, as the mail service said it.
        reason: String,
    },
    /// Not sent, because it would have been of no use.
    Suppressed {
        /// When.
        at: DateTime<Utc>,
    },
}

/// An email with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// The email. Its words are empty when they were secret and it was sent.
    #[serde(flatten)]
    pub email: OutboxEmail,
    /// What became of it.
    pub delivery: Delivery,
    /// How many attempts failed.
    pub tries: u32,
    /// Until when the one who is sending it has it for themselves.
    pub claimed_until: Option<DateTime<Utc>>,
    /// Counts saves.
    #[serde(default)]
    pub version: u32,
}

/// What to do about an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Send it; nobody else does meanwhile.
    Yours(Box<OutboxRecord>),
    /// Nothing: it was sent, or is of no use any more.
    Done,
    /// Somebody else is sending it; ask again later.
    Busy,
    /// There is no such email.
    Unknown,
}

/// The row in the list of emails that are not sent.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    outbox_id: OutboxId,
    created_at: DateTime<Utc>,
}

impl Store {
    /// What writes `email` into the outbox, to be written together with what it tells of. Refused if it was
    /// written before. The mail queue is told afterwards; a sweep tells it again what is still pending.
    pub fn outbox_actions(email: OutboxEmail) -> Vec<Action> {
        let pending = Pending { outbox_id: email.outbox_id.clone(), created_at: email.created_at };
        let id = pending.outbox_id.as_str();
        let (record_key, pending_key) = (Key::email(id), Key::pending_email(id));
        let forgotten_at = days_after(email.created_at, KEPT_DAYS);
        let record = OutboxRecord {
            email,
            delivery: Delivery::Queued,
            tries: 0,
            claimed_until: None,
            version: 0,
        };
        vec![
            Action::put(record_key, &record).if_version(0).if_absent().expires_at(forgotten_at),
            Action::put(pending_key, &pending),
        ]
    }

    /// Writes an email that tells of nothing else that is written. Written before, it is left as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn add_to_outbox(&self, email: OutboxEmail) -> Result<(), StoreError> {
        match self.table.write(Self::outbox_actions(email)).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    /// An email and what became of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn outbox_email(&self, id: &OutboxId) -> Result<Option<OutboxRecord>, StoreError> {
        self.table.get(&Key::email(id.as_str())).await
    }

    /// Some of the emails that are not sent, with when they were written, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn pending_emails(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<(OutboxId, DateTime<Utc>)>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::pending_emails().limit(limit).after(after)).await?;
        let next = page.next.clone();
        let rows: Vec<Pending> = page.read()?;
        Ok((rows.into_iter().map(|row| (row.outbox_id, row.created_at)).collect(), next))
    }

    /// Takes an email for oneself for as long as sending it may take.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn claim_email(
        &self,
        id: &OutboxId,
        now: DateTime<Utc>,
    ) -> Result<Claim, StoreError> {
        let Some(record) = self.outbox_email(id).await? else { return Ok(Claim::Unknown) };
        if matches!(record.delivery, Delivery::Sent { .. } | Delivery::Suppressed { .. }) {
            return Ok(Claim::Done);
        }
        if record.claimed_until.is_some_and(|until| now < until) {
            return Ok(Claim::Busy);
        }
        if record.email.useful_until.is_some_and(|until| now >= until) {
            return match self.settle_email(record, Delivery::Suppressed { at: now }).await {
                Err(error) if error.is_stale() => Ok(Claim::Busy),
                other => other.map(|()| Claim::Done),
            };
        }
        let until = now.checked_add_signed(TimeDelta::seconds(CLAIM_SECONDS)).unwrap_or(now);
        let claimed = OutboxRecord { claimed_until: Some(until), ..record };
        match self.table.write(vec![save(&claimed)]).await {
            Err(error) if error.is_stale() => Ok(Claim::Busy),
            other => other.map(|()| {
                let version = claimed.version.saturating_add(1);
                Claim::Yours(Box::new(OutboxRecord { version, ..claimed }))
            }),
        }
    }

    /// Records that a claimed email was handed over. Its words are forgotten if they were secret.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written, or somebody else claimed it meanwhile.
    pub async fn email_sent(
        &self,
        record: OutboxRecord,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.settle_email(record, Delivery::Sent { at }).await
    }

    /// Records that an attempt to send a claimed email failed, and why. It may be tried again at once; after
    /// [`TRIES_MAX`] attempts only when somebody asks for it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written, or somebody else claimed it meanwhile.
    pub async fn email_failed(
        &self,
        record: OutboxRecord,
        at: DateTime<Utc>,
        reason: String,
    ) -> Result<(), StoreError> {
        let tries = record.tries.saturating_add(1);
        let pending = Key::pending_email(record.email.outbox_id.as_str());
        let delivery = Delivery::Failed { at, reason };
        let record = OutboxRecord { delivery, tries, claimed_until: None, ..record };
        let mut actions = vec![save(&record)];
        if tries >= TRIES_MAX {
            actions.push(Action::delete(pending));
        }
        self.table.write(actions).await
    }

    async fn settle_email(
        &self,
        record: OutboxRecord,
        delivery: Delivery,
    ) -> Result<(), StoreError> {
        let pending = Key::pending_email(record.email.outbox_id.as_str());
        let mut record = OutboxRecord { delivery, claimed_until: None, ..record };
        if record.email.secret {
            record.email.text.clear();
            record.email.html.clear();
        }
        self.table.write(vec![save(&record), Action::delete(pending)]).await
    }
}

fn save(record: &OutboxRecord) -> Action {
    Action::put(Key::email(record.email.outbox_id.as_str()), record)
        .if_version(record.version)
        .if_present()
        .expires_at(days_after(record.email.created_at, KEPT_DAYS))
}

fn days_after(instant: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    instant.checked_add_signed(TimeDelta::days(days)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn email() -> OutboxEmail {
        OutboxEmail {
            outbox_id: OutboxId::of(&["sign-in-code", "ada@example.org"]),
            to: "ada@example.org".to_owned(),
            subject: "Your sign-in code".to_owned(),
            text: "402917".to_owned(),
            html: "<p>402917</p>".to_owned(),
            secret: true,
            useful_until: Some(at("2026-04-06T09:10:00Z")),
            created_at: at("2026-04-06T09:00:00Z"),
        }
    }

    async fn store_with(email: OutboxEmail) -> Store {
        let store = Store::in_memory();
        store.add_to_outbox(email).await.unwrap();
        store
    }

    async fn claim(store: &Store, time: &str) -> Claim {
        store.claim_email(&email().outbox_id, at(time)).await.unwrap()
    }

    async fn claimed(store: &Store, time: &str) -> OutboxRecord {
        match claim(store, time).await {
            Claim::Yours(record) => *record,
            not @ (Claim::Done | Claim::Busy | Claim::Unknown) => panic!("{not:?}"),
        }
    }

    async fn pending(store: &Store) -> usize {
        store.pending_emails(10, None).await.unwrap().0.len()
    }

    #[test]
    fn the_same_news_to_the_same_person_is_the_same_email() {
        assert_eq!(OutboxId::of(&["a", "b"]), OutboxId::of(&["a", "b"]));
        assert_ne!(OutboxId::of(&["a", "b"]), OutboxId::of(&["ab", ""]));
        assert_eq!(OutboxId::of(&["a"]).as_str().len(), 32);
    }

    #[tokio::test]
    async fn an_email_written_twice_is_there_once() {
        let store = store_with(email()).await;
        let changed = OutboxEmail { text: "000000".to_owned(), ..email() };
        store.add_to_outbox(changed).await.unwrap();
        let there = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
        assert_eq!(there.email, email());
        assert_eq!(pending(&store).await, 1);
    }

    #[tokio::test]
    async fn of_two_who_want_to_send_an_email_one_does() {
        let store = store_with(email()).await;
        let first = claimed(&store, "2026-04-06T09:00:01Z").await;
        assert_eq!(claim(&store, "2026-04-06T09:00:02Z").await, Claim::Busy);
        store.email_sent(first, at("2026-04-06T09:00:03Z")).await.unwrap();
        assert_eq!(claim(&store, "2026-04-06T09:05:00Z").await, Claim::Done);
        assert_eq!(pending(&store).await, 0);
    }

    #[tokio::test]
    async fn a_code_is_forgotten_when_it_is_sent() {
        let store = store_with(email()).await;
        let record = claimed(&store, "2026-04-06T09:00:01Z").await;
        store.email_sent(record, at("2026-04-06T09:00:03Z")).await.unwrap();
        assert!(!format!("{:?}", store.dump().unwrap()).contains("402917"));
    }

    #[tokio::test]
    async fn who_dies_while_sending_leaves_the_email_to_others_after_a_while() {
        let store = store_with(email()).await;
        let died = claimed(&store, "2026-04-06T09:00:00Z").await;
        let other = claimed(&store, "2026-04-06T09:02:00Z").await;
        let late = store.email_sent(died, at("2026-04-06T09:02:01Z")).await;
        assert!(late.unwrap_err().is_stale());
        store.email_sent(other, at("2026-04-06T09:02:02Z")).await.unwrap();
    }

    #[tokio::test]
    async fn a_code_that_no_longer_works_is_not_sent() {
        let store = store_with(email()).await;
        assert_eq!(claim(&store, "2026-04-06T09:10:00Z").await, Claim::Done);
        let record = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
        assert!(matches!(record.delivery, Delivery::Suppressed { .. }));
        assert_eq!((record.email.text.as_str(), pending(&store).await), ("", 0));
    }

    #[tokio::test]
    async fn a_failed_email_says_why_and_is_given_up_in_the_end() {
        let store = store_with(email()).await;
        for _ in 0..TRIES_MAX {
            assert_eq!(pending(&store).await, 1);
            let record = claimed(&store, "2026-04-06T09:00:01Z").await;
            let reason = "address unknown".to_owned();
            store.email_failed(record, at("2026-04-06T09:00:02Z"), reason).await.unwrap();
        }
        let record = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
        assert!(
            matches!(&record.delivery, Delivery::Failed { reason, .. } if reason == "address unknown")
        );
        assert_eq!((record.tries, pending(&store).await), (TRIES_MAX, 0));
    }
}
