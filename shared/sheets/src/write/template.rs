//! "Download this period".

use std::io::Write;

use csv::{Terminator, WriterBuilder};
use domain::actuals::{Column, Line};
use domain::formula::guarded;
use rust_xlsxwriter::{Format, Note, ProtectionOptions, Worksheet, XlsxError};

use super::columns::{Holds, Whose, holds, meaning, whose, width};
use super::value::Style;
use super::{About, SHEET, Unwritable, begin, end, guidance, look, value};

/// As many as [`Column::ALL`] has.
const COLUMNS: u16 = 18;

/// Writes the template as a workbook, every line filled in. What we fill in is locked, without a password.
///
/// # Errors
///
/// [`Unwritable`].
pub fn template<'l>(
    about: &About<'_>,
    lines: impl IntoIterator<Item = Line<'l>>,
    out: impl Write + Send,
) -> Result<(), Unwritable> {
    let (mut book, mut sheet, guide) = begin(about)?;
    headings(&mut sheet)?;
    let looks = Column::ALL.map(Look::of);
    let mut row = 0;
    for line in lines {
        row = u32::saturating_add(row, 1);
        for (index, look) in (0..).zip(&looks) {
            look.write(&mut sheet, (row, index), &line)?;
        }
    }
    let has_reasons = !about.policy.reason_codes.is_empty();
    for (index, column) in (0..).zip(Column::ALL).filter(|(_, it)| whose(*it) == Whose::Yours) {
        look::validate(&mut sheet, (index, column), row, has_reasons)?;
    }
    end(&mut sheet, row.saturating_add(1))?;
    look::accept_ids(&mut sheet, row, COLUMNS)?;
    look::print(&mut sheet, true);
    sheet.set_repeat_rows(0, 0)?.protect_with_options(&allowed());
    book.push_worksheet(sheet);
    // Screen readers that look for this name read the heading with each cell.
    book.define_name(format!("{SHEET}!ColumnTitle"), &format!("={SHEET}!$A$1:$R$1"))?;
    guidance::write(&mut book, guide, about, &steps())?;
    book.save_to_writer(out)?;
    Ok(())
}

/// What a person may do although the sheet is locked.
fn allowed() -> ProtectionOptions {
    ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::new() }
}

fn headings(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_default_row_height(look::ROW_HEIGHT);
    sheet.set_row_height(0, look::HEADING_HEIGHT)?.set_freeze_panes(1, 0)?;
    for (index, column) in (0..).zip(Column::ALL) {
        sheet.set_column_width(index, width(column))?;
        let style = look::aligned(look::heading(whose(column)), holds(column));
        value::text(sheet, (0, index), column.name(), Style::Own(&style))?;
        sheet.insert_note(0, index, &Note::new(meaning(column)).add_author_prefix(false))?;
    }
    Ok(())
}

/// How the cells of one column look.
struct Look {
    column: Column,
    /// Of a service that counts in whole units.
    whole: Format,
    /// Of a service that counts in parts of units.
    parts: Format,
    /// Where there is nothing to fill in.
    locked: Format,
}

impl Look {
    fn of(column: Column) -> Self {
        let whole = look::holding(look::cell(whose(column)), holds(column));
        let parts = match holds(column) {
            Holds::Quantity => whole.clone().set_num_format(look::DECIMALS),
            Holds::Text | Holds::Count | Holds::Date | Holds::Reason => whole.clone(),
        };
        let locked = look::holding(look::cell(Whose::Ours), holds(column));
        Self { column, whole, parts, locked }
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        at: value::At,
        line: &Line<'_>,
    ) -> Result<(), XlsxError> {
        let (column, service) = (self.column, line.service);
        let no_extra = column == Column::Extra && !service.extras;
        let style = Style::Own(match service.unit_step.normalize().scale() {
            _ if no_extra => &self.locked,
            0 => &self.whole,
            _ => &self.parts,
        });
        match holds(column) {
            Holds::Date => value::date(sheet, at, line.week_start, style),
            Holds::Quantity | Holds::Count => value::number(sheet, at, &line.cell(column), style),
            Holds::Text | Holds::Reason => value::text(sheet, at, &line.cell(column), style),
        }
    }
}

fn steps() -> Vec<String> {
    [
        "Go to the sheet Actuals. There is a row for each care package and week, filled in from what was commissioned, or from what you recorded before. Where care was given as planned there is nothing to do.",
        "Where it was not, change Actual, and say in Frustrated, Missed and Extra what made the difference. Choose a ReasonCode from the list, and add a Comment if it helps. Example: of 10.50 planned hours the client declined 0.50 and you missed 0.25, so Actual is 9.75, Frustrated 0.50, Missed 0.25 and Extra 0.",
        "What we fill in is in italics on grey, and locked. Do not change headings or references. You may delete rows that you do not want to send, after you take the protection off: it has no password.",
        "Save the file as an Excel workbook (.xlsx) and upload it to the portal. You see what it would change before anything is recorded. Rows that cannot be taken come back to you with the reason.",
    ]
    .map(str::to_owned)
    .into()
}

/// Writes the template as CSV (UTF-8). A spreadsheet takes no cell of it for a formula.
///
/// # Errors
///
/// [`Unwritable`].
pub fn template_csv<'l>(
    lines: impl IntoIterator<Item = Line<'l>>,
    out: impl Write,
) -> Result<(), Unwritable> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(Column::ALL.map(Column::name)).map_err(Unwritable::csv)?;
    for line in lines {
        for column in Column::ALL {
            let cell = line.cell(column);
            writer.write_field(guarded(&cell).as_bytes()).map_err(Unwritable::csv)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Unwritable::csv)?;
    }
    writer.flush().map_err(Unwritable::csv)
}
