//! What a provider recorded, when, and how.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::actuals::Week;
use crate::ids::{BatchId, CpliId};

/// A week as it was recorded last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// What was delivered.
    pub week: Week,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The full name of the contact, or what sent the file.
    pub by: String,
    /// How.
    pub source: Source,
}

/// How a week was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Typed on the page.
    Form,
    /// By a file.
    Upload {
        /// Which upload.
        batch_id: BatchId,
    },
}

/// The recorded weeks of care packages, by the first day of each week.
pub type RecordedWeeks = BTreeMap<CpliId, BTreeMap<NaiveDate, Recorded>>;

/// That a provider confirmed the actuals of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// When. What was recorded by then is confirmed.
    pub submitted_at: DateTime<Utc>,
    /// The full name of the contact.
    pub submitted_by: String,
}

impl Submission {
    /// Whether it confirms `recorded`.
    pub fn confirms(&self, recorded: &Recorded) -> bool {
        recorded.at <= self.submitted_at
    }
}
