//! Emails and queue messages.

mod letter;
pub mod templates;

pub use crate::letter::{Letter, Letterhead};
