//! Directives and adjustments: what they would change, then what was decided.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use decisions::{Deciding, Plan, Ruling};
use domain::facts::DirectiveKind;
use domain::ids::{ContractRef, CpliId, DirectiveRef, ProviderRef};
use domain::money::{Money, MoneyError};
use domain::request_id::{NotARequestId, RequestId};
use serde::{Deserialize, Serialize};
use statements::view::EffectView;
use store::ByHand;
use web::{At, Created, Invalid, Json, Problem, Staff, Status};

use crate::{CouncilPayments, officer};

/// Something is not to be paid now.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewDirective {
    /// Not needed for a preview.
    request_id: Option<RequestId>,
    provider_ref: ProviderRef,
    contract_ref: ContractRef,
    cpli_id: Option<CpliId>,
    kind: DirectiveKind,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    reason: String,
}

/// A directive ends.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct EndDirective {
    /// Not needed for a preview.
    request_id: Option<RequestId>,
    provider_ref: ProviderRef,
    contract_ref: ContractRef,
    directive_ref: DirectiveRef,
    to_date: NaiveDate,
    reason: String,
}

/// Money that no care package explains.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewAdjustment {
    /// Not needed for a preview.
    request_id: Option<RequestId>,
    provider_ref: ProviderRef,
    contract_ref: ContractRef,
    cpli_id: Option<CpliId>,
    amount: Money,
    period_start: NaiveDate,
    instalments: u32,
    reason: String,
}

/// What a decision would say and change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlanView {
    line: String,
    /// Statements that would come to something else.
    effects: Vec<EffectView>,
    total_difference: Money,
    total_non_payable_difference: Money,
}

/// What was decided.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DecisionView {
    line: String,
    reason: String,
    by: String,
    at: DateTime<Utc>,
    /// The council's file that makes it: what the import says of it is found by this name.
    file: Option<String>,
}

impl From<ByHand> for DecisionView {
    fn from(it: ByHand) -> Self {
        Self { line: it.line, reason: it.reason, by: it.name, at: it.at, file: it.file }
    }
}

impl PlanView {
    fn of(plan: Plan) -> Result<Self, MoneyError> {
        let Plan { line, effects, total_difference, .. } = plan;
        let effects: Vec<_> = effects.into_iter().map(EffectView::of).collect::<Result<_, _>>()?;
        let unpaid = effects.iter().flat_map(|it| &it.non_payable).map(|it| it.difference);
        let total_non_payable_difference = Money::total(unpaid.collect::<Vec<_>>())?;
        Ok(Self { line, effects, total_difference, total_non_payable_difference })
    }
}

/// What somebody wants decided.
struct Wanted {
    request_id: Option<RequestId>,
    ruling: Ruling,
}

impl Wanted {
    fn deciding(self) -> Result<Deciding, Invalid> {
        let Self { request_id, ruling } = self;
        let unnamed = || Invalid::field("request_id", NotARequestId.to_string());
        Ok(Deciding { request_id: request_id.ok_or_else(unnamed)?, ruling })
    }
}

impl From<NewDirective> for Wanted {
    fn from(it: NewDirective) -> Self {
        let ruling = Ruling::Direct {
            provider_ref: it.provider_ref,
            contract_ref: it.contract_ref,
            cpli_id: it.cpli_id,
            kind: it.kind,
            from_date: it.from_date,
            to_date: it.to_date,
            reason: it.reason,
        };
        Self { request_id: it.request_id, ruling }
    }
}

impl From<EndDirective> for Wanted {
    fn from(it: EndDirective) -> Self {
        let ruling = Ruling::End {
            provider_ref: it.provider_ref,
            contract_ref: it.contract_ref,
            directive_ref: it.directive_ref,
            to_date: it.to_date,
            reason: it.reason,
        };
        Self { request_id: it.request_id, ruling }
    }
}

impl From<NewAdjustment> for Wanted {
    fn from(it: NewAdjustment) -> Self {
        let ruling = Ruling::Adjust {
            provider_ref: it.provider_ref,
            contract_ref: it.contract_ref,
            cpli_id: it.cpli_id,
            amount: it.amount,
            period_start: it.period_start,
            instalments: it.instalments,
            reason: it.reason,
        };
        Self { request_id: it.request_id, ruling }
    }
}

/// A payments officer sees what a directive would change.
///
/// # Errors
///
/// 404 no such contract; 422 something is to be corrected.
pub(crate) async fn preview_directive(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<NewDirective>,
) -> Result<Json<PlanView>, Problem> {
    preview(&state, (&staff, at), Wanted::from(body.0).ruling).await
}

/// A payments officer suspends, cancels or carries forward.
///
/// # Errors
///
/// 404 no such contract; 422 something is to be corrected.
pub(crate) async fn directive(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<NewDirective>,
) -> Result<Created<DecisionView>, Problem> {
    decided(&state, (&staff, at), Wanted::from(body.0).deciding()?).await
}

/// A payments officer sees what the end of a directive would change.
///
/// # Errors
///
/// 404 no such directive; 422 something is to be corrected.
pub(crate) async fn preview_end(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<EndDirective>,
) -> Result<Json<PlanView>, Problem> {
    preview(&state, (&staff, at), Wanted::from(body.0).ruling).await
}

/// A payments officer ends a directive.
///
/// # Errors
///
/// 404 no such directive; 422 something is to be corrected.
pub(crate) async fn end(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<EndDirective>,
) -> Result<Created<DecisionView>, Problem> {
    decided(&state, (&staff, at), Wanted::from(body.0).deciding()?).await
}

/// A payments officer sees what an adjustment would change.
///
/// # Errors
///
/// 404 no such contract; 422 something is to be corrected.
pub(crate) async fn preview_adjustment(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<NewAdjustment>,
) -> Result<Json<PlanView>, Problem> {
    preview(&state, (&staff, at), Wanted::from(body.0).ruling).await
}

/// A payments officer makes an adjustment.
///
/// # Errors
///
/// 404 no such contract; 422 something is to be corrected.
pub(crate) async fn adjustment(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<NewAdjustment>,
) -> Result<Created<DecisionView>, Problem> {
    decided(&state, (&staff, at), Wanted::from(body.0).deciding()?).await
}

async fn preview(
    state: &CouncilPayments,
    (staff, at): (&Staff, At),
    ruling: Ruling,
) -> Result<Json<PlanView>, Problem> {
    let plan = Box::pin(state.decisions.plan(&ruling, &staff.staff_ref, at.0)).await?;
    Ok(Json(PlanView::of(plan)?))
}

/// Decides; the same request again gives what it led to.
pub(crate) async fn decided(
    state: &CouncilPayments,
    (staff, at): (&Staff, At),
    deciding: Deciding,
) -> Result<Created<DecisionView>, Problem> {
    let made = Box::pin(state.decisions.decide(&officer(staff), &deciding, at.0)).await?;
    Ok(Status(Json(made.into())))
}
