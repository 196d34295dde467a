//! People who may sign in, and what is waited for and counted while they do.

use chrono::{DateTime, Utc};
use domain::account::{Account, Challenge, Invitation, ProviderAccess, Reset, StaffAccess, Tries};
use domain::ids::{ContactRef, ProviderRef};
use domain::permission::Role;
use domain::second_step::Positions;
use domain::sign_in::{EmailAddress, Session, Token, TokenHash};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::outbox::{OutboxEmail, OutboxId};
use crate::query::Query;
use crate::sessions::{ended, started, still, still_staff};
use crate::users::saved;
use crate::{RACES_MAX, Store};

/// More providers than anybody serves.
const PROVIDERS_MAX: usize = 2000;

/// One part of what happens when somebody signs in, or changes how they do. Parts that belong together are
/// written together; each is refused if its record is not as it was read.
#[derive(Debug, Clone)]
pub enum Change {
    /// The account as it is from now on.
    Account(Account),
    /// The tries counted for an address.
    Tries(EmailAddress, Tries),
    /// A sign-in that waits for its second step.
    Challenge(Challenge),
    /// One that has had it.
    EndChallenge(Challenge),
    /// A code to choose a new password, for an address.
    Reset(EmailAddress, Reset),
    /// Somebody is invited again.
    Invitation(Invitation),
    /// An invitation is used up.
    EndInvitation(Invitation),
    /// Somebody is signed in, for a provider or as one of the council's people only as long as they have this
    /// access.
    StartSession(Session, Option<ProviderAccess>),
    /// A session ends.
    EndSession(EmailAddress, TokenHash),
    /// An email tells of it.
    Email(OutboxEmail),
}

impl Change {
    fn actions(self) -> Vec<Action> {
        match self {
            Self::Account(account) => saved(&account).into(),
            Self::Tries(email, tries) => vec![
                Action::put(Key::tries(email.as_str()), &tries)
                    .if_version(tries.version)
                    .expires_at(tries.ends_at()),
            ],
            Self::Challenge(challenge) => vec![
                Action::put(Key::challenge(challenge.id.as_str()), &challenge)
                    .if_version(challenge.version)
                    .expires_at(challenge.ends_at),
            ],
            Self::EndChallenge(challenge) => vec![
                Action::delete(Key::challenge(challenge.id.as_str()))
                    .if_version(challenge.version)
                    .if_present(),
            ],
            Self::Reset(email, reset) => vec![
                Action::put(Key::reset(email.as_str()), &reset)
                    .if_version(reset.version)
                    .expires_at(reset.ends_at()),
            ],
            Self::Invitation(invitation) => vec![invite(&invitation)],
            Self::EndInvitation(invitation) => vec![
                Action::delete(Key::invitation(invitation.id.as_str()))
                    .if_version(invitation.version)
                    .if_present(),
            ],
            Self::StartSession(session, access) => {
                let check = access.map(|access| still(&session.email, &access));
                let staff = session.council.as_ref();
                let staff = staff.map(|access| still_staff(&session.email, access));
                started(&session).into_iter().chain(check).chain(staff).collect()
            }
            Self::EndSession(email, id) => ended(&email, &id),
            Self::Email(email) => Store::outbox_actions(email),
        }
    }
}

/// Why an email goes to somebody who is given access.
#[derive(Debug, Clone, Copy)]
pub enum Welcome<'a> {
    /// They are new: this token lets them choose a password, for 14 days, once.
    Invited(&'a Token),
    /// They sign in already, for other providers.
    Granted,
}

/// Somebody who is given access to a provider, as the council's file says.
#[derive(Debug, Clone)]
pub struct Guest {
    /// What they sign in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// To whom.
    pub provider_ref: ProviderRef,
    /// As which contact.
    pub contact_ref: ContactRef,
    /// What they are there.
    pub roles: Vec<Role>,
}

/// Somebody of the council's who is given access, as the council's file says.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// What they sign in with.
    pub email: EmailAddress,
    /// What they may do; its version is not looked at.
    pub access: StaffAccess,
}

/// What came of giving somebody access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// They have it. With the email to tell the mail queue of, if there is a new one.
    Access(Option<OutboxId>),
    /// They have not: the address belongs to the other side, the council's own people or a provider's contact.
    /// Nobody is both.
    OtherSide,
}

impl Given {
    /// The email to tell the mail queue of, if there is a new one.
    pub fn news(&self) -> Option<&OutboxId> {
        match self {
            Self::Access(news) => news.as_ref(),
            Self::OtherSide => None,
        }
    }
}

impl Store {
    /// Writes all of `changes` or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if one of the records is not as it was read; otherwise if the table cannot be
    /// written.
    pub async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.table.write(changes.into_iter().flat_map(Change::actions).collect()).await
    }

    /// The account of an address.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn account(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        self.table.get(&Key::account(email.as_str())).await
    }

    /// The tries counted for an address, whether or not it has an account.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn tries(&self, email: &EmailAddress) -> Result<Option<Tries>, StoreError> {
        self.table.get(&Key::tries(email.as_str())).await
    }

    /// A sign-in that waits for its second step.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn challenge(&self, id: &TokenHash) -> Result<Option<Challenge>, StoreError> {
        self.table.get(&Key::challenge(id.as_str())).await
    }

    /// The code to choose a new password that was sent to an address, whether or not it has an account.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn reset(&self, email: &EmailAddress) -> Result<Option<Reset>, StoreError> {
        self.table.get(&Key::reset(email.as_str())).await
    }

    /// An invitation that was not used.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn invitation(&self, id: &TokenHash) -> Result<Option<Invitation>, StoreError> {
        self.table.get(&Key::invitation(id.as_str())).await
    }

    /// Every provider that a person may act for, in the order of their references.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn access_of(&self, email: &EmailAddress) -> Result<Vec<ProviderAccess>, StoreError> {
        let rows = self.table.query_all(Query::access(email.as_str()), PROVIDERS_MAX).await?;
        rows.into_iter().map(crate::Row::read).collect()
    }

    /// What a person may do for one provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn access_to(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
    ) -> Result<Option<ProviderAccess>, StoreError> {
        self.table.get(&Key::access(email.as_str(), provider)).await
    }

    /// Gives somebody access to a provider, or other roles there; whoever has no account yet is invited.
    ///
    /// Account, invitation, access and email are written together, so that it can be done again after any
    /// interruption and still happens once. `random` makes the invitation's token; `email` writes what tells
    /// of it, always under the same [`OutboxId`] for the same news to the same person. Sessions that claim more
    /// than `roles` end. An address of the council's own people is given nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn give_access(
        &self,
        guest: &Guest,
        random: [u8; 32],
        at: DateTime<Utc>,
        email: impl Fn(Welcome<'_>) -> OutboxEmail,
    ) -> Result<Given, StoreError> {
        let token = Token::new(random);
        let mut stale = StoreError::Missing("account");
        for _ in 0..RACES_MAX {
            let account = self.account(&guest.email).await?;
            if self.staff_access(&guest.email).await?.is_some() {
                return Ok(Given::OtherSide);
            }
            let before = self.access_to(&guest.email, &guest.provider_ref).await?;
            let news = match (&account, &before) {
                (None, _) => Some(email(Welcome::Invited(&token))),
                (Some(_), None) => Some(email(Welcome::Granted)),
                (Some(_), Some(_)) => None,
            };
            let news = self.unsent(news).await?;
            let id = news.as_ref().map(|email| email.outbox_id.clone());
            let mut actions = access_actions(guest, before.as_ref());
            match account {
                None => {
                    let who = (&guest.email, guest.name.as_str(), false);
                    actions.extend(invited(who, &token, at));
                }
                Some(account) if before.is_none() => actions.extend(touched(account, false)),
                Some(_) => {}
            }
            actions.extend(news.into_iter().flat_map(Self::outbox_actions));
            match self.table.write(actions).await {
                Err(error) if error.is_stale() => stale = error,
                Err(error) => return Err(error),
                Ok(()) => {
                    let (email, provider) = (&guest.email, &guest.provider_ref);
                    self.end_sessions_beyond(email, provider, &guest.roles).await?;
                    return Ok(Given::Access(id));
                }
            }
        }
        Err(stale)
    }

    /// Gives one of the council's people access, or other roles and teams; whoever has no account yet is invited.
    ///
    /// As [`Store::give_access`] does for a provider's contact; an address of a contact is given nothing.
    /// Sessions that claim more roles or teams end.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn give_staff_access(
        &self,
        colleague: &Colleague,
        random: [u8; 32],
        at: DateTime<Utc>,
        email: impl Fn(Welcome<'_>) -> OutboxEmail,
    ) -> Result<Given, StoreError> {
        let token = Token::new(random);
        let Colleague { email: address, access } = colleague;
        let mut stale = StoreError::Missing("account");
        for _ in 0..RACES_MAX {
            let account = self.account(address).await?;
            if !self.access_of(address).await?.is_empty() {
                return Ok(Given::OtherSide);
            }
            let before = self.staff_access(address).await?;
            let news = match (&account, &before) {
                (None, _) => Some(email(Welcome::Invited(&token))),
                (Some(_), None) => Some(email(Welcome::Granted)),
                (Some(_), Some(_)) => None,
            };
            let news = self.unsent(news).await?;
            let id = news.as_ref().map(|email| email.outbox_id.clone());
            let mut actions = staff_access_actions(address, access, before.as_ref());
            match account {
                None => actions.extend(invited((address, &access.name, true), &token, at)),
                Some(account) if before.is_none() => actions.extend(touched(account, true)),
                Some(_) => {}
            }
            actions.extend(news.into_iter().flat_map(Self::outbox_actions));
            match self.table.write(actions).await {
                Err(error) if error.is_stale() => stale = error,
                Err(error) => return Err(error),
                Ok(()) => {
                    self.end_council_sessions_beyond(address, Some(access)).await?;
                    return Ok(Given::Access(id));
                }
            }
        }
        Err(stale)
    }

    /// Takes the access of one of the council's people away, and with it every session as one of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written; asked again, it goes on where it stopped.
    pub async fn take_staff_access(&self, email: &EmailAddress) -> Result<(), StoreError> {
        self.table.write(vec![Action::delete(Key::staff_access(email.as_str()))]).await?;
        self.end_council_sessions_beyond(email, None).await
    }

    /// News are told once, whatever is taken away and given again.
    async fn unsent(&self, news: Option<OutboxEmail>) -> Result<Option<OutboxEmail>, StoreError> {
        let Some(email) = news else { return Ok(None) };
        let there = self.outbox_email(&email.outbox_id).await?;
        Ok(there.is_none().then_some(email))
    }

    /// Takes a person's access to a provider away, and with it every session that acts for that provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written; asked again, it goes on where it stopped.
    pub async fn take_access(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
    ) -> Result<(), StoreError> {
        self.table.write(vec![Action::delete(Key::access(email.as_str(), provider))]).await?;
        self.end_sessions_of(email, Some(provider)).await
    }
}

/// The access, if it is not as it should be already.
fn access_actions(guest: &Guest, before: Option<&ProviderAccess>) -> Vec<Action> {
    let version = before.map_or(0, |access| access.version);
    let wanted = ProviderAccess {
        provider_ref: guest.provider_ref.clone(),
        contact_ref: guest.contact_ref.clone(),
        roles: guest.roles.clone(),
        version,
    };
    if before == Some(&wanted) {
        return Vec::new();
    }
    let key = Key::access(guest.email.as_str(), &guest.provider_ref);
    vec![Action::put(key, &wanted).if_version(version)]
}

/// What one of the council's people may do, if it is not as it should be already.
fn staff_access_actions(
    email: &EmailAddress,
    access: &StaffAccess,
    before: Option<&StaffAccess>,
) -> Vec<Action> {
    let version = before.map_or(0, |before| before.version);
    let wanted = StaffAccess { version, ..access.clone() };
    if before == Some(&wanted) {
        return Vec::new();
    }
    vec![Action::put(Key::staff_access(email.as_str()), &wanted).if_version(version)]
}

/// The account, saved again with a first access, on the side that gives it: of the two sides that give an address
/// its first access at once, one sees the other.
fn touched(account: Account, council: bool) -> [Action; 2] {
    saved(&Account { council, ..account })
}

/// The account of somebody new, and the invitation to it. `council`: whether they are one of the council's people.
fn invited(
    (email, name, council): (&EmailAddress, &str, bool),
    token: &Token,
    at: DateTime<Utc>,
) -> Vec<Action> {
    let asked = Positions::by(&token.hash());
    let account = Account::invited(email.clone(), name.to_owned(), asked, at);
    let account = Account { council, ..account };
    let invitation = Invitation::new(token, &account, at);
    let [account, listed] = saved(&account);
    vec![account.if_absent(), listed, invite(&invitation)]
}

fn invite(invitation: &Invitation) -> Action {
    Action::put(Key::invitation(invitation.id.as_str()), invitation)
        .if_version(0)
        .expires_at(invitation.ends_at)
}

#[cfg(test)]
mod tests {
    use domain::permission::CouncilRole;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const NINE: &str = "2026-06-01T09:00:00Z";

    fn guest(provider: &str, roles: &[Role]) -> Guest {
        Guest {
            email: "ann@example.org".parse().unwrap(),
            name: "Ann Other".to_owned(),
            provider_ref: provider.parse().unwrap(),
            contact_ref: "K2001".parse().unwrap(),
            roles: roles.to_vec(),
        }
    }

    fn letter(guest: &Guest, welcome: Welcome<'_>) -> OutboxEmail {
        let (what, text) = match welcome {
            Welcome::Invited(token) => ("invitation", token.reveal().to_owned()),
            Welcome::Granted => ("access", "You can now choose it".to_owned()),
        };
        let provider = guest.provider_ref.as_str();
        OutboxEmail {
            outbox_id: OutboxId::of(&[what, guest.email.as_str(), provider]),
            to: guest.email.to_string(),
            subject: what.to_owned(),
            html: text.clone(),
            text,
            secret: true,
            news: false,
            useful_until: None,
            created_at: at(NINE),
        }
    }

    async fn give(store: &Store, guest: &Guest) -> Option<OutboxId> {
        let letter = |news: Welcome<'_>| letter(guest, news);
        let given = store.give_access(guest, [7; 32], at(NINE), letter).await.unwrap();
        given.news().cloned()
    }

    async fn signed_in(store: &Store, guest: &Guest, nth: u8) -> TokenHash {
        let id = Token::new([nth; 32]).hash();
        let session = fresh_session(&id, guest);
        store.change(vec![Change::StartSession(session, None)]).await.unwrap();
        store.choose_provider(&id, &guest.provider_ref).await.unwrap();
        id
    }

    fn fresh_session(id: &TokenHash, guest: &Guest) -> Session {
        Session {
            id: id.clone(),
            email: guest.email.clone(),
            name: guest.name.clone(),
            provider: None,
            roles: Vec::new(),
            council: None,
            created_at: at(NINE),
            last_seen_at: at(NINE),
            idle_minutes: 30,
            ends_at: at("2026-06-01T21:00:00Z"),
            browser: String::new(),
            version: 0,
        }
    }

    #[tokio::test]
    async fn somebody_new_is_invited_once() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        let told = give(&store, &guest).await.unwrap();
        let after_first = store.dump().unwrap();
        assert_eq!(give(&store, &guest).await, None);
        assert_eq!(store.dump().unwrap(), after_first);

        let email = store.outbox_email(&told).await.unwrap().unwrap().email;
        let invitation = store.invitation(&TokenHash::of(&email.text)).await.unwrap().unwrap();
        let account = store.account(&guest.email).await.unwrap().unwrap();
        assert!(invitation.is_open(&account, at("2026-06-15T08:59:59Z")));
        assert!(!invitation.is_open(&account, at("2026-06-15T09:00:00Z")));
        let token_shown = format!("{:?}", store.dump().unwrap()).matches(&email.text).count();
        assert_eq!(token_shown, 2, "only in the email, as text and HTML");
    }

    #[tokio::test]
    async fn somebody_known_is_told_of_another_provider_and_not_invited_again() {
        let store = Store::in_memory();
        give(&store, &guest("P1", &[Role::Viewer])).await.unwrap();
        let told = give(&store, &guest("P2", &[Role::Admin])).await.unwrap();
        let email = store.outbox_email(&told).await.unwrap().unwrap().email;
        assert_eq!(email.subject, "access");
        let access = store.access_of(&guest("P1", &[]).email).await.unwrap();
        let refs: Vec<_> = access.iter().map(|access| access.provider_ref.as_str()).collect();
        assert_eq!(refs, ["P1", "P2"]);
    }

    #[tokio::test]
    async fn a_role_that_is_taken_away_ends_the_sessions_that_claim_it_and_no_others() {
        let store = Store::in_memory();
        let (one, other) =
            (guest("P1", &[Role::Viewer, Role::Payments]), guest("P2", &[Role::Admin]));
        give(&store, &one).await;
        give(&store, &other).await;
        let at_one = signed_in(&store, &one, 1).await;
        let at_other = signed_in(&store, &other, 2).await;

        give(&store, &guest("P1", &[Role::Viewer, Role::Payments, Role::Signatory])).await;
        assert!(store.session(&at_one).await.unwrap().is_some());
        give(&store, &guest("P1", &[Role::Viewer])).await;
        assert_eq!(store.session(&at_one).await.unwrap(), None);
        assert!(store.session(&at_other).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn access_that_is_taken_away_ends_the_sessions_there_and_can_be_given_again() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        give(&store, &guest).await;
        let id = signed_in(&store, &guest, 1).await;
        store.take_access(&guest.email, &guest.provider_ref).await.unwrap();
        assert_eq!(store.session(&id).await.unwrap(), None);
        assert_eq!(store.access_of(&guest.email).await.unwrap(), []);
        assert!(give(&store, &guest).await.is_some(), "told of the access");
        store.take_access(&guest.email, &guest.provider_ref).await.unwrap();
        assert_eq!(give(&store, &guest).await, None, "and not a second time");
        assert_eq!(store.access_of(&guest.email).await.unwrap().len(), 1);
    }

    fn colleague(roles: &[CouncilRole], teams: &[&str]) -> Colleague {
        let access = StaffAccess {
            staff_ref: "U9001".parse().unwrap(),
            name: "Grace Hallam".to_owned(),
            roles: roles.to_vec(),
            teams: teams.iter().map(|team| team.parse().unwrap()).collect(),
            version: 0,
        };
        Colleague { email: guest("P1", &[]).email, access }
    }

    async fn employ(store: &Store, colleague: &Colleague) -> Given {
        let letter = |news: Welcome<'_>| letter(&guest("council", &[]), news);
        store.give_staff_access(colleague, [8; 32], at(NINE), letter).await.unwrap()
    }

    async fn signed_in_staff(store: &Store, colleague: &Colleague, nth: u8) -> TokenHash {
        let id = Token::new([nth; 32]).hash();
        let council = store.staff_access(&colleague.email).await.unwrap();
        let session = Session { council, ..fresh_session(&id, &guest("P1", &[])) };
        store.change(vec![Change::StartSession(session, None)]).await.unwrap();
        id
    }

    #[tokio::test]
    async fn nobody_is_of_the_council_and_of_a_provider() {
        let store = Store::in_memory();
        let (ann, helpdesk) =
            (guest("P1", &[Role::Viewer]), colleague(&[CouncilRole::Helpdesk], &[]));
        give(&store, &ann).await.unwrap();
        assert_eq!(employ(&store, &helpdesk).await, Given::OtherSide);
        assert_eq!(store.staff_access(&ann.email).await.unwrap(), None);
        store.take_access(&ann.email, &ann.provider_ref).await.unwrap();
        assert!(matches!(employ(&store, &helpdesk).await, Given::Access(Some(_))));
        assert_eq!(give(&store, &ann).await, None);
        assert_eq!(store.access_of(&ann.email).await.unwrap(), []);
        store.take_staff_access(&ann.email).await.unwrap();
        give(&store, &ann).await;
        assert_eq!(store.access_of(&ann.email).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn of_the_two_sides_that_claim_an_address_at_once_one_gets_it() {
        for _ in 0..50 {
            let store = Store::in_memory();
            let (ann, helpdesk) =
                (guest("P1", &[Role::Viewer]), colleague(&[CouncilRole::Helpdesk], &[]));
            let account = invited((&ann.email, &ann.name, false), &Token::new([1; 32]), at(NINE));
            store.seed(account).await.unwrap();
            let (giving, employing) = (store.clone(), store.clone());
            let (guest, other) = (ann.clone(), helpdesk.clone());
            let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
            let one = std::thread::spawn(move || runtime().block_on(give(&giving, &guest)));
            let two = std::thread::spawn(move || runtime().block_on(employ(&employing, &other)));
            one.join().unwrap();
            two.join().unwrap();
            let contact = !store.access_of(&ann.email).await.unwrap().is_empty();
            let staff = store.staff_access(&ann.email).await.unwrap().is_some();
            assert!(contact != staff, "contact: {contact}, staff: {staff}");
        }
    }

    #[tokio::test]
    async fn a_council_role_or_team_that_is_taken_away_ends_the_sessions_that_claim_it() {
        use CouncilRole::{Contracts, Helpdesk, TeamMember};
        let store = Store::in_memory();
        let before = colleague(&[TeamMember, Helpdesk], &["PAY", "BROK"]);
        let less = [
            colleague(&[TeamMember], &["PAY", "BROK"]),
            colleague(&[TeamMember, Helpdesk], &["PAY"]),
        ];
        for less in less {
            employ(&store, &before).await;
            let id = signed_in_staff(&store, &before, 1).await;
            employ(&store, &colleague(&[TeamMember, Helpdesk, Contracts], &["PAY", "BROK"])).await;
            assert!(store.session(&id).await.unwrap().is_some(), "more ends nothing");
            employ(&store, &less).await;
            assert_eq!(store.session(&id).await.unwrap(), None, "{less:?}");
        }
        let id = signed_in_staff(&store, &before, 2).await;
        store.take_staff_access(&before.email).await.unwrap();
        assert_eq!(store.session(&id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn nobody_signs_in_with_a_role_that_was_taken_away_meanwhile() {
        let store = Store::in_memory();
        let helpdesk = colleague(&[CouncilRole::Helpdesk], &[]);
        employ(&store, &helpdesk).await;
        let council = store.staff_access(&helpdesk.email).await.unwrap();
        store.take_staff_access(&helpdesk.email).await.unwrap();
        let id = Token::new([1; 32]).hash();
        let session = Session { council, ..fresh_session(&id, &guest("P1", &[])) };
        let refused = store.change(vec![Change::StartSession(session, None)]).await;
        assert!(refused.unwrap_err().is_stale());
    }

    #[tokio::test]
    async fn a_provider_is_chosen_only_by_those_who_have_access() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        give(&store, &guest).await;
        let id = signed_in(&store, &guest, 1).await;
        let other = store.choose_provider(&id, &"P2".parse().unwrap()).await;
        assert_eq!(other, Err(StoreError::Missing("provider")));
        let session = store.session(&id).await.unwrap().unwrap();
        assert_eq!(session.provider, Some(guest.provider_ref));
        assert_eq!(session.roles, [Role::Viewer]);
    }

    #[tokio::test]
    async fn a_session_that_has_ended_is_never_written_again() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        give(&store, &guest).await;
        let id = signed_in(&store, &guest, 1).await;
        let session = store.session(&id).await.unwrap().unwrap();
        store.end_session(&guest.email, &id).await.unwrap();
        let seen = store.see_session(&session, at("2026-06-01T09:10:00Z")).await;
        assert!(seen.unwrap_err().is_stale());
        assert_eq!(store.session(&id).await.unwrap(), None);
        let again = store.end_session(&guest.email, &id).await;
        assert_eq!(again, Err(StoreError::Missing("session")));
    }

    #[tokio::test]
    async fn nobody_ends_somebody_elses_session() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        give(&store, &guest).await;
        let id = signed_in(&store, &guest, 1).await;
        let other = "eve@example.org".parse().unwrap();
        assert_eq!(store.end_session(&other, &id).await, Err(StoreError::Missing("session")));
        assert!(store.session(&id).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn of_two_uses_of_one_challenge_the_second_is_told() {
        let store = Store::in_memory();
        let guest = guest("P1", &[Role::Viewer]);
        give(&store, &guest).await;
        let account = store.account(&guest.email).await.unwrap().unwrap();
        let token = Token::new([9; 32]);
        let challenge = Challenge::new(&token, &account, at(NINE));
        store.change(vec![Change::Challenge(challenge)]).await.unwrap();
        let mine = store.challenge(&token.hash()).await.unwrap().unwrap();
        let theirs = mine.clone();
        store.change(vec![Change::EndChallenge(mine)]).await.unwrap();
        let second = store.change(vec![Change::EndChallenge(theirs)]).await;
        assert!(second.unwrap_err().is_stale());
        assert_eq!(store.challenge(&token.hash()).await.unwrap(), None);
    }
}
