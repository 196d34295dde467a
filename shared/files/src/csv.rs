//! The council's files in, and ours out.

use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use domain::formula::guarded;
use serde::Serialize;
use thiserror::Error;

use crate::error::FilesError;

/// Why a whole file cannot be read, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAFile {
    /// It has nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is a workbook or another binary file.
    #[error("it is a workbook or another binary file, so save it as CSV (UTF-8)")]
    NotText,
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the person sees it in a spreadsheet: the headings are row 1.
    pub number: u32,
    /// Its cells; none: it has characters that are not UTF-8.
    pub cells: Option<Vec<String>>,
}

/// Reads a file row by row: UTF-8 with or without byte order mark, commas, a row of headings. Rows with nothing
/// in them are left out. The answer is the headings and the rows below them.
///
/// # Errors
///
/// [`NotAFile`] if it cannot be read at all.
pub fn read(bytes: &[u8]) -> Result<(Vec<String>, impl Iterator<Item = Row> + '_), NotAFile> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"%PDF") || bytes.contains(&0) {
        return Err(NotAFile::NotText);
    }
    let mut records = numbered(bytes).filter(|(_, record)| !is_blank(record));
    let (_, first) = records.next().ok_or(NotAFile::Empty)?;
    let headings = texts(&first).ok_or(NotAFile::NotText)?;
    Ok((headings, records.map(|(number, record)| Row { number, cells: texts(&record) })))
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| cell.trim_ascii().is_empty())
}

/// The cells, if all of them are UTF-8.
fn texts(record: &ByteRecord) -> Option<Vec<String>> {
    record.iter().map(|cell| std::str::from_utf8(cell).ok().map(str::to_owned)).collect()
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
        writer
            .write_record(row.iter().map(|cell| guarded(cell.as_ref()).into_owned()))
            .map_err(unwritable)?;
    }
    writer.into_inner().map_err(unwritable)
}

/// Writes a file for the portal's own import, cell by cell as they are: no person opens it, so that nothing is guarded
/// against spreadsheets.
///
/// # Errors
///
/// [`FilesError::Unwritable`] if a row has not as many cells as there are headings.
pub fn write_plain(headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, FilesError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(headings).map_err(unwritable)?;
    for row in rows {
        writer.write_record(row).map_err(unwritable)?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &[u8]) -> Vec<Row> {
        read(text).unwrap().1.collect()
    }

    fn numbers(text: &str) -> Vec<u32> {
        rows(text.as_bytes()).iter().map(|row| row.number).collect()
    }

    fn refused(text: &[u8]) -> Option<NotAFile> {
        read(text).err()
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_heading() {
        let (headings, rows) =
            read("\u{feff}provider_ref,name\r\nP1001,Lake House\r\n".as_bytes()).unwrap();
        assert_eq!(headings, ["provider_ref", "name"]);
        let cells = vec!["P1001".to_owned(), "Lake House".to_owned()];
        assert_eq!(rows.collect::<Vec<_>>(), [Row { number: 2, cells: Some(cells) }]);
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
    fn a_row_that_is_not_utf_8_is_told_with_its_number_and_the_others_are_read() {
        let rows = rows(b"a,b\n\xFF,2\n3,4\n");
        assert_eq!(rows[0], Row { number: 2, cells: None });
        assert_eq!(rows[1].cells.as_ref().unwrap(), &["3", "4"]);
    }

    #[test]
    fn what_is_no_csv_is_refused_with_what_to_do() {
        assert_eq!(refused(b""), Some(NotAFile::Empty));
        assert_eq!(refused(b"\xEF\xBB\xBF\n , \n"), Some(NotAFile::Empty));
        for binary in [&b"PK\x03\x04..."[..], b"%PDF-1.7", b"a\0,\0b\0"] {
            assert_eq!(refused(binary), Some(NotAFile::NotText));
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
        fn what_is_written_is_read_back(cells in prop::collection::vec(("[a-z]{1,9}", "[^'=+@\\-\u{0}-\u{1f}\u{7f}-\u{9f} ]{1,9}[\r\n,\"]{0,2}x"), 1..9)) {
            let rows: Vec<Vec<String>> = cells.iter().map(|(a, b)| vec![a.clone(), b.clone()]).collect();
            let bytes = write(&["a", "b"], rows.clone()).unwrap();
            let back: Vec<_> = read(&bytes).unwrap().1.map(|row| row.cells.unwrap()).collect();
            prop_assert_eq!(back, rows);
        }

        #[test]
        fn no_bytes_can_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let count = read(&bytes).map(|(_, rows)| rows.count());
            prop_assert!(count.is_err() || count.is_ok_and(|rows| rows <= bytes.len()));
        }
    }
}
