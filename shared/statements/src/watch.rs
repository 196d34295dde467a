//! What a provider is told while a statement is open: that it changed after the response, and that its deadline
//! comes near.

use chrono::Days;
use domain::clock::Now;
use domain::facts::Period;
use domain::period::Lifecycle;
use domain::record::StatementRecord;
use domain::statement::Statement;
use messages::templates;
use store::{OutboxEmail, OutboxId};

use crate::due::DueContract;
use crate::load::Known;
use crate::{Statements, StatementsError};

impl Statements {
    /// The contracts that have an open statement, for [`Statements::watch`].
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table cannot be read.
    pub async fn watched(&self, now: Now) -> Result<Vec<DueContract>, StatementsError> {
        self.awaited(now).await
    }

    /// Takes back the response to an open statement that changed since and tells its provider; reminds once
    /// when the deadline of an unanswered one comes near. Gives the emails to send.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets do not answer.
    pub async fn watch(
        &self,
        contract: &DueContract,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        let known = self.known(&contract.provider_ref, &contract.contract_ref).await?;
        let lifecycles = known.lifecycles(now);
        let open = lifecycles.iter().find(|(_, lifecycle)| **lifecycle == Lifecycle::Current);
        let Some(period) = open.and_then(|(start, _)| known.period(*start)) else {
            return Ok(Vec::new());
        };
        let record = known.record(period.start_date);
        let answered = record.response.answer().is_some();
        let near = record.response.is_unconfirmed() && is_near(&known, period, now);
        if (!answered && !near) || known.first_not_fixed() != Some(period) {
            return Ok(Vec::new());
        }
        let statement = self.open_statement(&known, period).await?;
        if answered {
            self.take_back(&known, &record, &statement, now).await
        } else {
            self.remind(&known, &statement, now).await
        }
    }

    async fn take_back(
        &self,
        known: &Known,
        record: &StatementRecord,
        statement: &Statement,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        let confirmation = known.contract().confirmation;
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
fn is_near(known: &Known, period: &Period, now: Now) -> bool {
    let days = Days::new(u64::from(known.settings.remind_days_before));
    let from = period.confirm_by.checked_sub_days(days);
    from.is_some_and(|from| now.instant >= from)
}

fn ids(emails: &[OutboxEmail]) -> Vec<OutboxId> {
    emails.iter().map(|email| email.outbox_id.clone()).collect()
}
