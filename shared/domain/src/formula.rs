//! Text that a spreadsheet would take for a formula: how it is written into a CSV file, and read back.

use std::borrow::Cow;

/// `text` as a CSV file may hold it: with an apostrophe in front if a spreadsheet would take it for a formula. A
/// negative number stays one. [`unguarded`] gives the text back.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let quoted = text.starts_with('\'');
    if is_risky(text) && (quoted || !is_number(text)) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that was [`guarded`].
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(text)
}

/// Whether a spreadsheet would take it for a formula, were it not for apostrophes in front.
pub fn is_risky(text: &str) -> bool {
    let bare = text.trim_start_matches(['\'', ' ']);
    // The wide ones are what some East Asian versions take for the narrow ones.
    bare.starts_with(|first: char| "=+-@＝＋－＠".contains(first) || first.is_control())
}

/// `12`, `-12.50`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix('-').unwrap_or(text);
    plain.split_once('.').map_or(digits(plain), |(pounds, pence)| digits(pounds) && digits(pence))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_text_is_a_formula_and_negative_numbers_stay_numbers() {
        for text in [
            "=1+1", "+44 191", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "--1", "-", "-.5", "＝1",
            "'=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["-12.00", "-3", "12.50", "", "Lake House", "2026-04-01", "a=b", "O'Neil", "'s"]
        {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_guarded_is_given_back_and_no_formula(text in "['=+@\t -]{0,4}\\PC{0,5}") {
            let written = guarded(&text);
            prop_assert_eq!(unguarded(&written), &text);
            let first = written.trim_start_matches(' ').chars().next();
            prop_assert!(first.is_none_or(|it| !"=+-@\t".contains(it)) || is_number(&text));
        }
    }
}
