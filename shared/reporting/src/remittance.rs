//! Remittance advice by period and by finalisation.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::clock::{Now, london_date};
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::record::StatementRecord;
use domain::remittance::Remittance;
use domain::report::{
    Advices, Body, Choice, Filter, RemittanceGroup, Report, ReportName, partially_finalised,
    remittance,
};
use futures::future::try_join_all;
use statements::StatementsError;

use crate::asked::{self, Asked};
use crate::coming::in_words;
use crate::{Reports, ReportsError};

/// The contracts that a provider is paid by, with the heads of their statements.
struct Paid {
    contracts: Vec<(Contract, BTreeMap<NaiveDate, StatementRecord>)>,
    periods: BTreeMap<CycleRef, BTreeMap<NaiveDate, Period>>,
}

impl Reports {
    pub(crate) async fn remittance_by_period(
        &self,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let paid = self.paid(provider, now).await?;
        let starts: BTreeSet<_> = paid.finalised().map(|record| record.period_start).collect();
        let chosen = asked::day("period", &asked.period)?.or(starts.last().copied());
        let choice = |start: &NaiveDate| Choice::new(start, paid.label(*start));
        let choices = starts.iter().rev().map(choice).collect();
        let of = |record: &&StatementRecord| Some(record.period_start) == chosen;
        let mut body = self.advices(provider, paid.finalised().filter(of), asked).await?;
        if chosen.is_some_and(|start| paid.is_partial(start)) {
            let note = "* Not all contracts are finalised for this period yet.";
            body.notes.insert(0, note.to_owned());
        }
        let value = chosen.map(|it| it.to_string()).unwrap_or_default();
        let filters = vec![Filter::select("period", "Period", choices, &value)];
        self.remittance_report((ReportName::RemittanceByPeriod, provider), filters, asked, body)
            .await
    }

    pub(crate) async fn remittance_by_finalisation(
        &self,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let paid = self.paid(provider, now).await?;
        let days: BTreeSet<_> = paid.finalised().filter_map(finalised_on).collect();
        let chosen = asked::day("finalised", &asked.finalised)?.or(days.last().copied());
        let choice = |day: &NaiveDate| Choice::new(day, in_words(*day));
        let choices = days.iter().rev().map(choice).collect();
        let of = |record: &&StatementRecord| chosen.is_some() && finalised_on(record) == chosen;
        let body = self.advices(provider, paid.finalised().filter(of), asked).await?;
        let value = chosen.map(|it| it.to_string()).unwrap_or_default();
        let filters = vec![Filter::select("finalised", "Finalised on", choices, &value)];
        let name = ReportName::RemittanceByFinalisation;
        self.remittance_report((name, provider), filters, asked, body).await
    }

    async fn remittance_report(
        &self,
        (name, provider): (ReportName, &ProviderRef),
        mut filters: Vec<Filter>,
        asked: &Asked,
        body: Body,
    ) -> Result<Report, ReportsError> {
        let view = asked.view();
        filters.push(Filter::switch("summary", "Summary: one line a client", view.summary));
        filters.push(Filter::switch("show_pairs", "Show pairs that cancel out", view.show_pairs));
        let lead = self.lead(provider).await?;
        Ok(Report::of(name, lead, filters, body))
    }

    /// `Lake House (P1001)`
    pub(crate) async fn lead(&self, provider: &ProviderRef) -> Result<String, ReportsError> {
        let known = self.store.provider(provider).await?;
        Ok(known.map_or_else(|| provider.to_string(), |it| format!("{} ({provider})", it.name)))
    }

    async fn advices<'r>(
        &self,
        provider: &ProviderRef,
        records: impl Iterator<Item = &'r StatementRecord>,
        asked: &Asked,
    ) -> Result<Body, ReportsError> {
        let advices = try_join_all(records.map(|it| self.advice(provider, it, asked))).await?;
        let advices: Vec<_> = advices.into_iter().flatten().collect();
        let payees =
            advices.iter().flat_map(|it| it.lines.iter()).filter_map(|it| it.paid_to.clone());
        let owners = advices.iter().map(|it| it.provider_ref.clone());
        let names = self.names(payees.chain(owners)).await?;
        let group = RemittanceGroup::OneProvider;
        Ok(remittance(&Advices { all: &advices, names: &names, group })?)
    }

    async fn advice(
        &self,
        provider: &ProviderRef,
        record: &StatementRecord,
        asked: &Asked,
    ) -> Result<Option<Remittance>, ReportsError> {
        let start = Some(record.period_start);
        self.advice_of(provider, &record.contract_ref, start, asked).await
    }

    /// What `provider` is paid by a finalised statement; none if it is paid nothing by it.
    pub(crate) async fn advice_of(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        start: Option<NaiveDate>,
        asked: &Asked,
    ) -> Result<Option<Remittance>, ReportsError> {
        let Some(start) = start else { return Ok(None) };
        match self.statements.finalised(provider, contract, start).await {
            Ok((statement, finalised)) => {
                Ok(Some(Remittance::of(&statement, &finalised, asked.view())?))
            }
            Err(StatementsError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The contracts on the portal that pay `provider`: its own, and those that pay it voids.
    async fn paid(&self, provider: &ProviderRef, now: Now) -> Result<Paid, ReportsError> {
        let contracts = self.statements.contracts(provider).await?;
        let contracts = contracts.into_iter().filter(|it| it.is_on_portal(now.date));
        let with_records = contracts.map(|contract| async move {
            let records = self
                .store
                .statement_records(&contract.provider_ref, &contract.contract_ref)
                .await?;
            Ok::<_, ReportsError>((contract, records))
        });
        let contracts = try_join_all(with_records).await?;
        let cycles: BTreeSet<_> = contracts.iter().map(|(it, _)| it.cycle_ref.clone()).collect();
        let mut periods = BTreeMap::new();
        for cycle in cycles {
            let known = self.store.periods_of_cycle(&cycle).await?;
            periods.insert(cycle, known.into_iter().map(|it| (it.start_date, it)).collect());
        }
        Ok(Paid { contracts, periods })
    }
}

impl Paid {
    fn finalised(&self) -> impl Iterator<Item = &StatementRecord> {
        let records = self.contracts.iter().flat_map(|(_, records)| records.values());
        records.filter(|record| record.finalised.is_some())
    }

    /// Whether some contracts are finalised in the period and others, which are paid in it too, are not.
    fn is_partial(&self, start: NaiveDate) -> bool {
        let paid_in_it = self.contracts.iter().filter(|(contract, _)| {
            let known = self.periods.get(&contract.cycle_ref);
            contract.portal_from <= start && known.is_some_and(|it| it.contains_key(&start))
        });
        let finalised = |records: &BTreeMap<NaiveDate, StatementRecord>| {
            records.get(&start).is_some_and(|record| record.finalised.is_some())
        };
        partially_finalised(paid_in_it.map(|(_, records)| finalised(records)))
    }

    /// `31 October 2022 to 27 November 2022 *`
    fn label(&self, start: NaiveDate) -> String {
        let period = self.periods.values().find_map(|periods| periods.get(&start));
        let mark = if self.is_partial(start) { " *" } else { "" };
        match period {
            Some(period) => format!("{} to {}{mark}", in_words(start), in_words(period.end_date)),
            None => format!("From {}{mark}", in_words(start)),
        }
    }
}

fn finalised_on(record: &StatementRecord) -> Option<NaiveDate> {
    record.finalised.as_ref().map(|it| london_date(it.at))
}
