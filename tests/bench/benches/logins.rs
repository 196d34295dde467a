//! A thousand passwords checked in one process: `cargo bench -p bench --bench logins`.
//!
//! Given a file, the figures are added to it as a line of JSON. It fails where memory grows, or where the smallest function
//! that Lambda has would not hold it.

#![expect(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "no part of the portal: what fails is seen by whoever measures"
)]

use std::fs::{self, OpenOptions};
use std::io::Write;

use domain::password::PasswordHash;
use serde_json::json;

const SIGN_INS: usize = 1_000;
/// After so many, memory is as large as it will be.
const SETTLED: usize = 20;
const GROWTH_KB_MAX: u64 = 1_024;
const PEAK_KB_MAX: u64 = 128 * 1_024;

fn main() {
    let password = "Correct horse 9";
    let hash = PasswordHash::new(password, [7; 16]);
    let mut settled_kb = 0;
    let before = cpu_nanoseconds();
    for n in 0..SIGN_INS {
        assert!(hash.is_of(password));
        if n == SETTLED {
            settled_kb = kilobytes("VmHWM:");
        }
    }
    let cpu_ms = (cpu_nanoseconds() - before) as f64 / 1e6 / SIGN_INS as f64;
    let peak_kb = kilobytes("VmHWM:");
    let figure = json!({
        "figure": "sign-in", "sign_ins": SIGN_INS, "cpu_ms_each": cpu_ms, "peak_kb": peak_kb,
        "growth_kb": peak_kb - settled_kb,
    });
    println!("{figure}");
    if let Some(path) = std::env::args().skip(1).find(|it| it != "--bench") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{figure}").unwrap();
    }
    assert!(peak_kb - settled_kb <= GROWTH_KB_MAX && peak_kb <= PEAK_KB_MAX, "{figure}");
}

fn cpu_nanoseconds() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn kilobytes(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    value.trim().trim_end_matches(" kB").parse().unwrap()
}
