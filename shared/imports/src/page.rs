//! A council file that somebody sends from the page: tried first, applied when they say so.
//!
//! The page sends the file straight into the bucket, under a name that nothing reads. What was sent is then dropped
//! into the council's inbox as a dry run, and, when somebody says so, the very bytes of the dry run once more under a
//! name that applies them. From there on it is a file of the council's like any other. Each drop is noted before it is
//! made, and put only if its name is free: so a request that comes twice, or that was cut off and comes again, ends
//! in one file.

use domain::clock::Now;
use domain::failure::{Failure, FieldError, Kind};
use domain::feed::{Feed, FileName, FileTime};
use domain::ids::BatchId;
use domain::sign_in::hex;
use files::{FilesError, Form, Place, Put, Sending, csv};
use sha2::{Digest, Sha256};
use store::{DeskDrop, DeskFile, DroppedBy};
use thiserror::Error;

use crate::history::{Answer, stem};
use crate::run::{FILE_BYTES_MAX, MEGABYTES_MAX};
use crate::{Imports, ImportsError, RACES_MAX};

/// The largest file that is sent from the page, in bytes: as large as one that is dropped.
pub const DESK_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How many seconds after a request it is looked for a name that is free.
const NAMES_MAX: usize = 60;
/// The longest name of a file that is kept, in characters.
const NAME_LENGTH_MAX: usize = 200;

/// A file that was sent, to be tried.
#[derive(Debug, Clone)]
pub struct FromPage {
    /// What it was sent as; the same again is the same request.
    pub upload_id: BatchId,
    /// What its rows are about.
    pub feed: Feed,
    /// As it was called where it came from.
    pub file_name: String,
}

/// A file that was sent from the page, and what is known of it.
#[derive(Debug, Clone)]
pub struct DeskState {
    /// The file.
    pub file: DeskFile,
    /// What the dry run said; none: it goes on.
    pub tried: Option<Answer>,
    /// What became of the rows; none: nobody applied it, or it goes on.
    pub applied: Option<Answer>,
}

/// Why a file is none of the council's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotACouncilFile {
    /// By its name.
    #[error("Choose a CSV file: its name ends in .csv")]
    Ending,
    /// It has no content.
    #[error("The file is empty. Save it again, then choose it once more")]
    Empty,
    /// It is too large.
    #[error("The file has more than {MEGABYTES_MAX} MB. Split it into smaller files")]
    TooLarge,
    /// It did not arrive.
    #[error("The file did not arrive. Choose it again")]
    NotThere,
}

impl Failure for NotACouncilFile {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "not-a-council-file"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("file", self.to_string())]
    }
}

/// Why a file that was tried cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotApply {
    /// Nobody has seen yet what it would change.
    #[error("The dry run goes on. Apply the file when you have seen what it would change.")]
    NotTriedYet,
    /// Nothing of it can be applied.
    #[error("Nothing of this file can be applied. Correct it, then send it again.")]
    Refused,
    /// What was tried is not what is there.
    #[error("The file of the dry run is not there any more. Send it again.")]
    Gone,
}

impl Failure for CannotApply {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotTriedYet => "not-tried-yet",
            Self::Refused => "file-refused",
            Self::Gone => "file-gone",
        }
    }
}

impl Imports {
    /// What a browser needs to send one of the council's files.
    ///
    /// # Errors
    ///
    /// [`NotACouncilFile`] if it cannot be one by name or size.
    pub async fn start_sending(
        &self,
        (file_name, size_bytes): (&str, u64),
        now: Now,
    ) -> Result<(BatchId, Form), ImportsError> {
        if !file_name.trim().to_ascii_lowercase().ends_with(".csv") {
            return Err(NotACouncilFile::Ending.into());
        }
        match size_bytes {
            0 => return Err(NotACouncilFile::Empty.into()),
            some if some > DESK_BYTES_MAX => return Err(NotACouncilFile::TooLarge.into()),
            _ => {}
        }
        let upload = BatchId::of(now.instant, &cloud::random_bytes::<16>());
        let sending = Sending { place: Place::desk_file(&upload), size_bytes_max: DESK_BYTES_MAX };
        Ok((upload, self.objects.form(&sending, now.instant).await?))
    }

    /// Drops what was sent as a dry run. The same request again answers what it led to, and finishes what was cut off.
    ///
    /// # Errors
    ///
    /// [`NotACouncilFile`] if it did not arrive or is too large.
    pub async fn try_from_page(
        &self,
        sent: &FromPage,
        by: &DroppedBy,
        now: Now,
    ) -> Result<DeskState, ImportsError> {
        for _ in 0..RACES_MAX {
            let known = self.store.desk_file(&sent.upload_id).await?;
            if known.as_ref().is_some_and(|it| it.tried.dropped) {
                return self.desk_state(&sent.upload_id).await;
            }
            let place = Place::desk_file(&sent.upload_id);
            let bytes = self.sent(&place).await?.ok_or(NotACouncilFile::NotThere)?;
            let sha256 = hex(&Sha256::digest(&bytes));
            let version = known.as_ref().map_or(0, |it| it.version);
            let known = match known.filter(|it| it.tried.sha256 == sha256) {
                Some(known) => known,
                None => DeskFile { version, ..begun(sent, (sha256, by), now) },
            };
            match self.try_dropping(known, &bytes, true).await {
                Err(ImportsError::Store(error)) if error.is_stale() => {}
                dropped => {
                    dropped?;
                    return self.desk_state(&sent.upload_id).await;
                }
            }
        }
        Err(ImportsError::Busy)
    }

    /// Applies what was tried: the very bytes. Once, however often and by however many it is asked.
    ///
    /// # Errors
    ///
    /// [`ImportsError::NotFound`]; [`CannotApply`].
    pub async fn apply_from_page(
        &self,
        upload: &BatchId,
        by: &DroppedBy,
        now: Now,
    ) -> Result<DeskState, ImportsError> {
        for _ in 0..RACES_MAX {
            let state = self.desk_state(upload).await?;
            let mut file = state.file.clone();
            if file.applied.as_ref().is_some_and(|it| it.dropped) {
                return Ok(state);
            }
            let tried = state.tried.ok_or(CannotApply::NotTriedYet)?;
            if tried.refused.is_some() {
                return Err(CannotApply::Refused.into());
            }
            let name = FileName::made(file.feed, file.tried.time, true).key();
            let bytes = self.sent(&Place::dropped(name, None)).await?.ok_or(CannotApply::Gone)?;
            let sha256 = hex(&Sha256::digest(&bytes));
            if sha256 != file.tried.sha256 {
                return Err(CannotApply::Gone.into());
            }
            file.applied = file.applied.or_else(|| Some(to_drop(sha256, by, now)));
            match self.try_dropping(file, &bytes, false).await {
                Err(ImportsError::Store(error)) if error.is_stale() => {}
                dropped => {
                    dropped?;
                    return self.desk_state(upload).await;
                }
            }
        }
        Err(ImportsError::Busy)
    }

    /// Has the rows tried again that wait: by a file without rows, because with every file that comes they are. So one
    /// function alone takes rows in, and the history says who asked for it.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table or the bucket does not answer.
    pub async fn retry_from_page(
        &self,
        by: &DroppedBy,
        now: Now,
    ) -> Result<FileName, ImportsError> {
        let feed = Feed::Settings;
        let headings: Vec<&str> = feed.columns().iter().map(|it| it.name).collect();
        self.drop_from_page(feed, &csv::write_plain(&headings, &[])?, by, now).await
    }

    /// Drops a file that somebody decided on a page, as the council could have sent it, and notes who did.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table or the bucket does not answer.
    pub async fn drop_from_page(
        &self,
        feed: Feed,
        bytes: &[u8],
        by: &DroppedBy,
        now: Now,
    ) -> Result<FileName, ImportsError> {
        let mut drop = to_drop(hex(&Sha256::digest(bytes)), by, now);
        drop.time = self.dropped(feed, drop.time, (bytes, false)).await?;
        drop.dropped = true;
        self.store.note_desk_drop(feed, &drop).await?;
        Ok(FileName::made(feed, drop.time, false))
    }

    /// A file that was sent from the page, and what is known of it.
    ///
    /// # Errors
    ///
    /// [`ImportsError::NotFound`].
    pub async fn desk_state(&self, upload: &BatchId) -> Result<DeskState, ImportsError> {
        let file = self.store.desk_file(upload).await?.ok_or(ImportsError::NotFound)?;
        let tried = self.answer_to(&stem(file.feed, file.tried.time, true)).await?;
        let applied = match &file.applied {
            Some(drop) if drop.dropped => {
                self.answer_to(&stem(file.feed, drop.time, false)).await?
            }
            _ => None,
        };
        Ok(DeskState { file, tried, applied })
    }

    /// The latest files that were sent from the page, at most `rows_max`.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table cannot be read.
    pub async fn desk_files(&self, rows_max: usize) -> Result<Vec<DeskFile>, ImportsError> {
        Ok(self.store.desk_files(rows_max).await?)
    }

    /// Notes what is to be dropped, drops it under the first name that is free, and notes that.
    async fn try_dropping(
        &self,
        mut file: DeskFile,
        bytes: &[u8],
        dry_run: bool,
    ) -> Result<(), ImportsError> {
        self.store.save_desk_file(&file).await?;
        file.version = file.version.saturating_add(1);
        let feed = file.feed;
        let drop = if dry_run { Some(&mut file.tried) } else { file.applied.as_mut() };
        let drop = drop.ok_or(ImportsError::NotFound)?;
        drop.time = self.dropped(feed, drop.time, (bytes, dry_run)).await?;
        drop.dropped = true;
        Ok(self.store.save_desk_file(&file).await?)
    }

    async fn dropped(
        &self,
        feed: Feed,
        mut time: FileTime,
        (bytes, dry_run): (&[u8], bool),
    ) -> Result<FileTime, ImportsError> {
        for _ in 0..NAMES_MAX {
            let name = FileName::made(feed, time, dry_run);
            let place = Place::dropped(name.key(), None);
            if self.objects.put_if_absent(&place, bytes).await? == Put::Written {
                cloud::tracing::info!(file = name.stem(), "file dropped from the page");
                return Ok(time);
            }
            let there = self.sent(&place).await;
            if there.is_ok_and(|it| it.is_some_and(|it| it == bytes)) {
                return Ok(time);
            }
            time = time.next_second().ok_or(ImportsError::Busy)?;
        }
        Err(ImportsError::Busy)
    }

    async fn sent(&self, place: &Place) -> Result<Option<Vec<u8>>, ImportsError> {
        match self.objects.get(place, FILE_BYTES_MAX).await {
            Err(FilesError::TooLarge { .. }) => Err(NotACouncilFile::TooLarge.into()),
            other => Ok(other?.map(|object| object.bytes)),
        }
    }
}

fn begun(sent: &FromPage, (sha256, by): (String, &DroppedBy), now: Now) -> DeskFile {
    DeskFile {
        upload_id: sent.upload_id.clone(),
        feed: sent.feed,
        file_name: sent.file_name.trim().chars().take(NAME_LENGTH_MAX).collect(),
        tried: to_drop(sha256, by, now),
        applied: None,
        version: 0,
    }
}

fn to_drop(sha256: String, by: &DroppedBy, now: Now) -> DeskDrop {
    let time = FileTime::of_instant(now.instant);
    DeskDrop { time, sha256, dropped: false, by: by.clone(), at: now.instant }
}
