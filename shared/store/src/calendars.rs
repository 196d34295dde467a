//! The secret addresses from which calendar programs read a provider's deadlines for one person.

use chrono::{DateTime, Utc};
use domain::ids::ProviderRef;
use domain::sign_in::{EmailAddress, TokenHash};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::{RACES_MAX, Store};

/// Whose calendar an address reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The hash of the address's token.
    pub hash: TokenHash,
    /// Who has it.
    pub email: EmailAddress,
    /// Whose deadlines it tells.
    pub provider_ref: ProviderRef,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Counts saves; 0: never saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Store {
    /// Whose calendar is read with a token.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn feed(&self, hash: &TokenHash) -> Result<Option<Feed>, StoreError> {
        self.table.get(&Key::calendar(hash)).await
    }

    /// The address that a person has for a provider's calendar, without its token.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn feed_of(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
    ) -> Result<Option<Feed>, StoreError> {
        self.table.get(&Key::calendar_of(email.as_str(), provider)).await
    }

    /// Gives a person an address for a provider's calendar in place of the one before, which no longer counts.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn replace_feed(&self, feed: &Feed) -> Result<(), StoreError> {
        let mut stale = StoreError::Missing("calendar");
        for _ in 0..RACES_MAX {
            let before = self.feed_of(&feed.email, &feed.provider_ref).await?;
            let version = before.as_ref().map_or(0, |it| it.version);
            let of = Key::calendar_of(feed.email.as_str(), &feed.provider_ref);
            let mut actions = vec![
                Action::put(of, feed).if_version(version),
                Action::put(Key::calendar(&feed.hash), feed).if_absent(),
            ];
            actions.extend(before.map(|it| Action::delete(Key::calendar(&it.hash))));
            match self.table.write(actions).await {
                Err(error) if error.is_stale() => stale = error,
                done => return done,
            }
        }
        Err(stale)
    }

    /// Takes a person's address for a provider's calendar away. Where there is none, nothing happens.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn remove_feed(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
    ) -> Result<(), StoreError> {
        let mut stale = StoreError::Missing("calendar");
        for _ in 0..RACES_MAX {
            let Some(feed) = self.feed_of(email, provider).await? else { return Ok(()) };
            let of = Key::calendar_of(email.as_str(), provider);
            let actions = vec![
                Action::delete(of).if_version(feed.version),
                Action::delete(Key::calendar(&feed.hash)),
            ];
            match self.table.write(actions).await {
                Err(error) if error.is_stale() => stale = error,
                done => return done,
            }
        }
        Err(stale)
    }
}
