//! Whatever is recorded, submitted and decided, in whatever order: documents add up to what is owed, and every line
//! is paid once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use domain::actuals::Week;
use domain::facts::{Collector, DirectiveKind};
use domain::ids::ItemId;
use domain::invoice::{
    CannotChange, CannotSubmitInvoice, DocumentKind, InvoiceId, InvoiceState, Submitting, VatNumber,
};
use domain::item::{Correction, Item, ItemStatus, Subject};
use domain::money::Money;
use domain::payment_file;
use domain::remittance::{Remittance, RemittanceView};
use domain::weeks::{Decision, DecisionKind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;
use testing::{contribution, day, directive, parse, price};

use crate::agency::{Agency, STARTS, attachment, entry, weeks_from};
use crate::desk::finalised;

const FIRST: &str = STARTS[0];
/// How many statements a history has at most.
const STATEMENTS: usize = 9;
const IDA: &str = "170001";

/// Everything as planned, submitted.
fn submitted() -> Agency {
    let mut agency = Agency::new();
    agency.fill(FIRST).submit(FIRST).unwrap();
    agency.after(1);
    agency
}

/// Records a week and submits the period again.
fn again(agency: &mut Agency, actual: &str, missed: &str, extra: &str) {
    agency.enter((IDA, FIRST), &entry(actual, "", missed, extra)).unwrap();
    agency.after(1).submit(FIRST).unwrap();
    agency.after(1);
}

#[test]
fn a_first_invoice_claims_what_is_owed_and_nothing_is_left_to_invoice() {
    let mut agency = submitted();
    let draft = agency.draft(FIRST);
    assert_eq!((draft.kind, draft.lines.len()), (DocumentKind::Invoice, 8));
    // 4 × 234.57 + 4 × 140.00
    assert_eq!(draft.total.to_string(), "1498.28");
    assert_eq!(draft.lines[0].arithmetic(), "10.5 hours × £22.34 = £234.57");
    agency.invoice(FIRST).unwrap();
    assert!(agency.draft(FIRST).is_blank());
    assert_eq!(agency.invoice(FIRST), Err(CannotSubmitInvoice::Blank));
}

#[test]
fn nothing_is_invoiced_that_was_not_submitted() {
    let mut agency = Agency::new();
    agency.fill(FIRST);
    let draft = agency.draft(FIRST);
    assert!(draft.is_blank());
    assert_eq!(draft.not_included.len(), 8);
}

#[test]
fn a_fall_proposes_a_credit_note_of_the_fall_and_a_rise_an_invoice_of_the_rise() {
    let mut agency = submitted();
    let first = agency.invoice(FIRST).unwrap();
    again(&mut agency, "9.50", "1", "");
    let draft = agency.draft(FIRST);
    assert_eq!((draft.kind, draft.net.to_string()), (DocumentKind::CreditNote, "-22.34".into()));
    let [back, again_given] = &draft.lines[..] else { panic!("{draft:?}") };
    assert_eq!(back.reverses.as_ref().unwrap().invoice_id, first);
    assert_eq!(back.arithmetic(), "takes back £234.57 claimed before");
    let cause = "What is paid for changed from 10.5 hours to 9.5 hours after it was invoiced";
    assert_eq!(again_given.cause.as_deref(), Some(cause));
    agency.invoice(FIRST).unwrap();
    again(&mut agency, "11", "", "0.5");
    let draft = agency.draft(FIRST);
    assert_eq!((draft.kind, draft.net.to_string()), (DocumentKind::Invoice, "33.51".into()));
}

#[test]
fn what_is_held_is_on_no_document_and_says_why() {
    let mut agency = Agency::new();
    agency.enter((IDA, FIRST), &entry("12.5", "", "", "2")).unwrap();
    agency.fill(FIRST).submit(FIRST).unwrap();
    let draft = agency.draft(FIRST);
    assert_eq!(draft.lines.len(), 7);
    let [held] = &draft.not_included[..] else { panic!("{draft:?}") };
    assert_eq!((held.week_start, held.amount.to_string()), (day(FIRST), "279.25".into()));
    assert!(held.reason.contains("held until the council agrees"));
    agency.invoice(FIRST).unwrap();
    approve_week(&mut agency, &parse(IDA), day(FIRST), DecisionKind::Approve, None);
    assert_eq!(agency.draft(FIRST).net.to_string(), "279.25");
}

#[test]
fn what_was_claimed_stands_while_more_waits_for_the_council() {
    let mut agency = submitted();
    agency.invoice(FIRST).unwrap();
    again(&mut agency, "12.5", "", "2");
    let draft = agency.draft(FIRST);
    assert!(draft.is_blank(), "{draft:?}");
    assert_eq!(draft.not_included.len(), 1);
}

#[test]
fn example_14_tax_is_on_the_sum_of_the_lines_and_the_suppliers_figure_is_taken() {
    let agency = || {
        let mut agency = Agency::new().standard_rated();
        agency.facts.cplis.retain(|id, _| id.as_str() == IDA);
        let cpli = agency.facts.cplis.get_mut(&parse(IDA)).unwrap();
        cpli.end_date = Some(day("2022-09-25"));
        cpli.prices = [(day("2022-08-03"), price("1", "10.12"))].into();
        agency.fill(FIRST).submit(FIRST).unwrap();
        agency
    };
    let draft = agency().draft(FIRST);
    let told = [draft.net, draft.vat.tax, draft.total].map(|it| it.to_string());
    assert_eq!(told, ["30.36", "6.07", "36.43"]);
    assert_eq!(draft.lines[3].arithmetic(), "VAT: 20% of £30.36 = £6.07");
    for (pence, total) in [(606, Some("36.42")), (604, Some("36.40")), (603, None), (611, None)] {
        let mut agency = agency();
        let submitted = agency.invoice_with(FIRST, Some(Money::from_pence(pence)));
        let claimed = submitted.as_ref().map(|id| agency.bodies[id].total.to_string());
        assert_eq!(claimed.ok().as_deref(), total, "{pence}");
        if total.is_none() {
            let tax = Money::from_pence(607);
            assert_eq!(submitted, Err(CannotSubmitInvoice::SuppliersTaxOff { tax }));
        }
    }
}

#[test]
fn amounts_with_vat_need_a_vat_invoice_and_a_number_that_checks() {
    let mut agency = Agency::new().standard_rated();
    agency.fill(FIRST).submit(FIRST).unwrap();
    let draft = agency.draft(FIRST);
    let (attachment, digest) = (attachment(), draft.digest.clone());
    let good = Submitting {
        digest: &digest,
        suppliers_tax: None,
        attachment: Some(&attachment),
        vat_number: Some("123456782"),
    };
    good.check(draft.clone()).unwrap();
    let check = |submitting: Submitting<'_>| submitting.check(draft.clone()).unwrap_err();
    let without = check(Submitting { attachment: None, ..good });
    assert_eq!(without, CannotSubmitInvoice::VatInvoiceMissing);
    for vat_number in [None, Some("123456783")] {
        let refused = check(Submitting { vat_number, ..good });
        assert!(matches!(refused, CannotSubmitInvoice::VatNumberInvalid(_)));
    }
    assert_eq!(check(Submitting { digest: "another", ..good }), CannotSubmitInvoice::Changed);
    let exempt = submitted().draft(FIRST);
    let digest = exempt.digest.clone();
    let nothing = Submitting { digest: &digest, attachment: None, vat_number: None, ..good };
    nothing.check(exempt).unwrap(); // Exempt care needs neither.
}

#[test]
fn a_document_goes_only_the_ways_that_there_are() {
    use InvoiceState::{Approved, Deleted, Disputed, Draft, Paid, Submitted};
    let mut agency = submitted();
    let id = agency.invoice(FIRST).unwrap();
    let now = domain::clock::Now::at(agency.now);
    let submitted = agency.heads[&id].clone();
    let from = |is, to| Err(CannotChange::From { is, to });
    assert_eq!(submitted.clone().delete("Ida Moss", now).map(drop), from(Submitted, Deleted));
    assert_eq!(submitted.clone().resubmit("Ida", "x", now).map(drop), from(Submitted, Submitted));
    assert_eq!(submitted.clone().dispute(" ", now).map(drop), Err(CannotChange::ReasonRequired));
    let disputed = submitted.dispute("Too many hours", now).unwrap();
    assert_eq!(disputed.reason_for(Disputed), Some("Too many hours"));
    let again = disputed.clone().resubmit("Ida Moss", "The visits were made", now).unwrap();
    assert_eq!(again.state, Submitted);
    assert_eq!(
        disputed.clone().taken(day(FIRST), true, agency.now).map(drop),
        from(Disputed, Paid)
    );
    let approved = disputed.approve(None, [], now).unwrap();
    assert_eq!(approved.clone().dispute("No", now).map(drop), from(Approved, Disputed));
    let waits = approved.taken(day(FIRST), false, agency.now).unwrap();
    assert_eq!((waits.state, waits.taken_in, waits.paid_in), (Approved, Some(day(FIRST)), None));
    let paid = waits.taken(day(STARTS[1]), true, agency.now).unwrap();
    assert_eq!((paid.state, paid.taken_in), (Paid, Some(day(FIRST))));
    assert_eq!(paid.paid_in, Some(day(STARTS[1])));
    let told: Vec<_> = paid.history.iter().map(|step| step.state).collect();
    assert_eq!(told, [Draft, Submitted, Disputed, Approved, Paid]);
}

#[test]
fn nothing_is_taken_back_before_it_is_agreed_that_it_is_paid() {
    let mut agency = submitted();
    let first = agency.invoice(FIRST).unwrap();
    again(&mut agency, "9.50", "1", "");
    let credit = agency.invoice(FIRST).unwrap();
    assert!(agency.dispute(&first));
    assert!(!agency.approve(&credit));
    assert!(agency.approve(&first) && agency.approve(&credit));
}

#[test]
fn an_approved_invoice_is_paid_with_its_statement() {
    let mut agency = submitted();
    let first = agency.invoice(FIRST).unwrap();
    assert!(agency.open().items.is_empty(), "nothing is paid that is not approved");
    assert!(agency.approve(&first));
    let paid = agency.finalise().clone();
    assert_eq!(paid.totals().unwrap().payable.to_string(), "1498.28");
    assert_eq!(agency.heads[&first].state, InvoiceState::Paid);
}

#[test]
fn what_takes_back_a_line_names_the_item_that_paid_it() {
    let mut agency = submitted();
    let first = agency.invoice(FIRST).unwrap();
    assert!(agency.approve(&first));
    let paid = agency.finalise().clone();
    again(&mut agency, "9.50", "1", "");
    let credit = agency.invoice(FIRST).unwrap();
    assert!(agency.approve(&credit));
    let next = agency.finalise().clone();
    assert_eq!(next.totals().unwrap().payable.to_string(), "-22.34");
    let [back, again_given] = &next.items[..] else { panic!("{next:?}") };
    assert_eq!(back.reverses.as_ref(), Some(&paid.items[0].item_id));
    assert_eq!(back.reverses_period, Some(day(FIRST)));
    let says = "takes back £234.57 paid in the period from 5 September 2022";
    assert_eq!(back.arithmetic(), says);
    assert_eq!(again_given.correction, Some(Correction::Reissue));
    let rows = payment_file::rows(&next, &finalised(&next));
    assert_eq!(rows[0].reverses_item_id, back.reverses);
    assert_eq!((rows[1].quantity, rows[1].unit_price), (parse("9.5"), parse("22.34")));
}

#[test]
fn what_comes_after_the_deadline_is_paid_in_the_next_window() {
    let mut agency = submitted();
    agency.now = agency.period(FIRST).confirm_by;
    let late = agency.invoice(FIRST).unwrap();
    assert!(agency.approve(&late));
    assert!(agency.finalise().items.is_empty());
    let next = agency.finalise();
    assert_eq!(next.totals().unwrap().payable.to_string(), "1498.28");
    assert!(next.items.iter().all(|item| item.period_start == day(FIRST)));
}

#[test]
fn what_a_directive_suspends_is_paid_later_and_its_invoice_with_it() {
    let mut agency = submitted();
    let id = agency.invoice(FIRST).unwrap();
    assert!(agency.approve(&id));
    let mut suspend = directive("DIR601", "C3003", DirectiveKind::Suspend, day(FIRST));
    suspend.cpli_id = Some(parse(IDA));
    suspend.to_date = Some(day(FIRST));
    agency.facts.directives.insert(suspend.directive_ref.clone(), suspend);
    assert_eq!(agency.finalise().totals().unwrap().payable.to_string(), "560.00");
    assert_eq!(agency.heads[&id].state, InvoiceState::Approved);
    assert_eq!(agency.finalise().totals().unwrap().payable.to_string(), "938.28");
    let paid = &agency.heads[&id];
    assert_eq!((paid.state, paid.paid_in), (InvoiceState::Paid, Some(day(STARTS[1]))));
}

fn approve_week(
    agency: &mut Agency,
    cpli_id: &domain::ids::CpliId,
    week_start: NaiveDate,
    kind: DecisionKind,
    quantity: Option<Decimal>,
) {
    let Some(valued) = agency.valued(cpli_id, week_start) else { return };
    let decision = Decision {
        contract_ref: parse("C3003"),
        cpli_id: cpli_id.clone(),
        week_start,
        kind,
        quantity,
        upon: valued.payable_quantity,
        reason: String::new(),
        decided_at: agency.now,
    };
    agency.facts.exceptions.insert((cpli_id.clone(), week_start), decision);
}

/// One thing that happens at the agency or the council. Periods, weeks and care packages by their index.
#[derive(Debug, Clone)]
enum Event {
    Enter { cpli: usize, period: usize, week: usize, quarters: [u8; 3] },
    Submit { period: usize },
    Invoice { period: usize },
    Dispute { document: usize },
    Approve { document: usize },
    Decide { cpli: usize, period: usize, week: usize, kind: usize, quarters: Option<u8> },
    Price { cpli: usize, day: u64, pence: u32 },
    Contribution { cpli: usize, day: u64, pence: u32 },
    Ends { cpli: usize, day: Option<u64> },
    Authorised { cpli: usize, is: bool },
    Directive { cpli: Option<usize>, period: u64, more: u64, kind: usize },
    Finalise,
}

fn event() -> impl Strategy<Value = Event> {
    let (cpli, period, week) = (|| 0..2_usize, || 0..2_usize, || 0..4_usize);
    let quarters = || [0..6_u8, 0..6_u8, 0..12_u8];
    prop_oneof![
        6 => (cpli(), period(), week(), quarters()).prop_map(|(cpli, period, week, quarters)| {
            Event::Enter { cpli, period, week, quarters }
        }),
        5 => period().prop_map(|period| Event::Submit { period }),
        6 => period().prop_map(|period| Event::Invoice { period }),
        1 => (0..6_usize).prop_map(|document| Event::Dispute { document }),
        8 => (0..9_usize).prop_map(|document| Event::Approve { document }),
        2 => (cpli(), period(), week(), 0..3_usize, option::of(20..60_u8)).prop_map(
            |(cpli, period, week, kind, quarters)| Event::Decide { cpli, period, week, kind, quarters }
        ),
        1 => (cpli(), 0..56_u64, 1..400_000_u32)
            .prop_map(|(cpli, day, pence)| Event::Price { cpli, day, pence }),
        1 => (cpli(), 0..56_u64, 0..9_000_u32)
            .prop_map(|(cpli, day, pence)| Event::Contribution { cpli, day, pence }),
        1 => (cpli(), option::of(0..70_u64)).prop_map(|(cpli, day)| Event::Ends { cpli, day }),
        1 => (cpli(), any::<bool>()).prop_map(|(cpli, is)| Event::Authorised { cpli, is }),
        1 => (option::of(cpli()), 0..6_u64, 0..4_u64, 0..3_usize).prop_map(
            |(cpli, period, more, kind)| Event::Directive { cpli, period, more, kind }
        ),
        2 => Just(Event::Finalise),
    ]
}

const CPLIS: [&str; 2] = [IDA, "170002"];

fn happens(agency: &mut Agency, event: &Event) {
    agency.after(1);
    let nth_day = |index: &u64| day(FIRST) + Days::new(*index);
    match event {
        Event::Enter { cpli, period, week, quarters } => {
            let (cpli_id, week) = (parse(CPLIS[*cpli]), weeks_from(STARTS[*period])[*week]);
            enter(agency, &cpli_id, week, *quarters);
        }
        Event::Submit { period } => {
            drop(agency.fill(STARTS[*period]).submit(STARTS[*period]));
        }
        Event::Invoice { period } => invoiced(agency, STARTS[*period]),
        Event::Dispute { document } => {
            let id = agency.heads.keys().nth(*document).cloned();
            id.map(|id| agency.dispute(&id));
        }
        Event::Approve { document } => {
            let id = agency.heads.keys().nth(*document).cloned();
            id.map(|id| agency.approve(&id));
        }
        Event::Decide { cpli, period, week, kind, quarters } => {
            let kind = [DecisionKind::Approve, DecisionKind::Cap, DecisionKind::Reject][*kind];
            let quantity = quarters.map(|it| Decimal::from(it) / Decimal::from(4));
            let week = weeks_from(STARTS[*period])[*week];
            approve_week(agency, &parse(CPLIS[*cpli]), week, kind, quantity);
        }
        Event::Price { cpli, day, pence } => {
            let pence = Decimal::new(i64::from(*pence), 4).to_string();
            let cpli = agency.facts.cplis.get_mut(&parse(CPLIS[*cpli])).unwrap();
            cpli.prices.insert(nth_day(day), price("10.5", &pence));
        }
        Event::Contribution { cpli, day, pence } => {
            let weekly = Money::from_pence(i64::from(*pence)).to_string();
            let told = contribution(nth_day(day), &weekly, Collector::Provider);
            let cpli = agency.facts.cplis.get_mut(&parse(CPLIS[*cpli])).unwrap();
            cpli.contributions.retain(|it| it.from_date != told.from_date);
            cpli.contributions.push(told);
        }
        Event::Ends { cpli, day } => {
            let cpli = agency.facts.cplis.get_mut(&parse(CPLIS[*cpli])).unwrap();
            cpli.end_date = day.as_ref().map(nth_day);
        }
        Event::Authorised { cpli, is } => {
            agency.facts.cplis.get_mut(&parse(CPLIS[*cpli])).unwrap().authorised = *is;
        }
        Event::Directive { cpli, period, more, kind } => {
            use DirectiveKind::{Cancel, CarryForward, Suspend};
            let start = day(FIRST) + Days::new(28 * period);
            let kind = [Suspend, Cancel, CarryForward][*kind];
            let mut told = directive(&format!("DIR{period}"), "C3003", kind, start);
            told.to_date = Some(start + Days::new(28 * more));
            told.cpli_id = cpli.map(|cpli| parse(CPLIS[cpli]));
            agency.facts.directives.insert(told.directive_ref.clone(), told);
        }
        Event::Finalise => {
            if agency.statements.len() < STATEMENTS {
                finalise(agency);
            }
        }
    }
}

/// Given what was planned but for so many quarter hours frustrated, missed and extra.
fn enter(agency: &mut Agency, cpli_id: &domain::ids::CpliId, week: NaiveDate, quarters: [u8; 3]) {
    let over_tolerance = agency.settings.over_tolerance;
    let terms = agency.facts.terms(cpli_id, week, over_tolerance).unwrap();
    let Some(planned) = terms.filter(|it| it.active.is_some()).map(|it| it.planned) else { return };
    let [frustrated, missed, extra] = quarters.map(|it| Decimal::from(it) / Decimal::from(4));
    let actual = planned - frustrated - missed + extra;
    if actual < Decimal::ZERO || week > domain::clock::Now::at(agency.now).date {
        return;
    }
    agency.record(cpli_id, week, Week { actual, frustrated, missed, extra, ..Week::default() });
}

/// Submits a draft if there is something to invoice. After that, each confirmed week that is not held has just
/// what it is owed on its documents, and the next draft is blank.
fn invoiced(agency: &mut Agency, start: &str) {
    let draft = agency.draft(start);
    let weeks = agency.weeks(day(start));
    let pairs: Vec<_> =
        weeks.iter().flat_map(|(id, weeks)| weeks.keys().map(move |it| (id, *it))).collect();
    let before: Vec<_> = pairs.iter().map(|(id, week)| agency.claimed(id, *week)).collect();
    match agency.invoice(start) {
        Ok(id) => {
            assert!(!draft.is_blank());
            let fell = agency.bodies[&id].net < Money::ZERO;
            assert_eq!(fell, agency.bodies[&id].kind == DocumentKind::CreditNote);
        }
        Err(why) => assert_eq!((why, draft.is_blank()), (CannotSubmitInvoice::Blank, true)),
    }
    assert!(agency.draft(start).is_blank(), "what is invoiced is not invoiced again");
    let mut moved = Money::ZERO;
    for ((cpli_id, week), before) in pairs.into_iter().zip(before) {
        let claimed = agency.claimed(cpli_id, week);
        let recorded = &weeks[cpli_id][&week];
        let confirmed = agency.submissions.get(&day(start)).is_some_and(|it| it.confirms(recorded));
        let valued = agency.valued(cpli_id, week).unwrap();
        if confirmed && !valued.is_wholly_held() {
            assert_eq!(claimed, valued.owed().unwrap(), "{cpli_id} {week}");
        } else {
            assert_eq!(claimed, before, "what is not confirmed or is held is on no document");
        }
        moved = moved.plus(claimed).unwrap().plus(before.reversed().unwrap()).unwrap();
    }
    assert_eq!(moved, draft.net, "a document is the difference");
}

/// The papers of a statement agree, and what it takes is approved and came in time.
fn finalise(agency: &mut Agency) {
    let again = agency.open();
    assert_eq!(agency.open(), again, "computing again changes nothing");
    let heads = agency.heads.clone();
    let statement = agency.finalise().clone();
    assert_eq!(statement.items, again.items);
    for id in domain::invoice::taken(&statement) {
        assert_eq!(heads[&id].state, InvoiceState::Approved);
        let submitted_at = heads[&id].claim.as_ref().unwrap().submitted_at;
        assert!(submitted_at < statement.period.confirm_by);
    }
    let finalised = finalised(&statement);
    let payable = statement.totals().unwrap().payable;
    let rows = payment_file::rows(&statement, &finalised);
    let paid = rows.iter().filter(|row| row.status == payment_file::PaymentStatus::Finalised);
    assert_eq!(Money::total(paid.map(|row| row.amount)).unwrap(), payable);
    let remittance = Remittance::of(&statement, &finalised, RemittanceView::default()).unwrap();
    let lines = remittance.lines.iter().map(|line| line.amount);
    assert_eq!((Money::total(lines).unwrap(), remittance.total), (payable, payable));
}

/// Every line of a document that a statement took is paid, cancelled or waits: once.
fn each_line_is_settled_once(agency: &Agency) {
    let mut fates: BTreeMap<(InvoiceId, u32), Vec<Money>> = BTreeMap::new();
    let mut add = |item: &Item| {
        let Subject::Invoice { invoice_id, line, .. } = &item.subject else { panic!("{item:?}") };
        fates.entry((invoice_id.clone(), *line)).or_default().push(item.amount);
    };
    let fixed = |item: &&Item| matches!(item.status, ItemStatus::Payable | ItemStatus::Cancelled);
    for statement in &agency.statements {
        statement.items.iter().filter(fixed).for_each(&mut add);
    }
    if let Some(latest) = agency.statements.last() {
        latest.items.iter().filter(|item| !fixed(item)).for_each(&mut add);
        latest.held.iter().map(|held| &held.item).for_each(&mut add);
    }
    for head in agency.heads.values() {
        let body = &agency.bodies[&head.invoice_id];
        for line in &body.lines {
            let found = fates.remove(&(head.invoice_id.clone(), line.line));
            let expected = head.taken_in.map(|_| vec![line.amount]);
            assert_eq!(found, expected, "{} line {}", head.invoice_id, line.line);
        }
    }
    assert!(fates.is_empty(), "{fates:?}");
}

fn names_are_unique_and_what_is_taken_back_is_there(agency: &Agency) {
    let mut names: BTreeSet<&ItemId> = BTreeSet::new();
    for statement in &agency.statements {
        for item in &statement.items {
            assert!(names.insert(&item.item_id), "{} twice", item.item_id);
        }
        for item in &statement.items {
            assert_eq!(item.correction == Some(Correction::Reversal), item.reverses.is_some());
            assert!(item.reverses.iter().all(|it| names.contains(it)), "{item:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_the_order_documents_add_up_to_what_is_owed_and_each_line_is_paid_once(
        events in vec(event(), 20..160), standard: bool, commissioned: bool
    ) {
        let mut agency = Agency::new();
        if standard {
            agency = agency.standard_rated();
        }
        if commissioned {
            agency = agency.paying_what_was_commissioned();
        }
        agency.now = agency.period(STARTS[1]).start_date.and_hms_opt(9, 0, 0).unwrap().and_utc();
        agency.now += chrono::Duration::days(22);
        for event in &events {
            happens(&mut agency, event);
            each_line_is_settled_once(&agency);
        }
        names_are_unique_and_what_is_taken_back_is_there(&agency);
        let numbers: BTreeSet<_> = agency.heads.values().filter_map(|it| Some(it.claim.as_ref()?.number)).collect();
        prop_assert_eq!(numbers.len(), agency.heads.len(), "every number is given once");
        prop_assert_eq!(numbers.last().map_or(0, |it| u32::from(*it)), u32::try_from(numbers.len()).unwrap());
    }

    #[test]
    fn a_vat_number_typed_with_one_wrong_digit_is_noticed(
        first in 1_u32..9_999_999, place in 0_usize..9, by in 1_u32..10
    ) {
        let weights = [8_u32, 7, 6, 5, 4, 3, 2];
        let weighted = |digits: &[u32]| weights.iter().zip(digits).map(|(weight, digit)| weight * digit).sum::<u32>();
        let digits = |text: &str| text.chars().map(|it| it.to_digit(10).unwrap()).collect::<Vec<_>>();
        let seven = format!("{first:07}");
        let check = (97 - weighted(&digits(&seven)) % 97) % 97;
        let mut nine = digits(&format!("{seven}{check:02}"));
        let read = |nine: &[u32]| {
            let text: String = nine.iter().map(u32::to_string).collect();
            text.parse::<VatNumber>().is_ok()
        };
        prop_assert!(read(&nine));
        nine[place] = (nine[place] + by) % 10;
        let sum = weighted(&nine) + nine[7] * 10 + nine[8];
        // It cannot be noticed if the number is right by the newer way of counting.
        prop_assert_eq!(read(&nine), (sum + 55) % 97 == 0 && nine[..7].iter().any(|digit| *digit > 0));
    }
}
