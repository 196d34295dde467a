//! What a council decides about actions (domain.md section 8).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The longest text that a record of the table has room for, in characters.
const TEXT_LENGTH_MOST: u32 = 20_000;

/// A council's settings about actions. The default is the specification's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionSettings {
    /// In how many working days an action is due, unless its type says otherwise.
    pub action_due_days: u16,
    /// How many characters a post may have (S1).
    pub action_text_length: u32,
    /// How many days extra care may be asked for by a variation (S3: a week).
    pub variation_days_max: u16,
    /// What it may come to, in pounds (S3).
    pub variation_pounds_max: u32,
    /// Days beside weekends and England's bank holidays on which the council does not work.
    pub closed_dates: Vec<NaiveDate>,
}

impl Default for ActionSettings {
    fn default() -> Self {
        Self {
            action_due_days: 7,
            action_text_length: 7_500,
            variation_days_max: 7,
            variation_pounds_max: 150,
            closed_dates: Vec::new(),
        }
    }
}

impl ActionSettings {
    /// How many characters a post may have: no more than a record has room for.
    pub fn text_length(&self) -> usize {
        usize::try_from(self.action_text_length.min(TEXT_LENGTH_MOST)).unwrap_or(usize::MAX)
    }
}
