//! The keys of providers' software.
//!
//! A key is found by the hash of its secret alone, in one read. Beside its provider there is a row for each, so that
//! all of a provider's keys can be listed and revoked.

use chrono::{DateTime, TimeDelta, Utc};
use domain::api_key::{ApiKey, KEYS_MAX, KeyState, RATE, Revoked, TooFast};
use domain::ids::{ApiKeyId, ProviderRef};
use domain::sign_in::TokenHash;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::notices::Telling;
use crate::query::Query;
use crate::{RACES_MAX, Store};

/// More than any provider ever makes; those that ended are listed for as long as they are kept.
const ROWS_MAX: usize = 2000;

/// How long a key is listed after its last day.
const KEPT_DAYS: i64 = 400;

/// The row beside the provider.
#[derive(Debug, Serialize, Deserialize)]
struct Held {
    hash: TokenHash,
}

/// What became of asking for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewKey {
    /// It was made.
    Made,
    /// The same request made it before; its secret was told then.
    Before(Box<ApiKey>),
    /// The provider has as many in use as it may have.
    TooMany,
}

impl Store {
    /// The key with a secret, whether it counts or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.table.get(&Key::api_key(hash)).await
    }

    /// The keys of a provider, the last made first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn api_keys(&self, provider: &ProviderRef) -> Result<Vec<ApiKey>, StoreError> {
        let rows = self.table.query_all(Query::api_keys(provider), ROWS_MAX).await?;
        let mut keys: Vec<ApiKey> = Vec::new();
        for row in rows {
            let held: Held = row.read()?;
            keys.extend(self.api_key(&held.hash).await?);
        }
        keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        Ok(keys)
    }

    /// Writes a new key with the emails that tell of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn make_api_key(&self, key: &ApiKey, telling: Telling) -> Result<NewKey, StoreError> {
        let there = self.api_keys(&key.provider_ref).await?;
        let live = |it: &&ApiKey| it.state(key.created_at) == KeyState::Live;
        if let Some(before) = there.iter().find(|it| it.key_id == key.key_id) {
            return Ok(NewKey::Before(Box::new(before.clone())));
        }
        if there.iter().filter(live).count() >= KEYS_MAX {
            return Ok(NewKey::TooMany);
        }
        let held = Held { hash: key.hash.clone() };
        let row = Key::api_key_of(&key.provider_ref, &key.key_id);
        let mut actions = vec![
            Action::put(row, &held).if_absent().expires_at(forgotten_at(key)),
            save(key).if_absent(),
        ];
        actions.extend(telling.actions());
        match self.table.write(actions).await {
            Err(error) if error.is_stale() => {
                let there = self.api_keys(&key.provider_ref).await?;
                let before = there.into_iter().find(|it| it.key_id == key.key_id);
                before.map(|it| NewKey::Before(Box::new(it))).ok_or(error)
            }
            done => done.map(|()| NewKey::Made),
        }
    }

    /// Revokes a key at once, with the emails that tell of it: no request after this gets in. One that was revoked
    /// before stays as it was, and nobody is told again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if the provider has no such key.
    pub async fn revoke_api_key(
        &self,
        provider: &ProviderRef,
        key_id: &ApiKeyId,
        revoked: &Revoked,
        telling: &Telling,
    ) -> Result<ApiKey, StoreError> {
        let held: Option<Held> = self.table.get(&Key::api_key_of(provider, key_id)).await?;
        let hash = held.ok_or(StoreError::Missing("key"))?.hash;
        let mut stale = StoreError::Missing("key");
        for _ in 0..RACES_MAX {
            let key = self.api_key(&hash).await?.ok_or(StoreError::Missing("key"))?;
            if key.revoked.is_some() {
                return Ok(key);
            }
            let key = ApiKey { revoked: Some(revoked.clone()), ..key };
            let mut actions = vec![save(&key).if_present()];
            actions.extend(telling.clone().actions());
            match self.table.write(actions).await {
                Err(error) if error.is_stale() => stale = error,
                done => return done.map(|()| key),
            }
        }
        Err(stale)
    }

    /// Notes that a key was used, if it is still as it was read. Of two at once one does it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if it was revoked or used meanwhile; otherwise if the table cannot be written.
    pub async fn see_api_key(&self, key: &ApiKey, at: DateTime<Utc>) -> Result<(), StoreError> {
        let seen = ApiKey { last_used_at: Some(at), ..key.clone() };
        self.table.write(vec![save(&seen).if_present()]).await
    }

    /// Counts one more request of a key; none: it may be answered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn pace_api_key(
        &self,
        hash: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<TooFast>, StoreError> {
        let waits = self.pace(&Key::pace(hash), RATE, now).await?;
        Ok(waits.map(TooFast))
    }
}

fn save(key: &ApiKey) -> Action {
    let put = Action::put(Key::api_key(&key.hash), key);
    put.if_version(key.version).expires_at(forgotten_at(key))
}

fn forgotten_at(key: &ApiKey) -> DateTime<Utc> {
    key.ends_at.checked_add_signed(TimeDelta::days(KEPT_DAYS)).unwrap_or(key.ends_at)
}
