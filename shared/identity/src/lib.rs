//! What signing in and changing how one signs in have in common: tries are counted before they are looked at,
//! emails are written with what they tell of, and an address without an account costs the same work as one with.
//!
//! Architecture invariant: nothing here knows HTTP beyond being a [`web::Portal`].

mod authenticator;
mod letters;
mod passwords;
mod tries;

use cloud::{Cloud, MissingSetting};
use domain::settings::Settings;
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
}

impl Portal for Identity {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
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
        })
    }

    /// The council's settings.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        self.store.settings().await
    }
}
