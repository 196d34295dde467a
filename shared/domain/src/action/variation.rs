//! Care beyond the plan that a provider asks the council to agree to (S3).

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;

use super::form::error_at;
use super::{ActionSettings, Detail};
use crate::failure::FieldError;
use crate::money::{Money, MoneyError};

/// As many weeks as a variation can be looked at for.
const WEEKS_MAX: usize = 60;

/// What a variation asks, read from the answers of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varying {
    /// Whether it was a one-off crisis, for which no limit holds.
    pub crisis: bool,
    /// First day.
    pub from_date: NaiveDate,
    /// Last day.
    pub to_date: NaiveDate,
    /// Whether the hours are of a week; otherwise of each day.
    pub per_week: bool,
    /// Units of the plan.
    pub contracted: Decimal,
    /// Units that were or will be delivered.
    pub actual: Decimal,
    /// Why.
    pub reason: String,
}

/// What the varied care costs and when its weeks begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Pounds a unit.
    pub unit_price: Decimal,
    /// The first day of its weeks: 0 is Monday.
    pub week_starts: u8,
}

/// So many units beyond the plan in the days of one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extra {
    /// First day.
    pub from_date: NaiveDate,
    /// Last day.
    pub to_date: NaiveDate,
    /// Units.
    pub quantity: Decimal,
}

impl Varying {
    /// Reads it from the answers that were given; none if one is missing.
    pub fn read(details: &[Detail]) -> Option<Self> {
        let value =
            |field: &str| details.iter().find(|it| it.field == field).map(|it| it.value.as_str());
        Some(Self {
            crisis: value("kind")? == "one_off_crisis",
            from_date: value("from_date")?.parse().ok()?,
            to_date: value("to_date")?.parse().ok()?,
            per_week: value("per")? == "week",
            contracted: value("contracted_hours")?.parse().ok()?,
            actual: value("actual_hours")?.parse().ok()?,
            reason: value("reason").unwrap_or_default().to_owned(),
        })
    }

    /// What of it cannot be asked for.
    pub(super) fn problems(
        &self,
        settings: &ActionSettings,
        rate: Option<Rate>,
    ) -> Vec<FieldError> {
        if self.to_date < self.from_date {
            let message = "Last day must be the same as or after the first day";
            return vec![error_at("to_date", message)];
        }
        if self.actual <= self.contracted {
            let message = "Actual hours delivered must be more than the contracted hours";
            return vec![error_at("actual_hours", message)];
        }
        if self.crisis {
            return Vec::new();
        }
        let mut wrong = Vec::new();
        let days_max = settings.variation_days_max;
        if self.days() > i64::from(days_max) {
            let message = format!(
                "Last day must be within {days_max} days of extra care. Ask for a new care plan if it is needed for longer"
            );
            wrong.push(error_at("to_date", message));
        }
        let limit = Money::exactly(Decimal::from(settings.variation_pounds_max));
        let value = rate.map(|rate| self.value(rate));
        if let (Some(Ok(value)), Ok(limit)) = (value, limit)
            && value > limit
        {
            let (value, limit) = (value.for_people(), limit.for_people());
            let message = format!(
                "Extra care must come to {limit} or less. This comes to {value}. Ask for a new care plan"
            );
            wrong.push(error_at("actual_hours", message));
        }
        wrong
    }

    /// How many days it is for.
    fn days(&self) -> i64 {
        self.to_date.signed_duration_since(self.from_date).num_days().saturating_add(1)
    }

    /// Units beyond the plan, week by week of care that begins its weeks on `week_starts`: of a week in which it has a
    /// day, or for each of its days.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn weeks(&self, week_starts: u8) -> Result<Vec<Extra>, MoneyError> {
        let more = self.actual.checked_sub(self.contracted).ok_or(MoneyError::TooLarge)?;
        let mut weeks = Vec::new();
        let mut from = self.from_date;
        while from <= self.to_date {
            if weeks.len() >= WEEKS_MAX {
                return Err(MoneyError::TooLarge);
            }
            let since = u64::from(from.weekday().num_days_from_monday());
            let since = since.saturating_add(7).saturating_sub(u64::from(week_starts)) % 7;
            let left = Days::new(6_u64.saturating_sub(since));
            let last = from.checked_add_days(left).ok_or(MoneyError::TooLarge)?;
            let to_date = last.min(self.to_date);
            let days = to_date.signed_duration_since(from).num_days().saturating_add(1);
            let times = if self.per_week { Decimal::ONE } else { Decimal::from(days) };
            let quantity = more.checked_mul(times).ok_or(MoneyError::TooLarge)?;
            weeks.push(Extra { from_date: from, to_date, quantity });
            from = to_date.succ_opt().ok_or(MoneyError::TooLarge)?;
        }
        Ok(weeks)
    }

    /// What it comes to.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn value(&self, rate: Rate) -> Result<Money, MoneyError> {
        let cost = |extra: &Extra| {
            let cost = extra.quantity.checked_mul(rate.unit_price);
            Money::rounded(cost.ok_or(MoneyError::TooLarge)?)
        };
        let costs = self.weeks(rate.week_starts)?.iter().map(cost).collect::<Result<Vec<_>, _>>();
        Money::total(costs?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn extra(from: &str, to: &str, per_week: bool, actual: &str) -> Varying {
        Varying {
            crisis: false,
            from_date: day(from),
            to_date: day(to),
            per_week,
            contracted: "2".parse().unwrap(),
            actual: actual.parse().unwrap(),
            reason: "The daughter is on holiday".to_owned(),
        }
    }

    const RATE: Rate =
        Rate { unit_price: Decimal::from_parts(2_234, 0, 0, false, 2), week_starts: 0 };

    fn told(varying: &Varying) -> Vec<String> {
        let problems = varying.problems(&ActionSettings::default(), Some(RATE));
        problems.into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn hours_a_day_are_counted_in_the_week_in_which_each_day_is() {
        // Thursday to Wednesday.
        let weeks = extra("2022-10-06", "2022-10-12", false, "2.5").weeks(0).unwrap();
        let told: Vec<_> = weeks
            .iter()
            .map(|it| (it.from_date.to_string(), it.to_date.to_string(), it.quantity.to_string()))
            .collect();
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(
            told,
            [text("2022-10-06", "2022-10-09", "2.0"), text("2022-10-10", "2022-10-12", "1.5")]
        );
        assert_eq!(extra("2022-10-06", "2022-10-12", false, "2.5").weeks(3).unwrap().len(), 1);
    }

    #[test]
    fn extra_care_is_asked_for_a_week_and_150_pounds_at_most() {
        let week = |actual| extra("2022-10-03", "2022-10-09", true, actual);
        assert_eq!(told(&week("8.7")), Vec::<String>::new());
        assert_eq!(
            told(&week("10")),
            [
                "Extra care must come to £150.00 or less. This comes to £178.72. Ask for a new care plan"
            ]
        );
        let rate = Rate { unit_price: Decimal::from(25), week_starts: 0 };
        let of_150_pounds = week("8").problems(&ActionSettings::default(), Some(rate));
        assert_eq!(of_150_pounds, Vec::new());
        let longer = told(&extra("2022-10-03", "2022-10-10", true, "3"));
        assert!(longer[0].starts_with("Last day must be within 7 days"), "{longer:?}");
        let crisis = Varying { crisis: true, ..extra("2022-10-03", "2022-10-20", true, "60") };
        assert_eq!(told(&crisis), Vec::<String>::new());
    }

    #[test]
    fn it_is_for_more_than_the_plan_and_ends_after_it_begins() {
        let less = told(&extra("2022-10-03", "2022-10-03", true, "2"));
        assert_eq!(less, ["Actual hours delivered must be more than the contracted hours"]);
        let backwards = told(&extra("2022-10-03", "2022-10-02", true, "3"));
        assert_eq!(backwards, ["Last day must be the same as or after the first day"]);
    }
}
