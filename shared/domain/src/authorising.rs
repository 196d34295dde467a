//! Four eyes: what one of the council's people decided by hand is paid only when another has agreed to it.
//!
//! A statement in which an adjustment or a directive was made in the portal waits for a finaliser who made none of
//! them. The schedule finalises all others by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::facts::{Directive, Facts, Period};
use crate::failure::{Failure, Kind};
use crate::ids::StaffRef;
use crate::item::{Item, Subject};
use crate::record::StatementRecord;
use crate::statement::Statement;

/// One of the council's people agreed that the items of a statement are paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorised {
    /// Who.
    pub by: StaffRef,
    /// Their name, as it was.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// [`Statement::digest`] of what was read.
    pub digest: String,
}

/// What is there to authorise.
#[derive(Debug, Clone, Copy)]
pub struct ToAuthorise<'a> {
    /// Its digest now.
    pub digest: &'a str,
    /// Who decided something about it by hand: [`Facts::makers`].
    pub makers: &'a BTreeSet<StaffRef>,
}

/// Why a statement is not authorised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotAuthorise {
    /// Its items are not fixed.
    #[error(
        "This statement is not locked yet. It can be authorised when the provider's time to respond is over."
    )]
    NotLocked,
    /// It was sent for payment.
    #[error("This statement is finalised already.")]
    Finalised,
    /// Its items differ from those that were read.
    #[error("The statement has changed since you read it. Read it again, then authorise it.")]
    Changed,
    /// The same person made an adjustment or directive in it.
    #[error(
        "You made an adjustment or a directive in this statement, so somebody else has to authorise it."
    )]
    Own,
}

impl Failure for CannotAuthorise {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotLocked => "statement-not-locked",
            Self::Finalised => "statement-finalised",
            Self::Changed => "statement-changed",
            Self::Own => "own-adjustment",
        }
    }
}

impl Facts {
    /// Who of the council's people decided something by hand about what `statement` pays: by an adjustment of which it
    /// has an instalment, or by a directive about one of its items, also one that ended and so released them.
    pub fn makers(&self, statement: &Statement) -> BTreeSet<StaffRef> {
        let adjustments = statement.items.iter().filter_map(|item| match &item.subject {
            Subject::Adjustment { adjustment_ref, .. } => self.adjustments.get(adjustment_ref),
            Subject::Cpli(_) | Subject::Void(_) | Subject::Invoice { .. } => None,
        });
        let adjusted = adjustments.flat_map(|it| it.made_by.iter());
        let directed = self
            .directives
            .values()
            .filter(|it| statement.items.iter().any(|item| it.touches(item, &statement.period)))
            .flat_map(|it| it.made_by.iter());
        adjusted.chain(directed).cloned().collect()
    }
}

impl Directive {
    /// Whether it decides about `item` of the statement of `period`: it covers the statement, or the one that the item
    /// comes from, or it ended in the period just before, which may have released the item.
    fn touches(&self, item: &Item, period: &Period) -> bool {
        let there = item.carried_from_period;
        self.is_about(&item.subject)
            && (self.covers(period.start_date)
                || there.is_some_and(|there| self.covers(there))
                || self.ended_just_before(period))
    }

    fn ended_just_before(&self, period: &Period) -> bool {
        let length = period.end_date.signed_duration_since(period.start_date);
        let before: Option<NaiveDate> = period.start_date.checked_sub_signed(length);
        let before = before.and_then(|it| it.pred_opt());
        self.from_date <= period.start_date
            && self.to_date.is_some_and(|to| to < period.start_date && Some(to) >= before)
    }
}

impl StatementRecord {
    /// Whether it may not be finalised yet: somebody decided about it by hand, and nobody else has agreed to these
    /// very items.
    pub fn awaits_authorisation(&self, to: ToAuthorise<'_>) -> bool {
        let agreed = |it: &Authorised| it.digest == to.digest && !to.makers.contains(&it.by);
        self.finalised.is_none()
            && !to.makers.is_empty()
            && !self.authorised.as_ref().is_some_and(agreed)
    }

    /// One of the council's people agrees to what they read. Of two who agree to the same the first stands.
    ///
    /// # Errors
    ///
    /// [`CannotAuthorise`] says why not.
    pub fn authorise(
        self,
        authorised: Authorised,
        to: ToAuthorise<'_>,
    ) -> Result<Self, CannotAuthorise> {
        if self.finalised.is_some() {
            return Err(CannotAuthorise::Finalised);
        }
        if self.locked.is_none() {
            return Err(CannotAuthorise::NotLocked);
        }
        if authorised.digest != to.digest {
            return Err(CannotAuthorise::Changed);
        }
        if to.makers.contains(&authorised.by) {
            return Err(CannotAuthorise::Own);
        }
        let stands = |it: &Authorised| it.digest == to.digest && !to.makers.contains(&it.by);
        if self.authorised.as_ref().is_some_and(stands) {
            return Ok(self);
        }
        Ok(Self { authorised: Some(authorised), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Locked, Response};

    fn record() -> StatementRecord {
        StatementRecord {
            contract_ref: "C1".parse().unwrap(),
            provider_ref: "P1".parse().unwrap(),
            period_start: "2026-10-26".parse().unwrap(),
            response: Response::NotRequired,
            locked: Some(Locked {
                at: "2026-11-20T17:00:00Z".parse().unwrap(),
                held: None,
                unconfirmed_in_a_row: 0,
            }),
            authorised: None,
            finalised: None,
            version: 1,
        }
    }

    fn by(staff: &str, digest: &str) -> Authorised {
        Authorised {
            by: staff.parse().unwrap(),
            name: staff.to_owned(),
            at: "2026-11-20T18:00:00Z".parse().unwrap(),
            digest: digest.to_owned(),
        }
    }

    fn makers(refs: &[&str]) -> BTreeSet<StaffRef> {
        refs.iter().map(|it| it.parse().unwrap()).collect()
    }

    #[test]
    fn what_nobody_decided_by_hand_waits_for_nobody() {
        let makers = makers(&[]);
        assert!(!record().awaits_authorisation(ToAuthorise { digest: "a", makers: &makers }));
    }

    #[test]
    fn who_made_an_adjustment_does_not_authorise_it_and_another_does() {
        let makers = makers(&["ST1", "ST2"]);
        let to = ToAuthorise { digest: "a", makers: &makers };
        assert!(record().awaits_authorisation(to));
        for own in ["ST1", "ST2"] {
            assert_eq!(record().authorise(by(own, "a"), to), Err(CannotAuthorise::Own));
        }
        let agreed = record().authorise(by("ST3", "a"), to).unwrap();
        assert!(!agreed.awaits_authorisation(to));
    }

    #[test]
    fn agreement_holds_for_the_very_items_that_were_read() {
        let makers = makers(&["ST1"]);
        let to = ToAuthorise { digest: "b", makers: &makers };
        assert_eq!(record().authorise(by("ST3", "a"), to), Err(CannotAuthorise::Changed));
        let before = ToAuthorise { digest: "a", makers: &makers };
        let agreed = record().authorise(by("ST3", "a"), before).unwrap();
        assert!(agreed.awaits_authorisation(to), "the items changed since");
        let again = agreed.authorise(by("ST4", "b"), to).unwrap();
        assert!(!again.awaits_authorisation(to));
    }

    #[test]
    fn whoever_adjusts_after_they_agreed_no_longer_counts() {
        let before = makers(&["ST1"]);
        let agreed = record()
            .authorise(by("ST3", "a"), ToAuthorise { digest: "a", makers: &before })
            .unwrap();
        let after = makers(&["ST1", "ST3"]);
        assert!(agreed.awaits_authorisation(ToAuthorise { digest: "a", makers: &after }));
    }

    #[test]
    fn of_two_who_agree_to_the_same_the_first_stands() {
        let makers = makers(&[]);
        let to = ToAuthorise { digest: "a", makers: &makers };
        let first = record().authorise(by("ST3", "a"), to).unwrap();
        assert_eq!(first.clone().authorise(by("ST4", "a"), to), Ok(first));
    }

    #[test]
    fn only_a_locked_statement_is_authorised() {
        let makers = makers(&[]);
        let to = ToAuthorise { digest: "a", makers: &makers };
        let open = StatementRecord { locked: None, ..record() };
        assert_eq!(open.authorise(by("ST3", "a"), to), Err(CannotAuthorise::NotLocked));
    }
}
