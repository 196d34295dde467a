//! What waits for a payments officer: submitted invoices, and weeks over tolerance.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use decisions::{Deciding, INVOICE_DAYS_MAX, Ruling, Verdict};
use domain::clock::Now;
use domain::facts::Unit;
use domain::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use domain::invoice::{DocumentKind, InvoiceHead, InvoiceId, InvoiceNumber};
use domain::money::Money;
use domain::permission::CouncilPermission;
use domain::request_id::RequestId;
use domain::weeks::DecisionKind;
use recording::ExceptionRow;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Cursor;
use web::{At, Created, Json, Problem, Query, Staff};

use crate::CouncilPayments;
use crate::decide::{DecisionView, decided};

/// How many invoices a page has, and of how many providers it has weeks.
const INVOICES_A_PAGE: usize = 50;
const PROVIDERS_A_PAGE: usize = 50;

/// What a page asks for; what is left empty is not asked for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedQueue {
    /// Words of the provider's name, or its reference.
    q: String,
    /// `true`: only what waits too long, or comes to more than a variation may.
    overdue: String,
    after: String,
}

/// Submitted invoices and credit notes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct InvoicesView {
    /// The oldest first.
    rows: Vec<InvoiceView>,
    next: Option<String>,
    days_max: i64,
    may_decide: bool,
}

/// One of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InvoiceView {
    invoice_id: InvoiceId,
    number: InvoiceNumber,
    kind: DocumentKind,
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    net: Money,
    vat: Money,
    total: Money,
    submitted_at: DateTime<Utc>,
    submitted_by: String,
    /// Whole days since it was received.
    age_days: i64,
    overdue: bool,
}

/// Weeks over tolerance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ExceptionsView {
    rows: Vec<ExceptionView>,
    next: Option<ProviderRef>,
    /// What a variation may come to, in pounds, and for how many days it may be (S3).
    variation_pounds_max: u32,
    variation_days_max: u16,
    may_decide: bool,
}

/// One of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExceptionView {
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    period_start: NaiveDate,
    cpli_id: CpliId,
    ss_ref: SsRef,
    client: String,
    service: String,
    week_start: NaiveDate,
    unit: Unit,
    planned: Decimal,
    entered: Decimal,
    over: Decimal,
    held_amount: Money,
    /// Whole days since the week began.
    age_days: i64,
    /// Whether it comes to more than a variation may.
    beyond_limit: bool,
}

/// What becomes of an invoice.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum InvoiceDecision {
    Approve,
    Dispute,
}

/// What is decided about an invoice or credit note.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct DecideInvoice {
    request_id: RequestId,
    provider_ref: ProviderRef,
    invoice_id: InvoiceId,
    decision: InvoiceDecision,
    #[serde(default)]
    reason: String,
}

/// What is decided about a week over tolerance.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct DecideException {
    request_id: RequestId,
    provider_ref: ProviderRef,
    cpli_id: CpliId,
    week_start: NaiveDate,
    decision: DecisionKind,
    quantity: Option<Decimal>,
    #[serde(default)]
    reason: String,
}

/// One of the council's people looks which invoices wait.
///
/// # Errors
///
/// 422 what was sent to go on is none of this list.
pub(crate) async fn invoices(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    asked: Query<AskedQueue>,
) -> Result<Json<InvoicesView>, Problem> {
    let after = Some(asked.0.after.clone()).filter(|it| !it.is_empty()).map(Cursor::new);
    let (heads, next) = state.decisions.waiting_invoices(INVOICES_A_PAGE, after).await?;
    let mut rows = Vec::new();
    for head in heads {
        let name = state.name(&head.provider_ref).await?;
        rows.extend(InvoiceView::of(head, name, at.0));
    }
    rows.retain(|row| asked.0.finds(&row.provider_name, &row.provider_ref, row.overdue));
    rows.sort_by_key(|row| row.submitted_at);
    Ok(Json(InvoicesView {
        rows,
        next: next.map(|it| it.as_str().to_owned()),
        days_max: INVOICE_DAYS_MAX,
        may_decide: staff.may(CouncilPermission::ApproveInvoices),
    }))
}

/// A payments officer approves or disputes an invoice.
///
/// # Errors
///
/// 404 no such document; 409 it is decided already, or takes back another that is not; 422 it is not said why.
pub(crate) async fn decide_invoice(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<DecideInvoice>,
) -> Result<Created<DecisionView>, Problem> {
    let it = body.0;
    let verdict = match it.decision {
        InvoiceDecision::Approve => Verdict::Approve,
        InvoiceDecision::Dispute => Verdict::Dispute,
    };
    let ruling = Ruling::Invoice {
        provider_ref: it.provider_ref,
        invoice_id: it.invoice_id,
        verdict,
        reason: it.reason,
    };
    decided(&state, (&staff, at), Deciding { request_id: it.request_id, ruling }).await
}

/// One of the council's people looks in which weeks more was delivered than is tolerated.
///
/// # Errors
///
/// 503 the table does not answer.
pub(crate) async fn exceptions(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    asked: Query<AskedQueue>,
) -> Result<Json<ExceptionsView>, Problem> {
    let after: Option<ProviderRef> = asked.0.after.parse().ok();
    let waiting = state.decisions.waiting_exceptions(PROVIDERS_A_PAGE, after.as_ref(), at.0);
    let (waiting, next) = Box::pin(waiting).await?;
    let settings = state.store.settings().await?.actions;
    let limit = i64::from(settings.variation_pounds_max).saturating_mul(100);
    let limit = Money::from_pence(limit);
    let mut rows = Vec::new();
    for of in waiting {
        let name = state.name(&of.provider_ref).await?;
        let whose = (&of.provider_ref, name.as_str());
        let views = of.rows.into_iter().map(|row| ExceptionView::of(row, whose, (limit, at.0)));
        let found = |it: &ExceptionView| asked.0.finds(&name, &of.provider_ref, it.beyond_limit);
        let views: Vec<_> = views.filter(found).collect();
        if !views.is_empty() {
            let clients = views.iter().map(|it| &it.ss_ref);
            staff.viewed_of("weeks over tolerance", &of.provider_ref, views.len(), clients);
        }
        rows.extend(views);
    }
    rows.sort_by_key(|row| row.week_start);
    Ok(Json(ExceptionsView {
        rows,
        next,
        variation_pounds_max: settings.variation_pounds_max,
        variation_days_max: settings.variation_days_max,
        may_decide: staff.may(CouncilPermission::ApproveInvoices),
    }))
}

/// A payments officer decides about a week over tolerance.
///
/// # Errors
///
/// 404 no such week; 409 nothing of it is held any more; 422 something is to be corrected.
pub(crate) async fn decide_exception(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<DecideException>,
) -> Result<Created<DecisionView>, Problem> {
    let it = body.0;
    let ruling = Ruling::Exception {
        provider_ref: it.provider_ref,
        cpli_id: it.cpli_id,
        week_start: it.week_start,
        kind: it.decision,
        quantity: it.quantity,
        reason: it.reason,
    };
    decided(&state, (&staff, at), Deciding { request_id: it.request_id, ruling }).await
}

impl AskedQueue {
    fn finds(&self, name: &str, provider: &ProviderRef, overdue: bool) -> bool {
        let text = format!("{name} {provider}").to_lowercase();
        let words = self.q.to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
            && (overdue || self.overdue != "true")
    }
}

impl CouncilPayments {
    async fn name(&self, provider: &ProviderRef) -> Result<String, Problem> {
        let known = self.store.provider(provider).await?;
        Ok(known.map_or_else(|| provider.to_string(), |it| it.name))
    }
}

impl InvoiceView {
    /// A document that was submitted; one without a claim was not.
    fn of(head: InvoiceHead, provider_name: String, now: Now) -> Option<Self> {
        let claim = head.claim?;
        let age_days = now.instant.signed_duration_since(claim.submitted_at).num_days();
        Some(Self {
            number: claim.number,
            kind: claim.kind,
            provider_ref: head.provider_ref,
            provider_name,
            contract_ref: head.invoice_id.contract_ref.clone(),
            contract_name: head.contract_name,
            period_start: head.invoice_id.period_start,
            period_end: head.period_end,
            net: claim.net,
            vat: claim.vat.payable(),
            total: claim.total,
            submitted_at: claim.submitted_at,
            submitted_by: claim.submitted_by,
            age_days,
            overdue: age_days > INVOICE_DAYS_MAX,
            invoice_id: head.invoice_id,
        })
    }
}

impl ExceptionView {
    fn of(
        row: ExceptionRow,
        (provider_ref, provider_name): (&ProviderRef, &str),
        (limit, now): (Money, Now),
    ) -> Self {
        Self {
            provider_ref: provider_ref.clone(),
            provider_name: provider_name.to_owned(),
            contract_ref: row.contract_ref,
            period_start: row.period_start,
            cpli_id: row.cpli_id,
            ss_ref: row.ss_ref,
            client: row.client,
            service: row.service,
            week_start: row.week_start,
            unit: row.unit,
            planned: row.planned,
            entered: row.entered,
            over: row.over,
            held_amount: row.held_amount,
            age_days: now.date.signed_duration_since(row.week_start).num_days(),
            beyond_limit: row.held_amount > limit,
        }
    }
}
