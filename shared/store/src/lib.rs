//! The portal's records, kept in one DynamoDB table.
//!
//! `table` is the three things we ask of DynamoDB; `keys` spells every key; `codec` turns values into
//! attributes; each file named after a kind of record is a repository: `impl Store`.
//! This is the only crate that names `aws_sdk_dynamodb`.

mod accounts;
mod action;
mod actions;
mod announcements;
mod api_keys;
mod audit;
mod by_hand;
mod calendars;
mod care_packages;
mod chain;
mod change_requests;
mod codec;
mod contacts;
mod council;
mod desk_files;
mod digests;
mod documents;
mod dynamo;
mod error;
mod facts;
mod imports;
mod invoices;
pub mod keys;
mod memory;
mod notices;
mod orders;
mod outbox;
mod paces;
mod progress;
mod provider_facts;
mod providers;
mod query;
mod reading;
mod remittance_notes;
mod report_jobs;
mod sessions;
mod settings;
mod statements;
mod suppressions;
pub mod table;
mod untold;
mod uploads;
mod users;
mod webhooks;
mod weeks;

use std::collections::BTreeMap;

use cloud::{Cloud, Fuse};

pub use crate::accounts::{Change, Colleague, Given, Guest, Welcome};
pub use crate::action::{Action, Before};
pub use crate::actions::{ACTIONS_LISTED_MAX, AcceptedChange, SavedAction, SentFile};
pub use crate::api_keys::NewKey;
pub use crate::audit::{Appended, AuditPage};
pub use crate::by_hand::ByHand;
pub use crate::calendars::Feed;
pub use crate::care_packages::Visit;
pub use crate::change_requests::{AfterRequest, QueuedRequest};
pub use crate::codec::Row;
pub use crate::council::ListedProvider;
pub use crate::desk_files::{DeskDrop, DeskFile, DroppedBy, MisnamedFile, RefusedFile};
pub use crate::digests::{DIGEST_DAYS_BACK, Digest, DigestState, HappenedAt};
pub use crate::documents::{DocumentList, DocumentsToDo, ListedDocument, Unkept};
pub use crate::error::StoreError;
pub use crate::facts::{Agreement, Batch, ClientCpli, CycleMark, Known, Located, TakenBack, Told};
pub use crate::imports::{
    AfterWrite, Answered, Counts, FileRecord, FollowUp, Marker, Missing, MissingKind, Refusal,
    RowsWaiting, Waiting,
};
pub use crate::invoices::NextNumber;
pub use crate::notices::{EMAILS_TOGETHER_MAX, LaterEmails, News, Telling, ToSend};
pub use crate::outbox::{
    Claim, Delivery, IN_DOUBT_MINUTES, MailMessage, NotSent, OutboxEmail, OutboxId, OutboxRecord,
    Outcome, TRIES_MAX,
};
pub use crate::progress::Progress;
pub use crate::provider_facts::ProviderFacts;
pub use crate::query::{Cursor, Page, Query};
pub use crate::remittance_notes::NoteStep;
pub use crate::statements::{ChangedFact, EMAILS_MAX, KnownFacts};
pub use crate::suppressions::{AddressState, EmailState, SuppressedFor, Suppression};
use crate::table::Table;
pub use crate::untold::{PAYEES_MAX, Payee, UntoldPayment};
pub use crate::uploads::{Claimed, FILE_REFERENCES_MAX, Sent};
pub use crate::users::ListedUser;
pub use crate::webhooks::{DeliveryMessage, NewEndpoint};
pub use crate::weeks::{CpliWeeks, PeriodOf, SavedSubmission, WEEKS_SAVED_MAX, recorded};

/// How often a change is tried again because somebody else was faster.
pub(crate) const RACES_MAX: u32 = 5;

/// The portal's records, ready to use. Clones share one connection, or one table in memory.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) table: Table,
}

impl Store {
    /// Opens the portal's table. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self { table: Table::open(cloud) }
    }

    /// An empty table in this process, for tests.
    pub fn in_memory() -> Self {
        Self { table: Table::in_memory() }
    }

    /// The same records, reached through `fuse`, for tests that cut the power.
    #[must_use]
    pub fn with_fuse(&self, fuse: Fuse) -> Self {
        Self { table: self.table.clone().with_fuse(fuse) }
    }

    /// Another table in this process that holds now what this one does, for tests that begin alike many times.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of any other.
    pub fn copied(&self) -> Result<Self, StoreError> {
        Ok(Self { table: self.table.copied()? })
    }

    /// Puts records into a table in memory, as if they had always been there, for tests.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of any other: there the repositories say what must be true first.
    pub async fn seed(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        self.table.in_memory_only()?;
        for some in actions.chunks(table::ACTIONS_MAX) {
            self.table.write(some.to_vec()).await?;
        }
        Ok(())
    }

    /// Everything in a table in memory, for comparing whole states: what is so, not who looked at it. The audit
    /// is read with [`Store::audit_chain`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of any other: the portal never scans its table.
    pub fn dump(&self) -> Result<BTreeMap<String, serde_json::Value>, StoreError> {
        let mut records = self.table.dump()?;
        records.retain(|key, _| !key.starts_with("AUDIT"));
        Ok(records)
    }
}
