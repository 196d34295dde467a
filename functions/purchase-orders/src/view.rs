//! Purchase orders as the pages show them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::{PricePer, Unit};
use domain::ids::{CpliId, ServiceRef, SsRef};
use domain::item::{Basis, ItemKind};
use domain::money::{Money, MoneyError};
use domain::period::FinancialYear;
use domain::purchase_order::{
    Difference, OrderHead, OrderLine, OrderRevision, OrderedService, RevisionBody,
};
use ordering::{Listed, ShownOrder};
use rust_decimal::Decimal;
use serde::Serialize;
use store::StoreError;
use web::ROWS_MAX;

/// What a list is narrowed to.
#[derive(Debug, Default)]
pub(crate) struct Narrowed {
    pub(crate) client: Option<SsRef>,
    pub(crate) service: Option<ServiceRef>,
}

/// The orders of a provider in a financial year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    /// For the council's people, who look at many.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_name: Option<String>,
    financial_years: Vec<FinancialYear>,
    financial_year: Option<FinancialYear>,
    pub(crate) rows: Vec<RowView>,
    /// What the council asks for after these; none: that was all.
    next: Option<SsRef>,
    /// To choose from, whatever the list is narrowed to.
    clients: Vec<ClientView>,
    services: Vec<OrderedService>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RowView {
    order_ref: String,
    financial_year: FinancialYear,
    ss_ref: SsRef,
    client: String,
    services: Vec<String>,
    revision: u32,
    revised_at: DateTime<Utc>,
    total: Money,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
struct ClientView {
    name: String,
    ss_ref: SsRef,
}

impl ListView {
    /// What is `listed`, clients by name.
    pub(crate) fn of(listed: Listed, narrowed: &Narrowed) -> Self {
        let client =
            |it: &OrderHead| ClientView { name: it.client.clone(), ss_ref: it.id.ss_ref.clone() };
        let clients: BTreeSet<_> = listed.orders.iter().map(client).collect();
        let services = listed.orders.iter().flat_map(|it| &it.services);
        let services: BTreeMap<_, _> =
            services.map(|it| (it.service_ref.clone(), it.clone())).collect();
        let mut orders = listed.orders;
        orders.retain(|it| narrowed.keeps(it));
        orders.sort_by(|one, other| {
            (&one.client, &one.id.ss_ref).cmp(&(&other.client, &other.id.ss_ref))
        });
        Self {
            provider_name: None,
            financial_years: listed.financial_years,
            financial_year: listed.financial_year,
            rows: orders.into_iter().map(RowView::from).collect(),
            next: None,
            clients: clients.into_iter().collect(),
            services: services.into_values().collect(),
        }
    }

    /// The clients whose orders are shown.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &SsRef> {
        self.rows.iter().map(|row| &row.ss_ref)
    }

    /// The part of it that comes after the order for a client, or the first.
    ///
    /// # Errors
    ///
    /// 422 if there is no such order in it.
    pub(crate) fn after(self, last: Option<&SsRef>) -> Result<Self, StoreError> {
        let found = last.map(|last| self.rows.iter().position(|it| it.ss_ref == *last));
        let seen = match found {
            Some(Some(place)) => place.saturating_add(1),
            Some(None) => return Err(StoreError::NotACursor),
            None => 0,
        };
        let mut rest = self.rows.into_iter().skip(seen);
        let rows: Vec<_> = rest.by_ref().take(ROWS_MAX).collect();
        let next = rows.last().filter(|_| rest.next().is_some()).map(|it| it.ss_ref.clone());
        Ok(Self { rows, next, ..self })
    }

    /// The same with the provider's name.
    pub(crate) fn of_provider(self, name: String) -> Self {
        Self { provider_name: Some(name), ..self }
    }
}

impl Narrowed {
    fn keeps(&self, head: &OrderHead) -> bool {
        let of_service =
            |asked: &ServiceRef| head.services.iter().any(|service| service.service_ref == *asked);
        self.client.as_ref().is_none_or(|asked| head.id.ss_ref == *asked)
            && self.service.as_ref().is_none_or(of_service)
    }
}

impl From<OrderHead> for RowView {
    fn from(head: OrderHead) -> Self {
        Self {
            order_ref: head.id.to_string(),
            financial_year: head.id.financial_year,
            ss_ref: head.id.ss_ref,
            client: head.client,
            services: head.services.into_iter().map(|it| it.name).collect(),
            revision: head.revision,
            revised_at: head.revised_at,
            total: head.total,
        }
    }
}

/// One revision of an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OrderView {
    order_ref: String,
    revision: u32,
    revised_at: DateTime<Utc>,
    latest: bool,
    financial_year: FinancialYear,
    from: NaiveDate,
    to: NaiveDate,
    provider: PartyView,
    council_name: String,
    client: Option<String>,
    ss_ref: SsRef,
    lines: Vec<LineView>,
    total_cost: Money,
    total_income: Money,
    total: Money,
    revisions: Vec<OrderRevision>,
    differences: Vec<Difference>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PartyView {
    name: String,
    address: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LineView {
    cpli_id: CpliId,
    service: String,
    service_level: String,
    contract_name: String,
    from: NaiveDate,
    to: NaiveDate,
    days: u32,
    /// None of a contribution.
    quantity: Option<Decimal>,
    unit: Option<Unit>,
    /// Of a contribution: what it is a week.
    unit_price: Option<Decimal>,
    price_per: Option<PricePer>,
    arithmetic: String,
    kind: ItemKind,
    amount: Money,
}

impl OrderView {
    /// What is `shown`.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub(crate) fn of(shown: ShownOrder) -> Result<Self, MoneyError> {
        let ShownOrder { body, latest, revisions } = shown;
        let RevisionBody { order, .. } = body;
        let totals = order.totals()?;
        Ok(Self {
            order_ref: order.id.to_string(),
            revision: body.revision,
            revised_at: body.revised_at,
            latest,
            financial_year: order.id.financial_year,
            from: order.from,
            to: order.to,
            provider: PartyView { name: body.provider_name, address: body.provider_address },
            council_name: body.council_name,
            client: order.client,
            ss_ref: order.id.ss_ref,
            lines: order.lines.into_iter().map(LineView::from).collect(),
            total_cost: totals.cost,
            total_income: totals.income,
            total: totals.total,
            revisions,
            differences: body.differences,
        })
    }
}

impl From<OrderLine> for LineView {
    fn from(line: OrderLine) -> Self {
        let arithmetic = line.arithmetic();
        let (quantity, unit, unit_price, price_per) = match line.basis {
            Basis::Care { quantity, unit, unit_price, price_per, .. } => {
                (Some(quantity), Some(unit), Some(unit_price), Some(price_per))
            }
            Basis::Contribution { weekly_amount, .. } => {
                (None, None, Some(weekly_amount.pounds()), Some(PricePer::Week))
            }
            // No part of an order.
            Basis::Actual(_) | Basis::Void { .. } | Basis::Manual { .. } | Basis::Vat { .. } => {
                (None, None, None, None)
            }
        };
        Self {
            cpli_id: line.cpli_id,
            service: line.service,
            service_level: line.service_level,
            contract_name: line.contract_name,
            from: line.from,
            to: line.to,
            days: line.days,
            quantity,
            unit,
            unit_price,
            price_per,
            arithmetic,
            kind: line.kind,
            amount: line.amount,
        }
    }
}
