//! The audit trail: who an entry is by, and where it is listed.

use std::collections::BTreeSet;

use domain::audit::{
    Actor, By, CLIENTS_LISTED_MAX, EntryHash, Note, Outcome, PROVIDERS_LISTED_MAX, Place, Seen,
};
use domain::ids::{ProviderRef, SsRef};
use testing::{instant, parse};

fn note() -> Note {
    let by = By::job("finalise", None);
    Note::new(instant("2026-06-01T09:00:00Z"), by, "statement finalised", Outcome::Done)
}

fn seen(provider: &str, clients: usize) -> Seen {
    Seen {
        what: "care packages".to_owned(),
        provider_ref: parse(provider),
        records: 1,
        clients: (1..=clients).map(|n| parse(&format!("A{n}"))).collect(),
    }
}

fn of_provider(provider: &str) -> Place {
    Place::Provider(parse(provider))
}

#[test]
fn an_entry_is_listed_under_each_provider_and_client_that_it_concerns() {
    assert_eq!(note().places(), BTreeSet::from([Place::Portal]));
    let own = note().of_provider(&parse::<ProviderRef>("P1"));
    assert_eq!(own.places(), BTreeSet::from([of_provider("P1")]));
    assert_eq!(note().about("provider_ref", "P2").places(), [of_provider("P2")].into());
    assert_eq!(note().about("provider", "P2").places(), [of_provider("P2")].into());
    let about = note().about("ss_ref", "A1").about("client", "A2");
    let clients: BTreeSet<SsRef> = [parse("A1"), parse("A2")].into();
    assert_eq!(about.clients(), clients);
    let listed = [Place::Portal, Place::Client(parse("A1")), Place::Client(parse("A2"))];
    assert_eq!(about.places(), listed.into());
    let shown = Note { seen: vec![seen("P3", 1)], ..own };
    let listed = [of_provider("P1"), of_provider("P3"), Place::Client(parse("A1"))];
    assert_eq!(shown.places(), listed.into());
}

#[test]
fn an_entry_of_a_run_concerns_the_providers_whose_contracts_it_names() {
    let of = |provider: &str, contracts: &[&str]| {
        (parse(provider), contracts.iter().map(|it| parse(it)).collect())
    };
    let contracts = [of("P1", &["C1", "C2"]), of("P2", &["C3"])].into();
    let run = Note { contracts, ..note() };
    assert_eq!(run.places(), BTreeSet::from([Place::Runs]));
    let own = run.clone().of_provider(&parse("P3"));
    assert_eq!(own.places(), BTreeSet::from([of_provider("P3")]));
    let concerned = ["P1", "P2", "P3", "P4"].map(|it| own.concerns(&parse(it)));
    assert_eq!(concerned, [true, true, true, false]);
    assert_eq!(
        run.about("cycle_ref", "28DAY").all_about(),
        [
            ("contracts".to_owned(), "C1 of P1, C2 of P1, C3 of P2".to_owned()),
            ("cycle_ref".to_owned(), "28DAY".to_owned()),
        ]
        .into()
    );
    assert!(note().all_about().is_empty());
}

#[test]
fn an_entry_about_very_many_is_listed_under_some_providers_and_no_client() {
    let clients = |count| {
        let places = Note { seen: vec![seen("P1", count)], ..note() }.places();
        places.iter().filter(|place| matches!(place, Place::Client(_))).count()
    };
    assert_eq!(clients(CLIENTS_LISTED_MAX), CLIENTS_LISTED_MAX);
    assert_eq!(clients(CLIENTS_LISTED_MAX + 1), 0);
    let many = (1..=PROVIDERS_LISTED_MAX + 1).map(|n| seen(&format!("P{n}"), 0)).collect();
    assert_eq!(Note { seen: many, ..note() }.places().len(), PROVIDERS_LISTED_MAX);
}

#[test]
fn an_entry_names_five_hundred_clients_of_what_was_shown() {
    let named = |count| {
        let bounded = Note { seen: vec![seen("P1", 1), seen("P2", count)], ..note() }.bounded();
        bounded.seen.iter().map(|it| it.clients.len()).collect::<Vec<_>>()
    };
    assert_eq!(named(499), [1, 499]);
    assert_eq!(named(500), [1, 500]);
    assert_eq!(named(502), [1, 500]);
}

#[test]
fn an_actor_has_a_name_of_at_most_so_many_plain_characters() {
    let most = "x".repeat(160);
    assert_eq!(parse::<Actor>(&most).as_str(), most);
    format!("{most}x").parse::<Actor>().unwrap_err();
}

#[test]
fn a_hash_is_written_as_sixty_four_hexadecimal_digits() {
    let hash = EntryHash::of("abc");
    assert_eq!(hash.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(hash.to_string(), hash.as_str());
    assert_eq!(EntryHash::of_nothing().as_str(), "0".repeat(64));
}
