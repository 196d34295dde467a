//! A submitted document: what is written once, and what a statement takes of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{DocumentKind, Draft, InvoiceHead, InvoiceId, InvoiceLine, InvoiceState, LineRef, Vat};
use crate::entitlement::Line;
use crate::entry::{self, Entry};
use crate::facts::{Contract, Facts, Period};
use crate::ids::{ContractRef, ProviderRef};
use crate::item::{Correction, Item, ItemStatus, Subject};
use crate::money::Money;
use crate::period::periods_of;
use crate::statement::Statement;

/// A statement takes so many documents at most; the others come with the next.
pub const DOCUMENTS_MAX: usize = 20;
/// A statement's body holds about 25,000 items: beyond so many lines no further document is taken.
pub const LINES_MAX: usize = 20_000;

/// The lines of a submitted document, written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceBody {
    /// Key.
    pub invoice_id: InvoiceId,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// The contract's name.
    pub contract_name: String,
    /// Last day of the period.
    pub period_end: NaiveDate,
    /// What it is.
    pub kind: DocumentKind,
    /// In order, the tax last.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines but the tax.
    pub net: Money,
    /// The tax.
    pub vat: Vat,
    /// With tax.
    pub total: Money,
    /// [`Draft::digest`] of what was read.
    pub digest: String,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// The full name of the contact.
    pub submitted_by: String,
}

/// A submitted document with its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDocument {
    /// Its state.
    pub head: InvoiceHead,
    /// Its lines.
    pub body: InvoiceBody,
    /// The start of the period of the statement that took them, of the documents whose lines it takes back.
    pub taken_before: BTreeMap<InvoiceId, NaiveDate>,
    /// The lines that it takes back of those documents which a statement cancelled: nobody was paid for them.
    pub cancelled_before: BTreeSet<LineRef>,
}

impl InvoiceDocument {
    /// Whether `line` takes back what was cancelled, or stands in its place; then it is cancelled too. So is the tax on
    /// nothing else.
    fn is_cancelled(&self, line: &InvoiceLine) -> bool {
        if self.cancelled_before.is_empty() {
            return false;
        }
        let was = |it: &InvoiceLine| {
            it.reverses.as_ref().is_some_and(|before| self.cancelled_before.contains(before))
        };
        let all = |of: &dyn Fn(&&InvoiceLine) -> bool, are: &dyn Fn(&InvoiceLine) -> bool| {
            let mut lines = self.body.lines.iter().filter(of).peekable();
            lines.peek().is_some() && lines.all(are)
        };
        match line.correction {
            Some(Correction::Reversal) => was(line),
            Some(Correction::Reissue) => {
                let of_week = |it: &&InvoiceLine| {
                    it.correction == Some(Correction::Reversal)
                        && (&it.cpli_id, it.week_start) == (&line.cpli_id, line.week_start)
                };
                all(&of_week, &was)
            }
            None => line.is_vat() && all(&|it| !it.is_vat(), &|it| self.is_cancelled(it)),
        }
    }
}

impl InvoiceBody {
    /// What is written when `draft` is submitted.
    pub fn of(
        draft: Draft,
        invoice_id: InvoiceId,
        contract: &Contract,
        period: &Period,
        (submitted_by, submitted_at): (&str, DateTime<Utc>),
    ) -> Self {
        Self {
            invoice_id,
            provider_ref: contract.provider_ref.clone(),
            contract_name: contract.name.clone(),
            period_end: period.end_date,
            kind: draft.kind,
            lines: draft.lines,
            net: draft.net,
            vat: draft.vat,
            total: draft.total,
            digest: draft.digest,
            submitted_at,
            submitted_by: submitted_by.to_owned(),
        }
    }

    /// The contract.
    pub fn contract_ref(&self) -> &ContractRef {
        &self.invoice_id.contract_ref
    }

    /// The earlier documents whose lines it takes back.
    pub fn takes_back(&self) -> BTreeSet<&InvoiceId> {
        self.lines.iter().filter_map(|line| Some(&line.reverses.as_ref()?.invoice_id)).collect()
    }

    fn entry(
        &self,
        line: &InvoiceLine,
        taken: &BTreeMap<&InvoiceId, NaiveDate>,
        cancelled: bool,
    ) -> Entry {
        let subject = Subject::Invoice {
            invoice_id: self.invoice_id.clone(),
            line: line.line,
            cpli_id: line.cpli_id.clone(),
        };
        let takes_back = line.reverses.as_ref().map(|before| {
            let statement = taken.get(&before.invoice_id).copied();
            let item_id = entry::of_invoice_line(&before.invoice_id, before.line);
            (item_id, statement.unwrap_or(self.invoice_id.period_start))
        });
        Entry {
            subject,
            period_start: self.invoice_id.period_start,
            line: Line {
                kind: line.kind,
                days: line.span(),
                days_paid: line.days,
                basis: line.basis.clone(),
                amount: line.amount,
                payee: None,
            },
            label: line.label.clone(),
            correction: line.correction,
            cause: line.cause.clone(),
            takes_back: takes_back.filter(|_| line.correction == Some(Correction::Reversal)),
            carries: None,
            cancelled,
        }
    }
}

/// The documents of which `statement` has lines, or still holds some.
pub fn taken(statement: &Statement) -> BTreeSet<InvoiceId> {
    let held = statement.held.iter().map(|held| &held.item);
    let items = statement.items.iter().chain(held);
    items.filter_map(|item| item.subject.invoice_id().cloned()).collect()
}

/// The lines of documents that `statement` cancels.
pub fn cancelled(statement: &Statement) -> impl Iterator<Item = LineRef> {
    let cancelled = statement.items.iter().filter(|item| item.status == ItemStatus::Cancelled);
    cancelled.filter_map(|item| match &item.subject {
        Subject::Invoice { invoice_id, line, .. } => {
            Some(LineRef { invoice_id: invoice_id.clone(), line: *line })
        }
        Subject::Cpli(_) | Subject::Void(_) | Subject::Adjustment { .. } => None,
    })
}

/// The documents of which `statement` has items of its own, each with whether nothing of it waits any more: all of it
/// is paid with this statement, was before, or is cancelled.
pub fn settled(statement: &Statement) -> BTreeMap<InvoiceId, bool> {
    let waits =
        |item: &&Item| matches!(item.status, ItemStatus::Suspended | ItemStatus::CarriedForward);
    let held = statement.held.iter().map(|held| &held.item);
    let waiting = statement.items.iter().filter(waits).chain(held);
    let waiting: BTreeSet<_> = waiting.filter_map(|item| item.subject.invoice_id()).collect();
    let own = statement.items.iter().filter_map(|item| item.subject.invoice_id());
    own.map(|id| (id.clone(), !waiting.contains(id))).collect()
}

/// The lines of approved documents that come into the statement of `period`: those submitted before its deadline
/// and in none of `bodies`, oldest first.
pub(crate) fn open(facts: &Facts, bodies: &[&Statement], period: &Period) -> Vec<Entry> {
    let before: BTreeSet<_> = bodies.iter().flat_map(|body| taken(body)).collect();
    let in_time = |it: &&InvoiceDocument| {
        it.body.submitted_at < period.confirm_by && !before.contains(&it.body.invoice_id)
    };
    entries(facts, in_time, period.start_date)
}

/// The lines of approved documents that will come into the statement of `period`, which is not open yet: those
/// submitted in its own window.
pub(crate) fn forecast(facts: &Facts, period: &Period) -> Vec<Entry> {
    let earlier = periods_of(&facts.contract, &facts.periods);
    let earlier = earlier.filter(|it| it.start_date < period.start_date);
    let from = earlier.map(|it| it.confirm_by).max();
    let in_its_window = |it: &&InvoiceDocument| {
        Some(it.body.submitted_at) >= from && it.body.submitted_at < period.confirm_by
    };
    entries(facts, in_its_window, period.start_date)
}

fn entries(
    facts: &Facts,
    is_in: impl Fn(&&InvoiceDocument) -> bool,
    statement: NaiveDate,
) -> Vec<Entry> {
    let approved = |it: &&InvoiceDocument| {
        it.head.state == InvoiceState::Approved && it.head.taken_in.is_none()
    };
    let mut documents: Vec<_> = facts.invoices.iter().filter(approved).filter(is_in).collect();
    documents.sort_by_key(|it| (it.body.submitted_at, &it.body.invoice_id));
    let mut taken: BTreeMap<&InvoiceId, NaiveDate> = BTreeMap::new();
    let mut entries = Vec::new();
    for document in documents.into_iter().take(DOCUMENTS_MAX) {
        let room = LINES_MAX.saturating_sub(entries.len());
        if !entries.is_empty() && document.body.lines.len() > room {
            break;
        }
        taken.extend(document.taken_before.iter().map(|(id, start)| (id, *start)));
        taken.insert(&document.body.invoice_id, statement);
        let entry = |line| document.body.entry(line, &taken, document.is_cancelled(line));
        entries.extend(document.body.lines.iter().map(entry));
    }
    entries
}
