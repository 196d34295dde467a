//! What providers recorded week by week, and which periods they submitted.
//!
//! The weeks of one CPLI in one period are one record: a form or a file that says several of them saves them
//! together, and two that save at once are told.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::ids::{ContractRef, CpliId, ProviderRef};
use domain::weeks::{Recorded, RecordedWeeks, Submission};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};
use crate::{Store, table};

/// How many care packages are read with one call: their weeks are a few kilobytes each.
const PAGE_RECORDS: usize = 500;

/// More periods than any contract has.
const PERIODS_MAX: usize = 2_000;

/// How many care packages' weeks are saved together.
pub const WEEKS_SAVED_MAX: usize = table::ACTIONS_MAX;

/// What was recorded of one care package in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpliWeeks {
    /// Key, with the contract and the period.
    pub cpli_id: CpliId,
    /// By the first day of each week.
    pub weeks: BTreeMap<NaiveDate, Recorded>,
    /// Counts saves; 0: never saved.
    pub version: u32,
}

/// A period of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodOf<'a> {
    /// Whose contract it is.
    pub provider: &'a ProviderRef,
    /// The contract.
    pub contract: &'a ContractRef,
    /// First day of the period.
    pub start: NaiveDate,
}

/// A submission as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSubmission {
    /// What was said.
    #[serde(flatten)]
    pub submission: Submission,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// The record.
#[derive(Debug, Default, Serialize, Deserialize)]
struct WeeksRecord {
    weeks: BTreeMap<NaiveDate, Recorded>,
    #[serde(default)]
    version: u32,
}

impl CpliWeeks {
    /// A care package of which nothing is recorded in the period.
    pub fn none_of(cpli_id: CpliId) -> Self {
        Self { cpli_id, weeks: BTreeMap::new(), version: 0 }
    }
}

/// Only the weeks of what was read.
pub fn recorded(records: BTreeMap<CpliId, CpliWeeks>) -> RecordedWeeks {
    records.into_iter().map(|(cpli_id, record)| (cpli_id, record.weeks)).collect()
}

impl Store {
    /// All that was recorded for a contract in a period, by care package: one query.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn weeks_of_period(
        &self,
        period: PeriodOf<'_>,
    ) -> Result<BTreeMap<CpliId, CpliWeeks>, StoreError> {
        let mut all = BTreeMap::new();
        let mut after = None;
        loop {
            let (some, next) = self.some_weeks(period, after).await?;
            all.extend(some.into_iter().map(|record| (record.cpli_id.clone(), record)));
            if next.is_none() {
                return Ok(all);
            }
            after = next;
        }
    }

    /// Some of what was recorded for a contract in a period, in the order of the care packages' ids, and where to
    /// go on: for those who cannot hold all of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn some_weeks(
        &self,
        period: PeriodOf<'_>,
        after: Option<Cursor>,
    ) -> Result<(Vec<CpliWeeks>, Option<Cursor>), StoreError> {
        let query = Query::weeks(period.provider, period.contract, period.start);
        let page = self.table.query(&query.limit(PAGE_RECORDS).after(after)).await?;
        let records = page.rows.into_iter().map(of_row).collect::<Result<_, _>>()?;
        Ok((records, page.next))
    }

    /// What was recorded of one care package in a period; with version 0 if nothing was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn weeks_of_cpli(
        &self,
        period: PeriodOf<'_>,
        cpli_id: &CpliId,
    ) -> Result<CpliWeeks, StoreError> {
        let row = self.table.row(&key(period, cpli_id)).await?;
        row.map_or_else(|| Ok(CpliWeeks::none_of(cpli_id.clone())), of_row)
    }

    /// Saves the weeks of some care packages in a period, each if nobody has since it was read: all or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] with which of `records` somebody else saved, counted from 0: read it again.
    /// [`StoreError::TooManyActions`] if they are more than [`WEEKS_SAVED_MAX`].
    pub async fn save_weeks(
        &self,
        period: PeriodOf<'_>,
        records: &[CpliWeeks],
    ) -> Result<(), StoreError> {
        let save = |record: &CpliWeeks| {
            let CpliWeeks { cpli_id, weeks, version } = record;
            let value = WeeksRecord { weeks: weeks.clone(), version: *version };
            Action::put(key(period, cpli_id), &value).if_version(*version)
        };
        self.table.write(records.iter().map(save).collect()).await
    }

    /// Whether anything was ever recorded for a contract.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn has_weeks(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<bool, StoreError> {
        let query = Query::weeks_of_contract(provider, contract).limit(1);
        Ok(!self.table.query(&query).await?.rows.is_empty())
    }

    /// That a period was submitted, if it was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn submission(
        &self,
        period: PeriodOf<'_>,
    ) -> Result<Option<SavedSubmission>, StoreError> {
        let PeriodOf { provider, contract, start } = period;
        self.table.get(&Key::submission(provider, contract, start)).await
    }

    /// The periods of a contract that were submitted, by first day.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn submissions(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<BTreeMap<NaiveDate, Submission>, StoreError> {
        let query = Query::submissions(provider, contract);
        let rows = self.table.query_all(query, PERIODS_MAX).await?;
        let mut submissions = BTreeMap::new();
        for row in rows {
            let start = last_part(&row.key).parse().ok();
            let start = start.ok_or(StoreError::Missing("period of a submission"))?;
            submissions.insert(start, row.read()?);
        }
        Ok(submissions)
    }

    /// Saves that a period was submitted, if nobody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_submission(
        &self,
        period: PeriodOf<'_>,
        saved: &SavedSubmission,
    ) -> Result<(), StoreError> {
        let PeriodOf { provider, contract, start } = period;
        let key = Key::submission(provider, contract, start);
        self.table.write(vec![Action::put(key, saved).if_version(saved.version)]).await
    }
}

fn key(period: PeriodOf<'_>, cpli_id: &CpliId) -> Key {
    Key::weeks(period.provider, period.contract, period.start, cpli_id)
}

fn of_row(row: Row) -> Result<CpliWeeks, StoreError> {
    let cpli_id = last_part(&row.key).parse().ok();
    let cpli_id = cpli_id.ok_or(StoreError::Missing("care package of recorded weeks"))?;
    let WeeksRecord { weeks, version } = row.read()?;
    Ok(CpliWeeks { cpli_id, weeks, version })
}

fn last_part(key: &Key) -> &str {
    key.sk().rsplit('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::actuals::Week;
    use domain::weeks::Source;

    use super::*;

    struct Lake {
        provider: ProviderRef,
        contract: ContractRef,
    }

    impl Lake {
        fn new() -> Self {
            Self { provider: "P1001".parse().unwrap(), contract: "C3001".parse().unwrap() }
        }

        fn period(&self) -> PeriodOf<'_> {
            let (provider, contract) = (&self.provider, &self.contract);
            PeriodOf { provider, contract, start: day("2026-10-26") }
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn id(number: u32) -> CpliId {
        format!("{number:05}").parse().unwrap()
    }

    fn week(actual: &str) -> Recorded {
        let week = Week {
            actual: actual.parse().unwrap(),
            frustrated: "0.50".parse().unwrap(),
            reason_code: Some("HOSP".to_owned()),
            ..Week::default()
        };
        Recorded {
            week,
            at: "2026-11-02T09:00:00Z".parse().unwrap(),
            by: "Ada Brome".to_owned(),
            source: Source::Form,
        }
    }

    fn of(number: u32, actual: &str, version: u32) -> CpliWeeks {
        let weeks = [(day("2026-10-26"), week(actual))].into();
        CpliWeeks { cpli_id: id(number), weeks, version }
    }

    #[tokio::test]
    async fn what_is_recorded_is_read_back_to_the_last_decimal() {
        let (store, lake) = (Store::in_memory(), Lake::new());
        let record = of(1, "10.2500", 0);
        store.save_weeks(lake.period(), &[record]).await.unwrap();
        let read = store.weeks_of_cpli(lake.period(), &id(1)).await.unwrap();
        assert_eq!(read, of(1, "10.2500", 1));
        assert_eq!(read.weeks.values().next().unwrap().week.actual.to_string(), "10.2500");
        let none = store.weeks_of_cpli(lake.period(), &id(2)).await.unwrap();
        assert_eq!(none, CpliWeeks::none_of(id(2)));
    }

    #[tokio::test]
    async fn of_two_who_save_the_weeks_of_a_care_package_the_second_is_told() {
        let (store, lake) = (Store::in_memory(), Lake::new());
        let both = [of(1, "1", 0), of(2, "2", 0)];
        store.save_weeks(lake.period(), &both[1..]).await.unwrap();
        let refused = store.save_weeks(lake.period(), &both).await;
        assert_eq!(refused, Err(StoreError::Stale { action: 1 }));
        let first = store.weeks_of_cpli(lake.period(), &id(1)).await.unwrap();
        assert_eq!(first.version, 0, "all or nothing");
    }

    #[tokio::test]
    async fn a_period_is_read_whole_however_many_care_packages_it_has_and_nothing_of_others() {
        let (store, lake) = (Store::in_memory(), Lake::new());
        let all: Vec<_> = (0..1_203).map(|number| of(number, "10.25", 0)).collect();
        for some in all.chunks(WEEKS_SAVED_MAX) {
            store.save_weeks(lake.period(), some).await.unwrap();
        }
        let later = PeriodOf { start: day("2026-11-23"), ..lake.period() };
        store.save_weeks(later, &all[..1]).await.unwrap();
        let read = store.weeks_of_period(lake.period()).await.unwrap();
        assert_eq!(read.len(), 1_203);
        assert!(read.values().all(|record| record.version == 1));
        assert_eq!(recorded(read)[&id(7)][&day("2026-10-26")], week("10.25"));
    }

    #[tokio::test]
    async fn it_is_known_whether_anything_was_ever_recorded_for_a_contract() {
        let (store, lake) = (Store::in_memory(), Lake::new());
        let longer: ContractRef = "C30010".parse().unwrap();
        let other = PeriodOf { contract: &longer, ..lake.period() };
        store.save_weeks(other, &[of(1, "1", 0)]).await.unwrap();
        assert!(!store.has_weeks(&lake.provider, &lake.contract).await.unwrap());
        assert!(store.has_weeks(&lake.provider, &longer).await.unwrap());
    }

    #[tokio::test]
    async fn of_two_who_submit_a_period_the_second_is_told() {
        let (store, lake) = (Store::in_memory(), Lake::new());
        assert_eq!(store.submission(lake.period()).await, Ok(None));
        let submission = Submission {
            submitted_at: "2026-11-24T09:00:00Z".parse().unwrap(),
            submitted_by: "Ada Brome".to_owned(),
        };
        let saved = SavedSubmission { submission: submission.clone(), version: 0 };
        store.save_submission(lake.period(), &saved).await.unwrap();
        assert!(store.save_submission(lake.period(), &saved).await.unwrap_err().is_stale());
        let read = store.submission(lake.period()).await.unwrap().unwrap();
        assert_eq!(read, SavedSubmission { version: 1, ..saved });
        let all = store.submissions(&lake.provider, &lake.contract).await.unwrap();
        assert_eq!(all, [(day("2026-10-26"), submission)].into());
    }
}
