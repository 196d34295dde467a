//! A remittance advice as the page and the download show it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, ProviderRef, SsRef};
use domain::money::Money;
use domain::remittance::{Remittance, RemittanceKind, RemittanceLine};
use serde::Serialize;

/// What a finalised payment contains.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AdviceView {
    provider: ProviderView,
    contract: ContractView,
    period: PeriodView,
    run_id: String,
    finalised_at: DateTime<Utc>,
    pay_date: NaiveDate,
    pub(crate) lines: Vec<AdviceLine>,
    pairs_hidden: u32,
    pub(crate) total: Money,
    /// What the portal says of what it shows.
    notes: Vec<String>,
    /// What the council had written at its foot when the payment was fixed.
    pub(crate) council_notes: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProviderView {
    provider_ref: ProviderRef,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RemittedContractView)]
struct ContractView {
    contract_ref: ContractRef,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RemittedPeriodView)]
struct PeriodView {
    period_start: NaiveDate,
    period_end: NaiveDate,
}

/// One line of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AdviceLine {
    pub(crate) ss_ref: Option<SsRef>,
    pub(crate) client: Option<String>,
    pub(crate) kind: RemittanceKind,
    pub(crate) reason: String,
    pub(crate) service_from: NaiveDate,
    pub(crate) service_to: NaiveDate,
    pub(crate) amount: Money,
    /// Who is paid, if that is not the contract's provider.
    pub(crate) paid_to: Option<String>,
}

impl AdviceView {
    /// `advice` with the names of those who are paid.
    pub(crate) fn of(advice: Remittance, names: &BTreeMap<ProviderRef, String>) -> Self {
        let name = |it: &ProviderRef| names.get(it).cloned().unwrap_or_else(|| it.to_string());
        let line = |it: RemittanceLine| AdviceLine {
            paid_to: it.paid_to.as_ref().map(name),
            ss_ref: it.ss_ref,
            client: it.client,
            kind: it.kind,
            reason: it.reason,
            service_from: it.service_from,
            service_to: it.service_to,
            amount: it.amount,
        };
        Self {
            provider: ProviderView {
                name: name(&advice.provider_ref),
                provider_ref: advice.provider_ref,
            },
            contract: ContractView {
                contract_ref: advice.contract_ref,
                name: advice.contract_name,
            },
            period: PeriodView { period_start: advice.period_start, period_end: advice.period_end },
            run_id: advice.run_id,
            finalised_at: advice.finalised_at,
            pay_date: advice.pay_date,
            lines: advice.lines.into_iter().map(line).collect(),
            pairs_hidden: advice.pairs_hidden,
            total: advice.total,
            notes: advice.notes,
            council_notes: advice.council_notes,
        }
    }
}

impl AdviceLine {
    /// Cost or income, or neither, in words.
    pub(crate) fn kind_word(&self) -> &'static str {
        match self.kind {
            RemittanceKind::Cost => "Cost",
            RemittanceKind::Income => "Income",
            RemittanceKind::Void => "Void",
            RemittanceKind::Manual => "Manual adjustment",
        }
    }
}
