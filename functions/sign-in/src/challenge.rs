//! The second step: an emailed code, two digits, or an authenticator app.

use axum::extract::State;
use axum::http::header::{HeaderMap, USER_AGENT};
use chrono::Duration;
use domain::account::{
    Account, Answer, CannotSignIn, Challenge, ProviderAccess, SESSIONS_MAX, StaffAccess, Step,
};
use domain::audit::By;
use domain::clock::Now;
use domain::second_step::{Code, Positions};
use domain::settings::Settings;
use domain::sign_in::{Session, Token, browser_name};
use identity::{Identity, News, Person, RACES_MAX, Tried};
use serde::{Deserialize, Serialize};
use store::{Change, StoreError};
use web::{At, Invalid, Json, Problem, WithCookie, session_cookie};

/// What giving the second step is recorded as.
const SECOND_STEP: &str = "POST /api/sign-in/code";

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SecondStepForm)]
pub(crate) struct Form {
    challenge: String,
    step: Step,
    #[serde(default)]
    code: String,
}

/// Where to go.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SignedIn {
    next: &'static str,
}

/// Somebody gives the second step and is signed in.
///
/// # Errors
///
/// 422 nothing typed, wrong, expired, locked, or to be begun again.
pub(crate) async fn answer(
    State(identity): State<Identity>,
    At(now): At,
    headers: HeaderMap,
    Json(form): Json<Form>,
) -> Result<WithCookie<Json<SignedIn>>, Problem> {
    if form.code.trim().is_empty() {
        return Err(Invalid::field("code", form.step_asks()).into());
    }
    let token = Token::presented(&form.challenge);
    let settings = identity.settings().await?;
    let (challenge, account) = waiting(&identity, &token, now).await?;
    let person =
        Person { email: &account.email, somebody: true, settings: &settings, at: now.instant };
    count(&identity, person, challenge).await?;

    let step =
        Attempted { token: &token, form: &form, settings: &settings, now, headers: &headers };
    match step.enter(&identity, person).await {
        Ok(signed_in) => Ok(signed_in),
        Err(Entry::Wrong(why)) => {
            let tried = identity.fail_try(person).await?;
            let by = By::address(person.email, true);
            identity.record(by, (SECOND_STEP, 422), now.instant).await?;
            Err(if tried == Tried::Locked { CannotSignIn::Locked.into() } else { why.into() })
        }
        Err(Entry::Store(error)) => Err(error.into()),
    }
}

impl Form {
    fn step_asks(&self) -> &'static str {
        match self.step {
            Step::EmailedCode => "Enter the code from the email",
            Step::MemorableDigits => "Enter the two digits",
            Step::Totp => "Enter the code that your app shows",
        }
    }
}

/// The sign-in that waits for its second step, and whose it is.
async fn waiting(
    identity: &Identity,
    token: &Token,
    now: Now,
) -> Result<(Challenge, Account), Problem> {
    let challenge = identity.store.challenge(&token.hash()).await?.ok_or(CannotSignIn::Again)?;
    let account = identity.store.account(&challenge.email).await?.ok_or(CannotSignIn::Again)?;
    Ok((challenge.open(&account, now.instant)?, account))
}

/// Counts the try, of this sign-in and of the account, before it is looked at.
async fn count(
    identity: &Identity,
    person: Person<'_>,
    challenge: Challenge,
) -> Result<(), Problem> {
    match identity.begin_try(person, Some(Change::Challenge(challenge.tried()))).await {
        Ok(Tried::Counted) => Ok(()),
        Ok(Tried::Locked) => Err(CannotSignIn::Locked.into()),
        Err(error) if error.is_stale() => Err(CannotSignIn::Again.into()),
        Err(error) => Err(error.into()),
    }
}

/// A second step that was counted.
struct Attempted<'a> {
    token: &'a Token,
    form: &'a Form,
    settings: &'a Settings,
    now: Now,
    headers: &'a HeaderMap,
}

/// Why nobody is let in.
enum Entry {
    Wrong(CannotSignIn),
    Store(StoreError),
}

impl From<CannotSignIn> for Entry {
    fn from(why: CannotSignIn) -> Self {
        Self::Wrong(why)
    }
}

impl From<StoreError> for Entry {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Attempted<'_> {
    /// Looks whether it is right and lets the person in. When anything changed meanwhile it is looked at again:
    /// of two uses of one code, or of one sign-in, one gets in.
    async fn enter(
        &self,
        identity: &Identity,
        person: Person<'_>,
    ) -> Result<WithCookie<Json<SignedIn>>, Entry> {
        let store = &identity.store;
        for _ in 0..RACES_MAX {
            let challenge =
                store.challenge(&self.token.hash()).await?.ok_or(CannotSignIn::Again)?;
            let account = store.account(&challenge.email).await?.ok_or(CannotSignIn::Again)?;
            if !challenge.counts(&account, self.now.instant) {
                return Err(CannotSignIn::Again.into());
            }
            let account = self.checked(&challenge, account)?;
            let account = Account { signed_in_at: Some(self.now.instant), ..account };
            let staff = store.staff_access(&account.email).await?;
            let access = sole(store.access_of(&account.email).await?).filter(|_| staff.is_none());
            let next = landing(staff.as_ref(), access.as_ref());
            let cookie = Token::new(cloud::random_bytes());
            let session = self.session(&cookie, &account, (access.as_ref(), staff));
            let mut changes = vec![
                Change::EndChallenge(challenge),
                Change::Tries(account.email.clone(), identity.tries(person).await?.cleared()),
            ];
            let others = store.sessions_of(&account.email, self.now.instant).await?;
            let oldest = others.into_iter().skip(SESSIONS_MAX.saturating_sub(1));
            changes.extend(oldest.map(|old| Change::EndSession(old.email, old.id)));
            changes.push(Change::Account(account));
            let by = By::from(&session);
            changes.push(Change::StartSession(session, access));
            match store.change(changes).await {
                Err(error) if error.is_stale() => {}
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    // Without a record nobody is given the cookie, and so nobody is in.
                    identity.record(by, (SECOND_STEP, 200), self.now.instant).await?;
                    let cookie = Some(session_cookie(&cookie));
                    return Ok(WithCookie { cookie, answer: Json(SignedIn { next }) });
                }
            }
        }
        Err(CannotSignIn::Again.into())
    }

    /// The account after the step was given rightly, if the step is one of those that were asked.
    fn checked(&self, challenge: &Challenge, account: Account) -> Result<Account, CannotSignIn> {
        let step = self.form.step;
        let asked = step == account.step(self.settings)
            || account.alternatives(self.settings).contains(&step);
        if !asked {
            return Err(CannotSignIn::WrongCode);
        }
        let answer = Answer {
            token: self.token,
            step,
            typed: &self.form.code,
            asked_next: Positions::pick(cloud::random_bytes()),
            at: self.now.instant,
        };
        challenge.answered(account, &answer)
    }

    fn session(
        &self,
        cookie: &Token,
        account: &Account,
        (access, council): (Option<&ProviderAccess>, Option<StaffAccess>),
    ) -> Session {
        let at = self.now.instant;
        let minutes = Duration::minutes(i64::from(self.settings.session_absolute_minutes));
        let browser = self.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Session {
            id: cookie.hash(),
            email: account.email.clone(),
            name: account.name.clone(),
            provider: access.map(|access| access.provider_ref.clone()),
            roles: access.map(|access| access.roles.clone()).unwrap_or_default(),
            council,
            created_at: at,
            last_seen_at: at,
            idle_minutes: self.settings.session_idle_minutes,
            ends_at: at.checked_add_signed(minutes).unwrap_or(at),
            browser: browser_name(browser.unwrap_or_default()),
            version: 0,
        }
    }
}

/// Where somebody begins.
fn landing(staff: Option<&StaffAccess>, access: Option<&ProviderAccess>) -> &'static str {
    match (staff, access) {
        (Some(_), _) => "/council/",
        (None, Some(_)) => "/home/",
        (None, None) => "/choose-provider/",
    }
}

/// Whoever serves one provider need not choose it.
fn sole(access: Vec<ProviderAccess>) -> Option<ProviderAccess> {
    let mut access = access.into_iter();
    let first = access.next()?;
    access.next().is_none().then_some(first)
}

/// What somebody wants another code for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Another {
    challenge: String,
}

/// Where the other code went.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Sent {
    masked_email: String,
}

/// Somebody wants another code. The one before no longer counts.
///
/// # Errors
///
/// 422 the sign-in is to be begun again, or asks for no code; 429 too many codes.
pub(crate) async fn another(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Another>,
) -> Result<Json<Sent>, Problem> {
    let token = Token::presented(&form.challenge);
    let settings = identity.settings().await?;
    let (challenge, account) = waiting(&identity, &token, now).await?;
    let emailed = account.step(&settings) == Step::EmailedCode
        || account.alternatives(&settings).contains(&Step::EmailedCode);
    if !emailed {
        return Err(Invalid::field("challenge", "No code is emailed for this account").into());
    }
    let code = Code::new(cloud::random_bytes());
    let challenge = challenge.with_code(&code, &token, now.instant)?;
    let person =
        Person { email: &account.email, somebody: true, settings: &settings, at: now.instant };
    let news = identity.email(person, News::SignInCode(&code));
    let id = news.outbox_id.clone();
    identity.store.change(vec![Change::Challenge(challenge), Change::Email(news)]).await?;
    identity.tell(&id).await;
    Ok(Json(Sent { masked_email: account.email.masked() }))
}
