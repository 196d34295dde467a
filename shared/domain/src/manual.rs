//! Manual adjustments: instalments that fall due, and those that the council changed after they were issued.

use std::collections::{BTreeMap, BTreeSet};

use crate::carrying::Pending;
use crate::entitlement::{Days, Line};
use crate::entry::Entry;
use crate::facts::{Adjustment, Facts, Period};
use crate::ids::{AdjustmentRef, ItemId};
use crate::item::{Basis, Correction, Item, ItemKind, ItemStatus, Subject};
use crate::money::{Money, MoneyError};
use crate::period::instalment_periods;
use crate::statement::{CannotCompute, Issued, Statement};

/// Which instalments of which manual adjustments have been issued and not reversed.
pub(crate) type IssuedParts = BTreeMap<AdjustmentRef, Vec<Issued>>;

/// The instalments that fall due in `period` itself.
pub(crate) fn forecast(facts: &Facts, period: &Period) -> Result<Vec<Entry>, CannotCompute> {
    let mut entries = Vec::new();
    for adjustment in facts.adjustments.values() {
        for (part, when) in due(adjustment, facts, period) {
            if when.start_date == period.start_date {
                entries.extend(instalment(adjustment, facts, period, part)?);
            }
        }
    }
    Ok(entries)
}

/// The instalments that are due by `period` and were never issued, and corrections of those that changed since.
///
/// What is replaced is taken out of `issued` and of `pending`.
pub(crate) fn open(
    facts: &Facts,
    period: &Period,
    issued: &mut IssuedParts,
    pending: &mut Vec<Pending<'_>>,
) -> Result<Vec<Entry>, CannotCompute> {
    let parts_of = |(of, parts): (&AdjustmentRef, &Vec<Issued>)| {
        parts.iter().map(|it| (of.clone(), it.part)).collect::<Vec<_>>()
    };
    let before: BTreeSet<_> = issued.iter().flat_map(parts_of).collect();
    let mut entries = Vec::new();
    for (of, part) in &before {
        let parts = issued.entry(of.clone()).or_default();
        let change = Change { facts, period, of, part: *part };
        entries.extend(change.corrected(parts, pending)?);
    }
    for adjustment in facts.adjustments.values() {
        for (part, _) in due(adjustment, facts, period) {
            if !before.contains(&(adjustment.adjustment_ref.clone(), part)) {
                entries.extend(instalment(adjustment, facts, period, part)?);
            }
        }
    }
    Ok(entries)
}

/// Which instalments are due by `period`, counted from 0, and when. Those of periods before the portal's first
/// are paid elsewhere.
fn due<'a>(
    adjustment: &Adjustment,
    facts: &'a Facts,
    period: &Period,
) -> impl Iterator<Item = (u32, &'a Period)> + use<'a> {
    let (from, by) = (facts.contract.portal_from, period.start_date);
    let periods = instalment_periods(adjustment, &facts.contract, &facts.periods);
    (0..).zip(periods).filter(move |(_, when)| when.start_date >= from && when.start_date <= by)
}

fn instalment(
    adjustment: &Adjustment,
    facts: &Facts,
    period: &Period,
    part: u32,
) -> Result<Option<Entry>, CannotCompute> {
    let Some(amount) = adjustment.instalment(part)? else { return Ok(None) };
    let basis = Basis::Manual { whole: adjustment.amount, part, parts: adjustment.instalments };
    let line = line(period, basis, amount);
    let subject = subject(&adjustment.adjustment_ref, Some(adjustment), part);
    let cause = Some(adjustment.reason.clone());
    Ok(Some(Entry { cause, ..Entry::owed(subject, period.start_date, line, facts) }))
}

fn subject(of: &AdjustmentRef, adjustment: Option<&Adjustment>, part: u32) -> Subject {
    let cpli_id = adjustment.and_then(|it| it.cpli_id.clone());
    Subject::Adjustment { adjustment_ref: of.clone(), cpli_id, part }
}

fn line(period: &Period, basis: Basis, amount: Money) -> Line {
    Line {
        kind: ItemKind::Manual,
        days: Days::from(period),
        days_paid: 0,
        basis,
        amount,
        payee: None,
    }
}

/// One instalment that was issued, and what it should be today.
struct Change<'a> {
    facts: &'a Facts,
    period: &'a Period,
    of: &'a AdjustmentRef,
    part: u32,
}

impl Change<'_> {
    fn corrected(
        &self,
        issued: &mut Vec<Issued>,
        pending: &mut Vec<Pending<'_>>,
    ) -> Result<Vec<Entry>, CannotCompute> {
        let adjustment = self.facts.adjustments.get(self.of);
        let amount = adjustment.map(|it| it.instalment(self.part)).transpose()?.flatten();
        if is_just(self.of_part(issued), amount) {
            return Ok(Vec::new());
        }
        self.drop_pending(issued, pending)?;
        if is_just(self.of_part(issued), amount) {
            return Ok(Vec::new());
        }
        let mut entries = Vec::new();
        let mut cancelled = false;
        for before in self.of_part(issued) {
            entries.push(self.reversal(before)?);
            cancelled = before.cancelled;
        }
        issued.retain(|it| it.part != self.part);
        if let Some(adjustment) = adjustment {
            let again = instalment(adjustment, self.facts, self.period, self.part)?;
            let correction = Some(Correction::Reissue);
            entries.extend(again.map(|entry| Entry { correction, cancelled, ..entry }));
        }
        Ok(entries)
    }

    fn of_part<'i>(&self, issued: &'i [Issued]) -> impl Iterator<Item = &'i Issued> + use<'i> {
        let part = self.part;
        issued.iter().filter(move |it| it.part == part)
    }

    /// Forgets what was not paid yet. What only waited to be taken back stands again.
    fn drop_pending(
        &self,
        issued: &mut Vec<Issued>,
        pending: &mut Vec<Pending<'_>>,
    ) -> Result<(), MoneyError> {
        let ours = |item: &Item| match &item.subject {
            Subject::Adjustment { adjustment_ref, part, .. } => {
                adjustment_ref == self.of && *part == self.part
            }
            Subject::Cpli(_) | Subject::Void(_) | Subject::Invoice { .. } => false,
        };
        for waiting in pending.iter().filter(|waiting| ours(waiting.item)) {
            let item = waiting.item;
            issued.retain(|it| it.item_id != item.item_id);
            if let Some((item_id, period_start)) = item.reverses.clone().zip(item.reverses_period) {
                let (part, amount) = (self.part, item.amount.reversed()?);
                issued.push(Issued { part, item_id, period_start, amount, cancelled: false });
            }
        }
        pending.retain(|waiting| !ours(waiting.item));
        Ok(())
    }

    fn reversal(&self, before: &Issued) -> Result<Entry, CannotCompute> {
        let adjustment = self.facts.adjustments.get(self.of);
        let parts = self.part.saturating_add(1);
        let basis = Basis::Manual { whole: before.amount, part: self.part, parts };
        let line = line(self.period, basis, before.amount.reversed()?);
        let subject = subject(self.of, adjustment, self.part);
        let cause = match adjustment {
            Some(adjustment) => {
                format!("The council changed this adjustment: {}", adjustment.reason)
            }
            None => "The council took this adjustment out of this contract".to_owned(),
        };
        Ok(Entry {
            correction: Some(Correction::Reversal),
            cause: Some(cause),
            takes_back: Some((before.item_id.clone(), before.period_start)),
            cancelled: before.cancelled,
            ..Entry::owed(subject, self.period.start_date, line, self.facts)
        })
    }
}

/// Whether what was issued is exactly what is owed.
fn is_just<'i>(issued: impl Iterator<Item = &'i Issued>, amount: Option<Money>) -> bool {
    issued.map(|it| it.amount).eq(amount)
}

/// What had been issued when `latest` was finalised.
pub(crate) fn issued_by(latest: &Statement) -> IssuedParts {
    let is_cancelled = |item: &&Item| item.status == ItemStatus::Cancelled;
    let cancelled: BTreeSet<&ItemId> =
        latest.items.iter().filter(is_cancelled).map(|item| &item.item_id).collect();
    let mut issued = latest.issued.clone();
    for part in issued.values_mut().flatten() {
        part.cancelled |= cancelled.contains(&part.item_id);
    }
    issued
}

/// What has been issued when a statement has `items`: a carried item stands for the one that it pays at last.
pub(crate) fn issued_with(
    mut issued: IssuedParts,
    items: &[Item],
    statement: &Period,
) -> IssuedParts {
    for item in items.iter().filter(|item| item.correction != Some(Correction::Reversal)) {
        let Subject::Adjustment { adjustment_ref, part, .. } = &item.subject else { continue };
        let parts = issued.entry(adjustment_ref.clone()).or_default();
        parts.retain(|it| Some(&it.item_id) != item.carried_from.as_ref());
        parts.push(Issued {
            part: *part,
            item_id: item.item_id.clone(),
            period_start: statement.start_date,
            amount: item.amount,
            cancelled: false,
        });
    }
    issued.retain(|_, parts| !parts.is_empty());
    issued
}
