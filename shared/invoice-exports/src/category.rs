//! How the care is taxed, in the words of EN 16931.

use domain::facts::VatCategory;
use domain::invoice::VatNumber;
use rust_decimal::Decimal;

use crate::Document;

/// A VAT category (BT-118, BT-151) with its rate, and why there is no tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Category {
    pub(crate) code: &'static str,
    /// In percent; none: it has no rate, not even 0.
    pub(crate) percent: Option<Decimal>,
    pub(crate) reason: Option<&'static str>,
}

impl Document<'_> {
    /// The provider's VAT registration number, if it has a valid one.
    pub(crate) fn vat_number(&self) -> Option<VatNumber> {
        self.provider.vat_number.as_deref()?.parse().ok()
    }

    /// Without a registration number a supplier cannot say that a supply is zero-rated or exempt (BR-Z-02, BR-E-02): then it is
    /// outside the scope of the tax.
    pub(crate) fn category(&self) -> Category {
        let vat = &self.body.vat;
        let of = |code, reason| Category { code, percent: Some(vat.percent), reason };
        match (vat.category, self.vat_number()) {
            (VatCategory::Standard, _) => of("S", None),
            (VatCategory::Zero, Some(_)) => of("Z", None),
            (VatCategory::Exempt, Some(_)) => {
                of("E", Some("Exempt welfare services: VAT Act 1994, Schedule 9, Group 7"))
            }
            (VatCategory::Zero | VatCategory::Exempt, None) => Category {
                code: "O",
                percent: None,
                reason: Some("The supplier is not registered for VAT"),
            },
        }
    }
}
