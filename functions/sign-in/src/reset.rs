//! Somebody forgot their password: a code is emailed, then a new password is chosen.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::{Account, Reset, Tries};
use domain::audit::By;
use domain::failure::{Failure, FieldError, Kind};
use domain::password::PasswordHash;
use domain::second_step::{Code, digits};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use identity::{Identity, News, Person, RACES_MAX, check_password};
use serde::{Deserialize, Serialize};
use store::{Change, StoreError};
use thiserror::Error;
use web::{Accepted, At, Invalid, Json, Problem, Status};

/// What asking for a code is recorded as, and how it is answered.
const ASKED: (&str, u16) = ("POST /api/password-reset", 202);

/// What choosing a new password is recorded as.
const CHOSEN: &str = "POST /api/password-reset/password";

/// Who forgot it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Ask {
    #[serde(default)]
    email: String,
}

/// A code to choose a new password is emailed, if there is such an account and none was sent just now. The
/// answer is the same in any case.
///
/// # Errors
///
/// 422 this is no email address; 429 too many tries.
pub(crate) async fn ask(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Ask>,
) -> Result<Accepted, Problem> {
    let email = email("email", &form.email)?;
    identity.pace_account::<Problem>(&email, now.instant).await?;
    let settings = identity.settings().await?;
    let account = identity.store.account(&email).await?;
    identity.record(By::address(&email, account.is_some()), ASKED, now.instant).await?;
    let somebody = account.is_some_and(|account| account.locked.is_none());
    let reset = reset_of(&identity, &email, now.instant).await?;

    let code = Code::new(cloud::random_bytes());
    let kept = PasswordHash::new(code.reveal(), cloud::random_bytes());
    // Nobody ever learns a code that was made for nobody.
    let Some(reset) = reset.with_code(kept, now.instant) else { return Ok(Status(())) };
    let person = Person { email: &email, somebody, settings: &settings, at: now.instant };
    let news = identity.email(person, News::ResetCode(&code));
    let id = news.outbox_id.clone();
    match identity.store.change(vec![Change::Reset(email, reset), Change::Email(news)]).await {
        // Somebody asked for the same address at the same time: one code is enough.
        Err(error) if error.is_stale() => {}
        Err(error) => return Err(error.into()),
        Ok(()) => identity.tell(&id).await,
    }
    Ok(Status(()))
}

async fn reset_of(
    identity: &Identity,
    email: &EmailAddress,
    at: DateTime<Utc>,
) -> Result<Reset, StoreError> {
    Ok(identity.store.reset(email).await?.unwrap_or_else(|| Reset::none(at)))
}

pub(crate) fn email(field: &str, typed: &str) -> Result<EmailAddress, Invalid> {
    if typed.trim().is_empty() {
        return Err(Invalid::field(field, "Enter your email address"));
    }
    typed
        .parse()
        .map_err(|why: domain::sign_in::NotAnEmailAddress| Invalid::field(field, why.to_string()))
}

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Choose {
    #[serde(default)]
    email: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
}

impl Choose {
    /// Whether there is a code, and the password will do.
    fn check(&self, email: &EmailAddress, settings: &Settings) -> Result<(), Problem> {
        if self.code.trim().is_empty() {
            return Err(Invalid::field("code", "Enter the code from the email").into());
        }
        Ok(check_password("password", &self.password, email, settings)?)
    }
}

/// The code is wrong, expired or used, or there is no such account: the same answer for all of them.
#[derive(Debug, Clone, Copy, Error)]
#[error("The code is not right, or has expired.")]
struct WrongCode;

impl Failure for WrongCode {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "code-wrong"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("code", "Enter the code from the email, or ask for another")]
    }
}

/// That the password is new.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    email: String,
}

/// Somebody with the code chooses a new password. All their sessions end, and an email says so.
///
/// # Errors
///
/// 422 the code is wrong, or the password will not do; 429 too many tries.
pub(crate) async fn choose(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Choose>,
) -> Result<Json<Chosen>, Problem> {
    let email = email("email", &form.email)?;
    let settings = identity.settings().await?;
    form.check(&email, &settings)?;
    identity.pace_account::<Problem>(&email, now.instant).await?;

    let account = identity.store.account(&email).await?;
    let right = is_right(&identity, &email, &form.code, now.instant).await?;
    let by = By::address(&email, account.is_some());
    if !right || account.as_ref().is_none_or(|it| !may_enter(it)) {
        identity.record(by, (CHOSEN, 422), now.instant).await?;
        return Err(WrongCode.into());
    }
    let person = Person { email: &email, somebody: true, settings: &settings, at: now.instant };
    replace(&identity, &form, person, by).await
}

/// Puts the new password in place of the old one, whatever else changes meanwhile.
async fn replace(
    identity: &Identity,
    form: &Choose,
    person: Person<'_>,
    by: By,
) -> Result<Json<Chosen>, Problem> {
    let Person { email, at, .. } = person;
    identity.announce(by.clone(), CHOSEN, at).await?;
    let password = PasswordHash::new(&form.password, cloud::random_bytes());
    let news = identity.email(person, News::Changed("password"));
    let id = news.outbox_id.clone();
    for _ in 0..RACES_MAX {
        let account = identity.store.account(email).await?.filter(may_enter).ok_or(WrongCode)?;
        let account = account.with_password(password.clone());
        let mut changes = replaced(identity, account, at).await?;
        changes.push(Change::Email(news.clone()));
        match identity.store.change(changes).await {
            Err(error) if error.is_stale() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                identity.record_done(by, CHOSEN, at).await;
                identity.tell(&id).await;
                return Ok(Json(Chosen { email: email.to_string() }));
            }
        }
    }
    Err(StoreError::Stale { action: 0 }.into())
}

/// Nothing lets in whom the council locked.
fn may_enter(account: &Account) -> bool {
    account.locked.is_none()
}

/// Whether a code is right. The try is counted before it is looked at; whatever the reason, no takes as long.
async fn is_right(
    identity: &Identity,
    email: &EmailAddress,
    typed: &str,
    at: DateTime<Utc>,
) -> Result<bool, Problem> {
    let reset = reset_of(identity, email, at).await?;
    let kept = reset.code.clone().unwrap_or_else(PasswordHash::dummy);
    let counted = match reset.tried(at) {
        None => false,
        Some(reset) => {
            match identity.store.change(vec![Change::Reset(email.clone(), reset)]).await {
                Err(error) if error.is_stale() => false,
                done => done.map(|()| true)?,
            }
        }
    };
    Ok(kept.is_of(&digits(typed)) & counted)
}

/// What is written when a password is replaced by its owner: nothing that was begun before counts any more.
async fn replaced(
    identity: &Identity,
    account: Account,
    at: DateTime<Utc>,
) -> Result<Vec<Change>, Problem> {
    let email = account.email.clone();
    let reset = reset_of(identity, &email, at).await?.used().ok_or(WrongCode)?;
    let tries = identity.store.tries(&email).await?.unwrap_or_else(|| Tries::none(at));
    let sessions = identity.store.sessions_of(&email, at).await?;
    let mut changes: Vec<Change> =
        sessions.into_iter().map(|it| Change::EndSession(it.email, it.id)).collect();
    changes.push(Change::Account(account));
    changes.push(Change::Reset(email.clone(), reset));
    changes.push(Change::Tries(email, tries.cleared()));
    Ok(changes)
}
