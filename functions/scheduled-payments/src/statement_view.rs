//! A statement as the page shows it: every line with the arithmetic that makes its amount.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, CpliId, ItemId, ProviderRef, SsRef};
use domain::item::{Correction, Item, ItemKind, ItemStatus};
use domain::money::{Money, MoneyError};
use domain::period::{FinancialYear, Lifecycle};
use domain::record::{LineQuery, Response, ResponseState};
use domain::statement::Totals;
use serde::Serialize;
use statements::Shown;

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

/// What the provider said, in one shape whatever it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ResponseView {
    state: ResponseState,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
    comment: Option<String>,
    queries: Vec<LineQuery>,
    /// When the provider answered to items that have changed since.
    superseded_at: Option<DateTime<Utc>>,
}

/// Who is paid how much of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PayeeView {
    provider_ref: ProviderRef,
    name: String,
    payable: Money,
}

/// One line: an item and how its amount comes about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LineView {
    pub(crate) item_id: ItemId,
    pub(crate) kind: ItemKind,
    pub(crate) correction: Option<Correction>,
    pub(crate) cpli_id: Option<CpliId>,
    pub(crate) ss_ref: Option<SsRef>,
    pub(crate) client: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) service_level: Option<String>,
    pub(crate) service_from: NaiveDate,
    pub(crate) service_to: NaiveDate,
    pub(crate) days: u32,
    pub(crate) amount: Money,
    pub(crate) arithmetic: String,
    pub(crate) status: ItemStatus,
    /// Why it is not paid now.
    pub(crate) reason: Option<String>,
    /// Why there is a correction or an adjustment.
    pub(crate) cause: Option<String>,
    pub(crate) reverses: Option<ItemId>,
    pub(crate) carried_from_period: Option<NaiveDate>,
    /// Who is paid, if that is not the contract's provider.
    pub(crate) paid_to: Option<String>,
    pub(crate) query: Option<String>,
}

impl From<&Response> for ResponseView {
    fn from(response: &Response) -> Self {
        let answer = response.answer();
        let superseded_at = match response {
            Response::Unconfirmed { superseded_at } => *superseded_at,
            Response::NotRequired
            | Response::Confirmed(_)
            | Response::ConfirmedWithQueries { .. }
            | Response::Rejected(_) => None,
        };
        Self {
            state: response.state(),
            by: answer.map(|it| it.by.clone()),
            at: answer.map(|it| it.at),
            comment: answer.map(|it| it.comment.clone()),
            queries: response.queries().to_vec(),
            superseded_at,
        }
    }
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
            payees: seen.payees()?,
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

    fn payees(&self) -> Result<Vec<PayeeView>, MoneyError> {
        let mut payable = BTreeMap::new();
        for item in &self.shown.statement.items {
            let sum: &mut Money = payable.entry(&item.payee).or_default();
            if item.status == ItemStatus::Payable {
                *sum = sum.plus(item.amount)?;
            }
        }
        let view = |(payee, payable): (&ProviderRef, Money)| PayeeView {
            provider_ref: payee.clone(),
            name: self.name(payee),
            payable,
        };
        Ok(payable.into_iter().map(view).collect())
    }

    fn line(&self, item: &Item) -> LineView {
        let to_another = item.payee != self.shown.statement.provider_ref;
        let queries = if self.own { self.shown.record.response.queries() } else { &[] };
        let query = queries.iter().find(|query| query.item_id == item.item_id);
        LineView {
            item_id: item.item_id.clone(),
            kind: item.kind,
            correction: item.correction,
            cpli_id: item.subject.cpli_id().cloned(),
            ss_ref: item.label.ss_ref.clone(),
            client: item.label.client.clone(),
            service: item.label.service.clone(),
            service_level: item.label.service_level.clone(),
            service_from: item.service_from,
            service_to: item.service_to,
            days: item.days,
            amount: item.amount,
            arithmetic: item.arithmetic(),
            status: item.status,
            reason: item.hold.as_ref().map(|hold| hold.reason.clone()),
            cause: item.cause.clone(),
            reverses: item.reverses.clone(),
            carried_from_period: item.carried_from_period,
            paid_to: to_another.then(|| self.name(&item.payee)),
            query: query.map(|it| it.comment.clone()),
        }
    }
}

impl LineView {
    /// What the item is, in words.
    pub(crate) fn kind_word(&self) -> &'static str {
        match (self.correction, self.kind) {
            (Some(Correction::Reversal), _) => "Reversal",
            (Some(Correction::Reissue), _) => "Reissue",
            (None, ItemKind::Cost) => "Cost",
            (None, ItemKind::Income) => "Income",
            (None, ItemKind::Manual) => "Manual adjustment",
            (None, ItemKind::Void) => "Void",
        }
    }

    /// Whether the item is paid, in words.
    pub(crate) fn status_word(&self) -> &'static str {
        match self.status {
            ItemStatus::Payable => "Payable",
            ItemStatus::Suspended => "Suspended",
            ItemStatus::Cancelled => "Cancelled",
            ItemStatus::CarriedForward => "Carried forward",
        }
    }
}
