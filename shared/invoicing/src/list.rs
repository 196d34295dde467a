//! The documents of a provider, and what could be one.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{DocumentKind, Draft, InvoiceHead, InvoiceState, Vat};
use domain::money::Money;
use domain::period::periods_of;
use futures::future::try_join_all;

use crate::load::{Known, open_draft};
use crate::{Invoicing, InvoicingError};

/// Of how many periods of a contract, from the latest back, it is looked whether something is to be invoiced: a year
/// of periods of 28 days and one more.
const PERIODS_MAX: usize = 14;

/// How many heads are asked for at a time.
const PAGE_HEADS: usize = 250;
/// More documents than anybody looks through.
const HEADS_MAX: usize = 2_000;

/// The documents of a provider, and what could be one.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The contracts that are paid by what was delivered.
    pub contracts: Vec<Contract>,
    /// The documents, latest period first.
    pub rows: Vec<Row>,
    /// What is confirmed and not invoiced, latest period first.
    pub proposals: Vec<Proposal>,
}

/// A document in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// How far it has come.
    pub head: InvoiceHead,
    /// What it is.
    pub kind: DocumentKind,
    /// The sum of its lines.
    pub net: Money,
    /// The tax on them.
    pub vat: Vat,
    /// With tax.
    pub total: Money,
    /// In which period it is paid, or would be if it were submitted now.
    pub window: Option<Period>,
}

/// What is confirmed and not invoiced.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Of which contract.
    pub contract: Contract,
    /// The period in which the care was given.
    pub period: Period,
    /// What it would be.
    pub draft: Draft,
    /// Whether the deadline of its period has passed.
    pub late: bool,
}

impl Invoicing {
    /// The documents of `provider`, and what could be one.
    ///
    /// # Errors
    ///
    /// [`InvoicingError`] if the table or the bucket cannot be read.
    pub async fn overview(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Overview, InvoicingError> {
        let (contracts, heads) = tokio::try_join!(
            async { Ok(Box::pin(self.store.contracts_paid_as_delivered(provider)).await?) },
            Box::pin(self.all_of(provider)),
        )?;
        // One that has documents is shown whatever its services are now.
        let with_heads = heads.iter().map(|head| &head.invoice_id.contract_ref);
        let with_care = contracts.iter().map(|contract| &contract.contract_ref);
        let contracts: BTreeSet<&ContractRef> = with_care.chain(with_heads).collect();
        let contracts = contracts.into_iter().map(|contract| {
            let of = |head: &&InvoiceHead| head.invoice_id.contract_ref == *contract;
            let heads = heads.iter().filter(of).cloned().collect();
            self.of_contract(provider, contract, heads, now)
        });
        let mut overview = Overview::default();
        for some in try_join_all(contracts).await? {
            overview.contracts.extend(some.contracts);
            overview.rows.extend(some.rows);
            overview.proposals.extend(some.proposals);
        }
        overview.rows.sort_by(|one, other| {
            let key = |row: &Row| (row.head.invoice_id.period_start, row.head.invoice_id.clone());
            key(other).cmp(&key(one))
        });
        overview.proposals.sort_by_key(|it| std::cmp::Reverse(it.period.start_date));
        Ok(overview)
    }

    /// The heads of a provider's documents: the latest of each contract come first, and beyond a limit the rest is
    /// left out.
    async fn all_of(&self, provider: &ProviderRef) -> Result<Vec<InvoiceHead>, InvoicingError> {
        let (mut heads, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.invoices_of_provider(provider, PAGE_HEADS, after).await?;
            heads.extend(page.0);
            after = page.1;
            if after.is_none() || heads.len() >= HEADS_MAX {
                return Ok(heads);
            }
        }
    }

    async fn of_contract(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        heads: Vec<InvoiceHead>,
        now: Now,
    ) -> Result<Overview, InvoicingError> {
        let known = self.known(provider, contract).await?;
        let rows = heads.iter().filter(|head| head.state != InvoiceState::Deleted);
        let rows = try_join_all(rows.map(|head| self.row(&known, head, &heads, now)));
        let periods = known.to_look_at(&heads, now);
        let proposals = periods.iter().map(|period| self.proposal(&known, period, &heads, now));
        let (rows, proposals) = tokio::try_join!(rows, try_join_all(proposals))?;
        Ok(Overview {
            contracts: vec![known.facts.contract.clone()],
            rows,
            proposals: proposals.into_iter().flatten().collect(),
        })
    }

    async fn row(
        &self,
        known: &Known,
        head: &InvoiceHead,
        heads: &[InvoiceHead],
        now: Now,
    ) -> Result<Row, InvoicingError> {
        let window = known.window_of(head, now).cloned();
        if let Some(claim) = &head.claim {
            let (kind, net, vat, total) = (claim.kind, claim.net, claim.vat, claim.total);
            return Ok(Row { head: head.clone(), kind, net, vat, total, window });
        }
        let beside = of_period(heads, head.invoice_id.period_start);
        let Draft { kind, net, vat, total, .. } = self.document(known, head, &beside).await?;
        Ok(Row { head: head.clone(), kind, net, vat, total, window })
    }

    async fn proposal(
        &self,
        known: &Known,
        period: &Period,
        heads: &[InvoiceHead],
        now: Now,
    ) -> Result<Option<Proposal>, InvoicingError> {
        let beside = of_period(heads, period.start_date);
        let draft = self.compute(known, period, &beside).await?;
        let late = known.is_after_deadline(period.start_date, now.instant);
        let (contract, period) = (known.facts.contract.clone(), period.clone());
        Ok((!draft.is_blank()).then_some(Proposal { contract, period, draft, late }))
    }
}

impl Known {
    /// The latest periods that were submitted and have no draft.
    fn to_look_at(&self, heads: &[InvoiceHead], now: Now) -> Vec<Period> {
        let begun = periods_of(&self.facts.contract, &self.facts.periods);
        let mut begun: Vec<_> = begun.filter(|it| it.start_date <= now.date).cloned().collect();
        begun.reverse();
        begun.truncate(PERIODS_MAX);
        begun.retain(|it| {
            self.submissions.contains_key(&it.start_date)
                && open_draft(&of_period(heads, it.start_date)).is_none()
        });
        begun
    }
}

fn of_period(heads: &[InvoiceHead], start: NaiveDate) -> Vec<InvoiceHead> {
    heads.iter().filter(|head| head.invoice_id.period_start == start).cloned().collect()
}
