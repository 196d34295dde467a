//! A version is published: the file first, then what names it.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::contract_document::{
    Document, DocumentFile, DocumentVersion, Signer, answer_by, differences,
};
use domain::ids::{BatchId, CpliId, DocumentRef, ProviderRef, ServiceRef, SsRef};
use domain::settings::Settings;
use domain::sign_in::hex;
use files::{FilesError, Form, Place, Put, Sending};
use sha2::{Digest, Sha256};

use crate::about::About;
use crate::pdf::{DOCUMENT_BYTES_MAX, NotADocument, sound};
use crate::tell::news_of_version;
use crate::{Agreements, AgreementsError, NotPublished, RACES_MAX};

/// Which file a version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// None: one is made of what is known.
    Made,
    /// One that was sent from the page.
    Sent(BatchId),
    /// One that the council dropped beside its files: its name, and which of the objects that had it.
    Dropped(String, Option<String>),
}

/// What the council publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    /// The same again is the same version.
    pub request: String,
    /// Who is asked.
    pub provider_ref: ProviderRef,
    /// A new version of which document; none: a new document.
    pub document_ref: Option<DocumentRef>,
    /// Whether a document that is not there yet may be begun under this reference.
    pub may_begin: bool,
    /// As the council calls it.
    pub doc_type: String,
    /// About which service.
    pub service_ref: Option<ServiceRef>,
    /// About which client.
    pub ss_ref: Option<SsRef>,
    /// About which care package.
    pub cpli_id: Option<CpliId>,
    /// First day that it is about.
    pub date_from: Option<NaiveDate>,
    /// Last day that it is about.
    pub date_to: Option<NaiveDate>,
    /// Which file.
    pub given: Given,
    /// Who publishes.
    pub by: Signer,
}

/// Everything that a version is made from.
struct Making<'a> {
    publishing: &'a Publishing,
    document_ref: &'a DocumentRef,
    about: &'a About,
    settings: &'a Settings,
    before: Option<&'a Document>,
    now: Now,
}

impl Agreements {
    /// What a browser needs to send a PDF straight into the bucket, and what to call it when it is published.
    ///
    /// # Errors
    ///
    /// [`NotADocument`] if it cannot be one by name or size.
    pub async fn start_sending(
        &self,
        (file_name, size_bytes): (&str, u64),
        now: Now,
    ) -> Result<(BatchId, Form), AgreementsError> {
        let is_pdf = file_name.trim().to_ascii_lowercase().ends_with(".pdf");
        if !is_pdf {
            return Err(NotADocument::Ending.into());
        }
        match size_bytes {
            0 => return Err(NotADocument::Empty.into()),
            some if some > DOCUMENT_BYTES_MAX => return Err(NotADocument::TooLarge.into()),
            _ => {}
        }
        let upload = BatchId::of(now.instant, &cloud::random_bytes::<16>());
        let place = Place::document_upload(&upload);
        let sending = Sending { place, size_bytes_max: DOCUMENT_BYTES_MAX };
        Ok((upload, self.objects.form(&sending, now.instant).await?))
    }

    /// The council publishes a document, or a new version of one: what was agreed, rejected or open before is
    /// superseded. Done twice with one request, it is done once.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::NotFound`] of no such provider or document; [`NotPublished`] if what it is about is not
    /// known; [`NotADocument`] if the file is none that can be agreed.
    pub async fn publish(
        &self,
        publishing: &Publishing,
        now: Now,
    ) -> Result<Document, AgreementsError> {
        let provider = &publishing.provider_ref;
        let document_ref = publishing.name();
        for _ in 0..RACES_MAX {
            let before = self.store.document(provider, &document_ref).await?;
            match &before {
                Some(document) if self.has_published(document, &publishing.request).await? => {
                    self.tell_of_publication(document).await?;
                    return Ok(document.clone());
                }
                Some(_) => {}
                None => self.may_begin(publishing, &document_ref).await?,
            }
            let about = self.about(publishing).await?;
            let settings = self.store.settings().await?;
            let (document_ref, before) = (&document_ref, before.as_ref());
            let (about, settings) = (&about, &settings);
            let making = Making { publishing, document_ref, about, settings, before, now };
            match Box::pin(self.try_publish(making)).await {
                Err(AgreementsError::Store(error)) if error.is_stale() => {}
                published => {
                    let document = published?;
                    self.tell_of_publication(&document).await?;
                    return Ok(document);
                }
            }
        }
        Err(AgreementsError::Busy)
    }

    /// A document that is not there yet: its provider must be, and nobody else may have one of its name.
    async fn may_begin(
        &self,
        publishing: &Publishing,
        document_ref: &DocumentRef,
    ) -> Result<(), AgreementsError> {
        let owner = self.store.document_owner(document_ref).await?;
        if owner.is_some_and(|owner| owner != publishing.provider_ref) {
            return Err(NotPublished::AnotherProviders(document_ref.clone()).into());
        }
        let known = self.store.provider(&publishing.provider_ref).await?.is_some();
        let may = publishing.document_ref.is_none() || publishing.may_begin;
        if known && may { Ok(()) } else { Err(AgreementsError::NotFound) }
    }

    /// Whether any version was made by `request`.
    async fn has_published(
        &self,
        document: &Document,
        request: &str,
    ) -> Result<bool, AgreementsError> {
        let latest = &document.latest;
        if latest.request == request {
            return Ok(true);
        }
        let versions =
            self.store.document_versions(&latest.provider_ref, &latest.document_ref).await?;
        Ok(versions.iter().any(|version| version.request == request))
    }

    async fn try_publish(&self, making: Making<'_>) -> Result<Document, AgreementsError> {
        let (mut version, before) = (making.version()?, making.before);
        let bytes = match &making.publishing.given {
            Given::Made => {
                let differs = before.map(|it| differences(&it.latest, &version));
                self.paper(&version, differs.unwrap_or_default(), making.settings).await?
            }
            Given::Sent(upload) => self.given(&Place::document_upload(upload)).await?,
            Given::Dropped(name, object_version) => {
                let place = Place { version: object_version.clone(), ..Place::council_inbox(name) };
                self.given(&place).await?
            }
        };
        version.file = self.keep_file(&version, bytes).await?;
        let after = match before.cloned() {
            Some(document) => document.superseded_by(version),
            None => Document::published(version),
        };
        self.store.publish_document(before, &after, news_of_version(&after)).await?;
        let saved = after.version.saturating_add(1);
        Ok(Document { version: saved, ..after })
    }

    /// The bytes of a file that the council gave, if it can be agreed.
    async fn given(&self, place: &Place) -> Result<Vec<u8>, AgreementsError> {
        let bytes_max = usize::try_from(DOCUMENT_BYTES_MAX).unwrap_or(usize::MAX);
        let object = match self.objects.get(place, bytes_max).await {
            Err(FilesError::TooLarge { .. }) => return Err(NotADocument::TooLarge.into()),
            other => other?.ok_or(NotADocument::NotThere)?,
        };
        sound(&object.bytes)?;
        Ok(object.bytes)
    }

    /// Puts the file of a version under the name that its content is part of.
    async fn keep_file(
        &self,
        version: &DocumentVersion,
        bytes: Vec<u8>,
    ) -> Result<DocumentFile, AgreementsError> {
        let sha256 = hex(&Sha256::digest(&bytes));
        let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let place = Place::contract_document(&version.document_ref, version.n, &sha256);
        if self.objects.put_if_absent(&place, bytes).await? == Put::AlreadyThere {
            // Our own, of a try that was cut off; or another's whose digest begins alike, which nobody may agree.
            let there = self.file_hash(&place).await?;
            if there.as_ref() != Some(&sha256) {
                return Err(AgreementsError::Body(place.name));
            }
        }
        Ok(DocumentFile { sha256, size_bytes })
    }

    /// The hash of the bytes at `place`; none: nothing is there, or more than any document has.
    pub(crate) async fn file_hash(&self, place: &Place) -> Result<Option<String>, AgreementsError> {
        let bytes_max = usize::try_from(DOCUMENT_BYTES_MAX).unwrap_or(usize::MAX);
        match self.objects.get(place, bytes_max).await {
            Err(FilesError::TooLarge { .. }) => Ok(None),
            other => Ok(other?.map(|object| hex(&Sha256::digest(&object.bytes)))),
        }
    }
}

impl Publishing {
    /// What the document is called: what was said, or else what follows from the request.
    fn name(&self) -> DocumentRef {
        self.document_ref
            .clone()
            .unwrap_or_else(|| DocumentRef::of(&format!("{} {}", self.provider_ref, self.request)))
    }
}

impl Making<'_> {
    /// The version, but for its file.
    fn version(&self) -> Result<DocumentVersion, AgreementsError> {
        let Self { publishing, about, now, .. } = self;
        let (date_from, date_to) = about.dates(publishing);
        let n = self.before.map_or(0, |it| it.latest.n);
        Ok(DocumentVersion {
            document_ref: self.document_ref.clone(),
            provider_ref: publishing.provider_ref.clone(),
            n: n.checked_add(1).ok_or(AgreementsError::Busy)?,
            request: publishing.request.clone(),
            doc_type: publishing.doc_type.clone(),
            ss_ref: about.client.as_ref().map(|it| it.ss_ref.clone()),
            client: about.client.as_ref().map(domain::facts::Client::full_name),
            cpli_id: about.cpli.as_ref().map(|it| it.cpli_id.clone()),
            contract_ref: about.contract_ref(),
            service_ref: about.service.as_ref().map(|it| it.service_ref.clone()),
            service: about.service.as_ref().map(|it| it.name.clone()),
            date_from,
            date_to,
            fields: about.fields(publishing, now.date)?,
            file: DocumentFile { sha256: String::new(), size_bytes: 0 },
            published_by: publishing.by.clone(),
            published_at: now.instant,
            answer_by: answer_by(now.instant, self.settings.document_deadline_days),
        })
    }
}
