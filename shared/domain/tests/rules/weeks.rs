//! Which weeks a period has, who may enter them until when, and what each comes to.

use domain::clock::Now;
use domain::facts::{Collector, Unit};
use domain::failure::{Failure, Kind};
use domain::item::ItemKind;
use domain::money::Money;
use domain::weeks::{
    CannotEnter, CannotSubmit, Decision, DecisionKind, ExceptionState, PeriodState, Valued,
    Variation, WeekState, state, week_starts,
};
use rust_decimal::Decimal;
use testing::{contribution, day, instant, parse};

use crate::agency::{Agency, STARTS, entry, weeks_from};

const FIRST: &str = STARTS[0];
const NEXT: &str = STARTS[1];
const IDA: &str = "170001";

fn valued(agency: &Agency) -> Valued {
    agency.valued(&parse(IDA), day(FIRST)).unwrap()
}

/// What was delivered beyond the plan of 10.5 hours, of which 10% are tolerated.
fn with_extra(mut agency: Agency, extra: &str) -> Agency {
    let actual: Decimal = parse::<Decimal>("10.5") + parse::<Decimal>(extra);
    agency.enter((IDA, FIRST), &entry(&actual.to_string(), "", "", extra)).unwrap();
    agency
}

fn decided(agency: &mut Agency, kind: DecisionKind, quantity: Option<&str>) {
    let decision = Decision {
        contract_ref: parse("C3003"),
        cpli_id: parse(IDA),
        week_start: day(FIRST),
        kind,
        quantity: quantity.map(parse),
        upon: valued(agency).payable_quantity,
        reason: "Agreed with the social worker".to_owned(),
        decided_at: instant("2022-09-29T09:00:00Z"),
    };
    let key = (decision.cpli_id.clone(), decision.week_start);
    agency.facts.exceptions.insert(key, decision);
}

/// Owed, held, and what became of what is over.
fn told(agency: &Agency) -> (String, String, Option<ExceptionState>) {
    let valued = valued(agency);
    let held = valued.held().map_or(Money::ZERO, |held| held.amount);
    let state = valued.exception.as_ref().map(|exception| exception.state);
    (valued.owed().unwrap().to_string(), held.to_string(), state)
}

#[test]
fn example_13_frustrated_care_is_paid_at_its_share_and_the_arithmetic_says_so() {
    let mut agency = Agency::new();
    for (percent, owed, arithmetic) in [
        ("0", "217.82", "9.75 hours × £22.34 = £217.82"),
        ("100", "228.99", "(9.75 + 100% of 0.5) hours × £22.34 = £228.99"),
    ] {
        agency.service().frustrated_percent = parse(percent);
        agency.enter((IDA, FIRST), &entry("9.75", "0.50", "0.25", "0")).unwrap();
        let valued = valued(&agency);
        assert_eq!(valued.owed().unwrap().to_string(), owed);
        agency.fill(FIRST).submit(FIRST).unwrap();
        assert_eq!(agency.draft(FIRST).lines[0].arithmetic(), arithmetic);
    }
}

#[test]
fn what_is_tolerated_is_paid_and_a_quarter_of_an_hour_more_is_held() {
    // 10.5 hours and 10% are 11.55 hours.
    assert_eq!(told(&with_extra(Agency::new(), "1")), ("256.91".into(), "0.00".into(), None));
    let waits = Some(ExceptionState::Waiting);
    let over = with_extra(Agency::new(), "1.25");
    assert_eq!(told(&over), ("0.00".into(), "262.50".into(), waits));
    let says = "1.25 hours over what was commissioned: held until the council agrees.";
    assert_eq!(valued(&over).held().unwrap().reason, says);
    let commissioned = Agency::new().paying_what_was_commissioned();
    let commissioned = with_extra(commissioned, "1.25");
    assert_eq!(told(&commissioned), ("234.57".into(), "27.93".into(), waits));
    let mut edge = Agency::new();
    edge.service().tolerance_percent = Decimal::ZERO;
    assert_eq!(told(&with_extra(edge, "0.25")).2, waits);
}

#[test]
fn a_week_of_exactly_what_is_tolerated_is_paid() {
    let mut agency = Agency::new();
    agency.service().tolerance_percent = parse("50");
    // 10.5 hours and half of them are 15.75 hours.
    assert_eq!(told(&with_extra(agency, "5.25")), ("351.86".into(), "0.00".into(), None));
}

#[test]
fn a_variation_raises_what_is_tolerated_in_its_weeks() {
    let mut agency = with_extra(Agency::new(), "4");
    let mut variation = Variation {
        variation_ref: parse("VAR701"),
        contract_ref: parse("C3003"),
        cpli_id: parse(IDA),
        from_date: day("2022-09-11"),
        to_date: day("2022-09-13"),
        quantity: parse("3"),
        reason: "A crisis".to_owned(),
    };
    let mut vary = |variation: &Variation| {
        agency.facts.variations.insert(parse("VAR701"), variation.clone());
        told(&agency).2
    };
    assert_eq!(vary(&variation), None, "10.5 and 10% and 3 hours are 14.55");
    variation.quantity = parse("2.75");
    assert_eq!(vary(&variation), Some(ExceptionState::Waiting));
    variation.from_date = day("2022-09-12");
    variation.quantity = parse("30");
    assert_eq!(vary(&variation), Some(ExceptionState::Waiting), "it begins the week after");
}

#[test]
fn the_council_approves_caps_or_rejects() {
    use DecisionKind::{Approve, Cap, Reject};
    let mut agency = with_extra(Agency::new(), "2");
    for (kind, quantity, paid, state) in [
        (Approve, None, "279.25", ExceptionState::Approved),
        (Cap, Some("11"), "245.74", ExceptionState::Capped),
        (Cap, None, "234.57", ExceptionState::Capped),
        (Reject, None, "0.00", ExceptionState::Rejected),
    ] {
        decided(&mut agency, kind, quantity);
        assert_eq!(told(&agency), (paid.into(), "0.00".into(), Some(state)), "{kind:?}");
    }
    let mut agency = with_extra(Agency::new().paying_what_was_commissioned(), "2");
    decided(&mut agency, Reject, None);
    assert_eq!(told(&agency).0, "234.57", "only what was held is refused");
    let says = "The council does not pay 2 hours over what was commissioned: Agreed with the social worker";
    assert_eq!(valued(&agency).exception.unwrap().reason, says);
}

#[test]
fn a_decision_covers_no_more_than_was_decided_upon() {
    let mut agency = with_extra(Agency::new(), "2");
    decided(&mut agency, DecisionKind::Approve, None);
    let more = with_extra(agency, "3");
    let waits = Some(ExceptionState::Waiting);
    assert_eq!(told(&more), ("279.25".into(), "22.34".into(), waits), "what was agreed is paid");
    let less = with_extra(more, "1.5");
    assert_eq!(told(&less), ("268.08".into(), "0.00".into(), Some(ExceptionState::Approved)));
    assert_eq!(told(&with_extra(less, "0.5")).2, None, "nothing is over any more");
    let mut refused = with_extra(Agency::new(), "2");
    decided(&mut refused, DecisionKind::Reject, None);
    assert_eq!(told(&with_extra(refused, "3")).2, waits, "nobody refused so much");
}

#[test]
fn what_the_provider_collects_is_deducted_for_the_days_of_care() {
    let mut agency = Agency::new();
    let cpli = agency.facts.cplis.get_mut(&parse(IDA)).unwrap();
    cpli.contributions = vec![contribution(day("2022-08-03"), "70.00", Collector::Provider)];
    cpli.end_date = Some(day("2022-09-07"));
    agency.enter((IDA, FIRST), &entry("4.5", "", "", "")).unwrap();
    let valued = valued(&agency);
    assert_eq!(valued.planned, parse("4.5"), "3 of 7 days, in quarter hours");
    assert_eq!(valued.owed_of(ItemKind::Income).unwrap().to_string(), "-30.00");
    assert_eq!(valued.owed().unwrap().to_string(), "70.53");
}

#[test]
fn care_that_is_not_commissioned_any_more_is_owed_nothing() {
    let mut agency = with_extra(Agency::new(), "1");
    agency.facts.cplis.get_mut(&parse(IDA)).unwrap().authorised = false;
    assert_eq!(told(&agency), ("0.00".into(), "0.00".into(), None));
}

#[test]
fn a_week_belongs_to_the_period_that_its_first_day_lies_in() {
    let mut agency = Agency::new();
    let starts = |agency: &mut Agency, weekday| {
        let period = agency.period(FIRST);
        agency.service().week_starts = weekday;
        week_starts(agency.service(), &period).map(|it| it.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(starts(&mut agency, 0), weeks_from(FIRST).map(|it| it.to_string()));
    let sundays = starts(&mut agency, 6);
    assert_eq!(sundays, ["2022-09-11", "2022-09-18", "2022-09-25", "2022-10-02"]);
    let last = agency.facts.period_of_week(day("2022-10-02")).unwrap().start_date;
    assert_eq!(last, day(FIRST));
    assert_eq!(agency.facts.period_of_week(day("2022-09-04")), None, "before the portal");
}

#[test]
fn nights_are_counted_as_days_are() {
    let mut agency = Agency::new();
    agency.service().unit = Unit::Night;
    agency.enter((IDA, FIRST), &entry("10.5", "", "", "")).unwrap();
    agency.fill(FIRST).submit(FIRST).unwrap();
    let says = "10.5 nights × £22.34 = £234.57";
    assert_eq!(agency.draft(FIRST).lines[0].arithmetic(), says);
}

#[test]
fn an_entry_is_refused_in_the_words_of_a_file_beside_its_field() {
    let mut agency = Agency::new();
    let refused = agency.enter((IDA, FIRST), &entry("9", "0.5", "", "")).unwrap_err();
    let [field] = &refused.fields()[..] else { panic!("{refused:?}") };
    assert_eq!((field.field.as_str(), field.code.as_deref()), ("actual", Some("E22")));
    let says = "Actual 9 is not planned 10.5 − frustrated 0.5 − missed 0 + extra 0.";
    assert_eq!(field.message, says);
    let refused = agency.enter((IDA, NEXT), &entry("10.5", "", "", "")).unwrap_err();
    assert_eq!(refused.fields()[0].code.as_deref(), Some("E16"));
}

#[test]
fn a_period_is_submitted_when_every_week_has_begun_and_has_an_entry() {
    let mut agency = Agency::new();
    assert_eq!(agency.submit(FIRST), Err(CannotSubmit::WeeksMissing { count: 8 }));
    agency.fill(FIRST);
    assert_eq!(agency.submit(FIRST), Ok(()));
    let too_early = CannotEnter::NotYet { from: day(NEXT) };
    assert_eq!(agency.submit(NEXT), Err(CannotSubmit::CannotEnter(too_early)));
    agency.now = instant("2022-10-10T09:00:00Z");
    agency.fill(NEXT);
    assert_eq!(agency.submit(NEXT), Err(CannotSubmit::NotOver));
}

#[test]
fn a_week_is_generated_edited_held_confirmed_invoiced_and_paid_and_edited_again() {
    let mut agency = Agency::new();
    let is = |agency: &Agency| {
        let weeks = agency.weeks(day(FIRST));
        let recorded = weeks.get(&parse(IDA)).and_then(|weeks| weeks.get(&day(FIRST)));
        let valued = agency.valued(&parse(IDA), day(FIRST));
        let claimed = agency.heads.values().next_back().map(|head| head.state);
        let submission = agency.submissions.get(&day(FIRST));
        state(recorded, submission, valued.as_ref(), claimed)
    };
    assert_eq!(is(&agency), WeekState::Generated);
    agency.enter((IDA, FIRST), &entry("12.5", "", "", "2")).unwrap();
    assert_eq!(is(&agency), WeekState::Exception);
    agency.enter((IDA, FIRST), &entry("10.5", "", "", "")).unwrap();
    assert_eq!(is(&agency), WeekState::Edited);
    agency.after(1).fill(FIRST).submit(FIRST).unwrap();
    assert_eq!(is(&agency), WeekState::Confirmed);
    let id = agency.invoice(FIRST).unwrap();
    assert_eq!(is(&agency), WeekState::Invoiced);
    assert!(agency.approve(&id));
    agency.finalise();
    assert_eq!(is(&agency), WeekState::Paid);
    agency.after(1).enter((IDA, FIRST), &entry("9.5", "", "1", "")).unwrap();
    assert_eq!(is(&agency), WeekState::Edited);
}

#[test]
fn a_closed_period_takes_late_entries_if_the_council_allows_it_and_pays_them_in_the_next_window() {
    let mut agency = Agency::new();
    let first = agency.period(FIRST);
    assert_eq!(agency.actuals().state(&first), PeriodState::Open);
    assert_eq!(agency.actuals().window().unwrap().start_date, day(FIRST));
    agency.now = first.confirm_by;
    assert_eq!(agency.actuals().state(&first), PeriodState::Late);
    assert_eq!(agency.actuals().window().unwrap().start_date, day(NEXT));
    assert_eq!(agency.enter((IDA, FIRST), &entry("10.5", "", "", "")), Ok(()));
    agency.settings.actuals.late_allowed = false;
    assert_eq!(agency.actuals().state(&first), PeriodState::Closed);
    assert_eq!(agency.actuals().may_enter(&first), Err(CannotEnter::Closed));
    let refused = agency.enter((IDA, FIRST), &entry("10.5", "", "", "")).unwrap_err();
    assert_eq!(refused.fields()[0].code.as_deref(), Some("E17"));
}

#[test]
fn periods_are_entered_in_order_if_the_council_says_so() {
    let mut agency = Agency::new();
    agency.now = instant("2022-10-24T09:00:00Z");
    let (first, next) = (agency.period(FIRST), agency.period(NEXT));
    assert_eq!(agency.actuals().may_enter(&next), Ok(()));
    agency.settings.periods_in_order = true;
    assert_eq!(agency.actuals().may_enter(&first), Ok(()), "nothing comes before it");
    let before = Err(CannotEnter::BeforeOpen { start: day(FIRST) });
    assert_eq!(agency.actuals().may_enter(&next), before);
    agency.fill(FIRST).submit(FIRST).unwrap();
    assert_eq!(agency.actuals().may_enter(&next), Ok(()));
    agency.submissions.clear();
    for cpli in agency.facts.cplis.values_mut() {
        cpli.start_date = day(NEXT);
    }
    assert_eq!(agency.actuals().may_enter(&next), Ok(()), "there was nothing to enter before");
}

#[test]
fn a_period_is_open_from_its_first_day_and_closed_from_the_moment_of_its_deadline() {
    let mut agency = Agency::new();
    let (first, second) = (agency.period(STARTS[0]), agency.period(STARTS[1]));
    agency.settings.actuals.late_allowed = false;
    agency.now = instant("2022-10-02T09:00:00Z");
    assert_eq!(agency.actuals().state(&second), PeriodState::NotYet);
    let refused = agency.actuals().may_enter(&second);
    assert_eq!(refused, Err(CannotEnter::NotYet { from: second.start_date }));
    agency.now = instant("2022-10-03T09:00:00Z");
    assert_eq!(agency.actuals().state(&second), PeriodState::Open);
    agency.actuals().may_enter(&second).unwrap();
    agency.now = first.confirm_by;
    assert_eq!(agency.actuals().state(&first), PeriodState::Closed);
    assert_eq!(agency.actuals().may_enter(&first), Err(CannotEnter::Closed));
    assert_eq!(agency.facts.closed_to(Now::at(first.confirm_by)), Some(first.end_date));
    let just_before = Now::at(first.confirm_by - chrono::Duration::seconds(1));
    assert_eq!(agency.facts.closed_to(just_before), None);
    assert_eq!(agency.facts.closed_to(Now::at(second.confirm_by)), Some(second.end_date));
}

#[test]
fn what_is_missing_is_counted_in_words() {
    let told = [1, 2].map(|count| CannotSubmit::WeeksMissing { count }.to_string());
    let rest = "an entry. Enter what you delivered, also where it was nothing.";
    assert_eq!(told, [format!("1 week still needs {rest}"), format!("2 weeks still need {rest}")]);
}

#[test]
fn a_refused_entry_says_which_number_to_mend_with_the_code_of_its_rule() {
    let mut agency = Agency::new();
    let refused = agency.enter((IDA, FIRST), &entry("-1", "", "", "")).unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "week-not-accepted"));
    let fields = refused.fields();
    assert!(fields.iter().any(|it| it.field == "actual" && it.code.as_deref() == Some("E20")));
}
