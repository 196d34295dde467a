//! What a draft holds: what is owed for confirmed weeks, less what earlier documents claim (rule 4).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::{DocumentKind, InvoiceBody, InvoiceLine, LineRef, Vat};
use crate::actuals::quantity_text;
use crate::care_package::unit_price_text;
use crate::entitlement::Line;
use crate::entry;
use crate::facts::{Facts, Period};
use crate::ids::CpliId;
use crate::item::{Basis, Correction, ItemKind, Label, Subject};
use crate::money::{Money, MoneyError};
use crate::settings::OverTolerance;
use crate::statement::CannotCompute;
use crate::weeks::{ExceptionState, Recorded, RecordedWeeks, Submission, Valued};

/// A document has so many lines at most; the other weeks come on the next.
const LINES_MAX: usize = 15_000;

/// What a draft is made from.
#[derive(Debug, Clone, Copy)]
pub struct Drafting<'a> {
    /// What is known of the contract today.
    pub facts: &'a Facts,
    /// The period in which the care was given.
    pub period: &'a Period,
    /// The weeks of that period.
    pub recorded: &'a RecordedWeeks,
    /// Whether and when they were confirmed.
    pub submission: Option<&'a Submission>,
    /// What was submitted before for the same contract and period, whether disputed, approved or paid since,
    /// oldest first.
    pub earlier: &'a [InvoiceBody],
    /// The council's setting.
    pub over_tolerance: OverTolerance,
}

/// An invoice or credit note that can be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it would be.
    pub kind: DocumentKind,
    /// By care package and week, the tax last. None: it is blank, and cannot be submitted.
    pub lines: Vec<InvoiceLine>,
    /// What is not on it, and why.
    pub not_included: Vec<NotIncluded>,
    /// The sum of the lines but the tax.
    pub net: Money,
    /// The tax.
    pub vat: Vat,
    /// With tax.
    pub total: Money,
    /// Hexadecimal SHA-256 of what a provider claims with it.
    pub digest: String,
}

/// A week, or part of one, that is not on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotIncluded {
    /// The care package.
    pub cpli_id: CpliId,
    /// Who and what.
    pub label: Label,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// For the provider.
    pub reason: String,
    /// What it comes to.
    pub amount: Money,
}

/// The lines of one week that earlier documents claim and none takes back.
type Claimed<'a> = BTreeMap<(&'a CpliId, NaiveDate), Vec<(LineRef, &'a InvoiceLine)>>;

impl Drafting<'_> {
    /// The draft, as things stand now.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] beyond what the portal can hold.
    pub fn draft(&self) -> Result<Draft, CannotCompute> {
        let claimed = self.claimed();
        let (mut lines, mut not_included) = (Vec::new(), Vec::new());
        for (cpli_id, weeks) in self.recorded {
            for (week_start, recorded) in weeks {
                let week = Delivered { drafting: self, cpli_id, week_start: *week_start, recorded };
                let before = claimed.get(&(cpli_id, *week_start)).map_or(&[][..], Vec::as_slice);
                week.add(before, &mut lines, &mut not_included)?;
            }
        }
        self.total(lines, not_included)
    }

    fn claimed(&self) -> Claimed<'_> {
        let all = || self.earlier.iter().flat_map(|it| it.lines.iter().map(move |line| (it, line)));
        let taken_back: BTreeSet<&LineRef> =
            all().filter_map(|(_, line)| line.reverses.as_ref()).collect();
        let mut claimed = Claimed::new();
        for (body, line) in all().filter(|(_, it)| it.correction != Some(Correction::Reversal)) {
            let at = LineRef { invoice_id: body.invoice_id.clone(), line: line.line };
            if let Some(week) = line.cpli_id.as_ref().zip(line.week_start)
                && !taken_back.contains(&at)
            {
                claimed.entry(week).or_default().push((at, line));
            }
        }
        claimed
    }

    fn total(
        &self,
        mut lines: Vec<InvoiceLine>,
        not_included: Vec<NotIncluded>,
    ) -> Result<Draft, CannotCompute> {
        let amounts: Vec<_> = lines.iter().map(|line| line.amount).collect();
        let net = Money::total(amounts.iter().copied())?;
        let vat = Vat::on(self.facts.contract.vat, &amounts)?;
        if vat.tax != Money::ZERO {
            lines.push(self.tax(&vat, net));
        }
        for (number, line) in (1..).zip(&mut lines) {
            line.line = number;
        }
        let kind = if net < Money::ZERO { DocumentKind::CreditNote } else { DocumentKind::Invoice };
        let total = net.plus(vat.tax)?;
        let digest = self.digest(&lines);
        Ok(Draft { kind, lines, not_included, net, vat, total, digest })
    }

    fn tax(&self, vat: &Vat, net: Money) -> InvoiceLine {
        InvoiceLine {
            line: 0,
            kind: ItemKind::Cost,
            correction: None,
            cpli_id: None,
            week_start: None,
            service_from: self.period.start_date,
            service_to: self.period.end_date,
            days: 0,
            basis: Basis::Vat { percent: vat.percent, net, suppliers: false },
            label: Label::default(),
            amount: vat.tax,
            cause: None,
            reverses: None,
        }
    }

    fn digest(&self, lines: &[InvoiceLine]) -> String {
        let mut hash = Sha256::new();
        let contract = &self.facts.contract.contract_ref;
        hash.update(format!("{contract}|{}", self.period.start_date));
        for line in lines {
            let cpli = line.cpli_id.as_ref().map_or("", CpliId::as_str);
            let (week, kind) = (line.week_start.unwrap_or_default(), line.kind);
            let (correction, amount) = (line.correction, line.amount);
            hash.update(format!("|{cpli}|{week}|{kind:?}|{correction:?}|{amount}"));
            if let Some(before) = &line.reverses {
                hash.update(format!("|{}|{}", before.invoice_id, before.line));
            }
        }
        hex::encode(hash.finalize())
    }
}

impl Draft {
    /// Whether it claims nothing.
    pub fn is_blank(&self) -> bool {
        self.lines.is_empty()
    }

    /// The amounts of its lines but the tax.
    pub fn amounts(&self) -> Vec<Money> {
        self.lines.iter().filter(|line| !line.is_vat()).map(|line| line.amount).collect()
    }

    /// Why it is not simply what is owed: the first cause of a correction.
    pub fn cause(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| line.cause.as_deref())
    }

    /// With the supplier's own figure in place of the tax that was computed.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn with_suppliers_tax(mut self, suppliers_tax: Money) -> Result<Self, MoneyError> {
        if let Some(line) = self.lines.iter_mut().find(|line| line.is_vat()) {
            line.amount = suppliers_tax;
            line.basis = Basis::Vat { percent: self.vat.percent, net: self.net, suppliers: true };
            self.vat.suppliers_tax = Some(suppliers_tax);
            self.total = self.net.plus(suppliers_tax)?;
        }
        Ok(self)
    }
}

/// One recorded week.
struct Delivered<'a> {
    drafting: &'a Drafting<'a>,
    cpli_id: &'a CpliId,
    week_start: NaiveDate,
    recorded: &'a Recorded,
}

impl Delivered<'_> {
    fn add(
        &self,
        before: &[(LineRef, &InvoiceLine)],
        lines: &mut Vec<InvoiceLine>,
        not_included: &mut Vec<NotIncluded>,
    ) -> Result<(), CannotCompute> {
        let Drafting { facts, submission, over_tolerance, .. } = self.drafting;
        let terms = facts.terms(self.cpli_id, self.week_start, *over_tolerance)?;
        let valued = terms.map(|terms| terms.value(&self.recorded.week)).transpose()?;
        if !submission.is_some_and(|submission| submission.confirms(self.recorded)) {
            let amount = valued.map(|valued| valued.owed()).transpose()?.unwrap_or_default();
            let reason = "Entered or changed since the actuals were confirmed. Confirm them again.";
            not_included.push(self.not_included(reason, amount, before));
            return Ok(());
        }
        if let Some(exception) = valued.as_ref().and_then(|it| it.exception.as_ref())
            && exception.state != ExceptionState::Approved
        {
            not_included.push(self.not_included(&exception.reason, exception.amount, before));
        }
        if valued.as_ref().is_some_and(Valued::is_wholly_held) {
            // What was claimed before stands until the council decides.
            return Ok(());
        }
        let owed = valued.map(|valued| valued.lines).unwrap_or_default();
        if is_same(before, &owed) {
            return Ok(());
        }
        let more = before.len().saturating_add(owed.len());
        if lines.len().saturating_add(more) > LINES_MAX {
            let amount = Money::total(owed.iter().map(|line| line.amount))?;
            let reason = "This document has no more room. It comes on the next one.";
            not_included.push(self.not_included(reason, amount, before));
            return Ok(());
        }
        let cause = (!before.is_empty()).then(|| cause(before, &owed));
        for (at, line) in before {
            lines.push(reversal(at, line, cause.as_deref())?);
        }
        let label = self.label(before);
        lines.extend(owed.into_iter().map(|line| self.claim(line, &label, cause.as_deref())));
        Ok(())
    }

    fn claim(&self, line: Line, label: &Label, cause: Option<&str>) -> InvoiceLine {
        InvoiceLine {
            line: 0,
            kind: line.kind,
            correction: cause.map(|_| Correction::Reissue),
            cpli_id: Some(self.cpli_id.clone()),
            week_start: Some(self.week_start),
            service_from: line.days.from,
            service_to: line.days.to,
            days: line.days_paid,
            basis: line.basis,
            label: label.clone(),
            amount: line.amount,
            cause: cause.map(str::to_owned),
            reverses: None,
        }
    }

    fn not_included(
        &self,
        reason: &str,
        amount: Money,
        before: &[(LineRef, &InvoiceLine)],
    ) -> NotIncluded {
        NotIncluded {
            cpli_id: self.cpli_id.clone(),
            label: self.label(before),
            week_start: self.week_start,
            reason: reason.to_owned(),
            amount,
        }
    }

    /// As it is called today, or was when it was claimed.
    fn label(&self, before: &[(LineRef, &InvoiceLine)]) -> Label {
        if !self.drafting.facts.cplis.contains_key(self.cpli_id)
            && let Some((_, line)) = before.first()
        {
            return line.label.clone();
        }
        entry::label(&Subject::Cpli(self.cpli_id.clone()), self.drafting.facts)
    }
}

/// Whether just this is claimed: each line once, in any order.
fn is_same(before: &[(LineRef, &InvoiceLine)], owed: &[Line]) -> bool {
    let mut unmatched: Vec<_> = owed.iter().collect();
    before.len() == owed.len()
        && before.iter().all(|(_, line)| {
            let same = unmatched.iter().position(|it| line.is_alike(it));
            same.map(|at| unmatched.swap_remove(at)).is_some()
        })
}

fn reversal(
    at: &LineRef,
    line: &InvoiceLine,
    cause: Option<&str>,
) -> Result<InvoiceLine, MoneyError> {
    Ok(InvoiceLine {
        correction: Some(Correction::Reversal),
        amount: line.amount.reversed()?,
        cause: cause.map(str::to_owned),
        reverses: Some(at.clone()),
        ..line.clone()
    })
}

/// What changed since it was claimed, in words for the provider.
fn cause(before: &[(LineRef, &InvoiceLine)], owed: &[Line]) -> String {
    let was = before.iter().find_map(|(_, line)| care(&line.basis));
    let is = owed.iter().find_map(|line| care(&line.basis));
    let changed = match (was, is) {
        (Some((was, _)), Some((is, _))) if was != is => {
            format!("What is paid for changed from {was} to {is}")
        }
        (Some((_, was)), Some((_, is))) if was != is => {
            format!("The price changed from {was} to {is}")
        }
        (Some((was, _)), None) => format!("What is paid for changed from {was} to none"),
        (None, Some((is, _))) => format!("What is paid for changed from none to {is}"),
        _ => "What is collected for this care changed".to_owned(),
    };
    format!("{changed} after it was invoiced")
}

/// Quantity and price of a cost.
fn care(basis: &Basis) -> Option<(String, String)> {
    match basis {
        Basis::Actual(care) => {
            Some((quantity_text(care.quantity, care.unit), unit_price_text(care.unit_price)))
        }
        Basis::Care { .. }
        | Basis::Contribution { .. }
        | Basis::Void { .. }
        | Basis::Manual { .. }
        | Basis::Vat { .. } => None,
    }
}
