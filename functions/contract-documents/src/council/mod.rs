//! What the council does with contract documents.

mod publish;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use agreements::{Deed, Row};
use axum::extract::State;
use axum::response::Redirect;
use chrono::SecondsFormat;
use cloud::tracing;
use domain::clock::Now;
use domain::contract_document::{Document, DocumentFilter, DocumentState, Signer, Status};
use domain::ids::{DocumentRef, ProviderRef, SsRef};
use domain::permission::CouncilPermission;
use futures::future::try_join_all;
use serde::Deserialize;
use store::{Cursor, DocumentList, StoreError};
use web::{At, Invalid, Json, Path, Problem, Query, ROWS_MAX, Staff, part};

pub(crate) use self::publish::{form, publish, start};
use self::view::{CouncilDocView, CouncilListView, CouncilView};
use crate::Documents;

/// Which document a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    provider_ref: ProviderRef,
    document_ref: DocumentRef,
}

/// Which version of a document a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichVersion {
    provider_ref: ProviderRef,
    document_ref: DocumentRef,
    version: u32,
}

/// Which documents a page asks for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    provider: String,
    /// From where an earlier part of the list stopped.
    after: String,
}

/// The council agrees in a provider's place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct ManualAgreement {
    version: u32,
    #[serde(default)]
    reason: String,
}

/// The council's people look at what waits for answers, what was rejected, or what was agreed.
///
/// # Errors
///
/// 422 what was asked for is no state or provider.
pub(crate) async fn list(
    state: State<Documents>,
    staff: Staff,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<CouncilListView>, Problem> {
    let list = asked.0.list()?;
    let after = asked.0.after();
    let (documents, next) = match asked.0.provider()? {
        Some(provider) => state.of_provider(&provider, list, after).await?,
        None => state.agreements.of_all(list, ROWS_MAX, after).await?,
    };
    let names = state.names(&documents).await?;
    for (provider, clients) in clients(&documents) {
        staff.viewed_of("contract documents", provider, clients.len(), clients);
    }
    let rows = documents.iter().map(|it| {
        let provider = &it.latest.provider_ref;
        let name = names.get(provider).cloned().unwrap_or_else(|| provider.to_string());
        CouncilDocView::of(&Row::from(it), name, at.0.date)
    });
    let next = next.map(|it| it.as_str().to_owned());
    Ok(Json(CouncilListView { rows: rows.collect(), next }))
}

/// The council's people read a document and the record of its answers.
///
/// # Errors
///
/// 404 no such document of this provider.
pub(crate) async fn show(
    state: State<Documents>,
    staff: Staff,
    at: At,
    which: Path<Which>,
) -> Result<Json<CouncilView>, Problem> {
    let Which { provider_ref, document_ref } = which.0;
    state.seen(&staff, (&provider_ref, &document_ref), at.0).await
}

/// The council's people fetch the file of a version.
///
/// # Errors
///
/// 404 no such document or version of this provider.
pub(crate) async fn file(
    state: State<Documents>,
    staff: Staff,
    at: At,
    which: Path<WhichVersion>,
) -> Result<Redirect, Problem> {
    let WhichVersion { provider_ref, document_ref, version } = which.0;
    let of = (&document_ref, version);
    let (url, client) = state.agreements.file_link(&provider_ref, of, at.0).await?;
    staff.viewed_of("contract document file", &provider_ref, 1, &client);
    Ok(Redirect::to(&url))
}

/// The council agrees a document in the provider's place, and says why.
///
/// # Errors
///
/// 404 no such document of this provider; 409 it is answered or superseded; 422 no reason is given.
pub(crate) async fn agree_manually(
    state: State<Documents>,
    staff: Staff,
    at: At,
    which: Path<Which>,
    body: Json<ManualAgreement>,
) -> Result<Json<CouncilView>, Problem> {
    let Which { provider_ref, document_ref } = which.0;
    let ManualAgreement { version, reason } = body.0;
    let (of, deed) = ((&document_ref, version), Deed::AgreeManually(&reason));
    state.agreements.answer(&provider_ref, of, (deed, &signer(&staff)), at.0).await?;
    tracing::info!(document = %document_ref, version, "document agreed manually");
    state.seen(&staff, (&provider_ref, &document_ref), at.0).await
}

impl Documents {
    /// A document, for the person who looks at it; that they do is logged.
    pub(crate) async fn seen(
        &self,
        staff: &Staff,
        (provider, document): (&ProviderRef, &DocumentRef),
        now: Now,
    ) -> Result<Json<CouncilView>, Problem> {
        let shown = self.agreements.show(provider, document).await?;
        let record = self.agreements.record(provider, document).await?;
        let name = self.identity.store.provider(provider).await?.map(|it| it.name);
        let name = name.unwrap_or_else(|| provider.to_string());
        staff.viewed_of("contract document", provider, 1, shown.clients());
        let may_publish = staff.may(CouncilPermission::PublishDocuments);
        Ok(Json(CouncilView::of(&shown, record, (name, may_publish), now.date)))
    }

    async fn of_provider(
        &self,
        provider: &ProviderRef,
        list: DocumentList,
        after: Option<Cursor>,
    ) -> Result<(Vec<Document>, Option<Cursor>), Problem> {
        let all = DocumentFilter { status: Status::All, ..DocumentFilter::default() };
        let mut current = self.agreements.list(provider, &all).await?.current;
        current.retain(|it| match list {
            DocumentList::Waiting | DocumentList::WaitingTo(_) => it.is_open(),
            DocumentList::Rejected => it.state() == DocumentState::Rejected,
            DocumentList::Agreed => it.state().is_agreed(),
        });
        current.sort_by_key(place);
        let seen = |it: &Document| after.as_ref().is_some_and(|last| *place(it) <= *last.as_str());
        let (documents, next) = part(current.into_iter().skip_while(seen), place);
        Ok((documents, next.map(Cursor::new)))
    }

    /// What the providers of some documents are called.
    async fn names(
        &self,
        documents: &[Document],
    ) -> Result<BTreeMap<ProviderRef, String>, StoreError> {
        let store = &self.identity.store;
        let providers = clients(documents).into_keys();
        let read = try_join_all(providers.map(|provider| store.provider(provider))).await?;
        Ok(read.into_iter().flatten().map(|it| (it.provider_ref, it.name)).collect())
    }
}

/// Where a document stands in the list of one provider.
fn place(document: &Document) -> String {
    let answer_by = document.latest.answer_by.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!("{answer_by}#{}", document.latest.document_ref)
}

/// Whose documents they are, and of which clients.
fn clients(documents: &[Document]) -> BTreeMap<&ProviderRef, BTreeSet<&SsRef>> {
    let mut clients = BTreeMap::<_, BTreeSet<_>>::new();
    for latest in documents.iter().map(|it| &it.latest) {
        clients.entry(&latest.provider_ref).or_default().extend(&latest.ss_ref);
    }
    clients
}

/// Who publishes or agrees for the council.
pub(crate) fn signer(staff: &Staff) -> Signer {
    Signer::Staff {
        name: staff.name().to_owned(),
        staff_ref: staff.staff_ref.clone(),
        roles: staff.roles.clone(),
    }
}

impl Asked {
    fn list(&self) -> Result<DocumentList, Invalid> {
        match self.state.trim() {
            "" | "waiting" => Ok(DocumentList::Waiting),
            "rejected" => Ok(DocumentList::Rejected),
            "answered" => Ok(DocumentList::Agreed),
            _ => Err(Invalid::field("state", "Use waiting, rejected or answered")),
        }
    }

    fn after(&self) -> Option<Cursor> {
        Some(self.after.trim()).filter(|it| !it.is_empty()).map(Cursor::new)
    }

    fn provider(&self) -> Result<Option<ProviderRef>, Invalid> {
        match self.provider.trim() {
            "" => Ok(None),
            some => {
                some.parse().map(Some).map_err(|why| Invalid::field("provider", format!("{why}")))
            }
        }
    }
}
