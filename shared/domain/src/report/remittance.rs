//! Remittance advice over several contracts: of a period, or of what was finalised on a day.

use std::collections::{BTreeMap, BTreeSet};

use crate::causes::in_words;
use crate::ids::ProviderRef;
use crate::money::{Money, MoneyError};
use crate::remittance::{Remittance, RemittanceKind, RemittanceLine};
use crate::report::{Body, Cell, Chart, Column, Shown, bars};

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemittanceGroup {
    /// One provider's: its name is at the head.
    OneProvider,
    /// All providers': each line names its own.
    AllProviders,
}

/// Remittance advices that stand in one report.
#[derive(Debug, Clone)]
pub struct Advices<'a> {
    /// Each of one contract and period, from [`Remittance::of`].
    pub all: &'a [Remittance],
    /// The names of who is paid.
    pub names: &'a BTreeMap<ProviderRef, String>,
    /// Whose they are.
    pub group: RemittanceGroup,
}

/// Whether a period is finalised for some contracts and not for others: it is shown with `*` (S4).
pub fn partially_finalised(finalised: impl IntoIterator<Item = bool>) -> bool {
    let seen: BTreeSet<bool> = finalised.into_iter().collect();
    seen.len() == 2
}

/// The lines of several remittance advices. Their total is what was paid, whatever is shown of it.
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn remittance(advices: &Advices<'_>) -> Result<Body, MoneyError> {
    let mut rows = Vec::new();
    let mut by_kind: BTreeMap<String, Money> = BTreeMap::new();
    let mut notes = Vec::new();
    let mut shown = Shown::new();
    for advice in advices.all {
        for line in &advice.lines {
            let sum = by_kind.entry(kind_word(line.kind).to_owned()).or_default();
            *sum = sum.plus(line.amount)?;
            shown.entry(advice.provider_ref.clone()).or_default().extend(line.ss_ref.clone());
            rows.push(advices.row(advice, line));
        }
        let of = format!("{} ({})", advice.contract_name, advice.contract_ref);
        let council = advice.council_notes.iter().map(|note| format!("From the council: {note}"));
        let all = council.chain(advice.notes.iter().cloned());
        notes.extend(all.map(|note| format!("{of}: {note}")));
    }
    let total = Money::total(advices.all.iter().map(|advice| advice.total))?;
    let chart = (by_kind.len() > 1).then(|| Chart {
        title: "What the payments contain".to_owned(),
        description: format!("Costs and deductions, {} together.", total.for_people()),
        bars: bars(&by_kind),
    });
    let totals = vec![advices.total(total)];
    Ok(Body { totals, columns: advices.columns(), rows, chart, notes, shown })
}

impl Advices<'_> {
    fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        if self.group == RemittanceGroup::AllProviders {
            columns.push(Column::text("provider", "Provider"));
        }
        columns.extend([
            Column::text("contract", "Contract"),
            Column::text("period", "Period"),
            Column::text("ss_ref", "SSRef"),
            Column::text("client", "Client"),
            Column::text("kind", "Cost or income"),
            Column::text("reason", "Reason"),
            Column::date("service_from", "From"),
            Column::date("service_to", "To"),
            Column::money("value", "Value"),
            Column::text("paid_to", "Paid to"),
        ]);
        columns
    }

    fn row(&self, advice: &Remittance, line: &RemittanceLine) -> Vec<Cell> {
        let mut row = Vec::new();
        if self.group == RemittanceGroup::AllProviders {
            let provider = &advice.provider_ref;
            row.push(Cell::Text(format!("{} ({provider})", self.name(provider))));
        }
        let (start, end) = (in_words(advice.period_start), in_words(advice.period_end));
        row.extend([
            Cell::Text(format!("{} ({})", advice.contract_name, advice.contract_ref)),
            Cell::Text(format!("{start} to {end}")),
            Cell::text(line.ss_ref.as_ref()),
            Cell::text(line.client.as_ref()),
            kind_word(line.kind).into(),
            Cell::from(line.reason.as_str()),
            Cell::Date(line.service_from),
            Cell::Date(line.service_to),
            Cell::Money(line.amount),
            line.paid_to.as_ref().map_or(Cell::Empty, |payee| Cell::Text(self.name(payee))),
        ]);
        row
    }

    fn total(&self, total: Money) -> Vec<Cell> {
        let columns = self.columns();
        let cell = |column: &Column| match column.name {
            "value" => Cell::Money(total),
            _ => Cell::Empty,
        };
        let rest = columns.iter().skip(1).map(cell);
        std::iter::once("Total".into()).chain(rest).collect()
    }

    fn name(&self, provider: &ProviderRef) -> String {
        self.names.get(provider).cloned().unwrap_or_else(|| provider.to_string())
    }
}

/// Cost or income, or neither, in words.
pub(super) fn kind_word(kind: RemittanceKind) -> &'static str {
    match kind {
        RemittanceKind::Cost => "Cost",
        RemittanceKind::Income => "Income",
        RemittanceKind::Void => "Void",
        RemittanceKind::Manual => "Manual adjustment",
    }
}
