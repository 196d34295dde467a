//! Runs `send-email` on Lambda.

fn main() {}
