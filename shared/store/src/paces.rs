//! How often somebody asked of late: counted by a key that has no name in it, and forgotten by itself.

use chrono::{DateTime, TimeDelta, Utc};
use domain::pace::{Pace, Rate, Wait};
use domain::sender::{Sender, TooManyTries};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::{RACES_MAX, Store};

/// How long a pace is of use: well above what a burst takes to be forgiven.
const KEPT_HOURS: i64 = 24;

/// A pace as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    pace: Pace,
    #[serde(default, skip_serializing)]
    version: u32,
}

impl Store {
    /// Counts one more request of a network or for an account; none: it may be answered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn pace_sender(
        &self,
        sender: &Sender,
        now: DateTime<Utc>,
    ) -> Result<Option<TooManyTries>, StoreError> {
        let waits = self.pace(&Key::pace_of_sender(&sender.hash), sender.rate, now).await?;
        Ok(waits.map(TooManyTries))
    }

    /// Counts one more request under `key`; none: it was not asked too often.
    pub(crate) async fn pace(
        &self,
        key: &Key,
        rate: Rate,
        now: DateTime<Utc>,
    ) -> Result<Option<Wait>, StoreError> {
        let until = now.checked_add_signed(TimeDelta::hours(KEPT_HOURS)).unwrap_or(now);
        for _ in 0..RACES_MAX {
            let row: Option<Row> = self.table.get(key).await?;
            let version = row.as_ref().map_or(0, |row| row.version);
            let pace = match Pace::after(row.map(|row| row.pace), now, rate) {
                Ok(pace) => pace,
                Err(wait) => return Ok(Some(wait)),
            };
            let put = Action::put(key.clone(), &Row { pace, version });
            let written = self.table.write(vec![put.if_version(version).expires_at(until)]).await;
            match written {
                Err(error) if error.is_stale() => {}
                done => return done.map(|()| None),
            }
        }
        // So many at the same moment that none can be counted are too many.
        Ok(Some(Wait { seconds: 1 }))
    }
}
