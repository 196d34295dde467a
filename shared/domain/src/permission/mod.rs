//! Who may do what (domain.md section 2). The only place that says so.

mod council;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use council::{CouncilPermission, CouncilRole, NotACouncilRole};

/// What a person is to one provider.
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
pub enum Role {
    Viewer,
    Actuals,
    Invoices,
    Payments,
    Signatory,
    Admin,
}

/// Something that a person may or may not do.
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
pub enum Permission {
    /// See CPLIs, purchase orders, statements, remittances and reports.
    See,
    /// Enter or upload actuals.
    EnterActuals,
    /// Create and submit invoices and credit notes.
    Invoice,
    /// Confirm, reject or query a statement.
    RespondToStatement,
    /// Agree or reject contract documents.
    Sign,
    /// Raise and answer actions.
    Act,
    /// Request changes to contacts and manage API keys.
    Administer,
}

impl Role {
    /// All of them, in the order of the specification.
    pub const ALL: [Self; 6] =
        [Self::Viewer, Self::Actuals, Self::Invoices, Self::Payments, Self::Signatory, Self::Admin];

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Actuals => "Actuals",
            Self::Invoices => "Invoices",
            Self::Payments => "Payments",
            Self::Signatory => "Signatory",
            Self::Admin => "Administrator",
        }
    }

    /// What somebody with this role may do, for whoever chooses it.
    pub fn line(self) -> &'static str {
        match self {
            Self::Viewer => "May see everything and change nothing.",
            Self::Actuals => "May enter and upload actuals, and raise and answer actions.",
            Self::Invoices => {
                "May create and submit invoices and credit notes, and raise and answer actions."
            }
            Self::Payments => {
                "May confirm, reject or query statements, and raise and answer actions."
            }
            Self::Signatory => {
                "May agree or reject contract documents, and raise and answer actions."
            }
            Self::Admin => "May do everything, and ask for changes to contacts.",
        }
    }

    /// Whether somebody with this role may do `what`.
    pub fn may(self, what: Permission) -> bool {
        match what {
            Permission::See => true,
            Permission::EnterActuals => matches!(self, Self::Actuals | Self::Admin),
            Permission::Invoice => matches!(self, Self::Invoices | Self::Admin),
            Permission::RespondToStatement => matches!(self, Self::Payments | Self::Admin),
            Permission::Sign => matches!(self, Self::Signatory | Self::Admin),
            Permission::Act => !matches!(self, Self::Viewer),
            Permission::Administer => matches!(self, Self::Admin),
        }
    }
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::See,
        Self::EnterActuals,
        Self::Invoice,
        Self::RespondToStatement,
        Self::Sign,
        Self::Act,
        Self::Administer,
    ];
}

/// Why a text is not a [`Role`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not a role: use viewer, actuals, invoices, payments, signatory or admin")]
pub struct NotARole(String);

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|role| role.to_string() == plain)
            .ok_or_else(|| NotARole(text.to_owned()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Viewer => "viewer",
            Self::Actuals => "actuals",
            Self::Invoices => "invoices",
            Self::Payments => "payments",
            Self::Signatory => "signatory",
            Self::Admin => "admin",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of domain.md section 2, a row a permission, a column a role.
    #[test]
    fn roles_may_what_the_specification_says() {
        let table = [
            (Permission::See, "xxxxxx"),
            (Permission::EnterActuals, "-x---x"),
            (Permission::Invoice, "--x--x"),
            (Permission::RespondToStatement, "---x-x"),
            (Permission::Sign, "----xx"),
            (Permission::Act, "-xxxxx"),
            (Permission::Administer, "-----x"),
        ];
        for (permission, row) in table {
            let may: String =
                Role::ALL.iter().map(|role| if role.may(permission) { 'x' } else { '-' }).collect();
            assert_eq!(may, row, "{permission:?}");
        }
    }
}
