//! A statement as the page shows it: every line with the arithmetic that makes its amount.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, ProviderRef, SsRef};
use domain::item::{Item, ItemStatus};
use domain::money::MoneyError;
use domain::period::{FinancialYear, Lifecycle};
use domain::statement::Totals;
use serde::Serialize;
use statements::Shown;
use statements::view::{LineView, PayeeView, ResponseView};

/// A statement and who looks at it.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The statement, as far as the person's provider may see it.
    pub(crate) shown: Shown,
    /// Whether the person's provider is the contract's: the one that voids are paid to only reads.
    pub(crate) own: bool,
    /// Whether the person's role allows a response.
    pub(crate) may_respond: bool,
    /// The names of all who are paid by it, and of the contract's provider.
    pub(crate) names: BTreeMap<ProviderRef, String>,
}

/// A statement, as one provider's person may see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct StatementView {
    contract_ref: ContractRef,
    contract_name: String,
    provider_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    financial_year: FinancialYear,
    lifecycle: Lifecycle,
    response: ResponseView,
    can_respond: bool,
    can_confirm_outstanding: bool,
    confirm_by: DateTime<Utc>,
    finalise_at: DateTime<Utc>,
    pay_date: NaiveDate,
    finalised_at: Option<DateTime<Utc>>,
    digest: String,
    totals: Totals,
    payees: Vec<PayeeView>,
    unconfirmed_in_a_row: u32,
    warning: Option<String>,
    pub(crate) payable: Vec<LineView>,
    pub(crate) non_payable: Vec<LineView>,
    pub(crate) held: Vec<LineView>,
}

impl StatementView {
    /// What the page shows.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if its lines add up to more than the portal can hold.
    pub(crate) fn of(seen: &Seen) -> Result<Self, MoneyError> {
        let Shown { statement, record, .. } = &seen.shown;
        let period = &statement.period;
        let lines = |wanted: fn(&Item) -> bool| {
            statement.items.iter().filter(|item| wanted(item)).map(|it| seen.line(it)).collect()
        };
        Ok(Self {
            contract_ref: statement.contract_ref.clone(),
            contract_name: statement.contract_name.clone(),
            provider_name: seen.name(&statement.provider_ref),
            period_start: period.start_date,
            period_end: period.end_date,
            financial_year: FinancialYear::of_period(period),
            lifecycle: seen.shown.lifecycle,
            response: seen.response(),
            can_respond: seen.may_respond && seen.shown.can_respond,
            can_confirm_outstanding: seen.may_respond && seen.shown.can_confirm_outstanding,
            confirm_by: period.confirm_by,
            finalise_at: period.finalise_at,
            pay_date: period.pay_date,
            finalised_at: record.finalised.as_ref().map(|it| it.at),
            digest: seen.shown.digest.clone(),
            totals: statement.totals()?,
            payees: PayeeView::all(statement, &seen.names)?,
            unconfirmed_in_a_row: seen.shown.unconfirmed_in_a_row,
            warning: seen.warning(),
            payable: lines(|item| item.status == ItemStatus::Payable),
            non_payable: lines(|item| item.status != ItemStatus::Payable),
            held: statement.held.iter().map(|held| seen.line(&held.item)).collect(),
        })
    }
}

impl Seen {
    /// How many lines about clients are shown.
    pub(crate) fn lines(&self) -> usize {
        self.shown.statement.items.len().saturating_add(self.shown.statement.held.len())
    }

    /// The clients whom they are about.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &SsRef> {
        let statement = &self.shown.statement;
        let held = statement.held.iter().filter_map(|held| held.item.label.ss_ref.as_ref());
        statement.items.iter().filter_map(|item| item.label.ss_ref.as_ref()).chain(held)
    }

    /// The provider that voids are paid to is told what came of it, not who at another provider said what.
    fn response(&self) -> ResponseView {
        let whole = ResponseView::from(&self.shown.record.response);
        if self.own {
            return whole;
        }
        ResponseView { by: None, comment: None, queries: Vec::new(), ..whole }
    }

    fn warning(&self) -> Option<String> {
        let waits = self.own && self.shown.record.response.is_unconfirmed();
        let Shown { settings, unconfirmed_in_a_row, .. } = &self.shown;
        waits.then(|| settings.unconfirmed_warning(*unconfirmed_in_a_row)).flatten()
    }

    fn name(&self, provider: &ProviderRef) -> String {
        self.names.get(provider).cloned().unwrap_or_else(|| provider.to_string())
    }

    fn line(&self, item: &Item) -> LineView {
        let queries = if self.own { self.shown.record.response.queries() } else { &[] };
        LineView::of(item, &self.shown.statement.provider_ref, &self.names, queries)
    }
}
