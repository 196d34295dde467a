//! The names of a document: its key, and the number on it.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ids::ContractRef;

/// The key of an invoice or credit note: the n-th, counted from 1, of a contract and period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceId {
    /// The contract.
    pub contract_ref: ContractRef,
    /// First day of the period in which the care was given.
    pub period_start: NaiveDate,
    /// Which of them, counted from 1.
    pub n: u16,
}

crate::schema::is_text!(
    InvoiceId,
    "An invoice or credit note",
    "C3001.2026-04-06.1",
    r"^[A-Za-z0-9._-]{1,40}\.[0-9]{4}-[0-9]{2}-[0-9]{2}\.[1-9][0-9]*$"
);

/// Why a text is not an [`InvoiceId`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not a document of a contract and period, such as C3001.2026-04-06.1")]
pub struct NotAnInvoiceId(String);

impl fmt::Display for InvoiceId {
    /// `C3001.2026-04-06.1`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.contract_ref, self.period_start, self.n)
    }
}

impl FromStr for InvoiceId {
    type Err = NotAnInvoiceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            // A contract's reference may have dots of its own.
            let mut parts = text.trim().rsplitn(3, '.');
            let n = parts.next()?.parse().ok().filter(|n| *n > 0)?;
            let period_start = parts.next()?.parse().ok()?;
            let contract_ref = parts.next()?.parse().ok()?;
            Some(Self { contract_ref, period_start, n })
        };
        let found = read().filter(|found| found.to_string() == text.trim());
        found.ok_or_else(|| NotAnInvoiceId(text.to_owned()))
    }
}

impl TryFrom<String> for InvoiceId {
    type Error = NotAnInvoiceId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<InvoiceId> for String {
    fn from(id: InvoiceId) -> Self {
        id.to_string()
    }
}

/// The number on an invoice or credit note: counted from 1 for each provider, without gaps.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct InvoiceNumber(u32);

/// Why a text is not an [`InvoiceNumber`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not the number of an invoice, such as 17")]
pub struct NotAnInvoiceNumber(String);

impl InvoiceNumber {
    /// A provider's first.
    pub const FIRST: Self = Self(1);

    /// The one after it; none: there are no more numbers.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for InvoiceNumber {
    type Err = NotAnInvoiceNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || NotAnInvoiceNumber(text.to_owned());
        let number: u32 = text.trim().parse().map_err(|_not_a_number| refused())?;
        Self::try_from(number).map_err(|_nought| refused())
    }
}

impl TryFrom<u32> for InvoiceNumber {
    type Error = NotAnInvoiceNumber;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if number == 0 { Err(NotAnInvoiceNumber(number.to_string())) } else { Ok(Self(number)) }
    }
}

impl From<InvoiceNumber> for u32 {
    fn from(number: InvoiceNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_with_dots_in_its_reference_has_documents_too() {
        let id: InvoiceId = "C.30.01.2026-04-06.12".parse().unwrap();
        assert_eq!((id.contract_ref.as_str(), id.n), ("C.30.01", 12));
        assert_eq!(id.to_string(), "C.30.01.2026-04-06.12");
        for text in
            ["", "C1.2026-04-06.0", "C1.2026-04-06.01", "C1.2026-13-06.1", "C1.1", ".2026-04-06.1"]
        {
            assert!(text.parse::<InvoiceId>().is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_counted_from_one() {
        assert_eq!(InvoiceNumber::FIRST.next().map(u32::from), Some(2));
        assert_eq!(" 017 ".parse::<InvoiceNumber>().map(u32::from), Ok(17));
        for text in ["0", "-1", "x", ""] {
            assert!(text.parse::<InvoiceNumber>().is_err(), "{text}");
        }
    }
}
