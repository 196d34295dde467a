//! What was decided by hand is paid when another person has agreed to it, once.

use cloud::Fuse;
use domain::authorising::CannotAuthorise;
use domain::facts::{Adjustment, DirectiveKind};
use domain::failure::Failure;
use domain::period::Lifecycle;
use domain::schedule::ScheduleStep;
use testing::{Council, day, parse};

use super::world::{FIRST, SECOND, World, lake_house, which};
use crate::{CouncilShown, Finaliser, PeriodTally, Statements, StatementsError};

/// A statement with an adjustment that Martin made in the portal, locked.
async fn adjusted() -> World {
    let mut council = Council::lake_house();
    council.adjustments.push(Adjustment {
        adjustment_ref: parse("ADJ1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("50.00"),
        reason: "Agreed with the home".to_owned(),
        period_start: day(FIRST),
        instalments: 1,
        made_by: vec![parse("ST02")],
    });
    let world = World::of(council).await;
    world.settle(world.locks_at(FIRST)).await;
    world
}

fn person(staff_ref: &str) -> Finaliser {
    Finaliser { staff_ref: parse(staff_ref), name: format!("Person {staff_ref}") }
}

fn step(paused: bool) -> ScheduleStep {
    ScheduleStep {
        paused,
        reason: "A price file is wrong".to_owned(),
        by: parse("ST06"),
        name: "Fergus Stell".to_owned(),
        at: parse("2022-10-01T09:00:00Z"),
    }
}

impl World {
    async fn read(&self, start: &str) -> CouncilShown {
        self.statements.council_shown(&which(start), self.locks_at(start)).await.unwrap()
    }

    async fn by_hand(&self, who: &str) -> Result<CouncilShown, StatementsError> {
        self.by_hand_with(&self.statements, who).await
    }

    async fn by_hand_with(
        &self,
        statements: &Statements,
        who: &str,
    ) -> Result<CouncilShown, StatementsError> {
        let digest = self.read(FIRST).await.shown.digest;
        let now = self.locks_at(FIRST);
        let done = statements.finalise_by_hand(&which(FIRST), (&person(who), &digest), now).await;
        done.map(|it| it.shown)
    }

    async fn authorise(&self, who: &str) -> Result<CouncilShown, StatementsError> {
        let digest = self.read(FIRST).await.shown.digest;
        let now = self.locks_at(FIRST);
        self.statements.authorise(&which(FIRST), (&person(who), &digest), now).await
    }
}

#[tokio::test]
async fn the_schedule_waits_for_a_second_person_and_then_pays() {
    let world = adjusted().await;
    let due = world.finalised_at(FIRST);
    assert_eq!(world.settle(due).await.finalised, []);
    assert_eq!(world.statements.awaiting(10, due).await.unwrap().len(), 1);
    let waiting = world.statements.council_shown(&which(FIRST), due).await.unwrap();
    assert!(waiting.awaits);
    assert_eq!(waiting.makers, [parse("ST02")].into());
    assert_eq!(waiting.shown.lifecycle, Lifecycle::Locked, "its date alone authorises nothing");
    let own = world.authorise("ST02").await.unwrap_err();
    assert_eq!(own.code(), "own-adjustment");
    let agreed = world.authorise("ST06").await.unwrap();
    assert!(!agreed.awaits);
    assert_eq!(agreed.shown.lifecycle, Lifecycle::Authorised);
    assert_eq!(world.settle(due).await.finalised, [day(FIRST)]);
    assert_eq!(world.paid(FIRST), parse("3511.84"));
}

#[tokio::test]
async fn what_nobody_decided_by_hand_goes_by_the_schedule() {
    let world = World::lake_house().await;
    world.settle_period(FIRST).await;
    assert_eq!(world.paid(FIRST), parse("3461.84"));
}

#[tokio::test]
async fn a_finaliser_pays_a_locked_statement_before_its_date_but_not_an_own_adjustment() {
    let world = adjusted().await;
    assert_eq!(world.by_hand("ST02").await.unwrap_err().code(), "own-adjustment");
    let done = world.by_hand("ST06").await.unwrap();
    assert_eq!(done.shown.lifecycle, Lifecycle::Finalised);
    assert_eq!(world.paid(FIRST), parse("3511.84"));
    assert_eq!(world.settle(world.finalised_at(FIRST)).await.finalised, [], "it was");
    let again = world.by_hand("ST06").await.unwrap();
    assert_eq!(again.shown.record, done.shown.record, "the same again finds it done");
    assert_eq!(world.by_hand("ST07").await.unwrap_err().code(), "statement-finalised");
}

#[tokio::test]
async fn an_open_statement_is_neither_authorised_nor_finalised() {
    let world = World::lake_house().await;
    let digest = world.read(FIRST).await.shown.digest;
    let now = world.open_at(FIRST);
    let refused =
        world.statements.finalise_by_hand(&which(FIRST), (&person("ST06"), &digest), now).await;
    assert!(matches!(refused.unwrap_err(), StatementsError::Authorise(CannotAuthorise::NotLocked)));
}

#[tokio::test]
async fn a_directive_made_after_the_agreement_needs_another() {
    let mut world = adjusted().await;
    world.authorise("ST06").await.unwrap();
    let mut suspend = testing::directive("D1", "C3001", DirectiveKind::Suspend, day(FIRST));
    suspend.made_by = vec![parse("ST06")];
    world.council.directives.push(suspend);
    world.council.save(&world.store).await;
    let due = world.finalised_at(FIRST);
    assert_eq!(world.settle(due).await.finalised, []);
    assert_eq!(world.by_hand("ST06").await.unwrap_err().code(), "own-adjustment");
    world.by_hand("ST07").await.unwrap();
}

#[tokio::test]
async fn while_its_cycle_is_paused_nothing_is_finalised_and_locks_go_on() {
    let world = World::lake_house().await;
    let cycle = parse("28DAY");
    world.statements.schedule_by_hand(&cycle, &step(true)).await.unwrap();
    assert_eq!(world.settle(world.locks_at(FIRST)).await.locked, [day(FIRST)]);
    assert_eq!(world.settle(world.finalised_at(FIRST)).await.finalised, []);
    assert_eq!(world.by_hand("ST06").await.unwrap_err().code(), "cycle-paused");
    world.statements.schedule_by_hand(&cycle, &step(true)).await.unwrap();
    world.statements.schedule_by_hand(&cycle, &step(false)).await.unwrap();
    assert_eq!(world.settle(world.finalised_at(FIRST)).await.finalised, [day(FIRST)]);
    let unknown = world.statements.schedule_by_hand(&parse("NONE"), &step(true)).await;
    assert!(matches!(unknown, Err(StatementsError::NotFound)));
}

#[tokio::test]
async fn cut_off_anywhere_and_asked_again_it_is_paid_once() {
    let undisturbed = adjusted().await;
    undisturbed.by_hand("ST06").await.unwrap();
    let state = undisturbed.state();
    for cut in 1.. {
        let world = adjusted().await;
        let fuse = Fuse::blowing_at(cut);
        let (store, objects) =
            (world.store.with_fuse(fuse.clone()), world.objects.with_fuse(fuse.clone()));
        let dying = Statements::with(store, objects, "https://portal.example");
        let died = world.by_hand_with(&dying, "ST06").await;
        if !fuse.has_blown() {
            died.unwrap();
            assert!(cut > 30, "there are more calls than that");
            break;
        }
        world.by_hand("ST06").await.unwrap();
        assert_eq!(world.state(), state, "cut {cut}, {:?}", fuse.blown_label());
    }
}

#[test]
fn two_finalisers_at_once_and_the_schedule_pay_once() {
    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }
    for _ in 0..8 {
        let world = run(adjusted());
        let due = world.finalised_at(FIRST);
        std::thread::scope(|threads| {
            for who in ["ST06", "ST07"] {
                let world = &world;
                threads.spawn(move || {
                    run(async {
                        match world.by_hand(who).await {
                            Ok(done) => assert_eq!(done.shown.lifecycle, Lifecycle::Finalised),
                            Err(error) => assert_eq!(error.code(), "statement-finalised"),
                        }
                    });
                });
            }
            let statements = world.statements.clone();
            threads.spawn(move || {
                run(async { statements.settle(&lake_house(), due).await.unwrap() });
            });
        });
        assert_eq!(world.paid(FIRST), parse("3511.84"));
        let finalised = world.subjects().iter().filter(|it| it.contains("paid")).count();
        let alone = run(async {
            let alone = adjusted().await;
            alone.by_hand("ST06").await.unwrap();
            alone
        });
        assert_eq!(finalised, alone.subjects().iter().filter(|it| it.contains("paid")).count());
        assert_eq!(world.mail(), alone.mail());
    }
}

#[tokio::test]
async fn a_period_is_partially_finalised_while_some_of_its_statements_are_not() {
    let world = adjusted().await;
    let madley_park =
        crate::DueContract { contract_ref: parse("C3002"), provider_ref: parse("P1002") };
    world.statements.settle(&madley_park, world.finalised_at(FIRST)).await.unwrap();
    let progress = world.store.progress_of_cycle(&parse("28DAY")).await.unwrap();
    let periods = world.store.periods_of_cycle(&parse("28DAY")).await.unwrap();
    let tally = PeriodTally::of(&periods[0], &progress);
    assert_eq!(tally, PeriodTally { contracts: 2, locked: 1, finalised: 1 });
    assert!(tally.is_partially_finalised());
    assert!(!PeriodTally::of(&periods[1], &progress).is_partially_finalised());
}

#[tokio::test]
async fn a_line_says_what_is_held_why_and_who_decided_by_hand() {
    let mut world = adjusted().await;
    let mut suspend = testing::directive("D1", "C3001", DirectiveKind::Suspend, day(SECOND));
    suspend.cpli_id = Some(parse("164628"));
    world.council.directives.push(suspend);
    world.council.save(&world.store).await;
    let of = (&parse("P1001"), &parse("C3001"));
    let now = world.locks_at(FIRST);
    let first = world.statements.council_line(of, day(FIRST), now).await.unwrap().unwrap();
    assert_eq!((first.awaits, first.held.len()), (true, 0));
    let second = world.statements.council_line(of, day(SECOND), now).await.unwrap().unwrap();
    assert!(!second.awaits);
    let reason = "Under review by the contracts team".to_owned();
    assert_eq!(second.held, [(reason, parse("3461.84"))].into());
    assert_eq!(second.totals.payable, parse("0.00"));
    let none = world.statements.council_line(of, day("2022-10-04"), now).await.unwrap();
    assert!(none.is_none());
}

#[tokio::test]
async fn a_payment_file_is_downloaded_as_it_was_sent() {
    let world = adjusted().await;
    let none = world.statements.payment_file(&which(FIRST)).await;
    assert!(matches!(none, Err(StatementsError::NotFound)));
    world.by_hand("ST06").await.unwrap();
    let crate::PaymentFile { name, csv: bytes, .. } =
        world.statements.payment_file(&which(FIRST)).await.unwrap();
    assert_eq!(name, "payments_28DAY_2022-09-05_C3001.csv");
    let place = format!("upload/council/outbox/{name}");
    assert_eq!(world.objects.dump()[&place], String::from_utf8(bytes).unwrap());
}
