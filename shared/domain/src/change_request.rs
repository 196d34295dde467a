//! What a provider asks the council to change about its contacts (domain.md sections 3 and 4).
//!
//! `Pending → Accepted | Rejected(reason) | Withdrawn`. Each transition gives the request as it must be saved, under
//! the version that was read: of two people who answer at once, one does, and the other is told who did what.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::clock::london_text;
use crate::facts::Contact;
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ChangeRequestRef, ContactRef, ProviderRef, StaffRef};
use crate::permission::Role;
use crate::request_id::RequestId;
use crate::sign_in::{EmailAddress, hex};

/// The longest reason of a rejection, in characters: a few paragraphs.
pub const REASON_LENGTH_MAX: usize = 1_000;
/// The longest name, telephone number or role list, in characters; as the council's file has it.
pub const TEXT_LENGTH_MAX: usize = 200;
/// The longest address, in characters; as the council's file has it.
pub const ADDRESS_LENGTH_MAX: usize = 1_000;
/// A request that waits longer than so many days is overdue at the council: as long as an action may take.
pub const OVERDUE_AFTER_DAYS: i64 = 7;

/// What somebody typed about a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ContactForm {
    /// Given name.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// For letters.
    pub address: Option<String>,
    /// For calls.
    pub phone: Option<String>,
    /// For correspondence.
    pub email: Option<String>,
    /// To sign in with.
    pub portal_email: Option<String>,
    /// What the person is to be: `payments`.
    pub roles: Vec<String>,
}

/// What a contact says, or is to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDetails {
    /// Given name.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// For letters, one line.
    pub address: Option<String>,
    /// For calls.
    pub phone: Option<String>,
    /// For correspondence.
    pub email: Option<String>,
    /// What the person signs in with.
    pub portal_email: Option<EmailAddress>,
    /// What the person may do for the provider.
    pub roles: BTreeSet<Role>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Asked {
    /// Somebody is to become a contact.
    NewContact {
        /// Who.
        contact: ContactDetails,
    },
    /// A contact is to say something else.
    UpdateContact {
        /// Which.
        contact_ref: ContactRef,
        /// What it said when it was asked for.
        before: ContactDetails,
        /// What it is to say.
        after: ContactDetails,
    },
    /// A contact is to lose roles.
    DeleteContactRole {
        /// Which.
        contact_ref: ContactRef,
        /// The roles when it was asked for.
        held: BTreeSet<Role>,
        /// Those to be taken away.
        roles: BTreeSet<Role>,
    },
}

/// What kind of request, as the API names it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum RequestType {
    NewContact,
    UpdateContact,
    DeleteContactRole,
}

/// Who answered, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Their name.
    pub by: String,
    /// The council's reference for them; none: somebody of the provider.
    pub staff_ref: Option<StaffRef>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How far a request is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum RequestState {
    /// It waits for the council.
    Pending,
    /// What it asks for was done.
    Accepted {
        /// By whom.
        answer: Answer,
    },
    /// It was not.
    Rejected {
        /// By whom.
        answer: Answer,
        /// Why, to the provider.
        reason: String,
    },
    /// The provider wants it no longer.
    Withdrawn {
        /// By whom.
        answer: Answer,
    },
}

/// What a provider asks the council to change about its contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// Key.
    pub request_ref: ChangeRequestRef,
    /// Key: who asks.
    pub provider_ref: ProviderRef,
    /// About whom: the contact's name, as it was then.
    pub name: String,
    /// What for.
    pub asked: Asked,
    /// When.
    pub submitted_at: DateTime<Utc>,
    /// Who asked.
    pub submitted_by: String,
    /// To tell them.
    pub submitted_email: EmailAddress,
    /// How far it is.
    pub state: RequestState,
    /// Counts saves.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// The request as it must be saved.
    Now(ChangeRequest),
    /// The same person gave the same answer before: nothing is to be saved.
    Before(ChangeRequest),
}

/// Why a request is not made or answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotRequest {
    /// Somebody answered first.
    #[error("{what}")]
    Decided {
        /// Who did what, and when.
        what: String,
    },
    /// Another request about the same contact waits.
    #[error(
        "{by} asked for a change about {name} at {at}, and it waits for the council. Wait for the answer, or withdraw that request first."
    )]
    Waiting {
        /// Who asked.
        by: String,
        /// About whom.
        name: String,
        /// When.
        at: String,
    },
    /// Something about the form.
    #[error("There is a problem with what you entered.")]
    Invalid(Vec<FieldError>),
    /// The address that somebody is to sign in with is taken.
    #[error("{0}")]
    AddressTaken(String),
    /// The contact that it is about is no longer there.
    #[error("This contact is no longer there. Reject the request, and say so to the provider.")]
    ContactGone,
}

impl Failure for CannotRequest {
    fn kind(&self) -> Kind {
        match self {
            Self::Decided { .. }
            | Self::Waiting { .. }
            | Self::AddressTaken(_)
            | Self::ContactGone => Kind::Conflict,
            Self::Invalid(_) => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Decided { .. } => "request-decided",
            Self::Waiting { .. } => "request-pending",
            Self::AddressTaken(_) => "address-taken",
            Self::ContactGone => "contact-gone",
            Self::Invalid(_) => "invalid",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Decided { .. }
            | Self::Waiting { .. }
            | Self::AddressTaken(_)
            | Self::ContactGone => Vec::new(),
        }
    }
}

/// One thing about a contact that a request changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Detail {
    /// The column of the council's file: `phone`.
    #[serde(skip)]
    pub column: &'static str,
    /// As people call it: `Telephone`.
    pub label: &'static str,
    /// What it said; none: nothing.
    pub before: Option<String>,
    /// What it is to say; none: nothing.
    pub after: Option<String>,
}

impl ChangeRequestRef {
    /// The name of the request that a page with `request_id` makes for a provider: the same however often it is
    /// sent.
    pub fn of(provider: &ProviderRef, request_id: &RequestId) -> Self {
        let digest = Sha256::digest(format!("{provider} {request_id}"));
        Self::made(hex(&digest).chars().take(16).collect::<String>().to_uppercase())
    }
}

impl ContactForm {
    /// What was typed, if it can be a contact.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the form.
    pub fn read(&self) -> Result<ContactDetails, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut text = |field: &str, typed: &str, max: usize, empty: Option<&str>| {
            let plain = typed.split_whitespace().collect::<Vec<_>>().join(" ");
            if let (true, Some(message)) = (plain.is_empty(), empty) {
                wrong.push(FieldError::new(field, message));
            } else if plain.chars().count() > max {
                wrong.push(FieldError::new(field, format!("Use {max} characters at most")));
            } else if plain.chars().any(char::is_control) {
                wrong.push(FieldError::new(field, "Remove the characters that cannot be seen"));
            }
            (!plain.is_empty()).then_some(plain)
        };
        let forename = text("forename", &self.forename, TEXT_LENGTH_MAX, Some("Enter a forename"));
        let surname = text("surname", &self.surname, TEXT_LENGTH_MAX, Some("Enter a surname"));
        let typed = |field: &Option<String>| field.clone().unwrap_or_default();
        let address = text("address", &typed(&self.address), ADDRESS_LENGTH_MAX, None);
        let phone = text("phone", &typed(&self.phone), TEXT_LENGTH_MAX, None);
        let email = address_of("email", self.email.as_deref(), &mut wrong);
        let portal_email = address_of("portal_email", self.portal_email.as_deref(), &mut wrong);
        let roles = self.read_roles(&mut wrong);
        if !self.roles.is_empty() && is_empty(self.portal_email.as_deref()) {
            let message = "Enter the portal email address, or choose no role";
            wrong.push(FieldError::new("portal_email", message));
        }
        if self.roles.is_empty() && !is_empty(self.portal_email.as_deref()) {
            let message = "Choose what the person may do, or leave the portal email address empty";
            wrong.push(FieldError::new("roles", message));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(ContactDetails {
            forename: forename.unwrap_or_default(),
            surname: surname.unwrap_or_default(),
            address,
            phone,
            email: email.map(String::from),
            portal_email,
            roles,
        })
    }

    fn read_roles(&self, wrong: &mut Vec<FieldError>) -> BTreeSet<Role> {
        let mut roles = BTreeSet::new();
        for typed in &self.roles {
            match typed.parse::<Role>() {
                Ok(role) => {
                    roles.insert(role);
                }
                Err(why) => wrong.push(FieldError::new("roles", why.to_string())),
            }
        }
        roles
    }
}

fn is_empty(typed: Option<&str>) -> bool {
    typed.is_none_or(|typed| typed.trim().is_empty())
}

fn address_of(
    field: &str,
    typed: Option<&str>,
    wrong: &mut Vec<FieldError>,
) -> Option<EmailAddress> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
    match typed.parse() {
        Ok(address) => Some(address),
        Err(why) => {
            let why: crate::sign_in::NotAnEmailAddress = why;
            wrong.push(FieldError::new(field, why.to_string()));
            None
        }
    }
}

impl ContactDetails {
    /// What a contact says.
    pub fn of(contact: &Contact) -> Self {
        Self {
            forename: contact.forename.clone(),
            surname: contact.surname.clone(),
            address: contact.address.clone(),
            phone: contact.phone.clone(),
            email: contact.email.clone(),
            portal_email: contact.portal_email.as_ref().and_then(|it| it.parse().ok()),
            roles: contact.roles.iter().copied().collect(),
        }
    }

    /// `Ann Other`
    pub fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname)
    }

    /// What `after` says otherwise than `before`, in the order of the form.
    pub fn changes(before: &Self, after: &Self) -> Vec<Detail> {
        let both = before.columns().into_iter().zip(after.columns());
        both.filter(|((_, _, before), (_, _, after))| before != after)
            .map(|((column, label, before), (_, _, after))| Detail { column, label, before, after })
            .collect()
    }

    /// Each column with what it is called and what it says.
    fn columns(&self) -> [(&'static str, &'static str, Option<String>); 7] {
        let portal_email = self.portal_email.as_ref().map(ToString::to_string);
        [
            ("forename", "Forename", Some(self.forename.clone())),
            ("surname", "Surname", Some(self.surname.clone())),
            ("address", "Address", self.address.clone()),
            ("phone", "Telephone", self.phone.clone()),
            ("email", "Email", self.email.clone()),
            ("portal_email", "Portal email address", portal_email),
            ("roles", "Roles", role_words(&self.roles)),
        ]
    }
}

/// `Payments, Signatory`; none without roles.
fn role_words(roles: &BTreeSet<Role>) -> Option<String> {
    let words: Vec<_> = roles.iter().map(|role| role.title()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

impl Asked {
    /// What kind of request it is.
    pub fn kind(&self) -> RequestType {
        match self {
            Self::NewContact { .. } => RequestType::NewContact,
            Self::UpdateContact { .. } => RequestType::UpdateContact,
            Self::DeleteContactRole { .. } => RequestType::DeleteContactRole,
        }
    }

    /// A change of what `contact` says to what was typed.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::Invalid`] if nothing would change.
    pub fn update(contact: &Contact, after: ContactDetails) -> Result<Self, CannotRequest> {
        let before = ContactDetails::of(contact);
        if before == after {
            let message = "Change something before you send the request";
            return Err(CannotRequest::Invalid(vec![FieldError::new("forename", message)]));
        }
        Ok(Self::UpdateContact { contact_ref: contact.contact_ref.clone(), before, after })
    }

    /// Taking roles away from `contact`: all of them, if none is named.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::Invalid`] if the contact has no such role.
    pub fn removal(contact: &Contact, roles: &[String]) -> Result<Self, CannotRequest> {
        let invalid =
            |message: String| CannotRequest::Invalid(vec![FieldError::new("roles", message)]);
        let held: BTreeSet<Role> = contact.roles.iter().copied().collect();
        let named = roles.iter().map(|role| role.parse::<Role>());
        let mut roles: BTreeSet<Role> =
            named.collect::<Result<_, _>>().map_err(|why| invalid(why.to_string()))?;
        if roles.is_empty() {
            roles.clone_from(&held);
        }
        if roles.is_empty() || !roles.is_subset(&held) {
            return Err(invalid("Choose a role that the contact has".to_owned()));
        }
        Ok(Self::DeleteContactRole { contact_ref: contact.contact_ref.clone(), held, roles })
    }

    /// Which contact it is about; none: one that is not there yet.
    pub fn contact_ref(&self) -> Option<&ContactRef> {
        match self {
            Self::NewContact { .. } => None,
            Self::UpdateContact { contact_ref, .. }
            | Self::DeleteContactRole { contact_ref, .. } => Some(contact_ref),
        }
    }

    /// What it is about, so that two requests about the same are not made at once.
    pub fn about(&self) -> String {
        match self {
            Self::NewContact { contact } => match &contact.portal_email {
                Some(email) => format!("NEW#{email}"),
                None => format!("NEW#{}", contact.name().to_lowercase()),
            },
            Self::UpdateContact { contact_ref, .. }
            | Self::DeleteContactRole { contact_ref, .. } => format!("CONTACT#{contact_ref}"),
        }
    }

    /// Everything that it changes, in the order of the form.
    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::NewContact { contact } => contact
                .columns()
                .into_iter()
                .filter(|(_, _, says)| says.is_some())
                .map(|(column, label, after)| Detail { column, label, before: None, after })
                .collect(),
            Self::UpdateContact { before, after, .. } => ContactDetails::changes(before, after),
            Self::DeleteContactRole { held, roles, .. } => {
                let left: BTreeSet<_> = held.difference(roles).copied().collect();
                let (before, after) = (role_words(held), role_words(&left));
                vec![Detail { column: "roles", label: "Roles", before, after }]
            }
        }
    }

    /// What the contact says once it is done: only what the request changes, so that what the council changed
    /// meanwhile stays. `now`: what the contact says now.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::ContactGone`] if it is about a contact that is not there.
    pub fn applied_to(
        &self,
        now: Option<&Contact>,
        request: &ChangeRequest,
    ) -> Result<Contact, CannotRequest> {
        match (self, now) {
            (Self::NewContact { contact }, _) => Ok(Contact {
                contact_ref: request.new_contact_ref(),
                provider_ref: request.provider_ref.clone(),
                forename: contact.forename.clone(),
                surname: contact.surname.clone(),
                address: contact.address.clone(),
                phone: contact.phone.clone(),
                email: contact.email.clone(),
                portal_email: contact.portal_email.as_ref().map(ToString::to_string),
                roles: contact.roles.iter().copied().collect(),
            }),
            (Self::UpdateContact { before, after, .. }, Some(now)) => {
                Ok(updated(now.clone(), before, after))
            }
            (Self::DeleteContactRole { roles, .. }, Some(now)) => {
                let mut left = now.clone();
                left.roles.retain(|role| !roles.contains(role));
                Ok(left)
            }
            (_, None) => Err(CannotRequest::ContactGone),
        }
    }
}

/// A contact with what a request changes.
fn updated(now: Contact, before: &ContactDetails, after: &ContactDetails) -> Contact {
    fn take<T: PartialEq + Clone>(now: &mut T, before: &T, after: &T) {
        if before != after {
            now.clone_from(after);
        }
    }
    let mut contact = now;
    take(&mut contact.forename, &before.forename, &after.forename);
    take(&mut contact.surname, &before.surname, &after.surname);
    take(&mut contact.address, &before.address, &after.address);
    take(&mut contact.phone, &before.phone, &after.phone);
    take(&mut contact.email, &before.email, &after.email);
    if before.portal_email != after.portal_email {
        contact.portal_email = after.portal_email.as_ref().map(ToString::to_string);
    }
    let mut roles: BTreeSet<Role> = contact.roles.iter().copied().collect();
    roles.extend(after.roles.difference(&before.roles));
    roles.retain(|role| !before.roles.contains(role) || after.roles.contains(role));
    contact.roles = roles.into_iter().collect();
    contact
}

/// Since when a request must have been answered to be shown at `now` without asking for its history, if it is shown
/// for so many days.
pub fn shown_since(now: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    now.checked_sub_signed(Duration::days(i64::from(days))).unwrap_or(now)
}

impl ChangeRequest {
    /// What the contact that it makes is called until the council's file gives it another reference.
    pub fn new_contact_ref(&self) -> ContactRef {
        ContactRef::made(format!("N{}", self.request_ref))
    }

    /// Whether a contact was made by an accepted request and not by the council's file.
    pub fn made(contact: &ContactRef) -> bool {
        let digits = contact.as_str().strip_prefix('N').unwrap_or_default();
        digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// Whether it waits for the council.
    pub fn is_pending(&self) -> bool {
        self.state == RequestState::Pending
    }

    /// Who answered.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.state {
            RequestState::Pending => None,
            RequestState::Accepted { answer }
            | RequestState::Rejected { answer, .. }
            | RequestState::Withdrawn { answer } => Some(answer),
        }
    }

    /// When it last changed.
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.answer().map_or(self.submitted_at, |answer| answer.at)
    }

    /// Whether it waits, or was answered no more than so many days before `now`.
    pub fn is_recent(&self, now: DateTime<Utc>, days: u32) -> bool {
        self.is_pending() || self.updated_at() >= shown_since(now, days)
    }

    /// Whether it has waited too long at `now`.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        let waited = now.signed_duration_since(self.submitted_at);
        self.is_pending() && waited > Duration::days(OVERDUE_AFTER_DAYS)
    }

    /// The council does what it asks for.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::Decided`] if somebody else answered it, or they gave another answer.
    pub fn accept(self, answer: Answer) -> Result<Answered, CannotRequest> {
        match &self.state {
            RequestState::Pending => {
                Ok(Answered::Now(Self { state: RequestState::Accepted { answer }, ..self }))
            }
            RequestState::Accepted { answer: given } if given.is_by(&answer) => {
                Ok(Answered::Before(self))
            }
            RequestState::Accepted { .. }
            | RequestState::Rejected { .. }
            | RequestState::Withdrawn { .. } => Err(self.decided()),
        }
    }

    /// The council does not.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::Invalid`] without a reason, or with one that is too long; [`CannotRequest::Decided`] as
    /// [`ChangeRequest::accept`].
    pub fn reject(self, answer: Answer, reason: &str) -> Result<Answered, CannotRequest> {
        let reason = reason.trim().to_owned();
        let wrong = match reason.chars().count() {
            0 => Some("Enter a reason. The provider reads it".to_owned()),
            long if long > REASON_LENGTH_MAX => {
                Some(format!("Use {REASON_LENGTH_MAX} characters at most"))
            }
            _ => None,
        };
        if let Some(message) = wrong {
            return Err(CannotRequest::Invalid(vec![FieldError::new("reason", message)]));
        }
        match &self.state {
            RequestState::Pending => {
                Ok(Answered::Now(Self { state: RequestState::Rejected { answer, reason }, ..self }))
            }
            RequestState::Rejected { answer: given, reason: said }
                if given.is_by(&answer) && *said == reason =>
            {
                Ok(Answered::Before(self))
            }
            RequestState::Accepted { .. }
            | RequestState::Rejected { .. }
            | RequestState::Withdrawn { .. } => Err(self.decided()),
        }
    }

    /// The provider wants it no longer. Withdrawn is withdrawn, whoever did it first.
    ///
    /// # Errors
    ///
    /// [`CannotRequest::Decided`] if the council answered it.
    pub fn withdraw(self, answer: Answer) -> Result<Answered, CannotRequest> {
        match &self.state {
            RequestState::Pending => {
                Ok(Answered::Now(Self { state: RequestState::Withdrawn { answer }, ..self }))
            }
            RequestState::Withdrawn { .. } => Ok(Answered::Before(self)),
            RequestState::Accepted { .. } | RequestState::Rejected { .. } => Err(self.decided()),
        }
    }

    /// That it waits already.
    pub fn waiting(&self) -> CannotRequest {
        CannotRequest::Waiting {
            by: self.submitted_by.clone(),
            name: self.name.clone(),
            at: london_text(self.submitted_at),
        }
    }

    /// Who did what with it.
    fn decided(&self) -> CannotRequest {
        let did = match self.state {
            RequestState::Pending => "has not answered",
            RequestState::Accepted { .. } => "accepted",
            RequestState::Rejected { .. } => "rejected",
            RequestState::Withdrawn { .. } => "withdrew",
        };
        let what = self.answer().map_or_else(
            || "This request still waits.".to_owned(),
            |answer| format!("{} {did} this request at {}.", answer.by, london_text(answer.at)),
        );
        CannotRequest::Decided { what }
    }
}

impl Answer {
    fn is_by(&self, other: &Self) -> bool {
        self.staff_ref == other.staff_ref && self.by == other.by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn bob() -> Contact {
        Contact {
            contact_ref: "K2002".parse().unwrap(),
            provider_ref: "P1001".parse().unwrap(),
            forename: "Bob".to_owned(),
            surname: "Else".to_owned(),
            address: None,
            phone: Some("01865 1".to_owned()),
            email: None,
            portal_email: Some("bob@lake.example".to_owned()),
            roles: vec![Role::Viewer, Role::Payments],
        }
    }

    fn request(asked: Asked) -> ChangeRequest {
        let provider_ref: ProviderRef = "P1001".parse().unwrap();
        ChangeRequest {
            request_ref: ChangeRequestRef::of(&provider_ref, &"request-1".parse().unwrap()),
            provider_ref,
            name: "Bob Else".to_owned(),
            asked,
            submitted_at: at("2026-11-02T10:00:00Z"),
            submitted_by: "Ada Brome".to_owned(),
            submitted_email: "ada@lakehouse.example".parse().unwrap(),
            state: RequestState::Pending,
            version: 1,
        }
    }

    fn removal() -> ChangeRequest {
        request(Asked::removal(&bob(), &[]).unwrap())
    }

    fn officer(name: &str, staff_ref: &str) -> Answer {
        let staff_ref = Some(staff_ref.parse().unwrap());
        Answer { by: name.to_owned(), staff_ref, at: at("2026-11-03T09:30:00Z") }
    }

    fn provider() -> Answer {
        Answer { by: "Ada Brome".to_owned(), staff_ref: None, at: at("2026-11-03T09:30:00Z") }
    }

    fn now(answered: Answered) -> ChangeRequest {
        match answered {
            Answered::Now(request) => request,
            Answered::Before(_) => panic!("answered before"),
        }
    }

    fn form() -> ContactForm {
        ContactForm {
            forename: " Bob ".to_owned(),
            surname: "Else".to_owned(),
            phone: Some("01865 1".to_owned()),
            portal_email: Some("Bob@Lake.Example".to_owned()),
            roles: vec!["viewer".to_owned(), "payments".to_owned()],
            ..ContactForm::default()
        }
    }

    #[test]
    fn whoever_answers_second_is_told_who_did_what() {
        let (grace, joan) = (officer("Grace Hallam", "U9001"), officer("Joan Carden", "U9002"));
        let accepted = now(removal().accept(grace.clone()).unwrap());
        let refused = accepted.clone().reject(joan.clone(), "No").unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("request-decided", Kind::Conflict));
        let told = "Grace Hallam accepted this request at 9:30am on 3 November 2026.";
        assert_eq!(refused.to_string(), told);
        assert_eq!(accepted.clone().accept(joan.clone()).unwrap_err().to_string(), told);
        assert_eq!(accepted.clone().withdraw(provider()).unwrap_err().to_string(), told);
        let again = accepted.clone().accept(grace).unwrap();
        assert_eq!(again, Answered::Before(accepted), "the same answer by the same person");
        let withdrawn = now(removal().withdraw(provider()).unwrap());
        let told = "Ada Brome withdrew this request at 9:30am on 3 November 2026.";
        assert_eq!(withdrawn.accept(joan).unwrap_err().to_string(), told);
    }

    #[test]
    fn a_rejection_says_why() {
        let grace = officer("Grace Hallam", "U9001");
        for reason in ["", "  ", &"x".repeat(REASON_LENGTH_MAX.saturating_add(1))] {
            let refused = removal().reject(grace.clone(), reason).unwrap_err();
            assert_eq!((refused.code(), refused.fields()[0].field.as_str()), ("invalid", "reason"));
        }
        let rejected = now(removal().reject(grace.clone(), " Not ours ").unwrap());
        let longest = "x".repeat(REASON_LENGTH_MAX);
        now(removal().reject(grace.clone(), &longest).unwrap());
        for other in [officer("Grace Hallam", "U9002"), officer("Joan Carden", "U9001")] {
            let by_other = rejected.clone().reject(other, "Not ours").unwrap_err();
            assert_eq!(by_other.code(), "request-decided");
        }
        let again = rejected.clone().reject(grace.clone(), "Not ours").unwrap();
        assert_eq!(again, Answered::Before(rejected.clone()));
        assert_eq!(rejected.reject(grace, "Other").unwrap_err().code(), "request-decided");
    }

    #[test]
    fn an_accepted_change_leaves_what_the_council_changed_meanwhile() {
        let mut typed = form();
        typed.phone = Some("01865 2".to_owned());
        typed.roles = vec!["viewer".to_owned(), "signatory".to_owned()];
        let asked = Asked::update(&bob(), typed.read().unwrap()).unwrap();
        let labels: Vec<_> = asked.details().iter().map(|it| it.label).collect();
        assert_eq!(labels, ["Telephone", "Roles"]);
        let meanwhile = Contact {
            surname: "Smith".to_owned(),
            roles: vec![Role::Viewer, Role::Payments, Role::Invoices],
            ..bob()
        };
        let request = request(asked.clone());
        let after = asked.applied_to(Some(&meanwhile), &request).unwrap();
        assert_eq!((after.surname.as_str(), after.phone.as_deref()), ("Smith", Some("01865 2")));
        assert_eq!(after.roles, [Role::Viewer, Role::Invoices, Role::Signatory]);
        assert_eq!(asked.applied_to(None, &request), Err(CannotRequest::ContactGone));
    }

    #[test]
    fn a_removal_takes_the_roles_named_or_all_that_are_held() {
        let asked = |roles: &[&str]| {
            let roles: Vec<_> = roles.iter().map(|it| (*it).to_owned()).collect();
            Asked::removal(&bob(), &roles)
        };
        let detail = asked(&["payments"]).unwrap().details().remove(0);
        assert_eq!(detail.before.as_deref(), Some("Viewer, Payments"));
        assert_eq!(detail.after.as_deref(), Some("Viewer"));
        assert_eq!(asked(&[]).unwrap().details()[0].after, None);
        for not_held in ["admin", "boss"] {
            assert_eq!(asked(&[not_held]).unwrap_err().fields()[0].field, "roles");
        }
        assert_eq!(removal().asked.applied_to(Some(&bob()), &removal()).unwrap().roles, []);
    }

    #[test]
    fn a_form_says_everything_that_is_wrong_with_it_at_once() {
        let wrong = ContactForm {
            email: Some("x".to_owned()),
            roles: vec!["boss".to_owned()],
            address: Some("x".repeat(1_001)),
            ..ContactForm::default()
        };
        let fields: Vec<_> = wrong.read().unwrap_err().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["forename", "surname", "address", "email", "roles", "portal_email"]);
        let without_role = ContactForm { roles: Vec::new(), ..form() };
        assert_eq!(without_role.read().unwrap_err()[0].field, "roles");
        let same = Asked::update(&bob(), form().read().unwrap()).unwrap_err();
        assert_eq!(same.code(), "invalid", "nothing would change");
    }

    #[test]
    fn a_request_sent_twice_is_one_and_a_new_contact_gets_a_reference_of_its_own() {
        let request = request(Asked::NewContact { contact: form().read().unwrap() });
        let of = |provider: &str, id: &str| {
            ChangeRequestRef::of(&provider.parse().unwrap(), &id.parse().unwrap())
        };
        assert_eq!(of("P1001", "request-1"), request.request_ref);
        assert_ne!(of("P1002", "request-1"), request.request_ref);
        assert_ne!(of("P1001", "request-2"), request.request_ref);
        let contact = request.asked.applied_to(None, &request).unwrap();
        assert!(
            ChangeRequest::made(&contact.contact_ref) && !ChangeRequest::made(&bob().contact_ref)
        );
        let parsed: ContactRef = contact.contact_ref.as_str().parse().unwrap();
        assert_eq!(parsed, contact.contact_ref);
        assert_eq!(contact.portal_email.as_deref(), Some("bob@lake.example"));
    }

    #[test]
    fn a_request_is_overdue_after_a_week() {
        let request = removal();
        assert!(!request.is_overdue(at("2026-11-09T10:00:00Z")));
        assert!(request.is_overdue(at("2026-11-09T10:00:01Z")));
        let done = now(request.withdraw(provider()).unwrap());
        assert!(!done.is_overdue(at("2026-12-09T10:00:00Z")));
    }

    #[test]
    fn an_accepted_change_of_the_portal_address_is_made_and_another_leaves_it() {
        let address = |portal_email: &str, phone: &str| {
            let (portal_email, phone) = (Some(portal_email.to_owned()), Some(phone.to_owned()));
            let typed = ContactForm { phone, portal_email, ..form() };
            let asked = Asked::update(&bob(), typed.read().unwrap()).unwrap();
            let meanwhile = Contact { portal_email: Some("b@lake.example".to_owned()), ..bob() };
            asked.applied_to(Some(&meanwhile), &request(asked.clone())).unwrap().portal_email
        };
        assert_eq!(address("new@lake.example", "01865 1").as_deref(), Some("new@lake.example"));
        assert_eq!(address("bob@lake.example", "01865 2").as_deref(), Some("b@lake.example"));
    }

    #[test]
    fn a_name_has_as_many_characters_as_there_is_room_for() {
        let forename = "é".repeat(TEXT_LENGTH_MAX);
        let longest = ContactForm { forename: forename.clone(), ..form() }.read().unwrap();
        assert_eq!(longest.name(), format!("{forename} Else"));
        let longer = ContactForm { forename: format!("{forename}x"), ..form() };
        assert_eq!(longer.read().unwrap_err()[0].field, "forename");
    }

    #[test]
    fn two_requests_about_one_person_are_about_the_same() {
        let new = |form: ContactForm| Asked::NewContact { contact: form.read().unwrap() };
        assert_eq!(new(form()).about(), "NEW#bob@lake.example");
        let unnamed = ContactForm { portal_email: None, roles: Vec::new(), ..form() };
        assert_eq!(new(unnamed).about(), "NEW#bob else");
        assert_eq!(new(form()).contact_ref(), None);
        let phone = Some("01865 2".to_owned());
        let typed = ContactForm { phone, ..form() }.read().unwrap();
        for asked in [Asked::update(&bob(), typed).unwrap(), removal().asked] {
            assert_eq!(asked.about(), "CONTACT#K2002");
            assert_eq!(asked.contact_ref(), Some(&bob().contact_ref));
        }
    }

    #[test]
    fn a_request_is_shown_while_it_waits_and_so_many_days_after_its_answer() {
        let is_recent = |request: &ChangeRequest, on: &str| request.is_recent(at(on), 31);
        assert!(is_recent(&removal(), "2027-11-02T10:00:00Z"));
        let done = now(removal().withdraw(provider()).unwrap());
        assert!(is_recent(&done, "2026-11-20T10:00:00Z"));
        assert!(!is_recent(&done, "2027-01-20T10:00:00Z"));
        let since = at("2026-11-03T09:30:00Z");
        let last = shown_since(at("2026-12-04T09:30:00Z"), 31);
        assert_eq!(is_recent(&done, "2026-12-04T09:30:00Z"), since >= last);
    }
}
