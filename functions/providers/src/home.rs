//! What waits for a provider, area by area: a line in words, and how soon it matters.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::clock::{Now, london_text};
use domain::ids::ContractRef;
use domain::money::{Money, MoneyError};
use domain::period::Lifecycle;
use domain::record::ResponseState;
use serde::Serialize;
use statements::Waiting;
use store::Visit;

/// All areas that the portal has so far.
#[derive(Debug, Serialize)]
pub(crate) struct HomeView {
    areas: Vec<AreaView>,
}

/// One area.
#[derive(Debug, Serialize)]
struct AreaView {
    area: &'static str,
    title: &'static str,
    line: String,
    url: &'static str,
    attention: Attention,
    items: Vec<ItemView>,
    #[serde(flatten)]
    packages: Option<PackagesView>,
}

/// How soon something matters. Shown by colour and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Attention {
    None,
    Soon,
    Now,
}

/// A statement that waits.
#[derive(Debug, Serialize)]
struct ItemView {
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    lifecycle: Lifecycle,
    response: ResponseState,
    payable: Money,
    /// None once it is finalised: what is held can be confirmed at any time.
    confirm_by: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct PackagesView {
    count: usize,
    changed: usize,
}

impl HomeView {
    /// The areas as they are `now`.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if what waits adds up to more than the portal can hold.
    pub(crate) fn of(waiting: &[Waiting], visit: &Visit, now: Now) -> Result<Self, MoneyError> {
        Ok(Self {
            areas: vec![scheduled_payments(waiting, visit, now)?, care_packages(visit, now)],
        })
    }
}

fn scheduled_payments(
    waiting: &[Waiting],
    visit: &Visit,
    now: Now,
) -> Result<AreaView, MoneyError> {
    let current = |it: &&Waiting| it.line.lifecycle == Lifecycle::Current;
    let open: Vec<_> = waiting.iter().filter(current).collect();
    let asked: Vec<_> = open.iter().filter(|it| it.line.record.response.is_unconfirmed()).collect();
    let held = waiting.iter().filter(|it| it.line.outstanding);
    let first_deadline = asked.iter().map(|it| it.line.period.confirm_by).min();
    let payable = Money::total(asked.iter().map(|it| it.line.totals.payable))?;
    let days = Duration::days(i64::from(visit.settings.remind_days_before));
    let near = first_deadline.is_some_and(|by| by.signed_duration_since(now.instant) <= days);
    let held_count = held.clone().count();
    let attention = match (near || held_count > 0, asked.is_empty()) {
        (true, _) => Attention::Now,
        (false, false) => Attention::Soon,
        (false, true) => Attention::None,
    };
    Ok(AreaView {
        area: "scheduled_payments",
        title: "Scheduled payments",
        line: payments_line(asked.len(), payable, first_deadline, held_count),
        url: "/scheduled-payments/",
        attention,
        items: open.into_iter().chain(held).map(ItemView::from).collect(),
        packages: None,
    })
}

fn payments_line(
    asked: usize,
    payable: Money,
    first_deadline: Option<DateTime<Utc>>,
    held: usize,
) -> String {
    let payable = payable.for_people();
    let by = first_deadline.map(london_text).unwrap_or_default();
    let confirm = match asked {
        0 => "No statement waits for your confirmation.".to_owned(),
        1 => format!("1 statement of {payable} to confirm by {by}."),
        many => format!("{many} statements of {payable} together to confirm, the first by {by}."),
    };
    match held {
        0 => confirm,
        1 => format!("{confirm} 1 finalised statement has amounts held until you confirm it."),
        many => {
            format!(
                "{confirm} {many} finalised statements have amounts held until you confirm them."
            )
        }
    }
}

fn care_packages(visit: &Visit, now: Now) -> AreaView {
    let visible = visit.packages.visible(visit.settings.historical_after_days, now.date);
    let listed = || visible.iter().filter(|package| !package.historical);
    let count = listed().count();
    let changed = listed().filter(|it| it.cpli.changed_since(visit.last_visit)).count();
    let packages = if count == 1 { "1 care package" } else { &format!("{count} care packages") };
    let line = match changed {
        0 => format!("{packages}."),
        some => format!("{packages}, {some} changed since your last visit."),
    };
    AreaView {
        area: "care_packages",
        title: "Care packages",
        line,
        url: "/care-packages/",
        attention: if changed > 0 { Attention::Soon } else { Attention::None },
        items: Vec::new(),
        packages: Some(PackagesView { count, changed }),
    }
}

impl From<&Waiting> for ItemView {
    fn from(waiting: &Waiting) -> Self {
        let Waiting { contract, line } = waiting;
        Self {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            period_start: line.period.start_date,
            period_end: line.period.end_date,
            lifecycle: line.lifecycle,
            response: line.record.response.state(),
            payable: line.totals.payable,
            confirm_by: Some(line.period.confirm_by).filter(|_| line.record.finalised.is_none()),
        }
    }
}
