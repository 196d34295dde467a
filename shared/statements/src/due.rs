//! Which contracts have something due.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::{PaymentMethod, Period};
use domain::ids::{ContractRef, ProviderRef};
use serde::{Deserialize, Serialize};
use store::Progress;

use crate::{Statements, StatementsError};

/// A contract that has something due: a message to the payments queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueContract {
    /// Which.
    pub contract_ref: ContractRef,
    /// Its provider.
    pub provider_ref: ProviderRef,
}

/// What is done to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    Lock,
    Finalise,
    Both,
}

/// What a contract has due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueStep {
    /// This, to the statement of the period that starts on that day.
    Of(Doing, NaiveDate),
    /// A period of another cycle: whoever settles it knows which and when.
    OfAnotherCycle,
}

/// A contract with the period whose statement its provider may respond to, as far as the calendar tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Which contract.
    pub contract: DueContract,
    /// Its earliest period that is not locked and can still be answered.
    pub period: Period,
}

impl Statements {
    /// The contracts that have a statement to lock or to finalise by `now`.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table cannot be read.
    pub async fn due(&self, now: Now) -> Result<Vec<DueContract>, StatementsError> {
        let found =
            self.contracts_where(|progress, periods| due_step(progress, periods, now)).await?;
        Ok(found.into_iter().map(|(contract, _)| contract).collect())
    }

    /// The contracts that have an open statement, for [`Statements::watch`].
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table cannot be read.
    pub async fn watched(&self, now: Now) -> Result<Vec<Watched>, StatementsError> {
        let found = self.contracts_where(|progress, periods| {
            let asked = progress.payment_method == PaymentMethod::Scheduled;
            let open = |period: &&Period| asked && now.instant < period.confirm_by;
            not_locked(progress, periods).find(open).cloned()
        });
        let watched = |(contract, period)| Watched { contract, period };
        Ok(found.await?.into_iter().map(watched).collect())
    }

    pub(crate) async fn contracts_where<T>(
        &self,
        wanted: impl Fn(&Progress, &[Period]) -> Option<T>,
    ) -> Result<Vec<(DueContract, T)>, StatementsError> {
        let mut found = Vec::new();
        for cycle in self.store.cycle_refs().await? {
            let periods = self.store.periods_of_cycle(&cycle).await?;
            for progress in self.store.progress_of_cycle(&cycle).await? {
                if let Some(wanted) = wanted(&progress, &periods) {
                    let Progress { contract_ref, provider_ref, .. } = progress;
                    found.push((DueContract { contract_ref, provider_ref }, wanted));
                }
            }
        }
        Ok(found)
    }
}

/// What a contract has to lock or to finalise, if anything. It is settled in order, so that a period that is locked
/// is finalised before the next is locked.
pub(crate) fn due_step(progress: &Progress, periods: &[Period], now: Now) -> Option<DueStep> {
    if progress.locked_to > progress.finalised_to {
        let fixed = |period: &&Period| {
            Some(period.end_date) > progress.finalised_to
                && Some(period.end_date) <= progress.locked_to
        };
        return match periods.iter().find(fixed) {
            Some(period) if now.instant >= period.finalise_at => {
                Some(DueStep::Of(Doing::Finalise, period.start_date))
            }
            Some(_) => None,
            None => Some(DueStep::OfAnotherCycle),
        };
    }
    let method = progress.payment_method;
    let next = not_locked(progress, periods).next();
    let period = next.filter(|it| now.instant >= method.locks_at(it))?;
    let doing = if now.instant >= period.finalise_at { Doing::Both } else { Doing::Lock };
    Some(DueStep::Of(doing, period.start_date))
}

fn not_locked<'a>(
    progress: &'a Progress,
    periods: &'a [Period],
) -> impl Iterator<Item = &'a Period> {
    periods.iter().filter(|period| {
        period.start_date >= progress.portal_from && Some(period.start_date) > progress.locked_to
    })
}
