//! A statement: one contract in one period, its items, and what follows from directives and the response.
//!
//! Invariant: this module reads no clock, table or file. A statement is a function of facts, ledger and period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use thiserror::Error;

use crate::facts::{Facts, Period};
use crate::failure::{Failure, Kind};
use crate::ids::{AdjustmentRef, ContractRef, CpliId, ItemId, ProviderRef, ServiceRef};
use crate::item::{Item, ItemStatus};
use crate::money::{Money, MoneyError};
use crate::record::{Response, StatementRecord};
use crate::settings::Settings;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A date is past the end of the calendar.
    #[error("a date is past the end of the calendar")]
    Date,
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
        let _later = ledger;
        Self::forecast(facts, period)
    }

    /// What a future period will hold if nothing changes: its own care, voids and instalments, no corrections.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] when facts contradict each other.
    pub fn forecast(facts: &Facts, period: &Period) -> Result<Self, CannotCompute> {
        Ok(Self {
            contract_ref: facts.contract.contract_ref.clone(),
            contract_name: facts.contract.name.clone(),
            provider_ref: facts.contract.provider_ref.clone(),
            period: period.clone(),
            items: Vec::new(),
            held: Vec::new(),
            issued: BTreeMap::new(),
        }
        .with_directives(facts))
    }

    /// The same statement under the directives as they stand now. Holds by the response stay.
    #[must_use]
    pub fn with_directives(self, facts: &Facts) -> Self {
        let _later = facts;
        self
    }

    /// The same statement with what follows from the response once it is locked: rejected or unconfirmed, all is
    /// held; queried lines are held if the council says so. Before the lock nothing follows.
    #[must_use]
    pub fn with_response(self, record: &StatementRecord, settings: &Settings) -> Self {
        let _later = (record, settings);
        self
    }

    /// The sums at its head. Held items of earlier statements are not in them.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn totals(&self) -> Result<Totals, MoneyError> {
        let payable = |item: &&Item| item.status == ItemStatus::Payable;
        let total = Money::total(self.items.iter().map(|item| item.amount))?;
        let payable = Money::total(self.items.iter().filter(payable).map(|item| item.amount))?;
        Ok(Totals { total, payable, non_payable: total.plus(payable.reversed()?)? })
    }

    /// Hexadecimal SHA-256 of what a provider agrees to: which items, what amounts, paid or not.
    pub fn digest(&self) -> String {
        String::new()
    }

    /// What `provider` may see of it: all if it is the contract's, only what it is paid if it is paid voids,
    /// nothing otherwise.
    pub fn seen_by(&self, provider: &ProviderRef) -> Option<Self> {
        (*provider == self.provider_ref).then(|| self.clone())
    }
}
