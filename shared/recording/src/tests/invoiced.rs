//! Weeks that stand in an invoice.

use domain::invoice::{
    Claim, Drafting, InvoiceBody, InvoiceHead, InvoiceId, InvoiceNumber, InvoiceState,
};
use domain::weeks::WeekState;
use files::{Place, to_json};

use super::*;

/// An agency whose period was filled in as planned and submitted at [`now`], and its invoice ten minutes later.
struct Invoiced {
    store: Store,
    objects: Objects,
    recording: Recording,
    head: InvoiceHead,
}

impl Invoiced {
    async fn new() -> Self {
        let (store, objects) = (homecare().await, Objects::in_memory());
        let recording = Recording::with(store.clone(), objects.clone());
        recording.fill(&which(), &everything(), "Ada Brome", now()).await.unwrap();
        recording.submit(&which(), "Ada Brome", now()).await.unwrap();
        let later = at("2022-11-22T10:10:00Z");
        let known = recording.known_period(&which()).await.unwrap();
        let contract = known.known.contract();
        let drafting = Drafting {
            facts: &known.known.facts,
            period: &known.period,
            recorded: &known.recorded_weeks(),
            submission: known.submission(),
            earlier: &[],
            over_tolerance: known.known.settings.over_tolerance,
        };
        let id: InvoiceId = parse("C3003.2022-10-31.1");
        let by = ("Ada Brome", later.instant);
        let body =
            InvoiceBody::of(drafting.draft().unwrap(), id.clone(), contract, &known.period, by);
        let place = Place::invoice(&id, body.submitted_at, &body.digest);
        objects.put(&place, to_json(&body).unwrap()).await.unwrap();
        let head = InvoiceHead::draft(id, contract, &known.period, "Ada Brome", later);
        let head = head.submit(Claim::of(&body, InvoiceNumber::FIRST)).unwrap();
        store.save_invoice(&head).await.unwrap();
        let head = InvoiceHead { version: 1, ..head };
        Self { store, objects, recording, head }
    }

    /// The states of the weeks of Ida North.
    async fn states(&self) -> Vec<WeekState> {
        let form = self.recording.form(&which(), true, now()).await.unwrap();
        form.services[0].lines[1].weeks.iter().map(|week| week.state).collect()
    }

    async fn becomes(&mut self, state: InvoiceState) {
        self.head.state = state;
        self.store.save_invoice(&self.head).await.unwrap();
        self.head.version = self.head.version.saturating_add(1);
    }
}

#[tokio::test]
async fn a_confirmed_week_is_invoiced_and_paid_as_its_document_is() {
    let mut invoiced = Invoiced::new().await;
    for (state, expected) in [
        (InvoiceState::Submitted, WeekState::Invoiced),
        (InvoiceState::Disputed, WeekState::Invoiced),
        (InvoiceState::Approved, WeekState::Invoiced),
        (InvoiceState::Paid, WeekState::Paid),
        (InvoiceState::Deleted, WeekState::Confirmed),
    ] {
        invoiced.becomes(state).await;
        assert_eq!(invoiced.states().await, [expected; 4], "{state:?}");
    }
}

#[tokio::test]
async fn a_week_that_is_changed_after_it_was_invoiced_waits_for_the_next_document() {
    let invoiced = Invoiced::new().await;
    let later = at("2022-11-22T10:20:00Z");
    let saving = saving("10", "0.5", 1, "Ada Brome");
    invoiced.recording.save(&which(), &saving, later).await.unwrap();
    let of_second = |state| [WeekState::Invoiced, state, WeekState::Invoiced, WeekState::Invoiced];
    assert_eq!(invoiced.states().await, of_second(WeekState::Edited));
    invoiced.recording.submit(&which(), "Ada Brome", later).await.unwrap();
    assert_eq!(invoiced.states().await, of_second(WeekState::Confirmed));
}

#[tokio::test]
async fn a_document_without_its_lines_is_a_fault_and_not_taken_for_none() {
    let invoiced = Invoiced::new().await;
    let elsewhere = Recording::with(invoiced.store.clone(), Objects::in_memory());
    let told = elsewhere.form(&which(), true, now()).await.unwrap_err();
    assert_eq!(told.to_string(), "the lines of invoice C3003.2022-10-31.1 cannot be read");
    assert!(!invoiced.objects.dump().is_empty());
}
