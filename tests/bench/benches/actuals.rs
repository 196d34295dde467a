//! How much a file of a million rows costs to read, check and report: `cargo bench -p bench --bench actuals`.
//!
//! `docs/benchmarks.md` has what it came to, and `tests/bench` the same work done with other tools.

#![expect(
    clippy::integer_division,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "no part of the portal: what fails is seen by whoever measures"
)]

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Command;

use bench::agency::{Agency, Size};
use bench::files;
use bench::report::{Facts, report, told};
use sheets::Limits;

/// The most that is taken: 1,000,000 rows of CSV, 100,000 of a workbook.
const CSV: Size = Size { packages: 5_000, weeks: 200 };
const XLSX: Size = Size { packages: 5_000, weeks: 20 };
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", folder] => make(Path::new(folder)),
        ["check", folder, name] => check(Path::new(folder), name),
        [] => measure(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("actuals")),
        other => panic!("make FOLDER, check FOLDER csv|xlsx, or nothing; not {other:?}"),
    }
}

/// Writes both files, the facts that they are checked against, and what is to be said about them.
fn make(folder: &Path) {
    for (name, size) in [("csv", CSV), ("xlsx", XLSX)] {
        let folder = folder.join(name);
        if folder.join("expected.json").exists() {
            continue;
        }
        fs::create_dir_all(&folder).unwrap();
        let agency = Agency::new(size);
        fs::write(folder.join("services.csv"), files::services(&agency)).unwrap();
        fs::write(folder.join("packages.csv"), files::packages(&agency)).unwrap();
        let path = folder.join("actuals").with_extension(name);
        let answers = if name == "csv" {
            let mut file = BufWriter::new(File::create(path).unwrap());
            let answers = files::csv(agency, &mut file).unwrap();
            file.flush().unwrap();
            answers
        } else {
            let (mut book, answers) = files::xlsx(agency).unwrap();
            book.save(path).unwrap();
            answers
        };
        fs::write(folder.join("expected.json"), told(&answers)).unwrap();
    }
}

/// Does the work once, and says what came out.
fn check(folder: &Path, name: &str) {
    let folder = folder.join(name);
    let open = |name: &str| BufReader::new(File::open(folder.join(name)).unwrap());
    let facts = Facts::read(open("services.csv"), open("packages.csv"));
    let file = File::open(folder.join("actuals").with_extension(name)).unwrap();
    let log = BufWriter::new(File::create(folder.join("log.csv")).unwrap());
    let answers = report(&facts, file, &Limits::DROP, log).unwrap_or_else(|why| panic!("{why}"));
    println!("{}", told(&answers));
    eprintln!("{} {}", cpu_nanoseconds(), peak_kilobytes());
}

/// Each in a process of its own, as a function would: the least of several runs, for the machine has other work too.
fn measure(folder: &Path) {
    let this = std::env::current_exe().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(&this).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let path = folder.to_str().unwrap();
    run(&["make", path]);
    for name in ["csv", "xlsx"] {
        let expected = fs::read_to_string(folder.join(name).join("expected.json")).unwrap();
        let (mut least_nanoseconds, mut most_kilobytes) = (u64::MAX, 0);
        for _ in 0..RUNS {
            let (answers, cost) = run(&["check", path, name]);
            assert_eq!(answers.trim(), expected);
            let (nanoseconds, kilobytes) = cost.trim().split_once(' ').unwrap();
            least_nanoseconds = least_nanoseconds.min(nanoseconds.parse().unwrap());
            most_kilobytes = most_kilobytes.max(kilobytes.parse::<u64>().unwrap());
        }
        let (milliseconds, megabytes) = (least_nanoseconds / 1_000_000, most_kilobytes / 1024);
        println!("{name}: {milliseconds} ms of CPU, {megabytes} MB at most: {expected}");
    }
}

fn cpu_nanoseconds() -> u64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}
