//! Runs `import-file` on Lambda.

fn main() {}
