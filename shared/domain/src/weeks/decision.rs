//! What the council decided about care beyond the plan.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::entitlement::Days;
use crate::facts::Facts;
use crate::ids::{ContractRef, CpliId, VariationRef};
use crate::money::MoneyError;

/// Care beyond the plan that the council agreed to beforehand: it raises what is tolerated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variation {
    /// Its key.
    pub variation_ref: VariationRef,
    /// The contract of the care package.
    pub contract_ref: ContractRef,
    /// Whose care.
    pub cpli_id: CpliId,
    /// First day.
    pub from_date: NaiveDate,
    /// Last day.
    pub to_date: NaiveDate,
    /// Units beyond the plan in each week that has a day of it.
    pub quantity: Decimal,
    /// Shown to the provider.
    pub reason: String,
}

/// What the council decided about a week in which more was delivered than is tolerated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The contract of the care package.
    pub contract_ref: ContractRef,
    /// Key, first part.
    pub cpli_id: CpliId,
    /// Key, second part: first day of the week.
    pub week_start: NaiveDate,
    /// What.
    pub kind: DecisionKind,
    /// How many units are paid at most. None: all that were decided upon if it is an approval, the plan if it
    /// is a cap.
    pub quantity: Option<Decimal>,
    /// How many payable units were entered when it was decided. More than that is decided upon again.
    pub upon: Decimal,
    /// Shown to the provider.
    pub reason: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

/// What a decision is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// It is paid.
    Approve,
    /// It is paid up to a quantity, and the rest never.
    Cap,
    /// What is held is never paid.
    Reject,
}

impl Variation {
    /// Whether it allows more in a `week` of a care package.
    pub(crate) fn covers(&self, cpli_id: &CpliId, week: Days) -> bool {
        let days = Days::new(self.from_date, self.to_date);
        self.cpli_id == *cpli_id && days.and_then(|days| days.within(week)).is_some()
    }
}

impl Facts {
    /// The units beyond the plan that variations allow in the `active` days of a week.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn varied(&self, cpli_id: &CpliId, active: Days) -> Result<Decimal, MoneyError> {
        let covering = self.variations.values().filter(|it| it.covers(cpli_id, active));
        let add = |sum: Decimal, it: &Variation| sum.checked_add(it.quantity);
        covering.into_iter().try_fold(Decimal::ZERO, add).ok_or(MoneyError::TooLarge)
    }

    /// What the council decided about a week.
    pub fn decision(&self, cpli_id: &CpliId, week_start: NaiveDate) -> Option<&Decision> {
        self.exceptions.get(&(cpli_id.clone(), week_start))
    }
}
