//! Records the rows of a file.

use std::io;

use domain::upload::UploadBatch;
use domain::weeks::{Recorded, Source};
use store::{CpliWeeks, PeriodOf, Store};

use crate::UploadsError;
use crate::compare::Applying;
use crate::error::{COMMENTS, no_room};
use crate::kept::KeptRows;
use crate::known::Known;
use crate::walk::{Entry, Walk};

/// How often some weeks are tried again because somebody else was faster.
const RACES_MAX: u32 = 8;

/// Who records, and the rows.
struct Recording<'a> {
    store: &'a Store,
    kept: &'a KeptRows<'a>,
    applying: Applying<'a>,
    by: &'a str,
}

/// Records the rows of `batch` that are not recorded yet.
pub(crate) async fn record(
    store: &Store,
    known: &Known,
    kept: &KeptRows<'_>,
    batch: &UploadBatch,
) -> Result<(), UploadsError> {
    let as_of = batch.apply_at.unwrap_or(batch.at);
    let applying = Applying { batch_id: &batch.batch_id, as_of };
    let by = batch.apply_by.as_deref().unwrap_or(&batch.file_name);
    let recording = Recording { store, kept, applying, by };
    let walk = Walk::new(store, known, kept);
    walk.each(async |period, entries| recording.save(period, entries).await).await
}

impl Recording<'_> {
    /// All or nothing; whoever was faster is looked at again.
    async fn save(
        &self,
        period: PeriodOf<'_>,
        mut entries: Vec<Entry>,
    ) -> Result<(), UploadsError> {
        for _ in 0..RACES_MAX {
            let records = entries.iter().filter_map(|entry| self.changed(entry).transpose());
            let records: Vec<_> = records.collect::<Result<_, _>>().map_err(no_room(COMMENTS))?;
            match self.store.save_weeks(period, &records).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_stale() => {}
                Err(error) => return Err(error.into()),
            }
            for entry in &mut entries {
                let cpli_id = entry.record.cpli_id.clone();
                entry.record = self.store.weeks_of_cpli(period, &cpli_id).await?;
            }
        }
        Err(UploadsError::Busy)
    }

    /// What is to be recorded of a care package; none: all of it is recorded already.
    fn changed(&self, entry: &Entry) -> io::Result<Option<CpliWeeks>> {
        let subject = self.kept.subjects().get(entry.subject);
        let rows = subject.and_then(|subject| subject.rows.get(entry.rows.clone()));
        let mut record: Option<CpliWeeks> = None;
        for row in rows.unwrap_or_default() {
            let (week_start, week) = (row.week_start(), self.kept.week(row)?);
            let old = entry.record.weeks.get(&week_start);
            if old.is_some_and(|old| old.week == week || self.applying.is_before(old)) {
                continue;
            }
            let source = Source::Upload { batch_id: self.applying.batch_id.clone() };
            let (at, by) = (self.applying.as_of, self.by.to_owned());
            let recorded = Recorded { week, at, by, source };
            let record = record.get_or_insert_with(|| entry.record.clone());
            record.weeks.insert(week_start, recorded);
        }
        Ok(record)
    }
}
