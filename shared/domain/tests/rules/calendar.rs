//! A provider's calendar.

use domain::action::{ActionLine, Side};
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

#[test]
fn what_is_in_the_calendar_says_its_dates_and_leads_to_its_page() {
    let all = deadlines(&lake_house(), at("2022-11-01T09:00:00Z"));
    let confirm = all.iter().find(|it| it.id == "confirm-C3001-2022-10-31").unwrap();
    let dates = "31 October 2022 to 27 November 2022";
    assert_eq!(confirm.note, format!("Confirm, query or reject the statement of {dates}."));
    let page = "/scheduled-payments/statement/?contract=C3001&period=2022-10-31";
    assert_eq!(confirm.page, page);
    let paid = all.iter().find(|it| it.id == "paid-C3001-2022-10-31").unwrap();
    assert_eq!(paid.note, format!("The council pays the statement of {dates}."));
}

#[test]
fn what_was_paid_ninety_days_ago_is_the_oldest_in_the_calendar() {
    let found = lake_house();
    let paid = found.periods.values().flat_map(|it| it.values()).map(|it| it.pay_date);
    let first = paid.min().unwrap();
    let has = |days: i64| {
        let now = first + chrono::Duration::days(days);
        ids(&found, &format!("{now}T09:00:00Z")).len()
    };
    assert_eq!(has(91) + 2, has(90));
}

pub(crate) fn action(with: Side) -> ActionLine {
    let line = serde_json::json!({
        "action_id": "4F1C", "provider_ref": "P1001", "provider_name": "Lake House",
        "title": "About Wednesday", "type_ref": "payment_query", "type_name": "Payment query",
        "re": null, "state": "open", "due_on": "2022-11-14", "team_ref": "PAYMENTS", "with": with,
        "created_at": "2022-11-01T09:00:00Z", "created_by": "Ada", "created_side": "council",
        "last_post_at": "2022-11-01T09:00:00Z", "last_post_side": "council", "done_at": null,
    });
    serde_json::from_value(line).unwrap()
}

#[test]
fn an_action_is_in_the_calendar_while_the_provider_has_to_reply() {
    let due = |with| {
        let found = Found { actions: vec![action(with)], ..Found::default() };
        deadlines(&found, at("2022-11-01T09:00:00Z"))
    };
    assert_eq!(due(Side::Council), []);
    let reply = due(Side::Provider).remove(0);
    assert_eq!(
        (reply.when, reply.title.as_str()),
        (When::Day(day("2022-11-14")), "Action due: Payment query")
    );
}
