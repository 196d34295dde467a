//! How a workbook looks, and what its cells let a person type.
//!
//! Nothing is told by colour alone: what is locked is also in italics, what is to be mended has a note, a thick frame
//! and a message in its row.

use domain::actuals::Column;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Formula,
    IgnoreError, Worksheet, XlsxError,
};

use super::REASON_CODES;
use super::columns::{Holds, Whose, holds};

const INK: Color = Color::RGB(0x0B_0C_0C);
const PAPER: Color = Color::RGB(0xFF_FF_FF);
const DARK_BLUE: Color = Color::RGB(0x00_30_78);
const LIGHT_GREY: Color = Color::RGB(0xF3_F2_F1);
const MID_GREY: Color = Color::RGB(0xB1_B4_B6);
const RED: Color = Color::RGB(0xA8_24_13);
const LIGHT_RED: Color = Color::RGB(0xFB_E3_DF);
/// Beyond what anybody can deliver in a week: what is read is bounded by the same number.
const QUANTITY_MAX: f64 = 1_000_000.0;
/// A3, for 18 columns beside each other.
const WIDE_PAPER: u8 = 8;
/// A4.
const PAPER_SIZE: u8 = 9;
/// How tall a row of one line is, in points: with room above and below.
pub(super) const ROW_HEIGHT: f64 = 20.0;
/// How tall the headings are, in points.
pub(super) const HEADING_HEIGHT: f64 = 26.0;
/// The tallest that a row can be is 409 points.
const HEIGHTS: [f64; 24] = [
    20.0, 34.0, 48.0, 62.0, 76.0, 90.0, 104.0, 118.0, 132.0, 146.0, 160.0, 174.0, 188.0, 202.0,
    216.0, 230.0, 244.0, 258.0, 272.0, 286.0, 300.0, 314.0, 328.0, 342.0,
];

/// How a quantity shows that may have parts of units: `10.50`.
pub(super) const DECIMALS: &str = "0.00##";
const DATE: &str = "dd/mm/yyyy";
const TEXT: &str = "@";

fn base() -> Format {
    Format::new()
        .set_font_name("Arial")
        .set_font_size(11)
        .set_font_color(INK)
        .set_align(FormatAlign::VerticalCenter)
}

/// How tall a row is that shows all of `text` in a column of `width` characters, in points; none: it has one line.
pub(super) fn height(text: &str, width: usize) -> Option<f64> {
    let lines_of = |line: &str| line.chars().count().div_ceil(width.max(1)).max(1);
    let lines: usize = text.split('\n').map(lines_of).sum();
    let last = HEIGHTS.last().copied();
    (lines > 1).then(|| HEIGHTS.get(lines.saturating_sub(1)).copied().or(last)).flatten()
}

/// A heading of a column that the provider or we fill in.
pub(super) fn heading(whose: Whose) -> Format {
    let format = base().set_bold().set_border(FormatBorder::Thin).set_border_color(MID_GREY);
    match whose {
        Whose::Ours => format.set_italic().set_background_color(LIGHT_GREY),
        Whose::Yours => format.set_font_color(PAPER).set_background_color(DARK_BLUE),
    }
}

/// A cell of a column that the provider or we fill in.
pub(super) fn cell(whose: Whose) -> Format {
    let format = base().set_border(FormatBorder::Thin).set_border_color(MID_GREY);
    match whose {
        Whose::Ours => format.set_italic().set_background_color(LIGHT_GREY),
        Whose::Yours => format.set_unlocked(),
    }
}

/// A cell that may be changed and needs no change.
pub(super) fn plain() -> Format {
    base().set_unlocked()
}

/// A cell that is to be mended.
pub(super) fn faulty() -> Format {
    let format = base().set_bold().set_background_color(LIGHT_RED).set_unlocked();
    format.set_border(FormatBorder::Medium).set_border_color(RED)
}

/// `format` for what a column holds. Text stays text when somebody types into it.
pub(super) fn holding(format: Format, held: Holds) -> Format {
    match held {
        Holds::Text | Holds::Reason => aligned(format, held).set_num_format(TEXT),
        Holds::Quantity | Holds::Count => aligned(format, held),
        Holds::Date => aligned(format, held).set_num_format(DATE),
    }
}

/// Numbers to the right, below their heading.
pub(super) fn aligned(format: Format, held: Holds) -> Format {
    match held {
        Holds::Text | Holds::Reason => format.set_align(FormatAlign::Left).set_indent(1),
        Holds::Quantity | Holds::Count => format.set_align(FormatAlign::Right).set_indent(1),
        Holds::Date => format.set_align(FormatAlign::Center),
    }
}

/// What we say about a row.
pub(super) fn said() -> Format {
    aligned(cell(Whose::Ours), Holds::Text).set_text_wrap()
}

pub(super) fn title() -> Format {
    base().set_bold().set_font_size(18)
}

pub(super) fn section() -> Format {
    base().set_bold().set_font_size(14)
}

pub(super) fn paragraph() -> Format {
    base().set_text_wrap().set_align(FormatAlign::Top)
}

/// What a paragraph is called.
pub(super) fn label() -> Format {
    paragraph().set_bold()
}

/// A cell of a table that is only read.
pub(super) fn read_only() -> Format {
    let format = aligned(base(), Holds::Text).set_text_wrap();
    format.set_border(FormatBorder::Thin).set_border_color(MID_GREY)
}

/// Ids are text although they look like numbers: nobody needs a green corner that says so.
pub(super) fn accept_ids(
    sheet: &mut Worksheet,
    row_last: u32,
    columns: u16,
) -> Result<(), XlsxError> {
    let column_last = columns.saturating_sub(1);
    sheet.ignore_error_range(
        1,
        0,
        row_last.max(1),
        column_last,
        IgnoreError::NumberStoredAsText,
    )?;
    Ok(())
}

/// As it is printed.
pub(super) fn print(sheet: &mut Worksheet, wide: bool) {
    sheet.set_print_fit_to_pages(1, 0).set_footer("&L&A&RPage &P of &N");
    if wide {
        sheet.set_paper_size(WIDE_PAPER).set_landscape();
    } else {
        sheet.set_paper_size(PAPER_SIZE);
    }
}

/// What may be typed into `column` from the second row to `row_last`; what is wrong is explained at once.
pub(super) fn validate(
    sheet: &mut Worksheet,
    (index, column): (u16, Column),
    row_last: u32,
    has_reasons: bool,
) -> Result<(), XlsxError> {
    let rule = DataValidation::new();
    let (rule, message) = match (holds(column), column) {
        (Holds::Quantity, _) => (
            rule.allow_decimal_number(DataValidationRule::Between(0.0, QUANTITY_MAX)),
            format!("{column} must be a number of 0 or more, such as 10.25."),
        ),
        (Holds::Count, _) => (
            rule.allow_whole_number(DataValidationRule::Between(0, 1_000_000)),
            format!("{column} must be a whole number of 0 or more."),
        ),
        (Holds::Reason, _) if has_reasons => (
            rule.allow_list_formula(Formula::new(format!("={REASON_CODES}"))),
            "Choose one of the codes of the list. The sheet Guidance says what they mean."
                .to_owned(),
        ),
        (Holds::Text, Column::Comment) => (
            rule.allow_text_length(DataValidationRule::LessThanOrEqualTo(500)),
            format!("{column} is too long: 500 characters at most."),
        ),
        (Holds::Text, Column::FileReference | Column::LineRef) => (
            rule.allow_text_length(DataValidationRule::LessThanOrEqualTo(35)),
            format!("{column} is too long: 35 characters at most."),
        ),
        (Holds::Text | Holds::Date | Holds::Reason, _) => return Ok(()),
    };
    let rule = rule.set_error_title(column.name())?.set_error_message(message)?;
    sheet.add_data_validation(1, index, row_last.max(1), index, &rule)?;
    Ok(())
}
