//! Settings, providers and their contacts.

use domain::facts::{Contact, Provider};
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, Times, change_setting};
use domain::ids::{ContactRef, ProviderRef};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use store::keys::Key;
use store::{AfterWrite, Known, MissingKind, Told};

use crate::desk::{Desk, Stop, changed, merged, needed};

impl Desk<'_> {
    pub(crate) async fn setting(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let key = Key::settings();
        let known = self.settings.get(self.store, &key).await?;
        let mut known = known.unwrap_or_else(|| Known::new(Settings::default(), Told::default()));
        let name = row.key().to_lowercase();
        let before = known.told.rows_told.get(&name);
        if before.is_some_and(|times| at < times.at) {
            return Ok(Outcome::Superseded);
        }
        let new = before.is_none();
        let after = change_setting(&known.fact, row)?;
        let outcome = match after == known.fact {
            true => Outcome::Unchanged,
            false if new => Outcome::New,
            false => Outcome::Changed,
        };
        known.fact = after;
        known.told.rows_told.insert(name, Times::of(at));
        self.settings.set(key, known, changed(outcome));
        Ok(outcome)
    }

    pub(crate) async fn provider(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let provider_ref: ProviderRef = needed(row, "provider_ref")?;
        let key = Key::provider(&provider_ref);
        let known = self.providers.get(self.store, &key).await?;
        let merged = merged::<Provider>(known.as_ref(), row, at)?;
        let Some(provider) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if let Some(parent) = provider.parent_ref.as_ref().filter(|it| **it != provider_ref) {
            self.must_know(MissingKind::Provider, parent.as_str()).await?;
        }
        self.now_known(MissingKind::Provider, provider_ref.as_str());
        let known = told(known, provider, merged.times);
        self.providers.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    pub(crate) async fn contact(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let provider_ref: ProviderRef = needed(row, "provider_ref")?;
        let contact_ref: ContactRef = needed(row, "contact_ref")?;
        let key = Key::contact(&provider_ref, &contact_ref);
        let known = self.contacts.get(self.store, &key).await?;
        let merged = merged::<Contact>(known.as_ref(), row, at)?;
        let Some(contact) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        self.must_know(MissingKind::Provider, provider_ref.as_str()).await?;
        let before = known.as_ref().map(|it| &it.fact);
        let (access, access_before) = (sign_in(&contact), before.and_then(sign_in));
        if let Some(email) = &access {
            self.only_contact_with(email, &contact).await?;
        }
        if access != access_before || before.map(|it| &it.roles) != Some(&contact.roles) {
            let email_before = access_before.filter(|it| Some(it) != access.as_ref());
            self.after.push(AfterWrite::Access { provider_ref, contact_ref, email_before });
        }
        let known = told(known, contact, merged.times);
        self.contacts.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    /// Two contacts of a provider cannot sign in with one address: their roles could not be told apart.
    async fn only_contact_with(
        &mut self,
        email: &EmailAddress,
        contact: &Contact,
    ) -> Result<(), Stop> {
        let other = |it: &Contact| {
            it.provider_ref == contact.provider_ref
                && it.contact_ref != contact.contact_ref
                && sign_in(it).as_ref() == Some(email)
        };
        let mut found = self.contacts.all().map(|it| &it.fact).find(|it| other(it)).cloned();
        if found.is_none()
            && let Some(access) = self.store.access_to(email, &contact.provider_ref).await?
        {
            let key = Key::contact(&contact.provider_ref, &access.contact_ref);
            let holder = self.contacts.get(self.store, &key).await?;
            found = holder.map(|it| it.fact).filter(other);
        }
        match found {
            None => Ok(()),
            Some(other) => {
                let message = format!(
                    "portal_email: Contact {} of this provider signs in with this address. Use another, or clear it there first.",
                    other.contact_ref
                );
                Err(RowProblem::at("portal_email", Code::I30, message).into())
            }
        }
    }
}

/// What a contact signs in with; none without roles.
pub(crate) fn sign_in(contact: &Contact) -> Option<EmailAddress> {
    let email = contact.portal_email.as_ref().filter(|_| !contact.roles.is_empty())?;
    email.parse().ok()
}

/// The record with what it says now.
pub(super) fn told<T>(known: Option<Known<T>>, fact: T, times: Times) -> Known<T> {
    match known {
        Some(known) => {
            let told = known.told.clone().as_of(times);
            known.saying(fact, told)
        }
        None => Known::new(fact, Told::default().as_of(times)),
    }
}
