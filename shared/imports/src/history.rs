//! What became of the council's files, as the page about imports shows it.
//!
//! The table says which files there were and how far each is; the log and the summary that the council finds in its
//! outbox say what became of the rows. So the page and the outbox never differ.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::feed::{Feed, FileName, FileTime};
use domain::ids::{ContractRef, ProviderRef};
use domain::money::Money;
use files::{FilesError, Place, csv};
use futures::future::try_join_all;
use serde::Deserialize;
use store::{Counts, DeskDrop, FileRecord, Marker, MisnamedFile, RefusedFile, Waiting};

use crate::waiting::waits_until;
use crate::{Imports, ImportsError};

/// A summary is smaller than this.
const SUMMARY_BYTES_MAX: usize = 1_000_000;
/// Rows of a larger log are read by whoever downloads it.
const LOG_BYTES_MAX: usize = 8_000_000;
/// More rows of a log than anybody reads on a page.
const LOG_ROWS_SHOWN_MAX: usize = 200;
/// More rows that wait than anybody reads on a page.
const WAITING_SHOWN_MAX: usize = 500;

/// How many files are shown whose names say nothing.
const MISNAMED_SHOWN_MAX: usize = 20;

/// Files of all feeds, latest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The files.
    pub files: Vec<Listed>,
    /// Files of an earlier time than this follow; none: these were all.
    pub next: Option<FileTime>,
}

/// A file, and who dropped it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What it is.
    pub file: Dropped,
    /// Who sent it from the page; none: it was dropped.
    pub from: Option<DeskDrop>,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub enum Dropped {
    /// Its rows are taken in, or were.
    Taken(FileRecord),
    /// Nothing of it was applied.
    Refused(RefusedFile),
}

impl Dropped {
    /// What its rows are about, the time in its name, and its name without `.csv`.
    pub fn name(&self) -> (Feed, FileTime, &str) {
        match self {
            Self::Taken(file) => (file.feed, file.time, &file.stem),
            Self::Refused(file) => (file.feed, file.time, &file.stem),
        }
    }

    fn sha256(&self) -> &str {
        match self {
            Self::Taken(file) => &file.sha256,
            Self::Refused(file) => &file.sha256,
        }
    }
}

/// What the council finds in its outbox about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What became of the rows.
    pub counts: Counts,
    /// Columns that say nothing to the portal.
    pub columns_ignored: Vec<String>,
    /// Why nothing of it was applied.
    pub refused: Option<RefusedAnswer>,
    /// Of a dry run: what it would come to.
    pub pounds: Option<PoundsAnswer>,
    /// When all was answered.
    pub finished_at: DateTime<Utc>,
    /// The first rows that were not applied.
    pub log: Vec<LogRow>,
    /// Further ones, which are in the file of the log; none: too many to count here.
    pub log_not_shown: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct SummaryRead {
    #[serde(flatten)]
    counts: Counts,
    columns_ignored: Vec<String>,
    refused: Option<RefusedAnswer>,
    pounds: Option<PoundsAnswer>,
    finished_at: DateTime<Utc>,
}

/// Why nothing of a file was applied.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RefusedAnswer {
    /// `F02`
    pub code: String,
    /// What to do.
    pub message: String,
}

/// What a dry run would come to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PoundsAnswer {
    /// All of the contracts below together.
    pub payable_change: Money,
    /// Contract by contract.
    pub contracts: Vec<ContractChange>,
    /// Contracts that would change too, beyond those that were looked at.
    pub contracts_not_shown: usize,
}

/// The open statement of a contract, as it was and as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ContractChange {
    /// Whose; none in an answer of before providers were named.
    #[serde(default)]
    pub provider_ref: Option<ProviderRef>,
    /// Which.
    pub contract_ref: ContractRef,
    /// Its first day.
    pub period_start: NaiveDate,
    /// What it came to.
    pub payable_before: Money,
    /// What it would come to.
    pub payable_after: Money,
}

/// A row that was not applied, as a log says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// As a spreadsheet counts; none: it is about the whole file.
    pub row: Option<u64>,
    /// Which column, if one.
    pub column: String,
    /// `I12`
    pub code: String,
    /// What to do.
    pub message: String,
}

/// Rows of a file that wait for something not yet known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// Of which feed.
    pub feed: Feed,
    /// The time in the file's name.
    pub time: FileTime,
    /// The file's name without `.csv`.
    pub stem: String,
    /// As a spreadsheet counts.
    pub rows: Vec<u64>,
    /// What they wait for, in words: `service S4001`.
    pub waits_for: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The last day on which they are tried again.
    pub until: NaiveDate,
}

impl Imports {
    /// At least `rows_max` files, if there are so many, of one feed or of all: those of an earlier time than `before`,
    /// latest first. Files of one time stay together.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table cannot be read.
    pub async fn history(
        &self,
        feed: Option<Feed>,
        before: Option<FileTime>,
        rows_max: usize,
    ) -> Result<History, ImportsError> {
        let feeds = feed.map_or_else(|| Feed::ALL.to_vec(), |feed| vec![feed]);
        // One more than is shown tells whether there are others; the file of `before` itself is another.
        let asked = rows_max.saturating_add(2);
        let all = feeds.iter().map(|feed| async {
            let (taken, refused) = futures::future::try_join(
                self.store.import_files(*feed, before, asked),
                self.store.refused_files(*feed, before, asked),
            )
            .await?;
            let taken = taken.into_iter().map(Dropped::Taken);
            Ok::<_, ImportsError>(taken.chain(refused.into_iter().map(Dropped::Refused)).collect())
        });
        let all: Vec<Vec<Dropped>> = try_join_all(all).await?;
        let mut files: Vec<Dropped> = all.into_iter().flatten().collect();
        files.retain(|it| before.is_none_or(|before| it.name().1 < before));
        files.sort_by_key(|it| Reverse(it.name().1));
        let last = files.get(rows_max.saturating_sub(1)).map(|it| it.name().1);
        let is_more = files.last().map(|it| it.name().1) != last;
        files.retain(|it| last.is_none_or(|last| it.name().1 >= last));
        let files = try_join_all(files.into_iter().map(|file| self.with_source(file))).await?;
        Ok(History { files, next: last.filter(|_| is_more) })
    }

    /// The latest files whose names say nothing: of which feed they are, or of which time.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table cannot be read.
    pub async fn misnamed(&self) -> Result<Vec<MisnamedFile>, ImportsError> {
        Ok(self.store.misnamed_files(MISNAMED_SHOWN_MAX).await?)
    }

    async fn with_source(&self, file: Dropped) -> Result<Listed, ImportsError> {
        let (feed, time, _) = file.name();
        let from = self.store.desk_drop(feed, time).await?;
        let from = from.filter(|it| it.sha256 == file.sha256());
        Ok(Listed { file, from })
    }

    /// A file of the council's, and who dropped it.
    ///
    /// # Errors
    ///
    /// [`ImportsError::NotFound`].
    pub async fn file(&self, feed: Feed, time: FileTime) -> Result<Listed, ImportsError> {
        let file = if let Some(file) = self.store.import_file(feed, time).await? {
            Dropped::Taken(file)
        } else {
            let refused = self.store.refused_file(feed, time).await?;
            Dropped::Refused(refused.ok_or(ImportsError::NotFound)?)
        };
        self.with_source(file).await
    }

    /// What the council finds in its outbox about the file of this name; none: it is not answered yet.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the bucket cannot be read, or what is there is no answer of ours.
    pub async fn answer_to(&self, stem: &str) -> Result<Option<Answer>, ImportsError> {
        let place = Place::council_outbox(&format!("{stem}_summary.json"));
        let Some(summary) = self.objects.get(&place, SUMMARY_BYTES_MAX).await? else {
            return Ok(None);
        };
        let read: SummaryRead = summary.json()?;
        let (log, log_not_shown) = self.log(&format!("{stem}_log.csv")).await?;
        Ok(Some(Answer {
            counts: read.counts,
            columns_ignored: read.columns_ignored,
            refused: read.refused,
            pounds: read.pounds,
            finished_at: read.finished_at,
            log,
            log_not_shown,
        }))
    }

    /// The rows of a file that had waited and could not be applied.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the bucket cannot be read.
    pub async fn late_log(&self, stem: &str) -> Result<Vec<LogRow>, ImportsError> {
        Ok(self.log(&format!("{stem}_retry_log.csv")).await?.0)
    }

    async fn log(&self, name: &str) -> Result<(Vec<LogRow>, Option<usize>), ImportsError> {
        let object = match self.objects.get(&Place::council_outbox(name), LOG_BYTES_MAX).await {
            Err(FilesError::TooLarge { .. }) => return Ok((Vec::new(), None)),
            other => other?,
        };
        let Some(object) = object else { return Ok((Vec::new(), Some(0))) };
        let Ok((_, rows)) = csv::read(&object.bytes) else { return Ok((Vec::new(), Some(0))) };
        let mut rows = rows.filter_map(|row| log_row(row.cells?));
        let shown = rows.by_ref().take(LOG_ROWS_SHOWN_MAX).collect();
        Ok((shown, Some(rows.count())))
    }

    /// Where the log of a file can be fetched for a minute. `late`: that of rows that had waited.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the bucket cannot be reached.
    pub async fn log_link(
        &self,
        stem: &str,
        late: bool,
        now: DateTime<Utc>,
    ) -> Result<String, ImportsError> {
        let name = format!("{stem}_{}log.csv", if late { "retry_" } else { "" });
        Ok(self.objects.link(&Place::council_outbox(&name), &name, now).await?)
    }

    /// Rows that wait for something not yet known: of one file or of all, as many as are shown, and whether there
    /// may be others.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table cannot be read.
    pub async fn waiting_rows(
        &self,
        of: Option<(Feed, FileTime)>,
    ) -> Result<(Vec<WaitingRow>, bool), ImportsError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (markers, next) = self.store.markers(after).await?;
            for marker in &markers {
                let some = self.waiting_for(marker).await?;
                found.extend(
                    some.into_iter().filter(|it| {
                        of.is_none_or(|(feed, time)| it.feed == feed && it.time == time)
                    }),
                );
                if found.len() >= WAITING_SHOWN_MAX {
                    return Ok((by_file(found), true));
                }
            }
            after = next;
            if after.is_none() {
                return Ok((by_file(found), false));
            }
        }
    }

    async fn waiting_for(&self, marker: &Marker) -> Result<Vec<WaitingRow>, ImportsError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (some, next) = self.store.waiting(&marker.missing, after).await?;
            for waiting in some {
                found.push(waiting_row(waiting)?);
            }
            after = next;
            if after.is_none() || found.len() >= WAITING_SHOWN_MAX {
                return Ok(found);
            }
        }
    }

    /// The names of providers, as far as they are known.
    ///
    /// # Errors
    ///
    /// [`ImportsError`] if the table cannot be read.
    pub async fn provider_names(
        &self,
        pounds: &PoundsAnswer,
    ) -> Result<BTreeMap<ProviderRef, String>, ImportsError> {
        let mut names = BTreeMap::new();
        for provider_ref in pounds.contracts.iter().filter_map(|it| it.provider_ref.as_ref()) {
            if !names.contains_key(provider_ref)
                && let Some(provider) = self.store.provider(provider_ref).await?
            {
                names.insert(provider_ref.clone(), provider.name);
            }
        }
        Ok(names)
    }
}

fn waiting_row(waiting: Waiting) -> Result<WaitingRow, ImportsError> {
    let rows = waiting.rows()?.iter().map(|row| row.number).collect();
    let Waiting { missing, feed, time, stem, since, .. } = waiting;
    let waits_for = format!("{} {}", missing.kind.words(), missing.reference);
    Ok(WaitingRow { feed, time, stem, rows, waits_for, since, until: waits_until(since) })
}

fn by_file(mut found: Vec<WaitingRow>) -> Vec<WaitingRow> {
    found.sort_by(|one, other| {
        (other.time, &one.stem, &one.rows).cmp(&(one.time, &other.stem, &other.rows))
    });
    found
}

fn log_row(cells: Vec<String>) -> Option<LogRow> {
    let mut cells = cells.into_iter();
    let (row, column, code, message) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    Some(LogRow { row: row.parse().ok(), column, code, message })
}

/// The name, without `.csv`, of a file of the council's.
pub(crate) fn stem(feed: Feed, time: FileTime, dry_run: bool) -> String {
    FileName::made(feed, time, dry_run).stem().to_owned()
}
