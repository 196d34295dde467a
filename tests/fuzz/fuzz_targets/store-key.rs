//! [`portal_fuzz::store_key`], led by what each input reaches.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| portal_fuzz::store_key(bytes));
