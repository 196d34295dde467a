//! What was commissioned beside what was delivered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::facts::Unit;
use crate::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use crate::money::{Money, MoneyError};
use crate::report::{Bar, Body, Cell, Chart, Column, Shown};

/// One week of one care package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredWeek {
    /// Who delivers.
    pub provider_ref: ProviderRef,
    /// Its name.
    pub provider: String,
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// What is given.
    pub service: String,
    /// What is counted.
    pub unit: Unit,
    /// Which care package.
    pub cpli_id: CpliId,
    /// Whose.
    pub ss_ref: SsRef,
    /// The client's full name.
    pub client: String,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// Whether anything was entered.
    pub entered: bool,
    /// Units commissioned.
    pub planned: Decimal,
    /// Units given; of a week without entry nothing is known.
    pub actual: Decimal,
    /// Planned, and the client did not take it.
    pub frustrated: Decimal,
    /// Planned, and the provider did not come.
    pub missed: Decimal,
    /// Given, and not planned.
    pub extra: Decimal,
    /// What is owed for it.
    pub owed: Money,
    /// What is held of it.
    pub held: Money,
}

/// What a report of what was delivered shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveredView {
    /// A line a week, not one a care package.
    pub by_week: bool,
    /// Each line names its provider.
    pub all_providers: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weeks: usize,
    entered: usize,
    units: [Decimal; 5],
    owed: Money,
    held: Money,
}

impl Sums {
    fn add(&mut self, week: &DeliveredWeek) -> Result<(), MoneyError> {
        self.weeks = self.weeks.saturating_add(1);
        let mut units = [week.planned, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO];
        if week.entered {
            self.entered = self.entered.saturating_add(1);
            units = [week.planned, week.actual, week.frustrated, week.missed, week.extra];
        }
        for (sum, more) in self.units.iter_mut().zip(units) {
            *sum = sum.checked_add(more).ok_or(MoneyError::TooLarge)?;
        }
        self.owed = self.owed.plus(week.owed)?;
        self.held = self.held.plus(week.held)?;
        Ok(())
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![Cell::count(self.weeks), Cell::count(self.entered)];
        cells.extend(self.units.map(|it| Cell::Number(it.normalize())));
        cells.extend([Cell::Money(self.owed), Cell::Money(self.held)]);
        cells
    }
}

/// What was commissioned beside what was delivered: planned, given, not taken, not given and unplanned units, and what is
/// owed for them (S1).
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn commissioned(weeks: &[DeliveredWeek], view: DeliveredView) -> Result<Body, MoneyError> {
    let mut lines: BTreeMap<_, (&DeliveredWeek, Sums)> = BTreeMap::new();
    let mut by_unit: BTreeMap<&'static str, Sums> = BTreeMap::new();
    for week in weeks {
        let start = view.by_week.then_some(week.week_start);
        let key = (&week.provider_ref, &week.contract_ref, &week.service, &week.cpli_id, start);
        lines.entry(key).or_insert((week, Sums::default())).1.add(week)?;
        by_unit.entry(unit_word(week.unit)).or_default().add(week)?;
    }
    let mut shown = Shown::new();
    for week in weeks {
        shown.entry(week.provider_ref.clone()).or_default().insert(week.ss_ref.clone());
    }
    let columns = columns(view);
    let before = columns.len().saturating_sub(9);
    let totals = by_unit.iter().map(|(unit, sums)| {
        let mut row = vec![Cell::Text(format!("Total, {unit}"))];
        row.resize(before, Cell::Empty);
        row.extend(sums.cells());
        row
    });
    Ok(Body {
        totals: totals.collect(),
        chart: chart(&by_unit),
        rows: lines.into_values().map(|(week, sums)| row(week, &sums, view)).collect(),
        columns,
        shown,
        notes: vec![
            "Units given are those of weeks that were entered; a week without an entry counts as planned only."
                .to_owned(),
        ],
    })
}

fn columns(view: DeliveredView) -> Vec<Column> {
    let mut columns = Vec::new();
    if view.all_providers {
        columns.push(Column::text("provider", "Provider"));
    }
    columns.extend([
        Column::text("contract_ref", "Contract"),
        Column::text("service", "Service"),
        Column::text("ss_ref", "SSRef"),
        Column::text("client", "Client"),
        Column::text("cpli_id", "CPLI id"),
        Column::text("unit", "Unit"),
    ]);
    if view.by_week {
        columns.push(Column::date("week_start", "Week from"));
    }
    columns.extend([
        Column::number("weeks", "Weeks"),
        Column::number("weeks_entered", "Weeks entered"),
        Column::number("planned", "Commissioned"),
        Column::number("actual", "Actual"),
        Column::number("frustrated", "Frustrated"),
        Column::number("missed", "Missed"),
        Column::number("extra", "Extra"),
        Column::money("owed", "Owed"),
        Column::money("held", "Held"),
    ]);
    columns
}

fn row(week: &DeliveredWeek, sums: &Sums, view: DeliveredView) -> Vec<Cell> {
    let mut row = Vec::new();
    if view.all_providers {
        row.push(Cell::Text(format!("{} ({})", week.provider, week.provider_ref)));
    }
    row.extend([
        Cell::text(Some(&week.contract_ref)),
        week.service.as_str().into(),
        Cell::text(Some(&week.ss_ref)),
        week.client.as_str().into(),
        Cell::text(Some(&week.cpli_id)),
        unit_word(week.unit).into(),
    ]);
    if view.by_week {
        row.push(Cell::Date(week.week_start));
    }
    row.extend(sums.cells());
    row
}

fn chart(by_unit: &BTreeMap<&'static str, Sums>) -> Option<Chart> {
    let mut bars = Vec::new();
    for (unit, sums) in by_unit {
        let words = ["commissioned", "actual", "frustrated", "missed", "extra"];
        for (word, quantity) in words.into_iter().zip(sums.units) {
            let length = quantity.checked_mul(Decimal::ONE_HUNDRED)?.trunc();
            bars.push(Bar {
                label: format!("{}, {word}", capitalised(unit)),
                value: quantity.normalize().to_string(),
                length: i64::try_from(length).ok()?,
            });
        }
    }
    (!bars.is_empty()).then(|| Chart {
        title: "Commissioned and delivered".to_owned(),
        description: "Units by what became of them.".to_owned(),
        bars,
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Placement => "placements",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Night => "nights",
        Unit::Visit => "visits",
    }
}
