//! Purchase orders: the services and prices agreed for one client with one provider for one financial year.
//!
//! An order is a function of the facts: the entitlement from 1 April to 31 March (rules 1 to 3 and 9 of domain.md
//! section 5). Whenever that changes, a revision is issued; revisions are never edited.
//!
//! Decided here, where the specification is silent: care that is paid by what was delivered is ordered as it was
//! planned (a price per unit times the planned quantity of a week, by days). What was delivered, empty beds and manual
//! adjustments are no part of an order. A draft is not ordered.

mod differences;
mod order;
mod revision;

pub use differences::{Difference, differences};
pub use order::{Order, OrderId, OrderLine, OrderTotals, OrderedService, orders_of, years_of};
pub use revision::{OrderHead, OrderRevision, Parties, RevisionBody};
