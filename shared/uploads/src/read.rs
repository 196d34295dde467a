//! Reads the rows of a file as it streams in.

use std::io::Cursor;
use std::ops::ControlFlow;

use domain::actuals::{FileProblem, Row};
use domain::sign_in::hex;
use domain::upload::Way;
use files::{FilesError, Objects, Place, Reading};
use sha2::{Digest, Sha256};
use sheets::{CsvReader, Limits, Unreadable, read_xlsx};

use crate::UploadsError;

/// What a file is told apart by.
const SIGNATURE_BYTES: usize = 4;

/// How reading ended.
#[derive(Debug)]
pub(crate) enum End {
    /// With its last row.
    Whole {
        /// Of its bytes, in hexadecimal digits.
        sha256: String,
    },
    /// Whoever took the rows wanted no more.
    Stopped,
    /// It cannot be read; rows of it may have been given out.
    Unreadable(FileProblem),
    /// There is no such object.
    Missing,
}

/// What a file may have that came that way.
pub(crate) fn limits(way: Way) -> Limits {
    match way {
        Way::Page => Limits::PAGE,
        Way::Dropped => Limits::DROP,
    }
}

/// Gives the rows of the file in `place` to `take`, the headings first.
pub(crate) async fn rows(
    objects: &Objects,
    place: &Place,
    limits: Limits,
    mut take: impl FnMut(&Row) -> ControlFlow<()>,
) -> Result<End, UploadsError> {
    let mut reading = match objects.read(place, limits.file_bytes_max).await {
        Ok(Some(reading)) => reading,
        Ok(None) => return Ok(End::Missing),
        Err(FilesError::TooLarge { .. }) => return Ok(too_large(limits)),
        Err(error) => return Err(error.into()),
    };
    let mut start = Vec::new();
    while start.len() < SIGNATURE_BYTES {
        let Some(piece) = reading.next().await? else { break };
        start.extend(piece);
    }
    let end = if start.starts_with(b"PK") {
        workbook(reading, start, &mut take).await
    } else {
        csv(reading, start, limits, &mut take).await
    };
    match end {
        Ok(end) => Ok(end),
        Err(Ended::Files(FilesError::TooLarge { .. })) => Ok(too_large(limits)),
        Err(Ended::Files(error)) => Err(error.into()),
        Err(Ended::Unreadable(why)) => match why.problem() {
            Some(problem) => Ok(End::Unreadable(problem)),
            None => Err(UploadsError::NoRoom {
                what: "reading a workbook",
                source: std::io::Error::other(why),
            }),
        },
    }
}

/// Why reading ended early.
#[derive(Debug)]
enum Ended {
    Files(FilesError),
    Unreadable(Unreadable),
}

impl From<FilesError> for Ended {
    fn from(error: FilesError) -> Self {
        Self::Files(error)
    }
}

impl From<Unreadable> for Ended {
    fn from(why: Unreadable) -> Self {
        Self::Unreadable(why)
    }
}

fn too_large(limits: Limits) -> End {
    let megabytes = limits.file_bytes_max >> 20;
    let why = Unreadable::TooLarge { megabytes }.to_string();
    End::Unreadable(FileProblem::Unreadable { why })
}

async fn csv(
    mut reading: Reading,
    start: Vec<u8>,
    limits: Limits,
    take: &mut impl FnMut(&Row) -> ControlFlow<()>,
) -> Result<End, Ended> {
    let (mut reader, mut hash) = (CsvReader::new(limits), Sha256::new());
    let mut piece = Some(start);
    while let Some(bytes) = piece {
        hash.update(&bytes);
        if reader.feed(&bytes, take)?.is_break() {
            return Ok(End::Stopped);
        }
        piece = reading.next().await?;
    }
    let mut stopped = false;
    reader.finish(&mut |row: &Row| {
        let flow = take(row);
        stopped = stopped || flow.is_break();
        flow
    })?;
    Ok(if stopped { End::Stopped } else { End::Whole { sha256: hex(&hash.finalize()) } })
}

/// A workbook is read from its end, so it is held: however it came, it may be no larger than one that the page sends.
async fn workbook(
    mut reading: Reading,
    start: Vec<u8>,
    take: &mut impl FnMut(&Row) -> ControlFlow<()>,
) -> Result<End, Ended> {
    let limits = Limits::PAGE;
    let (bytes_max, megabytes) = (limits.file_bytes_max, limits.file_bytes_max >> 20);
    let mut bytes = start;
    while let Some(piece) = reading.next().await? {
        bytes.extend(piece);
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bytes_max {
            return Err(Unreadable::TooLarge { megabytes }.into());
        }
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    let mut stopped = false;
    read_xlsx(Cursor::new(bytes), &limits, |row: &Row| {
        let flow = take(row);
        stopped = stopped || flow.is_break();
        flow
    })?;
    Ok(if stopped { End::Stopped } else { End::Whole { sha256 } })
}
