//! How far each contract is in its cycle: what tells the job which contracts have something due.

use chrono::NaiveDate;
use domain::facts::{Contract, PaymentMethod, Period};
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::schedule::Schedule;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Page, Query};

/// How many records one call may bring while a whole list is read.
const PAGE_ROWS: usize = 1_000;

/// How many periods a cycle may have: weekly ones for twenty years.
const PERIODS_MAX: usize = 1_100;

/// How many cycles a council may have.
const CYCLES_MAX: usize = 1_000;

/// How far one contract is in its cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Key.
    pub cycle_ref: CycleRef,
    /// Key.
    pub contract_ref: ContractRef,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// Decides when its statements lock.
    pub payment_method: PaymentMethod,
    /// The first day that the portal shows it.
    pub portal_from: NaiveDate,
    /// The last day of the latest period that is locked.
    pub locked_to: Option<NaiveDate>,
    /// The last day of the latest period that is finalised.
    pub finalised_to: Option<NaiveDate>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

impl Progress {
    /// A contract at its start.
    pub fn new(contract: &Contract) -> Self {
        Self {
            cycle_ref: contract.cycle_ref.clone(),
            contract_ref: contract.contract_ref.clone(),
            provider_ref: contract.provider_ref.clone(),
            payment_method: contract.payment_method,
            portal_from: contract.portal_from,
            locked_to: None,
            finalised_to: None,
            version: 0,
        }
    }

    /// As far as it was, under the agreement as it is now. In another cycle it goes on where it was.
    #[must_use]
    pub fn under(self, contract: &Contract) -> Self {
        let Self { locked_to, finalised_to, version, .. } = self;
        let same_cycle = self.cycle_ref == contract.cycle_ref;
        let version = if same_cycle { version } else { 0 };
        Self { locked_to, finalised_to, version, ..Self::new(contract) }
    }
}

impl Store {
    /// How far a contract is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn progress(
        &self,
        cycle: &CycleRef,
        contract: &ContractRef,
    ) -> Result<Option<Progress>, StoreError> {
        self.table.get(&Key::progress(cycle, contract)).await
    }

    /// What writes how far a contract is, if nobody has since it was read.
    pub fn progress_action(progress: &Progress) -> Action {
        Action::put(Key::progress(&progress.cycle_ref, &progress.contract_ref), progress)
            .if_version(progress.version)
    }

    /// How far each contract of a cycle is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn progress_of_cycle(&self, cycle: &CycleRef) -> Result<Vec<Progress>, StoreError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let query = Query::progress(cycle).limit(PAGE_ROWS).after(after);
            let Page { rows, next } = self.table.query(&query).await?;
            for row in rows {
                all.push(row.read()?);
            }
            if next.is_none() {
                return Ok(all);
            }
            after = next;
        }
    }

    /// How far some of the contracts of a cycle are, by reference, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn progress_listed(
        &self,
        cycle: &CycleRef,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Progress>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::progress(cycle).limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// The schedule of a cycle, paused or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn schedule(&self, cycle: &CycleRef) -> Result<Schedule, StoreError> {
        let there = self.table.get(&Key::schedule(cycle)).await?;
        Ok(there.unwrap_or_else(|| Schedule::new(cycle.clone())))
    }

    /// Saves the schedule of a cycle, if nobody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_schedule(&self, schedule: &Schedule) -> Result<(), StoreError> {
        let put = Action::put(Key::schedule(&schedule.cycle_ref), schedule);
        self.table.write(vec![put.if_version(schedule.version)]).await
    }

    /// The cycles that the council has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn cycle_refs(&self) -> Result<Vec<CycleRef>, StoreError> {
        let rows = self.table.query_all(Query::cycles(), CYCLES_MAX).await?;
        let cycles =
            rows.iter().filter_map(|row| row.key.sk().strip_prefix("CYCLE#")?.parse().ok());
        Ok(cycles.collect())
    }

    /// The periods of a cycle, earliest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn periods_of_cycle(&self, cycle: &CycleRef) -> Result<Vec<Period>, StoreError> {
        let rows = self.table.query_all(Query::periods(cycle), PERIODS_MAX).await?;
        rows.into_iter().map(crate::Row::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ACTIONS_MAX;

    fn progress(contract_ref: &str) -> Progress {
        Progress {
            cycle_ref: "28DAY".parse().unwrap(),
            contract_ref: contract_ref.parse().unwrap(),
            provider_ref: "P1001".parse().unwrap(),
            payment_method: PaymentMethod::Scheduled,
            portal_from: "2026-03-30".parse().unwrap(),
            locked_to: None,
            finalised_to: None,
            version: 0,
        }
    }

    #[tokio::test]
    async fn of_two_who_write_how_far_a_contract_is_the_second_is_told() {
        let store = Store::in_memory();
        let first = progress("C3001");
        store.table.write(vec![Store::progress_action(&first)]).await.unwrap();
        let locked = Progress { locked_to: Some("2026-04-26".parse().unwrap()), ..first };
        let late = store.table.write(vec![Store::progress_action(&locked)]).await.unwrap_err();
        assert!(late.is_stale(), "{late}");
        let (cycle, contract) = (&locked.cycle_ref, &locked.contract_ref);
        let there = store.progress(cycle, contract).await.unwrap().unwrap();
        assert_eq!((there.version, there.locked_to), (1, None));
        let read = Progress { version: 1, ..locked.clone() };
        store.table.write(vec![Store::progress_action(&read)]).await.unwrap();
        let there = store.progress(cycle, contract).await.unwrap().unwrap();
        assert_eq!((there.version, there.locked_to), (2, locked.locked_to));
    }

    #[tokio::test]
    async fn a_cycle_has_all_of_its_contracts_however_many_come_at_a_time() {
        let store = Store::in_memory();
        let all: Vec<Progress> =
            (0..=PAGE_ROWS).map(|nth| progress(&format!("C{}", 10_000 + nth))).collect();
        for some in all.chunks(ACTIONS_MAX) {
            store.table.write(some.iter().map(Store::progress_action).collect()).await.unwrap();
        }
        let read = store.progress_of_cycle(&all[0].cycle_ref).await.unwrap();
        let refs = |all: &[Progress]| -> Vec<ContractRef> {
            all.iter().map(|it| it.contract_ref.clone()).collect()
        };
        assert_eq!(refs(&read), refs(&all));
    }
}
