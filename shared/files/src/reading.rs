//! An object, piece by piece.

use std::fmt;

use aws_sdk_s3::primitives::ByteStream;
use cloud::{Cause, Fuse};

use crate::error::FilesError;
use crate::objects::Object;
use crate::places::Place;

/// How large a piece of an object in memory is; those of S3 are of the same order.
const PIECE_BYTES: usize = 64 * 1024;

/// An object that is being read, piece by piece.
pub struct Reading {
    body: Body,
    bytes_left: u64,
    bytes_max: usize,
    /// How large the object is, in bytes; none: the bucket did not say.
    pub size_bytes: Option<u64>,
    /// Which of the objects that had its name, if the bucket keeps them.
    pub version: Option<String>,
    fuse: Fuse,
    name: String,
}

enum Body {
    S3(ByteStream),
    Memory(std::vec::IntoIter<Vec<u8>>),
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Reading {
    pub(crate) fn of_s3(
        body: ByteStream,
        size_bytes: Option<u64>,
        version: Option<String>,
        bytes_max: u64,
    ) -> Self {
        Self {
            body: Body::S3(body),
            bytes_left: bytes_max,
            bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
            size_bytes,
            version,
            fuse: Fuse::default(),
            name: String::new(),
        }
    }

    pub(crate) fn in_memory(object: Object) -> Self {
        let Object { bytes, version, .. } = object;
        let pieces: Vec<_> = bytes.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect();
        Self {
            body: Body::Memory(pieces.into_iter()),
            bytes_left: u64::MAX,
            bytes_max: usize::MAX,
            size_bytes: u64::try_from(bytes.len()).ok(),
            version,
            fuse: Fuse::default(),
            name: String::new(),
        }
    }

    pub(crate) fn with_fuse(self, fuse: Fuse, place: &Place) -> Self {
        Self { fuse, name: place.to_string(), ..self }
    }

    /// The next piece; none: that was all.
    ///
    /// # Errors
    ///
    /// [`FilesError::TooLarge`] if it has more bytes than it promised; [`FilesError::Unavailable`] if it broke off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, FilesError> {
        self.fuse.burn(format_args!("before reading a piece of {}", self.name))?;
        let piece = match &mut self.body {
            Body::Memory(pieces) => pieces.next(),
            Body::S3(body) => {
                let piece = body.next().await.transpose();
                let piece = piece.map_err(|error| FilesError::Unavailable {
                    doing: "read an object",
                    source: Cause::of(error),
                })?;
                piece.map(Into::into)
            }
        };
        let bytes = piece.as_ref().map_or(0, Vec::len);
        let left = self.bytes_left.checked_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.bytes_left = left.ok_or(FilesError::TooLarge { bytes_max: self.bytes_max })?;
        Ok(piece)
    }
}
