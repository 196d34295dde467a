//! Value added tax: rule 8 of domain.md section 5.

use rust_decimal::Decimal;

use crate::facts::VatCategory;
use crate::money::{Money, MoneyError};

/// The standard rate in percent, since 4 January 2011.
const STANDARD_PERCENT: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

impl VatCategory {
    /// Its rate in percent.
    pub fn percent(self) -> Decimal {
        match self {
            Self::Exempt | Self::Zero => Decimal::ZERO,
            Self::Standard => STANDARD_PERCENT,
        }
    }

    /// The tax on the rounded lines of one category: on their sum, rounded once.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn tax_on(self, lines: &[Money]) -> Result<Money, MoneyError> {
        let net = Money::total(lines.iter().copied())?.pounds();
        let tax = net.checked_mul(self.percent());
        let tax = tax.and_then(|tax| tax.checked_div(Decimal::ONE_HUNDRED));
        Money::rounded(tax.ok_or(MoneyError::TooLarge)?)
    }

    /// Whether the supplier's own figure is accepted: it may have rounded each line, a penny off at most.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn accepts(self, suppliers: Money, lines: &[Money]) -> Result<bool, MoneyError> {
        let off = self.tax_on(lines)?.pence().abs_diff(suppliers.pence());
        Ok(usize::try_from(off).is_ok_and(|pence| pence <= lines.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_14_tax_is_on_the_sum_and_the_suppliers_figure_may_be_a_penny_a_line_off() {
        let lines = [Money::from_pence(1_012); 3];
        assert_eq!(VatCategory::Standard.tax_on(&lines), Ok(Money::from_pence(607)));
        let accepts = |pence| VatCategory::Standard.accepts(Money::from_pence(pence), &lines);
        assert_eq!([accepts(606), accepts(604), accepts(610)], [Ok(true), Ok(true), Ok(true)]);
        assert_eq!([accepts(603), accepts(611)], [Ok(false), Ok(false)]);
    }

    #[test]
    fn exempt_and_zero_rated_care_bears_no_tax() {
        for category in [VatCategory::Exempt, VatCategory::Zero] {
            assert_eq!(category.tax_on(&[Money::from_pence(1_012)]), Ok(Money::ZERO));
        }
    }
}
