//! Who is asking, as handlers see it. Put there by the access layer and by nothing else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloud::tracing;
use domain::account::StaffAccess;
use domain::api_key::ApiKey;
use domain::audit::Seen;
use domain::ids::{ProviderRef, SsRef, StaffRef, TeamRef};
use domain::permission::{CouncilPermission, CouncilRole, Permission, Role};
use domain::sign_in::{EmailAddress, Session, TokenHash};

use crate::Problem;
use crate::access::Refused;
use crate::audit::Notebook;

/// Somebody who is signed in, or a provider's software with its key.
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
    /// What they may do as one of the council's people; such a person acts for no provider.
    pub council: Option<StaffAccess>,
    /// What a provider's software may do, if it is no person.
    pub(crate) software: Option<Vec<Permission>>,
    /// What the record of the request will say that they were shown.
    pub(crate) notebook: Notebook,
}

impl From<Session> for Who {
    fn from(session: Session) -> Self {
        Self {
            email: session.email,
            name: session.name,
            session: session.id,
            provider: session.provider,
            roles: session.roles,
            council: session.council,
            software: None,
            notebook: Notebook::default(),
        }
    }
}

impl Who {
    /// A provider's software: it has a name, an address that nobody reads, and no role.
    pub(crate) fn software(key: &ApiKey) -> Option<Self> {
        Some(Self {
            email: key.address()?,
            name: key.name.clone(),
            session: key.hash.clone(),
            provider: Some(key.provider_ref.clone()),
            roles: Vec::new(),
            council: None,
            software: Some(key.permissions()),
            notebook: Notebook::default(),
        })
    }

    /// Whether they may do `what` for the provider they chose.
    pub fn may(&self, what: Permission) -> bool {
        match &self.software {
            Some(allowed) => allowed.contains(&what),
            None => self.roles.iter().any(|role| role.may(what)),
        }
    }

    /// Says in the record of the request what it was about, where neither its route nor its query does: the
    /// reference of what it made.
    pub fn concerns(&self, name: &'static str, reference: &str) {
        self.notebook.concerns(name, reference);
    }

    /// Everything they may do for the provider they chose.
    pub fn permissions(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|what| self.may(*what)).collect()
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
        self.who.may(what)
    }

    /// Records that records of clients were shown (domain.md section 9): to whom, for whom, what and how many.
    ///
    /// In the log the address is hashed and no client is named: it is read by more people than the records are.
    pub fn viewed(&self, what: &'static str, records: usize) {
        self.viewed_of(what, records, []);
    }

    /// Records that records of these clients were shown; which ones stands in the audit alone.
    pub fn viewed_of<'a>(
        &self,
        what: &'static str,
        records: usize,
        clients: impl IntoIterator<Item = &'a SsRef>,
    ) {
        note_view(&self.who, &self.provider, (what, records), clients);
    }
}

fn note_view<'a>(
    who: &Who,
    provider: &ProviderRef,
    (what, records): (&'static str, usize),
    clients: impl IntoIterator<Item = &'a SsRef>,
) {
    let account = TokenHash::of(who.email.as_str());
    let (account, provider_ref) = (account.as_str(), provider.as_str());
    tracing::info!(account, provider = provider_ref, what, records, "client records viewed");
    who.notebook.saw(Seen {
        what: what.to_owned(),
        provider_ref: provider.clone(),
        records: u64::try_from(records).unwrap_or(u64::MAX),
        clients: clients.into_iter().cloned().collect(),
    });
}

impl<S: Send + Sync> FromRequestParts<S> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let who = Who::from_request_parts(parts, state).await?;
        let provider = who.provider.clone().ok_or(Refused::NoProvider)?;
        Ok(Self { who, provider })
    }
}

/// Somebody of the council's who is signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub who: Who,
    /// The council's reference for them.
    pub staff_ref: StaffRef,
    /// What they are.
    pub roles: Vec<CouncilRole>,
    /// Whose actions they answer.
    pub teams: Vec<TeamRef>,
    access: StaffAccess,
}

impl Staff {
    /// Their name, as providers read it.
    pub fn name(&self) -> &str {
        &self.access.name
    }

    /// Whether one of their roles allows `what`.
    pub fn may(&self, what: CouncilPermission) -> bool {
        self.access.may(what)
    }

    /// Whether they are of a team.
    pub fn team(&self, team: &TeamRef) -> bool {
        self.access.is_in(team)
    }

    /// Whether they may read the actions of a team: their own, or all for an auditor.
    pub fn sees_actions_of(&self, team: &TeamRef) -> bool {
        self.access.sees_actions_of(team)
    }

    /// Records that records of a provider's clients were shown to them, as [`Acting::viewed`] does.
    pub fn viewed(&self, what: &'static str, provider: &ProviderRef, records: usize) {
        self.viewed_of(what, provider, records, []);
    }

    /// Records that records of these clients were shown to them, as [`Acting::viewed_of`] does.
    pub fn viewed_of<'a>(
        &self,
        what: &'static str,
        provider: &ProviderRef,
        records: usize,
        clients: impl IntoIterator<Item = &'a SsRef>,
    ) {
        note_view(&self.who, provider, (what, records), clients);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let who = Who::from_request_parts(parts, state).await?;
        let access = who.council.clone().ok_or(Refused::NotAllowed)?;
        let StaffAccess { staff_ref, roles, teams, .. } = access.clone();
        Ok(Self { who, staff_ref, roles, teams, access })
    }
}
