//! A remittance advice: the breakdown of what a finalised payment contains.

use std::collections::BTreeMap;

use domain::ids::ProviderRef;
use domain::remittance::{Remittance, RemittanceKind, RemittanceLine};

use crate::paper::{Column, Paper, Row, Section, Table, Total};
use crate::typeset::typeset;
use crate::{PapersError, words};

/// A remittance advice as it is printed.
#[derive(Debug, Clone)]
pub struct RemittanceAdvice<'a> {
    /// Who pays.
    pub council_name: String,
    /// Where the contract's provider is, if that is known.
    pub provider_address: Option<String>,
    /// What it says: all of a payment, or what one payee is paid.
    pub advice: &'a Remittance,
    /// Of everybody who is paid.
    pub names: &'a BTreeMap<ProviderRef, String>,
}

impl RemittanceAdvice<'_> {
    fn name(&self, provider: &ProviderRef) -> String {
        self.names.get(provider).cloned().unwrap_or_else(|| provider.to_string())
    }
}

/// The PDF of a remittance advice.
///
/// # Errors
///
/// A defect: see [`PapersError`].
pub fn remittance(printed: &RemittanceAdvice<'_>) -> Result<Vec<u8>, PapersError> {
    let advice = printed.advice;
    let ident = format!("remittance advice {} {}", advice.run_id, advice.provider_ref);
    typeset(&paper(printed), &ident, advice.finalised_at)
}

fn paper(printed: &RemittanceAdvice<'_>) -> Paper {
    let advice = printed.advice;
    let section = if advice.lines.is_empty() {
        Section::text("What is paid", vec!["Nothing is paid in this period.".to_owned()])
    } else {
        Section::table("What is paid", table(printed))
    };
    Paper {
        council_name: printed.council_name.clone(),
        landscape: false,
        title: format!("Remittance advice {}", advice.run_id),
        lead: Some(format!(
            "{} arrives on {}.",
            advice.total.for_people(),
            words::day(advice.pay_date)
        )),
        foot: format!("Remittance advice {}", advice.run_id),
        details: details(printed),
        sections: vec![section],
        notes: notes(advice),
    }
}

/// What the council wrote, then what the portal says of the lines.
fn notes(advice: &Remittance) -> Vec<String> {
    let council = advice.council_notes.iter().map(|note| format!("From the council: {note}"));
    council.chain(advice.notes.iter().cloned()).collect()
}

fn details(printed: &RemittanceAdvice<'_>) -> Vec<Row> {
    let advice = printed.advice;
    let mut provider = printed.name(&advice.provider_ref);
    if let Some(address) = &printed.provider_address {
        provider.push('\n');
        provider.push_str(address);
    }
    let contract = format!("{} ({})", advice.contract_name, advice.contract_ref);
    let (start, end) = (words::day(advice.period_start), words::day(advice.period_end));
    vec![
        Row::new("Provider", &provider),
        Row::new("Contract", &contract),
        Row::new("Period", &format!("{start} to {end}")),
        Row::new("Finalised", &words::day_of(advice.finalised_at)),
        Row::new("Paid on", &words::day(advice.pay_date)),
        Row::new("Total", &advice.total.for_people()),
    ]
}

fn table(printed: &RemittanceAdvice<'_>) -> Table {
    Table {
        columns: vec![
            Column::wide("Client"),
            Column::wide("What it is for"),
            Column::narrow("Dates"),
            Column::figures("Amount"),
        ],
        rows: printed.advice.lines.iter().map(|line| row(printed, line)).collect(),
        totals: vec![Total::new("Total paid", &printed.advice.total.for_people())],
    }
}

fn row(printed: &RemittanceAdvice<'_>, line: &RemittanceLine) -> Vec<Vec<String>> {
    let whom = match (&line.client, &line.ss_ref) {
        (Some(client), Some(ss_ref)) => vec![client.clone(), ss_ref.to_string()],
        (None, Some(ss_ref)) => vec![ss_ref.to_string()],
        (_, None) => vec!["No client".to_owned()],
    };
    let mut what = vec![line.reason.clone(), kind(line.kind).to_owned()];
    if let Some(payee) = &line.paid_to {
        what.push(format!("Paid to {}", printed.name(payee)));
    }
    vec![
        whom,
        what,
        vec![
            words::short_day(line.service_from),
            format!("to {}", words::short_day(line.service_to)),
        ],
        vec![line.amount.for_people()],
    ]
}

fn kind(kind: RemittanceKind) -> &'static str {
    match kind {
        RemittanceKind::Cost => "Cost",
        RemittanceKind::Income => "Income",
        RemittanceKind::Void => "Void",
        RemittanceKind::Manual => "Manual adjustment",
    }
}
