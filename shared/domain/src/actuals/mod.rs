//! Care as it was delivered: what a provider's file may say (domain.md section 6) and what it comes to (section 5,
//! rule 6).
//!
//! A file is read elsewhere, row by row, into [`Row`]s. The first one has the headings and makes a [`Checker`];
//! the others are given to it one at a time, so that a million rows need no more room than what is known of
//! them. [`check`] does it for rows that are all at hand. Codes that begin with F refuse the file, E the row, W
//! warns; every message says what to do next.
//!
//! What is accepted is not yet recorded: the caller compares it with what is ([`Accepted::against`]), shows it, and
//! applies it.

mod accepted;
mod check;
mod columns;
mod delivered;
mod fields;
mod line;
mod plan;
mod policy;
mod problem;
mod quantity;
mod reasons;
mod row;
mod seen;
mod subject;

pub use accepted::{Accepted, Change, Compared};
pub use check::{Checked, Checker, Rejected, Repeated, Verdict, check};
pub use columns::{Column, Headings};
pub use delivered::Delivered;
pub use line::Line;
pub(crate) use line::quantity_text;
pub use plan::planned;
pub use policy::Policy;
pub use problem::{Code, FileProblem, Finding, RowProblem, Warning};
pub use quantity::Quantity;
pub use reasons::reason_text;
pub use row::{Cell, CellKind, Epoch, Place, Row, column_letters};
pub use subject::Known;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What was delivered of one CPLI in one week, in units of its service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Given.
    pub actual: Decimal,
    /// Planned, and the client did not take it.
    pub frustrated: Decimal,
    /// Planned, and the provider did not come.
    pub missed: Decimal,
    /// Given, and not planned.
    pub extra: Decimal,
    /// How often somebody came.
    pub visits: Option<u32>,
    /// Why it differs from the plan: one of [`Policy::reason_codes`].
    pub reason_code: Option<String>,
    /// What else the provider says about it.
    pub comment: Option<String>,
}

impl Week {
    /// What of it is paid for.
    pub fn delivered(&self) -> Delivered {
        Delivered { actual: self.actual, frustrated: self.frustrated }
    }
}
