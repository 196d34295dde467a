//! Documents as files, for other programs.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use domain::clock::london_date;
use domain::invoice::InvoiceId;
use invoice_exports::{Before, Document, NotExported};
use invoicing::Claimed;
use web::{Acting, Download, Path, Problem};

use crate::{Invoices, Which};

/// A provider takes a document away as CSV.
///
/// # Errors
///
/// 404 no such document of this provider, or it is not submitted.
pub(crate) async fn csv(
    state: State<Invoices>,
    acting: Acting,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let claimed = state.taken_away(&acting, &which.0).await?;
    let csv = exported(&claimed, Format::Csv)?;
    Ok(Download::csv(&format!("invoice_{}.csv", claimed.number), &csv))
}

/// A provider takes a document away as EN 16931 (UBL 2.1).
///
/// # Errors
///
/// 404 no such document of this provider, or it is not submitted.
pub(crate) async fn xml(
    state: State<Invoices>,
    acting: Acting,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let claimed = state.taken_away(&acting, &which.0).await?;
    let xml = exported(&claimed, Format::Ubl)?;
    Ok(Download::xml(&format!("invoice_{}.xml", claimed.number), xml))
}

impl Invoices {
    /// A document for somebody who takes it away; that they do is logged.
    async fn taken_away(&self, acting: &Acting, which: &Which) -> Result<Claimed, Problem> {
        let claimed = self.invoicing.claimed(&acting.provider, &which.invoice_id).await?;
        let clients = claimed.body.lines.iter().filter_map(|line| line.label.ss_ref.as_ref());
        let clients: BTreeSet<_> = clients.collect();
        acting.viewed_of("invoice", clients.len(), clients);
        Ok(claimed)
    }
}

/// What a document is written as.
#[derive(Debug, Clone, Copy)]
enum Format {
    Csv,
    Ubl,
}

fn exported(claimed: &Claimed, format: Format) -> Result<Vec<u8>, NotExported> {
    let earlier = claimed.before.iter().map(|(id, (number, submitted_at))| {
        (id.clone(), Before { number: *number, date: london_date(*submitted_at) })
    });
    let before: BTreeMap<InvoiceId, Before> = earlier.collect();
    let document = Document {
        number: claimed.number,
        body: &claimed.body,
        provider: &claimed.provider,
        council_name: &claimed.council_name,
        before: &before,
    };
    match format {
        Format::Csv => document.csv(),
        Format::Ubl => document.ubl(),
    }
}
