//! A provider's file of actuals on its way from arriving to being applied (domain.md sections 3 and 6).
//!
//! ```text
//! Received → Checking → Validated → Applying → Applied | PartlyApplied
//!                └→ Rejected | Duplicate  └→ Rejected | Duplicate
//! Received | Checking | Validated → Abandoned
//! ```
//!
//! A transition consumes the batch as it was read. Every one may come twice: a file that is being checked may be
//! checked again, a batch that is being applied goes on being applied.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::actuals::{Code, FileProblem};
use crate::failure::{Failure, Kind};
use crate::ids::{BatchId, ProviderRef};
use crate::money::Money;

/// How a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Somebody sent it from the page, sees what it would do, and then applies it.
    Page,
    /// A provider's system dropped it: it is checked and applied in one go.
    Dropped,
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// It began; the file is on its way or waits to be checked.
    Received,
    /// The file is read and its rows are checked.
    Checking,
    /// It can be seen what applying it would do.
    Validated,
    /// Its rows are being recorded.
    Applying,
    /// All of its rows are recorded.
    Applied,
    /// Those that were accepted are recorded; others were rejected.
    PartlyApplied,
    /// It is refused as a whole; nothing of it is recorded.
    Rejected,
    /// The provider did not want it any more.
    Abandoned,
    /// It, or what it calls itself, was applied before.
    Duplicate,
}

impl BatchState {
    /// As a sentence uses it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Received => "waiting to be checked",
            Self::Checking => "being checked",
            Self::Validated => "checked",
            Self::Applying => "being applied",
            Self::Applied => "applied",
            Self::PartlyApplied => "partly applied",
            Self::Rejected => "rejected",
            Self::Abandoned => "abandoned",
            Self::Duplicate => "a duplicate",
        }
    }

    /// Whether nothing more will become of it.
    pub fn is_final(self) -> bool {
        match self {
            Self::Received | Self::Checking | Self::Validated | Self::Applying => false,
            Self::Applied
            | Self::PartlyApplied
            | Self::Rejected
            | Self::Abandoned
            | Self::Duplicate => true,
        }
    }
}

/// Why a whole file is refused, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// F01 to F05; none: its rows are rejected, each with codes of its own.
    #[serde(default)]
    pub code: Option<Code>,
    /// What to do.
    pub message: String,
}

impl From<&FileProblem> for Refused {
    fn from(problem: &FileProblem) -> Self {
        Self { code: Some(problem.code()), message: problem.to_string() }
    }
}

/// What becomes of the rows of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RowCounts {
    /// Rows with something in them, without the headings.
    pub read: u64,
    /// Nothing was recorded for their week.
    pub new: u64,
    /// Something else was recorded for their week.
    pub changed: u64,
    /// The same was recorded for their week, or something later than the file.
    pub unchanged: u64,
    /// They cannot be applied.
    pub rejected: u64,
    /// They can, and something is to be said about them.
    pub warned: u64,
    /// Their period is closed: what they change is paid later.
    pub late: u64,
}

impl RowCounts {
    /// How many rows applying it would record.
    pub fn to_record(&self) -> u64 {
        self.new.saturating_add(self.changed)
    }
}

/// What reading and checking a file told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkup {
    /// What becomes of the rows.
    pub counts: RowCounts,
    /// What recording them adds to what is owed; negative: takes away.
    pub adds: Money,
    /// Of the file's bytes, in hexadecimal digits.
    pub sha256: String,
    /// What the file calls itself.
    pub file_references: BTreeSet<String>,
    /// How many problems and warnings there are of rows.
    pub findings_total: u64,
    /// Whether there is a workbook with the rows that were rejected.
    pub has_errors_file: bool,
}

/// A file of actuals, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadBatch {
    /// Key, first part.
    pub provider_ref: ProviderRef,
    /// Key, second part.
    pub batch_id: BatchId,
    /// As the provider named the file.
    pub file_name: String,
    /// How it came.
    pub way: Way,
    /// The object in the upload bucket.
    pub object_name: String,
    /// Which of the objects of that name; none until it came, or if the bucket keeps none.
    #[serde(default)]
    pub object_version: Option<String>,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Who sent it, by name; none: a provider's system.
    pub by: Option<String>,
    /// How far it is.
    pub state: BatchState,
    /// What checking it told; none until it was.
    #[serde(default)]
    pub checkup: Option<Checkup>,
    /// Whether it may only be applied whole.
    #[serde(default)]
    pub all_or_nothing: bool,
    /// Why it was refused.
    #[serde(default)]
    pub refusal: Option<Refused>,
    /// When it was asked to be applied: what it records is as of then, however late and often it is done.
    #[serde(default)]
    pub apply_at: Option<DateTime<Utc>>,
    /// Who asked; none: it was dropped.
    #[serde(default)]
    pub apply_by: Option<String>,
    /// Whether its digest and references are its own, so that it is being recorded and what the rows come to is
    /// settled.
    #[serde(default)]
    pub is_claimed: bool,
    /// When the last of it was recorded.
    #[serde(default)]
    pub applied_at: Option<DateTime<Utc>>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// A file that arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Whose it is.
    pub provider_ref: ProviderRef,
    /// As the provider named it.
    pub file_name: String,
    /// The object in the upload bucket.
    pub object_name: String,
    /// Which of the objects of that name.
    pub object_version: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who sent it, by name; none: a provider's system.
    pub by: Option<String>,
}

/// Why a batch cannot go on that way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotGoOn {
    /// It is at another point of its way.
    #[error("This file is {}.", .0.words())]
    NotThere(BatchState),
    /// Nothing of it would be recorded.
    #[error("Nothing in this file can be applied. Correct it and upload it again.")]
    NothingToApply,
    /// A row was rejected, and the council wants files whole.
    #[error(
        "{rejected} rows are rejected and a file is applied only if every row can be. Correct it and upload it again."
    )]
    NotWhole {
        /// How many.
        rejected: u64,
    },
}

impl Failure for CannotGoOn {
    fn kind(&self) -> Kind {
        match self {
            Self::NotThere(_) => Kind::Conflict,
            Self::NothingToApply | Self::NotWhole { .. } => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotThere(_) => "batch-not-there",
            Self::NothingToApply => "batch-nothing-to-apply",
            Self::NotWhole { .. } => "batch-not-whole",
        }
    }
}

impl UploadBatch {
    /// A batch at its start.
    pub fn new(batch_id: BatchId, way: Way, arrival: Arrival) -> Self {
        let Arrival { provider_ref, file_name, object_name, object_version, at, by } = arrival;
        Self {
            provider_ref,
            batch_id,
            file_name,
            way,
            object_name,
            object_version,
            at,
            by,
            state: BatchState::Received,
            checkup: None,
            all_or_nothing: false,
            refusal: None,
            apply_at: None,
            apply_by: None,
            is_claimed: false,
            applied_at: None,
            version: 0,
        }
    }

    /// Its file came: it is being checked.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if it was checked before, or is not wanted any more.
    pub fn check(self, object_version: Option<String>) -> Result<Self, CannotGoOn> {
        self.must_be(&[BatchState::Received, BatchState::Checking])?;
        let object_version = object_version.or(self.object_version);
        Ok(Self { state: BatchState::Checking, object_version, ..self })
    }

    /// It was checked: it can be seen what applying it would do.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if it is not being checked.
    pub fn validated(self, checkup: Checkup, all_or_nothing: bool) -> Result<Self, CannotGoOn> {
        self.must_be(&[BatchState::Checking])?;
        let (state, checkup) = (BatchState::Validated, Some(checkup));
        Ok(Self { state, checkup, all_or_nothing, ..self })
    }

    /// It cannot be read, or is about somebody else, or was sent before. What was told about its rows stays.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if it is neither being checked nor about to be recorded.
    pub fn refused(
        self,
        problem: &FileProblem,
        checkup: Option<Checkup>,
    ) -> Result<Self, CannotGoOn> {
        self.must_be(&[BatchState::Checking, BatchState::Applying])?;
        if self.is_claimed {
            return Err(CannotGoOn::NotThere(self.state));
        }
        let duplicate = matches!(problem, FileProblem::AlreadyUploaded { .. });
        let state = if duplicate { BatchState::Duplicate } else { BatchState::Rejected };
        let (checkup, refusal) = (checkup.or(self.checkup), Some(problem.into()));
        Ok(Self { state, checkup, refusal, ..self })
    }

    /// Whether it may be applied.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn`] if it may not.
    pub fn can_apply(&self) -> Result<(), CannotGoOn> {
        match (&self.state, &self.checkup) {
            (BatchState::Validated, Some(checkup)) => can_be_applied(checkup, self.all_or_nothing),
            (other, _) => Err(CannotGoOn::NotThere(*other)),
        }
    }

    /// Somebody asks that it be applied, or it was dropped to be.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn`] if it may not.
    pub fn apply(self, by: Option<String>, at: DateTime<Utc>) -> Result<Self, CannotGoOn> {
        self.can_apply()?;
        Ok(Self { state: BatchState::Applying, apply_at: Some(at), apply_by: by, ..self })
    }

    /// It was dropped to be applied, and may not be.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if it was not just checked.
    pub fn rejected(self, why: &CannotGoOn) -> Result<Self, CannotGoOn> {
        self.must_be(&[BatchState::Validated])?;
        let refusal = Some(Refused { code: None, message: why.to_string() });
        Ok(Self { state: BatchState::Rejected, refusal, ..self })
    }

    /// It was checked once more, as things are now. From here on its rows are recorded; if nothing of it may be,
    /// it is rejected.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if nobody asked, or it is being recorded already.
    pub fn recording(self, checkup: Checkup, all_or_nothing: bool) -> Result<Self, CannotGoOn> {
        if self.state != BatchState::Applying || self.is_claimed {
            return Err(CannotGoOn::NotThere(self.state));
        }
        let refusal = can_be_applied(&checkup, all_or_nothing).err();
        let checkup = Some(checkup);
        let Some(refusal) = refusal else {
            return Ok(Self { is_claimed: true, checkup, all_or_nothing, ..self });
        };
        let refusal = Some(Refused { code: None, message: refusal.to_string() });
        Ok(Self { state: BatchState::Rejected, refusal, checkup, all_or_nothing, ..self })
    }

    /// The last of it was recorded.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] if it was not being recorded.
    pub fn applied(self, at: DateTime<Utc>) -> Result<Self, CannotGoOn> {
        if self.state != BatchState::Applying || !self.is_claimed {
            return Err(CannotGoOn::NotThere(self.state));
        }
        let rejected = self.checkup.as_ref().is_some_and(|checkup| checkup.counts.rejected > 0);
        let state = if rejected { BatchState::PartlyApplied } else { BatchState::Applied };
        Ok(Self { state, applied_at: Some(at), ..self })
    }

    /// The provider does not want it any more.
    ///
    /// # Errors
    ///
    /// [`CannotGoOn::NotThere`] once it is being applied or done.
    pub fn abandon(self) -> Result<Self, CannotGoOn> {
        self.must_be(&[BatchState::Received, BatchState::Checking, BatchState::Validated])?;
        Ok(Self { state: BatchState::Abandoned, ..self })
    }

    fn must_be(&self, states: &[BatchState]) -> Result<(), CannotGoOn> {
        let there = states.contains(&self.state);
        if there { Ok(()) } else { Err(CannotGoOn::NotThere(self.state)) }
    }
}

fn can_be_applied(checkup: &Checkup, all_or_nothing: bool) -> Result<(), CannotGoOn> {
    let counts = &checkup.counts;
    if all_or_nothing && counts.rejected > 0 {
        return Err(CannotGoOn::NotWhole { rejected: counts.rejected });
    }
    // A file that says what is recorded already is done with when it is applied.
    let accepted = counts.to_record().saturating_add(counts.unchanged);
    if accepted == 0 { Err(CannotGoOn::NothingToApply) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> UploadBatch {
        let at = "2026-11-22T14:15:30Z".parse().unwrap();
        let arrival = Arrival {
            provider_ref: "P1001".parse().unwrap(),
            file_name: "november.csv".to_owned(),
            object_name: "uploads/P1001/page/x.csv".to_owned(),
            object_version: None,
            at,
            by: Some("Ada Brome".to_owned()),
        };
        UploadBatch::new(BatchId::of(at, b"1"), Way::Page, arrival)
    }

    fn checkup(new: u64, rejected: u64) -> Checkup {
        Checkup {
            counts: RowCounts {
                read: new.saturating_add(rejected),
                new,
                rejected,
                ..RowCounts::default()
            },
            adds: Money::from_pence(1_000),
            sha256: "00".to_owned(),
            file_references: BTreeSet::new(),
            findings_total: rejected,
            has_errors_file: rejected > 0,
        }
    }

    fn validated(new: u64, rejected: u64, all_or_nothing: bool) -> UploadBatch {
        let checking = batch().check(Some("v1".to_owned())).unwrap();
        checking.validated(checkup(new, rejected), all_or_nothing).unwrap()
    }

    fn asked(batch: UploadBatch) -> UploadBatch {
        let at = batch.at;
        batch.apply(Some("Ada Brome".to_owned()), at).unwrap()
    }

    #[test]
    fn batches_are_named_so_that_they_sort_by_time() {
        let id = |at: &str, what: &[u8]| BatchId::of(at.parse().unwrap(), what);
        let (first, second) = (id("2026-11-22T14:15:30Z", b"b"), id("2026-11-22T14:15:31Z", b"a"));
        assert!(first < second);
        assert_eq!(first.to_string().parse(), Ok(first.clone()));
        assert_eq!(first, id("2026-11-22T14:15:30.9Z", b"b"));
    }

    #[test]
    fn a_file_whose_rows_are_all_good_is_applied_whole_and_another_partly() {
        for (rejected, state) in [(0, BatchState::Applied), (1, BatchState::PartlyApplied)] {
            let recording = asked(validated(1, rejected, false));
            let recording = recording.recording(checkup(1, rejected), false).unwrap();
            assert_eq!((recording.state, recording.is_claimed), (BatchState::Applying, true));
            let at = recording.at;
            assert_eq!(recording.applied(at).unwrap().state, state);
        }
    }

    #[test]
    fn with_all_or_nothing_one_rejected_row_keeps_the_others_out() {
        assert_eq!(validated(9, 1, true).can_apply(), Err(CannotGoOn::NotWhole { rejected: 1 }));
        // It became so between the preview and the applying.
        let late = asked(validated(9, 0, true)).recording(checkup(8, 1), true).unwrap();
        assert_eq!((late.state, late.is_claimed), (BatchState::Rejected, false));
        assert_eq!(late.refusal.unwrap().code, None);
    }

    #[test]
    fn a_file_without_a_good_row_cannot_be_applied() {
        assert_eq!(validated(0, 3, false).can_apply(), Err(CannotGoOn::NothingToApply));
    }

    #[test]
    fn a_batch_is_asked_to_be_applied_once() {
        let asked = asked(validated(1, 0, false));
        let at = asked.at;
        let again = asked.apply(None, at);
        assert_eq!(again, Err(CannotGoOn::NotThere(BatchState::Applying)));
    }

    #[test]
    fn what_is_being_applied_can_neither_be_abandoned_nor_refused_any_more() {
        let asked = asked(validated(1, 0, false));
        assert_eq!(asked.clone().abandon(), Err(CannotGoOn::NotThere(BatchState::Applying)));
        let problem = FileProblem::Unreadable { why: "it is empty".to_owned() };
        assert_eq!(asked.clone().refused(&problem, None).unwrap().state, BatchState::Rejected);
        let recording = asked.recording(checkup(1, 0), false).unwrap();
        recording.refused(&problem, None).unwrap_err();
    }

    #[test]
    fn what_was_sent_before_is_a_duplicate() {
        let problem = FileProblem::AlreadyUploaded {
            batch: "B".to_owned(),
            date: "2026-11-01".parse().unwrap(),
        };
        let refused = batch().check(None).unwrap().refused(&problem, None).unwrap();
        assert_eq!(refused.state, BatchState::Duplicate);
        assert_eq!(refused.refusal.unwrap().code, Some(Code::F01));
    }

    #[test]
    fn a_batch_keeps_who_asked_when_and_what_each_checkup_found() {
        let at = batch().at;
        let asked = asked(validated(1, 0, false));
        assert_eq!((asked.apply_at, asked.apply_by.as_deref()), (Some(at), Some("Ada Brome")));
        assert_eq!(asked.object_version.as_deref(), Some("v1"));
        let unasked = validated(1, 0, false);
        unasked.clone().recording(checkup(1, 0), false).unwrap_err();
        unasked.applied(at).unwrap_err();
        asked.clone().applied(at).unwrap_err();
        let recording = asked.clone().recording(checkup(2, 1), false).unwrap();
        recording.clone().recording(checkup(2, 1), false).unwrap_err();
        assert_eq!((&recording.checkup, recording.all_or_nothing), (&Some(checkup(2, 1)), false));
        assert_eq!(recording.applied(at).unwrap().applied_at, Some(at));
        let whole = asked.clone().recording(checkup(2, 0), true).unwrap();
        assert!(whole.all_or_nothing && whole.is_claimed);
        let refused = asked.recording(checkup(2, 1), true).unwrap();
        assert_eq!((refused.checkup, refused.all_or_nothing), (Some(checkup(2, 1)), true));
    }

    #[test]
    fn what_was_dropped_and_may_not_be_applied_is_rejected_with_the_reason() {
        let why = CannotGoOn::NotWhole { rejected: 1 };
        let rejected = validated(9, 1, true).rejected(&why).unwrap();
        assert_eq!(rejected.state, BatchState::Rejected);
        assert_eq!(rejected.refusal.unwrap().message, why.to_string());
        batch().rejected(&why).unwrap_err();
    }

    #[test]
    fn what_is_not_wanted_any_more_is_neither_checked_nor_applied() {
        let abandoned = batch().abandon().unwrap();
        abandoned.clone().check(None).unwrap_err();
        abandoned.can_apply().unwrap_err();
        assert!(abandoned.state.is_final());
    }
}
