//! Objects in buckets, and the CSV in them.
//!
//! `objects` is the few things we ask of S3; `places` spells every object's name; `post` lets a browser send one
//! file; `csv` reads the council's files and writes ours. This is the only crate that names `aws_sdk_s3`.

pub mod csv;
mod error;
mod memory;
mod objects;
mod places;
mod post;
mod reading;
mod s3;

pub use crate::error::FilesError;
pub use crate::objects::{Object, Objects, Put, to_json};
pub use crate::places::{Bucket, COUNCIL_INBOX, COUNCIL_OUTBOX, Place, UPLOADS};
pub use crate::post::{Form, Sending};
pub use crate::reading::Reading;
