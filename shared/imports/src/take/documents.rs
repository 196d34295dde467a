//! Contract documents, each with a PDF beside the file or without one.
//!
//! A row only says what is to be published; the version is made afterwards, from the row and the PDF as they were
//! when the row was taken. A PDF that is sent again under the same name with other content is a change too.

use agreements::{DOCUMENT_BYTES_MAX, Given, NotADocument, Publishing, sound};
use chrono::NaiveDate;
use domain::contract_document::Signer;
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem};
use domain::ids::{CpliId, DocumentRef, ProviderRef, ServiceRef, SsRef};
use domain::sign_in::hex;
use files::{FilesError, Place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::keys::Key;
use store::{AfterWrite, Missing, MissingKind};

use super::people::told;
use crate::desk::{Desk, Stop, changed, merged, needed};

/// What a row says of a contract document, and which PDF was beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DocumentRow {
    pub(crate) document_ref: DocumentRef,
    pub(crate) provider_ref: ProviderRef,
    service_ref: Option<ServiceRef>,
    ss_ref: Option<SsRef>,
    cpli_id: Option<CpliId>,
    doc_type: String,
    date_from: Option<NaiveDate>,
    date_to: Option<NaiveDate>,
    file: Option<String>,
    #[serde(default)]
    pdf: Option<Pdf>,
}

/// The PDF as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pdf {
    name: String,
    sha256: String,
    object_version: Option<String>,
}

impl DocumentRow {
    /// What is to be published, by the file of `at` of the council's.
    pub(crate) fn publishing(self, council_name: &str, at: FileTime) -> Publishing {
        let file = format!("documents_{at}");
        let name = council_name.to_owned();
        Publishing {
            request: file.clone(),
            provider_ref: self.provider_ref,
            document_ref: Some(self.document_ref),
            may_begin: true,
            doc_type: self.doc_type,
            service_ref: self.service_ref,
            ss_ref: self.ss_ref,
            cpli_id: self.cpli_id,
            date_from: self.date_from,
            date_to: self.date_to,
            given: match self.pdf {
                Some(pdf) => Given::Dropped(pdf.name, pdf.object_version),
                None => Given::Made,
            },
            by: Signer::File { name, file },
        }
    }
}

impl Desk<'_> {
    pub(crate) async fn document(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let document_ref: DocumentRef = needed(row, "document_ref")?;
        let key = Key::document_row(&document_ref);
        let known = self.documents.get(self.store, &key).await?;
        let merged = merged::<DocumentRow>(known.as_ref(), row, at)?;
        let Some(mut said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        self.must_know(MissingKind::Provider, said.provider_ref.as_str()).await?;
        let before = known.as_ref().map(|it| it.fact.provider_ref.clone());
        let owner = match before {
            Some(before) => Some(before),
            None => self.store.document_owner(&document_ref).await?,
        };
        if owner.is_some_and(|owner| owner != said.provider_ref) {
            let message = "provider_ref: A document of this reference is another provider's. Use another reference.";
            return Err(RowProblem::at("provider_ref", Code::I42, message).into());
        }
        self.about(&said).await?;
        let found = self.pdf(&said, known.as_ref().and_then(|it| it.fact.pdf.as_ref())).await?;
        let same = found.as_ref().map(|it| &it.sha256) == said.pdf.as_ref().map(|it| &it.sha256);
        let replaced = merged.outcome == Outcome::Unchanged && !same;
        let outcome = if replaced { Outcome::Changed } else { merged.outcome };
        if changed(outcome) {
            said.pdf = found;
            self.after.push(AfterWrite::Publish { document_ref });
        }
        self.documents.set(key, told(known, said, merged.times), changed(outcome));
        Ok(outcome)
    }

    /// What a document is about must be known, and its provider's.
    async fn about(&mut self, said: &DocumentRow) -> Result<(), Stop> {
        if let Some(service) = &said.service_ref {
            let home = self.located_or_wait(MissingKind::Service, service.as_str()).await?;
            theirs("service_ref", &home.provider_ref, said)?;
        }
        if let Some(cpli_id) = &said.cpli_id {
            let home = self.located_or_wait(MissingKind::Cpli, cpli_id.as_str()).await?;
            theirs("cpli_id", &home.provider_ref, said)?;
        }
        let Some(ss_ref) = &said.ss_ref else { return Ok(()) };
        self.must_know(MissingKind::Client, ss_ref.as_str()).await?;
        let homes = self.store.cplis_of_client(ss_ref).await?;
        let cpli = homes.iter().find(|it| Some(&it.cpli_id) == said.cpli_id.as_ref());
        let at_theirs = homes.iter().any(|it| it.located.provider_ref == said.provider_ref);
        if at_theirs && (said.cpli_id.is_none() || cpli.is_some()) {
            return Ok(());
        }
        let message = format!(
            "ss_ref: The provider has no such care package of client {ss_ref}. Correct ss_ref, cpli_id or provider_ref."
        );
        Err(RowProblem::at("ss_ref", Code::I42, message).into())
    }

    /// The PDF that the row names. One that is gone since it was published is the one that was.
    async fn pdf(&self, said: &DocumentRow, before: Option<&Pdf>) -> Result<Option<Pdf>, Stop> {
        let Some(name) = &said.file else { return Ok(None) };
        let name = plain_name(name)?;
        let Some(objects) = self.objects else { return Ok(before.cloned()) };
        let bytes_max = usize::try_from(DOCUMENT_BYTES_MAX).unwrap_or(usize::MAX);
        let object = match objects.get(&Place::council_inbox(&name), bytes_max).await {
            Err(FilesError::TooLarge { .. }) => return Err(refused(NotADocument::TooLarge)),
            other => other?,
        };
        let Some(object) = object else {
            return match before.filter(|it| it.name == name) {
                Some(before) => Ok(Some(before.clone())),
                None => Err(Stop::Waits(Missing { kind: MissingKind::Pdf, reference: name })),
            };
        };
        sound(&object.bytes).map_err(refused)?;
        let sha256 = hex(&Sha256::digest(&object.bytes));
        Ok(Some(Pdf { name, sha256, object_version: object.version }))
    }
}

/// What a row names must be of its provider.
fn theirs(column: &str, owner: &ProviderRef, said: &DocumentRow) -> Result<(), RowProblem> {
    if *owner == said.provider_ref {
        return Ok(());
    }
    let message = format!(
        "{column}: This is of provider {owner}, not of {}. Correct one of them.",
        said.provider_ref
    );
    Err(RowProblem::at(column, Code::I42, message))
}

fn refused(why: NotADocument) -> Stop {
    RowProblem::at("file", Code::I39, format!("file: {why}")).into()
}

/// The name of the PDF beside the file, also if it is named by its whole key.
fn plain_name(text: &str) -> Result<String, RowProblem> {
    let name = text.strip_prefix("council/inbox/").unwrap_or(text);
    let ends = name.rsplit_once('.').is_some_and(|(_, kind)| kind.eq_ignore_ascii_case("pdf"));
    if ends && !name.contains('/') {
        return Ok(name.to_owned());
    }
    let message = format!(
        "file: \"{text}\" is not the name of a PDF beside this file. Use a name such as agreement.pdf."
    );
    Err(RowProblem::at("file", Code::I39, message))
}
