//! What a run of the job is about to do, recorded for many contracts at once before any of it is done.
//!
//! An entry of the audit costs as much whether it names one contract or many. So the run that finds what is due says
//! of 25 contracts at a time what it is about to do to their statements, and each contract's message says which entry
//! that was. Whoever settles the contract looks whether it is so, and records by itself what the entry does not say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::audit::{By, CONTRACTS_NAMED_MAX, Note, Outcome};
use domain::clock::Now;
use domain::ids::ContractRef;

use crate::due::{Doing, DueContract, DueStep, due_step};
use crate::load::Known;
use crate::{Statements, StatementsError};

/// The job.
const JOB: &str = "finalise";

/// What an entry calls the first day of the period.
const PERIOD_START: &str = "period_start";

/// So many of the last entries are looked through for what was recorded before and could not be done yet, beside as
/// many as this run would write.
const ENTRIES_READ: usize = 40;

/// A contract that has something due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Which.
    pub contract: DueContract,
    /// The number of the entry, among those of the job's runs, that says what is about to be done to it; none: whoever
    /// does it records it.
    pub entry: Option<u64>,
}

/// What an entry says is about to be done to the statement of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Announcement {
    doing: Doing,
    start: NaiveDate,
}

impl Doing {
    const ALL: [Self; 3] = [Self::Lock, Self::Finalise, Self::Both];

    /// As an entry says it of many.
    fn to_many(self) -> &'static str {
        match self {
            Self::Lock => "statements locked",
            Self::Finalise => "statements finalised",
            Self::Both => "statements locked and finalised",
        }
    }

    /// As an entry says it of one.
    fn to_one(self) -> &'static str {
        match self {
            Self::Lock => "statement locked",
            Self::Finalise => "statement finalised",
            Self::Both => "statement locked and finalised",
        }
    }
}

impl Announcement {
    /// Whether it says that this is about to be done.
    pub(crate) fn covers(self, doing: Doing, start: NaiveDate) -> bool {
        self.start == start && (self.doing == doing || self.doing == Doing::Both)
    }

    fn of(note: &Note) -> Option<Self> {
        let doing = Doing::ALL.into_iter().find(|doing| doing.to_many() == note.what)?;
        let start = note.about.get(PERIOD_START)?.parse().ok()?;
        Some(Self { doing, start })
    }
}

impl Statements {
    /// The contracts that have a statement to lock or to finalise by `now`, once it is recorded that this is about to
    /// be done. What was recorded before and could not be done since is not recorded again.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table cannot be read or written.
    pub async fn announce_due(&self, now: Now) -> Result<Vec<Announced>, StatementsError> {
        let found = self.contracts_where(|progress, periods| due_step(progress, periods, now));
        let found = found.await?;
        let before = self.announced_before(found.len()).await?;
        let mut due = Vec::with_capacity(found.len());
        let mut fresh: BTreeMap<Announcement, Vec<DueContract>> = BTreeMap::new();
        for (contract, step) in found {
            let DueStep::Of(doing, start) = step else {
                due.push(Announced { contract, entry: None });
                continue;
            };
            let announcement = Announcement { doing, start };
            match before.get(&(announcement, contract.contract_ref.clone())) {
                Some(n) => due.push(Announced { contract, entry: Some(*n) }),
                None => fresh.entry(announcement).or_default().push(contract),
            }
        }
        for (announcement, contracts) in fresh {
            for some in contracts.chunks(CONTRACTS_NAMED_MAX) {
                let entry = Some(self.announce_many(announcement, some, now).await?);
                let announced = |it: &DueContract| Announced { contract: it.clone(), entry };
                due.extend(some.iter().map(announced));
            }
        }
        Ok(due)
    }

    async fn announce_many(
        &self,
        Announcement { doing, start }: Announcement,
        some: &[DueContract],
        now: Now,
    ) -> Result<u64, StatementsError> {
        let note = Note::new(now.instant, By::job(JOB, None), doing.to_many(), Outcome::Intended);
        let mut note = note.about(PERIOD_START, &start);
        for DueContract { contract_ref, provider_ref } in some {
            let contracts = note.contracts.entry(provider_ref.clone()).or_default();
            contracts.insert(contract_ref.clone());
        }
        Ok(self.store.append_audit(note, None).await?.head.n)
    }

    /// What the last entries of the job's runs say, each with the number of the latest that does.
    async fn announced_before(
        &self,
        due: usize,
    ) -> Result<BTreeMap<(Announcement, ContractRef), u64>, StatementsError> {
        let mut before = BTreeMap::new();
        if due == 0 {
            return Ok(before);
        }
        let limit = due.div_ceil(CONTRACTS_NAMED_MAX).saturating_add(ENTRIES_READ);
        let actor = By::job(JOB, None).actor();
        let page = self.store.audit_chain(&actor, true, (limit, None)).await?;
        for entry in page.entries.iter().filter_map(|kept| kept.read().ok()) {
            let Some(announcement) = Announcement::of(&entry.note) else { continue };
            let named: BTreeSet<&ContractRef> = entry.note.contracts.values().flatten().collect();
            for contract in named {
                before.entry((announcement, contract.clone())).or_insert(entry.n);
            }
        }
        Ok(before)
    }

    /// What an entry says is about to be done to a contract, if it says something of it.
    pub(crate) async fn announced(
        &self,
        DueContract { contract_ref, provider_ref }: &DueContract,
        entry: Option<u64>,
    ) -> Result<Option<Announcement>, StatementsError> {
        let Some(n) = entry else { return Ok(None) };
        let kept = self.store.audit_entry(&By::job(JOB, None).actor(), n).await?;
        let note = kept.and_then(|kept| kept.read().ok()).map(|entry| entry.note);
        let named = note.filter(|note| {
            note.contracts.get(provider_ref).is_some_and(|it| it.contains(contract_ref))
        });
        Ok(named.as_ref().and_then(Announcement::of))
    }

    /// Records what is about to be done to a statement, unless it was, so that nothing is done that is not recorded.
    /// What came of it stands in the statement.
    pub(crate) async fn announce(
        &self,
        known: &Known,
        (doing, start): (Doing, NaiveDate),
        announced: Option<Announcement>,
        now: Now,
    ) -> Result<(), StatementsError> {
        if announced.is_some_and(|it| it.covers(doing, start)) {
            return Ok(());
        }
        let by = By::job(JOB, Some(known.contract_ref.as_str()));
        let note = Note::new(now.instant, by, doing.to_one(), Outcome::Intended)
            .of_provider(&known.provider_ref)
            .about("contract_ref", &known.contract_ref)
            .about(PERIOD_START, &start);
        Ok(self.store.append_audit(note, None).await.map(drop)?)
    }
}
