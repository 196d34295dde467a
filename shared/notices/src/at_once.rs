//! What is told at once, and how the mail queue is told of it.

use cloud::tracing;
use domain::clock::Now;
use domain::failure::Failure;
use domain::ids::ProviderRef;
use domain::notice::{Happening, Subscription};
use domain::permission::Permission;
use domain::sign_in::EmailAddress;
use messages::{Letter, Letterhead};
use store::{MailMessage, News, OutboxEmail, OutboxId, Telling, ToSend};

use crate::{Notices, NoticesError};

/// Who is told of what happened at a provider, as soon as it happened.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// At whom.
    pub provider: &'a ProviderRef,
    /// Only those of its contacts who may do this.
    pub may: Permission,
    /// Only those who want this.
    pub what: Subscription,
    /// What tells it from everything else that ever happens: the same when it is told again.
    pub event: &'a [&'a str],
    /// Who did it need not be told.
    pub but: Option<&'a EmailAddress>,
}

impl Notices {
    /// The emails that tell the contacts of a provider of something at once: one letter to each who may and
    /// wants to know.
    ///
    /// # Errors
    ///
    /// [`NoticesError`] if the table cannot be read.
    pub async fn at_once(
        &self,
        notice: &Notice<'_>,
        now: Now,
        letter: impl FnOnce(&Letterhead<'_>) -> Letter,
    ) -> Result<Telling, NoticesError> {
        let Notice { provider, may, what, event, but } = *notice;
        let to = self.store.who_is_told(provider, may, what, but).await?;
        if to.is_empty() {
            return Ok(Telling::default());
        }
        let settings = self.store.settings().await?;
        let letter = letter(&self.head(&settings)?);
        Ok(Telling::by_email(event, to, &news_email(letter, now)))
    }

    /// Something that happened at a provider now, for the daily email. `id`: which of its kind.
    pub fn news(provider: &ProviderRef, happening: Happening, id: &str, now: Now) -> Telling {
        Telling::news(News {
            provider_ref: provider.clone(),
            happening,
            id: id.to_owned(),
            count: 1,
            day: now.date,
        })
    }

    /// Tells the mail queue of what was written. What this does not reach is found by [`Notices::sweep`], so that
    /// what happened is done all the same.
    pub async fn tell(&self, written: &ToSend) {
        let mut done = self.queue(&written.emails).await;
        for later in &written.later {
            done = done.and(self.write_later(later).await);
        }
        if let Err(error) = done {
            tracing::warn!(code = error.code(), "the mail queue was not told, the sweep will");
        }
    }

    /// Tells the mail queue of emails.
    pub(crate) async fn queue(&self, emails: &[OutboxId]) -> Result<(), NoticesError> {
        let messages: Vec<_> =
            emails.iter().map(|id| MailMessage { outbox_id: id.clone() }).collect();
        Ok(self.mail_queue.send_all(&messages).await?)
    }
}

/// `letter` as news, to be addressed.
pub(crate) fn news_email(letter: Letter, now: Now) -> OutboxEmail {
    let Letter { subject, text, html } = letter;
    OutboxEmail {
        outbox_id: OutboxId::of(&[]),
        to: String::new(),
        subject,
        text,
        html,
        secret: false,
        news: true,
        useful_until: None,
        created_at: now.instant,
    }
}
