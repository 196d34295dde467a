//! Rows that name something not yet known: tried again after every file and every day, for seven days.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::clock::{Now, london_date};
use domain::feed::{Code, Row, RowProblem};
use store::{Answered, Batch, Counts, FileRecord, FollowUp, Marker, Missing, Refusal, Waiting};

use crate::desk::{Desk, Taken};
use crate::run::{count, waits};
use crate::{Imports, ImportsError, RACES_MAX};

/// How long a row is kept (domain.md section 7).
const WAIT_DAYS: i64 = 7;

/// A provider brings a contract, that a service, that a CPLI, that a price: no chain of names is longer.
const ROUNDS_MAX: u32 = 8;

/// What became of the rows that waited for something not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retried {
    /// Applied, now that it is known.
    pub applied: u64,
    /// Refused, or waited in vain for seven days: told in the file's retry log.
    pub rejected: u64,
    /// Still waiting.
    pub waiting: u64,
}

impl Retried {
    fn add(&mut self, other: Self) {
        self.applied = self.applied.saturating_add(other.applied);
        self.rejected = self.rejected.saturating_add(other.rejected);
        self.waiting = self.waiting.saturating_add(other.waiting);
    }
}

/// The last day on which a row is tried again.
pub(crate) fn waits_until(since: DateTime<Utc>) -> NaiveDate {
    london_date(gives_up_at(since))
}

fn gives_up_at(since: DateTime<Utc>) -> DateTime<Utc> {
    since.checked_add_signed(TimeDelta::days(WAIT_DAYS)).unwrap_or(since)
}

/// How trying to settle some rows went.
enum Settled {
    Written(Retried),
    Raced,
    TooMuch,
}

impl Imports {
    /// Tries the rows again that wait for something not yet known, and reports those that waited seven days.
    ///
    /// # Errors
    ///
    /// The table or the bucket cannot be reached. What was done stays done; call it again.
    pub async fn retry_pending(&self, now: Now) -> Result<Retried, ImportsError> {
        Box::pin(self.retry(now, true)).await
    }

    /// Tries waiting rows again. `give_up`: those that waited too long are reported.
    pub(crate) async fn retry(&self, now: Now, give_up: bool) -> Result<Retried, ImportsError> {
        let mut retried = Retried::default();
        for _ in 0..ROUNDS_MAX {
            let round = self.round(now, give_up).await?;
            retried.add(Retried { waiting: 0, ..round });
            retried.waiting = round.waiting;
            if round.applied == 0 && round.rejected == 0 {
                break;
            }
        }
        self.follow_up(now).await?;
        Ok(retried)
    }

    async fn round(&self, now: Now, give_up: bool) -> Result<Retried, ImportsError> {
        let (mut retried, mut after) = (Retried::default(), None);
        loop {
            let (markers, next) = self.store.markers(after).await?;
            for marker in &markers {
                retried.add(Box::pin(self.retry_marker(marker, now, give_up)).await?);
            }
            after = next;
            if after.is_none() {
                return Ok(retried);
            }
        }
    }

    async fn retry_marker(
        &self,
        marker: &Marker,
        now: Now,
        give_up: bool,
    ) -> Result<Retried, ImportsError> {
        let known =
            Desk::new(&self.store, now).beside(&self.objects).is_known(&marker.missing).await?;
        if !known && !give_up {
            return Ok(Retried::default());
        }
        let (mut retried, mut after) = (Retried::default(), None);
        loop {
            let (some, next) = self.store.waiting(&marker.missing, after).await?;
            for waiting in some {
                if known || now.instant >= gives_up_at(waiting.since) {
                    retried.add(self.settle(waiting, known, now).await?);
                } else {
                    let rows = u64::try_from(waiting.rows()?.len()).unwrap_or(u64::MAX);
                    retried.add(Retried { waiting: rows, ..Retried::default() });
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        if retried.waiting == 0 {
            self.store.forget_marker(marker).await?;
        }
        Ok(retried)
    }

    /// Applies rows whose name is known by now, or gives them up.
    async fn settle(
        &self,
        mut waiting: Waiting,
        known: bool,
        now: Now,
    ) -> Result<Retried, ImportsError> {
        let mut retried = Retried::default();
        let (mut size, mut races) = (usize::MAX, 0);
        loop {
            let rows = waiting.rows()?;
            let (some, rest) = rows.split_at_checked(size).unwrap_or((&rows, &[]));
            let Some(first) = some.first() else { return Ok(retried) };
            let left = waiting.clone().with_rows(rest)?;
            let tried = self.try_settle(&waiting, (some, &left), known, now).await?;
            match tried {
                Settled::Written(more) => {
                    retried.add(more);
                    if rest.is_empty() {
                        return Ok(retried);
                    }
                    (waiting, races) = (left, 0);
                    waiting.version = waiting.version.saturating_add(1);
                }
                Settled::TooMuch if some.len() <= 1 => {
                    return Err(ImportsError::TooMuch(first.number));
                }
                Settled::TooMuch => size = some.len().div_ceil(2),
                Settled::Raced if races >= RACES_MAX => return Err(ImportsError::Busy),
                Settled::Raced => {
                    races = races.saturating_add(1);
                    match self.store.waiting_piece(&waiting).await? {
                        Some(there) => waiting = there,
                        None => return Ok(retried),
                    }
                }
            }
        }
    }

    /// Lays `some` rows on what is known and writes what follows, with what is left of them, in one transaction.
    async fn try_settle(
        &self,
        waiting: &Waiting,
        (some, left): (&[Row], &Waiting),
        known: bool,
        now: Now,
    ) -> Result<Settled, ImportsError> {
        let first = some.first().map_or(waiting.piece, |row| row.number);
        let mark = format!("{}:{first}:{}:late", waiting.stem, waiting.missing.reference);
        let mut desk = Desk::new(&self.store, now).beside(&self.objects);
        let mut late = Late::default();
        for row in some {
            let taken = if known {
                desk.take(row, waiting.time).await?
            } else {
                Taken::Refused(in_vain(&waiting.missing))
            };
            late.note(row, taken, waiting.since);
        }
        let mut batch = desk.batch();
        desk.tell_of_cplis(&mut batch, &waiting.stem).await?;
        for (missing, rows) in &late.waits {
            self.wait_instead(&mut batch, waiting.instead(missing.clone(), rows)?).await?;
        }
        if left.rows()?.is_empty() {
            batch.wait_no_more(waiting);
        } else {
            batch.still_wait(left);
        }
        let retried = late.retried();
        self.note_late(&mut batch, waiting, late, (desk.after, &mark)).await?;
        if !batch.fits(0) {
            return Ok(Settled::TooMuch);
        }
        match self.store.write_batch(batch).await {
            Err(error) if error.is_stale() => Ok(Settled::Raced),
            other => Ok(other.map(|()| Settled::Written(retried))?),
        }
    }

    /// Keeps rows for something else that they name, beside those of their piece that wait for it already.
    async fn wait_instead(
        &self,
        batch: &mut Batch,
        mut waiting: Waiting,
    ) -> Result<(), ImportsError> {
        if let Some(there) = self.store.waiting_piece(&waiting).await? {
            let mut rows = there.rows()?;
            rows.extend(waiting.rows()?);
            rows.sort_by_key(|row| row.number);
            waiting = there.with_rows(&rows)?;
        }
        self.wait(batch, &waiting).await
    }

    /// Notes what became of the rows: in the file's own answer while it is not given, in its retry log afterwards.
    async fn note_late(
        &self,
        batch: &mut Batch,
        waiting: &Waiting,
        late: Late,
        (after, mark): (Vec<store::AfterWrite>, &str),
    ) -> Result<(), ImportsError> {
        let file = self.store.import_file(waiting.feed, waiting.time).await?;
        let open = file.as_ref().is_some_and(|file| file.finished_at.is_none());
        let follows = !after.is_empty() || (!open && !late.refusals.is_empty());
        if let Some(file) = file.filter(|_| open || !after.is_empty()) {
            let mut changed = file.clone();
            changed.after.extend(after);
            if open {
                changed.counts = late.counted(file.counts);
            }
            batch.file(&changed);
            if open {
                self.rewrite_refusals(batch, &file, waiting, &late).await?;
            }
        }
        if follows {
            if !open && !late.refusals.is_empty() {
                let first = late.rows.first().copied().unwrap_or(waiting.piece);
                batch.refused_late(waiting, first, late.refusals);
            }
            batch.follow_up(waiting, mark);
        }
        Ok(())
    }

    async fn rewrite_refusals(
        &self,
        batch: &mut Batch,
        file: &FileRecord,
        waiting: &Waiting,
        late: &Late,
    ) -> Result<(), ImportsError> {
        let there = self.store.refusals_of_piece(file.feed, file.time, waiting.piece).await?;
        let mut answered = there.unwrap_or(Answered { refusals: Vec::new(), version: 0 });
        answered.refusals.retain(|it| !late.rows.contains(&it.row));
        answered.refusals.extend(late.refusals.iter().chain(&late.kept).cloned());
        answered.refusals.sort_by_key(|it| it.row);
        batch.answered(file, waiting.piece, &answered);
        Ok(())
    }

    /// Does what is still to follow from rows that had waited.
    async fn follow_up(&self, now: Now) -> Result<(), ImportsError> {
        let mut cursor = None;
        loop {
            let (some, next) = self.store.follow_ups(cursor).await?;
            for due in &some {
                self.follow_up_file(due, now).await?;
            }
            cursor = next;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    async fn follow_up_file(&self, due: &FollowUp, now: Now) -> Result<(), ImportsError> {
        let file = self.store.import_file(due.feed, due.time).await?;
        if let Some(file) = file.filter(|file| !file.after.is_empty()) {
            self.follow(&file.after, now).await?;
            let mut batch = Batch::default();
            batch.file(&FileRecord { after: Vec::new(), ..file });
            match self.store.write_batch(batch).await {
                // More came to it: the next run follows it up.
                Err(error) if error.is_stale() => return Ok(()),
                other => other?,
            }
        }
        self.answer_late(due.feed, due.time, &due.stem).await?;
        Ok(self.store.followed_up(due).await?)
    }
}

fn in_vain(missing: &Missing) -> RowProblem {
    let (words, reference) = (missing.kind.words(), &missing.reference);
    let message = format!(
        "There is still no {words} {reference} after {WAIT_DAYS} days, so the row was not applied. Send it again when there is."
    );
    RowProblem::row(Code::I41, message)
}

/// What became of rows that waited.
#[derive(Default)]
struct Late {
    rows: Vec<u64>,
    counts: Counts,
    refusals: Vec<Refusal>,
    kept: Vec<Refusal>,
    waits: BTreeMap<Missing, Vec<Row>>,
}

impl Late {
    fn note(&mut self, row: &Row, taken: Taken, since: DateTime<Utc>) {
        self.rows.push(row.number);
        match taken {
            Taken::Done(outcome) => count(&mut self.counts, outcome),
            Taken::Refused(problem) => {
                self.counts.rejected = self.counts.rejected.saturating_add(1);
                self.refusals.push(Refusal { row: row.number, problem });
            }
            Taken::Waits(missing) => {
                self.counts.pending = self.counts.pending.saturating_add(1);
                self.kept.push(waits(row, &missing, since));
                self.waits.entry(missing).or_default().push(row.clone());
            }
        }
    }

    fn retried(&self) -> Retried {
        let Counts { new, changed, unchanged, superseded, rejected, .. } = self.counts;
        let applied = [new, changed, unchanged, superseded].iter().sum();
        Retried { applied, rejected, waiting: 0 }
    }

    /// The counts of a file whose rows these are.
    fn counted(&self, before: Counts) -> Counts {
        let left = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        let more = self.counts;
        Counts {
            read: before.read,
            new: before.new.saturating_add(more.new),
            changed: before.changed.saturating_add(more.changed),
            unchanged: before.unchanged.saturating_add(more.unchanged),
            rejected: before.rejected.saturating_add(more.rejected),
            pending: before.pending.saturating_sub(left).saturating_add(more.pending),
            superseded: before.superseded.saturating_add(more.superseded),
        }
    }
}
