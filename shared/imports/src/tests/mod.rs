//! Whole files in, whole states out.

mod access;
mod actions;
mod delivered;
mod documents;
mod feeds;
mod files;
mod interrupted;
mod news;
mod order;
mod page;
pub(crate) mod rig;
mod waiting;
