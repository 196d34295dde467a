//! What the helpdesk does about somebody. Each may be asked twice: the second time changes nothing.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::{Account, Invitation, Reset, Tries};
use domain::audit::Actor;
use domain::password::PasswordHash;
use domain::request_id::RequestId;
use domain::second_step::Code;
use domain::settings::Settings;
use domain::sign_in::Token;
use domain::user::{CannotHelp, CouncilLock, Help, IdentityCheck, lock_reason};
use identity::{Identity, News, Person, RACES_MAX, welcome, welcome_staff};
use serde::Deserialize;
use store::{Change, OutboxEmail, OutboxId, StoreError, Welcome};
use web::{At, Json, Path, Problem, Staff};

use crate::view::{UserView, account, view};

/// A page that only says 'do it'.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}

/// A page that says 'do it', and tells one time from another.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Request {
    request_id: RequestId,
}

/// Why somebody is locked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Locking {
    #[serde(default)]
    reason: String,
}

/// How the helpdesk made sure who asked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Recognised {
    /// `called_back`, `seen_with_document` or `vouched_for`.
    #[serde(default)]
    identity_check: String,
}

/// What is done about somebody.
#[derive(Debug)]
enum Doing {
    Invite { request: RequestId },
    Lock(CouncilLock),
    Unlock,
    Reset { request: RequestId, code: Code },
    TakeSecondStep(IdentityCheck),
    EndSessions,
}

/// Who helps whom, and when.
#[derive(Debug, Clone, Copy)]
struct Helping<'a> {
    identity: &'a Identity,
    staff: &'a Staff,
    user_id: &'a Actor,
    at: DateTime<Utc>,
}

/// The helpdesk invites somebody again who has not chosen a password. An earlier invitation no longer works.
///
/// # Errors
///
/// 404 there is no such person; 409 they have a password, are locked, have no access, or are who asks.
pub(crate) async fn invite_again(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    body: Json<Request>,
) -> Result<Json<UserView>, Problem> {
    let request = body.0.request_id;
    Helping::of(&state, &staff, &user_id, now).change(Doing::Invite { request }).await
}

/// The helpdesk locks somebody out. Their sessions end at once, and they are told by email.
///
/// # Errors
///
/// 404 there is no such person; 409 they are who asks; 422 no reason.
pub(crate) async fn lock(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    body: Json<Locking>,
) -> Result<Json<UserView>, Problem> {
    let lock = CouncilLock {
        at: now.0.instant,
        reason: lock_reason(&body.0.reason)?,
        by: staff.name().to_owned(),
        staff_ref: staff.staff_ref.clone(),
    };
    Helping::of(&state, &staff, &user_id, now).change(Doing::Lock(lock)).await
}

/// The helpdesk lets somebody try again, whether the council locked them or their own wrong tries did.
///
/// # Errors
///
/// 404 there is no such person; 409 they are who asks.
pub(crate) async fn unlock(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    _: Json<Nothing>,
) -> Result<Json<UserView>, Problem> {
    Helping::of(&state, &staff, &user_id, now).change(Doing::Unlock).await
}

/// The helpdesk emails somebody a code to choose a new password. Their old one works until then.
///
/// # Errors
///
/// 404 there is no such person; 409 they are locked, or who asks; 429 a code was sent just now.
pub(crate) async fn send_password_reset(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    body: Json<Request>,
) -> Result<Json<UserView>, Problem> {
    let reset = Doing::Reset { request: body.0.request_id, code: Code::new(cloud::random_bytes()) };
    Helping::of(&state, &staff, &user_id, now).change(reset).await
}

/// The helpdesk takes somebody's authenticator app and memorable code away: a code is emailed until they set one up
/// again. Their sessions end at once, and they are told by email, with how the helpdesk made sure that it was they who
/// asked; the audit has that too.
///
/// # Errors
///
/// 404 there is no such person; 409 they are who asks; 422 how they were recognised is not said.
pub(crate) async fn take_second_step(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    body: Json<Recognised>,
) -> Result<Json<UserView>, Problem> {
    let check: IdentityCheck = body.0.identity_check.parse()?;
    staff.who.concerns("identity_check", check.name());
    Helping::of(&state, &staff, &user_id, now).change(Doing::TakeSecondStep(check)).await
}

/// The helpdesk signs somebody out everywhere.
///
/// # Errors
///
/// 404 there is no such person; 409 they are who asks.
pub(crate) async fn end_sessions(
    state: State<Identity>,
    staff: Staff,
    now: At,
    user_id: Path<Actor>,
    _: Json<Nothing>,
) -> Result<Json<UserView>, Problem> {
    Helping::of(&state, &staff, &user_id, now).change(Doing::EndSessions).await
}

impl Doing {
    fn help(&self) -> Help {
        match self {
            Self::Invite { .. } => Help::InviteAgain,
            Self::Lock(_) => Help::Lock,
            Self::Unlock => Help::Unlock,
            Self::Reset { .. } => Help::SendPasswordReset,
            Self::TakeSecondStep(_) => Help::TakeSecondStepAway,
            Self::EndSessions => Help::EndSessions,
        }
    }
}

impl<'a> Helping<'a> {
    fn of(identity: &'a Identity, staff: &'a Staff, user_id: &'a Path<Actor>, At(now): At) -> Self {
        Self { identity, staff, user_id: &user_id.0, at: now.instant }
    }

    /// Does it to the account as it is, all of it or nothing, and tells the mail queue. If somebody else is faster it
    /// is looked at again.
    async fn change(self, doing: Doing) -> Result<Json<UserView>, Problem> {
        let settings = self.identity.settings().await?;
        for _ in 0..RACES_MAX {
            let account = account(self.identity, self.user_id).await?;
            doing.help().check(&account, self.staff.who.email == account.email)?;
            let changes = self.changes(&doing, account, &settings).await?;
            let emails: Vec<_> = changes.iter().filter_map(outbox_id).collect();
            if !changes.is_empty() {
                match self.identity.store.change(changes).await {
                    Err(error) if error.is_stale() => continue,
                    done => done?,
                }
            }
            for email in emails {
                self.identity.tell(&email).await;
            }
            return Ok(Json(view(self.identity, self.staff, self.user_id, self.at).await?));
        }
        Err(StoreError::Stale { action: 0 }.into())
    }

    /// What is written; nothing if it is so already.
    async fn changes(
        self,
        doing: &Doing,
        account: Account,
        settings: &Settings,
    ) -> Result<Vec<Change>, Problem> {
        match doing {
            Doing::Invite { request } => self.invitation(account, request, settings).await,
            Doing::Lock(lock) => {
                let mut changes = self.sign_out(&account).await?;
                if account.locked.is_none() {
                    changes.push(self.tell(&account, News::LockedByCouncil, settings));
                    changes.push(Change::Account(account.locked_by(lock.clone())));
                }
                Ok(changes)
            }
            Doing::Unlock => self.unlocking(account, settings).await,
            Doing::Reset { request, code } => self.reset(account, (request, code), settings).await,
            Doing::TakeSecondStep(check) if account.has_second_step_of_their_own() => {
                let mut changes = self.sign_out(&account).await?;
                changes.push(self.tell(&account, News::SecondStepTakenAway(*check), settings));
                changes.push(Change::Account(account.without_second_step()));
                Ok(changes)
            }
            Doing::TakeSecondStep(_) => Ok(Vec::new()),
            Doing::EndSessions => self.sign_out(&account).await,
        }
    }

    fn tell(self, account: &Account, news: News<'_>, settings: &Settings) -> Change {
        let person = Person { email: &account.email, somebody: true, settings, at: self.at };
        Change::Email(self.identity.email(person, news))
    }

    async fn sign_out(self, account: &Account) -> Result<Vec<Change>, Problem> {
        let sessions = self.identity.store.sessions_of(&account.email, self.at).await?;
        Ok(sessions.into_iter().map(|it| Change::EndSession(it.email, it.id)).collect())
    }

    async fn unlocking(
        self,
        account: Account,
        settings: &Settings,
    ) -> Result<Vec<Change>, Problem> {
        let tries = self.identity.store.tries(&account.email).await?;
        let tries = tries.unwrap_or_else(|| Tries::none(self.at));
        if !Help::Unlock.is_of_use(&account, &tries, 0, self.at) {
            return Ok(Vec::new());
        }
        Ok(vec![
            self.tell(&account, News::Unlocked, settings),
            Change::Tries(account.email.clone(), tries.cleared()),
            Change::Account(account.unlocked()),
        ])
    }

    /// A code to choose a new password, unless this very request sent it.
    async fn reset(
        self,
        account: Account,
        (request, code): (&RequestId, &Code),
        settings: &Settings,
    ) -> Result<Vec<Change>, Problem> {
        let (store, email) = (&self.identity.store, account.email.clone());
        let outbox_id = OutboxId::of(&["reset_by_helpdesk", email.as_str(), request.as_str()]);
        if store.outbox_email(&outbox_id).await?.is_some() {
            return Ok(Vec::new());
        }
        let before = store.reset(&email).await?.unwrap_or_else(|| Reset::none(self.at));
        let kept = PasswordHash::new(code.reveal(), cloud::random_bytes());
        let reset = before.with_code(kept, self.at).ok_or(CannotHelp::TooManyCodes)?;
        let person = Person { email: &email, somebody: true, settings, at: self.at };
        let letter = self.identity.email(person, News::ResetByHelpdesk(code));
        let letter = OutboxEmail { outbox_id, ..letter };
        Ok(vec![Change::Reset(email, reset), Change::Email(letter)])
    }

    /// A new invitation in place of the one before, unless this very request made it.
    async fn invitation(
        self,
        account: Account,
        request: &RequestId,
        settings: &Settings,
    ) -> Result<Vec<Change>, Problem> {
        let store = &self.identity.store;
        let email = account.email.clone();
        let outbox_id = OutboxId::of(&["invitation_again", email.as_str(), request.as_str()]);
        if store.outbox_email(&outbox_id).await?.is_some() {
            return Ok(Vec::new());
        }
        let token = Token::new(cloud::random_bytes());
        let (head, news) = (self.identity.head(settings), Welcome::Invited(&token));
        let letter = if store.staff_access(&email).await?.is_some() {
            welcome_staff(&head, &email, news, self.at)
        } else {
            let access = store.access_of(&email).await?.into_iter().next();
            let provider = access.ok_or(CannotHelp::NoAccess)?.provider_ref;
            let known = store.provider(&provider).await?;
            let name = known.map_or_else(|| provider.to_string(), |it| it.name);
            welcome(&head, &email, (provider.as_str(), &name), news, self.at)
        };
        let account = account.begun_anew();
        Ok(vec![
            Change::Invitation(Invitation::new(&token, &account, self.at)),
            Change::Email(OutboxEmail { outbox_id, ..letter }),
            Change::Account(account),
        ])
    }
}

fn outbox_id(change: &Change) -> Option<OutboxId> {
    if let Change::Email(email) = change { Some(email.outbox_id.clone()) } else { None }
}
