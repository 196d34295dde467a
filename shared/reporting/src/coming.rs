//! Reports about what is to be paid, and what is to be done.

use chrono::NaiveDate;
use domain::action::ActionLine;
use domain::clock::Now;
use domain::facts::Period;
use domain::ids::ProviderRef;
use domain::period::Lifecycle;
use domain::report::{
    Coming, Home, HomeStatement, OverTolerance, Report, ReportName, aged, cash, exceptions, homes,
    last_day_ahead, pending,
};
use domain::weeks::ExceptionState;
use futures::future::try_join_all;
use recording::ExceptionRow;
use statements::Shown;

use crate::council::LINES_A_PAGE;
use crate::{Reader, Reports, ReportsError};

impl Reports {
    pub(crate) async fn pending_payments(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let last = last_day_ahead(now.date);
        let wanted = move |period: &Period, lifecycle| {
            lifecycle != Lifecycle::Finalised
                && (lifecycle != Lifecycle::Future || period.pay_date <= last)
        };
        let shown = self.coming(provider, now, wanted).await?;
        let body = pending(&views(&shown))?;
        let lead = self.lead(provider).await?;
        Ok(Report::of(ReportName::PendingPayments, lead, Vec::new(), body))
    }

    pub(crate) async fn payment_exceptions(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let open =
            |_: &Period, lifecycle| !matches!(lifecycle, Lifecycle::Future | Lifecycle::Finalised);
        let shown = self.coming(provider, now, open).await?;
        let over = self.recording.exceptions(provider, now).await?;
        let waiting = over.into_iter().filter(|it| it.state == ExceptionState::Waiting);
        let over: Vec<_> = waiting.map(over_tolerance).collect();
        let body = exceptions(&views(&shown), &over)?;
        let lead = self.lead(provider).await?;
        Ok(Report::of(ReportName::PaymentExceptions, lead, Vec::new(), body))
    }

    pub(crate) async fn expected_cash(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let (today, last) = (now.date, last_day_ahead(now.date));
        let wanted = move |period: &Period, lifecycle| {
            period.pay_date <= last
                && (lifecycle != Lifecycle::Finalised || period.pay_date >= today)
        };
        let shown = self.coming(provider, now, wanted).await?;
        let body = cash(&views(&shown), today)?;
        let lead = self.lead(provider).await?;
        Ok(Report::of(ReportName::ExpectedCash, lead, Vec::new(), body))
    }

    pub(crate) async fn aged_actions(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Report, ReportsError> {
        let (mut open, mut after) = (Vec::new(), None);
        loop {
            let wanted = (false, |_: &ActionLine| true);
            let (page, next) =
                self.store.actions_of_provider(provider, wanted, LINES_A_PAGE, after).await?;
            open.extend(page);
            match next {
                Some(_) => after = next,
                None => break,
            }
        }
        let body = aged(&open, now.date);
        let lead = self.lead(provider).await?;
        Ok(Report::of(ReportName::AgedActions, lead, Vec::new(), body))
    }

    /// Every provider that the reader may act for, and no other.
    pub(crate) async fn homes(&self, reader: &Reader, now: Now) -> Result<Report, ReportsError> {
        let access = self.store.access_of(&reader.email).await?;
        let mut all = Vec::new();
        for access in access.into_iter().filter(|it| !it.roles.is_empty()) {
            all.push(self.home(access.provider_ref, now).await?);
        }
        let lead = match all.len() {
            1 => "1 provider that you may act for".to_owned(),
            many => format!("{many} providers that you may act for"),
        };
        Ok(Report::of(ReportName::Homes, lead, Vec::new(), homes(&all)?))
    }

    async fn home(&self, provider_ref: ProviderRef, now: Now) -> Result<Home, ReportsError> {
        let waiting = self.statements.overview(&provider_ref, now).await?;
        let open = waiting.iter().map(|it| &it.line);
        let open = open.filter(|line| line.lifecycle != Lifecycle::Finalised);
        let statements = open.map(|line| HomeStatement {
            waits: line.lifecycle == Lifecycle::Current && line.record.response.is_unconfirmed(),
            payable: line.totals.payable,
            held: line.totals.non_payable,
        });
        let known = self.store.provider(&provider_ref).await?;
        let name = known.map_or_else(|| provider_ref.to_string(), |it| it.name);
        Ok(Home { statements: statements.collect(), name, provider_ref })
    }

    /// The statements of all contracts on the portal that pay `provider`, as it sees them, by pay date.
    async fn coming(
        &self,
        provider: &ProviderRef,
        now: Now,
        wanted: impl Fn(&Period, Lifecycle) -> bool + Send + Sync + Copy,
    ) -> Result<Vec<Shown>, ReportsError> {
        let mut contracts = self.statements.contracts(provider).await?;
        contracts.retain(|contract| contract.is_on_portal(now.date));
        let each = contracts
            .iter()
            .map(|it| self.statements.some(provider, &it.contract_ref, now, wanted));
        let mut shown: Vec<_> = try_join_all(each).await?.into_iter().flatten().collect();
        shown.sort_by_key(|it| (it.statement.period.pay_date, it.statement.contract_ref.clone()));
        Ok(shown)
    }
}

fn views(shown: &[Shown]) -> Vec<Coming<'_>> {
    let views = shown.iter().map(|it| {
        let Shown { statement, lifecycle, record, .. } = it;
        Coming { statement, lifecycle: *lifecycle, response: &record.response }
    });
    views.collect()
}

fn over_tolerance(row: ExceptionRow) -> OverTolerance {
    OverTolerance {
        contract_ref: row.contract_ref,
        period_start: row.period_start,
        ss_ref: row.ss_ref,
        client: row.client,
        week_start: row.week_start,
        amount: row.held_amount,
        reason: row.reason,
    }
}

/// `31 October 2022`
pub(crate) fn in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
