//! A document as its page shows it.

use agreements::{Row, Shown, VersionShown};
use chrono::{DateTime, Utc};
use domain::contract_document::{CONSENT, Difference, DocumentState, Field};
use serde::Serialize;

use crate::list_view::DocView;

/// A document with what it says, what changed, and all that was published of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DocumentView {
    #[serde(flatten)]
    latest: DocView,
    file: FileView,
    fields: Vec<Field>,
    differences: Vec<DifferenceView>,
    versions: Vec<VersionView>,
    /// What is shown to whoever answers, and kept with the answer.
    consent: &'static str,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FileView {
    sha256: String,
    size_bytes: u64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DifferenceView {
    label: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VersionView {
    version: u32,
    state: DocumentState,
    note: String,
    published_at: DateTime<Utc>,
    sha256: String,
}

impl DocumentView {
    /// `may_answer`: whether the person's role allows to answer.
    pub(crate) fn of(shown: &Shown, may_answer: bool) -> Self {
        let latest = &shown.document.latest;
        let file = &latest.file;
        Self {
            latest: DocView::of(&Row::from(&shown.document), may_answer),
            file: FileView { sha256: file.sha256.clone(), size_bytes: file.size_bytes },
            fields: latest.fields.clone(),
            differences: shown.differences.iter().map(DifferenceView::from).collect(),
            versions: shown.versions.iter().map(VersionView::from).collect(),
            consent: CONSENT,
        }
    }
}

impl From<&Difference> for DifferenceView {
    fn from(it: &Difference) -> Self {
        Self { label: it.label.clone(), before: it.before.clone(), after: it.after.clone() }
    }
}

impl From<&VersionShown> for VersionView {
    fn from(it: &VersionShown) -> Self {
        Self {
            version: it.version.n,
            state: it.state,
            note: it.note.clone(),
            published_at: it.version.published_at,
            sha256: it.version.file.sha256.clone(),
        }
    }
}
