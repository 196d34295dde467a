//! Runs that die half-way, that come at once, and what changes meanwhile.

use std::collections::BTreeMap;

use cloud::Fuse;
use domain::item::ItemStatus;
use domain::money::Money;
use domain::statement::Statement;
use files::Place;
use testing::{Council, day, parse};

use super::world::{FIRST, FOURTH, SECOND, THIRD, World, lake_house};
use crate::Statements;
use crate::bodies::{FinalisedBody, LockedBody};

/// A first period that was finalised and a second that has it all: a line held back and released, a care package
/// that ended in the first, an instalment of an adjustment.
async fn eventful() -> World {
    let mut council = Council::lake_house();
    let service = council.services[0].clone();
    let other = testing::client("A272434", "Pugsley", "Adams");
    council.cplis.push(testing::cpli("164629", &service, other));
    council.adjustments.push(domain::facts::Adjustment {
        adjustment_ref: parse("ADJ1"),
        contract_ref: parse("C3001"),
        cpli_id: Some(parse("164629")),
        amount: parse("100.00"),
        reason: "Agreed with the home".to_owned(),
        period_start: day(FIRST),
        instalments: 3,
        made_by: Vec::new(),
    });
    let mut world = World::of(council).await;
    world.query_first_line(FIRST).await;
    world.settle_period(FIRST).await;
    world.change("164629", |cpli| cpli.end_date = Some(day("2022-09-20"))).await;
    let now = world.open_at(SECOND);
    world.confirm_at(FIRST, now).await.unwrap();
    world
}

impl World {
    fn cut_by(&self, fuse: &Fuse) -> Statements {
        let (store, objects) =
            (self.store.with_fuse(fuse.clone()), self.objects.with_fuse(fuse.clone()));
        Statements::with(store, objects, "https://portal.example")
    }

    /// What is in the buckets, but for which changes of facts a locked statement had seen: one who reads while
    /// another marks them as dealt with may see them once more, and finds nothing left to correct.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = self.objects.dump();
        for (name, text) in &mut files {
            if name.ends_with("/locked.json") {
                let mut body: LockedBody = serde_json::from_str(text).unwrap();
                body.computed_from.clear();
                *text = serde_json::to_string(&body).unwrap();
            }
        }
        files
    }

    /// What has been paid in all finalised statements.
    fn paid_in(&self, starts: &[&str]) -> Money {
        Money::total(starts.iter().map(|start| self.paid(start))).unwrap()
    }

    fn owed_in(&self, starts: &[&str]) -> Money {
        let facts = self.council.facts("C3001");
        let owed = starts.iter().map(|start| {
            let period = &facts.periods[&day(start)];
            Statement::forecast(&facts, period).unwrap().totals().unwrap().payable
        });
        Money::total(owed).unwrap()
    }
}

#[tokio::test]
async fn killed_before_or_after_any_call_and_tried_again_it_ends_as_if_undisturbed() {
    let undisturbed = eventful().await;
    undisturbed.settle_period(SECOND).await;
    let state = undisturbed.state();
    for lock in [true, false] {
        for cut in 1.. {
            let world = eventful().await;
            let (lock_at, pay_at) = (world.locks_at(SECOND), world.finalised_at(SECOND));
            if !lock {
                world.settle(lock_at).await;
            }
            let fuse = Fuse::blowing_at(cut);
            let now = if lock { lock_at } else { pay_at };
            let died = world.cut_by(&fuse).settle(&lake_house(), now).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 30, "there are more calls than that");
                break;
            }
            died.unwrap_err();
            world.settle(now).await;
            world.settle(pay_at).await;
            assert_eq!(world.state(), state, "cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn what_changes_between_a_death_and_the_next_try_is_put_right_in_the_next_period() {
    for cut in 1.. {
        let mut world = eventful().await;
        let fuse = Fuse::blowing_at(cut);
        let now = world.finalised_at(SECOND);
        drop(world.cut_by(&fuse).settle(&lake_house(), now).await);
        if !fuse.has_blown() {
            break;
        }
        world.change("164628", |cpli| cpli.end_date = Some(day("2022-10-10"))).await;
        world.settle(now).await;
        world.confirm(THIRD).await.unwrap();
        world.settle_period(THIRD).await;
        world.settle_period(FOURTH).await;
        let starts = [FIRST, SECOND, THIRD, FOURTH];
        assert_eq!(
            world.paid_in(&starts),
            world.owed_in(&starts),
            "cut {cut}, {:?}",
            fuse.blown_label()
        );
        assert_eq!(world.stored("164628")["changed_from"], serde_json::Value::Null);
    }
}

#[tokio::test]
async fn what_changes_between_lock_and_payment_is_put_right_in_the_next_period() {
    let mut world = eventful().await;
    world.settle(world.locks_at(SECOND)).await;
    world.change("164628", |cpli| cpli.end_date = Some(day("2022-10-10"))).await;
    world.settle(world.finalised_at(SECOND)).await;
    assert_eq!(world.stored("164628")["changed_from"], "2022-10-10", "not dealt with yet");
    world.settle_period(THIRD).await;
    world.settle_period(FOURTH).await;
    let starts = [FIRST, SECOND, THIRD, FOURTH];
    assert_eq!(world.paid_in(&starts), world.owed_in(&starts));
}

#[test]
fn two_at_once_settle_once() {
    let run = |future: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
    };
    for _ in 0..8 {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let world = runtime.block_on(eventful());
        let now = world.finalised_at(THIRD);
        std::thread::scope(|threads| {
            for _ in 0..2 {
                let statements = world.statements.clone();
                threads.spawn(move || {
                    run(Box::pin(async move {
                        statements.settle(&lake_house(), now).await.unwrap();
                    }));
                });
            }
        });
        runtime.block_on(world.tell_payments());
        let alone = runtime.block_on(eventful());
        runtime.block_on(alone.settle(now));
        assert_eq!(world.mail(), alone.mail());
        assert_eq!(world.files(), alone.files());
        let heads = |world: &World| {
            let dump = world.store.dump().unwrap();
            let heads = dump.into_iter().filter(|(key, _)| key.contains("STATEMENT#"));
            heads.collect::<BTreeMap<_, _>>()
        };
        assert_eq!(heads(&world), heads(&alone));
    }
}

#[tokio::test]
async fn nothing_is_paid_twice_and_no_item_has_the_name_of_another() {
    let world = eventful().await;
    for start in [SECOND, THIRD] {
        world.settle_period(start).await;
    }
    let mut seen = BTreeMap::new();
    for start in [FIRST, SECOND, THIRD] {
        let place = Place::finalised(&parse("C3001"), day(start)).to_string();
        let body: FinalisedBody = serde_json::from_str(&world.objects.dump()[&place]).unwrap();
        for item in body.statement.items {
            if item.status == ItemStatus::Payable {
                let carried = item.carried_from.clone().unwrap_or_else(|| item.item_id.clone());
                assert_eq!(seen.insert(carried, start), None, "{item:?}");
            }
        }
    }
}
