//! Files that are sent with a post: told by what is in them, never by their name.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};

/// How large a file may be.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// In the same measure as people read it.
const MEGABYTES_MAX: u64 = 10;
/// How many files a post may have.
pub const ATTACHMENTS_MAX: usize = 5;
/// As much of the name of a file as anybody reads, in characters.
const FILE_NAME_LENGTH_MAX: usize = 120;

/// What a file is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum MediaType {
    /// `.pdf`
    #[serde(rename = "application/pdf")]
    Pdf,
    /// `.png`
    #[serde(rename = "image/png")]
    Png,
    /// `.jpg`
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// `.docx`
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Docx,
    /// `.xlsx`
    #[serde(rename = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx,
    /// `.eml`
    #[serde(rename = "message/rfc822")]
    Email,
    /// `.txt`
    #[serde(rename = "text/plain")]
    Text,
}

/// A file that was sent with a post and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name in the bucket.
    pub attachment_id: String,
    /// What the person called it.
    pub file_name: String,
    /// What it is.
    pub media_type: MediaType,
    /// How large it is.
    pub size_bytes: u64,
    /// Of what was checked, in hexadecimal digits.
    pub sha256: String,
    /// Which of the objects that had its name was checked.
    pub object_version: Option<String>,
}

/// Why a file is not attached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAttached {
    /// By its name it is something else.
    #[error("Choose a PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), email (.eml) or text file.")]
    Ending,
    /// By what is in it, it is not what its name says.
    #[error("{0} is not a file of the kind that its name says. Save it again, or choose another.")]
    Content(String),
    /// Over [`ATTACHMENT_BYTES_MAX`].
    #[error("The file must be smaller than {MEGABYTES_MAX} MB.")]
    TooLarge,
    /// There is nothing in it.
    #[error("The file is empty. Choose another.")]
    Empty,
    /// It has not arrived, or somebody else sent it.
    #[error("A file has not arrived. Choose it again.")]
    NotThere,
    /// More than [`ATTACHMENTS_MAX`].
    #[error("Attach {ATTACHMENTS_MAX} files at most.")]
    TooMany,
    /// There is a macro in it.
    #[error("{0} has macros in it. Save it without them, or choose another.")]
    Macros(String),
}

impl Failure for NotAttached {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "attachment-not-accepted"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("attachments", self.to_string())]
    }
}

impl MediaType {
    /// The ends of names that are accepted, as a page's file chooser takes them.
    pub const ENDINGS: [&'static str; 8] =
        [".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".eml", ".txt"];

    /// What a file is by the end of its name.
    pub fn of_name(file_name: &str) -> Option<Self> {
        let (_, ending) = file_name.trim().rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "eml" => Some(Self::Email),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    /// Whether what is in a file called `file_name` is of this kind.
    ///
    /// # Errors
    ///
    /// [`NotAttached::Content`], [`NotAttached::Macros`], [`NotAttached::Empty`] or [`NotAttached::TooLarge`].
    pub fn check(self, file_name: &str, bytes: &[u8]) -> Result<(), NotAttached> {
        of_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        let other = || NotAttached::Content(file_name.to_owned());
        let is = match self {
            Self::Pdf => bytes.starts_with(b"%PDF-") && holds(bytes, b"%%EOF"),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n") && holds(bytes, b"IEND"),
            Self::Jpeg => bytes.starts_with(b"\xFF\xD8\xFF"),
            Self::Docx | Self::Xlsx => {
                let names = parts(bytes).ok_or_else(other)?;
                let has = |name: &[u8]| names.iter().any(|it| it.eq_ignore_ascii_case(name));
                if names.iter().any(|it| it.to_ascii_lowercase().ends_with(b"vbaproject.bin")) {
                    return Err(NotAttached::Macros(file_name.to_owned()));
                }
                let main: &[u8] =
                    if self == Self::Docx { b"word/document.xml" } else { b"xl/workbook.xml" };
                has(b"[Content_Types].xml") && has(main)
            }
            Self::Email => is_text(bytes) && is_email(bytes),
            Self::Text => is_text(bytes),
        };
        if is { Ok(()) } else { Err(other()) }
    }
}

impl NotAttached {
    /// Whether a file that somebody is about to send can be one of a post.
    ///
    /// # Errors
    ///
    /// [`NotAttached::Ending`], [`NotAttached::Empty`] or [`NotAttached::TooLarge`].
    pub fn unless_sendable(file_name: &str, size_bytes: u64) -> Result<MediaType, Self> {
        let media_type = MediaType::of_name(file_name).ok_or(Self::Ending)?;
        of_size(size_bytes)?;
        Ok(media_type)
    }

    /// The name of a file as it is kept: one line of what can be read, with its end.
    pub fn kept_name(file_name: &str) -> String {
        let last = file_name.trim().rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last.chars().filter(|it| !it.is_control()).collect();
        let count = plain.chars().count();
        if count <= FILE_NAME_LENGTH_MAX {
            return plain;
        }
        // The end of a name says what the file is.
        plain.chars().skip(count.saturating_sub(FILE_NAME_LENGTH_MAX)).collect()
    }
}

fn of_size(size_bytes: u64) -> Result<(), NotAttached> {
    match size_bytes {
        0 => Err(NotAttached::Empty),
        some if some > ATTACHMENT_BYTES_MAX => Err(NotAttached::TooLarge),
        _ => Ok(()),
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Text that any program shows: UTF-8 or one byte a letter, without what only programs write.
fn is_text(bytes: &[u8]) -> bool {
    let odd = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=31 | 127);
    let marks_a_program =
        bytes.starts_with(b"%PDF-") || bytes.starts_with(b"{\\rtf") || bytes.starts_with(b"MZ");
    !bytes.iter().any(odd) && !marks_a_program
}

/// It begins with the headers of a message (RFC 5322), one of them from whom it is.
fn is_email(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(32 * 1024)).unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    let mut from = false;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        let folded = line.starts_with([' ', '\t']);
        let name = line.split_once(':').map(|(name, _)| name);
        let plain = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_graphic());
        if !folded && !name.is_some_and(plain) {
            return false;
        }
        from |= name.is_some_and(|it| it.eq_ignore_ascii_case("from"));
    }
    from
}

/// The names of the parts of a ZIP file, from its directory; none: it is no whole ZIP file.
fn parts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    let tail = bytes.len().saturating_sub(66_000);
    let end = bytes.get(tail..)?.windows(END.len()).rposition(|it| it == END)?.checked_add(tail)?;
    let count = number(bytes, end.checked_add(10)?, 2)?;
    let mut at = number(bytes, end.checked_add(16)?, 4)?;
    if !bytes.starts_with(b"PK\x03\x04") || count > 10_000 {
        return None;
    }
    let mut names = Vec::new();
    for _ in 0..count {
        let fixed = bytes.get(at..at.checked_add(46)?)?;
        if !fixed.starts_with(ENTRY) {
            return None;
        }
        let (name, extra, comment) =
            (number(fixed, 28, 2)?, number(fixed, 30, 2)?, number(fixed, 32, 2)?);
        let from = at.checked_add(46)?;
        names.push(bytes.get(from..from.checked_add(name)?)?);
        at = from.checked_add(name)?.checked_add(extra)?.checked_add(comment)?;
    }
    Some(names)
}

/// The whole number in `length` bytes from `at`, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    let value = |sum: usize, digit: &u8| sum.checked_mul(256)?.checked_add(usize::from(*digit));
    digits.iter().rev().try_fold(0, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ZIP file whose parts are empty.
    fn zip(names: &[&str]) -> Vec<u8> {
        let (mut file, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let at = u32::try_from(file.len()).unwrap();
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            file.extend(b"PK\x03\x04");
            file.extend([0; 22]);
            file.extend(length);
            file.extend([0; 2]);
            file.extend(name.bytes());
            directory.extend(b"PK\x01\x02");
            directory.extend([0; 24]);
            directory.extend(length);
            directory.extend([0; 12]);
            directory.extend(at.to_le_bytes());
            directory.extend(name.bytes());
        }
        let count = u16::try_from(names.len()).unwrap().to_le_bytes();
        let at = u32::try_from(file.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        file.extend(directory);
        file.extend(b"PK\x05\x06\0\0\0\0");
        file.extend(count);
        file.extend(count);
        file.extend(size);
        file.extend(at);
        file.extend([0; 2]);
        file
    }

    fn accepted(file_name: &str, bytes: &[u8]) -> bool {
        MediaType::of_name(file_name).unwrap().check(file_name, bytes).is_ok()
    }

    #[test]
    fn each_kind_is_known_by_what_is_in_it() {
        let word = zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
        let excel = zip(&["[Content_Types].xml", "xl/workbook.xml"]);
        let email = b"Received: from a\r\n by b\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nHello";
        assert!(accepted("a.pdf", b"%PDF-1.7\n%%EOF\n"));
        assert!(accepted("a.PNG", b"\x89PNG\r\n\x1a\n IEND"));
        assert!(accepted("a.jpeg", b"\xFF\xD8\xFF\xE0"));
        assert!(accepted("a.docx", &word) && accepted("a.xlsx", &excel));
        assert!(accepted("a.eml", email) && accepted("a.txt", "Sadly passed – £5".as_bytes()));
        assert!(accepted("old.txt", b"Caf\xE9"), "Windows-1252 is read by all");
    }

    #[test]
    fn what_calls_itself_something_else_is_refused() {
        let word = zip(&["[Content_Types].xml", "word/document.xml"]);
        for (name, bytes) in [
            ("a.pdf", &b"MZ\x90\0"[..]),
            ("a.pdf", b"%PDF-1.7 cut off"),
            ("a.png", b"<svg onload=alert(1)>"),
            ("a.png", b"\x89PNG\r\n\x1a\n cut off"),
            ("a.jpg", b"\x89PNG\r\n\x1a\n IEND"),
            ("a.xlsx", &word),
            ("a.docx", b"PK\x03\x04 and nothing more"),
            ("a.docx", &word[..word.len() - 30]),
            ("a.docx", &zip(&["word/document.xml"])),
            ("a.txt", b"MZ is a program"),
            ("a.txt", b"\0\0\0"),
            ("a.txt", b"%PDF-1.7"),
            ("a.eml", b"<html>no headers</html>"),
            ("a.eml", b"Subject: from nobody\r\n\r\nx"),
            ("a.eml", b"Sub ject: x\r\nFrom: a@example.org\r\n\r\nx"),
            ("a.eml", b": x\r\nFrom: a@example.org\r\n\r\nx"),
            ("a.docx", &[b"MZ\x90\0", &word[4..]].concat()),
        ] {
            let refused = MediaType::of_name(name).unwrap().check(name, bytes);
            assert_eq!(refused, Err(NotAttached::Content(name.to_owned())), "{name}");
        }
        let macros = zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
        let refused = MediaType::Docx.check("a.docx", &macros);
        assert_eq!(refused, Err(NotAttached::Macros("a.docx".to_owned())));
    }

    #[test]
    fn a_file_is_refused_before_it_is_sent_if_it_cannot_be_one() {
        let sendable = NotAttached::unless_sendable;
        assert_eq!(sendable("a.exe", 1), Err(NotAttached::Ending));
        assert_eq!(sendable("pdf", 1), Err(NotAttached::Ending));
        assert_eq!(sendable("a.pdf", 0), Err(NotAttached::Empty));
        assert_eq!(sendable("a.pdf", ATTACHMENT_BYTES_MAX), Ok(MediaType::Pdf));
        assert_eq!(sendable("a.pdf", ATTACHMENT_BYTES_MAX + 1), Err(NotAttached::TooLarge));
        for ending in MediaType::ENDINGS {
            assert!(MediaType::of_name(&format!("a{ending}")).is_some(), "{ending}");
        }
    }

    #[test]
    fn a_name_is_kept_as_one_line_with_its_end() {
        assert_eq!(NotAttached::kept_name(" C:\\My files\\let\nter.pdf "), "letter.pdf");
        let long = format!("{}.pdf", "x".repeat(400));
        let kept = NotAttached::kept_name(&long);
        assert!(kept.ends_with("x.pdf") && kept.len() == FILE_NAME_LENGTH_MAX);
    }

    #[test]
    fn the_headers_of_a_message_may_be_long() {
        let email = format!("Received: {}\r\nFrom: a@example.org\r\n\r\nx", "x".repeat(5_000));
        assert!(accepted("a.eml", email.as_bytes()));
    }

    #[test]
    fn a_document_of_very_many_parts_is_refused() {
        let document = |count: usize| {
            let mut names = vec!["x"; count];
            (names[0], names[1]) = ("[Content_Types].xml", "word/document.xml");
            zip(&names)
        };
        assert!(accepted("a.docx", &document(10_000)));
        assert!(!accepted("a.docx", &document(10_001)));
    }
}
