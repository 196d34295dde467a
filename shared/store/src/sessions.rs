//! Who is signed in.

use chrono::{DateTime, Utc};
use domain::sign_in::{Session, TokenHash};

use crate::{Store, StoreError};

impl Store {
    /// The session behind a cookie, over or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table does not answer.
    #[expect(clippy::unused_async, reason = "the table comes next")]
    pub async fn session(&self, _: &TokenHash) -> Result<Option<Session>, StoreError> {
        Ok(None)
    }

    /// Notes that a session was used, if it has neither ended nor changed since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if it has.
    #[expect(clippy::unused_async, reason = "the table comes next")]
    pub async fn see_session(&self, _: &Session, _: DateTime<Utc>) -> Result<(), StoreError> {
        Ok(())
    }
}
