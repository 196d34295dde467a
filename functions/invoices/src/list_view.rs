//! Which documents there are, and what could be one.

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::{Contract, Period};
use domain::ids::ContractRef;
use domain::invoice::{DocumentKind, InvoiceId, InvoiceNumber, InvoiceState};
use domain::money::Money;
use invoicing::{Overview, Proposal, Row};
use serde::Serialize;

/// Which documents are asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// None: in any state.
    pub(crate) state: Option<InvoiceState>,
    /// None: of all contracts.
    pub(crate) contract: Option<String>,
}

/// The documents of a provider, and what could be one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    rows: Vec<RowView>,
    proposals: Vec<ProposalView>,
    contracts: Vec<ContractView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RowView {
    invoice_id: InvoiceId,
    number: Option<InvoiceNumber>,
    kind: DocumentKind,
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    state: InvoiceState,
    net: Money,
    vat: Money,
    total: Money,
    submitted_at: Option<DateTime<Utc>>,
    dispute_reason: Option<String>,
    window: Option<WindowView>,
    /// The start of the period of the statement that paid the last of it.
    paid_in: Option<NaiveDate>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProposalView {
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    kind: DocumentKind,
    net: Money,
    vat: Money,
    total: Money,
    lines: usize,
    late: bool,
    cause: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractView {
    contract_ref: ContractRef,
    name: String,
}

/// In which period something is paid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WindowView {
    period_start: NaiveDate,
    deadline: DateTime<Utc>,
    pay_date: NaiveDate,
}

impl ListView {
    /// What is wanted of `overview`.
    pub(crate) fn of(overview: &Overview, wanted: &Wanted) -> Self {
        let of_contract = |contract: &ContractRef| {
            wanted.contract.as_deref().is_none_or(|wanted| wanted == contract.as_str())
        };
        let rows = overview.rows.iter().filter(|row| {
            of_contract(&row.head.invoice_id.contract_ref)
                && wanted.state.is_none_or(|state| state == row.head.state)
        });
        let proposals = overview.proposals.iter();
        let proposals = proposals.filter(|it| of_contract(&it.contract.contract_ref));
        Self {
            rows: rows.map(RowView::from).collect(),
            proposals: proposals.map(ProposalView::from).collect(),
            contracts: overview.contracts.iter().map(ContractView::from).collect(),
        }
    }
}

impl From<&Row> for RowView {
    fn from(row: &Row) -> Self {
        let Row { head, kind, net, vat, total, window } = row;
        let claim = head.claim.as_ref();
        let disputed = head.state == InvoiceState::Disputed;
        let reason = head.reason_for(InvoiceState::Disputed).filter(|_| disputed);
        Self {
            invoice_id: head.invoice_id.clone(),
            number: claim.map(|it| it.number),
            kind: *kind,
            contract_ref: head.invoice_id.contract_ref.clone(),
            contract_name: head.contract_name.clone(),
            period_start: head.invoice_id.period_start,
            period_end: head.period_end,
            state: head.state,
            net: *net,
            vat: vat.payable(),
            total: *total,
            submitted_at: claim.map(|it| it.submitted_at),
            dispute_reason: reason.map(str::to_owned),
            window: window.as_ref().map(WindowView::from),
            paid_in: head.paid_in,
        }
    }
}

impl From<&Proposal> for ProposalView {
    fn from(proposal: &Proposal) -> Self {
        let Proposal { contract, period, draft, late } = proposal;
        Self {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            period_start: period.start_date,
            period_end: period.end_date,
            kind: draft.kind,
            net: draft.net,
            vat: draft.vat.payable(),
            total: draft.total,
            lines: draft.lines.len(),
            late: *late,
            cause: draft.cause().map(str::to_owned),
        }
    }
}

impl From<&Contract> for ContractView {
    fn from(contract: &Contract) -> Self {
        Self { contract_ref: contract.contract_ref.clone(), name: contract.name.clone() }
    }
}

impl From<&Period> for WindowView {
    fn from(period: &Period) -> Self {
        Self {
            period_start: period.start_date,
            deadline: period.confirm_by,
            pay_date: period.pay_date,
        }
    }
}
