//! What is asked before a draft may be submitted (S1).

use thiserror::Error;

use super::{Attachment, Draft, NotAVatNumber, VatNumber};
use crate::facts::VatCategory;
use crate::failure::{Failure, FieldError, Kind};
use crate::money::{Money, MoneyError};

/// What a provider submits, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Submitting<'a> {
    /// The digest of what was read.
    pub digest: &'a str,
    /// The supplier's own figure for the tax, if it differs.
    pub suppliers_tax: Option<Money>,
    /// The supplier's own VAT invoice, checked.
    pub attachment: Option<&'a Attachment>,
    /// The provider's VAT registration number, as the council has it.
    pub vat_number: Option<&'a str>,
}

/// Why a draft is not submitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotSubmitInvoice {
    /// It claims nothing.
    #[error("There is nothing to invoice: everything that you confirmed is invoiced already.")]
    Blank,
    /// It is not what was read.
    #[error("The invoice has changed since you read it. Read it again, then submit it.")]
    Changed,
    /// Amounts with VAT are paid against a VAT invoice only.
    #[error("Attach your VAT invoice first. Amounts with VAT are not paid without it.")]
    VatInvoiceMissing,
    /// The number is missing or wrong.
    #[error(
        "Your VAT registration number is not valid, so amounts with VAT cannot be paid. Ask the council to correct it."
    )]
    VatNumberInvalid(Option<NotAVatNumber>),
    /// Over a penny a line.
    #[error("The VAT on your own invoice must be within 1p for each line of {}.", tax.for_people())]
    SuppliersTaxOff {
        /// What was computed.
        tax: Money,
    },
    /// Beyond what the portal can hold.
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

impl Failure for CannotSubmitInvoice {
    fn kind(&self) -> Kind {
        match self {
            Self::Changed => Kind::Conflict,
            Self::Blank
            | Self::VatInvoiceMissing
            | Self::VatNumberInvalid(_)
            | Self::SuppliersTaxOff { .. } => Kind::Invalid,
            Self::Amount(why) => why.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Blank => "blank-invoice",
            Self::Changed => "invoice-changed",
            Self::VatInvoiceMissing => "vat-invoice-missing",
            Self::VatNumberInvalid(_) => "vat-number-invalid",
            Self::SuppliersTaxOff { .. } => "suppliers-tax-off",
            Self::Amount(why) => why.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::VatInvoiceMissing => {
                vec![FieldError::new("attachment", "Attach your VAT invoice")]
            }
            Self::SuppliersTaxOff { .. } => {
                vec![FieldError::new("suppliers_tax", self.to_string())]
            }
            Self::Blank | Self::Changed | Self::VatNumberInvalid(_) | Self::Amount(_) => Vec::new(),
        }
    }
}

impl Submitting<'_> {
    /// The draft as it is claimed: with the supplier's own tax, if that is accepted.
    ///
    /// # Errors
    ///
    /// [`CannotSubmitInvoice`] says why it is not.
    pub fn check(&self, draft: Draft) -> Result<Draft, CannotSubmitInvoice> {
        if draft.is_blank() {
            return Err(CannotSubmitInvoice::Blank);
        }
        if draft.digest != self.digest {
            return Err(CannotSubmitInvoice::Changed);
        }
        if let Some(why) = self.missing(draft.vat.category).into_iter().next() {
            return Err(why);
        }
        let Some(suppliers_tax) = self.suppliers_tax else { return Ok(draft) };
        let (tax, category) = (draft.vat.tax, draft.vat.category);
        let accepted = category == VatCategory::Standard
            && category.accepts(suppliers_tax, &draft.amounts())?;
        if accepted || suppliers_tax == tax {
            Ok(draft.with_suppliers_tax(suppliers_tax)?)
        } else {
            Err(CannotSubmitInvoice::SuppliersTaxOff { tax })
        }
    }

    /// What is still missing for care that is taxed so, all at once.
    pub fn missing(&self, category: VatCategory) -> Vec<CannotSubmitInvoice> {
        if category != VatCategory::Standard {
            return Vec::new();
        }
        let number = match self.vat_number.map(str::parse::<VatNumber>) {
            Some(Ok(_)) => None,
            Some(Err(why)) => Some(CannotSubmitInvoice::VatNumberInvalid(Some(why))),
            None => Some(CannotSubmitInvoice::VatNumberInvalid(None)),
        };
        let invoice = self.attachment.is_none().then_some(CannotSubmitInvoice::VatInvoiceMissing);
        invoice.into_iter().chain(number).collect()
    }
}
