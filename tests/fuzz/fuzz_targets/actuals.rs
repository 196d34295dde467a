//! [`portal_fuzz::actuals`], led by what each input reaches.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| portal_fuzz::actuals(bytes));
