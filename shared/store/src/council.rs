//! The council's own people and teams, and all providers for them to choose from.

use domain::account::StaffAccess;
use domain::facts::{ProviderKind, Team};
use domain::ids::{ProviderRef, TeamRef};
use domain::sign_in::EmailAddress;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;
use crate::{Row, Store};

/// More teams than a council has.
const TEAMS_MAX: usize = 1000;
/// More providers than a council pays.
const PROVIDERS_MAX: usize = 20_000;

/// A provider in the list of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListedProvider {
    /// Its key.
    pub provider_ref: ProviderRef,
    /// As it is written on payments: `Lake House`.
    pub name: String,
    /// What kind of care it gives.
    pub kind: ProviderKind,
}

impl Store {
    /// What one of the council's people may do; none: the address is nobody's of theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn staff_access(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<StaffAccess>, StoreError> {
        self.table.get(&Key::staff_access(email.as_str())).await
    }

    /// All teams of the council's, in the order of their references.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn teams(&self) -> Result<Vec<Team>, StoreError> {
        let rows = self.table.query_all(Query::teams(), TEAMS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// A team of the council's.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn team(&self, team: &TeamRef) -> Result<Option<Team>, StoreError> {
        self.table.get(&Key::team(team)).await
    }

    /// All providers, in the order of their references.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn listed_providers(&self) -> Result<Vec<ListedProvider>, StoreError> {
        let rows = self.table.query_all(Query::listed_providers(), PROVIDERS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }
}
