//! How far a week has come: derived, never stored.

use serde::{Deserialize, Serialize};

use super::{ExceptionState, Recorded, Submission, Valued};
use crate::invoice::InvoiceState;

/// How far a week has come (domain.md section 3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WeekState {
    /// Nothing is recorded: it stands as planned.
    Generated,
    /// Recorded, and not confirmed since.
    Edited,
    /// Over what is tolerated, and held until the council decides.
    Exception,
    /// Recorded and confirmed.
    Confirmed,
    /// In an invoice or credit note that was submitted, and not changed since.
    Invoiced,
    /// In one that was paid, and not changed since.
    Paid,
}

/// How far a week has come. `claimed` is the state of the last document that has lines of it, if any was submitted.
pub fn state(
    recorded: Option<&Recorded>,
    submission: Option<&Submission>,
    valued: Option<&Valued>,
    claimed: Option<InvoiceState>,
) -> WeekState {
    let Some(recorded) = recorded else { return WeekState::Generated };
    let exception = valued.and_then(|valued| valued.exception.as_ref());
    if exception.is_some_and(|exception| exception.state == ExceptionState::Waiting) {
        return WeekState::Exception;
    }
    if !submission.is_some_and(|submission| submission.confirms(recorded)) {
        return WeekState::Edited;
    }
    match claimed {
        Some(InvoiceState::Paid) => WeekState::Paid,
        Some(InvoiceState::Submitted | InvoiceState::Disputed | InvoiceState::Approved) => {
            WeekState::Invoiced
        }
        Some(InvoiceState::Draft | InvoiceState::Deleted) | None => WeekState::Confirmed,
    }
}
