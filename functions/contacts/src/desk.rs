//! The council's side: change requests, and the contacts of every provider.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::change_request::{Answer, ChangeRequest, shown_since};
use domain::ids::{ChangeRequestRef, ContactRef, ProviderRef};
use domain::permission::CouncilPermission;
use people::Verdict;
use serde::{Deserialize, Serialize};
use store::QueuedRequest;
use web::{At, Json, Missing, Path, Problem, Query, ROWS_MAX, Staff};

use crate::view::{ContactsView, RequestView};
use crate::{Contacts, Nothing, Which};

/// The council's queue of change requests.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QueueView {
    rows: Vec<QueuedView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
    counts: CountsView,
}

/// How many there are, whatever part of the list is shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CountsView {
    pending: usize,
}

/// A request as the council sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QueuedView {
    #[serde(flatten)]
    request: RequestView,
    provider_ref: ProviderRef,
    provider_name: String,
    /// Since it was made, in days.
    age_days: i64,
}

/// One request, with what the officer should know before deciding.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeskView {
    #[serde(flatten)]
    queued: QueuedView,
    warnings: Vec<String>,
    can_decide: bool,
}

impl QueuedView {
    fn of(request: &ChangeRequest, provider_name: String, now: DateTime<Utc>) -> Self {
        Self {
            request: RequestView::of(request, false),
            provider_ref: request.provider_ref.clone(),
            provider_name,
            age_days: now.signed_duration_since(request.submitted_at).num_days().max(0),
        }
    }
}

/// The helpdesk looks at what waits, oldest first, and at what was answered not long ago, or ever.
pub(crate) async fn queue(
    state: State<Contacts>,
    _: Staff,
    at: At,
    which: Query<Which>,
) -> Result<Json<QueueView>, Problem> {
    let now = at.0.instant;
    let days = state.store.settings().await?.change_requests_shown_days;
    let since = (!which.0.all()).then(|| shown_since(now, days));
    let (pending, (rows, next)) = tokio::try_join!(
        state.store.pending_change_requests(),
        state.store.queued_change_requests(since, ROWS_MAX, which.0.after()),
    )?;
    let rows = rows.into_iter().map(|QueuedRequest { request, provider_name }| {
        QueuedView::of(&request, provider_name, now)
    });
    let next = next.map(|it| it.as_str().to_owned());
    let counts = CountsView { pending: pending.len() };
    Ok(Json(QueueView { rows: rows.collect(), next, counts }))
}

/// Whose request, and which.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichRequest {
    provider_ref: ProviderRef,
    request_ref: ChangeRequestRef,
}

/// A contact of a provider.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichContact {
    provider_ref: ProviderRef,
    contact_ref: ContactRef,
}

/// The helpdesk looks at a request.
///
/// # Errors
///
/// 404 no such request of this provider.
pub(crate) async fn show(
    state: State<Contacts>,
    staff: Staff,
    at: At,
    which: Path<WhichRequest>,
) -> Result<Json<DeskView>, Problem> {
    let WhichRequest { provider_ref: provider, request_ref } = &which.0;
    let request = state.people.request_of(provider, request_ref).await?;
    Ok(Json(view(&state, &staff, at, &request).await?))
}

async fn view(
    state: &Contacts,
    staff: &Staff,
    at: At,
    request: &ChangeRequest,
) -> Result<DeskView, Problem> {
    let warnings = state.people.warnings(request).await?;
    let provider = state.store.provider(&request.provider_ref).await?;
    let name = provider.map_or_else(|| request.provider_ref.to_string(), |it| it.name);
    let can_decide = request.is_pending() && staff.may(CouncilPermission::DecideChangeRequests);
    let queued = QueuedView::of(request, name, at.0.instant);
    Ok(DeskView { queued, warnings, can_decide })
}

/// The helpdesk does what was asked for, at once.
///
/// # Errors
///
/// 404 no such request of this provider; 409 somebody else was faster, or the address is taken.
pub(crate) async fn accept(
    state: State<Contacts>,
    staff: Staff,
    at: At,
    which: Path<WhichRequest>,
    _: Json<Nothing>,
) -> Result<Json<DeskView>, Problem> {
    decide(&state, &staff, at, &which, Verdict::Accept).await
}

/// Why a request is rejected.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Rejection {
    #[serde(default)]
    reason: String,
}

/// The helpdesk does not do what was asked for, and says why.
///
/// # Errors
///
/// 404 no such request of this provider; 409 somebody else was faster; 422 no reason.
pub(crate) async fn reject(
    state: State<Contacts>,
    staff: Staff,
    at: At,
    which: Path<WhichRequest>,
    form: Json<Rejection>,
) -> Result<Json<DeskView>, Problem> {
    decide(&state, &staff, at, &which, Verdict::Reject(&form.0.reason)).await
}

async fn decide(
    state: &Contacts,
    staff: &Staff,
    at: At,
    which: &Path<WhichRequest>,
    verdict: Verdict<'_>,
) -> Result<Json<DeskView>, Problem> {
    let WhichRequest { provider_ref: provider, request_ref } = &which.0;
    let by = Answer {
        by: staff.name().to_owned(),
        staff_ref: Some(staff.staff_ref.clone()),
        at: at.0.instant,
    };
    let request = state.people.decide((provider, request_ref), &by, verdict, at.0).await?;
    Ok(Json(view(state, staff, at, &request).await?))
}

/// The contacts of a provider, as the council sees them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProviderContactsView {
    provider_name: String,
    #[serde(flatten)]
    contacts: ContactsView,
}

/// The helpdesk looks at the contacts of a provider.
///
/// # Errors
///
/// 404 no such provider.
pub(crate) async fn contacts(
    state: State<Contacts>,
    _: Staff,
    provider: Path<ProviderRef>,
) -> Result<Json<ProviderContactsView>, Problem> {
    Ok(Json(contacts_of(&state, &provider.0).await?))
}

async fn contacts_of(
    state: &Contacts,
    provider: &ProviderRef,
) -> Result<ProviderContactsView, Problem> {
    let known = state.store.provider(provider).await?.ok_or(Missing)?;
    let contacts = ContactsView::load(&state.store, provider, None).await?;
    Ok(ProviderContactsView { provider_name: known.name, contacts })
}

/// The helpdesk says that emails to a contact's address will arrive again.
///
/// # Errors
///
/// 404 no such contact.
pub(crate) async fn trust(
    state: State<Contacts>,
    _: Staff,
    at: At,
    which: Path<WhichContact>,
    _: Json<Nothing>,
) -> Result<Json<ProviderContactsView>, Problem> {
    let WhichContact { provider_ref: provider, contact_ref } = &which.0;
    let contact = state.store.contact(provider, contact_ref).await?.ok_or(Missing)?;
    for address in contact.portal_email.iter().chain(&contact.email) {
        state.store.trust_address(address, at.0.instant).await?;
    }
    Ok(Json(contacts_of(&state, provider).await?))
}
