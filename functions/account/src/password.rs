//! A new password.

use axum::extract::State;
use identity::{Identity, News, Person, new_password};
use serde::Deserialize;
use store::Change;
use web::{At, Invalid, Json, NoContent, Problem, Status, Who};

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PasswordForm)]
pub(crate) struct Form {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
}

/// A person changes their password. Their other sessions end, and an email says so at once.
///
/// # Errors
///
/// 422 the current password is wrong, or the new one will not do.
pub(crate) async fn change(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Form>,
) -> Result<NoContent, Problem> {
    let settings = identity.settings().await?;
    if form.current_password.is_empty() {
        return Err(Invalid::field("current_password", "Enter your current password").into());
    }
    let fresh = new_password("new_password", &form.new_password, &who.email, &settings)?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let account =
        identity.confirm_password(person, "current_password", &form.current_password).await?;

    let sessions = identity.store.sessions_of(&who.email, now.instant).await?;
    let others = sessions.into_iter().filter(|session| session.id != who.session);
    let mut changes: Vec<Change> =
        others.map(|other| Change::EndSession(other.email, other.id)).collect();
    changes.push(Change::Account(account.with_password(fresh)));
    identity.change_and_tell(changes, person, News::Changed("password")).await?;
    Ok(Status(()))
}
