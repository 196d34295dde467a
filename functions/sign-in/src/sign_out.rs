//! Signing out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use identity::Identity;
use store::StoreError;
use web::{Problem, Who, clear_session_cookie};

/// Somebody signs out: the session is over, whoever has the cookie.
///
/// # Errors
///
/// 401 nobody is signed in.
pub(crate) async fn sign_out(
    State(identity): State<Identity>,
    who: Who,
) -> Result<Response, Problem> {
    match identity.store.end_session(&who.email, &who.session).await {
        Ok(()) | Err(StoreError::Missing(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, clear_session_cookie())]).into_response())
}
