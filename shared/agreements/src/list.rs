//! What people read: lists, one document with its versions, and its file.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::clock::Now;
use domain::contract_document::{
    Answer, Difference, Document, DocumentFilter, DocumentState, DocumentVersion, differences,
};
use domain::ids::{DocumentRef, ProviderRef, SsRef};
use files::Place;
use futures::future::try_join_all;
use store::{Cursor, DocumentList, ListedDocument};

use crate::{Agreements, AgreementsError};

/// How many heads are read at a time.
const AT_A_TIME: usize = 25;

/// A version in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As it was published.
    pub version: DocumentVersion,
    /// What it is now.
    pub state: DocumentState,
    /// What is noted beside it.
    pub note: String,
    /// When it was published or answered.
    pub updated_at: DateTime<Utc>,
}

/// A provider's documents.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// Those that were asked for, latest first.
    pub rows: Vec<Row>,
    /// All current ones, for what can be chosen and counted.
    pub current: Vec<Document>,
}

impl Listed {
    /// How many wait for an answer, whatever was asked for.
    pub fn open(&self) -> usize {
        self.current.iter().filter(|document| document.is_open()).count()
    }
}

/// A version of a document with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionShown {
    /// As it was published.
    pub version: DocumentVersion,
    /// What it is now.
    pub state: DocumentState,
    /// What is noted beside it.
    pub note: String,
}

/// A document with all that was ever published of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its head.
    pub document: Document,
    /// What its latest version says otherwise than the one before.
    pub differences: Vec<Difference>,
    /// All versions, latest first.
    pub versions: Vec<VersionShown>,
}

impl Shown {
    /// The clients that any of its versions is about.
    pub fn clients(&self) -> impl Iterator<Item = &SsRef> {
        let versions = self.versions.iter().filter_map(|it| it.version.ss_ref.as_ref());
        self.document.latest.ss_ref.iter().chain(versions)
    }
}

impl Row {
    fn of(version: DocumentVersion, answer: Option<&Answer>, is_latest: bool) -> Self {
        let (state, note) = version.standing(answer, is_latest);
        let updated_at = answer.map_or(version.published_at, |answer| answer.at);
        Self { version, state, note, updated_at }
    }
}

impl Row {
    /// Where it stands in a list that has the latest first, and the later version of a document before the earlier:
    /// further up is greater.
    pub fn place(&self) -> String {
        let at = self.updated_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("{at}#{}#{:09}", self.version.document_ref, self.version.n)
    }
}

impl From<&Document> for Row {
    fn from(document: &Document) -> Self {
        Self::of(document.latest.clone(), document.answer.as_ref(), true)
    }
}

impl Agreements {
    /// A provider's documents. Superseded versions are read only if they are asked for.
    ///
    /// # Errors
    ///
    /// [`AgreementsError`] if the table does not answer.
    pub async fn list(
        &self,
        provider: &ProviderRef,
        filter: &DocumentFilter,
    ) -> Result<Listed, AgreementsError> {
        let current = self.store.documents(provider).await?;
        let mut rows: Vec<Row> = if filter.status.includes_superseded() {
            let latest: std::collections::BTreeMap<_, _> =
                current.iter().map(|it| (&it.latest.document_ref, it.latest.n)).collect();
            let ever = self.store.documents_ever(provider).await?;
            let row = |(version, answer): (DocumentVersion, Option<Answer>)| {
                let is_latest = latest.get(&version.document_ref) == Some(&version.n);
                Row::of(version, answer.as_ref(), is_latest)
            };
            ever.into_iter().map(row).collect()
        } else {
            current.iter().map(Row::from).collect()
        };
        rows.retain(|row| filter.keeps(&row.version, row.state, row.updated_at));
        rows.sort_by_cached_key(|row| std::cmp::Reverse(row.place()));
        Ok(Listed { rows, current })
    }

    /// A document of a provider.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::NotFound`].
    pub async fn show(
        &self,
        provider: &ProviderRef,
        document: &DocumentRef,
    ) -> Result<Shown, AgreementsError> {
        let head = self.head(provider, document).await?;
        let (versions, answers) = tokio::try_join!(
            self.store.document_versions(provider, document),
            self.store.document_answers(provider, document),
        )?;
        let before = versions.iter().rev().find(|it| it.n < head.latest.n);
        let differs = before.map(|it| differences(it, &head.latest));
        let shown = versions.iter().rev().filter(|it| it.n <= head.latest.n).map(|version| {
            let is_latest = version.n == head.latest.n;
            let answer = if is_latest { head.answer.as_ref() } else { answers.get(&version.n) };
            let (state, note) = version.standing(answer, is_latest);
            VersionShown { version: version.clone(), state, note }
        });
        let versions = shown.collect();
        Ok(Shown { document: head, differences: differs.unwrap_or_default(), versions })
    }

    /// Where the file of a version can be fetched for a minute, and the client that it is about, if it is about one.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::NotFound`] of no such document or version of this provider.
    pub async fn file_link(
        &self,
        provider: &ProviderRef,
        (document, n): (&DocumentRef, u32),
        now: Now,
    ) -> Result<(String, Option<SsRef>), AgreementsError> {
        let versions = self.store.document_versions(provider, document).await?;
        let version = versions.into_iter().find(|it| it.n == n);
        let version = version.ok_or(AgreementsError::NotFound)?;
        let place = Place::contract_document(document, n, &version.file.sha256);
        let file_name = format!("{document}_{n}.pdf");
        let url = self.objects.link(&place, &file_name, now.instant).await?;
        Ok((url, version.ss_ref))
    }

    /// At most `limit` documents of all providers after `after`, those that matter first, and from where to go on.
    ///
    /// # Errors
    ///
    /// [`AgreementsError`] if `after` is not from this list, or the table does not answer.
    pub async fn of_all(
        &self,
        list: DocumentList,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Document>, Option<Cursor>), AgreementsError> {
        let (listed, next) = self.store.documents_listed(list, limit, after).await?;
        Ok((self.heads_of(&listed).await?, next))
    }

    /// The heads of listed documents, as they are now.
    pub(crate) async fn heads_of(
        &self,
        listed: &[ListedDocument],
    ) -> Result<Vec<Document>, AgreementsError> {
        let mut heads = Vec::new();
        for some in listed.chunks(AT_A_TIME) {
            let read =
                some.iter().map(|it| self.store.document(&it.provider_ref, &it.document_ref));
            heads.extend(try_join_all(read).await?.into_iter().flatten());
        }
        Ok(heads)
    }
}
