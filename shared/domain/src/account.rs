//! A person's account, and everything that is counted, waited for and refused on the way into it.
//!
//! Each transition gives the record as it must be saved, under the version that was read: of two at once, one wins.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ContactRef, ProviderRef, StaffRef, TeamRef};
use crate::password::PasswordHash;
use crate::permission::{CouncilPermission, CouncilRole, Role};
use crate::second_step::{Authenticator, Code, CodeHash, Positions, SecurityCode};
use crate::settings::{SecondStep, Settings};
use crate::sign_in::{EmailAddress, Token, TokenHash};
use crate::user::CouncilLock;

/// An emailed code is valid so long.
pub const CODE_MINUTES: u32 = 10;
/// An emailed code may be tried so often.
pub const CODE_TRIES_MAX: u32 = 5;
/// After the password there is so much time for the second step, further codes included.
pub const CHALLENGE_MINUTES: u32 = 30;
/// One sign-in is emailed so many codes at most.
pub const CHALLENGE_CODES_MAX: u32 = 5;
/// An invitation is valid so long.
pub const INVITATION_DAYS: u32 = 14;
/// Codes to choose a new password are emailed so far apart.
pub const RESET_SECONDS_APART: u32 = 60;
/// So many codes to choose a new password are emailed in a day, and so many wrong ones are taken.
pub const RESETS_A_DAY_MAX: u32 = 10;
/// Nobody is signed in in more places than this: the longest unused one ends.
pub const SESSIONS_MAX: usize = 20;
/// What was counted is forgotten so long after the last time.
const FORGET_HOURS: i64 = 24;
/// A lock that follows others lasts no longer than this.
const LOCKOUT_MINUTES_MAX: u32 = 12 * 60;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What they sign in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// None until the invitation is accepted.
    pub password: Option<PasswordHash>,
    /// The memorable code, if they have set one.
    pub security_code: Option<SecurityCode>,
    /// The digits of it that are asked. They stay until they are answered, so that nobody learns more by asking.
    pub positions: Positions,
    /// The authenticator app, if they have set one up.
    pub authenticator: Option<Authenticator>,
    /// One that is being set up and was not confirmed yet.
    pub authenticator_offered: Option<Authenticator>,
    /// Grows with each new password: what was begun under an older one no longer counts.
    pub generation: u32,
    /// When the person was invited.
    pub created_at: DateTime<Utc>,
    /// Whether they are one of the council's people; nobody is that and a provider's contact.
    #[serde(default)]
    pub council: bool,
    /// When they last signed in.
    #[serde(default)]
    pub signed_in_at: Option<DateTime<Utc>>,
    /// That the council locked it.
    #[serde(default)]
    pub locked: Option<CouncilLock>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

/// A second step, as the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A code that is emailed.
    EmailedCode,
    /// Two digits of the memorable code.
    MemorableDigits,
    /// An authenticator app.
    Totp,
}

impl Account {
    /// Somebody who is being invited.
    pub fn invited(email: EmailAddress, name: String, asked: Positions, at: DateTime<Utc>) -> Self {
        Self {
            email,
            name,
            password: None,
            security_code: None,
            positions: asked,
            authenticator: None,
            authenticator_offered: None,
            generation: 0,
            created_at: at,
            council: false,
            signed_in_at: None,
            locked: None,
            version: 0,
        }
    }

    /// With a new password. Everything begun under the old one is void.
    #[must_use]
    pub fn with_password(self, password: PasswordHash) -> Self {
        let generation = self.generation.saturating_add(1);
        Self { password: Some(password), generation, ..self }
    }

    /// What is asked after the password: the app if there is one, else what the council chose.
    pub fn step(&self, settings: &Settings) -> Step {
        if self.authenticator.is_some() { Step::Totp } else { self.councils_step(settings) }
    }

    /// What may be given instead.
    pub fn alternatives(&self, settings: &Settings) -> Vec<Step> {
        let app = self.authenticator.as_ref();
        app.map(|_| self.councils_step(settings)).into_iter().collect()
    }

    /// Whoever has no memorable code yet is emailed one.
    fn councils_step(&self, settings: &Settings) -> Step {
        match (settings.second_step, &self.security_code) {
            (SecondStep::MemorableDigits, Some(_)) => Step::MemorableDigits,
            (SecondStep::MemorableDigits, None) | (SecondStep::EmailedCode, _) => Step::EmailedCode,
        }
    }
}

/// What a person may do for one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAccess {
    /// For whom.
    pub provider_ref: ProviderRef,
    /// As which contact.
    pub contact_ref: ContactRef,
    /// What they are there.
    pub roles: Vec<Role>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

/// What a person of the council's may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffAccess {
    /// Who.
    pub staff_ref: StaffRef,
    /// Their name, as providers read it.
    pub name: String,
    /// What they are.
    pub roles: Vec<CouncilRole>,
    /// Whose actions they answer.
    pub teams: Vec<TeamRef>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl StaffAccess {
    /// Whether any of the roles allows `what`.
    pub fn may(&self, what: CouncilPermission) -> bool {
        self.roles.iter().any(|role| role.may(what))
    }

    /// Everything they may do.
    pub fn permissions(&self) -> Vec<CouncilPermission> {
        CouncilPermission::ALL.into_iter().filter(|what| self.may(*what)).collect()
    }

    /// Whether they are of a team.
    pub fn is_in(&self, team: &TeamRef) -> bool {
        self.teams.contains(team)
    }

    /// Whether they may read the actions of a team: their own, or all for an auditor.
    pub fn sees_actions_of(&self, team: &TeamRef) -> bool {
        let own = self.is_in(team) && self.may(CouncilPermission::SeeActions);
        own || self.roles.contains(&CouncilRole::Auditor)
    }

    /// Whether a session begun with this claims more than `now` allows.
    pub fn is_beyond(&self, now: &Self) -> bool {
        self.staff_ref != now.staff_ref
            || self.roles.iter().any(|role| !now.roles.contains(role))
            || self.teams.iter().any(|team| !now.is_in(team))
    }
}

/// How often somebody tried to sign in with an address, whether or not there is such an account: so that the
/// answers and the work are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Tries that were begun and did not turn out right.
    pub count: u32,
    /// The last of them.
    pub last_at: DateTime<Utc>,
    /// Nothing is tried before then.
    pub locked_until: Option<DateTime<Utc>>,
    /// How often it was locked since anybody got in. Each lock lasts twice as long as the one before: two digits
    /// of a memorable code are soon tried out by whoever may try five times every quarter of an hour.
    #[serde(default)]
    pub locks: u32,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

/// What becomes of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is counted before it is looked at, so that many at once gain nothing.
    Counted(Tries),
    /// There were too many: it is locked from here on.
    Locks(Tries),
    /// It is locked.
    Locked,
}

impl Tries {
    /// None so far.
    pub fn none(at: DateTime<Utc>) -> Self {
        Self { count: 0, last_at: at, locked_until: None, locks: 0, version: 0 }
    }

    /// Counts one more.
    pub fn begin(self, at: DateTime<Utc>, settings: &Settings) -> Attempt {
        match self.locked_until {
            Some(until) if at < until => return Attempt::Locked,
            Some(_) | None => {}
        }
        let forgotten = at.signed_duration_since(self.last_at) >= Duration::hours(FORGET_HOURS);
        let before = if forgotten || self.locked_until.is_some() { 0 } else { self.count };
        let count = before.saturating_add(1);
        let locks = if forgotten { 0 } else { self.locks };
        let begun = Self { count, last_at: at, locked_until: None, locks, ..self };
        if count > tries_max(settings) {
            return Attempt::Locks(begun.locked(at, settings));
        }
        Attempt::Counted(begun)
    }

    /// After a wrong one: the record to save if that was the last that was allowed.
    pub fn failed(&self, at: DateTime<Utc>, settings: &Settings) -> Option<Self> {
        let last = self.locked_until.is_none() && self.count >= tries_max(settings);
        last.then(|| self.clone().locked(at, settings))
    }

    fn locked(self, at: DateTime<Utc>, settings: &Settings) -> Self {
        let twice = 2_u32.saturating_pow(self.locks);
        let longest = LOCKOUT_MINUTES_MAX.max(settings.lockout_minutes);
        let minutes = settings.lockout_minutes.saturating_mul(twice).min(longest);
        let locked_until = Some(minutes_later(at, minutes));
        Self { locked_until, locks: self.locks.saturating_add(1), ..self }
    }

    /// One of those counted was right, as far as it went.
    #[must_use]
    pub fn forgiven(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
    }

    /// Somebody got in: all is forgiven.
    #[must_use]
    pub fn cleared(self) -> Self {
        Self { count: 0, locked_until: None, locks: 0, ..self }
    }

    /// Whether nothing may be tried now.
    pub fn are_locked(&self, now: DateTime<Utc>) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// When the record says nothing any more.
    pub fn ends_at(&self) -> DateTime<Utc> {
        later(self.locked_until.unwrap_or(self.last_at), Duration::hours(FORGET_HOURS))
    }
}

/// A council that sets 0 still lets people try once.
fn tries_max(settings: &Settings) -> u32 {
    settings.lockout_tries.max(1)
}

/// `at` and `span` later.
fn later(at: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
    at.checked_add_signed(span).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn minutes_later(at: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    later(at, Duration::minutes(i64::from(minutes)))
}

/// Somebody gave the right password and owes the second step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The hash of what the browser was given.
    pub id: TokenHash,
    /// Who.
    pub email: EmailAddress,
    /// The code that was emailed last.
    pub code: Option<CodeHash>,
    /// Until when it is valid.
    pub code_ends_at: Option<DateTime<Utc>>,
    /// How many were emailed.
    pub codes_sent: u32,
    /// How often the second step was tried since the last code.
    pub tries: u32,
    /// The account's when the password was given.
    pub generation: u32,
    /// Then the password has to be given again.
    pub ends_at: DateTime<Utc>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Challenge {
    /// The second step of somebody whose password was right.
    pub fn new(token: &Token, account: &Account, at: DateTime<Utc>) -> Self {
        Self {
            id: token.hash(),
            email: account.email.clone(),
            code: None,
            code_ends_at: None,
            codes_sent: 0,
            tries: 0,
            generation: account.generation,
            ends_at: minutes_later(at, CHALLENGE_MINUTES),
            version: 0,
        }
    }

    /// With a code to email. An older one no longer counts.
    ///
    /// # Errors
    ///
    /// [`CannotSignIn::TooManyCodes`].
    pub fn with_code(
        self,
        code: &Code,
        token: &Token,
        at: DateTime<Utc>,
    ) -> Result<Self, CannotSignIn> {
        if self.codes_sent >= CHALLENGE_CODES_MAX {
            return Err(CannotSignIn::TooManyCodes);
        }
        Ok(Self {
            code: Some(code.sealed_by(token)),
            code_ends_at: Some(minutes_later(at, CODE_MINUTES)),
            codes_sent: self.codes_sent.saturating_add(1),
            tries: 0,
            ..self
        })
    }

    /// The challenge if it still counts.
    ///
    /// # Errors
    ///
    /// [`CannotSignIn::Again`] if it took too long, was tried too often, or the password has changed.
    pub fn open(self, account: &Account, at: DateTime<Utc>) -> Result<Self, CannotSignIn> {
        let few = self.tries < CODE_TRIES_MAX;
        if few && self.counts(account, at) { Ok(self) } else { Err(CannotSignIn::Again) }
    }

    /// Whether a try that was counted may still turn out right.
    pub fn counts(&self, account: &Account, at: DateTime<Utc>) -> bool {
        at < self.ends_at && self.generation == account.generation && account.locked.is_none()
    }

    /// Counts a try before it is looked at.
    #[must_use]
    pub fn tried(self) -> Self {
        Self { tries: self.tries.saturating_add(1), ..self }
    }

    /// The account after the second step was given rightly.
    ///
    /// # Errors
    ///
    /// [`CannotSignIn::WrongCode`], or [`CannotSignIn::CodeExpired`].
    pub fn answered(&self, account: Account, answer: &Answer<'_>) -> Result<Account, CannotSignIn> {
        match answer.step {
            Step::EmailedCode => self.emailed(account, answer),
            Step::MemorableDigits => {
                let code = account.security_code.as_ref();
                if code.is_some_and(|code| code.has(account.positions, answer.typed)) {
                    Ok(Account { positions: answer.asked_next, ..account })
                } else {
                    Err(CannotSignIn::WrongDigits)
                }
            }
            Step::Totp => {
                let app = account.authenticator.as_ref();
                let used = app.and_then(|app| app.accept(answer.typed, answer.at.timestamp()));
                let used = used.ok_or(CannotSignIn::WrongCode)?;
                Ok(Account { authenticator: Some(used), ..account })
            }
        }
    }

    fn emailed(&self, account: Account, answer: &Answer<'_>) -> Result<Account, CannotSignIn> {
        let code = self.code.as_ref().ok_or(CannotSignIn::WrongCode)?;
        if self.code_ends_at.is_none_or(|ends_at| answer.at >= ends_at) {
            return Err(CannotSignIn::CodeExpired);
        }
        if code.is_of(answer.token, answer.typed) {
            Ok(account)
        } else {
            Err(CannotSignIn::WrongCode)
        }
    }
}

/// What somebody gave as the second step.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The browser's part of the challenge.
    pub token: &'a Token,
    /// Which second step it is.
    pub step: Step,
    /// What they typed.
    pub typed: &'a str,
    /// Which digits are asked once these are right.
    pub asked_next: Positions,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why somebody is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotSignIn {
    /// No such account, a wrong password, or locked: the same answer for all of them.
    #[error("The email address or password is not right, or the account is locked for a while.")]
    Refused,
    /// The second step has to begin again.
    #[error(
        "Your sign-in took too long or was tried too often. Enter your email and password again."
    )]
    Again,
    /// The second step is wrong.
    #[error("The code is not right.")]
    WrongCode,
    /// The digits are wrong.
    #[error("The digits are not right.")]
    WrongDigits,
    /// It was right once.
    #[error("The code has expired. Ask for another.")]
    CodeExpired,
    /// The second step was wrong too often.
    #[error(
        "There were too many wrong tries. Your account is locked: we emailed you for how long."
    )]
    Locked,
    /// Codes go to one address only so often.
    #[error("Too many codes were sent. Enter your email and password again.")]
    TooManyCodes,
}

impl Failure for CannotSignIn {
    fn kind(&self) -> Kind {
        match self {
            Self::TooManyCodes => Kind::TooMany,
            Self::Refused
            | Self::Again
            | Self::WrongCode
            | Self::WrongDigits
            | Self::CodeExpired
            | Self::Locked => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused => "sign-in-refused",
            Self::Again => "sign-in-again",
            Self::WrongCode | Self::WrongDigits => "code-wrong",
            Self::CodeExpired => "code-expired",
            Self::Locked => "account-locked",
            Self::TooManyCodes => "too-many-codes",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Refused => {
                vec![FieldError::new("email", "Check your email address and password")]
            }
            Self::WrongCode => {
                vec![FieldError::new("code", "Enter the code again, or get a new one")]
            }
            Self::WrongDigits => {
                vec![FieldError::new("code", "Enter the two digits that are asked for")]
            }
            Self::CodeExpired => vec![FieldError::new("code", "Get a new code and enter that")],
            Self::Again | Self::Locked | Self::TooManyCodes => Vec::new(),
        }
    }
}

/// Codes to choose a new password, for an address, whether or not there is such an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The code that was emailed last: slow to try out for whoever has the table. None: none is valid.
    pub code: Option<PasswordHash>,
    /// When it was emailed.
    pub sent_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: u32,
    /// The rest is counted from here, for a day.
    pub day_began_at: DateTime<Utc>,
    /// Codes emailed that day.
    pub sent_in_day: u32,
    /// Tries that day.
    pub tries_in_day: u32,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Reset {
    /// No code so far.
    pub fn none(at: DateTime<Utc>) -> Self {
        Self {
            code: None,
            sent_at: DateTime::<Utc>::MIN_UTC,
            tries: 0,
            day_began_at: at,
            sent_in_day: 0,
            tries_in_day: 0,
            version: 0,
        }
    }

    /// With a new code, if one may be sent now.
    pub fn with_code(self, code: PasswordHash, at: DateTime<Utc>) -> Option<Self> {
        let new_day = at.signed_duration_since(self.day_began_at) >= Duration::hours(FORGET_HOURS);
        let today = if new_day {
            Self { day_began_at: at, sent_in_day: 0, tries_in_day: 0, ..self }
        } else {
            self
        };
        let apart = Duration::seconds(i64::from(RESET_SECONDS_APART));
        let soon = at < later(today.sent_at, apart);
        let many = today.sent_in_day >= RESETS_A_DAY_MAX || today.tries_in_day >= RESETS_A_DAY_MAX;
        let sent_in_day = today.sent_in_day.saturating_add(1);
        let sent = Self { code: Some(code), sent_at: at, tries: 0, sent_in_day, ..today };
        (!soon && !many).then_some(sent)
    }

    /// Counts a try before it is looked at; `None` if nothing can be right any more.
    pub fn tried(self, at: DateTime<Utc>) -> Option<Self> {
        let valid = self.code.is_some() && at < minutes_later(self.sent_at, CODE_MINUTES);
        let few = self.tries < CODE_TRIES_MAX && self.tries_in_day < RESETS_A_DAY_MAX;
        let tries = self.tries.saturating_add(1);
        let tries_in_day = self.tries_in_day.saturating_add(1);
        (valid && few).then_some(Self { tries, tries_in_day, ..self })
    }

    /// After the code was used; `None` if somebody else used it.
    pub fn used(self) -> Option<Self> {
        self.code.is_some().then_some(Self { code: None, ..self })
    }

    /// When the record says nothing any more.
    pub fn ends_at(&self) -> DateTime<Utc> {
        later(self.day_began_at, Duration::hours(FORGET_HOURS))
    }
}

/// Somebody who may choose a first password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The hash of what was emailed.
    pub id: TokenHash,
    /// Who.
    pub email: EmailAddress,
    /// The account's when it was invited: with a password it is another.
    pub generation: u32,
    /// Then it is void.
    pub ends_at: DateTime<Utc>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Invitation {
    /// The invitation to `account` by `token`.
    pub fn new(token: &Token, account: &Account, at: DateTime<Utc>) -> Self {
        Self {
            id: token.hash(),
            email: account.email.clone(),
            generation: account.generation,
            ends_at: later(at, Duration::days(i64::from(INVITATION_DAYS))),
            version: 0,
        }
    }

    /// Whether it still lets its holder in.
    pub fn is_open(&self, account: &Account, at: DateTime<Utc>) -> bool {
        at < self.ends_at && self.generation == account.generation && account.locked.is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const NINE: &str = "2026-06-01T09:00:00Z";

    fn account() -> Account {
        let email = "ann@example.org".parse().unwrap();
        Account::invited(email, "Ann".to_owned(), Positions(2, 5), at(NINE))
    }

    fn count(tries: Tries, when: &str) -> Tries {
        match tries.begin(at(when), &Settings::default()) {
            Attempt::Counted(tries) => tries,
            Attempt::Locks(_) | Attempt::Locked => panic!("it is locked"),
        }
    }

    #[test]
    fn the_fifth_wrong_try_locks_for_fifteen_minutes() {
        let settings = Settings::default();
        let mut tries = Tries::none(at(NINE));
        for _ in 0..4 {
            tries = count(tries, NINE);
            assert_eq!(tries.failed(at(NINE), &settings), None);
        }
        tries = count(tries, NINE);
        let locked = tries.failed(at(NINE), &settings).unwrap();
        assert_eq!(locked.clone().begin(at("2026-06-01T09:14:59Z"), &settings), Attempt::Locked);
        assert_eq!(count(locked, "2026-06-01T09:15:00Z").count, 1);
    }

    /// How many minutes it is locked for by as many wrong tries as are allowed, at once.
    fn minutes_locked(tries: &mut Tries, now: DateTime<Utc>) -> i64 {
        let settings = Settings::default();
        for _ in 0..settings.lockout_tries {
            let Attempt::Counted(counted) = tries.clone().begin(now, &settings) else { panic!() };
            *tries = counted.failed(now, &settings).unwrap_or(counted);
        }
        tries.locked_until.unwrap().signed_duration_since(now).num_minutes()
    }

    #[test]
    fn each_lock_lasts_twice_as_long_as_the_one_before_until_somebody_gets_in() {
        let (mut now, mut tries) = (at(NINE), Tries::none(at(NINE)));
        for minutes in [15, 30, 60, 120, 240, 480, 720, 720] {
            assert_eq!(minutes_locked(&mut tries, now), minutes);
            now = tries.locked_until.unwrap();
        }
        assert_eq!(minutes_locked(&mut tries.clone().cleared(), now), 15);
        let next_day = later(now, Duration::hours(FORGET_HOURS));
        assert_eq!(minutes_locked(&mut tries, next_day), 15);
    }

    #[test]
    fn a_try_beyond_the_last_locks_even_if_its_forerunner_never_ended() {
        let settings = Settings::default();
        let tries = Tries { count: 5, ..Tries::none(at(NINE)) };
        let Attempt::Locks(locked) = tries.begin(at(NINE), &settings) else { panic!() };
        assert_eq!(locked.begin(at(NINE), &settings), Attempt::Locked);
    }

    #[test]
    fn yesterdays_wrong_tries_are_forgotten() {
        let tries = Tries { count: 4, ..Tries::none(at(NINE)) };
        assert_eq!(count(tries, "2026-06-02T09:00:00Z").count, 1);
    }

    proptest! {
        /// Whatever comes at whatever times: between two locks there are never more tries than allowed.
        #[test]
        fn nobody_tries_more_often_than_allowed(allowed in 1_u32..8, gaps in prop::collection::vec(0_i64..600, 1..60)) {
            let settings = Settings { lockout_tries: allowed, ..Settings::default() };
            let (mut now, mut tries, mut in_a_row) = (at(NINE), Tries::none(at(NINE)), 0_u32);
            for gap in gaps {
                now = later(now, Duration::seconds(gap));
                match tries.clone().begin(now, &settings) {
                    Attempt::Counted(counted) => {
                        in_a_row = in_a_row.saturating_add(1);
                        prop_assert!(in_a_row <= allowed);
                        tries = counted.failed(now, &settings).unwrap_or(counted);
                    }
                    Attempt::Locks(locked) => tries = locked,
                    Attempt::Locked => in_a_row = 0,
                }
                if tries.locked_until.is_some_and(|until| now >= until) {
                    in_a_row = 0;
                }
            }
        }
    }

    #[test]
    fn what_was_begun_under_an_old_password_no_longer_counts() {
        let (token, account) = (Token::new([1; 32]), account());
        let challenge = Challenge::new(&token, &account, at(NINE));
        let invitation = Invitation::new(&token, &account, at(NINE));
        let changed = account.with_password(PasswordHash::dummy());
        assert_eq!(challenge.open(&changed, at(NINE)), Err(CannotSignIn::Again));
        assert!(!invitation.is_open(&changed, at(NINE)));
    }

    #[test]
    fn a_code_is_good_for_ten_minutes_and_another_makes_it_void() {
        let token = Token::new([1; 32]);
        let (first, second) = (Code::new([1; 8]), Code::new([2; 8]));
        let challenge = Challenge::new(&token, &account(), at(NINE));
        let challenge = challenge.with_code(&first, &token, at(NINE)).unwrap();
        let answer = |typed, when| {
            let step = Step::EmailedCode;
            Answer { token: &token, step, typed, asked_next: Positions(1, 2), at: at(when) }
        };
        let good = answer(first.reveal(), "2026-06-01T09:09:59Z");
        challenge.answered(account(), &good).unwrap();
        let late = answer(first.reveal(), "2026-06-01T09:10:00Z");
        assert_eq!(challenge.answered(account(), &late), Err(CannotSignIn::CodeExpired));
        let again = challenge.with_code(&second, &token, at(NINE)).unwrap();
        assert_eq!(again.answered(account(), &good), Err(CannotSignIn::WrongCode));
    }

    #[test]
    fn the_digits_asked_stay_until_they_are_answered() {
        let token = Token::new([1; 32]);
        let security_code = Some(SecurityCode::new("402915", [1; 32]).unwrap());
        let account = Account { security_code, ..account() };
        let challenge = Challenge::new(&token, &account, at(NINE));
        let answer = |typed| {
            let step = Step::MemorableDigits;
            Answer { token: &token, step, typed, asked_next: Positions(1, 6), at: at(NINE) }
        };
        assert_eq!(
            challenge.answered(account.clone(), &answer("02")),
            Err(CannotSignIn::WrongDigits)
        );
        let after = challenge.answered(account, &answer("01")).unwrap();
        assert_eq!(after.positions, Positions(1, 6));
    }

    #[test]
    fn an_app_that_is_set_up_is_asked_and_the_councils_way_stays_open() {
        let settings = Settings { second_step: SecondStep::MemorableDigits, ..Settings::default() };
        let account = account();
        assert_eq!(account.step(&settings), Step::EmailedCode);
        let security_code = Some(SecurityCode::new("402915", [1; 32]).unwrap());
        let account = Account { security_code, ..account };
        assert_eq!(account.step(&settings), Step::MemorableDigits);
        assert_eq!(account.alternatives(&settings), []);
        let account = Account { authenticator: Some(Authenticator::new([1; 20])), ..account };
        assert_eq!(account.step(&settings), Step::Totp);
        assert_eq!(account.alternatives(&settings), [Step::MemorableDigits]);
    }

    #[test]
    fn codes_for_a_new_password_go_out_once_a_minute_and_ten_times_a_day() {
        let code = PasswordHash::dummy;
        let mut reset = Reset::none(at(NINE)).with_code(code(), at(NINE)).unwrap();
        assert_eq!(reset.clone().with_code(code(), at("2026-06-01T09:00:59Z")), None);
        for minute in 1..10 {
            let when = minutes_later(at(NINE), minute);
            reset = reset.with_code(code(), when).unwrap();
        }
        assert_eq!(reset.clone().with_code(code(), at("2026-06-01T10:00:00Z")), None);
        assert!(reset.with_code(code(), at("2026-06-02T09:00:00Z")).is_some());
    }

    #[test]
    fn a_code_for_a_new_password_is_tried_five_times_within_ten_minutes() {
        let sent = Reset::none(at(NINE)).with_code(PasswordHash::dummy(), at(NINE)).unwrap();
        let mut reset = sent.clone();
        for _ in 0..5 {
            reset = reset.tried(at(NINE)).unwrap();
        }
        assert_eq!(reset.tried(at(NINE)), None);
        assert_eq!(sent.tried(at("2026-06-01T09:10:00Z")), None);
        assert_eq!(Reset::none(at(NINE)).tried(at(NINE)), None);
    }
}
