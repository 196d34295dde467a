//! What a function costs before, at and after its first request: `cargo bench -p bench --bench starts -- FOLDER FIGURES`.
//!
//! FOLDER has what `make bench` prepared: `table.json` with the records of a care home, and the release binaries are in
//! its `functions`. Each function is started as Lambda starts it, with a runtime API and a table in this process. The
//! same is done with the care-package query in Python and Node. FIGURES is the file that the figures are added to.

#![expect(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "no part of the portal: what fails is seen by whoever measures"
)]

mod dynamo;
mod http;
mod process;
mod runtime;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::dynamo::Dynamo;
use crate::process::{Process, Started};
use crate::runtime::Runtime;

/// Of so many starts the best: the machine has other work too.
const STARTS: usize = 15;
/// After so many requests memory is looked at again.
const REQUESTS: usize = 200;
/// Those after so many say what a warm one costs.
const WARMED_UP: usize = 100;

/// Something that answers events of Lambda.
struct Subject {
    name: String,
    command: Vec<String>,
    folder: PathBuf,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [folder, figures] = arguments.as_slice() else {
        panic!("FOLDER FIGURES, not {arguments:?}")
    };
    let folder = Path::new(folder);
    let table: Vec<Value> = read(&folder.join("table.json")).as_array().unwrap().clone();
    let dynamo = Dynamo::serve(&table);
    let mut figures = OpenOptions::new().create(true).append(true).open(figures).unwrap();
    let mut keep = |figure: &Value| {
        println!("{figure}");
        writeln!(figures, "{figure}").unwrap();
    };
    for subject in functions(&folder.join("functions")) {
        let mut figure = started(&subject, &dynamo);
        figure["binary_bytes"] = json!(fs::metadata(&subject.command[0]).unwrap().len());
        figure["zip_bytes"] = json!(zipped(Path::new(&subject.command[0])));
        keep(&figure);
    }
    let event = fs::read(repository().join("events/care-packages.json")).unwrap();
    let mut expected = None;
    for subject in askers(folder) {
        let (figure, answer) = asked(&subject, &dynamo, &event);
        assert_eq!(
            *expected.get_or_insert(answer.clone()),
            answer,
            "{} answers alike",
            subject.name
        );
        keep(&figure);
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Every function that was built.
fn functions(folder: &Path) -> Vec<Subject> {
    let names = fs::read_dir(repository().join("functions")).unwrap();
    let mut names: Vec<_> =
        names.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let built = names.into_iter().filter(|name| folder.join(name).exists());
    built.map(|name| function(folder, &name)).collect()
}

fn function(folder: &Path, name: &str) -> Subject {
    let command = vec![folder.join(name).to_str().unwrap().to_owned()];
    Subject { name: name.to_owned(), command, folder: folder.to_owned() }
}

/// Ours, and the same query as others would write it.
fn askers(folder: &Path) -> Vec<Subject> {
    let peers = repository().join("tests/bench/peers");
    let peer = |name: &str, command: &[&str]| Subject {
        name: name.to_owned(),
        command: command.iter().map(|it| (*it).to_owned()).collect(),
        folder: peers.clone(),
    };
    let python = repository().join(".local/venv-peers/bin/python");
    vec![
        function(&folder.join("functions"), "care-packages"),
        peer(
            "Python and boto3",
            &[python.to_str().unwrap(), "-m", "awslambdaric", "care_packages.handler"],
        ),
        peer("Node and its SDK", &["node", "runtime.mjs"]),
    ]
}

/// How long from nothing to the first poll.
fn started(subject: &Subject, dynamo: &Dynamo) -> Value {
    let mut best: Option<Started> = None;
    for _ in 0..STARTS {
        let runtime = Runtime::new();
        let process = Process::start(subject, &runtime, dynamo);
        let started = process.until_it_polls(&runtime);
        best = Some(best.map_or(started, |best| best.least(started)));
    }
    let Started { wall_ms, cpu_ms, resident_kb } = best.unwrap();
    json!({"figure": "start", "name": subject.name, "wall_ms": wall_ms, "cpu_ms": cpu_ms, "resident_kb": resident_kb})
}

/// What its first request costs, and what a later one.
fn asked(subject: &Subject, dynamo: &Dynamo, event: &[u8]) -> (Value, Value) {
    let mut figure = started(subject, dynamo);
    figure["figure"] = json!("request");
    let (mut first, mut second, mut warm) = (f64::MAX, f64::MAX, f64::MAX);
    let (mut first_wall, mut resident) = (f64::MAX, 0);
    let mut answer = Value::Null;
    for round in 0..5 {
        let runtime = Runtime::new();
        let process = Process::start(subject, &runtime, dynamo);
        process.until_it_polls(&runtime);
        let (cpu, wall, said) = process.answers(&runtime, event);
        answer = said;
        first = first.min(cpu);
        first_wall = first_wall.min(wall);
        second = second.min(process.answers(&runtime, event).0);
        if round > 0 {
            continue;
        }
        let costs: Vec<f64> = (0..REQUESTS).map(|_| process.answers(&runtime, event).0).collect();
        let last = &costs[WARMED_UP..];
        warm = warm.min(last.iter().sum::<f64>() / last.len() as f64);
        resident = process.resident_kb();
    }
    figure["first_cpu_ms"] = json!(first);
    figure["first_wall_ms"] = json!(first_wall);
    figure["second_cpu_ms"] = json!(second);
    figure["warm_cpu_ms"] = json!(warm);
    figure["resident_after_kb"] = json!(resident);
    assert_eq!(answer["statusCode"], 200, "{}: {answer}", subject.name);
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (figure, body)
}

/// What is uploaded: the binary in a zip file.
fn zipped(binary: &Path) -> u64 {
    let zip = Path::new(env!("CARGO_TARGET_TMPDIR")).join("function.zip");
    let script = "import sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as it: it.write(sys.argv[1], 'bootstrap')";
    let made = Command::new("python3").args(["-c", script]).arg(binary).arg(&zip).status().unwrap();
    assert!(made.success());
    fs::metadata(zip).unwrap().len()
}
