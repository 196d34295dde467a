//! The rejected rows come back so that they can be mended and sent again.

use std::collections::{BTreeMap, BTreeSet};

use domain::actuals::{CellKind, Checked, Column, Epoch, Finding, Row, RowProblem};
use proptest::prelude::*;
use sheets::write::ErrorWorkbook;

use crate::agency::{Agency, assert_opens, part, read, said};

/// What `cells` say about `column`, or else a good row.
fn text<'t>(column: Column, cells: &[(Column, &'t str)]) -> &'t str {
    let good = [
        (Column::ProviderRef, "P1"),
        (Column::SSRef, "A1"),
        (Column::CpliId, "100"),
        (Column::WeekStart, "06/04/2026"),
        (Column::Actual, "10.50"),
        (Column::FileReference, "APR-1"),
    ];
    let said = cells.iter().chain(&good).find(|(it, _)| *it == column);
    said.map(|(_, text)| *text).unwrap_or_default()
}

/// A CSV file of the template in which some cells are others than good.
fn file(rows: &[&[(Column, &str)]]) -> Vec<Row> {
    let made = (2..)
        .zip(rows)
        .map(|(number, cells)| Row::of(number, Column::ALL.map(|column| text(column, cells))));
    std::iter::once(Row::of(1, Column::ALL.map(Column::name))).chain(made).collect()
}

fn written(agency: &Agency, rows: &[Row], checked: &Checked<'_, '_>) -> Vec<u8> {
    let mut book = ErrorWorkbook::new(agency.about(), &rows[0]).unwrap();
    for rejected in &checked.rejected {
        let row = rows.iter().find(|row| row.number() == rejected.row).unwrap();
        book.reject(row, &rejected.findings).unwrap();
    }
    let mut out = Vec::new();
    book.finish(&mut out).unwrap();
    assert_opens(&out);
    out
}

/// The same rows with some cells mended, as CSV.
fn mended(rows: &[Row], mends: &[Vec<(Column, &str)>]) -> Vec<Row> {
    let headings: Vec<_> = rows[0].cells().map(|it| it.text.to_owned()).collect();
    let column = |at: usize| Column::with_heading(&headings[at]);
    let made = (2..).zip(rows[1..].iter().zip(mends)).map(|(number, (row, mends))| {
        let mended = |at: usize| mends.iter().find(|(it, _)| Some(*it) == column(at));
        let cells = (0..headings.len()).map(|at| mended(at).map_or(row.cell(at).text, |it| it.1));
        Row::of(number, cells)
    });
    std::iter::once(rows[0].clone()).chain(made).collect()
}

type Cells = Vec<(Column, &'static str)>;

/// For each code that refuses a row: a row that it refuses, and what mends it.
fn faults() -> Vec<(&'static str, Cells, Cells)> {
    use Column::{Actual, CpliId, Extra, Missed, ReasonCode, SSRef, WeekStart};
    let second =
        |cells: &[(Column, &'static str)]| [&[(SSRef, "007"), (CpliId, "0200")], cells].concat();
    vec![
        ("E10", vec![(SSRef, "=Z9"), (WeekStart, "27/04/2026")], vec![(SSRef, "A1")]),
        ("E12", vec![(CpliId, "999")], vec![(CpliId, "100")]),
        ("E13", vec![(CpliId, "101"), (WeekStart, "13/04/2026")], vec![(CpliId, "100")]),
        ("E14", vec![(WeekStart, "23/03/2026")], vec![(WeekStart, "20/04/2026")]),
        ("E16", second(&[(WeekStart, "04/05/2026")]), vec![(WeekStart, "06/04/2026")]),
        (
            "E17",
            vec![(SSRef, "A5"), (CpliId, "500"), (WeekStart, "30/03/2026")],
            vec![(WeekStart, "27/04/2026")],
        ),
        ("E20", vec![(SSRef, "A3"), (CpliId, "401"), (Actual, "10,5")], vec![(Actual, "10.5")]),
        (
            "E21",
            second(&[
                (Actual, "10.4"),
                (Missed, "0.1"),
                (ReasonCode, "other"),
                (WeekStart, "13/04/2026"),
            ]),
            vec![(Actual, "10.25"), (Missed, "0.25")],
        ),
        (
            "E25",
            second(&[
                (Actual, "11"),
                (Extra, "0.5"),
                (ReasonCode, "CRISIS"),
                (WeekStart, "20/04/2026"),
            ]),
            vec![(Actual, "10.5"), (Extra, "")],
        ),
    ]
    .into_iter()
    .chain(faults_of_others())
    .collect()
}

fn faults_of_others() -> Vec<(&'static str, Cells, Cells)> {
    use Column::{Actual, Comment, CpliId, Missed, ReasonCode, SSRef, WeekStart};
    let long: &'static str = "x".repeat(501).leak();
    vec![
        (
            "E22",
            vec![(SSRef, "A2"), (CpliId, "300"), (Actual, "9"), (ReasonCode, "HOSP")],
            vec![(Actual, "10.5")],
        ),
        (
            "E23",
            vec![
                (SSRef, "A2"),
                (CpliId, "300"),
                (Actual, "9.5"),
                (Missed, "1"),
                (WeekStart, "13/04/2026"),
            ],
            vec![(ReasonCode, "STAFFING")],
        ),
        (
            "E15",
            vec![(SSRef, "A2"), (CpliId, "300"), (WeekStart, "21/04/2026")],
            vec![(WeekStart, "20/04/2026")],
        ),
        (
            "E26",
            vec![(SSRef, "A2"), (CpliId, "300"), (WeekStart, "27th April")],
            vec![(WeekStart, "27/04/2026")],
        ),
        ("E27", vec![(SSRef, "A3"), (CpliId, "400"), (Comment, long)], vec![(Comment, "short")]),
        (
            "E24",
            vec![(SSRef, "A3"), (CpliId, "400"), (WeekStart, "20/04/2026")],
            vec![(CpliId, "400")],
        ),
        (
            "E24",
            vec![(SSRef, "A3"), (CpliId, "400"), (WeekStart, "20/04/2026")],
            vec![(CpliId, "401")],
        ),
    ]
}

/// With a draft, and weeks to 5 April 2026 closed.
fn strict() -> Agency {
    let mut agency = Agency::new();
    agency.add("101", "A1").authorised = false;
    for (cpli_id, ss_ref) in [("300", "A2"), ("400", "A3"), ("401", "A3")] {
        agency.add(cpli_id, ss_ref);
    }
    let early = agency.add("500", "A5");
    let price = early.prices.pop_first().unwrap().1;
    early.start_date = testing::day("2026-03-01");
    early.prices.insert(early.start_date, price);
    agency.policy.late_allowed = false;
    agency.closed_to.insert(testing::parse("C1"), testing::day("2026-04-05"));
    agency
}

#[test]
fn mending_exactly_the_cells_that_are_named_makes_every_row_pass() {
    let agency = strict();
    let faults = faults();
    let sent: Vec<_> = faults.iter().map(|(_, cells, _)| cells.as_slice()).collect();
    let rows = file(&sent);
    let checked = agency.check(&rows);
    assert_eq!(checked.rejected.len(), faults.len(), "{checked:?}");
    for (rejected, (code, _, mends)) in checked.rejected.iter().zip(&faults) {
        let codes: Vec<_> =
            rejected.findings.iter().map(|it| it.problem.code().to_string()).collect();
        assert!(codes.iter().any(|it| it == code), "{code}: {codes:?}");
        let named: BTreeSet<_> = rejected.findings.iter().map(|it| it.column).collect();
        assert_eq!(named, mends.iter().map(|(column, _)| *column).collect(), "{code}");
    }
    let back = read(&written(&agency, &rows, &checked));
    let mends: Vec<_> = faults.into_iter().map(|(_, _, mends)| mends).collect();
    let again = mended(&back, &mends);
    let checked = agency.check(&again);
    assert_eq!(checked.rejected, []);
    assert_eq!(checked.accepted.len(), mends.len());
    assert!(checked.file_references.is_empty(), "it would be a duplicate of itself");
}

#[test]
fn an_error_workbook_that_is_sent_as_it_is_says_the_same_again() {
    let agency = strict();
    let faults = faults();
    let rows = file(&faults.iter().map(|(_, cells, _)| cells.as_slice()).collect::<Vec<_>>());
    let checked = agency.check(&rows);
    let back = read(&written(&agency, &rows, &checked));
    let again = agency.check(&back);
    let said = |checked: &Checked<'_, '_>| format!("{:?}", checked.rejected);
    assert_eq!(said(&again), said(&checked));
    // What it made of itself is as long as before.
    let twice = read(&written(&agency, &back, &again));
    let width = |rows: &[Row]| rows[0].len();
    assert_eq!((width(&twice), twice.len()), (width(&back), back.len()));
}

#[test]
fn rows_come_back_in_their_own_columns_beside_what_is_wrong_with_them() {
    let agency = Agency::new();
    let rows = [
        Row::of(
            1,
            [
                "Actual",
                "Our note",
                "cpli id",
                "SSREF",
                "week start",
                "ProviderRef",
                "FileReference",
            ],
        ),
        Row::of(3, ["ten", "=1+1", "0200", "007", "soon", "P1", "APR-1"]),
    ];
    let checked = agency.check(&rows);
    let file = written(&agency, &rows, &checked);
    let back = read(&file);
    let told: Vec<_> = back
        .iter()
        .map(|row| row.cells().map(|it| it.text).collect::<Vec<_>>().join("|"))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let notes = part(&file, "xl/comments1.xml");
    for note in ["ref=\"D2\"", "ref=\"H2\"", "E26: soon is not a date. Use DD/MM/YYYY."] {
        assert!(notes.contains(note), "{notes}");
    }
}

#[test]
fn dates_of_any_epoch_and_numbers_as_text_are_what_they_were() {
    let agency = Agency::new();
    let headings = Row::of(1, ["ProviderRef", "SSRef", "CPLI_ID", "WeekStart", "Actual"]);
    let mut sent = Row::new(Some("April".into()), Epoch::Year1904);
    sent.begin(2);
    for (kind, text) in [
        (CellKind::Text, "P1"),
        (CellKind::Text, "A1"),
        (CellKind::Number, "999"),
        (CellKind::Number, "44656"),
        (CellKind::Text, "10.50"),
    ] {
        sent.push(kind, text);
    }
    let rows = [headings, sent];
    let back = read(&written(&agency, &rows, &agency.check(&rows)));
    let cell = |column| {
        let at = back[0].cells().position(|it| it.text == column).unwrap();
        let cell = back[1].cell(at);
        (cell.kind, cell.text)
    };
    assert_eq!(cell("CPLI_ID"), (CellKind::Text, "999"));
    assert_eq!(cell("WeekStart"), (CellKind::Number, "46118"));
    assert_eq!(cell("Actual"), (CellKind::Number, "10.5"));
}

#[test]
fn where_a_file_is_taken_only_as_a_whole_the_guidance_says_so() {
    let mut agency = Agency::new();
    let rows = file(&[&[(Column::Actual, "x")]]);
    let guidance = |agency: &Agency| {
        part(&written(agency, &rows, &agency.check(&rows)), "xl/worksheets/sheet2.xml")
    };
    assert!(guidance(&agency).contains("upload it as it is"));
    agency.policy.all_or_nothing = true;
    assert!(guidance(&agency).contains("Nothing of your file was recorded"));
}

#[test]
fn a_hundred_thousand_rejected_rows_need_little_room_and_can_be_sent_again() {
    let agency = Agency::new();
    let finding = |column, problem| Finding { column, problem };
    let findings = [
        finding(Column::Actual, RowProblem::NotANumber { field: Column::Actual, decimals: 4 }),
        finding(Column::WeekStart, RowProblem::NotADate { found: "soon".to_owned() }),
    ];
    let headings = Row::of(1, Column::ALL.map(Column::name));
    let mut book = ErrorWorkbook::new(agency.about(), &headings).unwrap();
    let before = most_memory_kb();
    for number in 2..=100_002 {
        let reference = format!("LINE-{number}");
        let cells = [
            (Column::LineRef, reference.as_str()),
            (Column::WeekStart, "soon"),
            (Column::Actual, "ten"),
            (Column::ClientName, "Miss Wednesday Adams"),
            (Column::Service, "Homecare north"),
            (Column::ServiceLevel, "Personal care"),
            (Column::Comment, "The client was not at home when the carer came."),
        ];
        book.reject(&Row::of(number, Column::ALL.map(|it| text(it, &cells))), &findings).unwrap();
    }
    let mut out = Vec::new();
    book.finish(&mut out).unwrap();
    let grown = most_memory_kb() - before;
    assert!(grown < 64 * 1024, "{grown} KB, of which {} are the file", out.len() >> 10);
    let guidance = part(&out, "xl/worksheets/sheet2.xml");
    assert!(guidance.contains("Only the first 100000 of 100001 rows are here."));
    let back = read(&out);
    assert_eq!(back.len(), 100_001);
    assert_eq!(said(&back, 100_000, Column::LineRef), "LINE-100001");
}

/// The most that this process ever needed.
fn most_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

prop_compose! {
    /// A right row about one of six weeks, some of whose cells were spoilt so that anybody can see it.
    fn spoilt()(spoils in prop::collection::btree_map(0_usize..8, 0_usize..3, 0..4)) -> BTreeMap<Column, &'static str> {
        let ways = [
            (Column::SSRef, ["Z9", "", "=1"]),
            (Column::CpliId, ["999", "", "-5"]),
            (Column::WeekStart, ["soon", "", "32/04/2026"]),
            (Column::Actual, ["ten", "", "-1"]),
            (Column::Missed, ["none", "1e3", "9,75"]),
            (Column::Frustrated, ["?", "1.00001", "@1"]),
            (Column::Extra, ["x", "-0.25", "+1"]),
            (Column::Visits, ["1.5", "two", "-3"]),
        ];
        spoils.into_iter().map(|(cell, way)| (ways[cell].0, ways[cell].1[way])).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_cell_that_was_spoilt_is_named_and_mending_those_is_enough(
        spoilt in prop::collection::vec(spoilt(), 1..4),
    ) {
        let agency = Agency::new();
        let weeks = ["06/04/2026", "13/04/2026", "20/04/2026"];
        let right = |row: usize, column| text(column, &[
            (Column::WeekStart, weeks[row]),
            (Column::Actual, "9.75"),
            (Column::Missed, "0.25"),
            (Column::Frustrated, "0.5"),
            (Column::ReasonCode, "NOACCESS"),
            (Column::Visits, "14"),
            (Column::LineRef, ["L1", "L2", "L3"][row]),
        ]);
        let made = spoilt.iter().enumerate().map(|(at, spoilt)| {
            let number = u32::try_from(at).unwrap() + 2;
            Row::of(number, Column::ALL.map(|it| spoilt.get(&it).copied().unwrap_or(right(at, it))))
        });
        let headings = Row::of(1, Column::ALL.map(Column::name));
        let rows: Vec<_> = std::iter::once(headings).chain(made).collect();
        let checked = agency.check(&rows);
        let mends: Vec<Vec<_>> = checked.rejected.iter().map(|rejected| {
            let at = usize::try_from(rejected.row).unwrap() - 2;
            rejected.findings.iter().map(|it| (it.column, right(at, it.column))).collect()
        }).collect();
        prop_assert_eq!(mends.len(), spoilt.iter().filter(|it| !it.is_empty()).count());
        if !mends.is_empty() {
            let again = mended(&read(&written(&agency, &rows, &checked)), &mends);
            let again = agency.check(&again);
            prop_assert_eq!(&again.rejected, &[]);
            prop_assert_eq!(again.accepted.len(), mends.len());
        }
    }
}
