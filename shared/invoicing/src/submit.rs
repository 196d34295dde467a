//! What a provider does with its documents: creates, submits and deletes them.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::Period;
use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{
    CannotChange, CannotSubmitInvoice, Claim, Draft, InvoiceBody, InvoiceHead, InvoiceId,
    InvoiceNumber, InvoiceState,
};
use domain::money::Money;
use files::{Place, to_json};

use crate::load::{Known, open_draft};
use crate::{Invoicing, InvoicingError, RACES_MAX, Shown};

/// What a person submits.
#[derive(Debug, Clone)]
pub struct Claiming {
    /// Of the document that the person read.
    pub digest: String,
    /// The tax on the supplier's own invoice, if it differs.
    pub suppliers_tax: Option<Money>,
    /// What is said with it: the answer to a dispute.
    pub comment: String,
    /// The person's full name.
    pub by: String,
}

/// A document that is about to be submitted.
struct Ready<'a> {
    known: &'a Known,
    period: &'a Period,
    head: InvoiceHead,
    draft: Draft,
}

impl Invoicing {
    /// A draft for the confirmed weeks of a period that are not invoiced; the one that is there already, if there
    /// is. Whether it is new.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`] of no such contract or period; [`CannotSubmitInvoice::Blank`] if there is
    /// nothing to invoice.
    pub async fn create(
        &self,
        provider: &ProviderRef,
        (contract, start): (&ContractRef, NaiveDate),
        by: &str,
        now: Now,
    ) -> Result<(Shown, bool), InvoicingError> {
        for _ in 0..RACES_MAX {
            let known = self.known(provider, contract).await?;
            let period = known.period(start).ok_or(InvoicingError::NotFound)?;
            let mut heads = self.store.invoices_of_period(provider, contract, start).await?;
            if let Some(there) = open_draft(&heads).cloned() {
                return Ok((self.shown(&known, there, &heads, now).await?, false));
            }
            if self.compute(&known, period, &heads).await?.is_blank() {
                return Err(CannotSubmitInvoice::Blank.into());
            }
            let last = heads.iter().map(|head| head.invoice_id.n).max().unwrap_or(0);
            let n = last.checked_add(1).ok_or(InvoicingError::NoMoreNumbers)?;
            let id = InvoiceId { contract_ref: contract.clone(), period_start: start, n };
            let head = InvoiceHead::draft(id, &known.facts.contract, period, by, now);
            match self.save(head).await {
                Err(error) if error.is_stale() => {}
                saved => {
                    let head = saved?;
                    heads.push(head.clone());
                    return Ok((self.shown(&known, head, &heads, now).await?, true));
                }
            }
        }
        Err(InvoicingError::Busy)
    }

    /// A provider claims what a draft says, or stands by what the council disputes. Done twice, it is done once.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`]; [`InvoicingError::NotSubmitted`] if it is blank, has changed since it was
    /// read, or something about VAT is missing; [`InvoicingError::Unchanged`] if it is neither a draft nor disputed.
    pub async fn submit(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        claiming: &Claiming,
        now: Now,
    ) -> Result<Shown, InvoicingError> {
        for _ in 0..RACES_MAX {
            let known = self.known(provider, &id.contract_ref).await?;
            let (head, mut heads) = self.heads(provider, id).await?;
            let saved = match head.state {
                InvoiceState::Draft => self.claim(&known, head, &heads, (claiming, now)).await,
                InvoiceState::Disputed => {
                    is_as_read(&head, claiming)?;
                    let again = head.resubmit(&claiming.by, &claiming.comment, now)?;
                    self.save(again).await
                }
                // Our own answer to a first try may have been lost.
                InvoiceState::Submitted => is_as_read(&head, claiming).map(|()| head),
                InvoiceState::Approved | InvoiceState::Paid | InvoiceState::Deleted => {
                    let (is, to) = (head.state, InvoiceState::Submitted);
                    Err(CannotChange::From { is, to }.into())
                }
            };
            match saved {
                Err(error) if error.is_stale() => {}
                saved => {
                    let head = saved?;
                    heads.retain(|it| it.invoice_id != head.invoice_id);
                    return self.shown(&known, head, &heads, now).await;
                }
            }
        }
        Err(InvoicingError::Busy)
    }

    /// Fixes the lines of a draft and gives it its number.
    async fn claim(
        &self,
        known: &Known,
        head: InvoiceHead,
        heads: &[InvoiceHead],
        (claiming, now): (&Claiming, Now),
    ) -> Result<InvoiceHead, InvoicingError> {
        let period = known.period(head.invoice_id.period_start).ok_or(InvoicingError::NotFound)?;
        let draft = self.compute(known, period, heads).await?;
        let mut submitting = known.submitting(&head, &claiming.digest);
        submitting.suppliers_tax = claiming.suppliers_tax;
        let draft = submitting.check(draft)?;
        let ready = Ready { known, period, head, draft };
        let (head, body) = self.fix(ready, &claiming.by, now).await?;
        let provider = &known.provider.provider_ref;
        let next = self.store.next_invoice_number(provider).await?;
        let head = head.submit(claim(body, next.number))?;
        self.store.submit_invoice(&head, next).await?;
        Ok(InvoiceHead { version: head.version.saturating_add(1), ..head })
    }

    /// Writes the lines once, and reads back what is written.
    async fn fix(
        &self,
        ready: Ready<'_>,
        by: &str,
        now: Now,
    ) -> Result<(InvoiceHead, InvoiceBody), InvoicingError> {
        let Ready { known, period, head, draft } = ready;
        let id = head.invoice_id.clone();
        let body = InvoiceBody::of(draft, id, &known.facts.contract, period, (by, now.instant));
        let place = Place::invoice(&body.invoice_id, body.submitted_at, &body.digest);
        self.objects.put_if_absent(&place, to_json(&body)?).await?;
        let there = self.body_at(&place).await?;
        let there = there.ok_or_else(|| InvoicingError::Body(place.name.clone()))?;
        // Two who submit the same at the very same instant, with another tax.
        if there == body { Ok((head, there)) } else { Err(InvoicingError::Busy) }
    }

    /// A draft is not wanted. Done twice, it is done once.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`]; [`InvoicingError::Unchanged`] if it is no draft.
    pub async fn delete(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        by: &str,
        now: Now,
    ) -> Result<Shown, InvoicingError> {
        let known = self.known(provider, &id.contract_ref).await?;
        let head = self.change(provider, id, |head| {
            let deleted = head.state == InvoiceState::Deleted;
            if deleted { Ok(None) } else { head.delete(by, now).map(Some) }
        });
        self.shown(&known, head.await?, &[], now).await
    }

    /// Changes a head, again if somebody else was faster. `change` answers none if it is as it should be.
    pub(crate) async fn change<E: Into<InvoicingError>>(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        change: impl Fn(InvoiceHead) -> Result<Option<InvoiceHead>, E>,
    ) -> Result<InvoiceHead, InvoicingError> {
        for _ in 0..RACES_MAX {
            let head = self.store.invoice(provider, id).await?.ok_or(InvoicingError::NotFound)?;
            let Some(changed) = change(head.clone()).map_err(Into::into)? else {
                return Ok(head);
            };
            match self.save(changed).await {
                Err(error) if error.is_stale() => {}
                saved => return saved,
            }
        }
        Err(InvoicingError::Busy)
    }

    async fn save(&self, head: InvoiceHead) -> Result<InvoiceHead, InvoicingError> {
        self.store.save_invoice(&head).await?;
        Ok(InvoiceHead { version: head.version.saturating_add(1), ..head })
    }
}

fn is_as_read(head: &InvoiceHead, claiming: &Claiming) -> Result<(), InvoicingError> {
    let same = head.claim.as_ref().is_some_and(|claim| claim.digest == claiming.digest);
    if same { Ok(()) } else { Err(CannotSubmitInvoice::Changed.into()) }
}

fn claim(body: InvoiceBody, number: InvoiceNumber) -> Claim {
    let takes_back = body.takes_back().into_iter().cloned().collect();
    Claim {
        number,
        kind: body.kind,
        net: body.net,
        vat: body.vat,
        total: body.total,
        lines: u32::try_from(body.lines.len()).unwrap_or(u32::MAX),
        takes_back,
        digest: body.digest,
        submitted_at: body.submitted_at,
        submitted_by: body.submitted_by,
    }
}
