//! What others wrote is read here: files, cookies, keys, addresses, dates, money. For each there is a property that must
//! hold for any bytes at all, a few inputs that somebody thought of (`tests/fuzz/corpus`), and as many made of them by
//! chance as there is time for: `make test` tries some thousands, the same every time; `make fuzz MINUTES=10` tries
//! others for as long as it is told. An input that fails is kept beside the corpus, so that it is tried ever after.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::print_stderr,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
#[path = "../../../../shared/sheets/tests/workbooks/archive.rs"]
mod archive;
#[cfg(test)]
mod chance;
#[cfg(test)]
mod files_in;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod texts;
