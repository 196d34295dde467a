//! A row that may be applied, and what applying it would do.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::line::quantity_text;
use super::problem::Warning;
use super::{Column, Delivered, Quantity, Week};
use crate::facts::{Cpli, Service, Unit};
use crate::money::{Money, MoneyError};

/// A row that may be applied. It borrows from what is known and from the row, so that it costs nothing to make.
#[derive(Debug, Clone, Copy)]
pub struct Accepted<'k, 'r> {
    /// As a spreadsheet numbers it.
    pub row: u32,
    /// What it is about: the key, first part.
    pub cpli: &'k Cpli,
    /// The service of it.
    pub service: &'k Service,
    /// Key, second part.
    pub week_start: NaiveDate,
    /// What was planned.
    pub planned: Decimal,
    /// Given.
    pub actual: Quantity,
    /// Planned, and the client did not take it.
    pub frustrated: Quantity,
    /// Planned, and the provider did not come.
    pub missed: Quantity,
    /// Given, and not planned.
    pub extra: Quantity,
    /// How often somebody came.
    pub visits: Option<u32>,
    /// Why it differs from the plan: one of the council's.
    pub reason_code: Option<&'k str>,
    /// What else the provider says about it.
    pub comment: Option<&'r str>,
    /// The provider's own reference of the line.
    pub line_ref: Option<&'r str>,
    /// How many units are paid for beyond what was commissioned, if more than is tolerated: held until the council agrees.
    pub over: Option<Decimal>,
    /// Whether its period is closed, so that it becomes an adjustment.
    pub late: bool,
    /// Whether the client's name is not as the council has it.
    pub name_differs: bool,
    /// Pounds per unit.
    pub unit_price: Decimal,
    /// What is owed for the week.
    pub owed: Money,
}

/// What a row does to what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'o> {
    /// Nothing was recorded.
    New,
    /// Something else was recorded.
    Changed {
        /// What.
        old: &'o Week,
    },
    /// The same was recorded.
    Unchanged,
}

/// What applying a row would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared<'o> {
    /// To what is recorded.
    pub change: Change<'o>,
    /// To what is owed; negative: takes away.
    pub adds: Money,
    unit: Unit,
}

impl Accepted<'_, '_> {
    /// What it says was delivered, to be recorded.
    pub fn week(&self) -> Week {
        Week {
            actual: self.actual.into(),
            frustrated: self.frustrated.into(),
            missed: self.missed.into(),
            extra: self.extra.into(),
            visits: self.visits,
            reason_code: self.reason_code.map(str::to_owned),
            comment: self.comment.map(str::to_owned),
        }
    }

    /// What applying it would do where `old` is what was recorded before.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn against<'o>(&self, old: Option<&'o Week>) -> Result<Compared<'o>, MoneyError> {
        let unit = self.service.unit;
        let Some(old) = old else {
            return Ok(Compared { change: Change::New, adds: self.owed, unit });
        };
        if self.says(old) {
            return Ok(Compared { change: Change::Unchanged, adds: Money::ZERO, unit });
        }
        let owed = self.owed_for(old.delivered())?;
        let adds = self.owed.plus(owed.reversed()?)?;
        Ok(Compared { change: Change::Changed { old }, adds, unit })
    }

    fn owed_for(&self, delivered: Delivered) -> Result<Money, MoneyError> {
        delivered.owed(self.service.frustrated_percent, self.unit_price)
    }

    /// Whether it says the same as `week`.
    fn says(&self, week: &Week) -> bool {
        let Week { actual, frustrated, missed, extra, visits, reason_code, comment } = week;
        let quantities = [
            (self.actual, actual),
            (self.frustrated, frustrated),
            (self.missed, missed),
            (self.extra, extra),
        ];
        quantities.into_iter().all(|(ours, old)| Quantity::exactly(*old) == Some(ours))
            && self.visits == *visits
            && self.reason_code == reason_code.as_deref()
            && self.comment == comment.as_deref()
    }

    /// What is said about it, whatever was recorded before, and about which cell: W40 and W41.
    pub fn warnings(&self) -> impl Iterator<Item = (Column, Warning)> + use<> {
        let over = self.over.map(|over| {
            let over = quantity_text(over, self.service.unit);
            (Column::Actual, Warning::OverCommissioned { over })
        });
        let name = self.name_differs.then_some((Column::ClientName, Warning::NameDiffers));
        [over, name].into_iter().flatten()
    }
}

impl Compared<'_> {
    /// What is said if it replaces something, and about which cell: W43.
    pub fn warning(&self) -> Option<(Column, Warning)> {
        match self.change {
            Change::Changed { old } => {
                let old = quantity_text(old.actual, self.unit);
                Some((Column::Actual, Warning::Replaces { old }))
            }
            Change::New | Change::Unchanged => None,
        }
    }
}
