//! Contract documents: their versions and answers, which nothing ever writes again, and the heads that say which
//! version is the latest and what became of it.
//!
//! Head, version or answer, the place in the list of all providers' documents, and what a care package's documents
//! are, turn together in one transaction. So whoever answers second finds the head changed, and nothing written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::contract_document::{Answer, Document, DocumentState, DocumentVersion};
use domain::ids::{ContractRef, CpliId, DocumentRef, ProviderRef};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// More documents than one provider ever has, superseded versions included.
const DOCUMENTS_MAX: usize = 50_000;

/// More versions than one document ever has.
const VERSIONS_MAX: usize = 1_000;

/// A document in the list of those of all providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedDocument {
    /// Whose.
    pub provider_ref: ProviderRef,
    /// Which.
    pub document_ref: DocumentRef,
    /// Which version of it is the latest.
    pub n: u32,
    /// By when that is to be answered.
    pub answer_by: DateTime<Utc>,
    /// Whether the provider was reminded of it.
    #[serde(default)]
    pub reminded: bool,
}

/// Which part of the list of all providers' documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentList {
    /// Waits for an answer, first deadline first.
    Waiting,
    /// Waits for an answer by this instant or earlier.
    WaitingTo(DateTime<Utc>),
    /// Rejected, to be revised; longest ago first.
    Rejected,
    /// Agreed, latest first.
    Agreed,
}

/// How many documents are counted: more than that is said to be that many.
const COUNTED_MAX: usize = 1_000;

/// What the council has to do about documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DocumentsToDo {
    /// Rejected ones to revise, at most 1,000.
    pub rejected: usize,
    /// When the one was rejected that waits longest.
    pub rejected_since: Option<DateTime<Utc>>,
    /// Those that wait for a provider's answer, at most 1,000.
    pub waiting: usize,
    /// When the one was published that is to be answered first.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Those of them that are past their deadline.
    pub overdue: usize,
}

/// An answer of which the second record is still to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unkept {
    /// Whose document.
    pub provider_ref: ProviderRef,
    /// Which.
    pub document_ref: DocumentRef,
    /// Which version of it.
    pub n: u32,
}

/// Whose a document is.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    provider_ref: ProviderRef,
}

/// What one document about a care package is.
#[derive(Debug, Serialize, Deserialize)]
struct Standing {
    cpli_id: CpliId,
    document_ref: DocumentRef,
    state: DocumentState,
}

impl Store {
    /// The head of a document of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn document(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<Option<Document>, StoreError> {
        self.table.get(&Key::document(provider, document)).await
    }

    /// Whose a document is; none: there is none of that name.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn document_owner(
        &self,
        document: &DocumentRef,
    ) -> Result<Option<ProviderRef>, StoreError> {
        let owner: Option<Owner> = self.table.get(&Key::document_locator(document)).await?;
        Ok(owner.map(|owner| owner.provider_ref))
    }

    /// The heads of all documents of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn documents(&self, provider: &ProviderRef) -> Result<Vec<Document>, StoreError> {
        read(self.table.query_all(Query::documents(provider), DOCUMENTS_MAX).await?)
    }

    /// The versions of a document, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn document_versions(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<Vec<DocumentVersion>, StoreError> {
        let query = Query::document_versions(provider, document);
        read(self.table.query_all(query, VERSIONS_MAX).await?)
    }

    /// The answers to a document, by version.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn document_answers(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<BTreeMap<u32, Answer>, StoreError> {
        let query = Query::document_answers(provider, document);
        let answers: Vec<Answer> = read(self.table.query_all(query, VERSIONS_MAX).await?)?;
        Ok(answers.into_iter().map(|answer| (answer.n, answer)).collect())
    }

    /// All versions of all documents of a provider, each with the answer to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn documents_ever(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<(DocumentVersion, Option<Answer>)>, StoreError> {
        let query = Query::document_versions_of_provider(provider);
        let versions: Vec<DocumentVersion> =
            read(self.table.query_all(query, DOCUMENTS_MAX).await?)?;
        let query = Query::document_answers_of_provider(provider);
        let answers: Vec<Answer> = read(self.table.query_all(query, DOCUMENTS_MAX).await?)?;
        let mut answers: BTreeMap<_, _> =
            answers.into_iter().map(|it| ((it.document_ref.clone(), it.n), it)).collect();
        let answered = |version: DocumentVersion| {
            let answer = answers.remove(&(version.document_ref.clone(), version.n));
            (version, answer)
        };
        Ok(versions.into_iter().map(answered).collect())
    }

    /// Saves a new version: the document's head after it, and `beside` what else is written with it, all or
    /// nothing. `before`: the head as it was read, if there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody published or answered meanwhile, or another provider has a document of
    /// the name.
    pub async fn publish_document(
        &self,
        before: Option<&Document>,
        after: &Document,
        beside: Vec<Action>,
    ) -> Result<(), StoreError> {
        let latest = &after.latest;
        let (provider, document) = (&latest.provider_ref, &latest.document_ref);
        let version = Key::document_version(provider, document, latest.n);
        let mut actions = turned(before, after);
        actions.push(Action::put(version, latest).if_absent());
        if before.is_none() {
            let owner = Owner { provider_ref: provider.clone() };
            actions.push(Action::put(Key::document_locator(document), &owner).if_absent());
        }
        actions.extend(beside);
        self.table.write(actions).await
    }

    /// Saves an answer for ever: the document's head after it, and `beside` what else is written with it, all or
    /// nothing. `before`: the head as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody published or answered meanwhile; [`StoreError::Missing`] if `after` has
    /// no answer.
    pub async fn answer_document(
        &self,
        before: &Document,
        after: &Document,
        beside: Vec<Action>,
    ) -> Result<(), StoreError> {
        let answer = after.answer.as_ref().ok_or(StoreError::Missing("answer"))?;
        let (provider, document) = (&after.latest.provider_ref, &after.latest.document_ref);
        let unkept =
            Unkept { provider_ref: provider.clone(), document_ref: document.clone(), n: answer.n };
        let mut actions = turned(Some(before), after);
        let key = Key::document_answer(provider, document, answer.n);
        actions.push(Action::put(key, answer).if_absent());
        actions.push(Action::put(Key::document_unkept(provider, document, answer.n), &unkept));
        actions.extend(beside);
        self.table.write(actions).await
    }

    /// The second record of an answer is written, and was read back.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn answer_is_kept(&self, unkept: &Unkept) -> Result<(), StoreError> {
        let Unkept { provider_ref, document_ref, n } = unkept;
        let key = Key::document_unkept(provider_ref, document_ref, *n);
        self.table.write(vec![Action::delete(key)]).await
    }

    /// Some of the answers of which the second record is still to be written, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn unkept_answers(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Unkept>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::documents_unkept().limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Some of the documents of all providers, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn documents_listed(
        &self,
        list: DocumentList,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<ListedDocument>, Option<Cursor>), StoreError> {
        let query = match list {
            DocumentList::Waiting => Query::documents_waiting(),
            DocumentList::WaitingTo(until) => Query::documents_waiting_to(until),
            DocumentList::Rejected => Query::documents_rejected(),
            DocumentList::Agreed => Query::documents_agreed().descending(),
        };
        let page = self.table.query(&query.limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// What the council has to do about the documents of all providers.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn documents_to_do(&self, now: DateTime<Utc>) -> Result<DocumentsToDo, StoreError> {
        let listed = async |list| {
            self.documents_listed(list, COUNTED_MAX, None).await.map(|(listed, _)| listed)
        };
        let (rejected, waiting) =
            (listed(DocumentList::Rejected).await?, listed(DocumentList::Waiting).await?);
        let first = async |listed: &[ListedDocument]| match listed.first() {
            Some(it) => self.document(&it.provider_ref, &it.document_ref).await,
            None => Ok(None),
        };
        let (rejected_since, waiting_since) = (first(&rejected).await?, first(&waiting).await?);
        Ok(DocumentsToDo {
            rejected: rejected.len(),
            rejected_since: rejected_since.map(|head| head.updated_at),
            waiting: waiting.len(),
            waiting_since: waiting_since.map(|head| head.latest.published_at),
            overdue: waiting.iter().filter(|it| it.answer_by < now).count(),
        })
    }

    /// Notes that the provider was reminded of a document; not, if it was answered or published again meanwhile.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn document_reminded(&self, document: &Document) -> Result<(), StoreError> {
        let reminded = ListedDocument { reminded: true, ..listed(document) };
        let put =
            Action::put(Key::document_listed(document), &reminded).if_equals("n", &reminded.n);
        match self.table.write(vec![put]).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }

    /// What the documents of a contract's care packages are.
    pub(crate) async fn documents_of_contract(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<BTreeMap<CpliId, BTreeMap<DocumentRef, DocumentState>>, StoreError> {
        let query = Query::documents_of_contract(provider, contract);
        let standings: Vec<Standing> = read(self.table.query_all(query, DOCUMENTS_MAX).await?)?;
        let mut documents: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for Standing { cpli_id, document_ref, state } in standings {
            documents.entry(cpli_id).or_default().insert(document_ref, state);
        }
        Ok(documents)
    }
}

fn read<T: serde::de::DeserializeOwned>(rows: Vec<Row>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(Row::read).collect()
}

fn listed(document: &Document) -> ListedDocument {
    let latest = &document.latest;
    ListedDocument {
        provider_ref: latest.provider_ref.clone(),
        document_ref: latest.document_ref.clone(),
        n: latest.n,
        answer_by: latest.answer_by,
        reminded: false,
    }
}

/// What turns a head, and what follows from it: its place in the list, and what its care package's documents are.
fn turned(before: Option<&Document>, after: &Document) -> Vec<Action> {
    let (provider, document) = (&after.latest.provider_ref, &after.latest.document_ref);
    let head = Action::put(Key::document(provider, document), after);
    let head = head.if_version(before.map_or(0, |it| it.version));
    let place = Key::document_listed(after);
    let (was_listed, was_of) =
        (before.map(Key::document_listed), before.and_then(standing).map(|it| it.0));
    let left = was_listed.filter(|it| *it != place).map(Action::delete);
    let standing = standing(after);
    let other = was_of.filter(|it| Some(it) != standing.as_ref().map(|it| &it.0));
    let mut actions = vec![head, Action::put(place, &listed(after))];
    actions.extend(left);
    actions.extend(other.map(Action::delete));
    actions.extend(standing.map(|(key, standing)| Action::put(key, &standing)));
    actions
}

/// What a document says of its care package, if it is about one.
fn standing(document: &Document) -> Option<(Key, Standing)> {
    let latest = &document.latest;
    let (contract, cpli_id) = latest.contract_ref.as_ref().zip(latest.cpli_id.as_ref())?;
    let document_ref = latest.document_ref.clone();
    let key = Key::document_of(&latest.provider_ref, contract, cpli_id, &document_ref);
    Some((key, Standing { cpli_id: cpli_id.clone(), document_ref, state: document.state() }))
}
