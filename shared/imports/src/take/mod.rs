//! What a row of each feed means for what is known. One function a feed.

mod actions;
mod agreements;
mod calendar;
mod care;
mod decisions;
mod delivered;
mod documents;
mod invoices;
mod people;

pub(crate) use self::agreements::earliest;
pub(crate) use documents::DocumentRow;
pub(crate) use invoices::InvoiceRow;
