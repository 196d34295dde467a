//! The list as a file. No cell of it is taken for a formula.

use chrono::NaiveDate;
use files::FilesError;
use files::csv::write;
use web::Download;

use crate::view::RowView;

const HEADINGS: [&str; 12] = [
    "SSRef",
    "Client",
    "Service",
    "Service level",
    "Start",
    "End",
    "Cost",
    "Pricing",
    "CPLI id",
    "Authorised",
    "Contract",
    "Changed since last visit",
];

/// The rows as the page shows them, under the page's headings.
///
/// # Errors
///
/// [`FilesError::Unwritable`] never, with rows as long as their headings.
pub(crate) fn csv(rows: &[RowView], today: NaiveDate) -> Result<Download, FilesError> {
    let file_name = format!("care_packages_{today}.csv");
    Ok(Download::csv(&file_name, &write(&HEADINGS, rows.iter().map(cells))?))
}

fn cells(row: &RowView) -> Vec<String> {
    vec![
        row.ss_ref.to_string(),
        row.client.clone(),
        row.service.clone(),
        row.service_level.clone(),
        row.start_date.to_string(),
        row.end_date.map(|day| day.to_string()).unwrap_or_default(),
        row.cost.clone(),
        row.pricing.clone(),
        row.cpli_id.to_string(),
        yes_no(row.authorised).to_owned(),
        row.contract_ref.to_string(),
        yes_no(row.changed_since_last_visit).to_owned(),
    ]
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
