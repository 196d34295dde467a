//! What other programs are told of an invoice or credit note, by the rules of EN 16931.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod documents;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod told;
#[cfg(test)]
mod tree;
