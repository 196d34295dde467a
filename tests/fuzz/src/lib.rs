//! Hostile input for everything that reads what others wrote: see `tests/fuzz/tests/fuzz/main.rs`.
//!
//! Architecture invariant: nothing depends on this crate, and it brings no other tool with it: one that finds its way
//! by coverage pins other versions of what the portal's PDFs are made with, and what is tested must be what is deployed.
