//! [`portal_fuzz::council_csv`], led by what each input reaches.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| portal_fuzz::council_csv(bytes));
