//! What a row of each feed means for what is known. One function a feed.

mod agreements;
mod calendar;
mod care;
mod decisions;
mod delivered;
mod invoices;
mod people;

pub(crate) use agreements::earliest;
pub(crate) use invoices::InvoiceRow;
