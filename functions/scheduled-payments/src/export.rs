//! Statements and remittance advices as files. No cell of them is taken for a formula.

use chrono::NaiveDate;
use files::FilesError;
use files::csv::write;
use statements::view::LineView;
use web::Download;

use crate::Which;
use crate::remittance_view::{AdviceLine, AdviceView};
use crate::statement_view::StatementView;

const STATEMENT: [&str; 16] = [
    "Item",
    "Status",
    "Kind",
    "SSRef",
    "Client",
    "Service",
    "Service level",
    "CPLI id",
    "From",
    "To",
    "Days",
    "Amount",
    "How it comes about",
    "Reason",
    "Cause",
    "Paid to",
];

const REMITTANCE: [&str; 8] =
    ["SSRef", "Client", "Cost or income", "Reason", "From", "To", "Value", "Paid to"];

/// A statement: what is payable, what is not, what is held of earlier ones.
///
/// # Errors
///
/// [`FilesError::Unwritable`] never, with rows as long as their headings.
pub(crate) fn statement(which: &Which, view: &StatementView) -> Result<Download, FilesError> {
    let rows = view.payable.iter().chain(&view.non_payable).chain(&view.held).map(statement_row);
    Ok(Download::csv(&name("statement", which), &write(&STATEMENT, rows)?))
}

/// A remittance advice, with what the council wrote at its foot.
///
/// # Errors
///
/// [`FilesError::Unwritable`] never, with rows as long as their headings.
pub(crate) fn remittance(which: &Which, view: &AdviceView) -> Result<Download, FilesError> {
    let notes = view.council_notes.iter().map(|it| note_row(it));
    let rows = view.lines.iter().map(remittance_row).chain(notes);
    Ok(Download::csv(&name("remittance", which), &write(&REMITTANCE, rows)?))
}

fn name(what: &str, which: &Which) -> String {
    format!("{what}_{}_{}.csv", which.contract_ref, which.period_start)
}

fn statement_row(line: &LineView) -> Vec<String> {
    vec![
        line.item_id.to_string(),
        line.status_word().to_owned(),
        line.kind_word().to_owned(),
        text(line.ss_ref.as_ref()),
        text(line.client.as_ref()),
        text(line.service.as_ref()),
        text(line.service_level.as_ref()),
        text(line.cpli_id.as_ref()),
        day(line.service_from),
        day(line.service_to),
        line.days.to_string(),
        line.amount.to_string(),
        line.arithmetic.clone(),
        text(line.reason.as_ref()),
        text(line.cause.as_ref()),
        text(line.paid_to.as_ref()),
    ]
}

fn remittance_row(line: &AdviceLine) -> Vec<String> {
    vec![
        text(line.ss_ref.as_ref()),
        text(line.client.as_ref()),
        line.kind_word().to_owned(),
        line.reason.clone(),
        day(line.service_from),
        day(line.service_to),
        line.amount.to_string(),
        text(line.paid_to.as_ref()),
    ]
}

/// A note is the reason of a line without a value: adding up the column gives the total.
fn note_row(note: &str) -> Vec<String> {
    REMITTANCE
        .iter()
        .map(|column| match *column {
            "Cost or income" => "Note".to_owned(),
            "Reason" => note.to_owned(),
            _ => String::new(),
        })
        .collect()
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn day(day: NaiveDate) -> String {
    day.to_string()
}
