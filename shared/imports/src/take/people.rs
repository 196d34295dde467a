//! Settings, providers and their contacts.

use domain::change_request::ChangeRequest;
use domain::facts::{Contact, Provider, StaffMember, Team};
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, Times, read_setting};
use domain::ids::{ContactRef, ProviderRef, StaffRef, TeamRef};
use domain::setting_changes::SettingChanges;
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use store::keys::Key;
use store::{AfterWrite, Known, MissingKind, Told};

use crate::desk::{Desk, Stop, changed, merged, needed};

impl Desk<'_> {
    pub(crate) async fn setting(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let said = read_setting(row, at)?;
        let (key, changes_key) = (Key::settings(), Key::setting_changes());
        let known = self.settings.get(self.store, &key).await?;
        let mut known = known.unwrap_or_else(|| Known::new(Settings::default(), Told::default()));
        let changes = self.setting_changes.get(self.store, &changes_key).await?;
        let mut changes = changes.unwrap_or_else(|| {
            Known::new(SettingChanges::over(known.fact.clone()), Told::default())
        });
        let said_before = changes.fact.clone();
        let outcome = changes.fact.tell(said);
        let after = changes.fact.brought_to(self.now.date);
        let (is_said, is_changed) = (changes.fact != said_before, after != known.fact);
        known.fact = after;
        self.setting_changes.set(changes_key, changes, is_said);
        self.settings.set(key, known, is_changed);
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
        self.list(&provider);
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
        let (access, access_before) = (contact.sign_in(), before.and_then(Contact::sign_in));
        if let Some(email) = &access {
            self.only_contact_with(email, &contact, at).await?;
            self.no_colleague_with(email).await?;
        }
        if access != access_before || before.map(|it| &it.roles) != Some(&contact.roles) {
            let email_before = access_before.filter(|it| Some(it) != access.as_ref());
            self.after.push(AfterWrite::Access { provider_ref, contact_ref, email_before });
        }
        let known = told(known, contact, merged.times);
        self.contacts.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    pub(crate) async fn team(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let team_ref: TeamRef = needed(row, "team_ref")?;
        let key = Key::team(&team_ref);
        let known = self.teams.get(self.store, &key).await?;
        let merged = merged::<Team>(known.as_ref(), row, at)?;
        let Some(team) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        self.now_known(MissingKind::Team, team_ref.as_str());
        let known = told(known, team, merged.times);
        self.teams.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    pub(crate) async fn staff(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let staff_ref: StaffRef = needed(row, "staff_ref")?;
        let key = Key::staff(&staff_ref);
        let known = self.staff.get(self.store, &key).await?;
        let merged = merged::<StaffMember>(known.as_ref(), row, at)?;
        let Some(member) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        for team in &member.teams {
            self.must_know(MissingKind::Team, team.as_str()).await?;
        }
        let before = known.as_ref().map(|it| &it.fact);
        let (access, access_before) = (member.sign_in(), before.and_then(StaffMember::sign_in));
        if let Some(email) = &access {
            self.only_colleague_with(email, &member).await?;
            self.no_contact_with(email).await?;
        }
        if merged.outcome != Outcome::Unchanged {
            let email_before = access_before.filter(|it| Some(it) != access.as_ref());
            self.after.push(AfterWrite::Staff { staff_ref, email_before });
        }
        let known = told(known, member, merged.times);
        self.staff.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    /// Two of the council's people cannot sign in with one address.
    async fn only_colleague_with(
        &mut self,
        email: &EmailAddress,
        member: &StaffMember,
    ) -> Result<(), Stop> {
        let other = |it: &StaffMember| {
            it.staff_ref != member.staff_ref && it.sign_in().as_ref() == Some(email)
        };
        let mut found = self.staff.all().map(|it| &it.fact).find(|it| other(it)).cloned();
        if found.is_none()
            && let Some(access) = self.store.staff_access(email).await?
        {
            let holder = self.staff.get(self.store, &Key::staff(&access.staff_ref)).await?;
            found = holder.map(|it| it.fact).filter(other);
        }
        let Some(other) = found else { return Ok(()) };
        let message = format!(
            "email: {} signs in with this address. Use another, or clear it there first.",
            other.staff_ref
        );
        Err(RowProblem::at("email", Code::I30, message).into())
    }

    /// Nobody is of the council and of a provider: they would answer their own questions.
    async fn no_contact_with(&mut self, email: &EmailAddress) -> Result<(), Stop> {
        let access = self.store.access_of(email).await?;
        let Some(first) = access.first() else { return Ok(()) };
        let message = format!(
            "email: Contact {} of provider {} signs in with this address, and nobody may be both. Use another address, or clear portal_email there in a contacts file first.",
            first.contact_ref, first.provider_ref
        );
        Err(RowProblem::at("email", Code::I38, message).into())
    }

    /// The same, the other way round.
    async fn no_colleague_with(&mut self, email: &EmailAddress) -> Result<(), Stop> {
        if let Some(access) = self.store.staff_access(email).await? {
            let message = format!(
                "portal_email: {} of the council's own people signs in with this address, and nobody may be both. Use another address, or clear email there in a staff file first.",
                access.staff_ref
            );
            return Err(RowProblem::at("portal_email", Code::I38, message).into());
        }
        self.only_without(Key::staff_access(email.as_str()));
        Ok(())
    }

    /// Two contacts of a provider cannot sign in with one address: their roles could not be told apart. One that an
    /// accepted request made before the file gives its place to the council's own.
    async fn only_contact_with(
        &mut self,
        email: &EmailAddress,
        contact: &Contact,
        at: FileTime,
    ) -> Result<(), Stop> {
        let other = |it: &Contact| {
            it.provider_ref == contact.provider_ref
                && it.contact_ref != contact.contact_ref
                && it.sign_in().as_ref() == Some(email)
        };
        let mut found = self.contacts.all().find(|it| other(&it.fact)).cloned();
        if found.is_none()
            && let Some(access) = self.store.access_to(email, &contact.provider_ref).await?
        {
            let key = Key::contact(&contact.provider_ref, &access.contact_ref);
            let holder = self.contacts.get(self.store, &key).await?;
            found = holder.filter(|it| other(&it.fact));
        }
        let Some(other) = found else { return Ok(()) };
        let other_ref = &other.fact.contact_ref;
        if gives_way(&other, contact, at) {
            self.contacts.remove(&Key::contact(&contact.provider_ref, other_ref));
            return Ok(());
        }
        let message = format!(
            "portal_email: Contact {other_ref} of this provider signs in with this address. Use another, or clear it there first."
        );
        Err(RowProblem::at("portal_email", Code::I30, message).into())
    }
}

/// Whether `made` is the same person as `contact` of a file of `at`, under a reference that the portal made up.
fn gives_way(made: &Known<Contact>, contact: &Contact, at: FileTime) -> bool {
    let by_request = ChangeRequest::made(&made.fact.contact_ref);
    let before = made.told.told.as_ref().is_none_or(|times| times.at <= at);
    by_request && before && !ChangeRequest::made(&contact.contact_ref)
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
