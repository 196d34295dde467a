//! Hostile input for everything that reads what others wrote: files, cookies, keys, addresses, dates, money.
//!
//! Each function here is a property that must hold for any bytes at all, and panics where it does not. Each has a few
//! inputs that somebody thought of or that once failed (`corpus`) and words that chance would never find (`words`, as
//! `libFuzzer` reads them). `make test` tries some thousands of inputs made of them, the same every time (`tests/fuzz`).
//! `make fuzz MINUTES=10` has `libFuzzer` look for others, led by what each input reaches (`fuzz_targets`, for `cargo
//! fuzz`); one that fails is kept in the corpus, so that it is tried ever after.
//!
//! Architecture invariant: nothing depends on this crate, and what leads by coverage is built only for it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a property that does not hold panics, and what does not fit is a mistake in it"
)]

mod actuals;
#[path = "../../../shared/sheets/tests/workbooks/archive.rs"]
mod archive;
mod files_in;
mod texts;

pub use crate::actuals::actuals;
pub use crate::files_in::{council_csv, csv, feed_row, file_name, workbook};
pub use crate::texts::{api_key, cookie, cursor, email, forwarded, ids, money, store_key};
