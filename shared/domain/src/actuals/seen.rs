//! What a file said before: of two rows about the same week neither is believed.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;

use super::Column;
use super::check::Repeated;
use super::problem::{Finding, RowProblem};

/// Where a thing was seen first.
#[derive(Debug, Clone, Copy)]
struct First {
    row: u32,
    repeated: bool,
}

/// The rows so far. A million of them need some 12 bytes each, and as much again for line references.
#[derive(Debug)]
pub(super) struct Seen {
    /// For each care package, by week.
    weeks: Vec<Vec<(NaiveDate, First)>>,
    /// By a digest of the reference, for room: of a million, two are alike by chance once in 37 million files.
    line_refs: BTreeMap<u64, First>,
    /// The first of those that came again.
    pub(super) repeated: Vec<Repeated>,
}

impl Seen {
    pub(super) fn new(subjects: usize) -> Self {
        Self { weeks: vec![Vec::new(); subjects], line_refs: BTreeMap::new(), repeated: Vec::new() }
    }

    /// What is wrong with `row` if there was one about the same week of the same care package.
    pub(super) fn week(
        &mut self,
        subject: usize,
        cpli_id: &str,
        week: NaiveDate,
        row: u32,
    ) -> Option<RowProblem> {
        let weeks = self.weeks.get_mut(subject)?;
        let problem = |row| RowProblem::Repeated { cpli_id: cpli_id.to_owned(), week, row };
        let at = match weeks.last() {
            // Most files are in order.
            Some((last, _)) if *last < week => Err(weeks.len()),
            _ => weeks.binary_search_by_key(&week, |(week, _)| *week),
        };
        match at {
            Err(at) => {
                weeks.insert(at, (week, First { row, repeated: false }));
                None
            }
            Ok(at) => {
                let (_, first) = weeks.get_mut(at)?;
                self.repeated.extend(first.again(Column::CpliId, || problem(row)));
                Some(problem(first.row))
            }
        }
    }

    /// What is wrong with `row` if another one has the same reference.
    pub(super) fn line_ref(&mut self, line_ref: &str, row: u32) -> Option<RowProblem> {
        let problem = |row| RowProblem::RepeatedLineRef { line_ref: line_ref.to_owned(), row };
        let mut digest = DefaultHasher::new();
        line_ref.hash(&mut digest);
        let first = self.line_refs.entry(digest.finish());
        let first = first.or_insert(First { row, repeated: false });
        if first.row == row {
            return None;
        }
        self.repeated.extend(first.again(Column::LineRef, || problem(row)));
        Some(problem(first.row))
    }
}

impl First {
    /// What is wrong with the first row, told when the second one comes.
    fn again(&mut self, column: Column, problem: impl FnOnce() -> RowProblem) -> Option<Repeated> {
        let told = std::mem::replace(&mut self.repeated, true);
        (!told).then(|| Repeated { row: self.row, finding: Finding { column, problem: problem() } })
    }
}
