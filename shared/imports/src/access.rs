//! What a contact may do follows from what the council's files say of the contact.

use domain::clock::Now;
use domain::facts::Contact;
use domain::ids::{ContactRef, ProviderRef};
use domain::sign_in::EmailAddress;
use messages::Letterhead;
use store::keys::Key;
use store::{AfterWrite, Delivery, Guest, MailMessage, OutboxId, Welcome};

use crate::take::sign_in;
use crate::{Imports, ImportsError, RACES_MAX};

impl Imports {
    /// Does what must follow from what was written. It may be done again.
    pub(crate) async fn follow(&self, after: &[AfterWrite], now: Now) -> Result<(), ImportsError> {
        for after in after {
            match after {
                AfterWrite::Access { provider_ref, contact_ref, email_before } => {
                    self.make_access(provider_ref, contact_ref, email_before.as_ref(), now).await?;
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

    /// Makes the contact's access what the contact's record says now.
    ///
    /// The record is read again afterwards: of two files that race, whoever comes last sees what holds.
    async fn make_access(
        &self,
        provider: &ProviderRef,
        contact_ref: &ContactRef,
        email_before: Option<&EmailAddress>,
        now: Now,
    ) -> Result<(), ImportsError> {
        let key = Key::contact(provider, contact_ref);
        let mut known = self.store.known::<Contact>(&key).await?;
        for _ in 0..RACES_MAX {
            let Some(contact) = known.as_ref().map(|it| &it.fact) else { return Ok(()) };
            let email = sign_in(contact);
            if let Some(before) = email_before.filter(|before| Some(*before) != email.as_ref()) {
                self.take_access(before, contact).await?;
            }
            if let Some(email) = email {
                self.give_access(email, contact, now).await?;
            }
            let again = self.store.known::<Contact>(&key).await?;
            if again == known {
                return Ok(());
            }
            known = again;
        }
        Err(ImportsError::Busy)
    }

    /// Takes access away, unless it is another contact's by now.
    async fn take_access(
        &self,
        email: &EmailAddress,
        contact: &Contact,
    ) -> Result<(), ImportsError> {
        let provider = &contact.provider_ref;
        let access = self.store.access_to(email, provider).await?;
        if access.is_none_or(|access| access.contact_ref == contact.contact_ref) {
            self.store.take_access(email, provider).await?;
        }
        Ok(())
    }

    async fn give_access(
        &self,
        email: EmailAddress,
        contact: &Contact,
        now: Now,
    ) -> Result<(), ImportsError> {
        let settings = self.store.settings().await?;
        let site_url = self.site_url.get()?.trim_end_matches('/');
        let (council_name, support_email) = (&settings.council_name, &settings.support_email);
        let head = Letterhead { council_name, support_email, site_url };
        let provider = self.store.provider(&contact.provider_ref).await?;
        let name = provider.map_or_else(|| contact.provider_ref.to_string(), |it| it.name);
        let about = (contact.provider_ref.as_str(), name.as_str());
        let letter = |news: Welcome<'_>| identity::welcome(&head, &email, about, news, now.instant);
        let random = (self.random)(&email);
        let guest = Guest {
            email: email.clone(),
            name: format!("{} {}", contact.forename, contact.surname),
            provider_ref: contact.provider_ref.clone(),
            contact_ref: contact.contact_ref.clone(),
            roles: contact.roles.clone(),
        };
        self.store.give_access(&guest, random, now.instant, letter).await?;
        self.tell_mail(&identity::invitation_id(&email)).await?;
        self.tell_mail(&letter(Welcome::Granted).outbox_id).await
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
