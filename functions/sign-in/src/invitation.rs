//! Somebody who was invited chooses a first password, and what is asked after it.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::account::{Account, Invitation};
use domain::audit::By;
use domain::failure::{Failure, FieldError, Kind};
use domain::second_step::SecurityCode;
use domain::settings::{SecondStep, Settings};
use domain::sign_in::TokenHash;
use identity::{AppOffer, Identity, RACES_MAX, confirm_app, new_password, offer_app};
use serde::{Deserialize, Serialize};
use store::{Change, StoreError};
use thiserror::Error;
use web::{At, Invalid, Json, Problem};

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = InvitationForm)]
pub(crate) struct Form {
    token: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    security_code: Option<String>,
    #[serde(default)]
    totp_code: Option<String>,
}

/// Whose password it is now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
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

/// What accepting an invitation is recorded as.
const ACCEPTED: &str = "POST /api/invitation";

/// Somebody who was invited chooses a password and, if the council asks for one, a memorable code or, instead
/// of it, an authenticator app.
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
    for _ in 0..RACES_MAX {
        let (invitation, account) = invited(&identity, &form.token, now.instant).await?;
        let (email, by) = (account.email.to_string(), By::address(&account.email, true));
        let account = form.applied_to(account, &settings, now.instant)?;
        let changes = vec![Change::EndInvitation(invitation), Change::Account(account)];
        identity.announce(by.clone(), ACCEPTED, now.instant).await?;
        match identity.store.change(changes).await {
            Err(error) if error.is_stale() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                identity.record_done(by, ACCEPTED, now.instant).await;
                return Ok(Json(Accepted { email }));
            }
        }
    }
    Err(InvitationEnded.into())
}

/// Who is invited by a token.
async fn invited(
    identity: &Identity,
    token: &str,
    at: DateTime<Utc>,
) -> Result<(Invitation, Account), Problem> {
    let invitation = identity.store.invitation(&TokenHash::of(token)).await?;
    let invitation = invitation.ok_or(InvitationEnded)?;
    let account = identity.store.account(&invitation.email).await?.ok_or(InvitationEnded)?;
    if invitation.is_open(&account, at) {
        Ok((invitation, account))
    } else {
        Err(InvitationEnded.into())
    }
}

impl Form {
    /// The account with what was typed, or everything that is wrong with it at once.
    fn applied_to(
        &self,
        account: Account,
        settings: &Settings,
        at: DateTime<Utc>,
    ) -> Result<Account, Problem> {
        let password = new_password("password", &self.password, &account.email, settings);
        let second = self.second_step(account, settings, at);
        match (password, second) {
            (Ok(password), Ok(account)) => Ok(account.with_password(password)),
            (Err(weak), Ok(_)) => Err(weak.into()),
            (password, Err(wrong)) => {
                let weak = password.err().map(|weak| weak.fields()).unwrap_or_default();
                Err(Invalid::of([weak, wrong].concat()).into())
            }
        }
    }

    /// The account with the app, if there is one, or else the memorable code, if the council asks for one.
    fn second_step(
        &self,
        account: Account,
        settings: &Settings,
        at: DateTime<Utc>,
    ) -> Result<Account, Vec<FieldError>> {
        if let Some(typed) = &self.totp_code {
            return confirm_app(account, "totp_code", typed, at).map_err(|why| {
                let again = vec![FieldError::new("totp_code", why.to_string())];
                if why.fields().is_empty() { again } else { why.fields() }
            });
        }
        let typed = self.security_code.as_deref().unwrap_or_default();
        if settings.second_step == SecondStep::EmailedCode && typed.trim().is_empty() {
            return Ok(account);
        }
        let code = SecurityCode::new(typed, cloud::random_bytes())
            .map_err(|why| vec![FieldError::new("security_code", why.to_string())])?;
        Ok(Account { security_code: Some(code), ..account })
    }
}

/// Which invitation it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct OfferForm {
    token: String,
}

/// Somebody who was invited wants to use an authenticator app, for instance because remembering and picking
/// digits is hard for them. It counts once they show, with their first password, that it works.
///
/// # Errors
///
/// 422 the invitation has ended.
pub(crate) async fn offer(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<OfferForm>,
) -> Result<Json<AppOffer>, Problem> {
    let settings = identity.settings().await?;
    for _ in 0..RACES_MAX {
        let (_, account) = invited(&identity, &form.token, now.instant).await?;
        let (account, offer) = offer_app(account, &settings)?;
        match identity.store.change(vec![Change::Account(account)]).await {
            Err(error) if error.is_stale() => {}
            done => return Ok(done.map(|()| Json(offer))?),
        }
    }
    Err(StoreError::Stale { action: 0 }.into())
}
