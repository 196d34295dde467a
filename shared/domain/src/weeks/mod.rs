//! Care that is paid as it was delivered: which weeks a period has, who may enter them until when, what each comes
//! to, and what the council decided about it.
//!
//! A week is one CPLI in one week. It belongs to the payment period that its first day lies in.

mod decision;
mod entry;
mod period;
mod recorded;
mod state;
mod value;

pub use decision::{Decision, DecisionKind, Variation};
pub use entry::{EntryRefused, EntryText, check_entry};
pub use period::{
    Actuals, CannotEnter, CannotSubmit, PeriodState, PlannedWeek, week_starts, window,
};
pub use recorded::{Recorded, RecordedWeeks, Source, Submission};
pub use state::{WeekState, state};
pub use value::{Exception, ExceptionState, Terms, Valued};
