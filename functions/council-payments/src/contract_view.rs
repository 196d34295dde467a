//! A contract as those see it who decide by hand about it: its lines and periods, what is decided, and by whom.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use chrono::NaiveDate;
use domain::facts::{
    Adjustment, Contract, Cpli, Directive, DirectiveKind, Facts, Period, StaffMember,
};
use domain::ids::{AdjustmentRef, ContractRef, CpliId, DirectiveRef, ProviderRef, SsRef, StaffRef};
use domain::money::Money;
use domain::period::periods_of;
use domain::permission::CouncilPermission;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{Cursor, Progress};
use web::{Invalid, Json, Missing, Path, Problem, Query, Staff};

use crate::CouncilPayments;
use crate::decide::DecisionView;

/// How many earlier decisions a page has.
const HISTORY_ROWS: usize = 25;
/// How many periods ahead an adjustment may begin in.
const PERIODS_AHEAD: usize = 14;

/// Whose contracts a page asks for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedContracts {
    provider: String,
}

/// The contracts of a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ContractsView {
    provider_ref: ProviderRef,
    provider_name: String,
    contracts: Vec<ContractName>,
}

/// A contract to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractName {
    contract_ref: ContractRef,
    name: String,
}

/// Which contract a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichContract {
    provider_ref: ProviderRef,
    contract_ref: ContractRef,
}

/// From where the history goes on.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedHistory {
    after: String,
}

/// One contract.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ContractView {
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    contract_name: String,
    lines: Vec<PackageView>,
    /// Periods that are not locked, earliest first.
    open_periods: Vec<PeriodName>,
    /// The period of the statement that is locked and not finalised, if there is one.
    locked_period: Option<PeriodName>,
    directives: Vec<DirectiveView>,
    adjustments: Vec<AdjustmentView>,
    /// What was decided by hand in the portal, latest first.
    history: Vec<DecisionView>,
    /// What to ask for the decisions before these; none: these were the first.
    next: Option<String>,
    may_direct: bool,
}

/// A care package that a decision can be about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PackageView {
    cpli_id: CpliId,
    client: String,
    ss_ref: SsRef,
    service: String,
}

/// A period to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PeriodName {
    period_start: NaiveDate,
    period_end: NaiveDate,
}

/// What is not to be paid now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DirectiveView {
    directive_ref: DirectiveRef,
    cpli_id: Option<CpliId>,
    kind: DirectiveKind,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    /// It ended before it began: it covers nothing.
    withdrawn: bool,
    reason: String,
    /// Who made it in the portal; nobody: it came in a file.
    made_by: Vec<StaffRef>,
    /// What they are called, as far as it is known.
    made_by_names: Vec<String>,
}

/// Money that no care package explains.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AdjustmentView {
    adjustment_ref: AdjustmentRef,
    cpli_id: Option<CpliId>,
    amount: Money,
    period_start: NaiveDate,
    instalments: u32,
    reason: String,
    /// Who made it in the portal; nobody: it came in a file.
    made_by: Vec<StaffRef>,
    /// What they are called, as far as it is known.
    made_by_names: Vec<String>,
}

impl DirectiveView {
    fn of(it: &Directive, names: &Names) -> Self {
        Self {
            made_by_names: named(&it.made_by, names),
            withdrawn: it.is_withdrawn(),
            directive_ref: it.directive_ref.clone(),
            cpli_id: it.cpli_id.clone(),
            kind: it.kind,
            from_date: it.from_date,
            to_date: it.to_date,
            reason: it.reason.clone(),
            made_by: it.made_by.clone(),
        }
    }
}

impl AdjustmentView {
    fn of(it: &Adjustment, names: &Names) -> Self {
        Self {
            made_by_names: named(&it.made_by, names),
            adjustment_ref: it.adjustment_ref.clone(),
            cpli_id: it.cpli_id.clone(),
            amount: it.amount,
            period_start: it.period_start,
            instalments: it.instalments,
            reason: it.reason.clone(),
            made_by: it.made_by.clone(),
        }
    }
}

/// What the council's people are called.
type Names = BTreeMap<StaffRef, String>;

fn named(who: &[StaffRef], names: &Names) -> Vec<String> {
    let name = |it: &StaffRef| names.get(it).cloned().unwrap_or_else(|| it.to_string());
    who.iter().map(name).collect()
}

/// What those are called who decided something about a contract.
async fn names(state: &CouncilPayments, facts: &Facts) -> Result<Names, Problem> {
    let directives = facts.directives.values().flat_map(|it| &it.made_by);
    let adjustments = facts.adjustments.values().flat_map(|it| &it.made_by);
    let who: BTreeSet<_> = directives.chain(adjustments).collect();
    let keys: Vec<_> = who.iter().map(|it| Key::staff(it)).collect();
    let known = try_join_all(keys.iter().map(|key| state.store.known::<StaffMember>(key))).await?;
    let people = known.into_iter().flatten().map(|it| it.fact);
    Ok(people.map(|it| (it.staff_ref.clone(), it.name())).collect())
}

impl From<Contract> for ContractName {
    fn from(it: Contract) -> Self {
        Self { contract_ref: it.contract_ref, name: it.name }
    }
}

impl From<&Period> for PeriodName {
    fn from(it: &Period) -> Self {
        Self { period_start: it.start_date, period_end: it.end_date }
    }
}

impl PackageView {
    fn of(it: &Cpli, facts: &Facts) -> Self {
        let service = facts.services.get(&it.service_ref);
        Self {
            cpli_id: it.cpli_id.clone(),
            client: it.client.full_name(),
            ss_ref: it.client.ss_ref.clone(),
            service: service.map(|it| it.name.clone()).unwrap_or_default(),
        }
    }
}

/// The periods that are not locked, and the one that is and waits to be finalised.
fn periods(facts: &Facts, progress: Option<&Progress>) -> (Vec<PeriodName>, Option<PeriodName>) {
    let locked_to = progress.and_then(|it| it.locked_to);
    let finalised_to = progress.and_then(|it| it.finalised_to);
    let all: Vec<_> = periods_of(&facts.contract, &facts.periods).collect();
    let open = all.iter().copied().filter(|it| Some(it.start_date) > locked_to);
    let waits = |it: &&&Period| Some(it.end_date) > finalised_to && Some(it.end_date) <= locked_to;
    let locked = all.iter().find(waits).copied().map(PeriodName::from);
    (open.take(PERIODS_AHEAD).map(PeriodName::from).collect(), locked)
}

/// One of the council's people chooses a contract of a provider.
///
/// # Errors
///
/// 404 no such provider; 422 none was named.
pub(crate) async fn contracts(
    state: State<CouncilPayments>,
    _: Staff,
    asked: Query<AskedContracts>,
) -> Result<Json<ContractsView>, Problem> {
    let provider: Result<ProviderRef, _> = asked.0.provider.parse();
    let provider = provider.map_err(|_none| Invalid::field("provider", "Select a provider"))?;
    let known = state.store.provider(&provider).await?.ok_or(Missing)?;
    let contracts = state.store.contracts_of(&provider).await?;
    Ok(Json(ContractsView {
        provider_ref: provider,
        provider_name: known.name,
        contracts: contracts.into_iter().map(ContractName::from).collect(),
    }))
}

/// One of the council's people looks what is decided about a contract, and by whom.
///
/// # Errors
///
/// 404 no such contract.
pub(crate) async fn contract(
    state: State<CouncilPayments>,
    staff: Staff,
    which: Path<WhichContract>,
    asked: Query<AskedHistory>,
) -> Result<Json<ContractView>, Problem> {
    let WhichContract { provider_ref, contract_ref } = which.0;
    state.store.contract_of(&provider_ref, &contract_ref).await?.ok_or(Missing)?;
    let provider = state.store.provider(&provider_ref).await?.ok_or(Missing)?;
    let facts = Box::pin(state.store.known_facts(&provider_ref, &contract_ref)).await?.facts;
    let progress = state.store.progress(&facts.contract.cycle_ref, &contract_ref).await?;
    let (open_periods, locked_period) = periods(&facts, progress.as_ref());
    let after = Some(asked.0.after).filter(|it| !it.is_empty()).map(Cursor::new);
    let about = (&provider_ref, &contract_ref);
    let (history, next) = state.decisions.history(about, HISTORY_ROWS, after).await?;
    let names = names(&state, &facts).await?;
    let clients = facts.cplis.values().map(|it| &it.client.ss_ref);
    staff.viewed_of("lines of a contract", &provider_ref, facts.cplis.len(), clients);
    Ok(Json(ContractView {
        provider_name: provider.name,
        contract_name: facts.contract.name.clone(),
        lines: facts.cplis.values().map(|it| PackageView::of(it, &facts)).collect(),
        open_periods,
        locked_period,
        directives: facts.directives.values().map(|it| DirectiveView::of(it, &names)).collect(),
        adjustments: facts.adjustments.values().map(|it| AdjustmentView::of(it, &names)).collect(),
        history: history.into_iter().map(DecisionView::from).collect(),
        next: next.map(|it| it.as_str().to_owned()),
        may_direct: staff.may(CouncilPermission::DirectPayments),
        provider_ref,
        contract_ref,
    }))
}
