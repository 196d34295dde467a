//! Emails that are to be sent. They are written together with what they tell of, and sent afterwards.
//!
//! An email has its record and, until it is sent or given up, a row in the list of those that are pending. Its
//! id is made from what it tells, so that a job that runs twice writes it once.
//!
//! What tells of a payment is one small record among those that are pending: who is to be told what ([`UntoldPayment`]).
//! The emails to each reader are made of it when its turn comes, and their words when they are sent.
//!
//! Whoever sends one takes it for themselves first. The mail service knows no 'once', so that whoever dies, or
//! hears no answer, leaves it in doubt: it may be on its way. The service tells by itself of what it accepted,
//! and has [`IN_DOUBT_MINUTES`] to do so before anybody sends the email again.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::ContractRef;
use domain::notice::PaymentNews;
use domain::sign_in::{Token, TokenHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};
use crate::untold::UntoldPayment;
use crate::{RACES_MAX, Store};

/// How long an email that may have been accepted is left alone, in minutes. SES tells of what it accepted in
/// seconds; EventBridge and the queue try again for well under this when something is busy.
pub const IN_DOUBT_MINUTES: i64 = 60;

/// How long a link to unsubscribe works: as long as the email is kept.
const LINK_KEPT_DAYS: i64 = KEPT_DAYS;

/// After so many refusals an email is no longer sent again by itself: the queue's own retries, and one by a sweep
/// after them. That the mail service is busy is no refusal.
pub const TRIES_MAX: u32 = 10;

/// How long a sent email is kept as evidence.
const KEPT_DAYS: i64 = 400;

/// How the name of what tells of a payment begins. That of an email is hexadecimal.
const OF_PAYMENT: &str = "payment-";

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

    /// What tells of the payment of a contract for a period: of no email, but of all that are still to be written.
    pub(crate) fn of_payment(contract: &ContractRef, start: NaiveDate) -> Self {
        let Self(hash) = Self::of(&["payment", contract.as_str(), &start.to_string()]);
        Self(format!("{OF_PAYMENT}{hash}"))
    }

    /// Whether it is what tells of a payment, see [`Store::tell_payment`], and no email.
    pub fn is_of_payment(&self) -> bool {
        self.0.starts_with(OF_PAYMENT)
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
    /// Whether it is news, with a link to unsubscribe from such. What concerns the account itself is not.
    #[serde(default)]
    pub news: bool,
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
    /// Not sent, and it will not be.
    Suppressed {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        #[serde(default)]
        why: NotSent,
    },
}

/// Why an email is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSent {
    /// Its code no longer works, or nobody would read it.
    #[default]
    NoUse,
    /// Emails to its address came back.
    Bounced,
    /// Its reader complained of news.
    Complained,
}

/// What the mail service told of an email after it had accepted it. Later ones outweigh earlier ones, in
/// whatever order they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came back for now.
    Delayed,
    /// The reader's server took it.
    Delivered,
    /// It came back for good.
    Bounced,
    /// The reader called it spam.
    Complained,
}

/// An email with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// The email. Its words are empty when they were secret and it was sent.
    #[serde(flatten)]
    pub email: OutboxEmail,
    /// What its words are made of when it is sent, if it tells of a payment; until then it has none, and then its
    /// subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentNews>,
    /// What became of it.
    pub delivery: Delivery,
    /// What the mail service told of it since.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// How often it was refused.
    pub tries: u32,
    /// Until when nobody else sends it: somebody is sending it, or did and never heard whether it was accepted.
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
    /// Nothing: it was sent, or will not be.
    Done,
    /// Nothing: it was just found out that it is not to be sent.
    Suppressed,
    /// Somebody else is sending it, or it is in doubt whether they did; ask again later.
    Busy,
    /// There is no such email.
    Unknown,
}

/// The row in the list of emails that are not sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) outbox_id: OutboxId,
    pub(crate) created_at: DateTime<Utc>,
    /// What is to be told, if it is a payment and no email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<UntoldPayment>,
}

impl Store {
    /// What writes `email` into the outbox, to be written together with what it tells of. Refused if it was
    /// written before. The mail queue is told afterwards; a sweep tells it again what is still pending.
    pub fn outbox_actions(email: OutboxEmail) -> Vec<Action> {
        Self::outbox_actions_of(email, None)
    }

    /// The same, with what the email's words are made of if it tells of a payment.
    pub(crate) fn outbox_actions_of(
        email: OutboxEmail,
        payment: Option<PaymentNews>,
    ) -> Vec<Action> {
        let (outbox_id, created_at) = (email.outbox_id.clone(), email.created_at);
        let pending = Pending { outbox_id, created_at, payment: None };
        let id = pending.outbox_id.as_str();
        let (record_key, pending_key) = (Key::email(id), Key::pending_email(id));
        let forgotten_at = days_after(email.created_at, KEPT_DAYS);
        let record = OutboxRecord {
            email,
            payment,
            delivery: Delivery::Queued,
            outcome: None,
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

    /// Some of the emails that are not sent, and of the payments of which nobody is told yet, with when they were written, and where to go on.
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

    /// Takes an email for oneself. `unsubscribe`: the token of the link under it, if it is news.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn claim_email(
        &self,
        id: &OutboxId,
        unsubscribe: &Token,
        now: DateTime<Utc>,
    ) -> Result<Claim, StoreError> {
        let Some(record) = self.outbox_email(id).await? else { return Ok(Claim::Unknown) };
        if matches!(record.delivery, Delivery::Sent { .. } | Delivery::Suppressed { .. }) {
            return Ok(Claim::Done);
        }
        if record.claimed_until.is_some_and(|until| now < until) {
            return Ok(Claim::Busy);
        }
        if let Some(why) = self.why_not(&record.email, now).await? {
            let suppressed = Delivery::Suppressed { at: now, why };
            return match self.settle_email(record, suppressed).await {
                Err(error) if error.is_stale() => Ok(Claim::Busy),
                other => other.map(|()| Claim::Suppressed),
            };
        }
        let until = now.checked_add_signed(TimeDelta::minutes(IN_DOUBT_MINUTES)).unwrap_or(now);
        let claimed = OutboxRecord { claimed_until: Some(until), ..record };
        let mut actions = vec![save(&claimed)];
        if claimed.email.news {
            actions.push(link(&claimed.email.to, unsubscribe, now));
        }
        match self.table.write(actions).await {
            Err(error) if error.is_stale() => Ok(Claim::Busy),
            other => other.map(|()| {
                let version = claimed.version.saturating_add(1);
                Claim::Yours(Box::new(OutboxRecord { version, ..claimed }))
            }),
        }
    }

    /// Why an email is not to be sent, if so.
    async fn why_not(
        &self,
        email: &OutboxEmail,
        now: DateTime<Utc>,
    ) -> Result<Option<NotSent>, StoreError> {
        if email.useful_until.is_some_and(|until| now >= until) {
            return Ok(Some(NotSent::NoUse));
        }
        let suppression = self.suppression(&email.to).await?;
        Ok(suppression.and_then(|it| it.stops(email.news)))
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
        let id = record.email.outbox_id.clone();
        match self.settle_email(record, Delivery::Sent { at }).await {
            // The mail service's own word may have come first.
            Err(error) if error.is_stale() => match self.outbox_email(&id).await? {
                Some(OutboxRecord { delivery: Delivery::Sent { .. }, .. }) => Ok(()),
                Some(_) | None => Err(error),
            },
            other => other,
        }
    }

    /// Records what the mail service told of an email, whatever we thought of it: what it tells of, it accepted.
    /// Gives the address, if there is such an email. Told twice, or in another order, it ends the same.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn email_accepted(
        &self,
        id: &OutboxId,
        outcome: Option<Outcome>,
        at: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let mut stale = StoreError::Missing("email");
        for _ in 0..RACES_MAX {
            let Some(record) = self.outbox_email(id).await? else { return Ok(None) };
            let to = record.email.to.clone();
            let delivery = match &record.delivery {
                sent @ Delivery::Sent { .. } => sent.clone(),
                Delivery::Queued | Delivery::Failed { .. } | Delivery::Suppressed { .. } => {
                    Delivery::Sent { at }
                }
            };
            let outcome = record.outcome.max(outcome);
            if delivery == record.delivery && outcome == record.outcome {
                return Ok(Some(to));
            }
            let record = OutboxRecord { outcome, ..record };
            match self.settle_email(record, delivery).await {
                Err(error) if error.is_stale() => stale = error,
                other => return other.map(|()| Some(to)),
            }
        }
        Err(stale)
    }

    /// Records that the mail service accepted an email and then would not send it, and never will: it says that
    /// there is a virus in it, or that it cannot be put together.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn email_rejected(
        &self,
        id: &OutboxId,
        at: DateTime<Utc>,
        reason: &str,
    ) -> Result<(), StoreError> {
        let mut stale = StoreError::Missing("email");
        for _ in 0..RACES_MAX {
            let Some(record) = self.outbox_email(id).await? else { return Ok(()) };
            let failed = Delivery::Failed { at, reason: reason.to_owned() };
            if record.delivery == failed && record.tries >= TRIES_MAX {
                return Ok(());
            }
            let record = OutboxRecord { tries: TRIES_MAX, ..record };
            match self.settle_email(record, failed).await {
                Err(error) if error.is_stale() => stale = error,
                other => return other,
            }
        }
        Err(stale)
    }

    /// Records that the mail service did not accept a claimed email, and why. It may be tried again at once.
    /// `refused`: because of the email itself, so that it is given up after [`TRIES_MAX`] attempts.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written, or somebody else claimed it meanwhile.
    pub async fn email_failed(
        &self,
        record: OutboxRecord,
        at: DateTime<Utc>,
        reason: String,
        refused: bool,
    ) -> Result<(), StoreError> {
        let tries = record.tries.saturating_add(refused.into());
        let pending = Key::pending_email(record.email.outbox_id.as_str());
        let delivery = Delivery::Failed { at, reason };
        let mut record = OutboxRecord { delivery, tries, claimed_until: None, ..record };
        if record.payment.is_some() {
            record.email.text.clear();
            record.email.html.clear();
        }
        let mut actions = vec![save(&record)];
        if tries >= TRIES_MAX {
            actions.push(Action::delete(pending));
        }
        self.table.write(actions).await
    }

    /// Whose email had the link with this token, if any had.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn reader_of_link(&self, hash: &TokenHash) -> Result<Option<String>, StoreError> {
        let link: Option<Link> = self.table.get(&Key::unsubscribe(hash.as_str())).await?;
        Ok(link.map(|link| link.email))
    }

    async fn settle_email(
        &self,
        record: OutboxRecord,
        delivery: Delivery,
    ) -> Result<(), StoreError> {
        let pending = Key::pending_email(record.email.outbox_id.as_str());
        let mut record = OutboxRecord { delivery, claimed_until: None, ..record };
        // Words that give access are forgotten; those that tell of a payment can be made again.
        if record.email.secret || record.payment.is_some() {
            record.email.text.clear();
            record.email.html.clear();
        }
        self.table.write(vec![save(&record), Action::delete(pending)]).await
    }
}

/// Whose email had a link to unsubscribe.
#[derive(Debug, Serialize, Deserialize)]
struct Link {
    email: String,
}

fn link(email: &str, token: &Token, now: DateTime<Utc>) -> Action {
    let key = Key::unsubscribe(token.hash().as_str());
    let link = Link { email: email.to_owned() };
    Action::put(key, &link).expires_at(days_after(now, LINK_KEPT_DAYS))
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
            news: false,
            useful_until: Some(at("2026-04-06T12:00:00Z")),
            created_at: at("2026-04-06T09:00:00Z"),
        }
    }

    async fn store_with(email: OutboxEmail) -> Store {
        let store = Store::in_memory();
        store.add_to_outbox(email).await.unwrap();
        store
    }

    async fn claim(store: &Store, time: &str) -> Claim {
        let token = Token::new([7; 32]);
        store.claim_email(&email().outbox_id, &token, at(time)).await.unwrap()
    }

    async fn claimed(store: &Store, time: &str) -> OutboxRecord {
        match claim(store, time).await {
            Claim::Yours(record) => *record,
            not @ (Claim::Done | Claim::Suppressed | Claim::Busy | Claim::Unknown) => {
                panic!("{not:?}")
            }
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
        assert_eq!(claim(&store, "2026-04-06T09:59:59Z").await, Claim::Busy);
        let other = claimed(&store, "2026-04-06T10:00:00Z").await;
        let late = store.email_sent(died, at("2026-04-06T10:00:01Z")).await;
        assert!(late.unwrap_err().is_stale());
        store.email_sent(other, at("2026-04-06T10:00:02Z")).await.unwrap();
    }

    #[tokio::test]
    async fn what_the_mail_service_tells_of_was_sent_whatever_we_thought() {
        let store = store_with(email()).await;
        let id = &email().outbox_id;
        let died = claimed(&store, "2026-04-06T09:00:00Z").await;
        let told = at("2026-04-06T09:00:01Z");
        let to = store.email_accepted(id, Some(Outcome::Delivered), told).await.unwrap();
        assert_eq!(to.as_deref(), Some("ada@example.org"));
        assert_eq!(claim(&store, "2026-04-06T10:00:00Z").await, Claim::Done);
        assert_eq!(pending(&store).await, 0);
        store.email_sent(died, at("2026-04-06T09:00:02Z")).await.unwrap();
        let record = store.outbox_email(id).await.unwrap().unwrap();
        assert_eq!(record.delivery, Delivery::Sent { at: told });
        assert_eq!(record.email.text, "", "a code is forgotten");
    }

    #[tokio::test]
    async fn what_is_told_of_an_email_ends_the_same_in_whatever_order_it_comes() {
        let told = [None, Some(Outcome::Delayed), Some(Outcome::Delivered), Some(Outcome::Bounced)];
        for turn in 0..told.len() {
            let store = store_with(email()).await;
            for which in 0..told.len() * 2 {
                let outcome = told[(turn + which) % told.len()];
                let when = at("2026-04-06T09:00:01Z");
                store.email_accepted(&email().outbox_id, outcome, when).await.unwrap();
            }
            let record = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
            assert_eq!(record.outcome, Some(Outcome::Bounced));
        }
        let store = Store::in_memory();
        let (id, when) = (email().outbox_id, at("2026-04-06T09:00:01Z"));
        let nobody = store.email_accepted(&id, None, when).await.unwrap();
        assert_eq!(nobody, None, "of another stack");
    }

    #[tokio::test]
    async fn news_are_not_sent_to_an_address_that_complained_of_them_but_codes_are() {
        let news = OutboxEmail { news: true, secret: false, ..email() };
        for (email, sent) in [(news, false), (email(), true)] {
            let store = store_with(email).await;
            let since = at("2026-04-06T08:00:00Z");
            let complaint = crate::SuppressedFor::Complaint;
            store.suppress("ada@example.org", complaint, since, "abuse").await.unwrap();
            let claim = claim(&store, "2026-04-06T09:00:01Z").await;
            assert_eq!(matches!(claim, Claim::Yours(_)), sent);
            assert_eq!(pending(&store).await, usize::from(sent));
        }
    }

    #[tokio::test]
    async fn a_link_to_unsubscribe_leads_to_its_reader_and_only_its_hash_is_kept() {
        let store = store_with(OutboxEmail { news: true, ..email() }).await;
        claimed(&store, "2026-04-06T09:00:01Z").await;
        let token = Token::new([7; 32]);
        let reader = store.reader_of_link(&token.hash()).await.unwrap();
        assert_eq!(reader.as_deref(), Some("ada@example.org"));
        assert!(!format!("{:?}", store.dump().unwrap()).contains(token.reveal()));
        let other = store.reader_of_link(&TokenHash::of("guess")).await.unwrap();
        assert_eq!(other, None);
    }

    #[tokio::test]
    async fn a_code_that_no_longer_works_is_not_sent() {
        let store = store_with(email()).await;
        assert_eq!(claim(&store, "2026-04-06T12:00:00Z").await, Claim::Suppressed);
        let record = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
        assert!(matches!(record.delivery, Delivery::Suppressed { why: NotSent::NoUse, .. }));
        assert_eq!((record.email.text.as_str(), pending(&store).await), ("", 0));
    }

    #[tokio::test]
    async fn a_failed_email_says_why_and_is_given_up_in_the_end() {
        let store = store_with(email()).await;
        for _ in 0..TRIES_MAX {
            assert_eq!(pending(&store).await, 1);
            let record = claimed(&store, "2026-04-06T09:00:01Z").await;
            let reason = "address unknown".to_owned();
            store.email_failed(record, at("2026-04-06T09:00:02Z"), reason, true).await.unwrap();
        }
        let record = store.outbox_email(&email().outbox_id).await.unwrap().unwrap();
        assert!(
            matches!(&record.delivery, Delivery::Failed { reason, .. } if reason == "address unknown")
        );
        assert_eq!((record.tries, pending(&store).await), (TRIES_MAX, 0));
    }
}
