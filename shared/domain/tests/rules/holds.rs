//! Rule 5: suspended, cancelled, carried forward, rejected, queried, unconfirmed.

use domain::facts::{Directive, DirectiveKind};
use domain::item::{HoldBy, ItemStatus};
use testing::{day, directive, parse};

use crate::desk::{Desk, amounts, queried, rejected, silent};

fn october() -> Desk {
    Desk::from_period("2022-10-03")
}

fn direct(desk: &mut Desk, directive_ref: &str, kind: DirectiveKind, from: &str, to: Option<&str>) {
    let to_date = to.map(day);
    let decided = Directive { to_date, ..directive(directive_ref, "C3001", kind, day(from)) };
    desk.facts.directives.insert(decided.directive_ref.clone(), decided);
}

#[test]
fn of_three_directives_cancelling_is_the_strongest_and_suspending_the_weakest() {
    use DirectiveKind::{Cancel, CarryForward, Suspend};
    let mut desk = october();
    for (directive_ref, kind, status) in [
        ("D1", Suspend, ItemStatus::Suspended),
        ("D2", CarryForward, ItemStatus::CarriedForward),
        ("D3", Cancel, ItemStatus::Cancelled),
    ] {
        direct(&mut desk, directive_ref, kind, "2022-10-03", None);
        let item = desk.open().items.remove(0);
        assert_eq!(item.status, status);
        assert_eq!(item.hold.unwrap().reason, "Under review by the contracts team");
    }
}

#[test]
fn a_directive_covers_a_period_when_its_start_lies_in_its_dates() {
    for (from, to, covers) in [
        ("2022-10-04", None, false),
        ("2022-10-03", Some("2022-10-03"), true),
        ("2022-09-01", Some("2022-10-02"), false),
        ("2022-09-01", None, true),
    ] {
        let mut desk = october();
        direct(&mut desk, "D1", DirectiveKind::Suspend, from, to);
        let suspended = desk.open().items[0].status == ItemStatus::Suspended;
        assert_eq!(suspended, covers, "{from} {to:?}");
    }
}

#[test]
fn a_directive_about_one_care_package_leaves_the_others() {
    let mut desk = october();
    let mut other = desk.cpli("164628").clone();
    other.cpli_id = parse("164629");
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", None);
    desk.facts.directives.get_mut(&parse("D1")).unwrap().cpli_id = Some(parse("164629"));
    let statuses: Vec<_> = desk.open().items.iter().map(|item| item.status).collect();
    assert_eq!(statuses, [ItemStatus::Payable, ItemStatus::Suspended]);
}

#[test]
fn what_stays_suspended_is_held_and_not_counted_again() {
    let mut desk = october();
    direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", None);
    desk.finalise_confirmed();
    let second = desk.finalise_confirmed();
    assert_eq!(second.totals().unwrap().non_payable.to_string(), "3461.84");
    assert_eq!(second.held.len(), 1);
    direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", Some("2022-11-27"));
    let third = desk.open();
    assert_eq!(amounts(&third.items), ["3461.84", "3461.84", "3461.84"]);
    assert!(third.held.is_empty());
}

#[test]
fn what_was_suspended_and_is_then_cancelled_is_never_paid() {
    for (from, to) in [("2022-10-03", "2022-10-03"), ("2022-10-31", "2022-10-31")] {
        let mut desk = october();
        direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", Some("2022-10-03"));
        desk.finalise_confirmed();
        direct(&mut desk, "D2", DirectiveKind::Cancel, from, Some(to));
        let second = desk.finalise_confirmed();
        let carried = second.items.iter().find(|item| item.carried_from.is_some()).unwrap();
        assert_eq!(carried.status, ItemStatus::Cancelled);
        let third = desk.open();
        assert!(third.held.is_empty());
        assert!(third.items.iter().all(|item| item.carried_from.is_none()));
    }
}

#[test]
fn what_is_carried_forward_is_in_the_next_statement_with_a_link() {
    let mut desk = october();
    direct(&mut desk, "D1", DirectiveKind::CarryForward, "2022-10-03", Some("2022-10-03"));
    let first = desk.finalise_confirmed().items[0].clone();
    assert_eq!(first.status, ItemStatus::CarriedForward);
    let second = desk.open();
    assert_eq!(amounts(&second.items), ["3461.84", "3461.84"]);
    assert_eq!(second.items[1].carried_from, Some(first.item_id));
    assert_eq!(second.items[1].service_from, day("2022-10-03"));
}

#[test]
fn a_rejected_statement_is_held_until_it_is_confirmed_after_all() {
    let mut desk = october();
    let first = desk.finalise_with(rejected);
    assert_eq!(first.totals().unwrap().payable.to_string(), "0.00");
    let hold = first.items[0].hold.clone().unwrap();
    assert_eq!(hold.by, HoldBy::Rejection);
    assert_eq!(hold.reason, "You rejected this statement: The 14th is wrong");
    let second = desk.finalise_confirmed();
    assert_eq!((amounts(&second.items), second.held.len()), (vec!["3461.84".to_owned()], 1));
    desk.confirm_late(day("2022-10-03"));
    assert_eq!(amounts(&desk.open().items), ["3461.84", "3461.84"]);
}

#[test]
fn a_queried_line_is_held_and_the_rest_is_paid() {
    let mut desk = october();
    let mut other = desk.cpli("164628").clone();
    other.cpli_id = parse("164629");
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    let first = desk.finalise_with(queried);
    assert_eq!(first.totals().unwrap().payable.to_string(), "3461.84");
    let hold = first.items[0].hold.clone().unwrap();
    assert_eq!(hold.reason, "You queried this line: Not our client");
    desk.settings.query_holds_line = false;
    assert_eq!(desk.finalise_with(queried).totals().unwrap().payable.to_string(), "6923.68");
}

#[test]
fn the_third_unconfirmed_statement_in_a_row_is_held_and_those_after_it() {
    let mut desk = october();
    let mut payable = || desk.finalise_with(silent).totals().unwrap().payable.to_string();
    assert_eq!(
        [payable(), payable(), payable(), payable()],
        ["3461.84", "3461.84", "0.00", "0.00"]
    );
    let held = desk.bodies[2].items[0].hold.clone().unwrap();
    assert_eq!(held.by, HoldBy::Unconfirmed);
    assert_eq!(
        held.reason,
        "This and the 2 statements before it were not confirmed in time. Confirm it to be paid."
    );
}

#[test]
fn what_is_rejected_and_suspended_waits_for_both() {
    let mut desk = october();
    direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", Some("2022-10-31"));
    desk.finalise_with(rejected);
    desk.confirm_late(day("2022-10-03"));
    let second = desk.finalise_confirmed();
    assert_eq!(second.totals().unwrap().payable.to_string(), "0.00");
    assert_eq!(amounts(&second.items), ["3461.84", "3461.84"], "released, and suspended here");
    assert_eq!(desk.open().totals().unwrap().payable.to_string(), "10385.52");
}

#[test]
fn directives_of_the_day_decide_also_after_the_items_locked() {
    let mut desk = october();
    let open = desk.open();
    direct(&mut desk, "D1", DirectiveKind::Suspend, "2022-10-03", None);
    let suspended = open.clone().with_directives(&desk.facts);
    assert_eq!(suspended.items[0].status, ItemStatus::Suspended);
    desk.facts.directives.clear();
    assert_eq!(suspended.with_directives(&desk.facts), open);
}

#[test]
fn what_was_rejected_and_is_then_cancelled_waits_for_no_answer_any_more() {
    let mut desk = october();
    desk.finalise_with(rejected);
    direct(&mut desk, "D1", DirectiveKind::Cancel, "2022-10-31", Some("2022-10-31"));
    let second = desk.finalise_confirmed();
    let carried = second.items.iter().find(|item| item.carried_from.is_some()).unwrap();
    assert_eq!(carried.status, ItemStatus::Cancelled);
    assert!(second.held.is_empty());
}
