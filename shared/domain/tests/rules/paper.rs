//! What leaves the portal: the words of a line, the payment file, the remittance advice.

use std::collections::BTreeSet;

use domain::facts::{Absence, AbsenceKind, Adjustment, Collector, DirectiveKind, PricePer, Unit};
use domain::payment_file::{self, PaymentKind, PaymentStatus};
use domain::record::Finalised;
use domain::remittance::{self, Remittance, RemittanceKind, RemittanceView};
use domain::remittance_note::{FixedNote, NoteAbout};
use testing::{capacity, contribution, day, directive, parse, price};

use crate::desk::{Desk, finalised};

fn october() -> Desk {
    Desk::from_period("2022-10-03")
}

fn remittance(desk: &Desk, view: RemittanceView) -> Remittance {
    let statement = desk.open();
    Remittance::of(&statement, &finalised(&statement), view).unwrap()
}

#[test]
fn every_line_explains_its_arithmetic() {
    let mut desk = october();
    desk.tell("164628", |cpli| {
        let to_date = Some(day("2022-10-16"));
        let kind = AbsenceKind::Hospital;
        let absence = Absence { to_date, kind, pay_percent: parse("60.0") };
        cpli.absences.insert(day("2022-10-03"), absence);
        cpli.end_date = Some(day("2022-10-17"));
        cpli.contributions = vec![contribution(day("2022-08-03"), "162.30", Collector::Provider)];
    });
    let lines: Vec<_> = desk.open().items.iter().map(domain::item::Item::arithmetic).collect();
    assert_eq!(
        lines,
        [
            "1 × £865.46 a week × 14 days ÷ 7 × 60% = £1,038.55",
            "1 × £865.46 a week × 1 day ÷ 7 = £123.64",
            "−£162.30 a week × 15 days ÷ 7 = −£347.79",
        ]
    );
}

#[test]
fn hours_are_named_and_a_daily_price_is_not_shared_by_seven() {
    let mut desk = october();
    let service = desk.facts.services.values_mut().next().unwrap();
    service.unit = Unit::Hour;
    let service_ref = service.service_ref.clone();
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-08-03"), price("31.5", "23.77"));
    });
    let weekly = desk.open().items[0].arithmetic();
    assert_eq!(weekly, "31.5 hours × £23.77 a week × 28 days ÷ 7 = £2,995.02");
    desk.facts.services.get_mut(&service_ref).unwrap().price_per = PricePer::Day;
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-08-03"), price("1", "23.7725"));
    });
    assert_eq!(desk.open().items[0].arithmetic(), "1 hour × £23.7725 a day × 28 days = £665.63");
}

#[test]
fn the_payment_file_says_where_a_released_item_was_held_before() {
    let mut desk = october();
    let mut suspended = directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-03"));
    suspended.to_date = Some(day("2022-10-30"));
    desk.facts.directives.insert(suspended.directive_ref.clone(), suspended);
    let held = desk.finalise_confirmed().items[0].item_id.clone();
    let statement = desk.open();
    let rows = payment_file::rows(&statement, &finalised(&statement));
    assert_eq!(rows[0].reason, None);
    let reason = format!("Brought from the period of 2022-10-03, item {held}");
    assert_eq!(rows[1].reason, Some(reason));
}

#[test]
fn the_payment_file_lists_what_is_not_paid_and_adds_only_what_is() {
    let mut desk = october();
    let mut other = desk.cpli("164628").clone();
    other.cpli_id = parse("164629");
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    let mut suspended = directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-03"));
    suspended.cpli_id = Some(parse("164629"));
    desk.facts.directives.insert(suspended.directive_ref.clone(), suspended);
    let statement = desk.open();
    let rows = payment_file::rows(&statement, &finalised(&statement));
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].status, rows[0].kind), (PaymentStatus::Finalised, PaymentKind::Cost));
    assert_eq!(rows[0].run_id, "C3001:2022-10-03");
    assert_eq!(rows[1].status, PaymentStatus::Suspended);
    assert_eq!(rows[1].reason.as_deref(), Some("Under review by the contracts team"));
    let columns = serde_json::to_value(&rows[0]).unwrap();
    let mut names: Vec<_> = columns.as_object().unwrap().keys().cloned().collect();
    let mut expected: Vec<_> = "run_id, finalised_at, contract_ref, provider_ref, period_start, \
        period_end, item_id, cpli_id, ss_ref, kind, service_from, service_to, days, quantity, \
        unit_price, amount, status, reason, reverses_item_id"
        .split(", ")
        .map(str::to_owned)
        .collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn a_correction_is_a_row_that_says_what_it_takes_back() {
    let mut desk = october();
    let paid = desk.finalise_confirmed().items[0].item_id.clone();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let statement = desk.open();
    let rows = payment_file::rows(&statement, &finalised(&statement));
    assert_eq!([rows[0].kind, rows[1].kind], [PaymentKind::Reversal, PaymentKind::Reissue]);
    assert_eq!(rows[0].reverses_item_id, Some(paid));
    assert_eq!(rows[0].period_start, day("2022-10-31"), "the period it is paid in");
    assert_eq!(rows[0].service_from, day("2022-10-03"), "the care it is about");
}

#[test]
fn a_clients_items_are_one_line_a_reason_and_in_the_summary_one_line_a_kind() {
    let mut desk = october();
    desk.tell("164628", |cpli| {
        cpli.prices.insert(day("2022-10-10"), price("1", "900"));
        let third_party = domain::facts::ContributionKind::ThirdParty;
        let mut other = contribution(day("2022-08-03"), "7", Collector::Provider);
        other.kind = third_party;
        cpli.contributions =
            vec![contribution(day("2022-08-03"), "162.30", Collector::Provider), other];
    });
    let shown = |view| {
        let lines = remittance(&desk, view).lines;
        lines.into_iter().map(|it| (it.reason, it.amount.to_string())).collect::<Vec<_>>()
    };
    let line = |reason: &str, amount: &str| (reason.to_owned(), amount.to_owned());
    assert_eq!(
        shown(RemittanceView::default()),
        [
            line("Care", "3565.46"),
            line("Client contribution", "-649.20"),
            line("Third-party contribution", "-28.00")
        ]
    );
    let summary = RemittanceView { summary: true, show_pairs: false };
    assert_eq!(shown(summary), [line("Care", "3565.46"), line("Contributions", "-677.20")]);
}

#[test]
fn pairs_that_cancel_out_are_hidden_unless_asked_for() {
    let mut desk = october();
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-08-03"), "162.30", Collector::Provider)];
    });
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-08-03"), "170", Collector::Provider)];
    });
    let hidden = remittance(&desk, RemittanceView::default());
    assert_eq!((hidden.pairs_hidden, hidden.lines.len()), (1, 4));
    assert_eq!(hidden.notes, ["1 pair of items that cancel out is not shown."]);
    let all = remittance(&desk, RemittanceView { show_pairs: true, summary: false });
    assert_eq!((all.pairs_hidden, all.lines.len()), (0, 6));
    assert_eq!(all.total, hidden.total);
    assert_eq!(all.total.to_string(), "2751.04");
}

#[test]
fn manual_adjustments_always_stand_alone() {
    let mut desk = october();
    for adjustment_ref in ["A1", "A2"] {
        let adjustment = Adjustment {
            adjustment_ref: parse(adjustment_ref),
            contract_ref: parse("C3001"),
            cpli_id: Some(parse("164628")),
            amount: parse("-12.50"),
            reason: "Damaged furniture".to_owned(),
            period_start: day("2022-10-03"),
            instalments: 1,
            made_by: Vec::new(),
        };
        desk.facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
    }
    for summary in [false, true] {
        let remittance = remittance(&desk, RemittanceView { summary, show_pairs: false });
        let manual = remittance.lines.iter().filter(|line| line.kind == RemittanceKind::Manual);
        assert_eq!(manual.filter(|line| line.reason == "Damaged furniture").count(), 2);
        assert_eq!(remittance.total.to_string(), "3436.84");
    }
}

#[test]
fn empty_beds_say_who_is_paid() {
    let mut desk = october();
    let service = desk.facts.services.values().next().unwrap().clone();
    let mut beds = capacity(&service, day("2022-04-04"));
    beds.void_provider_ref = Some(parse("P1999"));
    desk.facts.capacities.insert((service.service_ref.clone(), beds.from_date), beds);
    let remittance = remittance(&desk, RemittanceView::default());
    assert_eq!(remittance.lines[1].paid_to, Some(parse("P1999")));
    assert_eq!(remittance.notes, ["£28,040.90 of the total is paid to P1999."]);
    assert_eq!(remittance.total.to_string(), "31502.74");
}

#[test]
fn a_contribution_is_a_price_that_is_deducted() {
    let mut desk = october();
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-08-03"), "162.30", Collector::Provider)];
    });
    let statement = desk.open();
    let rows = payment_file::rows(&statement, &finalised(&statement));
    let income = rows.iter().find(|row| row.kind == PaymentKind::Income).unwrap();
    assert_eq!((income.quantity, income.unit_price), (parse("1"), parse("-162.30")));
}

#[test]
fn what_comes_to_nothing_is_no_pair_that_cancels_out() {
    let mut statement = october().open();
    statement.items[0].amount = domain::money::Money::ZERO;
    let shown = Remittance::of(&statement, &finalised(&statement), RemittanceView::default());
    let shown = shown.unwrap();
    assert_eq!((shown.lines.len(), shown.pairs_hidden), (1, 0));
}

fn damaged(amount: &str) -> Adjustment {
    Adjustment {
        adjustment_ref: parse("A1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse(amount),
        reason: "Damaged furniture".to_owned(),
        period_start: day("2022-10-03"),
        instalments: 1,
        made_by: Vec::new(),
    }
}

#[test]
fn what_is_paid_late_says_why_once() {
    let mut desk = october();
    desk.facts.adjustments.insert(parse("A1"), damaged("100.00"));
    desk.finalise_confirmed();
    desk.facts.adjustments.insert(parse("A1"), damaged("80.00"));
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let lines = remittance(&desk, RemittanceView::default()).lines;
    let reasons: BTreeSet<_> = lines.into_iter().map(|line| line.reason).collect();
    let late = "The care ended on 19 October 2022; this was recorded after the period was paid";
    let told = "The council changed this adjustment: Damaged furniture";
    let wanted = [
        format!("Care, paid again: {late}"),
        format!("Care, taken back: {late}"),
        format!("{told}, taken back"),
        "Damaged furniture, paid again".to_owned(),
    ];
    assert_eq!(reasons, BTreeSet::from(wanted));
}

#[test]
fn the_file_of_a_remittance_has_its_lines_and_then_the_councils_notes() {
    let statement = october().open();
    let own = statement.provider_ref.clone();
    let note = |about, text: &str| FixedNote { about, text: text.to_owned() };
    let to = |provider_ref| NoteAbout::Provider { provider_ref };
    let notes = vec![
        note(to(own), "To you"),
        note(to(parse("P1999")), "To another"),
        note(NoteAbout::Cycle { cycle_ref: parse("28DAY") }, "To all"),
    ];
    let finalised = Finalised { notes, ..finalised(&statement) };
    let remittance = Remittance::of(&statement, &finalised, RemittanceView::default()).unwrap();
    let rows = serde_json::to_value(remittance::rows(remittance, &finalised)).unwrap();
    let told = |column: &str| {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row[column].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("kind"), ["cost", "note", "note", "note"]);
    assert_eq!(told("reason"), ["Care", "To you", "To another", "To all"]);
    assert_eq!(told("amount"), ["3461.84", "-", "-", "-"]);
    assert_eq!(told("paid_to"), ["-", "-", "P1999", "-"]);
}
