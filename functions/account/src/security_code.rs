//! A new memorable code.

use axum::extract::State;
use domain::account::Account;
use domain::second_step::{Positions, SecurityCode};
use identity::{Identity, News, Person};
use serde::Deserialize;
use store::Change;
use web::{At, Invalid, Json, NoContent, Problem, Status, Who};

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SecurityCodeForm)]
pub(crate) struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    security_code: String,
}

/// A person sets or changes their memorable code. An email says so at once.
///
/// # Errors
///
/// 422 the password is wrong, or the code will not do.
pub(crate) async fn change(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Form>,
) -> Result<NoContent, Problem> {
    let settings = identity.settings().await?;
    let code = SecurityCode::new(&form.security_code, cloud::random_bytes())
        .map_err(|why| Invalid::field("security_code", why.to_string()))?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let account = identity.confirm_password(person, "password", &form.password).await?;

    let positions = Positions::pick(cloud::random_bytes());
    let account = Account { security_code: Some(code), positions, ..account };
    let changes = vec![Change::Account(account)];
    identity.change_and_tell(changes, person, News::Changed("security code")).await?;
    Ok(Status(()))
}
