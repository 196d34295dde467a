//! What was commissioned beside what was delivered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::clock::Now;
use domain::ids::ProviderRef;
use domain::report::{
    Choice, DeliveredView, DeliveredWeek, Filter, Report, ReportName, commissioned,
};
use recording::{Form, WhichPeriod};

use crate::asked::{self, Asked, is_on};
use crate::coming::in_words;
use crate::{Reports, ReportsError};

impl Reports {
    pub(crate) async fn delivered_by(
        &self,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let periods = self.periods_delivered(provider, now).await?;
        let chosen = asked::day("period", &asked.period)?.or(periods.keys().last().copied());
        let weeks = match chosen {
            Some(start) => self.delivered_weeks(provider, start, now).await?,
            None => Vec::new(),
        };
        let view = DeliveredView { by_week: is_on(&asked.by_week), all_providers: false };
        let filters = filters(&periods, chosen, view);
        let lead = self.lead(provider).await?;
        let body = commissioned(&weeks, view)?;
        Ok(Report::of(ReportName::CommissionedAndActuals, lead, filters, body))
    }

    /// The periods in which anything of `provider` is paid as it is delivered, by first day with their last.
    pub(crate) async fn periods_delivered(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<BTreeMap<NaiveDate, NaiveDate>, ReportsError> {
        let contracts = self.recording.list(provider, now).await?;
        let periods = contracts.into_iter().flat_map(|it| it.periods);
        Ok(periods.map(|it| (it.period.start_date, it.period.end_date)).collect())
    }

    /// Every week of every care package that `provider` is paid for as it delivers it, in the period from `start`.
    pub(crate) async fn delivered_weeks(
        &self,
        provider: &ProviderRef,
        start: NaiveDate,
        now: Now,
    ) -> Result<Vec<DeliveredWeek>, ReportsError> {
        let mut weeks = Vec::new();
        for contract in self.recording.list(provider, now).await? {
            if contract.periods.iter().any(|line| line.period.start_date == start) {
                let which = WhichPeriod {
                    provider_ref: provider.clone(),
                    contract_ref: contract.contract.contract_ref,
                    period_start: start,
                };
                weeks.extend(weeks_of(provider, self.recording.form(&which, false, now).await?));
            }
        }
        Ok(weeks)
    }
}

/// What a report of what was delivered can be asked for.
pub(crate) fn filters(
    periods: &BTreeMap<NaiveDate, NaiveDate>,
    chosen: Option<NaiveDate>,
    view: DeliveredView,
) -> Vec<Filter> {
    let choice = |(start, end): (&NaiveDate, &NaiveDate)| {
        Choice::new(start, format!("{} to {}", in_words(*start), in_words(*end)))
    };
    let value = chosen.map(|it| it.to_string()).unwrap_or_default();
    vec![
        Filter::select("period", "Period", periods.iter().rev().map(choice).collect(), &value),
        Filter::switch("by_week", "Show each week", view.by_week),
    ]
}

fn weeks_of(provider: &ProviderRef, form: Form) -> Vec<DeliveredWeek> {
    let mut weeks = Vec::new();
    for service in form.services {
        for line in service.lines {
            for week in line.weeks.into_iter().filter(|it| it.active) {
                weeks.push(DeliveredWeek {
                    provider_ref: provider.clone(),
                    provider: form.provider_name.clone(),
                    contract_ref: form.contract_ref.clone(),
                    service: service.name.clone(),
                    unit: service.unit,
                    cpli_id: line.cpli_id.clone(),
                    ss_ref: line.ss_ref.clone(),
                    client: line.client.clone(),
                    week_start: week.week_start,
                    entered: week.recorded,
                    planned: week.planned,
                    actual: week.actual,
                    frustrated: week.frustrated,
                    missed: week.missed,
                    extra: week.extra,
                    owed: week.owed,
                    held: week.held.map(|it| it.amount).unwrap_or_default(),
                });
            }
        }
    }
    weeks
}
