//! The daily email: one a person and day, over all of their providers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::clock::{Now, last_day_told};
use domain::ids::ProviderRef;
use domain::notice::{Happening, Subscriptions};
use domain::permission::Permission;
use domain::settings::Settings;
use messages::daily::{ProviderNews, digest};
use store::{Digest, DigestState, HappenedAt, OutboxEmail, OutboxId, StoreError};

use crate::at_once::news_email;
use crate::{Notices, NoticesError};

/// After so many people it is noted how far a daily email is.
const WRITTEN_TOGETHER: usize = 50;

/// How often others may be faster at the same daily email before this run leaves it to them.
const RACES_MAX: u32 = 10;

/// Who is told of which providers.
type Readers = BTreeMap<String, Vec<ProviderRef>>;

/// What one daily email is made of.
struct Told<'a> {
    day: NaiveDate,
    happened: &'a HappenedAt,
    names: BTreeMap<ProviderRef, String>,
    settings: &'a Settings,
    now: Now,
}

impl Notices {
    /// Writes the daily emails that are due by `now`: those that were begun and not ended, and the one about
    /// yesterday. Done twice, late or by two at once, everybody is written to once.
    ///
    /// # Errors
    ///
    /// [`NoticesError`]; done again, it goes on where it stopped.
    pub async fn digest(&self, now: Now) -> Result<(), NoticesError> {
        let settings = self.store.settings().await?;
        let Some(day) = last_day_told(now.instant, settings.digest_hour) else { return Ok(()) };
        let begun = self.store.digests(day).await?;
        let is_new = begun.iter().all(|digest| digest.day != day);
        let open = begun.into_iter().filter(|digest| digest.state != DigestState::Done);
        for digest in open {
            self.finish(digest, &settings, now).await?;
        }
        if is_new {
            let digest = self.store.begin_digest(day).await?;
            self.finish(digest, &settings, now).await?;
        }
        Ok(())
    }

    /// Takes a daily email to its end, from wherever it is.
    async fn finish(
        &self,
        mut digest: Digest,
        settings: &Settings,
        now: Now,
    ) -> Result<(), NoticesError> {
        let mut races = 0;
        while digest.state != DigestState::Done {
            let day = digest.day;
            match self.go_on(digest, settings, now).await {
                Ok(after) => digest = after,
                Err(NoticesError::Store(StoreError::Stale { .. })) if races < RACES_MAX => {
                    races = races.saturating_add(1);
                    digest = self.store.begin_digest(day).await?;
                }
                Err(NoticesError::Store(StoreError::Stale { .. })) => {
                    return Err(NoticesError::Busy);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// The next step of a daily email.
    async fn go_on(
        &self,
        digest: Digest,
        settings: &Settings,
        now: Now,
    ) -> Result<Digest, NoticesError> {
        match digest.state {
            DigestState::Collecting => {
                self.store.collect_news(&digest).await?;
                let sealed = Digest { state: DigestState::Sealed, ..digest };
                Ok(self.store.save_digest(sealed).await?)
            }
            DigestState::Sealed => self.write_digest(digest, settings, now).await,
            DigestState::Done => Ok(digest),
        }
    }

    /// Writes a sealed daily email to everybody who is not written to yet.
    async fn write_digest(
        &self,
        mut digest: Digest,
        settings: &Settings,
        now: Now,
    ) -> Result<Digest, NoticesError> {
        let happened = self.store.news_of_digest(digest.day).await?;
        let (readers, names) = self.readers(&happened).await?;
        let told = Told { day: digest.day, happened: &happened, names, settings, now };
        let left =
            readers.into_iter().filter(|(email, _)| Some(email) > digest.written_to.as_ref());
        let left: Vec<_> = left.collect();
        for some in left.chunks(WRITTEN_TOGETHER) {
            let mut ids = Vec::new();
            for (email, providers) in some {
                if let Some(email) = self.letter_to(email, providers, &told).await? {
                    ids.push(email.outbox_id.clone());
                    self.store.add_to_outbox(email).await?;
                }
            }
            let written_to = some.last().map(|(email, _)| email.clone());
            digest = self.store.save_digest(Digest { written_to, ..digest }).await?;
            self.queue(&ids).await?;
        }
        let done = Digest { state: DigestState::Done, ..digest };
        Ok(self.store.save_digest(done).await?)
    }

    /// Everybody at the providers where something happened, and what those are called.
    async fn readers(
        &self,
        happened: &HappenedAt,
    ) -> Result<(Readers, BTreeMap<ProviderRef, String>), NoticesError> {
        let (mut readers, mut names) = (Readers::new(), BTreeMap::new());
        for provider in happened.keys() {
            let to = self.store.contacts_who_may(provider, Permission::See, usize::MAX).await?;
            for email in to {
                readers.entry(email).or_default().push(provider.clone());
            }
            let name = self.store.provider(provider).await?.map(|it| it.name);
            names.insert(provider.clone(), name.unwrap_or_else(|| provider.to_string()));
        }
        Ok((readers, names))
    }

    /// The daily email to one person; none, if nothing happened that they want to know.
    async fn letter_to(
        &self,
        email: &str,
        providers: &[ProviderRef],
        told: &Told<'_>,
    ) -> Result<Option<OutboxEmail>, NoticesError> {
        let chosen = match email.parse() {
            Ok(address) => self.store.subscriptions(&address).await?,
            Err(_) => None,
        };
        let wants = chosen.as_ref().unwrap_or(&told.settings.default_subscriptions);
        let news: Vec<_> = providers.iter().filter_map(|it| told.news_of(it, wants)).collect();
        if news.is_empty() {
            return Ok(None);
        }
        let letter = digest(&self.head(told.settings)?, told.day, &news);
        let outbox_id = OutboxId::of(&["digest", &told.day.to_string(), email]);
        let letter = news_email(letter, told.now);
        Ok(Some(OutboxEmail { outbox_id, to: email.to_owned(), ..letter }))
    }
}

impl Told<'_> {
    /// What somebody is told of one provider, if anything.
    fn news_of(&self, provider: &ProviderRef, wants: &Subscriptions) -> Option<ProviderNews> {
        let wanted = |it: &Happening| wants.contains(&it.area().daily());
        let happened = self.happened.get(provider)?.iter();
        let happened: BTreeMap<_, _> =
            happened.filter(|(it, _)| wanted(it)).map(|(it, count)| (*it, *count)).collect();
        let name = self.names.get(provider)?.clone();
        (!happened.is_empty()).then_some(ProviderNews { name, happened })
    }
}
