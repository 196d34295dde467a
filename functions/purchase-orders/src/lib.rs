//! Purchase orders: what is ordered of a provider for each client and financial year, with every revision; for the
//! provider, and for the council's people.

#[cfg(test)]
mod tests;
mod view;

use std::str::FromStr;

use axum::extract::State;
use cloud::Cloud;
use domain::clock::Now;
use domain::failure::FieldError;
use domain::ids::{ProviderRef, ServiceRef, SsRef};
use domain::period::FinancialYear;
use domain::permission::{CouncilPermission, Permission};
use domain::purchase_order::OrderId;
use ordering::Orders;
use serde::Deserialize;
use store::Store;
use web::{
    Access, Acting, Api, At, Clock, Invalid, Json, Missing, Path, Portal, Problem, Query, Staff,
};

use crate::view::{ListView, Narrowed, OrderView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct PurchaseOrders {
    /// The portal's records.
    pub store: Store,
    /// The purchase orders of all providers.
    pub orders: Orders,
    /// What tells the time.
    pub clock: Clock,
}

impl PurchaseOrders {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, orders) = (Store::open(cloud), Orders::open(cloud));
        Self { store, orders, clock: Clock::System }
    }
}

impl Portal for PurchaseOrders {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<PurchaseOrders> {
    let see = Access::Provider(Permission::See);
    let council = Access::Council(CouncilPermission::SeePurchaseOrders);
    Api::new()
        .get("/api/purchase-orders", see, list)
        .get("/api/purchase-orders/{financial_year}/{ss_ref}", see, order)
        .get("/api/council/purchase-orders", council, list_for_council)
        .get(
            "/api/council/purchase-orders/{provider_ref}/{financial_year}/{ss_ref}",
            council,
            order_for_council,
        )
}

/// What a list is narrowed to. What is left empty narrows nothing; no year is the current one.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    provider: String,
    financial_year: String,
    client: String,
    service: String,
    /// The last client of an earlier part of the council's list.
    after: String,
}

/// Which order of the session's provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Which {
    financial_year: String,
    ss_ref: String,
}

/// Which order of any provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichOfAll {
    provider_ref: String,
    financial_year: String,
    ss_ref: String,
}

/// Which revision is asked for; none: the latest.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct AskedRevision {
    revision: String,
}

/// A provider looks for an order.
///
/// # Errors
///
/// 422 what was asked for is no financial year, client or service, or is after no order.
async fn list(
    state: State<PurchaseOrders>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let view = state.listed(&acting.provider, &asked.0, at.0).await?;
    let view = view.after(asked.0.last()?.as_ref())?;
    acting.viewed_of("purchase orders", view.rows.len(), view.clients());
    Ok(Json(view))
}

/// One of the council's people looks for an order of a provider.
///
/// # Errors
///
/// 404 no such provider; 422 what was asked for is no financial year, client or service, or is after no order.
async fn list_for_council(
    state: State<PurchaseOrders>,
    staff: Staff,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let provider = named::<ProviderRef>(&asked.0.provider)?;
    let known = state.store.provider(&provider).await?.ok_or(Missing)?;
    let listed = state.listed(&provider, &asked.0, at.0).await?;
    let view = listed.after(asked.0.last()?.as_ref())?.of_provider(known.name);
    staff.viewed_of("purchase orders", &provider, view.rows.len(), view.clients());
    Ok(Json(view))
}

/// A provider reads an order.
///
/// # Errors
///
/// 404 no such order of this provider, or no such revision.
async fn order(
    state: State<PurchaseOrders>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    asked: Query<AskedRevision>,
) -> Result<Json<OrderView>, Problem> {
    let id = id(&acting.provider, &which.0.financial_year, &which.0.ss_ref)?;
    let view = state.read(&id, &asked.0, at.0).await?;
    acting.viewed_of("purchase order", 1, [&id.ss_ref]);
    Ok(Json(view))
}

/// One of the council's people reads an order of a provider.
///
/// # Errors
///
/// 404 no such order, or no such revision.
async fn order_for_council(
    state: State<PurchaseOrders>,
    staff: Staff,
    at: At,
    which: Path<WhichOfAll>,
    asked: Query<AskedRevision>,
) -> Result<Json<OrderView>, Problem> {
    let provider = named::<ProviderRef>(&which.0.provider_ref)?;
    let id = id(&provider, &which.0.financial_year, &which.0.ss_ref)?;
    let view = state.read(&id, &asked.0, at.0).await?;
    staff.viewed_of("purchase order", &provider, 1, [&id.ss_ref]);
    Ok(Json(view))
}

impl PurchaseOrders {
    async fn listed(
        &self,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<ListView, Problem> {
        let (year, narrowed) = asked.parsed()?;
        Ok(ListView::of(self.orders.list(provider, year, now).await?, &narrowed))
    }

    async fn read(
        &self,
        id: &OrderId,
        asked: &AskedRevision,
        now: Now,
    ) -> Result<OrderView, Problem> {
        let revision = match asked.revision.trim() {
            "" => None,
            number => Some(named::<u32>(number)?),
        };
        Ok(OrderView::of(self.orders.show(id, revision, now).await?)?)
    }
}

impl Asked {
    fn last(&self) -> Result<Option<SsRef>, Invalid> {
        let mut wrong = Vec::new();
        let last = given("after", &self.after, &mut wrong);
        Invalid::unless_empty(wrong)?;
        Ok(last)
    }

    fn parsed(&self) -> Result<(Option<FinancialYear>, Narrowed), Invalid> {
        let mut wrong = Vec::new();
        let year = given::<FinancialYear>("financial_year", &self.financial_year, &mut wrong);
        let narrowed = Narrowed {
            client: given::<SsRef>("client", &self.client, &mut wrong),
            service: given::<ServiceRef>("service", &self.service, &mut wrong),
        };
        Invalid::unless_empty(wrong)?;
        Ok((year, narrowed))
    }
}

fn id(provider: &ProviderRef, financial_year: &str, ss_ref: &str) -> Result<OrderId, Missing> {
    Ok(OrderId {
        provider_ref: provider.clone(),
        financial_year: named(financial_year)?,
        ss_ref: named(ss_ref)?,
    })
}

/// What a path names; a text that is no name names nothing.
fn named<T: FromStr>(text: &str) -> Result<T, Missing> {
    text.parse().map_err(|_no_name| Missing)
}

fn given<T: FromStr<Err: ToString>>(
    field: &str,
    text: &str,
    wrong: &mut Vec<FieldError>,
) -> Option<T> {
    if text.trim().is_empty() {
        return None;
    }
    text.parse().map_err(|why: T::Err| wrong.push(FieldError::new(field, why.to_string()))).ok()
}
