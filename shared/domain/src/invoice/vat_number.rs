//! UK VAT registration numbers and their check digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};

/// The weights of the first seven digits.
const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];
/// What is added before the division for numbers given out since 2009.
const SINCE_2009: u32 = 55;
const MODULUS: u32 = 97;

/// A VAT registration number of a business in the United Kingdom: nine digits, the last two of which check the
/// others. Three more that name a branch are forgiven and left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber([u8; 9]);

crate::schema::is_text!(VatNumber, "A VAT registration number", "GB123456789");

/// Why a text is not a [`VatNumber`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAVatNumber {
    /// It has not nine digits.
    #[error("A VAT registration number has 9 digits, such as GB 123 4567 82.")]
    NotNineDigits,
    /// Its last two digits do not fit the others.
    #[error(
        "The last two digits of the VAT registration number do not fit the others. Check that it is typed as on the certificate."
    )]
    WrongCheckDigits,
    /// Such a body's number begins with GD or HA.
    #[error(
        "A number that begins with GD or HA is a government department's or a health authority's. Use the provider's own."
    )]
    OfPublicBody,
}

impl Failure for NotAVatNumber {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "vat-number-invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("vat_number", self.to_string())]
    }
}

impl FromStr for VatNumber {
    type Err = NotAVatNumber;

    /// Forgives spaces, dots and hyphens, case, and the country's letters in front.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let left_out = |it: &char| it.is_whitespace() || matches!(it, '.' | '-');
        let plain: String = text.chars().filter(|it| !left_out(it)).collect();
        let plain = plain.to_ascii_uppercase();
        let country = ["GB", "XI"].into_iter().find_map(|it| plain.strip_prefix(it));
        let plain = country.unwrap_or(&plain);
        if ["GD", "HA"].into_iter().any(|it| plain.starts_with(it)) {
            return Err(NotAVatNumber::OfPublicBody);
        }
        let digit = |it: char| it.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        let digits: Option<Vec<u8>> = plain.chars().map(digit).collect();
        let digits = digits.filter(|digits| matches!(digits.len(), 9 | 12));
        let nine = digits.and_then(|digits| digits.get(..9)?.try_into().ok());
        let found = Self(nine.ok_or(NotAVatNumber::NotNineDigits)?);
        if found.is_checked() { Ok(found) } else { Err(NotAVatNumber::WrongCheckDigits) }
    }
}

impl VatNumber {
    /// Whether the weighted sum and the check digits together are whole 97s, by either way of counting.
    fn is_checked(&self) -> bool {
        let [first @ .., tens, units] = self.0;
        let weighted = first
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(*digit).saturating_mul(weight));
        let check = u32::from(tens).saturating_mul(10).saturating_add(u32::from(units));
        let sum = weighted.fold(check, u32::saturating_add);
        let is_number = first.iter().any(|digit| *digit > 0);
        let whole = |sum: u32| sum.is_multiple_of(MODULUS);
        is_number && (whole(sum) || whole(sum.saturating_add(SINCE_2009)))
    }
}

impl fmt::Display for VatNumber {
    /// `GB 123 4567 82`, as certificates write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GB")?;
        for (index, digit) in self.0.iter().enumerate() {
            if matches!(index, 0 | 3 | 7) {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for VatNumber {
    type Error = NotAVatNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<VatNumber> for String {
    fn from(number: VatNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_counting_are_known_and_formatting_is_forgiven() {
        // 123456782 by the old way; 123456727 by the one since 2009.
        for text in
            ["GB 123 4567 82", "123456782", " gb123.4567-82 ", "XI123456782", "123456782001"]
        {
            assert_eq!(text.parse::<VatNumber>().unwrap().to_string(), "GB 123 4567 82", "{text}");
        }
        assert_eq!("GB123456727".parse::<VatNumber>().unwrap().to_string(), "GB 123 4567 27");
    }

    #[test]
    fn what_is_no_number_is_told_why() {
        use NotAVatNumber::{NotNineDigits, OfPublicBody, WrongCheckDigits};
        for (text, why) in [
            ("", NotNineDigits),
            ("GB12345678", NotNineDigits),
            ("1234567820", NotNineDigits),
            ("12345678X", NotNineDigits),
            ("FR123456782", NotNineDigits),
            ("123456783", WrongCheckDigits),
            ("213456782", WrongCheckDigits),
            ("000000000", WrongCheckDigits),
            ("GBGD001", OfPublicBody),
            ("ha 500", OfPublicBody),
        ] {
            assert_eq!(text.parse::<VatNumber>(), Err(why), "{text}");
        }
    }
}
