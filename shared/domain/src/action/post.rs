//! What somebody said in an action.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attachment, Side};
use crate::ids::StaffRef;

/// One post of a conversation. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Which of them, counted from 1.
    pub n: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// The person's full name.
    pub by: String,
    /// Who of the council's people, for the permanent record.
    pub staff_ref: Option<StaffRef>,
    /// For whom the person spoke.
    pub side: Side,
    /// What was said; empty if something was only changed.
    pub text: String,
    /// What was sent with it.
    pub attachments: Vec<Attachment>,
    /// What happened to the action with it: `Marked as done`
    pub change: Option<String>,
    /// Made from the request and the person, so that a request that comes twice is known.
    pub request: String,
}
