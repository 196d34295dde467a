//! Who saw and changed what. Entries are only ever added: nothing here changes or deletes one.
//!
//! An entry is written together with the head of its chain and its copies in the auditor's lists, if the head is
//! still the one that it follows. So of two that are written at once one is tried again, and no number is skipped.

use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{Actor, Entry, Head, Kept, Note, Place, Sealed};
use domain::ids::ProviderRef;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// How often an entry is tried again because the same person did something else at the same moment. Each time
/// one of them is written, so that so many requests of one person at once are all recorded.
const RACES_MAX: u32 = 40;

/// How many heads, seals or entries are read at a time.
const PAGE_ROWS: usize = 500;

/// The head of a chain as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct HeadRecord {
    #[serde(flatten)]
    head: Head,
    at: DateTime<Utc>,
}

/// An entry that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Its number, and what the next one follows.
    pub head: Head,
}

/// Some entries, and from where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// Each with the number of its place, which is in its text as well.
    pub entries: Vec<Kept>,
    /// From where to go on; none: these were the last.
    pub next: Option<Cursor>,
}

impl Store {
    /// Where a chain ends; before its first entry, at nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_head(&self, actor: &Actor) -> Result<Head, StoreError> {
        let record = self.table.get::<HeadRecord>(&Key::audit_head(actor)).await?;
        Ok(record.map_or_else(Head::of_nothing, |record| record.head))
    }

    /// Adds an entry to the chain of whoever did it. `head`: where the chain ended a moment ago, if it is known.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the same person does too much at once; otherwise if the table cannot be written.
    pub async fn append_audit(
        &self,
        note: Note,
        head: Option<Head>,
    ) -> Result<Appended, StoreError> {
        let actor = note.by.actor();
        let mut known = head;
        for _ in 0..RACES_MAX {
            let head = match known.take() {
                Some(head) => head,
                None => self.audit_head(&actor).await?,
            };
            let entry = Entry::after(&head, note.clone());
            let kept = entry.keep().map_err(StoreError::unwritable::<Entry>)?;
            match self.table.write(written(&actor, &head, &entry, &kept)).await {
                Err(error) if error.is_stale() => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Appended { head: Head { n: entry.n, hash: kept.hash } }),
            }
        }
        Err(StoreError::Stale { action: 0 })
    }

    /// Some entries of a chain by their numbers, in their order or the last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read, or the cursor is from another list.
    pub async fn audit_chain(
        &self,
        actor: &Actor,
        latest_first: bool,
        (limit, after): (usize, Option<Cursor>),
    ) -> Result<AuditPage, StoreError> {
        let query = Query::audit_chain(actor).limit(limit).after(after);
        let query = if latest_first { query.descending() } else { query };
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok(AuditPage { entries: page.read()?, next })
    }

    /// Some entries of a chain in order, those after number `after`, each with the number of its place; none: there
    /// are no more. For whoever follows the whole chain.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_links(
        &self,
        actor: &Actor,
        after: u64,
    ) -> Result<Vec<(u64, Kept)>, StoreError> {
        let after = (after > 0).then(|| Cursor::new(Key::audit_entry(actor, after).sk));
        let query = Query::audit_chain(actor).limit(PAGE_ROWS).after(after);
        let page = self.table.query(&query).await?;
        let links = page.rows.into_iter().map(|row| {
            // What is not named as the portal names entries is out of place wherever it is.
            let n = row.key.entry_number().unwrap_or(u64::MAX);
            Ok((n, row.read()?))
        });
        links.collect()
    }

    /// One entry of a chain.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_entry(&self, actor: &Actor, n: u64) -> Result<Option<Kept>, StoreError> {
        self.table.get(&Key::audit_entry(actor, n)).await
    }

    /// The copy of an entry in one of the auditor's lists.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_copy(
        &self,
        place: &Place,
        entry: &Entry,
    ) -> Result<Option<Kept>, StoreError> {
        let actor = entry.note.by.actor();
        self.table.get(&Key::audit_copy(place, entry.note.at, &actor, entry.n)).await
    }

    /// Some entries of one of the auditor's lists between two instants, the last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read, or the cursor is from another list.
    pub async fn audit_list(
        &self,
        place: &Place,
        (from, before): (DateTime<Utc>, DateTime<Utc>),
        (limit, after): (usize, Option<Cursor>),
    ) -> Result<AuditPage, StoreError> {
        let query = Query::audit_list(place, from, before).limit(limit).after(after).descending();
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok(AuditPage { entries: page.read()?, next })
    }

    /// The same of all that concerns a provider: those listed under it, and those that name one of its contracts
    /// among others'.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read, or the cursor is from another list.
    pub async fn audit_of_provider(
        &self,
        provider: &ProviderRef,
        (from, before): (DateTime<Utc>, DateTime<Utc>),
        (limit, after): (usize, Option<Cursor>),
    ) -> Result<AuditPage, StoreError> {
        let list = |place: &Place| Query::audit_list(place, from, before).descending();
        let both = vec![list(&Place::Provider(provider.clone())), list(&Place::Runs)];
        // What cannot be read is not left out: its reader says so.
        let keeps = |kept: &Kept| kept.read().map_or(true, |entry| entry.note.concerns(provider));
        let chain = Chain { parts: vec![both] };
        let (entries, next) = self.table.chained(&chain, keeps, limit, after).await?;
        Ok(AuditPage { entries, next })
    }

    /// Where some of the chains end, and from where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_heads(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<(Actor, Head)>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::audit_heads().limit(PAGE_ROWS).after(after)).await?;
        let mut heads = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            let actor = row.key.head_of().ok_or(StoreError::Missing("chain"))?;
            heads.push((actor, row.read::<HeadRecord>()?.head));
        }
        Ok((heads, page.next))
    }

    /// The last days that were sealed, the latest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_seals(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Sealed>, Option<Cursor>), StoreError> {
        let query = Query::audit_seals().limit(limit).after(after).descending();
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Whether, and as what, a day was sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn audit_seal(&self, day: NaiveDate) -> Result<Option<Sealed>, StoreError> {
        self.table.get(&Key::audit_seal(day)).await
    }

    /// Notes that a day was sealed. Noted before, it stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn add_audit_seal(&self, sealed: &Sealed) -> Result<(), StoreError> {
        let action = Action::put(Key::audit_seal(sealed.date), sealed).if_absent();
        match self.table.write(vec![action]).await {
            Err(error) if error.is_stale() => Ok(()),
            other => other,
        }
    }
}

/// What is written for an entry: itself, the head, and a copy in each list.
fn written(actor: &Actor, head: &Head, entry: &Entry, kept: &Kept) -> Vec<Action> {
    let at = entry.note.at;
    let next = HeadRecord { head: Head { n: entry.n, hash: kept.hash.clone() }, at };
    let follows = Action::put(Key::audit_head(actor), &next);
    let follows = if head.n == 0 {
        follows.if_absent()
    } else {
        follows.if_equals("n", &head.n).if_equals("hash", &head.hash)
    };
    let mut actions =
        vec![follows, Action::put(Key::audit_entry(actor, entry.n), kept).if_absent()];
    let copies = entry.note.places().into_iter();
    actions.extend(
        copies.map(|place| {
            Action::put(Key::audit_copy(&place, at, actor, entry.n), kept).if_absent()
        }),
    );
    actions
}

#[cfg(test)]
mod tests {
    use domain::audit::{By, Outcome, Seen, verify};
    use futures::future::join_all;

    use super::*;

    fn note(name: &str, at: &str) -> Note {
        Note {
            at: at.parse().unwrap(),
            by: By::Contact {
                email: format!("{name}@example.org").parse().unwrap(),
                name: name.to_owned(),
            },
            provider_ref: Some("P1001".parse().unwrap()),
            what: "GET /api/care-packages".to_owned(),
            about: [].into(),
            outcome: Outcome::Answered { status: 200, intended: None },
            seen: Vec::new(),
            contracts: [].into(),
        }
    }

    const NINE: &str = "2026-06-01T09:00:00Z";

    async fn links(store: &Store, actor: &Actor) -> Vec<(u64, Kept)> {
        store.audit_links(actor, 0).await.unwrap()
    }

    #[tokio::test]
    async fn everything_that_one_person_does_at_once_is_in_one_whole_chain() {
        let store = Store::in_memory();
        let stale = Some(Head::of_nothing());
        let all = (0..20).map(|_| store.append_audit(note("ada", NINE), stale.clone()));
        let numbers = join_all(all).await.into_iter().map(|done| done.unwrap().head.n);
        let mut numbers: Vec<u64> = numbers.collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
        let actor = note("ada", NINE).by.actor();
        let head = store.audit_head(&actor).await.unwrap();
        let links = links(&store, &actor).await;
        assert_eq!(verify(&actor, links.iter().map(|(n, it)| (*n, it)), Some(&head)), Ok(head));
    }

    #[tokio::test]
    async fn an_entry_is_found_under_whoever_did_it_and_whom_it_concerned() {
        let store = Store::in_memory();
        let seen = Seen {
            what: "purchase order".to_owned(),
            provider_ref: "P1002".parse().unwrap(),
            records: 1,
            clients: ["A272433".parse().unwrap()].into(),
        };
        let shown = Note { seen: vec![seen], ..note("ada", NINE) };
        store.append_audit(shown, None).await.unwrap();
        store.append_audit(note("ada", "2026-06-02T09:00:00Z"), None).await.unwrap();
        let anywhere = Note { provider_ref: None, ..note("eve", NINE) };
        store.append_audit(anywhere, None).await.unwrap();
        let days = |first: &str, last: &str| {
            let at = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
            (at(first), at(last))
        };
        let june = days("2026-06-01", "2026-07-01");
        let count = async |place: Place, days| {
            store.audit_list(&place, days, (10, None)).await.unwrap().entries.len()
        };
        let provider = |text: &str| Place::Provider(text.parse().unwrap());
        assert_eq!(count(provider("P1001"), june).await, 2);
        assert_eq!(count(provider("P1002"), june).await, 1);
        assert_eq!(count(Place::Client("A272433".parse().unwrap()), june).await, 1);
        assert_eq!(count(Place::Portal, june).await, 1);
        assert_eq!(count(provider("P1001"), days("2026-06-02", "2026-06-03")).await, 1);
        let ada = note("ada", NINE).by.actor();
        let page = store.audit_chain(&ada, true, (1, None)).await.unwrap();
        assert_eq!(page.entries[0].read().unwrap().n, 2);
        let rest = store.audit_chain(&ada, true, (1, page.next)).await.unwrap();
        assert_eq!((rest.entries[0].read().unwrap().n, rest.next), (1, None));
        assert_eq!(store.audit_heads(None).await.unwrap().0.len(), 2);
    }

    #[tokio::test]
    async fn an_entry_about_contracts_of_many_is_found_by_each_of_their_providers_in_its_place() {
        let store = Store::in_memory();
        let run = |day: u32, named: &[(&str, &str)]| {
            let named = named.iter().map(|(provider, contract)| {
                (provider.parse().unwrap(), [contract.parse().unwrap()].into())
            });
            let at = format!("2026-06-{day:02}T09:00:00Z").parse().unwrap();
            let note =
                Note::new(at, By::job("finalise", None), "statements finalised", Outcome::Intended);
            Note { contracts: named.collect(), ..note }
        };
        store.append_audit(run(1, &[("P1001", "C3001"), ("P1002", "C3002")]), None).await.unwrap();
        store.append_audit(note("ada", "2026-06-02T09:00:00Z"), None).await.unwrap();
        store.append_audit(run(3, &[("P1002", "C3002")]), None).await.unwrap();
        store.append_audit(run(4, &[("P1001", "C3001")]), None).await.unwrap();
        let june =
            ("2026-06-01T00:00:00Z".parse().unwrap(), "2026-07-01T00:00:00Z".parse().unwrap());
        let days = async |provider: &str, limit: usize| {
            let (mut days, mut after) = (Vec::new(), None);
            loop {
                let provider = provider.parse().unwrap();
                let page = store.audit_of_provider(&provider, june, (limit, after)).await.unwrap();
                let read = page.entries.iter().map(|kept| kept.read().unwrap().note.at);
                days.extend(read.map(|at| at.format("%-d").to_string()));
                after = page.next;
                if after.is_none() {
                    return days.join(" ");
                }
            }
        };
        for limit in [1, 2, 10] {
            assert_eq!(days("P1001", limit).await, "4 2 1");
            assert_eq!(days("P1002", limit).await, "3 1");
            assert_eq!(days("P1003", limit).await, "");
        }
    }

    #[tokio::test]
    async fn a_written_entry_stays_whatever_head_somebody_believes_in() {
        let store = Store::in_memory();
        let first = store.append_audit(note("ada", NINE), None).await.unwrap().head;
        let lie = Some(Head { n: 0, ..Head::of_nothing() });
        let second = store.append_audit(note("ada", NINE), lie).await.unwrap().head;
        assert_eq!(second.n, 2);
        let actor = note("ada", NINE).by.actor();
        assert_eq!(store.audit_entry(&actor, 1).await.unwrap().unwrap().hash, first.hash);
    }

    #[tokio::test]
    async fn a_day_is_sealed_once() {
        let store = Store::in_memory();
        let sealed = |text: &str| Sealed {
            date: "2026-06-01".parse().unwrap(),
            hash: domain::audit::EntryHash::of(text),
        };
        store.add_audit_seal(&sealed("one")).await.unwrap();
        store.add_audit_seal(&sealed("other")).await.unwrap();
        let day = "2026-06-01".parse().unwrap();
        assert_eq!(store.audit_seal(day).await.unwrap(), Some(sealed("one")));
        assert_eq!(store.audit_seals(5, None).await.unwrap().0, [sealed("one")]);
    }
}
