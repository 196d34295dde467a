//! Which contracts the portal shows, and from when.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::NaiveDate;
use domain::facts::PaymentMethod;
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::permission::CouncilPermission;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use store::{Progress, StoreError};
use web::{At, Invalid, Json, Problem, Query, Staff, part};

use crate::RollOut;

/// How many contracts are asked about at a time.
const AT_A_TIME: usize = 20;

/// Which contracts a page asks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words of the provider's name or reference, or of the contract's reference.
    q: String,
    /// `shown` or `coming`.
    state: String,
    /// The last of an earlier part of the list.
    after: String,
}

/// Contracts by provider, and how far the roll-out is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ContractsView {
    today: NaiveDate,
    /// Of all contracts, how many the portal shows today.
    shown: usize,
    /// How many it will.
    coming: usize,
    /// On which days, the next first.
    days: Vec<DayView>,
    rows: Vec<ContractView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
    /// How many were found, whatever part is shown.
    found: usize,
    /// Whether they may send the file that changes a date.
    may_change: bool,
}

/// How many contracts are switched on at a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DayView {
    date: NaiveDate,
    contracts: usize,
}

/// A contract, with what a row of the council's file says of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractView {
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    name: String,
    /// `scheduled` or `actuals`.
    #[schema(value_type = String)]
    payment_method: PaymentMethod,
    cycle_ref: CycleRef,
    portal_from: NaiveDate,
    shown: bool,
    /// Its statements are locked up to here: the first day stays as it is.
    locked_to: Option<NaiveDate>,
}

/// One of the council's people looks how far the roll-out is, contract by contract.
///
/// # Errors
///
/// 422 a state that there is not.
pub(crate) async fn list(
    state: State<RollOut>,
    staff: Staff,
    At(now): At,
    asked: Query<Asked>,
) -> Result<Json<ContractsView>, Problem> {
    let today = now.date;
    let wanted = asked.0.shown()?;
    let names = names(&state).await?;
    let mut all = contracts(&state).await?;
    let coming = all.iter().filter(|it| it.portal_from > today).count();
    let shown = all.len().saturating_sub(coming);
    let days = days(&all, today);
    let name = |it: &Progress| names.get(&it.provider_ref).cloned();
    all.retain(|it| wanted.is_none_or(|shown| shown == (it.portal_from <= today)));
    all.retain(|it| asked.0.means(it, &name(it).unwrap_or_default()));
    all.sort_by_cached_key(|it| {
        let name = name(it).unwrap_or_default().to_lowercase();
        (name, it.provider_ref.clone(), it.contract_ref.clone())
    });
    let found = all.len();
    let after = all.iter().position(|it| it.contract_ref.as_str() == asked.0.after.trim());
    let rest = all.into_iter().skip(after.map_or(0, |at| at.saturating_add(1)));
    let (some, next) = part(rest, |it| it.contract_ref.to_string());
    let mut rows = Vec::new();
    for some in some.chunks(AT_A_TIME) {
        let read = some.iter().map(|it| row(&state, it, name(it), today));
        rows.extend(try_join_all(read).await?.into_iter().flatten());
    }
    let may_change = staff.may(CouncilPermission::Import);
    Ok(Json(ContractsView { today, shown, coming, days, rows, next, found, may_change }))
}

impl Asked {
    fn shown(&self) -> Result<Option<bool>, Invalid> {
        match self.state.as_str() {
            "" => Ok(None),
            "shown" => Ok(Some(true)),
            "coming" => Ok(Some(false)),
            _ => Err(Invalid::field("state", "Choose a state from the list")),
        }
    }

    fn means(&self, it: &Progress, name: &str) -> bool {
        let text = format!("{name} {} {}", it.provider_ref, it.contract_ref).to_lowercase();
        self.q.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// Every contract of every cycle.
async fn contracts(state: &RollOut) -> Result<Vec<Progress>, StoreError> {
    let mut all = Vec::new();
    for cycle in state.store.cycle_refs().await? {
        all.extend(state.store.progress_of_cycle(&cycle).await?);
    }
    Ok(all)
}

async fn names(state: &RollOut) -> Result<BTreeMap<ProviderRef, String>, StoreError> {
    let listed = state.store.listed_providers().await?;
    Ok(listed.into_iter().map(|it| (it.provider_ref, it.name)).collect())
}

/// The days to come on which contracts are switched on.
fn days(all: &[Progress], today: NaiveDate) -> Vec<DayView> {
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for it in all.iter().filter(|it| it.portal_from > today) {
        let contracts = days.entry(it.portal_from).or_default();
        *contracts = contracts.saturating_add(1);
    }
    days.into_iter().map(|(date, contracts)| DayView { date, contracts }).collect()
}

async fn row(
    state: &RollOut,
    progress: &Progress,
    provider_name: Option<String>,
    today: NaiveDate,
) -> Result<Option<ContractView>, StoreError> {
    let Progress { provider_ref, contract_ref, locked_to, .. } = progress;
    let contract = state.store.contract_of(provider_ref, contract_ref).await?;
    Ok(contract.map(|contract| ContractView {
        provider_name: provider_name.unwrap_or_else(|| provider_ref.to_string()),
        shown: contract.is_on_portal(today),
        provider_ref: contract.provider_ref,
        contract_ref: contract.contract_ref,
        name: contract.name,
        payment_method: contract.payment_method,
        cycle_ref: contract.cycle_ref,
        portal_from: contract.portal_from,
        locked_to: *locked_to,
    }))
}
