//! Units of a service, as files count them.

use rust_decimal::Decimal;

/// Units of a service with up to four decimals (domain.md section 5): what a cell of a file can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i64); // Ten-thousandths: a million rows are checked in whole numbers.

/// Ten-thousandths in one unit.
const ONE: i64 = 10_000;
const DECIMALS: u32 = 4;

impl Quantity {
    /// No units.
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths of a unit.
    pub const fn from_ten_thousandths(count: i64) -> Self {
        Self(count)
    }

    /// In ten-thousandths of a unit.
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// The same number; none: it has more than four decimals, or is beyond what can be counted.
    pub fn exactly(units: Decimal) -> Option<Self> {
        let count = units.checked_mul(Decimal::from(ONE))?;
        count.fract().is_zero().then_some(())?;
        i64::try_from(count).ok().map(Self)
    }

    /// The largest one that is not more; none: beyond what can be counted.
    pub(super) fn at_most(units: Decimal) -> Option<Self> {
        i64::try_from(units.checked_mul(Decimal::from(ONE))?.floor()).ok().map(Self)
    }

    /// Whether it is a whole number of `step`s; every quantity is if there is no step.
    pub(super) fn is_in_steps(self, step: Self) -> bool {
        step.0 <= 0 || self.0.checked_rem(step.0) == Some(0)
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl From<Quantity> for Decimal {
    /// Without zeros at the end: `10.5`.
    fn from(quantity: Quantity) -> Self {
        Self::new(quantity.0, DECIMALS).normalize()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fifth_decimal_is_not_lost_but_refused() {
        assert_eq!(Quantity::exactly(Decimal::new(10_5000, 4)), Some(Quantity(105_000)));
        assert_eq!(Quantity::exactly(Decimal::new(1, 5)), None);
        assert_eq!(Quantity::exactly(Decimal::MAX), None);
        assert_eq!(Quantity::at_most(Decimal::new(19, 5)), Some(Quantity(1)));
    }

    proptest! {
        #[test]
        fn what_is_counted_is_the_same_number(count in -1_000_000_000_i64..1_000_000_000) {
            let quantity = Quantity(count);
            prop_assert_eq!(Quantity::exactly(quantity.into()), Some(quantity));
            prop_assert_eq!(Quantity::at_most(quantity.into()), Some(quantity));
        }
    }
}
