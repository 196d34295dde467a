//! What the council's people decide by hand about payments: what it was, who made it when, and the council's file that
//! makes it.

use chrono::{DateTime, Utc};
use domain::ids::{ContractRef, ProviderRef, StaffRef};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// How many decisions without a file one call brings.
const PENDING_MAX: usize = 100;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// Made of who asked and the name of the request: the same request twice is one decision.
    pub id: String,
    /// Whose contract.
    pub provider_ref: ProviderRef,
    /// What it is about.
    pub contract_ref: ContractRef,
    /// What was decided, in a sentence.
    pub line: String,
    /// Why, as the provider reads it.
    pub reason: String,
    /// Who.
    pub by: StaffRef,
    /// Their name, as it was.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The feed of the file that makes it: `directives`.
    pub feed: String,
    /// The time in the file's name: `20261122T101500`. The next second that is free, if another file has it.
    pub time: String,
    /// What the file says.
    pub csv: String,
    /// The file's name; none: it is still to be dropped.
    pub file: Option<String>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

impl ByHand {
    fn actions(&self) -> [Action; 2] {
        let listed = Key::by_hand_of(&self.provider_ref, &self.contract_ref, self.at, &self.id);
        [
            Action::put(Key::by_hand(&self.id), self).if_version(self.version),
            Action::put(listed, self),
        ]
    }
}

impl Store {
    /// A decision, by the id of its request.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn by_hand(&self, id: &str) -> Result<Option<ByHand>, StoreError> {
        self.table.get(&Key::by_hand(id)).await
    }

    /// Some of the decisions about a contract, latest first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn by_hand_listed(
        &self,
        (provider, contract): (&ProviderRef, &ContractRef),
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<ByHand>, Option<Cursor>), StoreError> {
        let query = Query::by_hand(provider, contract).descending().limit(limit).after(after);
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Some of the decisions whose files are still to be dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn pending_by_hand(&self) -> Result<Vec<ByHand>, StoreError> {
        self.table.query(&Query::pending_by_hand().limit(PENDING_MAX)).await?.read()
    }

    /// Keeps a decision, and that its file is to be dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the same request was decided before.
    pub async fn save_by_hand(&self, decision: &ByHand) -> Result<(), StoreError> {
        let pending = Action::put(Key::pending_by_hand(&decision.id), decision);
        self.table.write(decision.actions().into_iter().chain([pending]).collect()).await
    }

    /// Keeps that the file of a decision was dropped under the name that it has now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody else kept it meanwhile.
    pub async fn by_hand_dropped(&self, decision: &ByHand) -> Result<(), StoreError> {
        let done = Action::delete(Key::pending_by_hand(&decision.id));
        self.table.write(decision.actions().into_iter().chain([done]).collect()).await
    }
}
