//! What is written into one cell.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike, Utc};
use domain::formula::is_risky;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

/// How many characters a cell can hold.
const CHARACTERS_MAX: usize = 32_767;
/// How many digits a spreadsheet keeps of a number.
const DIGITS_MAX: usize = 15;
/// From this day a workbook counts, if none says otherwise; from March 1900 on it is right.
const DAY_0: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// A cell, by how many rows are above and columns left of it.
pub(super) type At = (u32, u16);

/// How a cell looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style<'f> {
    /// As nothing around it says.
    Own(&'f Format),
    /// As its whole column, which was given this format: then it is quicker to write, and not at all where it is empty.
    OfColumn(&'f Format),
}

/// Writes text as text, whatever it looks like. What a cell cannot hold is cut off.
pub(super) fn text(
    sheet: &mut Worksheet,
    (row, column): At,
    text: &str,
    style: Style<'_>,
) -> Result<(), XlsxError> {
    let room = text.char_indices().nth(CHARACTERS_MAX).map(|(at, _)| at);
    let text = room.and_then(|at| text.get(..at)).unwrap_or(text);
    let written = match style {
        Style::OfColumn(_) if text.is_empty() => return Ok(()),
        Style::Own(format) if text.is_empty() => sheet.write_blank(row, column, format),
        // Without this mark it would become a formula when somebody goes into the cell and leaves it again.
        Style::OfColumn(format) | Style::Own(format) if is_risky(text) => {
            let marked = format.clone().set_quote_prefix();
            sheet.write_string_with_format(row, column, text, &marked)
        }
        Style::OfColumn(_) => sheet.write_string(row, column, text),
        Style::Own(format) => sheet.write_string_with_format(row, column, text, format),
    };
    written.map(drop)
}

/// Writes a number as a number; text, if a spreadsheet could not hold every digit of it or it is none.
pub(super) fn number(
    sheet: &mut Worksheet,
    at: At,
    plain: &str,
    style: Style<'_>,
) -> Result<(), XlsxError> {
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let written = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let held = (1..=DIGITS_MAX).contains(&digits) && written;
    match plain.parse::<f64>().ok().filter(|_| held) {
        Some(number) => exactly(sheet, at, number, style),
        None => text(sheet, at, plain, style),
    }
}

fn exactly(
    sheet: &mut Worksheet,
    (row, column): At,
    number: f64,
    style: Style<'_>,
) -> Result<(), XlsxError> {
    let written = match style {
        Style::OfColumn(_) => sheet.write_number(row, column, number),
        Style::Own(format) => sheet.write_number_with_format(row, column, number, format),
    };
    written.map(drop)
}

/// Writes a number that may be less than nothing as a number.
pub(super) fn signed(
    sheet: &mut Worksheet,
    at: At,
    plain: &str,
    style: Style<'_>,
) -> Result<(), XlsxError> {
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let held = digits.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_MAX;
    let written = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match plain.parse::<f64>().ok().filter(|_| held && written) {
        Some(number) => exactly(sheet, at, number, style),
        None => text(sheet, at, plain, style),
    }
}

/// Writes a real date, which is the number of its day.
pub(super) fn date(
    sheet: &mut Worksheet,
    at: At,
    day: NaiveDate,
    style: Style<'_>,
) -> Result<(), XlsxError> {
    let days = DAY_0.map(|day_0| day.signed_duration_since(day_0).num_days());
    match days.and_then(|days| u32::try_from(days).ok()) {
        Some(days) => exactly(sheet, at, days.into(), style),
        None => text(sheet, at, &day.to_string(), style),
    }
}

/// The day with that number in a workbook that counts from `day_0`.
pub(super) fn day(plain: &str, day_0: Option<NaiveDate>) -> Option<NaiveDate> {
    day_0?.checked_add_days(Days::new(plain.parse::<u32>().ok()?.into()))
}

/// The day from which a workbook counts.
pub(super) fn day_0(epoch: domain::actuals::Epoch) -> Option<NaiveDate> {
    match epoch {
        domain::actuals::Epoch::Year1900 => DAY_0,
        domain::actuals::Epoch::Year1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
    }
}

/// An instant as a workbook says when it was made.
pub(super) fn instant(at: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let year = u16::try_from(at.year()).unwrap_or(1900);
    let (hour, minute) = (u16::from(part(at.hour())), part(at.minute()));
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        hour,
        minute,
        at.second(),
    )
}
