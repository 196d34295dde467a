//! The portal's papers as PDFs that everybody can read: tagged, with a title, a language and a reading order
//! (PDF/UA-1), in print and on a phone.
//!
//! A paper is typeset by Typst from one template (`templates/paper.typ`). What it says is given as values and never
//! as markup, so that no text of a council, a provider or a client can change what is around it. The same paper
//! gives the same bytes, so that its hash says whether two are the same.
//!
//! Architecture invariant: nothing here reads a file, a network, a clock or a package.

mod contract_document;
mod error;
mod paper;
mod printable;
mod purchase_order;
mod remittance;
mod report;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
mod typeset;
mod words;

pub use crate::contract_document::{Clause, ContractDocument, PriceTerm, contract_document};
pub use crate::error::PapersError;
pub use crate::paper::{Detail, Difference};
pub use crate::purchase_order::{OrderLine, OrderLineKind, PurchaseOrder, purchase_order};
pub use crate::remittance::{RemittanceAdvice, remittance};
pub use crate::report::{PrintedReport, report};
