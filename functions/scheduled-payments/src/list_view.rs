//! Which periods of a contract there are, by financial year.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::Contract;
use domain::ids::ContractRef;
use domain::money::Money;
use domain::period::{FinancialYear, Lifecycle};
use domain::record::ResponseState;
use serde::Serialize;
use statements::{ContractPeriods, PeriodLine};

/// The periods of one contract in one financial year, and what else can be chosen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    financial_years: Vec<FinancialYear>,
    financial_year: Option<FinancialYear>,
    contracts: Vec<ContractView>,
    contract_ref: Option<ContractRef>,
    contract_name: Option<String>,
    periods: Vec<PeriodView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractView {
    contract_ref: ContractRef,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PeriodView {
    period_start: NaiveDate,
    period_end: NaiveDate,
    lifecycle: Lifecycle,
    /// Finalised for some of the provider's contracts and not for others: shown with `*` (S4).
    partially_finalised: bool,
    response: ResponseState,
    total: Money,
    payable: Money,
    non_payable: Money,
    confirm_by: DateTime<Utc>,
    pay_date: NaiveDate,
}

impl ListView {
    /// For a provider without contracts.
    pub(crate) fn empty() -> Self {
        Self {
            financial_years: Vec::new(),
            financial_year: None,
            contracts: Vec::new(),
            contract_ref: None,
            contract_name: None,
            periods: Vec::new(),
        }
    }

    /// The periods of `chosen` in the year that was asked for; without one, in that of the current period.
    pub(crate) fn of(
        contracts: &[Contract],
        chosen: &ContractPeriods,
        asked: Option<FinancialYear>,
    ) -> Self {
        let years: BTreeSet<_> = chosen.periods.iter().map(year).collect();
        let financial_year = asked.or_else(|| default_year(&chosen.periods));
        let shown = chosen.periods.iter().filter(|line| Some(year(line)) == financial_year);
        let contract = |it: &Contract| ContractView {
            contract_ref: it.contract_ref.clone(),
            name: it.name.clone(),
        };
        Self {
            financial_years: years.into_iter().rev().collect(),
            financial_year,
            contracts: contracts.iter().map(contract).collect(),
            contract_ref: Some(chosen.contract.contract_ref.clone()),
            contract_name: Some(chosen.contract.name.clone()),
            periods: shown.map(PeriodView::from).collect(),
        }
    }
}

fn year(line: &PeriodLine) -> FinancialYear {
    FinancialYear::of_period(&line.period)
}

/// The year of the current period; when there is none, that of the latest one that is over, else of the first.
fn default_year(periods: &[PeriodLine]) -> Option<FinancialYear> {
    let current = periods.iter().find(|line| line.lifecycle == Lifecycle::Current);
    let over = || periods.iter().rfind(|line| line.lifecycle != Lifecycle::Future);
    current.or_else(over).or_else(|| periods.first()).map(year)
}

impl From<&PeriodLine> for PeriodView {
    fn from(line: &PeriodLine) -> Self {
        Self {
            period_start: line.period.start_date,
            period_end: line.period.end_date,
            lifecycle: line.lifecycle,
            partially_finalised: line.partially_finalised,
            response: line.record.response.state(),
            total: line.totals.total,
            payable: line.totals.payable,
            non_payable: line.totals.non_payable,
            confirm_by: line.period.confirm_by,
            pay_date: line.period.pay_date,
        }
    }
}
