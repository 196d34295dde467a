//! One table of actuals, whatever wrote it, is accepted as the same weeks.

use std::path::Path;

use domain::actuals::{Row, Week};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use testing::{day, parse};

use crate::agency::{Agency, as_planned, read};
use crate::archive;

const HEADINGS: [&str; 11] = [
    "LineRef",
    "provider ref",
    "SSREF",
    "CPLI id",
    "Week start",
    "Actual",
    "Frustrated",
    "Missed",
    "Reason code",
    "Comment",
    "Our own column",
];
/// With a row in between that says nothing.
const ROWS: [[&str; 11]; 4] = [
    ["L1", "P1", "A1", "100", "06/04/2026", "10.5", "0", "", "", "", "x"],
    [""; 11],
    ["L2", "P1", "007", "0200", "2026-04-13", "9.75", "0.5", "0.25", "DECLINED", COMMENT, ""],
    ["L3", "P1", "A1", "100", "13/04/2026", "10.50", "", "", "", "", ""],
];
/// As Windows-1252 can say it, with what parts cells and rows.
const COMMENT: &str = "“No”; £5, – or\ntwo";

/// What a file is accepted as: whose week, what, and which line of the provider.
fn accepted(file: &[u8]) -> Vec<(u32, String, String, Week, Option<String>)> {
    let agency = Agency::new();
    let rows: Vec<Row> = read(file);
    let checked = agency.check(&rows);
    assert_eq!(checked.rejected, []);
    let told = checked.accepted.iter().map(|it| {
        let (cpli_id, week) = (it.cpli.cpli_id.to_string(), it.week_start.to_string());
        (it.row, cpli_id, week, it.week(), it.line_ref.map(str::to_owned))
    });
    told.collect()
}

fn expected() -> Vec<(u32, String, String, Week, Option<String>)> {
    let second = Week {
        actual: parse("9.75"),
        frustrated: parse("0.5"),
        missed: parse("0.25"),
        reason_code: Some("DECLINED".to_owned()),
        comment: Some(COMMENT.to_owned()),
        ..Week::default()
    };
    [
        (2, "100", "2026-04-06", as_planned(), "L1"),
        (4, "0200", "2026-04-13", second, "L2"),
        (5, "100", "2026-04-13", as_planned(), "L3"),
    ]
    .map(|(row, cpli_id, week_start, week, line_ref)| {
        (row, cpli_id.to_owned(), week_start.to_owned(), week, Some(line_ref.to_owned()))
    })
    .into()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

#[test]
fn openpyxl_and_libreoffice_with_both_epochs_and_formulas_give_the_same_weeks() {
    for name in [
        "actuals_openpyxl.xlsx",
        "actuals_openpyxl_streamed.xlsx",
        "actuals_openpyxl_1904.xlsx",
        "actuals_libreoffice.xlsx",
        "actuals_libreoffice_1904.xlsx",
        "actuals_libreoffice_windows_1252.csv",
        "actuals_libreoffice_utf_8.csv",
        "actuals_libreoffice_tabs.csv",
    ] {
        assert_eq!(accepted(&fixture(name)), expected(), "{name}");
    }
}

#[test]
fn rust_xlsxwriter_gives_the_same_weeks() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Guidance").unwrap().write(0, 0, "Not this one").unwrap();
    let sheet = book.add_worksheet().set_name("Actuals").unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading).unwrap();
    }
    for (row, cells) in (1..).zip(ROWS) {
        for (column, text) in (0..).zip(cells) {
            let parts: Vec<_> = text.split('/').collect();
            match (column, text.parse::<f64>()) {
                (_, _) if text.is_empty() => {}
                (4, _) if parts.len() == 3 => {
                    let day = parts[0].parse().unwrap();
                    let day = ExcelDateTime::from_ymd(2026, 4, day).unwrap();
                    sheet.write_with_format(row, column, &day, &date).unwrap();
                }
                (5, Ok(number)) => {
                    let formula = Formula::new(format!("={number}+0")).set_result(text);
                    sheet.write_formula(row, column, formula).unwrap();
                }
                (6 | 7, Ok(number)) => drop(sheet.write(row, column, number).unwrap()),
                _ => drop(sheet.write(row, column, text).unwrap()),
            }
        }
    }
    assert_eq!(accepted(&book.save_to_buffer().unwrap()), expected());
}

#[test]
fn text_in_the_cells_without_styles_as_some_web_exports_write_it_gives_the_same_weeks() {
    let cell = |text: &&str| match text.parse::<f64>() {
        _ if text.is_empty() => "<c/>".to_owned(),
        Ok(_) if text.contains('.') => format!("<c><v>{text}</v></c>"),
        _ => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let row = |cells: [&str; 11]| {
        let cells: String = cells.iter().map(cell).collect();
        format!("<row>{cells}</row>")
    };
    let rows: String = std::iter::once(HEADINGS).chain(ROWS).map(row).collect();
    assert_eq!(accepted(&archive::rows(&rows)), expected());
}

#[test]
fn csv_in_every_encoding_separator_and_line_end_gives_the_same_weeks() {
    for separator in [',', ';', '\t'] {
        for line_end in ["\r\n", "\n", "\r"] {
            for quoted in [true, false] {
                let cell = |text: &&str| {
                    let must = text.contains([separator, '"', '\n']);
                    if quoted || must { format!("\"{text}\"") } else { (*text).to_owned() }
                };
                let line = |cells: [&str; 11]| {
                    let cells: Vec<_> = cells.iter().map(cell).collect();
                    cells.join(&separator.to_string()) + line_end
                };
                let text: String = std::iter::once(HEADINGS).chain(ROWS).map(line).collect();
                let marked = format!("\u{feff}{text}");
                for file in [text.as_bytes(), marked.as_bytes(), &windows_1252(&text)] {
                    assert_eq!(accepted(file), expected(), "{separator:?} {line_end:?} {quoted}");
                }
            }
        }
    }
}

fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |it: char| match it {
        '“' => 0x93,
        '”' => 0x94,
        '–' => 0x96,
        other => u8::try_from(u32::from(other)).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn a_template_that_was_saved_by_another_program_still_records_the_plan() {
    let sent = accepted(&fixture("template_libreoffice.xlsx"));
    let told: Vec<_> = sent.iter().map(|(_, id, week, said, _)| (&**id, &**week, said)).collect();
    let plan = as_planned();
    assert_eq!(told, [("100", "2026-04-06", &plan), ("0200", "2026-04-13", &plan)]);
    let agency = Agency::new();
    let lines = [("100", "2026-04-06"), ("0200", "2026-04-13")];
    let lines = lines.map(|(cpli_id, start)| agency.line(cpli_id, &plan, day(start)));
    let ours = read(&agency.template(&lines));
    let theirs = read(&fixture("template_libreoffice.xlsx"));
    let cells = |rows: &[Row]| -> Vec<Vec<String>> {
        let told = |row: &Row| (0..18).map(|at| row.cell(at).text.to_owned()).collect();
        rows.iter().map(told).collect()
    };
    assert_eq!(cells(&theirs), cells(&ours));
}
