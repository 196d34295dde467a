//! Runs `account` on Lambda.

fn main() {}
