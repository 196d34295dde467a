//! An item before it has its name: what the parts of a statement are gathered as.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use crate::entitlement::{Days, Line};
use crate::facts::{Contract, ContributionKind, Cpli, Facts};
use crate::ids::{ItemId, ServiceRef};
use crate::invoice::InvoiceId;
use crate::item::{Basis, Correction, Hold, HoldBy, Item, ItemKind, ItemStatus, Label, Subject};

/// An item before it has its name.
pub(crate) struct Entry {
    pub(crate) subject: Subject,
    /// The start of the period of the care.
    pub(crate) period_start: NaiveDate,
    pub(crate) line: Line,
    pub(crate) label: Label,
    pub(crate) correction: Option<Correction>,
    pub(crate) cause: Option<String>,
    /// The finalised item that it takes back, and the start of the period of the statement that has it.
    pub(crate) takes_back: Option<(ItemId, NaiveDate)>,
    /// The item that it pays at last, and the start of the period of the statement that has that one.
    pub(crate) carries: Option<(ItemId, NaiveDate)>,
    /// It replaces or takes back what was cancelled.
    pub(crate) cancelled: bool,
}

impl Entry {
    /// What is owed for a subject in a period.
    pub(crate) fn owed(
        subject: Subject,
        period_start: NaiveDate,
        line: Line,
        facts: &Facts,
    ) -> Self {
        Self {
            label: label(&subject, facts),
            subject,
            period_start,
            line,
            correction: None,
            cause: None,
            takes_back: None,
            carries: None,
            cancelled: false,
        }
    }

    /// An earlier item once more: as it was, in another statement.
    pub(crate) fn again(item: &Item) -> Self {
        Self {
            subject: item.subject.clone(),
            period_start: item.period_start,
            line: Line {
                kind: item.kind,
                days: Days::from(item),
                days_paid: item.days,
                basis: item.basis.clone(),
                amount: item.amount,
                payee: Some(item.payee.clone()),
            },
            label: item.label.clone(),
            correction: item.correction,
            cause: item.cause.clone(),
            takes_back: item.reverses.clone().zip(item.reverses_period),
            carries: None,
            cancelled: false,
        }
    }

    fn named(self, item_id: ItemId, contract: &Contract) -> Item {
        let (status, hold) = match (self.cancelled, self.correction) {
            (false, _) => (ItemStatus::Payable, None),
            (true, Some(Correction::Reversal)) => cancelled("What this takes back was cancelled"),
            (true, _) => cancelled("What this replaces was cancelled"),
        };
        let (reverses, reverses_period) = self.takes_back.unzip();
        let (carried_from, carried_from_period) = self.carries.unzip();
        Item {
            item_id,
            kind: self.line.kind,
            correction: self.correction,
            subject: self.subject,
            payee: self.line.payee.unwrap_or_else(|| contract.provider_ref.clone()),
            period_start: self.period_start,
            service_from: self.line.days.from,
            service_to: self.line.days.to,
            days: self.line.days_paid,
            basis: self.line.basis,
            label: self.label,
            amount: self.line.amount,
            status,
            hold,
            cause: self.cause,
            reverses,
            reverses_period,
            carried_from,
            carried_from_period,
        }
    }
}

fn cancelled(reason: &str) -> (ItemStatus, Option<Hold>) {
    let hold = Hold { by: HoldBy::CancelledBefore, reason: reason.to_owned() };
    (ItemStatus::Cancelled, Some(hold))
}

/// Gives every entry of one statement its name.
///
/// The name follows from what the item is and not from what it comes to, so that a line keeps it while its price
/// changes, and no two items of any two statements share one.
pub(crate) fn named(entries: Vec<Entry>, contract: &Contract, statement: NaiveDate) -> Vec<Item> {
    let mut alike: BTreeMap<String, u32> = BTreeMap::new();
    let mut items = Vec::with_capacity(entries.len());
    for entry in entries {
        let what = what_it_is(&entry, contract, statement);
        let ordinal = alike.get(&what).copied().unwrap_or(0);
        let item_id = ItemId::of(&[&what, "|", &ordinal.to_string()]);
        alike.insert(what, ordinal.saturating_add(1));
        items.push(entry.named(item_id, contract));
    }
    items
}

/// The name of the item that a line of an approved document becomes, in whichever statement.
pub(crate) fn of_invoice_line(invoice_id: &InvoiceId, line: u32) -> ItemId {
    ItemId::of(&[&line_of_document(invoice_id, line), "|0"])
}

fn line_of_document(invoice_id: &InvoiceId, line: u32) -> String {
    format!("invoice:{invoice_id}:{line}")
}

fn what_it_is(entry: &Entry, contract: &Contract, statement: NaiveDate) -> String {
    let Entry { subject, period_start, line, .. } = entry;
    if let (Subject::Invoice { invoice_id, line, .. }, None) = (subject, &entry.carries) {
        // Another document may take it back before anybody knows which statement it comes into.
        return line_of_document(invoice_id, *line);
    }
    let kind = match (line.kind, &line.basis) {
        (ItemKind::Cost, _) => "cost",
        (ItemKind::Void, _) => "void",
        (ItemKind::Manual, _) => "manual",
        (ItemKind::Income, Basis::Contribution { kind, .. }) => match kind {
            ContributionKind::Client => "client",
            ContributionKind::ThirdParty => "third_party",
            ContributionKind::Fnc => "fnc",
        },
        (ItemKind::Income, _) => "income",
    };
    let correction = match entry.correction {
        None => "",
        Some(Correction::Reversal) => "reversal",
        Some(Correction::Reissue) => "reissue",
    };
    let takes_back = entry.takes_back.as_ref().map_or("", |(item_id, _)| item_id.as_str());
    let carries = entry.carries.as_ref().map_or("", |(item_id, _)| item_id.as_str());
    let (from, to) = (line.days.from, line.days.to);
    format!(
        "{}|{statement}|{}|{kind}|{correction}|{period_start}|{from}|{to}|{takes_back}|{carries}",
        contract.contract_ref,
        Named(subject)
    )
}

/// A subject, so that no two read alike: references have no colons.
struct Named<'a>(&'a Subject);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Cpli(cpli_id) => write!(f, "cpli:{cpli_id}"),
            Subject::Void(service_ref) => write!(f, "void:{service_ref}"),
            Subject::Adjustment { adjustment_ref, part, .. } => {
                write!(f, "adjustment:{adjustment_ref}:{part}")
            }
            Subject::Invoice { invoice_id, line, .. } => {
                f.write_str(&line_of_document(invoice_id, *line))
            }
        }
    }
}

/// Who and what a subject is, as it is called today.
pub(crate) fn label(subject: &Subject, facts: &Facts) -> Label {
    let service_name = |of: &ServiceRef| facts.services.get(of).map(|service| service.name.clone());
    match (subject.cpli_id().and_then(|cpli_id| facts.cplis.get(cpli_id)), subject) {
        (Some(cpli), _) => of_cpli(cpli, service_name(&cpli.service_ref)),
        (None, Subject::Void(service_ref)) => {
            Label { service: service_name(service_ref), ..Label::default() }
        }
        (None, Subject::Cpli(_) | Subject::Adjustment { .. } | Subject::Invoice { .. }) => {
            Label::default()
        }
    }
}

fn of_cpli(cpli: &Cpli, service: Option<String>) -> Label {
    Label {
        ss_ref: Some(cpli.client.ss_ref.clone()),
        client: Some(cpli.client.full_name()),
        service,
        service_level: Some(cpli.service_level.clone()),
    }
}
