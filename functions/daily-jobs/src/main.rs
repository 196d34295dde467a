//! Runs `daily-jobs` on Lambda.

fn main() {}
