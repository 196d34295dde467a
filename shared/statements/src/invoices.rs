//! Approved invoices and credit notes: brought to the statement that pays them, and marked as paid with it.

use std::collections::BTreeSet;

use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{
    self, DOCUMENTS_MAX, InvoiceBody, InvoiceDocument, InvoiceHead, InvoiceState, LINES_MAX,
    LineRef,
};
use files::Place;
use futures::future::try_join_all;

use crate::bodies::FinalisedBody;
use crate::load::Known;
use crate::{Statements, StatementsError};

/// How many statements' worth of what waits is read, oldest first: for one that is locked and not finalised, the
/// next, and forecasts.
const STATEMENTS_READ: usize = 3;

impl Statements {
    /// The approved documents of a contract that no finalised statement took, oldest first, as many as the next
    /// statements can take.
    pub(crate) async fn approved_invoices(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Vec<InvoiceDocument>, StatementsError> {
        let mut heads = self.store.approved_invoices(provider, contract).await?;
        heads.retain(|head| head.taken_in.is_none());
        let submitted_at = |head: &InvoiceHead| head.claim.as_ref().map(|it| it.submitted_at);
        heads.sort_by_key(|head| (submitted_at(head), head.invoice_id.clone()));
        let mut lines = 0_usize;
        let with_room = heads.into_iter().take_while(|head| {
            let room = lines < STATEMENTS_READ.saturating_mul(LINES_MAX);
            let more = head.claim.as_ref().map_or(0, |claim| claim.lines);
            lines = lines.saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
            room
        });
        let read = with_room.take(STATEMENTS_READ.saturating_mul(DOCUMENTS_MAX));
        try_join_all(read.map(|head| self.invoice_document(head))).await
    }

    async fn invoice_document(
        &self,
        head: InvoiceHead,
    ) -> Result<InvoiceDocument, StatementsError> {
        let unreadable = || StatementsError::Invoice(head.invoice_id.clone());
        let claim = head.claim.as_ref().ok_or_else(unreadable)?;
        let place = Place::invoice(&head.invoice_id, claim.submitted_at, &claim.digest);
        let body: InvoiceBody = self.read_body(&place).await?;
        let before = claim.takes_back.iter().map(|id| self.store.invoice(&head.provider_ref, id));
        let before: Vec<_> = try_join_all(before).await?.into_iter().flatten().collect();
        let cancelled_before = self.cancelled_of(&before).await?;
        let taken_in = |it: InvoiceHead| Some((it.invoice_id, it.taken_in?));
        let taken_before = before.into_iter().filter_map(taken_in).collect();
        Ok(InvoiceDocument { head, body, taken_before, cancelled_before })
    }

    /// The lines of documents that finalised statements cancelled: those that took them, and those that dealt with
    /// what was held.
    async fn cancelled_of(
        &self,
        heads: &[InvoiceHead],
    ) -> Result<BTreeSet<LineRef>, StatementsError> {
        let statements: BTreeSet<_> = heads
            .iter()
            .flat_map(|it| it.taken_in.into_iter().chain(it.paid_in).map(move |start| (it, start)))
            .map(|(it, start)| (&it.invoice_id.contract_ref, start))
            .collect();
        let bodies = statements.into_iter().map(|(of, start)| self.finalised_body(of, start));
        let bodies = try_join_all(bodies).await?;
        Ok(bodies.iter().flat_map(|body| invoice::cancelled(&body.statement)).collect())
    }

    /// The documents of which a finalised statement has items, as they are with it. Those that are so already, after
    /// a run that was cut off, are left out.
    pub(crate) async fn paid_invoices(
        &self,
        known: &Known,
        body: &FinalisedBody,
    ) -> Result<Vec<InvoiceHead>, StatementsError> {
        let settled = invoice::settled(&body.statement);
        let (start, at) = (body.statement.period.start_date, body.finalised.at);
        let heads = settled.keys().map(|id| self.store.invoice(&known.provider_ref, id));
        let mut changed = Vec::new();
        for (head, (id, paid)) in try_join_all(heads).await?.into_iter().zip(&settled) {
            let head = head.ok_or_else(|| StatementsError::Invoice(id.clone()))?;
            let taken = head.state == InvoiceState::Paid || (head.taken_in.is_some() && !paid);
            if !taken {
                let taken = head.taken(start, *paid, at);
                changed.push(taken.map_err(|_other| StatementsError::Invoice(id.clone()))?);
            }
        }
        Ok(changed)
    }
}
