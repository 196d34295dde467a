//! The heads of statements, and everything known today about a contract together with what had changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use domain::facts::{Adjustment, Capacity, Contact, Contract, Cpli, Directive, Facts, Service};
use domain::ids::{ContractRef, CpliId, ProviderRef};
use domain::invoice::InvoiceHead;
use domain::notice::Subscription;
use domain::permission::Role;
use domain::record::StatementRecord;
use domain::weeks::{Decision, Variation};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::codec::{Item, Row};
use crate::error::StoreError;
use crate::facts::still_told;
use crate::keys::Key;
use crate::notices::Telling;
use crate::progress::Progress;
use crate::query::Query;
use crate::untold::UntoldPayment;
use crate::{Store, table};

/// How many facts a contract may have beside its care packages, and how many heads of statements.
const FACTS_MAX: usize = 20_000;

/// How many care packages a contract may have, historical ones included.
const CPLIS_MAX: usize = 20_000;

/// How many emails may tell of one change: each takes two actions of a transaction of at most 100, and the
/// head and the progress take one, and each piece of news two: for the daily email and for software.
pub const EMAILS_MAX: usize = 48;

/// The attribute that says from which day on something changed.
const CHANGED_FROM: &str = "changed_from";

/// A record of facts that had changed since the last statement was fixed, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedFact {
    /// Which care package; none: the contract.
    pub cpli_id: Option<CpliId>,
    /// Which save of it.
    pub version: u32,
}

/// Everything known today about a contract, and which of it had changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFacts {
    /// What is known.
    pub facts: Facts,
    /// What of it had changed since the last statement was fixed.
    pub changed: Vec<ChangedFact>,
}

/// That a contract of `provider_ref` pays voids to somebody else.
#[derive(Debug, Deserialize)]
struct PayeeRow {
    provider_ref: ProviderRef,
}

/// The agreement, with from when on something about all of it changed.
#[derive(Debug, Deserialize)]
struct ContractRow {
    #[serde(flatten)]
    contract: Contract,
    #[serde(default)]
    changed_from: Option<NaiveDate>,
}

impl Store {
    /// Everything known today about a contract of `provider`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if the provider has no such contract.
    pub async fn known_facts(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<KnownFacts, StoreError> {
        // The agreement says that something about the contract changed. It is read before the rest, so that what
        // changes while the rest is read is not taken for dealt with: its mark then has a later version.
        let agreement = self.table.row(&Key::contract(provider, contract)).await?;
        let agreement = agreement.ok_or(StoreError::Missing("contract"))?;
        let rows = self.table.query_all(Query::facts(provider, contract), FACTS_MAX).await?;
        let mut known = facts_of(agreement, rows)?;
        let cplis = self.table.query_all(Query::cplis(provider, contract), CPLIS_MAX).await?;
        for row in cplis {
            let version = row.version();
            let cpli: Cpli = row.read()?;
            let cpli_id = Some(cpli.cpli_id.clone());
            known.changed.extend(cpli.changed_from.map(|_| ChangedFact { cpli_id, version }));
            known.facts.cplis.insert(cpli.cpli_id.clone(), cpli);
        }
        if known.facts.contract.document_gate {
            known.facts.documents = self.documents_of_contract(provider, contract).await?;
        }
        let periods = self.periods_of_cycle(&known.facts.contract.cycle_ref).await?;
        known.facts.periods = periods.into_iter().map(|it| (it.start_date, it)).collect();
        Ok(known)
    }

    /// The contracts of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contracts_of(&self, provider: &ProviderRef) -> Result<Vec<Contract>, StoreError> {
        let rows = self.table.query_all(Query::facts_of_provider(provider), FACTS_MAX).await?;
        let contracts = rows.into_iter().filter(|row| row.key.is_contract());
        contracts.map(Row::read).collect()
    }

    /// One contract of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contract_of(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Option<Contract>, StoreError> {
        self.table.get(&Key::contract(provider, contract)).await
    }

    /// The contracts of others that pay their voids to `payee`, each with whose it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn payee_contracts(
        &self,
        payee: &ProviderRef,
    ) -> Result<Vec<(ProviderRef, ContractRef)>, StoreError> {
        let rows = self.table.query_all(Query::payees(payee), FACTS_MAX).await?;
        let contract = |row: &Row| row.key.sk().strip_prefix("PAYEE#")?.parse().ok();
        let mut contracts = Vec::new();
        for row in rows {
            if let Some(contract) = contract(&row) {
                contracts.push((row.read::<PayeeRow>()?.provider_ref, contract));
            }
        }
        Ok(contracts)
    }

    /// Whose contract it is that pays its voids to `payee`; none if it pays it none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn payee_owner(
        &self,
        payee: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Option<ProviderRef>, StoreError> {
        let row: Option<PayeeRow> = self.table.get(&Key::payee(payee, contract)).await?;
        Ok(row.map(|row| row.provider_ref))
    }

    /// Who emails about a provider's payments go to: its contacts who may respond to statements because that is
    /// their role, else its administrators; of those, who want to be told. Each address once.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn payment_contacts(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<String>, StoreError> {
        let rows = self.table.query_all(Query::contacts(provider), FACTS_MAX).await?;
        let contacts: Result<Vec<Contact>, _> = rows.into_iter().map(Row::read).collect();
        let contacts = contacts?;
        let with = |role: Role| {
            let with = contacts.iter().filter(move |contact| contact.roles.contains(&role));
            with.filter_map(|contact| contact.portal_email.clone()).collect::<BTreeSet<_>>()
        };
        let mut to = with(Role::Payments);
        if to.is_empty() {
            to = with(Role::Admin);
        }
        let unless_chosen = self.settings().await?.default_subscriptions;
        let what = Subscription::ImmediateScheduledPayments;
        let mut to = self.who_want(to, what, &unless_chosen).await?;
        to.truncate(EMAILS_MAX);
        Ok(to)
    }

    /// Marks a changed fact as dealt with, if it did not change again since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn clear_changed(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        changed: &ChangedFact,
    ) -> Result<(), StoreError> {
        let key = match &changed.cpli_id {
            Some(cpli_id) => Key::cpli(provider, contract, cpli_id),
            None => Key::contract(provider, contract),
        };
        let Some(row) = self.table.row(&key).await? else { return Ok(()) };
        if row.version() != changed.version || !row.item.contains_key(CHANGED_FROM) {
            return Ok(());
        }
        let still = still_told(&row);
        let dealt_with =
            Action::put_item(key, without_changed(row)).if_version(changed.version).only_if(still);
        match self.table.write(vec![dealt_with]).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    /// The head of a statement, if it was ever saved.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn statement_record(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        period_start: NaiveDate,
    ) -> Result<Option<StatementRecord>, StoreError> {
        self.table.get(&Key::statement(provider, contract, period_start)).await
    }

    /// The heads of a contract's statements that were ever saved, by first day.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn statement_records(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<BTreeMap<NaiveDate, StatementRecord>, StoreError> {
        let rows = self.table.query_all(Query::statements(provider, contract), FACTS_MAX).await?;
        let records: Result<Vec<StatementRecord>, _> = rows.into_iter().map(Row::read).collect();
        Ok(records?.into_iter().map(|record| (record.period_start, record)).collect())
    }

    /// Saves what a provider responded, if nobody saved the head since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_response(&self, record: &StatementRecord) -> Result<(), StoreError> {
        self.table.write(vec![statement_action(record)]).await
    }

    /// Saves a head that the job changed, with what tells of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved the head since it was read, or it was told before.
    pub async fn save_told(
        &self,
        record: &StatementRecord,
        telling: Telling,
    ) -> Result<(), StoreError> {
        let mut actions = vec![statement_action(record)];
        actions.extend(telling.actions());
        self.table.write(actions).await
    }

    /// Saves a head that was locked, how far that brings its contract, and what tells of it: all or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved one of them since they were read.
    pub async fn save_locked(
        &self,
        record: &StatementRecord,
        progress: &Progress,
        telling: Telling,
    ) -> Result<(), StoreError> {
        let mut actions = vec![statement_action(record), Self::progress_action(progress)];
        actions.extend(telling.actions());
        self.table.write(actions).await
    }

    /// Saves a head that was finalised, how far that brings its contract, that nobody is told of it yet, and the
    /// `invoices` that it pays: all or nothing. Of more invoices than are written together the first are written
    /// before; whoever comes after a crash finds them as they are and goes on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved one of them since they were read.
    pub async fn save_finalised(
        &self,
        record: &StatementRecord,
        progress: &Progress,
        untold: Option<UntoldPayment>,
        mut invoices: Vec<InvoiceHead>,
    ) -> Result<(), StoreError> {
        while invoices.len() > INVOICES_TOGETHER_MAX {
            let first = invoices.drain(..INVOICES_TOGETHER_MAX);
            let first = first.flat_map(|head| Self::taken_actions(&head));
            self.table.write(first.collect()).await?;
        }
        let mut actions = vec![statement_action(record), Self::progress_action(progress)];
        actions.extend(untold.as_ref().map(UntoldPayment::action));
        actions.extend(invoices.iter().flat_map(Self::taken_actions));
        self.table.write(actions).await
    }
}

fn statement_action(record: &StatementRecord) -> Action {
    let key = Key::statement(&record.provider_ref, &record.contract_ref, record.period_start);
    Action::put(key, record).if_version(record.version)
}

/// What is known by the agreement and by the other facts, which were read after it.
fn facts_of(agreement: Row, others: Vec<Row>) -> Result<KnownFacts, StoreError> {
    let version = agreement.version();
    let ContractRow { contract, changed_from } = agreement.read()?;
    let mut facts = Facts {
        contract,
        services: BTreeMap::new(),
        cplis: BTreeMap::new(),
        capacities: BTreeMap::new(),
        adjustments: BTreeMap::new(),
        directives: BTreeMap::new(),
        periods: BTreeMap::new(),
        variations: BTreeMap::new(),
        exceptions: BTreeMap::new(),
        documents: BTreeMap::new(),
        invoices: Vec::new(),
        changed_from,
    };
    for row in others {
        add_fact(&mut facts, row)?;
    }
    let changed = changed_from.map(|_| ChangedFact { cpli_id: None, version });
    Ok(KnownFacts { facts, changed: changed.into_iter().collect() })
}

fn add_fact(facts: &mut Facts, row: Row) -> Result<(), StoreError> {
    match row.key.fact_kind() {
        Some("SERVICE") => {
            let service: Service = row.read()?;
            facts.services.insert(service.service_ref.clone(), service);
        }
        Some("CAPACITY") => {
            let capacity: Capacity = row.read()?;
            let key = (capacity.service_ref.clone(), capacity.from_date);
            facts.capacities.insert(key, capacity);
        }
        Some("ADJUSTMENT") => {
            let adjustment: Adjustment = row.read()?;
            facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
        }
        Some("DIRECTIVE") => {
            let directive: Directive = row.read()?;
            facts.directives.insert(directive.directive_ref.clone(), directive);
        }
        Some("VARIATION") => {
            let variation: Variation = row.read()?;
            facts.variations.insert(variation.variation_ref.clone(), variation);
        }
        Some("EXCEPTION") => {
            let decision: Decision = row.read()?;
            let key = (decision.cpli_id.clone(), decision.week_start);
            facts.exceptions.insert(key, decision);
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// The record as it is but for the mark.
fn without_changed(row: Row) -> Item {
    let mut item = Arc::unwrap_or_clone(row.item);
    item.remove(CHANGED_FROM);
    item
}

/// How many invoices are written together: each takes two actions, and its history may be long.
const INVOICES_TOGETHER_MAX: usize = 10;

const _: () =
    assert!(INVOICES_TOGETHER_MAX * 2 + 3 <= table::ACTIONS_MAX, "a transaction takes no more");
const _: () = assert!(EMAILS_MAX * 2 + 4 <= table::ACTIONS_MAX, "a transaction takes no more");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn what_the_council_decided_about_care_beyond_the_plan_is_known() {
        let store = Store::in_memory();
        let (provider, contract) = ("P1001".parse().unwrap(), "C3001".parse().unwrap());
        let cpli: CpliId = "164628".parse().unwrap();
        let week: NaiveDate = "2026-11-02".parse().unwrap();
        let agreement = json!({
            "contract_ref": "C3001", "provider_ref": "P1001", "name": "Home care",
            "payment_method": "actuals", "cycle_ref": "28DAY", "vat": "exempt",
            "confirmation": "not_required", "grace_days": 0, "document_gate": false,
            "portal_from": "2026-03-30"
        });
        let variation = Variation {
            variation_ref: "VAR701".parse().unwrap(),
            contract_ref: "C3001".parse().unwrap(),
            cpli_id: cpli.clone(),
            from_date: week,
            to_date: week,
            quantity: "2.5".parse().unwrap(),
            reason: "Crisis".to_owned(),
        };
        let decision = Decision {
            contract_ref: "C3001".parse().unwrap(),
            cpli_id: cpli.clone(),
            week_start: week,
            kind: domain::weeks::DecisionKind::Cap,
            quantity: Some("11".parse().unwrap()),
            upon: "12.5".parse().unwrap(),
            reason: "As agreed".to_owned(),
            decided_at: "2026-11-24T09:00:00Z".parse().unwrap(),
        };
        let of_variation = Key::variation(&provider, &contract, &variation.variation_ref);
        let actions = vec![
            Action::put(Key::contract(&provider, &contract), &agreement),
            Action::put(of_variation, &variation),
            Action::put(Key::exception(&provider, &contract, &cpli, week), &decision),
        ];
        store.table.write(actions).await.unwrap();
        let facts = store.known_facts(&provider, &contract).await.unwrap().facts;
        assert_eq!(facts.variations[&variation.variation_ref], variation);
        assert_eq!(facts.decision(&cpli, week), Some(&decision));
    }

    #[tokio::test]
    async fn what_changes_while_facts_are_read_is_not_taken_for_dealt_with() {
        let store = Store::in_memory();
        let (provider, contract) = ("P1001".parse().unwrap(), "C3001".parse().unwrap());
        let key = Key::contract(&provider, &contract);
        let agreement = |changed_from: &str| {
            json!({
                "contract_ref": "C3001", "provider_ref": "P1001", "name": "Lake House",
                "payment_method": "scheduled", "cycle_ref": "28DAY", "vat": "exempt",
                "confirmation": "required", "grace_days": 0, "document_gate": false,
                "portal_from": "2026-03-30", "changed_from": changed_from
            })
        };
        let save = |changed_from, version| {
            vec![Action::put(key.clone(), &agreement(changed_from)).if_version(version)]
        };
        store.table.write(save("2026-04-27", 0)).await.unwrap();
        let read_first = store.table.row(&key).await.unwrap().unwrap();
        // Meanwhile the council tells of an earlier day.
        store.table.write(save("2026-03-30", 1)).await.unwrap();
        let query = Query::facts(&provider, &contract);
        let others = store.table.query_all(query, FACTS_MAX).await.unwrap();

        let known = facts_of(read_first, others).unwrap();
        assert_eq!(known.changed, [ChangedFact { cpli_id: None, version: 1 }]);
        store.clear_changed(&provider, &contract, &known.changed[0]).await.unwrap();
        let left = store.known_facts(&provider, &contract).await.unwrap().facts.changed_from;
        assert_eq!(left.unwrap().to_string(), "2026-03-30");
    }
}
