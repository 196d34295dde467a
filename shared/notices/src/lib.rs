//! What people are told of by email: at once, and once a day.
//!
//! Who makes something happen asks here for a [`Telling`], writes it in the transaction of what happened and then
//! calls [`Notices::tell`]:
//!
//! ```text
//! let event = ["action", action_id, post];
//! let notice = Notice { provider, may: Permission::Act, what: Subscription::ImmediateActions, event: &event, but: None };
//! let at_once = notices.at_once(&notice, now, |head| templates::action_assigned(head, ..)).await?;
//! let telling = at_once.and(Notices::news(provider, Happening::ActionOpened, action_id, now));
//! let written = telling.to_send();
//! store.save_action(.., telling).await?;   // .extend(telling.actions())
//! notices.tell(&written).await;
//! ```
//!
//! Architecture invariant: no email that is made here names a client.

mod at_once;
mod digest;
mod error;
mod sweep;

use cloud::{Cloud, Setting};
use domain::settings::Settings;
use messages::{Letterhead, Queue};
use store::Store;

pub use crate::at_once::Notice;
pub use crate::error::NoticesError;

/// What people are told of. Clones share connections.
#[derive(Debug, Clone)]
pub struct Notices {
    store: Store,
    mail_queue: Queue,
    site_url: Setting,
}

impl Notices {
    /// With the portal's table and mail queue. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            mail_queue: Queue::mail(cloud),
            site_url: cloud.site_url.clone(),
        }
    }

    /// With these, for tests. `site_url`: `https://portal.council.example`.
    pub fn with(store: Store, mail_queue: Queue, site_url: &str) -> Self {
        Self { store, mail_queue, site_url: Setting::new("SITE_URL", site_url) }
    }

    /// What is above and below every letter.
    ///
    /// # Errors
    ///
    /// [`NoticesError::Setting`] if the function was not told where the pages are.
    pub fn head<'a>(&'a self, settings: &'a Settings) -> Result<Letterhead<'a>, NoticesError> {
        Ok(Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?.trim_end_matches('/'),
        })
    }
}
