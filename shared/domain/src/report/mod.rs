//! Reports: what a page shows, a file holds and a paper prints is one value, so that they cannot differ.
//!
//! `remittance`, `coming`, `commissioned`, `aged`, `homes`, `prompt` and `responses` each turn what was loaded into that
//! value. None of them computes an amount that a statement does not have: they add up.

mod aged;
mod coming;
mod commissioned;
mod homes;
mod job;
mod name;
mod prompt;
mod remittance;
mod responses;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::ids::{ProviderRef, SsRef};
use crate::money::Money;

pub use aged::aged;
pub use coming::{Coming, OverTolerance, WEEKS_AHEAD, cash, exceptions, last_day_ahead, pending};
pub use commissioned::{DeliveredView, DeliveredWeek, commissioned};
pub use homes::{Home, HomeStatement, homes};
pub use job::{JobParts, JobState, ReportFormat, ReportJob, ShownClients};
pub use name::{Audience, NotAReport, ReportName};
pub use prompt::{PaidDocument, PaidKind, Promptness, prompt};
pub use remittance::{Advices, RemittanceGroup, partially_finalised, remittance};
pub use responses::{Answered, answer_times, responses};

/// A report: rows under columns, with what they come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Report {
    /// Which.
    pub name: ReportName,
    /// As people call it: `Remittance advice by period`.
    pub title: String,
    /// About whom and when, in a sentence.
    pub lead: String,
    /// What was asked for, and what else could be.
    pub filters: Vec<Filter>,
    /// What each cell of a row is.
    pub columns: Vec<Column>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What the rows come to, a cell for each column; each is named in its first.
    pub totals: Vec<Vec<Cell>>,
    /// The same as a picture, where that helps.
    pub chart: Option<Chart>,
    /// At its foot.
    pub notes: Vec<String>,
    /// Whose records it shows, by provider: for the audit, and for nobody who reads it.
    #[serde(skip)]
    pub shown: Shown,
}

/// Clients by the provider that they are shown of.
pub type Shown = BTreeMap<ProviderRef, BTreeSet<SsRef>>;

/// What a report says, before it is known who asked for it and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// What each cell of a row is.
    pub columns: Vec<Column>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What the rows come to.
    pub totals: Vec<Vec<Cell>>,
    /// The same as a picture.
    pub chart: Option<Chart>,
    /// At its foot.
    pub notes: Vec<String>,
    /// Whose records it shows, by provider.
    pub shown: Shown,
}

/// A column of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Column {
    /// For programs: `service_from`.
    pub name: &'static str,
    /// For people: `From`.
    pub label: &'static str,
    /// What its cells hold.
    pub kind: CellKind,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// Words.
    Text,
    /// Pounds.
    Money,
    /// A day.
    Date,
    /// A quantity, a count or a percentage.
    Number,
}

/// One cell. In JSON the plain text of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// Words.
    Text(String),
    /// Pounds.
    Money(Money),
    /// A day.
    Date(NaiveDate),
    /// A quantity, a count or a percentage.
    Number(Decimal),
}

impl utoipa::PartialSchema for Cell {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Option::<String>::schema()
    }
}

impl utoipa::ToSchema for Cell {}

/// Bars, each named and with its figure in words, so that nothing is said by length or colour alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What there is to see, for who does not see it.
    pub description: String,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its figure, in words.
    pub value: String,
    /// Its length, in any unit that all bars of a chart share; negative to the other side.
    pub length: i64,
}

/// Something that can be asked of a report: a part of its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Filter {
    /// The name in the address.
    pub name: &'static str,
    /// What is chosen.
    pub label: &'static str,
    /// How.
    pub kind: FilterKind,
    /// What there is to choose from.
    pub choices: Vec<Choice>,
    /// What was chosen.
    pub value: String,
}

/// How something is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// One of the choices.
    Select,
    /// `true` or nothing.
    Switch,
    /// A day, `YYYY-MM-DD`, or nothing.
    Date,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Choice {
    /// In the address.
    pub value: String,
    /// To the person.
    pub label: String,
}

impl Report {
    /// A report with this body.
    pub fn of(name: ReportName, lead: String, filters: Vec<Filter>, body: Body) -> Self {
        let Body { columns, rows, totals, chart, notes, shown } = body;
        let title = name.title().to_owned();
        Self { name, title, lead, filters, columns, rows, totals, chart, notes, shown }
    }

    /// What was chosen, as people read it: `Period` and `31 October 2022 to 27 November 2022`.
    pub fn chosen(&self) -> Vec<(String, String)> {
        self.filters.iter().filter_map(Filter::chosen).collect()
    }
}

impl Column {
    /// Words.
    pub fn text(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: CellKind::Text }
    }

    /// Pounds.
    pub fn money(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: CellKind::Money }
    }

    /// A day.
    pub fn date(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: CellKind::Date }
    }

    /// A quantity, a count or a percentage.
    pub fn number(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: CellKind::Number }
    }
}

impl Cell {
    /// Words; none is nothing.
    pub fn text(text: Option<&impl ToString>) -> Self {
        text.map(ToString::to_string).filter(|it| !it.is_empty()).map_or(Self::Empty, Self::Text)
    }

    /// A count.
    pub fn count(count: usize) -> Self {
        Self::Number(Decimal::from(count))
    }

    /// The amount in it, if it holds one.
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::Money(amount) => Some(*amount),
            Self::Empty | Self::Text(_) | Self::Date(_) | Self::Number(_) => None,
        }
    }

    /// As files write it: `-12.00`, `2026-11-22`.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Money(amount) => amount.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }

    /// As people read it: `−£12.00`, `22 November 2026`.
    pub fn for_people(&self) -> String {
        match self {
            Self::Empty => "-".to_owned(),
            Self::Money(amount) => amount.for_people(),
            Self::Date(day) => crate::causes::in_words(*day),
            Self::Number(number) => number.normalize().to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(Some(&text))
    }
}

impl Filter {
    /// One of `choices`.
    pub fn select(
        name: &'static str,
        label: &'static str,
        choices: Vec<Choice>,
        value: &str,
    ) -> Self {
        Self { name, label, kind: FilterKind::Select, choices, value: value.to_owned() }
    }

    /// `true` or nothing.
    pub fn switch(name: &'static str, label: &'static str, on: bool) -> Self {
        let value = if on { "true".to_owned() } else { String::new() };
        Self { name, label, kind: FilterKind::Switch, choices: Vec::new(), value }
    }

    /// A day.
    pub fn date(name: &'static str, label: &'static str, day: Option<NaiveDate>) -> Self {
        let value = day.map(|it| it.to_string()).unwrap_or_default();
        Self { name, label, kind: FilterKind::Date, choices: Vec::new(), value }
    }

    fn chosen(&self) -> Option<(String, String)> {
        let value = match self.kind {
            FilterKind::Switch if self.value.is_empty() => "No".to_owned(),
            FilterKind::Switch => "Yes".to_owned(),
            FilterKind::Date => self.value.parse().map(crate::causes::in_words).ok()?,
            FilterKind::Select => {
                self.choices.iter().find(|it| it.value == self.value)?.label.clone()
            }
        };
        Some((self.label.to_owned(), value))
    }
}

impl Choice {
    /// `value` in the address, `label` to the person.
    pub fn new(value: &impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into() }
    }
}

/// A bar for each name, as long as its amount.
fn bars(amounts: &BTreeMap<String, Money>) -> Vec<Bar> {
    let bar = |(label, amount): (&String, &Money)| Bar {
        label: label.clone(),
        value: amount.for_people(),
        length: amount.pence(),
    };
    amounts.iter().map(bar).collect()
}
