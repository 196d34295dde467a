//! What the council decided for its portal.

use chrono::NaiveDate;
use domain::setting_changes::SettingChanges;
use domain::settings::Settings;

use crate::facts::{Batch, Known, Told};
use crate::keys::Key;
use crate::{Store, StoreError};

/// How often it is tried again because a file came at the same time.
const RACES_MAX: u32 = 4;

impl Store {
    /// The council's settings as they are now; the specification's until the council has said otherwise.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Unreadable`].
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        Ok(self.table.get(&Key::settings()).await?.unwrap_or_default())
    }

    /// What was said about the council's settings, and from when on it holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Unreadable`].
    pub async fn setting_changes(&self) -> Result<SettingChanges, StoreError> {
        match self.table.get(&Key::setting_changes()).await? {
            Some(changes) => Ok(changes),
            None => Ok(SettingChanges::over(self.settings().await?)),
        }
    }

    /// Has what was said for `day` hold from now on. Gives whether anything changed. A day that comes late takes
    /// nothing back.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn bring_settings_to(&self, day: NaiveDate) -> Result<bool, StoreError> {
        let mut races: u32 = 0;
        loop {
            let key = Key::setting_changes();
            let Some(mut changes) = self.known::<SettingChanges>(&key).await? else {
                return Ok(false);
            };
            let known = self.known::<Settings>(&Key::settings()).await?;
            let known = known.unwrap_or_else(|| Known::new(Settings::default(), Told::default()));
            let after = changes.fact.brought_to(day);
            if after == known.fact {
                return Ok(false);
            }
            let told = known.told.clone();
            let mut batch = Batch::default();
            batch.save(key, &changes, true);
            batch.save(Key::settings(), &known.saying(after, told), true);
            match self.write_batch(batch).await {
                Err(error) if error.is_stale() && races < RACES_MAX => {
                    races = races.saturating_add(1);
                }
                written => return written.map(|()| true),
            }
        }
    }
}
