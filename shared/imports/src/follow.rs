//! What must follow from what a file wrote.

use domain::clock::Now;
use store::{AfterWrite, Delivery, MailMessage, OutboxId};

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
                AfterWrite::Decided { provider_ref, invoice_id } => {
                    for id in self.invoicing.tell(provider_ref, invoice_id, now).await? {
                        self.tell_mail(&id).await?;
                    }
                }
            }
        }
        Ok(())
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
