//! Cells and shared texts as nearly all programs write them, taken from the bytes at hand without looking for more.
//!
//! Whatever is written in another way, or is not at hand as a whole, is left to the XML reader: it costs ten times as
//! much and gives the same.

use memchr::memchr;

/// A cell with a value that needs no unescaping, or with none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuickCell<'b> {
    /// `K12`; none: the next one.
    pub(crate) place: Option<&'b str>,
    /// Its type as it is written.
    pub(crate) kind: Option<&'b str>,
    pub(crate) value: Option<&'b str>,
    /// How much of the bytes it is.
    pub(crate) length: usize,
}

/// The cell that `bytes` begin with: `<c r="K12" s="1" t="s"><v>9</v></c>` or `<c r="K12" s="1"/>`.
pub(crate) fn cell(bytes: &[u8]) -> Option<QuickCell<'_>> {
    let mut rest = bytes.strip_prefix(b"<c")?;
    let (mut place, mut style, mut kind) = (None, None, None);
    while let [b' ', name, b'=', b'"', after @ ..] = rest {
        let attribute = match name {
            b'r' => &mut place,
            b's' => &mut style,
            b't' => &mut kind,
            _ => return None,
        };
        let end = after.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
        let (value, after) = after.split_at_checked(end)?;
        // A second one of the same name counts for nothing.
        attribute.get_or_insert(std::str::from_utf8(value).ok()?);
        rest = after.strip_prefix(b"\"")?;
    }
    let (value, rest) = if let Some(rest) = rest.strip_prefix(b"/>") {
        (None, rest)
    } else {
        let (value, rest) = text(rest.strip_prefix(b"><v>")?)?;
        (Some(value), rest.strip_prefix(b"</v></c>")?)
    };
    let length = bytes.len().checked_sub(rest.len())?;
    Some(QuickCell { place, kind, value, length })
}

/// The shared text that `bytes` begin with, and how much of them it is: `<si><t>north</t></si>`.
pub(crate) fn item(bytes: &[u8]) -> Option<(&str, usize)> {
    let rest = bytes.strip_prefix(b"<si><t")?;
    let rest = rest.strip_prefix(br#" xml:space="preserve""#).unwrap_or(rest);
    let (text, rest) = text(rest.strip_prefix(b">")?)?;
    let rest = rest.strip_prefix(b"</t></si>")?;
    Some((text, bytes.len().checked_sub(rest.len())?))
}

/// What is before the next tag.
fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    // Most are a few digits.
    let near = bytes.iter().take(8).position(|byte| *byte == b'<');
    let (text, rest) = bytes.split_at_checked(near.or_else(|| memchr(b'<', bytes))?)?;
    let escaped = memchr(b'&', text).is_some();
    std::str::from_utf8(text).ok().filter(|_| !escaped).map(|text| (text, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_taken_as_it_is_usually_written() {
        let taken = |text: &'static str| {
            cell(text.as_bytes()).map(|it| (it.place, it.kind, it.value, it.length))
        };
        assert_eq!(
            taken(r#"<c r="K12" s="1" t="s"><v>9</v></c><c"#),
            Some((Some("K12"), Some("s"), Some("9"), 35))
        );
        assert_eq!(taken("<c><v/></c>"), None);
        assert_eq!(taken(r#"<c r="A1" s="2"/>"#), Some((Some("A1"), None, None, 17)));
        for other in [
            "<c",
            r#"<c r="K12"#,
            r#"<c r="K12"><v>9</v></"#,
            r#"<c r="K12"><f>1</f><v>1</v></c>"#,
            r#"<c r="A1" t="inlineStr"><is><t>x</t></is></c>"#,
            "<c><v>&amp;</v></c>",
            "<col/>",
            r"<c r='A1'><v>1</v></c>",
            "<c><v>1</v><v>2</v></c>",
        ] {
            assert_eq!(taken(other), None, "{other}");
        }
    }

    #[test]
    fn a_shared_text_is_taken_as_it_is_usually_written() {
        assert_eq!(item("<si><t>Zoë</t></si><si>".as_bytes()), Some(("Zoë", 20)));
        assert_eq!(item(br#"<si><t xml:space="preserve"> a</t></si>"#), Some((" a", 39)));
        for other in ["<si><t>a</t>", "<si><r><t>a</t></r></si>", "<si><t>&lt;</t></si>", "<si/>"] {
            assert_eq!(item(other.as_bytes()), None, "{other}");
        }
    }
}
