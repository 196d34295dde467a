//! Who is asking, as handlers see it. Put there by the access layer and by nothing else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloud::tracing;
use domain::ids::ProviderRef;
use domain::permission::{Permission, Role};
use domain::sign_in::{EmailAddress, Session, TokenHash};

use crate::Problem;
use crate::access::Refused;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Who {
    /// The address they sign in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// The session's id.
    pub session: TokenHash,
    /// Whom they act for, if they have chosen.
    pub provider: Option<ProviderRef>,
    /// What they are to that provider.
    pub roles: Vec<Role>,
}

impl From<Session> for Who {
    fn from(session: Session) -> Self {
        Self {
            email: session.email,
            name: session.name,
            session: session.id,
            provider: session.provider,
            roles: session.roles,
        }
    }
}

impl Who {
    /// Everything they may do for the provider they chose.
    pub fn permissions(&self) -> Vec<Permission> {
        let may = |what: &Permission| self.roles.iter().any(|role| role.may(*what));
        Permission::ALL.into_iter().filter(may).collect()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Refused::SignedOut.into())
    }
}

/// Somebody who is signed in and acts for a provider. Everything they ask for starts from `provider`.
#[derive(Debug, Clone)]
pub struct Acting {
    /// Who.
    pub who: Who,
    /// For whom.
    pub provider: ProviderRef,
}

impl Acting {
    /// Whether one of their roles allows `what`.
    pub fn may(&self, what: Permission) -> bool {
        self.who.roles.iter().any(|role| role.may(what))
    }

    /// Logs that records of clients were shown (domain.md section 9): to whom, for whom, what and how many.
    ///
    /// The address is hashed and no client is named: a log is read by more people than the records are.
    pub fn viewed(&self, what: &'static str, records: usize) {
        let account = TokenHash::of(self.who.email.as_str());
        let provider = self.provider.as_str();
        tracing::info!(
            account = account.as_str(),
            provider,
            what,
            records,
            "client records viewed"
        );
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let who = Who::from_request_parts(parts, state).await?;
        let provider = who.provider.clone().ok_or(Refused::NoProvider)?;
        Ok(Self { who, provider })
    }
}
