//! What becomes of the portal's emails when everything that can go wrong does.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod once;
#[cfg(test)]
mod world;
