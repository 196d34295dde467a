//! Who speaks, and what they may do.

use domain::account::StaffAccess;
use domain::action::{ActionHead, Side};
use domain::ids::{ProviderRef, TeamRef};
use domain::permission::CouncilPermission;
use domain::sign_in::{EmailAddress, TokenHash};

/// Somebody who reads or writes in actions.
#[derive(Debug, Clone)]
pub enum Person {
    /// A contact of a provider, acting for it.
    Contact {
        /// The address they sign in with.
        email: EmailAddress,
        /// Their full name.
        name: String,
        /// For whom they act.
        provider: ProviderRef,
        /// Whether their role lets them raise and answer actions.
        may_act: bool,
    },
    /// One of the council's people.
    Staff {
        /// The address they sign in with.
        email: EmailAddress,
        /// Who, with what they may do.
        access: StaffAccess,
    },
}

impl Person {
    /// For whom they speak.
    pub fn side(&self) -> Side {
        match self {
            Self::Contact { .. } => Side::Provider,
            Self::Staff { .. } => Side::Council,
        }
    }

    /// Their full name, as the other side reads it.
    pub fn name(&self) -> &str {
        match self {
            Self::Contact { name, .. } => name,
            Self::Staff { access, .. } => &access.name,
        }
    }

    pub(crate) fn email(&self) -> &EmailAddress {
        match self {
            Self::Contact { email, .. } | Self::Staff { email, .. } => email,
        }
    }

    pub(crate) fn staff(&self) -> Option<&StaffAccess> {
        match self {
            Self::Contact { .. } => None,
            Self::Staff { access, .. } => Some(access),
        }
    }

    /// The hash of their account.
    pub(crate) fn account(&self) -> String {
        TokenHash::of(self.email().as_str()).as_str().to_owned()
    }

    /// Whether they may know of an action.
    pub(crate) fn may_see(&self, head: &ActionHead) -> bool {
        match self {
            Self::Contact { provider, .. } => *provider == head.line.provider_ref,
            Self::Staff { access, .. } => access.sees_actions_of(&head.line.team_ref),
        }
    }

    /// Whether they may write in an action that they may see.
    pub(crate) fn may_answer(&self, team: &TeamRef) -> bool {
        match self {
            Self::Contact { may_act, .. } => *may_act,
            Self::Staff { access, .. } => {
                access.may(CouncilPermission::AnswerActions) && access.is_in(team)
            }
        }
    }

    /// Whether they may decide about what an action proposes.
    pub(crate) fn may_decide(&self, team: &TeamRef) -> bool {
        self.staff().is_some_and(|access| {
            access.may(CouncilPermission::AcceptProposals) && access.is_in(team)
        })
    }
}
