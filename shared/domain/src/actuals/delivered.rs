//! What is owed for care as it was delivered: rule 6 of domain.md section 5.

use rust_decimal::Decimal;

use crate::money::{Money, MoneyError};

/// The care of one week, in units of its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Given.
    pub actual: Decimal,
    /// Planned, and the client did not take it.
    pub frustrated: Decimal,
}

impl Delivered {
    /// The units that are paid: what was given and the paid share, in percent, of what was frustrated. What the
    /// provider missed is never paid.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn payable_quantity(&self, frustrated_percent: Decimal) -> Result<Decimal, MoneyError> {
        let share = self.frustrated.checked_mul(frustrated_percent);
        let paid = share.and_then(|share| share.checked_div(Decimal::ONE_HUNDRED));
        paid.and_then(|paid| paid.checked_add(self.actual)).ok_or(MoneyError::TooLarge)
    }

    /// What is owed at `unit_price`, rounded once.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn owed(
        &self,
        frustrated_percent: Decimal,
        unit_price: Decimal,
    ) -> Result<Money, MoneyError> {
        let amount = self.payable_quantity(frustrated_percent)?.checked_mul(unit_price);
        Money::rounded(amount.ok_or(MoneyError::TooLarge)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_13_frustrated_care_is_paid_at_its_share_and_missed_care_never() {
        // Of 10.50 planned hours 0.50 were frustrated and 0.25 missed.
        let week = Delivered { actual: Decimal::new(975, 2), frustrated: Decimal::new(50, 2) };
        let owed = |percent: u32| {
            let owed = week.owed(Decimal::from(percent), Decimal::new(2_234, 2));
            owed.map(|amount| amount.to_string())
        };
        assert_eq!(owed(0), Ok("217.82".to_owned()));
        assert_eq!(owed(100), Ok("228.99".to_owned()));
    }
}
