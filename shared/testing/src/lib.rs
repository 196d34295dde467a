//! A small council for tests: every fact with the values of the worked examples, so that a test says only what
//! it is about.
//!
//! Architecture invariant: only tests depend on this crate (`dev-dependencies`).

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "only tests come here: a text that does not parse is a mistake in the test"
)]

mod browser;
mod council;
mod facts;
mod log;
mod stored;

pub use crate::browser::{Browser, Reply};
pub use crate::council::Council;
pub use crate::facts::{
    capacity, client, contract, contribution, cpli, directive, period, price, provider, service,
};

pub use crate::log::Log;
pub use crate::stored::{grant, sign_in, sign_in_colleague, sign_in_only, sign_in_staff};

use std::fmt::Debug;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;

/// A date, id or amount from its text.
///
/// # Panics
///
/// If the text does not parse.
pub fn parse<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// A date: `2022-10-31`.
///
/// # Panics
///
/// If the text is no date.
pub fn day(text: &str) -> NaiveDate {
    parse(text)
}

/// An instant: `2022-10-31T09:00:00Z`.
///
/// # Panics
///
/// If the text is no instant.
pub fn instant(text: &str) -> DateTime<Utc> {
    parse(text)
}

/// The time of a request or job: `2022-10-31T09:00:00Z`.
///
/// # Panics
///
/// If the text is no instant.
pub fn at(text: &str) -> Now {
    Now::at(instant(text))
}
