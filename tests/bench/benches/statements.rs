//! How many care packages are worked out in a second on one core: `cargo bench -p bench --bench statements`.
//!
//! Given a file, the figures are added to it as lines of JSON. CPU seconds are this thread's, from the operating system.

#![expect(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "no part of the portal: what fails is seen by whoever measures"
)]

use std::fs::{self, OpenOptions};
use std::hint::black_box;
use std::io::Write;

use bench::homes::{self, LINES};
use chrono::Days;
use domain::entitlement::{self, Days as Span};
use domain::facts::{Facts, Period};
use domain::money::Money;
use domain::statement::{Ledger, Statement};
use serde_json::{Value, json};

const CONTRACTS: usize = 1_000;
const PERIODS: u64 = 13;
const RUNS: usize = 5;
const COUNCILS: usize = 153;
const CPLIS: usize = 1_000_000;
const NATIONAL_CONTRACTS: usize = CPLIS.div_ceil(LINES);

fn main() {
    let figures = std::env::args().skip(1).find(|it| it != "--bench");
    let mut figures =
        figures.map(|it| OpenOptions::new().create(true).append(true).open(it).unwrap());
    let mut keep = |figure: Value| {
        println!("{figure}");
        if let Some(file) = &mut figures {
            writeln!(file, "{figure}").unwrap();
        }
    };
    let contracts: Vec<Facts> = (0..CONTRACTS).map(homes::contract).collect();
    let year: Vec<Period> =
        (0..PERIODS).map(|it| homes::period(homes::start() + Days::new(it * 28))).collect();
    let care_periods = CONTRACTS * LINES * year.len();
    for (name, work) in [
        ("entitlement", entitled as fn(&Facts, &Period)),
        ("statement", stated),
        ("statement, totals and digest", agreed),
    ] {
        let least = (0..RUNS).map(|_| timed(|| each(&contracts, &year, work))).min().unwrap();
        let a_second = care_periods as f64 / (least as f64 / 1e9);
        keep(
            json!({"figure": "kernel", "name": name, "care_package_periods_a_second": a_second.round()}),
        );
    }
    drop(contracts);
    keep(national());
}

fn each(contracts: &[Facts], periods: &[Period], work: fn(&Facts, &Period)) {
    for facts in contracts {
        for period in periods {
            work(facts, period);
        }
    }
}

/// What every care package is owed.
fn entitled(facts: &Facts, period: &Period) {
    let mut lines = Vec::new();
    for cpli in facts.cplis.values() {
        let service = &facts.services[&cpli.service_ref];
        entitlement::of_cpli(&facts.contract, service, cpli, Span::from(period), &mut lines)
            .unwrap();
        black_box(&lines);
        lines.clear();
    }
}

/// The whole statement, with everything that a person reads of a line.
fn stated(facts: &Facts, period: &Period) {
    black_box(Statement::open(facts, &Ledger::default(), period).unwrap());
}

/// The same with what is confirmed.
fn agreed(facts: &Facts, period: &Period) {
    let statement = Statement::open(facts, &Ledger::default(), period).unwrap();
    black_box((statement.totals().unwrap(), statement.digest()));
}

/// Every council of the country pays a period: each contract is read, worked out, agreed and written as it is kept.
fn national() -> Value {
    let contracts = NATIONAL_CONTRACTS;
    let period = homes::period(homes::start());
    let (mut pounds, mut lines, mut bytes) = (Money::ZERO, 0, 0);
    let mut making = 0;
    let nanoseconds = timed(|| {
        for n in 0..contracts {
            let mut facts = None;
            making += timed(|| facts = Some(homes::contract(n)));
            let statement = Statement::open(&facts.unwrap(), &Ledger::default(), &period).unwrap();
            pounds = pounds.plus(statement.totals().unwrap().payable).unwrap();
            lines += statement.items.len();
            black_box(statement.digest());
            bytes += serde_json::to_vec(&statement).unwrap().len();
        }
    });
    json!({
        "figure": "national", "councils": COUNCILS, "care_packages": CPLIS, "contracts": contracts, "lines": lines,
        "pounds": pounds.to_string(), "cpu_seconds": (nanoseconds - making) as f64 / 1e9, "kept_bytes": bytes,
        "peak_kb": peak_kilobytes(),
    })
}

fn timed(work: impl FnOnce()) -> u64 {
    let before = cpu_nanoseconds();
    work();
    cpu_nanoseconds() - before
}

fn cpu_nanoseconds() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_else(|| panic!("no peak"));
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}
