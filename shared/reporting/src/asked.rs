//! What an address asks of a report.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::remittance::RemittanceView;
use serde::Deserialize;

use crate::ReportsError;

/// What an address asks of a report. What is left empty is chosen for it; what a report does not have is not read.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Asked {
    /// The first day of a payment period.
    pub period: String,
    /// The day on which payments were finalised.
    pub finalised: String,
    /// One line a client and kind: `true`.
    pub summary: String,
    /// Also pairs that cancel out: `true`.
    pub show_pairs: String,
    /// A line a week: `true`.
    pub by_week: String,
    /// As what file it is taken away: `csv`, `xlsx`.
    pub format: String,
    /// One provider of all; of the council's reports only.
    pub provider: String,
    /// The first day that counts.
    pub from: String,
    /// The last day that counts.
    pub to: String,
}

impl Asked {
    /// What a job was asked, field by field.
    pub(crate) fn of(fields: &BTreeMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        Self {
            period: field("period"),
            finalised: field("finalised"),
            summary: field("summary"),
            show_pairs: field("show_pairs"),
            by_week: field("by_week"),
            format: String::new(),
            provider: field("provider"),
            from: field("from"),
            to: field("to"),
        }
    }

    /// The same, to be kept with a job.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let Self { period, finalised, summary, show_pairs, by_week, provider, from, to, .. } = self;
        [
            ("period", period),
            ("finalised", finalised),
            ("summary", summary),
            ("show_pairs", show_pairs),
            ("by_week", by_week),
            ("provider", provider),
            ("from", from),
            ("to", to),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
    }

    pub(crate) fn view(&self) -> RemittanceView {
        RemittanceView { summary: is_on(&self.summary), show_pairs: is_on(&self.show_pairs) }
    }
}

pub(crate) fn is_on(text: &str) -> bool {
    text.trim() == "true"
}

/// The day in a field of the address, if there is one.
pub(crate) fn day(field: &'static str, text: &str) -> Result<Option<NaiveDate>, ReportsError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_no_day| ReportsError::Asked {
        field,
        message: format!("{text} is not a date. Use YYYY-MM-DD"),
    })
}
