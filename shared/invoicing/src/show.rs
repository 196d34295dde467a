//! A document as somebody looks at it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::facts::{Period, Provider, VatCategory};
use domain::ids::ProviderRef;
use domain::invoice::{
    CannotSubmitInvoice, DocumentKind, Draft, InvoiceBody, InvoiceHead, InvoiceId, InvoiceNumber,
    InvoiceState, Submitting, Vat,
};
use domain::money::Money;
use domain::settings::Settings;

use crate::load::{Known, numbers};
use crate::{Invoicing, InvoicingError};

/// A document with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How far it has come.
    pub head: InvoiceHead,
    /// Its lines: as things stand now, or as they were fixed. None of one that was deleted.
    pub document: Draft,
    /// The numbers on the documents of its contract and period.
    pub numbers: BTreeMap<InvoiceId, InvoiceNumber>,
    /// Who submits it.
    pub provider: Provider,
    /// Who pays it.
    pub settings: Settings,
    /// In which period it is paid, or would be if it were submitted now; none: in none that is known yet, or it is
    /// paid.
    pub window: Option<Period>,
    /// Whether the deadline of its own period had passed when it was submitted, or has now.
    pub late: bool,
    /// What is still missing before it can be submitted.
    pub missing: Vec<CannotSubmitInvoice>,
}

/// A submitted document, for other programs.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The number on it.
    pub number: InvoiceNumber,
    /// What was submitted.
    pub body: InvoiceBody,
    /// Who submitted it.
    pub provider: Provider,
    /// Who pays it.
    pub council_name: String,
    /// The numbers of the documents whose lines it takes back, and when they were submitted.
    pub before: BTreeMap<InvoiceId, (InvoiceNumber, DateTime<Utc>)>,
}

impl Shown {
    /// Whether the provider can submit it as it is, or submit it again.
    pub fn can_submit(&self) -> bool {
        let open = matches!(self.head.state, InvoiceState::Draft | InvoiceState::Disputed);
        open && self.missing.is_empty()
    }

    /// Whether it can still be deleted.
    pub fn can_delete(&self) -> bool {
        self.head.state == InvoiceState::Draft
    }

    /// Whether a VAT invoice can be attached.
    pub fn can_attach(&self) -> bool {
        matches!(self.head.state, InvoiceState::Draft | InvoiceState::Disputed)
    }
}

impl Invoicing {
    /// A document of `provider`.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`] if it is not there, or another's.
    pub async fn show(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        now: Now,
    ) -> Result<Shown, InvoicingError> {
        let (head, heads) = self.heads(provider, id).await?;
        let known = self.known(provider, &id.contract_ref).await?;
        self.shown(&known, head, &heads, now).await
    }

    /// A document of `provider` that was submitted, for other programs.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`] if it is not there, another's, or was never submitted.
    pub async fn claimed(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
    ) -> Result<Claimed, InvoicingError> {
        let (head, heads) = self.heads(provider, id).await?;
        let number = head.claim.as_ref().ok_or(InvoicingError::NotFound)?.number;
        let (settings, provider) =
            tokio::try_join!(self.store.settings(), self.store.provider(provider))?;
        let before = heads.iter().filter_map(|head| {
            let claim = head.claim.as_ref()?;
            Some((head.invoice_id.clone(), (claim.number, claim.submitted_at)))
        });
        Ok(Claimed {
            number,
            body: self.body(&head).await?,
            provider: provider.ok_or(InvoicingError::NotFound)?,
            council_name: settings.council_name,
            before: before.collect(),
        })
    }

    /// `head` among `heads`, those of the same contract and period.
    pub(crate) async fn shown(
        &self,
        known: &Known,
        head: InvoiceHead,
        heads: &[InvoiceHead],
        now: Now,
    ) -> Result<Shown, InvoicingError> {
        let document = self.document(known, &head, heads).await?;
        let missing = match head.state {
            InvoiceState::Draft if document.is_blank() => vec![CannotSubmitInvoice::Blank],
            InvoiceState::Draft => {
                known.submitting(&head, &document.digest).missing(document.vat.category)
            }
            InvoiceState::Submitted
            | InvoiceState::Disputed
            | InvoiceState::Approved
            | InvoiceState::Paid
            | InvoiceState::Deleted => Vec::new(),
        };
        Ok(Shown {
            window: known.window_of(&head, now).cloned(),
            late: known.is_late(&head, now),
            numbers: numbers(heads),
            document,
            missing,
            provider: known.provider.clone(),
            settings: known.settings.clone(),
            head,
        })
    }

    /// The lines of `head`: fixed, or as things stand now.
    pub(crate) async fn document(
        &self,
        known: &Known,
        head: &InvoiceHead,
        heads: &[InvoiceHead],
    ) -> Result<Draft, InvoicingError> {
        if head.state.claims() {
            return Ok(fixed(self.body(head).await?));
        }
        let start = head.invoice_id.period_start;
        match known.period(start).filter(|_| head.state == InvoiceState::Draft) {
            Some(period) => self.compute(known, period, heads).await,
            None => blank(known.facts.contract.vat),
        }
    }
}

/// A document whose lines are fixed.
fn fixed(body: InvoiceBody) -> Draft {
    let InvoiceBody { kind, lines, net, vat, total, digest, .. } = body;
    Draft { kind, lines, not_included: Vec::new(), net, vat, total, digest }
}

/// What is left of one that was deleted.
fn blank(category: VatCategory) -> Result<Draft, InvoicingError> {
    Ok(Draft {
        kind: DocumentKind::Invoice,
        lines: Vec::new(),
        not_included: Vec::new(),
        net: Money::ZERO,
        vat: Vat::on(category, &[])?,
        total: Money::ZERO,
        digest: String::new(),
    })
}

impl Known {
    /// What is asked of a draft before it is submitted.
    pub(crate) fn submitting<'a>(
        &'a self,
        head: &'a InvoiceHead,
        digest: &'a str,
    ) -> Submitting<'a> {
        Submitting {
            digest,
            suppliers_tax: None,
            attachment: head.attachment.as_ref(),
            vat_number: self.provider.vat_number.as_deref(),
        }
    }

    /// In which period a document is paid, or would be if it were submitted now.
    pub(crate) fn window_of(&self, head: &InvoiceHead, now: Now) -> Option<&Period> {
        match head.state {
            InvoiceState::Paid | InvoiceState::Deleted => None,
            InvoiceState::Draft => self.window(now.instant, now),
            InvoiceState::Submitted | InvoiceState::Disputed | InvoiceState::Approved => {
                let claim = head.claim.as_ref()?;
                self.window(claim.submitted_at, now)
            }
        }
    }

    /// Whether the deadline of its own period had passed when a document was submitted, or has now.
    pub(crate) fn is_late(&self, head: &InvoiceHead, now: Now) -> bool {
        let at = head.claim.as_ref().map_or(now.instant, |claim| claim.submitted_at);
        self.is_after_deadline(head.invoice_id.period_start, at)
    }

    /// Whether the deadline of the period from `start` has passed at `at`.
    pub(crate) fn is_after_deadline(&self, start: NaiveDate, at: DateTime<Utc>) -> bool {
        self.period(start).is_some_and(|period| at >= period.confirm_by)
    }
}
