//! The people at a provider, what the provider asks the council to change about them, and what the council's
//! helpdesk answers.

mod desk;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use chrono::SecondsFormat;
use cloud::Cloud;
use domain::change_request::{ChangeRequest, ContactForm, RequestType};
use domain::ids::{ChangeRequestRef, ContactRef};
use domain::permission::{CouncilPermission, Permission};
use domain::request_id::RequestId;
use people::{Asking, People, Wish};
use serde::{Deserialize, Serialize};
use store::{Cursor, Store};
use web::{
    Access, Acting, Api, At, Clock, Created, Invalid, Json, Missing, Path, Portal, Problem, Query,
    Status, part,
};

use crate::view::{ContactsView, OrganisationView, RequestView, RoleView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Contacts {
    /// The portal's records.
    pub store: Store,
    /// Contacts and the requests about them.
    pub people: People,
    /// What tells the time.
    pub clock: Clock,
}

impl Contacts {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), people: People::open(cloud), clock: Clock::System }
    }
}

impl Portal for Contacts {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Contacts> {
    let see = Access::Provider(Permission::See);
    let administer = Access::Provider(Permission::Administer);
    let council = Access::Council(CouncilPermission::SeeChangeRequests);
    let decide = Access::Council(CouncilPermission::DecideChangeRequests);
    Api::new()
        .get("/api/organisation", see, organisation)
        .get("/api/contacts", see, list)
        .post("/api/contacts/requests", administer, ask)
        .get("/api/contacts/requests", see, requests)
        .post("/api/contacts/requests/{request_ref}/withdrawal", administer, withdraw)
        .get("/api/council/change-requests", council, desk::queue)
        .get("/api/council/change-requests/{provider_ref}/{request_ref}", council, desk::show)
        .post(
            "/api/council/change-requests/{provider_ref}/{request_ref}/acceptance",
            decide,
            desk::accept,
        )
        .post(
            "/api/council/change-requests/{provider_ref}/{request_ref}/rejection",
            decide,
            desk::reject,
        )
        .get("/api/council/providers/{provider_ref}/contacts", council, desk::contacts)
        .post(
            "/api/council/providers/{provider_ref}/contacts/{contact_ref}/email-trust",
            decide,
            desk::trust,
        )
}

/// A provider reads what the council holds about it.
///
/// # Errors
///
/// 404 the council no longer knows it.
async fn organisation(
    state: State<Contacts>,
    acting: Acting,
) -> Result<Json<OrganisationView>, Problem> {
    let provider = state.store.provider(&acting.provider).await?.ok_or(Missing)?;
    let parent = match &provider.parent_ref {
        Some(parent) => state.store.provider(parent).await?,
        None => None,
    };
    Ok(Json(OrganisationView::of(provider, parent)))
}

/// The people at a provider, as one of them sees them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ListView {
    #[serde(flatten)]
    contacts: ContactsView,
    can_request: bool,
    roles: Vec<RoleView>,
}

/// A provider looks at its contacts.
async fn list(state: State<Contacts>, acting: Acting) -> Result<Json<ListView>, Problem> {
    let you = Some(&acting.who.email);
    let contacts = ContactsView::load(&state.store, &acting.provider, you).await?;
    let can_request = acting.may(Permission::Administer);
    Ok(Json(ListView { contacts, can_request, roles: RoleView::all() }))
}

/// What a page asks for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct AskForm {
    request_id: RequestId,
    #[serde(rename = "type")]
    kind: RequestType,
    contact_ref: Option<ContactRef>,
    contact: Option<ContactForm>,
    roles: Option<Vec<String>>,
}

impl AskForm {
    fn wish(self) -> Result<(RequestId, Wish), Invalid> {
        let Self { request_id, kind, contact_ref, contact, roles } = self;
        let which = || Invalid::field("contact_ref", "Say which contact");
        let what = || Invalid::field("contact", "Say what the contact is to be");
        let wish = match kind {
            RequestType::NewContact => Wish::NewContact(contact.ok_or_else(what)?),
            RequestType::UpdateContact => {
                Wish::UpdateContact(contact_ref.ok_or_else(which)?, contact.ok_or_else(what)?)
            }
            RequestType::DeleteContactRole => {
                Wish::DeleteContactRole(contact_ref.ok_or_else(which)?, roles.unwrap_or_default())
            }
        };
        Ok((request_id, wish))
    }
}

/// A provider asks the council for a change. The same page sent twice asks once.
///
/// # Errors
///
/// 404 no such contact; 409 something is asked about this contact already; 422 the form.
async fn ask(
    state: State<Contacts>,
    acting: Acting,
    at: At,
    form: Json<AskForm>,
) -> Result<Created<RequestView>, Problem> {
    let (request_id, wish) = form.0.wish()?;
    let Acting { who, provider } = &acting;
    let asking = Asking { provider, name: &who.name, email: &who.email };
    let request = state.people.ask(asking, &request_id, &wish, at.0).await?;
    let can_withdraw = acting.may(Permission::Administer);
    Ok(Status(Json(RequestView::of(&request, can_withdraw))))
}

/// Which requests a page shows.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Which {
    pub(crate) history: String,
    /// From where an earlier part of the list stopped.
    pub(crate) after: String,
}

impl Which {
    pub(crate) fn all(&self) -> bool {
        self.history == "yes"
    }

    pub(crate) fn after(&self) -> Option<Cursor> {
        Some(self.after.trim()).filter(|it| !it.is_empty()).map(Cursor::new)
    }
}

/// The requests of a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RequestsView {
    rows: Vec<RequestView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
}

/// A provider looks at its requests: those that wait or were made not long ago, or all.
async fn requests(
    state: State<Contacts>,
    acting: Acting,
    at: At,
    which: Query<Which>,
) -> Result<Json<RequestsView>, Problem> {
    let can_withdraw = acting.may(Permission::Administer);
    let mut requests = state.store.change_requests(&acting.provider).await?;
    let days = state.store.settings().await?.change_requests_shown_days;
    requests.retain(|it| which.0.all() || it.is_recent(at.0.instant, days));
    let after = which.0.after();
    let seen = |it: &ChangeRequest| after.as_ref().is_some_and(|last| *place(it) >= *last.as_str());
    let (requests, next) = part(requests.into_iter().skip_while(seen), place);
    let rows = requests.iter().map(|it| RequestView::of(it, can_withdraw)).collect();
    Ok(Json(RequestsView { rows, next }))
}

/// Where a request stands in the list of its provider, which begins with the last.
fn place(request: &ChangeRequest) -> String {
    let at = request.submitted_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!("{at}#{}", request.request_ref)
}

/// A provider wants something no longer.
///
/// # Errors
///
/// 404 no such request; 409 the council was faster.
async fn withdraw(
    state: State<Contacts>,
    acting: Acting,
    at: At,
    request_ref: Path<ChangeRequestRef>,
    _: Json<Nothing>,
) -> Result<Json<RequestView>, Problem> {
    let (provider, by) = (&acting.provider, acting.who.name.as_str());
    let request = state.people.withdraw(provider, &request_ref.0, by, at.0).await?;
    Ok(Json(RequestView::of(&request, true)))
}

/// A page that only says 'do it'.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}
