//! Who at a provider is written to.

use std::collections::BTreeSet;

use domain::facts::Contact;
use domain::ids::{ContactRef, ProviderRef};
use domain::permission::Permission;

use crate::Store;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;

/// More contacts than any provider has.
const CONTACTS_MAX: usize = 20_000;

impl Store {
    /// Everybody at a provider, in the order of their references.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contacts(&self, provider: &ProviderRef) -> Result<Vec<Contact>, StoreError> {
        let rows = self.table.query_all(Query::contacts(provider), CONTACTS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contact(
        &self,
        provider: &ProviderRef,
        contact: &ContactRef,
    ) -> Result<Option<Contact>, StoreError> {
        self.table.get(&Key::contact(provider, contact)).await
    }

    /// The addresses of a provider's contacts who may do something, at most `max`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn contacts_who_may(
        &self,
        provider: &ProviderRef,
        what: Permission,
        max: usize,
    ) -> Result<Vec<String>, StoreError> {
        let may = self
            .contacts(provider)
            .await?
            .into_iter()
            .filter(|it| it.roles.iter().any(|role| role.may(what)));
        let to: BTreeSet<_> = may.filter_map(|contact| contact.portal_email).collect();
        Ok(to.into_iter().take(max).collect())
    }
}
