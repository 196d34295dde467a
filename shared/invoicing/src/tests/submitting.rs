//! Drafts, and what becomes of them.

use std::collections::BTreeSet;
use std::thread;

use domain::failure::Failure;
use domain::invoice::{DocumentKind, InvoiceState};
use domain::item::Correction;
use testing::{at, day, parse};

use super::world::{OPEN, PERIOD, World, claiming, state_of};
use crate::InvoicingError;

fn code<T: std::fmt::Debug>(refused: Result<T, InvoicingError>) -> &'static str {
    refused.unwrap_err().code()
}

#[tokio::test]
async fn a_draft_is_what_was_confirmed_and_not_invoiced() {
    let world = World::homecare().await;
    world.record("170001", PERIOD, "10.5", at(OPEN)).await;
    world.confirm(PERIOD, at(OPEN)).await;
    world.record("170002", PERIOD, "7", at("2022-10-26T11:00:00Z")).await;
    let draft = world.draft().await;
    assert_eq!((draft.document.net, draft.document.lines.len()), (parse("234.57"), 1));
    assert_eq!(draft.document.not_included.len(), 1, "changed since it was confirmed");
    world.confirm(PERIOD, at("2022-10-26T12:00:00Z")).await;
    let draft = world.show(&draft.head.invoice_id).await;
    assert_eq!((draft.document.net, draft.document.lines.len()), (parse("374.57"), 2));
    assert!(draft.can_submit() && draft.can_delete());
}

#[tokio::test]
async fn there_is_one_draft_of_a_period_at_a_time() {
    let world = World::homecare().await;
    world.one_week().await;
    let (first, new) = world.create(PERIOD, at(OPEN)).await.unwrap();
    assert!(new);
    let (again, new) = world.create(PERIOD, at(OPEN)).await.unwrap();
    assert!(!new);
    assert_eq!(again.head, first.head);
    let id = &first.head.invoice_id;
    let deleted = world.invoicing().delete(&world.provider, id, "Ada Brome", at(OPEN)).await;
    assert_eq!(state_of(&deleted.unwrap()), InvoiceState::Deleted);
    let (next, new) = world.create(PERIOD, at(OPEN)).await.unwrap();
    assert_eq!((new, next.head.invoice_id.n), (true, 2));
    let again = world.invoicing().delete(&world.provider, id, "Ada Brome", at(OPEN)).await;
    assert_eq!(state_of(&again.unwrap()), InvoiceState::Deleted, "deleted twice is deleted once");
}

#[tokio::test]
async fn a_blank_invoice_is_neither_created_nor_submitted() {
    let world = World::homecare().await;
    assert_eq!(code(world.create(PERIOD, at(OPEN)).await), "blank-invoice");
    world.record("170001", PERIOD, "10.5", at(OPEN)).await;
    assert_eq!(code(world.create(PERIOD, at(OPEN)).await), "blank-invoice", "not confirmed");
    world.confirm(PERIOD, at(OPEN)).await;
    let draft = world.draft().await;
    world.record("170001", PERIOD, "0", at(OPEN)).await;
    let blank = world.show(&draft.head.invoice_id).await;
    assert!(!blank.can_submit());
    assert_eq!(code(world.submit(&blank, at(OPEN)).await), "blank-invoice");
    assert_eq!(code(world.create("1999-01-04", at(OPEN)).await), "not-found");
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_not_submitted() {
    let world = World::homecare().await;
    world.one_week().await;
    let draft = world.draft().await;
    world.record("170001", PERIOD, "9.5", at(OPEN)).await;
    assert_eq!(code(world.submit(&draft, at(OPEN)).await), "invoice-changed");
    let head = world.show(&draft.head.invoice_id).await.head;
    assert_eq!((head.state, head.claim), (InvoiceState::Draft, None));
}

#[tokio::test]
async fn submission_fixes_the_lines_and_gives_a_number() {
    let world = World::homecare().await;
    world.one_week().await;
    let submitted = world.submitted().await;
    let claim = submitted.head.claim.clone().unwrap();
    assert_eq!((claim.number.into(), claim.total), (1_u32, parse("234.57")));
    let later = at("2022-10-27T09:00:00Z");
    world.record("170001", PERIOD, "8", later).await;
    world.confirm(PERIOD, later).await;
    let shown = world.show(&submitted.head.invoice_id).await;
    assert_eq!(shown.document.total, parse("234.57"), "what was submitted stays");
    assert_eq!(shown.document.lines, submitted.document.lines);
}

#[tokio::test]
async fn submitted_twice_it_is_submitted_once() {
    let world = World::homecare().await;
    world.one_week().await;
    let draft = world.draft().await;
    let first = world.submit(&draft, at(OPEN)).await.unwrap();
    let again = world.submit(&draft, at("2022-10-26T10:00:05Z")).await.unwrap();
    assert_eq!(again.head, first.head);
    let as_long = "0".repeat(draft.document.digest.len());
    for digest in ["00".to_owned(), as_long] {
        let other = crate::Claiming { digest, ..claiming(&draft) };
        let id = &draft.head.invoice_id;
        let refused = world.invoicing().submit(&world.provider, id, &other, at(OPEN)).await;
        assert_eq!(code(refused), "invoice-changed");
    }
}

#[tokio::test]
async fn a_fall_below_what_was_invoiced_is_proposed_as_a_credit_note() {
    let world = World::homecare().await;
    world.one_week().await;
    world.submitted().await;
    let overview = world.invoicing().overview(&world.provider, at(OPEN)).await.unwrap();
    assert_eq!((overview.rows.len(), overview.proposals.len()), (1, 0));
    let later = at("2022-10-27T09:00:00Z");
    world.record("170001", PERIOD, "8", later).await;
    world.confirm(PERIOD, later).await;
    let overview = world.invoicing().overview(&world.provider, later).await.unwrap();
    let proposal = &overview.proposals[0];
    assert_eq!(
        (proposal.draft.kind, proposal.draft.net),
        (DocumentKind::CreditNote, parse("-55.85"))
    );
    assert!(proposal.draft.cause().unwrap().contains("10.5 hours to 8 hours"));
    let (draft, _) = world.create(PERIOD, later).await.unwrap();
    let corrections: Vec<_> = draft.document.lines.iter().map(|line| line.correction).collect();
    assert_eq!(corrections, [Some(Correction::Reversal), Some(Correction::Reissue)]);
    let submitted = world.submit(&draft, later).await.unwrap();
    assert_eq!(submitted.head.claim.unwrap().number.to_string(), "2");
    assert_eq!(submitted.numbers.len(), 1, "the one that it takes back has its number too");
    assert_eq!(world.claimed(PERIOD).await, parse("178.72"));
}

#[tokio::test]
async fn what_comes_after_the_deadline_is_paid_in_the_next_window() {
    let world = World::homecare().await;
    world.one_week().await;
    let draft = world.draft().await;
    assert_eq!((draft.late, draft.window.unwrap().start_date), (false, day(PERIOD)));
    let late = at("2022-10-27T16:00:00Z");
    let id = &draft.head.invoice_id;
    let shown = world.invoicing().show(&world.provider, id, late).await.unwrap();
    assert_eq!((shown.late, shown.window.as_ref().unwrap().start_date), (true, day("2022-10-31")));
    let submitted = world.submit(&shown, late).await.unwrap();
    assert_eq!((submitted.late, submitted.window.unwrap().start_date), (true, day("2022-10-31")));
}

#[tokio::test]
async fn nothing_of_another_provider_is_found() {
    let world = World::homecare().await;
    world.one_week().await;
    let draft = world.draft().await;
    let (other, id) = (parse("P1004"), &draft.head.invoice_id);
    let invoicing = world.invoicing();
    let now = at(OPEN);
    assert_eq!(code(invoicing.show(&other, id, now).await), "not-found");
    assert_eq!(code(invoicing.submit(&other, id, &claiming(&draft), now).await), "not-found");
    assert_eq!(code(invoicing.delete(&other, id, "Eve", now).await), "not-found");
    let of = (&id.contract_ref, id.period_start);
    assert_eq!(code(invoicing.create(&other, of, "Eve", now).await), "not-found");
    assert_eq!(code(invoicing.attachment_link(&other, id, now).await), "not-found");
    assert_eq!(code(invoicing.check_attachment(&other, id, now).await), "not-found");
    let file = ("a.pdf", 1);
    assert_eq!(code(invoicing.start_attachment(&other, id, file, now).await), "not-found");
}

#[tokio::test]
async fn eight_who_submit_at_once_get_the_numbers_one_to_eight() {
    let world = World::homecare().await;
    let now = at("2023-06-01T09:00:00Z");
    let starts: Vec<_> =
        world.council.periods.iter().take(8).map(|it| it.start_date.to_string()).collect();
    let mut drafts = Vec::new();
    for start in &starts {
        world.record("170001", start, "10.5", now).await;
        world.confirm(start, now).await;
        drafts.push(world.create(start, now).await.unwrap().0);
    }
    let world = &world;
    let numbers: BTreeSet<u32> = thread::scope(|scope| {
        let submit = |draft| {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let submitted = runtime.block_on(world.submit(draft, now)).unwrap();
                submitted.head.claim.unwrap().number.into()
            })
        };
        let all: Vec<_> = drafts.iter().map(submit).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(numbers, (1..=8).collect());
}
