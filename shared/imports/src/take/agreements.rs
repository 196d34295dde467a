//! Contracts, their services and block capacity.

use chrono::NaiveDate;
use domain::changes::{self, Begun};
use domain::facts::{Capacity, Contract, Service};
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, merge};
use domain::ids::{ContractRef, ServiceRef};
use store::keys::Key;
use store::{Agreement, Located, MissingKind, Progress, TakenBack};

use super::people::told;
use crate::desk::{Desk, Stop, changed, merged, needed};

impl Desk<'_> {
    pub(crate) async fn contract(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let contract_ref: ContractRef = needed(row, "contract_ref")?;
        let locator = Key::contract_locator(&contract_ref);
        let home = self.located(&locator).await?;
        let said = Located { provider_ref: needed(row, "provider_ref")?, contract_ref };
        let key = agreement_key(home.as_ref().unwrap_or(&said));
        let known = self.contracts.get(self.store, &key).await?;
        let before = known.as_ref().map(|it| &it.fact.contract);
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let merged = merge::<Contract>(before, times, row, at)?;
        let Some(contract) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if let Some(home) = home.as_ref().filter(|home| **home != said) {
            let message = format!(
                "provider_ref: Contract {} is with provider {} and cannot move. Begin a new contract.",
                home.contract_ref, home.provider_ref
            );
            return Err(RowProblem::at("provider_ref", Code::I24, message).into());
        }
        self.must_know(MissingKind::Provider, contract.provider_ref.as_str()).await?;
        self.must_know(MissingKind::Cycle, contract.cycle_ref.as_str()).await?;
        self.contract_progress(before, &contract).await?;
        let changed_from = known.as_ref().and_then(|it| it.fact.changed_from);
        let changed_from = earliest(changed_from, changes::contract(before, &contract));
        if home.is_none() {
            self.locate(locator, &said);
        }
        let known = told(known, Agreement { contract, changed_from }, merged.times);
        if changed(merged.outcome) {
            self.changes.touch(&said);
        }
        self.contracts.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    /// Keeps how far the contract is in step with its agreement.
    async fn contract_progress(
        &mut self,
        before: Option<&Contract>,
        contract: &Contract,
    ) -> Result<(), Stop> {
        let Some(before) = before else {
            self.set_progress(Progress::new(contract));
            return Ok(());
        };
        let moved = before.portal_from != contract.portal_from;
        if !moved
            && before.cycle_ref == contract.cycle_ref
            && before.payment_method == contract.payment_method
            && before.vat == contract.vat
        {
            return Ok(());
        }
        let progress = self.progress(&before.cycle_ref, &contract.contract_ref).await?;
        let progress = progress.unwrap_or_else(|| Progress::new(before));
        let begun = self.begun(contract, progress.locked_to).await?;
        if let Some(column) = begun.fixes_of_contract(before, contract) {
            return Err(fixed(column, "contract"));
        }
        if let Some(locked_to) = progress.locked_to.filter(|_| moved) {
            let message = format!(
                "portal_from: Statements of this contract are locked up to {locked_to}, so portal_from must stay {}.",
                before.portal_from
            );
            return Err(RowProblem::at("portal_from", Code::I29, message).into());
        }
        if before.cycle_ref != contract.cycle_ref {
            self.goes_on(&progress, contract).await?;
            self.leave_cycle(&progress);
        }
        self.set_progress(progress.under(contract));
        Ok(())
    }

    /// What happened to a contract that fixes how it is paid.
    async fn begun(
        &self,
        contract: &Contract,
        locked_to: Option<NaiveDate>,
    ) -> Result<Begun, Stop> {
        let Contract { provider_ref, contract_ref, .. } = contract;
        let recorded = self.store.has_weeks(provider_ref, contract_ref).await?;
        Ok(Begun { locked: locked_to.is_some(), recorded })
    }

    /// A service may not change how its care is paid once that has begun.
    async fn service_may_change(
        &mut self,
        contract: &Contract,
        old: &Service,
        new: &Service,
    ) -> Result<(), Stop> {
        match self.fixed_of_service(contract, old, new).await? {
            Some(column) => Err(fixed(column, "service")),
            None => Ok(()),
        }
    }

    /// A care package may not go over to a service that is paid otherwise once that has begun: its days would be paid
    /// twice, by plan and as delivered, or in weeks that overlap.
    pub(super) async fn cpli_may_go_over(
        &mut self,
        home: &Located,
        (old, new): (&ServiceRef, &ServiceRef),
    ) -> Result<(), Stop> {
        let key = |service| Key::service(&home.provider_ref, &home.contract_ref, service);
        let agreement = self.contracts.get(self.store, &agreement_key(home)).await?;
        let old = self.services.get(self.store, &key(old)).await?;
        let new = self.services.get(self.store, &key(new)).await?;
        let (Some(agreement), Some(old), Some(new)) = (agreement, old, new) else { return Ok(()) };
        match self.fixed_of_service(&agreement.fact.contract, &old.fact, &new.fact).await? {
            Some(_) => Err(fixed("service_ref", "care package")),
            None => Ok(()),
        }
    }

    async fn fixed_of_service(
        &mut self,
        contract: &Contract,
        old: &Service,
        new: &Service,
    ) -> Result<Option<&'static str>, Stop> {
        let anyhow = Begun { locked: true, recorded: true };
        if anyhow.fixes_of_service(contract, old, new).is_none() {
            return Ok(None);
        }
        let progress = self.progress(&contract.cycle_ref, &contract.contract_ref).await?;
        let begun = self.begun(contract, progress.and_then(|it| it.locked_to)).await?;
        Ok(begun.fixes_of_service(contract, old, new))
    }

    /// In the cycle that a contract goes over to, the next period begins where the locked ones end: days between
    /// them would never be paid.
    async fn goes_on(&mut self, progress: &Progress, contract: &Contract) -> Result<(), Stop> {
        let next = progress.locked_to.and_then(|to| Some((to, to.succ_opt()?)));
        let Some((locked_to, next)) = next else { return Ok(()) };
        if self.cycle(&contract.cycle_ref).await?.periods.contains_key(&next) {
            return Ok(());
        }
        let message = format!(
            "cycle_ref: Statements of this contract are locked up to {locked_to}, and no period of cycle {} begins on {next}. Send that period first.",
            contract.cycle_ref
        );
        Err(RowProblem::at("cycle_ref", Code::I33, message).into())
    }

    pub(crate) async fn service(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let service_ref: ServiceRef = needed(row, "service_ref")?;
        let contract_ref: ContractRef = needed(row, "contract_ref")?;
        let locator = Key::service_locator(&service_ref);
        let home = self.located(&locator).await?;
        let at_home = match &home {
            Some(home) => home.clone(),
            None => self.located_or_wait(MissingKind::Contract, contract_ref.as_str()).await?,
        };
        let key = Key::service(&at_home.provider_ref, &at_home.contract_ref, &service_ref);
        let known = self.services.get(self.store, &key).await?;
        let merged = merged::<Service>(known.as_ref(), row, at)?;
        let Some(service) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if contract_ref != at_home.contract_ref {
            let message = format!(
                "contract_ref: Service {service_ref} is of contract {} and cannot move. Begin a new service.",
                at_home.contract_ref
            );
            return Err(RowProblem::at("contract_ref", Code::I25, message).into());
        }
        let agreement = self.contracts.get(self.store, &agreement_key(&at_home)).await?;
        if let (Some(agreement), Some(old)) = (&agreement, &known) {
            self.service_may_change(&agreement.fact.contract, &old.fact, &service).await?;
        }
        let effect = agreement.as_ref().and_then(|it| {
            changes::service(known.as_ref().map(|it| &it.fact), &service, &it.fact.contract)
        });
        self.changed_from(&at_home, effect).await?;
        if home.is_none() {
            self.locate(locator, &at_home);
        }
        let known = told(known, service, merged.times);
        if changed(merged.outcome) {
            self.changes.touch(&at_home);
        }
        self.services.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    pub(crate) async fn capacity(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let service_ref: ServiceRef = needed(row, "service_ref")?;
        let from = needed(row, "from_date")?;
        let home = self.located_or_wait(MissingKind::Service, service_ref.as_str()).await?;
        let (provider, contract) = (&home.provider_ref, &home.contract_ref);
        let key = Key::capacity(provider, contract, &service_ref, from);
        let gone_key = Key::capacity_taken_back(provider, contract, &service_ref, from);
        let known = self.capacities.get(self.store, &key).await?;
        let gone = self.taken_back.get(self.store, &gone_key).await?;
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let times = times.or_else(|| gone.as_ref().and_then(|it| it.told.told.as_ref()));
        let before = known.as_ref().map(|it| &it.fact);
        let merged = merge::<Capacity>(before, times, row, at)?;
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if let Some(payee) = merged.record.as_ref().and_then(|it| it.void_provider_ref.as_ref()) {
            self.must_know(MissingKind::Provider, payee.as_str()).await?;
            self.pay_voids_to(payee, &home);
        }
        self.changed_from(&home, changes::capacity(before, merged.record.as_ref())).await?;
        let is_changed = changed(merged.outcome);
        if is_changed {
            self.changes.touch(&home);
        }
        if let Some(capacity) = merged.record {
            if gone.is_some() {
                self.delete(gone_key);
            }
            self.capacities.set(key, told(known, capacity, merged.times), is_changed);
        } else {
            if known.is_some() {
                self.delete(key);
                self.changes.capacities_gone.insert((service_ref, from));
            }
            self.taken_back.set(gone_key, told(gone, TakenBack {}, merged.times), is_changed);
        }
        Ok(merged.outcome)
    }

    /// From `effect` on all care of the contract is to be computed again.
    async fn changed_from(
        &mut self,
        home: &Located,
        effect: Option<NaiveDate>,
    ) -> Result<(), Stop> {
        let Some(effect) = effect else { return Ok(()) };
        let key = agreement_key(home);
        if let Some(mut known) = self.contracts.get(self.store, &key).await? {
            let changed_from = earliest(known.fact.changed_from, Some(effect));
            if known.fact.changed_from != changed_from {
                known.fact.changed_from = changed_from;
            }
            // Also if the day stays: what was dealt with under the version before may not cover this change.
            self.contracts.set(key, known, true);
        }
        Ok(())
    }
}

fn agreement_key(home: &Located) -> Key {
    Key::contract(&home.provider_ref, &home.contract_ref)
}

/// The earlier of two days, if there is any.
pub(crate) fn earliest(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    one.into_iter().chain(other).min()
}

/// The refusal of a change of how something is paid.
fn fixed(column: &'static str, what: &str) -> Stop {
    let message = format!(
        "{column}: How this {what} is paid cannot change any more, since statements are locked or actuals are recorded. Begin a new {what}."
    );
    RowProblem::at(column, Code::I37, message).into()
}
