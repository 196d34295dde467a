//! What a person sees of their own account.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::settings::SecondStep;
use domain::sign_in::{Session, TokenHash};
use identity::Identity;
use serde::Serialize;
use store::StoreError;
use web::{At, Json, Problem, Who};

/// A person's account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Overview {
    name: String,
    email: String,
    second_step: SecondStep,
    has_security_code: bool,
    has_totp: bool,
    sessions: Vec<SessionView>,
}

/// One place where the person is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SessionView {
    id: TokenHash,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    browser: String,
    current: bool,
}

impl SessionView {
    fn new(session: Session, current: &TokenHash) -> Self {
        Self {
            current: session.id == *current,
            id: session.id,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            browser: session.browser,
        }
    }
}

/// A person looks at their account and where they are signed in.
///
/// # Errors
///
/// 401 nobody is signed in.
pub(crate) async fn overview(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
) -> Result<Json<Overview>, Problem> {
    let settings = identity.settings().await?;
    let account = identity.store.account(&who.email).await?;
    let account = account.ok_or(StoreError::Missing("account"))?;
    let sessions = identity.store.sessions_of(&who.email, now.instant).await?;
    Ok(Json(Overview {
        name: account.name,
        email: account.email.to_string(),
        second_step: settings.second_step,
        has_security_code: account.security_code.is_some(),
        has_totp: account.authenticator.is_some(),
        sessions: sessions.into_iter().map(|it| SessionView::new(it, &who.session)).collect(),
    }))
}
