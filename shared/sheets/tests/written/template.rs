//! "Download this period" is read back as it was written.

use domain::actuals::{CellKind, Column, Line, Row, Week};
use proptest::prelude::*;
use testing::{day, parse};

use crate::agency::{Agency, as_planned, part, read, said};

#[test]
fn a_template_sent_as_it_is_records_the_plan() {
    let agency = Agency::new();
    let week = as_planned();
    let lines = [
        agency.line("100", &week, day("2026-04-06")),
        agency.line("0200", &week, day("2026-04-13")),
    ];
    for file in [agency.template(&lines), Agency::template_csv(&lines)] {
        let rows = read(&file);
        let checked = agency.check(&rows);
        assert_eq!(checked.rejected, []);
        let read: Vec<_> = checked.accepted.iter().map(|it| (it.week_start, it.week())).collect();
        assert_eq!(read, [(day("2026-04-06"), week.clone()), (day("2026-04-13"), week.clone())]);
        assert_eq!(
            checked.accepted.iter().flat_map(domain::actuals::Accepted::warnings).count(),
            0
        );
    }
}

#[test]
fn ids_and_text_are_text_dates_are_dates_and_quantities_are_numbers() {
    let agency = Agency::new();
    let week = as_planned();
    let rows = read(&agency.template(&[agency.line("0200", &week, day("2026-04-06"))]));
    assert!(rows[0].cells().map(|it| it.text).eq(Column::ALL.map(Column::name)));
    let told = |cell: domain::actuals::Cell<'_>| match cell.kind {
        CellKind::Text => cell.text.to_owned(),
        CellKind::Number => format!("#{}", cell.text),
    };
    let cells = rows[1].cells().map(told).collect::<Vec<_>>().join("|");
    let place = rows[1].place(0).to_string();
    assert_eq!(place, "Actuals!A2");
    assert_eq!(
        cells,
        "|P1|007|Miss =cmd O'Neil|0200|Homecare north|Personal care|hour|#10.5|#46118|#10.5|#0|#0|#0"
    );
}

#[test]
fn no_cell_is_a_formula() {
    let mut agency = Agency::new();
    let service_name = "=HYPERLINK(\"http://x\")";
    agency.service().name = service_name.to_owned();
    let week = Week {
        comment: Some("+1 <b>&\"x\"</b> _x0041_ ]]> \u{1}".to_owned()),
        reason_code: Some("@SUM(A1)".to_owned()),
        ..as_planned()
    };
    let line = agency.line("0200", &week, day("2026-04-06"));
    let file = agency.template(&[line]);
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let csv = String::from_utf8(Agency::template_csv(&[line])).unwrap();
    assert!(csv.contains(",\"'=HYPERLINK(\"\"http://x\"\")\","), "{csv}");
    assert!(csv.contains(",'@SUM(A1),\"'+1 <b>"), "{csv}");
    for rows in [read(&file), read(csv.as_bytes())] {
        assert_eq!(said(&rows, 1, Column::Service), service_name);
        assert_eq!(said(&rows, 1, Column::ReasonCode), "@SUM(A1)");
        assert_eq!(Some(said(&rows, 1, Column::Comment)), week.comment.as_deref());
    }
}

#[test]
fn what_we_fill_in_is_locked_and_what_may_be_typed_is_said() {
    let agency = Agency::new();
    let week = as_planned();
    let file = agency.template(&[agency.line("100", &week, day("2026-04-06"))]);
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    let (view, rest) = sheet.split_once("<cols>").unwrap();
    let (_, rules) = rest.split_once("</sheetData>").unwrap();
    insta::assert_snapshot!(format!("{view}\n{rules}").replace("><", ">\n<"));
    let styles = part(&file, "xl/styles.xml");
    let (_, formats) = styles.split_once("<cellXfs").unwrap();
    let (_, formats) = formats.split_once('>').unwrap();
    let formats: Vec<_> = formats.split("<xf ").skip(1).collect();
    let row = sheet.split_once("<row r=\"2\"").unwrap().1;
    let unlocked = |column: usize| {
        let place = format!("r=\"{}2\" s=\"", domain::actuals::column_letters(column));
        let format = row.split_once(&place).unwrap().1.split_once('"').unwrap().0;
        formats[format.parse::<usize>().unwrap()].contains("locked=\"0\"")
    };
    let open: Vec<_> = (0..18).filter(|it| unlocked(*it)).map(|it| Column::ALL[it]).collect();
    // This service takes no extra care.
    assert_eq!(
        open,
        [
            Column::FileReference,
            Column::Actual,
            Column::Frustrated,
            Column::Missed,
            Column::Visits,
            Column::ReasonCode,
            Column::Comment,
            Column::LineRef
        ]
    );
}

#[test]
fn the_guidance_explains_every_column_and_every_code_of_the_council() {
    let mut agency = Agency::new();
    agency.policy.reason_codes.push("=RESPITE".to_owned());
    let file = agency.template(&[]);
    let guidance = part(&file, "xl/worksheets/sheet2.xml");
    assert!(!guidance.contains("<f>"), "{guidance}");
    let texts = guidance.split("<t>").skip(1).map(|it| it.split_once("</t>").unwrap().0);
    let texts: Vec<_> = texts.collect();
    insta::assert_snapshot!(texts.join("\n"));
    let book = part(&file, "xl/workbook.xml");
    assert!(book.contains("<definedName name=\"ReasonCodes\">Guidance!$A$11:$A$21<"), "{book}");
    let core = part(&file, "docProps/core.xml");
    assert!(core.contains("<dc:title>Actuals of Homecare north"), "{core}");
    assert!(core.contains(">2026-04-30T08:30:00Z<"), "{core}");
}

prop_compose! {
    /// Whatever was recorded, some of it meant to harm.
    fn week()(quarters in prop::array::uniform4(0_i64..400), visits in prop::option::of(0_u32..99), comment in prop::option::of("['=+@\t-]{0,3}[a-zé<&\"';,\r\n_x0-9]{1,20}[a-z]"), code in prop::option::of("[=@A-Z]{1,9}")) -> Week {
        let [actual, frustrated, missed, extra] = quarters.map(|it| rust_decimal::Decimal::new(it * 25, 2));
        Week { actual, frustrated, missed, extra, visits, comment, reason_code: code }
    }
}

fn assert_as_written(rows: &[Row], lines: &[Line<'_>]) -> Result<(), TestCaseError> {
    prop_assert_eq!(rows.len(), lines.len() + 1);
    for (row, line) in (1..).zip(lines) {
        for column in Column::ALL {
            let said = said(rows, row, column);
            if column == Column::WeekStart {
                prop_assert!(said == "06/04/2026" || said == "46118", "{}", said);
            } else {
                let written = line.cell(column);
                prop_assert_eq!(said, written.trim());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_a_template_says_is_read_without_loss(weeks in prop::collection::vec(week(), 1..5)) {
        let agency = Agency::new();
        let lines: Vec<_> = weeks.iter().map(|week| agency.line("0200", week, day("2026-04-06"))).collect();
        assert_as_written(&read(&agency.template(&lines)), &lines)?;
        let csv = read(&Agency::template_csv(&lines));
        prop_assert_eq!(csv.len(), lines.len() + 1);
        for (row, line) in (1..).zip(&lines) {
            for column in Column::ALL {
                let written = line.cell(column);
                prop_assert_eq!(said(&csv, row, column), written.trim());
            }
        }
    }
}

#[test]
fn a_quantity_that_no_spreadsheet_can_hold_stays_whole() {
    let agency = Agency::new();
    let week = Week { actual: parse("1234567890123.1234"), ..Week::default() };
    let rows = read(&agency.template(&[agency.line("100", &week, day("2026-04-06"))]));
    assert_eq!(said(&rows, 1, Column::Actual), "1234567890123.1234");
}
