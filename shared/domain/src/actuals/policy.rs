//! What a council decides about actuals.

use serde::{Deserialize, Serialize};

/// A council's settings about actuals (domain.md section 8). The default is the specification's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// What may explain a difference from the plan.
    pub reason_codes: Vec<String>,
    /// Whether a difference from the plan also needs a comment.
    pub comment_on_difference: bool,
    /// Whether weeks of periods that are closed may still be entered or changed; they become adjustments.
    #[serde(rename = "late_actuals")]
    pub late_allowed: bool,
    /// Whether a file with a rejected row is not applied at all.
    pub all_or_nothing: bool,
}

impl Default for Policy {
    fn default() -> Self {
        let codes = [
            "HOSP",
            "HOLIDAY",
            "DECEASED",
            "DECLINED",
            "NOACCESS",
            "CARERAWAY",
            "CRISIS",
            "STAFFING",
            "ENDED",
            "OTHER",
        ];
        Self {
            reason_codes: codes.into_iter().map(str::to_owned).collect(),
            comment_on_difference: false,
            late_allowed: true,
            all_or_nothing: false,
        }
    }
}

impl Policy {
    /// The reason code that `text` is, whatever its case.
    pub fn reason_code(&self, text: &str) -> Option<&str> {
        let same = |code: &&String| code.eq_ignore_ascii_case(text);
        self.reason_codes.iter().find(same).map(String::as_str)
    }
}
