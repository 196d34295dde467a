//! What signing in and changing how one signs in have in common: tries are counted before they are looked at,
//! emails are written with what they tell of, and an address without an account costs the same work as one with.
//!
//! Architecture invariant: nothing here knows HTTP beyond being a [`web::Portal`].

mod authenticator;
mod letters;
mod passwords;
mod tries;

use chrono::{DateTime, Utc};
use cloud::metrics::Metric;
use cloud::{Cloud, MissingSetting, tracing};
use domain::audit::{By, Note, Outcome};
use domain::failure::Failure;
use domain::sender::{Sender, TooManyTries};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use messages::Queue;
use store::{Store, StoreError};
use web::{Clock, Portal};

pub use crate::authenticator::{AppOffer, CannotSetUp, confirm_app, offer_app};
pub use crate::letters::{News, helpdesk_email, invitation_id, welcome, welcome_staff};
pub use crate::passwords::{
    CannotUsePassword, NotThePassword, check_password, is_password_of, new_password,
};
pub use crate::tries::{Person, Tried};

/// How often something is tried again because somebody else was faster.
pub const RACES_MAX: u32 = 5;

/// Everything that signing in needs. Clones share it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Accounts, sessions and the outbox.
    pub store: Store,
    /// Where emails that are to be sent are told of.
    pub mail_queue: Queue,
    /// What tells the time.
    pub clock: Clock,
    /// Where the pages are, for links in emails.
    pub site_url: String,
    /// What the distribution says to prove that it passed a request on, if this function is behind it and is told.
    pub edge_secret: Option<String>,
}

impl Portal for Identity {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn edge_secret(&self) -> Option<&str> {
        self.edge_secret.as_deref()
    }
}

impl Identity {
    /// What a function was deployed with.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] if it was not told where the pages are.
    pub fn open(cloud: &Cloud) -> Result<Self, MissingSetting> {
        Ok(Self {
            store: Store::open(cloud),
            mail_queue: Queue::mail(cloud),
            clock: Clock::System,
            site_url: cloud.site_url.get()?.trim_end_matches('/').to_owned(),
            edge_secret: cloud.edge_secret.get().ok().map(str::to_owned),
        })
    }

    /// Counts one more request for an account, whether there is one or not.
    ///
    /// # Errors
    ///
    /// [`TooManyTries`] with how long to wait; [`StoreError`] if it cannot be counted.
    pub async fn pace_account<E: From<TooManyTries> + From<StoreError>>(
        &self,
        email: &EmailAddress,
        at: DateTime<Utc>,
    ) -> Result<(), E> {
        match self.store.pace_sender(&Sender::account(email), at).await? {
            Some(too_many) => Err(too_many.into()),
            None => Ok(()),
        }
    }

    /// The council's settings.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        self.store.settings().await
    }

    /// Records what somebody did who was not signed in, and how it is answered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be recorded, so that it is not to be answered so.
    pub async fn record(
        &self,
        by: By,
        (what, status): (&str, u16),
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let outcome = Outcome::Answered { status, intended: None };
        self.store.append_audit(Note::new(at, by, what, outcome), None).await.map(drop)
    }

    /// Records what somebody is about to change who is not signed in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be recorded, so that it is not to be done.
    pub async fn announce(&self, by: By, what: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.store.append_audit(Note::new(at, by, what, Outcome::Intended), None).await.map(drop)
    }

    /// Records that what was announced was done. It was, so that it is answered so though this may fail.
    pub async fn record_done(&self, by: By, what: &str, at: DateTime<Utc>) {
        if let Err(error) = self.record(by, (what, 200), at).await {
            cloud::metrics::count(Metric::OutcomesUnrecorded);
            tracing::error!(code = error.code(), "what came of a change was not recorded");
        }
    }
}
