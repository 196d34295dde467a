//! Runs `scheduled-payments` on Lambda.

fn main() {}
