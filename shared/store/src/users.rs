//! Everybody who may sign in, in one list. A row is written with each change of its account, in the same write.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::account::Account;
use domain::audit::Actor;
use domain::sign_in::EmailAddress;
use domain::user::UserState;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;
use crate::{Row, Store};

/// More people than sign in to a council's portal.
const USERS_MAX: usize = 50_000;

/// Somebody in the list of all who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedUser {
    /// What addresses of pages call them: the name of their chain of audit entries.
    pub user_id: Actor,
    /// What they sign in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// Whether they are one of the council's people.
    pub council: bool,
    /// How far they are.
    pub state: UserState,
    /// When they were invited first.
    pub invited_at: DateTime<Utc>,
    /// When they last signed in.
    pub signed_in_at: Option<DateTime<Utc>>,
}

impl From<&Account> for ListedUser {
    fn from(account: &Account) -> Self {
        Self {
            user_id: Actor::person(&account.email),
            email: account.email.clone(),
            name: account.name.clone(),
            council: account.council,
            state: UserState::of(account),
            invited_at: account.created_at,
            signed_in_at: account.signed_in_at,
        }
    }
}

/// An account as it is from now on, if it is as it was read, and its row in the list.
pub(crate) fn saved(account: &Account) -> [Action; 2] {
    let user = ListedUser::from(account);
    [
        Action::put(Key::account(account.email.as_str()), account).if_version(account.version),
        Action::put(Key::listed_user(&user.user_id), &user),
    ]
}

/// An address that bounced or complained, or did once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListedSuppression {
    pub(crate) email: String,
    pub(crate) active: bool,
}

impl Store {
    /// Everybody who may sign in, in no order that means anything.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn users(&self) -> Result<Vec<ListedUser>, StoreError> {
        let rows = self.table.query_all(Query::listed_users(), USERS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn user(&self, user_id: &Actor) -> Result<Option<ListedUser>, StoreError> {
        self.table.get(&Key::listed_user(user_id)).await
    }

    /// Which addresses are not written to, or not with news.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn suppressed_addresses(&self) -> Result<BTreeSet<String>, StoreError> {
        let rows = self.table.query_all(Query::listed_suppressions(), USERS_MAX).await?;
        let rows: Vec<ListedSuppression> =
            rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
        Ok(rows.into_iter().filter(|it| it.active).map(|it| it.email).collect())
    }
}
