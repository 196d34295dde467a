//! A council's payments from the first file to the last email, in this process, while everything goes wrong that can.
//!
//! A schedule is made from its seed alone: which facts the council's files bring and when, what providers answer, and
//! what befalls every process on the way. Processes die before or after any call; calls are refused because a service
//! is too busy, or have their effect and lose their answer; events come twice, late, out of order, or many together;
//! a second process does the same in the middle of the first. After seven weeks, or eleven in the few schedules that
//! are large, all is calm, whatever was given up is tried again, and a last period is paid. Then [`oracle::check`] asks
//! whether every penny was paid once, and everybody told of it once.
//!
//! What runs is the functions' own code over the twins in memory of the table, the buckets, the queues and the mail
//! service. What is owed is computed by [`model`], which shares no line with the portal's own calculation.
//!
//! Nothing is random and nothing asks what time it is, so that a seed replays exactly.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a simulation: what does not fit is a mistake in it, and ends it"
)]

mod agenda;
#[cfg(test)]
mod clock;
mod council;
mod dice;
mod model;
pub mod oracle;
mod trouble;
mod worker;
mod world;

pub use crate::agenda::EVENTS;
pub use crate::trouble::MISFORTUNES;
pub use crate::world::World;
