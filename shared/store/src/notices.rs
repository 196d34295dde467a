//! What people are told of: what they want to be told, what is told them at once, and what happened on a day for
//! the daily email.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::ProviderRef;
use domain::notice::{Happening, Subscription, Subscriptions};
use domain::permission::Permission;
use domain::sign_in::EmailAddress;
use domain::webhook::{Event, EventKind};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::outbox::{OutboxEmail, OutboxId};
use crate::query::{Cursor, Query};

/// How many emails are written in the transaction of what they tell of; the others of one piece of news are
/// written right after it.
pub const EMAILS_TOGETHER_MAX: usize = 20;

/// How long it is kept what happened on a day. Well above [`crate::DIGEST_DAYS_BACK`].
const NEWS_KEPT_DAYS: i64 = 90;

/// What a person chose to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Chosen {
    on: Subscriptions,
}

/// Something that happened at a provider, for the daily email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// At whom.
    pub provider_ref: ProviderRef,
    /// What.
    pub happening: Happening,
    /// Which of its kind: told twice under the same id on the same day, it is told once.
    pub id: String,
    /// How many things it happened to.
    pub count: u32,
    /// The London day on which it happened.
    pub day: NaiveDate,
}

/// What is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewsRow {
    pub(crate) provider_ref: ProviderRef,
    pub(crate) happening: Happening,
    pub(crate) count: u32,
    /// The daily email that tells it, once that was begun.
    pub(crate) digest: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) version: u32,
}

impl News {
    /// What writes it, together with what it tells of. Refused if it was written before.
    fn action(&self) -> Action {
        let row = NewsRow {
            provider_ref: self.provider_ref.clone(),
            happening: self.happening,
            count: self.count,
            digest: None,
            version: 0,
        };
        self.saving(&row).if_absent()
    }

    /// What writes it, for people and for software that is told of it.
    fn actions(&self) -> Vec<Action> {
        let event = self.event().map(|event| Store::happened(&event));
        std::iter::once(self.action()).chain(event).collect()
    }

    fn event(&self) -> Option<Event> {
        let provider_ref = self.provider_ref.clone();
        let of = |kind| Event { provider_ref, kind, subject: self.id.clone() };
        EventKind::of(self.happening).map(of)
    }

    fn saving(&self, row: &NewsRow) -> Action {
        Action::put(self.key(), row).if_version(row.version).expires_at(kept_until(self.day))
    }

    fn key(&self) -> Key {
        Key::news(self.day, &self.provider_ref, self.happening, &self.id)
    }
}

pub(crate) fn kept_until(day: NaiveDate) -> DateTime<Utc> {
    let start = day.and_time(chrono::NaiveTime::MIN).and_utc();
    start.checked_add_signed(TimeDelta::days(NEWS_KEPT_DAYS)).unwrap_or(start)
}

/// The same email to more people than are written to in one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterEmails {
    /// Its name.
    pub later_id: OutboxId,
    /// What tells it from other news, without the reader.
    pub event: Vec<String>,
    /// To whom.
    pub to: Vec<String>,
    /// The email, to the first of them.
    pub email: OutboxEmail,
}

impl LaterEmails {
    /// The email to each.
    pub fn emails(&self) -> impl Iterator<Item = OutboxEmail> {
        self.to.iter().map(|to| OutboxEmail {
            outbox_id: email_id(&self.event, to),
            to: to.clone(),
            ..self.email.clone()
        })
    }
}

/// The name of the email that tells `event` to `to`.
fn email_id(event: &[String], to: &str) -> OutboxId {
    let parts: Vec<&str> = event.iter().map(String::as_str).chain([to]).collect();
    OutboxId::of(&parts)
}

/// What is written together with an event so that people are told of it. The default tells nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "what is not written is not told"]
pub struct Telling {
    emails: Vec<OutboxEmail>,
    later: Vec<LaterEmails>,
    news: Vec<News>,
}

impl Telling {
    /// `email` to each of `to`, under names that are the same for the same `event`.
    pub fn by_email(event: &[&str], to: Vec<String>, email: &OutboxEmail) -> Self {
        let event: Vec<String> = event.iter().map(|&part| part.to_owned()).collect();
        let mut all = LaterEmails {
            later_id: OutboxId::of(&["later", email_id(&event, "").as_str()]),
            event,
            to,
            email: email.clone(),
        };
        let rest = all.to.split_off(all.to.len().min(EMAILS_TOGETHER_MAX));
        let emails = all.emails().collect();
        let later = (!rest.is_empty()).then_some(LaterEmails { to: rest, ..all });
        Self { emails, later: later.into_iter().collect(), news: Vec::new() }
    }

    /// Emails that are made already.
    pub fn emails(emails: Vec<OutboxEmail>) -> Self {
        Self { emails, ..Self::default() }
    }

    /// For the daily email.
    pub fn news(news: News) -> Self {
        Self { news: vec![news], ..Self::default() }
    }

    /// The same, with this for the daily email too.
    pub fn with_news(mut self, news: impl IntoIterator<Item = News>) -> Self {
        self.news.extend(news);
        self
    }

    /// Both.
    pub fn and(mut self, other: Self) -> Self {
        self.emails.extend(other.emails);
        self.later.extend(other.later);
        self.news.extend(other.news);
        self
    }

    /// What the mail queue is to be told of once it is written.
    pub fn to_send(&self) -> ToSend {
        let emails = self.emails.iter().map(|email| email.outbox_id.clone()).collect();
        ToSend { emails, later: self.later.clone() }
    }

    /// What writes it. Refused if it was written before.
    pub fn actions(self) -> Vec<Action> {
        let later = self.later.iter().map(later_action);
        let news = self.news.iter().flat_map(News::actions);
        let beside: Vec<_> = later.chain(news).collect();
        self.emails.into_iter().flat_map(Store::outbox_actions).chain(beside).collect()
    }
}

/// Emails that were written, of which the mail queue is to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToSend {
    /// Those that are written.
    pub emails: Vec<OutboxId>,
    /// Those that are still to be written one by one.
    pub later: Vec<LaterEmails>,
}

fn later_action(later: &LaterEmails) -> Action {
    Action::put(Key::later_emails(later.later_id.as_str()), later)
}

impl Store {
    /// What a person chose to be told of; none: they never chose.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn subscriptions(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Subscriptions>, StoreError> {
        let chosen: Option<Chosen> = self.table.get(&Key::subscriptions(email.as_str())).await?;
        Ok(chosen.map(|chosen| chosen.on))
    }

    /// Keeps what a person chose to be told of. The last choice counts.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn choose_subscriptions(
        &self,
        email: &EmailAddress,
        on: Subscriptions,
    ) -> Result<(), StoreError> {
        let key = Key::subscriptions(email.as_str());
        self.table.write(vec![Action::put(key, &Chosen { on })]).await
    }

    /// Those of `emails` who want to be told. `unless_chosen`: what counts for those who never chose.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn who_want(
        &self,
        emails: BTreeSet<String>,
        what: Subscription,
        unless_chosen: &Subscriptions,
    ) -> Result<Vec<String>, StoreError> {
        let asked = emails.into_iter().map(async |email| {
            let chosen = match email.parse() {
                Ok(address) => self.subscriptions(&address).await?,
                Err(_) => None,
            };
            let wants = chosen.as_ref().unwrap_or(unless_chosen).contains(&what);
            Ok::<_, StoreError>(wants.then_some(email))
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }

    /// The contacts of a provider who may do `may` and want to be told `what`, but for `but`, who did it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn who_is_told(
        &self,
        provider: &ProviderRef,
        may: Permission,
        what: Subscription,
        but: Option<&EmailAddress>,
    ) -> Result<Vec<String>, StoreError> {
        let settings = self.settings().await?;
        let contacts = self.contacts_who_may(provider, may, usize::MAX).await?;
        let is_other = |email: &String| but.is_none_or(|but| but.as_str() != email.to_lowercase());
        let emails = contacts.into_iter().filter(is_other).collect();
        self.who_want(emails, what, &settings.default_subscriptions).await
    }

    /// Keeps something that happened for the daily email, apart from what is written of it. Kept before, it is
    /// left as it is: so its day must be the same whenever it is told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn add_news(&self, news: &News) -> Result<(), StoreError> {
        match self.table.write(news.actions()).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    /// What writes news, for people, and for software if any of its provider wants to be told. Refused if it was
    /// written before.
    pub(crate) async fn news_actions(&self, news: &News) -> Result<Vec<Action>, StoreError> {
        let mut actions = vec![news.action()];
        if let Some(event) = news.event() {
            let endpoints = self.endpoints(&event.provider_ref).await?;
            let wanted = endpoints.iter().any(|endpoint| endpoint.wants(event.kind));
            actions.extend(wanted.then(|| Self::happened(&event)));
        }
        Ok(actions)
    }

    /// Whether something that happened is kept for the daily email already.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn has_news(&self, news: &News) -> Result<bool, StoreError> {
        Ok(self.table.row(&news.key()).await?.is_some())
    }

    /// What counts so many more to something that happened, in the transaction of what makes them so. What comes
    /// after the email of its day was made is counted to the next day whose email is not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read. The action is refused if somebody counts at the same time.
    pub async fn more_news(&self, mut news: News) -> Result<Action, StoreError> {
        while let Some(there) = self.table.get::<NewsRow>(&news.key()).await? {
            if there.digest.is_none() {
                let count = there.count.saturating_add(news.count);
                return Ok(news.saving(&NewsRow { count, ..there }));
            }
            news.day = news.day.succ_opt().ok_or(StoreError::Missing("day"))?;
        }
        Ok(news.action())
    }

    /// Writes a telling that belongs to nothing else that is written. Written before, it is left as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn add_telling(&self, telling: Telling) -> Result<(), StoreError> {
        for email in telling.emails {
            self.add_to_outbox(email).await?;
        }
        for later in &telling.later {
            self.table.write(vec![later_action(later)]).await?;
        }
        for news in &telling.news {
            self.add_news(news).await?;
        }
        Ok(())
    }

    /// Some of the emails that are still to be written one by one, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn later_emails(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<LaterEmails>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::later_emails().limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Notes that emails were written one by one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn forget_later_emails(&self, later: &LaterEmails) -> Result<(), StoreError> {
        let key = Key::later_emails(later.later_id.as_str());
        self.table.write(vec![Action::delete(key)]).await
    }
}
