//! Text as Windows writes it in Western Europe.

/// What the bytes 0x80 to 0x9F mean in Windows-1252; the five that mean nothing stay the control characters that
/// they are elsewhere.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '•', '\u{2013}', '\u{2014}', '˜',
    '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Adds what `bytes` say to `text`: UTF-8, or else Windows-1252.
///
/// It is decided for each cell. Text in Windows-1252 that happens to be UTF-8 as well (`Ã©`) is not written by people.
pub(crate) fn decode(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(utf8) => text.push_str(utf8),
        Err(_) => text.extend(bytes.iter().map(|byte| windows(*byte))),
    }
}

fn windows(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or_else(|| char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        decode(bytes, &mut text);
        text
    }

    #[test]
    fn text_is_utf_8_or_else_what_windows_writes() {
        assert_eq!(decoded("Zoë £5".as_bytes()), "Zoë £5");
        assert_eq!(decoded(b"Zo\xEB \xA35 \x80 O\x92Neil \x96"), "Zoë £5 € O\u{2019}Neil \u{2013}");
    }
}
