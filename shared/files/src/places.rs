//! Every object's name is spelled here and nowhere else.
//!
//! | What | Bucket | Name |
//! |---|---|---|
//! | a council's file | upload | `council/inbox/{feed}_{time}.csv` |
//! | what became of its rows | upload | `council/outbox/{feed}_{time}_log.csv`, `…_summary.json` |
//! | a payment file | upload | `council/outbox/payments_{cycle}_{start}_{contract}.csv` |
//! | a statement as it was locked | document | `statements/{contract}/{start}/locked.json` |
//! | a statement as it was finalised | document | `statements/{contract}/{start}/finalised.json` |
//! | a remittance advice | document | `remittances/{contract}/{start}.csv` |

use std::fmt;

use chrono::NaiveDate;
use domain::ids::{ContractRef, CycleRef};

/// Where the council drops its files.
pub const COUNCIL_INBOX: &str = "council/inbox/";
/// Where the council finds what became of them, and its payment files.
pub const COUNCIL_OUTBOX: &str = "council/outbox/";

/// One of the portal's two buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// What the council and providers drop, and what is answered to them.
    Upload,
    /// Statements and remittances.
    Document,
}

/// Where an object is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In which bucket.
    pub bucket: Bucket,
    /// Under which name: `statements/C3001/2026-04-06/finalised.json`.
    pub name: String,
    /// Which of the objects that had this name; none: the latest.
    pub version: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bucket = match self.bucket {
            Bucket::Upload => "upload",
            Bucket::Document => "document",
        };
        write!(f, "{bucket}/{}", self.name)
    }
}

impl Place {
    fn new(bucket: Bucket, name: String) -> Self {
        Self { bucket, name, version: None }
    }

    /// What a notification about the upload bucket named: the very object, though the name be used again.
    pub fn dropped(name: impl Into<String>, version: Option<String>) -> Self {
        Self { bucket: Bucket::Upload, name: name.into(), version }
    }

    /// What the council drops as `file_name`: `cplis_20260401T093000.csv`.
    pub fn council_inbox(file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{COUNCIL_INBOX}{file_name}"))
    }

    /// What the council finds as `file_name`: `cplis_20260401T093000_log.csv`.
    pub fn council_outbox(file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{COUNCIL_OUTBOX}{file_name}"))
    }

    /// The payment file of one contract in one period.
    pub fn payment_file(cycle: &CycleRef, start: NaiveDate, contract: &ContractRef) -> Self {
        Self::council_outbox(&format!("payments_{cycle}_{start}_{contract}.csv"))
    }

    /// A statement as it was locked.
    pub fn locked(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("statements/{contract}/{start}/locked.json"))
    }

    /// A statement as it was finalised.
    pub fn finalised(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("statements/{contract}/{start}/finalised.json"))
    }

    /// A remittance advice.
    pub fn remittance(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("remittances/{contract}/{start}.csv"))
    }

    /// What kind of file it is, by the end of its name.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((_, "csv")) => "text/csv; charset=utf-8",
            Some((_, "json")) => "application/json",
            Some(_) | None => "application/octet-stream",
        }
    }
}
