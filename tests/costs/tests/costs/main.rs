//! What the portal asks of DynamoDB, counted by AWS's own rules, and the limits that it must keep.
//!
//! The functions run as they are, against an emulator behind a meter. `PORTAL_FIGURES` names a folder that what was
//! measured is kept in, for `make bench`.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "no part of the portal: a number that does not fit is a mistake in the test"
)]

#[cfg(test)]
mod care_packages;
#[cfg(test)]
#[path = "../../../tests/waist/emulator.rs"]
mod emulator;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod finalise;
#[cfg(test)]
mod http;
#[cfg(test)]
mod meter;
#[cfg(test)]
mod units;
