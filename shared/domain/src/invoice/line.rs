//! The lines of an invoice or credit note, and its tax.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::InvoiceId;
use crate::entitlement::{Days, Line};
use crate::facts::VatCategory;
use crate::ids::CpliId;
use crate::item::{self, Basis, Correction, ItemKind, Label};
use crate::money::{Money, MoneyError};

/// What a document is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// The provider is owed it.
    Invoice,
    /// The provider owes it: what was claimed fell.
    CreditNote,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineRef {
    /// Which document.
    pub invoice_id: InvoiceId,
    /// Which of its lines, counted from 1.
    pub line: u32,
}

/// One line of an invoice or credit note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Counted from 1.
    pub line: u32,
    /// Cost, or income: a deduction.
    pub kind: ItemKind,
    /// Whether it takes back or gives again what an earlier document claimed.
    pub correction: Option<Correction>,
    /// The care package; none: the tax.
    pub cpli_id: Option<CpliId>,
    /// First day of the week.
    pub week_start: Option<NaiveDate>,
    /// First day of the care.
    pub service_from: NaiveDate,
    /// Last day of the care.
    pub service_to: NaiveDate,
    /// Days of care.
    pub days: u32,
    /// How the amount comes about.
    pub basis: Basis,
    /// Who and what, as it is called today.
    pub label: Label,
    /// Negative for a deduction.
    pub amount: Money,
    /// Why there is a correction; for people.
    pub cause: Option<String>,
    /// What it takes back.
    pub reverses: Option<LineRef>,
}

impl InvoiceLine {
    /// Whether it is the tax on the others.
    pub fn is_vat(&self) -> bool {
        matches!(self.basis, Basis::Vat { .. })
    }

    /// The days that it is about.
    pub fn span(&self) -> Days {
        Days { from: self.service_from, to: self.service_to }
    }

    /// The sum behind the amount, so that a person can do it again.
    pub fn arithmetic(&self) -> String {
        if self.correction == Some(Correction::Reversal) {
            return item::takes_back(self.amount, "claimed", "before");
        }
        item::arithmetic(&self.basis, self.days, self.amount)
    }

    /// Whether it claims just this: the same sort of thing at the same amount.
    pub(super) fn is_alike(&self, line: &Line) -> bool {
        let payer = |basis: &Basis| match basis {
            Basis::Contribution { kind, .. } => Some(*kind),
            Basis::Actual(_)
            | Basis::Care { .. }
            | Basis::Void { .. }
            | Basis::Manual { .. }
            | Basis::Vat { .. } => None,
        };
        self.kind == line.kind
            && self.amount == line.amount
            && payer(&self.basis) == payer(&line.basis)
    }
}

/// The tax on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vat {
    /// How its care is taxed.
    pub category: VatCategory,
    /// The rate in percent.
    pub percent: Decimal,
    /// On the sum of the lines, rounded once.
    pub tax: Money,
    /// The supplier's own figure, if it was accepted in its place.
    pub suppliers_tax: Option<Money>,
}

impl Vat {
    /// The tax on lines of these amounts.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn on(category: VatCategory, lines: &[Money]) -> Result<Self, MoneyError> {
        let (percent, tax) = (category.percent(), category.tax_on(lines)?);
        Ok(Self { category, percent, tax, suppliers_tax: None })
    }

    /// What is paid of it.
    pub fn payable(&self) -> Money {
        self.suppliers_tax.unwrap_or(self.tax)
    }
}
