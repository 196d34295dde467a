//! What the tests and the tools share that look at all functions at once.

mod functions;
pub mod openapi;

pub use functions::{Function, functions};
