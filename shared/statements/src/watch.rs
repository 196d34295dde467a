//! What a provider is told while a statement is open: that it changed after the response, and that its deadline
//! comes near.

use chrono::Days;
use domain::clock::Now;
use domain::facts::Period;
use domain::record::StatementRecord;
use domain::settings::Settings;
use domain::statement::Statement;
use messages::templates;
use store::{OutboxEmail, OutboxId};

use crate::due::{DueContract, Watched};
use crate::load::Known;
use crate::{Statements, StatementsError};

impl Statements {
    /// Takes back the response to an open statement that changed since and tells its provider; reminds once
    /// when the deadline of an unanswered one comes near. Gives the emails to send.
    ///
    /// What a contract is paid for is read only if one of the two can be.
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
        let (saved, settings) = tokio::try_join!(
            Box::pin(self.store.statement_record(provider_ref, contract_ref, start)),
            Box::pin(self.store.settings()),
        )?;
        let answered = saved.is_some_and(|record| record.response.answer().is_some());
        if !answered && !is_near(&settings, period, now) {
            return Ok(Vec::new());
        }
        let known = self.known(provider_ref, contract_ref).await?;
        let record = known.record(start);
        let open = known.first_not_fixed().filter(|first| first.start_date == start);
        let Some(period) = open else { return Ok(Vec::new()) };
        if answered {
            let statement = self.open_statement(&known, period).await?;
            self.take_back(&known, &record, &statement, now).await
        } else if record.response.is_unconfirmed() {
            let statement = self.open_statement(&known, period).await?;
            self.remind(&known, &statement, now).await
        } else {
            Ok(Vec::new())
        }
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
        let letter = templates::changed_after_response(&head, &known.about(&statement.period));
        let to = self.store.payment_contacts(&known.provider_ref).await?;
        let news = known.news("changed-after-response", record.period_start, now);
        let emails = news.of(&answer.at.to_rfc3339()).letters(&to, &letter);
        let ids = ids(&emails);
        match self.store.save_told(&superseded, emails).await {
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
        let letter = templates::reminder(&head, &known.about(&statement.period));
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

/// Whether the deadline is so near that the provider is reminded.
fn is_near(settings: &Settings, period: &Period, now: Now) -> bool {
    let days = Days::new(u64::from(settings.remind_days_before));
    let from = period.confirm_by.checked_sub_days(days);
    from.is_some_and(|from| now.instant >= from)
}

fn ids(emails: &[OutboxEmail]) -> Vec<OutboxId> {
    emails.iter().map(|email| email.outbox_id.clone()).collect()
}
