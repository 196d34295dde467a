//! Weeks in which more was delivered than is tolerated, and what the council decided about each.

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::facts::Unit;
use domain::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use domain::money::Money;
use domain::weeks::{ExceptionState, Recorded, Terms};
use futures::future::try_join_all;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::load::Known;
use crate::{Recording, RecordingError};

/// A week in which more was delivered than is tolerated.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExceptionRow {
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// The care package.
    pub cpli_id: CpliId,
    /// Whose.
    pub ss_ref: SsRef,
    /// Who receives it.
    pub client: String,
    /// What is given.
    pub service: String,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// What is counted.
    pub unit: Unit,
    /// Units.
    pub planned: Decimal,
    /// Units that are to be paid for, as entered.
    pub entered: Decimal,
    /// Units beyond the plan.
    pub over: Decimal,
    /// What is not paid because of it.
    pub held_amount: Money,
    /// What became of it.
    pub state: ExceptionState,
    /// For the provider.
    pub reason: String,
    /// When the council decided.
    pub decided_at: Option<DateTime<Utc>>,
}

impl Recording {
    /// The weeks over tolerance of a provider's latest periods: those that wait first, then the latest first.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] if the table cannot be read.
    pub async fn exceptions(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Vec<ExceptionRow>, RecordingError> {
        let contracts = self.store.contracts_paid_as_delivered(provider).await?;
        let contracts = contracts.iter().filter(|it| it.portal_from <= now.date);
        let rows = contracts.map(|it| self.exceptions_of(provider, &it.contract_ref, now));
        let mut rows: Vec<_> = try_join_all(rows).await?.into_iter().flatten().collect();
        rows.sort_by(|one, other| {
            let waits = |row: &ExceptionRow| row.state != ExceptionState::Waiting;
            let (client, cpli_id) =
                (one.client.cmp(&other.client), one.cpli_id.cmp(&other.cpli_id));
            waits(one)
                .cmp(&waits(other))
                .then_with(|| other.week_start.cmp(&one.week_start))
                .then(client)
                .then(cpli_id)
        });
        Ok(rows)
    }

    async fn exceptions_of(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        now: Now,
    ) -> Result<Vec<ExceptionRow>, RecordingError> {
        let known = self.known(provider, contract).await?;
        let mut rows = Vec::new();
        for (period, saved) in self.latest(&known, now).await? {
            for (cpli_id, saved) in &saved {
                for (week_start, recorded) in &saved.weeks {
                    let week = (cpli_id, *week_start);
                    rows.extend(known.exception(period.start_date, week, recorded)?);
                }
            }
        }
        Ok(rows)
    }
}

impl Known {
    fn exception(
        &self,
        period_start: NaiveDate,
        (cpli_id, week_start): (&CpliId, NaiveDate),
        recorded: &Recorded,
    ) -> Result<Option<ExceptionRow>, RecordingError> {
        let terms = self.facts.terms(cpli_id, week_start, self.settings.over_tolerance)?;
        let Some(terms) = terms else { return Ok(None) };
        let valued = terms.value(&recorded.week)?;
        let Terms { cpli, service, decision, .. } = terms;
        Ok(valued.exception.map(|exception| ExceptionRow {
            contract_ref: self.contract().contract_ref.clone(),
            period_start,
            cpli_id: cpli_id.clone(),
            ss_ref: cpli.client.ss_ref.clone(),
            client: cpli.client.full_name(),
            service: service.name.clone(),
            week_start,
            unit: service.unit,
            planned: valued.planned.normalize(),
            entered: valued.payable_quantity.normalize(),
            over: exception.over.normalize(),
            held_amount: exception.amount,
            state: exception.state,
            reason: exception.reason,
            decided_at: decision.map(|it| it.decided_at),
        }))
    }
}
