//! Reports as the pages show them.

use domain::report::{Report, ReportName};
use serde::Serialize;

/// The reports there are to read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OfferedView {
    reports: Vec<OfferedReport>,
}

/// One of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OfferedReport {
    report: ReportName,
    title: &'static str,
    about: &'static str,
}

impl OfferedView {
    pub(crate) fn of(offered: &[ReportName]) -> Self {
        let view =
            |it: &ReportName| OfferedReport { report: *it, title: it.title(), about: it.about() };
        Self { reports: offered.iter().map(view).collect() }
    }
}

/// A report with its chart as a picture.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReportView {
    #[serde(flatten)]
    report: Report,
    /// The chart as SVG, with a title and a description.
    picture: Option<String>,
}

impl ReportView {
    pub(crate) fn of(report: Report) -> Self {
        let picture = report.chart.as_ref().map(reporting::svg);
        Self { report, picture }
    }
}
