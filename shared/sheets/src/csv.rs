//! CSV, in chunks as they come.

use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;

use domain::actuals::{CellKind, Epoch, Row};
use memchr::{memchr, memchr_iter, memchr3};

use crate::bytes::places;
use crate::encoding::decode;
use crate::limits::{Limits, Tally};
use crate::unreadable::Unreadable;
use crate::{Take, kind};

const CHUNK_BYTES: usize = 64 * 1024;
/// What a file begins with tells what it is.
const SIGNATURE_BYTES: usize = 8;

/// Reads CSV: UTF-8 with or without byte order mark or Windows-1252; comma, semicolon or tab, whichever the headings
/// have most; lines that end in CR, LF or CRLF; line breaks and separators in quotes.
///
/// Rows are numbered as a spreadsheet shows them. Those with nothing in them are passed over.
///
/// # Errors
///
/// [`Unreadable`], which is F03.
pub fn read_csv(
    mut file: impl Read,
    limits: &Limits,
    mut take: impl Take,
) -> Result<(), Unreadable> {
    let mut reader = CsvReader::new(*limits);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return reader.finish(&mut take),
            Ok(count) => {
                let read = chunk.get(..count).unwrap_or_default();
                if reader.feed(read, &mut take)?.is_break() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Unreadable::Io(error)),
        }
    }
}

/// Reads CSV that arrives in pieces, as [`read_csv`] does.
#[derive(Debug)]
pub struct CsvReader {
    limits: Limits,
    /// What was read of the row that is not yet complete.
    pending: Vec<u8>,
    /// How much of it was searched for its end.
    searched: usize,
    quotes: Quotes,
    /// There is a quotation mark in what was searched of the row.
    quoted: bool,
    separator: Option<u8>,
    bytes: u64,
    row_number: u32,
    tally: Tally,
    /// The last line ended in CR, whose LF may follow.
    after_cr: bool,
    began: bool,
    row: Row,
    cell: Vec<u8>,
}

/// Whether the place that was searched to is in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// At the beginning of a cell, where a quotation mark opens one that is quoted.
    CellStart,
    /// In a cell, or in what follows a closing quotation mark.
    Plain,
    Quoted,
    /// After a quotation mark in a quoted cell: a second one means the mark itself.
    AfterQuote,
}

impl CsvReader {
    /// Before the first piece.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            pending: Vec::new(),
            searched: 0,
            quotes: Quotes::CellStart,
            quoted: false,
            separator: None,
            bytes: 0,
            row_number: 0,
            tally: Tally::default(),
            after_cr: false,
            began: false,
            row: Row::new(None, Epoch::default()),
            cell: Vec::new(),
        }
    }

    /// Reads one piece more. Broken off: `take` wants no more rows.
    ///
    /// # Errors
    ///
    /// [`Unreadable`], which is F03.
    pub fn feed(
        &mut self,
        piece: &[u8],
        take: &mut impl Take,
    ) -> Result<ControlFlow<()>, Unreadable> {
        self.bytes = self.bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if self.bytes > self.limits.file_bytes_max {
            let megabytes = self.limits.file_bytes_max >> 20;
            return Err(Unreadable::TooLarge { megabytes });
        }
        for part in piece.chunks(CHUNK_BYTES) {
            if self.part(part, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn part(&mut self, part: &[u8], take: &mut impl Take) -> Result<ControlFlow<()>, Unreadable> {
        let mut bytes = std::mem::take(&mut self.pending);
        bytes.extend_from_slice(part);
        if self.began {
            kind::refuse_binary(part)?;
        } else {
            if bytes.len() < SIGNATURE_BYTES {
                self.pending = bytes;
                return Ok(ControlFlow::Continue(()));
            }
            self.begin(&mut bytes)?;
        }
        let (flow, used) = self.lines(&bytes, take)?;
        // What is left of the last line moves to the front of the same room.
        bytes.drain(..used);
        self.pending = bytes;
        Ok(flow)
    }

    /// After the last piece.
    ///
    /// # Errors
    ///
    /// [`Unreadable`], which is F03.
    pub fn finish(mut self, take: &mut impl Take) -> Result<(), Unreadable> {
        let mut bytes = std::mem::take(&mut self.pending);
        if !self.began {
            self.begin(&mut bytes)?;
            let (flow, used) = self.lines(&bytes, take)?;
            bytes.drain(..used);
            if flow.is_break() {
                return Ok(());
            }
        }
        if self.quotes == Quotes::Quoted {
            return Err(Unreadable::OpenQuote { row: self.row_number.saturating_add(1) });
        }
        let text = std::str::from_utf8(&bytes).ok();
        if !bytes.is_empty() && self.line(&bytes, text, take)?.is_break() {
            return Ok(());
        }
        self.tally.finish()
    }

    fn begin(&mut self, bytes: &mut Vec<u8>) -> Result<(), Unreadable> {
        self.began = true;
        kind::refuse_others(bytes)?;
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(())
    }

    /// Takes the lines that are complete, and says how many bytes they had.
    fn lines(
        &mut self,
        bytes: &[u8],
        take: &mut impl Take,
    ) -> Result<(ControlFlow<()>, usize), Unreadable> {
        let mut used = 0;
        // Once for all lines: what is not UTF-8 is found again line by line.
        let text = std::str::from_utf8(bytes).or_else(|error| {
            std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
        });
        let text = text.unwrap_or_default();
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            if self.after_cr && rest.first() == Some(&b'\n') {
                self.after_cr = false;
                used = used.saturating_add(1);
                continue;
            }
            self.after_cr = self.after_cr && rest.is_empty();
            let Some(length) = self.line_end(rest) else {
                if rest.len() > self.limits.row_bytes_max {
                    return Err(Unreadable::RowTooLong { row: self.row_number.saturating_add(1) });
                }
                return Ok((ControlFlow::Continue(()), used));
            };
            let line = rest.get(..length).unwrap_or_default();
            let in_utf8 = text.get(used..used.saturating_add(length));
            self.after_cr = rest.get(length) == Some(&b'\r');
            used = used.saturating_add(length).saturating_add(1);
            let in_utf8 = in_utf8.or_else(|| std::str::from_utf8(line).ok());
            if self.line(line, in_utf8, take)?.is_break() {
                return Ok((ControlFlow::Break(()), used));
            }
        }
    }

    /// Where the line ends that `rest` begins with; none: not in it. Goes on where it stopped before.
    fn line_end(&mut self, rest: &[u8]) -> Option<usize> {
        let separator = self.separator.unwrap_or(b',');
        let mut at = self.searched;
        while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
            match self.quotes {
                Quotes::Quoted => {
                    let Some(quote) = memchr(b'"', tail) else { break };
                    at = at.saturating_add(quote).saturating_add(1);
                    self.quotes = Quotes::AfterQuote;
                }
                Quotes::AfterQuote => {
                    let twice = tail.first() == Some(&b'"');
                    self.quotes = if twice { Quotes::Quoted } else { Quotes::Plain };
                    at = at.saturating_add(usize::from(twice));
                }
                Quotes::CellStart | Quotes::Plain => {
                    let start = self.quotes == Quotes::CellStart;
                    if start && tail.first() == Some(&b'"') {
                        self.quoted = true;
                        self.quotes = Quotes::Quoted;
                        at = at.saturating_add(1);
                        continue;
                    }
                    match self.plain_end(tail, separator) {
                        Some((end, true)) => {
                            self.searched = 0;
                            self.quotes = Quotes::CellStart;
                            return Some(at.saturating_add(end));
                        }
                        Some((next, false)) => {
                            at = at.saturating_add(next);
                            self.quotes = Quotes::CellStart;
                        }
                        None => {
                            self.quotes = if tail.last() == Some(&separator) {
                                Quotes::CellStart
                            } else {
                                Quotes::Plain
                            };
                            at = rest.len();
                        }
                    }
                }
            }
        }
        self.searched = if self.quotes == Quotes::Quoted { rest.len() } else { at };
        None
    }

    /// The end of a line (true) or the beginning of a quoted cell (false), whichever comes first in `tail`.
    fn plain_end(&mut self, tail: &[u8], separator: u8) -> Option<(usize, bool)> {
        let mut from = 0;
        loop {
            let found = memchr3(b'\r', b'\n', b'"', tail.get(from..)?)?;
            let at = from.saturating_add(found);
            if tail.get(at) != Some(&b'"') {
                return Some((at, true));
            }
            self.quoted = true;
            let before = at.checked_sub(1).and_then(|before| tail.get(before));
            if before == Some(&separator) {
                return Some((at, false));
            }
            from = at.saturating_add(1);
        }
    }

    /// Takes one line, without its end; `text` is the same, if it is UTF-8.
    fn line(
        &mut self,
        line: &[u8],
        text: Option<&str>,
        take: &mut impl Take,
    ) -> Result<ControlFlow<()>, Unreadable> {
        self.row_number = self.row_number.saturating_add(1);
        let quoted = std::mem::take(&mut self.quoted);
        if line.len() > self.limits.row_bytes_max {
            return Err(Unreadable::RowTooLong { row: self.row_number });
        }
        if self.separator.is_none() && self.learn_separator(line) {
            return Ok(ControlFlow::Continue(()));
        }
        let separator = self.separator.unwrap_or(b',');
        self.row.begin(self.row_number);
        match text {
            Some(text) if !quoted => self.row.split(text, places(separator, line)),
            Some(text) => unquote(text, separator, &mut self.row),
            None => self.decode(line, separator),
        }
        let written = self.tally.count(&self.row, &self.limits)?;
        Ok(if written { take(&self.row) } else { ControlFlow::Continue(()) })
    }

    /// Splits a line in Windows-1252, whether there are quotation marks in it or not.
    fn decode(&mut self, line: &[u8], separator: u8) {
        let mut text = String::new();
        let mut quotes = Quotes::CellStart;
        for byte in line.iter().copied().chain([separator]) {
            quotes = match (quotes, byte) {
                (Quotes::CellStart | Quotes::Plain | Quotes::AfterQuote, _)
                    if byte == separator =>
                {
                    text.clear();
                    decode(&self.cell, &mut text);
                    self.cell.clear();
                    self.row.push(CellKind::Text, &text);
                    Quotes::CellStart
                }
                (Quotes::CellStart, b'"') => Quotes::Quoted,
                (Quotes::Quoted, b'"') => Quotes::AfterQuote,
                (Quotes::AfterQuote, b'"') | (Quotes::Quoted, _) => {
                    self.cell.push(byte);
                    Quotes::Quoted
                }
                (Quotes::CellStart | Quotes::Plain | Quotes::AfterQuote, _) => {
                    self.cell.push(byte);
                    Quotes::Plain
                }
            };
        }
    }

    /// Takes the separator that the first line with something in it has most, or that it names as Excel does: `sep=;`.
    /// Whether it is such a line.
    fn learn_separator(&mut self, line: &[u8]) -> bool {
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = line {
            self.separator = Some(*separator);
            return true;
        }
        let count = |separator| memchr_iter(separator, line).count();
        if line.iter().any(|byte| !byte.is_ascii_whitespace()) {
            self.separator = [b'\t', b';', b','].into_iter().max_by_key(|it| count(*it));
        }
        false
    }
}

/// Splits a line with quotation marks in it.
fn unquote(line: &str, separator: u8, row: &mut Row) {
    let mut rest = Some(line);
    while let Some(text) = rest {
        let after_mark = text.strip_prefix('"');
        let plain = after_mark.map_or(text, |mut quoted| {
            loop {
                let (inside, after) = cut(quoted, b'"');
                row.extend(inside);
                match after {
                    Some(after) if after.starts_with('"') => {
                        row.extend("\"");
                        quoted = after.get(1..).unwrap_or_default();
                    }
                    // Without a second mark only the end of the line can be here.
                    after => break after.unwrap_or_default(),
                }
            }
        });
        let (plain, after) = cut(plain, separator);
        row.extend(plain);
        row.end_cell(CellKind::Text);
        rest = after;
    }
}

/// What is before the first `byte`, and what is after it; none: it is not there.
fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    match memchr(byte, text.as_bytes()) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(1)..)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<(u32, Vec<String>)>;

    const LIMITS: Limits =
        Limits { row_bytes_max: 1_000, blank_rows_max: 9, rows_max: 100, ..Limits::PAGE };

    fn rows(bytes: &[u8], piece_bytes: usize) -> Result<Rows, String> {
        let mut rows = Vec::new();
        let mut take = |row: &Row| {
            rows.push((row.number(), row.cells().map(|it| it.text.to_owned()).collect()));
            ControlFlow::Continue(())
        };
        let mut reader = CsvReader::new(LIMITS);
        for piece in bytes.chunks(piece_bytes) {
            if reader.feed(piece, &mut take).map_err(|it| it.to_string())?.is_break() {
                return Err("it was broken off".to_owned());
            }
        }
        reader.finish(&mut take).map_err(|it| it.to_string())?;
        Ok(rows)
    }

    /// The rows with their numbers, whatever the pieces that they come in.
    fn told(bytes: &[u8]) -> String {
        let said = |piece_bytes| match rows(bytes, piece_bytes) {
            Ok(rows) => {
                let rows: Vec<_> =
                    rows.iter().map(|(number, it)| format!("{number}:{}", it.join("|"))).collect();
                rows.join(" ")
            }
            Err(why) => why,
        };
        let whole = said(1_000_000);
        for piece_bytes in 1..9 {
            assert_eq!(said(piece_bytes), whole, "in pieces of {piece_bytes}");
        }
        whole
    }

    #[test]
    fn commas_semicolons_and_tabs_separate() {
        for separator in [",", ";", "\t"] {
            let text = ["a", "b", "c"].join(separator) + "\r\n" + &["1", "2", "3"].join(separator);
            assert_eq!(told(text.as_bytes()), "1:a|b|c 2:1|2|3");
        }
        assert_eq!(told(b"a;b,c;d\n1;2,5;3\n"), "1:a|b,c|d 2:1|2,5|3");
        assert_eq!(told(b"sep=;\r\na,a;b\r\n1;2\r\n"), "2:a,a|b 3:1|2");
        assert_eq!(told(b"only\none\n"), "1:only 2:one");
    }

    #[test]
    fn lines_end_as_excel_and_others_end_them_and_rows_are_numbered_as_a_spreadsheet_shows_them() {
        assert_eq!(told(b"a,b\r1,2\r3,4"), "1:a|b 2:1|2 3:3|4");
        assert_eq!(told(b"a,b\r\n1,2\r\n\r\n3,4\r\n"), "1:a|b 2:1|2 4:3|4");
        assert_eq!(told(b"\n\na,b\n,\n1,2\n"), "3:a|b 5:1|2");
        assert_eq!(told(b"a,b\n1,\"two\r\n lines\"\n3,4\n"), "1:a|b 2:1|two\r\n lines 3:3|4");
    }

    #[test]
    fn quotation_marks_keep_separators_and_themselves() {
        assert_eq!(told(b"a,b\n\"1,5\",\"say \"\"no\"\"\"\n"), "1:a|b 2:1,5|say \"no\"");
        assert_eq!(told(b"a,b\n5\" pipe,x\"\n\"q\"z,\"\"\n"), "1:a|b 2:5\" pipe|x\" 3:qz|");
        assert_eq!(told(b"\"a\";\"b\"\n\"1\";\"2\n3\"\n"), "1:a|b 2:1|2\n3");
    }

    #[test]
    fn utf_8_with_and_without_its_mark_and_windows_1252_are_read() {
        assert_eq!(told("\u{feff}a,b\nZoë,£\n".as_bytes()), "1:a|b 2:Zoë|£");
        assert_eq!(told("a,b\nZoë,£\n".as_bytes()), "1:a|b 2:Zoë|£");
        assert_eq!(told(b"a,b\nZo\xEB,\"\xA3 \x96\"\nZo\xEB,x\n"), "1:a|b 2:Zoë|£ – 3:Zoë|x");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_what_to_do() {
        for (bytes, why) in [
            (&b""[..], "it is empty"),
            (b"\r\n , \r\n", "it is empty"),
            (b"a,b\n1,\"2\n3,4\n", "row 2 has a quotation mark that is never closed"),
            (b"%PDF-1.7 ...", "it is a PDF: send the spreadsheet that it was made from"),
            (b"\xFF\xFEa\0,\0b\0", "it is in UTF-16: save it as CSV UTF-8"),
            (b"a\0,\0b\0,\0c\0", "it is not text: save it as CSV UTF-8 or XLSX"),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..",
                "it is a workbook with a password or of the old kind (.xls): save it as XLSX without a password",
            ),
        ] {
            assert_eq!(told(bytes), why);
        }
        let long = [b"a,b\n1,".to_vec(), vec![b'x'; 2_000]].concat();
        assert_eq!(told(&long), "row 2 is too long: a quotation mark may be missing");
        assert_eq!(
            told(&[b"a\n".to_vec(), vec![b'\n'; 10]].concat()),
            "it has over 9 empty rows: delete them"
        );
        assert_eq!(told(&b"a\n".repeat(101)), "it has over 99 rows");
        assert_eq!(told(",".repeat(100).as_bytes()), "row 1 has over 100 columns");
    }

    #[test]
    fn a_line_of_100_mb_is_given_up_long_before_its_end() {
        struct Endless(u64);
        impl Read for Endless {
            fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
                buf.fill(b'x');
                self.0 += 1;
                Ok(buf.len())
            }
        }
        let mut endless = Endless(0);
        let error =
            read_csv(&mut endless, &Limits::DROP, |_: &Row| ControlFlow::Continue(())).unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(
            problem.to_string(),
            "This is not a CSV or XLSX file we can read: row 1 is too long: a quotation mark may be missing."
        );
        assert!(endless.0 < 9, "{}", endless.0);
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let limits = Limits { file_bytes_max: 1 << 20, ..Limits::PAGE };
        let text = "a,b\n".repeat(300_000);
        let error =
            read_csv(text.as_bytes(), &limits, |_: &Row| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(error.to_string(), "it has over 100000 rows");
        let limits = Limits { rows_max: u32::MAX, ..limits };
        let error =
            read_csv(text.as_bytes(), &limits, |_: &Row| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(error.to_string(), "it is over 1 MB");
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_not_given_more() {
        let mut count = 0;
        let take = |_: &Row| {
            count += 1;
            ControlFlow::Break(())
        };
        read_csv(&b"a\nb\nc\n"[..], &LIMITS, take).unwrap();
        assert_eq!(count, 1);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            cells in prop::collection::vec(prop::collection::vec("[a-z£é,;\t\r\n\"]{0,12}", 2), 1..9),
            separator in prop::sample::select(vec![",", ";", "\t"]),
            end in prop::sample::select(vec!["\r", "\n", "\r\n"]),
            piece_bytes in 1_usize..40,
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |cells: &Vec<String>| cells.iter().map(quoted).collect::<Vec<_>>().join(separator);
            let lines: Vec<_> = std::iter::once(format!("a{separator}b")).chain(cells.iter().map(line)).collect();
            let text = lines.join(end);
            let read = rows(text.as_bytes(), piece_bytes).unwrap();
            let read: Vec<_> = read.into_iter().skip(1).map(|(_, cells)| cells).collect();
            let trimmed = cells.iter().map(|row| row.iter().map(|it| it.trim().to_owned()).collect::<Vec<_>>());
            let written: Vec<_> = trimmed.filter(|row| row.iter().any(|it| !it.is_empty())).collect();
            prop_assert_eq!(read, written);
        }

        #[test]
        fn a_line_is_split_the_same_in_either_encoding(line in "[ab,\"é]{0,20}") {
            let mut reader = CsvReader::new(LIMITS);
            reader.row.begin(1);
            reader.decode(line.as_bytes(), b',');
            let decoded: Vec<_> = reader.row.cells().map(|it| it.text.to_owned()).collect();
            // Lines with nothing in them, or with a mark that is never closed, are no rows.
            if let Ok([_, (_, cells)]) = rows(format!("x,y\n{line}").as_bytes(), 100).as_deref() {
                prop_assert_eq!(cells, &decoded);
            }
        }

        #[test]
        fn no_bytes_can_stop_the_reader_and_pieces_do_not_matter(
            bytes in prop::collection::vec(prop::sample::select(b"ab,;\"\"\r\n\xE9 \t".to_vec()), 0..60),
            piece_bytes in 1_usize..20,
        ) {
            prop_assert_eq!(rows(&bytes, 1_000), rows(&bytes, piece_bytes));
        }
    }
}
