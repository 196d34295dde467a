//! The sheet that says in plain English what to do.

use domain::actuals::{Column, reason_text};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::columns::{Holds, Whose, meaning, whose};
use super::value::Style;
use super::{About, GUIDANCE, REASON_CODES, look, value};

/// In characters.
const WIDTHS: [u32; 3] = [18, 88, 20];
/// How many characters of the second column are on a line.
const CHARACTERS: usize = 102;

/// One row of it.
#[derive(Debug, Clone)]
enum Line {
    Title(String),
    Section(&'static str),
    Step(String, String),
    Headings(Vec<&'static str>),
    Meaning([&'static str; 3]),
    Reason(String, String),
    Gap,
}

/// Writes the guidance with these `steps`, and puts the sheet into the workbook.
pub(super) fn write(
    book: &mut Workbook,
    mut sheet: Worksheet,
    about: &About<'_>,
    steps: &[String],
) -> Result<(), XlsxError> {
    let lines = lines(about, steps);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    for (row, line) in (0..).zip(&lines) {
        write_line(&mut sheet, row, line)?;
    }
    super::end(&mut sheet, u32::try_from(lines.len()).unwrap_or(u32::MAX))?;
    look::print(&mut sheet, false);
    sheet.set_screen_gridlines(false).protect();
    book.push_worksheet(sheet);
    let reasons: Vec<_> = (1..)
        .zip(&lines)
        .filter(|(_, line)| matches!(line, Line::Reason(..)))
        .map(|(row, _): (u32, _)| row)
        .collect();
    if let (Some(first), Some(last)) = (reasons.first(), reasons.last()) {
        book.define_name(REASON_CODES, &format!("={GUIDANCE}!$A${first}:$A${last}"))?;
    }
    Ok(())
}

fn lines(about: &About<'_>, steps: &[String]) -> Vec<Line> {
    let numbered = (1..)
        .zip(steps)
        .map(|(number, step): (u32, _)| Line::Step(format!("Step {number}"), step.clone()));
    let columns = Column::ALL.into_iter().map(|column| {
        let who = match whose(column) {
            Whose::Ours => "We do",
            Whose::Yours => "You do",
        };
        Line::Meaning([column.name(), meaning(column), who])
    });
    let codes = about.policy.reason_codes.iter().map(|code| {
        let words = reason_text(code).unwrap_or("Ask your council when to use it");
        Line::Reason(code.clone(), words.to_owned())
    });
    [Line::Title(about.title.to_owned()), Line::Gap, Line::Section("What to do")]
        .into_iter()
        .chain(numbered)
        .chain([Line::Gap, Line::Section("Reason codes")])
        .chain([Line::Headings(vec!["Code", "When to use it"])])
        .chain(codes)
        .chain([Line::Gap, Line::Section("What the columns mean")])
        .chain([Line::Headings(vec!["Column", "What it means", "Who fills it in"])])
        .chain(columns)
        .collect()
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &Line) -> Result<(), XlsxError> {
    let (first, others, texts) = match line {
        Line::Title(text) => (look::title(), look::title(), vec![text.as_str()]),
        Line::Section(text) => (look::section(), look::section(), vec![*text]),
        Line::Gap => return Ok(()),
        Line::Step(number, text) => (look::label(), look::paragraph(), vec![number.as_str(), text]),
        Line::Headings(texts) => {
            let heading = look::aligned(look::heading(Whose::Yours), Holds::Text);
            (heading.clone(), heading, texts.clone())
        }
        Line::Meaning(texts) => (look::read_only(), look::read_only(), texts.to_vec()),
        Line::Reason(code, text) => {
            (look::read_only(), look::read_only(), vec![code.as_str(), text])
        }
    };
    let height = match line {
        Line::Title(_) | Line::Section(_) => Some(look::HEADING_HEIGHT),
        Line::Gap | Line::Step(..) | Line::Headings(_) | Line::Meaning(_) | Line::Reason(..) => {
            texts.get(1).and_then(|text| look::height(text, CHARACTERS))
        }
    };
    sheet.set_row_height(row, height.unwrap_or(look::ROW_HEIGHT))?;
    for (column, text) in (0..).zip(texts) {
        let format = if column == 0 { &first } else { &others };
        value::text(sheet, (row, column), text, Style::Own(format))?;
    }
    Ok(())
}
