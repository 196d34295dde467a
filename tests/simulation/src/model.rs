//! What is owed, by the simplest arithmetic there is: day by day, in whole numbers, from the facts as they are in the
//! end. It shares no line with the portal's own calculation, and knows neither statements nor corrections.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

/// Hundredths of a penny times hundredths of a penny, and so on: all products are whole.
type Whole = i128;

/// What a day is paid by, and what tells it from its neighbours: since when at which price, at which percentage, and
/// whether the client is away.
type Terms = (NaiveDate, (Whole, Whole), Whole, bool);

/// What is known of one care package in the end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Care {
    pub(crate) contract: &'static str,
    pub(crate) start: NaiveDate,
    pub(crate) end: Option<NaiveDate>,
    /// From a day on: quantity and price in ten-thousandths.
    pub(crate) prices: BTreeMap<NaiveDate, (Whole, Whole)>,
    /// What the provider collects from a day on, in pence a week, by who contributes.
    pub(crate) contributions: BTreeMap<&'static str, (NaiveDate, Whole)>,
    /// An absence and what is paid of it, in percent.
    pub(crate) absence: Option<(NaiveDate, NaiveDate, Whole)>,
    /// Of care by the hour: what was given in a week, in ten-thousandths of an hour. Only what was claimed is owed.
    pub(crate) given: BTreeMap<NaiveDate, Whole>,
}

impl Care {
    fn is_active(&self, day: NaiveDate) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }

    fn price(&self, day: NaiveDate) -> Option<(NaiveDate, (Whole, Whole))> {
        self.prices.range(..=day).next_back().map(|(from, price)| (*from, *price))
    }

    fn day(&self, day: NaiveDate) -> Option<Terms> {
        let (from, price) = self.price(day).filter(|_| self.is_active(day))?;
        let absence = self.absence.filter(|(from, to, _)| *from <= day && day <= *to);
        Some((from, price, absence.map_or(100, |(_, _, percent)| percent), absence.is_some()))
    }

    /// Pence owed for the days from `first` to `last`: each run of days that are paid alike is rounded once.
    pub(crate) fn owed(&self, first: NaiveDate, last: NaiveDate) -> Whole {
        let days: Vec<_> = first.iter_days().take_while(|day| *day <= last).collect();
        if !self.given.is_empty() {
            return days.iter().map(|day| self.week(*day)).sum();
        }
        let mut pence = 0;
        let mut run: Option<(Terms, Whole)> = None;
        for day in days.iter().map(|day| self.day(*day)).chain([None]) {
            match (&mut run, day) {
                (Some((like, count)), Some(day)) if *like == day => *count += 1,
                (_, next) => {
                    if let Some(((_, (quantity, price), percent, _), count)) = run.take() {
                        // Ten-thousandths twice, pence, percent, days a week.
                        let parts = 10_000 * 10_000 * 7;
                        pence += rounded(quantity * price * percent * count, parts);
                    }
                    run = next.map(|next| (next, 1));
                }
            }
        }
        let collected = self.contributions.values().map(|(from, weekly)| {
            let count = days.iter().filter(|day| self.is_active(**day) && from <= *day).count();
            rounded(-weekly * Whole::try_from(count).unwrap(), 7)
        });
        pence + collected.sum::<Whole>()
    }

    /// Pence for the week of care by the hour that begins on `day`, if one does.
    fn week(&self, day: NaiveDate) -> Whole {
        let given = self.given.get(&day).copied().unwrap_or_default();
        let (_, (_, price)) = self.price(day).unwrap_or_default();
        rounded(given * price * 100, 10_000 * 10_000)
    }
}

/// `number / parts`, half away from zero.
fn rounded(number: Whole, parts: Whole) -> Whole {
    let half = (number.abs() * 2 + parts).div_euclid(parts * 2);
    half * number.signum()
}

/// `"12.34"` in ten-thousandths.
pub(crate) fn ten_thousandths(text: &str) -> Whole {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (pounds, parts) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: Whole = format!("{pounds}{parts:0<4}").parse().expect("digits");
    if negative { -whole } else { whole }
}

/// `"12.34"` in pence.
pub(crate) fn pence(text: &str) -> Whole {
    ten_thousandths(text).div_euclid(100)
}

/// The day so many days after.
pub(crate) fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn care() -> Care {
        let weekly = (10_000, ten_thousandths("865.46"));
        Care {
            start: day("2022-08-03"),
            prices: [(day("2022-08-03"), weekly)].into(),
            ..Care::default()
        }
    }

    /// The worked examples of the specification.
    #[test]
    fn the_model_pays_what_the_worked_examples_say() {
        let (first, last) = (day("2022-10-31"), day("2022-11-27"));
        let owed = |care: Care| care.owed(first, last);
        assert_eq!(owed(care()), 346_184);
        assert_eq!(owed(Care { start: day("2022-11-03"), ..care() }), 309_093);
        assert_eq!(owed(Care { end: Some(day("2022-11-12")), ..care() }), 160_728);
        let collected = ("client", (day("2022-08-03"), 16_230));
        assert_eq!(owed(Care { contributions: [collected].into(), ..care() }), 281_264);
        let dearer = (day("2025-04-01"), (10_000, ten_thousandths("908.73")));
        let mut changed = care();
        changed.prices.extend([dearer]);
        assert_eq!(changed.owed(day("2025-03-17"), day("2025-04-13")), 354_220);
        let hospital = Some((day("2022-11-28"), day("2022-12-25"), 60));
        let away = Care { absence: hospital, ..care() };
        assert_eq!(away.owed(day("2022-11-28"), day("2022-12-11")), 103_855);
    }

    #[test]
    fn a_week_of_hours_is_rounded_once() {
        let given = [(day("2022-10-31"), ten_thousandths("9.75"))].into();
        let prices = [(day("2022-08-03"), (0, ten_thousandths("22.34")))].into();
        let hours = Care { prices, given, ..care() };
        assert_eq!(hours.owed(day("2022-10-31"), day("2022-11-27")), 21_782);
    }
}
