//! What earlier statements held back, and what becomes of it: paid at last, cancelled, or held on.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::entry::Entry;
use crate::facts::{DirectiveKind, Facts};
use crate::item::{HoldBy, Item, ItemStatus};
use crate::record::Response;
use crate::statement::{Held, Statement};

/// An item that was neither paid nor cancelled.
#[derive(Clone, Copy)]
pub(crate) struct Pending<'a> {
    /// The start of the period of the statement that has it.
    pub(crate) statement: NaiveDate,
    pub(crate) item: &'a Item,
}

/// What waits when `latest` has been finalised: what it held on, what it suspended, what it carried forward.
pub(crate) fn pending(latest: &Statement) -> Vec<Pending<'_>> {
    let held =
        latest.held.iter().map(|held| Pending { statement: held.statement, item: &held.item });
    let waits =
        |item: &&Item| matches!(item.status, ItemStatus::Suspended | ItemStatus::CarriedForward);
    let statement = latest.period.start_date;
    let new = latest.items.iter().filter(waits).map(|item| Pending { statement, item });
    held.chain(new).collect()
}

/// What of `pending` comes into the statement that starts on `statement`, and what is held on.
pub(crate) fn carried(
    facts: &Facts,
    responses: &BTreeMap<NaiveDate, Response>,
    pending: &[Pending<'_>],
    statement: NaiveDate,
) -> (Vec<Entry>, Vec<Held>) {
    let (mut entries, mut held) = (Vec::new(), Vec::new());
    for waiting in pending {
        if is_over(facts, responses, *waiting, statement) {
            let carries = Some((waiting.item.item_id.clone(), waiting.statement));
            entries.push(Entry { carries, ..Entry::again(waiting.item) });
        } else {
            held.push(Held { statement: waiting.statement, item: held_on(facts, waiting.item) });
        }
    }
    (entries, held)
}

/// The item, with why it waits now if it waits for a document.
fn held_on(facts: &Facts, item: &Item) -> Item {
    let mut item = item.clone();
    let by_document = item.hold.as_mut().filter(|hold| hold.by == HoldBy::Document);
    if let Some((hold, reason)) = by_document.zip(facts.gate(&item.subject)) {
        hold.reason = reason;
    }
    item
}

/// Whether the wait is over: released, carried forward, or cancelled after all.
fn is_over(
    facts: &Facts,
    responses: &BTreeMap<NaiveDate, Response>,
    waiting: Pending<'_>,
    statement: NaiveDate,
) -> bool {
    let Pending { statement: there, item } = waiting;
    let covered = |kind, when| facts.directive(kind, &item.subject, when).is_some();
    if item.status == ItemStatus::CarriedForward
        || covered(DirectiveKind::Cancel, statement)
        || covered(DirectiveKind::Cancel, there)
    {
        return true;
    }
    match item.hold.as_ref().map(|hold| hold.by) {
        Some(HoldBy::Rejection | HoldBy::LineQuery | HoldBy::Unconfirmed) => {
            matches!(responses.get(&there), Some(Response::Confirmed(_)))
        }
        Some(HoldBy::Directive | HoldBy::Document | HoldBy::CancelledBefore) | None => {
            !covered(DirectiveKind::Suspend, statement) && facts.gate(&item.subject).is_none()
        }
    }
}
