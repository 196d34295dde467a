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
/// While a report is being made it is never said to be made.
const PERCENT_MAX: u32 = 99;
/// It is written down only when so much more is made: at most 19 times.
const PERCENT_STEP: u32 = 5;

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
    /// How much of it was made when that was last written down; none: nobody has counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<JobParts>,
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

/// How many parts of a report are made: contracts or providers that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JobParts {
    /// Made.
    pub done: u32,
    /// Of so many.
    pub of: u32,
}

impl JobParts {
    /// How much that is, in whole percent, rounded down; never over 99, because the file is not there yet.
    pub fn percent(self) -> u32 {
        let hundreds = self.done.min(self.of).saturating_mul(100);
        hundreds.checked_div(self.of).unwrap_or(0).min(PERCENT_MAX)
    }
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

    /// The job with how much of it is made now; none: that is not worth writing down, or less than somebody else made.
    pub fn further(&self, parts: JobParts) -> Option<Self> {
        let before = self.parts.map_or(0, JobParts::percent);
        let is_news = parts.percent() >= before.saturating_add(PERCENT_STEP);
        let parts = JobParts { done: parts.done.min(parts.of), ..parts };
        (is_news && self.state == JobState::Working)
            .then(|| Self { parts: Some(parts), ..self.clone() })
    }

    /// How much of it is made, in whole percent; none: nobody has counted.
    pub fn percent(&self) -> Option<u32> {
        match &self.state {
            JobState::Waiting => Some(0),
            JobState::Working => self.parts.map(JobParts::percent),
            JobState::Done { .. } => Some(100),
            JobState::Refused { .. } => None,
        }
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
    use proptest::prelude::*;

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

    fn working() -> ReportJob {
        ReportJob {
            job_id: "a".to_owned(),
            staff_ref: "U1".parse().unwrap(),
            email: "rowan.ellery@council.example".parse().unwrap(),
            name: ReportName::Responses,
            asked: BTreeMap::new(),
            format: ReportFormat::Csv,
            asked_at: DateTime::UNIX_EPOCH,
            state: JobState::Working,
            parts: None,
            version: 1,
        }
    }

    proptest! {
        #[test]
        fn a_job_never_goes_back_nor_beyond_and_is_written_down_at_most_19_times(
            heard in prop::collection::vec((0..2_000_u32, 0..1_000_u32), 0..400),
        ) {
            let (mut job, mut percents) = (working(), vec![0]);
            for (done, of) in heard {
                if let Some(further) = job.further(JobParts { done, of }) {
                    percents.extend(further.percent());
                    job = further;
                }
            }
            prop_assert!(percents.len() <= 20 && percents.is_sorted(), "{percents:?}");
            prop_assert!(percents.iter().all(|it| *it < 100), "{percents:?}");
        }
    }

    #[test]
    fn only_what_is_being_made_goes_on_and_only_what_is_done_is_made() {
        let half = JobParts { done: 5, of: 10 };
        let job = working().further(half).unwrap();
        assert_eq!((job.percent(), working().percent()), (Some(50), None));
        assert_eq!(job.further(JobParts { done: 3, of: 10 }), None, "another began again");
        let done = JobState::Done { rows: 2, shown: BTreeMap::new() };
        let done = ReportJob { state: done, ..job };
        assert_eq!((done.percent(), done.further(JobParts { done: 9, of: 10 })), (Some(100), None));
        assert_eq!(JobParts { done: 1, of: 0 }.percent(), 0);
    }

    #[test]
    fn nothing_is_left_to_do_of_what_is_done_or_refused_and_no_more_is_made_than_there_is() {
        let is_over = |state| ReportJob { state, ..working() }.is_over();
        assert!(!is_over(JobState::Waiting) && !is_over(JobState::Working));
        assert!(is_over(JobState::Done { rows: 2, shown: BTreeMap::new() }));
        assert!(is_over(JobState::Refused { why: "Too many rows".to_owned() }));
        let more = working().further(JobParts { done: 20, of: 10 }).unwrap();
        assert_eq!(more.parts, Some(JobParts { done: 10, of: 10 }));
    }

    #[test]
    fn the_clients_that_a_report_shows_are_counted_and_named_while_they_are_few() {
        let shown = |count: usize| {
            let clients = (0..count).map(|n| format!("A{n}").parse().unwrap()).collect();
            let shown = ShownClients::from(&clients);
            (shown.count, shown.clients.len())
        };
        assert_eq!(shown(CLIENTS_LISTED_MAX), (25, 25));
        assert_eq!(shown(CLIENTS_LISTED_MAX.saturating_add(1)), (26, 0));
    }
}
