//! What we write: the template and the error workbook, read back as providers send them.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod agency;
#[cfg(test)]
#[path = "../workbooks/archive.rs"]
mod archive;
#[cfg(test)]
mod error_workbook;
#[cfg(test)]
mod template;
#[cfg(test)]
mod writers;
