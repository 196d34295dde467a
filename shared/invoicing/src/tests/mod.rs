//! Invoices and credit notes from the first week to the council's decision.

mod attaching;
mod crash;
mod deciding;
mod money;
mod submitting;
mod world;
