//! Reports: which there are, each on a page with its chart, and to take away.

mod job;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use cloud::Cloud;
use domain::permission::{CouncilPermission, Permission};
use domain::report::{Audience, Report, ReportName};
use reporting::{Asked, Reader, ReportJobs, Reports};
use serde::Deserialize;
use store::Store;
use web::{
    Access, Acting, Api, At, Clock, Download, Json, Missing, Path, Portal, Problem, Query, Staff,
};

use crate::view::{OfferedView, ReportView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The portal's records.
    pub store: Store,
    /// The reports of all providers.
    pub reports: Reports,
    /// The reports that somebody waits for.
    pub jobs: ReportJobs,
    /// What tells the time.
    pub clock: Clock,
}

impl Desk {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, reports) = (Store::open(cloud), Reports::open(cloud));
        Self { store, reports, jobs: ReportJobs::open(cloud), clock: Clock::System }
    }
}

impl Portal for Desk {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Desk> {
    let see = Access::Provider(Permission::See);
    let council = Access::Council(CouncilPermission::SeeReports);
    Api::new()
        .get("/api/reports", see, offered)
        .get("/api/reports/{report}", see, report)
        .get("/api/reports/{report}/download", see, download)
        .post("/api/council/report-jobs", council, job::ask)
        .get("/api/council/report-jobs/{job_id}", council, job::show)
        .get("/api/council/report-jobs/{job_id}/file", council, job::file)
        .get("/api/council/reports", council, offered_to_council)
        .get("/api/council/reports/{report}", council, report_for_council)
        .get("/api/council/reports/{report}/download", council, download_for_council)
}

/// Which report a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Which {
    report: String,
}

/// A person of a provider looks which reports there are.
async fn offered(state: State<Desk>, _: Acting) -> Result<Json<OfferedView>, Problem> {
    Ok(Json(OfferedView::of(&state.reports.offered(Audience::Provider).await?)))
}

/// A person of a provider reads a report.
///
/// # Errors
///
/// 404 no such report is offered; 422 a filter cannot be read.
async fn report(
    state: State<Desk>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    asked: Query<Asked>,
) -> Result<Json<ReportView>, Problem> {
    Ok(Json(ReportView::of(state.read(&acting, &at, &which.0, &asked.0).await?)))
}

/// A person of a provider takes a report away.
///
/// # Errors
///
/// 404 no such report is offered, or not as such a file; 422 a filter cannot be read.
async fn download(
    state: State<Desk>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let report = state.read(&acting, &at, &which.0, &asked.0).await?;
    state.file(&report, &asked.0.format, &at).await
}

/// One of the council's people looks which reports there are.
async fn offered_to_council(state: State<Desk>, _: Staff) -> Result<Json<OfferedView>, Problem> {
    Ok(Json(OfferedView::of(&state.reports.offered(Audience::Council).await?)))
}

/// One of the council's people reads a report over all providers.
///
/// # Errors
///
/// 404 no such report is offered; 422 a filter cannot be read.
async fn report_for_council(
    state: State<Desk>,
    staff: Staff,
    at: At,
    which: Path<Which>,
    asked: Query<Asked>,
) -> Result<Json<ReportView>, Problem> {
    Ok(Json(ReportView::of(state.read_for_council(&staff, &at, &which.0, &asked.0).await?)))
}

/// One of the council's people takes a report over all providers away.
///
/// # Errors
///
/// 404 no such report is offered, or not as such a file; 422 a filter cannot be read.
async fn download_for_council(
    state: State<Desk>,
    staff: Staff,
    at: At,
    which: Path<Which>,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let report = state.read_for_council(&staff, &at, &which.0, &asked.0).await?;
    state.file(&report, &asked.0.format, &at).await
}

impl Desk {
    async fn read_for_council(
        &self,
        staff: &Staff,
        at: &At,
        which: &Which,
        asked: &Asked,
    ) -> Result<Report, Problem> {
        let report = self.reports.of_council(which.named()?, asked, at.0).await?;
        for (provider, clients) in &report.shown {
            staff.viewed_of("report", provider, clients.len(), clients);
        }
        Ok(report)
    }

    async fn read(
        &self,
        acting: &Acting,
        at: &At,
        which: &Which,
        asked: &Asked,
    ) -> Result<Report, Problem> {
        let name = which.named()?;
        let reader = Reader { provider: acting.provider.clone(), email: acting.who.email.clone() };
        let report = self.reports.of_provider(name, &reader, asked, at.0).await?;
        let clients = report.shown.values().flatten();
        acting.viewed_of("report", report.rows.len(), clients);
        Ok(report)
    }

    async fn file(&self, report: &Report, format: &str, at: &At) -> Result<Download, Problem> {
        let name = format!("{}_{}", report.name, at.0.date);
        match format {
            "csv" => Ok(Download::csv(&format!("{name}.csv"), &reporting::csv(report)?)),
            "xlsx" => {
                let council_name = self.store.settings().await?.council_name;
                let workbook = reporting::xlsx(report, &council_name, at.0.instant)?;
                Ok(Download::xlsx(&format!("{name}.xlsx"), workbook))
            }
            _ => Err(Missing.into()),
        }
    }
}

impl Which {
    fn named(&self) -> Result<ReportName, Missing> {
        self.report.parse().map_err(|_no_report| Missing)
    }
}
