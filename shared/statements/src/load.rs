//! Everything known about a contract, brought together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::authorising::ToAuthorise;
use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, ProviderRef, StaffRef};
use domain::period::{self, Lifecycle, lifecycles};
use domain::record::StatementRecord;
use domain::settings::Settings;
use domain::statement::{Ledger, Statement};
use futures::future::try_join_all;
use store::KnownFacts;

use crate::{Statements, StatementsError};

/// Everything known about a contract: facts, the heads of its statements, and the council's settings.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) provider_ref: ProviderRef,
    pub(crate) contract_ref: ContractRef,
    pub(crate) today: KnownFacts,
    pub(crate) records: BTreeMap<NaiveDate, StatementRecord>,
    pub(crate) settings: Settings,
    /// The last day that was locked in another cycle, if the contract has gone over from one.
    locked_elsewhere_to: Option<NaiveDate>,
}

impl Known {
    pub(crate) fn contract(&self) -> &Contract {
        &self.today.facts.contract
    }

    /// The periods of its statements, earliest first. No day is in two of them.
    pub(crate) fn periods(&self) -> impl Iterator<Item = &Period> {
        let periods = period::periods_of(self.contract(), &self.today.facts.periods);
        periods.filter(|period| {
            Some(period.start_date) > self.locked_elsewhere_to
                || self.records.contains_key(&period.start_date)
        })
    }

    /// The first day of the latest statement that was locked in another cycle.
    fn latest_elsewhere(&self) -> Option<NaiveDate> {
        let known = &self.today.facts.periods;
        let elsewhere = self
            .records
            .iter()
            .rev()
            .find(|(start, record)| record.locked.is_some() && !known.contains_key(start));
        elsewhere.map(|(start, _)| *start)
    }

    pub(crate) fn period(&self, start: NaiveDate) -> Option<&Period> {
        self.periods().find(|period| period.start_date == start)
    }

    pub(crate) fn lifecycles(&self, now: Now) -> BTreeMap<NaiveDate, Lifecycle> {
        lifecycles(self.contract(), self.periods(), &self.records, now)
    }

    /// The head of a statement, saved or not.
    pub(crate) fn record(&self, start: NaiveDate) -> StatementRecord {
        let saved = self.records.get(&start).cloned();
        saved.unwrap_or_else(|| StatementRecord::new(self.contract(), start))
    }

    /// Who decided something by hand about a statement that is locked and not finalised, and whether it waits for
    /// somebody else to authorise it.
    pub(crate) fn four_eyes(
        &self,
        record: &StatementRecord,
        statement: &Statement,
    ) -> (BTreeSet<StaffRef>, bool) {
        if record.finalised.is_some() {
            return (BTreeSet::new(), false);
        }
        let makers = self.today.facts.makers(statement);
        let digest = statement.digest();
        let to = ToAuthorise { digest: &digest, makers: &makers };
        let awaits = record.awaits_authorisation(to);
        (makers, awaits)
    }

    /// How far a statement has come: one that waits for a second person is not authorised by its date alone.
    pub(crate) fn standing(
        &self,
        lifecycle: Lifecycle,
        record: &StatementRecord,
        statement: &Statement,
    ) -> Lifecycle {
        let by_date = lifecycle == Lifecycle::Authorised;
        if by_date && self.four_eyes(record, statement).1 { Lifecycle::Locked } else { lifecycle }
    }

    /// The earliest period whose items are not fixed: the only one that is computed with corrections.
    pub(crate) fn first_not_fixed(&self) -> Option<&Period> {
        self.periods().find(|period| {
            self.records.get(&period.start_date).is_none_or(|record| record.locked.is_none())
        })
    }

    /// The heads of the earlier statements whose items the open statement is computed from.
    fn needed(&self, before: NaiveDate) -> Vec<&StatementRecord> {
        let fixed = self.records.range(..before).map(|(_, record)| record);
        let mut fixed: Vec<_> = fixed.filter(|record| record.locked.is_some()).collect();
        let Some(latest) = fixed.pop() else { return Vec::new() };
        let from = self.today.facts.earliest_change().unwrap_or(before);
        let mut needed = Vec::new();
        let mut next_start = latest.period_start;
        for record in fixed.into_iter().rev() {
            // It ends before the next one starts.
            if next_start <= from {
                break;
            }
            next_start = record.period_start;
            needed.push(record);
        }
        needed.reverse();
        needed.push(latest);
        needed
    }
}

impl Statements {
    /// Everything known about a contract of `provider`.
    pub(crate) async fn known(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Known, StatementsError> {
        let store = &self.store;
        let (mut today, records, settings, invoices) = tokio::try_join!(
            async { Ok(Box::pin(store.known_facts(provider, contract)).await?) },
            async { Ok(Box::pin(store.statement_records(provider, contract)).await?) },
            async { Ok(Box::pin(store.settings()).await?) },
            Box::pin(self.approved_invoices(provider, contract)),
        )?;
        today.facts.invoices = invoices;
        let (provider_ref, contract_ref) = (provider.clone(), contract.clone());
        let locked_elsewhere_to = None;
        let mut known =
            Known { provider_ref, contract_ref, today, records, settings, locked_elsewhere_to };
        if let Some(start) = known.latest_elsewhere() {
            let body = self.locked_body(contract, start).await?;
            known.locked_elsewhere_to = Some(body.statement.period.end_date);
        }
        Ok(known)
    }

    /// Everything known about a contract that `provider` may see: its own, or one that pays voids to it.
    pub(crate) async fn known_to(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Known, StatementsError> {
        match self.known(provider, contract).await {
            Err(StatementsError::NotFound) => {
                let owner = self.store.payee_owner(provider, contract).await?;
                self.known(&owner.ok_or(StatementsError::NotFound)?, contract).await
            }
            other => other,
        }
    }

    /// The items of the earliest period that is not fixed, as facts stand now.
    pub(crate) async fn open_statement(
        &self,
        known: &Known,
        period: &Period,
    ) -> Result<Statement, StatementsError> {
        let needed = known.needed(period.start_date);
        let bodies = try_join_all(needed.into_iter().map(|it| self.fixed_statement(known, it)));
        let responses = known.records.iter().map(|(start, it)| (*start, it.response.clone()));
        let ledger = Ledger { bodies: bodies.await?, responses: responses.collect() };
        Ok(Statement::open(&known.today.facts, &ledger, period)?)
    }

    /// The items of a locked or finalised statement: a locked one as it would be finalised now.
    pub(crate) async fn fixed_statement(
        &self,
        known: &Known,
        record: &StatementRecord,
    ) -> Result<Statement, StatementsError> {
        let (contract, start) = (&known.contract_ref, record.period_start);
        if record.finalised.is_some() {
            return Ok(self.finalised_body(contract, start).await?.statement);
        }
        let locked = self.locked_body(contract, start).await?.statement;
        Ok(locked.with_directives(&known.today.facts).with_response(record, &known.settings))
    }

    /// The items of any period, fixed or computed.
    pub(crate) async fn statement_of(
        &self,
        known: &Known,
        record: &StatementRecord,
        period: Option<&Period>,
    ) -> Result<Statement, StatementsError> {
        if record.locked.is_some() {
            return self.fixed_statement(known, record).await;
        }
        let period = period.ok_or(StatementsError::NotFound)?;
        if known.first_not_fixed() == Some(period) {
            return self.open_statement(known, period).await;
        }
        Ok(Statement::forecast(&known.today.facts, period)?)
    }
}
