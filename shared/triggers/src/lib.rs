//! What wakes a function that nobody waits for: messages of a queue, and the time.
//!
//! Every trigger can come twice, late or out of order. Messages are handled one by one; those that fail are
//! reported, come again, and end in the dead-letter queue, while the others are done. Each outcome is one log
//! event that names the message's id and never its body.

mod dropped;
mod event;
mod outcome;
mod run;

pub use lambda_runtime::Error;

pub use crate::dropped::{Dropped, Drops};
pub use crate::event::{Event, Message, NotAnEvent};
pub use crate::run::{NotHandled, answer, run_jobs, run_queue, run_queue_and_jobs};
