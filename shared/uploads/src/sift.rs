//! Tells the rows of a file that may be applied from those that may not.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use domain::actuals::{
    Accepted, Checker, Column, FileProblem, Finding, Rejected, Repeated, Row, Verdict,
};
use domain::upload::UploadBatch;
use files::{Objects, Place};

use crate::UploadsError;
use crate::error::{COMMENTS, no_room};
use crate::kept::KeptRows;
use crate::known::Known;
use crate::read::{End, limits, rows};

/// The rules of rows, for one reading of a file.
#[derive(Debug)]
pub(crate) struct Judge<'k> {
    known: &'k Known,
    checker: Option<Checker<'k>>,
}

/// What becomes of a row.
#[derive(Debug)]
pub(crate) enum Judged<'k, 'r> {
    /// It has the headings.
    Headings,
    /// It may be applied, unless it is repeated later.
    Accepted(Accepted<'k, 'r>),
    /// It may not.
    Rejected(Rejected),
}

impl<'k> Judge<'k> {
    pub(crate) fn new(known: &'k Known) -> Self {
        Self { known, checker: None }
    }

    /// What becomes of `row`.
    pub(crate) fn row<'r>(&mut self, row: &'r Row) -> Result<Judged<'k, 'r>, FileProblem> {
        let known = self.known;
        let Some(checker) = &mut self.checker else {
            let policy = &known.settings.actuals;
            let checker = Checker::new(&known.checking(), policy, known.now.date, row)?;
            self.checker = Some(checker);
            return Ok(Judged::Headings);
        };
        match checker.row(row)? {
            Verdict::Rejected(rejected) => Ok(Judged::Rejected(rejected)),
            Verdict::Accepted(accepted) => {
                let contract = &accepted.cpli.contract_ref;
                let Some(problem) = known.not_open(contract, accepted.week_start) else {
                    return Ok(Judged::Accepted(accepted));
                };
                let findings = vec![Finding { column: Column::WeekStart, problem }];
                Ok(Judged::Rejected(Rejected { row: row.number(), findings }))
            }
        }
    }

    /// What the file calls itself, and the rows that a later one repeated.
    fn finish(self) -> (BTreeSet<String>, RepeatedRows) {
        let Some(checker) = self.checker else { return Default::default() };
        let references = checker.file_references().clone();
        let mut repeated = checker.finish();
        repeated.sort_by_key(|it| it.row);
        (references, RepeatedRows(repeated))
    }
}

/// Rows that a later one repeated, in order: neither is believed.
#[derive(Debug, Default)]
pub(crate) struct RepeatedRows(Vec<Repeated>);

impl RepeatedRows {
    /// What is wrong with `row` for that; nothing if none repeats it.
    pub(crate) fn of(&self, row: u32) -> &[Repeated] {
        let from = self.0.partition_point(|it| it.row < row);
        let count = self.0.iter().skip(from).take_while(|it| it.row == row).count();
        self.0.get(from..from.saturating_add(count)).unwrap_or_default()
    }
}

/// The rows of a file that may be applied, and how many may not.
#[derive(Debug)]
pub(crate) struct Sifted<'k> {
    pub(crate) kept: KeptRows<'k>,
    pub(crate) read: u64,
    pub(crate) rejected: u64,
    pub(crate) repeated: RepeatedRows,
    pub(crate) file_references: BTreeSet<String>,
    pub(crate) sha256: String,
}

/// Reads the file of `batch` and sifts its rows.
pub(crate) async fn sift<'k>(
    objects: &Objects,
    known: &'k Known,
    batch: &UploadBatch,
) -> Result<Result<Sifted<'k>, FileProblem>, UploadsError> {
    let (mut judge, mut kept) = (Judge::new(known), KeptRows::default());
    let (mut read, mut rejected): (u64, u64) = (0, 0);
    let mut refused = None;
    let take = |row: &Row| {
        match judge.row(row) {
            Ok(Judged::Headings) => return ControlFlow::Continue(()),
            Ok(Judged::Accepted(accepted)) => kept.add(&accepted),
            Ok(Judged::Rejected(_)) => rejected = rejected.saturating_add(1),
            Err(problem) => {
                refused = Some(problem);
                return ControlFlow::Break(());
            }
        }
        read = read.saturating_add(1);
        ControlFlow::Continue(())
    };
    let end = rows(objects, &place(batch), limits(batch.way), take).await?;
    if let Some(problem) = refused {
        return Ok(Err(problem));
    }
    let sha256 = match end {
        End::Whole { sha256 } => sha256,
        End::Unreadable(problem) => return Ok(Err(problem)),
        End::Missing | End::Stopped => {
            let why = "it is no longer there".to_owned();
            return Ok(Err(FileProblem::Unreadable { why }));
        }
    };
    let (file_references, repeated) = judge.finish();
    let again = kept.sort(&repeated).map_err(no_room(COMMENTS))?;
    let rejected = rejected.saturating_add(again);
    Ok(Ok(Sifted { kept, read, rejected, repeated, file_references, sha256 }))
}

/// Where the file of a batch is.
pub(crate) fn place(batch: &UploadBatch) -> Place {
    Place::dropped(batch.object_name.clone(), batch.object_version.clone())
}
