//! Looking for entries: which list is read, and which of its entries are shown.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::audit::{Actor, Entry, Outcome, Place};
use domain::clock::london_instant;
use domain::failure::FieldError;
use domain::ids::{ProviderRef, SsRef};
use serde::Deserialize;
use store::{AuditPage, Cursor, Store, StoreError};
use web::Invalid;

/// Unless dates are asked for, so many days up to today.
const DAYS_SHOWN: u64 = 28;

/// How many entries are read at a time; so many of them at least are shown, if there are.
const PAGE: usize = 50;

/// How many entries are looked through for one answer. Where that is not enough, the answer says from where to go on.
const LOOKED_THROUGH_MAX: usize = 1000;

/// How many entries a download has at most.
const DOWNLOADED_MAX: usize = 5000;

/// Records that a download asks the table for at once: a page at a time it would take a hundred calls.
const DOWNLOADED_AT_ONCE: usize = 500;

/// What somebody asks for, as the address of the page says it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) actor: String,
    pub(crate) provider: String,
    pub(crate) client: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) area: String,
    pub(crate) kind: String,
    pub(crate) cursor: String,
}

/// Which entries are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) actor: Option<Actor>,
    pub(crate) provider: Option<ProviderRef>,
    pub(crate) client: Option<SsRef>,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) area: Option<String>,
    pub(crate) kind: Option<EntryKind>,
}

/// What kind of entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// Something was read.
    Read,
    /// Something was changed, or it was tried.
    Changed,
    /// Something was refused or failed.
    Refused,
}

/// Entries that were found, and from where to go on.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) entries: Vec<Entry>,
    pub(crate) looked_through: usize,
    pub(crate) next: Option<Cursor>,
}

impl Search {
    pub(crate) fn of(asked: &Asked, today: NaiveDate) -> Result<Self, Invalid> {
        let mut wrong = Vec::new();
        let to = typed("to", &asked.to, &mut wrong).unwrap_or(today);
        let first = to.checked_sub_days(Days::new(DAYS_SHOWN - 1)).unwrap_or(to);
        let search = Self {
            actor: typed("actor", &asked.actor, &mut wrong),
            provider: typed("provider", &asked.provider, &mut wrong),
            client: typed("client", &asked.client, &mut wrong),
            from: typed("from", &asked.from, &mut wrong).unwrap_or(first),
            to,
            area: Some(asked.area.trim().to_owned()).filter(|it| !it.is_empty()),
            kind: kind(&asked.kind, &mut wrong),
        };
        if wrong.is_empty() && search.to < search.from {
            wrong.push(FieldError::new("to", "Enter a date that is not before the first"));
        }
        Invalid::unless_empty(wrong)?;
        Ok(search)
    }

    /// Some of them, the last first.
    pub(crate) async fn page(
        &self,
        store: &Store,
        after: Option<Cursor>,
    ) -> Result<Answer, StoreError> {
        self.part(store, after, PAGE).await
    }

    /// So many, unless there are fewer or too many had to be looked through.
    async fn part(
        &self,
        store: &Store,
        after: Option<Cursor>,
        size: usize,
    ) -> Result<Answer, StoreError> {
        let mut answer = Answer { next: after, ..Answer::default() };
        loop {
            let AuditPage { entries, next } = self.read(store, answer.next.take(), size).await?;
            answer.looked_through = answer.looked_through.saturating_add(entries.len());
            let read = entries.iter().filter_map(|kept| kept.read().ok());
            let entries: Vec<Entry> = read.collect();
            let over = entries.last().is_some_and(|entry| self.is_before_all(entry));
            answer.entries.extend(entries.into_iter().filter(|entry| self.holds(entry)));
            answer.next = next.filter(|_| !over);
            let enough =
                answer.entries.len() >= size || answer.looked_through >= LOOKED_THROUGH_MAX;
            if enough || answer.next.is_none() {
                return Ok(answer);
            }
        }
    }

    /// All of them, up to as many as a download has.
    pub(crate) async fn all(&self, store: &Store) -> Result<Vec<Entry>, StoreError> {
        let mut all: Vec<Entry> = Vec::new();
        let mut after = None;
        loop {
            let answer = self.part(store, after, DOWNLOADED_AT_ONCE).await?;
            all.extend(answer.entries);
            after = answer.next;
            if after.is_none() || all.len() >= DOWNLOADED_MAX {
                all.truncate(DOWNLOADED_MAX);
                return Ok(all);
            }
        }
    }

    async fn read(
        &self,
        store: &Store,
        after: Option<Cursor>,
        size: usize,
    ) -> Result<AuditPage, StoreError> {
        if let Some(actor) = &self.actor {
            return store.audit_chain(actor, true, (size, after)).await;
        }
        let (instants, page) = (self.instants(), (size, after));
        let place = match (&self.client, &self.provider) {
            (_, Some(provider)) => return store.audit_of_provider(provider, instants, page).await,
            (Some(client), None) => Place::Client(client.clone()),
            (None, None) => Place::Portal,
        };
        store.audit_list(&place, instants, page).await
    }

    /// From the first moment of the first day to before the first after the last.
    fn instants(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| london_instant(day.and_time(NaiveTime::MIN));
        (midnight(self.from), midnight(self.to.succ_opt().unwrap_or(self.to)))
    }

    /// Whether an entry, and so all before it in its chain, is from before the first day.
    fn is_before_all(&self, entry: &Entry) -> bool {
        let (from, _) = self.instants();
        entry.note.at < from.checked_sub_days(Days::new(1)).unwrap_or(from)
    }

    fn holds(&self, entry: &Entry) -> bool {
        let note = &entry.note;
        let (from, before) = self.instants();
        from <= note.at
            && note.at < before
            && self.actor.as_ref().is_none_or(|actor| note.by.actor() == *actor)
            && self.provider.as_ref().is_none_or(|it| note.concerns(it))
            && self.client.as_ref().is_none_or(|it| note.clients().contains(it))
            && self.area.as_ref().is_none_or(|area| is_of(&note.what, area))
            && self.kind.is_none_or(|kind| kind.holds(entry))
    }
}

/// Whether `GET /api/council/care-packages/{cpli_id}` is of `care-packages`; what jobs do is `jobs`.
fn is_of(what: &str, area: &str) -> bool {
    area_of(what) == area
}

/// The area of the portal that an entry is about: `care-packages`, or `jobs`.
pub(crate) fn area_of(what: &str) -> &str {
    let Some((_, path)) = what.split_once(" /api/") else { return "jobs" };
    path.trim_start_matches("council/").split(['/', '?']).next().unwrap_or(path)
}

impl EntryKind {
    fn holds(self, entry: &Entry) -> bool {
        let reads = entry.note.what.starts_with("GET ");
        let refused = matches!(entry.note.outcome, Outcome::Answered { status: 400.., .. });
        match self {
            Self::Read => reads,
            Self::Changed => !reads,
            Self::Refused => refused,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Changed => "changed",
            Self::Refused => "refused",
        }
    }
}

fn kind(text: &str, wrong: &mut Vec<FieldError>) -> Option<EntryKind> {
    let kinds = [EntryKind::Read, EntryKind::Changed, EntryKind::Refused];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text.trim());
    if found.is_none() && !text.trim().is_empty() {
        wrong.push(FieldError::new("kind", "Choose read, changed or refused"));
    }
    found
}

fn typed<T: std::str::FromStr<Err: ToString>>(
    field: &str,
    text: &str,
    wrong: &mut Vec<FieldError>,
) -> Option<T> {
    if text.trim().is_empty() {
        return None;
    }
    text.trim()
        .parse()
        .map_err(|why: T::Err| wrong.push(FieldError::new(field, why.to_string())))
        .ok()
}
