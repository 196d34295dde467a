//! Invoices and credit notes: what a provider claims for confirmed actuals (domain.md sections 3 and 4).
//!
//! A draft is computed when it is looked at, from what is owed and what earlier documents of the same contract and
//! period claim already. Its lines are fixed when it is submitted, and never edited: what changes afterwards is on
//! the next document.

mod document;
mod draft;
mod head;
mod id;
mod line;
mod submitting;
mod vat_number;

pub use document::{
    DOCUMENTS_MAX, InvoiceBody, InvoiceDocument, LINES_MAX, cancelled, settled, taken,
};
pub(crate) use document::{forecast, open};
pub use draft::{Draft, Drafting, NotIncluded};
pub use head::{
    Attachment, AttachmentType, CannotChange, Claim, InvoiceHead, InvoiceState, Step, Uploading,
};
pub use id::{InvoiceId, InvoiceNumber, NotAnInvoiceId, NotAnInvoiceNumber};
pub use line::{DocumentKind, InvoiceLine, LineRef, Vat};
pub use submitting::{CannotSubmitInvoice, Submitting};
pub use vat_number::{NotAVatNumber, VatNumber};
