//! The schedule of a cycle, paused and resumed by hand: while it is paused nothing is finalised. Locks go on.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{CycleRef, StaffRef};

/// How many steps are kept: a record of the table holds 400 KB.
const STEPS_KEPT: usize = 100;
/// The longest reason, in characters.
pub const REASON_LENGTH_MAX: usize = 1_000;

/// Whether the schedule of a cycle runs, and who stopped it when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Key.
    pub cycle_ref: CycleRef,
    /// What was done, latest last.
    pub steps: Vec<ScheduleStep>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// Somebody paused or resumed a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleStep {
    /// Whether it is paused from then on.
    pub paused: bool,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: StaffRef,
    /// Their name, as it was.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a schedule is not paused or resumed, or nothing is finalised by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotSchedule {
    /// It is.
    #[error("The schedule of this cycle is paused. Resume it first.")]
    Paused,
    /// It is not.
    #[error("The schedule of this cycle is not paused.")]
    NotPaused,
    /// Nothing says why.
    #[error("Say why.")]
    ReasonRequired,
    /// It is over [`REASON_LENGTH_MAX`].
    #[error("The reason is too long. Use {REASON_LENGTH_MAX} characters or fewer.")]
    ReasonTooLong,
}

impl Failure for CannotSchedule {
    fn kind(&self) -> Kind {
        match self {
            Self::Paused | Self::NotPaused => Kind::Conflict,
            Self::ReasonRequired | Self::ReasonTooLong => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Paused => "cycle-paused",
            Self::NotPaused => "cycle-not-paused",
            Self::ReasonRequired | Self::ReasonTooLong => "invalid",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::ReasonRequired => vec![FieldError::new("reason", "Enter why")],
            Self::ReasonTooLong => vec![FieldError::new(
                "reason",
                format!("Use {REASON_LENGTH_MAX} characters or fewer"),
            )],
            Self::Paused | Self::NotPaused => Vec::new(),
        }
    }
}

impl Schedule {
    /// One that was never paused.
    pub fn new(cycle_ref: CycleRef) -> Self {
        Self { cycle_ref, steps: Vec::new(), version: 0 }
    }

    /// Who paused it, if it is paused.
    pub fn paused(&self) -> Option<&ScheduleStep> {
        self.steps.last().filter(|step| step.paused)
    }

    /// The same schedule, paused or resumed. The same step again changes nothing.
    ///
    /// # Errors
    ///
    /// [`CannotSchedule`] without a reason, or if it is so already by somebody else or for another reason.
    pub fn with(mut self, step: ScheduleStep) -> Result<Self, CannotSchedule> {
        let reason = step.reason.trim().to_owned();
        if reason.is_empty() {
            return Err(CannotSchedule::ReasonRequired);
        }
        if reason.chars().count() > REASON_LENGTH_MAX {
            return Err(CannotSchedule::ReasonTooLong);
        }
        let is = self.paused().is_some();
        if is == step.paused {
            let same = |it: &ScheduleStep| {
                it.paused == step.paused && it.by == step.by && it.reason == reason
            };
            if self.steps.last().is_some_and(same) {
                return Ok(self);
            }
            return Err(if is { CannotSchedule::Paused } else { CannotSchedule::NotPaused });
        }
        let surplus = self.steps.len().saturating_add(1).saturating_sub(STEPS_KEPT);
        self.steps.drain(..surplus);
        self.steps.push(ScheduleStep { reason, ..step });
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(paused: bool, by: &str, reason: &str) -> ScheduleStep {
        ScheduleStep {
            paused,
            reason: reason.to_owned(),
            by: by.parse().unwrap(),
            name: by.to_owned(),
            at: "2026-11-20T18:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_schedule_is_paused_and_resumed_with_a_reason_and_remembers_both() {
        let running = Schedule::new("28DAY".parse().unwrap());
        assert_eq!(running.paused(), None);
        assert_eq!(
            running.clone().with(step(true, "ST1", " ")),
            Err(CannotSchedule::ReasonRequired)
        );
        assert_eq!(running.clone().with(step(false, "ST1", "why")), Err(CannotSchedule::NotPaused));
        let paused = running.with(step(true, "ST1", "A price file is wrong")).unwrap();
        assert_eq!(paused.paused().unwrap().reason, "A price file is wrong");
        let resumed = paused.with(step(false, "ST2", "Put right")).unwrap();
        assert_eq!(resumed.paused(), None);
        assert_eq!(resumed.steps.len(), 2);
    }

    #[test]
    fn the_same_pause_again_is_one_and_that_of_another_is_told() {
        let running = Schedule::new("28DAY".parse().unwrap());
        let paused = running.with(step(true, "ST1", "why")).unwrap();
        assert_eq!(paused.clone().with(step(true, "ST1", "why")), Ok(paused.clone()));
        assert_eq!(paused.with(step(true, "ST2", "why")), Err(CannotSchedule::Paused));
    }

    #[test]
    fn the_latest_steps_are_kept() {
        let mut schedule = Schedule::new("28DAY".parse().unwrap());
        for n in 0..300 {
            schedule = schedule.with(step(n % 2 == 0, "ST1", &n.to_string())).unwrap();
        }
        assert_eq!(schedule.steps.len(), 100);
        assert_eq!(schedule.steps.last().unwrap().reason, "299");
    }
}
