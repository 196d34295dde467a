//! Entries as the page shows them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{Actor, By, Entry, EntryHash, Kept, Outcome, Sealed, Seen};
use domain::ids::{ProviderRef, SsRef};
use serde::Serialize;

use crate::search::{Answer, Search, area_of};

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    actor: Option<Actor>,
    provider: Option<ProviderRef>,
    client: Option<SsRef>,
    from: NaiveDate,
    to: NaiveDate,
    area: Option<String>,
    kind: Option<&'static str>,
    rows: Vec<RowView>,
    looked_through: usize,
    next: Option<String>,
    /// The last day that was sealed, when everything up to it was as it was written.
    sealed_until: Option<NaiveDate>,
}

/// An entry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RowView {
    pub(crate) actor: Actor,
    pub(crate) n: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: By,
    pub(crate) provider_ref: Option<ProviderRef>,
    pub(crate) what: String,
    pub(crate) area: String,
    pub(crate) about: BTreeMap<String, String>,
    pub(crate) outcome: Outcome,
    pub(crate) seen: Vec<Seen>,
}

/// An entry with its place in its chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DetailView {
    #[serde(flatten)]
    row: RowView,
    hash: EntryHash,
    previous: EntryHash,
    /// Whether its text is what was hashed.
    unchanged: bool,
    /// Whether it follows from the one before it.
    follows: bool,
}

impl ListView {
    pub(crate) fn of(search: &Search, found: Answer, sealed: Option<Sealed>) -> Self {
        Self {
            actor: search.actor.clone(),
            provider: search.provider.clone(),
            client: search.client.clone(),
            from: search.from,
            to: search.to,
            area: search.area.clone(),
            kind: search.kind.map(crate::search::EntryKind::as_str),
            rows: found.entries.into_iter().map(RowView::from).collect(),
            looked_through: found.looked_through,
            next: found.next.map(|cursor| cursor.as_str().to_owned()),
            sealed_until: sealed.map(|sealed| sealed.date),
        }
    }
}

impl From<Entry> for RowView {
    fn from(entry: Entry) -> Self {
        let note = entry.note;
        let about = note.all_about();
        Self {
            actor: note.by.actor(),
            n: entry.n,
            at: note.at,
            area: area_of(&note.what).to_owned(),
            by: note.by,
            provider_ref: note.provider_ref,
            what: note.what,
            about,
            outcome: note.outcome,
            seen: note.seen,
        }
    }
}

impl DetailView {
    /// None: its text is no entry at all.
    pub(crate) fn of(actor: &Actor, n: u64, kept: &Kept, before: Option<&Kept>) -> Option<Self> {
        let entry = kept.read().ok()?;
        let expected = before.map_or_else(EntryHash::of_nothing, |kept| kept.hash.clone());
        let unchanged = EntryHash::of(&kept.body) == kept.hash
            && entry.n == n
            && entry.note.by.actor() == *actor;
        Some(Self {
            hash: kept.hash.clone(),
            previous: entry.previous.clone(),
            unchanged,
            follows: entry.previous == expected,
            row: entry.into(),
        })
    }
}
