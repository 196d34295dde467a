//! How far the daily emails are, and what they tell.
//!
//! The email about a day is made in steps that can each be cut off and done again. While it is *collecting*, what
//! happened until that day and was told by no other is marked with it. Then it is *sealed*: nothing is marked
//! with it any more, so that everybody who goes on from there tells the same. What comes late is unmarked, and
//! told by the next.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::ids::ProviderRef;
use domain::notice::Happening;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::notices::{NewsRow, kept_until};
use crate::query::Query;

/// How many days back a daily email looks for what no other told.
pub const DIGEST_DAYS_BACK: u64 = 35;

/// How many records are marked in one transaction, beside the check that it is not sealed.
const MARKED_TOGETHER: usize = 90;

/// How far the daily email about a day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The last day that it tells of.
    pub day: NaiveDate,
    /// How far it is.
    pub state: DigestState,
    /// The last address, in their order, to which it was written.
    pub written_to: Option<String>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// How far a daily email is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestState {
    /// What it tells is being marked.
    Collecting,
    /// What it tells is certain, and is written to one person after the other.
    Sealed,
    /// Everybody was written to.
    Done,
}

/// What happened at each provider, how often.
pub type HappenedAt = BTreeMap<ProviderRef, BTreeMap<Happening, u64>>;

impl Store {
    /// The daily emails about `day` and the weeks before it that were begun, earliest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn digests(&self, day: NaiveDate) -> Result<Vec<Digest>, StoreError> {
        let rows_max = usize::try_from(DIGEST_DAYS_BACK).unwrap_or(usize::MAX).saturating_add(2);
        let rows = self.table.query_all(Query::digests(days_back(day), day), rows_max).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How far the daily email about `day` is; it is begun if it was not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn begin_digest(&self, day: NaiveDate) -> Result<Digest, StoreError> {
        let state = DigestState::Collecting;
        let fresh = Digest { day, state, written_to: None, version: 0 };
        let key = Key::digest(day);
        if let Some(there) = self.table.get(&key).await? {
            return Ok(there);
        }
        match self.table.write(vec![Action::put(key.clone(), &fresh).if_version(0)]).await {
            Err(error) if !error.is_stale() => Err(error),
            Ok(()) | Err(_) => {
                self.table.get(&key).await?.ok_or(StoreError::Missing("daily email"))
            }
        }
    }

    /// Saves how far a daily email is, if nobody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has; or the table cannot be written.
    pub async fn save_digest(&self, digest: Digest) -> Result<Digest, StoreError> {
        let put = Action::put(Key::digest(digest.day), &digest).if_version(digest.version);
        self.table.write(vec![put]).await?;
        let version = digest.version.saturating_add(1);
        Ok(Digest { version, ..digest })
    }

    /// Marks what happened until the day of `digest`, and was told by no other, as told by it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if it is sealed, or somebody else marks at the same time: look again how far it is.
    pub async fn collect_news(&self, digest: &Digest) -> Result<(), StoreError> {
        for day in days_back(digest.day).iter_days().take_while(|day| *day <= digest.day) {
            let mut after = None;
            loop {
                let query = Query::news(day).limit(MARKED_TOGETHER).after(after);
                let page = self.table.query(&query).await?;
                let next = page.next.clone();
                after = next;
                self.mark(page.rows, day, digest.day).await?;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn mark(
        &self,
        rows: Vec<Row>,
        day: NaiveDate,
        digest: NaiveDate,
    ) -> Result<(), StoreError> {
        let collecting =
            Action::check(Key::digest(digest)).if_equals("state", &DigestState::Collecting);
        let mut actions = vec![collecting];
        for row in rows {
            let key = row.key.clone();
            let news: NewsRow = row.read()?;
            if news.digest.is_none() {
                let marked = NewsRow { digest: Some(digest), ..news };
                let put = Action::put(key, &marked).if_version(marked.version);
                actions.push(put.expires_at(kept_until(day)));
            }
        }
        if actions.len() == 1 {
            return Ok(());
        }
        self.table.write(actions).await
    }

    /// What the daily email about `day` tells. It is certain once it is sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn news_of_digest(&self, digest: NaiveDate) -> Result<HappenedAt, StoreError> {
        let mut happened = HappenedAt::new();
        for day in days_back(digest).iter_days().take_while(|day| *day <= digest) {
            let mut after = None;
            loop {
                let page = self.table.query(&Query::news(day).after(after)).await?;
                let next = page.next.clone();
                after = next;
                let news: Vec<NewsRow> = page.read()?;
                for NewsRow { provider_ref, happening, count, .. } in
                    news.into_iter().filter(|news| news.digest == Some(digest))
                {
                    let counts = happened.entry(provider_ref).or_default();
                    let told = counts.entry(happening).or_default();
                    *told = told.saturating_add(count.into());
                }
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(happened)
    }
}

fn days_back(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(DIGEST_DAYS_BACK)).unwrap_or(day)
}
