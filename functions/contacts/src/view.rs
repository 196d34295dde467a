//! Contacts and requests as pages show them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::change_request::{ChangeRequest, Detail, RequestState, RequestType};
use domain::facts::{Contact, Provider, ProviderKind};
use domain::ids::{ChangeRequestRef, ContactRef, ProviderRef};
use domain::permission::Role;
use domain::sign_in::EmailAddress;
use futures::future::try_join_all;
use serde::Serialize;
use store::{EmailState, Store, StoreError};

/// How many addresses are asked about at a time.
const AT_A_TIME: usize = 25;

/// What the council holds about a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OrganisationView {
    name: String,
    kind: ProviderKind,
    address: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    vat_number: Option<String>,
    parent_name: Option<String>,
}

impl OrganisationView {
    pub(crate) fn of(provider: Provider, parent: Option<Provider>) -> Self {
        let Provider { name, kind, address, phone, email, vat_number, .. } = provider;
        let parent_name = parent.map(|it| it.name);
        Self { name, kind, address, phone, email, vat_number, parent_name }
    }
}

/// A role with what somebody who has it may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RoleView {
    role: Role,
    line: &'static str,
}

impl RoleView {
    pub(crate) fn all() -> Vec<Self> {
        Role::ALL.into_iter().map(|role| Self { role, line: role.line() }).collect()
    }
}

/// The people at a provider.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ContactsView {
    contacts: Vec<ContactView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContactView {
    contact_ref: ContactRef,
    name: String,
    forename: String,
    surname: String,
    address: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    portal_email: Option<String>,
    roles: Vec<Role>,
    email_state: EmailState,
    pending: Vec<PendingView>,
    /// Whether it is who asks.
    you: bool,
}

/// A request that waits about a contact.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PendingView {
    request_ref: ChangeRequestRef,
    #[serde(rename = "type")]
    kind: RequestType,
}

impl ContactsView {
    /// Everybody at a provider, by name. `you`: who asks.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub(crate) async fn load(
        store: &Store,
        provider: &ProviderRef,
        you: Option<&EmailAddress>,
    ) -> Result<Self, StoreError> {
        let (people, requests) =
            tokio::try_join!(store.contacts(provider), store.change_requests(provider))?;
        let mut states = Vec::new();
        for some in people.chunks(AT_A_TIME) {
            states.extend(try_join_all(some.iter().map(|it| state_of(store, it))).await?);
        }
        let mut pending: BTreeMap<&ContactRef, Vec<PendingView>> = BTreeMap::new();
        for request in requests.iter().filter(|it| it.is_pending()) {
            if let Some(contact) = request.asked.contact_ref() {
                let view = PendingView {
                    request_ref: request.request_ref.clone(),
                    kind: request.asked.kind(),
                };
                pending.entry(contact).or_default().push(view);
            }
        }
        let both = people.into_iter().zip(states);
        let mut contacts: Vec<_> = both
            .map(|(contact, state)| {
                let waits = pending.remove(&contact.contact_ref).unwrap_or_default();
                ContactView::of(contact, state, waits, you)
            })
            .collect();
        contacts.sort_by_cached_key(|it| (it.surname.to_lowercase(), it.forename.to_lowercase()));
        Ok(Self { contacts })
    }
}

/// Whether emails to a contact arrive: to the address to sign in with, or else the other one.
async fn state_of(store: &Store, contact: &Contact) -> Result<EmailState, StoreError> {
    let address = contact.portal_email.as_ref().or(contact.email.as_ref());
    store.email_state(address.map_or("", String::as_str)).await
}

impl ContactView {
    fn of(
        contact: Contact,
        email_state: EmailState,
        pending: Vec<PendingView>,
        you: Option<&EmailAddress>,
    ) -> Self {
        let you = you.is_some_and(|you| contact.portal_email.as_deref() == Some(you.as_str()));
        let name = contact.name();
        let Contact {
            contact_ref,
            forename,
            surname,
            address,
            phone,
            email,
            portal_email,
            roles,
            ..
        } = contact;
        Self {
            contact_ref,
            name,
            forename,
            surname,
            address,
            phone,
            email,
            portal_email,
            roles,
            email_state,
            pending,
            you,
        }
    }
}

/// A request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RequestView {
    request_ref: ChangeRequestRef,
    #[serde(rename = "type")]
    kind: RequestType,
    state: &'static str,
    submitted_at: DateTime<Utc>,
    submitted_by: String,
    updated_at: Option<DateTime<Utc>>,
    name: String,
    details: Vec<Detail>,
    rejection_reason: Option<String>,
    decided_by: Option<String>,
    can_withdraw: bool,
}

impl RequestView {
    /// `can_withdraw`: whether whoever asks may, if it still waits.
    pub(crate) fn of(request: &ChangeRequest, can_withdraw: bool) -> Self {
        let (state, rejection_reason) = match &request.state {
            RequestState::Pending => ("pending", None),
            RequestState::Accepted { .. } => ("accepted", None),
            RequestState::Rejected { reason, .. } => ("rejected", Some(reason.clone())),
            RequestState::Withdrawn { .. } => ("withdrawn", None),
        };
        let answer = request.answer();
        Self {
            request_ref: request.request_ref.clone(),
            kind: request.asked.kind(),
            state,
            submitted_at: request.submitted_at,
            submitted_by: request.submitted_by.clone(),
            updated_at: answer.map(|answer| answer.at),
            name: request.name.clone(),
            details: request.asked.details(),
            rejection_reason,
            decided_by: answer.map(|answer| answer.by.clone()),
            can_withdraw: can_withdraw && request.is_pending(),
        }
    }
}
