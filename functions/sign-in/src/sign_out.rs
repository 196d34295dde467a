//! Signing out.

use axum::extract::State;
use identity::Identity;
use store::StoreError;
use web::{NoContent, Problem, Status, Who, WithCookie, clear_session_cookie};

/// Somebody signs out: the session is over, whoever has the cookie.
///
/// # Errors
///
/// 401 nobody is signed in.
pub(crate) async fn sign_out(
    State(identity): State<Identity>,
    who: Who,
) -> Result<WithCookie<NoContent>, Problem> {
    match identity.store.end_session(&who.email, &who.session).await {
        Ok(()) | Err(StoreError::Missing(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(WithCookie { cookie: Some(clear_session_cookie()), answer: Status(()) })
}
