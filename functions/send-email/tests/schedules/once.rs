//! Ten thousand days of a portal's mail, each with its own misfortunes: whatever dies, hangs, comes twice, late or
//! out of order, everybody is told of everything once.
//!
//! A schedule is made from its seed alone and replays exactly. The one thing that is taken for granted is that SES
//! tells of an email that it accepted within the hour; everything else may take two weeks.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{BOUNCING, READERS, World};
use store::Delivery;

/// How many schedules are tried. Fewer, while working on one: set `SCHEDULES`.
const SCHEDULES: u64 = 10_000;

/// They are tried in so many parts, which run side by side.
const PARTS: u64 = 4;

fn try_part(part: u64) {
    let count = option_env!("SCHEDULES").and_then(|it| it.parse().ok()).unwrap_or(SCHEDULES);
    for seed in (part..count).step_by(usize::try_from(PARTS).unwrap()) {
        let world = World::run(seed);
        every_email_went_out_once(&world);
        everybody_was_told_of_everything_once(&world);
    }
}

#[test]
fn every_email_goes_out_once_whatever_happens_first_part() {
    try_part(0);
}

#[test]
fn every_email_goes_out_once_whatever_happens_second_part() {
    try_part(1);
}

#[test]
fn every_email_goes_out_once_whatever_happens_third_part() {
    try_part(2);
}

#[test]
fn every_email_goes_out_once_whatever_happens_fourth_part() {
    try_part(3);
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..20 {
        let (one, again) = (World::run(seed), World::run(seed));
        assert_eq!(one.sent(), again.sent(), "seed {seed}");
        assert_eq!(one.store.dump().unwrap(), again.store.dump().unwrap(), "seed {seed}");
    }
}

#[test]
fn the_schedules_hold_every_misfortune() {
    let mut seen = BTreeMap::new();
    for seed in 0..200 {
        for (what, count) in World::run(seed).misfortunes {
            *seen.entry(what).or_insert(0_u32) += count;
        }
    }
    let wanted = [
        "answer lost",
        "came again",
        "died",
        "email lost",
        "refused",
        "second worker",
        "told late",
        "too busy",
        "two weeks late",
    ];
    for what in wanted {
        assert!(seen.get(what).is_some_and(|count| *count > 20), "{what}: {seen:?}");
    }
}

/// Nothing was accepted twice by the mail service, and nothing is left.
fn every_email_went_out_once(world: &World) {
    let seed = world.seed;
    let mut accepted = BTreeSet::new();
    for email in world.sent() {
        assert!(accepted.insert(email.reference.clone()), "seed {seed}: twice to {}", email.to);
    }
    for (key, record) in world.records() {
        let id = record.email.outbox_id.as_str().to_owned();
        match record.delivery {
            Delivery::Sent { .. } => {
                assert!(accepted.contains(&id), "seed {seed}: {key} never sent");
            }
            Delivery::Suppressed { .. } => assert_eq!(record.email.to, BOUNCING, "seed {seed}"),
            Delivery::Queued | Delivery::Failed { .. } => panic!("seed {seed}: {key} is left"),
        }
    }
    let dump = world.store.dump().unwrap();
    let left: Vec<_> = dump.keys().filter(|key| key.starts_with("OUTBOX ")).collect();
    assert!(left.is_empty(), "seed {seed}: {left:?}");
}

/// One email at once for each thing that happened, and each thing counted once in all of the daily emails.
fn everybody_was_told_of_everything_once(world: &World) {
    let seed = world.seed;
    for (reader, providers) in READERS.iter().filter(|(reader, _)| *reader != BOUNCING) {
        let theirs = world.happened.iter().filter(|it| providers.contains(&it.provider));
        let expected = theirs.count();
        let sent = world.sent();
        let mine = sent.iter().filter(|email| email.to == *reader);
        let (daily, at_once): (Vec<_>, Vec<_>) =
            mine.partition(|email| email.subject.contains("what happened up to"));
        assert_eq!(at_once.len(), expected, "seed {seed}: {reader} at once");
        let days: BTreeSet<_> = daily.iter().map(|email| &email.subject).collect();
        assert_eq!(days.len(), daily.len(), "seed {seed}: {reader} twice about a day");
        let counted: usize = daily.iter().map(|email| counted(&email.text)).sum();
        assert_eq!(counted, expected, "seed {seed}: {reader} daily");
    }
}

/// How many new actions a daily email tells of.
fn counted(text: &str) -> usize {
    let lines = text.lines().filter_map(|line| line.strip_prefix("Actions and change requests: "));
    lines.map(|line| line.split(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}
