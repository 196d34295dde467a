//! A statement: one contract in one period, its items, and what follows from directives and the response.
//!
//! Invariant: this module reads no clock, table or file. A statement is a function of facts, ledger and period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::entitlement::{self, Days};
use crate::entry::{self, Entry};
use crate::facts::{Cpli, Facts, Period, Service};
use crate::failure::{Failure, Kind};
use crate::ids::{AdjustmentRef, ContractRef, CpliId, ItemId, ProviderRef, ServiceRef};
use crate::item::{Item, ItemStatus, Subject};
use crate::money::{Money, MoneyError};
use crate::record::{Response, StatementRecord};
use crate::settings::Settings;
use crate::{carrying, corrections, directives, invoice, manual};

/// One contract in one period: what is written once, as `locked.json` and as `finalised.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whose care.
    pub contract_ref: ContractRef,
    /// The contract's name when the statement was made.
    pub contract_name: String,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// When.
    pub period: Period,
    /// Payable and not payable, in the order they are shown.
    pub items: Vec<Item>,
    /// Items of earlier statements that stay suspended. They are not part of this statement's totals.
    pub held: Vec<Held>,
    /// Which instalments of which manual adjustments have been issued by this statement and all before it.
    pub issued: BTreeMap<AdjustmentRef, Vec<Issued>>,
}

/// An item of an earlier statement that is still suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The start of the period of the statement that the item is a line of.
    pub statement: NaiveDate,
    /// The item, as that statement has it.
    pub item: Item,
}

/// One issued instalment, not yet reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Counted from 0.
    pub part: u32,
    /// The item.
    pub item_id: ItemId,
    /// The statement that holds it.
    pub period_start: NaiveDate,
    /// What was issued.
    pub amount: Money,
    /// Whether the item was cancelled in that statement: what replaces it is cancelled too.
    pub cancelled: bool,
}

/// The sums at the head of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Totals {
    /// Payable and non-payable together.
    pub total: Money,
    /// What is paid.
    pub payable: Money,
    /// Suspended, cancelled and carried forward.
    pub non_payable: Money,
}

/// What earlier statements of the contract say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The statements that end on [`Facts::earliest_change`] or later, and always the latest, oldest first. A
    /// locked one stands here as it would be finalised: with directives and response applied.
    pub bodies: Vec<Statement>,
    /// The current response to each statement, by the start of its period. Needed for those that hold items.
    pub responses: BTreeMap<NaiveDate, Response>,
}

/// Why a statement cannot be computed: its facts contradict each other or are beyond all measure.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotCompute {
    /// The import lets no such care package in.
    #[error("care package {0} is for service {1}, which the contract does not have")]
    UnknownService(CpliId, ServiceRef),
    /// A sum of the period is too large.
    #[error("an amount is too large: {0}")]
    Amount(#[from] MoneyError),
}

impl Failure for CannotCompute {
    fn kind(&self) -> Kind {
        Kind::Defect
    }

    fn code(&self) -> &'static str {
        "statement-cannot-be-computed"
    }
}

impl Statement {
    /// The statement of the earliest period that is not locked, as facts stand now: the care of the period,
    /// corrections of earlier periods, what was released or carried forward, manual adjustments; directives
    /// are applied.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] when facts contradict each other.
    pub fn open(facts: &Facts, ledger: &Ledger, period: &Period) -> Result<Self, CannotCompute> {
        let bodies = ledger.before(period);
        let latest = bodies.last().copied();
        let mut pending = latest.map(carrying::pending).unwrap_or_default();
        let mut issued = latest.map(manual::issued_by).unwrap_or_default();

        let mut entries = care(facts, period)?;
        entries.extend(corrections::corrections(facts, &bodies, &mut pending)?);
        let instalments = manual::open(facts, period, &mut issued, &mut pending)?;
        let (carried, held) =
            carrying::carried(facts, &ledger.responses, &pending, period.start_date);
        entries.extend(carried);
        entries.extend(instalments);
        entries.extend(invoice::open(facts, &bodies, period));

        let mut statement = Self::of(facts, period, entries);
        statement.held = held;
        statement.issued = manual::issued_with(issued, &statement.items, period);
        Ok(statement)
    }

    /// What a future period will hold if nothing changes: its own care, voids and instalments, no corrections.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] when facts contradict each other.
    pub fn forecast(facts: &Facts, period: &Period) -> Result<Self, CannotCompute> {
        let mut entries = care(facts, period)?;
        entries.extend(manual::forecast(facts, period)?);
        entries.extend(invoice::forecast(facts, period));
        Ok(Self::of(facts, period, entries))
    }

    fn of(facts: &Facts, period: &Period, entries: Vec<Entry>) -> Self {
        let statement = Self {
            contract_ref: facts.contract.contract_ref.clone(),
            contract_name: facts.contract.name.clone(),
            provider_ref: facts.contract.provider_ref.clone(),
            period: period.clone(),
            items: entry::named(entries, &facts.contract, period.start_date),
            held: Vec::new(),
            issued: BTreeMap::new(),
        };
        statement.with_directives(facts)
    }

    /// The same statement under the directives as they stand now. Holds by the response stay.
    #[must_use]
    pub fn with_directives(mut self, facts: &Facts) -> Self {
        for item in &mut self.items {
            directives::apply(facts, item, self.period.start_date);
        }
        self
    }

    /// The same statement with what follows from the response once it is locked: rejected or unconfirmed, all is
    /// held; queried lines are held if the council says so. Before the lock nothing follows.
    ///
    /// What is suspended already then waits for the response; what is cancelled or carried forward stays so.
    #[must_use]
    pub fn with_response(mut self, record: &StatementRecord, settings: &Settings) -> Self {
        let may_hold =
            |item: &&mut Item| matches!(item.status, ItemStatus::Payable | ItemStatus::Suspended);
        for item in self.items.iter_mut().filter(may_hold) {
            if let Some(hold) = directives::hold_by_response(record, settings, item) {
                item.status = ItemStatus::Suspended;
                item.hold = Some(hold);
            }
        }
        self
    }

    /// The sums at its head. Held items of earlier statements are not in them.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn totals(&self) -> Result<Totals, MoneyError> {
        Totals::of(self.items.iter())
    }

    /// The sums of what `provider` is paid by it, or would be: empty beds may be paid to another than the care.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn totals_of(&self, provider: &ProviderRef) -> Result<Totals, MoneyError> {
        Totals::of(self.items.iter().filter(|item| item.payee == *provider))
    }

    /// The sum of the items of each status that it has.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn totals_by_status(&self) -> Result<BTreeMap<ItemStatus, Money>, MoneyError> {
        let mut totals = BTreeMap::<ItemStatus, Money>::new();
        for item in &self.items {
            let total = totals.entry(item.status).or_insert(Money::ZERO);
            *total = total.plus(item.amount)?;
        }
        Ok(totals)
    }

    /// The items that are paid.
    pub fn payable(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.status == ItemStatus::Payable)
    }

    /// Hexadecimal SHA-256 of what a provider agrees to: which items, what amounts, paid or not.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}|{}", self.contract_ref, self.period.start_date));
        for item in &self.items {
            let status = match item.status {
                ItemStatus::Payable => "payable",
                ItemStatus::Suspended => "suspended",
                ItemStatus::Cancelled => "cancelled",
                ItemStatus::CarriedForward => "carried_forward",
            };
            hash.update(format!("|{}|{}|{status}", item.item_id, item.amount));
        }
        hex::encode(hash.finalize())
    }

    /// What `provider` may see of it: all if it is the contract's, only what it is paid if it is paid voids; none if
    /// that is nothing. What the contract's provider wrote is not for the other.
    pub fn seen_by(&self, provider: &ProviderRef) -> Option<Self> {
        if *provider == self.provider_ref {
            return Some(self.clone());
        }
        let paid_to = |item: &Item| item.payee == *provider;
        let mut seen = self.clone();
        seen.items.retain(paid_to);
        seen.held.retain(|held| paid_to(&held.item));
        let held = seen.held.iter_mut().map(|held| &mut held.item);
        seen.items.iter_mut().chain(held).for_each(directives::quieten);
        seen.issued.clear();
        (!seen.items.is_empty() || !seen.held.is_empty()).then_some(seen)
    }
}

impl Totals {
    fn of<'i>(items: impl Iterator<Item = &'i Item> + Clone) -> Result<Self, MoneyError> {
        let paid = items.clone().filter(|item| item.status == ItemStatus::Payable);
        let payable = Money::total(paid.map(|item| item.amount))?;
        let total = Money::total(items.map(|item| item.amount))?;
        Ok(Self { total, payable, non_payable: total.plus(payable.reversed()?)? })
    }
}

impl Ledger {
    /// The statements before `period`, oldest first.
    fn before(&self, period: &Period) -> Vec<&Statement> {
        let earlier = |body: &&Statement| body.period.start_date < period.start_date;
        let mut bodies: Vec<_> = self.bodies.iter().filter(earlier).collect();
        bodies.sort_by_key(|body| body.period.start_date);
        bodies
    }
}

impl Facts {
    /// The service that a care package is for.
    pub(crate) fn service_of(&self, cpli: &Cpli) -> Result<&Service, CannotCompute> {
        self.services.get(&cpli.service_ref).ok_or_else(|| {
            CannotCompute::UnknownService(cpli.cpli_id.clone(), cpli.service_ref.clone())
        })
    }
}

/// What the period itself is owed: care packages in the order of their ids, then voids.
fn care(facts: &Facts, period: &Period) -> Result<Vec<Entry>, CannotCompute> {
    let span = Days::from(period);
    let (mut entries, mut lines) = (Vec::new(), Vec::new());
    for (cpli_id, cpli) in &facts.cplis {
        let service = facts.service_of(cpli)?;
        entitlement::of_cpli(&facts.contract, service, cpli, span, &mut lines)?;
        let owed =
            |line| Entry::owed(Subject::Cpli(cpli_id.clone()), period.start_date, line, facts);
        entries.extend(lines.drain(..).map(owed));
    }
    let blocks: BTreeSet<&ServiceRef> = facts.capacities.keys().map(|(of, _)| of).collect();
    for service in blocks.into_iter().filter_map(|of| facts.services.get(of)) {
        entitlement::of_voids(facts, service, span, &mut lines)?;
        let owed = |line| {
            let subject = Subject::Void(service.service_ref.clone());
            Entry::owed(subject, period.start_date, line, facts)
        };
        entries.extend(lines.drain(..).map(owed));
    }
    Ok(entries)
}
