//! What the council is told of a file: a log of the rows that were not applied, and a summary.

use domain::feed::{Feed, FileName, FileProblem, FileTime};
use files::{Place, csv, to_json};
use serde::Serialize;
use store::{Counts, FileRecord, Refusal};

use crate::pounds::Pounds;
use crate::{Imports, ImportsError};

/// The columns of a log.
const LOG_COLUMNS: [&str; 4] = ["row", "column", "code", "message"];

/// What became of a file.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'a> {
    file: &'a str,
    feed: Option<Feed>,
    dry_run: bool,
    sha256: &'a str,
    #[serde(flatten)]
    counts: Counts,
    columns_ignored: &'a [String],
    refused: Option<Refused>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pounds: Option<Pounds>,
    started_at: String,
    finished_at: String,
}

/// Why nothing of a file was applied.
#[derive(Debug, Serialize)]
struct Refused {
    code: &'static str,
    message: String,
}

impl<'a> Summary<'a> {
    /// Of a file whose rows were looked at.
    pub(crate) fn of(
        name: &'a str,
        file: &'a FileRecord,
        dry_run: bool,
        columns_ignored: &'a [String],
    ) -> Self {
        let finished_at = file.finished_at.unwrap_or(file.started_at);
        Self {
            file: file_name(name),
            feed: Some(file.feed),
            dry_run,
            sha256: &file.sha256,
            counts: file.counts,
            columns_ignored,
            refused: None,
            pounds: None,
            started_at: instant(file.started_at),
            finished_at: instant(finished_at),
        }
    }

    /// The same, with what it would come to.
    pub(crate) fn with_pounds(self, pounds: Pounds) -> Self {
        Self { pounds: Some(pounds), ..self }
    }

    /// Of a file of which nothing was applied.
    pub(crate) fn refused(
        name: &'a str,
        sha256: &'a str,
        problem: &FileProblem,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Self {
        let understood = FileName::of_key(name).ok();
        Self {
            file: file_name(name),
            feed: understood.as_ref().map(|it| it.feed),
            dry_run: understood.is_some_and(|it| it.dry_run),
            sha256,
            counts: Counts::default(),
            columns_ignored: &[],
            refused: Some(Refused { code: problem.code(), message: problem.to_string() }),
            pounds: None,
            started_at: instant(at),
            finished_at: instant(at),
        }
    }
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

impl Imports {
    /// Writes the log and the summary of a file.
    pub(crate) async fn answer(
        &self,
        name: &str,
        refusals: &[Refusal],
        summary: &Summary<'_>,
    ) -> Result<(), ImportsError> {
        self.objects.put(&outbox(&FileName::log_key(name)), log(refusals)?).await?;
        self.objects.put(&outbox(&FileName::summary_key(name)), to_json(summary)?).await?;
        Ok(())
    }

    /// Answers a file of which nothing is applied.
    pub(crate) async fn refuse(
        &self,
        name: &str,
        problem: &FileProblem,
        summary: &Summary<'_>,
    ) -> Result<(), ImportsError> {
        let row =
            vec![String::new(), String::new(), problem.code().to_owned(), problem.to_string()];
        let log = csv::write(&LOG_COLUMNS, [row])?;
        self.objects.put(&outbox(&FileName::log_key(name)), log).await?;
        self.objects.put(&outbox(&FileName::summary_key(name)), to_json(summary)?).await?;
        Ok(())
    }

    /// Writes the log of rows that waited and were refused, if there are any.
    pub(crate) async fn answer_late(
        &self,
        feed: Feed,
        time: FileTime,
        stem: &str,
    ) -> Result<(), ImportsError> {
        let (mut refusals, mut after) = (Vec::new(), None);
        loop {
            let (some, next) = self.store.late_refusals(feed, time, after).await?;
            refusals.extend(some.into_iter().flat_map(|it| it.refusals));
            after = next;
            if after.is_none() {
                break;
            }
        }
        if refusals.is_empty() {
            return Ok(());
        }
        refusals.sort_by_key(|it| it.row);
        self.objects.put(&outbox(&FileName::retry_log_key(stem)), log(&refusals)?).await?;
        Ok(())
    }

    /// Every row of a file that was not applied.
    pub(crate) async fn refusals(
        &self,
        feed: Feed,
        time: FileTime,
    ) -> Result<Vec<Refusal>, ImportsError> {
        let (mut refusals, mut after) = (Vec::new(), None);
        loop {
            let (some, next) = self.store.refusals(feed, time, after).await?;
            refusals.extend(some.into_iter().flat_map(|it| it.refusals));
            after = next;
            if after.is_none() {
                return Ok(refusals);
            }
        }
    }
}

fn log(refusals: &[Refusal]) -> Result<Vec<u8>, ImportsError> {
    let rows = refusals.iter().map(|Refusal { row, problem }| {
        let column = problem.column.clone().unwrap_or_default();
        vec![row.to_string(), column, problem.code.to_string(), problem.message.clone()]
    });
    Ok(csv::write(&LOG_COLUMNS, rows)?)
}

fn outbox(key: &str) -> Place {
    Place::council_outbox(key.rsplit('/').next().unwrap_or(key))
}
