//! Files that are no document, or more than one.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::world::PDF;
use crate::pdf::{DOCUMENT_BYTES_MAX, NotADocument, sound};

fn with(text: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{text}\n%%EOF\n").into_bytes()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    let stream = encoder.finish().unwrap();
    let mut bytes =
        b"%PDF-1.7\n5 0 obj\n<< /Type /ObjStm /N 1 /Filter /FlateDecode >>\nstream\r\n".to_vec();
    bytes.extend(stream);
    bytes.extend(b"\nendstream\nendobj\n%%EOF\n");
    bytes
}

#[test]
fn a_plain_pdf_is_accepted() {
    assert_eq!(sound(PDF), Ok(()));
    assert_eq!(sound(&packed(b"<< /Type /Page >>")), Ok(()));
}

#[test]
fn what_is_something_else_is_told() {
    assert_eq!(sound(b""), Err(NotADocument::Empty));
    for text in
        [&b"<html><script>%PDF-"[..], b"%PDF-1.7 cut off", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]
    {
        assert_eq!(sound(text), Err(NotADocument::Content));
    }
    let mut large = PDF.to_vec();
    large.resize(usize::try_from(DOCUMENT_BYTES_MAX).unwrap() + 1, b' ');
    assert_eq!(sound(&large), Err(NotADocument::TooLarge));
}

#[test]
fn what_asks_for_a_password_is_told() {
    assert_eq!(sound(&with("trailer << /Encrypt 7 0 R >>")), Err(NotADocument::Protected));
}

#[test]
fn what_acts_or_carries_other_files_is_refused_however_it_is_spelled() {
    for name in [
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/XFA",
        "/SubmitForm",
        "/J#61vaScript",
        "/#4a#53",
        "/Java#53cript",
    ] {
        let text = format!("1 0 obj << /OpenAction << /S {name} /X (app.alert) >> >> endobj");
        assert_eq!(sound(&with(&text)), Err(NotADocument::Active), "{name}");
        let hidden = packed(text.as_bytes());
        assert_eq!(sound(&hidden), Err(NotADocument::Active), "{name} in an object stream");
    }
    assert_eq!(sound(&with("/JavaScripting /JSON /Launched")), Ok(()));
}

#[test]
fn what_unpacks_to_more_than_any_document_has_is_refused_before_it_is_held() {
    let bomb = packed(&vec![b' '; 80 * 1024 * 1024]);
    assert!(bomb.len() < 200_000);
    assert_eq!(sound(&bomb), Err(NotADocument::Content));
}

#[test]
fn an_object_stream_that_cannot_be_unpacked_cannot_be_read() {
    let broken =
        b"%PDF-1.7\n5 0 obj << /Type /ObjStm >> stream\nnot packed\nendstream endobj %%EOF";
    assert_eq!(sound(broken), Err(NotADocument::Content));
}

proptest! {
    #[test]
    fn no_file_makes_the_check_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut content = b"%PDF-1.7 /ObjStm stream\n".to_vec();
        content.extend(bytes);
        content.extend(b"endstream %%EOF");
        let answer = sound(&content);
        prop_assert!(answer.is_ok() || answer.is_err());
    }
}
