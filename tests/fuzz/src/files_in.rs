//! Files of providers and of the council.

use std::io::Cursor;
use std::ops::ControlFlow;

use domain::actuals::Row;
use domain::feed::{Feed, FileName, FileTime, Header};
use domain::formula::guarded;
use serde_json::Value;
use sheets::{CsvReader, Limits};

use crate::archive;

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
pub fn csv(bytes: &[u8]) {
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
        let text: String = [said].into_iter().chain(plain.iter().map(|row| quoted(row))).collect();
        let again = read(text.as_bytes(), &Limits::PAGE);
        let again: Vec<Vec<String>> = again.0.into_iter().map(|(_, cells)| cells).collect();
        assert_eq!(again, plain);
    }
}

fn quoted(cells: &[String]) -> String {
    let quoted = |it: &String| format!("\"{}\"", guarded(it).replace('"', "\"\""));
    let cells: Vec<_> = cells.iter().map(quoted).collect();
    // A last cell that is empty would be no cell where there is only one.
    format!("{}\r\n", cells.join(","))
}

/// The council's files: every row that is read has the number under which a person sees it, and what is written for the
/// portal's own import is read as it was.
pub fn council_csv(bytes: &[u8]) {
    let Ok((headings, rows)) = files::csv::read(bytes) else { return };
    // Written first, they would mean another thing.
    let marks = ["\u{feff}", "PK\u{3}\u{4}", "%PDF"];
    if headings.first().is_some_and(|it| marks.iter().any(|mark| it.starts_with(mark))) {
        return;
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
}

/// One part of a workbook is what chance made of it; or the whole file is.
pub fn workbook(bytes: &[u8]) {
    let files = if bytes.starts_with(b"P") {
        vec![bytes.to_vec()]
    } else {
        vec![
            archive::rows(&String::from_utf8_lossy(bytes)),
            archive::workbook(&String::from_utf8_lossy(bytes), &[]),
            archive::workbook(SHEET, &[("xl/sharedStrings.xml", bytes)]),
            archive::workbook(SHEET, &[("xl/workbook.xml", bytes)]),
            archive::workbook(SHEET, &[("[Content_Types].xml", bytes)]),
        ]
    };
    for file in files {
        assert_eq!(read(&file, &SMALL), read(&file, &SMALL));
    }
}

const SHEET: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>45000.5</v></c></row></sheetData></worksheet>"#;

/// A row of any feed: what it was understood to say, written as records spell it, is understood the same.
pub fn feed_row(bytes: &[u8]) {
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

/// The name of a file is the key that it was dropped under.
pub fn file_name(bytes: &[u8]) {
    let key = String::from_utf8_lossy(bytes);
    let Ok(name) = FileName::of_key(&key) else { return };
    assert!(!name.stem().contains('/'), "{name:?}");
    let made = FileName::made(name.feed, name.time, name.dry_run);
    let again = FileName::of_key(&made.key()).unwrap();
    assert_eq!((again.feed, again.time, again.dry_run), (name.feed, name.time, name.dry_run));
    assert_eq!(name.time.to_string().parse::<FileTime>().unwrap(), name.time);
}
