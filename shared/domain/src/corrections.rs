//! Corrections of finalised periods (domain.md section 5, rule 4): what facts changed since is taken back at the
//! amounts finalised and given again at today's entitlement.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::carrying::Pending;
use crate::causes;
use crate::entitlement::{self, Days, Line};
use crate::entry::Entry;
use crate::facts::{Contract, Facts, Period};
use crate::item::{Basis, Correction, Item, ItemKind, ItemStatus, Subject};
use crate::statement::{CannotCompute, Statement};

/// Corrects every earlier period in `bodies` that a change reaches. What a correction replaces before it was paid
/// is taken out of `pending`.
pub(crate) fn corrections(
    facts: &Facts,
    bodies: &[&Statement],
    pending: &mut Vec<Pending<'_>>,
) -> Result<Vec<Entry>, CannotCompute> {
    let mut entries = Vec::new();
    let Some(earliest) = facts.earliest_change() else { return Ok(entries) };
    let past = Past::of(facts, bodies, pending);
    for body in bodies.iter().filter(|body| body.period.end_date >= earliest) {
        for subject in past.subjects(facts, &body.period) {
            let before = past.of_subject(&subject, &body.period);
            let retro = Retro { facts, subject: &subject, period: &body.period };
            let corrected = retro.correct(before)?;
            if corrected.drops_pending {
                let replaced = |item: &Item| {
                    item.subject == subject && item.period_start == body.period.start_date
                };
                pending.retain(|waiting| !replaced(waiting.item));
            }
            entries.extend(corrected.entries);
        }
    }
    Ok(entries)
}

/// The period's own entitlement of `subject`, from today's facts.
pub(crate) fn entitlement_of(
    facts: &Facts,
    subject: &Subject,
    span: Days,
) -> Result<Vec<Line>, CannotCompute> {
    let mut lines = Vec::new();
    match subject {
        Subject::Cpli(cpli_id) => {
            if let Some(cpli) = facts.cplis.get(cpli_id) {
                let service = facts.service_of(cpli)?;
                entitlement::of_cpli(&facts.contract, service, cpli, span, &mut lines)?;
            }
        }
        Subject::Void(service_ref) => {
            if let Some(service) = facts.services.get(service_ref) {
                entitlement::of_voids(facts, service, span, &mut lines)?;
            }
        }
        Subject::Adjustment { .. } | Subject::Invoice { .. } => {}
    }
    Ok(lines)
}

/// Whether a change reaches back to what `subject` was owed in a period that ends on `end`.
///
/// An empty bed depends on everybody's care, also on care that has left its service. What the council decided by
/// hand is not owed for any period: [`crate::manual`] corrects it. What was invoiced is corrected by the next
/// document, see [`crate::invoice`].
fn is_reached(facts: &Facts, subject: &Subject, end: NaiveDate) -> bool {
    let by = |changed_from: Option<NaiveDate>| changed_from.is_some_and(|from| from <= end);
    match subject {
        Subject::Cpli(cpli_id) => {
            let own = facts.cplis.get(cpli_id).and_then(|it| it.changed_from);
            by(facts.changed_from) || by(own)
        }
        Subject::Void(_) => by(facts.earliest_change()),
        Subject::Adjustment { .. } | Subject::Invoice { .. } => false,
    }
}

/// What became of an item that an earlier statement has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    Cancelled,
    /// Neither yet.
    Pending,
}

/// An item that an earlier statement has.
#[derive(Clone, Copy)]
pub(crate) struct PastItem<'a> {
    statement: NaiveDate,
    pub(crate) item: &'a Item,
    fate: Fate,
}

/// What earlier statements say of the subjects and periods that a change reaches.
struct Past<'a>(BTreeMap<(NaiveDate, &'a Subject), Vec<PastItem<'a>>>);

impl<'a> Past<'a> {
    fn of(facts: &Facts, bodies: &[&'a Statement], pending: &[Pending<'a>]) -> Self {
        let ends: BTreeMap<_, _> =
            bodies.iter().map(|it| (it.period.start_date, it.period.end_date)).collect();
        let mut past: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut add = |statement, item: &'a Item, fate| {
            let reached = ends
                .get(&item.period_start)
                .is_some_and(|end| is_reached(facts, &item.subject, *end));
            if reached {
                let key = (item.period_start, &item.subject);
                past.entry(key).or_default().push(PastItem { statement, item, fate });
            }
        };
        for body in bodies {
            for item in &body.items {
                match item.status {
                    ItemStatus::Payable => add(body.period.start_date, item, Fate::Paid),
                    ItemStatus::Cancelled => add(body.period.start_date, item, Fate::Cancelled),
                    // Waits, was carried into a later statement, or was replaced before it was paid.
                    ItemStatus::Suspended | ItemStatus::CarriedForward => {}
                }
            }
        }
        for waiting in pending {
            add(waiting.statement, waiting.item, Fate::Pending);
        }
        Self(past)
    }

    /// Everything that a change reaches in `period`: paid for then, or due today.
    fn subjects(&self, facts: &Facts, period: &Period) -> BTreeSet<Subject> {
        let paid = self.0.keys().filter(|(start, _)| *start == period.start_date);
        let cplis = facts.cplis.keys().cloned().map(Subject::Cpli);
        let voids =
            facts.capacities.keys().map(|(service_ref, _)| Subject::Void(service_ref.clone()));
        let due = cplis.chain(voids).filter(|it| is_reached(facts, it, period.end_date));
        paid.map(|(_, subject)| (*subject).clone()).chain(due).collect()
    }

    fn of_subject<'b>(&'b self, subject: &'b Subject, period: &Period) -> &'b [PastItem<'b>] {
        self.0.get(&(period.start_date, subject)).map_or(&[], Vec::as_slice)
    }
}

/// The items of `past` that nothing takes back.
fn outstanding<'a>(past: impl Iterator<Item = PastItem<'a>> + Clone) -> Vec<PastItem<'a>> {
    let taken_back: BTreeSet<_> = past.clone().filter_map(|it| it.item.reverses.as_ref()).collect();
    past.filter(|it| it.item.correction != Some(Correction::Reversal))
        .filter(|it| !taken_back.contains(&it.item.item_id))
        .collect()
}

/// Whether exactly the lines are paid, held or cancelled: each once, in any order.
fn are_same(items: &[PastItem<'_>], lines: &[Line], contract: &Contract) -> bool {
    let mut unmatched: Vec<_> = lines.iter().collect();
    items.len() == lines.len()
        && items.iter().all(|past| {
            let same = unmatched.iter().position(|line| line.is_paid_by(past.item, contract));
            same.map(|at| unmatched.swap_remove(at)).is_some()
        })
}

/// One subject in one finalised period, to be computed again.
struct Retro<'a> {
    facts: &'a Facts,
    subject: &'a Subject,
    period: &'a Period,
}

#[derive(Default)]
struct Corrected {
    entries: Vec<Entry>,
    drops_pending: bool,
}

impl Retro<'_> {
    fn correct(&self, past: &[PastItem<'_>]) -> Result<Corrected, CannotCompute> {
        let contract = &self.facts.contract;
        let lines = entitlement_of(self.facts, self.subject, Days::from(self.period))?;
        let known = outstanding(past.iter().copied());
        if are_same(&known, &lines, contract) {
            return Ok(Corrected::default());
        }
        // What waits has paid nobody and taken nothing back: it is forgotten, and the rest is judged without it.
        let drops_pending = true;
        let firm = outstanding(past.iter().copied().filter(|it| it.fate != Fate::Pending));
        if are_same(&firm, &lines, contract) {
            return Ok(Corrected { entries: Vec::new(), drops_pending });
        }
        let cause = causes::cause(self.facts, self.subject, self.period, &known, &lines);
        let mut entries = Vec::with_capacity(firm.len().saturating_add(lines.len()));
        for before in &firm {
            entries.push(reversal(before, &cause)?);
        }
        for line in lines {
            entries.push(self.reissue(line, &firm, &cause));
        }
        Ok(Corrected { entries, drops_pending })
    }

    fn reissue(&self, line: Line, firm: &[PastItem<'_>], cause: &str) -> Entry {
        Entry {
            correction: Some(Correction::Reissue),
            cause: Some(cause.to_owned()),
            cancelled: replaces_cancelled(&line, firm),
            ..Entry::owed(self.subject.clone(), self.period.start_date, line, self.facts)
        }
    }
}

fn reversal(before: &PastItem<'_>, cause: &str) -> Result<Entry, CannotCompute> {
    let PastItem { statement, item, fate } = before;
    let mut again = Entry::again(item);
    again.line.amount = item.amount.reversed()?;
    Ok(Entry {
        correction: Some(Correction::Reversal),
        cause: Some(cause.to_owned()),
        takes_back: Some((item.item_id.clone(), *statement)),
        cancelled: *fate == Fate::Cancelled,
        ..again
    })
}

/// Whether all that `line` replaces was cancelled: the items of its kind on its days, or else all of them.
fn replaces_cancelled(line: &Line, firm: &[PastItem<'_>]) -> bool {
    let on_its_days = |item: &Item| line.days.within(Days::from(item)).is_some();
    let alike = |past: &&PastItem<'_>| is_alike(line, past.item) && on_its_days(past.item);
    let replaced: Vec<_> = firm.iter().filter(alike).collect();
    let replaced = if replaced.is_empty() { firm.iter().collect() } else { replaced };
    !replaced.is_empty() && replaced.iter().all(|past| past.fate == Fate::Cancelled)
}

/// Whether both pay for the same sort of thing: care, the same payer's contribution, empty beds.
fn is_alike(line: &Line, item: &Item) -> bool {
    match (&line.basis, &item.basis) {
        (Basis::Contribution { kind, .. }, Basis::Contribution { kind: other, .. }) => {
            kind == other
        }
        _ => line.kind == item.kind && line.kind != ItemKind::Income,
    }
}
