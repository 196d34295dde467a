//! Who at a provider is written to.

use std::collections::BTreeSet;

use domain::facts::Contact;
use domain::ids::ProviderRef;
use domain::permission::Permission;

use crate::Store;
use crate::codec::Row;
use crate::error::StoreError;
use crate::query::Query;

/// More contacts than any provider has.
const CONTACTS_MAX: usize = 20_000;

impl Store {
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
        let rows = self.table.query_all(Query::contacts(provider), CONTACTS_MAX).await?;
        let contacts: Vec<Contact> =
            rows.into_iter().map(Row::read).collect::<Result<_, StoreError>>()?;
        let may = contacts.into_iter().filter(|it| it.roles.iter().any(|role| role.may(what)));
        let to: BTreeSet<_> = may.filter_map(|contact| contact.portal_email).collect();
        Ok(to.into_iter().take(max).collect())
    }
}
