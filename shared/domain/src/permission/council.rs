//! What the council's own people may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a person is at the council.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum CouncilRole {
    Helpdesk,
    TeamMember,
    Contracts,
    PaymentsOfficer,
    Finaliser,
    Configuration,
    Auditor,
}

/// Something that a person of the council may or may not do.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CouncilPermission {
    /// See what waits for them, and which providers there are.
    SeeQueues,
    /// Read the actions of their teams; an auditor reads those of all teams.
    SeeActions,
    /// Raise, answer, complete and reopen actions that one of their teams handles.
    AnswerActions,
    /// Accept or decline what an action proposes to change, if one of their teams handles it.
    AcceptProposals,
    /// Read change requests and the contacts of all providers.
    SeeChangeRequests,
    /// Accept or reject change requests, and trust an email address again.
    DecideChangeRequests,
    /// Read contract documents and the record of who agreed them.
    SeeDocuments,
    /// Publish contract documents and agree them manually.
    PublishDocuments,
    /// Read purchase orders.
    SeePurchaseOrders,
    /// Read and take away reports over all providers.
    SeeReports,
    /// Read the statements, payment files, directives and adjustments of all providers, and what waits of them.
    SeePayments,
    /// Suspend, cancel, carry forward and adjust.
    DirectPayments,
    /// Approve and dispute invoices, and decide about weeks over tolerance.
    ApproveInvoices,
    /// Authorise and finalise statements, and pause the schedule.
    Finalise,
    /// Read who saw and who changed what.
    SeeAudit,
    /// See which files of the council's were taken in, what became of their rows, and which of them wait.
    SeeImports,
    /// Send the council's files from the page, apply them and have waiting rows tried again.
    Import,
    /// Find the people of all providers and of the council, and see how their accounts stand.
    SeeUsers,
    /// Invite again, lock, unlock, reset and end sessions.
    ManageUsers,
    /// Read what the council has set, and who set it when.
    SeeSettings,
    /// Change settings and announcements.
    Configure,
    /// See what belongs to one provider or client, as far as other permissions let them.
    SeeProviders,
}

impl CouncilRole {
    /// All of them, in the order of the specification.
    pub const ALL: [Self; 7] = [
        Self::Helpdesk,
        Self::TeamMember,
        Self::Contracts,
        Self::PaymentsOfficer,
        Self::Finaliser,
        Self::Configuration,
        Self::Auditor,
    ];

    /// Whether somebody with this role may do `what`.
    pub fn may(self, what: CouncilPermission) -> bool {
        Self::who_may(what).contains(&self)
    }

    /// The roles that may do `what`.
    fn who_may(what: CouncilPermission) -> &'static [Self] {
        use CouncilPermission as May;
        match what {
            May::SeeQueues | May::SeeProviders => &Self::ALL,
            May::SeeActions => &[Self::TeamMember, Self::Auditor],
            May::AnswerActions => &[Self::TeamMember],
            May::AcceptProposals => &[Self::Contracts, Self::PaymentsOfficer],
            May::SeeChangeRequests | May::SeeUsers => &[Self::Helpdesk, Self::Auditor],
            May::DecideChangeRequests | May::ManageUsers => &[Self::Helpdesk],
            May::SeeDocuments => &[Self::Contracts, Self::Auditor],
            May::PublishDocuments | May::Import => &[Self::Contracts],
            May::SeePurchaseOrders | May::SeeImports => {
                &[Self::Contracts, Self::PaymentsOfficer, Self::Auditor]
            }
            May::SeeReports => {
                &[Self::Contracts, Self::PaymentsOfficer, Self::Finaliser, Self::Auditor]
            }
            May::SeePayments => &[Self::PaymentsOfficer, Self::Finaliser, Self::Auditor],
            May::DirectPayments | May::ApproveInvoices => &[Self::PaymentsOfficer],
            May::Finalise => &[Self::Finaliser],
            May::SeeAudit => &[Self::Auditor],
            May::SeeSettings => &[Self::Configuration, Self::Auditor],
            May::Configure => &[Self::Configuration],
        }
    }
}

impl CouncilPermission {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::SeeQueues,
        Self::SeeActions,
        Self::AnswerActions,
        Self::AcceptProposals,
        Self::SeeChangeRequests,
        Self::DecideChangeRequests,
        Self::SeeDocuments,
        Self::PublishDocuments,
        Self::SeePurchaseOrders,
        Self::SeeReports,
        Self::SeePayments,
        Self::DirectPayments,
        Self::ApproveInvoices,
        Self::Finalise,
        Self::SeeAudit,
        Self::SeeImports,
        Self::Import,
        Self::SeeUsers,
        Self::ManageUsers,
        Self::SeeSettings,
        Self::Configure,
        Self::SeeProviders,
    ];
}

/// Why a text is not a [`CouncilRole`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0} is not a role of the council's: use helpdesk, team_member, contracts, payments_officer, finaliser, configuration or auditor"
)]
pub struct NotACouncilRole(String);

impl FromStr for CouncilRole {
    type Err = NotACouncilRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|role| role.to_string() == plain)
            .ok_or_else(|| NotACouncilRole(text.to_owned()))
    }
}

impl fmt::Display for CouncilRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Helpdesk => "helpdesk",
            Self::TeamMember => "team_member",
            Self::Contracts => "contracts",
            Self::PaymentsOfficer => "payments_officer",
            Self::Finaliser => "finaliser",
            Self::Configuration => "configuration",
            Self::Auditor => "auditor",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row a permission, a column a role.
    #[test]
    fn the_councils_roles_may_what_the_table_says() {
        use CouncilPermission as May;
        let table = [
            (May::SeeQueues, "xxxxxxx"),
            (May::SeeActions, "-x----x"),
            (May::AnswerActions, "-x-----"),
            (May::AcceptProposals, "--xx---"),
            (May::SeeChangeRequests, "x-----x"),
            (May::DecideChangeRequests, "x------"),
            (May::SeeDocuments, "--x---x"),
            (May::PublishDocuments, "--x----"),
            (May::SeePurchaseOrders, "--xx--x"),
            (May::SeeReports, "--xxx-x"),
            (May::SeePayments, "---xx-x"),
            (May::DirectPayments, "---x---"),
            (May::ApproveInvoices, "---x---"),
            (May::Finalise, "----x--"),
            (May::SeeAudit, "------x"),
            (May::SeeImports, "--xx--x"),
            (May::Import, "--x----"),
            (May::SeeUsers, "x-----x"),
            (May::ManageUsers, "x------"),
            (May::SeeSettings, "-----xx"),
            (May::Configure, "-----x-"),
            (May::SeeProviders, "xxxxxxx"),
        ];
        assert_eq!(table.map(|(permission, _)| permission), May::ALL);
        for (permission, row) in table {
            let may = CouncilRole::ALL.iter();
            let may: String =
                may.map(|role| if role.may(permission) { 'x' } else { '-' }).collect();
            assert_eq!(may, row, "{permission:?}");
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let changes = [
            CouncilPermission::AnswerActions,
            CouncilPermission::AcceptProposals,
            CouncilPermission::DecideChangeRequests,
            CouncilPermission::PublishDocuments,
            CouncilPermission::DirectPayments,
            CouncilPermission::ApproveInvoices,
            CouncilPermission::Finalise,
            CouncilPermission::Import,
            CouncilPermission::ManageUsers,
            CouncilPermission::Configure,
        ];
        assert!(!changes.into_iter().any(|what| CouncilRole::Auditor.may(what)));
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in CouncilRole::ALL {
            assert_eq!(role.to_string().to_uppercase().parse(), Ok(role));
        }
        assert_eq!("boss".parse::<CouncilRole>().ok(), None);
    }
}
