//! What is recorded before anything is done.

use domain::audit::{By, Entry, Place};
use domain::clock::Now;

use super::world::{FIRST, World, lake_house};
use crate::Announced;

fn run() -> By {
    By::job("finalise", None)
}

fn alone() -> By {
    By::job("finalise", Some("C3001"))
}

impl World {
    async fn entries(&self, by: By) -> Vec<Entry> {
        let page = self.store.audit_chain(&by.actor(), false, (100, None)).await.unwrap();
        page.entries.iter().map(|kept| kept.read().unwrap()).collect()
    }

    async fn announce(&self, now: Now) -> Vec<Announced> {
        self.statements.announce_due(now).await.unwrap()
    }

    async fn settle_of(&self, entry: u64, now: Now) {
        self.statements.settle_announced(&lake_house(), Some(entry), now).await.unwrap();
    }
}

#[tokio::test]
async fn one_entry_says_of_all_contracts_what_is_about_to_be_done_and_none_of_them_another() {
    let world = World::lake_house().await;
    let (lock_at, pay_at) = (world.locks_at(FIRST), world.finalised_at(FIRST));
    for (n, now, what) in [(1, lock_at, "statements locked"), (2, pay_at, "statements finalised")] {
        let due = world.announce(now).await;
        assert_eq!(due.len(), 2);
        assert!(due.iter().all(|it| it.entry == Some(n)), "{due:?}");
        let entries = world.entries(run()).await;
        let last = entries.last().unwrap();
        assert_eq!((last.n, last.note.what.as_str()), (n, what));
        assert_eq!(last.note.all_about()["contracts"], "C3001 of P1001, C3002 of P1002");
        assert_eq!(last.note.all_about()["period_start"], FIRST);
        assert_eq!(last.note.places(), [Place::Runs].into());
        for it in due {
            let (contract, entry) = (&it.contract, it.entry);
            world.statements.settle_announced(contract, entry, now).await.unwrap();
        }
    }
    assert_eq!(world.entries(alone()).await.len(), 0);
    assert_eq!(world.announce(pay_at).await, []);
}

#[tokio::test]
async fn what_cannot_be_done_yet_is_recorded_once_and_not_by_every_run() {
    let world = World::lake_house().await;
    for _ in 0..3 {
        let due = world.announce(world.locks_at(FIRST)).await;
        assert!(due.iter().all(|it| it.entry == Some(1)), "{due:?}");
    }
    assert_eq!(world.entries(run()).await.len(), 1);
}

#[tokio::test]
async fn what_an_entry_does_not_say_of_a_contract_is_recorded_by_whoever_does_it() {
    let world = World::lake_house().await;
    let (lock_at, pay_at) = (world.locks_at(FIRST), world.finalised_at(FIRST));
    world.announce(lock_at).await;
    world.settle_of(1, lock_at).await;
    // It speaks of the lock, and the next of another contract; there is no third.
    world.announce(pay_at).await;
    let madley_park = world.announce(lock_at).await.pop().unwrap();
    assert_ne!(madley_park.contract, lake_house());
    assert_eq!(world.entries(alone()).await.len(), 0);
    world.settle_of(1, pay_at).await;
    let entries = world.entries(alone()).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].note.what, "statement finalised");
    assert!(entries[0].note.concerns(&lake_house().provider_ref));
}

#[tokio::test]
async fn an_entry_that_there_is_not_or_about_another_contract_is_not_believed() {
    for named in ["C3002", "C3001"] {
        let world = World::lake_house().await;
        let now = world.locks_at(FIRST);
        let mut contracts = std::collections::BTreeMap::new();
        let provider = if named == "C3001" { "P1002" } else { "P1001" };
        contracts.insert(testing::parse(provider), [testing::parse(named)].into());
        let outcome = domain::audit::Outcome::Intended;
        let note = domain::audit::Note::new(now.instant, run(), "statements locked", outcome);
        let note = domain::audit::Note { contracts, ..note.about("period_start", FIRST) };
        world.store.append_audit(note, None).await.unwrap();
        world.settle_of(1, now).await;
        world.settle_of(9, now).await;
        assert_eq!(world.entries(alone()).await.len(), 1, "{named}");
    }
}
