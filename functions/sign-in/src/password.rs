//! The first step: email and password.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::{Account, CannotSignIn, Challenge, Step, Tries};
use domain::audit::By;
use domain::failure::FieldError;
use domain::second_step::Code;
use domain::sign_in::{EmailAddress, Token};
use identity::{Identity, News, Person, RACES_MAX, Tried, is_password_of};
use serde::{Deserialize, Serialize};
use store::{Change, StoreError};
use web::{At, Invalid, Json, Problem};

/// What a wrong try is recorded as, and how it is answered.
const REFUSED: (&str, u16) = ("POST /api/sign-in", 422);

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SignInForm)]
pub(crate) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// What is asked next.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Asked {
    challenge: String,
    step: Step,
    positions: Option<[u8; 2]>,
    alternatives: Vec<Step>,
    masked_email: String,
}

/// Somebody gives their email address and password, and is asked for the second step.
///
/// # Errors
///
/// 422 something is missing; 422 refused, with the same bytes whatever the reason; 429 too many tries.
pub(crate) async fn sign_in(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Form>,
) -> Result<Json<Asked>, Problem> {
    let email = form.email()?;
    identity.pace_account::<Problem>(&email, now.instant).await?;
    let settings = identity.settings().await?;
    let account = identity.store.account(&email).await?;
    let known = account.as_ref().is_some_and(|account| account.password.is_some());
    let locked = account.as_ref().is_some_and(|account| account.locked.is_some());
    // Whoever the council locked was told so, and is told nothing more by trying.
    let somebody = known && !locked;
    let person = Person { email: &email, somebody, settings: &settings, at: now.instant };

    let tried = identity.begin_try(person, None).await?;
    let right = is_password_of(account.as_ref(), &form.password);
    let by = By::address(&email, known);
    if tried == Tried::Locked {
        identity.record(by, REFUSED, now.instant).await?;
        return Err(CannotSignIn::Refused.into());
    }
    let Some(account) = account.filter(|_| right && !locked) else {
        identity.fail_try(person).await?;
        identity.record(by, REFUSED, now.instant).await?;
        return Err(CannotSignIn::Refused.into());
    };
    Ok(Json(challenge(&identity, person, &account).await?))
}

impl Form {
    fn email(&self) -> Result<EmailAddress, Invalid> {
        let email = self.email.parse::<EmailAddress>();
        let mut missing = Vec::new();
        if self.email.trim().is_empty() {
            missing.push(FieldError::new("email", "Enter your email address"));
        } else if let Err(why) = &email {
            missing.push(FieldError::new("email", why.to_string()));
        }
        if self.password.is_empty() {
            missing.push(FieldError::new("password", "Enter your password"));
        }
        Invalid::unless_empty(missing)?;
        email.map_err(|why| Invalid::field("email", why.to_string()))
    }
}

/// Begins the second step. The try is given back with it: it was right, as far as it went.
async fn challenge(
    identity: &Identity,
    person: Person<'_>,
    account: &Account,
) -> Result<Asked, Problem> {
    let token = Token::new(cloud::random_bytes());
    let step = account.step(person.settings);
    let mut challenge = Challenge::new(&token, account, person.at);
    let mut code = None;
    if step == Step::EmailedCode {
        let fresh = Code::new(cloud::random_bytes());
        challenge = challenge.with_code(&fresh, &token, person.at)?;
        code = Some(fresh);
    }
    begin(identity, person, challenge, code.as_ref()).await?;
    let settings = person.settings;
    let alternatives = account.alternatives(settings);
    let digits = step == Step::MemorableDigits || alternatives.contains(&Step::MemorableDigits);
    Ok(Asked {
        challenge: token.reveal().to_owned(),
        step,
        positions: digits.then_some([account.positions.0, account.positions.1]),
        alternatives,
        masked_email: account.email.masked(),
    })
}

async fn begin(
    identity: &Identity,
    person: Person<'_>,
    challenge: Challenge,
    code: Option<&Code>,
) -> Result<(), Problem> {
    let news = code.map(|code| identity.email(person, News::SignInCode(code)));
    for _ in 0..RACES_MAX {
        let tries = identity.tries(person).await?;
        if is_locked(&tries, person.at) {
            return Err(CannotSignIn::Refused.into());
        }
        let begun = [
            Change::Tries(person.email.clone(), tries.forgiven()),
            Change::Challenge(challenge.clone()),
        ];
        let told = news.clone().map(Change::Email);
        match identity.store.change(begun.into_iter().chain(told).collect()).await {
            Err(error) if error.is_stale() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                if let Some(news) = &news {
                    identity.tell(&news.outbox_id).await;
                }
                return Ok(());
            }
        }
    }
    Err(StoreError::Stale { action: 0 }.into())
}

/// Whether others locked it while this one was looked at.
fn is_locked(tries: &Tries, at: DateTime<Utc>) -> bool {
    tries.locked_until.is_some_and(|until| at < until)
}
