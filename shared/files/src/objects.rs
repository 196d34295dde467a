//! The narrow waist: everything the portal ever asks of S3 is to get an object or to put one.
//!
//! Buckets in memory answer the same way. Both are held to the same scenarios in `tests/tests/waist.rs`.
//! Architecture invariant: nothing is listed and nothing is deleted. What there is, the table knows.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use cloud::{Cloud, Fuse};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::FilesError;
use crate::memory::Memory;
use crate::places::Place;
use crate::post::{Form, Sending};
use crate::reading::Reading;
use crate::s3::S3;

/// The portal's two buckets. Clones share them.
#[derive(Debug, Clone)]
pub struct Objects {
    engine: Engine,
    fuse: Fuse,
}

#[derive(Debug, Clone)]
enum Engine {
    S3(Arc<S3>),
    Memory(Arc<Memory>),
}

/// One object, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Changes when its bytes do; not otherwise meaningful.
    pub etag: String,
    /// Which of the objects that had its name, if the bucket keeps them.
    pub version: Option<String>,
}

impl Object {
    /// The value that it holds as JSON.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unreadable`] if it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FilesError> {
        serde_json::from_slice(&self.bytes).map_err(|error| FilesError::Unreadable {
            what: name_of::<T>(),
            why: error.to_string(),
        })
    }
}

/// Whether an object was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was.
    Written,
    /// There was one of its name, which stays as it is. It may be our own: when the answer to a first try was
    /// lost. So whoever must know reads it back.
    AlreadyThere,
}

impl Objects {
    /// The buckets of an AWS account. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self { engine: Engine::S3(Arc::new(S3::new(cloud))), fuse: Fuse::default() }
    }

    /// Empty buckets in this process, for tests.
    pub fn in_memory() -> Self {
        Self { engine: Engine::Memory(Arc::default()), fuse: Fuse::default() }
    }

    /// The same buckets, reached through `fuse`, for tests that cut the power.
    #[must_use]
    pub fn with_fuse(&self, fuse: Fuse) -> Self {
        Self { engine: self.engine.clone(), fuse }
    }

    /// Reads a whole object of at most `bytes_max`; none if there is none.
    ///
    /// # Errors
    ///
    /// [`FilesError::TooLarge`] before more than that is held; [`FilesError::Unavailable`].
    pub async fn get(&self, place: &Place, bytes_max: usize) -> Result<Option<Object>, FilesError> {
        self.fuse.burn(format_args!("before getting {place}"))?;
        let object = match &self.engine {
            Engine::S3(s3) => s3.get(place, bytes_max).await?,
            Engine::Memory(memory) => memory.get(place, bytes_max)?,
        };
        self.fuse.burn(format_args!("after getting {place}"))?;
        Ok(object)
    }

    /// Reads an object of at most `bytes_max` piece by piece, so that never more than one is held; none if there
    /// is none.
    ///
    /// # Errors
    ///
    /// [`FilesError::TooLarge`]; [`FilesError::Unavailable`].
    pub async fn read(&self, place: &Place, bytes_max: u64) -> Result<Option<Reading>, FilesError> {
        self.fuse.burn(format_args!("before opening {place}"))?;
        let reading = match &self.engine {
            Engine::S3(s3) => Box::pin(s3.read(place, bytes_max)).await?,
            Engine::Memory(memory) => memory.read(place, bytes_max)?,
        };
        self.fuse.burn(format_args!("after opening {place}"))?;
        Ok(reading.map(|reading| reading.with_fuse(self.fuse.clone(), place)))
    }

    /// What a browser needs to send one file straight into the bucket: for this very name, media type and at most
    /// this many bytes, for 15 minutes from `now` on. Makes no call that could leave anything behind.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unavailable`] if we have no credentials to sign it with.
    pub async fn form(&self, sending: &Sending, now: DateTime<Utc>) -> Result<Form, FilesError> {
        match &self.engine {
            Engine::S3(s3) => s3.form(sending, now).await,
            Engine::Memory(_) => Ok(Form::in_memory(sending)),
        }
    }

    /// Where anybody who is told can fetch an object, as a file called `file_name`, for a minute from `now` on.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unavailable`] if we have no credentials to sign it with.
    pub async fn link(
        &self,
        place: &Place,
        file_name: &str,
        now: DateTime<Utc>,
    ) -> Result<String, FilesError> {
        match &self.engine {
            Engine::S3(s3) => Box::pin(s3.link(place, file_name, now)).await,
            Engine::Memory(_) => Ok(format!("memory:{place}?as={file_name}")),
        }
    }

    /// Writes an object unless there is one of its name: of many that try, one does, and what it wrote stays.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unavailable`].
    pub async fn put_if_absent(
        &self,
        place: &Place,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<Put, FilesError> {
        self.fuse.burn(format_args!("before putting {place}"))?;
        let put = match &self.engine {
            Engine::S3(s3) => s3.put_if_absent(place, bytes.into()).await?,
            Engine::Memory(memory) => memory.put_if_absent(place, bytes.into()),
        };
        self.fuse.burn(format_args!("after putting {place}"))?;
        Ok(put)
    }

    /// Writes an object, whatever was there. For what is made again from the same facts, such as the log of a
    /// dry run; never for anything about money.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unavailable`].
    pub async fn put(&self, place: &Place, bytes: impl Into<Vec<u8>>) -> Result<(), FilesError> {
        self.fuse.burn(format_args!("before putting {place}"))?;
        match &self.engine {
            Engine::S3(s3) => s3.put(place, bytes.into()).await?,
            Engine::Memory(memory) => memory.put(place, bytes.into()),
        }
        self.fuse.burn(format_args!("after putting {place}"))?;
        Ok(())
    }

    /// Writes what is in a local file as an object, whatever was there, without holding it.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unwritable`] if the file cannot be read; [`FilesError::Unavailable`].
    pub async fn put_file(&self, place: &Place, file: &Path) -> Result<(), FilesError> {
        self.fuse.burn(format_args!("before putting {place}"))?;
        match &self.engine {
            Engine::S3(s3) => Box::pin(s3.put_file(place, file)).await?,
            Engine::Memory(memory) => {
                let bytes = std::fs::read(file).map_err(|error| FilesError::Unwritable {
                    what: "file",
                    why: error.to_string(),
                })?;
                memory.put(place, bytes);
            }
        }
        self.fuse.burn(format_args!("after putting {place}"))?;
        Ok(())
    }

    /// The latest object of every name in buckets in memory, such as `upload/council/inbox/…`, as text, for
    /// comparing whole states. None of a real bucket: the portal lists nothing.
    pub fn dump(&self) -> BTreeMap<String, String> {
        match &self.engine {
            Engine::S3(_) => BTreeMap::new(),
            Engine::Memory(memory) => memory.dump(),
        }
    }
}

/// `value` as the bytes of a JSON object.
///
/// # Errors
///
/// [`FilesError::Unwritable`] if it has no JSON.
pub fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, FilesError> {
    serde_json::to_vec(value)
        .map_err(|error| FilesError::Unwritable { what: name_of::<T>(), why: error.to_string() })
}

/// `Statement` of `domain::statement::Statement`.
fn name_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_killed_after_putting_has_put_and_does_not_know() {
        let (objects, place) = (Objects::in_memory(), Place::council_outbox("a_log.csv"));
        let dying = objects.with_fuse(Fuse::blowing_at(2));
        let cut = dying.put_if_absent(&place, "x").await.unwrap_err();
        let cut = cut.to_string();
        assert_eq!(cut, "interrupted at cut 2, after putting upload/council/outbox/a_log.csv");
        assert_eq!(objects.put_if_absent(&place, "y").await, Ok(Put::AlreadyThere));
        assert_eq!(objects.dump()["upload/council/outbox/a_log.csv"], "x");
    }

    #[tokio::test]
    async fn a_process_killed_before_putting_has_put_nothing() {
        let (objects, place) = (Objects::in_memory(), Place::council_outbox("a_log.csv"));
        objects.with_fuse(Fuse::blowing_at(1)).put(&place, "x").await.unwrap_err();
        assert_eq!(objects.dump(), BTreeMap::new());
    }
}
