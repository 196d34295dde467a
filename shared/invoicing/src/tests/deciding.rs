//! What the council decides, and what the provider answers.

use domain::failure::Failure;
use domain::invoice::{CannotChange, InvoiceState};
use domain::notice::Subscription;
use testing::{at, parse};

use super::world::{OPEN, PERIOD, World, claiming};
use crate::{Claiming, Shown};

impl World {
    pub(super) async fn dispute(&self, shown: &Shown, reason: &str) -> Result<(), CannotChange> {
        let id = &shown.head.invoice_id;
        let head = self.store.invoice(&self.provider, id).await.unwrap().unwrap();
        let disputed = head.dispute(reason, at(OPEN))?;
        self.store.decide_invoice(&disputed, Vec::new()).await.unwrap();
        Ok(())
    }

    pub(super) async fn approve(&self, shown: &Shown) -> Result<(), CannotChange> {
        let id = &shown.head.invoice_id;
        let heads =
            self.store.invoices_of_period(&self.provider, &id.contract_ref, id.period_start);
        let heads = heads.await.unwrap();
        let head = heads.iter().find(|it| it.invoice_id == *id).unwrap().clone();
        let approved = head.approve(None, &heads, at(OPEN))?;
        self.store.decide_invoice(&approved, Vec::new()).await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn a_disputed_invoice_is_answered_and_submitted_again_with_its_number() {
    let world = World::homecare().await;
    world.one_week().await;
    let submitted = world.submitted().await;
    world.dispute(&submitted, "Ten hours were agreed").await.unwrap();
    let shown = world.show(&submitted.head.invoice_id).await;
    assert_eq!(shown.head.reason_for(InvoiceState::Disputed), Some("Ten hours were agreed"));
    assert!(shown.can_submit() && !shown.can_delete());
    let silent = world.submit(&shown, at(OPEN)).await.unwrap_err();
    assert_eq!(silent.code(), "reason-required");
    let answer = Claiming { comment: "See the log of 3 October".to_owned(), ..claiming(&shown) };
    let id = &shown.head.invoice_id;
    let later = at("2022-10-26T15:00:00Z");
    let again = world.invoicing().submit(&world.provider, id, &answer, later).await.unwrap();
    assert_eq!(again.head.state, InvoiceState::Submitted);
    assert_eq!(again.head.claim, submitted.head.claim, "received when it was first submitted");
    let states: Vec<_> = again.head.history.iter().map(|step| step.state).collect();
    let (draft, submitted) = (InvoiceState::Draft, InvoiceState::Submitted);
    assert_eq!(states, [draft, submitted, InvoiceState::Disputed, submitted]);
}

#[tokio::test]
async fn an_approved_invoice_waits_for_its_statement_and_cannot_be_submitted_again() {
    let world = World::homecare().await;
    world.one_week().await;
    let submitted = world.submitted().await;
    world.approve(&submitted).await.unwrap();
    let waiting = world.store.approved_invoices(&world.provider, &parse("C3003")).await.unwrap();
    assert_eq!(waiting[0].invoice_id, submitted.head.invoice_id);
    let refused = world.submit(&submitted, at(OPEN)).await.unwrap_err();
    assert_eq!(refused.code(), "invoice-state");
    let late = world.dispute(&submitted, "Too late").await.unwrap_err();
    assert_eq!(late.to_string(), "This is approved already, and cannot be disputed.");
}

#[tokio::test]
async fn each_decision_is_told_once_to_those_who_may_invoice_and_names_no_client() {
    let world = World::homecare().await;
    world.one_week().await;
    let submitted = world.submitted().await;
    let (id, invoicing) = (&submitted.head.invoice_id, world.invoicing());
    let told = invoicing.tell(&world.provider, id, at(OPEN)).await.unwrap();
    assert_eq!(told, [], "nothing is decided yet");
    world.dispute(&submitted, "Ida North was in hospital").await.unwrap();
    let first = invoicing.tell(&world.provider, id, at(OPEN)).await.unwrap();
    let again = invoicing.tell(&world.provider, id, at("2022-10-27T10:00:00Z")).await.unwrap();
    assert_eq!((first.len(), &first), (1, &again));
    let email = world.store.outbox_email(&first[0]).await.unwrap().unwrap().email;
    assert_eq!(email.to, "ada@northside.example");
    assert!(email.subject.starts_with("Disputed: invoice 1"), "{}", email.subject);
    assert!(
        email.text.contains("https://portal.example/invoices/invoice/?invoice=C3003.2022-10-03.1")
    );
    assert!(!email.text.contains("North,") && !email.text.contains("hospital"), "{}", email.text);
    world.approve(&submitted).await.unwrap();
    let approved = invoicing.tell(&world.provider, id, at(OPEN)).await.unwrap();
    assert_ne!(approved, first);
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_payments_at_once_finds_each_decision_once_in_the_daily_email()
{
    let world = World::homecare().await;
    world.one_week().await;
    let ada = parse("ada@northside.example");
    world
        .store
        .choose_subscriptions(&ada, [Subscription::DailyScheduledPayments].into())
        .await
        .unwrap();
    let submitted = world.submitted().await;
    let (id, invoicing) = (&submitted.head.invoice_id, world.invoicing());
    world.dispute(&submitted, "Ten hours were agreed").await.unwrap();
    for time in [OPEN, "2022-10-27T10:00:00Z"] {
        assert_eq!(invoicing.tell(&world.provider, id, at(time)).await.unwrap(), []);
        let dump = world.store.dump().unwrap();
        let news: Vec<_> = dump.keys().filter(|key| key.starts_with("NEWS#")).collect();
        assert_eq!(news.len(), 1, "{news:?}");
        assert!(news[0].starts_with("NEWS#2022-10-26 AT#P1003#scheduled_payments#"), "{news:?}");
    }
}

#[tokio::test]
async fn what_is_taken_back_must_be_decided_first() {
    let world = World::homecare().await;
    world.one_week().await;
    let first = world.submitted().await;
    let later = at("2022-10-27T09:00:00Z");
    world.record("170001", PERIOD, "8", later).await;
    world.confirm(PERIOD, later).await;
    let second = world.create(PERIOD, later).await.unwrap().0;
    let second = world.submit(&second, later).await.unwrap();
    let refused = world.approve(&second).await.unwrap_err();
    assert_eq!(refused, CannotChange::EarlierFirst(first.head.invoice_id.clone()));
    world.approve(&first).await.unwrap();
    world.approve(&second).await.unwrap();
}
