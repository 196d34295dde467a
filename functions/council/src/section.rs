//! A part of a page that gathers what the portal knows of one provider or client.

use chrono::NaiveDate;
use domain::money::Money;
use serde::Serialize;
use serde_json::Value;

/// As many rows as a part of the page has; the rest is on the page that it leads to.
pub(crate) const ROWS_SHOWN: usize = 20;

/// One part.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SectionView {
    /// `statements`.
    section: &'static str,
    title: &'static str,
    /// The page with all of it.
    url: Option<String>,
    rows: Vec<RowView>,
    /// How many rows there are, also those that are not shown.
    count: usize,
}

/// One row.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct RowView {
    pub(crate) what: String,
    /// More about it.
    pub(crate) about: String,
    /// Its own page.
    pub(crate) url: Option<String>,
    /// How far it is: `agreed_manually`; none: that does not apply.
    pub(crate) state: Option<String>,
    /// The day that matters: its first, its deadline, or when it came.
    pub(crate) on: Option<NaiveDate>,
    pub(crate) amount: Option<Money>,
    /// What is to be read below it, line by line.
    pub(crate) lines: Vec<String>,
}

impl SectionView {
    pub(crate) fn of(section: &'static str, title: &'static str, mut rows: Vec<RowView>) -> Self {
        let count = rows.len();
        rows.truncate(ROWS_SHOWN);
        Self { section, title, url: None, rows, count }
    }

    /// With the page that has all of it.
    #[must_use]
    pub(crate) fn at(self, url: String) -> Self {
        Self { url: Some(url), ..self }
    }
}

/// What a state is called in the API: `agreed_manually`.
pub(crate) fn word(of: impl Serialize) -> Option<String> {
    match serde_json::to_value(of) {
        Ok(Value::String(word)) => Some(word),
        Ok(_) | Err(_) => None,
    }
}

/// `2 Nov 2026`
pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// `2 Nov 2026 to 29 Nov 2026`, or `from 2 Nov 2026`
pub(crate) fn days(from: NaiveDate, to: Option<NaiveDate>) -> String {
    match to {
        Some(to) => format!("{} to {}", day(from), day(to)),
        None => format!("from {}", day(from)),
    }
}
