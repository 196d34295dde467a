//! What the council commissioned from a provider: the list of its care packages, and the same as a file.

mod export;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use cloud::Cloud;
use domain::care_package::Filter;
use domain::clock::Now;
use domain::failure::FieldError;
use domain::permission::Permission;
use serde::Deserialize;
use store::Store;
use web::{Access, Acting, Api, At, Clock, Download, Invalid, Json, Portal, Problem, Query};

use crate::view::{ListView, Look};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct CarePackageList {
    /// The portal's records.
    pub store: Store,
    /// What tells the time.
    pub clock: Clock,
}

impl CarePackageList {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), clock: Clock::System }
    }
}

impl Portal for CarePackageList {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<CarePackageList> {
    let see = Access::Provider(Permission::See);
    Api::new()
        .get("/api/care-packages", see, list)
        .get("/api/care-packages/download.csv", see, csv)
        .get("/api/care-packages/download.xlsx", see, xlsx)
}

/// What a page asks the list to be narrowed to. What is left empty narrows nothing.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    service: String,
    client: String,
    service_level: String,
    include_historical: String,
}

/// A provider looks at its care packages; what changed since its last visit is marked.
async fn list(
    state: State<CarePackageList>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    Ok(Json(read(&state, &acting, at.0, &asked.0).await?))
}

/// A provider takes the list away as CSV, narrowed as the page shows it.
async fn csv(
    state: State<CarePackageList>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let list = read(&state, &acting, at.0, &asked.0).await?;
    Ok(export::csv(&list.rows, at.0)?)
}

/// A provider takes the list away as a workbook, narrowed as the page shows it.
async fn xlsx(
    state: State<CarePackageList>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Download, Problem> {
    let list = read(&state, &acting, at.0, &asked.0).await?;
    let council_name = state.store.settings().await?.council_name;
    Ok(export::xlsx(&list.rows, &council_name, at.0)?)
}

async fn read(
    state: &CarePackageList,
    acting: &Acting,
    now: Now,
    asked: &Asked,
) -> Result<ListView, Problem> {
    let filter = asked.filter()?;
    let visit = state.store.visit_care_packages(&acting.who.email, &acting.provider, now).await?;
    let look = Look {
        filter: &filter,
        historical_after_days: visit.settings.historical_after_days,
        last_visit: visit.last_visit,
        today: now.date,
    };
    let list = ListView::of(&visit.packages, &look)?;
    acting.viewed_of("care packages", list.rows.len(), list.rows.iter().map(|row| &row.ss_ref));
    Ok(list)
}

impl Asked {
    fn filter(&self) -> Result<Filter, Invalid> {
        let mut wrong = Vec::new();
        let filter = Filter {
            service: reference("service", &self.service, &mut wrong),
            client: reference("client", &self.client, &mut wrong),
            service_level: Some(self.service_level.trim().to_owned()).filter(|it| !it.is_empty()),
            include_historical: self.include_historical == "true",
        };
        Invalid::unless_empty(wrong)?;
        Ok(filter)
    }
}

fn reference<T: std::str::FromStr<Err: ToString>>(
    field: &str,
    text: &str,
    wrong: &mut Vec<FieldError>,
) -> Option<T> {
    if text.trim().is_empty() {
        return None;
    }
    text.parse().map_err(|why: T::Err| wrong.push(FieldError::new(field, why.to_string()))).ok()
}
