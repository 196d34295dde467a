//! Counting tries.

use chrono::{DateTime, Utc};
use cloud::metrics::{self, Metric};
use domain::account::{Attempt, Tries};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use store::{Change, StoreError};

use crate::{Identity, News, RACES_MAX};

/// Whether something may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was counted: look whether it is right.
    Counted,
    /// There were too many wrong ones lately.
    Locked,
}

/// Somebody who wants in, or pretends to be somebody.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The address, as it was typed.
    pub email: &'a EmailAddress,
    /// Whether anybody would read an email to it.
    pub somebody: bool,
    /// The council's.
    pub settings: &'a Settings,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Identity {
    /// Counts a try before it is looked at, together with `beside`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if `beside` may not be written, or others try at the same time all along.
    pub async fn begin_try(
        &self,
        person: Person<'_>,
        beside: Option<Change>,
    ) -> Result<Tried, StoreError> {
        let mut stale = StoreError::Missing("tries");
        for _ in 0..RACES_MAX {
            let tries = self.tries(person).await?;
            let tries = match tries.begin(person.at, person.settings) {
                Attempt::Locked => {
                    metrics::count(Metric::SignInFailures);
                    return Ok(Tried::Locked);
                }
                Attempt::Locks(tries) => {
                    self.lock(person, tries).await?;
                    return Ok(Tried::Locked);
                }
                Attempt::Counted(tries) => tries,
            };
            let counted = Change::Tries(person.email.clone(), tries);
            match self
                .store
                .change([Some(counted), beside.clone()].into_iter().flatten().collect())
                .await
            {
                Err(error) if error.is_stale() => stale = error,
                done => return done.map(|()| Tried::Counted),
            }
        }
        Err(stale)
    }

    /// A try was wrong: says whether it was the last that was allowed, and locks if so.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn fail_try(&self, person: Person<'_>) -> Result<Tried, StoreError> {
        metrics::count(Metric::SignInFailures);
        let tries = self.tries(person).await?;
        if tries.locked_until.is_some_and(|until| person.at < until) {
            return Ok(Tried::Locked);
        }
        match tries.failed(person.at, person.settings) {
            Some(locked) => self.lock(person, locked).await.map(|()| Tried::Locked),
            None => Ok(Tried::Counted),
        }
    }

    /// A try was right. If others try at the same time all along, it stays counted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn forgive_try(&self, person: Person<'_>) -> Result<(), StoreError> {
        for _ in 0..RACES_MAX {
            let forgiven = self.tries(person).await?.forgiven();
            let changes = vec![Change::Tries(person.email.clone(), forgiven)];
            match self.store.change(changes).await {
                Err(error) if error.is_stale() => {}
                done => return done,
            }
        }
        Ok(())
    }

    /// The tries so far.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn tries(&self, person: Person<'_>) -> Result<Tries, StoreError> {
        let tries = self.store.tries(person.email).await?;
        Ok(tries.unwrap_or_else(|| Tries::none(person.at)))
    }

    /// Locks and says so by email. If somebody else counts or locks meanwhile, the next try locks.
    async fn lock(&self, person: Person<'_>, locked: Tries) -> Result<(), StoreError> {
        let span = locked.locked_until.map(|until| until.signed_duration_since(person.at));
        let minutes = span.and_then(|span| u32::try_from(span.num_minutes()).ok());
        let minutes = minutes.unwrap_or(person.settings.lockout_minutes);
        let news = self.email(person, News::Locked { minutes });
        let id = news.outbox_id.clone();
        let changes = vec![Change::Tries(person.email.clone(), locked), Change::Email(news)];
        match self.store.change(changes).await {
            Err(error) if error.is_stale() => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                self.tell(&id).await;
                Ok(())
            }
        }
    }
}
