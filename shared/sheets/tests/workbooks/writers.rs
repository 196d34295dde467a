//! One table, however it was written, gives the same rows.

use std::fs::File;
use std::path::Path;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::archive::{rows, workbook};
use crate::{of_bytes, told};

const TABLE: [&str; 3] = [
    "actuals!A1 SSRef|CPLI_ID|WeekStart|Actual|Comment",
    "actuals!A2 007|#164628|#46118|#9.75|Zoë <b> & \"q\"",
    "actuals!A4 A1|200|06/04/2026|#0.3|two\nlines",
];

fn fixture(name: &str) -> File {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    File::open(folder.join(name)).unwrap()
}

#[test]
fn what_openpyxl_writes_is_read() {
    assert_eq!(told(fixture("openpyxl.xlsx")).unwrap(), TABLE);
    assert_eq!(told(fixture("openpyxl_streamed.xlsx")).unwrap(), TABLE);
}

#[test]
fn a_workbook_that_counts_from_1904_says_so() {
    let of_1904 = told(fixture("openpyxl_1904.xlsx")).unwrap();
    assert_eq!(of_1904[1], TABLE[1].replace("46118", "44656"));
    let mut epochs = Vec::new();
    let take = |row: &domain::actuals::Row| {
        epochs.push(row.epoch());
        std::ops::ControlFlow::Continue(())
    };
    sheets::read(fixture("openpyxl_1904.xlsx"), &sheets::Limits::PAGE, take).unwrap();
    assert_eq!(epochs, [domain::actuals::Epoch::Year1904; 3]);
}

#[test]
fn what_rust_xlsxwriter_writes_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Guidance").unwrap();
    let sheet = book.add_worksheet().set_name("actuals").unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (column, heading) in (0..).zip(["SSRef", "CPLI_ID", "WeekStart", "Actual", "Comment"]) {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, "007").unwrap();
    sheet.write(1, 1, 164_628).unwrap();
    let monday = ExcelDateTime::from_ymd(2026, 4, 6).unwrap();
    sheet.write_with_format(1, 2, &monday, &date).unwrap();
    sheet.write_formula(1, 3, Formula::new("9.5+0.25").set_result("9.75")).unwrap();
    sheet.write(1, 4, "Zoë <b> & \"q\"").unwrap();
    // A blank row that was formatted.
    sheet.write_blank(2, 40, &date).unwrap();
    sheet.write(3, 0, "A1").unwrap();
    sheet.write(3, 1, "200").unwrap();
    sheet.write(3, 2, "06/04/2026").unwrap();
    sheet.write(3, 3, 0.300_000_000_000_000_04).unwrap();
    sheet.write(3, 4, "two\nlines").unwrap();
    assert_eq!(of_bytes(&book.save_to_buffer().unwrap()).unwrap(), TABLE);
}

#[test]
fn without_a_sheet_of_that_name_the_first_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("April").unwrap().write(0, 1, "x").unwrap();
    book.add_worksheet().set_name("May").unwrap().write(0, 0, "y").unwrap();
    assert_eq!(of_bytes(&book.save_to_buffer().unwrap()).unwrap(), ["April!A1 |x"]);
}

#[test]
fn texts_inside_cells_and_of_several_runs_are_read_without_their_pronunciation() {
    let file = rows(
        r#"<row><c t="inlineStr"><is><r><t>Ze</t></r><r><t xml:space="preserve">ro </t></r><rPh><t>x</t></rPh></is></c><c><v>1.5E0</v></c></row>"#,
    );
    assert_eq!(of_bytes(&file).unwrap(), ["First!A1 Zero|#1.5"]);
    let shared = br#"<sst><si><r><t>a &amp;</t></r><r><t> b&#233;</t></r><rPh sb="0"><t>x</t></rPh></si><si/><si><t>c_x000D_</t></si></sst>"#;
    let sheet = r#"<x:worksheet><x:sheetData><x:row r="3"><x:c r="B3" t="s"><x:v>0</x:v></x:c><x:c r="C3" t="s"><x:v>2</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"#;
    let file = workbook(sheet, &[("xl/sharedStrings.xml", shared)]);
    assert_eq!(of_bytes(&file).unwrap(), ["First!A3 |a & bé|c"]);
}

#[test]
fn a_formula_is_what_it_came_to_and_is_shown_where_that_is_not_known() {
    let file = rows(
        r#"<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1&amp;"x"</f><v>2x</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="b"><v>1</v></c><c><f>SUM(A1)</f></c></row>"#,
    );
    assert_eq!(of_bytes(&file).unwrap(), ["First!A1 #2|2x|#DIV/0!|TRUE|=SUM(A1)"]);
}

#[test]
fn csv_is_told_apart_by_what_is_in_it() {
    assert_eq!(
        of_bytes(b"SSRef;Actual\r\n007;9.75\r\n").unwrap(),
        ["A1 SSRef|Actual", "A2 007|9.75"]
    );
}

proptest! {
    /// Cells as programs usually write them are taken in another way than those with a space more.
    #[test]
    fn a_cell_says_the_same_however_it_is_written(
        cells in prop::collection::vec((0_u32..4, prop::sample::select(vec!["", " t=\"s\"", " t=\"str\"", " t=\"b\"", " t=\"n\"", " t=\"e\""]), "[01]|[a-z_]{0,3}|[0-9]{1,3}\\.[0-9]{1,18}|&amp;"), 0..9),
        texts in prop::collection::vec("[a-z é]{0,3}|&lt;|_x0041_", 2),
    ) {
        let written = |space: &str| {
            let mut column = 0;
            let cell = |(gap, kind, value): &(u32, &str, String)| {
                column += gap;
                let place = char::from(b'A' + u8::try_from(column).unwrap() % 26);
                column += 1;
                format!("<c{space} r=\"{place}1\"{kind}><v>{value}</v></c>")
            };
            let cells: Vec<_> = cells.iter().map(cell).collect();
            let items: Vec<_> = texts.iter().map(|text| format!("<si{space}><t>{text}</t></si>")).collect();
            let sheet = format!("<worksheet><sheetData><row>{}</row></sheetData></worksheet>", cells.concat());
            let shared = format!("<sst>{}</sst>", items.concat());
            of_bytes(&workbook(&sheet, &[("xl/sharedStrings.xml", shared.as_bytes())]))
        };
        prop_assert_eq!(written(""), written(" "));
    }
}
