//! Writes one of each paper into a folder: `cargo run -p papers --example samples -- .local/papers`.

#[path = "../src/samples.rs"]
#[expect(clippy::expect_used, reason = "a sample that is none is a mistake here")]
mod samples;

use std::path::PathBuf;
use std::time::Instant;

pub(crate) use papers::{
    Clause, ContractDocument, Detail, Difference, OrderLine, OrderLineKind, PriceTerm,
    PrintedReport, PurchaseOrder, RemittanceAdvice, contract_document, purchase_order, remittance,
    report,
};

#[expect(clippy::print_stdout, reason = "a person runs it")]
fn main() -> Result<(), std::io::Error> {
    let folder =
        PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".local/papers".to_owned()));
    std::fs::create_dir_all(&folder)?;
    let started = Instant::now();
    for (name, bytes) in samples::all() {
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    }
    println!("{} in {:?}", folder.display(), started.elapsed());
    Ok(())
}
