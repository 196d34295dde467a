//! The council publishes documents.

use std::collections::BTreeMap;

use agreements::{Choices, CpliChoice, DOCUMENT_BYTES_MAX, Given, Publishing};
use axum::extract::State;
use chrono::NaiveDate;
use cloud::tracing;
use domain::ids::{BatchId, CpliId, DocumentRef, ProviderRef, ServiceRef, SsRef};
use domain::request_id::RequestId;
use serde::{Deserialize, Serialize};
use web::{At, Created, Json, Problem, Query, Staff, Status};

use super::signer;
use super::view::CouncilView;
use crate::Documents;
use crate::list_view::{ClientView, ServiceView};

/// Whose documents are to be published.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Whose {
    provider: ProviderRef,
}

/// What can be chosen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FormView {
    packages: Vec<PackageView>,
    services: Vec<ServiceView>,
    clients: Vec<ClientView>,
    doc_types: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PackageView {
    cpli_id: CpliId,
    line: String,
}

/// The file that somebody wants to send.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    provider_ref: ProviderRef,
    file_name: String,
    size_bytes: u64,
}

/// What a browser needs to send it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SendingView {
    upload_id: BatchId,
    url: String,
    fields: BTreeMap<String, String>,
    size_bytes_max: u64,
}

/// What is to be published.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Publication {
    request_id: RequestId,
    provider_ref: ProviderRef,
    #[serde(default)]
    document_ref: Option<DocumentRef>,
    #[serde(default)]
    doc_type: String,
    #[serde(default)]
    service_ref: Option<ServiceRef>,
    #[serde(default)]
    ss_ref: Option<SsRef>,
    #[serde(default)]
    cpli_id: Option<CpliId>,
    #[serde(default)]
    date_from: Option<NaiveDate>,
    #[serde(default)]
    date_to: Option<NaiveDate>,
    #[serde(default)]
    upload_id: Option<BatchId>,
}

/// The council chooses what a document is about.
///
/// # Errors
///
/// 404 no such provider.
pub(crate) async fn form(
    state: State<Documents>,
    staff: Staff,
    at: At,
    whose: Query<Whose>,
) -> Result<Json<FormView>, Problem> {
    let choices = state.agreements.choices(&whose.0.provider, at.0.date).await?;
    let clients = choices.clients.iter().map(|(ss_ref, _)| ss_ref);
    staff.viewed_of("clients to choose", &whose.0.provider, choices.clients.len(), clients);
    Ok(Json(FormView::from(choices)))
}

/// The council wants to send a PDF.
///
/// # Errors
///
/// 422 by name or size it is none.
pub(crate) async fn start(
    state: State<Documents>,
    _: Staff,
    at: At,
    body: Json<Chosen>,
) -> Result<Created<SendingView>, Problem> {
    let Chosen { provider_ref, file_name, size_bytes } = body.0;
    let (upload_id, form) = state.agreements.start_sending((&file_name, size_bytes), at.0).await?;
    tracing::info!(provider = %provider_ref, upload = %upload_id, "document to be sent");
    let (url, fields) = (form.url, form.fields);
    let view = SendingView { upload_id, url, fields, size_bytes_max: DOCUMENT_BYTES_MAX };
    Ok(Status(Json(view)))
}

/// The council publishes a document, or a new version of one. Without a file one is made of what is known.
///
/// # Errors
///
/// 404 no such provider or document; 422 what it is about is not known, or the file is none that can be agreed.
pub(crate) async fn publish(
    state: State<Documents>,
    staff: Staff,
    at: At,
    body: Json<Publication>,
) -> Result<Created<CouncilView>, Problem> {
    let publishing = body.0.publishing(&staff);
    let document = state.agreements.publish(&publishing, at.0).await?;
    let (document_ref, n) = (&document.latest.document_ref, document.latest.n);
    tracing::info!(document = %document_ref, version = n, "document published");
    let of = (&publishing.provider_ref, document_ref);
    Ok(Status(state.seen(&staff, of, at.0).await?))
}

impl Publication {
    fn publishing(self, staff: &Staff) -> Publishing {
        Publishing {
            request: self.request_id.into(),
            provider_ref: self.provider_ref,
            document_ref: self.document_ref,
            may_begin: false,
            doc_type: self.doc_type.split_whitespace().collect::<Vec<_>>().join(" "),
            service_ref: self.service_ref,
            ss_ref: self.ss_ref,
            cpli_id: self.cpli_id,
            date_from: self.date_from,
            date_to: self.date_to,
            given: self.upload_id.map_or(Given::Made, Given::Sent),
            by: signer(staff),
        }
    }
}

impl From<Choices> for FormView {
    fn from(choices: Choices) -> Self {
        let packages = choices.packages.into_iter();
        let services = choices.services.into_iter();
        let clients = choices.clients.into_iter();
        Self {
            packages: packages
                .map(|CpliChoice { cpli_id, line }| PackageView { cpli_id, line })
                .collect(),
            services: services
                .map(|(service_ref, name)| ServiceView { service_ref, name })
                .collect(),
            clients: clients.map(|(ss_ref, name)| ClientView { ss_ref, name }).collect(),
            doc_types: choices.doc_types,
        }
    }
}
