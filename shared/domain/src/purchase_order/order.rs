//! What is ordered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::care_package::{CarePackages, unit_price_text};
use crate::entitlement::{Days, Line, planned_of_cpli};
use crate::facts::{Contract, Cpli, PricePer, Service};
use crate::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, SsRef};
use crate::item::{self, Basis, ItemKind};
use crate::money::{Money, MoneyError};
use crate::period::FinancialYear;
use crate::statement::CannotCompute;

/// How many financial years before the current one have orders: payments are not corrected further back.
const EARLIER_YEARS: u8 = 6;

/// From this month on the orders of the next financial year are issued, so that providers have them before April.
const NEXT_YEAR_FROM_MONTH: u32 = 3;

/// Names an order: one client with one provider in one financial year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderId {
    /// Who delivers.
    pub provider_ref: ProviderRef,
    /// When.
    pub financial_year: FinancialYear,
    /// For whom.
    pub ss_ref: SsRef,
}

impl fmt::Display for OrderId {
    /// `PO-P1001-2026-27-A272433`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PO-{}-{}-{}", self.provider_ref, self.financial_year, self.ss_ref)
    }
}

/// What is ordered for one client in one financial year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its name.
    pub id: OrderId,
    /// First day that it covers.
    pub from: NaiveDate,
    /// Last day that it covers.
    pub to: NaiveDate,
    /// The client's full name; none: nothing of theirs is with the provider any more.
    pub client: Option<String>,
    /// Costs of a care package by day, then its income, care packages in the order of their ids.
    pub lines: Vec<OrderLine>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The care package.
    pub cpli_id: CpliId,
    /// The agreement that it is paid under.
    pub contract_ref: ContractRef,
    /// What that is called.
    pub contract_name: String,
    /// Which service.
    pub service_ref: ServiceRef,
    /// What that is called.
    pub service: String,
    /// The kind of care.
    pub service_level: String,
    /// Cost, or income for a contribution that the provider collects.
    pub kind: ItemKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How many days.
    pub days: u32,
    /// How the amount comes about.
    pub basis: Basis,
    /// Negative for income.
    pub amount: Money,
}

/// A service of which something is ordered.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct OrderedService {
    /// Which.
    pub service_ref: ServiceRef,
    /// What it is called.
    pub name: String,
}

/// What an order comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderTotals {
    /// All costs.
    pub cost: Money,
    /// All contributions that the provider collects, negative.
    pub income: Money,
    /// Both.
    pub total: Money,
}

/// The orders of a provider in a financial year, by client: those in which anything is ordered.
///
/// # Errors
///
/// [`CannotCompute`] when facts contradict each other.
pub fn orders_of(
    packages: &CarePackages,
    provider: &ProviderRef,
    financial_year: FinancialYear,
    today: NaiveDate,
) -> Result<BTreeMap<SsRef, Order>, CannotCompute> {
    let mut of_client: BTreeMap<&SsRef, Vec<&Cpli>> = BTreeMap::new();
    for cpli in &packages.cplis {
        of_client.entry(&cpli.client.ss_ref).or_default().push(cpli);
    }
    let mut orders = BTreeMap::new();
    for (ss_ref, cplis) in of_client {
        let (provider_ref, ss_ref) = (provider.clone(), ss_ref.clone());
        let id = OrderId { provider_ref, financial_year, ss_ref };
        let order = Order::of_cplis(packages, cplis, id, today)?;
        if !order.lines.is_empty() {
            orders.insert(order.id.ss_ref.clone(), order);
        }
    }
    Ok(orders)
}

/// The financial years in which a provider has orders, latest first.
pub fn years_of(packages: &CarePackages, today: NaiveDate) -> Vec<FinancialYear> {
    let current = FinancialYear::of(today);
    let next = (NEXT_YEAR_FROM_MONTH..4).contains(&today.month());
    let years = (0..=EARLIER_YEARS).map(|years| current.earlier(years));
    let all: Vec<_> = next.then(|| current.following()).into_iter().chain(years).collect();
    let ordered = |cpli: &&Cpli| cpli.authorised && packages.on_portal(cpli, today);
    let mut seen = BTreeSet::new();
    for cpli in packages.cplis.iter().filter(ordered) {
        let grace_days = packages.contracts.get(&cpli.contract_ref).map_or(0, |it| it.grace_days);
        let ends = cpli.care_ends(grace_days).unwrap_or(NaiveDate::MAX);
        let given =
            |year: &&FinancialYear| cpli.start_date <= year.last_day() && ends >= year.first_day();
        seen.extend(all.iter().filter(given).copied());
    }
    seen.into_iter().rev().collect()
}

impl CarePackages {
    /// Whether the contract of a care package is shown on the portal by `today`.
    fn on_portal(&self, cpli: &Cpli, today: NaiveDate) -> bool {
        self.contracts.get(&cpli.contract_ref).is_some_and(|it| it.is_on_portal(today))
    }
}

impl Order {
    /// What is ordered today for the client of `id`, all care packages of one provider given. No lines: nothing.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] when facts contradict each other.
    pub fn of(
        packages: &CarePackages,
        id: OrderId,
        today: NaiveDate,
    ) -> Result<Self, CannotCompute> {
        let of_client = packages.cplis.iter().filter(|cpli| cpli.client.ss_ref == id.ss_ref);
        let of_client = of_client.collect();
        Self::of_cplis(packages, of_client, id, today)
    }

    fn of_cplis(
        packages: &CarePackages,
        mut cplis: Vec<&Cpli>,
        id: OrderId,
        today: NaiveDate,
    ) -> Result<Self, CannotCompute> {
        let (from, to) = (id.financial_year.first_day(), id.financial_year.last_day());
        let client = cplis.first().map(|cpli| cpli.client.full_name());
        let mut order = Self { id, from, to, client, lines: Vec::new() };
        cplis.retain(|cpli| packages.on_portal(cpli, today));
        cplis.sort_by(|one, other| one.cpli_id.cmp(&other.cpli_id));
        let mut owed = Vec::new();
        for cpli in cplis {
            let Some(contract) = packages.contracts.get(&cpli.contract_ref) else { continue };
            let service = packages.services.get(&cpli.service_ref).ok_or_else(|| {
                CannotCompute::UnknownService(cpli.cpli_id.clone(), cpli.service_ref.clone())
            })?;
            planned_of_cpli(contract, service, cpli, Days { from, to }, &mut owed)?;
            let line = |line| OrderLine::of(contract, service, cpli, line);
            order.lines.extend(owed.drain(..).map(line));
        }
        Ok(order)
    }

    /// What it comes to.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn totals(&self) -> Result<OrderTotals, MoneyError> {
        let of = |kind| self.lines.iter().filter(move |line| line.kind == kind);
        let cost = Money::total(of(ItemKind::Cost).map(|line| line.amount))?;
        let income = Money::total(of(ItemKind::Income).map(|line| line.amount))?;
        Ok(OrderTotals { cost, income, total: cost.plus(income)? })
    }

    /// Its services, each once.
    pub fn services(&self) -> Vec<OrderedService> {
        let service = |line: &OrderLine| (line.service_ref.clone(), line.service.clone());
        let services: BTreeMap<_, _> = self.lines.iter().map(service).collect();
        let service = |(service_ref, name)| OrderedService { service_ref, name };
        services.into_iter().map(service).collect()
    }

    /// Hexadecimal SHA-256 of all that it states: another digest is another revision.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}|{}", self.id, self.client.as_deref().unwrap_or_default()));
        for line in &self.lines {
            let OrderLine { cpli_id, contract_name, service, service_level, .. } = line;
            let (from, to, arithmetic) = (line.from, line.to, line.arithmetic());
            hash.update(format!("|{cpli_id}|{}|{contract_name}", line.contract_ref));
            hash.update(format!(
                "|{}|{service}|{service_level}|{from}|{to}|{arithmetic}",
                line.service_ref
            ));
        }
        hex::encode(hash.finalize())
    }
}

impl OrderLine {
    fn of(contract: &Contract, service: &Service, cpli: &Cpli, line: Line) -> Self {
        Self {
            cpli_id: cpli.cpli_id.clone(),
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            service_ref: service.service_ref.clone(),
            service: service.name.clone(),
            service_level: cpli.service_level.clone(),
            kind: line.kind,
            from: line.days.from,
            to: line.days.to,
            days: line.days_paid,
            basis: line.basis,
            amount: line.amount,
        }
    }

    /// The sum behind its amount: `1 × £865.46 a week × 365 days ÷ 7 = £45,127.56`.
    pub fn arithmetic(&self) -> String {
        let plain = || item::arithmetic(&self.basis, self.days, self.amount);
        if let Basis::Contribution { kind, .. } = &self.basis {
            return format!("{}: {}", item::contribution_words(*kind), plain());
        }
        let Basis::Care { quantity, unit, unit_price, price_per: PricePer::Unit, pay_percent } =
            &self.basis
        else {
            return plain();
        };
        let (units, price) = (item::units(*quantity, *unit), unit_price_text(*unit_price));
        let (days, share) = (item::days(self.days), item::share(*pay_percent));
        let amount = self.amount.for_people();
        format!("{units} a week × {price} × {days} ÷ 7{share} = {amount}")
    }

    /// What is agreed, without days and amount: `1 × £865.46 a week`.
    pub(crate) fn terms(&self) -> String {
        terms(&self.basis)
    }
}

fn terms(basis: &Basis) -> String {
    match basis {
        Basis::Care { quantity, unit, unit_price, price_per, pay_percent } => {
            let (units, price) = (item::units(*quantity, *unit), unit_price_text(*unit_price));
            let share = item::share(*pay_percent);
            match price_per {
                PricePer::Week => format!("{units} × {price} a week{share}"),
                PricePer::Day => format!("{units} × {price} a day{share}"),
                PricePer::Unit => format!("{units} a week × {price}{share}"),
            }
        }
        Basis::Contribution { weekly_amount, .. } => {
            format!("−{} a week", weekly_amount.for_people())
        }
        // No part of an order.
        Basis::Actual(_) | Basis::Void { .. } | Basis::Manual { .. } | Basis::Vat { .. } => {
            String::new()
        }
    }
}
