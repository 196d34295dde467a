//! Setting up an authenticator app, and removing it.

use axum::extract::State;
use domain::account::Account;
use identity::{AppOffer, Identity, News, Person, confirm_app, offer_app};
use serde::Deserialize;
use store::{Change, StoreError};
use web::{At, Json, NoContent, Problem, Status, Who};

/// The password, asked again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Again {
    #[serde(default)]
    password: String,
}

async fn account_of(identity: &Identity, who: &Who) -> Result<Account, StoreError> {
    identity.store.account(&who.email).await?.ok_or(StoreError::Missing("account"))
}

/// A person wants to use an authenticator app. Nothing changes until they show that it works.
///
/// # Errors
///
/// 422 the password is wrong.
pub(crate) async fn offer(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Again>,
) -> Result<Json<AppOffer>, Problem> {
    let settings = identity.settings().await?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let account = identity.confirm_password(person, "password", &form.password).await?;
    let (account, offer) = offer_app(account, &settings)?;
    identity.store.change(vec![Change::Account(account)]).await?;
    Ok(Json(offer))
}

/// What the app shows.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Confirm {
    #[serde(default)]
    code: String,
}

/// A person shows that the app works: from now on it is asked at sign-in. An email says so at once.
///
/// # Errors
///
/// 409 no app is being set up; 422 the code is wrong.
pub(crate) async fn confirm(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Confirm>,
) -> Result<NoContent, Problem> {
    let settings = identity.settings().await?;
    let account = account_of(&identity, &who).await?;
    let account = confirm_app(account, "code", &form.code, now.instant)?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let changes = vec![Change::Account(account)];
    identity.change_and_tell(changes, person, News::Changed("authenticator app")).await?;
    Ok(Status(()))
}

/// A person no longer uses an app: the council's own second step is asked again. An email says so at once.
///
/// # Errors
///
/// 422 the password is wrong.
pub(crate) async fn remove(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Again>,
) -> Result<NoContent, Problem> {
    let settings = identity.settings().await?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let account = identity.confirm_password(person, "password", &form.password).await?;
    let account = Account { authenticator: None, authenticator_offered: None, ..account };
    let changes = vec![Change::Account(account)];
    identity.change_and_tell(changes, person, News::Changed("authenticator app")).await?;
    Ok(Status(()))
}
