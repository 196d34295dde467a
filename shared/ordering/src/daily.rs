//! What the daily job does: orders are revised also where nobody looks, so that their history has the days on which
//! they changed.

use chrono::NaiveTime;
use domain::clock::{Now, london_instant};
use domain::ids::ProviderRef;

use crate::{OrderingError, Orders};

/// From this hour in London on, for an hour: after the night's files, before anybody is at work. Somebody who looks
/// does not wait for it, so that a morning on which the job did not run leaves nothing out.
const HOUR: u32 = 5;

impl Orders {
    /// Issues the revisions that today's facts ask for, of all providers, if the hour for it has come.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every provider was tried: the next run tries again.
    pub async fn bring_all_up_to_date(&self, now: Now) -> Result<(), OrderingError> {
        if !is_time(now) {
            return Ok(());
        }
        let mut outcome = Ok(());
        for provider in self.store.listed_providers().await? {
            let done = self.bring_up_to_date(&provider.provider_ref, now).await;
            outcome = done.and(outcome);
        }
        outcome
    }

    /// Issues the revisions that today's facts of a provider ask for, in all financial years.
    ///
    /// # Errors
    ///
    /// As [`Orders::list`].
    pub async fn bring_up_to_date(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<(), OrderingError> {
        for financial_year in self.list(provider, None, now).await?.financial_years {
            self.list(provider, Some(financial_year), now).await?;
        }
        Ok(())
    }
}

fn is_time(now: Now) -> bool {
    let at = |hour| {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        london_instant(now.date.and_time(time))
    };
    (at(HOUR)..at(HOUR.saturating_add(1))).contains(&now.instant)
}
