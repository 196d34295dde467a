//! Payment only with an agreed document: held until it is, and then paid to the penny.

use domain::contract_document::DocumentState;
use domain::facts::{Directive, DirectiveKind};
use domain::item::{HoldBy, ItemStatus};
use testing::{day, directive, parse};

use crate::desk::{Desk, amounts};

fn gated() -> Desk {
    let mut desk = Desk::from_period("2022-10-03");
    desk.facts.contract.document_gate = true;
    desk
}

fn document(desk: &mut Desk, document_ref: &str, state: DocumentState) {
    let of_cpli = desk.facts.documents.entry(parse("164628")).or_default();
    of_cpli.insert(parse(document_ref), state);
}

fn held_because(desk: &Desk) -> String {
    let item = desk.open().items.remove(0);
    let hold = item.hold.unwrap();
    assert_eq!((item.status, hold.by), (ItemStatus::Suspended, HoldBy::Document));
    hold.reason
}

fn payable(desk: &Desk) -> String {
    desk.open().totals().unwrap().payable.to_string()
}

#[test]
fn care_without_a_document_is_suspended_and_says_why() {
    let mut desk = gated();
    assert_eq!(
        held_because(&desk),
        "This care package has no contract document yet. This is paid once one is published and agreed."
    );
    document(&mut desk, "DOC801", DocumentState::Published);
    assert_eq!(
        held_because(&desk),
        "Contract document DOC801 of this care package is not agreed yet. This is paid once it is."
    );
    document(&mut desk, "DOC801", DocumentState::Rejected);
    assert_eq!(
        held_because(&desk),
        "Contract document DOC801 of this care package was rejected. This is paid once a new version is agreed."
    );
}

#[test]
fn care_is_paid_when_all_of_its_documents_are_agreed_by_whoever() {
    let mut desk = gated();
    document(&mut desk, "DOC801", DocumentState::Agreed);
    assert_eq!(payable(&desk), "3461.84");
    document(&mut desk, "DOC802", DocumentState::Published);
    assert_eq!(payable(&desk), "0.00");
    document(&mut desk, "DOC802", DocumentState::AgreedManually);
    assert_eq!(payable(&desk), "3461.84");
}

#[test]
fn a_contract_without_the_gate_pays_whatever_its_documents_are() {
    let mut desk = gated();
    desk.facts.contract.document_gate = false;
    document(&mut desk, "DOC801", DocumentState::Rejected);
    assert_eq!(payable(&desk), "3461.84");
}

/// Worked: £865.46 a week for two periods of 28 days, agreed in the second.
#[test]
fn what_waited_for_its_document_is_paid_by_the_next_open_statement_once() {
    let mut desk = gated();
    document(&mut desk, "DOC801", DocumentState::Published);
    let first = desk.finalise_confirmed().totals().unwrap();
    assert_eq!(
        (first.payable.to_string(), first.non_payable.to_string()),
        ("0.00".to_owned(), "3461.84".to_owned())
    );
    document(&mut desk, "DOC801", DocumentState::Agreed);
    let second = desk.finalise_confirmed();
    assert_eq!(second.totals().unwrap().payable.to_string(), "6923.68");
    assert_eq!(second.items[1].carried_from_period, Some(day("2022-10-03")));
    assert_eq!(payable(&desk), "3461.84", "and not again");
}

#[test]
fn what_still_waits_is_held_with_why_it_waits_now() {
    let mut desk = gated();
    document(&mut desk, "DOC801", DocumentState::Published);
    desk.finalise_confirmed();
    document(&mut desk, "DOC801", DocumentState::Rejected);
    let second = desk.open();
    assert_eq!(second.held.len(), 1);
    let reason = &second.held[0].item.hold.as_ref().unwrap().reason;
    assert!(reason.contains("was rejected"), "{reason}");
    assert_eq!(second.totals().unwrap().non_payable.to_string(), "3461.84", "counted once");
}

#[test]
fn an_agreement_between_lock_and_payment_is_paid_at_once() {
    let mut desk = gated();
    document(&mut desk, "DOC801", DocumentState::Published);
    let open = desk.open();
    document(&mut desk, "DOC801", DocumentState::Agreed);
    let paid = open.with_directives(&desk.facts);
    assert_eq!(paid.totals().unwrap().payable.to_string(), "3461.84");
}

#[test]
fn a_correction_of_care_that_waits_waits_too_so_that_both_come_together() {
    let mut desk = gated();
    document(&mut desk, "DOC801", DocumentState::Agreed);
    desk.finalise_confirmed();
    document(&mut desk, "DOC801", DocumentState::Published);
    desk.tell("164628", |cpli| cpli.end_date = Some(day("2022-10-19")));
    let second = desk.finalise_confirmed();
    assert_eq!(second.totals().unwrap().payable.to_string(), "0.00");
    document(&mut desk, "DOC801", DocumentState::Agreed);
    assert_eq!(payable(&desk), "-1360.01");
}

#[test]
fn what_the_council_decides_is_stronger_than_a_document() {
    let mut desk = gated();
    let kind = DirectiveKind::Cancel;
    let cancel = Directive { to_date: None, ..directive("D1", "C3001", kind, day("2022-10-03")) };
    desk.facts.directives.insert(cancel.directive_ref.clone(), cancel);
    let item = desk.open().items.remove(0);
    assert_eq!((item.status, item.hold.unwrap().by), (ItemStatus::Cancelled, HoldBy::Directive));
}

#[test]
fn a_suspension_that_ends_before_the_document_is_agreed_leaves_the_care_held() {
    let mut desk = gated();
    let suspend = directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-03"));
    let suspend = Directive { to_date: Some(day("2022-10-03")), ..suspend };
    desk.facts.directives.insert(suspend.directive_ref.clone(), suspend);
    desk.finalise_confirmed();
    let second = desk.open();
    assert_eq!(second.held.len(), 1);
    document(&mut desk, "DOC801", DocumentState::Agreed);
    assert_eq!(amounts(&desk.open().items), ["3461.84", "3461.84"]);
}
