//! One statement, as its provider reads it.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, ProviderRef};
use domain::period::Lifecycle;
use domain::record::{
    Finalised, Response, StatementRecord, unconfirmed_in_a_row, waits_for_the_provider,
};
use domain::remittance_note;
use domain::settings::Settings;
use domain::statement::Statement;

use crate::load::Known;
use crate::{Statements, StatementsError};

/// One statement, as its provider reads it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its contract, as it is now.
    pub contract: Contract,
    /// Its items: all of them, or only what is paid to a provider of voids.
    pub statement: Statement,
    /// Its head. An answer to other items than these counts as none. A provider of voids sees no answer's words.
    pub record: StatementRecord,
    /// How far it has come.
    pub lifecycle: Lifecycle,
    /// What a response must name: [`Statement::digest`] of the whole statement.
    pub digest: String,
    /// Whether this provider may confirm, reject or query it now.
    pub can_respond: bool,
    /// Whether it is finalised, and this provider's confirmation would release what was held back.
    pub can_confirm_outstanding: bool,
    /// How many statements in a row are unconfirmed: up to this one if it is locked, else before it. 0 for a
    /// provider of voids.
    pub unconfirmed_in_a_row: u32,
    /// The council's settings.
    pub settings: Settings,
}

impl Statements {
    /// The statement of a contract in the period that starts on `period_start`: a forecast, the open one with
    /// its corrections, or what was fixed.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if `provider` has no such statement.
    pub async fn show(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        period_start: NaiveDate,
        now: Now,
    ) -> Result<Shown, StatementsError> {
        let known = self.known_to(provider, contract).await?;
        self.shown(&known, provider, period_start, now).await
    }

    /// The statements of a contract whose period and lifecycle are `wanted`, earliest first, as `provider` sees them.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if the provider has no such contract.
    pub async fn some(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        now: Now,
        wanted: impl Fn(&Period, Lifecycle) -> bool + Send + Sync,
    ) -> Result<Vec<Shown>, StatementsError> {
        let known = self.known_to(provider, contract).await?;
        let mut some = Vec::new();
        for (start, lifecycle) in known.lifecycles(now) {
            if known.period(start).is_some_and(|period| wanted(period, lifecycle)) {
                match self.shown(&known, provider, start, now).await {
                    Ok(shown) => some.push(shown),
                    // A provider of voids in a period without any.
                    Err(StatementsError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(some)
    }

    /// A finalised statement and the payment that it became, for its remittance advice: all of it, or only what
    /// is paid to a provider of voids.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if `provider` has no such statement, or it is not finalised.
    pub async fn finalised(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        period_start: NaiveDate,
    ) -> Result<(Statement, Finalised), StatementsError> {
        let own = self.store.statement_record(provider, contract, period_start).await?;
        let record = match own {
            Some(record) => Some(record),
            None => match self.store.payee_owner(provider, contract).await? {
                Some(owner) => self.store.statement_record(&owner, contract, period_start).await?,
                None => None,
            },
        };
        let record = record.filter(|record| record.finalised.is_some());
        let record = record.ok_or(StatementsError::NotFound)?;
        let body = self.finalised_body(contract, period_start).await?;
        let (seen, record) = seen_by(provider, &body.statement, record)?;
        Ok((seen, record.finalised.ok_or(StatementsError::NotFound)?))
    }

    pub(crate) async fn shown(
        &self,
        known: &Known,
        provider: &ProviderRef,
        period_start: NaiveDate,
        now: Now,
    ) -> Result<Shown, StatementsError> {
        let period = known.period(period_start);
        let saved = known.record(period_start);
        let statement = self.statement_of(known, &saved, period).await?;
        let digest = statement.digest();
        let record = saved.effective(known.contract().asks(), &digest);
        let lifecycle = known.lifecycles(now).get(&period_start).copied();
        let lifecycle = lifecycle.unwrap_or_else(|| lifecycle_of(&record));
        let lifecycle = known.standing(lifecycle, &record, &statement);
        let own = *provider == known.provider_ref;
        let can_respond =
            own && lifecycle == Lifecycle::Current && record.response != Response::NotRequired;
        let can_confirm_outstanding = own && is_outstanding(&record, &statement);
        let (statement, record) = seen_by(provider, &statement, record)?;
        let unconfirmed_in_a_row = match &record.locked {
            // How it answers is its own affair.
            _ if !own => 0,
            Some(locked) => locked.unconfirmed_in_a_row,
            None => unconfirmed_in_a_row(&known.records, period_start),
        };
        Ok(Shown {
            contract: known.contract().clone(),
            statement,
            record,
            lifecycle,
            digest,
            can_respond,
            can_confirm_outstanding,
            unconfirmed_in_a_row,
            settings: known.settings.clone(),
        })
    }
}

/// How far a statement has come whose period is no longer one of its contract's.
fn lifecycle_of(record: &StatementRecord) -> Lifecycle {
    if record.finalised.is_some() { Lifecycle::Finalised } else { Lifecycle::Locked }
}

/// What `provider` sees of a statement and its head: all, or only what it is paid; and of what the council wrote at the
/// foot of its remittance advice what is for this provider.
pub(crate) fn seen_by(
    provider: &ProviderRef,
    statement: &Statement,
    mut record: StatementRecord,
) -> Result<(Statement, StatementRecord), StatementsError> {
    let seen = statement.seen_by(provider).ok_or(StatementsError::NotFound)?;
    if let Some(finalised) = &mut record.finalised {
        finalised.notes = remittance_note::read_by(&finalised.notes, provider);
    }
    if *provider == statement.provider_ref {
        return Ok((seen, record));
    }
    let lines = u32::try_from(seen.items.len()).unwrap_or(u32::MAX);
    let record = record.for_payee(seen.totals()?, lines);
    Ok((seen, record))
}

/// Whether a finalised statement has items that its provider's confirmation would release.
pub(crate) fn is_outstanding(record: &StatementRecord, statement: &Statement) -> bool {
    record.finalised.is_some()
        && !matches!(record.response, Response::Confirmed(_))
        && statement.items.iter().any(waits_for_the_provider)
}
