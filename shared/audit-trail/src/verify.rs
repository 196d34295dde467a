//! Finding any entry that was changed, is missing, or was written beside the portal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{Actor, Broken, Chain, Entry, EntryHash, Head, Kept, Place, Sealed, Why};

use crate::{Trail, TrailError};

/// How many copies are read at a time.
const PAGE: usize = 500;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// An entry.
    Entry(Broken),
    /// A seal is missing or was changed.
    Seal(NaiveDate),
    /// A seal does not follow from the one before it.
    SealUnlinked(NaiveDate),
    /// A seal already said so.
    Said(NaiveDate, String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(broken) => broken.fmt(f),
            Self::Seal(date) => write!(f, "the seal of {date} is missing or was changed"),
            Self::SealUnlinked(date) => {
                write!(f, "the seal of {date} does not follow from the one before")
            }
            Self::Said(date, what) => write!(f, "found when {date} was sealed: {what}"),
        }
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many chains there are.
    pub chains: u64,
    /// How many entries were looked at.
    pub entries: u64,
    /// How many copies of them in the auditor's lists.
    pub copies: u64,
    /// How many seals.
    pub seals: u64,
    /// The last day that was sealed.
    pub sealed_until: Option<NaiveDate>,
    /// The first problem of each chain, and those of seals.
    pub found: Vec<Found>,
}

/// What the seals say: of each chain, the hashes of some of its entries.
type SealedEntries = BTreeMap<Actor, BTreeMap<u64, EntryHash>>;

impl Trail {
    /// Looks at every entry, its copies, every head and every seal.
    ///
    /// # Errors
    ///
    /// [`TrailError`] if the table or the bucket cannot be read.
    pub async fn verify(&self) -> Result<Report, TrailError> {
        let mut report = Report::default();
        // Heads first: what is added to a chain meanwhile comes after what its head said.
        let heads = self.heads().await?;
        let mut sealed = self.sealed_entries(&mut report).await?;
        let actors: Vec<Actor> = heads.keys().chain(sealed.keys()).cloned().collect();
        let (mut followed, mut ends) = (BTreeSet::new(), BTreeMap::new());
        for actor in BTreeSet::from_iter(actors) {
            report.chains = report.chains.saturating_add(1);
            let expected = sealed.remove(&actor).unwrap_or_default();
            let done = self.follow(&actor, heads.get(&actor), expected, &mut report).await?;
            if done.is_ok() {
                ends.insert(actor.clone(), self.store.audit_head(&actor).await?.n);
            }
            report.found.extend(done.err().map(Found::Entry));
            followed.insert(actor);
        }
        self.lists(&followed, &ends, &mut report).await?;
        Ok(report)
    }

    /// Reads the seals, the latest first, and what they say of entries.
    async fn sealed_entries(&self, report: &mut Report) -> Result<SealedEntries, TrailError> {
        let mut entries = SealedEntries::new();
        let mut follower: Option<(NaiveDate, Option<Sealed>)> = None;
        let mut after = None;
        loop {
            let (seals, next) = self.store.audit_seals(100, after).await?;
            for sealed in seals {
                report.sealed_until = report.sealed_until.max(Some(sealed.date));
                report.seals = report.seals.saturating_add(1);
                if let Some((date, _)) =
                    follower.filter(|(_, named)| named.as_ref() != Some(&sealed))
                {
                    report.found.push(Found::SealUnlinked(date));
                }
                let Some(seal) = self.read_seal(&sealed).await? else {
                    report.found.push(Found::Seal(sealed.date));
                    follower = None;
                    continue;
                };
                let said = seal.broken.iter().map(|what| Found::Said(seal.date, what.clone()));
                report.found.extend(said);
                for (actor, Head { n, hash }) in seal.heads {
                    entries.entry(actor).or_default().insert(n, hash);
                }
                follower = Some((seal.date, seal.previous));
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        let first = follower.filter(|(_, named)| named.is_some());
        report.found.extend(first.map(|(date, _)| Found::SealUnlinked(date)));
        Ok(entries)
    }

    /// Follows a chain to its end. Entries after the head that was read may have been added since: the last of them
    /// must then be what the head says now.
    async fn follow(
        &self,
        actor: &Actor,
        head: Option<&Head>,
        sealed: BTreeMap<u64, EntryHash>,
        report: &mut Report,
    ) -> Result<Result<(), Broken>, TrailError> {
        let mut chain = Chain::new(actor.clone(), sealed);
        let mut after = 0;
        loop {
            let links = self.store.audit_links(actor, after).await?;
            let Some((last, _)) = links.last() else { break };
            after = *last;
            for (n, kept) in &links {
                report.entries = report.entries.saturating_add(1);
                let entry = match chain.take(*n, kept) {
                    Ok(entry) => entry,
                    Err(broken) => return Ok(Err(broken)),
                };
                if let Err(broken) = self.copies(actor, &entry, kept, report).await? {
                    return Ok(Err(broken));
                }
            }
        }
        let ended = chain.clone().end(head).map(drop);
        if ended.is_ok() {
            return Ok(ended);
        }
        let head = self.store.audit_head(actor).await?;
        Ok(chain.end(Some(&head).filter(|head| head.n > 0)).map(drop))
    }

    /// Looks for copies of entries that no chain has: of chains whose head is gone, or that were cut off with it.
    async fn lists(
        &self,
        followed: &BTreeSet<Actor>,
        ends: &BTreeMap<Actor, u64>,
        report: &mut Report,
    ) -> Result<(), TrailError> {
        let providers = self.store.listed_providers().await?;
        let providers = providers.into_iter().map(|listed| Place::Provider(listed.provider_ref));
        let mut missing: BTreeMap<Actor, u64> = BTreeMap::new();
        // The year 3000: whatever is recorded is before it.
        let end = DateTime::from_timestamp(32_503_680_000, 0).unwrap_or_default();
        for place in providers.chain([Place::Portal, Place::Runs]) {
            let mut after = None;
            loop {
                let always = (DateTime::<Utc>::UNIX_EPOCH, end);
                let page = self.store.audit_list(&place, always, (PAGE, after)).await?;
                for entry in page.entries.iter().filter_map(|kept| kept.read().ok()) {
                    let actor = entry.note.by.actor();
                    let unknown = !followed.contains(&actor)
                        || ends.get(&actor).is_some_and(|end| entry.n > *end);
                    if unknown {
                        let first = missing.entry(actor).or_insert(entry.n);
                        *first = entry.n.min(*first);
                    }
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let broken = |(actor, n)| Found::Entry(Broken { actor, n, why: Why::Missing });
        report.found.extend(missing.into_iter().map(broken));
        Ok(())
    }

    /// Looks at the copies of an entry in the auditor's lists.
    async fn copies(
        &self,
        actor: &Actor,
        entry: &Entry,
        kept: &Kept,
        report: &mut Report,
    ) -> Result<Result<(), Broken>, TrailError> {
        for place in entry.note.places() {
            report.copies = report.copies.saturating_add(1);
            if self.store.audit_copy(&place, entry).await?.as_ref() != Some(kept) {
                let (actor, n, why) = (actor.clone(), entry.n, Why::CopyDiffers);
                return Ok(Err(Broken { actor, n, why }));
            }
        }
        Ok(Ok(()))
    }
}
