//! A list, or a report, as a workbook.

use std::io::{Seek, Write};

use chrono::{DateTime, Utc};
use domain::report::{Cell, CellKind, Column, Report};
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::columns::Whose;
use super::value::Style;
use super::{Unwritable, look, value};

/// The sheet with the rows.
const ROWS: &str = "Report";
/// The sheet that says what they are.
const ABOUT: &str = "About";
/// How pounds are shown; what is owed back has a sign.
const POUNDS: &str = "#,##0.00;-#,##0.00";
/// In characters.
const LABEL_WIDTH: u32 = 34;
/// In characters.
const TEXT_WIDTH: u32 = 90;

/// Rows under their columns, of which each has a cell for each.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// What it is, in at most 31 characters if the sheet is called so: `Care packages`.
    pub title: &'a str,
    /// Whose it is: `Seaborough Council`.
    pub council_name: &'a str,
    /// What each cell of a row is.
    pub columns: &'a [Column],
    /// From top to bottom.
    pub rows: &'a [Vec<Cell>],
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Writes a list as a workbook of one sheet.
///
/// # Errors
///
/// [`Unwritable`].
pub fn list(list: &List<'_>, out: impl Write + Seek + Send) -> Result<(), Unwritable> {
    Ok(book(list, list.title)?.save_to_writer(out)?)
}

/// Writes a report as a workbook: its rows on one sheet; what was asked for, totals and notes on another.
///
/// # Errors
///
/// [`Unwritable`].
pub fn report(
    report: &Report,
    council_name: &str,
    made_at: DateTime<Utc>,
    out: impl Write + Seek + Send,
) -> Result<(), Unwritable> {
    let Report { title, columns, rows, .. } = report;
    let mut book = book(&List { title, council_name, columns, rows, made_at }, ROWS)?;
    let mut sheet = book.new_worksheet_with_constant_memory();
    sheet.set_name(ABOUT)?;
    about(&mut sheet, report, council_name)?;
    book.push_worksheet(sheet);
    book.save_to_writer(out)?;
    Ok(())
}

/// A workbook with the sheet of a list, which is called `sheet_name`.
fn book(list: &List<'_>, sheet_name: &str) -> Result<Workbook, Unwritable> {
    let mut book = Workbook::new();
    // Asked now, because the sheets cannot say that there is no room.
    book.set_tempdir(std::env::temp_dir())?;
    let properties = DocProperties::new()
        .set_title(list.title)
        .set_author(list.council_name)
        .set_creation_datetime(&value::instant(list.made_at)?);
    book.set_properties(&properties);
    let mut sheet = book.new_worksheet_with_constant_memory();
    sheet.set_name(sheet_name)?;
    rows(&mut sheet, list)?;
    book.push_worksheet(sheet);
    Ok(book)
}

fn rows(sheet: &mut Worksheet, told: &List<'_>) -> Result<(), XlsxError> {
    sheet.set_default_row_height(look::ROW_HEIGHT);
    sheet.set_freeze_panes(1, 0)?;
    let heading = look::heading(Whose::Yours);
    let looks: Vec<Format> = told.columns.iter().map(format).collect();
    for (index, column) in (0..).zip(told.columns) {
        sheet.set_column_width(index, width(column))?;
        value::text(sheet, (0, index), column.label, Style::Own(&heading))?;
    }
    for (at, row) in (1..).zip(told.rows) {
        for ((index, cell), format) in (0..).zip(row).zip(&looks) {
            write(sheet, (at, index), cell, format)?;
        }
    }
    let last = u32::try_from(told.rows.len()).unwrap_or(u32::MAX);
    super::end(sheet, last.saturating_add(1))?;
    let columns = u16::try_from(told.columns.len()).unwrap_or(u16::MAX);
    look::accept_ids(sheet, last, columns)?;
    look::print(sheet, true);
    sheet.set_repeat_rows(0, 0).map(drop)
}

fn about(sheet: &mut Worksheet, report: &Report, council_name: &str) -> Result<(), XlsxError> {
    sheet.set_column_width(0, LABEL_WIDTH)?.set_column_width(1, TEXT_WIDTH)?;
    let (title, label, words) = (look::title(), look::label(), look::paragraph());
    value::text(sheet, (0, 0), &report.title, Style::Own(&title))?;
    let mut lines = vec![
        ("Council".to_owned(), council_name.to_owned()),
        ("About".to_owned(), report.lead.clone()),
    ];
    lines.extend(report.chosen());
    for total in &report.totals {
        let name = total.first().map(Cell::plain).unwrap_or_default();
        let sums = total.iter().zip(&report.columns).skip(1);
        let sums = sums.filter(|(cell, _)| **cell != Cell::Empty);
        lines.extend(
            sums.map(|(cell, column)| (format!("{name}: {}", column.label), cell.for_people())),
        );
    }
    lines.extend(report.notes.iter().map(|note| ("Note".to_owned(), note.clone())));
    let mut last = 1;
    for (row, (name, text)) in (1..).zip(&lines) {
        value::text(sheet, (row, 0), name, Style::Own(&label))?;
        value::text(sheet, (row, 1), text, Style::Own(&words))?;
        last = row;
    }
    super::end(sheet, u32::saturating_add(last, 1))
}

fn write(
    sheet: &mut Worksheet,
    at: value::At,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    let style = Style::Own(format);
    match cell {
        Cell::Empty => value::text(sheet, at, "", style),
        Cell::Text(text) => value::text(sheet, at, text, style),
        Cell::Money(amount) => value::signed(sheet, at, &amount.to_string(), style),
        Cell::Number(number) => value::signed(sheet, at, &number.to_string(), style),
        Cell::Date(day) => value::date(sheet, at, *day, style),
    }
}

fn format(column: &Column) -> Format {
    let format = look::plain();
    match column.kind {
        CellKind::Text => format.set_num_format("@"),
        CellKind::Money => format.set_num_format(POUNDS).set_align(FormatAlign::Right),
        CellKind::Number => format.set_align(FormatAlign::Right),
        CellKind::Date => format.set_num_format("dd/mm/yyyy").set_align(FormatAlign::Center),
    }
}

/// In characters.
fn width(column: &Column) -> u32 {
    match column.kind {
        CellKind::Text => 30,
        CellKind::Money | CellKind::Date | CellKind::Number => 14,
    }
}
