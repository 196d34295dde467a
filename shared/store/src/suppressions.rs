//! Addresses that are not written to, because emails to them came back or their readers complained.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::outbox::NotSent;
use crate::users::ListedSuppression;
use crate::{RACES_MAX, Store};

/// Why an address is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressedFor {
    /// Its reader complained: no news, but codes and what else concerns the account.
    Complaint,
    /// Emails to it came back for good: nothing at all.
    Bounce,
}

/// That an address is not written to, or was not until somebody trusted it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Why.
    pub reason: SuppressedFor,
    /// Since when: when it came back, or was complained of.
    pub at: DateTime<Utc>,
    /// What the mail service said of it, without an address: `Permanent General`.
    pub detail: String,
    /// When the helpdesk last said that it works again. What happened before no longer counts.
    pub trusted_at: Option<DateTime<Utc>>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// Whether an address is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressState {
    /// It is.
    Ok,
    /// Emails to it came back.
    Bounced,
    /// Its reader complained.
    Complained,
}

/// Whether an address is written to, and if not since when, as pages show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EmailState {
    /// Whether it is.
    pub state: AddressState,
    /// Since when not.
    pub at: Option<DateTime<Utc>>,
}

impl Suppression {
    fn is_active(&self) -> bool {
        self.trusted_at.is_none_or(|trusted_at| self.at > trusted_at)
    }

    /// Why an email is not sent; `news`: whether it is news.
    pub(crate) fn stops(&self, news: bool) -> Option<NotSent> {
        match self.reason {
            _ if !self.is_active() => None,
            SuppressedFor::Bounce => Some(NotSent::Bounced),
            SuppressedFor::Complaint if news => Some(NotSent::Complained),
            SuppressedFor::Complaint => None,
        }
    }

    fn state(&self) -> EmailState {
        let state = match self.reason {
            _ if !self.is_active() => return EmailState::OK,
            SuppressedFor::Bounce => AddressState::Bounced,
            SuppressedFor::Complaint => AddressState::Complained,
        };
        EmailState { state, at: Some(self.at) }
    }

    /// After something else happened; none: it changes nothing. A bounce outweighs a complaint.
    fn after(self, reason: SuppressedFor, at: DateTime<Utc>, detail: &str) -> Option<Self> {
        let forgiven = self.trusted_at.is_some_and(|trusted_at| at <= trusted_at);
        if forgiven || (self.is_active() && self.reason >= reason) {
            return None;
        }
        Some(Self { reason, at, detail: detail.to_owned(), ..self })
    }
}

impl EmailState {
    const OK: Self = Self { state: AddressState::Ok, at: None };
}

impl Store {
    /// Whether an address is written to.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn email_state(&self, email: &str) -> Result<EmailState, StoreError> {
        let suppression = self.suppression(email).await?;
        Ok(suppression.map_or(EmailState::OK, |it| it.state()))
    }

    pub(crate) async fn suppression(&self, email: &str) -> Result<Option<Suppression>, StoreError> {
        self.table.get(&key(email)).await
    }

    /// An email to an address came back for good, or its reader complained of it, at `at`. Told twice, late or
    /// in another order, it ends the same.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn suppress(
        &self,
        email: &str,
        reason: SuppressedFor,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<(), StoreError> {
        let first =
            || Suppression { reason, at, detail: detail.to_owned(), trusted_at: None, version: 0 };
        let change = |there: Option<Suppression>| match there {
            None => Some(first()),
            Some(there) => there.after(reason, at, detail),
        };
        self.change_suppression(email, change).await
    }

    /// The helpdesk says that an address works again: it is written to from now on. What happened to earlier
    /// emails no longer counts, even if it is told later.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn trust_address(&self, email: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let trusted = |there: Suppression| {
            there.is_active().then(|| Suppression { trusted_at: Some(now.max(there.at)), ..there })
        };
        self.change_suppression(email, |there| there.and_then(trusted)).await
    }

    async fn change_suppression(
        &self,
        email: &str,
        change: impl Fn(Option<Suppression>) -> Option<Suppression>,
    ) -> Result<(), StoreError> {
        let mut stale = StoreError::Missing("suppression");
        for _ in 0..RACES_MAX {
            let there = self.suppression(email).await?;
            let Some(changed) = change(there) else { return Ok(()) };
            let put = Action::put(key(email), &changed).if_version(changed.version);
            let listed =
                ListedSuppression { email: email.to_lowercase(), active: changed.is_active() };
            let listed = Action::put(Key::listed_suppression(&listed.email), &listed);
            match self.table.write(vec![put, listed]).await {
                Err(error) if error.is_stale() => stale = error,
                other => return other,
            }
        }
        Err(stale)
    }
}

fn key(email: &str) -> Key {
    Key::suppression(&email.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "Ada@example.org";

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-04-06T09:{minute:02}:00Z").parse().unwrap()
    }

    async fn stops(store: &Store, news: bool) -> Option<NotSent> {
        store.suppression("ada@example.org").await.unwrap().and_then(|it| it.stops(news))
    }

    #[tokio::test]
    async fn after_a_bounce_nothing_is_sent_and_after_a_complaint_no_news() {
        let store = Store::in_memory();
        store.suppress(ADA, SuppressedFor::Complaint, at(1), "abuse").await.unwrap();
        assert_eq!(stops(&store, true).await, Some(NotSent::Complained));
        assert_eq!(stops(&store, false).await, None);
        store.suppress(ADA, SuppressedFor::Bounce, at(0), "Permanent General").await.unwrap();
        assert_eq!(stops(&store, false).await, Some(NotSent::Bounced));
        store.suppress(ADA, SuppressedFor::Complaint, at(3), "abuse").await.unwrap();
        assert_eq!(stops(&store, false).await, Some(NotSent::Bounced));
        let state = store.email_state(ADA).await.unwrap();
        assert_eq!(state, EmailState { state: AddressState::Bounced, at: Some(at(0)) });
    }

    #[tokio::test]
    async fn what_happened_before_an_address_was_trusted_again_no_longer_counts() {
        let store = Store::in_memory();
        let bounce = async |minute| {
            store.suppress(ADA, SuppressedFor::Bounce, at(minute), "Permanent").await.unwrap();
        };
        store.trust_address(ADA, at(0)).await.unwrap();
        assert_eq!(store.dump().unwrap().len(), 0, "there was nothing to forgive");
        bounce(1).await;
        store.trust_address(ADA, at(5)).await.unwrap();
        assert_eq!(store.email_state(ADA).await.unwrap(), EmailState::OK);
        bounce(4).await;
        bounce(1).await;
        assert_eq!(stops(&store, false).await, None);
        assert!(store.suppressed_addresses().await.unwrap().is_empty());
        bounce(6).await;
        assert_eq!(stops(&store, false).await, Some(NotSent::Bounced));
        let listed = store.suppressed_addresses().await.unwrap();
        assert_eq!(listed, ["ada@example.org".to_owned()].into());
    }
}
