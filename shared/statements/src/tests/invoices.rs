//! Approved invoices and credit notes are paid with the statement of their contract, once.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use cloud::Fuse;
use domain::actuals::Week;
use domain::clock::Now;
use domain::facts::DirectiveKind;
use domain::ids::ProviderRef;
use domain::invoice::{Claim, Drafting, InvoiceBody, InvoiceHead, InvoiceId, InvoiceState};
use domain::money::Money;
use domain::period::Lifecycle;
use domain::settings::OverTolerance;
use domain::weeks::{Recorded, RecordedWeeks, Source, Submission};
use files::{Place, to_json};
use store::Action;
use store::keys::Key;
use testing::{Council, day, directive, parse};

use super::world::{FIRST, SECOND, THIRD, World, payments_contact};
use crate::{DueContract, Settled, Statements};

/// Northside: `170001` with 10.5 hours a week at £22.34, `170002` with 7 at £20.00.
struct Northside {
    world: World,
    /// What was submitted, by document.
    bodies: BTreeMap<InvoiceId, InvoiceBody>,
}

fn northside() -> DueContract {
    DueContract { contract_ref: parse("C3003"), provider_ref: parse("P1003") }
}

fn provider() -> ProviderRef {
    parse("P1003")
}

impl Northside {
    async fn new() -> Self {
        let mut council = Council::homecare();
        council.contacts.push(payments_contact("P1003", "ida@northside.example"));
        Self { world: World::of(council).await, bodies: BTreeMap::new() }
    }

    /// Submits what is not claimed yet of the period from `start`, in which `170001` was given `hours` each week.
    async fn submit(&mut self, start: &str, hours: &str, at: DateTime<Utc>) -> InvoiceId {
        let facts = self.world.council.facts("C3003");
        let period = &facts.periods[&day(start)];
        let mut recorded = RecordedWeeks::new();
        for week in facts.weeks_of(period) {
            let first = week.cpli.cpli_id.as_str() == "170001";
            let actual = if first { parse(hours) } else { week.planned.unwrap() };
            let week_entered = Week { actual, ..Week::default() };
            let entered = Recorded {
                week: week_entered,
                at,
                by: "Ida Moss".to_owned(),
                source: Source::Form,
            };
            let weeks = recorded.entry(week.cpli.cpli_id.clone()).or_default();
            weeks.insert(week.week_start, entered);
        }
        let submission = Submission { submitted_at: at, submitted_by: "Ida Moss".to_owned() };
        let of_period = |body: &&InvoiceBody| body.invoice_id.period_start == day(start);
        let earlier: Vec<_> = self.bodies.values().filter(of_period).cloned().collect();
        let drafting = Drafting {
            facts: &facts,
            period,
            recorded: &recorded,
            submission: Some(&submission),
            earlier: &earlier,
            over_tolerance: OverTolerance::Suspend,
        };
        let n = u16::try_from(earlier.len()).unwrap() + 1;
        let id = InvoiceId { contract_ref: parse("C3003"), period_start: day(start), n };
        let draft = drafting.draft().unwrap();
        let by = ("Ida Moss", at);
        let body = InvoiceBody::of(draft, id.clone(), &facts.contract, period, by);
        let head = InvoiceHead::draft(id.clone(), &facts.contract, period, "Ida Moss", Now::at(at));
        self.put(head, body).await;
        id
    }

    async fn put(&mut self, head: InvoiceHead, body: InvoiceBody) {
        let World { store, objects, .. } = &self.world;
        let id = head.invoice_id.clone();
        store.save_invoice(&head).await.unwrap();
        let place = Place::invoice(&id, body.submitted_at, &body.digest);
        objects.put_if_absent(&place, to_json(&body).unwrap()).await.unwrap();
        let number = store.next_invoice_number(&provider()).await.unwrap();
        let head = self.head(&id).await.submit(Claim::of(&body, number.number)).unwrap();
        store.submit_invoice(&head, number).await.unwrap();
        self.bodies.insert(id, body);
    }

    async fn head(&self, id: &InvoiceId) -> InvoiceHead {
        self.world.store.invoice(&provider(), id).await.unwrap().unwrap()
    }

    async fn approve(&self, id: &InvoiceId, at: DateTime<Utc>) {
        let (contract, start) = (&id.contract_ref, id.period_start);
        let others = self.world.store.invoices_of_period(&provider(), contract, start).await;
        let others = others.unwrap().into_iter().filter(|other| other.invoice_id != *id);
        let others: Vec<_> = others.collect();
        let approved = self.head(id).await.approve(None, &others, Now::at(at)).unwrap();
        self.world.store.decide_invoice(&approved, Vec::new()).await.unwrap();
    }

    async fn settle(&self, start: &str) -> Settled {
        let now = self.world.finalised_at(start);
        let settled = self.world.statements.settle(&northside(), now).await.unwrap();
        self.world.tell_payments().await;
        settled
    }

    fn paid(&self, start: &str) -> Money {
        let place = Place::payment_file(&parse("28DAY"), day(start), &parse("C3003"));
        let rows = self.world.rows(&place);
        let paid = rows.iter().filter(|row| row["status"] == "finalised");
        Money::total(paid.map(|row| parse(&row["amount"]))).unwrap()
    }

    /// Suspends what `170002` is paid in one statement.
    async fn suspend(&self, start: &str) {
        self.direct(DirectiveKind::Suspend, "170002", start).await;
    }

    /// What the council decides about a care package in one statement.
    async fn direct(&self, kind: DirectiveKind, cpli_id: &str, start: &str) {
        let mut decided = directive("DIR601", "C3003", kind, day(start));
        decided.cpli_id = Some(parse(cpli_id));
        decided.to_date = Some(day(start));
        let key = Key::directive(&provider(), &parse("C3003"), &decided.directive_ref);
        self.world.store.seed(vec![Action::put(key, &decided)]).await.unwrap();
    }

    fn before_deadline(&self, start: &str) -> DateTime<Utc> {
        self.world.locks_at(start).instant - Duration::hours(2)
    }
}

/// Each takes back what the one before claimed, and claims a quarter of an hour less or more.
async fn submit_more(agency: &mut Northside, more: i64, at: DateTime<Utc>) {
    for step in 0..more {
        let hours = if step % 2 == 0 { "10.25" } else { "10.5" };
        let at = at + Duration::minutes(step);
        let id = agency.submit(SECOND, hours, at).await;
        agency.approve(&id, at).await;
    }
}

/// The first statement paid a part of an invoice; a credit note to it, a further invoice and what was held come into
/// the second.
async fn eventful(more: i64) -> Northside {
    let mut agency = Northside::new().await;
    let at = agency.before_deadline(FIRST);
    let first = agency.submit(FIRST, "10.5", at).await;
    agency.approve(&first, at).await;
    agency.suspend(FIRST).await;
    agency.settle(FIRST).await;
    let at = agency.before_deadline(SECOND);
    let credit = agency.submit(FIRST, "9.5", at).await;
    let second = agency.submit(SECOND, "10.5", at + Duration::hours(1)).await;
    agency.approve(&credit, at + Duration::hours(1)).await;
    agency.approve(&second, at + Duration::hours(1)).await;
    submit_more(&mut agency, more, at + Duration::hours(2)).await;
    agency
}

#[tokio::test]
async fn an_approved_invoice_is_paid_with_its_statement_and_waits_no_more() {
    let mut agency = Northside::new().await;
    let at = agency.before_deadline(FIRST);
    let id = agency.submit(FIRST, "10.5", at).await;
    let now = Now::at(at + Duration::hours(1));
    let (provider, contract) = (provider(), parse("C3003"));
    let shown = agency.world.statements.show(&provider, &contract, day(FIRST), now).await.unwrap();
    assert_eq!(shown.statement.items, [], "nothing is paid that is not approved");
    // Between the deadline and the day it is sent for payment the council still decides.
    agency.approve(&id, agency.world.locks_at(FIRST).instant + Duration::hours(1)).await;
    let now = Now::at(agency.world.locks_at(FIRST).instant + Duration::hours(2));
    let shown = agency.world.statements.show(&provider, &contract, day(FIRST), now).await.unwrap();
    assert_eq!(shown.lifecycle, Lifecycle::Current);
    assert_eq!(shown.statement.totals().unwrap().payable, parse("1498.28"));
    agency.settle(FIRST).await;
    assert_eq!(agency.paid(FIRST), parse("1498.28"));
    let head = agency.head(&id).await;
    assert_eq!((head.state, head.paid_in), (InvoiceState::Paid, Some(day(FIRST))));
    let waits = agency.world.store.approved_invoices(&provider, &contract).await.unwrap();
    assert_eq!(waits, []);
    assert_eq!(agency.world.subjects(), ["Payment of £1,498.28 on 3 October 2022"]);
    agency.settle(SECOND).await;
    assert_eq!(agency.paid(SECOND), Money::ZERO);
}

#[tokio::test]
async fn what_is_held_keeps_its_invoice_waiting_until_it_is_paid_too() {
    let agency = eventful(1).await;
    let first: InvoiceId = parse("C3003.2022-09-05.1");
    assert_eq!(agency.paid(FIRST), parse("938.28"));
    let head = agency.head(&first).await;
    assert_eq!((head.state, head.taken_in), (InvoiceState::Approved, Some(day(FIRST))));
    agency.settle(SECOND).await;
    // A new invoice, what was held, and four hours at £22.34 less.
    assert_eq!(agency.paid(SECOND), parse("1968.92"));
    for (id, taken_in) in [
        ("C3003.2022-09-05.1", FIRST),
        ("C3003.2022-09-05.2", SECOND),
        ("C3003.2022-10-03.1", SECOND),
    ] {
        let head = agency.head(&parse(id)).await;
        assert_eq!(head.state, InvoiceState::Paid);
        assert_eq!((head.taken_in, head.paid_in), (Some(day(taken_in)), Some(day(SECOND))));
    }
    let rows =
        agency.world.rows(&Place::payment_file(&parse("28DAY"), day(SECOND), &parse("C3003")));
    let paid_first =
        agency.world.rows(&Place::payment_file(&parse("28DAY"), day(FIRST), &parse("C3003")));
    let back = rows.iter().find(|row| row["kind"] == "reversal").unwrap();
    assert!(paid_first.iter().any(|row| row["item_id"] == back["reverses_item_id"]));
}

#[tokio::test]
async fn what_was_cancelled_is_not_taken_back_by_a_credit_note_because_nobody_was_paid_for_it() {
    let mut agency = Northside::new().await;
    let at = agency.before_deadline(FIRST);
    let first = agency.submit(FIRST, "10.5", at).await;
    agency.approve(&first, at).await;
    agency.direct(DirectiveKind::Cancel, "170001", FIRST).await;
    agency.settle(FIRST).await;
    assert_eq!(agency.paid(FIRST), parse("560.00"));
    let at = agency.before_deadline(SECOND);
    let credit = agency.submit(FIRST, "9.5", at).await;
    assert_eq!(agency.bodies[&credit].total, parse("-89.36"));
    agency.approve(&credit, at).await;
    agency.settle(SECOND).await;
    assert_eq!(agency.paid(SECOND), Money::ZERO);
    assert_eq!(agency.head(&credit).await.state, InvoiceState::Paid);
}

#[tokio::test]
async fn killed_before_or_after_any_call_and_tried_again_every_invoice_is_paid_once() {
    // So many invoices that they are not all written in the transaction of the payment.
    for more in [0, 9] {
        let undisturbed = eventful(more).await;
        undisturbed.settle(SECOND).await;
        let state = undisturbed.world.state();
        for cut in 1.. {
            let agency = eventful(more).await;
            let now = agency.world.finalised_at(SECOND);
            let fuse = Fuse::blowing_at(cut);
            let (store, objects) = (&agency.world.store, &agency.world.objects);
            let cut_off = Statements::with(
                store.with_fuse(fuse.clone()),
                objects.with_fuse(fuse.clone()),
                "https://portal.example",
            );
            let died = cut_off.settle(&northside(), now).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 60, "there are more calls than that");
                break;
            }
            died.unwrap_err();
            agency.settle(SECOND).await;
            assert!(agency.world.state() == state, "cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn more_invoices_than_a_statement_takes_come_with_the_next_ones_and_none_is_lost() {
    let mut agency = Northside::new().await;
    let at = agency.before_deadline(FIRST);
    let mut owed = Money::ZERO;
    for step in 0..45 {
        // Each takes back what the one before claimed, and claims a quarter of an hour less or more.
        let hours = if step % 2 == 0 { "10.5" } else { "10.25" };
        let id = agency.submit(FIRST, hours, at + Duration::seconds(step)).await;
        agency.approve(&id, at + Duration::minutes(1)).await;
        owed = owed.plus(agency.bodies[&id].total).unwrap();
    }
    let mut paid = Money::ZERO;
    for (start, waiting) in [(FIRST, 25), (SECOND, 5), (THIRD, 0)] {
        agency.settle(start).await;
        paid = paid.plus(agency.paid(start)).unwrap();
        let waits = agency.world.store.approved_invoices(&provider(), &parse("C3003")).await;
        assert_eq!(waits.unwrap().len(), waiting);
    }
    assert_eq!(paid, owed);
}
