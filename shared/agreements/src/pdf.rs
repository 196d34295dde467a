//! Whether a file is a PDF that can be agreed: whole, readable by everybody, and doing nothing but being read.
//!
//! Its names are looked for in its plain text and in its object streams, which are unpacked within limits. A name may
//! be spelled with `#xx` for a letter; it is read as readers read it.

use std::io::Read;

use domain::failure::{Failure, FieldError, Kind};
use domain::invoice::AttachmentType;
use flate2::read::ZlibDecoder;
use memchr::memmem;
use thiserror::Error;

/// How large a document may be.
pub const DOCUMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// In the same measure as people read it.
const MEGABYTES_MAX: u64 = 10;

/// How much the object streams of one file may unpack to: an honest file of 10 MB has far less in them.
const UNPACKED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How many object streams are looked into.
const STREAMS_MAX: usize = 20_000;

/// Names of what acts by itself, or carries other files. Somebody who agrees must be able to read all of it.
const ACTIVE: [&[u8]; 8] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
];

/// Why a file cannot be agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotADocument {
    /// By what is in it, it is something else, or not whole.
    #[error("This is not a PDF file that we can read. Save it again, or choose another.")]
    Content,
    /// It asks for a password.
    #[error("The PDF is protected. Save it without a password and without restrictions.")]
    Protected,
    /// It does something, or holds other files.
    #[error(
        "The PDF holds scripts, forms that send, or other files. Print it to a plain PDF and use that."
    )]
    Active,
    /// Over [`DOCUMENT_BYTES_MAX`].
    #[error("The PDF must be {MEGABYTES_MAX} MB or smaller.")]
    TooLarge,
    /// There is nothing in it.
    #[error("The file is empty. Choose another.")]
    Empty,
    /// By its name it is something else.
    #[error("Choose a PDF file.")]
    Ending,
    /// It has not arrived.
    #[error("The file has not arrived. Choose it again.")]
    NotThere,
}

impl Failure for NotADocument {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "document-not-accepted"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("file", self.to_string())]
    }
}

/// Whether `content` is a PDF that can be agreed.
///
/// # Errors
///
/// [`NotADocument`] says why not.
pub fn sound(content: &[u8]) -> Result<(), NotADocument> {
    if content.is_empty() {
        return Err(NotADocument::Empty);
    }
    if u64::try_from(content.len()).is_ok_and(|bytes| bytes > DOCUMENT_BYTES_MAX) {
        return Err(NotADocument::TooLarge);
    }
    if AttachmentType::of(content) != Some(AttachmentType::Pdf) {
        return Err(NotADocument::Content);
    }
    let mut unpacked_left = UNPACKED_BYTES_MAX;
    let mut from = 0;
    for _ in 0..STREAMS_MAX {
        let rest = content.get(from..).unwrap_or_default();
        let Some(at) = memmem::find(rest, b"stream") else {
            return plain(rest);
        };
        let dictionary = rest.get(..at).unwrap_or_default();
        plain(dictionary)?;
        let body = after_line(rest.get(at.saturating_add(6)..).unwrap_or_default());
        let length = memmem::find(body, b"endstream").unwrap_or(body.len());
        if holds_objects(dictionary) {
            let packed = body.get(..length).unwrap_or_default();
            let unpacked = unpacked(packed, unpacked_left)?;
            unpacked_left = unpacked_left.saturating_sub(unpacked.len());
            plain(&unpacked)?;
        }
        let past = content.len().saturating_sub(body.len());
        from = past.saturating_add(length).saturating_add(9);
    }
    Err(NotADocument::Content)
}

/// What follows the end of the line.
fn after_line(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\r").unwrap_or(bytes);
    bytes.strip_prefix(b"\n").unwrap_or(bytes)
}

/// Whether the stream after this text holds objects: the last dictionary before it says so.
fn holds_objects(before: &[u8]) -> bool {
    let last =
        memmem::rfind(before, b" obj").map_or(before, |at| before.get(at..).unwrap_or(before));
    names(last).any(|name| name == b"ObjStm")
}

/// What is packed. What cannot be unpacked cannot be read by others either.
fn unpacked(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, NotADocument> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let read = ZlibDecoder::new(packed).take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Ok(count) if count <= bytes_max => Ok(bytes),
        Ok(_) | Err(_) => Err(NotADocument::Content),
    }
}

/// Whether no name in the text is of something that acts or protects.
fn plain(text: &[u8]) -> Result<(), NotADocument> {
    for name in names(text) {
        if name == b"Encrypt" {
            return Err(NotADocument::Protected);
        }
        if ACTIVE.contains(&name.as_slice()) {
            return Err(NotADocument::Active);
        }
    }
    Ok(())
}

/// The names in a text, as a reader reads them.
fn names(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    memchr::memchr_iter(b'/', text).map(|at| {
        let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/<>[](){}%\0".contains(byte);
        let length = rest.iter().take(127).position(ends).unwrap_or(rest.len().min(127));
        unescaped(rest.get(..length).unwrap_or_default())
    })
}

fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| *first == b'#')
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        plain.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    plain
}
