//! What is announced on every page.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use domain::announcement::{Announcement, Announcer, Audience, Wish};
use domain::clock::Now;
use domain::permission::CouncilPermission;
use domain::request_id::RequestId;
use serde::{Deserialize, Serialize};
use store::StoreError;
use web::{At, Json, Missing, Path, Problem, Query, Staff, part};

use crate::RollOut;

/// How often a change is tried again because somebody else was faster.
const RACES_MAX: u32 = 5;

/// From where an earlier part of the list stopped.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
}

/// Everything that was ever announced, the latest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AnnouncementsView {
    today: NaiveDate,
    rows: Vec<AnnouncementView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
    may_announce: bool,
}

/// How an announcement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Shown,
    Coming,
    Ended,
    Withdrawn,
    Replaced,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AnnouncementView {
    announcement_id: String,
    text: String,
    audience: Audience,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    standing: Standing,
    made_at: DateTime<Utc>,
    made_by: String,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<String>,
}

/// What somebody wants announced.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = AnnouncementForm)]
pub(crate) struct Form {
    request_id: RequestId,
    #[serde(default)]
    text: String,
    audience: Audience,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    /// The announcement that it takes the place of.
    replaces: Option<String>,
}

/// Somebody wants an announcement shown no longer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Withdrawal {}

/// One of the council's people reads what is announced and what was.
pub(crate) async fn list(
    state: State<RollOut>,
    staff: Staff,
    At(now): At,
    asked: Query<Asked>,
) -> Result<Json<AnnouncementsView>, Problem> {
    Ok(Json(view(&state, &staff, now, asked.0.after.trim()).await?))
}

/// One of the council's people announces something, or puts another text in the place of one. Once for one request.
///
/// # Errors
///
/// 409 there are too many, or the one to replace is gone; 422 the form.
pub(crate) async fn announce(
    state: State<RollOut>,
    staff: Staff,
    At(now): At,
    form: Json<Form>,
) -> Result<Json<AnnouncementsView>, Problem> {
    let (id, form) = (form.0.id(&staff), form.0);
    let made = form.wish().made(&id, announcer(&staff, now), now.date)?;
    let made = Announcement { replaces: form.replaces, ..made };
    for _ in 0..RACES_MAX {
        if state.store.announcement(&id).await?.is_some() {
            break;
        }
        let board = state.store.announcement_board().await?;
        let (board, replaced) = board.with(made.clone(), now.date)?;
        let changed: Vec<_> = [Some(&made), replaced.as_ref()].into_iter().flatten().collect();
        match state.store.save_announcements(&board, &changed).await {
            Err(error) if error.is_stale() => {}
            done => {
                done?;
                break;
            }
        }
    }
    Ok(Json(view(&state, &staff, now, "").await?))
}

/// One of the council's people withdraws an announcement. It stays in the history.
///
/// # Errors
///
/// 404 no such announcement; 409 it has ended.
pub(crate) async fn withdraw(
    state: State<RollOut>,
    staff: Staff,
    At(now): At,
    id: Path<String>,
    _: Json<Withdrawal>,
) -> Result<Json<AnnouncementsView>, Problem> {
    for _ in 0..RACES_MAX {
        let known = state.store.announcement(&id.0).await?.ok_or(Missing)?;
        if known.withdrawn.is_some() {
            return Ok(Json(view(&state, &staff, now, "").await?));
        }
        let board = state.store.announcement_board().await?;
        let (board, gone) = board.without(&id.0, &announcer(&staff, now), now.date)?;
        match state.store.save_announcements(&board, &[&gone]).await {
            Err(error) if error.is_stale() => {}
            done => {
                done?;
                return Ok(Json(view(&state, &staff, now, "").await?));
            }
        }
    }
    Err(StoreError::Stale { action: 0 }.into())
}

fn announcer(staff: &Staff, now: Now) -> Announcer {
    let (name, staff_ref) = (staff.name().to_owned(), staff.staff_ref.clone());
    Announcer { at: now.instant, name, staff_ref }
}

async fn view(
    state: &RollOut,
    staff: &Staff,
    now: Now,
    after: &str,
) -> Result<AnnouncementsView, StoreError> {
    let all = state.store.announcements().await?;
    let replaced: Vec<_> = all.iter().filter_map(|it| it.replaces.clone()).collect();
    let seen = all.iter().position(|it| it.announcement_id == after);
    let rest = all.into_iter().skip(seen.map_or(0, |at| at.saturating_add(1)));
    let (rows, next) = part(rest, |it| it.announcement_id.clone());
    let row = |it: Announcement| {
        let replaced = replaced.contains(&it.announcement_id);
        AnnouncementView::of(it, replaced, now.date)
    };
    Ok(AnnouncementsView {
        today: now.date,
        rows: rows.into_iter().map(row).collect(),
        next,
        may_announce: staff.may(CouncilPermission::Configure),
    })
}

impl Form {
    fn wish(&self) -> Wish<'_> {
        let Self { text, audience, from_date, to_date, .. } = self;
        Wish { text, audience: *audience, from_date: *from_date, to_date: *to_date }
    }

    /// The same for the same request of the same person.
    fn id(&self, staff: &Staff) -> String {
        self.request_id.of(&staff.staff_ref)
    }
}

impl AnnouncementView {
    fn of(it: Announcement, replaced: bool, today: NaiveDate) -> Self {
        let standing = match &it.withdrawn {
            Some(_) if replaced => Standing::Replaced,
            Some(_) => Standing::Withdrawn,
            None if it.has_ended(today) => Standing::Ended,
            None if it.from_date > today => Standing::Coming,
            None => Standing::Shown,
        };
        Self {
            announcement_id: it.announcement_id,
            text: it.text,
            audience: it.audience,
            from_date: it.from_date,
            to_date: it.to_date,
            standing,
            made_at: it.made.at,
            made_by: it.made.name,
            withdrawn_at: it.withdrawn.as_ref().map(|by| by.at),
            withdrawn_by: it.withdrawn.map(|by| by.name),
        }
    }
}
