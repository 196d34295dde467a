//! What is known of a provider's care that is paid as it was delivered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::entitlement::is_scheduled;
use domain::facts::{Contract, Cpli, Period, Service};
use domain::ids::{ContractRef, CpliId, CycleRef, ProviderRef, ServiceRef, VariationRef};
use domain::weeks::Variation;

use crate::Store;
use crate::error::StoreError;
use crate::query::Query;

/// How many records one call brings: care packages are a few kilobytes each before they are read.
const PAGE_RECORDS: usize = 500;

/// More care packages than any provider has, past ones included.
const CPLIS_MAX: usize = 50_000;

/// What is known of a provider's care.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderFacts {
    /// Its agreements.
    pub contracts: BTreeMap<ContractRef, Contract>,
    /// Its services.
    pub services: BTreeMap<ServiceRef, Service>,
    /// Its care packages: without contributions and absences, on which no quantity depends.
    pub cplis: BTreeMap<CpliId, Cpli>,
    /// Care beyond the plan that the council agreed to.
    pub variations: BTreeMap<VariationRef, Variation>,
    /// The periods of its contracts' cycles, by first day.
    pub periods: BTreeMap<CycleRef, BTreeMap<NaiveDate, Period>>,
}

/// More facts than the contracts of any provider have.
const FACTS_MAX: usize = 20_000;

impl Store {
    /// The contracts of a provider of which anything is paid as it was delivered: one query, so that whoever is paid
    /// by plan waits for nothing more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contracts_paid_as_delivered(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<Contract>, StoreError> {
        let rows = self.table.query_all(Query::facts_of_provider(provider), FACTS_MAX).await?;
        let (mut contracts, mut services) = (BTreeMap::new(), Vec::new());
        for row in rows {
            match row.key.fact_kind() {
                Some("CONTRACT") => {
                    let contract: Contract = row.read()?;
                    contracts.insert(contract.contract_ref.clone(), contract);
                }
                Some("SERVICE") => services.push(row.read::<Service>()?),
                Some(_) | None => {}
            }
        }
        contracts.retain(|contract_ref, contract| {
            let ours = services.iter().filter(|service| service.contract_ref == *contract_ref);
            ours.into_iter().any(|service| !is_scheduled(contract, service))
        });
        Ok(contracts.into_values().collect())
    }

    /// What is known of a provider's care, in little more room than it takes.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooManyRecords`] beyond all measure; otherwise if the table cannot be read.
    pub async fn provider_facts(
        &self,
        provider: &ProviderRef,
    ) -> Result<ProviderFacts, StoreError> {
        let mut known = ProviderFacts::default();
        let mut after = None;
        loop {
            let query = Query::facts_of_provider(provider).limit(PAGE_RECORDS).after(after);
            let page = self.table.query(&query).await?;
            for row in page.rows {
                match row.key.fact_kind() {
                    Some("CONTRACT") => {
                        let contract: Contract = row.read()?;
                        known.contracts.insert(contract.contract_ref.clone(), contract);
                    }
                    Some("SERVICE") => {
                        let service: Service = row.read()?;
                        known.services.insert(service.service_ref.clone(), service);
                    }
                    Some("VARIATION") => {
                        let variation: Variation = row.read()?;
                        known.variations.insert(variation.variation_ref.clone(), variation);
                    }
                    Some(_) | None => {}
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        self.add_cplis(provider, &mut known).await?;
        for contract in known.contracts.values() {
            if !known.periods.contains_key(&contract.cycle_ref) {
                let periods = self.periods_of_cycle(&contract.cycle_ref).await?;
                let periods = periods.into_iter().map(|it| (it.start_date, it)).collect();
                known.periods.insert(contract.cycle_ref.clone(), periods);
            }
        }
        Ok(known)
    }

    async fn add_cplis(
        &self,
        provider: &ProviderRef,
        known: &mut ProviderFacts,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let query = Query::cplis_of_provider(provider).limit(PAGE_RECORDS).after(after);
            let page = self.table.query(&query).await?;
            for row in page.rows {
                let mut cpli: Cpli = row.read()?;
                (cpli.contributions, cpli.absences) = (Vec::new(), BTreeMap::new());
                known.cplis.insert(cpli.cpli_id.clone(), cpli);
            }
            if known.cplis.len() > CPLIS_MAX {
                return Err(StoreError::TooManyRecords(CPLIS_MAX));
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
