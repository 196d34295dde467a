//! Contract documents: what providers read, agree and reject, and what the council publishes.

mod answer;
mod council;
mod list_view;
#[cfg(test)]
mod tests;
mod view;

use agreements::Agreements;
use axum::extract::State;
use axum::response::Redirect;
use chrono::NaiveDate;
use cloud::{Cloud, MissingSetting};
use domain::contract_document::DocumentFilter;
use domain::failure::FieldError;
use domain::ids::DocumentRef;
use domain::permission::{CouncilPermission, Permission};
use identity::Identity;
use serde::Deserialize;
use store::Store;
use web::{Access, Acting, Api, At, Clock, Invalid, Json, Path, Portal, Problem, Query};

use crate::list_view::ListView;
use crate::view::DocumentView;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Documents {
    /// Who asks, and whether it is their password.
    pub identity: Identity,
    /// The documents of all providers.
    pub agreements: Agreements,
}

impl Documents {
    /// Opens what it needs. Makes no call.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] if it was not told where the pages are.
    pub fn open(cloud: &Cloud) -> Result<Self, MissingSetting> {
        Ok(Self { identity: Identity::open(cloud)?, agreements: Agreements::open(cloud) })
    }
}

impl Portal for Documents {
    fn store(&self) -> &Store {
        &self.identity.store
    }

    fn clock(&self) -> &Clock {
        &self.identity.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Documents> {
    let see = Access::Provider(Permission::See);
    let sign = Access::Provider(Permission::Sign);
    let look = Access::Council(CouncilPermission::SeeDocuments);
    let publish = Access::Council(CouncilPermission::PublishDocuments);
    Api::new()
        .get("/api/contract-documents", see, list)
        .get("/api/contract-documents/{document_ref}", see, show)
        .get("/api/contract-documents/{document_ref}/{version}/document.pdf", see, file)
        .post("/api/contract-documents/{document_ref}/agreement", sign, answer::agree)
        .post("/api/contract-documents/{document_ref}/rejection", sign, answer::reject)
        .get("/api/council/documents", look, council::list)
        .post("/api/council/documents", publish, council::publish)
        .get("/api/council/documents/form", publish, council::form)
        .post("/api/council/documents/uploads", publish, council::start)
        .get("/api/council/documents/{provider_ref}/{document_ref}", look, council::show)
        .get(
            "/api/council/documents/{provider_ref}/{document_ref}/{version}/document.pdf",
            look,
            council::file,
        )
        .post(
            "/api/council/documents/{provider_ref}/{document_ref}/manual-agreement",
            publish,
            council::agree_manually,
        )
}

/// Which document a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    pub(crate) document_ref: DocumentRef,
}

/// Which version of a document a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct WhichVersion {
    document_ref: DocumentRef,
    version: u32,
}

/// Which documents a page asks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    service: String,
    client: String,
    status: String,
    updated_since: String,
    /// After which document of the list to go on.
    after: String,
}

/// A provider looks for a document: those that wait for an answer, unless another state is asked for.
///
/// # Errors
///
/// 422 what was asked for is no service, client, state or date.
async fn list(
    state: State<Documents>,
    acting: Acting,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let filter = asked.0.filter()?;
    let listed = state.agreements.list(&acting.provider, &filter).await?;
    let view = ListView::of(&listed, &asked.0.after, acting.may(Permission::Sign));
    acting.viewed_of("contract documents", view.clients_shown(), view.clients());
    Ok(Json(view))
}

/// A provider reads a document.
///
/// # Errors
///
/// 404 no such document of this provider.
async fn show(
    state: State<Documents>,
    acting: Acting,
    which: Path<Which>,
) -> Result<Json<DocumentView>, Problem> {
    let shown = state.agreements.show(&acting.provider, &which.0.document_ref).await?;
    acting.viewed_of("contract document", 1, shown.clients());
    Ok(Json(DocumentView::of(&shown, acting.may(Permission::Sign))))
}

/// A provider fetches the file of a version.
///
/// # Errors
///
/// 404 no such document or version of this provider.
async fn file(
    state: State<Documents>,
    acting: Acting,
    At(now): At,
    which: Path<WhichVersion>,
) -> Result<Redirect, Problem> {
    let of = (&which.0.document_ref, which.0.version);
    let (url, client) = state.agreements.file_link(&acting.provider, of, now).await?;
    acting.viewed_of("contract document file", 1, &client);
    Ok(Redirect::to(&url))
}

impl Asked {
    fn filter(&self) -> Result<DocumentFilter, Invalid> {
        let mut wrong = Vec::new();
        let mut read = DocumentFilter::default();
        match self.service.parse() {
            Ok(service) => read.service = service,
            Err(why) => wrong.push(FieldError::new("service", format!("{why}"))),
        }
        match self.client.parse() {
            Ok(client) => read.client = client,
            Err(why) => wrong.push(FieldError::new("client", format!("{why}"))),
        }
        match self.status.parse() {
            Ok(status) => read.status = status,
            Err(why) => wrong.push(FieldError::new("status", format!("{why}"))),
        }
        match self.updated_since.trim() {
            "" => {}
            text => match text.parse::<NaiveDate>() {
                Ok(since) => read.updated_since = Some(since),
                Err(_) => {
                    wrong.push(FieldError::new("updated_since", "Enter a date, like 27/3/2026"));
                }
            },
        }
        Invalid::unless_empty(wrong).map(|()| read)
    }
}
