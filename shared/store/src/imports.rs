//! What became of the council's files and their rows.
//!
//! A file is taken in piece by piece; how far it is stands in its record, which is saved in the transaction of
//! each piece. So whoever goes on after an interruption neither repeats nor misses a row.

use chrono::{DateTime, TimeDelta, Utc};
use domain::feed::{Feed, FileTime, Row as FeedRow, RowProblem};
use domain::ids::{ContactRef, DocumentRef, ProviderRef, StaffRef};
use domain::invoice::InvoiceId;
use domain::sign_in::EmailAddress;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::facts::Batch;
use crate::keys::Key;
use crate::query::{Cursor, Page, Query};

/// How long it is kept which rows were not applied: the council has its log.
const REFUSALS_KEPT_DAYS: i64 = 90;

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Key.
    pub feed: Feed,
    /// Key: the time in its name.
    pub time: FileTime,
    /// Its name without `.csv`.
    pub stem: String,
    /// Of its content, in hexadecimal digits.
    pub sha256: String,
    /// The last row that was dealt with, as a spreadsheet counts.
    pub rows_done: u64,
    /// What became of the rows.
    pub counts: Counts,
    /// What must still follow from what was written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<AfterWrite>,
    /// When it was first looked at.
    pub started_at: DateTime<Utc>,
    /// When its last row was dealt with and all was answered.
    pub finished_at: Option<DateTime<Utc>>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// Rows with something in them.
    #[serde(rename = "rows_read")]
    pub read: u64,
    /// There was no such record.
    #[serde(rename = "rows_new")]
    pub new: u64,
    /// The record says something else now.
    #[serde(rename = "rows_changed")]
    pub changed: u64,
    /// The record said so already.
    #[serde(rename = "rows_unchanged")]
    pub unchanged: u64,
    /// Not applied.
    #[serde(rename = "rows_rejected")]
    pub rejected: u64,
    /// Kept, because they name something not yet known.
    #[serde(rename = "rows_pending")]
    pub pending: u64,
    /// A later file has already said what holds.
    #[serde(rename = "rows_superseded")]
    pub superseded: u64,
}

/// What must follow from what was written, and may be done again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterWrite {
    /// A contact's access must be made what the contact says.
    Access {
        /// At whom.
        provider_ref: ProviderRef,
        /// Whose.
        contact_ref: ContactRef,
        /// The address that the contact signed in with before.
        email_before: Option<EmailAddress>,
    },
    /// The access of one of the council's people must be made what their record says.
    Staff {
        /// Whose.
        staff_ref: StaffRef,
        /// The address that they signed in with before.
        email_before: Option<EmailAddress>,
    },
    /// What a row said of a contract document must be published.
    Publish {
        /// Which.
        document_ref: DocumentRef,
    },
    /// A provider must be told what was decided about its invoice or credit note.
    Decided {
        /// Whose.
        provider_ref: ProviderRef,
        /// Which.
        invoice_id: InvoiceId,
    },
}

/// A row that was not applied, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// As a spreadsheet counts.
    pub row: u64,
    /// Why.
    #[serde(flatten)]
    pub problem: RowProblem,
}

/// Rows of one piece of a file that were not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// In the order of the file.
    pub refusals: Vec<Refusal>,
    /// Counts saves.
    #[serde(default)]
    pub version: u32,
}

/// Something that a row names and that is not yet known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Missing {
    /// What kind of thing.
    pub kind: MissingKind,
    /// The council's reference for it.
    pub reference: String,
}

/// What kind of thing a row can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the glossary's own")]
pub enum MissingKind {
    Provider,
    Contract,
    Service,
    Client,
    Cpli,
    Cycle,
    Invoice,
    Team,
    ActionType,
    Pdf,
}

impl MissingKind {
    /// As keys spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Contract => "contract",
            Self::Service => "service",
            Self::Client => "client",
            Self::Cpli => "cpli",
            Self::Cycle => "cycle",
            Self::Invoice => "invoice",
            Self::Pdf => "pdf",
            Self::Team => "team",
            Self::ActionType => "action_type",
        }
    }

    /// As people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Contract => "contract",
            Self::Service => "service",
            Self::Client => "client with SSRef",
            Self::Cpli => "CPLI",
            Self::Cycle => "payment period of cycle",
            Self::Invoice => "invoice or credit note",
            Self::Pdf => "PDF",
            Self::Team => "team",
            Self::ActionType => "type of action",
        }
    }
}

/// That rows wait for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// What they wait for.
    #[serde(flatten)]
    pub missing: Missing,
    /// Counts how often rows were added.
    #[serde(default)]
    pub version: u32,
}

/// Rows of the council's files that wait for something not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowsWaiting {
    /// How many.
    pub rows: usize,
    /// Since when the oldest does.
    pub since: Option<DateTime<Utc>>,
}

/// Rows of one piece of a file that wait for the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What they wait for.
    pub missing: Missing,
    /// Of which file.
    pub feed: Feed,
    /// Of which file.
    pub time: FileTime,
    /// Of which file.
    pub stem: String,
    /// The first row of the piece.
    pub piece: u64,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The rows, as JSON.
    rows: String,
    /// Counts saves.
    #[serde(default)]
    pub version: u32,
}

impl Waiting {
    /// Rows of a piece of `file` that begins with row `piece`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unwritable`] if they cannot be kept.
    pub fn new(
        file: &FileRecord,
        piece: u64,
        missing: Missing,
        rows: &[FeedRow],
    ) -> Result<Self, StoreError> {
        let (feed, time, stem) = (file.feed, file.time, file.stem.clone());
        let rows = written(rows)?;
        Ok(Self { missing, feed, time, stem, piece, since: file.started_at, rows, version: 0 })
    }

    /// The same with these rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unwritable`] if they cannot be kept.
    pub fn with_rows(self, rows: &[FeedRow]) -> Result<Self, StoreError> {
        Ok(Self { rows: written(rows)?, ..self })
    }

    /// `rows` of the same piece, waiting for something else.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unwritable`] if they cannot be kept.
    pub fn instead(&self, missing: Missing, rows: &[FeedRow]) -> Result<Self, StoreError> {
        Ok(Self { missing, rows: written(rows)?, version: 0, ..self.clone() })
    }

    /// The rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] if they are not what [`Waiting::new`] wrote.
    pub fn rows(&self) -> Result<Vec<FeedRow>, StoreError> {
        serde_json::from_str(&self.rows).map_err(|why| {
            StoreError::unreadable::<Self>(serde::de::Error::custom(why.to_string()))
        })
    }

    fn key(&self) -> Key {
        Key::waiting_rows(&self.missing, self.feed, self.time, self.piece)
    }
}

fn written(rows: &[FeedRow]) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(StoreError::unwritable::<Waiting>)
}

/// What an import writes beside the facts.
impl Batch {
    /// Saves how far a file is, if nobody has since it was read.
    pub fn file(&mut self, file: &FileRecord) {
        let key = Key::import_file(file.feed, file.time);
        self.add(Action::put(key, file).if_version(file.version));
    }

    /// Keeps which rows of a piece of `file` were not applied.
    pub fn answered(&mut self, file: &FileRecord, piece: u64, answered: &Answered) {
        let key = Key::import_refusals(file.feed, file.time, piece);
        let put = Action::put(key, answered).if_version(answered.version);
        self.add(put.expires_at(after_days(file.started_at, REFUSALS_KEPT_DAYS)));
    }

    /// Keeps rows until what they name is known. `marker`: what says so already, if something does.
    pub fn wait(&mut self, waiting: &Waiting, marker: Option<&Marker>) {
        let fresh = Marker { missing: waiting.missing.clone(), version: 0 };
        let marker = marker.unwrap_or(&fresh);
        let key = Key::waiting_for(&marker.missing);
        self.add(Action::put(key, marker).if_version(marker.version));
        self.add(Action::put(waiting.key(), waiting).if_version(waiting.version));
    }

    /// Keeps the rows that are left of those that waited, if nobody else has dealt with them.
    pub fn still_wait(&mut self, waiting: &Waiting) {
        self.add(Action::put(waiting.key(), waiting).if_version(waiting.version));
    }

    /// Forgets rows that waited, if nobody else has dealt with them.
    pub fn wait_no_more(&mut self, waiting: &Waiting) {
        self.add(Action::delete(waiting.key()).if_version(waiting.version).if_present());
    }

    /// Keeps which rows could not be applied after waiting, `first` the first row looked at.
    pub fn refused_late(&mut self, waiting: &Waiting, first: u64, refusals: Vec<Refusal>) {
        let key = Key::late_refusals(&waiting.missing, waiting.feed, waiting.time, first);
        let put = Action::put(key, &Answered { refusals, version: 0 });
        self.add(put.expires_at(after_days(waiting.since, REFUSALS_KEPT_DAYS)));
    }

    /// Notes that something about a file is still to be followed up. `mark` tells it from what comes later.
    pub fn follow_up(&mut self, waiting: &Waiting, mark: &str) {
        let (feed, time, mark) = (waiting.feed, waiting.time, mark.to_owned());
        let due = FollowUp { feed, time, stem: waiting.stem.clone(), mark };
        self.put(Key::follow_up(feed, time), &due);
    }
}

/// A file of which rows that waited were dealt with, and something is still to follow from that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Which file.
    pub feed: Feed,
    /// Which file.
    pub time: FileTime,
    /// Its name without `.csv`.
    pub stem: String,
    /// What it follows from.
    pub mark: String,
}

impl Store {
    /// How far a file is, if anything of it was taken in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn import_file(
        &self,
        feed: Feed,
        time: FileTime,
    ) -> Result<Option<FileRecord>, StoreError> {
        self.table.get(&Key::import_file(feed, time)).await
    }

    /// Some of the rows of a file that were not applied, piece by piece, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn refusals(
        &self,
        feed: Feed,
        time: FileTime,
        after: Option<Cursor>,
    ) -> Result<(Vec<Answered>, Option<Cursor>), StoreError> {
        self.some(Query::import_refusals(feed, time), after).await
    }

    /// What was not applied of one piece of a file.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn refusals_of_piece(
        &self,
        feed: Feed,
        time: FileTime,
        piece: u64,
    ) -> Result<Option<Answered>, StoreError> {
        self.table.get(&Key::import_refusals(feed, time, piece)).await
    }

    /// Some of the rows of a file that waited and were refused, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn late_refusals(
        &self,
        feed: Feed,
        time: FileTime,
        after: Option<Cursor>,
    ) -> Result<(Vec<Answered>, Option<Cursor>), StoreError> {
        self.some(Query::late_refusals(feed, time), after).await
    }

    /// Some of the files of which something is still to be followed up, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn follow_ups(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<FollowUp>, Option<Cursor>), StoreError> {
        self.some(Query::follow_ups(), after).await
    }

    /// Notes that a file was followed up, if nothing came to it since.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn followed_up(&self, done: &FollowUp) -> Result<(), StoreError> {
        let key = Key::follow_up(done.feed, done.time);
        match self.table.write(vec![Action::delete(key).if_equals("mark", &done.mark)]).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    /// The rows of a piece that wait for something.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn waiting_piece(&self, like: &Waiting) -> Result<Option<Waiting>, StoreError> {
        self.table.get(&like.key()).await
    }

    /// Whether rows wait for something, and since how many additions.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn marker(&self, missing: &Missing) -> Result<Option<Marker>, StoreError> {
        self.table.get(&Key::waiting_for(missing)).await
    }

    /// Some of the things that rows wait for, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn markers(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<Marker>, Option<Cursor>), StoreError> {
        self.some(Query::waiting_for(), after).await
    }

    /// Some of the rows that wait for something, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn waiting(
        &self,
        missing: &Missing,
        after: Option<Cursor>,
    ) -> Result<(Vec<Waiting>, Option<Cursor>), StoreError> {
        self.some(Query::waiting_rows(missing), after).await
    }

    /// How many rows of the council's files wait for something not yet known, and since when the oldest does: of at most
    /// `things_max` things that rows wait for.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn rows_waiting(&self, things_max: usize) -> Result<RowsWaiting, StoreError> {
        let (mut all, mut things, mut after) = (RowsWaiting::default(), 0_usize, None);
        loop {
            let (markers, next) = self.markers(after).await?;
            for marker in &markers {
                all = self.rows_waiting_for(marker, all).await?;
            }
            things = things.saturating_add(markers.len());
            after = next.filter(|_| things < things_max);
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    async fn rows_waiting_for(
        &self,
        marker: &Marker,
        mut all: RowsWaiting,
    ) -> Result<RowsWaiting, StoreError> {
        let mut after = None;
        loop {
            let (some, next) = self.waiting(&marker.missing, after).await?;
            for it in &some {
                all.rows = all.rows.saturating_add(it.rows()?.len());
                all.since = Some(all.since.map_or(it.since, |since| since.min(it.since)));
            }
            after = next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Forgets that rows wait for something, if none was added since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn forget_marker(&self, marker: &Marker) -> Result<(), StoreError> {
        let delete = Action::delete(Key::waiting_for(&marker.missing)).if_version(marker.version);
        match self.table.write(vec![delete]).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    async fn some<T: serde::de::DeserializeOwned>(
        &self,
        query: Query,
        after: Option<Cursor>,
    ) -> Result<(Vec<T>, Option<Cursor>), StoreError> {
        let Page { rows, next } = self.table.query(&query.after(after)).await?;
        let values = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
        Ok((values, next))
    }
}

fn after_days(instant: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    instant.checked_add_signed(TimeDelta::days(days)).unwrap_or(instant)
}
