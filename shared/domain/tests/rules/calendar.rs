//! A provider's calendar.

use domain::deadlines::{Found, When, deadlines};
use domain::facts::PaymentMethod;
use testing::{Council, at, day};

fn lake_house() -> Found {
    let council = Council::lake_house();
    let contracts = council.contracts.iter().filter(|it| it.provider_ref.as_str() == "P1001");
    let by_day = council.periods.iter().map(|it| (it.start_date, it.clone())).collect();
    Found {
        contracts: contracts.cloned().collect(),
        periods: [("28DAY".parse().unwrap(), by_day)].into(),
        ..Found::default()
    }
}

fn ids(found: &Found, now: &str) -> Vec<String> {
    deadlines(found, at(now)).into_iter().map(|it| it.id).collect()
}

#[test]
fn a_contract_is_in_the_calendar_from_its_first_day_on_the_portal() {
    let mut found = lake_house();
    found.contracts[0].portal_from = day("2022-10-31");
    assert!(ids(&found, "2022-10-30T22:00:00Z").is_empty());
    let ids = ids(&found, "2022-10-31T09:00:00Z");
    assert!(ids.contains(&"confirm-C3001-2022-10-31".to_owned()), "{ids:?}");
    assert!(!ids.iter().any(|id| id.ends_with("2022-10-03")), "a period before it: {ids:?}");
}

#[test]
fn whoever_is_paid_by_actuals_enters_them_and_whoever_need_not_confirm_is_only_paid() {
    let mut found = lake_house();
    found.contracts[0].payment_method = PaymentMethod::Actuals;
    let entered = ids(&found, "2022-11-01T09:00:00Z");
    assert!(entered.contains(&"actuals-C3001-2022-10-31".to_owned()));
    assert!(!entered.iter().any(|id| id.starts_with("confirm")));
    let mut found = lake_house();
    found.contracts[0].confirmation = domain::facts::Confirmation::NotRequired;
    let paid = ids(&found, "2022-11-01T09:00:00Z");
    assert!(!paid.is_empty() && paid.iter().all(|id| id.starts_with("paid-")));
}

#[test]
fn a_date_that_moves_keeps_its_id() {
    let mut found = lake_house();
    let before = deadlines(&found, at("2022-11-01T09:00:00Z"));
    for period in found.periods.values_mut().flat_map(|it| it.values_mut()) {
        period.pay_date = period.pay_date.succ_opt().unwrap();
    }
    let after = deadlines(&found, at("2022-11-01T09:00:00Z"));
    let moved = before.iter().zip(&after).filter(|(one, other)| one.when != other.when);
    for (one, other) in moved {
        assert_eq!(one.id, other.id);
        assert!(matches!(one.when, When::Day(_)));
    }
    assert_ne!(before, after);
}
