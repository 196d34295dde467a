//! The organisations that are paid.

use domain::facts::Provider;
use domain::ids::ProviderRef;

use crate::keys::Key;
use crate::{Store, StoreError};

impl Store {
    /// A provider, if the council has told of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Unreadable`].
    pub async fn provider(&self, provider: &ProviderRef) -> Result<Option<Provider>, StoreError> {
        self.table.get(&Key::provider(provider)).await
    }
}
