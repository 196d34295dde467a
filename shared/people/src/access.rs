//! What somebody may do follows from what their record says.

use domain::account::StaffAccess;
use domain::clock::Now;
use domain::facts::{Contact, StaffMember};
use domain::ids::{ContactRef, ProviderRef, StaffRef};
use domain::sign_in::EmailAddress;
use store::keys::Key;
use store::{Colleague, Given, Guest, OutboxEmail, Welcome};

use crate::{People, PeopleError, RACES_MAX};

impl People {
    /// Makes a contact's access what the contact's record says now. `email_before`: what the contact signed in
    /// with before, if it was something else. Whoever loses access loses their sessions at once.
    ///
    /// The record is read again afterwards: of two changes that race, whoever comes last sees what holds.
    ///
    /// # Errors
    ///
    /// [`PeopleError`] if the table or the mail queue cannot be reached. Asked again, it goes on.
    pub async fn make_access(
        &self,
        provider: &ProviderRef,
        contact_ref: &ContactRef,
        email_before: Option<&EmailAddress>,
        now: Now,
    ) -> Result<(), PeopleError> {
        let key = Key::contact(provider, contact_ref);
        let mut known = self.store.known::<Contact>(&key).await?;
        for _ in 0..RACES_MAX {
            let Some(contact) = known.as_ref().map(|it| &it.fact) else { return Ok(()) };
            let email = contact.sign_in();
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
        Err(PeopleError::Busy)
    }

    /// Takes access away, unless it is another contact's by now.
    async fn take_access(
        &self,
        email: &EmailAddress,
        contact: &Contact,
    ) -> Result<(), PeopleError> {
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
    ) -> Result<(), PeopleError> {
        let settings = self.store.settings().await?;
        let head = self.head(&settings)?;
        let provider = self.store.provider(&contact.provider_ref).await?;
        let name = provider.map_or_else(|| contact.provider_ref.to_string(), |it| it.name);
        let about = (contact.provider_ref.as_str(), name.as_str());
        let letter = |news: Welcome<'_>| identity::welcome(&head, &email, about, news, now.instant);
        let random = (self.random)(&email);
        let guest = Guest {
            email: email.clone(),
            name: contact.name(),
            provider_ref: contact.provider_ref.clone(),
            contact_ref: contact.contact_ref.clone(),
            roles: contact.roles.clone(),
        };
        let given = self.store.give_access(&guest, random, now.instant, letter).await?;
        self.tell_of(&given, &email, letter, contact.contact_ref.as_str()).await
    }

    /// Makes the access of one of the council's people what their record says now, as [`People::make_access`]
    /// does for a contact.
    ///
    /// # Errors
    ///
    /// [`PeopleError`] if the table or the mail queue cannot be reached. Asked again, it goes on.
    pub async fn make_staff_access(
        &self,
        staff_ref: &StaffRef,
        email_before: Option<&EmailAddress>,
        now: Now,
    ) -> Result<(), PeopleError> {
        let key = Key::staff(staff_ref);
        let mut known = self.store.known::<StaffMember>(&key).await?;
        for _ in 0..RACES_MAX {
            let Some(member) = known.as_ref().map(|it| &it.fact) else { return Ok(()) };
            let email = member.sign_in();
            if let Some(before) = email_before.filter(|before| Some(*before) != email.as_ref()) {
                let access = self.store.staff_access(before).await?;
                if access.is_none_or(|access| access.staff_ref == *staff_ref) {
                    self.store.take_staff_access(before).await?;
                }
            }
            if let Some(email) = email {
                self.give_staff_access(email, member, now).await?;
            }
            let again = self.store.known::<StaffMember>(&key).await?;
            if again == known {
                return Ok(());
            }
            known = again;
        }
        Err(PeopleError::Busy)
    }

    async fn give_staff_access(
        &self,
        email: EmailAddress,
        member: &StaffMember,
        now: Now,
    ) -> Result<(), PeopleError> {
        let settings = self.store.settings().await?;
        let head = self.head(&settings)?;
        let letter = |news: Welcome<'_>| identity::welcome_staff(&head, &email, news, now.instant);
        let random = (self.random)(&email);
        let access = StaffAccess {
            staff_ref: member.staff_ref.clone(),
            name: member.name(),
            roles: member.roles.clone(),
            teams: member.teams.clone(),
            version: 0,
        };
        let colleague = Colleague { email: email.clone(), access };
        let given = self.store.give_staff_access(&colleague, random, now.instant, letter).await?;
        self.tell_of(&given, &email, letter, member.staff_ref.as_str()).await
    }

    /// Tells the mail queue of the invitation, or of what else was written, whoever wrote it.
    async fn tell_of(
        &self,
        given: &Given,
        email: &EmailAddress,
        letter: impl Fn(Welcome<'_>) -> OutboxEmail,
        whose: &str,
    ) -> Result<(), PeopleError> {
        if *given == Given::OtherSide {
            // Two files of the same moment: the next one that says so is refused and tells why.
            cloud::tracing::warn!(whose, "no access: the address belongs to the other side");
            return Ok(());
        }
        self.tell_mail(&identity::invitation_id(email)).await?;
        self.tell_mail(&letter(Welcome::Granted).outbox_id).await
    }
}
