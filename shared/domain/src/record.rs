//! The head of a statement: its lifecycle and the provider's response, one small record.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ContractRef, ItemId, ProviderRef};
use crate::statement::Totals;

/// What is recorded of one statement beside its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRecord {
    /// Key.
    pub contract_ref: ContractRef,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// Key.
    pub period_start: NaiveDate,
    /// What the provider said.
    pub response: Response,
    /// Set when the items were fixed.
    pub locked: Option<Locked>,
    /// Set when it was fixed for ever.
    pub finalised: Option<Finalised>,
    /// Counts saves; 0: never saved.
    pub version: u32,
}

/// What a provider said to a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Response {
    /// The contract is paid without.
    NotRequired,
    /// Nothing yet, or the items changed since.
    Unconfirmed {
        /// What was confirmed or rejected before the items changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        superseded_at: Option<DateTime<Utc>>,
    },
    /// Agreed.
    Confirmed(Answer),
    /// Agreed but for some lines.
    ConfirmedWithQueries {
        /// Who, when and what.
        answer: Answer,
        /// The lines in question.
        queries: Vec<LineQuery>,
    },
    /// Not agreed.
    Rejected(Answer),
}

/// Who answered, when, to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The full name of the contact.
    pub by: String,
    /// The email address that the contact signed in with.
    pub by_email: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the contact wrote.
    pub comment: String,
    /// [`crate::statement::Statement::digest`] of what was read.
    pub digest: String,
}

/// One line that a provider questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineQuery {
    /// Which.
    pub item_id: ItemId,
    /// What is wrong with it.
    pub comment: String,
}

/// The items were fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// The job's time.
    pub at: DateTime<Utc>,
    /// Why all of its items are held, if they are.
    pub held: Option<HeldAtLock>,
    /// How many statements in a row, this one included, were unconfirmed when they locked.
    pub unconfirmed_in_a_row: u32,
}

/// Why all items of a locked statement are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldAtLock {
    /// The provider rejected it.
    Rejected,
    /// Too many in a row were unconfirmed, or the council holds every unconfirmed one.
    Unconfirmed,
}

/// The statement was fixed for ever and sent for payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finalised {
    /// `{contract_ref}:{period_start}`: the same whenever and however often the job runs.
    pub run_id: String,
    /// The job's time.
    pub at: DateTime<Utc>,
    /// What it came to.
    pub totals: Totals,
    /// How many lines it has.
    pub lines: u32,
}
