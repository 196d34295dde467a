//! The rejected rows of a file, to be mended and sent again.

use std::fmt;
use std::io::Write;

use domain::actuals::{Cell, CellKind, Column, Finding, Row};
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};

use super::columns::{Holds, Whose, holds, width};
use super::value::Style;
use super::{About, Unwritable, begin, end, guidance, look, value};

/// How many rejected rows it holds: as many as may be uploaded by the page.
pub const REJECTED_ROWS_MAX: u32 = 100_000;
/// How many cells have a note. Each is a drawing, and thousands of them stop a spreadsheet; beyond them the message is
/// in the row alone.
const NOTES_MAX: u32 = 2_000;
/// What we say about each row, left of what the provider said, with how wide it is.
const OURS: [(&str, u32); 3] = [("Row", 9), ("Code", 14), ("Message", 52)];
/// How many characters of a message are on a line.
const MESSAGE_CHARACTERS: usize = 64;
/// How wide a column is that is not ours.
const OTHER_WIDTH: u32 = 16;
/// What a row may need to be mended, even if its file does without.
const ADDED: [Column; 6] = [
    Column::Frustrated,
    Column::Missed,
    Column::Extra,
    Column::Visits,
    Column::ReasonCode,
    Column::Comment,
];

/// An error workbook while it is written: every rejected row as the provider sent it, beside all that is wrong with it.
/// Once the cells are mended it can be uploaded as it is.
pub struct ErrorWorkbook<'a> {
    about: About<'a>,
    book: Workbook,
    sheet: Worksheet,
    guide: Worksheet,
    columns: Vec<Written>,
    said: Format,
    rejected: u32,
    notes: u32,
}

impl fmt::Debug for ErrorWorkbook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorWorkbook").field("rejected", &self.rejected).finish_non_exhaustive()
    }
}

/// A column of it.
#[derive(Debug, Clone)]
struct Written {
    /// Where it is in the provider's file; none: it is not there.
    from: Option<usize>,
    heading: String,
    column: Option<Column>,
    sound: Format,
    faulty: Format,
}

impl<'a> ErrorWorkbook<'a> {
    /// For a file with these headings.
    ///
    /// # Errors
    ///
    /// [`Unwritable`].
    pub fn new(about: About<'a>, headings: &Row) -> Result<Self, Unwritable> {
        let (book, sheet, guide) = begin(&about)?;
        let said = look::said();
        let columns = columns(headings);
        let mut book = Self { about, book, sheet, guide, columns, said, rejected: 0, notes: 0 };
        book.headings()?;
        Ok(book)
    }

    fn headings(&mut self) -> Result<(), XlsxError> {
        let sheet = &mut self.sheet;
        sheet.set_default_row_height(look::ROW_HEIGHT);
        sheet.set_row_height(0, look::HEADING_HEIGHT)?.set_freeze_panes(1, OURS_COUNT)?;
        for (index, (heading, width)) in (0..).zip(OURS) {
            sheet.set_column_width(index, width)?;
            let style = look::aligned(look::heading(Whose::Ours), Holds::Text);
            value::text(sheet, (0, index), heading, Style::Own(&style))?;
        }
        for (index, written) in (OURS_COUNT..).zip(&self.columns) {
            sheet.set_column_width(index, written.column.map_or(OTHER_WIDTH, width))?;
            sheet.set_column_format(index, &written.sound)?;
            let held = written.column.map_or(Holds::Text, holds);
            let style = look::aligned(look::heading(Whose::Yours), held);
            value::text(sheet, (0, index), &written.heading, Style::Own(&style))?;
        }
        Ok(())
    }

    /// Adds a row of the file and everything that was found wrong with it. Beyond [`REJECTED_ROWS_MAX`] rows are
    /// counted and left out.
    ///
    /// # Errors
    ///
    /// [`Unwritable`].
    pub fn reject(&mut self, row: &Row, findings: &[Finding]) -> Result<(), Unwritable> {
        self.rejected = self.rejected.saturating_add(1);
        if self.rejected > REJECTED_ROWS_MAX {
            return Ok(());
        }
        let at = self.rejected;
        let number = row.number().to_string();
        let said = Style::Own(&self.said);
        value::number(&mut self.sheet, (at, 0), &number, said)?;
        value::text(&mut self.sheet, (at, 1), &codes(findings), said)?;
        let message = findings.iter().map(message).collect::<Vec<_>>().join("\n");
        value::text(&mut self.sheet, (at, 2), &message, said)?;
        if let Some(height) = look::height(&message, MESSAGE_CHARACTERS) {
            self.sheet.set_row_height(at, height)?;
        }
        for (index, written) in (OURS_COUNT..).zip(&self.columns) {
            let about = |it: &&Finding| Some(it.column) == written.column;
            let wrong: Vec<_> = findings.iter().filter(about).map(problem).collect();
            let style = if wrong.is_empty() {
                Style::OfColumn(&written.sound)
            } else {
                Style::Own(&written.faulty)
            };
            written.write(&mut self.sheet, (at, index), row, style)?;
            if !wrong.is_empty() && self.notes < NOTES_MAX {
                self.notes = self.notes.saturating_add(1);
                let note = Note::new(wrong.join("\n")).add_author_prefix(false);
                self.sheet.insert_note(at, index, &note)?;
            }
        }
        Ok(())
    }

    /// Writes the whole workbook.
    ///
    /// # Errors
    ///
    /// [`Unwritable`].
    pub fn finish(self, out: impl Write + Send) -> Result<(), Unwritable> {
        let Self { about, mut book, mut sheet, guide, columns, rejected, .. } = self;
        let has_reasons = !about.policy.reason_codes.is_empty();
        let row_last = rejected.min(REJECTED_ROWS_MAX);
        for (index, written) in (OURS_COUNT..).zip(&columns) {
            if let Some(column) = written.column {
                look::validate(&mut sheet, (index, column), row_last, has_reasons)?;
            }
        }
        end(&mut sheet, row_last.saturating_add(1))?;
        look::print(&mut sheet, true);
        let last = u16::try_from(columns.len()).unwrap_or(u16::MAX).saturating_add(OURS_COUNT);
        look::accept_ids(&mut sheet, row_last, last)?;
        sheet.set_repeat_rows(0, 0)?.set_print_area(0, 0, row_last, last.saturating_sub(1))?;
        book.push_worksheet(sheet);
        guidance::write(&mut book, guide, &about, &steps(&about, rejected))?;
        book.save_to_writer(out)?;
        Ok(())
    }
}

/// How many columns are left of the provider's.
const OURS_COUNT: u16 = 3;

impl Written {
    fn new(from: Option<usize>, heading: String, column: Option<Column>) -> Self {
        let held = column.map_or(Holds::Text, holds);
        let sound = look::holding(look::plain(), held);
        Self { from, heading, column, sound, faulty: look::holding(look::faulty(), held) }
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        at: value::At,
        row: &Row,
        style: Style<'_>,
    ) -> Result<(), XlsxError> {
        let nothing = Cell { text: "", kind: CellKind::Text };
        // With the reference of the file it came from it would be a duplicate of that file.
        let reference = self.column == Some(Column::FileReference);
        let cell = self.from.filter(|_| !reference).map_or(nothing, |from| row.cell(from));
        match (self.column.map(holds), cell.kind) {
            (Some(Holds::Quantity | Holds::Count), _) => value::number(sheet, at, cell.text, style),
            (Some(Holds::Date), CellKind::Number) => {
                match value::day(cell.text, value::day_0(row.epoch())) {
                    Some(day) => value::date(sheet, at, day, style),
                    None => value::text(sheet, at, cell.text, style),
                }
            }
            (_, _) => value::text(sheet, at, cell.text, style),
        }
    }
}

/// The columns of the file, without those that an error workbook before this one put there.
fn columns(headings: &Row) -> Vec<Written> {
    let texts: Vec<_> = headings.cells().map(|cell| cell.text).collect();
    let before = texts.iter().zip(OURS).all(|(found, (ours, _))| found.eq_ignore_ascii_case(ours));
    let skipped = if before { OURS.len() } else { 0 };
    let sent = texts.iter().enumerate().skip(skipped).map(|(from, heading)| {
        Written::new(Some(from), (*heading).to_owned(), Column::with_heading(heading))
    });
    let mut columns: Vec<_> = sent.collect();
    for column in ADDED {
        if columns.iter().all(|written| written.column != Some(column)) {
            columns.push(Written::new(None, column.name().to_owned(), Some(column)));
        }
    }
    columns
}

fn codes(findings: &[Finding]) -> String {
    let mut codes: Vec<_> = findings.iter().map(|it| it.problem.code().to_string()).collect();
    codes.dedup();
    codes.join(", ")
}

fn problem(finding: &Finding) -> String {
    format!("{}: {}", finding.problem.code(), finding.problem)
}

/// The problem, and the cell that is to be mended unless it is named anyway.
fn message(finding: &Finding) -> String {
    let problem = finding.problem.to_string();
    if problem.starts_with(finding.column.name()) {
        problem
    } else {
        format!("{}: {problem}", finding.column)
    }
}

fn steps(about: &About<'_>, rejected: u32) -> Vec<String> {
    let mut steps = vec![
        "Go to the sheet Actuals. It has the rows of your file that could not be taken, as you sent them. Row is the number of the row in your file, and Message says what to do.".to_owned(),
        "Mend the cells that are marked: they have a thick frame and bold text, and a note says what is wrong. Delete a row that you do not want to send after all, such as one of two about the same week.".to_owned(),
    ];
    if rejected > REJECTED_ROWS_MAX {
        steps.push(format!(
            "Only the first {REJECTED_ROWS_MAX} of {rejected} rows are here. Mend the others in your own file."
        ));
    }
    steps.push(if about.policy.all_or_nothing {
        "Nothing of your file was recorded, because a file is taken only as a whole. Mend the same rows in your own file and upload that again.".to_owned()
    } else {
        "Save this file as an Excel workbook (.xlsx) and upload it as it is. The other rows of your file do not have to be sent again. Row, Code and Message are passed over. FileReference is empty on purpose, so that this file is not taken for the one that you sent before: leave it empty, or give it a new name.".to_owned()
    });
    steps
}
