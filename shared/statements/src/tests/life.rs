//! Responses, locks, holds and what the provider is told.

use chrono::TimeDelta;
use domain::clock::Now;
use domain::failure::Failure;
use domain::money::Money;
use domain::notice::Subscription;
use domain::period::Lifecycle;
use domain::record::Response;
use store::Action;
use store::keys::Key;
use testing::{Council, at, day, parse, period};

use super::world::{
    FIFTH, FIRST, FOURTH, SECOND, THIRD, World, lake_house, payments_contact, reply, which,
};
use crate::{Answering, StatementsError};

fn code(error: &StatementsError) -> &'static str {
    error.code()
}

#[tokio::test]
async fn a_confirmed_statement_is_paid_with_one_file_one_remittance_and_one_email() {
    let world = World::lake_house().await;
    let confirmed = world.confirm(FIRST).await.unwrap();
    assert!(matches!(confirmed.record.response, Response::Confirmed(_)));
    world.settle_period(FIRST).await;
    let shown = world.shown(FIRST, world.finalised_at(FIRST)).await;
    assert_eq!(shown.lifecycle, Lifecycle::Finalised);
    let totals = shown.record.finalised.unwrap().totals;
    assert_eq!(totals.payable, parse("3461.84"));
    assert_eq!((world.paid(FIRST), world.remitted(FIRST)), (totals.payable, totals.payable));
    assert_eq!(world.mail(), ["ada@lakehouse.example: Payment of £3,461.84 on 3 October 2022"]);
}

#[tokio::test]
async fn what_is_done_is_not_done_again() {
    let world = World::lake_house().await;
    world.confirm(FIRST).await.unwrap();
    world.settle_period(FIRST).await;
    let done = world.state();
    for now in [world.locks_at(FIRST), world.finalised_at(FIRST), world.open_at(SECOND)] {
        assert_eq!(world.settle(now).await, crate::Settled::default());
    }
    assert_eq!(world.state(), done);
    assert_eq!(world.statements.due(world.open_at(SECOND)).await.unwrap().len(), 1, "Madley Park");
}

#[tokio::test]
async fn a_contract_is_due_when_it_locks_and_when_it_is_finalised() {
    let world = World::lake_house().await;
    let due = async |now| {
        let due = world.statements.due(now).await.unwrap();
        due.contains(&lake_house())
    };
    assert!(!due(world.open_at(FIRST)).await);
    assert!(due(world.locks_at(FIRST)).await);
    world.settle(world.locks_at(FIRST)).await;
    assert!(!due(world.locks_at(FIRST)).await);
    assert!(due(world.finalised_at(FIRST)).await);
    world.settle(world.finalised_at(FIRST)).await;
    assert!(!due(world.finalised_at(FIRST)).await);
}

#[tokio::test]
async fn periods_are_settled_in_order_when_messages_come_out_of_order() {
    let (in_order, late) = (World::lake_house().await, World::lake_house().await);
    for world in [&in_order, &late] {
        world.confirm(FIRST).await.unwrap();
    }
    for start in [FIRST, SECOND, THIRD] {
        in_order.settle(in_order.locks_at(start)).await;
        in_order.settle(in_order.finalised_at(start)).await;
    }
    let settled = late.settle(late.finalised_at(THIRD)).await;
    assert_eq!(settled.locked, [day(FIRST), day(SECOND), day(THIRD)]);
    assert_eq!(settled.finalised, settled.locked);
    for start in [SECOND, FIRST] {
        late.settle(late.finalised_at(start)).await;
    }
    assert_eq!(late.mail(), in_order.mail());
    for start in [FIRST, SECOND, THIRD] {
        assert_eq!(late.paid(start), in_order.paid(start), "{start}");
    }
}

#[tokio::test]
async fn who_responds_after_the_deadline_is_refused() {
    let world = World::lake_house().await;
    let error = world.confirm_at(FIRST, world.locks_at(FIRST)).await.unwrap_err();
    assert_eq!(code(&error), "statement-locked");
}

#[tokio::test]
async fn a_job_ahead_of_the_clock_locks_and_responses_are_refused_from_then_on() {
    let world = World::lake_house().await;
    world.settle(world.locks_at(FIRST)).await;
    let error = world.confirm_at(FIRST, world.open_at(FIRST)).await.unwrap_err();
    assert_eq!(code(&error), "statement-locked");
    assert_eq!(world.shown(SECOND, world.open_at(FIRST)).await.lifecycle, Lifecycle::Current);
}

#[tokio::test]
async fn a_future_statement_is_a_forecast_that_nobody_can_confirm() {
    let world = World::lake_house().await;
    let now = world.open_at(FIRST);
    let shown = world.shown(SECOND, now).await;
    assert_eq!((shown.lifecycle, shown.can_respond), (Lifecycle::Future, false));
    let error = world.confirm_at(SECOND, now).await.unwrap_err();
    assert_eq!(code(&error), "statement-not-open");
}

#[tokio::test]
async fn who_read_other_items_is_told_and_nothing_is_recorded() {
    let mut world = World::lake_house().await;
    let now = world.open_at(FIRST);
    let read = world.shown(FIRST, now).await.digest;
    world.change("164628", |cpli| cpli.end_date = Some(day("2022-09-20"))).await;
    let before = world.state();
    let answer = Answering::Confirm(reply("", &read));
    let error = world.statements.respond(&which(FIRST), answer, now).await.unwrap_err();
    assert_eq!(code(&error), "statement-changed");
    assert_eq!(world.state(), before);
}

#[tokio::test]
async fn of_two_who_respond_at_once_the_second_is_told() {
    let world = World::lake_house().await;
    let record = world.shown(FIRST, world.open_at(FIRST)).await.record;
    world.confirm(FIRST).await.unwrap();
    assert!(world.store.save_response(&record).await.unwrap_err().is_stale());
}

#[tokio::test]
async fn the_statement_of_another_provider_is_not_found() {
    let world = World::lake_house().await;
    let now = world.open_at(FIRST);
    let (other, contract) = (parse("P1002"), parse("C3001"));
    let shown = world.statements.show(&other, &contract, day(FIRST), now).await;
    assert_eq!(code(&shown.unwrap_err()), "not-found");
    let mut which = which(FIRST);
    which.provider_ref = other;
    let answer = Answering::Confirm(reply("", ""));
    let refused = world.statements.respond(&which, answer, now).await;
    assert_eq!(code(&refused.unwrap_err()), "not-found");
    let ours = parse("P1001");
    let shown = world.statements.show(&ours, &contract, day("2022-09-06"), now).await;
    assert_eq!(code(&shown.unwrap_err()), "not-found");
}

#[tokio::test]
async fn a_rejected_statement_is_held_until_its_provider_confirms_it_after_all() {
    let world = World::lake_house().await;
    world.reject(FIRST).await;
    world.settle_period(FIRST).await;
    let now = world.open_at(SECOND);
    let held = world.shown(FIRST, now).await;
    assert_eq!((world.paid(FIRST), world.remitted(FIRST)), (parse("0"), parse("0")));
    assert!(held.can_confirm_outstanding);
    assert_eq!(
        world.subjects(),
        [
            "No payment for 5 September 2022 to 2 October 2022",
            "Payment held because you rejected the statement"
        ]
    );
    let waiting = world.statements.overview(&parse("P1001"), now).await.unwrap();
    let starts: Vec<_> = waiting.iter().map(|it| it.line.period.start_date).collect();
    assert_eq!(starts, [day(FIRST), day(SECOND)]);

    let released = world.confirm_at(FIRST, now).await.unwrap();
    assert!(!released.can_confirm_outstanding);
    let again = world.confirm_at(FIRST, now).await.unwrap_err();
    assert_eq!(code(&again), "nothing-outstanding");
    world.confirm(SECOND).await.unwrap();
    world.settle_period(SECOND).await;
    assert_eq!(world.paid(SECOND), parse("6923.68"));
}

#[tokio::test]
async fn a_queried_line_is_held_and_the_rest_is_paid() {
    let mut council = Council::lake_house();
    let service = council.services[0].clone();
    let other = testing::client("A272434", "Pugsley", "Adams");
    council.cplis.push(testing::cpli("164629", &service, other));
    let world = World::of(council).await;
    world.query_first_line(FIRST).await;
    world.settle_period(FIRST).await;
    assert_eq!(world.paid(FIRST), parse("3461.84"));
    let shown = world.shown(FIRST, world.open_at(SECOND)).await;
    assert_eq!(shown.statement.totals().unwrap().non_payable, parse("3461.84"));
    world.confirm_at(FIRST, world.open_at(SECOND)).await.unwrap();
    world.settle_period(SECOND).await;
    assert_eq!(world.paid(SECOND), parse("10385.52"));
}

#[tokio::test]
async fn after_two_warnings_the_third_unconfirmed_statement_is_held_and_those_after_it() {
    let world = World::lake_house().await;
    for start in [FIRST, SECOND, THIRD, FOURTH] {
        world.settle_period(start).await;
    }
    let paid: Vec<_> =
        [FIRST, SECOND, THIRD, FOURTH].map(|start| world.paid(start).to_string()).into();
    assert_eq!(paid, ["3461.84", "3461.84", "0.00", "0.00"]);
    let told = world.subjects();
    let count = |subject: &str| told.iter().filter(|it| *it == subject).count();
    assert_eq!(count("Statement not confirmed in time"), 2);
    assert_eq!(count("Payment suspended"), 2);

    let now = world.open_at(FIFTH);
    for start in [FIRST, SECOND] {
        let error = world.confirm_at(start, now).await.unwrap_err();
        assert_eq!(code(&error), "nothing-outstanding");
    }
    for start in [THIRD, FOURTH] {
        world.confirm_at(start, now).await.unwrap();
    }
    world.settle_period(FIFTH).await;
    assert_eq!(world.paid(FIFTH), parse("10385.52"));
    assert_eq!(world.shown(FIFTH, now).await.unconfirmed_in_a_row, 1);
}

#[tokio::test]
async fn a_statement_that_changes_after_the_response_is_unconfirmed_again_and_its_provider_told_once()
 {
    let mut world = World::lake_house().await;
    let now = world.open_at(FIRST);
    world.confirm(FIRST).await.unwrap();
    assert_eq!(world.watch(now).await, []);
    world.change("164628", |cpli| cpli.end_date = Some(day("2022-09-20"))).await;
    let shown = world.shown(FIRST, now).await;
    assert!(shown.record.response.is_unconfirmed(), "before the job came by");
    assert_eq!(world.watch(now).await.len(), 1);
    assert_eq!(world.watch(now).await, []);
    assert_eq!(world.subjects(), ["A statement changed after you responded"]);
    world.confirm(FIRST).await.unwrap();
    world.settle_period(FIRST).await;
    assert_eq!(world.paid(FIRST), parse("1978.19"));
}

#[tokio::test]
async fn a_response_to_items_that_changed_before_the_lock_counts_as_none() {
    let mut world = World::lake_house().await;
    world.reject(FIRST).await;
    world.change("164628", |cpli| cpli.end_date = Some(day("2022-09-20"))).await;
    world.settle_period(FIRST).await;
    assert_eq!(world.paid(FIRST), parse("1978.19"), "unconfirmed, not rejected");
    let told = world.subjects();
    assert!(told.contains(&"A statement changed before it was locked".to_owned()), "{told:?}");
}

#[tokio::test]
async fn who_has_not_responded_is_reminded_once_when_the_deadline_comes_near() {
    let world = World::lake_house().await;
    let watch = async |time: &str| world.watch(at(time)).await.len();
    assert_eq!(watch("2022-09-26T15:59:00Z").await, 0);
    assert_eq!(watch("2022-09-26T16:00:00Z").await, 1);
    assert_eq!(watch("2022-09-27T09:00:00Z").await, 0);
    assert_eq!(world.subjects(), ["Statement to confirm by 5pm on 29 September 2022"]);
}

#[tokio::test]
async fn who_has_responded_is_not_reminded() {
    let world = World::lake_house().await;
    world.confirm(FIRST).await.unwrap();
    let near = at("2022-09-27T09:00:00Z");
    assert_eq!(world.watch(near).await, []);
}

#[tokio::test]
async fn a_statement_without_items_is_finalised_at_nothing_and_nobody_is_bothered() {
    let mut council = Council::lake_house();
    council.cplis.clear();
    let world = World::of(council).await;
    for start in [FIRST, SECOND, THIRD] {
        world.settle_period(start).await;
    }
    assert_eq!(world.mail(), Vec::<String>::new());
    assert_eq!(world.paid(THIRD), parse("0"));
    let near = at("2022-12-20T16:00:00Z");
    assert_eq!(world.watch(near).await, []);
}

#[tokio::test]
async fn a_contract_without_confirmation_is_paid_without() {
    let mut council = Council::lake_house();
    council.contracts[0].confirmation = domain::facts::Confirmation::NotRequired;
    let world = World::of(council).await;
    let shown = world.shown(FIRST, world.open_at(FIRST)).await;
    assert_eq!((shown.record.response, shown.can_respond), (Response::NotRequired, false));
    for start in [FIRST, SECOND, THIRD, FOURTH] {
        world.settle_period(start).await;
    }
    assert_eq!(world.paid(FOURTH), parse("3461.84"));
    assert_eq!(world.mail().len(), 4, "payments only");
}

#[tokio::test]
async fn a_contract_that_is_paid_by_actuals_is_asked_nothing_and_locks_when_it_is_sent_for_payment()
{
    let mut council = Council::lake_house();
    council.contracts.truncate(1);
    council.contracts[0].payment_method = domain::facts::PaymentMethod::Actuals;
    let world = World::of(council).await;
    let open = world.shown(FIRST, world.open_at(FIRST)).await;
    assert_eq!((open.record.response, open.can_respond), (Response::NotRequired, false));
    assert_eq!(world.statements.due(world.locks_at(FIRST)).await.unwrap(), []);
    let settled = world.settle(world.finalised_at(FIRST)).await;
    assert_eq!((settled.locked, settled.finalised), (vec![day(FIRST)], vec![day(FIRST)]));
    assert_eq!(world.paid(FIRST), Money::ZERO, "nothing is paid by plan");
    assert_eq!(world.mail(), Vec::<String>::new());
}

#[tokio::test]
async fn a_contract_that_goes_over_to_another_cycle_goes_on_where_it_was() {
    let mut world = World::lake_house().await;
    world.confirm(FIRST).await.unwrap();
    world.settle(world.locks_at(FIRST)).await;
    world.council.contracts[0].cycle_ref = parse("OTHER");
    let other = |start: &str| period("OTHER", day(start));
    world.council.periods.extend([other("2022-09-26"), other("2022-10-24")]);
    let before = world.store.progress(&parse("28DAY"), &parse("C3001")).await.unwrap().unwrap();
    world.council.save(&world.store).await;
    let moved = before.under(&world.council.contracts[0]);
    let there = world.store.progress(&parse("OTHER"), &parse("C3001")).await.unwrap().unwrap();
    let moved = store::Progress { version: there.version, ..moved };
    world.store.seed(vec![store::Store::progress_action(&moved)]).await.unwrap();

    let due = world.statements.due(world.finalised_at(FIRST)).await.unwrap();
    assert!(due.contains(&lake_house()));
    let settled = world.settle(at("2022-12-31T12:00:00Z")).await;
    assert_eq!(settled.finalised, [day(FIRST), day("2022-10-24")]);
    let (provider, contract, now) = (parse("P1001"), parse("C3001"), at("2022-12-31T12:00:00Z"));
    let listed = world.statements.periods(&provider, &contract, now).await.unwrap();
    let starts: Vec<_> = listed.periods.iter().map(|it| it.period.start_date).collect();
    assert_eq!(starts, [day(FIRST), day("2022-10-24")], "no day twice");
}

#[tokio::test]
async fn however_many_are_told_of_voids_the_contracts_own_provider_is_told_of_its_payment() {
    let mut council = Council::lake_house();
    council.providers.push(testing::provider("P0001", "Void ledger"));
    council.contacts.extend((0..store::EMAILS_MAX).map(|n| domain::facts::Contact {
        contact_ref: parse(&format!("K{n}")),
        ..payments_contact("P0001", &format!("void{n}@council.example"))
    }));
    council.services[0].purchase = domain::facts::Purchase::Block;
    let mut capacity = testing::capacity(&council.services[0], day(FIRST));
    capacity.void_provider_ref = Some(parse("P0001"));
    council.capacities.push(capacity);
    let world = World::of(council).await;
    world.confirm(FIRST).await.unwrap();
    world.settle_period(FIRST).await;
    let mail = world.mail();
    assert_eq!(mail.len(), store::EMAILS_MAX - 1, "there is the news of two payees");
    assert!(mail.iter().any(|it| it.starts_with("ada@lakehouse.example: ")), "{mail:?}");
}

#[tokio::test]
async fn a_provider_of_voids_sees_and_is_told_only_what_it_is_paid() {
    let mut council = Council::lake_house();
    council.providers.push(testing::provider("P9001", "Void ledger"));
    council.contacts.push(payments_contact("P9001", "void@council.example"));
    council.services[0].purchase = domain::facts::Purchase::Block;
    let mut capacity = testing::capacity(&council.services[0], day(FIRST));
    capacity.void_provider_ref = Some(parse("P9001"));
    council.capacities.push(capacity);
    let world = World::of(council).await;
    let (void, contract) = (parse("P9001"), parse("C3001"));
    let now = world.open_at(FIRST);
    let seen = world.statements.show(&void, &contract, day(FIRST), now).await.unwrap();
    assert!(seen.statement.items.iter().all(|item| item.payee == void));
    assert!(!seen.can_respond);
    world.confirm(FIRST).await.unwrap();
    world.settle_period(FIRST).await;
    assert!(world.news().iter().any(|it| it.ends_with(" P9001 statement_finalised")));
    let (_, finalised) = world.statements.finalised(&void, &contract, day(FIRST)).await.unwrap();
    let (_, all) =
        world.statements.finalised(&parse("P1001"), &contract, day(FIRST)).await.unwrap();
    assert_eq!(world.paid(FIRST), all.totals.payable);
    let voids = seen.statement.totals().unwrap().payable;
    assert_eq!(finalised.totals.payable, voids);
    let theirs = world.statements.show(&void, &contract, day(FIRST), now).await.unwrap();
    assert_eq!(
        theirs.record.response.answer().unwrap().by,
        "",
        "who answered is not theirs to know"
    );
    let voids = voids.for_people();
    let told = format!("void@council.example: Payment of {voids} on 3 October 2022");
    assert!(world.mail().contains(&told), "{:?}", world.mail());
    let own = "Payment of £3,461.84 on 3 October 2022";
    assert!(
        world.subjects().iter().any(|it| it == own),
        "nobody is told that others' voids come to them"
    );
    assert_eq!(world.statements.contracts(&void).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_contract_that_goes_over_to_actuals_is_still_paid_what_was_locked() {
    let mut world = World::lake_house().await;
    world.settle(world.locks_at(FIRST)).await;
    let contract = &mut world.council.contracts[0];
    contract.payment_method = domain::facts::PaymentMethod::Actuals;
    let key = Key::contract(&contract.provider_ref, &contract.contract_ref);
    let progress = world.store.progress(&contract.cycle_ref, &contract.contract_ref);
    let progress = progress.await.unwrap().unwrap().under(contract);
    let put = Action::put(key, &*contract);
    world.store.seed(vec![put, store::Store::progress_action(&progress)]).await.unwrap();
    let now = world.finalised_at(SECOND);
    assert!(world.statements.due(now).await.unwrap().contains(&lake_house()));
    assert_eq!(world.settle(now).await.finalised, [day(FIRST), day(SECOND)]);
    assert!(!world.statements.due(now).await.unwrap().contains(&lake_house()));
}

#[tokio::test]
async fn a_period_finalised_for_some_of_a_providers_contracts_is_partially_finalised() {
    let mut council = Council::lake_house();
    council.contracts.push(testing::contract("C3009", "P1001", "Lake House day care"));
    let world = World::of(council).await;
    world.settle_period(FIRST).await;
    let now = world.open_at(SECOND);
    for contract in ["C3001", "C3009"] {
        let listed =
            world.statements.periods(&parse("P1001"), &parse(contract), now).await.unwrap();
        let partial: Vec<_> = listed.periods.iter().map(|it| it.partially_finalised).collect();
        assert_eq!(partial[..3], [true, false, false], "{contract}");
    }
}

#[tokio::test]
async fn what_happens_to_a_statement_is_told_once_by_the_daily_email_of_its_day() {
    let world = World::lake_house().await;
    for time in ["2022-09-05T00:15:00Z", "2022-09-05T00:30:00Z", "2022-09-18T22:45:00Z"] {
        world.watch(at(time)).await;
        assert_eq!(world.news(), ["2022-09-05 P1001 statement_opened"], "{time}");
    }
    world.confirm(FIRST).await.unwrap();
    world.settle_period(FIRST).await;
    let news = world.news();
    let told = [
        "2022-09-05 P1001 statement_opened",
        "2022-09-29 P1001 statement_locked",
        "2022-09-30 P1001 statement_finalised",
    ];
    assert_eq!(news, told);
    world.settle(world.finalised_at(FIRST)).await;
    assert_eq!(world.news(), told);
}

#[tokio::test]
async fn a_statement_that_nobody_was_told_of_when_it_opened_is_told_once_there_is_something_in_it()
{
    let mut council = Council::lake_house();
    council.cplis.retain(|cpli| cpli.contract_ref != parse("C3001"));
    let world = World::of(council).await;
    world.watch(at("2022-09-05T09:00:00Z")).await;
    assert_eq!(world.news(), Vec::<String>::new());
    let council = Council::lake_house();
    let cpli = council.cplis.iter().find(|it| it.contract_ref == parse("C3001")).unwrap();
    let key = Key::cpli(&parse("P1001"), &cpli.contract_ref, &cpli.cpli_id);
    world.store.seed(vec![Action::put(key, cpli).if_version(0)]).await.unwrap();
    world.watch(at("2022-09-07T09:00:00Z")).await;
    assert_eq!(world.news(), ["2022-09-05 P1001 statement_opened"]);
}

#[tokio::test]
async fn a_statement_that_changes_after_two_responses_on_one_day_is_told_twice() {
    let mut world = World::lake_house().await;
    let now = world.open_at(FIRST);
    for (minutes, day) in [(0, "2022-09-25"), (5, "2022-09-23")] {
        let now = Now::at(now.instant + TimeDelta::minutes(minutes));
        world.confirm_at(FIRST, now).await.unwrap();
        world.change("164628", |cpli| cpli.end_date = Some(testing::day(day))).await;
        assert_eq!(world.watch(now).await.len(), 1);
        assert_eq!(world.watch(now).await.len(), 0);
    }
    let changed = world.news().into_iter().filter(|it| it.ends_with(" statement_changed"));
    assert_eq!(changed.count(), 2);
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_payments_at_once_is_told_by_the_daily_email_alone() {
    let world = World::lake_house().await;
    let daily = [Subscription::DailyScheduledPayments].into();
    let ada = parse("ada@lakehouse.example");
    world.store.choose_subscriptions(&ada, daily).await.unwrap();
    world.watch(at("2022-09-27T09:00:00Z")).await;
    world.settle_period(FIRST).await;
    assert_eq!(world.mail(), Vec::<String>::new());
    assert_eq!(world.news().len(), 2);
}
