//! Reports: what one says is what it was made of. The two checks at the top are also made of every statement of every history.

use std::collections::BTreeMap;

use domain::item::ItemStatus;
use domain::money::Money;
use domain::period::Lifecycle;
use domain::record::Response;
use domain::remittance::{Remittance, RemittanceView};
use domain::report::{
    Advices, Body, Cell, Coming, DeliveredView, DeliveredWeek, Home, HomeStatement, OverTolerance,
    RemittanceGroup, cash, commissioned, exceptions, homes, partially_finalised, pending,
    remittance,
};
use domain::statement::Statement;
use proptest::prelude::*;
use rust_decimal::Decimal;
use testing::{day, parse};

use crate::desk::{Desk, finalised};

const UNCONFIRMED: Response = Response::Unconfirmed { superseded_at: None };

fn at(body: &Body, column: &str) -> usize {
    body.columns.iter().position(|it| it.name == column).unwrap()
}

fn sum(rows: &[Vec<Cell>], at: usize) -> Money {
    Money::total(rows.iter().filter_map(|row| row[at].amount())).unwrap()
}

/// Rows and totals of a column of pounds are the same, and this much.
fn comes_to(body: &Body, column: &str, amount: Money) {
    let at = at(body, column);
    assert_eq!(sum(&body.rows, at), amount, "rows of {column}");
    assert_eq!(sum(&body.totals, at), amount, "totals of {column}");
    assert!(body.rows.iter().chain(&body.totals).all(|row| row.len() == body.columns.len()));
}

pub(crate) fn remittance_adds_up(statement: &Statement, advice: &Remittance) {
    let names = BTreeMap::new();
    for group in [RemittanceGroup::OneProvider, RemittanceGroup::AllProviders] {
        let all = std::slice::from_ref(advice);
        let body = remittance(&Advices { all, names: &names, group }).unwrap();
        comes_to(&body, "value", statement.totals().unwrap().payable);
        assert_eq!(body.rows.len(), advice.lines.len());
    }
}

pub(crate) fn what_is_to_come_adds_up(statement: &Statement) {
    let totals = statement.totals().unwrap();
    let coming = [Coming { statement, lifecycle: Lifecycle::Current, response: &UNCONFIRMED }];
    let listed = pending(&coming).unwrap();
    comes_to(&listed, "payable", totals.payable);
    comes_to(&listed, "non_payable", totals.non_payable);
    comes_to(&listed, "total", totals.total);
    comes_to(&cash(&coming, statement.period.start_date).unwrap(), "expected", totals.payable);
    let of_note = exceptions(&coming, &[]).unwrap();
    let not_paid = statement.items.iter().filter(|item| item.status != ItemStatus::Payable);
    let held = statement.held.iter().map(|held| &held.item);
    let not_paid = Money::total(not_paid.chain(held).map(|item| item.amount)).unwrap();
    let (value, next) = (at(&of_note, "value"), at(&of_note, "next_run"));
    let due = |row: &&Vec<Cell>| row[next] != Cell::from("Due in the next run");
    let said: Vec<_> = of_note.rows.iter().filter(due).cloned().collect();
    assert_eq!(sum(&said, value), not_paid);
    assert_eq!(sum(&of_note.rows, value), sum(&of_note.totals, value));
}

#[test]
fn hidden_pairs_add_to_nothing() {
    let desk = Desk::from_period("2022-10-03");
    let statement = desk.open();
    let of = |show_pairs| {
        let view = RemittanceView { summary: false, show_pairs };
        let advice = Remittance::of(&statement, &finalised(&statement), view).unwrap();
        remittance_adds_up(&statement, &advice);
        advice.total
    };
    assert_eq!(of(true), of(false));
}

#[test]
fn a_week_over_tolerance_is_held_and_so_is_its_money() {
    let over = OverTolerance {
        contract_ref: parse("C3003"),
        period_start: day("2022-10-03"),
        ss_ref: parse("A272433"),
        client: "Miss Wednesday Adams".to_owned(),
        week_start: day("2022-10-10"),
        amount: Money::from_pence(12_345),
        reason: "1.5 hours over what was commissioned".to_owned(),
    };
    let body = exceptions(&[], &[over]).unwrap();
    comes_to(&body, "value", Money::from_pence(12_345));
    assert_eq!(body.totals[0][0], Cell::from("Held"));
}

#[test]
fn cash_is_foreseen_for_thirteen_weeks_and_what_is_late_stands_in_the_first() {
    let statement = Desk::from_period("2022-10-03").open();
    let (pay, payable) = (statement.period.pay_date, statement.totals().unwrap().payable);
    let coming =
        [Coming { statement: &statement, lifecycle: Lifecycle::Locked, response: &UNCONFIRMED }];
    let expected = |today| cash(&coming, today).unwrap();
    for (days, found) in [(0, payable), (84, payable), (91, Money::ZERO), (200, Money::ZERO)] {
        let body = expected(pay - chrono::Days::new(days));
        assert_eq!(body.rows.len(), 13);
        comes_to(&body, "expected", found);
    }
    let late = expected(pay + chrono::Days::new(10));
    assert_eq!(late.rows[0][2], Cell::Money(payable));
}

#[test]
fn a_period_is_partial_when_some_are_finalised_and_others_are_not() {
    for (finalised, partial) in [
        (vec![], false),
        (vec![true, true], false),
        (vec![false], false),
        (vec![true, false], true),
    ] {
        assert_eq!(partially_finalised(finalised), partial);
    }
}

fn any_home() -> impl Strategy<Value = Home> {
    let statement = (any::<bool>(), -9_999_i64..99_999, 0_i64..9_999);
    prop::collection::vec(statement, 0..4).prop_map(|statements| Home {
        provider_ref: parse("P1001"),
        name: "Lake House".to_owned(),
        statements: statements
            .into_iter()
            .map(|(waits, payable, held)| HomeStatement {
                waits,
                payable: Money::from_pence(payable),
                held: Money::from_pence(held),
            })
            .collect(),
    })
}

fn any_week() -> impl Strategy<Value = DeliveredWeek> {
    (0_u64..3, 0_u64..4, any::<bool>(), 0_i64..40, 0_i64..40, 0_i64..9_999).prop_map(
        |(client, week, entered, planned, actual, owed)| DeliveredWeek {
            provider_ref: parse("P1003"),
            provider: "Northside".to_owned(),
            contract_ref: parse("C3003"),
            service: "Northside - Homecare".to_owned(),
            unit: domain::facts::Unit::Hour,
            cpli_id: parse(&format!("17000{client}")),
            ss_ref: parse(&format!("A27243{client}")),
            client: "Miss Wednesday Adams".to_owned(),
            week_start: day("2022-10-03") + chrono::Days::new(7 * week),
            entered,
            planned: planned.into(),
            actual: actual.into(),
            frustrated: Decimal::ONE,
            missed: Decimal::ZERO,
            extra: Decimal::ZERO,
            owed: Money::from_pence(owed),
            held: Money::ZERO,
        },
    )
}

fn numbers(rows: &[Vec<Cell>], at: usize) -> Decimal {
    rows.iter().map(|row| row[at].plain().parse::<Decimal>().unwrap()).sum()
}

proptest! {
    #[test]
    fn all_homes_come_to_what_each_does(all in prop::collection::vec(any_home(), 0..5)) {
        let body = homes(&all).unwrap();
        let statements = || all.iter().flat_map(|home| &home.statements);
        comes_to(&body, "payable", Money::total(statements().map(|it| it.payable)).unwrap());
        comes_to(&body, "held", Money::total(statements().map(|it| it.held)).unwrap());
        let waits = statements().filter(|it| it.waits);
        comes_to(&body, "waiting", Money::total(waits.map(|it| it.payable)).unwrap());
    }

    #[test]
    fn what_was_delivered_adds_up_by_week_and_by_care_package(weeks in prop::collection::vec(any_week(), 0..20)) {
        for by_week in [false, true] {
            let body = commissioned(&weeks, DeliveredView { by_week, all_providers: by_week }).unwrap();
            comes_to(&body, "owed", Money::total(weeks.iter().map(|it| it.owed)).unwrap());
            let planned: Decimal = weeks.iter().map(|it| it.planned).sum();
            let entered = weeks.iter().filter(|it| it.entered);
            let actual: Decimal = entered.map(|it| it.actual).sum();
            for (column, amount) in [("planned", planned), ("actual", actual)] {
                prop_assert_eq!(numbers(&body.rows, at(&body, column)), amount);
                prop_assert_eq!(numbers(&body.totals, at(&body, column)), amount);
            }
        }
    }
}
