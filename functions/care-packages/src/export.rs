//! The list as a file. No cell of it is taken for a formula.

use std::io::Cursor;

use domain::clock::Now;
use domain::report::{Cell, CellKind, Column};
use files::FilesError;
use sheets::write::{List, Unwritable};
use web::Download;

use crate::view::RowView;

/// The page's headings, and what stands under each.
const COLUMNS: [Column; 12] = [
    text("ss_ref", "SSRef"),
    text("client", "Client"),
    text("service", "Service"),
    text("service_level", "Service level"),
    Column { name: "start_date", label: "Start", kind: CellKind::Date },
    Column { name: "end_date", label: "End", kind: CellKind::Date },
    text("cost", "Cost"),
    text("pricing", "Pricing"),
    text("cpli_id", "CPLI id"),
    text("authorised", "Authorised"),
    text("contract_ref", "Contract"),
    text("changed_since_last_visit", "Changed since last visit"),
];

const fn text(name: &'static str, label: &'static str) -> Column {
    Column { name, label, kind: CellKind::Text }
}

/// The rows as the page shows them, as CSV.
///
/// # Errors
///
/// [`FilesError::Unwritable`] never, with rows as long as their headings.
pub(crate) fn csv(rows: &[RowView], now: Now) -> Result<Download, FilesError> {
    let plain = rows.iter().map(|row| cells(row).iter().map(Cell::plain).collect());
    let headings = COLUMNS.map(|column| column.label);
    let csv = files::csv::write(&headings, plain)?;
    Ok(Download::csv(&format!("care_packages_{}.csv", now.date), &csv))
}

/// The same as a workbook, in which days are days.
///
/// # Errors
///
/// [`Unwritable`].
pub(crate) fn xlsx(rows: &[RowView], council_name: &str, now: Now) -> Result<Download, Unwritable> {
    let rows: Vec<_> = rows.iter().map(cells).collect();
    let title = "Care packages";
    let list = List { title, council_name, columns: &COLUMNS, rows: &rows, made_at: now.instant };
    let mut workbook = Cursor::new(Vec::new());
    sheets::write::list(&list, &mut workbook)?;
    Ok(Download::xlsx(&format!("care_packages_{}.xlsx", now.date), workbook.into_inner()))
}

fn cells(row: &RowView) -> Vec<Cell> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" };
    vec![
        Cell::Text(row.ss_ref.to_string()),
        Cell::Text(row.client.clone()),
        Cell::Text(row.service.clone()),
        Cell::Text(row.service_level.clone()),
        Cell::Date(row.start_date),
        row.end_date.map_or(Cell::Empty, Cell::Date),
        Cell::Text(row.cost.clone()),
        Cell::Text(row.pricing.clone()),
        Cell::Text(row.cpli_id.to_string()),
        Cell::Text(yes_no(row.authorised).to_owned()),
        Cell::Text(row.contract_ref.to_string()),
        Cell::Text(yes_no(row.changed_since_last_visit).to_owned()),
    ]
}
