//! What the verifier finds.

use domain::audit::{Actor, By, EntryHash, Head, Kept, Note, Outcome, Place as List, Why};
use files::{Objects, Place};
use store::keys::Key;
use store::{Action, Store};
use testing::at;

use crate::{Found, Trail};

const NINE: &str = "2026-06-01T09:00:00Z";

/// Ada and Eve with four entries each, and the nightly job.
struct Rig {
    store: Store,
    objects: Objects,
    trail: Trail,
}

fn person(name: &str) -> By {
    By::Contact { email: format!("{name}@example.org").parse().unwrap(), name: name.to_owned() }
}

fn ada() -> Actor {
    person("ada").actor()
}

impl Rig {
    async fn new() -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        let rig = Self { trail: Trail::with(store.clone(), objects.clone()), store, objects };
        for _ in 0..4 {
            rig.does("ada").await;
            rig.does("eve").await;
        }
        rig
    }

    async fn does(&self, name: &str) {
        let answered = Outcome::Answered { status: 200, intended: None };
        let note = Note::new(at(NINE).instant, person(name), "GET /api/home", answered);
        self.store.append_audit(note, None).await.unwrap();
    }

    async fn entry(&self, n: u64) -> Kept {
        self.store.audit_entry(&ada(), n).await.unwrap().unwrap()
    }

    async fn put(&self, n: u64, kept: &Kept) {
        self.write(Action::put(Key::audit_entry(&ada(), n), kept)).await;
    }

    async fn write(&self, action: Action) {
        self.store.seed(vec![action]).await.unwrap();
    }

    async fn end_at(&self, head: &Head) {
        self.write(Action::put(Key::audit_head(&ada()), &serde(head))).await;
    }

    /// The number and fault of each broken entry.
    async fn found(&self) -> Vec<(u64, Why)> {
        let found = self.trail.verify().await.unwrap().found;
        found.into_iter().map(entry_of).collect()
    }

    async fn seal(&self, day: &str) {
        self.trail.seal(at(&format!("{day}T00:15:00Z"))).await.unwrap();
    }
}

/// As the table keeps a head.
fn serde(head: &Head) -> serde_json::Value {
    serde_json::json!({"n": head.n, "hash": head.hash.as_str(), "at": NINE})
}

fn entry_of(found: Found) -> (u64, Why) {
    match found {
        Found::Entry(broken) => {
            assert_eq!(broken.actor, ada());
            (broken.n, broken.why)
        }
        other @ (Found::Seal(_) | Found::SealUnlinked(_) | Found::Said(..)) => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_nobody_touched_is_whole() {
    let rig = Rig::new().await;
    rig.seal("2026-06-02").await;
    rig.does("ada").await;
    rig.seal("2026-06-03").await;
    let report = rig.trail.verify().await.unwrap();
    assert_eq!(report.found, []);
    assert_eq!((report.chains, report.entries, report.copies, report.seals), (2, 9, 9, 2));
    assert_eq!(report.sealed_until.unwrap().to_string(), "2026-06-02");
}

#[tokio::test]
async fn a_flipped_bit_of_any_byte_of_any_entry_is_found() {
    let rig = Rig::new().await;
    for n in 1..=4 {
        let kept = rig.entry(n).await;
        for place in 0..kept.body.len() {
            let mut bytes = kept.body.clone().into_bytes();
            bytes[place] ^= 1;
            rig.put(n, &Kept { body: String::from_utf8(bytes).unwrap(), ..kept.clone() }).await;
            assert_eq!(rig.found().await, [(n, Why::Changed)], "byte {place}");
        }
        rig.put(n, &kept).await;
    }
    assert_eq!(rig.found().await, []);
}

#[tokio::test]
async fn a_missing_entry_is_found_wherever_it_was() {
    for n in 1..=4 {
        let rig = Rig::new().await;
        rig.write(Action::delete(Key::audit_entry(&ada(), n))).await;
        assert_eq!(rig.found().await[0], (n, Why::Missing));
    }
}

#[tokio::test]
async fn two_that_were_exchanged_are_found() {
    let rig = Rig::new().await;
    let (second, third) = (rig.entry(2).await, rig.entry(3).await);
    rig.put(2, &third).await;
    rig.put(3, &second).await;
    assert_eq!(rig.found().await, [(2, Why::Misplaced)]);
}

#[tokio::test]
async fn a_tail_that_was_cut_off_together_with_its_head_is_found_by_its_copies_and_by_the_seal() {
    let rig = Rig::new().await;
    rig.seal("2026-06-02").await;
    let last = rig.entry(4).await.read().unwrap();
    rig.write(Action::delete(Key::audit_entry(&ada(), 4))).await;
    rig.end_at(&Head { n: 3, hash: rig.entry(3).await.hash }).await;
    assert_eq!(rig.found().await, [(4, Why::Missing)], "sealed");
    let copy = Key::audit_copy(&List::Portal, last.note.at, &ada(), 4);
    rig.write(Action::delete(copy)).await;
    assert_eq!(rig.found().await, [(4, Why::Missing)], "sealed, without a copy");
    let unsealed = Rig::new().await;
    unsealed.write(Action::delete(Key::audit_entry(&ada(), 4))).await;
    unsealed.end_at(&Head { n: 3, hash: unsealed.entry(3).await.hash }).await;
    assert_eq!(unsealed.found().await, [(4, Why::Missing)], "not sealed, with its copy");
}

#[tokio::test]
async fn a_chain_that_was_taken_away_whole_is_found() {
    let rig = Rig::new().await;
    for n in 1..=4 {
        rig.write(Action::delete(Key::audit_entry(&ada(), n))).await;
    }
    rig.write(Action::delete(Key::audit_head(&ada()))).await;
    assert_eq!(rig.found().await, [(1, Why::Missing)]);
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_not_what_was_sealed() {
    let rig = Rig::new().await;
    rig.seal("2026-06-02").await;
    let mut head = Head::of_nothing();
    for n in 1..=4 {
        let mut note = rig.entry(n).await.read().unwrap().note;
        note.what = "GET /api/nothing".to_owned();
        let kept = domain::audit::Entry::after(&head, note.clone()).keep().unwrap();
        head = Head { n, hash: kept.hash.clone() };
        rig.put(n, &kept).await;
        rig.write(Action::put(Key::audit_copy(&List::Portal, note.at, &ada(), n), &kept)).await;
    }
    rig.end_at(&head).await;
    assert_eq!(rig.found().await, [(4, Why::NotAsSealed)]);
}

#[tokio::test]
async fn a_copy_that_says_something_else_is_found() {
    let rig = Rig::new().await;
    let kept = rig.entry(2).await;
    let at = kept.read().unwrap().note.at;
    let other = Kept { body: kept.body.replace("home", "name"), ..kept };
    rig.write(Action::put(Key::audit_copy(&List::Portal, at, &ada(), 2), &other)).await;
    assert_eq!(rig.found().await, [(2, Why::CopyDiffers)]);
}

#[tokio::test]
async fn a_seal_that_was_changed_or_exchanged_is_found() {
    let rig = Rig::new().await;
    rig.seal("2026-06-02").await;
    rig.seal("2026-06-03").await;
    let place = Place::audit_seal("2026-06-01".parse().unwrap());
    let kept = rig.objects.get(&place, 1_000_000).await.unwrap().unwrap().bytes;
    rig.objects.put(&place, "{}").await.unwrap();
    let found = rig.trail.verify().await.unwrap().found;
    assert_eq!(found, [Found::Seal("2026-06-01".parse().unwrap())]);
    rig.objects.put(&place, kept).await.unwrap();
    assert_eq!(rig.found().await, []);
    let other = domain::audit::Sealed {
        date: "2026-06-01".parse().unwrap(),
        hash: EntryHash::of("something else"),
    };
    rig.write(Action::put(Key::audit_seal(other.date), &other)).await;
    let found = rig.trail.verify().await.unwrap().found;
    assert_eq!(found[0], Found::SealUnlinked("2026-06-02".parse().unwrap()));
}

#[tokio::test]
async fn a_day_is_sealed_once_and_what_is_broken_then_is_said() {
    let rig = Rig::new().await;
    rig.seal("2026-06-02").await;
    assert_eq!(rig.trail.seal(at("2026-06-02T09:00:00Z")).await.unwrap(), None);
    rig.does("ada").await;
    rig.write(Action::delete(Key::audit_entry(&ada(), 5))).await;
    rig.seal("2026-06-03").await;
    let found = rig.trail.verify().await.unwrap().found;
    let said = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    assert!(
        said.contains(&format!("found when 2026-06-02 was sealed: entry 5 of {}", ada())),
        "{said}"
    );
}

#[tokio::test]
async fn a_seal_that_was_written_before_somebody_died_stays() {
    let rig = Rig::new().await;
    for cut in 1_usize.. {
        let fuse = cloud::Fuse::blowing_at(cut);
        let (store, objects) =
            (rig.store.with_fuse(fuse.clone()), rig.objects.with_fuse(fuse.clone()));
        let sealed = Trail::with(store, objects).seal(at("2026-06-02T00:15:00Z")).await;
        if !fuse.has_blown() {
            sealed.unwrap();
            break;
        }
        rig.does("eve").await;
    }
    assert_eq!(rig.found().await, []);
    assert_eq!(rig.trail.verify().await.unwrap().seals, 1);
}

#[tokio::test]
async fn an_entry_about_contracts_of_many_is_followed_like_any_other() {
    let rig = Rig::new().await;
    let by = By::job("finalise", None);
    let note = Note::new(at(NINE).instant, by.clone(), "statements finalised", Outcome::Intended);
    let contracts = [("P1001".parse().unwrap(), ["C3001".parse().unwrap()].into())].into();
    rig.store.append_audit(Note { contracts, ..note }, None).await.unwrap();
    let found = async || {
        let found = rig.trail.verify().await.unwrap().found;
        found.into_iter().map(|found| found.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found().await, Vec::<String>::new());
    let kept = rig.store.audit_entry(&by.actor(), 1).await.unwrap().unwrap();
    let copy = Key::audit_copy(&List::Runs, at(NINE).instant, &by.actor(), 1);
    for place in 0..kept.body.len() {
        let mut bytes = kept.body.clone().into_bytes();
        bytes[place] ^= 1;
        let flipped = Kept { body: String::from_utf8(bytes).unwrap(), ..kept.clone() };
        rig.write(Action::put(copy.clone(), &flipped)).await;
        // It may name another chain then, which there is not.
        assert!(!found().await.is_empty(), "byte {place}");
    }
    rig.write(Action::put(copy, &kept)).await;
    // Its whole chain is taken away: the copy knows of it.
    rig.write(Action::delete(Key::audit_entry(&by.actor(), 1))).await;
    rig.write(Action::delete(Key::audit_head(&by.actor()))).await;
    assert_eq!(found().await.len(), 1);
}
