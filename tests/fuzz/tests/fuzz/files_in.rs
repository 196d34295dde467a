//! Files of providers and of the council.

use std::io::Cursor;
use std::ops::ControlFlow;

use domain::actuals::Row;
use domain::feed::{Feed, FileName, FileTime, Header};
use serde_json::Value;
use sheets::{CsvReader, Limits};

use crate::archive::{rows, workbook};
use crate::harness::Target;

/// So small that chance gets beyond them.
const SMALL: Limits = Limits {
    file_bytes_max: 16 * 1024,
    rows_max: 40,
    blank_rows_max: 20,
    cells_max: 30,
    row_bytes_max: 2_000,
};

/// The rows that were given out, each with its number, and whether the file was read to its end.
type Read = (Vec<(u32, Vec<String>)>, bool);

fn note(rows: &mut Vec<(u32, Vec<String>)>, row: &Row, limits: &Limits) -> ControlFlow<()> {
    assert!(row.len() <= limits.cells_max, "{} cells", row.len());
    assert!(rows.last().is_none_or(|(last, _)| *last < row.number()), "rows in their order");
    rows.push((row.number(), row.cells().map(|cell| cell.text.to_owned()).collect()));
    assert!(rows.len() <= usize::try_from(limits.rows_max).unwrap(), "{} rows", rows.len());
    ControlFlow::Continue(())
}

fn read(bytes: &[u8], limits: &Limits) -> Read {
    let mut rows = Vec::new();
    let whole = sheets::read(Cursor::new(bytes), limits, |row: &Row| note(&mut rows, row, limits));
    (rows, whole.is_ok())
}

fn in_pieces(bytes: &[u8], size: usize) -> Read {
    let mut rows = Vec::new();
    let mut reader = CsvReader::new(SMALL);
    let mut take = |row: &Row| note(&mut rows, row, &SMALL);
    let fed = bytes.chunks(size).try_for_each(|piece| reader.feed(piece, &mut take).map(drop));
    let whole = fed.and_then(|()| reader.finish(&mut take)).is_ok();
    (rows, whole)
}

/// A file is read alike however it comes: limits are kept, rows are in order, and what was read says, written in
/// quotation marks, the same again.
#[test]
fn a_csv_file_is_read_alike_in_any_pieces_and_what_it_says_can_be_written_and_read_again() {
    Target::new(
        "csv",
        &[
            b"\"\"",
            b"\r\n",
            b"\r",
            b"\xEF\xBB\xBF",
            b"sep=;\r\n",
            b"\t",
            b",",
            b"=1+1",
            b"\xFF\xFE",
        ],
    )
    .holds(|bytes| {
        if bytes.starts_with(b"PK") {
            return;
        }
        let (rows, whole) = read(bytes, &SMALL);
        for size in [1, 7, 64] {
            assert_eq!(in_pieces(bytes, size).1, whole, "in pieces of {size}");
        }
        if whole {
            assert_eq!(in_pieces(bytes, 3).0, rows);
            let plain: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
            // A first row of one cell says nothing of what stands between cells.
            let said = "sep=,\r\n".to_owned();
            let text: String =
                [said].into_iter().chain(plain.iter().map(|row| quoted(row))).collect();
            let again = read(text.as_bytes(), &Limits::PAGE);
            let again: Vec<Vec<String>> = again.0.into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(again, plain);
        }
    });
}

fn quoted(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect();
    // A last cell that is empty would be no cell where there is only one.
    format!("{}\r\n", cells.join(","))
}

/// The council's files: every row that is read has the number under which a person sees it, and what is written for the
/// portal's own import is read as it was.
#[test]
fn a_file_of_the_councils_is_read_in_order_and_written_as_it_was_read() {
    Target::new("council-csv", &[b"\"\"", b"\r\n", b"\xEF\xBB\xBF", b",,", b"\0"]).holds(|bytes| {
        let Ok((headings, rows)) = files::csv::read(bytes) else { return };
        if headings.first().is_some_and(|it| it.starts_with('\u{feff}')) {
            return; // Written first, it would mean another thing.
        }
        let mut last = 1;
        let mut same = Vec::new();
        for row in rows {
            assert!(row.number > last, "{} after {last}", row.number);
            last = row.number;
            same.extend(row.cells.filter(|cells| cells.len() == headings.len()));
        }
        let names: Vec<_> = headings.iter().map(String::as_str).collect();
        let written = files::csv::write_plain(&names, &same).unwrap();
        let (again, rows) = files::csv::read(&written).unwrap();
        assert_eq!(again, headings);
        assert_eq!(rows.map(|row| row.cells.unwrap()).collect::<Vec<_>>(), same);
    });
}

/// One part of a workbook is what chance made of it; or the whole file is.
#[test]
fn a_workbook_keeps_its_limits_and_is_read_the_same_twice() {
    let words: &[&[u8]] = &[
        b"<row",
        b"<c r=\"A1048577\" t=\"s\"><v>",
        b"<c t=\"inlineStr\"><is><t>",
        b"</t></is></c>",
        b"&#x0;",
        b"&amp;",
        b"<!ENTITY x \"",
        b"<!DOCTYPE",
        b"<si><t>",
        b" r=\"4294967295\"",
        b"<mergeCell ref=\"A1:XFD1048576\"/>",
        b"]]>",
    ];
    Target { tries_percent: 30, ..Target::new("workbook", words) }.holds(|bytes| {
        let files = if bytes.starts_with(b"P") {
            vec![bytes.to_vec()]
        } else {
            vec![
                rows(&String::from_utf8_lossy(bytes)),
                workbook(&String::from_utf8_lossy(bytes), &[]),
                workbook(SHEET, &[("xl/sharedStrings.xml", bytes)]),
                workbook(SHEET, &[("xl/workbook.xml", bytes)]),
                workbook(SHEET, &[("[Content_Types].xml", bytes)]),
            ]
        };
        for file in files {
            assert_eq!(read(&file, &SMALL), read(&file, &SMALL));
        }
    });
}

const SHEET: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>45000.5</v></c></row></sheetData></worksheet>"#;

/// A row of any feed: what it was understood to say, written as records spell it, is understood the same.
#[test]
fn a_row_of_any_feed_says_the_same_when_it_is_written_as_it_was_understood() {
    let words: &[&[u8]] = &[
        b"\n",
        b"2026-02-29",
        b"29/02/2028",
        b"865.4600",
        b"-0",
        b"1e3",
        b"yes",
        b"no",
        b"viewer payments",
        b"99999999999999999999",
        b"0001-01-01",
        b"9999-12-31",
        b"12:00",
        b"week",
        b"weekly",
        b"GB 123",
        b"\xC2\xA0",
    ];
    Target::new("feed-row", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let cells: Vec<&str> = text.split('\n').collect();
        for feed in Feed::ALL {
            let names: Vec<_> = feed.columns().iter().map(|column| column.name).collect();
            let header = Header::read(feed, &names).unwrap();
            let mut given: Vec<&str> = cells.iter().copied().cycle().take(names.len()).collect();
            given.resize(names.len(), "");
            let Ok(row) = header.row(2, &given) else { continue };
            let Some(said) = spelled(&row, &names) else { continue };
            let again: Vec<_> = said.iter().map(String::as_str).collect();
            assert_eq!(header.row(2, &again), Ok(row), "{feed}");
        }
    });
}

/// What a row says, cell by cell, as a file would say it; none: a cell says more than one thing.
fn spelled(row: &domain::feed::Row, names: &[&str]) -> Option<Vec<String>> {
    let kept = serde_json::to_value(row).unwrap();
    let cell = |name: &&str| match kept["keys"].get(name).or_else(|| kept["cells"].get(name)) {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::Bool(yes)) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(all)) => {
            let words: Option<Vec<_>> = all.iter().map(Value::as_str).collect();
            words.map(|words| words.join(" "))
        }
        Some(Value::Object(_)) => None,
    };
    names.iter().map(cell).collect()
}

#[test]
fn the_name_of_a_file_is_the_key_that_it_was_dropped_under() {
    let words: &[&[u8]] = &[
        b"council/inbox/",
        b"DRYRUN_",
        b"cplis_",
        b"20260401T093000",
        b".csv",
        b"..",
        b"%2F",
        b"\xE2\x80\xAE",
    ];
    Target::new("file-name", words).holds(|bytes| {
        let key = String::from_utf8_lossy(bytes);
        let Ok(name) = FileName::of_key(&key) else { return };
        assert!(!name.stem().contains('/'), "{name:?}");
        let made = FileName::made(name.feed, name.time, name.dry_run);
        let again = FileName::of_key(&made.key()).unwrap();
        assert_eq!((again.feed, again.time, again.dry_run), (name.feed, name.time, name.dry_run));
        assert_eq!(name.time.to_string().parse::<FileTime>().unwrap(), name.time);
    });
}
