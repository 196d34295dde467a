//! What is known of a provider when its file is checked.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::actuals::{Known as Checking, RowProblem};
use domain::clock::Now;
use domain::facts::{Contract, Facts, Period};
use domain::ids::{ContractRef, ProviderRef};
use domain::period::periods_of;
use domain::settings::Settings;
use domain::weeks::{Actuals, CannotEnter};
use store::{ProviderFacts, Store};

use crate::UploadsError;

/// What is known of a provider when its file is checked.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) provider_ref: ProviderRef,
    pub(crate) settings: Settings,
    pub(crate) now: Now,
    facts: ProviderFacts,
    closed_to: BTreeMap<ContractRef, NaiveDate>,
    /// Where the council wants periods in order: those that cannot be entered yet, by first day, each with the first
    /// day of the one that must be submitted before.
    waiting: BTreeMap<ContractRef, BTreeMap<NaiveDate, NaiveDate>>,
}

impl Known {
    pub(crate) async fn load(
        store: &Store,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Self, UploadsError> {
        let settings = store.settings().await?;
        let facts = store.provider_facts(provider).await?;
        let mut known = Self {
            provider_ref: provider.clone(),
            settings,
            now,
            facts,
            closed_to: BTreeMap::new(),
            waiting: BTreeMap::new(),
        };
        for contract in known.facts.contracts.values() {
            let closed = known.periods(contract).filter(|it| it.confirm_by <= now.instant);
            let to = closed.map(|it| it.end_date).max();
            known.closed_to.extend(to.map(|to| (contract.contract_ref.clone(), to)));
        }
        if known.settings.periods_in_order {
            known.waiting = known.waiting(store).await?;
        }
        Ok(known)
    }

    /// As the rules of a row ask for it.
    pub(crate) fn checking(&self) -> Checking<'_> {
        Checking {
            provider_ref: &self.provider_ref,
            contracts: &self.facts.contracts,
            services: &self.facts.services,
            cplis: &self.facts.cplis,
            closed_to: &self.closed_to,
            variations: &self.facts.variations,
        }
    }

    /// The first day of the period that a week belongs to.
    pub(crate) fn period_of(&self, contract: &ContractRef, week: NaiveDate) -> Option<NaiveDate> {
        let contract = self.facts.contracts.get(contract)?;
        let periods = self.facts.periods.get(&contract.cycle_ref)?;
        let (start, period) = periods.range(..=week).next_back()?;
        (week <= period.end_date && *start >= contract.portal_from).then_some(*start)
    }

    /// Why a week cannot be entered whatever the row says, if it cannot.
    pub(crate) fn not_open(&self, contract: &ContractRef, week: NaiveDate) -> Option<RowProblem> {
        let Some(period) = self.period_of(contract, week) else {
            return Some(RowProblem::ClosedWeek { week });
        };
        let before = self.waiting.get(contract)?.get(&period)?;
        Some(RowProblem::BeforeOpen { week, before: *before })
    }

    fn periods<'a>(&'a self, contract: &Contract) -> impl Iterator<Item = &'a Period> + use<'a> {
        let periods = self.facts.periods.get(&contract.cycle_ref);
        let all = periods.map(|periods| periods_of(contract, periods));
        all.into_iter().flatten()
    }

    async fn waiting(
        &self,
        store: &Store,
    ) -> Result<BTreeMap<ContractRef, BTreeMap<NaiveDate, NaiveDate>>, UploadsError> {
        let mut waiting = BTreeMap::new();
        for contract in self.facts.contracts.values() {
            let contract_ref = &contract.contract_ref;
            let submissions = store.submissions(&self.provider_ref, contract_ref).await?;
            let facts = self.facts_of(contract);
            let (settings, now) = (&self.settings, self.now);
            let actuals = Actuals { facts: &facts, settings, submissions: &submissions, now };
            let waits = |period: &Period| match actuals.may_enter(period) {
                Err(CannotEnter::BeforeOpen { start }) => Some((period.start_date, start)),
                Ok(()) | Err(_) => None,
            };
            let waits = self.periods(contract).filter_map(waits).collect();
            waiting.insert(contract_ref.clone(), waits);
        }
        Ok(waiting)
    }

    /// The facts of one contract.
    fn facts_of(&self, contract: &Contract) -> Facts {
        let contract_ref = &contract.contract_ref;
        let services = self.facts.services.iter();
        let services = services.filter(|(_, service)| service.contract_ref == *contract_ref);
        let cplis = self.facts.cplis.iter();
        let cplis = cplis.filter(|(_, cpli)| cpli.contract_ref == *contract_ref);
        let periods = self.facts.periods.get(&contract.cycle_ref).cloned().unwrap_or_default();
        Facts {
            contract: contract.clone(),
            services: services.map(|(key, it)| (key.clone(), it.clone())).collect(),
            cplis: cplis.map(|(key, it)| (key.clone(), it.clone())).collect(),
            capacities: BTreeMap::new(),
            adjustments: BTreeMap::new(),
            directives: BTreeMap::new(),
            periods,
            variations: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            documents: BTreeMap::new(),
            invoices: Vec::new(),
            changed_from: None,
        }
    }
}
