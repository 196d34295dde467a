//! Runs `sign-in` on Lambda.

fn main() {}
