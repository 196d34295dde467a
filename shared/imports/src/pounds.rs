//! What a dry run would change in money: the open statements of the contracts that it touches.

use domain::facts::Facts;
use domain::ids::ProviderRef;
use domain::money::Money;
use domain::weeks::Decision;
use serde::Serialize;
use statements::{Preview, StatementsError};

use crate::desk::Desk;
use crate::take::earliest;
use crate::{Imports, ImportsError};

/// Of how many contracts a summary says what they would come to.
const CONTRACTS_MAX: usize = 200;

/// What would change in money.
#[derive(Debug, Serialize)]
pub(crate) struct Pounds {
    /// All of the contracts below together.
    payable_change: Money,
    contracts: Vec<ContractPounds>,
    /// Contracts that would change too, beyond those that are looked at.
    contracts_not_shown: usize,
}

/// The open statement of a contract, as it is and as it would be.
#[derive(Debug, Serialize)]
struct ContractPounds {
    provider_ref: ProviderRef,
    #[serde(flatten)]
    preview: Preview,
}

impl Imports {
    /// What the rows on the desk would come to.
    pub(crate) async fn pounds(&self, desk: &Desk<'_>) -> Result<Pounds, ImportsError> {
        let touched = &desk.changes.contracts;
        let (mut contracts, mut changes) = (Vec::new(), Vec::new());
        for (contract, provider) in touched.iter().take(CONTRACTS_MAX) {
            let preview = self.statements.preview(provider, contract, |facts| desk.lay_on(facts));
            let preview = match preview.await {
                // Nothing is paid by what cannot be computed.
                Err(StatementsError::CannotCompute(_) | StatementsError::Money(_)) => None,
                other => other?,
            };
            if let Some(preview) = preview {
                let before = preview.payable_before.reversed().map_err(StatementsError::from)?;
                changes.push(preview.payable_after.plus(before).map_err(StatementsError::from)?);
                let provider_ref = provider.clone();
                contracts.push(ContractPounds { provider_ref, preview });
            }
        }
        Ok(Pounds {
            payable_change: Money::total(changes).map_err(StatementsError::from)?,
            contracts,
            contracts_not_shown: touched.len().saturating_sub(CONTRACTS_MAX),
        })
    }
}

impl Desk<'_> {
    /// The facts of a contract as they would be.
    fn lay_on(&self, facts: &mut Facts) {
        let contract_ref = facts.contract.contract_ref.clone();
        let ours = self.contracts.all().map(|it| &it.fact);
        for agreement in ours.filter(|it| it.contract.contract_ref == contract_ref) {
            facts.contract = agreement.contract.clone();
            facts.changed_from = earliest(facts.changed_from, agreement.changed_from);
        }
        let services = self.services.all().map(|it| &it.fact);
        let services = services.filter(|it| it.contract_ref == contract_ref);
        facts.services.extend(services.map(|it| (it.service_ref.clone(), it.clone())));
        let cplis = self.cplis.all().map(|it| &it.fact);
        let cplis = cplis.filter(|it| it.contract_ref == contract_ref);
        facts.cplis.extend(cplis.map(|it| (it.cpli_id.clone(), it.clone())));
        let adjustments = self.adjustments.all().map(|it| &it.fact);
        let adjustments = adjustments.filter(|it| it.contract_ref == contract_ref);
        facts.adjustments.extend(adjustments.map(|it| (it.adjustment_ref.clone(), it.clone())));
        let directives = self.directives.all().map(|it| &it.fact);
        let directives = directives.filter(|it| it.contract_ref == contract_ref);
        facts.directives.extend(directives.map(|it| (it.directive_ref.clone(), it.clone())));
        let variations = self.variations.all().map(|it| &it.fact);
        let variations = variations.filter(|it| it.contract_ref == contract_ref);
        facts.variations.extend(variations.map(|it| (it.variation_ref.clone(), it.clone())));
        let decisions = self.exceptions.all().map(|it| &it.fact);
        let decisions = decisions.filter(|it| it.contract_ref == contract_ref);
        let by_week = |it: &Decision| (it.cpli_id.clone(), it.week_start);
        facts.exceptions.extend(decisions.map(|it| (by_week(it), it.clone())));
        self.lay_on_dated(facts);
    }

    /// Block capacity and periods.
    fn lay_on_dated(&self, facts: &mut Facts) {
        for capacity in self.capacities.all().map(|it| &it.fact) {
            let key = (capacity.service_ref.clone(), capacity.from_date);
            if facts.services.contains_key(&key.0) {
                facts.capacities.insert(key, capacity.clone());
            }
        }
        facts.capacities.retain(|key, _| !self.changes.capacities_gone.contains(key));
        for period in self.periods.all().map(|it| &it.fact) {
            if period.cycle_ref == facts.contract.cycle_ref {
                facts.periods.insert(period.start_date, period.clone());
            }
        }
        let cycle_ref = facts.contract.cycle_ref.clone();
        let gone = |start| self.changes.periods_gone.contains(&(cycle_ref.clone(), start));
        facts.periods.retain(|start, _| !gone(*start));
    }
}
