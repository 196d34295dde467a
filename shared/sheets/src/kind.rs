//! What a file is, by what it begins with.

use memchr::memchr;

use crate::unreadable::Unreadable;

/// Refuses what is known not to be text.
pub(crate) fn refuse_others(start: &[u8]) -> Result<(), Unreadable> {
    let known = [
        (&b"PK"[..], "a workbook or another archive: save it as CSV UTF-8 or XLSX"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "a workbook with a password or of the old kind (.xls): save it as XLSX without a password",
        ),
        (b"%PDF", "a PDF: send the spreadsheet that it was made from"),
        (b"\xFF\xFE", "in UTF-16: save it as CSV UTF-8"),
        (b"\xFE\xFF", "in UTF-16: save it as CSV UTF-8"),
    ];
    let what = known.into_iter().find(|(begins, _)| start.starts_with(begins)).map(|(_, it)| it);
    match what {
        Some(what) => Err(Unreadable::Other { what }),
        None => refuse_binary(start),
    }
}

/// Refuses what no text has in it, wherever in a file it stands.
pub(crate) fn refuse_binary(part: &[u8]) -> Result<(), Unreadable> {
    match memchr(0, part) {
        Some(_) => Err(Unreadable::Other { what: "not text: save it as CSV UTF-8 or XLSX" }),
        None => Ok(()),
    }
}
