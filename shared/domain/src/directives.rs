//! Which items are not paid now: by the council's directive, or by what the provider said or left unsaid.

use chrono::NaiveDate;

use crate::facts::{Directive, DirectiveKind, Facts};
use crate::item::{Hold, HoldBy, Item, ItemStatus, Subject};
use crate::record::{HeldAtLock, Response, StatementRecord};
use crate::settings::Settings;

/// From the strongest: of two that cover an item the first counts.
const PRECEDENCE: [DirectiveKind; 3] =
    [DirectiveKind::Cancel, DirectiveKind::CarryForward, DirectiveKind::Suspend];

impl Directive {
    /// Whether it ends before it begins: it covers nothing.
    pub fn is_withdrawn(&self) -> bool {
        self.to_date.is_some_and(|to| to < self.from_date)
    }

    /// Whether it covers the statement of the period that starts on `statement`.
    pub fn covers(&self, statement: NaiveDate) -> bool {
        self.from_date <= statement && self.to_date.is_none_or(|to| statement <= to)
    }

    /// Whether it is about `subject`: everything, or what is about its care package.
    pub(crate) fn is_about(&self, subject: &Subject) -> bool {
        self.cpli_id.is_none() || self.cpli_id.as_ref() == subject.cpli_id()
    }
}

impl Facts {
    /// The directive of `kind` that holds items about `subject` in the statement that starts on `statement`.
    pub(crate) fn directive(
        &self,
        kind: DirectiveKind,
        subject: &Subject,
        statement: NaiveDate,
    ) -> Option<&Directive> {
        self.directives
            .values()
            .find(|it| it.kind == kind && it.covers(statement) && it.is_about(subject))
    }

    /// The directive that decides about an item of the statement that starts on `statement`. What was held or
    /// carried forward is also cancelled by what cancels the statement that it comes from.
    fn deciding(&self, item: &Item, statement: NaiveDate) -> Option<&Directive> {
        let cancelled_there = || {
            let there = item.carried_from_period?;
            self.directive(DirectiveKind::Cancel, &item.subject, there)
        };
        cancelled_there().or_else(|| {
            PRECEDENCE.into_iter().find_map(|kind| self.directive(kind, &item.subject, statement))
        })
    }
}

/// Puts `item` under today's directives, and where there is none under what is agreed of its documents. What the response holds, and what is cancelled for ever, stays.
pub(crate) fn apply(facts: &Facts, item: &mut Item, statement: NaiveDate) {
    let ours = [HoldBy::Directive, HoldBy::Document];
    if !item.hold.as_ref().is_none_or(|hold| ours.contains(&hold.by)) {
        return;
    }
    let decided = facts.deciding(item, statement);
    if decided.is_none()
        && let Some(reason) = facts.gate(&item.subject)
    {
        item.status = ItemStatus::Suspended;
        item.hold = Some(Hold { by: HoldBy::Document, reason });
        return;
    }
    item.status = match decided.map(|directive| directive.kind) {
        None => ItemStatus::Payable,
        Some(DirectiveKind::Suspend) => ItemStatus::Suspended,
        Some(DirectiveKind::Cancel) => ItemStatus::Cancelled,
        Some(DirectiveKind::CarryForward) => ItemStatus::CarriedForward,
    };
    item.hold =
        decided.map(|directive| Hold { by: HoldBy::Directive, reason: directive.reason.clone() });
}

/// Why the response holds `item` of a locked statement, if it does.
pub(crate) fn hold_by_response(
    record: &StatementRecord,
    settings: &Settings,
    item: &Item,
) -> Option<Hold> {
    let locked = record.locked.as_ref()?;
    let (by, reason) = match (locked.held, &record.response) {
        (Some(HeldAtLock::Rejected), response) => {
            let comment = response.answer().map_or("", |answer| answer.comment.as_str());
            (HoldBy::Rejection, with_comment("You rejected this statement", comment))
        }
        (Some(HeldAtLock::Unconfirmed), _) => {
            (HoldBy::Unconfirmed, unconfirmed(locked.unconfirmed_in_a_row))
        }
        (None, Response::ConfirmedWithQueries { queries, .. }) if settings.query_holds_line => {
            let query = queries.iter().find(|query| query.item_id == item.item_id)?;
            (HoldBy::LineQuery, with_comment("You queried this line", &query.comment))
        }
        (None, _) => return None,
    };
    Some(Hold { by, reason })
}

/// Says of an item that the response holds no more than that, for somebody to whom the response is none of theirs.
pub(crate) fn quieten(item: &mut Item) {
    let by_response = [HoldBy::Rejection, HoldBy::LineQuery, HoldBy::Unconfirmed];
    if let Some(hold) = item.hold.as_mut().filter(|hold| by_response.contains(&hold.by)) {
        "The contract's provider has not agreed to this yet".clone_into(&mut hold.reason);
    }
}

fn with_comment(what: &str, comment: &str) -> String {
    if comment.is_empty() { what.to_owned() } else { format!("{what}: {comment}") }
}

fn unconfirmed(in_a_row: u32) -> String {
    match in_a_row {
        0 | 1 => "This statement was not confirmed in time. Confirm it to be paid.".to_owned(),
        many => format!(
            "This and the {} before it were not confirmed in time. Confirm it to be paid.",
            if many == 2 {
                "statement".to_owned()
            } else {
                format!("{} statements", many.saturating_sub(1))
            }
        ),
    }
}
