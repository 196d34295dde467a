//! Runs `care-packages` on Lambda.

fn main() {}
