//! Goes through the rows of a file beside what is recorded, a period at a time.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use domain::ids::{ContractRef, CpliId, ProviderRef};
use store::{CpliWeeks, Cursor, PeriodOf, Store, WEEKS_SAVED_MAX};

use crate::UploadsError;
use crate::kept::KeptRows;
use crate::known::Known;

/// So few care packages of a period are read one by one, more of them with the whole period.
const ONE_BY_ONE_MAX: usize = 20;

/// How many weeks are dealt with together at most: a week is some two kilobytes at most, and a transaction 4 MB.
const WEEKS_TOGETHER_MAX: usize = 1_000;

/// The rows of one care package in one period.
#[derive(Debug, Clone)]
struct Part {
    subject: usize,
    rows: Range<usize>,
}

/// The rows of one care package in one period, and what is recorded of it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Which of [`KeptRows::subjects`].
    pub(crate) subject: usize,
    /// Which of its rows.
    pub(crate) rows: Range<usize>,
    /// What is recorded.
    pub(crate) record: CpliWeeks,
}

/// All rows of a file by contract, period and care package.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    store: &'a Store,
    provider: &'a ProviderRef,
    kept: &'a KeptRows<'a>,
    parts: BTreeMap<(&'a ContractRef, NaiveDate), Vec<Part>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(store: &'a Store, known: &'a Known, kept: &'a KeptRows<'a>) -> Self {
        let mut parts: BTreeMap<_, Vec<Part>> = BTreeMap::new();
        for (subject, of) in kept.subjects().iter().enumerate() {
            let contract = &of.cpli.contract_ref;
            let mut from = 0;
            let mut period = None;
            for (at, row) in of.rows.iter().enumerate() {
                let belongs = known.period_of(contract, row.week_start());
                if belongs != period {
                    if let Some(start) = period {
                        let part = Part { subject, rows: from..at };
                        parts.entry((contract, start)).or_default().push(part);
                    }
                    (from, period) = (at, belongs);
                }
            }
            if let Some(start) = period {
                let part = Part { subject, rows: from..of.rows.len() };
                parts.entry((contract, start)).or_default().push(part);
            }
        }
        Self { store, provider: &known.provider_ref, kept, parts }
    }

    /// Gives all rows to `with`, some care packages of one period at a time.
    pub(crate) async fn each(
        &self,
        mut with: impl AsyncFnMut(PeriodOf<'_>, Vec<Entry>) -> Result<(), UploadsError>,
    ) -> Result<(), UploadsError> {
        for ((contract, start), parts) in &self.parts {
            let period = PeriodOf { provider: self.provider, contract, start: *start };
            let mut recorded = Recorded::new(self.store, period, parts.len());
            let (mut together, mut weeks) = (Vec::new(), 0_usize);
            for part in parts {
                let Some(subject) = self.kept.subjects().get(part.subject) else { continue };
                let record = recorded.of(&subject.cpli.cpli_id).await?;
                weeks = weeks.saturating_add(record.weeks.len()).saturating_add(part.rows.len());
                let (subject, rows) = (part.subject, part.rows.clone());
                together.push(Entry { subject, rows, record });
                if together.len() >= WEEKS_SAVED_MAX || weeks >= WEEKS_TOGETHER_MAX {
                    with(period, std::mem::take(&mut together)).await?;
                    weeks = 0;
                }
            }
            if !together.is_empty() {
                with(period, together).await?;
            }
        }
        Ok(())
    }
}

/// What is recorded in a period, for those who ask in the order of the care packages' ids.
#[derive(Debug)]
struct Recorded<'a> {
    store: &'a Store,
    period: PeriodOf<'a>,
    one_by_one: bool,
    /// What was read and not asked for yet.
    page: BTreeMap<CpliId, CpliWeeks>,
    /// What was read goes so far; none: nothing was read yet.
    to: Option<CpliId>,
    after: Option<Cursor>,
    all_read: bool,
}

impl<'a> Recorded<'a> {
    fn new(store: &'a Store, period: PeriodOf<'a>, count: usize) -> Self {
        let one_by_one = count <= ONE_BY_ONE_MAX;
        let (page, to, after) = (BTreeMap::new(), None, None);
        Self { store, period, one_by_one, page, to, after, all_read: false }
    }

    async fn of(&mut self, cpli_id: &CpliId) -> Result<CpliWeeks, UploadsError> {
        if self.one_by_one {
            return Ok(self.store.weeks_of_cpli(self.period, cpli_id).await?);
        }
        while !self.all_read && self.to.as_ref().is_none_or(|to| to < cpli_id) {
            let (records, next) = self.store.some_weeks(self.period, self.after.take()).await?;
            self.to = records.last().map(|record| record.cpli_id.clone());
            self.page = records.into_iter().map(|it| (it.cpli_id.clone(), it)).collect();
            self.all_read = next.is_none();
            self.after = next;
        }
        Ok(self.page.remove(cpli_id).unwrap_or_else(|| CpliWeeks::none_of(cpli_id.clone())))
    }
}
