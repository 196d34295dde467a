//! One week as somebody types it, checked by the very rules of a file.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::actuals::{Checker, Column, FileProblem, Finding, Known, Policy, Row, Verdict, Week};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::CpliId;

/// What is typed for a week. An empty quantity but the first means none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryText {
    /// Given.
    pub actual: String,
    /// Planned, and the client did not take it.
    pub frustrated: String,
    /// Planned, and the provider did not come.
    pub missed: String,
    /// Given, and not planned.
    pub extra: String,
    /// How often somebody came.
    pub visits: String,
    /// Why it differs from the plan.
    pub reason_code: String,
    /// What else is said about it.
    pub comment: String,
}

/// Why an entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EntryRefused {
    /// Each field to be mended, all at once.
    #[error("Check the numbers you entered.")]
    Rejected(Vec<Finding>),
    /// What is said of a whole file; not of what is typed.
    #[error(transparent)]
    File(#[from] FileProblem),
}

impl Failure for EntryRefused {
    fn kind(&self) -> Kind {
        match self {
            Self::Rejected(_) => Kind::Invalid,
            Self::File(_) => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "week-not-accepted",
            Self::File(_) => "entry-not-checked",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let Self::Rejected(findings) = self else { return Vec::new() };
        let told = |it: &Finding| {
            let (code, message) = (it.problem.code().to_string(), it.problem.to_string());
            FieldError::coded(field(it.column), code, message)
        };
        findings.iter().map(told).collect()
    }
}

/// The name that pages and the API use for a column.
fn field(column: Column) -> &'static str {
    match column {
        Column::FileReference => "file_reference",
        Column::ProviderRef => "provider_ref",
        Column::SSRef => "ss_ref",
        Column::ClientName => "client",
        Column::CpliId => "cpli_id",
        Column::Service => "service",
        Column::ServiceLevel => "service_level",
        Column::Unit => "unit",
        Column::Planned => "planned",
        Column::WeekStart => "week_start",
        Column::Actual => "actual",
        Column::Frustrated => "frustrated",
        Column::Missed => "missed",
        Column::Extra => "extra",
        Column::Visits => "visits",
        Column::ReasonCode => "reason_code",
        Column::Comment => "comment",
        Column::LineRef => "line_ref",
    }
}

/// What is typed for one week, checked as a row of a file is checked, so that no rule is written twice.
///
/// `known` needs no more than the care package itself.
///
/// # Errors
///
/// [`EntryRefused`] says what is wrong with each field.
pub fn check_entry(
    known: &Known<'_>,
    policy: &Policy,
    today: NaiveDate,
    (cpli_id, week_start): (&CpliId, NaiveDate),
    entry: &EntryText,
) -> Result<Week, EntryRefused> {
    let cpli = known.cplis.get(cpli_id);
    let ss_ref = cpli.map_or("", |cpli| cpli.client.ss_ref.as_str());
    let week = week_start.to_string();
    let text = |column: Column| match column {
        Column::ProviderRef => known.provider_ref.as_str(),
        Column::SSRef => ss_ref,
        Column::CpliId => cpli_id.as_str(),
        Column::WeekStart => &week,
        Column::Actual => &entry.actual,
        Column::Frustrated => &entry.frustrated,
        Column::Missed => &entry.missed,
        Column::Extra => &entry.extra,
        Column::Visits => &entry.visits,
        Column::ReasonCode => &entry.reason_code,
        Column::Comment => &entry.comment,
        Column::FileReference
        | Column::ClientName
        | Column::Service
        | Column::ServiceLevel
        | Column::Unit
        | Column::Planned
        | Column::LineRef => "",
    };
    let headings = Row::of(1, Column::ALL.map(Column::name));
    let mut checker = Checker::new(known, policy, today, &headings)?;
    match checker.row(&Row::of(2, Column::ALL.map(text)))? {
        Verdict::Accepted(accepted) => Ok(accepted.week()),
        Verdict::Rejected(rejected) => Err(EntryRefused::Rejected(rejected.findings)),
    }
}
