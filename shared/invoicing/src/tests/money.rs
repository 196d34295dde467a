//! Whatever is edited and submitted in whatever order: the documents add up to what is owed.

use chrono::TimeDelta;
use domain::clock::Now;
use domain::invoice::{InvoiceId, InvoiceState};
use domain::money::Money;
use domain::weeks::RecordedWeeks;
use proptest::prelude::*;
use rust_decimal::Decimal;
use store::PeriodOf;
use testing::{at, day, parse};

use super::world::{OPEN, PERIOD, World};

const WEEKS: [&str; 3] = ["2022-10-03", "2022-10-10", "2022-10-17"];

#[derive(Debug, Clone)]
enum Event {
    Record { first: bool, week: usize, quarters: u32 },
    Confirm,
    Create,
    Submit,
    Delete,
    Dispute,
    Approve,
    Price { pounds: u32 },
}

fn event() -> impl Strategy<Value = Event> {
    let record = (any::<bool>(), 0..WEEKS.len(), 0_u32..60)
        .prop_map(|(first, week, quarters)| Event::Record { first, week, quarters });
    prop_oneof![
        4 => record,
        3 => Just(Event::Confirm),
        2 => Just(Event::Create),
        3 => Just(Event::Submit),
        1 => Just(Event::Delete),
        1 => Just(Event::Dispute),
        1 => Just(Event::Approve),
        1 => (15_u32..30).prop_map(|pounds| Event::Price { pounds }),
    ]
}

impl World {
    #[expect(clippy::cognitive_complexity, reason = "a table of the events")]
    async fn happens(&mut self, event: &Event, now: Now) {
        match event {
            Event::Record { first, week, quarters } => {
                let cpli = if *first { "170001" } else { "170002" };
                let hours = Decimal::from(*quarters).checked_mul(Decimal::new(25, 2)).unwrap();
                self.record(cpli, WEEKS[*week], &hours.to_string(), now).await;
            }
            Event::Confirm => self.confirm(PERIOD, now).await,
            Event::Create => drop(self.create(PERIOD, now).await),
            Event::Submit | Event::Delete => {
                if let Some(id) = self.last(InvoiceState::Draft).await {
                    self.end_draft(&id, matches!(event, Event::Submit), now).await;
                }
            }
            Event::Dispute | Event::Approve => {
                if let Some(id) = self.last(InvoiceState::Submitted).await {
                    self.decide(&id, matches!(event, Event::Approve)).await;
                }
            }
            Event::Price { pounds } => self.price(*pounds).await,
        }
    }

    async fn end_draft(&self, id: &InvoiceId, submit: bool, now: Now) {
        if submit {
            let read = self.show(id).await;
            let submitted = self.submit(&read, now).await;
            assert_eq!(submitted.is_err(), read.document.is_blank());
        } else {
            self.invoicing().delete(&self.provider, id, "Ada Brome", now).await.unwrap();
        }
    }

    async fn decide(&self, id: &InvoiceId, approve: bool) {
        let read = self.show(id).await;
        if approve {
            drop(self.approve(&read).await);
        } else {
            self.dispute(&read, "No").await.unwrap();
        }
    }

    async fn price(&mut self, pounds: u32) {
        for price in self.council.cpli("170001").prices.values_mut() {
            price.unit_price = Decimal::from(pounds);
        }
        self.council.save(&self.store).await;
    }

    async fn last(&self, state: InvoiceState) -> Option<InvoiceId> {
        let contract = parse("C3003");
        let heads = self.store.invoices_of_period(&self.provider, &contract, day(PERIOD));
        let heads = heads.await.unwrap();
        let head = heads.into_iter().rev().find(|head| head.state == state);
        head.map(|head| head.invoice_id)
    }

    /// What the weeks come to today that are recorded.
    async fn owed(&self) -> Money {
        let contract = parse("C3003");
        let of = PeriodOf { provider: &self.provider, contract: &contract, start: day(PERIOD) };
        let weeks: RecordedWeeks = store::recorded(self.store.weeks_of_period(of).await.unwrap());
        let facts = self.council.facts("C3003");
        let over = self.council.settings.over_tolerance;
        let mut owed = Vec::new();
        for (cpli, weeks) in &weeks {
            for (week, recorded) in weeks {
                let terms = facts.terms(cpli, *week, over).unwrap().unwrap();
                let valued = terms.value(&recorded.week).unwrap();
                assert!(!valued.is_wholly_held() || valued.owed() == Ok(Money::ZERO));
                owed.push(valued.owed().unwrap());
            }
        }
        Money::total(owed).unwrap()
    }
}

/// A minute later.
fn later(now: Now) -> Now {
    Now::at(now.instant.checked_add_signed(TimeDelta::minutes(1)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn documents_add_up_to_what_is_owed(events in prop::collection::vec(event(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut council = testing::Council::homecare();
            for service in &mut council.services {
                // Nothing waits for the council: what is held is not part of this.
                service.tolerance_percent = parse("1000");
            }
            let mut world = World::of(council).await;
            let mut now = at(OPEN);
            for event in &events {
                now = later(now);
                Box::pin(world.happens(event, now)).await;
            }
            now = later(now);
            world.confirm(PERIOD, now).await;
            if let Ok((draft, _)) = world.create(PERIOD, now).await && !draft.document.is_blank() {
                world.submit(&draft, now).await.unwrap();
            }
            assert_eq!(world.claimed(PERIOD).await, world.owed().await, "{events:?}");
            let again = world.create(PERIOD, now).await;
            assert!(again.is_err() || again.unwrap().0.document.is_blank(), "nothing is left");
        });
    }
}
