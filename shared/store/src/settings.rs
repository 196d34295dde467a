//! What the council decided for its portal.

use domain::settings::Settings;

use crate::keys::Key;
use crate::{Store, StoreError};

impl Store {
    /// The council's settings; the specification's until the council has said otherwise.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Unreadable`].
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        Ok(self.table.get(&Key::settings()).await?.unwrap_or_default())
    }
}
