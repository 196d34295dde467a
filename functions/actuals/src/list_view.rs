//! A provider's contracts and their periods, with how far each is.

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::{Provider, ProviderKind};
use domain::ids::ContractRef;
use domain::money::Money;
use domain::weeks::PeriodState;
use recording::{ContractLines, PeriodLine, Window};
use serde::Serialize;

/// The contracts that are paid by what was delivered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    /// What the form is called: a Shared Lives carer fills in a timesheet.
    kind: Option<ProviderKind>,
    can_enter: bool,
    contracts: Vec<ContractView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractView {
    contract_ref: ContractRef,
    name: String,
    periods: Vec<PeriodView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PeriodView {
    period_start: NaiveDate,
    period_end: NaiveDate,
    state: PeriodState,
    deadline: DateTime<Utc>,
    window: Option<Window>,
    weeks_total: usize,
    weeks_recorded: usize,
    weeks_held: usize,
    owed: Money,
    held: Money,
    submitted_at: Option<DateTime<Utc>>,
    can_enter: bool,
    why_not: Option<String>,
}

impl ListView {
    pub(crate) fn of(
        provider: Option<&Provider>,
        contracts: &[ContractLines],
        can_enter: bool,
    ) -> Self {
        let contract = |it: &ContractLines| ContractView {
            contract_ref: it.contract.contract_ref.clone(),
            name: it.contract.name.clone(),
            periods: it.periods.iter().map(|line| PeriodView::of(line, can_enter)).collect(),
        };
        let contracts = contracts.iter().map(contract).collect();
        Self { kind: provider.map(|it| it.kind), can_enter, contracts }
    }
}

impl PeriodView {
    fn of(line: &PeriodLine, can_enter: bool) -> Self {
        Self {
            period_start: line.period.start_date,
            period_end: line.period.end_date,
            state: line.state,
            deadline: line.period.confirm_by,
            window: line.window.as_ref().map(Window::from),
            weeks_total: line.weeks_total,
            weeks_recorded: line.weeks_recorded,
            weeks_held: line.weeks_held,
            owed: line.owed,
            held: line.held,
            submitted_at: line.submitted_at,
            can_enter: can_enter && line.cannot_enter.is_none(),
            why_not: line.cannot_enter.as_ref().map(ToString::to_string),
        }
    }
}
