//! A contract document: the agreement about one client's care, which the provider agrees or rejects.

use chrono::{DateTime, NaiveDate, Utc};
use domain::money::Money;

use crate::paper::{Column, Detail, Difference, Paper, Row, Section, Table, differences};
use crate::typeset::typeset;
use crate::{PapersError, words};

/// A contract document as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDocument {
    /// Who commissions.
    pub council_name: String,
    /// What kind of agreement: its heading.
    pub doc_type: String,
    /// Names it among all of the council's.
    pub document_ref: String,
    /// 1 for the first.
    pub version: u32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Who delivers.
    pub provider_name: String,
    /// Where they are, if that is known.
    pub provider_address: Option<String>,
    /// What is agreed, one fact a row, in the order they are read.
    pub details: Vec<Detail>,
    /// What is paid from when, earliest first.
    pub prices: Vec<PriceTerm>,
    /// What else holds.
    pub clauses: Vec<Clause>,
    /// What differs from the version before it.
    pub differences: Vec<Difference>,
}

/// A price from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTerm {
    /// First day.
    pub from: NaiveDate,
    /// `1 x Placement at £865.46 (Spot)`.
    pub pricing: String,
    /// What a week costs.
    pub weekly: Money,
}

/// A heading and the paragraphs below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is about.
    pub heading: String,
    /// What holds.
    pub paragraphs: Vec<String>,
}

/// The PDF of a contract document.
///
/// # Errors
///
/// A defect: see [`PapersError`].
pub fn contract_document(document: &ContractDocument) -> Result<Vec<u8>, PapersError> {
    let ident = format!("contract document {} version {}", document.document_ref, document.version);
    typeset(&paper(document), &ident, document.made_at)
}

fn paper(document: &ContractDocument) -> Paper {
    let mut sections = Vec::new();
    if !document.prices.is_empty() {
        sections.push(Section::table("What is paid", prices(&document.prices)));
    }
    for clause in &document.clauses {
        sections.push(Section::text(&clause.heading, clause.paragraphs.clone()));
    }
    sections.extend(differences("What changed since the version before", &document.differences));
    let name = format!("{}, version {}", document.document_ref, document.version);
    Paper {
        council_name: document.council_name.clone(),
        landscape: false,
        title: document.doc_type.clone(),
        lead: Some(format!("Between {} and {}.", document.council_name, document.provider_name)),
        foot: format!("{} {name}", document.doc_type),
        details: details(document, &name),
        sections,
        notes: Vec::new(),
    }
}

fn details(document: &ContractDocument, name: &str) -> Vec<Row> {
    let mut provider = document.provider_name.clone();
    if let Some(address) = &document.provider_address {
        provider.push('\n');
        provider.push_str(address);
    }
    let mut rows = vec![
        Row::new("Document", name),
        Row::new("Made on", &words::day_of(document.made_at)),
        Row::new("Provider", &provider),
    ];
    rows.extend(document.details.iter().map(|it| Row::new(&it.label, &it.value)));
    rows
}

fn prices(prices: &[PriceTerm]) -> Table {
    let columns = vec![Column::narrow("From"), Column::wide("Pricing"), Column::figures("A week")];
    let row = |it: &PriceTerm| {
        vec![vec![words::day(it.from)], vec![it.pricing.clone()], vec![it.weekly.for_people()]]
    };
    Table { columns, rows: prices.iter().map(row).collect(), totals: Vec::new() }
}
