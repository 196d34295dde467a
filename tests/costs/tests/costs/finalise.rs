//! A council's contracts are locked and finalised.

use ::finalise::{Due, Finalise};
use domain::facts::Contact;
use domain::permission::Role;
use files::Objects;
use messages::Queue;
use serde_json::json;
use statements::{DueContract, Statements};
use store::Store;
use testing::{Council, client, contract, cpli, parse, provider, service};

use crate::figures;
use crate::meter::{Meter, Reading};

const LINES: usize = 40;
/// Of the payment itself: that it was made, and how far the contract is.
const PAYMENT_WRITES_MAX: usize = 8;
/// With the record in the audit, the email, the line of the daily email and the event for webhooks.
const WRITES_MAX: usize = 24;

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

/// Settles every contract at an instant of its first period.
async fn settled(finalise: &Finalise, council: &Council, now: chrono::DateTime<chrono::Utc>) {
    for it in &council.contracts {
        let (contract_ref, provider_ref) = (it.contract_ref.clone(), it.provider_ref.clone());
        let contract = DueContract { contract_ref, provider_ref };
        Box::pin(finalise.settle(Due { contract, now })).await.unwrap();
    }
}

/// The writes about what a record is of, by the beginning of its key.
fn writes_of(reading: &Reading, wanted: &[&str]) -> usize {
    let of = reading.only(|it| wanted.iter().any(|beginning| it.about.starts_with(beginning)));
    of.units().writes
}

fn told(name: &str, reading: &Reading, contracts: usize) {
    let units = reading.units();
    figures::keep(
        name,
        &json!({
            "contracts": contracts, "lines": LINES, "writes": units.writes, "half_reads": units.half_reads,
            "puts": reading.puts, "gets": reading.gets,
            "payment_writes": writes_of(reading, &["PROVIDER#", "CYCLE#"]),
            "audit_writes": writes_of(reading, &["AUDIT"]),
            "email_writes": writes_of(reading, &["OUTBOX"]),
            "news_writes": writes_of(reading, &["NEWS#"]),
            "event_writes": writes_of(reading, &["WEBHOOKS"]),
        }),
    );
}

#[tokio::test]
async fn finalising_a_contract_takes_few_write_units_however_many_lines_it_has() {
    let contracts = figures::contracts(3);
    let (council, meter) = (council(contracts), Meter::new());
    let cloud = meter.portal().await;
    let seeds = Store::in_memory();
    council.save(&seeds).await;
    meter.fill(seeds.dump().unwrap().values());
    let finalise = Finalise {
        statements: Statements::with(
            Store::open(&cloud),
            Objects::open(&cloud),
            "https://portal.example",
        ),
        payments: Queue::in_memory(),
        mail: Queue::in_memory(),
    };
    let first = council.periods[0].clone();
    settled(&finalise, &council, first.confirm_by).await;
    let locked = meter.read();
    told("lock", &locked, contracts);
    settled(&finalise, &council, first.finalise_at).await;
    let finalised = meter.read();
    told("finalise", &finalised, contracts);
    let payment = writes_of(&finalised, &["PROVIDER#", "CYCLE#"]);
    assert!(payment <= PAYMENT_WRITES_MAX * contracts, "{payment}:\n{}", finalised.told());
    let writes = finalised.units().writes;
    assert!(writes <= WRITES_MAX * contracts, "{writes} for {contracts}:\n{}", finalised.told());
}
