//! A large agency that is made up, the file that it sends, and what an upload does with it: for the benchmark, and for
//! a test of the same in small.
//!
//! Architecture invariant: nothing here needs AWS, so that `cargo bench` builds in a minute.

#![expect(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::integer_division,
    clippy::modulo_arithmetic,
    clippy::unwrap_used,
    reason = "no part of the portal: what does not fit is a mistake in the benchmark"
)]

pub mod agency;
pub mod files;
pub mod homes;
pub mod report;
