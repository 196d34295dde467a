//! How a workbook looks, and what its cells let a person type.
//!
//! Nothing is told by colour alone: what is locked is also in italics, what is to be mended has a note, a thick frame
//! and a message in its row.

use domain::actuals::Column;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Formula,
    Worksheet, XlsxError,
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
/// A4.
const PAPER_SIZE: u8 = 9;

/// How a quantity shows that may have parts of units: `10.50`.
pub(super) const DECIMALS: &str = "0.00##";
const DATE: &str = "dd/mm/yyyy";
const TEXT: &str = "@";

fn base() -> Format {
    Format::new()
        .set_font_name("Arial")
        .set_font_size(11)
        .set_font_color(INK)
        .set_align(FormatAlign::Top)
}

/// A heading of a column that the provider or we fill in.
pub(super) fn heading(whose: Whose) -> Format {
    let format =
        base().set_bold().set_align(FormatAlign::VerticalCenter).set_border(FormatBorder::Thin);
    let format = format.set_border_color(MID_GREY);
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
        Holds::Text | Holds::Reason => format.set_num_format(TEXT),
        Holds::Quantity | Holds::Count => format.set_align(FormatAlign::Right),
        Holds::Date => format.set_num_format(DATE).set_align(FormatAlign::Left),
    }
}

/// Text of more than one line.
pub(super) fn wrapped(format: Format) -> Format {
    format.set_text_wrap()
}

pub(super) fn title() -> Format {
    base().set_bold().set_font_size(18)
}

pub(super) fn section() -> Format {
    base().set_bold().set_font_size(14)
}

pub(super) fn paragraph() -> Format {
    base().set_text_wrap()
}

/// A cell of a table that is only read.
pub(super) fn read_only() -> Format {
    paragraph().set_border(FormatBorder::Thin).set_border_color(MID_GREY)
}

/// As it is printed.
pub(super) fn print(sheet: &mut Worksheet, landscape: bool) {
    sheet.set_paper_size(PAPER_SIZE).set_print_fit_to_pages(1, 0).set_footer("&L&A&RPage &P of &N");
    if landscape {
        sheet.set_landscape();
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
