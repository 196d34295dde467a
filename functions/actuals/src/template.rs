//! "Download this period": the template, filled in from the plan.

use axum::extract::State;
use chrono::NaiveDate;
use recording::Template;
use sheets::write::{self, About};
use web::{Acting, At, Download, Path, Problem};

use crate::{Actuals, Which};

/// A provider takes the template of a period away as a workbook.
///
/// # Errors
///
/// 404 no such period for this provider.
pub(crate) async fn xlsx(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let template = state.template(&acting, at, which.0).await?;
    let title = title(&template);
    let about = About {
        title: &title,
        council_name: template.council_name(),
        policy: template.policy(),
        made_at: at.0.instant,
    };
    let mut workbook = Vec::new();
    write::template(&about, template.lines(), &mut workbook)?;
    Ok(Download::xlsx(&file_name(&template, "xlsx"), workbook))
}

/// A provider takes the template of a period away as a CSV file.
///
/// # Errors
///
/// 404 no such period for this provider.
pub(crate) async fn csv(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let template = state.template(&acting, at, which.0).await?;
    let mut csv = Vec::new();
    write::template_csv(template.lines(), &mut csv)?;
    Ok(Download::csv(&file_name(&template, "csv"), &csv))
}

impl Actuals {
    async fn template(&self, acting: &Acting, at: At, which: Which) -> Result<Template, Problem> {
        let template = self.recording.template(&which.of(acting), at.0).await?;
        let lines = template.lines();
        let clients = lines.iter().map(|line| &line.cpli.client.ss_ref);
        acting.viewed_of("template of actuals", lines.len(), clients);
        Ok(template)
    }
}

fn title(template: &Template) -> String {
    let day = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    let period = template.period();
    let (from, to) = (day(period.start_date), day(period.end_date));
    format!("Actuals of {}, {from} to {to}", template.contract().name)
}

fn file_name(template: &Template, ending: &str) -> String {
    let (contract, period) = (template.contract(), template.period());
    format!("actuals_{}_{}.{ending}", contract.contract_ref, period.start_date)
}
