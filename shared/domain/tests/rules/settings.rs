//! Settings that change on days: what holds on a day, whatever the order in which it was said.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::feed::Outcome;
use domain::setting_changes::{SettingChange, SettingChanges};
use domain::settings::Settings;
use proptest::prelude::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + Days::new(n)
}

/// Said on one day, in its file of that `second`, for `ahead` days later.
fn said(told_day: u64, second: u64, ahead: u64, value: Option<u64>) -> SettingChange {
    let told = format!("{}T0900{second:02}", day(told_day).format("%Y%m%d"));
    SettingChange {
        setting: "lockout_tries".to_owned(),
        value: value.map(Into::into),
        from_date: day(told_day + ahead),
        told: told.parse().unwrap(),
        withdrawn: value.is_none(),
        reason: String::new(),
        made_by: Vec::new(),
        change_ref: None,
    }
}

fn tries(changes: &SettingChanges, n: u64) -> u32 {
    changes.on(day(n)).lockout_tries
}

fn all(changes: impl IntoIterator<Item = SettingChange>) -> SettingChanges {
    let mut told = SettingChanges::default();
    for change in changes {
        told.tell(change);
    }
    told
}

/// One said each second; a value of none withdraws what was to come on that day.
fn some_changes() -> impl Strategy<Value = Vec<SettingChange>> {
    let one = (0_u64..12, 0_u64..5, prop::option::weighted(0.8, 1_u64..4));
    prop::collection::vec(one, 0..40).prop_map(|all| {
        let all = all.into_iter().enumerate().map(|(second, (told, ahead, value))| {
            let ahead = if value.is_none() { ahead.max(1) } else { ahead };
            said(told, second.try_into().unwrap(), ahead, value)
        });
        all.collect()
    })
}

/// The same by the rule's own words: of each day the last that was said for it, unless that withdraws it; then the
/// latest day.
fn by_the_rule(changes: &[SettingChange], on: NaiveDate) -> u64 {
    let mut days: BTreeMap<NaiveDate, &SettingChange> = BTreeMap::new();
    for change in changes.iter().filter(|it| it.from_date <= on) {
        let last = days.entry(change.from_date).or_insert(change);
        if change.told > last.told {
            *last = change;
        }
    }
    let mut values = days.into_values().rev().filter(|it| !it.withdrawn);
    values.find_map(|it| it.value.as_ref()?.as_u64()).unwrap_or(5)
}

proptest! {
    #[test]
    fn a_setting_is_what_was_said_last_for_the_latest_day_in_whatever_order_it_arrived(
        changes in some_changes(),
        shuffled in Just(()).prop_perturb(|(), random| random),
    ) {
        let mut other = changes.clone();
        let mut random = shuffled;
        for at in (1..other.len()).rev() {
            other.swap(at, random.random_range(0..=at));
        }
        let last = changes.iter().map(|it| it.told.date()).max().unwrap_or(day(0));
        let (one, other) = (all(changes.clone()), all(other));
        for on in last.iter_days().take(20) {
            let value = u64::from(one.on(on).lockout_tries);
            prop_assert_eq!(value, by_the_rule(&changes, on));
            prop_assert_eq!(value, u64::from(other.on(on).lockout_tries));
        }
    }

    #[test]
    fn the_same_said_again_changes_nothing(changes in some_changes()) {
        let mut told = all(changes.clone());
        let before = told.clone();
        let kept: Vec<_> = changes.into_iter().filter(|it| before.history(&it.setting).iter().any(|kept| kept.change == it)).collect();
        for change in kept {
            prop_assert_eq!(told.tell(change), Outcome::Unchanged);
        }
        prop_assert_eq!(told, before);
    }
}

#[test]
fn a_change_holds_from_its_first_day_and_the_days_before_stay_as_they_were() {
    let changes = all([said(0, 0, 0, Some(7)), said(1, 0, 9, Some(3))]);
    let held: Vec<u32> = [0, 1, 9, 10, 11].map(|it| tries(&changes, it)).into();
    assert_eq!(held, [7, 7, 7, 3, 3]);
    let coming = changes.coming("lockout_tries", day(1));
    assert_eq!(coming.iter().map(|it| it.from_date).collect::<Vec<_>>(), [day(10)]);
    assert!(changes.coming("lockout_tries", day(10)).is_empty());
}

#[test]
fn a_coming_change_that_is_withdrawn_never_holds_and_both_are_in_the_history() {
    let mut changes = all([said(0, 0, 0, Some(7)), said(1, 0, 9, Some(3))]);
    assert_eq!(changes.tell(said(2, 0, 8, None)), Outcome::Changed);
    assert_eq!(tries(&changes, 30), 7);
    assert!(changes.coming("lockout_tries", day(2)).is_empty());
    let history = changes.history("lockout_tries");
    let told: Vec<_> = history
        .iter()
        .map(|it| (it.change.withdrawn, it.before.as_u64(), it.after.as_u64()))
        .collect();
    let wanted = [(true, Some(3), Some(7)), (false, Some(7), Some(3)), (false, Some(5), Some(7))];
    assert_eq!(told, wanted);
}

#[test]
fn what_an_older_file_says_of_days_that_have_passed_is_too_old() {
    let mut changes = all([said(5, 0, 0, Some(7))]);
    assert_eq!(changes.tell(said(3, 0, 0, Some(9))), Outcome::Superseded);
    assert_eq!(tries(&changes, 5), 7);
    assert_eq!(changes.tell(said(4, 0, 10, Some(9))), Outcome::Changed);
    assert_eq!((tries(&changes, 13), tries(&changes, 14)), (7, 9));
}

#[test]
fn a_request_that_comes_twice_is_one_change() {
    let request =
        |second| SettingChange { change_ref: Some("a1".to_owned()), ..said(0, second, 0, Some(7)) };
    let mut changes = all([request(0), said(1, 0, 0, Some(8))]);
    assert_eq!(changes.tell(request(30)), Outcome::Unchanged);
    assert_eq!(tries(&changes, 1), 8);
    assert!(changes.has("a1"));
}

#[test]
fn a_file_that_says_the_same_every_day_does_not_fill_the_history() {
    let changes = all((0..60).map(|n| said(n, 0, 0, Some(7))));
    assert_eq!(changes.history("lockout_tries").len(), 1);
    assert_eq!(changes.holding("lockout_tries", day(90)).unwrap().from_date, day(59));
    assert!(serde_json::to_string(&changes).unwrap().len() < 2_500);
}

#[test]
fn a_day_that_comes_late_takes_nothing_back() {
    let mut changes = all([said(0, 0, 5, Some(7))]);
    assert_eq!(changes.brought_to(day(4)).lockout_tries, 5);
    assert_eq!(changes.brought_to(day(5)).lockout_tries, 7);
    assert_eq!(changes.brought_to(day(4)).lockout_tries, 7);
}

#[test]
fn what_held_before_anything_was_said_holds_until_then() {
    let base = Settings { lockout_tries: 9, ..Settings::default() };
    let mut changes = SettingChanges::over(base);
    assert_eq!((tries(&changes, 0), changes.settings().len()), (9, 0));
    assert_eq!(changes.tell(said(1, 0, 0, Some(3))), Outcome::New);
    assert_eq!(changes.tell(said(2, 0, 0, Some(4))), Outcome::Changed);
    assert_eq!([0, 1, 2].map(|n| tries(&changes, n)), [9, 3, 4]);
    assert_eq!(changes.settings(), ["lockout_tries"].into());
    assert!(changes.says_already(&said(3, 0, 0, Some(4))));
    assert!(!changes.says_already(&said(3, 0, 0, Some(5))));
}

#[test]
fn a_request_is_known_by_its_own_name() {
    let change = SettingChange { change_ref: Some("one".to_owned()), ..said(1, 0, 0, Some(3)) };
    let changes = all([change, said(2, 0, 0, Some(4))]);
    assert!(changes.has("one") && !changes.has("two"));
}

#[test]
fn what_is_said_anew_each_day_is_kept_for_each_day() {
    let changes = all([said(1, 0, 0, Some(3)), said(2, 0, 0, Some(4)), said(3, 0, 0, Some(5))]);
    assert_eq!([1, 2, 3].map(|n| tries(&changes, n)), [3, 4, 5]);
    assert_eq!(changes.history("lockout_tries").len(), 3);
}

#[test]
fn of_very_many_changes_the_oldest_that_holds_no_more_is_left_out() {
    let other = |value: u64, ahead| SettingChange {
        setting: "action_due_days".to_owned(),
        ..said(0, 0, ahead, Some(value))
    };
    let later = SettingChange { told: said(0, 1, 0, None).told, ..other(9, 5_000) };
    let daily = (1..=1_000).map(|n| SettingChange {
        setting: format!("x{}", n % 10),
        ..said(n, 0, 0, Some(u64::from(n % 20 < 10)))
    });
    let changes = all([other(8, 0), later].into_iter().chain(daily));
    assert_eq!(changes.on(day(1)).actions.action_due_days, 8);
    assert_eq!(changes.on(day(5_000)).actions.action_due_days, 9);
    let first = |setting: &str| {
        let history = changes.history(setting);
        (history.len(), history.last().unwrap().change.from_date)
    };
    assert_eq!([first("x1"), first("x2")], [(99, day(11)), (99, day(12))]);
    assert_eq!([first("x3"), first("x0")], [(100, day(3)), (100, day(10))]);
}
