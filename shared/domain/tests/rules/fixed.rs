//! What may not change any more once something was locked or recorded, and from when a change counts.

use domain::changes::{self, Begun};
use domain::facts::{Contract, PaymentMethod, PricePer, Purchase, Service, Unit, VatCategory};
use domain::remittance_note::{CannotNote, NoteAbout, NoteWithdrawal, WITHDRAWAL_LENGTH_MAX};
use domain::schedule::{CannotSchedule, REASON_LENGTH_MAX, Schedule, ScheduleStep};
use testing::{contract, day, instant, parse, service};

fn changed<T: Clone>(it: &T, change: impl FnOnce(&mut T)) -> T {
    let mut new = it.clone();
    change(&mut new);
    new
}

const BEGUN: [Begun; 4] = [
    Begun { locked: false, recorded: false },
    Begun { locked: true, recorded: false },
    Begun { locked: false, recorded: true },
    Begun { locked: true, recorded: true },
];

#[test]
fn what_was_locked_or_recorded_fixes_how_a_contract_is_paid() {
    let old = contract("C1", "P1", "Lake House");
    let fixes = |change: fn(&mut Contract)| {
        BEGUN.map(|begun| begun.fixes_of_contract(&old, &changed(&old, change)))
    };
    let column = "payment_method";
    assert_eq!(
        fixes(|it| it.payment_method = PaymentMethod::Actuals),
        [None, Some(column), Some(column), Some(column)]
    );
    let recorded = |column| [None, None, Some(column), Some(column)];
    assert_eq!(fixes(|it| it.cycle_ref = parse("OTHER")), recorded("cycle_ref"));
    assert_eq!(fixes(|it| it.portal_from = day("2022-10-03")), recorded("portal_from"));
    assert_eq!(fixes(|it| it.vat = VatCategory::Standard), recorded("vat"));
    assert_eq!(fixes(|it| it.grace_days = 3), [None; 4]);
    assert_eq!(fixes(|_| {}), [None; 4]);
}

#[test]
fn what_was_locked_or_recorded_fixes_how_a_service_is_priced() {
    let contract = contract("C1", "P1", "Lake House");
    let old = service("S1", "C1", "Lake House");
    let by_unit = changed(&old, |it| it.price_per = PricePer::Unit);
    let fixes = |old: &Service, new: &Service| {
        BEGUN.map(|begun| begun.fixes_of_service(&contract, old, new))
    };
    let price = Some("price_per");
    assert_eq!(fixes(&old, &by_unit), [None, price, price, price]);
    assert_eq!(fixes(&by_unit, &old), [None, price, price, price]);
    assert_eq!(fixes(&old, &changed(&old, |it| it.price_per = PricePer::Day)), [None; 4]);
    let week = Some("week_starts");
    let other_week = |it: &Service| changed(it, |it| it.week_starts = 3);
    assert_eq!(fixes(&by_unit, &other_week(&by_unit)), [None, None, week, week]);
    assert_eq!(fixes(&old, &other_week(&old)), [None; 4]);
    assert_eq!(fixes(&by_unit, &by_unit), [None; 4]);
}

#[test]
fn a_service_that_is_paid_otherwise_affects_all_that_the_portal_pays() {
    let contract = contract("C1", "P1", "Lake House");
    let old = service("S1", "C1", "Lake House");
    let from = |new: &Service| changes::service(Some(&old), new, &contract);
    for new in [
        changed(&old, |it| it.end_day_paid = false),
        changed(&old, |it| it.price_per = PricePer::Day),
        changed(&old, |it| it.unit = Unit::Hour),
        changed(&old, |it| it.purchase = Purchase::Block),
    ] {
        assert_eq!(from(&new), Some(contract.portal_from));
    }
    assert_eq!(from(&old), None);
    assert_eq!(from(&changed(&old, |it| it.extras = true)), None);
    assert_eq!(changes::service(None, &old, &contract), None);
}

#[test]
fn whoever_pauses_a_schedule_says_why_in_so_many_characters() {
    let step = |reason: &str| ScheduleStep {
        paused: true,
        reason: reason.to_owned(),
        by: parse("ST1"),
        name: "Connie Figg".to_owned(),
        at: instant("2026-06-01T09:00:00Z"),
    };
    let with = |reason: &str| Schedule::new(parse("28DAY")).with(step(reason));
    let most = "x".repeat(REASON_LENGTH_MAX);
    assert_eq!(with(&format!(" {most} ")).unwrap().paused().unwrap().reason, most);
    assert_eq!(with(&format!("{most}x")).unwrap_err(), CannotSchedule::ReasonTooLong);
    assert_eq!(with(" ").unwrap_err(), CannotSchedule::ReasonRequired);
}

#[test]
fn whoever_takes_a_note_back_says_why_in_so_many_characters() {
    let because = |reason: &str| {
        let withdrawal = NoteWithdrawal {
            id: "N1".to_owned(),
            reason: reason.to_owned(),
            by: parse("ST1"),
            name: "Connie Figg".to_owned(),
            at: instant("2026-06-01T09:00:00Z"),
        };
        withdrawal.because().map(|it| it.reason)
    };
    let most = "x".repeat(WITHDRAWAL_LENGTH_MAX);
    assert_eq!(because(&format!("  {most}\n")), Ok(most.clone()));
    assert_eq!(because(&format!("{most}x")), Err(CannotNote::ReasonTooLong));
    assert_eq!(because(" \n"), Err(CannotNote::ReasonRequired));
    let own = NoteAbout::Provider { provider_ref: parse("P1") };
    assert_eq!(own.provider(), Some(&parse("P1")));
    assert_eq!(NoteAbout::Cycle { cycle_ref: parse("28DAY") }.provider(), None);
}
