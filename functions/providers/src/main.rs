//! Runs `providers` on Lambda.

fn main() {}
