//! What a person does with a file on the page.

use domain::clock::Now;
use domain::failure::{Failure, FieldError, Kind};
use domain::ids::{BatchId, ProviderRef};
use domain::upload::{Arrival, BatchState, UploadBatch, Way};
use files::{Form, Place, Sending};
use sheets::Limits;
use store::{Cursor, StoreError};
use thiserror::Error;

use crate::name::stem;
use crate::tell::errors_place;
use crate::work::{Apply, ApplyMessage};
use crate::{ToldFinding, Uploads, UploadsError};

/// The longest name of a file that is kept, in characters.
const FILE_NAME_CHARACTERS_MAX: usize = 120;

/// More than the findings that the page shows ever take.
const FINDINGS_BYTES_MAX: usize = 1_000_000;

/// A file that may be sent now.
#[derive(Debug, Clone)]
pub struct Started {
    /// Its batch.
    pub batch: UploadBatch,
    /// What the browser posts, with the file after the fields.
    pub form: Form,
    /// How large the file may be: as large as it was said to be.
    pub size_bytes_max: u64,
}

/// Why a file cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BeginRefused {
    /// Its name ends otherwise.
    #[error("Choose a CSV or XLSX file.")]
    WrongEnding,
    /// It has nothing in it.
    #[error("The file is empty.")]
    Empty,
    /// It is too large.
    #[error("The file must be {megabytes} MB or smaller.")]
    TooLarge {
        /// What is taken.
        megabytes: u64,
    },
}

impl Failure for BeginRefused {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongEnding => "file-wrong-ending",
            Self::Empty => "file-empty",
            Self::TooLarge { .. } => "file-too-large",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("file", self.to_string())]
    }
}

impl Uploads {
    /// Begins a batch, for the file that a person chose.
    ///
    /// # Errors
    ///
    /// [`BeginRefused`] if it cannot be sent.
    pub async fn start(
        &self,
        provider: &ProviderRef,
        by: &str,
        (file_name, size_bytes): (&str, u64),
        now: Now,
    ) -> Result<Started, UploadsError> {
        let ending = ending(file_name).ok_or(BeginRefused::WrongEnding)?;
        let bytes_max = Limits::PAGE.file_bytes_max;
        if size_bytes == 0 {
            return Err(BeginRefused::Empty.into());
        }
        if size_bytes > bytes_max {
            return Err(BeginRefused::TooLarge { megabytes: bytes_max >> 20 }.into());
        }
        let batch_id = BatchId::of(now.instant, &cloud::random_bytes::<16>());
        let place = Place::page_upload(provider, &batch_id, ending);
        let arrival = Arrival {
            provider_ref: provider.clone(),
            file_name: shortened(file_name, ending),
            object_name: place.name.clone(),
            object_version: None,
            at: now.instant,
            by: Some(by.to_owned()),
        };
        let batch = UploadBatch::new(batch_id, Way::Page, arrival);
        let sending = Sending { place, size_bytes_max: size_bytes };
        let form = self.objects.form(&sending, now.instant).await?;
        self.store.save_upload(&batch).await?;
        Ok(Started { batch, form, size_bytes_max: size_bytes })
    }

    /// Some of the batches of a provider, newest first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`UploadsError`] if the table cannot be read.
    pub async fn list(
        &self,
        provider: &ProviderRef,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<UploadBatch>, Option<Cursor>), UploadsError> {
        Ok(self.store.uploads(provider, limit, after).await?)
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if the provider has no such batch.
    pub async fn batch(
        &self,
        provider: &ProviderRef,
        batch_id: &BatchId,
    ) -> Result<UploadBatch, UploadsError> {
        let batch = self.store.upload(provider, batch_id).await?;
        Ok(batch.ok_or(StoreError::Missing("upload"))?)
    }

    /// What was found in a file, as far as the page shows it; nothing before it was checked.
    ///
    /// # Errors
    ///
    /// [`UploadsError`] if the buckets cannot be read.
    pub async fn findings(&self, batch: &UploadBatch) -> Result<Vec<ToldFinding>, UploadsError> {
        if batch.checkup.is_none() {
            return Ok(Vec::new());
        }
        let place = Place::findings(&batch.provider_ref, &batch.batch_id);
        let found = self.objects.get(&place, FINDINGS_BYTES_MAX).await?;
        Ok(found.map(|object| object.json()).transpose()?.unwrap_or_default())
    }

    /// Asks that a batch be applied. Asked again before it is, the queue is told again.
    ///
    /// # Errors
    ///
    /// [`domain::upload::CannotGoOn`] if it may not be applied; [`StoreError::Stale`] if somebody else changed it.
    pub async fn ask_to_apply(
        &self,
        provider: &ProviderRef,
        batch_id: &BatchId,
        by: &str,
        now: Now,
    ) -> Result<UploadBatch, UploadsError> {
        let mut batch = self.batch(provider, batch_id).await?;
        if batch.state != BatchState::Applying {
            let asked = batch.apply(Some(by.to_owned()), now.instant)?;
            batch = self.save(asked).await?;
        }
        let apply = Apply { provider_ref: provider.clone(), batch_id: batch_id.clone() };
        self.queue.send(&ApplyMessage { apply }).await?;
        Ok(batch)
    }

    /// Puts a batch aside that is not wanted any more.
    ///
    /// # Errors
    ///
    /// [`domain::upload::CannotGoOn`] once it is being applied or done; [`StoreError::Stale`] if somebody else
    /// changed it.
    pub async fn abandon(
        &self,
        provider: &ProviderRef,
        batch_id: &BatchId,
    ) -> Result<UploadBatch, UploadsError> {
        let batch = self.batch(provider, batch_id).await?.abandon()?;
        self.save(batch).await
    }

    /// Where the workbook of rejected rows can be fetched for a minute.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if there is none.
    pub async fn errors_link(&self, batch: &UploadBatch, now: Now) -> Result<String, UploadsError> {
        if !batch.checkup.as_ref().is_some_and(|checkup| checkup.has_errors_file) {
            return Err(StoreError::Missing("workbook of rejected rows").into());
        }
        let name = format!("{}_errors.xlsx", stem(&batch.file_name));
        Ok(self.objects.link(&errors_place(batch), &name, now.instant).await?)
    }

    /// Saves a batch, and returns it as it now is.
    pub(crate) async fn save(&self, batch: UploadBatch) -> Result<UploadBatch, UploadsError> {
        self.store.save_upload(&batch).await?;
        Ok(UploadBatch { version: batch.version.saturating_add(1), ..batch })
    }
}

fn ending(file_name: &str) -> Option<&'static str> {
    let (_, ending) = file_name.rsplit_once('.')?;
    ["csv", "xlsx"].into_iter().find(|it| ending.eq_ignore_ascii_case(it))
}

/// Without folders that some browsers tell, and not too long.
fn shortened(file_name: &str, ending: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    if name.chars().count() <= FILE_NAME_CHARACTERS_MAX {
        return name.to_owned();
    }
    let stem: String = stem(name).chars().take(FILE_NAME_CHARACTERS_MAX).collect();
    format!("{stem}.{ending}")
}
