//! The portal's papers as PDFs: purchase orders and remittance advice. A PDF is made when somebody first asks for it,
//! kept for ever, and fetched from the bucket. Reports are printed each time they are asked for.
//!
//! It is a function of its own because the typesetter makes it larger and slower to start than the others.

mod order;
mod remittance;
mod report;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use axum::extract::State;
use axum::response::Redirect;
use chrono::{DateTime, NaiveDate, Utc};
use cloud::Cloud;
use domain::ids::{ContractRef, ProviderRef};
use domain::permission::{CouncilPermission, Permission};
use domain::purchase_order::OrderId;
use files::{Objects, Place};
use ordering::Orders;
use papers::PapersError;
use reporting::Reports;
use serde::Deserialize;
use statements::Statements;
use store::Store;
use web::{Access, Acting, Api, At, Clock, Missing, Path, Portal, Problem, Query, Staff};

/// Larger than any paper: a remittance advice of 10,000 clients.
const PDF_BYTES_MAX: usize = 25_000_000;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Pdfs {
    /// The portal's records.
    pub store: Store,
    /// The portal's buckets.
    pub objects: Objects,
    /// The purchase orders of all providers.
    pub orders: Orders,
    /// The statements of all contracts.
    pub statements: Statements,
    /// The reports of all providers.
    pub reports: Reports,
    /// What tells the time.
    pub clock: Clock,
}

impl Pdfs {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            orders: Orders::open(cloud),
            statements: Statements::open(cloud),
            reports: Reports::open(cloud),
            clock: Clock::System,
        }
    }
}

impl Portal for Pdfs {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Pdfs> {
    let see = Access::Provider(Permission::See);
    let council = Access::Council(CouncilPermission::SeePurchaseOrders);
    Api::new()
        .get("/api/purchase-orders/{financial_year}/{ss_ref}/purchase-order.pdf", see, order)
        .get(
            "/api/council/purchase-orders/{provider_ref}/{financial_year}/{ss_ref}/purchase-order.pdf",
            council,
            order_for_council,
        )
        .get(
            "/api/scheduled-payments/{contract_ref}/{period_start}/remittance.pdf",
            see,
            remittance,
        )
        .get("/api/reports/{report}/report.pdf", see, report::for_provider)
        .get(
            "/api/council/reports/{report}/report.pdf",
            Access::Council(CouncilPermission::SeeReports),
            report::for_council,
        )
}

/// Which order of the session's provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichOrder {
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

/// Which payment a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichPayment {
    contract_ref: String,
    period_start: String,
}

/// A provider takes a purchase order away.
///
/// # Errors
///
/// 404 no such order of this provider, or no such revision.
async fn order(
    state: State<Pdfs>,
    acting: Acting,
    at: At,
    which: Path<WhichOrder>,
    asked: Query<AskedRevision>,
) -> Result<Redirect, Problem> {
    let id = id(&acting.provider, &which.0.financial_year, &which.0.ss_ref)?;
    let link = state.order_link(&id, asked.0.number()?, at.0).await?;
    acting.viewed_of("purchase order", 1, [&id.ss_ref]);
    Ok(link)
}

/// One of the council's people takes a purchase order of a provider away.
///
/// # Errors
///
/// 404 no such order, or no such revision.
async fn order_for_council(
    state: State<Pdfs>,
    staff: Staff,
    at: At,
    which: Path<WhichOfAll>,
    asked: Query<AskedRevision>,
) -> Result<Redirect, Problem> {
    let provider = named::<ProviderRef>(&which.0.provider_ref)?;
    let id = id(&provider, &which.0.financial_year, &which.0.ss_ref)?;
    let link = state.order_link(&id, asked.0.number()?, at.0).await?;
    staff.viewed_of("purchase order", &provider, 1, [&id.ss_ref]);
    Ok(link)
}

/// A provider takes away what a payment contains: all of it, or what it is paid.
///
/// # Errors
///
/// 404 no such statement for this provider, or it is not finalised.
async fn remittance(
    state: State<Pdfs>,
    acting: Acting,
    at: At,
    which: Path<WhichPayment>,
) -> Result<Redirect, Problem> {
    let contract = named::<ContractRef>(&which.0.contract_ref)?;
    let start = named::<NaiveDate>(&which.0.period_start)?;
    let (link, advice) = state.remittance_link(&acting.provider, &contract, start, at.0).await?;
    let clients = advice.lines.iter().filter_map(|line| line.ss_ref.as_ref());
    acting.viewed_of("remittance advice", advice.lines.len(), clients);
    Ok(link)
}

impl Pdfs {
    /// Where a paper can be fetched for a minute. `make` makes it if nobody did before; of two who do, one's is kept,
    /// and both make the same.
    async fn kept(
        &self,
        place: &Place,
        file_name: &str,
        now: DateTime<Utc>,
        make: impl FnOnce() -> Result<Vec<u8>, PapersError>,
    ) -> Result<Redirect, Problem> {
        if self.objects.get(place, PDF_BYTES_MAX).await?.is_none() {
            self.objects.put_if_absent(place, make()?).await?;
        }
        Ok(Redirect::to(&self.objects.link(place, file_name, now).await?))
    }
}

impl AskedRevision {
    fn number(&self) -> Result<Option<u32>, Missing> {
        match self.revision.trim() {
            "" => Ok(None),
            number => named(number).map(Some),
        }
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
