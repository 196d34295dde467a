//! Runs `finalise` on Lambda.

fn main() {}
