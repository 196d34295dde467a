//! A file taken in, piece by piece.

use std::collections::BTreeMap;

use cloud::metrics::Metric;
use domain::audit::{self, By, Note};
use domain::clock::Now;
use domain::feed::{Code, Feed, FileName, FileProblem, Header, Outcome, Row, RowProblem};
use files::{FilesError, Place, csv};
use sha2::{Digest, Sha256};
use store::{
    Answered, Batch, Counts, FileRecord, MisnamedFile, Missing, Refusal, RefusedFile, Waiting,
};

use crate::answer::Summary;
use crate::desk::{Desk, Taken};
use crate::waiting::waits_until;
use crate::{Imports, ImportsError, RACES_MAX};

/// A file is held whole, once, while it is taken in.
pub(crate) const FILE_BYTES_MAX: usize = MEGABYTES_MAX * 1024 * 1024;
/// In the same measure as people read it.
pub(crate) const MEGABYTES_MAX: usize = 64;
/// Larger ones are split by whoever makes them.
const ROWS_MAX: u64 = 1_000_000;

/// A row of a file, or what is wrong with it.
#[derive(Debug)]
struct Read {
    number: u64,
    row: Result<Row, Vec<RowProblem>>,
}

/// A file whose name and header are understood.
struct Opened<'a> {
    name: &'a str,
    understood: FileName,
    sha256: String,
    header: Header,
    bytes: &'a [u8],
}

/// How trying to write a piece went.
enum Tried {
    Written(FileRecord),
    Raced,
    TooMuch,
}

impl Imports {
    /// Takes in a file that the council dropped as `name`, and answers it. The same file again changes nothing.
    ///
    /// # Errors
    ///
    /// The table, a bucket or the mail queue cannot be reached. Taken in again, it goes on where it stopped.
    pub async fn take_in(
        &self,
        name: &str,
        version: Option<String>,
        now: Now,
    ) -> Result<(), ImportsError> {
        if !FileName::is_for_rows(name) {
            told(name, "not a file of rows");
            return Ok(());
        }
        match self.objects.get(&Place::dropped(name, version), FILE_BYTES_MAX).await {
            Err(FilesError::TooLarge { .. }) => {
                self.refuse_file(name, "", &FileProblem::TooLarge(MEGABYTES_MAX), now).await
            }
            Err(other) => Err(other.into()),
            Ok(None) => {
                told(name, "the file is gone");
                Ok(())
            }
            Ok(Some(object)) => Box::pin(self.take_in_bytes(name, &object.bytes, now)).await,
        }
    }

    async fn take_in_bytes(&self, name: &str, bytes: &[u8], now: Now) -> Result<(), ImportsError> {
        let sha256 = domain::sign_in::hex(&Sha256::digest(bytes));
        match Opened::of(name, bytes, sha256.clone()) {
            Err(problem) => self.refuse_file(name, &sha256, &problem, now).await,
            Ok(opened) if opened.understood.dry_run => self.try_out(&opened, now).await,
            Ok(opened) => self.apply(&opened, now).await,
        }
    }

    async fn refuse_file(
        &self,
        name: &str,
        sha256: &str,
        problem: &FileProblem,
        now: Now,
    ) -> Result<(), ImportsError> {
        told(name, problem.code());
        let (code, message, at) = (problem.code().to_owned(), problem.to_string(), now.instant);
        match FileName::of_key(name) {
            Ok(FileName { feed, time, dry_run: false, .. }) => {
                let (stem, sha256) = (stem_of(name), sha256.to_owned());
                let refused = RefusedFile { feed, time, stem, sha256, code, message, at };
                self.store.note_refused_file(&refused).await?;
            }
            // Its answer is the page's alone.
            Ok(_) => {}
            Err(_) => {
                let id = domain::sign_in::hex(&Sha256::digest(name));
                let name = name.rsplit('/').next().unwrap_or_default().to_owned();
                let misnamed = MisnamedFile { id, name, code, message, at };
                self.store.note_misnamed_file(&misnamed).await?;
            }
        }
        let summary = Summary::refused(name, sha256, problem, now.instant);
        self.refuse(name, problem, &summary).await
    }

    /// Applies what is not yet applied of a file.
    async fn apply(&self, opened: &Opened<'_>, now: Now) -> Result<(), ImportsError> {
        let FileName { feed, time, .. } = opened.understood;
        let file = match self.store.import_file(feed, time).await? {
            Some(file) if file.sha256 != opened.sha256 => {
                let problem = FileProblem::OtherContent;
                return self.refuse_file(opened.name, &opened.sha256, &problem, now).await;
            }
            Some(file) if file.finished_at.is_some() => return Ok(()),
            Some(file) => file,
            None => opened.record(now),
        };
        self.go_on(opened, file, now).await
    }

    /// Applies the rows after those that `file` says are done. Somebody else may be at it too.
    async fn go_on(
        &self,
        opened: &Opened<'_>,
        mut file: FileRecord,
        now: Now,
    ) -> Result<(), ImportsError> {
        self.follow(&file.after, now).await?;
        let mut piece = Vec::new();
        for read in opened.rows() {
            piece.push(read);
            if piece.len() >= piece_rows(file.feed) {
                file = self.apply_piece(file, &piece, now).await?;
                piece.clear();
            }
        }
        file = self.apply_piece(file, &piece, now).await?;
        self.finish(opened, file, now).await
    }

    /// Applies some rows, in as few transactions as they fit in.
    async fn apply_piece(
        &self,
        mut file: FileRecord,
        rows: &[Read],
        now: Now,
    ) -> Result<FileRecord, ImportsError> {
        let mut rows = left_of(rows, &file);
        let (mut size, mut races) = (rows.len(), 0);
        while let Some(first) = rows.first() {
            let (some, rest) = rows.split_at_checked(size).unwrap_or((rows, &[]));
            match self.try_piece(&file, some, now).await? {
                Tried::Written(after) => {
                    self.follow(&after.after, now).await?;
                    (file, rows, races) = (after, rest, 0);
                }
                Tried::TooMuch if some.len() <= 1 => {
                    return Err(ImportsError::TooMuch(first.number));
                }
                Tried::TooMuch => size = some.len().div_ceil(2),
                Tried::Raced if races >= RACES_MAX => return Err(ImportsError::Busy),
                Tried::Raced => {
                    races = races.saturating_add(1);
                    let there = self.store.import_file(file.feed, file.time).await?;
                    file = there.filter(|it| it.sha256 == file.sha256).unwrap_or(file);
                    self.follow(&file.after, now).await?;
                    rows = left_of(rows, &file);
                }
            }
        }
        Ok(file)
    }

    /// Lays rows on what is known and writes what follows, with how far the file is now, in one transaction.
    async fn try_piece(
        &self,
        file: &FileRecord,
        rows: &[Read],
        now: Now,
    ) -> Result<Tried, ImportsError> {
        let piece = rows.first().map_or(0, |read| read.number);
        let mut desk = Desk::new(&self.store, now).beside(&self.objects);
        let mut tally = Tally::new(file);
        desk.read_ahead(&rows.iter().filter_map(|it| it.row.as_ref().ok()).collect::<Vec<_>>())
            .await?;
        for read in rows {
            tally.add(&mut desk, read, file).await?;
        }
        let mut batch = desk.batch();
        desk.tell_of_cplis(&mut batch, &file.stem).await?;
        if rows.len() == 1 && !batch.fits(BESIDE_MAX) {
            if !self.write_cplis_first(&mut desk, file).await? {
                return Ok(Tried::Raced);
            }
            batch = desk.batch_without_cplis();
        }
        for (missing, rows) in &tally.waits {
            self.wait(&mut batch, &Waiting::new(file, piece, missing.clone(), rows)?).await?;
        }
        if !tally.refusals.is_empty() {
            batch.answered(file, piece, &Answered { refusals: tally.refusals, version: 0 });
        }
        let rows_done = rows.last().map_or(file.rows_done, |read| read.number);
        let after =
            FileRecord { rows_done, counts: tally.counts, after: desk.after, ..file.clone() };
        batch.file(&after);
        if !batch.fits(0) {
            return Ok(Tried::TooMuch);
        }
        if !self.written(batch).await? {
            return Ok(Tried::Raced);
        }
        let version = after.version.saturating_add(1);
        Ok(Tried::Written(FileRecord { version, ..after }))
    }

    /// Writes and tells of the care packages of a row that are more than are written with it; not, if somebody else
    /// was faster.
    async fn write_cplis_first(
        &self,
        desk: &mut Desk<'_>,
        file: &FileRecord,
    ) -> Result<bool, ImportsError> {
        for mut cplis in desk.cplis_first() {
            desk.tell_of_cplis(&mut cplis, &file.stem).await?;
            if !self.written(cplis).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes a batch; not, if somebody else was faster.
    async fn written(&self, batch: Batch) -> Result<bool, ImportsError> {
        match self.store.write_batch(batch).await {
            Err(error) if error.is_stale() => Ok(false),
            other => Ok(other.map(|()| true)?),
        }
    }

    /// Keeps rows that name something not yet known.
    pub(crate) async fn wait(
        &self,
        batch: &mut Batch,
        waiting: &Waiting,
    ) -> Result<(), ImportsError> {
        let marker = self.store.marker(&waiting.missing).await?;
        batch.wait(waiting, marker.as_ref());
        Ok(())
    }

    /// All rows are dealt with: what waited for them is tried again, and the file is answered.
    async fn finish(
        &self,
        opened: &Opened<'_>,
        mut file: FileRecord,
        now: Now,
    ) -> Result<(), ImportsError> {
        for _ in 0..RACES_MAX {
            Box::pin(self.retry(now, false)).await?;
            let there = self.store.import_file(file.feed, file.time).await?;
            file = there.filter(|it| it.sha256 == file.sha256).unwrap_or(file);
            if file.finished_at.is_some() || self.answer_and_finish(opened, &file, now).await? {
                return Ok(());
            }
        }
        Err(ImportsError::Busy)
    }

    /// Records that a file was applied, before it counts as finished. Of a file that was cut off just then there may
    /// be two records.
    async fn record(&self, opened: &Opened<'_>, now: Now) -> Result<(), ImportsError> {
        let feed = opened.understood.feed.to_string();
        let by = By::job("import-file", Some(&feed));
        let note = Note::new(now.instant, by, "file applied", audit::Outcome::Done)
            .about("file", opened.name)
            .about("sha256", &opened.sha256);
        Ok(self.store.append_audit(note, None).await.map(drop)?)
    }

    /// Answers the file and notes that; not, if its rows changed meanwhile.
    async fn answer_and_finish(
        &self,
        opened: &Opened<'_>,
        file: &FileRecord,
        now: Now,
    ) -> Result<bool, ImportsError> {
        self.follow(&file.after, now).await?;
        let (after, finished_at) = (Vec::new(), Some(now.instant));
        let finished = FileRecord { after, finished_at, ..file.clone() };
        let refusals = self.refusals(file.feed, file.time).await?;
        let summary = Summary::of(opened.name, &finished, false, opened.header.ignored());
        self.answer(opened.name, &refusals, &summary).await?;
        self.record(opened, now).await?;
        let mut batch = Batch::default();
        batch.file(&finished);
        let is_written = self.written(batch).await?;
        if is_written {
            counted(&finished);
        }
        Ok(is_written)
    }

    /// Answers what would change, and changes nothing.
    async fn try_out(&self, opened: &Opened<'_>, now: Now) -> Result<(), ImportsError> {
        let mut file = opened.record(now);
        let mut desk = Desk::new(&self.store, now).beside(&self.objects);
        let mut tally = Tally::new(&file);
        for read in opened.rows() {
            tally.add(&mut desk, &read, &file).await?;
        }
        tally.settle_among_themselves(&mut desk, &file).await?;
        (file.counts, file.finished_at) = (tally.counts, Some(now.instant));
        let pounds = self.pounds(&desk).await?;
        let summary = Summary::of(opened.name, &file, true, opened.header.ignored());
        self.answer(opened.name, &tally.refusals, &summary.with_pounds(pounds)).await
    }
}

/// The rows that are not done yet.
fn left_of<'a>(rows: &'a [Read], file: &FileRecord) -> &'a [Read] {
    let left = rows.iter().position(|read| read.number > file.rows_done);
    left.and_then(|left| rows.get(left..)).unwrap_or_default()
}

fn stem_of(name: &str) -> String {
    FileName::of_key(name).map(|it| it.stem().to_owned()).unwrap_or_default()
}

/// Says that nothing of a file is applied. A name that is none of ours is not logged: people put clients' names into
/// names, and the history of files has it.
fn told(name: &str, what: &str) {
    cloud::metrics::count(Metric::FilesRefused);
    cloud::tracing::info!(file = stem_of(name), what, "file not applied");
}

fn counted(file: &FileRecord) {
    let Counts { read, new, changed, rejected, pending, .. } = file.counts;
    let refused = i64::try_from(rejected).unwrap_or(i64::MAX);
    cloud::metrics::write(&[(Metric::FilesTaken, 1), (Metric::RowsRefused, refused)], &[]);
    cloud::tracing::info!(file = file.stem, read, new, changed, rejected, pending, "file applied");
}

/// How many records may stand beside the facts of one row: the file's, its refusals, a marker and a waiting row.
const BESIDE_MAX: usize = 4;

/// How many rows are laid out at a time, so that what they change mostly fits in one transaction.
fn piece_rows(feed: Feed) -> usize {
    match feed {
        Feed::Clients | Feed::Capacity => 16,
        Feed::Invoices => 25,
        Feed::Contracts | Feed::Services | Feed::Contacts | Feed::Staff | Feed::Cplis => 20,
        Feed::Adjustments | Feed::Directives | Feed::Variations => 30,
        Feed::Providers => 40,
        Feed::Periods | Feed::Settings | Feed::Teams | Feed::ActionTypes | Feed::ActionFields => 80,
        // Each may have a PDF that is looked at.
        Feed::Documents => 10,
        Feed::Prices | Feed::Contributions | Feed::Absences | Feed::Exceptions => 45,
    }
}

impl<'a> Opened<'a> {
    fn of(name: &'a str, bytes: &'a [u8], sha256: String) -> Result<Self, FileProblem> {
        let understood = FileName::of_key(name)?;
        let (headings, rows) =
            csv::read(bytes).map_err(|why| FileProblem::NotCsv(why.to_string()))?;
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let header = Header::read(understood.feed, &headings)?;
        if u64::try_from(rows.count()).is_ok_and(|count| count > ROWS_MAX) {
            return Err(FileProblem::TooManyRows(ROWS_MAX));
        }
        Ok(Self { name, understood, sha256, header, bytes })
    }

    fn record(&self, now: Now) -> FileRecord {
        FileRecord {
            feed: self.understood.feed,
            time: self.understood.time,
            stem: self.understood.stem().to_owned(),
            sha256: self.sha256.clone(),
            rows_done: 0,
            counts: Counts::default(),
            after: Vec::new(),
            started_at: now.instant,
            finished_at: None,
            version: 0,
        }
    }

    /// The rows, each key once.
    fn rows(&self) -> impl Iterator<Item = Read> + '_ {
        let mut seen = BTreeMap::new();
        let rows = csv::read(self.bytes).ok().into_iter().flat_map(|(_, rows)| rows);
        rows.map(move |csv::Row { number, cells }| {
            let number = u64::from(number);
            let row = match cells {
                None => Err(vec![not_utf8()]),
                Some(cells) => {
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    self.header.row(number, &cells)
                }
            };
            let row = row.and_then(|row| match seen.insert(row.key(), number) {
                None => Ok(row),
                Some(first) => {
                    seen.insert(row.key(), first);
                    Err(vec![twice(first)])
                }
            });
            Read { number, row }
        })
    }
}

fn not_utf8() -> RowProblem {
    let message = "This row has characters we cannot read. Save the file as CSV (UTF-8).";
    RowProblem::row(Code::I11, message)
}

fn twice(first: u64) -> RowProblem {
    let message = format!(
        "The same key is also on row {first}. Only that row was looked at: keep one of the two."
    );
    RowProblem::row(Code::I19, message)
}

/// What became of the rows of a piece.
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) waits: BTreeMap<Missing, Vec<Row>>,
}

impl Tally {
    fn new(file: &FileRecord) -> Self {
        Self { counts: file.counts, refusals: Vec::new(), waits: BTreeMap::new() }
    }

    async fn add(
        &mut self,
        desk: &mut Desk<'_>,
        read: &Read,
        file: &FileRecord,
    ) -> Result<(), ImportsError> {
        self.counts.read = self.counts.read.saturating_add(1);
        match &read.row {
            Ok(row) => {
                let taken = desk.take(row, file.time).await?;
                self.note(row, taken, file);
            }
            Err(problems) => {
                self.counts.rejected = self.counts.rejected.saturating_add(1);
                let refusals = problems.iter().cloned();
                self.refusals.extend(refusals.map(|problem| Refusal { row: read.number, problem }));
            }
        }
        Ok(())
    }

    fn note(&mut self, row: &Row, taken: Taken, file: &FileRecord) {
        match taken {
            Taken::Done(outcome) => count(&mut self.counts, outcome),
            Taken::Refused(problem) => {
                self.counts.rejected = self.counts.rejected.saturating_add(1);
                self.refusals.push(Refusal { row: row.number, problem });
            }
            Taken::Waits(missing) => {
                self.counts.pending = self.counts.pending.saturating_add(1);
                self.refusals.push(waits(row, &missing, file.started_at));
                self.waits.entry(missing).or_default().push(row.clone());
            }
        }
    }

    /// Rows of a dry run that name what later rows bring, tried until nothing more is found.
    async fn settle_among_themselves(
        &mut self,
        desk: &mut Desk<'_>,
        file: &FileRecord,
    ) -> Result<(), ImportsError> {
        loop {
            let waits = std::mem::take(&mut self.waits);
            let mut found = false;
            for (missing, rows) in waits {
                if !desk.is_known(&missing).await? {
                    self.waits.insert(missing, rows);
                    continue;
                }
                found = true;
                for row in rows {
                    self.counts.pending = self.counts.pending.saturating_sub(1);
                    self.refusals.retain(|it| it.row != row.number);
                    let taken = desk.take(&row, file.time).await?;
                    self.note(&row, taken, file);
                }
            }
            if !found {
                self.refusals.sort_by_key(|it| it.row);
                return Ok(());
            }
        }
    }
}

/// Counts a row that was applied, or need not be.
pub(crate) fn count(counts: &mut Counts, outcome: Outcome) {
    let of = match outcome {
        Outcome::New => &mut counts.new,
        Outcome::Changed => &mut counts.changed,
        Outcome::Unchanged => &mut counts.unchanged,
        Outcome::Superseded => &mut counts.superseded,
    };
    *of = of.saturating_add(1);
}

/// What the log says of a row that is kept.
pub(crate) fn waits(row: &Row, missing: &Missing, since: chrono::DateTime<chrono::Utc>) -> Refusal {
    let (words, reference) = (missing.kind.words(), &missing.reference);
    let message = format!(
        "There is no {words} {reference} yet. The row is kept and tried again until {}.",
        waits_until(since)
    );
    Refusal { row: row.number, problem: RowProblem::row(Code::I40, message) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::tests::rig::{Rig, nine};

    #[tokio::test]
    async fn of_two_who_take_in_one_file_none_counts_or_applies_a_row_again() {
        let mut text = "ss_ref,forename,surname\n".to_owned();
        for n in 0..100 {
            writeln!(text, "X{n:03},Client,Number {n}").unwrap();
        }
        let name = "council/inbox/clients_20260402T080000.csv";
        let opened = Opened::of(name, text.as_bytes(), "00".to_owned()).unwrap();
        for done in [0, 17, 40] {
            let rig = Rig::new();
            let imports = rig.imports(&cloud::Fuse::default());
            let begun = opened.record(nine());
            let rows: Vec<Read> = opened.rows().filter(|read| read.number <= done).collect();
            let read_before = imports.apply_piece(begun, &rows, nine()).await.unwrap();
            imports.apply(&opened, nine()).await.unwrap();
            let table = rig.table();
            imports.go_on(&opened, read_before, nine()).await.unwrap();
            assert_eq!(rig.table(), table, "{done}");
            assert_eq!(rig.counts("clients_20260402T080000"), [100, 0, 0, 0, 0, 0]);
        }
    }

    #[tokio::test]
    async fn a_contract_that_locks_while_it_goes_over_to_another_cycle_is_looked_at_again() {
        let rig = Rig::council().await;
        let weeks = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date\n\
                     7DAY,2026-04-27,2026-05-03,2026-05-01T17:00,2026-05-04T09:00,2026-05-08\n";
        rig.take_in("periods_20260402T080000", weeks).await;
        let text = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n\
                    C3001,P1001,Lake,scheduled,7DAY,2026-03-30\n";
        let name = "council/inbox/contracts_20260402T080000.csv";
        let opened = Opened::of(name, text.as_bytes(), "00".to_owned()).unwrap();
        let row = opened.rows().next().unwrap().row.unwrap();
        let mut desk = Desk::new(&rig.store, nine());
        let taken = desk.take(&row, opened.understood.time).await.unwrap();
        assert_eq!(taken, Taken::Done(Outcome::Changed));

        rig.lock("2026-04-26").await;
        assert!(rig.store.write_batch(desk.batch()).await.unwrap_err().is_stale());
        rig.imports(&cloud::Fuse::default()).apply(&opened, nine()).await.unwrap();
        assert_eq!(rig.record("CYCLE#7DAY CONTRACT#C3001")["locked_to"], "2026-04-26");
        assert!(!rig.table().contains_key("CYCLE#28DAY CONTRACT#C3001"));
    }
}
