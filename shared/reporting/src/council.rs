//! Reports over all providers, for the council.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use domain::action::ActionLine;
use domain::clock::{Now, london_date};
use domain::facts::{PaymentMethod, Period};
use domain::ids::{CycleRef, ProviderRef};
use domain::invoice::{InvoiceHead, InvoiceState};
use domain::record::StatementRecord;
use domain::report::{
    Advices, Answered, Choice, DeliveredView, Filter, PaidDocument, PaidKind, RemittanceGroup,
    Report, ReportName, answer_times, commissioned, partially_finalised, prompt, remittance,
    responses,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use store::Progress;

use crate::asked::{self, Asked, is_on};
use crate::coming::in_words;
use crate::{Reports, ReportsError};

/// How many contracts are read at once.
const TOGETHER: usize = 16;
/// How many invoices or actions are read at a time.
pub(crate) const LINES_A_PAGE: usize = 200;
/// Over which days the council's figures go until it says otherwise: the half year that they are published for.
const MONTHS_OF_FIGURES: Months = Months::new(6);

/// The contracts of all cycles, and their periods.
struct Everything {
    contracts: Vec<Progress>,
    periods: BTreeMap<CycleRef, BTreeMap<NaiveDate, Period>>,
    names: BTreeMap<ProviderRef, String>,
}

impl Reports {
    pub(crate) async fn remittance_of_all(
        &self,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let everything = self.everything(asked, now).await?;
        let ended = |period: &&Period| period.finalise_at <= now.instant;
        let starts: BTreeSet<_> =
            everything.all_periods().filter(ended).map(|it| it.start_date).collect();
        let chosen = asked::day("period", &asked.period)?.or(starts.last().copied());
        let records = self.records_of(&everything, chosen).await?;
        let partial = partially_finalised(records.iter().map(|(_, finalised)| *finalised));
        let finalised = records.iter().filter(|(_, finalised)| *finalised);
        let finalised: Vec<_> = finalised.map(|(progress, _)| *progress).collect();
        self.meter.count(records.len().saturating_sub(finalised.len()));
        let each: Vec<_> = finalised
            .into_iter()
            .map(|it| {
                let advice = self.advice_of(&it.provider_ref, &it.contract_ref, chosen, asked);
                self.meter.part(advice)
            })
            .collect();
        let advices: Vec<_> = stream::iter(each).buffered(TOGETHER).try_collect().await?;
        let advices: Vec<_> = advices.into_iter().flatten().collect();
        let (names, group) = (&everything.names, RemittanceGroup::AllProviders);
        let mut body = remittance(&Advices { all: &advices, names, group })?;
        if partial {
            let note = "* Not all contracts are finalised for this period yet.";
            body.notes.insert(0, note.to_owned());
        }
        let view = asked.view();
        let mut filters = everything.filters(starts, chosen, asked);
        filters.push(Filter::switch("summary", "Summary: one line a client", view.summary));
        filters.push(Filter::switch("show_pairs", "Show pairs that cancel out", view.show_pairs));
        let lead = "All providers' finalised payments of a period".to_owned();
        Ok(Report::of(ReportName::RemittanceByPeriod, lead, filters, body))
    }

    pub(crate) async fn delivered_by_all(
        &self,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let everything = self.everything(asked, now).await?;
        let by_actuals = |it: &&Progress| it.payment_method == PaymentMethod::Actuals;
        let contracts: Vec<_> = everything.contracts.iter().filter(by_actuals).collect();
        let cycles: BTreeSet<_> = contracts.iter().map(|it| &it.cycle_ref).collect();
        let begun = everything
            .all_periods()
            .filter(|it| cycles.contains(&it.cycle_ref) && it.start_date <= now.date);
        let starts: BTreeSet<_> = begun.map(|it| it.start_date).collect();
        let chosen = asked::day("period", &asked.period)?.or(starts.last().copied());
        let providers: BTreeSet<_> = contracts.iter().map(|it| &it.provider_ref).collect();
        let weeks = match chosen {
            Some(start) => {
                self.meter.expect(providers.len());
                let each: Vec<_> = providers
                    .into_iter()
                    .map(|it| self.meter.part(self.delivered_weeks(it, start, now)))
                    .collect();
                stream::iter(each).buffered(TOGETHER).try_concat().await?
            }
            None => Vec::new(),
        };
        let view = DeliveredView { by_week: is_on(&asked.by_week), all_providers: true };
        let mut filters = everything.filters(starts, chosen, asked);
        filters.push(Filter::switch("by_week", "Show each week", view.by_week));
        let lead = "All providers' care that is paid as it is delivered".to_owned();
        let body = commissioned(&weeks, view)?;
        Ok(Report::of(ReportName::CommissionedAndActuals, lead, filters, body))
    }

    pub(crate) async fn prompt_payment(
        &self,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let (from, to) = span(asked, now)?;
        let everything = self.everything(asked, now).await?;
        let providers: BTreeSet<_> =
            everything.contracts.iter().map(|it| it.provider_ref.clone()).collect();
        self.meter.expect(providers.len());
        let each: Vec<_> = providers
            .into_iter()
            .map(|it| self.meter.part(self.paid_invoices(&everything, it)))
            .collect();
        let invoices = stream::iter(each).buffered(TOGETHER).try_concat();
        let scheduled = |it: &&Progress| it.payment_method == PaymentMethod::Scheduled;
        let contracts = everything.contracts.iter().filter(scheduled);
        let each: Vec<_> =
            contracts.map(|it| self.meter.part(self.paid_statements(&everything, it))).collect();
        self.meter.expect(each.len());
        let statements = stream::iter(each).buffered(TOGETHER).try_concat();
        let (mut paid, statements) = tokio::try_join!(invoices, statements)?;
        paid.extend(statements);
        paid.retain(|it| (from..=to).contains(&it.paid_on));
        let lead = format!("Paid from {} to {}", in_words(from), in_words(to));
        Ok(Report::of(ReportName::PromptPayment, lead, dates(from, to), prompt(&paid)))
    }

    pub(crate) async fn responses(&self, asked: &Asked, now: Now) -> Result<Report, ReportsError> {
        let (from, to) = span(asked, now)?;
        let everything = self.everything(asked, now).await?;
        let contracts = everything.contracts.iter();
        self.meter.expect(everything.contracts.len());
        let each: Vec<_> =
            contracts.map(|it| self.meter.part(self.answered(&everything, it))).collect();
        let answered = stream::iter(each).buffered(TOGETHER).try_concat().await?;
        let in_span = |it: &Answered| (from..=to).contains(&it.period.0);
        let answered: Vec<_> = answered.into_iter().filter(in_span).collect();
        let lead = format!("Statements of periods from {} to {}", in_words(from), in_words(to));
        Ok(Report::of(ReportName::Responses, lead, dates(from, to), responses(&answered)))
    }

    pub(crate) async fn answer_times(
        &self,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let (from, to) = span(asked, now)?;
        let teams = self.store.teams().await?;
        let refs: Vec<_> = teams.iter().map(|it| it.team_ref.clone()).collect();
        let in_span = move |it: &ActionLine| {
            it.done_at.is_some_and(|at| (from..=to).contains(&london_date(at)))
        };
        let (mut done, mut after) = (Vec::new(), None);
        loop {
            let wanted = (true, in_span);
            let (page, next) =
                self.store.actions_of_teams(&refs, wanted, LINES_A_PAGE, after).await?;
            done.extend(page);
            match next {
                Some(_) => after = next,
                None => break,
            }
        }
        let names = teams.into_iter().map(|it| (it.team_ref, it.name)).collect();
        let lead = format!("Actions done from {} to {}", in_words(from), in_words(to));
        let body = answer_times(&done, &names);
        Ok(Report::of(ReportName::AnswerTimes, lead, dates(from, to), body))
    }

    /// The contracts on the portal, of one provider if that was asked for.
    async fn everything(&self, asked: &Asked, now: Now) -> Result<Everything, ReportsError> {
        let (mut contracts, mut periods) = (Vec::new(), BTreeMap::new());
        for cycle in self.store.cycle_refs().await? {
            contracts.extend(self.store.progress_of_cycle(&cycle).await?);
            let known = self.store.periods_of_cycle(&cycle).await?;
            periods.insert(cycle, known.into_iter().map(|it| (it.start_date, it)).collect());
        }
        let provider = asked.provider.trim();
        contracts.retain(|it| {
            it.portal_from <= now.date
                && (provider.is_empty() || it.provider_ref.as_str() == provider)
        });
        contracts.sort_by(|one, other| {
            let key = |it: &Progress| (it.provider_ref.clone(), it.contract_ref.clone());
            key(one).cmp(&key(other))
        });
        let listed = self.store.listed_providers().await?;
        let names = listed.into_iter().map(|it| (it.provider_ref, it.name)).collect();
        Ok(Everything { contracts, periods, names })
    }

    /// The contracts that are paid in the period from `start`, each with whether it is finalised.
    async fn records_of<'e>(
        &self,
        everything: &'e Everything,
        start: Option<NaiveDate>,
    ) -> Result<Vec<(&'e Progress, bool)>, ReportsError> {
        let Some(start) = start else { return Ok(Vec::new()) };
        let paid_in_it = everything.contracts.iter().filter(|progress| {
            let known = everything.periods.get(&progress.cycle_ref);
            progress.portal_from <= start && known.is_some_and(|it| it.contains_key(&start))
        });
        let read = async |progress: &'e Progress| {
            let Progress { provider_ref, contract_ref, .. } = progress;
            let record = self.store.statement_record(provider_ref, contract_ref, start).await?;
            let finalised = record.is_some_and(|it| it.finalised.is_some());
            Ok::<_, ReportsError>((progress, finalised))
        };
        let each: Vec<_> = paid_in_it.map(|it| self.meter.part(read(it))).collect();
        // Each is read, and then its remittance advice.
        self.meter.expect(each.len().saturating_mul(2));
        stream::iter(each).buffered(TOGETHER).try_collect().await
    }

    async fn paid_invoices(
        &self,
        everything: &Everything,
        provider: ProviderRef,
    ) -> Result<Vec<PaidDocument>, ReportsError> {
        let heads = self.all_invoices(&provider).await?;
        let name = everything.named(&provider);
        let paid = heads.iter().filter(|it| it.state == InvoiceState::Paid);
        let documents = paid.filter_map(|head| {
            let contract = &head.invoice_id.contract_ref;
            let of = |it: &&Progress| it.contract_ref == *contract;
            let progress = everything.contracts.iter().find(of)?;
            let period = everything.period(progress, head.paid_in?)?;
            PaidDocument::invoice(head, name.clone(), period.pay_date)
        });
        Ok(documents.collect())
    }

    async fn all_invoices(&self, provider: &ProviderRef) -> Result<Vec<InvoiceHead>, ReportsError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (page, next) =
                self.store.invoices_of_provider(provider, LINES_A_PAGE, after).await?;
            all.extend(page);
            match next {
                Some(_) => after = next,
                None => return Ok(all),
            }
        }
    }

    async fn paid_statements(
        &self,
        everything: &Everything,
        progress: &Progress,
    ) -> Result<Vec<PaidDocument>, ReportsError> {
        let Progress { provider_ref, contract_ref, .. } = progress;
        let records = self.store.statement_records(provider_ref, contract_ref).await?;
        let paid = |it: &&StatementRecord| {
            it.finalised.as_ref().is_some_and(|finalised| finalised.lines > 0)
        };
        let documents = records.values().filter(paid).filter_map(|record| {
            let period = everything.period(progress, record.period_start)?;
            Some(PaidDocument {
                provider: everything.named(provider_ref),
                kind: PaidKind::Statement,
                received_on: period.end_date,
                disputed_days: 0,
                paid_on: period.pay_date,
            })
        });
        Ok(documents.collect())
    }

    async fn answered(
        &self,
        everything: &Everything,
        progress: &Progress,
    ) -> Result<Vec<Answered>, ReportsError> {
        let Progress { provider_ref, contract_ref, .. } = progress;
        let records = self.store.statement_records(provider_ref, contract_ref).await?;
        let answered = records.values().map(|record| {
            let start = record.period_start;
            let label = match everything.period(progress, start) {
                Some(period) => format!("{} to {}", in_words(start), in_words(period.end_date)),
                None => format!("From {}", in_words(start)),
            };
            Answered { period: (start, label), response: record.response.state() }
        });
        Ok(answered.collect())
    }
}

impl Everything {
    fn all_periods(&self) -> impl Iterator<Item = &Period> {
        self.periods.values().flat_map(BTreeMap::values)
    }

    fn period(&self, progress: &Progress, start: NaiveDate) -> Option<&Period> {
        self.periods.get(&progress.cycle_ref)?.get(&start)
    }

    fn named(&self, provider: &ProviderRef) -> String {
        match self.names.get(provider) {
            Some(name) => format!("{name} ({provider})"),
            None => provider.to_string(),
        }
    }

    fn filters(
        &self,
        starts: BTreeSet<NaiveDate>,
        chosen: Option<NaiveDate>,
        asked: &Asked,
    ) -> Vec<Filter> {
        let label = |start: NaiveDate| {
            let end = self.all_periods().find(|it| it.start_date == start).map(|it| it.end_date);
            end.map_or_else(
                || format!("From {}", in_words(start)),
                |end| format!("{} to {}", in_words(start), in_words(end)),
            )
        };
        let periods = starts.into_iter().rev().map(|it| Choice::new(&it, label(it))).collect();
        let value = chosen.map(|it| it.to_string()).unwrap_or_default();
        let mut providers = vec![Choice::new(&"", "All providers")];
        let named = self
            .names
            .iter()
            .map(|(provider, name)| Choice::new(provider, format!("{name} ({provider})")));
        providers.extend(named);
        vec![
            Filter::select("period", "Period", periods, &value),
            Filter::select("provider", "Provider", providers, asked.provider.trim()),
        ]
    }
}

/// From when to when figures go.
fn span(asked: &Asked, now: Now) -> Result<(NaiveDate, NaiveDate), ReportsError> {
    let to = asked::day("to", &asked.to)?.unwrap_or(now.date);
    let half_a_year = to.checked_sub_months(MONTHS_OF_FIGURES).unwrap_or(to);
    let from = asked::day("from", &asked.from)?.unwrap_or(half_a_year);
    if from > to {
        let message = "Use a day that is not after the last one".to_owned();
        return Err(ReportsError::Asked { field: "from", message });
    }
    Ok((from, to))
}

fn dates(from: NaiveDate, to: NaiveDate) -> Vec<Filter> {
    vec![Filter::date("from", "From", Some(from)), Filter::date("to", "To", Some(to))]
}
