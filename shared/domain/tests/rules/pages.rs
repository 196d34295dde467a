//! What the reports show: headings, lines, sums, pictures and notes, word for word.

use std::collections::BTreeMap;

use chrono::Duration;
use domain::action::{ActionLine, Side};
use domain::clock::london_date;
use domain::facts::{Adjustment, Collector, Directive, DirectiveKind, Unit};
use domain::ids::{ProviderRef, TeamRef};
use domain::invoice::{InvoiceHead, InvoiceState};
use domain::item::{Correction, Item, ItemKind, ItemStatus};
use domain::period::Lifecycle;
use domain::record::{Response, ResponseState};
use domain::remittance::{Remittance, RemittanceView};
use domain::report::{
    Advices, Answered, Body, Cell, Choice, Coming, DeliveredView, DeliveredWeek, Filter, Home,
    HomeStatement, PaidDocument, PaidKind, RemittanceGroup, Report, ReportName, aged, answer_times,
    cash, commissioned, exceptions, homes, last_day_ahead, pending, prompt, remittance, responses,
};
use domain::statement::Statement;
use testing::{contribution, day, directive, instant, parse};

use crate::agency::{Agency, STARTS};
use crate::calendar::action;
use crate::desk::{Desk, confirmed, finalised, queried, rejected, silent};

/// As a page shows it: a line of headings, one a row, one a sum, one a bar, one a note.
fn page(body: &Body) -> Vec<String> {
    let cells = |row: &Vec<Cell>| {
        let cells: Vec<_> = row.iter().map(Cell::for_people).collect();
        cells.join(" | ")
    };
    let headings: Vec<_> = body.columns.iter().map(|it| it.label).collect();
    let mut page = vec![headings.join(" | ")];
    page.extend(body.rows.iter().map(cells));
    page.extend(body.totals.iter().map(|row| format!("= {}", cells(row))));
    if let Some(chart) = &body.chart {
        page.push(format!("# {}: {}", chart.title, chart.description));
        let bar = chart.bars.iter();
        page.extend(bar.map(|it| format!("# {}: {} ({})", it.label, it.value, it.length)));
    }
    page.extend(body.notes.iter().map(|note| format!("* {note}")));
    page
}

fn raised(on: &str, due: &str) -> ActionLine {
    ActionLine {
        created_at: instant(&format!("{on}T09:00:00Z")),
        due_on: day(due),
        title: format!("Raised on {on}"),
        ..action(Side::Council)
    }
}

#[test]
fn open_actions_are_shown_by_age_the_oldest_first() {
    let re = Some("Miss Wednesday Adams (Client)".to_owned());
    let all = [
        ActionLine { re, with: Side::Provider, ..raised("2022-11-23", "2022-11-29") },
        raised("2022-11-22", "2022-11-30"),
        raised("2022-11-01", "2022-12-01"),
        raised("2022-11-30", "2022-12-31"),
        raised("2022-11-02", "2022-12-01"),
    ];
    assert_eq!(
        page(&aged(&all, day("2022-11-30"))),
        [
            "Title | Type | About | With | Raised | Age in days | Due | Overdue",
            "Raised on 2022-11-01 | Payment query | - | The council | 1 November 2022 | 29 | 1 December 2022 | No",
            "Raised on 2022-11-02 | Payment query | - | The council | 2 November 2022 | 28 | 1 December 2022 | No",
            "Raised on 2022-11-22 | Payment query | - | The council | 22 November 2022 | 8 | 30 November 2022 | No",
            "Raised on 2022-11-23 | Payment query | Miss Wednesday Adams (Client) | You | 23 November 2022 | 7 | 29 November 2022 | Overdue",
            "Raised on 2022-11-30 | Payment query | - | The council | 30 November 2022 | 0 | 31 December 2022 | No",
            "= Up to 7 days | - | - | - | - | 2 | - | -",
            "= 8 to 14 days | - | - | - | - | 1 | - | -",
            "= 15 to 28 days | - | - | - | - | 1 | - | -",
            "= Over 28 days | - | - | - | - | 1 | - | -",
            "# Open actions by age: How many actions are open, by days since they were raised.",
            "# Up to 7 days: 2 (2)",
            "# 8 to 14 days: 1 (1)",
            "# 15 to 28 days: 1 (1)",
            "# Over 28 days: 1 (1)"
        ]
    );
    assert_eq!(aged(&[], day("2022-11-30")).chart, None);
}

fn coming<'a>(
    statement: &'a Statement,
    lifecycle: Lifecycle,
    response: &'a Response,
) -> Coming<'a> {
    Coming { statement, lifecycle, response }
}

/// Care that is held, moved, cancelled, held before, corrected and plain, an adjustment, and care held long ago.
fn exceptional() -> Statement {
    let mut desk = Desk::from_period("2022-10-03");
    let adjustment = Adjustment {
        adjustment_ref: parse("A1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("-12.50"),
        reason: "Damaged furniture".to_owned(),
        period_start: day("2022-10-31"),
        instalments: 1,
        made_by: Vec::new(),
    };
    desk.facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
    let suspend = directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-03"));
    let mut other = desk.cpli("164628").clone();
    (other.cpli_id, other.client.ss_ref) = (parse("164629"), parse("A999999"));
    let suspend = Directive { cpli_id: Some(other.cpli_id.clone()), ..suspend };
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    desk.facts.directives.insert(suspend.directive_ref.clone(), suspend);
    desk.finalise_confirmed();
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-11-29")));
    let mut open = desk.open();
    let plain = open.items[0].clone();
    let with = |change: &dyn Fn(&mut Item)| {
        let mut item = plain.clone();
        change(&mut item);
        item
    };
    let more = [
        with(&|it| it.status = ItemStatus::CarriedForward),
        with(&|it| it.status = ItemStatus::Cancelled),
        with(&|it| it.carried_from = Some(parse("I1"))),
        with(&|it| it.correction = Some(Correction::Reissue)),
    ];
    open.items.extend(more);
    open
}

#[test]
fn what_differs_from_plain_care_is_shown_with_what_becomes_of_it() {
    let statement = exceptional();
    let unconfirmed = silent(&statement);
    let of = |lifecycle| exceptions(&[coming(&statement, lifecycle, &unconfirmed)], &[]).unwrap();
    let body = of(Lifecycle::Current);
    assert_eq!(
        page(&body),
        [
            "Contract | Period from | SSRef | Client | What it is | Reason | From | To | Value | In the next run",
            "Lake House residential (C3001) | 31 October 2022 | A999999 | Miss Wednesday Adams | Suspended | Under review by the contracts team | 31 October 2022 | 27 November 2022 | £3,461.84 | Held",
            "Lake House residential (C3001) | 31 October 2022 | - | - | Manual adjustment | Damaged furniture | 31 October 2022 | 27 November 2022 | −£12.50 | Due in the next run",
            "Lake House residential (C3001) | 31 October 2022 | A272433 | Miss Wednesday Adams | Carried forward | - | 31 October 2022 | 27 November 2022 | £3,461.84 | Moved to the period after",
            "Lake House residential (C3001) | 31 October 2022 | A272433 | Miss Wednesday Adams | Cancelled | - | 31 October 2022 | 27 November 2022 | £3,461.84 | Never paid",
            "Lake House residential (C3001) | 31 October 2022 | A272433 | Miss Wednesday Adams | Held or moved before | - | 31 October 2022 | 27 November 2022 | £3,461.84 | Due in the next run",
            "Lake House residential (C3001) | 31 October 2022 | A272433 | Miss Wednesday Adams | Correction | - | 31 October 2022 | 27 November 2022 | £3,461.84 | Due in the next run",
            "Lake House residential (C3001) | 31 October 2022 | A999999 | Miss Wednesday Adams | Still suspended | Under review by the contracts team | 3 October 2022 | 30 October 2022 | £3,461.84 | Held",
            "= Due in the next run | - | - | - | - | - | - | - | £6,911.18 | -",
            "= Held | - | - | - | - | - | - | - | £6,923.68 | -",
            "= Moved to the period after | - | - | - | - | - | - | - | £3,461.84 | -",
            "= Never paid | - | - | - | - | - | - | - | £3,461.84 | -",
            "# What becomes of the exceptions: The value of the exceptions by what becomes of them.",
            "# Due in the next run: £6,911.18 (691118)",
            "# Held: £6,923.68 (692368)",
            "# Moved to the period after: £3,461.84 (346184)",
            "# Never paid: £3,461.84 (346184)"
        ]
    );
    let shown = [parse("A272433"), parse("A999999")].into();
    assert_eq!(body.shown, BTreeMap::from([(statement.provider_ref.clone(), shown)]));
    assert_eq!(of(Lifecycle::Locked).rows.len() + 1, body.rows.len(), "what was held before");
    let nothing = of(Lifecycle::Future);
    assert_eq!((nothing.rows.len(), nothing.chart), (0, None));
}

#[test]
fn payments_to_come_are_shown_with_their_state_and_answer() {
    let desk = Desk::from_period("2022-10-03");
    let first = desk.open();
    let next = Statement::forecast(&desk.facts, &desk.facts.periods[&day("2022-10-31")]).unwrap();
    let [agreed, asked, refused, none, unasked] = [
        confirmed(&first),
        queried(&first),
        rejected(&first),
        silent(&first),
        Response::NotRequired,
    ];
    let all = [
        coming(&first, Lifecycle::Finalised, &agreed),
        coming(&first, Lifecycle::Authorised, &agreed),
        coming(&first, Lifecycle::Locked, &asked),
        coming(&first, Lifecycle::Current, &refused),
        coming(&next, Lifecycle::Future, &none),
        coming(&next, Lifecycle::Future, &unasked),
    ];
    assert_eq!(
        page(&pending(&all).unwrap()),
        [
            "Contract | Period from | Period to | State | Your response | Confirm by | Pay date | Total | Payable | Not payable",
            "Lake House residential (C3001) | 3 October 2022 | 30 October 2022 | Authorised | Confirmed | 27 October 2022 | 31 October 2022 | £3,461.84 | £3,461.84 | £0.00",
            "Lake House residential (C3001) | 3 October 2022 | 30 October 2022 | Locked | Confirmed with queries | 27 October 2022 | 31 October 2022 | £3,461.84 | £3,461.84 | £0.00",
            "Lake House residential (C3001) | 3 October 2022 | 30 October 2022 | Current | Rejected | 27 October 2022 | 31 October 2022 | £3,461.84 | £3,461.84 | £0.00",
            "Lake House residential (C3001) | 31 October 2022 | 27 November 2022 | Future | Unconfirmed | 24 November 2022 | 28 November 2022 | £3,461.84 | £3,461.84 | £0.00",
            "Lake House residential (C3001) | 31 October 2022 | 27 November 2022 | Future | Not required | 24 November 2022 | 28 November 2022 | £3,461.84 | £3,461.84 | £0.00",
            "= Total | - | - | - | - | - | - | £17,309.20 | £17,309.20 | £0.00",
            "# Payable by pay date: Pounds by day, the earliest first.",
            "# 31 October 2022: £10,385.52 (1038552)",
            "# 28 November 2022: £6,923.68 (692368)",
            "* Payments of future periods are what is known today."
        ]
    );
    assert_eq!(pending(&all[..3]).unwrap().chart, None, "one bar says nothing");
}

#[test]
fn the_cash_of_thirteen_weeks_is_shown_week_by_week() {
    let statement = Desk::from_period("2022-10-03").open();
    let response = silent(&statement);
    let all = [coming(&statement, Lifecycle::Current, &response)];
    let today = day("2022-10-26");
    let page = page(&cash(&all, today).unwrap());
    assert_eq!((page.len(), last_day_ahead(today)), (31, day("2023-01-22")));
    let told: Vec<_> = page.iter().filter(|line| !line.contains("£0.00")).collect();
    assert_eq!(
        told,
        [
            "Week from | Payments | Expected",
            "31 October 2022 | 1 | £3,461.84",
            "= Total | 1 | £3,461.84",
            "# Expected by week: Pounds by day, the earliest first.",
            "# 31 October 2022: £3,461.84 (346184)",
            "* By pay date. What is held or not confirmed in time can come later or not at all.",
            "* A payment whose pay date has passed stands in the first week."
        ]
    );
}

fn delivered(unit: Unit, entered: bool) -> DeliveredWeek {
    DeliveredWeek {
        provider_ref: parse("P1003"),
        provider: "Northside".to_owned(),
        contract_ref: parse("C3003"),
        service: format!("{unit:?} care"),
        unit,
        cpli_id: parse("170001"),
        ss_ref: parse("A272433"),
        client: "Miss Wednesday Adams".to_owned(),
        week_start: day("2022-10-03"),
        entered,
        planned: parse("10.50"),
        actual: parse("9"),
        frustrated: parse("1"),
        missed: parse("0.5"),
        extra: parse("0"),
        owed: parse("201.06"),
        held: parse("5.00"),
    }
}

#[test]
fn what_was_delivered_is_shown_beside_what_was_commissioned_unit_by_unit() {
    let view = DeliveredView { by_week: true, all_providers: false };
    let units = [Unit::Hour, Unit::Night, Unit::Placement, Unit::Day, Unit::Visit];
    let all = units.map(|unit| delivered(unit, unit != Unit::Day));
    assert_eq!(
        page(&commissioned(&all, view).unwrap()),
        [
            "Contract | Service | SSRef | Client | CPLI id | Unit | Week from | Weeks | Weeks entered | Commissioned | Actual | Frustrated | Missed | Extra | Owed | Held",
            "C3003 | Day care | A272433 | Miss Wednesday Adams | 170001 | days | 3 October 2022 | 1 | 0 | 10.5 | 0 | 0 | 0 | 0 | £201.06 | £5.00",
            "C3003 | Hour care | A272433 | Miss Wednesday Adams | 170001 | hours | 3 October 2022 | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "C3003 | Night care | A272433 | Miss Wednesday Adams | 170001 | nights | 3 October 2022 | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "C3003 | Placement care | A272433 | Miss Wednesday Adams | 170001 | placements | 3 October 2022 | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "C3003 | Visit care | A272433 | Miss Wednesday Adams | 170001 | visits | 3 October 2022 | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "= Total, days | - | - | - | - | - | - | 1 | 0 | 10.5 | 0 | 0 | 0 | 0 | £201.06 | £5.00",
            "= Total, hours | - | - | - | - | - | - | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "= Total, nights | - | - | - | - | - | - | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "= Total, placements | - | - | - | - | - | - | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "= Total, visits | - | - | - | - | - | - | 1 | 1 | 10.5 | 9 | 1 | 0.5 | 0 | £201.06 | £5.00",
            "# Commissioned and delivered: Units by what became of them.",
            "# Days, commissioned: 10.5 (1050)",
            "# Days, actual: 0 (0)",
            "# Days, frustrated: 0 (0)",
            "# Days, missed: 0 (0)",
            "# Days, extra: 0 (0)",
            "# Hours, commissioned: 10.5 (1050)",
            "# Hours, actual: 9 (900)",
            "# Hours, frustrated: 1 (100)",
            "# Hours, missed: 0.5 (50)",
            "# Hours, extra: 0 (0)",
            "# Nights, commissioned: 10.5 (1050)",
            "# Nights, actual: 9 (900)",
            "# Nights, frustrated: 1 (100)",
            "# Nights, missed: 0.5 (50)",
            "# Nights, extra: 0 (0)",
            "# Placements, commissioned: 10.5 (1050)",
            "# Placements, actual: 9 (900)",
            "# Placements, frustrated: 1 (100)",
            "# Placements, missed: 0.5 (50)",
            "# Placements, extra: 0 (0)",
            "# Visits, commissioned: 10.5 (1050)",
            "# Visits, actual: 9 (900)",
            "# Visits, frustrated: 1 (100)",
            "# Visits, missed: 0.5 (50)",
            "# Visits, extra: 0 (0)",
            "* Units given are those of weeks that were entered; a week without an entry counts as planned only."
        ]
    );
    assert_eq!(commissioned(&[], view).unwrap().chart, None);
}

#[test]
fn homes_are_shown_with_what_waits_there() {
    let home = |provider: &str, name: &str, waits: bool| Home {
        provider_ref: parse(provider),
        name: name.to_owned(),
        statements: vec![HomeStatement { waits, payable: parse("3461.84"), held: parse("12.50") }],
    };
    let all = [home("P1001", "Lake House", true), home("P1002", "Hill House", false)];
    assert_eq!(
        page(&homes(&all).unwrap()),
        [
            "Provider | Statements to answer | Payable | Of which waits for you | Held",
            "Lake House (P1001) | 1 | £3,461.84 | £3,461.84 | £12.50",
            "Hill House (P1002) | 0 | £3,461.84 | £0.00 | £12.50",
            "= All | 1 | £6,923.68 | £3,461.84 | £25.00",
            "# Payable by home: What each home is paid next.",
            "# Lake House: £3,461.84 (346184)",
            "# Hill House: £3,461.84 (346184)",
            "* Of statements that are open or locked and not finalised yet."
        ]
    );
    assert_eq!(homes(&all[..1]).unwrap().chart, None, "one bar says nothing");
}

#[test]
fn payments_are_shown_by_how_promptly_they_came() {
    let received_on = day("2022-10-03");
    let paid = |kind, days| PaidDocument {
        provider: "Northside (P1003)".to_owned(),
        kind,
        received_on,
        disputed_days: 0,
        paid_on: received_on + Duration::days(days),
    };
    let all = [
        paid(PaidKind::Statement, 20),
        paid(PaidKind::Invoice, 31),
        paid(PaidKind::Invoice, 61),
        paid(PaidKind::Invoice, 30),
    ];
    assert_eq!(
        page(&prompt(&all)),
        [
            "Provider | What was paid | Paid | Mean days | Within 30 days | Within 30 days, % | 31 to 60 days | 31 to 60 days, % | Over 60 days | Over 60 days, %",
            "Northside (P1003) | Invoices | 3 | 40.7 | 1 | 33.3 | 1 | 33.3 | 1 | 33.3",
            "Northside (P1003) | Statements | 1 | 20 | 1 | 100 | 0 | 0 | 0 | 0",
            "= All | - | 4 | 35.5 | 2 | 50 | 1 | 25 | 1 | 25",
            "# How promptly is paid: How many payments by days from receipt.",
            "# Within 30 days: 2 (2)",
            "# 31 to 60 days: 1 (1)",
            "# Over 60 days: 1 (1)",
            "* Days are counted from the day an invoice was received to its pay date; days on which it was disputed do not count.",
            "* A statement that is paid without an invoice is counted from the last day of its period."
        ]
    );
    assert_eq!(prompt(&[]).chart, None);
}

#[test]
fn an_invoice_is_promptly_paid_if_it_is_so_without_the_days_of_its_disputes() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let id = agency.invoice(STARTS[0]).unwrap();
    let claim = agency.heads[&id].claim.clone().unwrap();
    let received_on = london_date(claim.submitted_at);
    let name = || "Northside (P1003)".to_owned();
    let days = |agency: &Agency, after: i64| {
        let paid_on = received_on + Duration::days(after);
        let paid = PaidDocument::invoice(&agency.heads[&id], name(), paid_on).unwrap();
        assert_eq!((paid.provider.clone(), paid.kind), (name(), PaidKind::Invoice));
        assert_eq!((paid.received_on, paid.paid_on), (received_on, paid_on));
        paid.days()
    };
    assert_eq!(days(&agency, 40), 40);
    agency.after(24 * 5);
    assert!(agency.dispute(&id));
    assert_eq!(days(&agency, 40), 5, "it is disputed still");
    agency.after(24 * 10);
    assert!(agency.approve(&id));
    assert_eq!(days(&agency, 40), 30);
    let draft = InvoiceHead { claim: None, ..agency.heads[&id].clone() };
    assert_eq!(PaidDocument::invoice(&draft, name(), received_on), None);
    let states: Vec<_> = agency.heads[&id].history.iter().map(|step| step.state).collect();
    assert!(states.contains(&InvoiceState::Disputed), "{states:?}");
}

#[test]
fn remittances_are_shown_line_by_line_under_the_names_of_who_is_paid() {
    let mut desk = Desk::from_period("2022-10-03");
    desk.tell("164628", |cpli| {
        cpli.contributions = vec![contribution(day("2022-08-03"), "162.30", Collector::Provider)];
    });
    let mut statement = desk.open();
    let mut manual = statement.items[0].clone();
    (manual.item_id, manual.kind) = (parse("I9"), ItemKind::Manual);
    manual.payee = parse("P1999");
    let mut void = manual.clone();
    (void.item_id, void.kind, void.payee) = (parse("I8"), ItemKind::Void, parse("P1001"));
    statement.items.extend([manual, void]);
    let view = RemittanceView::default();
    let advice = Remittance::of(&statement, &finalised(&statement), view).unwrap();
    let names = BTreeMap::from([(parse::<ProviderRef>("P1001"), "Lake House".to_owned())]);
    let group = RemittanceGroup::AllProviders;
    let all = std::slice::from_ref(&advice);
    assert_eq!(
        page(&remittance(&Advices { all, names: &names, group }).unwrap()),
        [
            "Provider | Contract | Period | SSRef | Client | Cost or income | Reason | From | To | Value | Paid to",
            "Lake House (P1001) | Lake House residential (C3001) | 3 October 2022 to 30 October 2022 | A272433 | Miss Wednesday Adams | Cost | Care | 3 October 2022 | 30 October 2022 | £3,461.84 | -",
            "Lake House (P1001) | Lake House residential (C3001) | 3 October 2022 to 30 October 2022 | A272433 | Miss Wednesday Adams | Income | Client contribution | 3 October 2022 | 30 October 2022 | −£649.20 | -",
            "Lake House (P1001) | Lake House residential (C3001) | 3 October 2022 to 30 October 2022 | A272433 | Miss Wednesday Adams | Void | Care | 3 October 2022 | 30 October 2022 | £3,461.84 | -",
            "Lake House (P1001) | Lake House residential (C3001) | 3 October 2022 to 30 October 2022 | A272433 | Miss Wednesday Adams | Manual adjustment | Care | 3 October 2022 | 30 October 2022 | £3,461.84 | P1999",
            "= Total | - | - | - | - | - | - | - | - | £9,736.32 | -",
            "# What the payments contain: Costs and deductions, £9,736.32 together.",
            "# Cost: £3,461.84 (346184)",
            "# Income: −£649.20 (-64920)",
            "# Manual adjustment: £3,461.84 (346184)",
            "# Void: £3,461.84 (346184)",
            "* Lake House residential (C3001): £3,461.84 of the total is paid to P1999."
        ]
    );
    let of_care = Remittance { lines: advice.lines[..1].to_vec(), ..advice.clone() };
    let all = std::slice::from_ref(&of_care);
    let body = remittance(&Advices { all, names: &names, group }).unwrap();
    assert_eq!(body.chart, None, "one bar says nothing");
}

#[test]
fn answers_are_shown_period_by_period_the_latest_first() {
    use ResponseState::{Confirmed, ConfirmedWithQueries, NotRequired, Rejected, Unconfirmed};
    let of = |start: &str, response| Answered {
        period: (day(start), format!("28DAY from {start}")),
        response,
    };
    let all = [
        of("2022-10-03", Confirmed),
        of("2022-10-03", Confirmed),
        of("2022-10-03", Unconfirmed),
        of("2022-10-03", NotRequired),
        of("2022-10-31", ConfirmedWithQueries),
        of("2022-10-31", Rejected),
    ];
    assert_eq!(
        page(&responses(&all)),
        [
            "Period | Statements | Confirmed | Confirmed with queries | Rejected | Unconfirmed | Not required | Answered, %",
            "28DAY from 2022-10-31 | 2 | 0 | 1 | 1 | 0 | 0 | 100",
            "28DAY from 2022-10-03 | 4 | 2 | 0 | 0 | 1 | 1 | 66.7",
            "= All | 6 | 2 | 1 | 1 | 1 | 1 | 80",
            "# How providers answer: How many statements by their answer.",
            "# Confirmed: 2 (2)",
            "# Confirmed with queries: 1 (1)",
            "# Rejected: 1 (1)",
            "# Unconfirmed: 1 (1)",
            "# Not required: 1 (1)",
            "* Answered, %: of the statements to which an answer was asked."
        ]
    );
    assert_eq!(responses(&[]).chart, None);
}

#[test]
fn done_actions_are_shown_by_how_long_each_team_took() {
    let done = |team: &str, on: &str| ActionLine {
        team_ref: parse(team),
        done_at: Some(instant(&format!("{on}T12:00:00Z"))),
        ..raised("2022-11-01", "2022-11-14")
    };
    let open = raised("2022-11-01", "2022-11-14");
    let all = [
        done("PAYMENTS", "2022-11-14"),
        done("PAYMENTS", "2022-11-15"),
        done("PAYMENTS", "2022-11-16"),
        done("BROKERAGE", "2022-11-01"),
        open,
    ];
    let names = BTreeMap::from([(parse::<TeamRef>("PAYMENTS"), "Payments".to_owned())]);
    assert_eq!(
        page(&answer_times(&all, &names)),
        [
            "Team | Type | Done | Mean days | Done after the due date",
            "BROKERAGE | Payment query | 1 | 0 | 0",
            "Payments | Payment query | 3 | 14 | 2",
            "= All | - | 4 | 10.5 | 2",
            "* Days from the day an action was raised to the day it was marked as done."
        ]
    );
}

#[test]
fn what_was_chosen_is_said_above_a_report_in_words() {
    let choices = || vec![Choice::new(&"a", "Lake House"), Choice::new(&"b", "Hill House")];
    let filters = vec![
        Filter::select("contract", "Contract", choices(), "b"),
        Filter::select("service", "Service", choices(), ""),
        Filter::switch("summary", "Summary", true),
        Filter::switch("pairs", "Pairs that cancel out", false),
        Filter::date("from", "From", Some(day("2022-10-03"))),
        Filter::date("to", "To", None),
    ];
    let report = Report::of(ReportName::Homes, String::new(), filters, Body::default());
    let chosen = report.chosen();
    let chosen: Vec<_> = chosen.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    let wanted = [
        "Contract: Hill House",
        "Summary: Yes",
        "Pairs that cancel out: No",
        "From: 3 October 2022",
    ];
    assert_eq!(chosen, wanted);
}
