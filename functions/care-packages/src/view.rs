//! Care packages as the page and the download show them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::care_package::{CarePackage, CarePackages, Filter};
use domain::facts::{
    Absence, AbsenceKind, Collector, Contribution, ContributionKind, Price, Service,
};
use domain::ids::{ContractRef, CpliId, ServiceRef, SsRef};
use domain::money::{Money, MoneyError};
use rust_decimal::Decimal;
use serde::Serialize;

/// The list and what it can be narrowed to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    pub(crate) rows: Vec<RowView>,
    filters: ChoicesView,
    total: usize,
}

/// One care package.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RowView {
    pub(crate) cpli_id: CpliId,
    pub(crate) ss_ref: SsRef,
    pub(crate) client: String,
    pub(crate) service_ref: ServiceRef,
    pub(crate) service: String,
    pub(crate) service_level: String,
    pub(crate) start_date: NaiveDate,
    /// The last day of care: the end date or, if that is earlier, a death and the grace days.
    pub(crate) end_date: Option<NaiveDate>,
    pub(crate) cost: String,
    pub(crate) pricing: String,
    pub(crate) authorised: bool,
    pub(crate) contract_ref: ContractRef,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) changed_since_last_visit: bool,
    pub(crate) historical: bool,
    prices: Vec<PriceView>,
    contributions: Vec<ContributionView>,
    absences: Vec<AbsenceView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PriceView {
    from_date: NaiveDate,
    quantity: Decimal,
    unit_price: Decimal,
    weekly_cost: Money,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContributionView {
    kind: ContributionKind,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    weekly_amount: Money,
    collected_by: Collector,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AbsenceView {
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    kind: AbsenceKind,
    pay_percent: Decimal,
}

/// What the whole list can be narrowed to, whatever it is narrowed to now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChoicesView {
    services: Vec<ServiceChoice>,
    clients: Vec<ClientChoice>,
    service_levels: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ServiceChoice {
    #[serde(rename = "ref")]
    service_ref: ServiceRef,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClientChoice {
    ss_ref: SsRef,
    name: String,
}

/// For whom, when and how a list is shown.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    pub(crate) filter: &'a Filter,
    pub(crate) historical_after_days: u32,
    pub(crate) last_visit: Option<DateTime<Utc>>,
    pub(crate) today: NaiveDate,
}

impl ListView {
    /// The list of `all` as `look` asks for it.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if a weekly cost is beyond what the portal can hold.
    pub(crate) fn of(all: &CarePackages, look: &Look<'_>) -> Result<Self, MoneyError> {
        let visible = all.visible(look.historical_after_days, look.today);
        let kept = visible.iter().filter(|package| look.filter.keeps(package));
        let rows = kept.map(|it| RowView::of(it, look)).collect::<Result<Vec<_>, _>>()?;
        let offered = |it: &&CarePackage<'_>| look.filter.include_historical || !it.historical;
        let filters = ChoicesView::of(visible.iter().filter(offered));
        Ok(Self { total: rows.len(), rows, filters })
    }
}

impl RowView {
    fn of(package: &CarePackage<'_>, look: &Look<'_>) -> Result<Self, MoneyError> {
        let CarePackage { cpli, service, .. } = *package;
        let prices = cpli.prices.iter().map(|(from, price)| PriceView::of(*from, price, service));
        Ok(Self {
            cpli_id: cpli.cpli_id.clone(),
            ss_ref: cpli.client.ss_ref.clone(),
            client: cpli.client.full_name(),
            service_ref: cpli.service_ref.clone(),
            service: service.name.clone(),
            service_level: cpli.service_level.clone(),
            start_date: cpli.start_date,
            end_date: package.ends(),
            cost: package.cost(look.today)?,
            pricing: package.pricing(look.today),
            authorised: cpli.authorised,
            contract_ref: cpli.contract_ref.clone(),
            changed_at: cpli.changed_at,
            changed_since_last_visit: cpli.changed_since(look.last_visit),
            historical: package.historical,
            prices: prices.collect::<Result<_, _>>()?,
            contributions: cpli.contributions.iter().map(ContributionView::from).collect(),
            absences: cpli.absences.iter().map(|(from, it)| AbsenceView::of(*from, it)).collect(),
        })
    }
}

impl PriceView {
    fn of(from_date: NaiveDate, price: &Price, service: &Service) -> Result<Self, MoneyError> {
        let weekly_cost = price.weekly_cost(service.price_per)?;
        Ok(Self { from_date, quantity: price.quantity, unit_price: price.unit_price, weekly_cost })
    }
}

impl From<&Contribution> for ContributionView {
    fn from(contribution: &Contribution) -> Self {
        Self {
            kind: contribution.kind,
            from_date: contribution.from_date,
            to_date: contribution.to_date,
            weekly_amount: contribution.weekly_amount,
            collected_by: contribution.collected_by,
        }
    }
}

impl AbsenceView {
    fn of(from_date: NaiveDate, absence: &Absence) -> Self {
        let Absence { to_date, kind, pay_percent } = *absence;
        Self { from_date, to_date, kind, pay_percent }
    }
}

impl ChoicesView {
    fn of<'a>(packages: impl Iterator<Item = &'a CarePackage<'a>>) -> Self {
        let mut services = BTreeMap::new();
        let mut clients = BTreeMap::new();
        let mut levels = BTreeSet::new();
        for CarePackage { cpli, service, .. } in packages {
            services.insert(&service.service_ref, &service.name);
            clients.insert(&cpli.client.ss_ref, &cpli.client);
            levels.insert(&cpli.service_level);
        }
        let mut services: Vec<_> = services
            .into_iter()
            .map(|(service_ref, name)| ServiceChoice {
                service_ref: service_ref.clone(),
                name: name.clone(),
            })
            .collect();
        services.sort_by(|one, other| one.name.cmp(&other.name));
        let mut clients: Vec<_> = clients.into_values().collect();
        clients.sort_by_key(|it| (it.surname.to_lowercase(), it.forename.to_lowercase()));
        let clients = clients.into_iter();
        Self {
            services,
            clients: clients
                .map(|it| ClientChoice { ss_ref: it.ss_ref.clone(), name: it.full_name() })
                .collect(),
            service_levels: levels.into_iter().cloned().collect(),
        }
    }
}
