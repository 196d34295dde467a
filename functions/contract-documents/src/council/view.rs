//! Documents as the council's people see them.

use agreements::{Kept, Row, Shown};
use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::london_date;
use domain::contract_document::{DocumentState, Outcome};
use domain::ids::ProviderRef;
use serde::Serialize;

use crate::list_view::DocView;
use crate::view::DocumentView;

/// Documents of one provider or of all.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CouncilListView {
    pub(crate) rows: Vec<CouncilDocView>,
    /// What to ask for after these; none: that was all.
    pub(crate) next: Option<String>,
}

/// A document in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CouncilDocView {
    #[serde(flatten)]
    document: DocView,
    provider_ref: ProviderRef,
    provider_name: String,
    days_left: Option<i64>,
}

/// A document with the record of its answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CouncilView {
    #[serde(flatten)]
    document: DocumentView,
    provider_ref: ProviderRef,
    provider_name: String,
    days_left: Option<i64>,
    record: Vec<KeptView>,
    can_publish: bool,
    can_agree_manually: bool,
}

/// An answer, and whether it can be relied on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct KeptView {
    version: u32,
    outcome: Outcome,
    by: String,
    at: DateTime<Utc>,
    sha256: String,
    reason: Option<String>,
    intact: bool,
}

impl CouncilDocView {
    pub(crate) fn of(row: &Row, provider_name: String, today: NaiveDate) -> Self {
        Self {
            document: DocView::of(row, false),
            provider_ref: row.version.provider_ref.clone(),
            provider_name,
            days_left: days_left(row, today),
        }
    }
}

impl CouncilView {
    /// `name`: the provider's, and whether the person's role allows to publish.
    pub(crate) fn of(
        shown: &Shown,
        record: Vec<Kept>,
        (name, may_publish): (String, bool),
        today: NaiveDate,
    ) -> Self {
        let row = Row::from(&shown.document);
        Self {
            document: DocumentView::of(shown, false),
            provider_ref: row.version.provider_ref.clone(),
            provider_name: name,
            days_left: days_left(&row, today),
            record: record.into_iter().map(KeptView::from).collect(),
            can_publish: may_publish,
            can_agree_manually: may_publish && shown.document.is_open(),
        }
    }
}

impl From<Kept> for KeptView {
    fn from(kept: Kept) -> Self {
        let Kept { n, outcome, by, at, sha256, reason, intact } = kept;
        Self { version: n, outcome, by, at, sha256, reason, intact }
    }
}

/// How many days are left to answer; below 0: so many too late. None if nobody is asked any more.
fn days_left(row: &Row, today: NaiveDate) -> Option<i64> {
    let open = row.state == DocumentState::Published;
    let last_day = london_date(row.version.answer_by);
    open.then(|| last_day.signed_duration_since(today).num_days())
}
