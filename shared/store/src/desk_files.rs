//! The council's files as the page about imports shows them: which there were, and those that were sent from it.

use chrono::{DateTime, Utc};
use domain::feed::{Feed, FileTime};
use domain::ids::{BatchId, StaffRef};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::imports::FileRecord;
use crate::keys::Key;
use crate::query::{Page, Query};

/// A council file that somebody sent from the page: tried first, applied when they say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskFile {
    /// Key.
    pub upload_id: BatchId,
    /// What its rows are about.
    pub feed: Feed,
    /// As it was called where it came from.
    pub file_name: String,
    /// The dry run.
    pub tried: DeskDrop,
    /// The same file, to be applied; none: nobody said so.
    #[serde(default)]
    pub applied: Option<DeskDrop>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// That somebody had a file dropped into the council's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskDrop {
    /// The time in its name. While it is not dropped, the first that is tried.
    pub time: FileTime,
    /// Of its content, in hexadecimal digits.
    pub sha256: String,
    /// Whether it is there.
    pub dropped: bool,
    /// Who.
    pub by: DroppedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// Which of the council's people sent a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedBy {
    /// The council's reference for them.
    pub staff_ref: StaffRef,
    /// Their name.
    pub name: String,
}

/// That nothing of a file was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    /// Key.
    pub feed: Feed,
    /// Key: the time in its name.
    pub time: FileTime,
    /// Its name without `.csv`.
    pub stem: String,
    /// Of its content, in hexadecimal digits; empty if it was too large to be read.
    pub sha256: String,
    /// Why: `F02`.
    pub code: String,
    /// Why, in words.
    pub message: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// That a file came whose name says neither what it is about nor when it was made. Nothing of it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MisnamedFile {
    /// Key: a hash of its name, which may be longer than a key.
    pub id: String,
    /// As it was called.
    pub name: String,
    /// What is wrong with that: `F07`.
    pub code: String,
    /// The same in words.
    pub message: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Notes that a file came whose name says nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn note_misnamed_file(&self, file: &MisnamedFile) -> Result<(), StoreError> {
        let key = Key::misnamed_file(file.at, &file.id);
        self.table.write(vec![Action::put(key, file)]).await
    }

    /// The latest `rows_max` files whose names say nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn misnamed_files(&self, rows_max: usize) -> Result<Vec<MisnamedFile>, StoreError> {
        self.table.query(&Query::misnamed_files().limit(rows_max)).await?.read()
    }

    /// At most `rows_max` files of a feed that were taken in, latest first, up to the one of `last`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn import_files(
        &self,
        feed: Feed,
        last: Option<FileTime>,
        rows_max: usize,
    ) -> Result<Vec<FileRecord>, StoreError> {
        self.table.query(&Query::import_files(feed, last).limit(rows_max)).await?.read()
    }

    /// At most `rows_max` files of a feed of which nothing was applied, latest first, up to the one of `last`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn refused_files(
        &self,
        feed: Feed,
        last: Option<FileTime>,
        rows_max: usize,
    ) -> Result<Vec<RefusedFile>, StoreError> {
        self.table.query(&Query::refused_files(feed, last).limit(rows_max)).await?.read()
    }

    /// That nothing of a file was applied, if so.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn refused_file(
        &self,
        feed: Feed,
        time: FileTime,
    ) -> Result<Option<RefusedFile>, StoreError> {
        self.table.get(&Key::refused_file(feed, time)).await
    }

    /// Notes that nothing of a file was applied; of several of one name, the latest.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn note_refused_file(&self, refused: &RefusedFile) -> Result<(), StoreError> {
        let key = Key::refused_file(refused.feed, refused.time);
        self.table.write(vec![Action::put(key, refused)]).await
    }

    /// The latest `rows_max` files that were sent from the page.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn desk_files(&self, rows_max: usize) -> Result<Vec<DeskFile>, StoreError> {
        let Page { rows, .. } = self.table.query(&Query::desk_files().limit(rows_max)).await?;
        rows.into_iter().map(crate::codec::Row::read).collect()
    }

    /// A file that was sent from the page.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn desk_file(&self, upload: &BatchId) -> Result<Option<DeskFile>, StoreError> {
        self.table.get(&Key::desk_file(upload)).await
    }

    /// Who sent the file of `time` from the page, if somebody did.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn desk_drop(
        &self,
        feed: Feed,
        time: FileTime,
    ) -> Result<Option<DeskDrop>, StoreError> {
        self.table.get(&Key::desk_drop(feed, time)).await
    }

    /// Notes who had a file dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn note_desk_drop(&self, feed: Feed, drop: &DeskDrop) -> Result<(), StoreError> {
        self.table.write(vec![Action::put(Key::desk_drop(feed, drop.time), drop)]).await
    }

    /// Saves a file that was sent from the page, if nobody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; stale if somebody was faster.
    pub async fn save_desk_file(&self, file: &DeskFile) -> Result<(), StoreError> {
        let mut actions =
            vec![Action::put(Key::desk_file(&file.upload_id), file).if_version(file.version)];
        // The dry run is of no feed's history.
        if let Some(drop) = file.applied.as_ref().filter(|it| it.dropped) {
            actions.push(Action::put(Key::desk_drop(file.feed, drop.time), drop));
        }
        self.table.write(actions).await
    }
}
