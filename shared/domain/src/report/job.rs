//! A report that is too large to wait for: it is asked for, made meanwhile, and fetched when it is done.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::audit::CLIENTS_LISTED_MAX;
use crate::ids::{ProviderRef, SsRef, StaffRef};
use crate::report::ReportName;
use crate::request_id::RequestId;
use crate::sign_in::{EmailAddress, TokenHash};

/// How many letters of its hash name a job.
const ID_LETTERS: usize = 32;

/// A report that somebody of the council's waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportJob {
    /// Key: made from who asked and their request, so that the same request asks once.
    pub job_id: String,
    /// Key: who asked.
    pub staff_ref: StaffRef,
    /// Where they are told.
    pub email: EmailAddress,
    /// Which report.
    pub name: ReportName,
    /// What of it, as its address says it.
    pub asked: BTreeMap<String, String>,
    /// As what file.
    pub format: ReportFormat,
    /// When. The report says what held then, whenever it is made.
    pub asked_at: DateTime<Utc>,
    /// How far it is.
    pub state: JobState,
    /// Counts saves; 0: never saved.
    pub version: u32,
}

/// As what file a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// Comma-separated values.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum JobState {
    /// Nobody has begun.
    Waiting,
    /// It is being made.
    Working,
    /// It can be fetched.
    Done {
        /// How many rows it has.
        rows: u64,
        /// Which clients of each provider it shows, for the audit of who fetches it.
        shown: BTreeMap<ProviderRef, ShownClients>,
    },
    /// It cannot be made as it was asked for.
    Refused {
        /// Why, to the person.
        why: String,
    },
}

/// The clients of a provider that a report shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownClients {
    /// How many.
    pub count: u64,
    /// Which, unless they are more than an entry of the audit lists.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub clients: BTreeSet<SsRef>,
}

impl From<&BTreeSet<SsRef>> for ShownClients {
    fn from(clients: &BTreeSet<SsRef>) -> Self {
        let listed = clients.len() <= CLIENTS_LISTED_MAX;
        Self {
            count: u64::try_from(clients.len()).unwrap_or(u64::MAX),
            clients: if listed { clients.clone() } else { BTreeSet::new() },
        }
    }
}

impl ReportJob {
    /// The name of a job: the same for the same request of the same person.
    pub fn id(staff: &StaffRef, request_id: &RequestId) -> String {
        let hash = TokenHash::of(&format!("{staff}:{request_id}"));
        hash.as_str().chars().filter(char::is_ascii_alphanumeric).take(ID_LETTERS).collect()
    }

    /// Whether there is nothing left to do.
    pub fn is_over(&self) -> bool {
        matches!(self.state, JobState::Done { .. } | JobState::Refused { .. })
    }
}

impl ReportFormat {
    /// The end of its file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_of_the_same_person_is_the_same_job() {
        let id = |staff: &str, request: &str| {
            ReportJob::id(&staff.parse().unwrap(), &request.parse().unwrap())
        };
        assert_eq!(id("U1", "request-1"), id("U1", "request-1"));
        assert_ne!(id("U1", "request-1"), id("U2", "request-1"));
        assert_ne!(id("U1", "request-1"), id("U1", "request-2"));
        assert_eq!(id("U1", "request-1").len(), ID_LETTERS);
    }
}
