//! Who may do what, and how that changes: the contacts of providers, what providers ask the council to change
//! about them, and the council's own people.
//!
//! Architecture invariant: what somebody may do follows from the record of the contact or of the council's
//! person, and from nothing else. Whatever changes such a record makes the access follow it, with [`People::make_access`]
//! or [`People::make_staff_access`]; both may be done again.

mod access;
mod error;
mod requests;
#[cfg(test)]
mod tests;

use cloud::{Cloud, Setting};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use messages::{Letterhead, Queue};
use store::{Delivery, MailMessage, OutboxId, Store};

pub use crate::error::PeopleError;
pub use crate::requests::{Asking, Verdict, Wish};

/// How often something is tried again because somebody else was faster.
const RACES_MAX: u32 = 10;

/// Contacts, their access and the requests to change them. Clones share connections.
#[derive(Debug, Clone)]
pub struct People {
    store: Store,
    mail_queue: Queue,
    site_url: Setting,
    random: fn(&EmailAddress) -> [u8; 32],
}

impl People {
    /// With the portal's table and mail queue. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            mail_queue: Queue::mail(cloud),
            site_url: cloud.site_url.clone(),
            random: |_| cloud::random_bytes(),
        }
    }

    /// With these, for tests. `random` makes the token of somebody's invitation; `site_url`:
    /// `https://portal.council.example`.
    pub fn with(
        store: Store,
        mail_queue: Queue,
        site_url: &str,
        random: fn(&EmailAddress) -> [u8; 32],
    ) -> Self {
        Self { store, mail_queue, site_url: Setting::new("SITE_URL", site_url), random }
    }

    fn head<'a>(&'a self, settings: &'a Settings) -> Result<Letterhead<'a>, PeopleError> {
        let site_url = self.site_url.get()?.trim_end_matches('/');
        let (council_name, support_email) = (&settings.council_name, &settings.support_email);
        Ok(Letterhead { council_name, support_email, site_url })
    }

    /// Tells the mail queue of an email that waits to be sent.
    async fn tell_mail(&self, id: &OutboxId) -> Result<(), PeopleError> {
        let record = self.store.outbox_email(id).await?;
        if record.is_some_and(|it| it.delivery == Delivery::Queued) {
            self.mail_queue.send(&MailMessage { outbox_id: id.clone() }).await?;
        }
        Ok(())
    }
}
