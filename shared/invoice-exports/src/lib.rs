//! An invoice or credit note for other programs: as CSV, and as EN 16931 in UBL 2.1.
//!
//! Only what was submitted is exported, for only then are its number and its lines fixed.
//!
//! Architecture invariant: nothing here computes what is owed. The lines add up to what the document says, or it is not
//! written at all.

mod category;
mod csv;
mod measure;
mod ubl;
mod xml;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::facts::Provider;
use domain::failure::{Failure, Kind};
use domain::invoice::{InvoiceBody, InvoiceId, InvoiceNumber};
use domain::money::MoneyError;
use thiserror::Error;

/// A submitted invoice or credit note, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Unique for its provider.
    pub number: InvoiceNumber,
    /// What was submitted.
    pub body: &'a InvoiceBody,
    /// The seller.
    pub provider: &'a Provider,
    /// The buyer.
    pub council_name: &'a str,
    /// The documents whose lines it takes back ([`InvoiceBody::takes_back`]).
    pub before: &'a BTreeMap<InvoiceId, Before>,
}

/// An earlier document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// Its number.
    pub number: InvoiceNumber,
    /// When it was submitted.
    pub date: NaiveDate,
}

/// Why a document was not written: a defect of ours.
#[derive(Debug, Error)]
pub enum NotExported {
    /// Its figures do not add up.
    #[error("the {0} of the document is not the sum of its lines")]
    DoesNotAddUp(&'static str),
    /// A line takes back one of a document whose number was not given.
    #[error("the number of {0} is not known, whose lines it takes back")]
    UnknownBefore(InvoiceId),
    /// An amount is beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// It cannot be written into memory.
    #[error("the document cannot be written: {0}")]
    Unwritable(String),
}

impl Failure for NotExported {
    fn kind(&self) -> Kind {
        Kind::Defect
    }

    fn code(&self) -> &'static str {
        "not-exported"
    }
}
