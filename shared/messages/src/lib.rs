//! Emails and queue messages.
//!
//! `queue` and `mail` are the one thing we ask of SQS and of SES each; `templates` writes the emails.
//! This is the only crate that names `aws_sdk_sqs` and `aws_sdk_sesv2`.

pub mod daily;
mod error;
mod letter;
mod mail;
mod queue;
pub mod templates;

pub use crate::error::MessagesError;
pub use crate::letter::{Letter, Letterhead};
pub use crate::mail::{Email, Mail, OUTBOX_TAG, Trouble};
pub use crate::queue::Queue;
