//! Somebody who was invited chooses a first password.

use axum::extract::State;
use domain::account::Account;
use domain::failure::{Failure, FieldError, Kind};
use domain::second_step::SecurityCode;
use domain::settings::{SecondStep, Settings};
use domain::sign_in::TokenHash;
use identity::{Identity, RACES_MAX, new_password};
use serde::{Deserialize, Serialize};
use store::Change;
use thiserror::Error;
use web::{At, Invalid, Json, Problem};

/// What somebody typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Form {
    token: String,
    #[serde(default)]
    password: String,
    security_code: Option<String>,
}

/// Whose password it is now.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    email: String,
}

/// The invitation lets nobody in any more: used, expired or never sent, the same answer for all of them.
#[derive(Debug, Clone, Copy, Error)]
#[error("This invitation was used already or has expired.")]
struct InvitationEnded;

impl Failure for InvitationEnded {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invitation-ended"
    }
}

/// Somebody who was invited chooses a password, and a memorable code if the council asks for one.
///
/// # Errors
///
/// 422 the invitation has ended; the password or the code will not do.
pub(crate) async fn accept(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Form>,
) -> Result<Json<Accepted>, Problem> {
    let settings = identity.settings().await?;
    let id = TokenHash::of(&form.token);
    for _ in 0..RACES_MAX {
        let invitation = identity.store.invitation(&id).await?.ok_or(InvitationEnded)?;
        let account = identity.store.account(&invitation.email).await?.ok_or(InvitationEnded)?;
        if !invitation.is_open(&account, now.instant) {
            return Err(InvitationEnded.into());
        }
        let email = account.email.to_string();
        let account = form.applied_to(account, &settings)?;
        let changes = vec![Change::EndInvitation(invitation), Change::Account(account)];
        match identity.store.change(changes).await {
            Err(error) if error.is_stale() => {}
            done => return Ok(done.map(|()| Json(Accepted { email }))?),
        }
    }
    Err(InvitationEnded.into())
}

impl Form {
    /// The account with what was typed, or everything that is wrong with it at once.
    fn applied_to(&self, account: Account, settings: &Settings) -> Result<Account, Problem> {
        let code = self.security_code(settings);
        let password = new_password("password", &self.password, &account.email, settings);
        let wrong = |code: &FieldError| {
            let weak = password.as_ref().err().map(Failure::fields).unwrap_or_default();
            Invalid::unless_empty([weak, vec![code.clone()]].concat())
        };
        if let Err(code) = &code {
            wrong(code)?;
        }
        let security_code = code.ok().flatten().or_else(|| account.security_code.clone());
        Ok(Account { security_code, ..account.with_password(password?) })
    }

    fn security_code(&self, settings: &Settings) -> Result<Option<SecurityCode>, FieldError> {
        let typed = self.security_code.as_deref().unwrap_or_default();
        let wanted = settings.second_step == SecondStep::MemorableDigits;
        if !wanted && typed.trim().is_empty() {
            return Ok(None);
        }
        let code = SecurityCode::new(typed, cloud::random_bytes());
        code.map(Some).map_err(|why| FieldError::new("security_code", why.to_string()))
    }
}
