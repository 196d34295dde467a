//! Why a file or a row is refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why nothing of a file is applied. The next file goes on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileProblem {
    /// F01
    #[error(
        "A file of this name with other content was already applied. Give the new content a new name, with a later time."
    )]
    OtherContent,
    /// F02
    #[error(
        "Column {0} is missing. The first row of the file must name every column, with commas between them."
    )]
    MissingColumn(&'static str),
    /// F03
    #[error("This is not a CSV file we can read: {0}.")]
    NotCsv(String),
    /// F06
    #[error(
        "The name {0} is not understood. Name the file after its feed and the time it was made, such as cplis_20260401T093000.csv."
    )]
    BadName(String),
    /// F07
    #[error("There is no feed {feed}. Begin the file's name with one of: {known}.")]
    UnknownFeed {
        /// What the name says.
        feed: String,
        /// What it could say.
        known: String,
    },
    /// F08
    #[error("Column {0} is there twice. Keep one of them.")]
    ColumnTwice(&'static str),
    /// F10
    #[error("The file has more than {0} rows. Split it into files with different times.")]
    TooManyRows(u64),
    /// F11
    #[error("The file is larger than {0} MB. Split it into files with different times.")]
    TooLarge(usize),
}

impl FileProblem {
    /// A stable name: `F02`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherContent => "F01",
            Self::MissingColumn(_) => "F02",
            Self::NotCsv(_) => "F03",
            Self::BadName(_) => "F06",
            Self::UnknownFeed { .. } => "F07",
            Self::ColumnTwice(_) => "F08",
            Self::TooManyRows(_) => "F10",
            Self::TooLarge(_) => "F11",
        }
    }
}

/// What is wrong with a row, for people and programs that sort the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Code {
    /// A cell that must be filled in is empty.
    I10,
    /// The row has more or fewer cells than the header, or its text is not UTF-8.
    I11,
    /// Not a reference.
    I12,
    /// Not a date.
    I13,
    /// Not a date with a time.
    I14,
    /// Not a number, or not one that can be meant.
    I15,
    /// Not one of the values that the column may have.
    I16,
    /// Too long.
    I17,
    /// Not an email address.
    I18,
    /// The key is also on an earlier row of the file.
    I19,
    /// An end before its start.
    I20,
    /// A statement would be finalised before it is locked.
    I21,
    /// Two periods of a cycle overlap.
    I22,
    /// A statement of the period is locked or finalised, or actuals are recorded for it.
    I23,
    /// A contract cannot move to another provider.
    I24,
    /// A service cannot move to another contract.
    I25,
    /// A care package cannot move to another contract.
    I26,
    /// An adjustment or directive cannot move to another contract.
    I27,
    /// The care package is not of the contract named.
    I28,
    /// The first day that the portal pays a contract is fixed once a statement is locked.
    I29,
    /// Another contact of the provider, or another of the council's people, signs in with this address.
    I30,
    /// There is no such setting.
    I31,
    /// More prices, contributions or absences than one care package can have.
    I32,
    /// No period of the cycle that a contract goes over to begins where the locked ones end.
    I33,
    /// A week that does not begin on the day on which the service's weeks begin.
    I34,
    /// Nothing was entered for the week that is decided about.
    I35,
    /// The invoice or credit note is not in a state in which this can be decided.
    I36,
    /// How a contract or a service is paid is fixed once statements are locked or actuals recorded.
    I37,
    /// The address is a contact's and one of the council's people's. Nobody is both.
    I38,
    /// The PDF of a contract document is none that can be agreed.
    I39,
    /// Names something not yet known. The row is kept and tried again.
    I40,
    /// Named something not known within the time. The row was not applied.
    I41,
    /// A contract document, or what it is about, is another provider's.
    I42,
    /// A setting would change, or a change of it be withdrawn, on a day that has begun.
    I43,
    /// A defect of the portal's.
    I99,
}

impl Code {
    /// All of them, in order.
    pub const ALL: [Self; 35] = [
        Self::I10,
        Self::I11,
        Self::I12,
        Self::I13,
        Self::I14,
        Self::I15,
        Self::I16,
        Self::I17,
        Self::I18,
        Self::I19,
        Self::I20,
        Self::I21,
        Self::I22,
        Self::I23,
        Self::I24,
        Self::I25,
        Self::I26,
        Self::I27,
        Self::I28,
        Self::I29,
        Self::I30,
        Self::I31,
        Self::I32,
        Self::I33,
        Self::I34,
        Self::I35,
        Self::I36,
        Self::I37,
        Self::I38,
        Self::I39,
        Self::I40,
        Self::I41,
        Self::I42,
        Self::I43,
        Self::I99,
    ];
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Why a row is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{code}: {message}")]
pub struct RowProblem {
    /// Which cell, if it is about one.
    pub column: Option<String>,
    /// What kind of problem.
    pub code: Code,
    /// What to do, to the person who made the file.
    pub message: String,
}

impl RowProblem {
    /// About one column.
    pub fn at(column: &str, code: Code, message: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), code, message: message.into() }
    }

    /// About the whole row.
    pub fn row(code: Code, message: impl Into<String>) -> Self {
        Self { column: None, code, message: message.into() }
    }
}
