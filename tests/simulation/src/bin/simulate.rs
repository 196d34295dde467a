//! Tries schedules: `simulate` 1,000,000 of them, `simulate --schedules 1000 --from 5`, or `simulate --seed 7` to read
//! what happens in one.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use mimalloc::MiMalloc;
use simulation::{EVENTS, MISFORTUNES, World, oracle};

/// A schedule is many small records: the allocator of the C library would take a quarter of the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (mut schedules, mut from, mut seed, mut threads) = (1_000_000, 0, None, 2);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|it| it.parse::<u64>().ok());
        match (word.as_str(), number) {
            ("--schedules", Some(number)) => schedules = number,
            ("--from", Some(number)) => from = number,
            ("--threads", Some(number)) => threads = number.max(1),
            ("--seed", number @ Some(_)) => seed = number,
            _ => return usage(),
        }
    }
    match seed {
        Some(seed) => replay(seed),
        None => try_all(schedules, from, threads),
    }
}

fn say(words: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{words}"));
}

fn usage() -> ExitCode {
    say(format_args!("simulate [--schedules N] [--from N] [--threads N] | --seed N"));
    ExitCode::from(2)
}

/// One schedule, told; then again, to see that it replays exactly.
fn replay(seed: u64) -> ExitCode {
    let world = World::run_logged(seed);
    say(format_args!("{}", world.log.as_deref().unwrap_or_default()));
    let same = world.state() == World::run(seed).state();
    let wrong = oracle::check(&world);
    say(format_args!(
        "seed {seed}: {} processes, {:?}, {:?}",
        world.processes,
        world.misfortunes,
        world.events()
    ));
    say(format_args!("replays exactly: {same}"));
    for what in &wrong {
        say(format_args!("WRONG: {what}"));
    }
    if same && wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one thread found.
#[derive(Default)]
struct Found {
    wrong: Vec<(u64, Vec<String>)>,
    seen: BTreeMap<&'static str, u64>,
    processes: u64,
}

impl Found {
    fn see(&mut self, world: &World) {
        self.processes = self.processes.saturating_add(world.processes.into());
        for (what, count) in world.misfortunes.iter().chain(world.events()) {
            let seen = self.seen.entry(what).or_default();
            *seen = seen.saturating_add(u64::from(*count));
        }
    }
}

fn try_all(schedules: u64, from: u64, threads: u64) -> ExitCode {
    let began = Instant::now();
    let found: Vec<Found> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|part| scope.spawn(move || try_part(schedules, from, part, threads)))
            .collect();
        started.into_iter().filter_map(|it| it.join().ok()).collect()
    });
    let took = began.elapsed();
    let finished = u64::try_from(found.len()).is_ok_and(|count| count == threads);
    let processes: u64 = found.iter().map(|it| it.processes).sum();
    let (counts, wrong): (Vec<_>, Vec<_>) = found.into_iter().map(|it| (it.seen, it.wrong)).unzip();
    let mut wrong: Vec<_> = wrong.into_iter().flatten().collect();
    wrong.sort();
    for (seed, what) in wrong.iter().take(20) {
        say(format_args!("seed {seed}: {}", what.join("; ")));
    }
    for what in MISFORTUNES.iter().chain(&EVENTS) {
        let count = counts
            .iter()
            .fold(0_u64, |sum, it| sum.saturating_add(it.get(what).copied().unwrap_or(0)));
        say(format_args!("{count:>12}  {what}"));
    }
    let (wrong_count, took) = (wrong.len(), took.as_millis());
    say(format_args!(
        "{schedules} schedules from {from}, {processes} processes: {wrong_count} wrong, {took} ms, {threads} threads"
    ));
    if wrong.is_empty() && finished { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn try_part(schedules: u64, from: u64, part: u64, parts: u64) -> Found {
    let mut found = Found::default();
    let mut next = from.saturating_add(part);
    while next < from.saturating_add(schedules) {
        let world = World::run(next);
        found.see(&world);
        let wrong = oracle::check(&world);
        if !wrong.is_empty() {
            found.wrong.push((next, wrong));
        }
        next = next.saturating_add(parts);
    }
    found
}
