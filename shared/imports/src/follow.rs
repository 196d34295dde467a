//! What must follow from what a file wrote.

use cloud::tracing;
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::ids::DocumentRef;
use store::keys::Key;
use store::{AfterWrite, Delivery, MailMessage, OutboxId};

use crate::take::DocumentRow;
use crate::{Imports, ImportsError};

impl Imports {
    /// Does what must follow from what was written. It may be done again.
    pub(crate) async fn follow(&self, after: &[AfterWrite], now: Now) -> Result<(), ImportsError> {
        for after in after {
            match after {
                AfterWrite::Access { provider_ref, contact_ref, email_before } => {
                    let before = email_before.as_ref();
                    self.people.make_access(provider_ref, contact_ref, before, now).await?;
                }
                AfterWrite::Staff { staff_ref, email_before } => {
                    let before = email_before.as_ref();
                    self.people.make_staff_access(staff_ref, before, now).await?;
                }
                AfterWrite::Publish { document_ref } => self.publish(document_ref, now).await?,
                AfterWrite::Decided { provider_ref, invoice_id } => {
                    for id in self.invoicing.tell(provider_ref, invoice_id, now).await? {
                        self.tell_mail(&id).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Publishes what the council's files said of a document. What cannot be published any more, because what it is
    /// about changed since the row was taken, is reported and holds up nothing else.
    async fn publish(&self, document_ref: &DocumentRef, now: Now) -> Result<(), ImportsError> {
        let key = Key::document_row(document_ref);
        let Some(known) = self.store.known::<DocumentRow>(&key).await? else { return Ok(()) };
        let Some(at) = known.told.told.as_ref().map(|times| times.at) else { return Ok(()) };
        let settings = self.store.settings().await?;
        let publishing = known.fact.publishing(&settings.council_name, at);
        match self.agreements.publish(&publishing, now).await {
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
                let (code, document) = (error.code(), document_ref.as_str());
                tracing::error!(code, document, "document not published");
                Ok(())
            }
            other => Ok(other.map(drop)?),
        }
    }

    /// Tells the mail queue of an email that waits to be sent.
    async fn tell_mail(&self, id: &OutboxId) -> Result<(), ImportsError> {
        let record = self.store.outbox_email(id).await?;
        if record.is_some_and(|it| it.delivery == Delivery::Queued) {
            self.mail_queue.send(&MailMessage { outbox_id: id.clone() }).await?;
        }
        Ok(())
    }
}
