//! One statement as the council sees it, and what a finaliser does by hand.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use chrono::NaiveDate;
use cloud::tracing;
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::schedule::ScheduleStep;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use statements::{CouncilShown, WhichStatement};
use web::{At, Download, Json, Path, Problem, Staff};

use crate::schedule_view::StepView;
use crate::statement_view::StatementView;
use crate::{CouncilPayments, finaliser};

/// Which statement a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    provider_ref: ProviderRef,
    contract_ref: ContractRef,
    period_start: NaiveDate,
}

/// Which cycle a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichCycle {
    cycle_ref: CycleRef,
}

/// What was read, and is agreed to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Agreeing {
    digest: String,
}

/// Why a schedule is paused or resumed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Because {
    reason: String,
}

/// Whether a schedule is paused then.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PausedView {
    cycle_ref: CycleRef,
    paused: Option<StepView>,
}

impl From<Which> for WhichStatement {
    fn from(which: Which) -> Self {
        let Which { provider_ref, contract_ref, period_start } = which;
        Self { provider_ref, contract_ref, period_start }
    }
}

/// One of the council's people reads a statement as its provider does, and who must still agree to it.
///
/// # Errors
///
/// 404 no such statement.
pub(crate) async fn statement(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<Which>,
) -> Result<Json<StatementView>, Problem> {
    let shown = Box::pin(state.statements.council_shown(&which.0.into(), at.0)).await?;
    seen(&state, &staff, shown).await
}

/// A finaliser agrees that a locked statement is paid when its instant comes.
///
/// # Errors
///
/// 404 no such statement; 409 it is not locked, is finalised, changed since it was read, or they decided something in
/// it themselves.
pub(crate) async fn authorise(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<Which>,
    body: Json<Agreeing>,
) -> Result<Json<StatementView>, Problem> {
    let (who, which) = (finaliser(&staff), which.0.into());
    let agreeing = (&who, body.0.digest.as_str());
    let shown = Box::pin(state.statements.authorise(&which, agreeing, at.0)).await?;
    seen(&state, &staff, shown).await
}

/// A finaliser sends a locked statement for payment at once.
///
/// # Errors
///
/// 404 no such statement; 409 as for an authorisation, or the schedule is paused.
pub(crate) async fn finalise(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<Which>,
    body: Json<Agreeing>,
) -> Result<Json<StatementView>, Problem> {
    let (who, which) = (finaliser(&staff), which.0.into());
    let agreeing = (&who, body.0.digest.as_str());
    let done = Box::pin(state.statements.finalise_by_hand(&which, agreeing, at.0)).await?;
    tracing::info!(contract = %which.contract_ref, start = %which.period_start, "finalised by hand");
    state.tell(done.emails).await;
    seen(&state, &staff, done.shown).await
}

/// One of the council's people takes the payment file of a finalised statement away again.
///
/// # Errors
///
/// 404 no such statement, or it is not finalised.
pub(crate) async fn payment_file(
    state: State<CouncilPayments>,
    staff: Staff,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let which: WhichStatement = which.0.into();
    let file = Box::pin(state.statements.payment_file(&which)).await?;
    let items = &file.statement.items;
    let clients = items.iter().filter_map(|item| item.label.ss_ref.as_ref());
    staff.viewed_of("payment file", &which.provider_ref, items.len(), clients);
    Ok(Download::csv(&file.name, &file.csv))
}

/// A finaliser pauses the schedule of a cycle: nothing of it is finalised until it is resumed.
///
/// # Errors
///
/// 404 no such cycle; 409 it is paused; 422 it is not said why.
pub(crate) async fn pause(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<WhichCycle>,
    body: Json<Because>,
) -> Result<Json<PausedView>, Problem> {
    turn(&state, (&staff, at), which.0, (true, body.0)).await
}

/// A finaliser resumes the schedule of a cycle: what was due meanwhile is finalised with the next run.
///
/// # Errors
///
/// 404 no such cycle; 409 it is not paused; 422 it is not said why.
pub(crate) async fn resume(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<WhichCycle>,
    body: Json<Because>,
) -> Result<Json<PausedView>, Problem> {
    turn(&state, (&staff, at), which.0, (false, body.0)).await
}

async fn turn(
    state: &CouncilPayments,
    (staff, at): (&Staff, At),
    which: WhichCycle,
    (paused, because): (bool, Because),
) -> Result<Json<PausedView>, Problem> {
    let step = ScheduleStep {
        paused,
        reason: because.reason,
        by: staff.staff_ref.clone(),
        name: staff.name().to_owned(),
        at: at.0.instant,
    };
    let schedule = state.statements.schedule_by_hand(&which.cycle_ref, &step).await?;
    let paused = schedule.paused().map(StepView::from);
    Ok(Json(PausedView { cycle_ref: which.cycle_ref, paused }))
}

/// What was loaded, for the person who looks at it; that they do is logged.
async fn seen(
    state: &CouncilPayments,
    staff: &Staff,
    shown: CouncilShown,
) -> Result<Json<StatementView>, Problem> {
    let statement = &shown.shown.statement;
    let payees = statement.items.iter().map(|item| item.payee.clone());
    let payees: BTreeSet<_> = payees.chain([statement.provider_ref.clone()]).collect();
    let known = try_join_all(payees.iter().map(|it| state.store.provider(it))).await?;
    let names: BTreeMap<_, _> =
        known.into_iter().flatten().map(|it| (it.provider_ref, it.name)).collect();
    let lines = statement.items.len().saturating_add(statement.held.len());
    let held = statement.held.iter().map(|held| &held.item);
    let labels = statement.items.iter().chain(held).map(|item| &item.label);
    let clients = labels.filter_map(|label| label.ss_ref.as_ref());
    staff.viewed_of("statement", &statement.provider_ref, lines, clients);
    Ok(Json(StatementView::of(&shown, staff, &names)?))
}
