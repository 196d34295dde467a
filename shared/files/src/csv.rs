//! The council's files in, and ours out.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use domain::failure::{Failure, FieldError, Kind};
use serde::Serialize;
use thiserror::Error;

use crate::error::FilesError;

/// One row of a council's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the person sees it in a spreadsheet: the headings are row 1.
    pub number: u32,
    /// By heading, in lower case; without spaces around. An empty cell is there and empty.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// What is under `heading`; nothing if there is no such column.
    pub fn cell(&self, heading: &str) -> &str {
        self.cells.get(heading).map_or("", String::as_str)
    }
}

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAFile {
    /// It has nothing in it.
    #[error("This is not a CSV file we can read: it is empty.")]
    Empty,
    /// It is a workbook or another binary file.
    #[error("This is not a CSV file we can read: save it as CSV (UTF-8).")]
    NotText,
    /// Two columns have one heading.
    #[error("This is not a CSV file we can read: there are two columns {0}.")]
    HeadingTwice(String),
}

impl Failure for NotAFile {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "F03"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("file", self.to_string())]
    }
}

/// Why one row cannot be read. Others can.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotARow {
    /// It has characters that are not UTF-8.
    #[error("This row has characters we cannot read. Save the file as CSV (UTF-8).")]
    NotText,
    /// It has not as many cells as there are headings.
    #[error(
        "This row has {cells} cells and there are {headings} headings. Check its commas and quotes."
    )]
    Ragged {
        /// How many it has.
        cells: usize,
        /// How many it should have.
        headings: usize,
    },
}

/// One row, or its number and why it cannot be read.
pub type Read = Result<Row, (u32, NotARow)>;

/// A council's file: its headings and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csv {
    /// In lower case, in the order of the file. A column without heading is not read.
    pub headings: Vec<String>,
    /// In the order of the file. Rows with nothing in them are left out.
    pub rows: Vec<Read>,
}

impl Csv {
    /// Reads a file: UTF-8 with or without byte order mark, commas, a row of headings.
    ///
    /// # Errors
    ///
    /// [`NotAFile`] if it cannot be read at all; what is wrong with one row is told at that row.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAFile> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if bytes.starts_with(b"PK\x03\x04") || bytes.contains(&0) {
            return Err(NotAFile::NotText);
        }
        let mut records = numbered(bytes);
        let (_, first) = records.next().ok_or(NotAFile::Empty)?;
        let headings = headings(&first)?;
        let rows = records
            .filter(|(_, record)| record.iter().any(|cell| !cell.trim_ascii().is_empty()))
            .map(|(number, record)| row(number, &record, &headings).map_err(|why| (number, why)))
            .collect();
        Ok(Self { headings: headings.into_iter().filter(|it| !it.is_empty()).collect(), rows })
    }

    /// Which of `wanted` are not among the headings.
    pub fn missing<'a>(&self, wanted: &[&'a str]) -> Vec<&'a str> {
        let is_missing = |name: &&&str| !self.headings.iter().any(|heading| heading == **name);
        wanted.iter().filter(is_missing).copied().collect()
    }
}

/// The records of a file with their row numbers. A line break in quotes does not begin a row; an empty line is
/// one, as in a spreadsheet, though it is no record.
fn numbered(bytes: &[u8]) -> impl Iterator<Item = (u32, ByteRecord)> + '_ {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut number: u32 = 0;
    std::iter::from_fn(move || {
        let start = usize::try_from(reader.position().byte()).ok()?;
        let mut record = ByteRecord::new();
        // Reading from memory with `flexible` cannot fail; were it to, the file would end here.
        reader.read_byte_record(&mut record).ok().filter(|there| *there)?;
        number = number.saturating_add(empty_lines(bytes, start)).saturating_add(1);
        Some((number, record))
    })
}

/// How many lines with nothing in them begin at `start`.
fn empty_lines(bytes: &[u8], start: usize) -> u32 {
    let mut before = start.checked_sub(1).and_then(|index| bytes.get(index)).copied();
    let mut count: u32 = 0;
    for byte in bytes.iter().skip(start) {
        match (before, byte) {
            // The second half of a line's end.
            (Some(b'\r'), b'\n') => {}
            (_, b'\r' | b'\n') => count = count.saturating_add(1),
            (_, _) => break,
        }
        before = Some(*byte);
    }
    count
}

fn headings(record: &ByteRecord) -> Result<Vec<String>, NotAFile> {
    let mut seen = BTreeSet::new();
    let mut headings = Vec::new();
    for cell in record {
        let cell = std::str::from_utf8(cell).map_err(|_not_utf8| NotAFile::NotText)?;
        let heading = cell.trim().to_lowercase();
        if !heading.is_empty() && !seen.insert(heading.clone()) {
            return Err(NotAFile::HeadingTwice(heading));
        }
        headings.push(heading);
    }
    if seen.is_empty() { Err(NotAFile::Empty) } else { Ok(headings) }
}

fn row(number: u32, record: &ByteRecord, headings: &[String]) -> Result<Row, NotARow> {
    let spare = record.iter().skip(headings.len()).any(|cell| !cell.trim_ascii().is_empty());
    if record.len() < headings.len() || spare {
        return Err(NotARow::Ragged { cells: record.len(), headings: headings.len() });
    }
    let mut cells = BTreeMap::new();
    for (heading, cell) in headings.iter().zip(record) {
        let cell = std::str::from_utf8(cell).map_err(|_not_utf8| NotARow::NotText)?;
        if !heading.is_empty() {
            cells.insert(heading.clone(), cell.trim().to_owned());
        }
    }
    Ok(Row { number, cells })
}

/// Writes a file from rows of cells, in UTF-8 with CRLF. A spreadsheet takes no cell of it for a formula.
///
/// # Errors
///
/// [`FilesError::Unwritable`] if a row has not as many cells as there are headings.
pub fn write<C: AsRef<str>>(
    headings: &[&str],
    rows: impl IntoIterator<Item = Vec<C>>,
) -> Result<Vec<u8>, FilesError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(headings).map_err(unwritable)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| safe(cell.as_ref()))).map_err(unwritable)?;
    }
    writer.into_inner().map_err(unwritable)
}

/// Writes a file from structs whose fields are its columns, named as `headings` are.
///
/// # Errors
///
/// [`FilesError::Unwritable`] if a field is not one cell, or the fields are not `headings`.
pub fn write_structs<T: Serialize>(
    headings: &[&str],
    rows: impl IntoIterator<Item = T>,
) -> Result<Vec<u8>, FilesError> {
    let mut plain = WriterBuilder::new().from_writer(Vec::new());
    for row in rows {
        plain.serialize(row).map_err(unwritable)?;
    }
    let plain = plain.into_inner().map_err(unwritable)?;
    let mut records = numbered(&plain).map(|(_, record)| record);
    if records.next().is_some_and(|first| !first.iter().eq(headings.iter().map(|it| it.as_bytes())))
    {
        return Err(unwritable("its fields are not the headings"));
    }
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    write(headings, records.map(|record| record.iter().map(text).collect()))
}

fn unwritable(why: impl std::fmt::Display) -> FilesError {
    FilesError::Unwritable { what: "CSV file", why: why.to_string() }
}

/// `cell` with an apostrophe in front if a spreadsheet would take it for a formula. A negative number stays one.
fn safe(cell: &str) -> String {
    let first = cell.trim_start_matches(' ').chars().next();
    let risky = first.is_some_and(|first| "=+-@".contains(first) || first.is_control());
    if risky && !is_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// `12`, `-12.50`.
fn is_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = cell.strip_prefix('-').unwrap_or(cell);
    plain.split_once('.').map_or(digits(plain), |(pounds, pence)| digits(pounds) && digits(pence))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        Csv::read(text.as_bytes()).unwrap().rows.into_iter().map(Result::unwrap).collect()
    }

    fn numbers(text: &str) -> Vec<u32> {
        rows(text).iter().map(|row| row.number).collect()
    }

    #[test]
    fn headings_are_matched_by_name_in_any_case_and_cells_lose_the_spaces_around_them() {
        let rows = rows("\u{feff}Provider_Ref , NAME\r\n P1001 , Lake House \r\n");
        assert_eq!(rows[0].cell("provider_ref"), "P1001");
        assert_eq!(rows[0].cell("name"), "Lake House");
        assert_eq!(rows[0].number, 2);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        assert_eq!(numbers("a,b\n1,2\n3,4"), [2, 3]);
        assert_eq!(numbers("a,b\r\n1,\"two\r\nlines\"\r\n3,4\r\n"), [2, 3]);
        assert_eq!(numbers("a,b\n\n1,2\n\n\n3,4\n"), [3, 6]);
        assert_eq!(numbers("a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n"), [3, 6]);
        assert_eq!(numbers("a,b\r1,2\r\r3,4"), [2, 4]);
        assert_eq!(numbers("a,b\n,\n1,2\n  \n3,4"), [3, 5]);
        assert_eq!(numbers("\n\na,b\n1,2\n"), [4]);
    }

    #[test]
    fn a_bad_row_is_told_with_its_number_and_the_others_are_read() {
        let csv = Csv::read(b"a,b\n1\n1,2,3\n1,2,,\n\xFF,2\n3,4\n").unwrap();
        let ragged = |number, cells| Err((number, NotARow::Ragged { cells, headings: 2 }));
        assert_eq!(csv.rows[0], ragged(2, 1));
        assert_eq!(csv.rows[1], ragged(3, 3));
        assert_eq!(csv.rows[2].as_ref().unwrap().cell("b"), "2");
        assert_eq!(csv.rows[3], Err((5, NotARow::NotText)));
        assert_eq!(csv.rows[4].as_ref().unwrap().number, 6);
    }

    #[test]
    fn what_is_no_csv_is_refused_with_what_to_do() {
        assert_eq!(Csv::read(b""), Err(NotAFile::Empty));
        assert_eq!(Csv::read(b"\xEF\xBB\xBF"), Err(NotAFile::Empty));
        assert_eq!(Csv::read(b"PK\x03\x04..."), Err(NotAFile::NotText));
        assert_eq!(Csv::read(b"a\0,\0b\0"), Err(NotAFile::NotText));
        assert_eq!(Csv::read(b"a, A\n1,2"), Err(NotAFile::HeadingTwice("a".to_owned())));
    }

    #[test]
    fn missing_columns_are_named() {
        let csv = Csv::read(b"a,b\n1,2\n").unwrap();
        assert_eq!(csv.missing(&["a", "c", "b", "d"]), ["c", "d"]);
    }

    #[test]
    fn no_cell_is_a_formula_and_negative_numbers_stay_numbers() {
        for cell in
            ["=1+1", "+44 191", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "--1", "-", "-.5"]
        {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        for cell in ["-12.00", "-3", "12.50", "", "Lake House", "2026-04-01", "a=b"] {
            assert_eq!(safe(cell), cell);
        }
    }

    #[test]
    fn a_file_is_written_with_crlf_and_quotes_only_where_needed() {
        let bytes = write(&["a", "b"], [vec!["1", "x, y"], vec!["-2.00", "=z"]]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "a,b\r\n1,\"x, y\"\r\n-2.00,'=z\r\n");
    }

    #[derive(Serialize)]
    struct Line {
        name: &'static str,
        amount: domain::money::Money,
    }

    #[test]
    fn structs_are_written_under_their_headings_and_none_of_them_under_headings_too() {
        let line = Line { name: "@me", amount: domain::money::Money::from_pence(-1_200) };
        let bytes = write_structs(&["name", "amount"], [line]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "name,amount\r\n'@me,-12.00\r\n");
        let none = write_structs(&["name", "amount"], Vec::<Line>::new()).unwrap();
        assert_eq!(none, b"name,amount\r\n");
    }

    #[test]
    fn structs_are_not_written_under_headings_that_are_not_theirs() {
        let line = Line { name: "a", amount: domain::money::Money::ZERO };
        let error = write_structs(&["amount", "name"], [line]).unwrap_err();
        assert!(error.to_string().ends_with("its fields are not the headings"), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in prop::collection::vec(("[a-z]{1,9}", "[^=+@\\-\u{0}-\u{1f}\u{7f}-\u{9f} ]{1,9}[\r\n,\"]{0,2}x"), 1..9)) {
            let rows: Vec<Vec<String>> = cells.iter().map(|(a, b)| vec![a.clone(), b.clone()]).collect();
            let csv = Csv::read(&write(&["a", "b"], rows).unwrap()).unwrap();
            let read = csv.rows.iter().map(|row| row.as_ref().unwrap());
            let read: Vec<_> = read.map(|row| (row.cell("a").to_owned(), row.cell("b").to_owned())).collect();
            let wanted: Vec<_> = cells.iter().map(|(a, b)| (a.clone(), b.trim().to_owned())).collect();
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn no_bytes_can_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = Csv::read(&bytes).map(|csv| csv.rows.len());
            prop_assert!(read.is_err() || read.is_ok_and(|rows| rows <= bytes.len()));
        }
    }
}
