//! The template "Download this period", the error workbook that comes back with the rejected rows, and reports.
//!
//! The first two are read back by [`crate::read`] without loss. Whatever people typed is written as text and never as a formula.

mod columns;
mod error_workbook;
mod guidance;
mod look;
mod report;
mod template;
mod value;

pub use error_workbook::{ErrorWorkbook, REJECTED_ROWS_MAX};
pub use report::{List, list, report};
pub use template::{template, template_csv};

use chrono::{DateTime, Utc};
use domain::actuals::Policy;
use domain::failure::{Failure, Kind};
use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};
use thiserror::Error;

/// What a workbook says about itself, and the rules that it explains.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Read out first by a screen reader: `Actuals of Homecare north, 6 April to 3 May 2026`.
    pub title: &'a str,
    /// Who asks.
    pub council_name: &'a str,
    /// What the council decided about actuals.
    pub policy: &'a Policy,
    /// When it is made.
    pub made_at: DateTime<Utc>,
}

/// Why a file could not be written: no room left for it, or a defect of ours.
#[derive(Debug, Error)]
#[error("a {what} cannot be written: {why}")]
pub struct Unwritable {
    what: &'static str,
    why: String,
}

impl Unwritable {
    fn workbook(why: &XlsxError) -> Self {
        Self { what: "workbook", why: why.to_string() }
    }

    fn csv(why: impl std::fmt::Display) -> Self {
        Self { what: "CSV file", why: why.to_string() }
    }
}

impl From<XlsxError> for Unwritable {
    fn from(why: XlsxError) -> Self {
        Self::workbook(&why)
    }
}

impl Failure for Unwritable {
    fn kind(&self) -> Kind {
        Kind::Defect
    }

    fn code(&self) -> &'static str {
        "unwritable"
    }
}

/// The sheet that is read back.
const SHEET: &str = "Actuals";
/// The sheet that explains it.
const GUIDANCE: &str = "Guidance";
/// The cells that hold the reason codes, for drop-downs.
const REASON_CODES: &str = "ReasonCodes";

/// Ends a sheet with a row that says nothing: `rust_xlsxwriter` 0.96 writes the last row twice if it has a height of its
/// own, and no spreadsheet would open that.
fn end(sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
    sheet.write_blank(row, 0, &look::plain()).map(drop)
}

/// An empty workbook, and its two sheets before they are put into it.
fn begin(about: &About<'_>) -> Result<(Workbook, Worksheet, Worksheet), Unwritable> {
    let mut book = Workbook::new();
    // Asked now, because the sheets cannot say that there is no room.
    book.set_tempdir(std::env::temp_dir())?;
    let properties = DocProperties::new()
        .set_title(about.title)
        .set_subject("Actuals: the care that was delivered")
        .set_author(about.council_name)
        .set_creation_datetime(&value::instant(about.made_at)?);
    book.set_properties(&properties);
    let mut actuals = book.new_worksheet_with_constant_memory();
    actuals.set_name(SHEET)?;
    let mut guidance = book.new_worksheet_with_constant_memory();
    guidance.set_name(GUIDANCE)?;
    Ok((book, actuals, guidance))
}
