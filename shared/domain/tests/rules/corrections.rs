//! Rule 4: what is told late about a finalised period.

use domain::changes;
use domain::entitlement::Line;
use domain::facts::{
    Absence, AbsenceKind, Adjustment, Collector, Contribution, ContributionKind, Cpli, Directive,
    DirectiveKind,
};
use domain::item::{Basis, Correction, Item, ItemKind, ItemStatus, Label};
use domain::record::{LineQuery, Response};
use domain::statement::Statement;
use testing::{capacity, contribution, day, directive, parse, price};

use crate::desk::{Desk, amounts, answer, confirmed, owed, queried, rejected, unasked};

fn october() -> Desk {
    Desk::from_period("2022-10-03")
}

fn cause_of(desk: &Desk) -> String {
    let open = desk.open();
    let mut causes: Vec<_> = open.items.iter().filter_map(|item| item.cause.clone()).collect();
    causes.dedup();
    assert_eq!(causes.len(), 1, "{causes:?}");
    let cause = causes.remove(0);
    cause.strip_suffix("; this was recorded after the period was paid").unwrap().to_owned()
}

#[test]
fn what_a_correction_pays_is_corrected_again_by_the_next() {
    let mut desk = october();
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let reissued = desk.finalise_confirmed().items[1].item_id.clone();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-18")));
    let open = desk.open();
    assert_eq!(amounts(&open.items), ["-2101.83", "1978.19"]);
    assert_eq!(open.items[0].reverses, Some(reissued));
    assert_eq!(
        open.items[0].arithmetic(),
        "takes back £2,101.83 paid in the period from 31 October 2022"
    );
}

#[test]
fn what_did_not_change_is_not_corrected() {
    let mut desk = october();
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-10-10"), price("1.00", "865.4600"));
    });
    assert!(desk.cpli("164628").changed_from.is_some());
    assert_eq!(amounts(&desk.open().items), ["3461.84"]);
}

#[test]
fn care_told_late_is_issued_without_a_reversal() {
    let mut desk = october();
    desk.facts.cplis.values_mut().for_each(|cpli| cpli.authorised = false);
    assert!(desk.finalise_confirmed().items.is_empty());
    desk.tell("164628", |cpli| cpli.authorised = true);
    let open = desk.open();
    assert_eq!(amounts(&open.items), ["3461.84", "3461.84"]);
    assert_eq!(open.items[1].correction, Some(Correction::Reissue));
    assert_eq!(open.items[1].reverses, None);
    assert_eq!(open.items[1].period_start, day("2022-10-03"));
    assert_eq!(cause_of(&desk), "This care was not part of the statement");
}

#[test]
fn a_cause_says_what_was_told_late() {
    let told = |change: &dyn Fn(&mut Cpli)| {
        let mut desk = october();
        desk.tell("164628", |cpli| {
            cpli.contributions =
                vec![contribution(day("2022-08-03"), "162.30", Collector::Provider)];
        });
        desk.finalise_confirmed();
        desk.tell("164628", change);
        cause_of(&desk)
    };
    assert_eq!(told(&|it| it.authorised = false), "The care is not authorised any more");
    assert_eq!(
        told(&|it| it.client.date_of_death = Some(day("2022-10-14"))),
        "The client died on 14 October 2022"
    );
    assert_eq!(told(&|it| it.start_date = day("2022-10-04")), "The care started on 4 October 2022");
    assert_eq!(
        told(&|it| it.start_date = day("2022-11-04")),
        "The care started on 4 November 2022"
    );
    assert_eq!(
        told(&|it| it.end_date = Some(day("2022-09-04"))),
        "The care ended on 4 September 2022"
    );
    assert_eq!(
        told(&|it| {
            it.prices.insert(day("2022-10-10"), price("1", "908.73"));
        }),
        "The price is 1 × £908.73 from 10 October 2022"
    );
    let hospital = Absence {
        to_date: Some(day("2022-10-20")),
        kind: AbsenceKind::Hospital,
        pay_percent: parse("60"),
    };
    assert_eq!(
        told(&|it| {
            it.absences.insert(day("2022-10-16"), hospital.clone());
        }),
        "The care from 16 October 2022 to 20 October 2022 is paid at 60%"
    );
    assert_eq!(
        told(&|it| it.contributions =
            vec![contribution(day("2022-08-03"), "170", Collector::Provider)]),
        "The contribution is £170.00 a week from 3 October 2022"
    );
    assert_eq!(
        told(&|it| it.contributions.clear()),
        "A contribution is not deducted from 3 October 2022"
    );
}

#[test]
fn a_cause_says_that_care_went_on() {
    let mut desk = october();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-20")));
    assert_eq!(cause_of(&desk), "The care went on after 19 October 2022");
}

#[test]
fn empty_beds_are_computed_again_when_occupancy_is_told_late() {
    let mut desk = october();
    let service = desk.facts.services.values().next().unwrap().clone();
    let beds = capacity(&service, day("2022-04-04"));
    desk.facts.capacities.insert((service.service_ref.clone(), beds.from_date), beds);
    assert_eq!(amounts(&desk.finalise_confirmed().items), ["3461.84", "28040.90"]);
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let open = desk.open();
    let corrections: Vec<_> = open.items.iter().filter(|it| it.correction.is_some()).collect();
    let amounts: Vec<_> = corrections.iter().map(|it| it.amount.to_string()).collect();
    assert_eq!(amounts, ["-3461.84", "2101.83", "-28040.90", "29264.91"]);
    assert_eq!(
        corrections[2].cause.as_deref(),
        Some("The number of occupied beds changed; this was recorded after the period was paid")
    );
}

#[test]
fn a_bed_is_occupied_before_its_price_is_told() {
    let mut desk = october();
    let service = desk.facts.services.values().next().unwrap().clone();
    let beds = capacity(&service, day("2022-04-04"));
    desk.facts.capacities.insert((service.service_ref.clone(), beds.from_date), beds);
    desk.tell("164628", |cpli| cpli.prices.clear());
    assert_eq!(amounts(&desk.open().items), ["28040.90"]);
}

#[test]
fn a_new_payee_of_empty_beds_is_paid_what_the_old_one_gives_back() {
    let mut desk = october();
    let service = desk.facts.services.values().next().unwrap().clone();
    let beds = capacity(&service, day("2022-04-04"));
    let key = (service.service_ref.clone(), beds.from_date);
    desk.facts.capacities.insert(key.clone(), beds.clone());
    desk.finalise_confirmed();
    let moved = domain::facts::Capacity { void_provider_ref: Some(parse("P1999")), ..beds.clone() };
    desk.changed(changes::capacity(Some(&beds), Some(&moved)));
    desk.facts.capacities.insert(key, moved);
    let open = desk.open();
    let corrections = open.items.iter().filter(|item| item.correction.is_some());
    let paid: Vec<_> =
        corrections.map(|it| (it.payee.to_string(), it.amount.to_string())).collect();
    assert_eq!(
        paid,
        [("P1001".to_owned(), "-28040.90".to_owned()), ("P1999".to_owned(), "28040.90".to_owned())]
    );
    let seen = open.seen_by(&parse("P1999")).unwrap();
    assert!(seen.items.iter().all(|item| item.payee.as_str() == "P1999"));
    assert_eq!(open.seen_by(&parse("P1002")), None);
}

#[test]
fn a_rejected_correction_is_forgotten_when_the_fact_is_put_right() {
    let mut desk = october();
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    desk.finalise_with(rejected);
    desk.tell("164628", |cpli| cpli.end_date = None);
    let open = desk.open();
    assert_eq!(open.held, [], "what was wrongly taken back never was");
    assert_eq!(open.items[0].amount.to_string(), "3461.84");
    let again = &open.items[1];
    assert_eq!(
        (again.correction, again.period_start),
        (Some(Correction::Reissue), day("2022-10-31"))
    );
    assert_eq!(open.items.len(), 2, "the care of the rejected period, which had ended by then");
}

#[test]
fn what_replaces_cancelled_care_is_cancelled_too() {
    let mut desk = october();
    let mut cancel = directive("D1", "C3001", DirectiveKind::Cancel, day("2022-10-03"));
    cancel.to_date = Some(day("2022-10-03"));
    desk.facts.directives.insert(cancel.directive_ref.clone(), cancel);
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let open = desk.open();
    assert_eq!(amounts(&open.items), ["-3461.84", "2101.83"]);
    assert!(open.items.iter().all(|item| item.status == ItemStatus::Cancelled));
    assert_eq!(open.totals().unwrap().payable.to_string(), "0.00");
}

fn adjustment(amount: &str, instalments: u32) -> Adjustment {
    Adjustment {
        adjustment_ref: parse("A1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse(amount),
        reason: "Damaged furniture".to_owned(),
        period_start: day("2022-10-03"),
        instalments,
        made_by: Vec::new(),
    }
}

#[test]
fn instalments_are_paid_one_a_period_and_add_up() {
    let mut desk = october();
    unasked(&mut desk);
    desk.facts.cplis.clear();
    desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 3));
    let mut paid = Vec::new();
    for _ in 0..4 {
        paid.extend(amounts(&desk.finalise_confirmed().items));
    }
    assert_eq!(paid, ["33.33", "33.34", "33.33"]);
    assert_eq!(desk.bodies[1].items[0].arithmetic(), "2 of 3 of £100.00 = £33.34");
}

#[test]
fn a_changed_adjustment_takes_back_what_was_issued_and_issues_it_again() {
    let mut desk = october();
    desk.facts.cplis.clear();
    desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 1));
    let issued = desk.finalise_confirmed().items[0].item_id.clone();
    desk.facts.adjustments.insert(parse("A1"), adjustment("80.00", 1));
    let second = desk.finalise_confirmed();
    assert_eq!(amounts(&second.items), ["-100.00", "80.00"]);
    assert_eq!(second.items[0].reverses, Some(issued));
    assert!(desk.open().items.is_empty());
}

#[test]
fn a_late_fact_about_the_contract_leaves_what_was_decided_by_hand() {
    let mut desk = october();
    desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 1));
    desk.finalise_confirmed();
    desk.tell_contract(|contract| contract.grace_days = 3);
    assert!(desk.facts.changed_from.is_some());
    assert!(desk.open().items.iter().all(|item| item.correction.is_none()));
}

#[test]
fn a_rejected_change_of_an_adjustment_is_forgotten_when_it_is_put_right() {
    let mut desk = october();
    desk.facts.cplis.clear();
    desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 1));
    desk.finalise_confirmed();
    desk.facts.adjustments.insert(parse("A1"), adjustment("80.00", 1));
    desk.finalise_with(rejected);
    desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 1));
    let open = desk.finalise_confirmed();
    assert_eq!((open.items.len(), open.held.len()), (0, 0));
    desk.facts.adjustments.insert(parse("A1"), adjustment("90.00", 1));
    assert_eq!(amounts(&desk.open().items), ["-100.00", "90.00"]);
}

#[test]
fn a_line_keeps_its_name_when_its_price_changes() {
    let mut desk = october();
    let before = desk.open();
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-08-03"), price("1", "900"));
    });
    let after = desk.open();
    assert_eq!(before.items[0].item_id, after.items[0].item_id);
    assert_ne!(before.digest(), after.digest());
    assert_eq!(confirmed(&before).answer().map(|it| it.digest.clone()), Some(before.digest()));
}

#[test]
fn empty_beds_that_were_paid_stay_paid_while_nothing_changes() {
    let mut desk = Desk::from_period("2022-10-03");
    let (service_ref, service) = desk.facts.services.pop_first().unwrap();
    let beds = capacity(&service, day("2022-04-04"));
    desk.changed(changes::capacity(None, Some(&beds)));
    desk.facts.capacities.insert((service_ref.clone(), beds.from_date), beds);
    desk.facts.services.insert(service_ref, service);
    let first = desk.finalise_confirmed().clone();
    assert!(first.items.iter().any(|item| item.kind == ItemKind::Void));
    desk.changed(Some(first.period.start_date));
    let second = desk.open();
    assert!(second.items.iter().all(|item| item.correction.is_none()), "{second:?}");
    let again = Statement::open(&desk.facts, &desk.whole_ledger(), &first.period).unwrap();
    assert_eq!(again.items, first.items, "computed again it is the same");
}

#[test]
fn a_contribution_that_was_deducted_is_given_back_before_another_is() {
    let mut desk = Desk::from_period("2022-10-03");
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-10-03"), "162.30", Collector::Provider)];
    });
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-10-03"), "100.00", Collector::Provider)];
    });
    let open = desk.open();
    let income = open.items.iter().filter(|item| item.kind == ItemKind::Income);
    let mut back = income.filter(|item| item.correction == Some(Correction::Reversal));
    let told = back.next().unwrap().arithmetic();
    assert!(told.starts_with("gives back £649.20 deducted"), "{told}");
}

#[test]
fn a_forecast_has_the_instalment_of_its_own_period_and_no_other() {
    let mut desk = Desk::from_period("2022-10-03");
    let adjustment = adjustment("100.00", 3);
    desk.facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
    let parts = |start: &str| -> Vec<String> {
        let period = &desk.facts.periods[&day(start)];
        let forecast = Statement::forecast(&desk.facts, period).unwrap();
        let manual = forecast.items.into_iter().filter(|item| item.kind == ItemKind::Manual);
        manual.map(|item| item.amount.to_string()).collect()
    };
    assert_eq!(parts("2022-10-03"), ["33.33"]);
    assert_eq!(parts("2022-10-31"), ["33.34"]);
    assert_eq!(parts("2022-12-26"), Vec::<String>::new());
}

#[test]
fn what_takes_the_place_of_a_cancelled_line_is_cancelled_and_other_lines_are_paid() {
    let mut desk = Desk::from_period("2022-10-03");
    let collected = |amount| vec![contribution(day("2022-10-03"), amount, Collector::Provider)];
    desk.tell("164628", |cpli| cpli.contributions = collected("162.30"));
    let first = desk.finalise_with(queried);
    let statuses: Vec<_> = first.items.iter().map(|item| (item.kind, item.status)).collect();
    let held = [(ItemKind::Cost, ItemStatus::Suspended), (ItemKind::Income, ItemStatus::Payable)];
    assert_eq!(statuses, held);
    let day_of_cancelling = day("2022-10-31");
    let cancel = directive("D1", "C3001", DirectiveKind::Cancel, day_of_cancelling);
    let cancel = Directive { to_date: Some(day_of_cancelling), ..cancel };
    desk.facts.directives.insert(cancel.directive_ref.clone(), cancel);
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| {
        cpli.contributions = collected("100.00");
        cpli.prices.insert(day("2022-10-03"), price("1", "900.00"));
    });
    let open = desk.open();
    let of_first = open.items.iter().filter(|item| item.period_start == day("2022-10-03"));
    let corrected: Vec<_> = of_first.filter(|item| item.correction.is_some()).collect();
    assert_eq!(corrected.len(), 4, "{corrected:?}");
    for item in corrected {
        let is_cancelled = item.status == ItemStatus::Cancelled;
        assert_eq!(is_cancelled, item.kind == ItemKind::Cost, "{item:?}");
    }
}

#[test]
fn the_cause_of_an_end_is_what_ended_the_care() {
    let told = |change: &dyn Fn(&mut Cpli)| {
        let mut desk = october();
        desk.facts.services.values_mut().for_each(|service| service.end_day_paid = false);
        desk.finalise_confirmed();
        desk.tell("164628", change);
        cause_of(&desk)
    };
    let (on, later) = (Some(day("2022-10-19")), Some(day("2022-10-25")));
    let before_the_death = told(&|it| (it.end_date, it.client.date_of_death) = (on, later));
    assert_eq!(before_the_death, "The care ended on 19 October 2022");
    let last = day("2022-10-30");
    let for_no_night = told(&|it| (it.start_date, it.end_date) = (last, Some(last)));
    assert_eq!(for_no_night, "The care ended on 30 October 2022");
    let without_a_price = told(&|it| {
        it.prices.clear();
        it.end_date = Some(day("2022-12-01"));
    });
    assert_eq!(without_a_price, "What is paid for this care changed");
}

/// What a client and the NHS pay towards the care.
fn collected(by_client: &str, fnc: &str) -> Vec<Contribution> {
    let of = |amount| contribution(day("2022-10-03"), amount, Collector::Provider);
    vec![of(by_client), Contribution { kind: ContributionKind::Fnc, ..of(fnc) }]
}

#[test]
fn of_two_contributions_that_changed_the_clients_is_told() {
    let mut desk = october();
    desk.tell("164628", |cpli| cpli.contributions = collected("162.30", "50.00"));
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.contributions = collected("170.00", "60.00"));
    assert_eq!(cause_of(&desk), "The contribution is £170.00 a week from 3 October 2022");
}

#[test]
fn of_two_contributions_what_replaces_the_cancelled_one_is_cancelled() {
    let mut desk = october();
    desk.tell("164628", |cpli| cpli.contributions = collected("162.30", "50.00"));
    desk.finalise_with(|open| {
        let of_client = open.items.iter().find(|it| it.kind == ItemKind::Income).unwrap();
        let (item_id, comment) = (of_client.item_id.clone(), "Not collected".to_owned());
        let queries = vec![LineQuery { item_id, comment }];
        Response::ConfirmedWithQueries { answer: answer(open), queries }
    });
    let once = Some(day("2022-10-31"));
    let cancel = directive("D1", "C3001", DirectiveKind::Cancel, day("2022-10-31"));
    let cancel = Directive { to_date: once, ..cancel };
    desk.facts.directives.insert(cancel.directive_ref.clone(), cancel);
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.contributions = collected("100.00", "40.00"));
    let open = desk.open();
    let of_first = open.items.iter().filter(|item| item.period_start == day("2022-10-03"));
    let again = of_first.filter(|item| {
        item.correction == Some(Correction::Reissue) && item.kind == ItemKind::Income
    });
    let again: Vec<_> = again.map(|item| (item.amount.to_string(), item.status)).collect();
    let wanted = [("-400.00", ItemStatus::Cancelled), ("-160.00", ItemStatus::Payable)];
    assert_eq!(again, wanted.map(|(amount, status)| (amount.to_owned(), status)));
}

#[test]
fn a_line_keeps_its_name_whatever_is_told_of_other_care() {
    let mut desk = october();
    let name = |desk: &Desk| {
        let open = desk.open();
        let of = |item: &&Item| item.subject.cpli_id() == Some(&parse("164628"));
        open.items.iter().find(of).unwrap().item_id.clone()
    };
    let before = name(&desk);
    let mut other = desk.cpli("164628").clone();
    other.cpli_id = parse("164627");
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    assert_eq!(name(&desk), before);
}

#[test]
fn empty_beds_are_called_by_their_service() {
    let mut desk = october();
    let service = desk.facts.services.values().next().unwrap().clone();
    let beds = capacity(&service, day("2022-04-04"));
    desk.facts.capacities.insert((service.service_ref.clone(), beds.from_date), beds);
    let open = desk.open();
    let void = open.items.iter().find(|item| item.kind == ItemKind::Void).unwrap();
    assert_eq!(void.label, Label { service: Some(service.name), ..Label::default() });
}

#[test]
fn what_replaces_a_cancelled_adjustment_is_cancelled_too() {
    for cancelled in [false, true] {
        let mut desk = october();
        desk.facts.cplis.clear();
        desk.facts.adjustments.insert(parse("A1"), adjustment("100.00", 1));
        if cancelled {
            let start = day("2022-10-03");
            let cancel = directive("D1", "C3001", DirectiveKind::Cancel, start);
            let cancel = Directive { to_date: Some(start), ..cancel };
            desk.facts.directives.insert(cancel.directive_ref.clone(), cancel);
        }
        desk.finalise_confirmed();
        desk.facts.adjustments.insert(parse("A1"), adjustment("80.00", 1));
        let open = desk.open();
        let told: Vec<_> = open.items.iter().map(|item| (item.correction, item.status)).collect();
        let status = if cancelled { ItemStatus::Cancelled } else { ItemStatus::Payable };
        let wanted = [Correction::Reversal, Correction::Reissue].map(|it| (Some(it), status));
        assert_eq!(told, wanted);
    }
}

#[test]
fn a_statement_that_is_computed_again_carries_nothing_of_itself() {
    let mut desk = october();
    let start = day("2022-10-03");
    let suspend = directive("D1", "C3001", DirectiveKind::Suspend, start);
    let suspend = Directive { to_date: Some(start), ..suspend };
    desk.facts.directives.insert(suspend.directive_ref.clone(), suspend);
    let first = desk.finalise_confirmed().clone();
    assert_eq!(first.items[0].status, ItemStatus::Suspended);
    let again = Statement::open(&desk.facts, &desk.whole_ledger(), &first.period).unwrap();
    assert_eq!((again.items, again.held), (first.items, first.held));
}

#[test]
fn an_adjustment_has_as_many_instalments_as_it_says() {
    let adjustment = adjustment("100.00", 3);
    let parts = [0, 1, 2, 3, 4].map(|part| adjustment.instalment(part).unwrap());
    let wanted = [Some("33.33"), Some("33.34"), Some("33.33"), None, None];
    assert_eq!(parts, wanted.map(|amount| amount.map(parse)));
}

#[test]
fn statements_are_computed_again_from_the_earliest_day_that_changed() {
    let mut desk = october();
    assert_eq!(desk.facts.earliest_change(), None);
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let of_care = desk.cpli("164628").changed_from;
    assert_eq!(desk.facts.earliest_change(), of_care);
    assert!(of_care > Some(day("2022-10-03")));
    desk.changed(Some(day("2022-10-03")));
    assert_eq!(desk.facts.earliest_change(), Some(day("2022-10-03")));
}

#[test]
fn an_item_pays_a_line_if_it_says_the_same_of_it_in_all() {
    let desk = october();
    let contract = &desk.facts.contract;
    let (line, item) = (owed(&desk).remove(0), desk.open().items.remove(0));
    assert!(line.is_paid_by(&item, contract));
    for change in [
        |it: &mut Item| it.kind = ItemKind::Manual,
        |it: &mut Item| it.service_from = day("2022-10-04"),
        |it: &mut Item| it.service_to = day("2022-10-29"),
        |it: &mut Item| it.amount = parse("3461.85"),
        |it: &mut Item| {
            it.basis = Basis::Vat { net: parse("1"), percent: parse("20"), suppliers: false }
        },
    ] {
        let mut other = item.clone();
        change(&mut other);
        assert!(!line.is_paid_by(&other, contract), "{other:?}");
    }
    let elsewhere = Item { payee: parse("P9"), ..item };
    assert!(line.is_paid_by(&elsewhere, contract), "care belongs to whoever has the contract");
    let void = |kind| Line { kind, ..line.clone() };
    let elsewhere = Item { kind: ItemKind::Void, ..elsewhere };
    assert!(!void(ItemKind::Void).is_paid_by(&elsewhere, contract));
}
