//! Parts of a statement as pages of both sides show them: every line with the arithmetic that makes its amount.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, CpliId, ItemId, ProviderRef, SsRef};
use domain::item::{Correction, Item, ItemKind, ItemStatus};
use domain::money::{Money, MoneyError};
use domain::record::{LineQuery, Response, ResponseState};
use domain::statement::Statement;
use serde::Serialize;

use crate::{Effect, NonPayable};

/// A statement that would come to something else if somebody's decision were made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EffectView {
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    now: Money,
    then: Money,
    difference: Money,
    /// What it does not pay, by why not, where that would be different.
    pub non_payable: Vec<NonPayableView>,
}

/// What a statement does not pay for one reason.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NonPayableView {
    status: ItemStatus,
    now: Money,
    then: Money,
    /// What it would come to, less what it comes to.
    pub difference: Money,
}

impl EffectView {
    /// What `effect` says, with the differences.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn of(effect: Effect) -> Result<Self, MoneyError> {
        let Effect { now, then, .. } = effect;
        let unpaid = effect.non_payable.iter().map(NonPayableView::of);
        Ok(Self {
            non_payable: unpaid.collect::<Result<_, _>>()?,
            contract_ref: effect.contract_ref,
            contract_name: effect.contract_name,
            period_start: effect.period_start,
            period_end: effect.period_end,
            now,
            then,
            difference: then.plus(now.reversed()?)?,
        })
    }
}

impl NonPayableView {
    fn of(it: &NonPayable) -> Result<Self, MoneyError> {
        let NonPayable { status, now, then } = *it;
        Ok(Self { status, now, then, difference: then.plus(now.reversed()?)? })
    }
}

/// What the provider said, in one shape whatever it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ResponseView {
    /// In a word.
    pub state: ResponseState,
    /// Who said it.
    pub by: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// What they wrote.
    pub comment: Option<String>,
    /// The lines in question.
    pub queries: Vec<LineQuery>,
    /// When the provider answered to items that have changed since.
    pub superseded_at: Option<DateTime<Utc>>,
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

/// Who is paid how much of a statement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PayeeView {
    /// Whose.
    pub provider_ref: ProviderRef,
    /// As it is written on payments.
    pub name: String,
    /// How much.
    pub payable: Money,
}

impl PayeeView {
    /// Everybody who is paid by `statement`, with `names` of providers.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if lines add up to more than the portal can hold.
    pub fn all(
        statement: &Statement,
        names: &BTreeMap<ProviderRef, String>,
    ) -> Result<Vec<Self>, MoneyError> {
        let mut payable = BTreeMap::new();
        for item in &statement.items {
            let sum: &mut Money = payable.entry(&item.payee).or_default();
            if item.status == ItemStatus::Payable {
                *sum = sum.plus(item.amount)?;
            }
        }
        let view = |(payee, payable): (&ProviderRef, Money)| Self {
            provider_ref: payee.clone(),
            name: name_of(payee, names),
            payable,
        };
        Ok(payable.into_iter().map(view).collect())
    }
}

/// One line: an item and how its amount comes about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LineView {
    /// Its key.
    pub item_id: ItemId,
    /// What it pays for.
    pub kind: ItemKind,
    /// Whether it takes back or gives again what an earlier statement paid.
    pub correction: Option<Correction>,
    /// The care package, if it is about one.
    pub cpli_id: Option<CpliId>,
    /// The client's reference.
    pub ss_ref: Option<SsRef>,
    /// The client's full name.
    pub client: Option<String>,
    /// The service's name.
    pub service: Option<String>,
    /// The kind of care.
    pub service_level: Option<String>,
    /// First day paid for.
    pub service_from: NaiveDate,
    /// Last day paid for.
    pub service_to: NaiveDate,
    /// Days paid for.
    pub days: u32,
    /// What is paid; negative for a deduction.
    pub amount: Money,
    /// The sum behind the amount.
    pub arithmetic: String,
    /// Whether it is paid now.
    pub status: ItemStatus,
    /// Why it is not paid now.
    pub reason: Option<String>,
    /// Why there is a correction or an adjustment.
    pub cause: Option<String>,
    /// The finalised item that it takes back.
    pub reverses: Option<ItemId>,
    /// The start of the period of the earlier statement that it comes from.
    pub carried_from_period: Option<NaiveDate>,
    /// Who is paid, if that is not the contract's provider.
    pub paid_to: Option<String>,
    /// What the provider says is wrong with it.
    pub query: Option<String>,
}

impl LineView {
    /// An item of a statement of `provider`'s contract, with `names` of providers and what was queried.
    pub fn of(
        item: &Item,
        provider: &ProviderRef,
        names: &BTreeMap<ProviderRef, String>,
        queries: &[LineQuery],
    ) -> Self {
        let to_another = item.payee != *provider;
        let query = queries.iter().find(|query| query.item_id == item.item_id);
        Self {
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
            paid_to: to_another.then(|| name_of(&item.payee, names)),
            query: query.map(|it| it.comment.clone()),
        }
    }

    /// What the item is, in words.
    pub fn kind_word(&self) -> &'static str {
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
    pub fn status_word(&self) -> &'static str {
        match self.status {
            ItemStatus::Payable => "Payable",
            ItemStatus::Suspended => "Suspended",
            ItemStatus::Cancelled => "Cancelled",
            ItemStatus::CarriedForward => "Carried forward",
        }
    }
}

fn name_of(provider: &ProviderRef, names: &BTreeMap<ProviderRef, String>) -> String {
    names.get(provider).cloned().unwrap_or_else(|| provider.to_string())
}
