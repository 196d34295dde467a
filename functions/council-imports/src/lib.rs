//! The council's files on its pages: which came and what became of their rows, and files that are sent from the page.
//!
//! A file from the page is tried first, then applied; from its drop on it is taken in like any other.

#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use axum::response::Redirect;
use cloud::{Cloud, tracing};
use domain::failure::FieldError;
use domain::feed::{Feed, FileTime};
use domain::ids::BatchId;
use domain::permission::CouncilPermission;
use imports::{DESK_BYTES_MAX, FromPage, Imports};
use serde::Deserialize;
use store::{DroppedBy, Store};
use web::{
    Access, Api, At, Clock, Created, Invalid, Json, Path, Portal, Problem, Query, Staff, Status,
};

use crate::view::{DeskFileView, FileView, HistoryView, RetryView, SendingView, WaitingView};

/// How many files a page lists.
const FILES_SHOWN: usize = 30;
/// How many of the files that were sent from the page, and not applied, are looked at.
const DESK_FILES_SHOWN: usize = 30;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct CouncilImports {
    /// The portal's records.
    pub store: Store,
    /// The council's files.
    pub imports: Imports,
    /// What tells the time.
    pub clock: Clock,
}

impl CouncilImports {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), imports: Imports::open(cloud), clock: Clock::System }
    }
}

impl Portal for CouncilImports {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<CouncilImports> {
    let see = Access::Council(CouncilPermission::SeeImports);
    let import = Access::Council(CouncilPermission::Import);
    Api::new()
        .get("/api/council/imports", see, history)
        .post("/api/council/imports", import, try_file)
        .get("/api/council/imports/files/{feed}/{time}", see, file)
        .get("/api/council/imports/files/{feed}/{time}/log.csv", see, log)
        .get("/api/council/imports/files/{feed}/{time}/retry-log.csv", see, retry_log)
        .post("/api/council/imports/uploads", import, start)
        .get("/api/council/imports/uploads/{upload_id}", see, sent)
        .post("/api/council/imports/uploads/{upload_id}/application", import, apply)
        .get("/api/council/imports/uploads/{upload_id}/log.csv", see, sent_log)
        .get("/api/council/imports/waiting", see, waiting)
        .post("/api/council/imports/waiting/retry", import, retry)
}

/// Which files a page asks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    /// Those of one feed.
    feed: String,
    /// Those of an earlier time in their names: where a page before stopped.
    after: String,
}

/// Which file a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Which {
    feed: Feed,
    time: FileTime,
}

/// Which file from the page a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichUpload {
    upload_id: BatchId,
}

/// The file that somebody wants to send.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Chosen {
    file_name: String,
    size_bytes: u64,
}

/// The file that was sent. The upload id is what tells a request from the same one again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Tried {
    upload_id: BatchId,
    feed: Feed,
    file_name: String,
}

/// Somebody says that what they saw in the dry run is to be done.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Application {}

/// Somebody wants the rows tried again that wait.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Retry {}

/// One of the council's people reads which files came, latest first, and which from the page are not applied yet.
///
/// # Errors
///
/// 422 what was asked for is no feed or time.
async fn history(
    state: State<CouncilImports>,
    staff: Staff,
    asked: Query<Asked>,
) -> Result<Json<HistoryView>, Problem> {
    let (feed, before) = asked.0.read()?;
    let history = state.imports.history(feed, before, FILES_SHOWN).await?;
    let (mut open, mut misnamed) = (Vec::new(), Vec::new());
    if before.is_none() && feed.is_none() {
        misnamed = state.imports.misnamed().await?;
    }
    if before.is_none() {
        open = state.imports.desk_files(DESK_FILES_SHOWN).await?;
        open.retain(|it| it.applied.is_none() && feed.is_none_or(|feed| feed == it.feed));
    }
    Ok(Json(HistoryView::of(&history, (&open, misnamed), staff.may(CouncilPermission::Import))))
}

/// One of the council's people reads what became of a file.
///
/// # Errors
///
/// 404 no such file.
async fn file(
    state: State<CouncilImports>,
    _: Staff,
    which: Path<Which>,
) -> Result<Json<FileView>, Problem> {
    let Which { feed, time } = which.0;
    let listed = state.imports.file(feed, time).await?;
    let stem = listed.file.name().2.to_owned();
    let answer = state.imports.answer_to(&stem).await?;
    let late = state.imports.late_log(&stem).await?;
    let (waiting, _) = state.imports.waiting_rows(Some((feed, time))).await?;
    Ok(Json(FileView::of(&listed, answer.as_ref(), &late, &waiting)))
}

/// One of the council's people fetches the log of a file: the rows that were not applied.
///
/// # Errors
///
/// 404 no such file.
async fn log(
    state: State<CouncilImports>,
    _: Staff,
    At(now): At,
    which: Path<Which>,
) -> Result<Redirect, Problem> {
    let listed = state.imports.file(which.0.feed, which.0.time).await?;
    let (_, _, stem) = listed.file.name();
    Ok(Redirect::to(&state.imports.log_link(stem, false, now.instant).await?))
}

/// One of the council's people fetches the log of those rows of a file that had waited and could not be applied.
///
/// # Errors
///
/// 404 no such file.
async fn retry_log(
    state: State<CouncilImports>,
    _: Staff,
    At(now): At,
    which: Path<Which>,
) -> Result<Redirect, Problem> {
    let listed = state.imports.file(which.0.feed, which.0.time).await?;
    let (_, _, stem) = listed.file.name();
    Ok(Redirect::to(&state.imports.log_link(stem, true, now.instant).await?))
}

/// One of the council's people wants to send a file.
///
/// # Errors
///
/// 422 by name or size it is none of the council's.
async fn start(
    state: State<CouncilImports>,
    _: Staff,
    At(now): At,
    body: Json<Chosen>,
) -> Result<Created<SendingView>, Problem> {
    let Chosen { file_name, size_bytes } = body.0;
    let (upload_id, form) = state.imports.start_sending((&file_name, size_bytes), now).await?;
    tracing::info!(upload = %upload_id, "council file to be sent");
    let (url, fields) = (form.url, form.fields);
    Ok(Status(Json(SendingView { upload_id, url, fields, size_bytes_max: DESK_BYTES_MAX })))
}

/// One of the council's people has a file that was sent tried: nothing is applied.
///
/// # Errors
///
/// 422 it did not arrive.
async fn try_file(
    state: State<CouncilImports>,
    staff: Staff,
    At(now): At,
    body: Json<Tried>,
) -> Result<Created<DeskFileView>, Problem> {
    let Tried { upload_id, feed, file_name } = body.0;
    let sent = FromPage { upload_id, feed, file_name };
    let desk = state.imports.try_from_page(&sent, &by(&staff), now).await?;
    Ok(Status(Json(state.seen(&staff, &desk).await?)))
}

/// One of the council's people reads what a file from the page would change, or changed.
///
/// # Errors
///
/// 404 no such file.
async fn sent(
    state: State<CouncilImports>,
    staff: Staff,
    which: Path<WhichUpload>,
) -> Result<Json<DeskFileView>, Problem> {
    let desk = state.imports.desk_state(&which.0.upload_id).await?;
    Ok(Json(state.seen(&staff, &desk).await?))
}

/// One of the council's people has a file applied that was tried. Once, however often it is asked.
///
/// # Errors
///
/// 404 no such file; 409 the dry run goes on, or nothing of the file can be applied.
async fn apply(
    state: State<CouncilImports>,
    staff: Staff,
    At(now): At,
    which: Path<WhichUpload>,
    _: Json<Application>,
) -> Result<Json<DeskFileView>, Problem> {
    let desk = state.imports.apply_from_page(&which.0.upload_id, &by(&staff), now).await?;
    Ok(Json(state.seen(&staff, &desk).await?))
}

/// One of the council's people fetches the log of a dry run.
///
/// # Errors
///
/// 404 no such file.
async fn sent_log(
    state: State<CouncilImports>,
    _: Staff,
    At(now): At,
    which: Path<WhichUpload>,
) -> Result<Redirect, Problem> {
    let desk = state.imports.desk_state(&which.0.upload_id).await?;
    let stem = view::dry_run_stem(&desk.file);
    Ok(Redirect::to(&state.imports.log_link(&stem, false, now.instant).await?))
}

/// One of the council's people reads which rows wait for something not yet known.
async fn waiting(state: State<CouncilImports>, _: Staff) -> Result<Json<WaitingView>, Problem> {
    let (rows, more) = state.imports.waiting_rows(None).await?;
    Ok(Json(WaitingView::of(&rows, more)))
}

/// One of the council's people has the rows tried again that wait.
async fn retry(
    state: State<CouncilImports>,
    staff: Staff,
    At(now): At,
    _: Json<Retry>,
) -> Result<Json<RetryView>, Problem> {
    let name = state.imports.retry_from_page(&by(&staff), now).await?;
    Ok(Json(RetryView { feed: name.feed, time: name.time }))
}

impl CouncilImports {
    async fn seen(
        &self,
        staff: &Staff,
        desk: &imports::DeskState,
    ) -> Result<DeskFileView, Problem> {
        let pounds = desk.tried.as_ref().and_then(|it| it.pounds.as_ref());
        let names = match pounds {
            Some(pounds) => self.imports.provider_names(pounds).await?,
            None => std::collections::BTreeMap::new(),
        };
        Ok(DeskFileView::of(desk, &names, staff.may(CouncilPermission::Import)))
    }
}

fn by(staff: &Staff) -> DroppedBy {
    DroppedBy { staff_ref: staff.staff_ref.clone(), name: staff.name().to_owned() }
}

impl Asked {
    fn read(&self) -> Result<(Option<Feed>, Option<FileTime>), Invalid> {
        let (mut wrong, mut feed, mut before) = (Vec::new(), None, None);
        if !self.feed.trim().is_empty() {
            match self.feed.trim().parse::<Feed>() {
                Ok(read) => feed = Some(read),
                Err(why) => wrong.push(FieldError::new("feed", why.to_string())),
            }
        }
        if !self.after.is_empty() {
            match self.after.parse::<FileTime>() {
                Ok(read) => before = Some(read),
                Err(why) => wrong.push(FieldError::new("after", why.to_string())),
            }
        }
        Invalid::unless_empty(wrong).map(|()| (feed, before))
    }
}
