//! Says whether the records of who saw and changed what are as they were written: `make verify-audit`.

use std::io::{self, Write};
use std::process::ExitCode;

use audit_trail::{Report, Trail};

/// Nothing was changed and nothing is missing.
const WHOLE: u8 = 0;
/// Something was, and it is named.
const BROKEN: u8 = 1;
/// The records could not be read.
const UNREAD: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    let cloud = cloud::connect();
    let mut out = io::stdout().lock();
    let code = match Trail::open(&cloud).verify().await {
        Ok(report) => {
            told(&mut out, &report)?;
            if report.found.is_empty() { WHOLE } else { BROKEN }
        }
        Err(error) => {
            writeln!(out, "The audit could not be read: {error}")?;
            UNREAD
        }
    };
    Ok(ExitCode::from(code))
}

fn told(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let Report { chains, entries, copies, seals, sealed_until, found } = report;
    writeln!(out, "{chains} chains, {entries} entries, {copies} copies, {seals} seals")?;
    match sealed_until {
        Some(date) => writeln!(out, "sealed up to the end of {date}")?,
        None => writeln!(out, "no day was sealed yet")?,
    }
    for problem in found {
        writeln!(out, "PROBLEM: {problem}")?;
    }
    match found.len() {
        0 => writeln!(out, "OK: every record is as it was written"),
        count => writeln!(out, "{count} PROBLEMS"),
    }
}
