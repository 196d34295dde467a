//! Invoices and credit notes: what they are called, and what may be attached to them.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use domain::actuals::Week;
use domain::clock::Now;
use domain::facts::{Collector, Cpli, DirectiveKind};
use domain::ids::CpliId;
use domain::invoice::{
    AttachmentType, CannotChange, DocumentKind, InvoiceHead, InvoiceLine, InvoiceState, LINES_MAX,
    LineRef, cancelled, taken,
};
use domain::item::{Item, ItemStatus, Label, Subject};
use domain::money::Money;
use domain::statement::{Ledger, Statement};
use domain::weeks::Submission;
use testing::{contribution, day, directive, parse};

use crate::agency::{Agency, STARTS, attachment, entry, weeks_from};

fn draft() -> InvoiceHead {
    let agency = Agency::new();
    let (contract, period) = (&agency.facts.contract, agency.period(STARTS[0]));
    InvoiceHead::draft(
        parse("C3003.2022-09-05.1"),
        contract,
        &period,
        "Ida Moss",
        Now::at(agency.now),
    )
}

#[test]
fn a_state_is_spelled_as_requests_spell_it_and_said_as_a_sentence_does() {
    let told = InvoiceState::ALL.map(|state| (state.as_str(), state.words(), state.claims()));
    let wanted = [
        ("draft", "a draft", false),
        ("submitted", "submitted", true),
        ("disputed", "disputed", true),
        ("approved", "approved", true),
        ("paid", "paid", true),
        ("deleted", "deleted", false),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn an_attachment_is_what_its_bytes_are_whatever_its_name_says() {
    use AttachmentType::{Jpeg, Pdf, Png};
    for (name, is) in [
        ("a.PDF", Some(Pdf)),
        (" a.png ", Some(Png)),
        ("a.jpg", Some(Jpeg)),
        ("a.jpeg", Some(Jpeg)),
        ("a.pdf.exe", None),
        ("pdf", None),
    ] {
        assert_eq!(AttachmentType::of_name(name), is, "{name}");
    }
    assert_eq!(AttachmentType::of(b"\x89PNG\r\n\x1a\n and more"), Some(Png));
    assert_eq!(AttachmentType::of(b"\xFF\xD8\xFF and more"), Some(Jpeg));
    assert_eq!(AttachmentType::of(b"%PDF-1.7 and more %%EOF\n"), Some(Pdf));
    for not_whole in [&b"%PDF-1.7 and no end"[..], b"no beginning %%EOF", b"%PDF-1.7 %EOF", b""] {
        assert_eq!(AttachmentType::of(not_whole), None);
    }
    let told = [Pdf, Png, Jpeg].map(|it| (it.media_type(), it.ending()));
    assert_eq!(told, [("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg")]);
}

#[test]
fn a_vat_invoice_is_attached_to_a_draft_or_what_is_disputed() {
    let head = draft();
    for state in InvoiceState::ALL {
        let head = InvoiceHead { state, ..head.clone() };
        let may = matches!(state, InvoiceState::Draft | InvoiceState::Disputed);
        assert_eq!(head.can_attach(), may, "{state:?}");
        let uploading = head.clone().upload(" vat.pdf ", AttachmentType::Pdf);
        let attached = head.attach(attachment());
        if may {
            let first = uploading.unwrap().uploading.unwrap();
            assert_eq!((first.file_name.as_str(), first.upload), ("vat.pdf", 1));
            assert_eq!(attached.unwrap().attachment, Some(attachment()));
        } else {
            assert_eq!(uploading.unwrap_err(), CannotChange::NothingAttached { is: state });
            assert_eq!(attached.unwrap_err(), CannotChange::NothingAttached { is: state });
        }
    }
    let once = head.upload("one.pdf", AttachmentType::Pdf).unwrap();
    let twice = once.upload("two.png", AttachmentType::Png).unwrap().uploading.unwrap();
    assert_eq!((twice.file_name.as_str(), twice.upload), ("two.png", 2));
}

#[test]
fn a_dispute_has_a_reason_of_at_most_so_many_characters_and_an_approval_may_have_one() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let id = agency.invoice(STARTS[0]).unwrap();
    let (head, now) = (agency.heads[&id].clone(), Now::at(agency.now));
    let most = "x".repeat(domain::record::COMMENT_LENGTH_MAX);
    head.clone().dispute(&most, now).unwrap();
    assert_eq!(head.clone().dispute(&format!("{most}x"), now), Err(CannotChange::ReasonTooLong));
    assert_eq!(head.clone().dispute(" ", now), Err(CannotChange::ReasonRequired));
    let said = |reason| {
        let approved = head.clone().approve(reason, [], now).unwrap();
        approved.history.last().unwrap().reason.clone()
    };
    assert_eq!(
        [said(None), said(Some("  ")), said(Some(" Agreed "))],
        [None, None, Some("Agreed".to_owned())]
    );
}

#[test]
fn a_correction_says_its_first_cause_and_every_change_of_a_draft_changes_its_digest() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let first = agency.draft(STARTS[0]);
    assert_eq!(first.cause(), None);
    assert_eq!(first.digest.len(), 64);
    agency.invoice(STARTS[0]).unwrap();
    agency.after(1);
    for cpli in agency.facts.cplis.values_mut() {
        for price in cpli.prices.values_mut() {
            price.unit_price = parse("25.00");
        }
    }
    let changed = agency.draft(STARTS[0]);
    let cause = "The price changed from £22.34 to £25.00 after it was invoiced";
    assert_eq!(changed.cause(), Some(cause));
    assert_ne!(changed.digest, first.digest);
    for line in &changed.lines {
        assert!(line.cause.is_some() && line.correction.is_some(), "{line:?}");
    }
    let numbers: Vec<_> = changed.lines.iter().map(|line| line.line).collect();
    assert!(numbers.iter().copied().eq(1..=u32::try_from(numbers.len()).unwrap()));
    assert_ne!(changed.net, Money::ZERO);
}

#[test]
fn care_that_is_taken_back_altogether_says_that_nothing_is_paid_for_any_more() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    agency.invoice(STARTS[0]).unwrap();
    let label = agency.draft(STARTS[0]).lines.first().map(|line| line.label.clone());
    assert_eq!(label, None);
    for cpli in agency.facts.cplis.values_mut() {
        cpli.authorised = false;
    }
    let back = agency.draft(STARTS[0]);
    let none = "What is paid for changed from 10.5 hours to none after it was invoiced";
    assert_eq!(back.cause(), Some(none));
    assert!(back.lines.iter().all(|line| line.reverses.is_some()));
    let named = back.lines[0].label.clone();
    assert_ne!(named, Label::default());
}

/// As planned, submitted, and invoiced if it should be.
fn submitted(invoiced: bool) -> Agency {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    if invoiced {
        let id = agency.invoice(STARTS[0]).unwrap();
        assert!(agency.approve(&id));
    }
    agency.after(1);
    agency
}

#[test]
fn what_is_collected_or_called_otherwise_changes_a_draft() {
    let mut agency = submitted(true);
    assert_eq!(
        agency.draft(STARTS[0]).kind,
        DocumentKind::Invoice,
        "a blank one is no credit note"
    );
    for cpli in agency.facts.cplis.values_mut() {
        cpli.contributions = vec![contribution(day(STARTS[0]), "7.00", Collector::Provider)];
    }
    agency.service().name = "Northside at home".to_owned();
    let draft = agency.draft(STARTS[0]);
    let cause = "What is collected for this care changed after it was invoiced";
    assert_eq!(draft.cause(), Some(cause));
    let given = draft.lines.iter().filter(|line| line.reverses.is_none());
    for line in given {
        assert_eq!(line.label.service.as_deref(), Some("Northside at home"), "{line:?}");
    }
    let known = agency.bodies.values().next().unwrap().lines[0].label.clone();
    agency.facts.cplis.clear();
    let gone = agency.draft(STARTS[0]);
    assert_eq!(gone.lines[0].label, known, "as it was called when it was claimed");
}

#[test]
fn what_is_delivered_beyond_the_plan_is_told_beside_what_is_paid() {
    let mut agency = Agency::new().paying_what_was_commissioned();
    agency.enter(("170001", STARTS[0]), &entry("12.5", "", "", "2")).unwrap();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let told = agency.draft(STARTS[0]).lines[0].arithmetic();
    assert_eq!(told, "10.5 of 12.5 hours × £22.34 = £234.57");
}

#[test]
fn a_document_comes_into_the_statement_of_the_window_in_which_it_was_submitted() {
    let forecast = |at: DateTime<Utc>| {
        let mut agency = submitted(false);
        agency.now = at;
        let id = agency.invoice(STARTS[0]).unwrap();
        assert!(agency.approve(&id));
        agency.open();
        [STARTS[0], STARTS[1], STARTS[2]].map(|start| {
            let forecast = Statement::forecast(&agency.facts, &agency.period(start)).unwrap();
            forecast.items.iter().filter(|item| item.subject.invoice_id().is_some()).count()
        })
    };
    let closes = |start| Agency::new().period(start).confirm_by;
    assert_eq!(forecast(closes(STARTS[0]) - Duration::seconds(1)), [8, 0, 0]);
    assert_eq!(forecast(closes(STARTS[0])), [0, 8, 0]);
    assert_eq!(forecast(closes(STARTS[1]) - Duration::seconds(1)), [0, 8, 0]);
    assert_eq!(forecast(closes(STARTS[1])), [0, 0, 8]);
}

#[test]
fn a_statement_knows_which_documents_it_took_and_which_of_their_lines_it_cancels() {
    let mut agency = submitted(true);
    let id = agency.heads.keys().next().unwrap().clone();
    assert_eq!(taken(&agency.open()), BTreeSet::from([id.clone()]));
    assert_eq!(cancelled(&agency.open()).count(), 0);
    let mut cancel = directive("D1", "C3003", DirectiveKind::Cancel, day(STARTS[0]));
    cancel.cpli_id = Some(parse("170001"));
    agency.facts.directives.insert(cancel.directive_ref.clone(), cancel);
    let lines: BTreeSet<LineRef> = cancelled(&agency.open()).collect();
    let ours = agency.bodies[&id].lines.iter().filter(|it| it.cpli_id == Some(parse("170001")));
    let wanted = ours.map(|it| LineRef { invoice_id: id.clone(), line: it.line });
    assert_eq!(lines, wanted.collect());
    assert_eq!(lines.len(), 4);
}

#[test]
fn what_takes_back_a_cancelled_line_and_stands_in_its_place_is_cancelled_too() {
    let mut agency = Agency::new().standard_rated();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let first = agency.invoice(STARTS[0]).unwrap();
    agency.after(1).enter(("170001", STARTS[0]), &entry("9.50", "", "1", "")).unwrap();
    agency.enter(("170002", STARTS[0]), &entry("6", "", "1", "")).unwrap();
    agency.submit(STARTS[0]).unwrap();
    agency.after(1);
    let second = agency.invoice(STARTS[0]).unwrap();
    assert!(agency.approve(&first) && agency.approve(&second));
    agency.open();
    let lines = agency.bodies[&second].lines.clone();
    let period = agency.period(STARTS[0]);
    let statuses = |before: BTreeSet<LineRef>| {
        let mut facts = agency.facts.clone();
        let ours = facts.invoices.iter_mut().find(|it| it.body.invoice_id == second).unwrap();
        ours.cancelled_before = before;
        let statement = Statement::open(&facts, &Ledger::default(), &period).unwrap();
        let is_cancelled = |number: u32| {
            let of = |item: &&Item| matches!(&item.subject, Subject::Invoice { invoice_id, line, .. } if *invoice_id == second && *line == number);
            statement.items.iter().find(of).unwrap().status == ItemStatus::Cancelled
        };
        lines.iter().map(|line| is_cancelled(line.line)).collect::<Vec<_>>()
    };
    let reversed = |cpli_id: Option<&str>| -> BTreeSet<LineRef> {
        let of = lines.iter().filter(|it| cpli_id.is_none() || it.cpli_id == cpli_id.map(parse));
        of.filter_map(|it| it.reverses.clone()).collect()
    };
    let all = lines.len();
    assert_eq!(all, 5, "two are taken back and given again, with the tax on both");
    assert_eq!(statuses(BTreeSet::new()), vec![false; all]);
    assert_eq!(statuses(reversed(None)), vec![true; all], "the tax on nothing else too");
    let one = statuses(reversed(Some("170001")));
    let wanted: Vec<_> = lines.iter().map(|it| it.cpli_id == Some(parse("170001"))).collect();
    assert_eq!(one, wanted);
}

#[test]
fn the_suppliers_own_tax_is_paid_where_there_is_one() {
    let mut agency = Agency::new().standard_rated();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let draft = agency.draft(STARTS[0]);
    assert_eq!(draft.vat.payable(), draft.vat.tax);
    assert_ne!(draft.vat.tax, Money::ZERO);
    let own = draft.vat.tax.plus(Money::from_pence(1)).unwrap();
    assert_eq!(draft.with_suppliers_tax(own).unwrap().vat.payable(), own);
}

#[test]
fn a_statement_takes_only_what_is_approved_and_was_not_taken() {
    let mut agency = submitted(true);
    agency.open();
    let taken = |change: fn(&mut InvoiceHead)| {
        let mut facts = agency.facts.clone();
        facts.invoices.iter_mut().for_each(|it| change(&mut it.head));
        let period = agency.period(STARTS[0]);
        Statement::open(&facts, &Ledger::default(), &period).unwrap().items.len()
    };
    assert_eq!(taken(|_| {}), 8);
    assert_eq!(taken(|head| head.state = InvoiceState::Submitted), 0);
    assert_eq!(taken(|head| head.taken_in = Some(day(STARTS[0]))), 0);
}

#[test]
fn a_statement_takes_documents_while_there_is_room_and_the_first_whatever_its_size() {
    let mut agency = submitted(true);
    agency.open();
    let document = agency.facts.invoices[0].clone();
    let of = |n: u16, lines: usize| {
        let mut it = document.clone();
        (it.head.invoice_id.n, it.body.invoice_id.n) = (n, n);
        let like = &document.body.lines[0];
        let lines =
            (1..=u32::try_from(lines).unwrap()).map(|line| InvoiceLine { line, ..like.clone() });
        it.body.lines = lines.collect();
        it
    };
    let taken = |first: usize, second: usize| {
        let mut facts = agency.facts.clone();
        facts.invoices = vec![of(1, first), of(2, second)];
        let period = agency.period(STARTS[0]);
        Statement::open(&facts, &Ledger::default(), &period).unwrap().items.len()
    };
    assert_eq!(taken(LINES_MAX - 2, 2), LINES_MAX);
    assert_eq!(taken(LINES_MAX - 2, 3), LINES_MAX - 2);
    assert_eq!(taken(LINES_MAX + 1, 1), LINES_MAX + 1);
}

#[test]
fn a_document_has_fifteen_thousand_lines_and_says_what_comes_on_the_next() {
    let mut agency = Agency::new();
    let like = agency.facts.cplis[&parse("170001")].clone();
    agency.facts.cplis.clear();
    let at = agency.now;
    let mut commission = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            let cpli_id: CpliId = parse(&number.to_string());
            let cpli = Cpli { cpli_id: cpli_id.clone(), ..like.clone() };
            agency.facts.cplis.insert(cpli_id.clone(), cpli);
            for week in weeks_from(STARTS[0]) {
                let week_done = Week { actual: parse("10.5"), ..Week::default() };
                agency.record(&cpli_id, week, week_done);
            }
        }
        let submitted = Submission { submitted_at: at, submitted_by: "Ida Moss".to_owned() };
        agency.submissions.insert(day(STARTS[0]), submitted);
        agency.draft(STARTS[0])
    };
    let full = commission(200_000..203_750);
    assert_eq!((full.lines.len(), full.not_included.len()), (15_000, 0));
    let more = commission(203_750..203_751);
    assert_eq!((more.lines.len(), more.not_included.len()), (15_000, 4));
    assert_eq!(
        more.not_included[0].reason,
        "This document has no more room. It comes on the next one."
    );
}

#[test]
fn care_that_begins_to_be_paid_says_what_is_paid_now() {
    let mut agency = Agency::new();
    for cpli in agency.facts.cplis.values_mut() {
        cpli.contributions = vec![contribution(day(STARTS[0]), "7.00", Collector::Provider)];
    }
    agency.enter(("170001", STARTS[0]), &entry("0", "", "10.5", "")).unwrap();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    agency.invoice(STARTS[0]).unwrap();
    agency.after(1).enter(("170001", STARTS[0]), &entry("10.5", "", "", "")).unwrap();
    agency.submit(STARTS[0]).unwrap();
    let cause = "What is paid for changed from none to 10.5 hours after it was invoiced";
    assert_eq!(agency.draft(STARTS[0]).cause(), Some(cause));
}
