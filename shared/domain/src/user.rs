//! What the helpdesk does about people who sign in: invite, lock, reset (domain.md section 4, "Sign in").
//!
//! Nobody does any of it to their own account: that is what the account page is for, and so whoever locks stays, and
//! the helpdesk never locks itself out.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::account::{Account, Tries};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::StaffRef;

/// The longest reason for a lock, in characters.
pub const LOCK_REASON_LENGTH_MAX: usize = 500;

/// That the council locked an account: unlike the lock that follows wrong tries, it does not end by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouncilLock {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Why, for the helpdesk and the auditor alone.
    pub reason: String,
    /// Who did it, by name.
    pub by: String,
    /// Who did it.
    pub staff_ref: StaffRef,
}

/// How far somebody is on the way in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// They were invited and have not chosen a password yet.
    Invited,
    /// They may sign in.
    Active,
    /// The council locked them out until it unlocks them.
    Locked,
}

impl UserState {
    /// How far the holder of an account is.
    pub fn of(account: &Account) -> Self {
        match (&account.locked, &account.password) {
            (Some(_), _) => Self::Locked,
            (None, None) => Self::Invited,
            (None, Some(_)) => Self::Active,
        }
    }
}

/// What the helpdesk may do about somebody.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Help {
    /// Send a new invitation; an earlier one no longer works.
    InviteAgain,
    /// Lock them out until they are unlocked.
    Lock,
    /// Let them try again, whoever or whatever locked them.
    Unlock,
    /// Email them a code to choose a new password.
    SendPasswordReset,
    /// Take the authenticator app and the memorable code away: a code is emailed until they set one up again.
    TakeSecondStepAway,
    /// Sign them out everywhere.
    EndSessions,
}

impl Help {
    /// All of it, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::InviteAgain,
        Self::SendPasswordReset,
        Self::TakeSecondStepAway,
        Self::EndSessions,
        Self::Unlock,
        Self::Lock,
    ];

    /// Whether it may be done about the holder of `account`. What is done already may be done again: it changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`CannotHelp`].
    pub fn check(self, account: &Account, own: bool) -> Result<(), CannotHelp> {
        let locked = account.locked.is_some();
        match self {
            _ if own => Err(CannotHelp::OwnAccount),
            Self::InviteAgain if account.password.is_some() => Err(CannotHelp::HasPassword),
            Self::InviteAgain | Self::SendPasswordReset if locked => Err(CannotHelp::Locked),
            Self::InviteAgain
            | Self::SendPasswordReset
            | Self::TakeSecondStepAway
            | Self::EndSessions
            | Self::Unlock
            | Self::Lock => Ok(()),
        }
    }

    /// Whether it would change anything; `tries`: those counted for the address, `sessions`: where they are signed in.
    pub fn is_of_use(
        self,
        account: &Account,
        tries: &Tries,
        sessions: usize,
        now: DateTime<Utc>,
    ) -> bool {
        match self {
            Self::InviteAgain | Self::SendPasswordReset => true,
            Self::Lock => account.locked.is_none(),
            Self::Unlock => account.locked.is_some() || tries.are_locked(now),
            Self::TakeSecondStepAway => account.has_second_step_of_their_own(),
            Self::EndSessions => sessions > 0,
        }
    }
}

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InviteAgain => "invite_again",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::SendPasswordReset => "send_password_reset",
            Self::TakeSecondStepAway => "take_second_step_away",
            Self::EndSessions => "end_sessions",
        })
    }
}

/// Why the helpdesk may not do something about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotHelp {
    /// It is their own account.
    #[error("This is your own account. Use your account page, or ask a colleague.")]
    OwnAccount,
    /// An invitation is of no use any more.
    #[error("This person has chosen a password already. Send a password reset instead.")]
    HasPassword,
    /// Nothing lets them in.
    #[error("The council locked this account. Unlock it first.")]
    Locked,
    /// There is nothing to invite them to.
    #[error("This person has no access to any provider. Add it to their contact first.")]
    NoAccess,
    /// Codes go to one address only so often.
    #[error("A code was sent just now, or too often today. Wait before you send another.")]
    TooManyCodes,
}

impl Failure for CannotHelp {
    fn kind(&self) -> Kind {
        match self {
            Self::OwnAccount | Self::HasPassword | Self::Locked | Self::NoAccess => Kind::Conflict,
            Self::TooManyCodes => Kind::TooMany,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::OwnAccount => "own-account",
            Self::HasPassword => "has-password",
            Self::Locked => "locked-by-council",
            Self::NoAccess => "no-access",
            Self::TooManyCodes => "too-many-codes",
        }
    }
}

/// Why a text is no reason for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAReason {
    /// Nothing was typed.
    #[error("Enter why you lock this account")]
    Missing,
    /// Too much was typed.
    #[error("Reason must be {LOCK_REASON_LENGTH_MAX} characters or fewer")]
    TooLong,
}

impl Failure for NotAReason {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("reason", self.to_string())]
    }
}

/// The reason for a lock, as it is kept.
///
/// # Errors
///
/// [`NotAReason`]: what to type instead.
pub fn lock_reason(typed: &str) -> Result<String, NotAReason> {
    let reason = typed.trim();
    match reason.chars().count() {
        0 => Err(NotAReason::Missing),
        1..=LOCK_REASON_LENGTH_MAX => Ok(reason.to_owned()),
        _ => Err(NotAReason::TooLong),
    }
}

/// How the helpdesk made sure that whoever asks to lose a second step is the person whose account it is. A person gets
/// one by the council's word alone, through an address and an office that the council knows; so one that is lost is
/// taken away on no less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityCheck {
    /// By a call back, on a number that the council had before.
    CalledBack,
    /// By their face and a document with a picture.
    SeenWithDocument,
    /// By somebody who answers for them: an administrator of their provider, or their manager at the council, who was
    /// asked through what the council had before.
    VouchedFor,
}

/// How somebody was recognised was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Choose how you made sure who they are")]
pub struct NotRecognised;

impl Failure for NotRecognised {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("identity_check", self.to_string())]
    }
}

impl FromStr for IdentityCheck {
    type Err = NotRecognised;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let known = [Self::CalledBack, Self::SeenWithDocument, Self::VouchedFor];
        known.into_iter().find(|it| it.name() == typed).ok_or(NotRecognised)
    }
}

impl IdentityCheck {
    /// Its name in the API and in the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::CalledBack => "called_back",
            Self::SeenWithDocument => "seen_with_document",
            Self::VouchedFor => "vouched_for",
        }
    }

    /// What the person is told of it: "our helpdesk … made sure that it was you: …".
    pub fn told(self) -> &'static str {
        match self {
            Self::CalledBack => "by calling you on a number that we already had",
            Self::SeenWithDocument => "by seeing you and a document with your picture",
            Self::VouchedFor => "by asking an administrator of your provider, or your manager",
        }
    }
}

/// What the helpdesk makes of an account. Everything begun before no longer counts, but for an unlock.
impl Account {
    /// Whether more than the council's emailed code is asked or could be.
    pub fn has_second_step_of_their_own(&self) -> bool {
        self.authenticator.is_some()
            || self.authenticator_offered.is_some()
            || self.security_code.is_some()
    }

    /// Locked by the council. Whoever is locked already stays so by the first lock.
    #[must_use]
    pub fn locked_by(self, lock: CouncilLock) -> Self {
        if self.locked.is_some() {
            return self;
        }
        Self { locked: Some(lock), ..self.begun_anew() }
    }

    /// Not locked by the council any more.
    #[must_use]
    pub fn unlocked(self) -> Self {
        Self { locked: None, ..self }
    }

    /// Without an authenticator app and a memorable code.
    #[must_use]
    pub fn without_second_step(self) -> Self {
        let anew = self.begun_anew();
        Self { authenticator: None, authenticator_offered: None, security_code: None, ..anew }
    }

    /// As it is, but sign-ins and invitations that were begun are void.
    #[must_use]
    pub fn begun_anew(self) -> Self {
        Self { generation: self.generation.saturating_add(1), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Challenge, Invitation};
    use crate::password::PasswordHash;
    use crate::second_step::{Authenticator, Positions, SecurityCode};
    use crate::sign_in::Token;

    fn now() -> DateTime<Utc> {
        "2026-06-01T09:00:00Z".parse().unwrap()
    }

    fn invited() -> Account {
        let email = "ann@example.org".parse().unwrap();
        Account::invited(email, "Ann".to_owned(), Positions(2, 5), now())
    }

    fn active() -> Account {
        Account {
            authenticator: Some(Authenticator::new([1; 20])),
            security_code: SecurityCode::new("402915", [5; 32]).ok(),
            ..invited().with_password(PasswordHash::dummy())
        }
    }

    fn lock(reason: &str) -> CouncilLock {
        let staff_ref = "ST01".parse().unwrap();
        CouncilLock { at: now(), reason: reason.to_owned(), by: "Sam".to_owned(), staff_ref }
    }

    #[test]
    fn nobody_does_anything_to_their_own_account() {
        for help in Help::ALL {
            assert_eq!(help.check(&active(), true), Err(CannotHelp::OwnAccount), "{help}");
        }
    }

    #[test]
    fn an_invitation_goes_to_whoever_has_no_password_and_nothing_to_whoever_is_locked() {
        assert_eq!(Help::InviteAgain.check(&invited(), false), Ok(()));
        assert_eq!(Help::InviteAgain.check(&active(), false), Err(CannotHelp::HasPassword));
        let locked = invited().locked_by(lock("left"));
        for help in [Help::InviteAgain, Help::SendPasswordReset] {
            assert_eq!(help.check(&locked, false), Err(CannotHelp::Locked), "{help}");
        }
    }

    #[test]
    fn a_lock_of_the_council_voids_what_was_begun_and_stays_as_it_was_made() {
        let account = active();
        let challenge = Challenge::new(&Token::new([1; 32]), &account, now());
        let locked = account.locked_by(lock("left"));
        assert_eq!(UserState::of(&locked), UserState::Locked);
        assert!(!challenge.counts(&locked, now()));
        let again = locked.clone().locked_by(lock("another reason"));
        assert_eq!(again, locked);
        let unlocked = again.unlocked();
        assert_eq!(UserState::of(&unlocked), UserState::Active);
        assert!(!challenge.counts(&unlocked, now()), "what was begun before stays void");
    }

    #[test]
    fn an_earlier_invitation_is_void_when_somebody_is_invited_again() {
        let account = invited();
        let earlier = Invitation::new(&Token::new([1; 32]), &account, now());
        assert!(earlier.is_open(&account, now()));
        assert!(!earlier.is_open(&account.begun_anew(), now()));
    }

    #[test]
    fn without_a_second_step_of_their_own_there_is_nothing_to_take_away() {
        let tries = Tries::none(now());
        let take = Help::TakeSecondStepAway;
        assert!(take.is_of_use(&active(), &tries, 0, now()));
        assert!(!take.is_of_use(&active().without_second_step(), &tries, 0, now()));
    }

    #[test]
    fn who_somebody_is_was_made_sure_of_in_one_of_three_ways() {
        for way in ["called_back", "seen_with_document", "vouched_for"] {
            assert_eq!(way.parse::<IdentityCheck>().map(IdentityCheck::name), Ok(way));
        }
        for none in ["", "telephone", "Called_back"] {
            assert_eq!(none.parse::<IdentityCheck>(), Err(NotRecognised), "{none}");
        }
    }

    #[test]
    fn a_lock_needs_a_reason_that_is_not_too_long() {
        assert_eq!(lock_reason("  left  "), Ok("left".to_owned()));
        assert_eq!(lock_reason(" "), Err(NotAReason::Missing));
        assert_eq!(lock_reason(&"x".repeat(501)), Err(NotAReason::TooLong));
    }
}
