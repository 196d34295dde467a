//! The worked examples of domain.md section 5, by their numbers.

use chrono::{Days, NaiveDate};
use domain::changes;
use domain::facts::{Absence, AbsenceKind, Collector, DirectiveKind};
use domain::item::ItemStatus;
use testing::{capacity, contribution, day, directive, parse, price};

use crate::desk::{Desk, amounts, owed};

fn owed_amounts(desk: &Desk) -> Vec<String> {
    owed(desk).iter().map(|line| line.amount.to_string()).collect()
}

fn total(desk: &Desk) -> String {
    desk.open().totals().unwrap().total.to_string()
}

/// The period of most examples, 31 October to 27 November 2022.
fn november() -> Desk {
    Desk::from_period("2022-10-31")
}

fn with_dates(start: &str, from: Option<&str>, to: Option<&str>) -> Desk {
    let mut desk = Desk::from_period(start);
    desk.tell("164628", |cpli| {
        cpli.start_date = from.map_or(cpli.start_date, day);
        cpli.end_date = to.map(day);
    });
    desk
}

#[test]
fn example_1_a_full_period_is_28_days() {
    let desk = november();
    assert_eq!(owed_amounts(&desk), ["3461.84"]);
    assert_eq!(desk.open().items[0].days, 28);
    assert_eq!(total(&desk), "3461.84");
}

#[test]
fn example_2_the_first_day_counts() {
    let desk = with_dates("2022-10-31", Some("2022-11-03"), None);
    assert_eq!(owed_amounts(&desk), ["3090.93"]);
    assert_eq!(desk.open().items[0].days, 25);
}

#[test]
fn example_3_the_end_day_counts_unless_the_service_is_paid_by_the_night() {
    let mut desk = with_dates("2022-10-31", None, Some("2022-11-12"));
    assert_eq!((owed(&desk)[0].days_paid, total(&desk)), (13, "1607.28".to_owned()));
    desk.facts.services.values_mut().for_each(|service| service.end_day_paid = false);
    assert_eq!((owed(&desk)[0].days_paid, total(&desk)), (12, "1483.65".to_owned()));
}

#[test]
fn example_4_respite_of_five_days() {
    let desk = with_dates("2023-10-02", Some("2023-10-23"), Some("2023-10-27"));
    assert_eq!(owed_amounts(&desk), ["618.19"]);
}

#[test]
fn example_5_a_death_ends_the_care_after_the_grace_days() {
    let mut desk = Desk::from_period("2023-10-30");
    desk.tell("164628", |cpli| cpli.client.date_of_death = Some(day("2023-11-22")));
    assert_eq!(total(&desk), "2967.29");
    desk.facts.contract.grace_days = 3;
    assert_eq!(total(&desk), "3338.20");
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2023-11-22")));
    assert_eq!(total(&desk), "2967.29", "only a death before the end date cuts");
}

#[test]
fn example_6_a_new_price_makes_a_new_line() {
    let mut desk = Desk::from_period("2025-03-17");
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2025-04-01"), price("1", "908.73"));
    });
    let lines = owed(&desk);
    assert_eq!([lines[0].days_paid, lines[1].days_paid], [15, 13]);
    assert_eq!(owed_amounts(&desk), ["1854.56", "1687.64"]);
    assert_eq!(total(&desk), "3542.20");
}

#[test]
fn example_7_what_ended_earlier_than_was_known_is_taken_back_and_paid_again() {
    let mut desk = Desk::from_period("2022-10-03");
    assert_eq!(amounts(&desk.finalise_confirmed().items), ["3461.84"]);
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let open = desk.open();
    assert_eq!(amounts(&open.items), ["-3461.84", "2101.83"]);
    assert_eq!(open.totals().unwrap().payable.to_string(), "-1360.01");
    let paid = desk.bodies[0].items[0].item_id.clone();
    assert_eq!(open.items[0].reverses.as_ref(), Some(&paid));
    for item in &open.items {
        assert_eq!(
            item.cause.as_deref(),
            Some("The care ended on 19 October 2022; this was recorded after the period was paid")
        );
    }
}

#[test]
fn example_8_two_days_corrected_to_one() {
    let mut desk = with_dates("2022-10-31", Some("2022-11-26"), Some("2022-11-27"));
    assert_eq!(amounts(&desk.finalise_confirmed().items), ["247.27"]);
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-11-26")));
    let open = desk.open();
    assert_eq!(amounts(&open.items), ["-247.27", "123.64"]);
    assert_eq!(open.totals().unwrap().payable.to_string(), "-123.63");
}

#[test]
fn example_9_only_what_the_provider_collects_is_deducted() {
    let collected_by = |collector| {
        let mut desk = november();
        desk.tell("164628", |cpli| {
            cpli.contributions = vec![contribution(day("2022-08-03"), "162.30", collector)];
        });
        (owed_amounts(&desk), total(&desk))
    };
    let provider = vec!["3461.84".to_owned(), "-649.20".to_owned()];
    assert_eq!(collected_by(Collector::Provider), (provider, "2812.64".to_owned()));
    let council = vec!["3461.84".to_owned()];
    assert_eq!(collected_by(Collector::Council), (council, "3461.84".to_owned()));
}

#[test]
fn example_10_six_weeks_in_hospital_over_two_periods() {
    let mut desk = november();
    let away = |to: NaiveDate, percent: &str| Absence {
        to_date: Some(to),
        kind: AbsenceKind::Hospital,
        pay_percent: parse(percent),
    };
    let start = day("2022-10-31");
    let after = |days| start + Days::new(days);
    desk.tell("164628", |cpli| {
        cpli.end_date = Some(after(41));
        cpli.absences.insert(start, away(after(27), "100"));
        cpli.absences.insert(after(28), away(after(41), "60"));
    });
    assert_eq!(amounts(&desk.finalise_confirmed().items), ["3461.84"]);
    assert_eq!(amounts(&desk.finalise_confirmed().items), ["1038.55"]);
}

#[test]
fn example_11_what_was_suspended_is_paid_when_it_is_released() {
    let mut desk = november();
    let suspension = directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-31"));
    desk.facts.directives.insert(suspension.directive_ref.clone(), suspension);
    let totals = desk.finalise_confirmed().totals().unwrap();
    assert_eq!(totals.payable.to_string(), "0.00");
    assert_eq!(totals.non_payable.to_string(), "3461.84");
    let released = desk.facts.directives.get_mut(&parse("D1")).unwrap();
    released.to_date = Some(day("2022-11-27"));
    let suspended = desk.bodies[0].items[0].item_id.clone();
    let second = desk.finalise_confirmed();
    assert_eq!(second.totals().unwrap().payable.to_string(), "6923.68");
    assert_eq!(second.items[1].carried_from, Some(suspended));
    assert_eq!(second.items[1].carried_from_period, Some(day("2022-10-31")));
    assert!(second.items.iter().all(|item| item.status == ItemStatus::Payable));
}

#[test]
fn example_12_empty_beds_of_a_block_are_paid_at_their_percentage() {
    let mut desk = november();
    let (service_ref, service) = desk.facts.services.pop_first().unwrap();
    let beds = capacity(&service, day("2022-04-04"));
    desk.changed(changes::capacity(None, Some(&beds)));
    desk.facts.capacities.insert((service_ref.clone(), beds.from_date), beds);
    desk.facts.services.insert(service_ref, service);
    // Nine beds all period and one for eleven days: 263 of 280 bed-days.
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-08-03"), price("9", "0"));
    });
    let mut tenth = desk.cpli("164628").clone();
    tenth.cpli_id = parse("164629");
    tenth.prices.insert(day("2022-08-03"), price("1", "0"));
    tenth.end_date = Some(day("2022-11-10"));
    desk.facts.cplis.insert(tenth.cpli_id.clone(), tenth);
    let open = desk.open();
    let void = open.items.last().unwrap();
    assert_eq!((void.days, void.amount.to_string()), (17, "1891.65".to_owned()));
    assert_eq!(void.arithmetic(), "(280 − 263) bed-days ÷ 7 × £865.46 × 90% = £1,891.65");
}

#[test]
fn more_clients_than_beds_are_no_debt_of_the_provider() {
    let mut desk = november();
    let (service_ref, service) = desk.facts.services.pop_first().unwrap();
    let beds = capacity(&service, day("2022-04-04"));
    desk.changed(changes::capacity(None, Some(&beds)));
    desk.facts.capacities.insert((service_ref.clone(), beds.from_date), beds);
    desk.facts.services.insert(service_ref, service);
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-08-03"), price("11", "0"));
    });
    assert_eq!(desk.open().totals().unwrap().payable.to_string(), "0.00");
}
