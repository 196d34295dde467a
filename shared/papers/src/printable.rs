//! Texts as they can be printed: a sign that the fonts do not have would make a paper that cannot be read aloud.

use serde_json::Value;

/// What stands for a sign that cannot be printed.
const UNKNOWN: char = '?';

/// Replaces what cannot be printed in every text of `value`. `has` says which signs the fonts have.
pub(crate) fn make_printable(value: &mut Value, has: &impl Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = printable(text, has),
        Value::Array(all) => all.iter_mut().for_each(|it| make_printable(it, has)),
        Value::Object(all) => all.values_mut().for_each(|it| make_printable(it, has)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn printable(text: &str, has: &impl Fn(char) -> bool) -> String {
    let sign = |sign: char| match sign {
        sign if is_invisible(sign) => None,
        sign if sign.is_whitespace() || sign.is_control() => Some(' '),
        sign if has(sign) => Some(sign),
        _ => Some(UNKNOWN),
    };
    text.chars().filter_map(sign).collect()
}

/// Signs that have no shape: among them those that turn the direction of what follows, which could make a text say
/// something else in print than on the page.
fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
