//! Tells what was found in a file: the first of it to the page, all of it in a log and in a workbook.
//!
//! The file is read once more for it, so that nothing needs to be held for a million rows and all is told in the order
//! of the rows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use csv::{Terminator, Writer, WriterBuilder};
use domain::actuals::{Code, Column, Finding, Headings, Quantity, Row, Warning};
use domain::formula::guarded;
use domain::ids::SsRef;
use domain::upload::{UploadBatch, Way};
use files::{Objects, Place, to_json};
use serde::{Deserialize, Serialize};
use sheets::write::{About, ErrorWorkbook};
use tempfile::NamedTempFile;

use crate::UploadsError;
use crate::error::no_room;
use crate::known::Known;
use crate::name::stem;
use crate::read::{End, limits, rows};
use crate::sift::{Judge, Judged, RepeatedRows, place};

/// How many findings the page shows.
const FINDINGS_SHOWN_MAX: usize = 200;

/// How much of a cell is repeated beside its finding, in characters.
const VALUE_CHARACTERS_MAX: usize = 60;

/// The columns of a log.
const LOG_COLUMNS: [&str; 5] = ["row", "cell", "column", "code", "message"];

/// Something that was found in a file, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ToldFinding {
    /// As a spreadsheet numbers it.
    pub row: u32,
    /// As a spreadsheet names it: `Actuals!K12`; empty if the file does not have the column.
    pub cell: String,
    /// Which column of the template.
    pub column: Column,
    /// E: the row is rejected; W: a warning.
    pub code: Code,
    /// What to do.
    pub message: String,
    /// What the cell says.
    pub value: String,
    /// Whose row it is, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ss_ref: Option<SsRef>,
}

/// What telling needs to know.
#[derive(Debug)]
pub(crate) struct Telling<'a> {
    pub(crate) known: &'a Known,
    pub(crate) batch: &'a UploadBatch,
    /// Rows that a later one repeated.
    pub(crate) repeated: &'a RepeatedRows,
    /// What each row replaces, in the order of the rows.
    pub(crate) replaced: &'a [(u32, Quantity)],
    /// Whether any row is rejected.
    pub(crate) has_rejected: bool,
}

/// Where the workbook of rejected rows of a batch is, for the page.
pub(crate) fn errors_place(batch: &UploadBatch) -> Place {
    Place::errors(&batch.provider_ref, &batch.batch_id)
}

/// Where the log of a file that was dropped is.
pub(crate) fn log_place(batch: &UploadBatch) -> Place {
    let name = format!("{}_log.csv", stem(&batch.file_name));
    Place::provider_outbox(&batch.provider_ref, &name)
}

/// A log while it is written.
#[derive(Debug)]
pub(crate) struct Log {
    file: NamedTempFile,
    rows: Writer<BufWriter<File>>,
}

impl Log {
    pub(crate) fn new() -> Result<Self, UploadsError> {
        let file = NamedTempFile::new().map_err(no_room("a log"))?;
        let out = BufWriter::new(file.reopen().map_err(no_room("a log"))?);
        let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        rows.write_record(LOG_COLUMNS).map_err(unwritten)?;
        Ok(Self { file, rows })
    }

    pub(crate) fn add(&mut self, row: &[&str; 5]) -> Result<(), UploadsError> {
        self.rows.write_record(row.map(|cell| guarded(cell).into_owned())).map_err(unwritten)
    }

    pub(crate) async fn put(self, objects: &Objects, place: &Place) -> Result<(), UploadsError> {
        let Self { file, mut rows } = self;
        rows.flush().map_err(no_room("a log"))?;
        drop(rows);
        Ok(objects.put_file(place, file.path()).await?)
    }
}

fn unwritten(error: csv::Error) -> UploadsError {
    UploadsError::NoRoom { what: "a log", source: error.into() }
}

/// Writes all that is told of a file, and says how many findings there are.
pub(crate) async fn tell(objects: &Objects, telling: &Telling<'_>) -> Result<u64, UploadsError> {
    let Telling { batch, known, .. } = telling;
    let title = format!("Rejected rows of {}", batch.file_name);
    let about = About {
        title: &title,
        council_name: &known.settings.council_name,
        policy: &known.settings.actuals,
        made_at: batch.at,
    };
    let mut teller = Teller::new(telling, about)?;
    let mut judge = Judge::new(known);
    let mut failed = None;
    let take = |row: &Row| match teller.row(&mut judge, row) {
        Ok(flow) => flow,
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let end = rows(objects, &place(batch), limits(batch.way), take).await?;
    if let Some(error) = failed {
        return Err(error);
    }
    match end {
        End::Whole { .. } => teller.put(objects).await,
        // It was read to its end before, and is that very object.
        End::Stopped | End::Unreadable(_) | End::Missing => Err(UploadsError::Gone),
    }
}

/// What is told, while it is written.
struct Teller<'a> {
    telling: &'a Telling<'a>,
    about: About<'a>,
    headings: Option<Headings>,
    replaced: std::slice::Iter<'a, (u32, Quantity)>,
    shown: Vec<ToldFinding>,
    total: u64,
    log: Option<Log>,
    workbook: Option<Box<ErrorWorkbook<'a>>>,
}

impl<'a> Teller<'a> {
    fn new(telling: &'a Telling<'a>, about: About<'a>) -> Result<Self, UploadsError> {
        let is_logged = telling.batch.way == Way::Dropped;
        Ok(Self {
            telling,
            about,
            headings: None,
            replaced: telling.replaced.iter(),
            shown: Vec::new(),
            total: 0,
            log: is_logged.then(Log::new).transpose()?,
            workbook: None,
        })
    }

    fn row(&mut self, judge: &mut Judge<'a>, row: &Row) -> Result<ControlFlow<()>, UploadsError> {
        let Ok(judged) = judge.row(row) else { return Ok(ControlFlow::Break(())) };
        match judged {
            Judged::Headings => {
                self.headings = Headings::find(row).ok();
                if self.telling.has_rejected {
                    self.workbook = Some(Box::new(ErrorWorkbook::new(self.about, row)?));
                }
            }
            Judged::Accepted(accepted) => {
                let repeated = self.telling.repeated.of(row.number());
                if !repeated.is_empty() {
                    let findings: Vec<_> = repeated.iter().map(|it| it.finding.clone()).collect();
                    self.rejected(row, &findings)?;
                    return Ok(ControlFlow::Continue(()));
                }
                let replaces = self.replaces(row, accepted.service.unit);
                for (column, warning) in accepted.warnings().chain(replaces) {
                    self.found(row, column, warning.code(), warning.to_string())?;
                }
            }
            Judged::Rejected(mut rejected) => {
                let repeated = self.telling.repeated.of(row.number());
                rejected.findings.extend(repeated.iter().map(|it| it.finding.clone()));
                self.rejected(row, &rejected.findings)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// W43, if the row replaces something.
    fn replaces(&mut self, row: &Row, unit: domain::facts::Unit) -> Option<(Column, Warning)> {
        let next = self.replaced.as_slice().first()?;
        if next.0 != row.number() {
            return None;
        }
        self.replaced.next();
        Some((Column::Actual, Warning::replaces(next.1.into(), unit)))
    }

    fn rejected(&mut self, row: &Row, findings: &[Finding]) -> Result<(), UploadsError> {
        for finding in findings {
            let (code, message) = (finding.problem.code(), finding.problem.to_string());
            self.found(row, finding.column, code, message)?;
        }
        if let Some(workbook) = &mut self.workbook {
            workbook.reject(row, findings)?;
        }
        Ok(())
    }

    fn found(
        &mut self,
        row: &Row,
        column: Column,
        code: Code,
        message: String,
    ) -> Result<(), UploadsError> {
        self.total = self.total.saturating_add(1);
        let index = self.headings.as_ref().and_then(|headings| headings.index(column));
        let cell = index.map(|index| row.place(index).to_string()).unwrap_or_default();
        if let Some(log) = &mut self.log {
            let number = row.number().to_string();
            log.add(&[&number, &cell, column.name(), &code.to_string(), &message])?;
        }
        if self.shown.len() < FINDINGS_SHOWN_MAX {
            let text = index.map(|index| row.cell(index).text).unwrap_or_default();
            let value = text.chars().take(VALUE_CHARACTERS_MAX).collect();
            let whose = self.headings.as_ref().and_then(|it| it.index(Column::SSRef));
            let ss_ref = whose.and_then(|index| row.cell(index).text.parse().ok());
            let row = row.number();
            self.shown.push(ToldFinding { row, cell, column, code, message, value, ss_ref });
        }
        Ok(())
    }

    async fn put(self, objects: &Objects) -> Result<u64, UploadsError> {
        let batch = self.telling.batch;
        let findings = Place::findings(&batch.provider_ref, &batch.batch_id);
        objects.put(&findings, to_json(&self.shown)?).await?;
        if let Some(log) = self.log {
            log.put(objects, &log_place(batch)).await?;
        }
        if let Some(workbook) = self.workbook {
            let file = NamedTempFile::new().map_err(no_room("a workbook"))?;
            let mut out = BufWriter::new(file.reopen().map_err(no_room("a workbook"))?);
            workbook.finish(&mut out)?;
            out.flush().map_err(no_room("a workbook"))?;
            objects.put_file(&errors_place(batch), file.path()).await?;
            if batch.way == Way::Dropped {
                let name = format!("{}_errors.xlsx", stem(&batch.file_name));
                let beside = Place::provider_outbox(&batch.provider_ref, &name);
                objects.put_file(&beside, file.path()).await?;
            }
        }
        Ok(self.total)
    }
}
