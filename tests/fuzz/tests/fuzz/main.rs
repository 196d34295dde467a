//! Some thousands of inputs for each property, the same every time.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod chance;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod properties;
