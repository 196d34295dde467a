//! The periods of a contract, and what waits for a provider.

use std::collections::BTreeMap;

use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, ProviderRef};
use domain::period::Lifecycle;
use domain::record::{Response, StatementRecord};
use domain::settings::Settings;
use domain::statement::Totals;
use futures::future::try_join_all;
use store::Progress;

use crate::load::Known;
use crate::show::is_outstanding;
use crate::{Statements, StatementsError};

/// The periods of one contract.
#[derive(Debug, Clone)]
pub struct ContractPeriods {
    /// The contract.
    pub contract: Contract,
    /// Its periods, earliest first.
    pub periods: Vec<PeriodLine>,
    /// The council's settings.
    pub settings: Settings,
}

/// One period of a contract.
#[derive(Debug, Clone)]
pub struct PeriodLine {
    /// Which.
    pub period: Period,
    /// How far its statement has come.
    pub lifecycle: Lifecycle,
    /// Whether it is finalised for some of the provider's contracts and not for others.
    pub partially_finalised: bool,
    /// The head of its statement. An answer to other items than those it has now counts as none.
    pub record: StatementRecord,
    /// What it comes to: of a future one, as far as is known.
    pub totals: Totals,
    /// Whether it is finalised and the provider's confirmation would release what was held back.
    pub outstanding: bool,
}

/// A statement that waits for its provider, or soon will.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its contract.
    pub contract: Contract,
    /// Its line in the list of periods.
    pub line: PeriodLine,
}

impl Statements {
    /// The contracts whose statements `provider` may see: its own, and those that pay voids to it.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table cannot be read.
    pub async fn contracts(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<Contract>, StatementsError> {
        let mut contracts = self.store.contracts_of(provider).await?;
        for (owner, contract) in self.store.payee_contracts(provider).await? {
            contracts.extend(self.store.contract_of(&owner, &contract).await?);
        }
        Ok(contracts)
    }

    /// All periods of a contract that `provider` may see, past and future.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if the provider has no such contract.
    pub async fn periods(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        now: Now,
    ) -> Result<ContractPeriods, StatementsError> {
        let known = self.known_to(provider, contract).await?;
        let others = self.progress_of_others(&known).await?;
        let mut periods = BTreeMap::new();
        for period in known.periods() {
            let line = self.line(&known, period, provider, now).await?;
            periods.insert(period.start_date, line);
        }
        for (start, record) in &known.records {
            if record.locked.is_some() && !periods.contains_key(start) {
                let period = self.locked_body(contract, *start).await?.statement.period;
                let line = self.line(&known, &period, provider, now).await?;
                periods.insert(*start, line);
            }
        }
        let periods = periods.into_values().map(|line| line.beside(&others)).collect();
        Ok(ContractPeriods {
            contract: known.contract().clone(),
            periods,
            settings: known.settings,
        })
    }

    /// What waits for `provider`: of each of its own contracts the statement that is open, those that are
    /// locked and not finalised, and finalised ones with something that only its confirmation releases.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets cannot be read.
    pub async fn overview(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Vec<Waiting>, StatementsError> {
        let contracts = self.store.contracts_of(provider).await?;
        let waiting = contracts.iter().map(|contract| self.waiting_of(provider, contract, now));
        Ok(try_join_all(waiting).await?.into_iter().flatten().collect())
    }

    async fn waiting_of(
        &self,
        provider: &ProviderRef,
        contract: &Contract,
        now: Now,
    ) -> Result<Vec<Waiting>, StatementsError> {
        let known = self.known(provider, &contract.contract_ref).await?;
        let mut waiting = Vec::new();
        for (start, lifecycle) in known.lifecycles(now) {
            let Some(period) = known.period(start) else { continue };
            if !may_wait(lifecycle, known.records.get(&start)) {
                continue;
            }
            let line = self.line(&known, period, provider, now).await?;
            if lifecycle != Lifecycle::Finalised || line.outstanding {
                waiting.push(Waiting { contract: contract.clone(), line });
            }
        }
        Ok(waiting)
    }

    async fn line(
        &self,
        known: &Known,
        period: &Period,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<PeriodLine, StatementsError> {
        let saved = known.record(period.start_date);
        let own = *provider == known.provider_ref;
        let lifecycle = known.lifecycles(now).get(&period.start_date).copied();
        let lifecycle = lifecycle.unwrap_or(Lifecycle::Finalised);
        if let (Some(finalised), true, false) =
            (&saved.finalised, own, may_wait(lifecycle, Some(&saved)))
        {
            let totals = finalised.totals;
            return Ok(PeriodLine::new(period, lifecycle, saved, totals, false));
        }
        let statement = self.statement_of(known, &saved, Some(period)).await?;
        let record = saved.effective(known.contract().asks(), &statement.digest());
        let lifecycle = known.standing(lifecycle, &record, &statement);
        let outstanding = own && is_outstanding(&record, &statement);
        let totals = match statement.seen_by(provider) {
            Some(seen) => seen.totals()?,
            // A provider of voids in a period without any.
            None => Totals::default(),
        };
        let lines = u32::try_from(statement.items.len()).unwrap_or(u32::MAX);
        let record = if own { record } else { record.for_payee(totals, lines) };
        Ok(PeriodLine::new(period, lifecycle, record, totals, outstanding))
    }

    /// How far the provider's other contracts in the same cycle are.
    async fn progress_of_others(&self, known: &Known) -> Result<Vec<Progress>, StatementsError> {
        let mut others = Vec::new();
        for contract in self.store.contracts_of(&known.provider_ref).await? {
            let other = contract.contract_ref != known.contract_ref;
            if other && contract.cycle_ref == known.contract().cycle_ref {
                let progress = self.store.progress(&contract.cycle_ref, &contract.contract_ref);
                others.extend(progress.await?);
            }
        }
        Ok(others)
    }
}

impl PeriodLine {
    fn new(
        period: &Period,
        lifecycle: Lifecycle,
        record: StatementRecord,
        totals: Totals,
        outstanding: bool,
    ) -> Self {
        let (period, partially_finalised) = (period.clone(), false);
        Self { period, lifecycle, partially_finalised, record, totals, outstanding }
    }

    /// The same line, beside how far the provider's other contracts in the cycle are.
    fn beside(self, others: &[Progress]) -> Self {
        let mine = self.lifecycle == Lifecycle::Finalised;
        let partially_finalised = others
            .iter()
            .filter(|other| other.portal_from <= self.period.start_date)
            .any(|other| (other.finalised_to >= Some(self.period.end_date)) != mine);
        Self { partially_finalised, ..self }
    }
}

/// Whether a statement may wait for its provider, as far as its head tells.
fn may_wait(lifecycle: Lifecycle, record: Option<&StatementRecord>) -> bool {
    let held = |record: &StatementRecord| {
        let by_response = record.locked.as_ref().is_some_and(|locked| locked.held.is_some());
        let by_query = matches!(record.response, Response::ConfirmedWithQueries { .. });
        (by_response || by_query) && !matches!(record.response, Response::Confirmed(_))
    };
    match lifecycle {
        Lifecycle::Future => false,
        Lifecycle::Current | Lifecycle::Locked | Lifecycle::Authorised => true,
        Lifecycle::Finalised => record.is_some_and(held),
    }
}
