//! Reports over all providers that are too large to wait for: asked for, looked after, fetched.

use axum::extract::State;
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use domain::report::{JobParts, JobState, ReportFormat, ReportJob, ReportName};
use domain::request_id::RequestId;
use reporting::Asked;
use serde::{Deserialize, Serialize};
use web::{Accepted, At, Json, Path, Problem, Staff, Status};

use crate::Desk;

/// Which report somebody asks for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Ask {
    /// The same when the same is sent again.
    request_id: RequestId,
    report: ReportName,
    format: ReportFormat,
    /// What of it, as its address would say it.
    #[serde(default)]
    asked: Asked,
}

/// Which job a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichJob {
    job_id: String,
}

/// How far a report is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct JobView {
    job_id: String,
    report: ReportName,
    title: &'static str,
    format: ReportFormat,
    asked_at: DateTime<Utc>,
    state: JobProgress,
    /// How much of it is made, in whole percent: it never goes back, and is 100 when the file is there. None: nobody
    /// has counted.
    percent: Option<u32>,
    /// How many contracts or providers were read of how many, when that was last written down.
    parts: Option<JobParts>,
    rows: Option<u64>,
    why: Option<String>,
}

/// How far a report is, in a word.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum JobProgress {
    Waiting,
    Working,
    Done,
    Refused,
}

/// One of the council's people asks for a report, and is told by email when it is there.
///
/// # Errors
///
/// 404 no such report is offered.
pub(crate) async fn ask(
    state: State<Desk>,
    staff: Staff,
    at: At,
    body: Json<Ask>,
) -> Result<Accepted<Json<JobView>>, Problem> {
    let Ask { request_id, report, format, asked } = body.0;
    state.reports.offers_to_council(report).await?;
    let job = ReportJob {
        job_id: ReportJob::id(&staff.staff_ref, &request_id),
        staff_ref: staff.staff_ref.clone(),
        email: staff.who.email.clone(),
        name: report,
        asked: asked.fields(),
        format,
        asked_at: at.0.instant,
        state: JobState::Waiting,
        parts: None,
        version: 0,
    };
    Ok(Status(Json(JobView::of(state.jobs.ask(job).await?))))
}

/// Whoever asked looks how far it is.
///
/// # Errors
///
/// 404 they have no such job.
pub(crate) async fn show(
    state: State<Desk>,
    staff: Staff,
    which: Path<WhichJob>,
) -> Result<Json<JobView>, Problem> {
    Ok(Json(JobView::of(state.jobs.job(&staff.staff_ref, &which.0.job_id).await?)))
}

/// Whoever asked fetches what was made.
///
/// # Errors
///
/// 404 they have no such job, or it is not done.
pub(crate) async fn file(
    state: State<Desk>,
    staff: Staff,
    at: At,
    which: Path<WhichJob>,
) -> Result<Redirect, Problem> {
    let job = state.jobs.job(&staff.staff_ref, &which.0.job_id).await?;
    let link = state.jobs.link(&job, at.0.instant).await?;
    if let JobState::Done { shown, .. } = &job.state {
        for (provider, clients) in shown {
            let count = usize::try_from(clients.count).unwrap_or(usize::MAX);
            staff.viewed_of("report", provider, count, &clients.clients);
        }
    }
    Ok(Redirect::to(&link))
}

impl JobView {
    fn of(job: ReportJob) -> Self {
        let (percent, parts) = (job.percent(), job.parts);
        let (state, rows, why) = match job.state {
            JobState::Waiting => (JobProgress::Waiting, None, None),
            JobState::Working => (JobProgress::Working, None, None),
            JobState::Done { rows, .. } => (JobProgress::Done, Some(rows), None),
            JobState::Refused { why } => (JobProgress::Refused, None, Some(why)),
        };
        Self {
            job_id: job.job_id,
            report: job.name,
            title: job.name.title(),
            format: job.format,
            asked_at: job.asked_at,
            state,
            percent,
            parts,
            rows,
            why,
        }
    }
}
