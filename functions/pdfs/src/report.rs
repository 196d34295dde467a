//! Reports, printed. They say what holds now, so that none is kept.

use axum::extract::State;
use domain::report::{Report, ReportName};
use papers::PrintedReport;
use reporting::{Asked, Reader};
use serde::Deserialize;
use web::{Acting, At, Download, Invalid, Missing, Path, Problem, Query, Staff};

use crate::Pdfs;

/// More rows than anybody reads on paper: about a hundred pages.
const PRINTED_ROWS_MAX: usize = 3_000;

/// Which report a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichReport {
    report: String,
}

/// A person of a provider takes a report away, printed.
///
/// # Errors
///
/// 404 no such report is offered; 422 a filter cannot be read, or it has more rows than are printed.
pub(crate) async fn for_provider(
    state: State<Pdfs>,
    acting: Acting,
    at: At,
    which: Path<WhichReport>,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let reader = Reader { provider: acting.provider.clone(), email: acting.who.email.clone() };
    let report = state.reports.of_provider(which.0.named()?, &reader, &asked.0, at.0).await?;
    acting.viewed_of("report", report.rows.len(), report.shown.values().flatten());
    state.printed(&report, &at).await
}

/// One of the council's people takes a report over all providers away, printed.
///
/// # Errors
///
/// As [`for_provider`].
pub(crate) async fn for_council(
    state: State<Pdfs>,
    staff: Staff,
    at: At,
    which: Path<WhichReport>,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let report = state.reports.of_council(which.0.named()?, &asked.0, at.0).await?;
    for (provider, clients) in &report.shown {
        staff.viewed_of("report", provider, clients.len(), clients);
    }
    state.printed(&report, &at).await
}

impl Pdfs {
    async fn printed(&self, report: &Report, at: &At) -> Result<Download, Problem> {
        if report.rows.len() > PRINTED_ROWS_MAX {
            let message = "A PDF holds 3,000 rows at most. Choose less, or download CSV or Excel";
            return Err(Invalid::field("format", message).into());
        }
        let council_name = self.store.settings().await?.council_name;
        let printed = PrintedReport { council_name, report, made_at: at.0.instant };
        let pdf = papers::report(&printed)?;
        Ok(Download::pdf(&format!("{}_{}.pdf", report.name, at.0.date), pdf))
    }
}

impl WhichReport {
    fn named(&self) -> Result<ReportName, Missing> {
        self.report.parse().map_err(|_no_report| Missing)
    }
}
