//! Ending sessions. Whoever finds a browser signed in must not be able to sign its owner out elsewhere.

use axum::extract::State;
use domain::clock::Now;
use domain::sign_in::TokenHash;
use identity::{Identity, Person};
use serde::Deserialize;
use store::StoreError;
use web::{At, Json, Missing, NoContent, Path, Problem, Status, Who};

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Ending {
    #[serde(default)]
    password: String,
}

impl Ending {
    /// Whoever asks knows the password.
    async fn confirm(&self, identity: &Identity, who: &Who, now: &Now) -> Result<(), Problem> {
        let settings = identity.settings().await?;
        let at = now.instant;
        let person = Person { email: &who.email, somebody: true, settings: &settings, at };
        identity.confirm_password(person, "password", &self.password).await?;
        Ok(())
    }
}

/// A person ends one of their sessions.
///
/// # Errors
///
/// 404 it is not one of theirs; 422 the password is wrong.
pub(crate) async fn end(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Path(session_id): Path<String>,
    Json(form): Json<Ending>,
) -> Result<NoContent, Problem> {
    form.confirm(&identity, &who, &now).await?;
    let id = TokenHash::parse(&session_id).ok_or(Missing)?;
    match identity.store.end_session(&who.email, &id).await {
        Err(StoreError::Missing(_)) => Err(Missing.into()),
        done => Ok(done.map(Status)?),
    }
}

/// A person ends all of their sessions but this one.
///
/// # Errors
///
/// 401 nobody is signed in; 422 the password is wrong.
pub(crate) async fn end_others(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Ending>,
) -> Result<NoContent, Problem> {
    form.confirm(&identity, &who, &now).await?;
    for session in identity.store.sessions_of(&who.email, now.instant).await? {
        if session.id != who.session {
            match identity.store.end_session(&who.email, &session.id).await {
                Ok(()) | Err(StoreError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(Status(()))
}
