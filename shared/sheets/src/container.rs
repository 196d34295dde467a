//! The ZIP archive that a workbook is.
//!
//! Only as much of the format as spreadsheets write, so that whatever else a file may claim to be is refused: one
//! directory at the end, parts stored or deflated, nothing encrypted, nothing over 4 GB. What comes out of it is
//! counted while it comes, whatever was declared.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::limits::Limits;
use crate::unreadable::Unreadable;

/// How many parts a workbook may have. One of three sheets has some 20.
const PARTS_MAX: u16 = 1_000;
/// How large the list of parts may be.
const DIRECTORY_BYTES_MAX: u64 = 256 * 1024;
/// How much all parts that are read may come to. 100,000 rows of the template come to some 70 MB.
const UNPACKED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How many times its size a part may come to, once it is past the first megabyte. Sheets come to 10 to 30 times,
/// bombs to 1,000.
const EXPANSION_MAX: u64 = 200;
const EXPANSION_FROM_BYTES: u64 = 1024 * 1024;
/// How much one tag or text may have: more than a cell can hold.
const EVENT_BYTES_MAX: usize = 256 * 1024;
const BUFFER_BYTES: usize = 32 * 1024;
/// The end of the directory, with a comment of 65,535 bytes.
const END_BYTES_MAX: u64 = 65_557;

/// An open archive.
#[derive(Debug)]
pub(crate) struct Container<R> {
    file: R,
    parts: BTreeMap<String, Entry>,
    unpacked_bytes_left: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    offset: u32,
    packed_bytes: u32,
    crc: u32,
    deflated: bool,
}

fn damaged(what: &'static str) -> Unreadable {
    Unreadable::Damaged { what }
}

/// A number of the format at `at`, the lowest byte first.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Unreadable> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<N>());
    found.copied().ok_or(damaged("the list of its parts"))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Unreadable> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Unreadable> {
    number(bytes, at).map(u32::from_le_bytes)
}

impl<R: Read + Seek> Container<R> {
    pub(crate) fn open(mut file: R, limits: &Limits) -> Result<Self, Unreadable> {
        let length = file.seek(SeekFrom::End(0)).map_err(Unreadable::Io)?;
        if length > limits.file_bytes_max {
            return Err(Unreadable::TooLarge { megabytes: limits.file_bytes_max >> 20 });
        }
        let tail_from = length.saturating_sub(END_BYTES_MAX);
        let tail = read_at(&mut file, tail_from, END_BYTES_MAX)?;
        let end = end_of_directory(&tail).ok_or(damaged("it has no end"))?;
        let (count, bytes) = (u16_at(end, 10)?, u64::from(u32_at(end, 12)?));
        if count > PARTS_MAX || bytes > DIRECTORY_BYTES_MAX {
            return Err(Unreadable::Has { what: "too many parts" });
        }
        let directory = read_at(&mut file, u64::from(u32_at(end, 16)?), bytes)?;
        let parts = parts(&directory, count)?;
        Ok(Self { file, parts, unpacked_bytes_left: UNPACKED_BYTES_MAX })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// One part, unpacked as it is read; none: there is no such part.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Part<'_, R>>, Unreadable> {
        let Some(entry) = self.parts.get(name).copied() else { return Ok(None) };
        let offset = u64::from(entry.offset);
        let header = read_at(&mut self.file, offset, 30)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(damaged("the beginning of a part"));
        }
        let skipped =
            u64::from(u16_at(&header, 26)?).saturating_add(u64::from(u16_at(&header, 28)?));
        let from = offset.saturating_add(30).saturating_add(skipped);
        self.file.seek(SeekFrom::Start(from)).map_err(Unreadable::Io)?;
        let packed = (&mut self.file).take(u64::from(entry.packed_bytes));
        let packed = BufReader::with_capacity(BUFFER_BYTES, packed);
        let inside = if entry.deflated {
            Inside::Deflated(DeflateDecoder::new(packed))
        } else {
            Inside::Stored(packed)
        };
        let metered = Metered {
            inside,
            bytes: 0,
            bytes_left: &mut self.unpacked_bytes_left,
            crc: Crc::new(),
            crc_declared: entry.crc,
            refusal: None,
        };
        let source = BufReader::with_capacity(BUFFER_BYTES, metered);
        Ok(Some(Part { source, event_bytes_left: EVENT_BYTES_MAX }))
    }
}

/// At most `bytes` from `offset` on.
fn read_at(file: &mut (impl Read + Seek), offset: u64, bytes: u64) -> Result<Vec<u8>, Unreadable> {
    file.seek(SeekFrom::Start(offset)).map_err(Unreadable::Io)?;
    let mut read = Vec::new();
    file.take(bytes).read_to_end(&mut read).map_err(Unreadable::Io)?;
    Ok(read)
}

/// The record at the very end; what looks like one but has something behind it is not it.
fn end_of_directory(tail: &[u8]) -> Option<&[u8]> {
    let found = memchr::memmem::rfind_iter(tail, b"PK\x05\x06");
    let mut ends = found.filter_map(|at| tail.get(at..));
    ends.find(|end| {
        let comment = u16_at(end, 20).ok().map(usize::from);
        comment.and_then(|comment| comment.checked_add(22)) == Some(end.len())
    })
}

fn parts(directory: &[u8], count: u16) -> Result<BTreeMap<String, Entry>, Unreadable> {
    let mut parts = BTreeMap::new();
    let mut rest = directory;
    for _ in 0..count {
        if !rest.starts_with(b"PK\x01\x02") {
            return Err(damaged("the list of its parts"));
        }
        if u16_at(rest, 8)? & 1 == 1 {
            return Err(Unreadable::Has { what: "a password: save it without one" });
        }
        let deflated = match u16_at(rest, 10)? {
            0 => false,
            8 => true,
            _ => return Err(damaged("the way it is packed")),
        };
        let entry = Entry {
            offset: u32_at(rest, 42)?,
            packed_bytes: u32_at(rest, 20)?,
            crc: u32_at(rest, 16)?,
            deflated,
        };
        let name_bytes = usize::from(u16_at(rest, 28)?);
        let others = usize::from(u16_at(rest, 30)?).saturating_add(u16_at(rest, 32)?.into());
        let list = || damaged("the list of its parts");
        let (name, after) =
            rest.get(46..).and_then(|it| it.split_at_checked(name_bytes)).ok_or_else(list)?;
        rest = after.get(others..).ok_or_else(list)?;
        let name = std::str::from_utf8(name).map_err(|_not_utf_8| list())?.replace('\\', "/");
        if parts.insert(name, entry).is_some() {
            return Err(damaged("a part that is there twice"));
        }
    }
    Ok(parts)
}

/// One part, read as XML.
#[derive(Debug)]
pub(crate) struct Part<'c, R: Read> {
    source: BufReader<Metered<'c, R>>,
    event_bytes_left: usize,
}

impl<R: Read> Part<'_, R> {
    /// Before each tag or text: how much it may have counts from here.
    pub(crate) fn begin_event(&mut self) {
        self.event_bytes_left = EVENT_BYTES_MAX;
    }

    /// What is at hand without reading on.
    pub(crate) fn at_hand(&self) -> &[u8] {
        self.source.buffer()
    }

    /// Why reading failed.
    pub(crate) fn refusal(&mut self) -> Unreadable {
        self.source.get_mut().refusal.take().unwrap_or(damaged("what a part says"))
    }

    fn refuse(&mut self, why: Unreadable) -> io::Error {
        self.source.get_mut().refuse(why)
    }
}

impl<R: Read> Read for Part<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.read(buf)
    }
}

impl<R: Read> BufRead for Part<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.event_bytes_left == 0 {
            return Err(self.refuse(Unreadable::Has { what: "a cell that is too long" }));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.event_bytes_left = self.event_bytes_left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

#[derive(Debug)]
enum Inside<'c, R> {
    Stored(BufReader<Take<&'c mut R>>),
    Deflated(DeflateDecoder<BufReader<Take<&'c mut R>>>),
}

/// Counts what comes out.
#[derive(Debug)]
struct Metered<'c, R> {
    inside: Inside<'c, R>,
    bytes: u64,
    bytes_left: &'c mut u64,
    crc: Crc,
    crc_declared: u32,
    refusal: Option<Unreadable>,
}

impl<R: Read> Metered<'_, R> {
    fn refuse(&mut self, why: Unreadable) -> io::Error {
        self.refusal = Some(why);
        io::Error::other("refused")
    }

    fn too_much(&self) -> bool {
        let packed = match &self.inside {
            Inside::Stored(_) => self.bytes,
            Inside::Deflated(inside) => inside.total_in(),
        };
        let expands = self.bytes > packed.saturating_mul(EXPANSION_MAX);
        *self.bytes_left == 0 || (self.bytes > EXPANSION_FROM_BYTES && expands)
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.inside {
            Inside::Stored(inside) => inside.read(buf),
            Inside::Deflated(inside) => inside.read(buf),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(_) => return Err(self.refuse(damaged("a part of it"))),
        };
        let out = buf.get(..count).unwrap_or_default();
        self.crc.update(out);
        let bytes = u64::try_from(count).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(bytes);
        *self.bytes_left = self.bytes_left.saturating_sub(bytes);
        if self.too_much() {
            let what = "parts that are far larger than they seem";
            return Err(self.refuse(Unreadable::Has { what }));
        }
        if count == 0 && !buf.is_empty() && self.crc.sum() != self.crc_declared {
            return Err(self.refuse(damaged("a part of it")));
        }
        Ok(count)
    }
}
