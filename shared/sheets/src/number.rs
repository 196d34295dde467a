//! Numbers as a workbook keeps them.

use rust_decimal::Decimal;

/// How many digits a person is shown of a number.
const DIGITS_MAX: usize = 15;

/// A number in plain digits, as it is shown: workbooks keep 17 digits (`1.1000000000000001`) and exponents.
pub(crate) fn shown(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    if text.len() <= DIGITS_MAX && text.bytes().all(plain) {
        return None;
    }
    let number: f64 = text.trim().parse().ok()?;
    let rounded = Decimal::from_scientific(&format!("{number:.14e}")).ok()?;
    Some(rounded.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_as_a_person_is_shown_it() {
        for (kept, seen) in [
            ("1.1000000000000001", "1.1"),
            ("0.30000000000000004", "0.3"),
            ("1.23456E+2", "123.456"),
            ("9.75", "9.75"),
            ("-1.5", "-1.5"),
            ("2.5E-1", "0.25"),
            ("164628", "164628"),
            ("1E+300", "1E+300"),
            ("NaN", "NaN"),
        ] {
            assert_eq!(shown(kept).as_deref().unwrap_or(kept), seen);
        }
    }
}
