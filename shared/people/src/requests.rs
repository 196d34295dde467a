//! What providers ask the council to change about their contacts, and what the council answers.

use domain::change_request::{
    Answer, Answered, Asked, CannotRequest, ChangeRequest, ContactDetails, ContactForm,
    RequestState, RequestType,
};
use domain::clock::Now;
use domain::facts::Contact;
use domain::failure::FieldError;
use domain::feed::{Feed, FileTime, Times};
use domain::ids::{ChangeRequestRef, ContactRef, ProviderRef};
use domain::notice::{Happening, Subscription};
use domain::permission::Permission;
use domain::request_id::RequestId;
use domain::sign_in::EmailAddress;
use messages::templates;
use store::keys::Key;
use store::{
    Action, AfterRequest, Batch, Known, News, OutboxEmail, OutboxId, QueuedRequest, Store, Telling,
    Told,
};

use crate::{People, PeopleError, RACES_MAX};

/// What a page asks for.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Somebody is to become a contact.
    NewContact(ContactForm),
    /// A contact is to say something else.
    UpdateContact(ContactRef, ContactForm),
    /// A contact is to lose these roles, or all if none is named.
    DeleteContactRole(ContactRef, Vec<String>),
}

/// Who asks, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// For whom.
    pub provider: &'a ProviderRef,
    /// Their name.
    pub name: &'a str,
    /// To tell them the answer.
    pub email: &'a EmailAddress,
}

/// What the council's officer decides.
#[derive(Debug, Clone, Copy)]
pub enum Verdict<'a> {
    /// It is done.
    Accept,
    /// It is not, for this reason, which the provider reads.
    Reject(&'a str),
}

impl People {
    /// A provider asks for a change. The same `request_id` again is answered with the request that it made.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Missing`] no such contact; [`CannotRequest`] something is wrong with the form, or another
    /// request about the same contact waits.
    pub async fn ask(
        &self,
        asking: Asking<'_>,
        request_id: &RequestId,
        wish: &Wish,
        now: Now,
    ) -> Result<ChangeRequest, PeopleError> {
        let request_ref = ChangeRequestRef::of(asking.provider, request_id);
        for _ in 0..RACES_MAX {
            if let Some(there) = self.store.change_request(asking.provider, &request_ref).await? {
                return Ok(there);
            }
            let (asked, name) = self.asked(asking.provider, wish).await?;
            let about = asked.about();
            if let Some(other) = self.store.change_request_about(asking.provider, &about).await? {
                return Err(other.waiting().into());
            }
            let request = ChangeRequest {
                request_ref: request_ref.clone(),
                provider_ref: asking.provider.clone(),
                name,
                asked,
                submitted_at: now.instant,
                submitted_by: asking.name.to_owned(),
                submitted_email: asking.email.clone(),
                state: RequestState::Pending,
                version: 0,
            };
            let provider_name = self.name_of(asking.provider).await?;
            let queued = QueuedRequest { request: request.clone(), provider_name };
            match self.store.submit_change_request(&queued).await {
                Err(error) if error.is_stale() => {}
                done => return Ok(done.map(|()| ChangeRequest { version: 1, ..request })?),
            }
        }
        Err(PeopleError::Busy)
    }

    /// What is asked for, checked against who is there.
    async fn asked(
        &self,
        provider: &ProviderRef,
        wish: &Wish,
    ) -> Result<(Asked, String), PeopleError> {
        match wish {
            Wish::NewContact(form) => {
                let contact = read(form)?;
                self.own_address(provider, None, &contact).await?;
                let name = contact.name();
                Ok((Asked::NewContact { contact }, name))
            }
            Wish::UpdateContact(contact_ref, form) => {
                let contact = self.contact_of(provider, contact_ref).await?;
                let after = read(form)?;
                self.own_address(provider, Some(contact_ref), &after).await?;
                Ok((Asked::update(&contact, after)?, contact.name()))
            }
            Wish::DeleteContactRole(contact_ref, roles) => {
                let contact = self.contact_of(provider, contact_ref).await?;
                Ok((Asked::removal(&contact, roles)?, contact.name()))
            }
        }
    }

    async fn contact_of(
        &self,
        provider: &ProviderRef,
        contact: &ContactRef,
    ) -> Result<Contact, PeopleError> {
        self.store.contact(provider, contact).await?.ok_or(PeopleError::Missing)
    }

    /// Nobody else of the provider may sign in with the address. What else speaks against it the council sees.
    async fn own_address(
        &self,
        provider: &ProviderRef,
        contact: Option<&ContactRef>,
        details: &ContactDetails,
    ) -> Result<(), PeopleError> {
        let Some(email) = &details.portal_email else { return Ok(()) };
        let Some(other) = self.holder(provider, contact, email).await? else { return Ok(()) };
        let message = format!("{} signs in with this address already", other.name());
        Err(CannotRequest::Invalid(vec![FieldError::new("portal_email", message)]).into())
    }

    /// Which other contact of the provider signs in with an address.
    async fn holder(
        &self,
        provider: &ProviderRef,
        but: Option<&ContactRef>,
        email: &EmailAddress,
    ) -> Result<Option<Contact>, PeopleError> {
        let contacts = self.store.contacts(provider).await?;
        let mut others = contacts.into_iter().filter(|it| Some(&it.contact_ref) != but);
        Ok(others.find(|it| it.sign_in().as_ref() == Some(email)))
    }

    /// A provider withdraws one of its requests.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Missing`] no such request; [`CannotRequest::Decided`] the council was faster.
    pub async fn withdraw(
        &self,
        provider: &ProviderRef,
        request_ref: &ChangeRequestRef,
        by: &str,
        now: Now,
    ) -> Result<ChangeRequest, PeopleError> {
        for _ in 0..RACES_MAX {
            let request = self.request_of(provider, request_ref).await?;
            let answer = Answer { by: by.to_owned(), staff_ref: None, at: now.instant };
            let request = match request.withdraw(answer)? {
                Answered::Before(request) => return Ok(request),
                Answered::Now(request) => request,
            };
            let mut batch = Batch::default();
            let queued = self.queued(request.clone()).await?;
            Store::answer_change_request(&mut batch, &queued, None);
            if self.written(batch).await? {
                return Ok(saved(request));
            }
        }
        Err(PeopleError::Busy)
    }

    /// The council's officer `by` answers a request. What is accepted has been done when this returns: the contact
    /// says what was asked for, is invited, or has lost roles and the sessions that used them.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Missing`] no such request; [`CannotRequest`] somebody else was faster, or it cannot be
    /// accepted. Interrupted and asked again, or by [`People::finish_requests`], it goes on.
    pub async fn decide(
        &self,
        (provider, request_ref): (&ProviderRef, &ChangeRequestRef),
        by: &Answer,
        verdict: Verdict<'_>,
        now: Now,
    ) -> Result<ChangeRequest, PeopleError> {
        for _ in 0..RACES_MAX {
            let request = self.request_of(provider, request_ref).await?;
            let answered = match verdict {
                Verdict::Accept => request.accept(by.clone())?,
                Verdict::Reject(reason) => request.reject(by.clone(), reason)?,
            };
            let after = match &answered {
                Answered::Before(_) => {
                    self.store.after_change_request(provider, request_ref).await?
                }
                Answered::Now(request) => match self.write_answer(request, now).await? {
                    Some(after) => Some(after),
                    None => continue,
                },
            };
            if let Some(after) = after {
                self.follow_request(&after, now).await?;
            }
            return Ok(match answered {
                Answered::Before(request) => request,
                Answered::Now(request) => saved(request),
            });
        }
        Err(PeopleError::Busy)
    }

    /// Writes an answer with everything that it changes; gives what must follow, or none if somebody was faster.
    async fn write_answer(
        &self,
        request: &ChangeRequest,
        now: Now,
    ) -> Result<Option<AfterRequest>, PeopleError> {
        let mut batch = Batch::default();
        let mut after = AfterRequest {
            provider_ref: request.provider_ref.clone(),
            request_ref: request.request_ref.clone(),
            contact_ref: None,
            email_before: None,
            told: None,
        };
        if matches!(request.state, RequestState::Accepted { .. }) {
            self.lay_out(request, &mut batch, &mut after, now).await?;
        }
        let queued = self.queued(request.clone()).await?;
        let email = self.letter(&queued, now).await?;
        after.told = email.as_ref().map(|it| it.outbox_id.clone());
        Store::answer_change_request(&mut batch, &queued, Some(&after));
        let at_once = Telling::emails(email.into_iter().collect());
        for action in at_once.with_news([decided(request, now)]).actions() {
            batch.add(action);
        }
        Ok(self.written(batch).await?.then_some(after))
    }

    /// Adds the contact as it will be.
    async fn lay_out(
        &self,
        request: &ChangeRequest,
        batch: &mut Batch,
        after: &mut AfterRequest,
        now: Now,
    ) -> Result<(), PeopleError> {
        let new = request.new_contact_ref();
        let contact_ref = request.asked.contact_ref().unwrap_or(&new);
        let key = Key::contact(&request.provider_ref, contact_ref);
        let known = self.store.known::<Contact>(&key).await?;
        let before = known.as_ref().map(|it| it.fact.clone());
        let contact = request.asked.applied_to(before.as_ref(), request)?;
        if let Some(why) = self.taken(&contact).await? {
            return Err(CannotRequest::AddressTaken(why).into());
        }
        let columns: Vec<_> = request.asked.details().iter().map(|it| it.column).collect();
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let at = FileTime::of_instant(now.instant);
        let times = Times::with_columns(times, Feed::Contacts, &columns, at);
        if let Some(email) = contact.sign_in() {
            let staff = Key::staff_access(email.as_str());
            batch.add(Action::check(staff).if_absent());
        }
        let email_before = before.as_ref().and_then(Contact::sign_in);
        after.email_before = email_before.filter(|it| Some(it) != contact.sign_in().as_ref());
        after.contact_ref = Some(contact_ref.clone());
        let known = match known {
            Some(known) => {
                let told = known.told.clone().as_of(times);
                known.saying(contact, told)
            }
            None => Known::new(contact, Told::default().as_of(times)),
        };
        batch.save(key, &known, true);
        Ok(())
    }

    /// Why nobody can be given the address that a contact is to sign in with; none: it is free.
    async fn taken(&self, contact: &Contact) -> Result<Option<String>, PeopleError> {
        let Some(email) = contact.sign_in() else { return Ok(None) };
        if self.store.staff_access(&email).await?.is_some() {
            let why = "One of the council's own people signs in with this address, and nobody may be both. Reject the request, and ask for another address.";
            return Ok(Some(why.to_owned()));
        }
        let other = self.holder(&contact.provider_ref, Some(&contact.contact_ref), &email).await?;
        Ok(other.map(|other| {
            format!(
                "{} of the same provider signs in with this address. Reject the request, and ask for another address.",
                other.name()
            )
        }))
    }

    /// Does what must follow from answered requests where whoever answered was interrupted.
    ///
    /// # Errors
    ///
    /// The last of the failures, when everything was tried.
    pub async fn finish_requests(&self, now: Now) -> Result<(), PeopleError> {
        let mut outcome = Ok(());
        for after in self.store.after_change_requests().await? {
            if let Err(error) = self.follow_request(&after, now).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    async fn follow_request(&self, after: &AfterRequest, now: Now) -> Result<(), PeopleError> {
        if let Some(contact) = &after.contact_ref {
            let before = after.email_before.as_ref();
            self.make_access(&after.provider_ref, contact, before, now).await?;
        }
        if let Some(told) = &after.told {
            self.tell_mail(told).await?;
        }
        Ok(self.store.followed_change_request(after).await?)
    }

    /// The email that tells whoever asked, if they want to be told at once.
    async fn letter(
        &self,
        queued: &QueuedRequest,
        now: Now,
    ) -> Result<Option<OutboxEmail>, PeopleError> {
        let QueuedRequest { request, provider_name } = queued;
        let settings = self.store.settings().await?;
        let what = Subscription::ImmediateActions;
        let asked = [request.submitted_email.to_string()].into();
        let wants = self.store.who_want(asked, what, &settings.default_subscriptions).await?;
        if wants.is_empty() {
            return Ok(None);
        }
        let head = self.head(&settings)?;
        let accepted = matches!(request.state, RequestState::Accepted { .. });
        let what = match request.asked.kind() {
            RequestType::NewContact => "a new contact",
            RequestType::UpdateContact => "a change to a contact",
            RequestType::DeleteContactRole => "taking roles away from a contact",
        };
        let letter = templates::change_request_answered(&head, provider_name, what, accepted);
        let (provider, id) = (request.provider_ref.as_str(), request.request_ref.as_str());
        Ok(Some(OutboxEmail {
            outbox_id: OutboxId::of(&["change_request", provider, id]),
            to: request.submitted_email.to_string(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
            secret: false,
            news: true,
            useful_until: None,
            created_at: now.instant,
        }))
    }

    /// What speaks against accepting a request, or should be known before: for the council's officer.
    ///
    /// # Errors
    ///
    /// [`PeopleError`] if the table cannot be read.
    pub async fn warnings(&self, request: &ChangeRequest) -> Result<Vec<String>, PeopleError> {
        if !request.is_pending() {
            return Ok(Vec::new());
        }
        let contacts = self.store.contacts(&request.provider_ref).await?;
        let about = request.asked.contact_ref();
        let now = contacts.iter().find(|it| Some(&it.contact_ref) == about);
        let Ok(after) = request.asked.applied_to(now, request) else {
            return Ok(vec![CannotRequest::ContactGone.to_string()]);
        };
        let mut warnings: Vec<String> = self.taken(&after).await?.into_iter().collect();
        warnings.extend(changed_since(request, now));
        let before = now.and_then(Contact::sign_in);
        if let Some(email) = after.sign_in().filter(|email| Some(email) != before.as_ref()) {
            let access = self.store.access_of(&email).await?;
            let others = access.iter().filter(|it| it.provider_ref != request.provider_ref).count();
            if others > 0 {
                let providers = if others == 1 {
                    "1 other provider".to_owned()
                } else {
                    format!("{others} other providers")
                };
                warnings.push(format!(
                    "Somebody signs in with this address for {providers} already. Check that it is the same person: they are told, and not invited again."
                ));
            }
        }
        let administers = |it: &Contact| {
            it.sign_in().is_some() && it.roles.iter().any(|role| role.may(Permission::Administer))
        };
        let others = contacts.iter().filter(|it| it.contact_ref != after.contact_ref);
        let lost = now.is_some_and(administers) && !administers(&after);
        if lost && !others.into_iter().any(administers) {
            warnings.push(
                "Nobody else of this provider is an administrator: after this nobody there can ask for changes to contacts.".to_owned(),
            );
        }
        Ok(warnings)
    }

    /// A request of a provider.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Missing`] it has no such request.
    pub async fn request_of(
        &self,
        provider: &ProviderRef,
        request_ref: &ChangeRequestRef,
    ) -> Result<ChangeRequest, PeopleError> {
        self.store.change_request(provider, request_ref).await?.ok_or(PeopleError::Missing)
    }

    async fn queued(&self, request: ChangeRequest) -> Result<QueuedRequest, PeopleError> {
        let provider_name = self.name_of(&request.provider_ref).await?;
        Ok(QueuedRequest { request, provider_name })
    }

    async fn name_of(&self, provider: &ProviderRef) -> Result<String, PeopleError> {
        let known = self.store.provider(provider).await?;
        Ok(known.map_or_else(|| provider.to_string(), |it| it.name))
    }

    /// Writes everything, unless somebody else was faster.
    async fn written(&self, batch: Batch) -> Result<bool, PeopleError> {
        match self.store.write_batch(batch).await {
            Err(error) if error.is_stale() => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }
}

/// What the contact says otherwise than when the request was made.
fn changed_since(request: &ChangeRequest, now: Option<&Contact>) -> Vec<String> {
    let (Asked::UpdateContact { before, .. }, Some(now)) = (&request.asked, now) else {
        return Vec::new();
    };
    let asked: Vec<_> = request.asked.details().iter().map(|it| it.column).collect();
    let since = ContactDetails::changes(before, &ContactDetails::of(now));
    let since = since.into_iter().filter(|it| asked.contains(&it.column));
    since
        .map(|it| {
            let says = it.after.unwrap_or_else(|| "empty".to_owned());
            format!("{} has changed since this was asked for: it is now {says}.", it.label)
        })
        .collect()
}

/// An answer, for the daily email. There is one to each request.
fn decided(request: &ChangeRequest, now: Now) -> News {
    News {
        provider_ref: request.provider_ref.clone(),
        happening: Happening::ChangeRequestDecided,
        id: request.request_ref.to_string(),
        count: 1,
        day: now.date,
    }
}

fn read(form: &ContactForm) -> Result<ContactDetails, PeopleError> {
    form.read().map_err(|wrong| CannotRequest::Invalid(wrong).into())
}

/// As it is in the table now.
fn saved(request: ChangeRequest) -> ChangeRequest {
    ChangeRequest { version: request.version.saturating_add(1), ..request }
}
