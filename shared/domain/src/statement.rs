//! A statement: one contract in one period, its items, and what follows from directives and the response.
//!
//! Invariant: this module reads no clock, table or file. A statement is a function of facts, ledger and period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::Period;
use crate::ids::{AdjustmentRef, ContractRef, ItemId, ProviderRef};
use crate::item::Item;
use crate::money::Money;

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
    pub held: Vec<Item>,
    /// Which instalments of which manual adjustments have been issued by this statement and all before it.
    pub issued: BTreeMap<AdjustmentRef, Vec<Issued>>,
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
