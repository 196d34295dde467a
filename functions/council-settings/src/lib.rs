//! What the council decides for its whole portal: what every setting means and says, what is to change, and who changed
//! it when. A change from the page is a row of a file of `settings`, like those of the council's own.

mod logo;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use chrono::NaiveDate;
use cloud::{Cloud, tracing};
use domain::appearance::NotALogo;
use domain::clock::Now;
use domain::failure::FieldError;
use domain::feed::{Feed, FileTime, Header, RowProblem, read_setting};
use domain::permission::CouncilPermission;
use domain::request_id::RequestId;
use domain::setting_changes::{SettingChange, SettingChanges};
use domain::setting_names::{SettingKind, SettingName};
use files::{Objects, csv};
use imports::{Imports, ImportsError};
use serde::{Deserialize, Serialize};
use store::{DroppedBy, Store, StoreError};
use web::{Access, Api, At, Clock, Created, Invalid, Json, Path, Portal, Problem, Staff, Status};

use crate::view::{Names, OneView, SettingsView};

/// The columns of a file of `settings`, as a change from the page fills them.
const HEADINGS: [&str; 7] =
    ["setting", "value", "from_date", "reason", "withdrawn", "made_by", "change_ref"];

/// What the function works with.
#[derive(Debug, Clone)]
pub struct CouncilSettings {
    /// The portal's records.
    pub store: Store,
    /// Where files are dropped.
    pub imports: Imports,
    /// The pictures that were sent.
    pub objects: Objects,
    /// What tells the time.
    pub clock: Clock,
}

impl CouncilSettings {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            imports: Imports::open(cloud),
            objects: Objects::open(cloud),
            clock: Clock::System,
        }
    }
}

impl Portal for CouncilSettings {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<CouncilSettings> {
    let see = Access::Council(CouncilPermission::SeeSettings);
    let configure = Access::Council(CouncilPermission::Configure);
    Api::new()
        .get("/api/council/settings", see, settings)
        .get("/api/council/settings/{setting}", see, setting)
        .post("/api/council/settings/{setting}/changes", configure, change)
        .post("/api/council/settings/{setting}/withdrawals", configure, withdraw)
        .post("/api/council/logo", configure, logo::keep)
        .get("/api/logo/{name}", Access::Public, logo::show)
}

/// Which setting a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Which {
    setting: String,
}

/// A setting is to say something else.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Change {
    request_id: RequestId,
    /// As files spell it; empty: what holds when nothing is said.
    value: String,
    /// The first day; none: at once.
    from_date: Option<NaiveDate>,
    /// Why.
    reason: String,
}

/// A setting is not to change on a day after all.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Withdrawal {
    request_id: RequestId,
    /// The day of the coming change.
    from_date: NaiveDate,
    /// Why.
    reason: String,
}

/// What somebody said is on its way: it is in the history of the setting under this name in a moment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Taken {
    change_ref: String,
    from_date: NaiveDate,
}

/// One of the council's people reads what every setting says.
async fn settings(
    state: State<CouncilSettings>,
    staff: Staff,
    At(now): At,
) -> Result<Json<SettingsView>, Problem> {
    let changes = state.store.setting_changes().await?;
    let names = Names::of(&state.store, &changes, &[]).await?;
    Ok(Json(SettingsView::of(&changes, &names, (now, staff.may(CouncilPermission::Configure)))))
}

/// One of the council's people reads what a setting says, and every change of it.
///
/// # Errors
///
/// 404 no such setting.
async fn setting(
    state: State<CouncilSettings>,
    staff: Staff,
    At(now): At,
    which: Path<Which>,
) -> Result<Json<OneView>, Problem> {
    let setting = which.0.named()?;
    let changes = state.store.setting_changes().await?;
    let names = Names::of(&state.store, &changes, &[setting.name]).await?;
    let may = staff.may(CouncilPermission::Configure);
    Ok(Json(OneView::of(setting, &changes, &names, (now, may))))
}

/// One of the council's people changes a setting, from today or a coming day on.
///
/// # Errors
///
/// 404 no such setting; 422 it cannot say that, or not from that day on.
async fn change(
    state: State<CouncilSettings>,
    staff: Staff,
    At(now): At,
    which: Path<Which>,
    body: Json<Change>,
) -> Result<Created<Taken>, Problem> {
    let Change { request_id, value, from_date, reason } = body.0;
    let said = Said { value: &value, from_date, reason: &reason, withdrawn: false };
    Ok(Status(Json(state.say(&staff, which.0.named()?, (&request_id, said), now).await?)))
}

/// One of the council's people takes back a change that is still to come.
///
/// # Errors
///
/// 404 no such setting; 422 nothing is to change on that day, or the day has begun.
async fn withdraw(
    state: State<CouncilSettings>,
    staff: Staff,
    At(now): At,
    which: Path<Which>,
    body: Json<Withdrawal>,
) -> Result<Created<Taken>, Problem> {
    let Withdrawal { request_id, from_date, reason } = body.0;
    let said = Said { value: "", from_date: Some(from_date), reason: &reason, withdrawn: true };
    Ok(Status(Json(state.say(&staff, which.0.named()?, (&request_id, said), now).await?)))
}

/// What somebody says about a setting.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    value: &'a str,
    from_date: Option<NaiveDate>,
    reason: &'a str,
    withdrawn: bool,
}

impl Which {
    fn named(&self) -> Result<&'static SettingName, ImportsError> {
        SettingName::find(&self.setting).ok_or(ImportsError::NotFound)
    }
}

impl CouncilSettings {
    /// Drops what somebody says as a file, once it is sure that the file can be applied. The same request again, when
    /// the file was taken in, drops nothing.
    async fn say(
        &self,
        staff: &Staff,
        setting: &SettingName,
        (request_id, said): (&RequestId, Said<'_>),
        now: Now,
    ) -> Result<Taken, Problem> {
        let change_ref = request_id.of(&staff.staff_ref);
        let changes = self.store.setting_changes().await?;
        let from_date = said.from_date.unwrap_or(now.date);
        if changes.has(&change_ref) {
            return Ok(Taken { change_ref, from_date });
        }
        let cells = said.cells(setting, (staff.staff_ref.as_str(), &change_ref), from_date);
        let change = read(&cells, FileTime::of_instant(now.instant))?;
        would_change(&changes, &change, now)?;
        if setting.kind() == SettingKind::Picture
            && !logo::is_kept(&self.objects, said.value).await?
        {
            return Err(Invalid::field("value", NotALogo::Name.to_string()).into());
        }
        let bytes = csv::write_plain(&HEADINGS, &[cells.to_vec()])?;
        let by = DroppedBy { staff_ref: staff.staff_ref.clone(), name: staff.name().to_owned() };
        self.imports.drop_from_page(Feed::Settings, &bytes, &by, now).await?;
        tracing::info!(setting = setting.name, from = %from_date, "setting to be changed");
        Ok(Taken { change_ref, from_date })
    }
}

impl Said<'_> {
    fn cells(
        &self,
        setting: &SettingName,
        (staff_ref, change_ref): (&str, &str),
        from_date: NaiveDate,
    ) -> [String; HEADINGS.len()] {
        [
            setting.name.to_owned(),
            self.value.to_owned(),
            from_date.to_string(),
            self.reason.to_owned(),
            if self.withdrawn { "yes" } else { "no" }.to_owned(),
            staff_ref.to_owned(),
            change_ref.to_owned(),
        ]
    }
}

/// Reads the row as the import will.
fn read(cells: &[String; HEADINGS.len()], told: FileTime) -> Result<SettingChange, Invalid> {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let header = Header::read(Feed::Settings, &HEADINGS);
    let header = header.map_err(|why| Invalid::field("value", why.to_string()))?;
    let row = header.row(2, &cells).map_err(|problems| invalid(&problems))?;
    let change = read_setting(&row, told).map_err(|problem| invalid(&[problem]))?;
    if change.reason.is_empty() {
        return Err(Invalid::field("reason", "Say why"));
    }
    Ok(change)
}

/// Nobody is asked to think about a change that changes nothing.
fn would_change(changes: &SettingChanges, change: &SettingChange, now: Now) -> Result<(), Invalid> {
    let (setting, day) = (&change.setting, change.from_date);
    let coming = changes.coming(setting, now.date);
    if change.withdrawn && !coming.iter().any(|it| it.from_date == day) {
        return Err(Invalid::field("from_date", "Nothing is to change on this day"));
    }
    if !change.withdrawn && changes.says_already(change) {
        return Err(Invalid::field("value", "It says this already. Choose something else"));
    }
    Ok(())
}

/// `value: Use a whole number.` beside the field.
fn invalid(problems: &[RowProblem]) -> Invalid {
    let fields = problems.iter().map(|problem| {
        let column = problem.column.as_deref().unwrap_or("value");
        let says = problem.message.strip_prefix(&format!("{column}: "));
        FieldError::new(column, says.unwrap_or(&problem.message))
    });
    Invalid::of(fields.collect())
}
