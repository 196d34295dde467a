//! A council's contracts are locked and finalised.

use ::finalise::{Due, Finalise};
use chrono::{DateTime, Utc};
use cloud::Setting;
use domain::clock::Now;
use domain::facts::Contact;
use domain::permission::Role;
use domain::webhook::{Endpoint, EventKind, Secret};
use files::Objects;
use messages::{Mail, Queue};
use send_email::{MailWork, SendEmail};
use serde_json::json;
use statements::Statements;
use store::Store;
use testing::{Council, client, contract, cpli, parse, provider, service};

use crate::figures;
use crate::meter::{Meter, Reading};

const SITE: &str = "https://portal.example";
const LINES: usize = 40;
/// Of the payment with all that goes with it: that it was made, how far the contract is, the record in the audit, and
/// what is to be told: the email, the line of the daily email, and the event for webhooks.
const WRITES_MAX: usize = 8;
/// Of telling it then: the email written and sent, the line of the daily email, and the message to software.
const TELLING_WRITES_MAX: usize = 24;

fn contact(n: usize) -> Contact {
    Contact {
        contact_ref: parse(&format!("K{n:04}")),
        provider_ref: parse(&format!("P{n:04}")),
        forename: "Ada".to_owned(),
        surname: "Brome".to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some(parse(&format!("ada{n}@home.example"))),
        roles: vec![Role::Payments],
    }
}

/// So many providers of one contract each, with forty people in it.
fn council(contracts: usize) -> Council {
    let mut council = Council { periods: Council::lake_house().periods, ..Council::default() };
    for n in 0..contracts {
        let (provider_ref, contract_ref) = (format!("P{n:04}"), format!("C{n:04}"));
        let home = service(&format!("S{n:04}"), &contract_ref, "Lake House - Residential (Band 3)");
        for line in 0..LINES {
            let number = n * LINES + line;
            let person = client(&format!("A{number:06}"), "Wednesday", "Adams");
            council.cplis.push(cpli(&format!("{}", 200_000 + number), &home, person));
        }
        council.providers.push(provider(&provider_ref, "Lake House"));
        council.contracts.push(contract(&contract_ref, &provider_ref, "Lake House residential"));
        council.services.push(home);
        council.contacts.push(contact(n));
    }
    council
}

/// An address of each provider's software, which wants to be told of payments.
async fn with_webhooks(council: &Council, store: &Store) {
    for (n, it) in council.providers.iter().enumerate() {
        let endpoint = Endpoint {
            endpoint_id: parse(&format!("5F1C09A2B7D3{n:04}")),
            provider_ref: it.provider_ref.clone(),
            url: "https://home.example/portal".to_owned(),
            kinds: [EventKind::StatementFinalised].into(),
            secret: Secret::new([7; 32]),
            secret_before: None,
            created_at: council.periods[0].confirm_by,
            created_by: "Ada Brome".to_owned(),
            failing_since: None,
            stopped_at: None,
            version: 0,
        };
        store.add_endpoint(&endpoint).await.unwrap();
    }
}

/// The rule fires at an instant, and whatever contracts it finds are settled.
async fn settled(finalise: &Finalise, now: DateTime<Utc>) {
    Box::pin(finalise.find(Now::at(now))).await.unwrap();
    for message in finalise.payments.take() {
        let due: Due = serde_json::from_value(message).unwrap();
        Box::pin(finalise.settle(due)).await.unwrap();
    }
}

/// Everybody is told who is to be. How many emails were sent.
async fn told_of(finalise: &Finalise, store: &Store, now: DateTime<Utc>) -> usize {
    let sender = SendEmail {
        store: store.clone(),
        mail: Mail::in_memory(),
        queue: finalise.mail.clone(),
        site_url: Setting::new("SITE_URL", SITE),
        random: |id| id.as_str().as_bytes().try_into().unwrap(),
    };
    loop {
        let messages = finalise.mail.take();
        if messages.is_empty() {
            break;
        }
        for message in messages {
            let work: MailWork = serde_json::from_value(message).unwrap();
            Box::pin(sender.work(work, Now::at(now))).await.unwrap();
        }
    }
    for event in store.events(1_000).await.unwrap() {
        store.fan_out(event, now).await.unwrap();
    }
    sender.mail.sent().len()
}

/// The writes about what a record is of, by the beginning of its key.
fn writes_of(reading: &Reading, wanted: &[&str]) -> usize {
    let of = reading.only(|it| wanted.iter().any(|beginning| it.about.starts_with(beginning)));
    of.units().writes
}

fn kept(name: &str, reading: &Reading, contracts: usize) {
    let units = reading.units();
    figures::keep(
        name,
        &json!({
            "contracts": contracts, "lines": LINES, "writes": units.writes, "half_reads": units.half_reads,
            "puts": reading.puts, "gets": reading.gets,
            "payment_writes": writes_of(reading, &["PROVIDER#", "CYCLE#"]),
            "audit_writes": writes_of(reading, &["AUDIT"]),
            "outbox_writes": writes_of(reading, &["OUTBOX", "UNSUBSCRIBE#"]),
            "news_writes": writes_of(reading, &["NEWS#"]),
            "webhook_writes": writes_of(reading, &["WEBHOOK"]),
        }),
    );
}

#[tokio::test]
async fn finalising_a_contract_takes_few_write_units_with_all_that_goes_with_it() {
    let contracts = figures::contracts(3);
    let (council, meter) = (council(contracts), Meter::new());
    let cloud = meter.portal();
    let seeds = Store::in_memory();
    council.save(&seeds).await;
    with_webhooks(&council, &seeds).await;
    meter.fill(seeds.dump().unwrap().values());
    let store = Store::open(&cloud);
    let finalise = Finalise {
        statements: Statements::with(store.clone(), Objects::open(&cloud), SITE),
        payments: Queue::in_memory(),
        mail: Queue::in_memory(),
    };
    let first = council.periods[0].clone();
    settled(&finalise, first.confirm_by).await;
    let locked = meter.read();
    kept("lock", &locked, contracts);
    told_of(&finalise, &store, first.confirm_by).await;
    meter.read();
    settled(&finalise, first.finalise_at).await;
    let finalised = meter.read();
    kept("finalise", &finalised, contracts);
    let writes = finalised.units().writes;
    assert!(writes <= WRITES_MAX * contracts, "{writes} for {contracts}:\n{}", finalised.told());
    assert_eq!(told_of(&finalise, &store, first.finalise_at).await, contracts);
    let telling = meter.read();
    kept("tell", &telling, contracts);
    let writes = telling.units().writes;
    assert!(
        writes <= TELLING_WRITES_MAX * contracts,
        "{writes} for {contracts}:\n{}",
        telling.told()
    );
    assert!(writes_of(&telling, &["WEBHOOK"]) > 0, "{}", telling.told());
}
