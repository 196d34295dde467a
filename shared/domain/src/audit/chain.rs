//! Finding out whether a chain is as it was written.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

use super::{Actor, Entry, EntryHash, Head, Kept};

/// The first entry of a chain that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("entry {n} of {actor} {why}")]
pub struct Broken {
    /// Whose chain.
    pub actor: Actor,
    /// Which entry.
    pub n: u64,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not there, though later ones, the head or a seal say that it was.
    Missing,
    /// It is not in its place in the chain.
    Misplaced,
    /// Its text is not what was hashed.
    Changed,
    /// Its text is no entry, or not written in the one way.
    Unreadable,
    /// It belongs in somebody else's chain.
    Foreign,
    /// It does not follow from the one before.
    Unlinked,
    /// The head of the chain says something else of it, or does not know of it.
    NotTheHead,
    /// A seal says something else of it.
    NotAsSealed,
    /// Its copy in a list of the auditor's is missing, or says something else.
    CopyDiffers,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Misplaced => "is not in its place",
            Self::Changed => "was changed",
            Self::Unreadable => "cannot be read",
            Self::Foreign => "belongs in another chain",
            Self::Unlinked => "does not follow from the one before",
            Self::NotTheHead => "is not what the head of the chain says",
            Self::NotAsSealed => "is not what was sealed",
            Self::CopyDiffers => "is not the same in a list",
        })
    }
}

/// A chain as far as it was looked at, entry after entry.
#[derive(Debug, Clone)]
pub struct Chain {
    actor: Actor,
    head: Head,
    sealed: BTreeMap<u64, EntryHash>,
}

impl Chain {
    /// Nothing of it yet. `sealed`: what the seals say of some of its entries.
    pub fn new(actor: Actor, sealed: BTreeMap<u64, EntryHash>) -> Self {
        Self { actor, head: Head::of_nothing(), sealed }
    }

    /// As far as `head`, which was looked at before.
    pub fn after(actor: Actor, head: Head) -> Self {
        Self { actor, head, sealed: BTreeMap::new() }
    }

    /// The next entry, which was found at the place of number `n`.
    ///
    /// # Errors
    ///
    /// [`Broken`] if it is not what must come next.
    pub fn take(&mut self, n: u64, kept: &Kept) -> Result<Entry, Broken> {
        let expected = self.head.n.saturating_add(1);
        if n != expected {
            let why = if n > expected { Why::Missing } else { Why::Misplaced };
            return Err(self.broken(expected, why));
        }
        let entry = self.sound(n, kept).map_err(|why| self.broken(n, why))?;
        self.head = Head { n, hash: kept.hash.clone() };
        self.sealed.remove(&n);
        Ok(entry)
    }

    fn sound(&self, n: u64, kept: &Kept) -> Result<Entry, Why> {
        if EntryHash::of(&kept.body) != kept.hash {
            return Err(Why::Changed);
        }
        let entry = kept.read().ok();
        let same = |entry: &Entry| entry.keep().is_ok_and(|again| again == *kept);
        let entry = entry.filter(same).ok_or(Why::Unreadable)?;
        if entry.note.by.actor() != self.actor {
            return Err(Why::Foreign);
        }
        if entry.n != n {
            return Err(Why::Misplaced);
        }
        if entry.previous != self.head.hash {
            return Err(Why::Unlinked);
        }
        if self.sealed.get(&n).is_some_and(|sealed| *sealed != kept.hash) {
            return Err(Why::NotAsSealed);
        }
        Ok(entry)
    }

    /// That there are no more entries; `head` is what the table says of the last.
    ///
    /// # Errors
    ///
    /// [`Broken`] if the head or a seal knows of others.
    pub fn end(self, head: Option<&Head>) -> Result<Head, Broken> {
        let next = self.head.n.saturating_add(1);
        let told = head.map_or(0, |head| head.n);
        if told > self.head.n || !self.sealed.is_empty() {
            return Err(self.broken(next, Why::Missing));
        }
        match head {
            Some(head) if *head == self.head => Ok(self.head),
            None if self.head.n == 0 => Ok(self.head),
            Some(_) | None => {
                Err(self.broken(told.saturating_add(1).min(self.head.n), Why::NotTheHead))
            }
        }
    }

    fn broken(&self, n: u64, why: Why) -> Broken {
        Broken { actor: self.actor.clone(), n, why }
    }
}

/// Looks at a whole chain: the entries by the numbers of their places, and its head.
///
/// # Errors
///
/// The first entry that is not as it was written.
pub fn verify<'a>(
    actor: &Actor,
    entries: impl IntoIterator<Item = (u64, &'a Kept)>,
    head: Option<&Head>,
) -> Result<Head, Broken> {
    let mut chain = Chain::new(actor.clone(), BTreeMap::new());
    for (n, kept) in entries {
        chain.take(n, kept)?;
    }
    chain.end(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{By, Note, Outcome, Seen};
    use super::*;

    fn note(index: u32, what: &str) -> Note {
        let about = [("contract_ref".to_owned(), "C3001".to_owned())].into();
        let clients = ["A272433".parse().unwrap()].into();
        Note {
            at: "2026-11-22T09:00:00Z".parse().unwrap(),
            by: By::Contact { email: "ada@example.org".parse().unwrap(), name: "Ada Brome".into() },
            provider_ref: Some("P1001".parse().unwrap()),
            what: what.to_owned(),
            about,
            outcome: Outcome::Answered { status: 200, intended: None },
            seen: vec![Seen {
                what: "statement".into(),
                provider_ref: "P1001".parse().unwrap(),
                records: index.into(),
                clients,
            }],
            contracts: BTreeMap::new(),
        }
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said_in_words_of_its_own() {
        use Why::{
            Changed, CopyDiffers, Foreign, Misplaced, Missing, NotAsSealed, NotTheHead, Unlinked,
            Unreadable,
        };
        let all = [
            Missing,
            Misplaced,
            Changed,
            Unreadable,
            Foreign,
            Unlinked,
            NotTheHead,
            NotAsSealed,
            CopyDiffers,
        ];
        let words: std::collections::BTreeSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(words.len(), all.len(), "{words:?}");
        assert_eq!(Changed.to_string(), "was changed");
    }

    /// A chain of so many entries, as it is kept.
    fn chain(length: u32) -> (Actor, Vec<(u64, Kept)>, Head) {
        let (mut head, mut kept) = (Head::of_nothing(), Vec::new());
        for index in 0..length {
            let entry = Entry::after(&head, note(index, "GET /api/statement"));
            let one = entry.keep().unwrap();
            head = Head { n: entry.n, hash: one.hash.clone() };
            kept.push((entry.n, one));
        }
        (note(0, "").by.actor(), kept, head)
    }

    /// Which entry, counted from one.
    fn nth(index: usize) -> u64 {
        u64::try_from(index).unwrap().checked_add(1).unwrap()
    }

    fn found(actor: &Actor, kept: &[(u64, Kept)], head: Option<&Head>) -> Option<(u64, Why)> {
        let verified = verify(actor, kept.iter().map(|(n, kept)| (*n, kept)), head);
        verified.err().map(|broken| (broken.n, broken.why))
    }

    #[test]
    fn a_chain_that_nobody_touched_is_whole_and_an_empty_one_too() {
        let (actor, kept, head) = chain(5);
        assert_eq!(found(&actor, &kept, Some(&head)), None);
        assert_eq!(found(&actor, &[], None), None);
        let read = kept[4].1.read().unwrap();
        assert_eq!((read.n, read.note), (5, note(4, "GET /api/statement")));
    }

    #[test]
    fn an_entry_of_somebody_else_is_foreign_though_it_is_well_made() {
        let (_, kept, head) = chain(1);
        let other = Actor::person(&"eve@example.org".parse().unwrap());
        assert_eq!(found(&other, &kept, Some(&head)), Some((1, Why::Foreign)));
    }

    #[test]
    fn whoever_writes_a_chain_anew_is_found_by_a_seal() {
        let (actor, kept, head) = chain(3);
        let sealed = [(2, EntryHash::of("what it was"))].into();
        let mut chain = Chain::new(actor.clone(), sealed);
        chain.take(1, &kept[0].1).unwrap();
        assert_eq!(chain.take(2, &kept[1].1).unwrap_err().why, Why::NotAsSealed);
        let mut short = Chain::new(actor, [(3, head.hash)].into());
        short.take(1, &kept[0].1).unwrap();
        let first = Head { n: 1, hash: kept[0].1.hash.clone() };
        assert_eq!(
            short.end(Some(&first)).unwrap_err().why,
            Why::Missing,
            "the tail, head and all"
        );
    }

    #[test]
    fn a_text_that_means_the_same_but_is_written_otherwise_is_found() {
        let (actor, mut kept, mut head) = chain(1);
        kept[0].1.body.push(' ');
        kept[0].1.hash = EntryHash::of(&kept[0].1.body);
        head.hash = kept[0].1.hash.clone();
        assert_eq!(found(&actor, &kept, Some(&head)), Some((1, Why::Unreadable)));
    }

    proptest! {
        #[test]
        fn any_changed_byte_of_any_record_is_found(length in 1..6_u32, entry: prop::sample::Index,
                byte: prop::sample::Index, bit in 0..7_u8, in_hash: bool) {
            let (actor, mut kept, head) = chain(length);
            let entry = entry.index(kept.len());
            let one = &mut kept[entry].1;
            let mut bytes = if in_hash { one.hash.0.clone() } else { one.body.clone() }.into_bytes();
            let byte = byte.index(bytes.len());
            bytes[byte] ^= 1 << bit;
            let text = String::from_utf8(bytes).unwrap();
            if in_hash { one.hash.0 = text } else { one.body = text }
            let (n, why) = found(&actor, &kept, Some(&head)).unwrap();
            prop_assert_eq!((n, why), (nth(entry), Why::Changed));
        }

        #[test]
        fn any_deleted_entry_is_found(length in 1..6_u32, entry: prop::sample::Index) {
            let (actor, mut kept, head) = chain(length);
            let entry = entry.index(kept.len());
            let n = kept.remove(entry).0;
            prop_assert_eq!(found(&actor, &kept, Some(&head)), Some((n, Why::Missing)));
        }

        #[test]
        fn any_two_that_change_places_are_found(length in 2..6_u32, one: prop::sample::Index,
                other: prop::sample::Index) {
            let (actor, mut kept, head) = chain(length);
            let (one, other) = (one.index(kept.len()), other.index(kept.len()));
            prop_assume!(one != other);
            let moved = (kept[one].1.clone(), kept[other].1.clone());
            kept[one].1 = moved.1;
            kept[other].1 = moved.0;
            let (n, why) = found(&actor, &kept, Some(&head)).unwrap();
            prop_assert_eq!((n, why), (nth(one.min(other)), Why::Misplaced));
        }

        #[test]
        fn a_tail_that_was_cut_off_is_found(length in 1..6_u32, kept_of_it: prop::sample::Index) {
            let (actor, mut kept, head) = chain(length);
            let cut = kept_of_it.index(kept.len());
            kept.truncate(cut);
            let first = nth(cut);
            prop_assert_eq!(found(&actor, &kept, Some(&head)), Some((first, Why::Missing)));
        }

        #[test]
        fn an_entry_that_was_written_beside_the_portal_is_found(length in 1..6_u32) {
            let (actor, mut kept, head) = chain(length);
            let added = Entry::after(&head, note(9, "GET /api/other"));
            kept.push((added.n, added.keep().unwrap()));
            prop_assert_eq!(found(&actor, &kept, Some(&head)), Some((added.n, Why::NotTheHead)));
            prop_assert_eq!(found(&actor, &kept, None), Some((1, Why::NotTheHead)));
        }
    }
}
