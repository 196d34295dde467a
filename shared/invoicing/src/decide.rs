//! What the council decides about a document, and who is told.

use domain::clock::{Now, london_date};
use domain::ids::ProviderRef;
use domain::invoice::{DocumentKind, InvoiceHead, InvoiceId, InvoiceState, Step};
use domain::notice::{Happening, Subscription};
use domain::permission::Permission;
use messages::templates::{self, AboutInvoice};
use messages::{Letter, Letterhead};
use store::{News, OutboxEmail, OutboxId};

use crate::{Invoicing, InvoicingError};

impl Invoicing {
    /// Writes the emails that tell of the council's last decision about a document. Written twice, each is there once.
    /// A document that nothing was decided about is no news.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`]; or the table cannot be written.
    pub async fn tell(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        now: Now,
    ) -> Result<Vec<OutboxId>, InvoicingError> {
        let head = self.store.invoice(provider, id).await?.ok_or(InvoicingError::NotFound)?;
        let Some((step, letter)) = Box::pin(self.letter(&head)).await? else {
            return Ok(Vec::new());
        };
        self.store.add_news(&decided(provider, &head, step)).await?;
        let (may, what) = (Permission::Invoice, Subscription::ImmediateScheduledPayments);
        let to = self.store.who_is_told(provider, may, what, None).await?;
        let mut ids = Vec::new();
        for to in to {
            let email = email(&head, step, &letter, &to, now);
            ids.push(email.outbox_id.clone());
            self.store.add_to_outbox(email).await?;
        }
        Ok(ids)
    }

    /// What is written about the council's last decision, if there was one.
    async fn letter<'h>(
        &self,
        head: &'h InvoiceHead,
    ) -> Result<Option<(&'h Step, Letter)>, InvoicingError> {
        let decided =
            |step: &&Step| matches!(step.state, InvoiceState::Disputed | InvoiceState::Approved);
        let step = head.history.iter().rev().find(decided);
        let Some((step, claim)) = step.zip(head.claim.as_ref()) else { return Ok(None) };
        let settings = self.store.settings().await?;
        let provider = self.store.provider(&head.provider_ref).await?;
        let provider_name = provider.map_or_else(|| head.provider_ref.to_string(), |it| it.name);
        let letterhead = Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?.trim_end_matches('/'),
        };
        let invoice_id = head.invoice_id.to_string();
        let about = AboutInvoice {
            is_credit_note: claim.kind == DocumentKind::CreditNote,
            number: claim.number.into(),
            invoice_id: &invoice_id,
            provider_name: &provider_name,
            contract_name: &head.contract_name,
            period_start: head.invoice_id.period_start,
            period_end: head.period_end,
            total: claim.total,
        };
        let letter = if step.state == InvoiceState::Disputed {
            templates::invoice_disputed(&letterhead, &about)
        } else {
            templates::invoice_approved(&letterhead, &about)
        };
        Ok(Some((step, letter)))
    }
}

/// A decision, for the daily email of the day on which it was made, whenever it is told. Of one document each
/// decision of a day is one.
fn decided(provider: &ProviderRef, head: &InvoiceHead, step: &Step) -> News {
    News {
        provider_ref: provider.clone(),
        happening: Happening::InvoiceDecided,
        id: format!("{}.{}", head.invoice_id, step.state.words()),
        count: 1,
        day: london_date(step.at),
    }
}

/// One decision told to one contact: always the same email.
fn email(head: &InvoiceHead, step: &Step, letter: &Letter, to: &str, now: Now) -> OutboxEmail {
    let id = head.invoice_id.to_string();
    let (what, at) = (step.state.words(), step.at.to_rfc3339());
    OutboxEmail {
        outbox_id: OutboxId::of(&["invoice", &id, what, &at, to]),
        to: to.to_owned(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
        html: letter.html.clone(),
        secret: false,
        news: true,
        useful_until: None,
        created_at: now.instant,
    }
}
