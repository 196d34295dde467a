//! The rows of one sheet.

use std::io::Read;

use domain::actuals::{CellKind, Row};
use quick_xml::events::BytesStart;

use crate::Take;
use crate::limits::{Limits, Tally};
use crate::number::shown;
use crate::quick;
use crate::strings::Strings;
use crate::unreadable::Unreadable;
use crate::xml::{DAMAGED, Token, Xml, add_text, unescape_controls};

/// Reads the rows of a sheet into `row`, one after the other.
pub(crate) fn read<R: Read>(
    mut xml: Xml<'_, R>,
    strings: &Strings,
    limits: &Limits,
    row: Row,
    mut take: impl Take,
) -> Result<(), Unreadable> {
    let mut sheet = Sheet {
        strings,
        limits,
        row,
        row_number: 0,
        column: 0,
        tally: Tally::default(),
        cell: Cell::default(),
        part: Part::Nothing,
        in_reading: false,
        in_data: false,
        data_ended: false,
    };
    while let Some(token) = xml.next()? {
        let cell_follows = match &token {
            Token::Open(tag) => tag.local_name().as_ref() == b"row",
            Token::Close(tag) => tag.local_name().as_ref() == b"c",
            Token::Alone(_) | Token::Text(_) | Token::Character(_) | Token::Nothing => false,
        };
        let row_ended = match &token {
            Token::Open(tag) => {
                sheet.open(tag)?;
                false
            }
            Token::Alone(tag) => sheet.empty(tag)?,
            Token::Close(tag) => sheet.close(tag.local_name().as_ref())?,
            Token::Text(_) | Token::Character(_) | Token::Nothing => {
                sheet.say(&token)?;
                false
            }
        };
        if row_ended && sheet.tally.count(&sheet.row, limits)? && take(&sheet.row).is_break() {
            return Ok(());
        }
        if cell_follows && sheet.in_data && sheet.part == Part::Nothing {
            let taken = sheet.take_quickly(xml.at_hand())?;
            xml.pass_over(taken);
        }
    }
    // Read to its very end, for only then is it known to be whole.
    if sheet.data_ended { sheet.tally.finish() } else { Err(DAMAGED) }
}

#[derive(Debug)]
struct Sheet<'s> {
    strings: &'s Strings,
    limits: &'s Limits,
    row: Row,
    row_number: u32,
    /// How many cells are left of the next one.
    column: usize,
    tally: Tally,
    cell: Cell,
    part: Part,
    in_reading: bool,
    in_data: bool,
    data_ended: bool,
}

/// What of a cell is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Nothing,
    Value,
    Formula,
}

#[derive(Debug, Default)]
struct Cell {
    at: usize,
    kind: Kind,
    value: String,
    formula: String,
    has_value: bool,
    has_formula: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Boolean,
}

impl Sheet<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        match tag.local_name().as_ref() {
            b"sheetData" => self.in_data = true,
            b"row" if self.in_data => self.begin_row(tag)?,
            b"c" if self.in_data => self.begin_cell(tag)?,
            b"v" => (self.part, self.cell.has_value) = (Part::Value, true),
            b"t" if !self.in_reading => (self.part, self.cell.has_value) = (Part::Value, true),
            b"f" => (self.part, self.cell.has_formula) = (Part::Formula, true),
            b"rPh" => self.in_reading = true,
            _ => {}
        }
        Ok(())
    }

    /// A tag without anything in it. Whether a row ended.
    fn empty(&mut self, tag: &BytesStart<'_>) -> Result<bool, Unreadable> {
        let name = tag.local_name();
        match name.as_ref() {
            b"row" if self.in_data => self.begin_row(tag)?,
            b"c" if self.in_data => self.begin_cell(tag)?,
            b"v" | b"t" => self.cell.has_value = true,
            b"f" => self.cell.has_formula = true,
            b"sheetData" => self.data_ended = true,
            _ => {}
        }
        Ok(name.as_ref() == b"row" && self.in_data)
    }

    /// Whether a row ended.
    fn close(&mut self, name: &[u8]) -> Result<bool, Unreadable> {
        match name {
            b"v" | b"t" | b"f" => self.part = Part::Nothing,
            b"rPh" => self.in_reading = false,
            b"c" if self.in_data => self.end_cell()?,
            b"sheetData" => (self.in_data, self.data_ended) = (false, true),
            _ => {}
        }
        Ok(name == b"row" && self.in_data)
    }

    fn say(&mut self, token: &Token<'_>) -> Result<(), Unreadable> {
        let text = match self.part {
            Part::Nothing => return Ok(()),
            Part::Value => &mut self.cell.value,
            Part::Formula => &mut self.cell.formula,
        };
        add_text(token, text)?;
        let row = self.row_number;
        let long = text.len() > self.limits.row_bytes_max;
        if long { Err(Unreadable::RowTooLong { row }) } else { Ok(()) }
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        let next = self.row_number.saturating_add(1);
        let written = plain_attribute(tag, b"r").map(|number| number.parse().ok().ok_or(DAMAGED));
        let number = written.transpose()?.unwrap_or(next);
        let passed_over = number.checked_sub(next).ok_or(DAMAGED)?;
        self.tally.blank(passed_over, self.limits)?;
        self.row_number = number;
        self.row.begin(number);
        self.column = 0;
        Ok(())
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        let cell = &mut self.cell;
        cell.value.clear();
        cell.formula.clear();
        (cell.has_value, cell.has_formula) = (false, false);
        cell.kind = Kind::of(plain_attribute(tag, b"t").as_deref());
        self.cell.at = self.step_to(plain_attribute(tag, b"r").as_deref())?;
        Ok(())
    }

    /// How many cells are left of the one at `place`, or else of the next one.
    fn step_to(&mut self, place: Option<&str>) -> Result<usize, Unreadable> {
        let at = place.map_or(Ok(self.column), |place| column(place).ok_or(DAMAGED))?;
        if at < self.column {
            return Err(DAMAGED);
        }
        self.column = at.saturating_add(1);
        Ok(at)
    }

    /// Takes the cells that are written as usual. How many bytes they had.
    fn take_quickly(&mut self, bytes: &[u8]) -> Result<usize, Unreadable> {
        let mut taken: usize = 0;
        while let Some(cell) = bytes.get(taken..).and_then(quick::cell) {
            let at = self.step_to(cell.place)?;
            if let Some(value) = cell.value.filter(|value| !value.is_empty()) {
                let kind = Kind::of(cell.kind);
                let (cell_kind, text) = said(kind, value, self.strings).ok_or(DAMAGED)?;
                put(&mut self.row, self.limits, at, (kind, cell_kind, text))?;
            }
            taken = taken.saturating_add(cell.length);
        }
        Ok(taken)
    }

    fn end_cell(&mut self) -> Result<(), Unreadable> {
        let Cell { at, kind, value, formula, has_value, has_formula } = &self.cell;
        let formula_only;
        let (cell_kind, text) = if *has_formula && !*has_value {
            // It was never calculated, so what it comes to is not known.
            formula_only = format!("={formula}");
            (CellKind::Text, formula_only.as_str())
        } else if value.is_empty() {
            return Ok(());
        } else {
            said(*kind, value, self.strings).ok_or(DAMAGED)?
        };
        put(&mut self.row, self.limits, *at, (*kind, cell_kind, text))
    }
}

impl Kind {
    fn of(written: Option<&str>) -> Self {
        match written {
            None | Some("n") => Self::Number,
            Some("s") => Self::Shared,
            Some("b") => Self::Boolean,
            Some(_) => Self::Text,
        }
    }
}

/// What a value means; none: there is no such shared text.
fn said<'t>(kind: Kind, value: &'t str, strings: &'t Strings) -> Option<(CellKind, &'t str)> {
    Some(match (kind, value) {
        (Kind::Shared, index) => (CellKind::Text, strings.get(index.trim().parse().ok()?)?),
        (Kind::Boolean, "1") => (CellKind::Text, "TRUE"),
        (Kind::Boolean, _) => (CellKind::Text, "FALSE"),
        (Kind::Text, text) => (CellKind::Text, text),
        (Kind::Number, number) => (CellKind::Number, number),
    })
}

/// Makes a cell of the row.
fn put(
    row: &mut Row,
    limits: &Limits,
    at: usize,
    (kind, cell_kind, text): (Kind, CellKind, &str),
) -> Result<(), Unreadable> {
    if text.is_empty() {
        return Ok(());
    }
    if at >= limits.cells_max {
        let (row, cells) = (row.number(), limits.cells_max);
        return Err(Unreadable::TooManyCells { row, cells });
    }
    while row.len() < at {
        row.push(CellKind::Text, "");
    }
    let clean = match (kind, cell_kind) {
        (_, CellKind::Number) => shown(text),
        (Kind::Text, CellKind::Text) => unescape_controls(text),
        (_, CellKind::Text) => None,
    };
    row.push(cell_kind, clean.as_deref().unwrap_or(text));
    Ok(())
}

fn plain_attribute(tag: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut all = tag.attributes();
    let found = all.with_checks(false).flatten().find(|it| it.key.as_ref() == name)?;
    std::str::from_utf8(&found.value).ok().map(str::to_owned)
}

/// How many columns are left of the cell at `place`: 10 for `K12`.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut count: usize = 0;
    for letter in letters {
        let value = letter.to_ascii_uppercase().checked_sub(b'A')?.checked_add(1)?;
        count = count.checked_mul(26)?.checked_add(usize::from(value))?;
    }
    count.checked_sub(1)
}
