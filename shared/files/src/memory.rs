//! Buckets in this process that answer as S3 would, with versions.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::error::FilesError;
use crate::objects::{Object, Put};
use crate::places::{Bucket, Place};
use crate::reading::Reading;

/// By bucket and name: every object that had the name, oldest first.
type Named = BTreeMap<(Bucket, String), Vec<Object>>;

#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Named>);

impl Memory {
    fn objects(&self) -> MutexGuard<'_, Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(
        &self,
        place: &Place,
        bytes_max: usize,
    ) -> Result<Option<Object>, FilesError> {
        let objects = self.objects();
        let Some(versions) = objects.get(&(place.bucket, place.name.clone())) else {
            return Ok(None);
        };
        let object = match &place.version {
            None => versions.last(),
            version => versions.iter().find(|object| object.version == *version),
        };
        match object {
            Some(object) if object.bytes.len() > bytes_max => {
                Err(FilesError::TooLarge { bytes_max })
            }
            object => Ok(object.cloned()),
        }
    }

    pub(crate) fn read(
        &self,
        place: &Place,
        bytes_max: u64,
    ) -> Result<Option<Reading>, FilesError> {
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let object = self.get(place, bytes_max)?;
        Ok(object.map(Reading::in_memory))
    }

    pub(crate) fn put_if_absent(&self, place: &Place, bytes: Vec<u8>) -> Put {
        let mut objects = self.objects();
        let versions = objects.entry((place.bucket, place.name.clone())).or_default();
        if versions.is_empty() {
            versions.push(made(bytes, 0));
            Put::Written
        } else {
            Put::AlreadyThere
        }
    }

    pub(crate) fn put(&self, place: &Place, bytes: Vec<u8>) {
        let mut objects = self.objects();
        let versions = objects.entry((place.bucket, place.name.clone())).or_default();
        let count = versions.len();
        versions.push(made(bytes, count));
    }

    pub(crate) fn dump(&self) -> BTreeMap<String, String> {
        let objects = self.objects();
        let latest = objects.iter().filter_map(|((bucket, name), versions)| {
            let place = Place { bucket: *bucket, name: name.clone(), version: None };
            let text = String::from_utf8_lossy(&versions.last()?.bytes).into_owned();
            Some((place.to_string(), text))
        });
        latest.collect()
    }
}

fn made(bytes: Vec<u8>, earlier: usize) -> Object {
    let hash = u128::from_be_bytes(first_16(&Sha256::digest(&bytes)));
    let etag = format!("{hash:032x}");
    Object { bytes, etag, version: Some(format!("v{earlier}")) }
}

fn first_16(digest: &[u8]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}
