//! What a provider is told while a statement is open: that it changed after the response, and that its deadline
//! comes near.

use chrono::{Days, TimeDelta};
use domain::clock::Now;
use domain::facts::Period;
use domain::notice::Happening;
use domain::record::StatementRecord;
use domain::settings::Settings;
use domain::statement::Statement;
use messages::templates;
use store::{News, OutboxEmail, OutboxId, StoreError, Telling};

use crate::due::{DueContract, Watched};
use crate::load::Known;
use crate::{Statements, StatementsError};

impl Statements {
    /// Tells its provider once that a statement opened; takes back the response to one that changed since and
    /// tells that; reminds once when the deadline of an unanswered one comes near. Gives the emails to send.
    ///
    /// What a contract is paid for is read only if one of the three can be.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets do not answer.
    pub async fn watch(
        &self,
        watched: &Watched,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        let Watched { contract: DueContract { contract_ref, provider_ref }, period } = watched;
        let start = period.start_date;
        let (saved, settings, opens) = tokio::try_join!(
            Box::pin(self.store.statement_record(provider_ref, contract_ref, start)),
            Box::pin(self.store.settings()),
            Box::pin(self.is_untold(watched, now)),
        )?;
        let answered = saved.is_some_and(|record| record.response.answer().is_some());
        let asked = answered || is_near(&settings, period, now);
        if !opens && !asked {
            return Ok(Vec::new());
        }
        let known = self.known(provider_ref, contract_ref).await?;
        let record = known.record(start);
        let open = known.first_not_fixed().filter(|first| first.start_date == start);
        let Some(period) = open else { return Ok(Vec::new()) };
        if !opens && !answered && !record.response.is_unconfirmed() {
            return Ok(Vec::new());
        }
        let statement = self.open_statement(&known, period).await?;
        if opens && !statement.items.is_empty() {
            self.store.add_news(&opened(watched)).await?;
        }
        if answered {
            self.take_back(&known, &record, &statement, now).await
        } else if asked && record.response.is_unconfirmed() {
            self.remind(&known, &statement, now).await
        } else {
            Ok(Vec::new())
        }
    }

    /// Whether a statement opened lately and nobody was told, perhaps because nothing is in it yet.
    async fn is_untold(&self, watched: &Watched, now: Now) -> Result<bool, StoreError> {
        Ok(is_new(&watched.period, now) && !self.store.has_news(&opened(watched)).await?)
    }

    async fn take_back(
        &self,
        known: &Known,
        record: &StatementRecord,
        statement: &Statement,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        let confirmation = known.contract().asks();
        let superseded = record.superseded(confirmation, &statement.digest());
        let (Some(superseded), Some(answer)) = (superseded, record.response.answer()) else {
            return Ok(Vec::new());
        };
        let head = self.letterhead(&known.settings)?;
        let name = self.provider_name(&known.provider_ref).await?;
        let about = known.about(&name, &statement.period);
        let letter = templates::changed_after_response(&head, &about);
        let to = self.store.payment_contacts(&known.provider_ref).await?;
        let news = known.news("changed-after-response", record.period_start, now);
        let emails = news.of(&answer.at.to_rfc3339()).letters(&to, &letter);
        let ids = ids(&emails);
        let told = known.happened(Happening::StatementChanged, statement, now.date);
        // It happens again to every later response that is taken back.
        let told =
            told.map(|told| News { id: format!("{}.{}", told.id, answer.at.to_rfc3339()), ..told });
        match self.store.save_told(&superseded, Telling::emails(emails).with_news(told)).await {
            // Somebody answered or locked it meanwhile, so the next run looks again.
            Err(error) if error.is_stale() => Ok(Vec::new()),
            other => Ok(other.map(|()| ids)?),
        }
    }

    async fn remind(
        &self,
        known: &Known,
        statement: &Statement,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        if statement.items.is_empty() {
            return Ok(Vec::new());
        }
        let head = self.letterhead(&known.settings)?;
        let name = self.provider_name(&known.provider_ref).await?;
        let letter = templates::reminder(&head, &known.about(&name, &statement.period));
        let to = self.store.payment_contacts(&known.provider_ref).await?;
        let news = known.news("reminder", statement.period.start_date, now);
        let mut reminded = Vec::new();
        for email in news.letters(&to, &letter) {
            let id = email.outbox_id.clone();
            if self.store.outbox_email(&id).await?.is_none() {
                self.store.add_to_outbox(email).await?;
                reminded.push(id);
            }
        }
        Ok(reminded)
    }
}

/// For so many days after its first a period is new; the job does not stand still for longer.
const NEW_DAYS: i64 = 14;

/// Whether a period began lately.
fn is_new(period: &Period, now: Now) -> bool {
    let age = now.date.signed_duration_since(period.start_date);
    (TimeDelta::zero()..TimeDelta::days(NEW_DAYS)).contains(&age)
}

/// That a statement opened, on the first day of its period, whenever that is noticed.
fn opened(watched: &Watched) -> News {
    let Watched { contract: DueContract { contract_ref, provider_ref }, period } = watched;
    News {
        provider_ref: provider_ref.clone(),
        happening: Happening::StatementOpened,
        id: format!("{contract_ref}.{}", period.start_date),
        count: 1,
        day: period.start_date,
    }
}

/// Whether the deadline is so near that the provider is reminded.
fn is_near(settings: &Settings, period: &Period, now: Now) -> bool {
    let days = Days::new(u64::from(settings.remind_days_before));
    let from = period.confirm_by.checked_sub_days(days);
    from.is_some_and(|from| now.instant >= from)
}

fn ids(emails: &[OutboxEmail]) -> Vec<OutboxId> {
    emails.iter().map(|email| email.outbox_id.clone()).collect()
}
