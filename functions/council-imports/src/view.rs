//! Files as pages show them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::feed::{Feed, FileName, FileTime};
use domain::ids::{BatchId, ContractRef, ProviderRef};
use domain::money::Money;
use imports::{Answer, DeskState, Dropped, History, Listed, LogRow, PoundsAnswer, WaitingRow};
use serde::Serialize;
use store::{Counts, DeskDrop, DeskFile, MisnamedFile};

/// Which files came.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HistoryView {
    /// All feeds that there are.
    feeds: Vec<Feed>,
    rows: Vec<LineView>,
    /// What to ask for after these; none: that was all.
    next: Option<FileTime>,
    /// Files from the page that were tried and not applied, latest first.
    tried: Vec<TriedView>,
    /// The latest files whose names say nothing.
    misnamed: Vec<MisnamedView>,
    may_import: bool,
}

/// A file whose name says neither what it is about nor when it was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MisnamedView {
    file_name: String,
    code: String,
    message: String,
    at: DateTime<Utc>,
}

impl From<MisnamedFile> for MisnamedView {
    fn from(it: MisnamedFile) -> Self {
        Self { file_name: it.name, code: it.code, message: it.message, at: it.at }
    }
}

/// A file in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LineView {
    feed: Feed,
    time: FileTime,
    file: String,
    state: FileState,
    /// What became of the rows so far; none: nothing was applied.
    counts: Option<Counts>,
    /// Why nothing was applied.
    refused: Option<RefusedView>,
    /// Who sent it from the page; none: it was dropped in the bucket.
    sent_by: Option<String>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum FileState {
    /// Its rows are being looked at.
    Running,
    /// All its rows were dealt with.
    Done,
    /// Nothing of it is applied.
    Refused,
}

/// Why nothing of a file is applied.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RefusedView {
    code: String,
    message: String,
}

/// A file from the page that was tried and not applied.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TriedView {
    upload_id: BatchId,
    feed: Feed,
    file_name: String,
    by: String,
    at: DateTime<Utc>,
}

/// A file and what became of its rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FileView {
    #[serde(flatten)]
    line: LineView,
    columns_ignored: Vec<String>,
    log: Vec<LogRowView>,
    /// Rows of the log that are only in its file; none: all of them.
    log_not_shown: Option<usize>,
    /// Rows that had waited and could not be applied.
    late_log: Vec<LogRowView>,
    waiting: Vec<WaitingRowView>,
}

/// A row that was not applied, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LogRowView {
    /// As a spreadsheet counts; none: it is about the whole file.
    row: Option<u64>,
    column: String,
    code: String,
    message: String,
}

/// Rows that wait for something not yet known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WaitingRowView {
    feed: Feed,
    time: FileTime,
    file: String,
    /// As a spreadsheet counts.
    rows: Vec<u64>,
    waits_for: String,
    since: DateTime<Utc>,
    /// The last day on which they are tried again.
    until: NaiveDate,
}

/// All rows that wait.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WaitingView {
    rows: Vec<WaitingRowView>,
    /// Whether there may be others.
    more: bool,
}

/// The file without rows with which rows are tried again that wait.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RetryView {
    pub(crate) feed: Feed,
    pub(crate) time: FileTime,
}

/// What a browser needs to send a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SendingView {
    pub(crate) upload_id: BatchId,
    pub(crate) url: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) size_bytes_max: u64,
}

/// A file from the page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeskFileView {
    upload_id: BatchId,
    feed: Feed,
    file_name: String,
    dry_run: RunView,
    /// What it would come to.
    pounds: Option<PoundsView>,
    /// None: nobody applied it.
    applied: Option<RunView>,
    /// Whether whoever asks may apply it now.
    may_apply: bool,
}

/// A run of a file from the page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RunView {
    feed: Feed,
    time: FileTime,
    file: String,
    by: String,
    at: DateTime<Utc>,
    state: FileState,
    counts: Option<Counts>,
    refused: Option<RefusedView>,
    columns_ignored: Vec<String>,
    log: Vec<LogRowView>,
    /// Rows of the log that are only in its file; none: all of them.
    log_not_shown: Option<usize>,
    finished_at: Option<DateTime<Utc>>,
}

/// What a file would come to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoundsView {
    /// All of the contracts below together.
    payable_change: Money,
    contracts: Vec<ContractView>,
    /// Contracts that would change too, and were not looked at.
    contracts_not_shown: usize,
}

/// The open statement of a contract.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractView {
    provider_ref: Option<ProviderRef>,
    provider_name: Option<String>,
    contract_ref: ContractRef,
    period_start: NaiveDate,
    payable_before: Money,
    payable_after: Money,
}

impl HistoryView {
    pub(crate) fn of(
        history: &History,
        (open, misnamed): (&[DeskFile], Vec<MisnamedFile>),
        may_import: bool,
    ) -> Self {
        Self {
            misnamed: misnamed.into_iter().map(MisnamedView::from).collect(),
            feeds: Feed::ALL.to_vec(),
            rows: history.files.iter().map(LineView::of).collect(),
            next: history.next,
            tried: open.iter().map(TriedView::of).collect(),
            may_import,
        }
    }
}

impl LineView {
    fn of(listed: &Listed) -> Self {
        let (feed, time, stem) = listed.file.name();
        let file = format!("{stem}.csv");
        let sent_by = listed.from.as_ref().map(|it| it.by.name.clone());
        match &listed.file {
            Dropped::Taken(taken) => Self {
                feed,
                time,
                file,
                state: if taken.finished_at.is_some() {
                    FileState::Done
                } else {
                    FileState::Running
                },
                counts: Some(taken.counts),
                refused: None,
                sent_by,
                started_at: taken.started_at,
                finished_at: taken.finished_at,
            },
            Dropped::Refused(refused) => Self {
                feed,
                time,
                file,
                state: FileState::Refused,
                counts: None,
                refused: Some(RefusedView {
                    code: refused.code.clone(),
                    message: refused.message.clone(),
                }),
                sent_by,
                started_at: refused.at,
                finished_at: Some(refused.at),
            },
        }
    }
}

impl TriedView {
    fn of(file: &DeskFile) -> Self {
        Self {
            upload_id: file.upload_id.clone(),
            feed: file.feed,
            file_name: file.file_name.clone(),
            by: file.tried.by.name.clone(),
            at: file.tried.at,
        }
    }
}

impl FileView {
    pub(crate) fn of(
        listed: &Listed,
        answer: Option<&Answer>,
        late: &[LogRow],
        waiting: &[WaitingRow],
    ) -> Self {
        Self {
            line: LineView::of(listed),
            columns_ignored: answer.map(|it| it.columns_ignored.clone()).unwrap_or_default(),
            log: answer.map(|it| log_rows(&it.log)).unwrap_or_default(),
            log_not_shown: answer.map_or(Some(0), |it| it.log_not_shown),
            late_log: log_rows(late),
            waiting: waiting.iter().map(WaitingRowView::of).collect(),
        }
    }
}

impl WaitingView {
    pub(crate) fn of(rows: &[WaitingRow], more: bool) -> Self {
        Self { rows: rows.iter().map(WaitingRowView::of).collect(), more }
    }
}

impl WaitingRowView {
    fn of(row: &WaitingRow) -> Self {
        Self {
            feed: row.feed,
            time: row.time,
            file: format!("{}.csv", row.stem),
            rows: row.rows.clone(),
            waits_for: row.waits_for.clone(),
            since: row.since,
            until: row.until,
        }
    }
}

impl DeskFileView {
    pub(crate) fn of(
        desk: &DeskState,
        names: &BTreeMap<ProviderRef, String>,
        may_import: bool,
    ) -> Self {
        let DeskState { file, tried, applied } = desk;
        let is_good = tried.as_ref().is_some_and(|it| it.refused.is_none());
        let is_open = !file.applied.as_ref().is_some_and(|it| it.dropped);
        Self {
            upload_id: file.upload_id.clone(),
            feed: file.feed,
            file_name: file.file_name.clone(),
            dry_run: RunView::of((file.feed, &file.tried, true), tried.as_ref()),
            pounds: tried
                .as_ref()
                .and_then(|it| it.pounds.as_ref())
                .map(|pounds| PoundsView::of(pounds, names)),
            applied: file
                .applied
                .as_ref()
                .map(|drop| RunView::of((file.feed, drop, false), applied.as_ref())),
            may_apply: may_import && is_good && is_open,
        }
    }
}

impl RunView {
    fn of((feed, drop, dry_run): (Feed, &DeskDrop, bool), answer: Option<&Answer>) -> Self {
        let refused = answer.and_then(|it| it.refused.as_ref());
        let state = match answer {
            None => FileState::Running,
            Some(_) if refused.is_some() => FileState::Refused,
            Some(_) => FileState::Done,
        };
        Self {
            feed,
            time: drop.time,
            file: format!("{}.csv", FileName::made(feed, drop.time, dry_run).stem()),
            by: drop.by.name.clone(),
            at: drop.at,
            state,
            counts: answer.filter(|_| refused.is_none()).map(|it| it.counts),
            refused: refused
                .map(|it| RefusedView { code: it.code.clone(), message: it.message.clone() }),
            columns_ignored: answer.map(|it| it.columns_ignored.clone()).unwrap_or_default(),
            log: answer.map(|it| log_rows(&it.log)).unwrap_or_default(),
            log_not_shown: answer.map_or(Some(0), |it| it.log_not_shown),
            finished_at: answer.map(|it| it.finished_at),
        }
    }
}

impl PoundsView {
    fn of(pounds: &PoundsAnswer, names: &BTreeMap<ProviderRef, String>) -> Self {
        let contracts = pounds.contracts.iter().map(|it| ContractView {
            provider_ref: it.provider_ref.clone(),
            provider_name: it.provider_ref.as_ref().and_then(|of| names.get(of).cloned()),
            contract_ref: it.contract_ref.clone(),
            period_start: it.period_start,
            payable_before: it.payable_before,
            payable_after: it.payable_after,
        });
        Self {
            payable_change: pounds.payable_change,
            contracts: contracts.collect(),
            contracts_not_shown: pounds.contracts_not_shown,
        }
    }
}

fn log_rows(log: &[LogRow]) -> Vec<LogRowView> {
    let rows = log.iter().map(|it| LogRowView {
        row: it.row,
        column: it.column.clone(),
        code: it.code.clone(),
        message: it.message.clone(),
    });
    rows.collect()
}

/// The name, without `.csv`, of the dry run of a file from the page.
pub(crate) fn dry_run_stem(file: &DeskFile) -> String {
    FileName::made(file.feed, file.tried.time, true).stem().to_owned()
}
