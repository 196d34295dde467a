//! What a provider says it delivered: the form of a period, what is filled in and submitted, what is held, the
//! template to take away, and the file that comes back.

mod entry;
mod list_view;
mod template;
#[cfg(test)]
mod tests;
mod uploads;

use ::uploads::Uploads;
use axum::extract::State;
use chrono::NaiveDate;
use cloud::{Cloud, tracing};
use domain::ids::{ContractRef, CpliId, ServiceRef};
use domain::permission::Permission;
use recording::{ExceptionRow, Filling, Form, Recording, SavedWeek, Saving, WhichPeriod};
use serde::{Deserialize, Serialize};
use store::Store;
use web::{Access, Acting, Api, At, Clock, Json, Path, Portal, Problem};

use crate::entry::Entry;
use crate::list_view::ListView;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Actuals {
    /// The portal's records.
    pub store: Store,
    /// What providers say they delivered.
    pub recording: Recording,
    /// Their files.
    pub uploads: Uploads,
    /// What tells the time.
    pub clock: Clock,
}

impl Actuals {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, recording) = (Store::open(cloud), Recording::open(cloud));
        Self { store, recording, uploads: Uploads::open(cloud), clock: Clock::System }
    }
}

impl Portal for Actuals {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Actuals> {
    let see = Access::Provider(Permission::See);
    let enter = Access::Provider(Permission::EnterActuals);
    Api::new()
        .get("/api/actuals", see, list)
        .get("/api/actuals/exceptions", see, exceptions)
        .get("/api/actuals/{contract_ref}/{period_start}", see, form)
        .put("/api/actuals/{contract_ref}/{period_start}/weeks/{cpli_id}/{week_start}", enter, save)
        .post("/api/actuals/{contract_ref}/{period_start}/as-planned", enter, as_planned)
        .post("/api/actuals/{contract_ref}/{period_start}/copy-last-week", enter, copy_last_week)
        .post("/api/actuals/{contract_ref}/{period_start}/submission", enter, submit)
        .get("/api/actuals/{contract_ref}/{period_start}/template.xlsx", see, template::xlsx)
        .get("/api/actuals/{contract_ref}/{period_start}/template.csv", see, template::csv)
        .post("/api/actuals/uploads", enter, uploads::start)
        .get("/api/actuals/uploads", see, uploads::list)
        .get("/api/actuals/uploads/{batch_id}", see, uploads::show)
        .post("/api/actuals/uploads/{batch_id}/application", enter, uploads::apply)
        .post("/api/actuals/uploads/{batch_id}/abandonment", enter, uploads::abandon)
        .get("/api/actuals/uploads/{batch_id}/errors.xlsx", see, uploads::errors)
}

/// Which period a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    pub(crate) contract_ref: ContractRef,
    pub(crate) period_start: NaiveDate,
}

/// Which week of a care package a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichWeek {
    contract_ref: ContractRef,
    period_start: NaiveDate,
    cpli_id: CpliId,
    week_start: NaiveDate,
}

/// What is to be filled in as planned; what is left out: all of it.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct AsPlanned {
    week_start: Option<NaiveDate>,
    service_ref: Option<ServiceRef>,
}

/// Which week is to be filled in from the one before.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CopyLastWeek {
    week_start: NaiveDate,
    #[serde(default)]
    service_ref: Option<ServiceRef>,
}

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}

/// What is held, and what was decided.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExceptionsView {
    rows: Vec<ExceptionRow>,
}

impl Which {
    pub(crate) fn of(self, acting: &Acting) -> WhichPeriod {
        let Self { contract_ref, period_start } = self;
        WhichPeriod { provider_ref: acting.provider.clone(), contract_ref, period_start }
    }
}

/// A provider looks for a period to enter.
async fn list(state: State<Actuals>, acting: Acting, at: At) -> Result<Json<ListView>, Problem> {
    let (contracts, provider) = tokio::join!(
        state.recording.list(&acting.provider, at.0),
        state.store.provider(&acting.provider),
    );
    let may_enter = acting.may(Permission::EnterActuals);
    Ok(Json(ListView::of(provider?.as_ref(), &contracts?, may_enter)))
}

/// A provider reads the form of a period.
///
/// # Errors
///
/// 404 no such period for this provider.
async fn form(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Json<Form>, Problem> {
    let may_enter = acting.may(Permission::EnterActuals);
    let form = state.recording.form(&which.0.of(&acting), may_enter, at.0).await?;
    Ok(seen(&acting, form))
}

/// A provider says what it delivered in one week. The same again changes nothing.
///
/// # Errors
///
/// 404 no such week for this provider; 409 somebody changed it since it was read, or the period takes no entries;
/// 422 what is entered breaks a rule, each field with its code.
async fn save(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<WhichWeek>,
    entry: Json<Entry>,
) -> Result<Json<SavedWeek>, Problem> {
    let WhichWeek { contract_ref, period_start, cpli_id, week_start } = which.0;
    let which = Which { contract_ref, period_start }.of(&acting);
    let Entry { version, .. } = entry.0;
    let (entry, by) = (entry.0.text(), acting.who.name.clone());
    let saving = Saving { cpli_id, week_start, entry, version, by };
    let saved = state.recording.save(&which, &saving, at.0).await?;
    acting.viewed_of("week of actuals", 1, [&saved.ss_ref]);
    note(&which, "week recorded");
    Ok(Json(saved))
}

/// A provider says that what was planned was delivered, wherever nothing is recorded.
///
/// # Errors
///
/// 404 no such period for this provider; 409 it takes no entries.
async fn as_planned(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    meant: Json<AsPlanned>,
) -> Result<Json<Form>, Problem> {
    let AsPlanned { week_start, service_ref } = meant.0;
    let filling = Filling::AsPlanned { week_start, service_ref };
    fill(&state, &acting, at, which.0, filling).await
}

/// A provider says that in a week the same was delivered as in the one before, wherever nothing is recorded.
///
/// # Errors
///
/// 404 no such period for this provider; 409 it takes no entries.
async fn copy_last_week(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    meant: Json<CopyLastWeek>,
) -> Result<Json<Form>, Problem> {
    let CopyLastWeek { week_start, service_ref } = meant.0;
    let filling = Filling::CopyLastWeek { week_start, service_ref };
    fill(&state, &acting, at, which.0, filling).await
}

async fn fill(
    state: &Actuals,
    acting: &Acting,
    at: At,
    which: Which,
    filling: Filling,
) -> Result<Json<Form>, Problem> {
    let which = which.of(acting);
    let form = state.recording.fill(&which, &filling, &acting.who.name, at.0).await?;
    note(&which, "weeks filled in");
    Ok(seen(acting, form))
}

/// A provider confirms the actuals of a period: they may be invoiced.
///
/// # Errors
///
/// 404 no such period for this provider; 409 the one before comes first, or it is not over; 422 weeks are missing.
async fn submit(
    state: State<Actuals>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    _: Json<Nothing>,
) -> Result<Json<Form>, Problem> {
    let which = which.0.of(&acting);
    let form = state.recording.submit(&which, &acting.who.name, at.0).await?;
    note(&which, "actuals submitted");
    Ok(seen(&acting, form))
}

/// A provider reads what of its care is held because it is over what was commissioned.
async fn exceptions(
    state: State<Actuals>,
    acting: Acting,
    at: At,
) -> Result<Json<ExceptionsView>, Problem> {
    let rows = state.recording.exceptions(&acting.provider, at.0).await?;
    acting.viewed_of("exceptions", rows.len(), rows.iter().map(|row| &row.ss_ref));
    Ok(Json(ExceptionsView { rows }))
}

/// The form, for the person who looks at it; that they do is logged.
fn seen(acting: &Acting, form: Form) -> Json<Form> {
    let lines = form.services.iter().flat_map(|service| &service.lines);
    acting.viewed_of("form of actuals", lines.clone().count(), lines.map(|line| &line.ss_ref));
    Json(form)
}

fn note(which: &WhichPeriod, outcome: &'static str) {
    let contract = which.contract_ref.as_str();
    tracing::info!(contract, period = %which.period_start, "{outcome}");
}
