//! Twenty years of firings: every job happens once, at the hour that London's clocks show.
//!
//! What the clocks show is worked out here a second time, from the law alone: summer time lasts from one o'clock UTC
//! on the last Sunday of March until one o'clock UTC on the last Sunday of October.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};
use domain::clock::{Now, last_day_told, london_date, london_instant};
use domain::facts::Contact;
use domain::permission::Role;
use store::Store;
use testing::{Council, day, parse};

use crate::dice::Dice;
use crate::model::after;
use crate::worker::{Function, Parts, done};

const FIRST: &str = "2024-01-01";
const LAST: &str = "2044-12-31";

/// A rule fires so often.
const FIRES: TimeDelta = TimeDelta::minutes(15);

/// The last Sunday of a month of 31 days.
fn last_sunday(year: i32, month: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
    last.iter_days().rev().find(|day| day.weekday() == Weekday::Sun).unwrap()
}

/// Both changes of the clocks of a year, in UTC.
fn changes(year: i32) -> [DateTime<Utc>; 2] {
    [3, 10].map(|month| last_sunday(year, month).and_hms_opt(1, 0, 0).unwrap().and_utc())
}

/// What London's clocks show.
fn in_london(instant: DateTime<Utc>) -> NaiveDateTime {
    let [forward, back] = changes(instant.year());
    let is_summer = forward <= instant && instant < back;
    (instant + TimeDelta::hours(i64::from(is_summer))).naive_utc()
}

/// All periods of 28 days that begin in the twenty-one years, Monday to Sunday.
fn periods() -> Vec<NaiveDate> {
    let last = day(LAST);
    std::iter::successors(Some(day(FIRST)), |start| Some(after(*start, 28)))
        .take_while(|start| *start <= last)
        .collect()
}

/// A home whose only period begins on `start`.
fn home(start: NaiveDate) -> Parts {
    let mut council = Council::lake_house();
    council.providers.truncate(1);
    council.services.truncate(1);
    council.cplis.truncate(1);
    council.contracts.truncate(1);
    council.contracts[0].portal_from = start;
    council.periods = vec![testing::period("28DAY", start)];
    council.contacts.push(Contact {
        contact_ref: parse("K1"),
        provider_ref: parse("P1001"),
        forename: "Ada".to_owned(),
        surname: "Brome".to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some("ada@lakehouse.example".to_owned()),
        roles: vec![Role::Payments],
    });
    let store = Store::in_memory();
    done(council.save(&store));
    Parts::over(store)
}

/// Both rules fire, and all that they lead to is done.
fn fire(parts: &Parts, at: DateTime<Utc>) {
    for function in [Function::Finalise, Function::DailyJobs] {
        assert!(parts.tell_time(function, at));
    }
    for message in parts.payments.take() {
        assert!(parts.wake(Function::Finalise, &[message], at).is_empty());
    }
    // What tells of a payment comes back as emails.
    let mut mail = parts.mail_queue.take();
    while !mail.is_empty() {
        for message in mail {
            assert!(parts.wake(Function::SendEmail, &[message], at).is_empty());
        }
        mail = parts.mail_queue.take();
    }
}

/// What has happened of one period: opened, warned, locked, finalised, told of the payment.
fn happened(parts: &Parts, start: NaiveDate) -> [usize; 5] {
    let record =
        done(parts.store.statement_record(&parse("P1001"), &parse("C3001"), start)).unwrap();
    let sent = parts.mail.sent();
    let about = |words: &str| sent.iter().filter(|email| email.subject.contains(words)).count();
    let opened = parts.store.dump().unwrap();
    let opened = opened.iter().filter(|(key, record)| {
        key.starts_with("NEWS#") && record["happening"] == "statement_opened"
    });
    let locked = record.as_ref().is_some_and(|it| it.locked.is_some());
    let finalised = record.as_ref().is_some_and(|it| it.finalised.is_some());
    let warned = about("Statement to confirm by");
    [opened.count(), warned, locked.into(), finalised.into(), about("Payment of")]
}

/// Fires around an instant, with the misses and repetitions of the dice: nothing happens before it, and what happens
/// does so once, with the first firing that comes through.
fn fires_around(parts: &Parts, due: DateTime<Utc>, dice: &mut Dice, seen: impl Fn(DateTime<Utc>)) {
    let first = due - TimeDelta::minutes(30) + dice.seconds(900);
    for number in 0..5 {
        let at = first + FIRES * number;
        let last = number == 4;
        if !last && at >= due && dice.one_in(4) {
            continue;
        }
        fire(parts, at);
        if dice.one_in(3) {
            fire(parts, at);
        }
        seen(at);
    }
}

fn try_periods(part: usize) {
    for (number, start) in
        periods().into_iter().enumerate().filter(|(number, _)| number % 2 == part)
    {
        let parts = home(start);
        let mut dice = Dice::new(u64::try_from(number).unwrap());
        let local = |days, hour| after(start, days).and_hms_opt(hour, 0, 0).unwrap();
        let period = testing::period("28DAY", start);
        assert_eq!(in_london(period.confirm_by), local(24, 17));
        assert_eq!(in_london(period.finalise_at), local(25, 9));
        let opens = london_instant(local(0, 0));
        assert_eq!(in_london(opens), local(0, 0));
        let warns = period.confirm_by - TimeDelta::days(3);
        let steps = [
            (opens, [1, 0, 0, 0, 0]),
            (warns, [1, 1, 0, 0, 0]),
            (period.confirm_by, [1, 1, 1, 0, 0]),
            (period.finalise_at, [1, 1, 1, 1, 1]),
        ];
        let mut before = [0; 5];
        for (due, then) in steps {
            fires_around(&parts, due, &mut dice, |at| {
                let expected = if at < due { before } else { then };
                assert_eq!(happened(&parts, start), expected, "{start}: {at}, due {due}");
            });
            before = then;
        }
    }
}

#[test]
fn every_other_period_is_opened_warned_locked_and_finalised_once_at_its_time() {
    try_periods(0);
}

#[test]
fn the_other_half_of_the_periods_is_too() {
    try_periods(1);
}

#[test]
fn the_daily_email_of_every_day_is_due_once_from_seven_o_clock_in_london() {
    let (mut at, end) = (day(FIRST).and_hms_opt(9, 7, 0).unwrap().and_utc(), day(LAST));
    let mut told = last_day_told(at, 7).unwrap();
    while at.date_naive() < end {
        at += FIRES;
        let local = in_london(at);
        let now = last_day_told(at, 7).unwrap();
        let first_after_seven = local.hour() == 7 && local.minute() < 15;
        assert_eq!(now != told, first_after_seven, "{at}");
        if now != told {
            assert_eq!((now, told), (local.date().pred_opt().unwrap(), day_before(now)), "{at}");
        }
        told = now;
    }
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap()
}

#[test]
fn what_the_clocks_of_london_show_is_as_the_law_says_at_every_quarter_of_an_hour() {
    let (mut at, end) = (day(FIRST).and_hms_opt(0, 0, 0).unwrap().and_utc(), day(LAST));
    while at.date_naive() < end {
        let local = in_london(at);
        assert_eq!(london_date(at), local.date(), "{at}");
        let back = london_instant(local);
        // In the hour that comes twice the first is meant.
        let twice = changes(at.year())[1];
        let second = twice <= at && at < twice + TimeDelta::hours(1);
        assert_eq!(back, if second { at - TimeDelta::hours(1) } else { at }, "{local}");
        at += FIRES;
    }
    for year in 2024..=2044 {
        let skipped = last_sunday(year, 3).and_hms_opt(1, 30, 0).unwrap();
        let meant = london_instant(skipped);
        assert_eq!(in_london(meant), skipped + TimeDelta::hours(1), "an hour later, never earlier");
    }
}

#[test]
fn every_day_around_a_change_of_the_clocks_is_sealed_once_after_its_midnight_in_london() {
    for change in (2024..=2044).flat_map(changes) {
        let parts = Parts::empty();
        let (mut at, mut sealed) = (change - TimeDelta::hours(30), Vec::new());
        while at < change + TimeDelta::hours(50) {
            // Every firing comes twice.
            for _ in 0..2 {
                let seal = done(parts.trail().seal(Now::at(at))).unwrap();
                sealed.extend(seal.map(|seal| (seal.date, in_london(at))));
            }
            at += FIRES;
        }
        let first = sealed[0].0;
        for (number, (date, local)) in (0_u64..).zip(&sealed) {
            assert_eq!(*date, after(first, number), "no day is skipped or sealed twice");
            let fresh = number == 0 || (local.hour() == 0 && local.minute() < 15);
            assert!(fresh && local.date() == after(*date, 1), "{date} was sealed at {local}");
        }
        assert!((3..=5).contains(&sealed.len()), "{change}: {sealed:?}");
    }
}
