//! What is to be paid: exceptions in the next run, scheduled payments, and the cash of the next weeks. All three read the
//! same statements, so that they cannot contradict each other.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::causes::in_words;
use crate::clock::london_date;
use crate::ids::{ContractRef, SsRef};
use crate::item::{Item, ItemKind, ItemStatus};
use crate::money::{Money, MoneyError};
use crate::period::Lifecycle;
use crate::record::Response;
use crate::report::{Bar, Body, Cell, Chart, Column, Shown};
use crate::statement::Statement;

/// How many weeks of cash are foreseen.
pub const WEEKS_AHEAD: u32 = 13;

/// A statement that is not paid out yet, as its provider sees it.
#[derive(Debug, Clone, Copy)]
pub struct Coming<'a> {
    /// Its items.
    pub statement: &'a Statement,
    /// How far it has come.
    pub lifecycle: Lifecycle,
    /// What its provider said.
    pub response: &'a Response,
}

/// A week in which more was delivered than is tolerated, and that waits for the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverTolerance {
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// Whose care.
    pub ss_ref: SsRef,
    /// The client's full name.
    pub client: String,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// What is not paid because of it.
    pub amount: Money,
    /// For the provider.
    pub reason: String,
}

/// What becomes of an exception in the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Due,
    Held,
    NextPeriod,
    NeverPaid,
}

impl Outcome {
    fn words(self) -> &'static str {
        match self {
            Self::Due => "Due in the next run",
            Self::Held => "Held",
            Self::NextPeriod => "Moved to the period after",
            Self::NeverPaid => "Never paid",
        }
    }
}

/// What differs from plain care in the payments to come: adjustments and corrections, and what is suspended, carried
/// forward, cancelled or over what was commissioned (S1).
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn exceptions(all: &[Coming<'_>], over: &[OverTolerance]) -> Result<Body, MoneyError> {
    let mut lines = Vec::new();
    for coming in all.iter().filter(|it| it.lifecycle != Lifecycle::Future) {
        let statement = coming.statement;
        for item in &statement.items {
            lines.extend(
                exception(item).map(|(what, outcome)| of_item(statement, item, what, outcome)),
            );
        }
        // A locked statement's list of them is that of the day it locked.
        if coming.lifecycle == Lifecycle::Current {
            let held = statement.held.iter();
            lines.extend(
                held.map(|it| of_item(statement, &it.item, "Still suspended", Outcome::Held)),
            );
        }
    }
    lines.extend(over.iter().map(of_week));
    let mut sums: BTreeMap<Outcome, Money> = BTreeMap::new();
    for (outcome, amount, _) in &lines {
        let sum = sums.entry(*outcome).or_default();
        *sum = sum.plus(*amount)?;
    }
    let bar = |(outcome, sum): (&Outcome, &Money)| Bar {
        label: outcome.words().to_owned(),
        value: sum.for_people(),
        length: sum.pence(),
    };
    let chart = (!sums.is_empty()).then(|| Chart {
        title: "What becomes of the exceptions".to_owned(),
        description: "The value of the exceptions by what becomes of them.".to_owned(),
        bars: sums.iter().map(bar).collect(),
    });
    let totals = sums.iter().map(|(outcome, sum)| {
        let mut row = vec![outcome.words().into()];
        row.resize(8, Cell::Empty);
        row.extend([Cell::Money(*sum), Cell::Empty]);
        row
    });
    Ok(Body {
        columns: exception_columns(),
        totals: totals.collect(),
        rows: lines.into_iter().map(|(_, _, row)| row).collect(),
        chart,
        shown: clients(all),
        ..Body::default()
    })
}

/// Whose items the statements have.
fn clients(all: &[Coming<'_>]) -> Shown {
    let mut shown = Shown::new();
    for Coming { statement, .. } in all {
        let held = statement.held.iter().map(|it| &it.item);
        let clients = statement.items.iter().chain(held).filter_map(|it| it.label.ss_ref.clone());
        shown.entry(statement.provider_ref.clone()).or_default().extend(clients);
    }
    shown
}

fn exception_columns() -> Vec<Column> {
    vec![
        Column::text("contract", "Contract"),
        Column::date("period_start", "Period from"),
        Column::text("ss_ref", "SSRef"),
        Column::text("client", "Client"),
        Column::text("what", "What it is"),
        Column::text("reason", "Reason"),
        Column::date("service_from", "From"),
        Column::date("service_to", "To"),
        Column::money("value", "Value"),
        Column::text("next_run", "In the next run"),
    ]
}

/// What is not plain care about an item.
fn exception(item: &Item) -> Option<(&'static str, Outcome)> {
    match (item.status, item.kind, item.correction) {
        (ItemStatus::Suspended, ..) => Some(("Suspended", Outcome::Held)),
        (ItemStatus::CarriedForward, ..) => Some(("Carried forward", Outcome::NextPeriod)),
        (ItemStatus::Cancelled, ..) => Some(("Cancelled", Outcome::NeverPaid)),
        (ItemStatus::Payable, ItemKind::Manual, _) => Some(("Manual adjustment", Outcome::Due)),
        (ItemStatus::Payable, _, Some(_)) => Some(("Correction", Outcome::Due)),
        (ItemStatus::Payable, _, None) if item.carried_from.is_some() => {
            Some(("Held or moved before", Outcome::Due))
        }
        (ItemStatus::Payable, _, None) => None,
    }
}

type Line = (Outcome, Money, Vec<Cell>);

fn of_item(statement: &Statement, item: &Item, what: &str, outcome: Outcome) -> Line {
    let reason = item.hold.as_ref().map(|hold| &hold.reason).or(item.cause.as_ref());
    let row = vec![
        contract(statement),
        Cell::Date(statement.period.start_date),
        Cell::text(item.label.ss_ref.as_ref()),
        Cell::text(item.label.client.as_ref()),
        what.into(),
        Cell::text(reason),
        Cell::Date(item.service_from),
        Cell::Date(item.service_to),
        Cell::Money(item.amount),
        outcome.words().into(),
    ];
    (outcome, item.amount, row)
}

fn of_week(over: &OverTolerance) -> Line {
    let last = over.week_start.checked_add_days(Days::new(6)).unwrap_or(over.week_start);
    let row = vec![
        Cell::text(Some(&over.contract_ref)),
        Cell::Date(over.period_start),
        Cell::text(Some(&over.ss_ref)),
        Cell::text(Some(&over.client)),
        "Over what was commissioned".into(),
        Cell::text(Some(&over.reason)),
        Cell::Date(over.week_start),
        Cell::Date(last),
        Cell::Money(over.amount),
        Outcome::Held.words().into(),
    ];
    (Outcome::Held, over.amount, row)
}

/// The payments that are not finalised, with what each comes to as far as is known (S1).
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn pending(all: &[Coming<'_>]) -> Result<Body, MoneyError> {
    let columns = vec![
        Column::text("contract", "Contract"),
        Column::date("period_start", "Period from"),
        Column::date("period_end", "Period to"),
        Column::text("state", "State"),
        Column::text("response", "Your response"),
        Column::date("confirm_by", "Confirm by"),
        Column::date("pay_date", "Pay date"),
        Column::money("total", "Total"),
        Column::money("payable", "Payable"),
        Column::money("non_payable", "Not payable"),
    ];
    let (mut rows, mut total, mut payable, mut held) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut by_date: BTreeMap<NaiveDate, Money> = BTreeMap::new();
    for coming in all.iter().filter(|it| it.lifecycle != Lifecycle::Finalised) {
        let (period, totals) = (&coming.statement.period, coming.statement.totals()?);
        total.push(totals.total);
        payable.push(totals.payable);
        held.push(totals.non_payable);
        let sum = by_date.entry(period.pay_date).or_default();
        *sum = sum.plus(totals.payable)?;
        rows.push(vec![
            contract(coming.statement),
            Cell::Date(period.start_date),
            Cell::Date(period.end_date),
            lifecycle_word(coming.lifecycle).into(),
            response_word(coming.response).into(),
            Cell::Date(london_date(period.confirm_by)),
            Cell::Date(period.pay_date),
            Cell::Money(totals.total),
            Cell::Money(totals.payable),
            Cell::Money(totals.non_payable),
        ]);
    }
    let mut sums: Vec<Cell> = vec!["Total".into()];
    sums.resize(7, Cell::Empty);
    for amounts in [total, payable, held] {
        sums.push(Cell::Money(Money::total(amounts)?));
    }
    let chart = (by_date.len() > 1).then(|| by_day("Payable by pay date", &by_date));
    let note = "Payments of future periods are what is known today.".to_owned();
    Ok(Body { columns, rows, totals: vec![sums], chart, notes: vec![note], ..Body::default() })
}

/// The money that is expected in the [`WEEKS_AHEAD`] weeks from the Monday of `today`'s, by pay date. It is what the open and
/// the future statements come to, and what is finalised and not paid out yet.
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn cash(all: &[Coming<'_>], today: NaiveDate) -> Result<Body, MoneyError> {
    let monday = monday_of(today);
    let mut weeks: BTreeMap<NaiveDate, (usize, Money)> = (0..WEEKS_AHEAD)
        .filter_map(|week| monday.checked_add_days(Days::new(u64::from(week).saturating_mul(7))))
        .map(|start| (start, (0, Money::ZERO)))
        .collect();
    for coming in all {
        let start = monday_of(coming.statement.period.pay_date.max(today));
        if let Some((payments, sum)) = weeks.get_mut(&start) {
            *payments = payments.saturating_add(1);
            *sum = sum.plus(coming.statement.totals()?.payable)?;
        }
    }
    let row = |(start, (payments, sum)): (&NaiveDate, &(usize, Money))| {
        vec![Cell::Date(*start), Cell::count(*payments), Cell::Money(*sum)]
    };
    let total = Money::total(weeks.values().map(|(_, sum)| *sum))?;
    let payments = weeks.values().map(|(payments, _)| *payments).fold(0, usize::saturating_add);
    let by_week = weeks.iter().map(|(start, (_, sum))| (*start, *sum)).collect();
    Ok(Body {
        columns: vec![
            Column::date("week_start", "Week from"),
            Column::number("payments", "Payments"),
            Column::money("expected", "Expected"),
        ],
        rows: weeks.iter().map(row).collect(),
        totals: vec![vec!["Total".into(), Cell::count(payments), Cell::Money(total)]],
        chart: Some(by_day("Expected by week", &by_week)),
        notes: vec![
            "By pay date. What is held or not confirmed in time can come later or not at all."
                .to_owned(),
            "A payment whose pay date has passed stands in the first week.".to_owned(),
        ],
        ..Body::default()
    })
}

/// The last day that the weeks of [`cash`] have.
pub fn last_day_ahead(today: NaiveDate) -> NaiveDate {
    let days = u64::from(WEEKS_AHEAD).saturating_mul(7).saturating_sub(1);
    monday_of(today).checked_add_days(Days::new(days)).unwrap_or(today)
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    let past = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(past)).unwrap_or(day)
}

fn by_day(title: &str, amounts: &BTreeMap<NaiveDate, Money>) -> Chart {
    let bar = |(day, amount): (&NaiveDate, &Money)| Bar {
        label: in_words(*day),
        value: amount.for_people(),
        length: amount.pence(),
    };
    Chart {
        title: title.to_owned(),
        description: "Pounds by day, the earliest first.".to_owned(),
        bars: amounts.iter().map(bar).collect(),
    }
}

fn contract(statement: &Statement) -> Cell {
    Cell::Text(format!("{} ({})", statement.contract_name, statement.contract_ref))
}

fn lifecycle_word(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Future => "Future",
        Lifecycle::Current => "Current",
        Lifecycle::Locked => "Locked",
        Lifecycle::Authorised => "Authorised",
        Lifecycle::Finalised => "Finalised",
    }
}

/// What a provider said, in words.
pub(super) fn response_word(response: &Response) -> &'static str {
    match response {
        Response::NotRequired => "Not required",
        Response::Unconfirmed { .. } => "Unconfirmed",
        Response::Confirmed(_) => "Confirmed",
        Response::ConfirmedWithQueries { .. } => "Confirmed with queries",
        Response::Rejected(_) => "Rejected",
    }
}
