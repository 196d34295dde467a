//! Pounds and pence. Nothing outside this file rounds.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, Kind};
use crate::schema::is_text;

/// An amount in pounds sterling, exact to the penny. Negative where the provider owes the council.
///
/// In JSON and in the table it is text with two decimals, never a float: `"-12.00"`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Money(i64); // Pence: ±92 quadrillion pounds.

is_text!(Money, "Pounds and pence", "1234.50", r"^-?[0-9]{1,15}\.[0-9]{2}$");

/// Why an amount could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The amount has a fraction of a penny.
    #[error("{0} is not a whole number of pence")]
    FractionOfAPenny(Decimal),
    /// The amount is beyond what the portal can hold.
    #[error("the amount is too large")]
    TooLarge,
    /// The text is not a number.
    #[error("{0} is not an amount in pounds, such as 1234.50")]
    NotANumber(String),
    /// An amount cannot be shared into no parts.
    #[error("an amount cannot be shared into no parts")]
    NoParts,
}

impl Failure for MoneyError {
    fn kind(&self) -> Kind {
        match self {
            Self::FractionOfAPenny(_) | Self::NotANumber(_) => Kind::Invalid,
            Self::TooLarge | Self::NoParts => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::FractionOfAPenny(_) => "fraction-of-a-penny",
            Self::TooLarge => "amount-too-large",
            Self::NotANumber(_) => "not-an-amount",
            Self::NoParts => "no-parts",
        }
    }
}

impl Money {
    /// Nothing owed.
    pub const ZERO: Self = Self(0);

    /// From whole pence.
    pub const fn from_pence(pence: i64) -> Self {
        Self(pence)
    }

    /// The amount in whole pence.
    pub const fn pence(self) -> i64 {
        self.0
    }

    /// Takes an amount that must already be whole pence, such as one a person typed.
    ///
    /// # Errors
    ///
    /// [`MoneyError::FractionOfAPenny`] for £10.005: a person's figure is questioned, never rounded.
    pub fn exactly(pounds: Decimal) -> Result<Self, MoneyError> {
        let mut pence = pounds;
        pence.rescale(2);
        if pence != pounds {
            return Err(MoneyError::FractionOfAPenny(pounds));
        }
        i64::try_from(pence.mantissa()).map(Self).map_err(|_too_wide| MoneyError::TooLarge)
    }

    /// Ends a calculation: half a penny goes away from zero (domain.md section 5).
    ///
    /// Round once, at the end: rounding each week of a month loses pennies.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    #[expect(clippy::disallowed_methods, reason = "the one place the portal rounds")]
    pub fn rounded(pounds: Decimal) -> Result<Self, MoneyError> {
        let mut pence = pounds.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        pence.rescale(2);
        i64::try_from(pence.mantissa()).map(Self).map_err(|_too_wide| MoneyError::TooLarge)
    }

    /// The same of an amount in hundred-millionths of a pound: a quantity of four decimals at a price of four.
    ///
    /// For files of a million rows. No number of hundred-millionths is too large.
    pub fn rounded_from_hundred_millionths(amount: i64) -> Self {
        let half = 500_000;
        let pence = amount.unsigned_abs().saturating_add(half).div_euclid(1_000_000);
        let pence = i64::try_from(pence).unwrap_or(i64::MAX);
        Self(pence.saturating_mul(amount.signum()))
    }

    /// The same amount the other way: what reverses a payment.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn reversed(self) -> Result<Self, MoneyError> {
        self.0.checked_neg().map(Self).ok_or(MoneyError::TooLarge)
    }

    /// Adds one amount.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// Adds up amounts.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// Shares the amount into `parts` that differ by a penny at most and add up to it exactly.
    ///
    /// Each part is the running total so far less what was given before it.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NoParts`] for none.
    pub fn instalments(self, parts: u32) -> Result<Vec<Self>, MoneyError> {
        let shares: Vec<_> =
            (0..parts).map(|part| self.instalment(part, parts)).collect::<Result<_, _>>()?;
        if shares.is_empty() { Err(MoneyError::NoParts) } else { Ok(shares) }
    }

    /// One of the shares of [`Money::instalments`], counted from 0.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NoParts`] of no parts.
    pub fn instalment(self, part: u32, parts: u32) -> Result<Self, MoneyError> {
        let due_after = |part: Decimal| {
            let due = self.pounds().checked_mul(part)?;
            due.checked_div(Decimal::from(parts))
        };
        if parts == 0 {
            return Err(MoneyError::NoParts);
        }
        let part = Decimal::from(part);
        let next = part.checked_add(Decimal::ONE).and_then(due_after);
        let given = Self::rounded(due_after(part).ok_or(MoneyError::TooLarge)?)?;
        Self::rounded(next.ok_or(MoneyError::TooLarge)?)?.plus(given.reversed()?)
    }

    /// The amount in pounds, for calculating and storing: `1234.50`.
    pub fn pounds(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The amount for a person: `£1,234.50`, or `−£12.00` with a minus sign, which no spreadsheet takes for a formula.
    pub fn for_people(self) -> String {
        let sign = if self.0 < 0 { "−" } else { "" };
        let digits = self.pounds().abs().to_string();
        let (pounds, pence) = digits.split_once('.').unwrap_or((&digits, "00"));
        let mut grouped = String::new();
        for (index, digit) in pounds.chars().enumerate() {
            if index > 0 && pounds.len().abs_diff(index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{sign}£{grouped}.{pence}")
    }
}

impl fmt::Display for Money {
    /// `1234.50`, as files and JSON write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pounds().fmt(f)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // With the minus sign too that `for_people` writes, so that what a page shows can be typed again.
        let plain = text.trim().replace(['£', ','], "").replace('−', "-");
        let pounds: Decimal =
            plain.parse().map_err(|_not_a_number| MoneyError::NotANumber(text.to_owned()))?;
        Self::exactly(pounds)
    }
}

impl TryFrom<String> for Money {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(amount: Money) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_penny_goes_away_from_zero() {
        assert_eq!(Money::rounded(Decimal::new(10_005, 3)), Ok(Money::from_pence(1_001)));
        assert_eq!(Money::rounded(Decimal::new(-10_005, 3)), Ok(Money::from_pence(-1_001)));
    }

    #[test]
    fn a_typed_fraction_of_a_penny_is_refused() {
        let typed = Decimal::new(10_005, 3);
        assert_eq!(Money::exactly(typed), Err(MoneyError::FractionOfAPenny(typed)));
    }

    #[test]
    fn people_read_thousands_with_commas() {
        assert_eq!(Money::from_pence(123_456_789).for_people(), "£1,234,567.89");
        assert_eq!(Money::from_pence(-1_200).for_people(), "−£12.00");
        assert_eq!(Money::from_pence(99_999).for_people(), "£999.99");
    }

    proptest! {
        #[test]
        fn instalments_add_up_to_the_whole(whole in -1_000_000_000_i64..1_000_000_000, parts in 1_u32..40) {
            let whole = Money::from_pence(whole);
            let shares = whole.instalments(parts).unwrap();
            prop_assert_eq!(Money::total(shares.iter().copied()).unwrap(), whole);
            let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
            prop_assert!(least.pence().abs_diff(most.pence()) <= 1);
        }

        #[test]
        fn an_amount_is_rounded_the_same_however_it_is_counted(amount in any::<i64>()) {
            let rounded = Money::rounded(Decimal::from_i128_with_scale(amount.into(), 8));
            prop_assert_eq!(Ok(Money::rounded_from_hundred_millionths(amount)), rounded);
        }

        #[test]
        fn what_is_written_is_read_back(pence in any::<i64>()) {
            let amount = Money::from_pence(pence);
            prop_assert_eq!(amount.to_string().parse::<Money>(), Ok(amount));
            prop_assert_eq!(amount.for_people().parse::<Money>(), Ok(amount));
        }
    }
}
