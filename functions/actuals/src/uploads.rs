//! Files of actuals from the page: begun, checked, shown before anything is recorded, applied or abandoned.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use cloud::tracing;
use domain::ids::{BatchId, SsRef};
use domain::money::Money;
use domain::permission::Permission;
use domain::upload::{BatchState, CannotGoOn, Refused, RowCounts, UploadBatch};
use serde::{Deserialize, Serialize};
use uploads::{Started, ToldFinding};
use web::{Accepted, Acting, At, Created, Json, Path, Problem, Status};

use crate::{Actuals, Nothing};

/// How many files are listed, the newest.
const FILES_LISTED: usize = 50;

/// The file that a person chose.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    file_name: String,
    size_bytes: u64,
}

/// Which file a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichBatch {
    batch_id: BatchId,
}

/// Where the browser sends a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct StartedView {
    batch_id: BatchId,
    url: String,
    fields: BTreeMap<String, String>,
    size_bytes_max: u64,
}

/// The files of a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchesView {
    batches: Vec<BatchLine>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BatchLine {
    batch_id: BatchId,
    file_name: String,
    state: BatchState,
    at: DateTime<Utc>,
    /// None: a provider's system dropped it.
    by: Option<String>,
    counts: Option<RowCounts>,
    adds: Option<Money>,
}

/// One of them, with what was found in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchView {
    #[serde(flatten)]
    line: BatchLine,
    rows_read: u64,
    refusal: Option<RefusalView>,
    findings: Vec<ToldFinding>,
    findings_total: u64,
    all_or_nothing: bool,
    can_apply: bool,
    why_not: Option<String>,
    has_errors_file: bool,
    applied_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RefusalView {
    /// Of the file's own problems F01 to F05; otherwise `rejected`.
    code: String,
    message: String,
}

/// A provider begins to send a file.
///
/// # Errors
///
/// 422 neither CSV nor XLSX, empty, or too large.
pub(crate) async fn start(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    chosen: Json<Chosen>,
) -> Result<Created<StartedView>, Problem> {
    let Chosen { file_name, size_bytes } = &chosen.0;
    let (provider, by) = (&acting.provider, &acting.who.name);
    let started = state.uploads.start(provider, by, (file_name, *size_bytes), at.0).await?;
    note(&started.batch, "file of actuals begun");
    Ok(Status(Json(StartedView::from(started))))
}

/// A provider looks for a file that it sent.
pub(crate) async fn list(
    state: State<Actuals>,
    acting: Acting,
) -> Result<Json<BatchesView>, Problem> {
    let (batches, _) = state.uploads.list(&acting.provider, FILES_LISTED, None).await?;
    Ok(Json(BatchesView { batches: batches.into_iter().map(BatchLine::from).collect() }))
}

/// A provider sees what a file would do, or did.
///
/// # Errors
///
/// 404 no such file of this provider.
pub(crate) async fn show(
    state: State<Actuals>,
    acting: Acting,
    which: Path<WhichBatch>,
) -> Result<Json<BatchView>, Problem> {
    let batch = state.uploads.batch(&acting.provider, &which.0.batch_id).await?;
    Ok(Json(state.seen(&acting, batch).await?))
}

/// A provider has the good rows of a file recorded. It is done in a moment, by another function.
///
/// # Errors
///
/// 404 no such file of this provider; 409 it is not checked, or done with; 422 nothing of it can be applied.
pub(crate) async fn apply(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<WhichBatch>,
    _: Json<Nothing>,
) -> Result<Accepted<Json<BatchView>>, Problem> {
    let (provider, by) = (&acting.provider, &acting.who.name);
    let batch = state.uploads.ask_to_apply(provider, &which.0.batch_id, by, at.0).await?;
    note(&batch, "file of actuals to be applied");
    let view = state.seen(&acting, batch).await?;
    Ok(Status(Json(view)))
}

/// A provider does not want a file any more.
///
/// # Errors
///
/// 404 no such file of this provider; 409 it is being applied, or done with.
pub(crate) async fn abandon(
    state: State<Actuals>,
    acting: Acting,
    which: Path<WhichBatch>,
    _: Json<Nothing>,
) -> Result<Json<BatchView>, Problem> {
    let batch = state.uploads.abandon(&acting.provider, &which.0.batch_id).await?;
    note(&batch, "file of actuals abandoned");
    Ok(Json(state.seen(&acting, batch).await?))
}

/// A provider takes away the rows that were rejected, with what to do beside each.
///
/// # Errors
///
/// 404 no such file of this provider, or no row of it was rejected.
pub(crate) async fn errors(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<WhichBatch>,
) -> Result<Redirect, Problem> {
    let batch = state.uploads.batch(&acting.provider, &which.0.batch_id).await?;
    let link = state.uploads.errors_link(&batch, at.0).await?;
    let rejected = batch.checkup.as_ref().map_or(0, |checkup| checkup.counts.rejected);
    let rejected = usize::try_from(rejected).unwrap_or(usize::MAX);
    let findings = state.uploads.findings(&batch).await?;
    acting.viewed_of("rejected rows", rejected, clients(&findings));
    Ok(Redirect::to(&link))
}

/// The clients that were found in a file.
fn clients(findings: &[ToldFinding]) -> impl Iterator<Item = &SsRef> {
    findings.iter().filter_map(|it| it.ss_ref.as_ref())
}

impl Actuals {
    /// What was found in a file, for the person who looks at it; that they do is logged where it tells of clients.
    async fn seen(&self, acting: &Acting, batch: UploadBatch) -> Result<BatchView, Problem> {
        let findings = self.uploads.findings(&batch).await?;
        if !findings.is_empty() {
            acting.viewed_of("findings in a file", findings.len(), clients(&findings));
        }
        Ok(BatchView::of(batch, findings, acting.may(Permission::EnterActuals)))
    }
}

impl From<Started> for StartedView {
    fn from(started: Started) -> Self {
        let Started { batch, form, size_bytes_max } = started;
        Self { batch_id: batch.batch_id, url: form.url, fields: form.fields, size_bytes_max }
    }
}

impl From<UploadBatch> for BatchLine {
    fn from(batch: UploadBatch) -> Self {
        Self {
            counts: batch.checkup.as_ref().map(|checkup| checkup.counts),
            adds: batch.checkup.as_ref().map(|checkup| checkup.adds),
            batch_id: batch.batch_id,
            file_name: batch.file_name,
            state: batch.state,
            at: batch.at,
            by: batch.by,
        }
    }
}

impl BatchView {
    fn of(batch: UploadBatch, findings: Vec<ToldFinding>, may_enter: bool) -> Self {
        let cannot = batch.can_apply().err();
        let checkup = batch.checkup.as_ref();
        Self {
            rows_read: checkup.map_or(0, |checkup| checkup.counts.read),
            refusal: batch.refusal.clone().map(RefusalView::from),
            findings_total: checkup.map_or(0, |checkup| checkup.findings_total),
            has_errors_file: checkup.is_some_and(|checkup| checkup.has_errors_file),
            findings,
            all_or_nothing: batch.all_or_nothing,
            can_apply: may_enter && cannot.is_none(),
            // What it is, is said by its state.
            why_not: cannot
                .filter(|why| !matches!(why, CannotGoOn::NotThere(_)))
                .map(|why| why.to_string()),
            applied_at: batch.applied_at,
            line: BatchLine::from(batch),
        }
    }
}

impl From<Refused> for RefusalView {
    fn from(Refused { code, message }: Refused) -> Self {
        let code = code.map_or_else(|| "rejected".to_owned(), |code| code.to_string());
        Self { code, message }
    }
}

fn note(batch: &UploadBatch, outcome: &'static str) {
    tracing::info!(batch = batch.batch_id.as_str(), "{outcome}");
}
