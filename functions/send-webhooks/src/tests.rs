//! From what happened to what software hears.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use domain::clock::Now;
use domain::notice::Happening;
use domain::webhook::{Delivery, DeliveryState, Endpoint, Event, EventKind, Form, Secret};
use messages::Queue;
use notices::Notices;
use serde_json::{Value, json};
use store::{News, Store};
use testing::{Council, at, day, parse};

use crate::{Post, SendWebhooks, Signed};

const NINE: &str = "2022-11-01T09:00:00Z";

struct Software {
    webhooks: SendWebhooks,
    sent: Arc<Mutex<Vec<(String, Signed)>>>,
    status: Arc<Mutex<u16>>,
    now: Mutex<Now>,
}

impl Software {
    async fn new() -> Self {
        let store = Store::in_memory();
        let mut council = Council::lake_house();
        council.contacts = vec![
            serde_json::from_value(json!({
                "contact_ref": "K2001", "provider_ref": "P1001", "forename": "Ada", "surname": "Brome",
                "portal_email": "ada@lakehouse.example", "roles": ["admin"],
            }))
            .unwrap(),
        ];
        council.save(&store).await;
        let (sent, status) = (Arc::default(), Arc::new(Mutex::new(200)));
        let post = Post::Given { sent: Arc::clone(&sent), status: Arc::clone(&status) };
        let notices = Notices::with(store.clone(), Queue::in_memory(), "https://portal.example");
        let webhooks = SendWebhooks { store, queue: Queue::in_memory(), notices, post };
        Self { webhooks, sent, status, now: Mutex::new(at(NINE)) }
    }

    fn now(&self) -> Now {
        *self.now.lock().unwrap()
    }

    async fn endpoint(&self, provider: &str, kinds: &[EventKind]) -> Endpoint {
        let form = Form {
            request_id: parse(&format!("request-{provider}")),
            url: "https://rota.example/portal".to_owned(),
            kinds: kinds.to_vec(),
        };
        let provider = parse(provider);
        let secret = Secret::new([3; 32]);
        let endpoint = form.endpoint((&provider, "Ada"), secret, false, self.now()).unwrap();
        self.webhooks.store.add_endpoint(&endpoint).await.unwrap();
        endpoint
    }

    async fn opened(&self, provider: &str) {
        let news = News {
            provider_ref: parse(provider),
            happening: Happening::StatementOpened,
            id: "C3001.2022-10-31".to_owned(),
            count: 1,
            day: day("2022-11-01"),
        };
        self.webhooks.store.add_news(&news).await.unwrap();
    }

    /// A minute of the rule, with every message of the queue coming twice.
    async fn minute(&self) {
        self.webhooks.run(self.now()).await.unwrap();
        for message in self.webhooks.queue.take() {
            let message = serde_json::from_value(message).unwrap();
            self.webhooks.send(&message, self.now()).await.unwrap();
            self.webhooks.send(&message, self.now()).await.unwrap();
        }
    }

    fn later(&self, by: Duration) {
        let now = &mut *self.now.lock().unwrap();
        *now = Now::at(now.instant.checked_add_signed(by).unwrap());
    }

    fn sent(&self) -> Vec<Signed> {
        self.sent.lock().unwrap().iter().map(|(_, signed)| signed.clone()).collect()
    }
}

#[tokio::test]
async fn what_people_are_told_of_software_hears_once_and_signed() {
    let software = Software::new().await;
    let endpoint = software.endpoint("P1001", &[EventKind::StatementOpened]).await;
    software.opened("P1001").await;
    software.opened("P1001").await;
    software.minute().await;
    software.minute().await;
    let sent = software.sent();
    assert_eq!(sent.len(), 1);
    let Signed { id, seconds, signatures, body } = &sent[0];
    assert_eq!(Some(signatures), endpoint.secret.sign(id, *seconds, body).as_ref());
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["type"], "statement.opened");
    assert_eq!(body["data"]["url"], "/api/scheduled-payments/C3001/2022-10-31");
    assert_eq!(body["data"]["provider_ref"], "P1001");
}

#[tokio::test]
async fn only_the_addresses_of_the_provider_that_want_it_are_told() {
    let software = Software::new().await;
    software.endpoint("P1001", &[EventKind::FileProcessed]).await;
    software.endpoint("P1002", &[EventKind::StatementOpened]).await;
    software.opened("P1001").await;
    software.minute().await;
    assert!(software.sent().is_empty());
    assert!(software.webhooks.store.events(10).await.unwrap().is_empty(), "dealt with");
}

#[tokio::test]
async fn software_that_is_away_is_told_again_later_under_the_same_id() {
    let software = Software::new().await;
    let endpoint = software.endpoint("P1001", &[EventKind::StatementOpened]).await;
    *software.status.lock().unwrap() = 503;
    software.opened("P1001").await;
    software.minute().await;
    software.minute().await;
    assert_eq!(software.sent().len(), 1, "not again at once");
    *software.status.lock().unwrap() = 204;
    software.later(Duration::minutes(1));
    software.minute().await;
    let sent = software.sent();
    assert_eq!((sent.len(), &sent[0].id, &sent[0].body), (2, &sent[1].id, &sent[1].body));
    assert_ne!(sent[0].signatures, sent[1].signatures, "signed for its time");
    let (listed, _) =
        software.webhooks.store.deliveries(&endpoint.endpoint_id, 10, None).await.unwrap();
    assert!(matches!(listed[0].state, DeliveryState::Delivered { .. }));
    assert_eq!((listed[0].tries, listed[0].last_answer.as_deref()), (2, Some("204")));
}

#[tokio::test]
async fn an_address_that_fails_for_days_is_stopped_and_its_people_are_told_once() {
    let software = Software::new().await;
    let endpoint = software.endpoint("P1001", &[EventKind::StatementOpened]).await;
    let store = &software.webhooks.store;
    *software.status.lock().unwrap() = 500;
    for number in 0..7 {
        let event = Event {
            provider_ref: parse("P1001"),
            kind: EventKind::StatementOpened,
            subject: format!("C3001.2022-11-{number:02}"),
        };
        let delivery = Delivery::new(&endpoint, &event, software.now().instant).unwrap();
        store.add_delivery(&delivery).await.unwrap();
        software.minute().await;
        software.later(Duration::days(1));
    }
    let now = store.endpoint(&endpoint.provider_ref, &endpoint.endpoint_id).await.unwrap();
    let stopped_at = now.unwrap().stopped_at.map(|it| it.to_rfc3339());
    assert_eq!(stopped_at.as_deref(), Some("2022-11-06T09:00:00+00:00"));
    let (emails, _) = store.pending_emails(10, None).await.unwrap();
    assert_eq!(emails.len(), 1);
    let tried = software.sent().len();
    *software.status.lock().unwrap() = 200;
    software.later(Duration::days(3));
    software.minute().await;
    assert_eq!(software.sent().len(), tried, "nothing more is sent");
    let (listed, _) = store.deliveries(&endpoint.endpoint_id, 10, None).await.unwrap();
    assert!(listed.iter().all(|it| matches!(it.state, DeliveryState::GivenUp { .. })));
}
