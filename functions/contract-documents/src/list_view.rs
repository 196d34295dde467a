//! Documents as lists show them.

use std::collections::BTreeMap;

use agreements::{Listed, Row};
use chrono::{DateTime, NaiveDate, Utc};
use domain::contract_document::DocumentState;
use domain::ids::{CpliId, DocumentRef, ServiceRef, SsRef};
use serde::Serialize;
use web::part;

/// A provider's documents.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    rows: Vec<DocView>,
    /// What to ask for after these; none: these were the last.
    next: Option<String>,
    services: Vec<ServiceView>,
    clients: Vec<ClientView>,
    counts: CountsView,
    can_answer: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CountsView {
    open: usize,
}

/// A service to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ServiceView {
    pub(crate) service_ref: ServiceRef,
    pub(crate) name: String,
}

/// A client to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ClientView {
    pub(crate) ss_ref: SsRef,
    pub(crate) name: String,
}

/// One version of a document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DocView {
    document_ref: DocumentRef,
    version: u32,
    doc_type: String,
    client: Option<String>,
    ss_ref: Option<SsRef>,
    cpli_id: Option<CpliId>,
    service_ref: Option<ServiceRef>,
    service: Option<String>,
    date_from: Option<NaiveDate>,
    date_to: Option<NaiveDate>,
    state: DocumentState,
    note: String,
    published_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// None once it is answered or superseded.
    answer_by: Option<DateTime<Utc>>,
    can_answer: bool,
}

impl DocView {
    /// `may_answer`: whether the person's role allows to answer.
    pub(crate) fn of(row: &Row, may_answer: bool) -> Self {
        let Row { version, state, note, updated_at } = row;
        let open = *state == DocumentState::Published;
        Self {
            document_ref: version.document_ref.clone(),
            version: version.n,
            doc_type: version.doc_type.clone(),
            client: version.client.clone(),
            ss_ref: version.ss_ref.clone(),
            cpli_id: version.cpli_id.clone(),
            service_ref: version.service_ref.clone(),
            service: version.service.clone(),
            date_from: version.date_from,
            date_to: version.date_to,
            state: *state,
            note: note.clone(),
            published_at: version.published_at,
            updated_at: *updated_at,
            answer_by: open.then_some(version.answer_by),
            can_answer: open && may_answer,
        }
    }
}

impl ListView {
    /// `may_answer`: whether the person's role allows to answer.
    pub(crate) fn of(listed: &Listed, after: &str, may_answer: bool) -> Self {
        let seen = |row: &&Row| !after.is_empty() && *row.place() >= *after;
        let (rows, next) = part(listed.rows.iter().skip_while(seen), |row| row.place());
        let (mut services, mut clients) = (BTreeMap::new(), BTreeMap::new());
        for it in listed.current.iter().map(|document| &document.latest) {
            if let Some((service_ref, name)) = it.service_ref.clone().zip(it.service.clone()) {
                services
                    .insert((name.clone(), service_ref.clone()), ServiceView { service_ref, name });
            }
            if let Some((ss_ref, name)) = it.ss_ref.clone().zip(it.client.clone()) {
                clients.insert((name.clone(), ss_ref.clone()), ClientView { ss_ref, name });
            }
        }
        Self {
            rows: rows.into_iter().map(|row| DocView::of(row, may_answer)).collect(),
            next,
            services: services.into_values().collect(),
            clients: clients.into_values().collect(),
            counts: CountsView { open: listed.open() },
            can_answer: may_answer,
        }
    }

    /// How many clients' names are on the page, those that can be chosen included.
    pub(crate) fn clients_shown(&self) -> usize {
        self.clients.len()
    }

    /// The clients whose documents are listed.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &SsRef> {
        self.rows.iter().filter_map(|row| row.ss_ref.as_ref())
    }
}
