//! What the council's people decide by hand, and who must not authorise it.

use std::collections::BTreeSet;

use domain::facts::{Adjustment, Directive, DirectiveKind};
use domain::ids::StaffRef;
use testing::{day, directive, parse};

use crate::desk::Desk;

fn made_by(names: &[&str]) -> Vec<StaffRef> {
    names.iter().map(|name| parse(name)).collect()
}

fn makers(desk: &Desk) -> BTreeSet<StaffRef> {
    desk.facts.makers(&desk.open())
}

fn told(from: &str, to: Option<&str>) -> Directive {
    Directive {
        to_date: to.map(day),
        made_by: made_by(&["ST2"]),
        ..directive("D1", "C3001", DirectiveKind::Suspend, day(from))
    }
}

#[test]
fn whoever_made_an_adjustment_that_a_statement_pays_has_decided_about_it() {
    let mut desk = Desk::from_period("2022-10-03");
    assert_eq!(makers(&desk), BTreeSet::new());
    let adjustment = Adjustment {
        adjustment_ref: parse("A1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("120.00"),
        reason: "Damaged furniture".to_owned(),
        period_start: day("2022-10-03"),
        instalments: 1,
        made_by: made_by(&["ST1"]),
    };
    desk.facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
    assert_eq!(makers(&desk), BTreeSet::from([parse("ST1")]));
    desk.finalise_confirmed();
    assert_eq!(makers(&desk), BTreeSet::new());
}

#[test]
fn whoever_made_a_directive_has_decided_about_what_it_covers_or_may_just_have_released() {
    for (from, to, decided) in [
        ("2022-10-31", None, true),
        ("2022-11-01", None, false),
        ("2022-10-01", Some("2022-10-31"), true),
        ("2022-10-01", Some("2022-10-30"), true),
        ("2022-09-01", Some("2022-10-03"), true),
        ("2022-09-01", Some("2022-10-02"), false),
        ("2022-11-01", Some("2022-10-20"), false),
    ] {
        let mut desk = Desk::from_period("2022-10-31");
        let directive = told(from, to);
        desk.facts.directives.insert(directive.directive_ref.clone(), directive);
        let wanted = if decided { BTreeSet::from([parse("ST2")]) } else { BTreeSet::new() };
        assert_eq!(makers(&desk), wanted, "{from} {to:?}");
    }
}

#[test]
fn a_directive_about_other_care_or_an_earlier_statement_decides_only_about_that() {
    let mut desk = Desk::from_period("2022-10-31");
    let other = Directive { cpli_id: Some(parse("999999")), ..told("2022-10-31", None) };
    desk.facts.directives.insert(other.directive_ref.clone(), other);
    assert_eq!(makers(&desk), BTreeSet::new());

    let earlier = told("2022-09-05", Some("2022-09-05"));
    desk.facts.directives.insert(earlier.directive_ref.clone(), earlier);
    let mut open = desk.open();
    assert_eq!(desk.facts.makers(&open), BTreeSet::new());
    open.items[0].carried_from_period = Some(day("2022-09-05"));
    assert_eq!(desk.facts.makers(&open), BTreeSet::from([parse("ST2")]));
}

#[test]
fn a_directive_that_ends_before_it_begins_is_withdrawn() {
    for (to, withdrawn) in [
        (None, false),
        (Some("2022-10-02"), true),
        (Some("2022-10-03"), false),
        (Some("2022-10-04"), false),
    ] {
        let directive = told("2022-10-03", to);
        assert_eq!(directive.is_withdrawn(), withdrawn, "{to:?}");
    }
}
