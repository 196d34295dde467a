//! Ending sessions.

use axum::extract::State;
use domain::sign_in::TokenHash;
use identity::Identity;
use store::StoreError;
use web::{At, Missing, NoContent, Path, Problem, Status, Who};

/// A person ends one of their sessions.
///
/// # Errors
///
/// 404 it is not one of theirs.
pub(crate) async fn end(
    State(identity): State<Identity>,
    who: Who,
    Path(session_id): Path<String>,
) -> Result<NoContent, Problem> {
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
/// 401 nobody is signed in.
pub(crate) async fn end_others(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
) -> Result<NoContent, Problem> {
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
