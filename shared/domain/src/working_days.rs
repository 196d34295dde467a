//! On which days the council works: not on Saturdays and Sundays, nor on England's bank holidays.
//!
//! The days follow from the Banking and Financial Dealings Act 1971 and its yearly proclamations: a bank holiday that
//! falls on a weekend has a substitute on the next weekday that is none itself. What was proclaimed for one year
//! only is listed. A future proclamation is told by the setting `closed_dates`.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// So far ahead nothing is due: a limit for the search.
const DAYS_AHEAD_MAX: u16 = 2_000;

/// One-off bank holidays: the Platinum Jubilee, the State Funeral and the Coronation.
const ONE_OFFS: [(i32, u32, u32); 3] = [(2022, 6, 3), (2022, 9, 19), (2023, 5, 8)];

/// The days on which the council does not work beside weekends and bank holidays.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkingDays<'a> {
    closed: &'a [NaiveDate],
}

impl<'a> WorkingDays<'a> {
    /// With these days beside the bank holidays, in any order.
    pub fn without(closed: &'a [NaiveDate]) -> Self {
        Self { closed }
    }

    /// Whether the council works on `day`.
    pub fn has(self, day: NaiveDate) -> bool {
        !is_weekend(day) && !self.closed.contains(&day) && !is_bank_holiday(day)
    }

    /// The `count`-th working day after `day`; `day` itself if that is none of them and `count` is 0. A council that
    /// never works is not waited for: after 2,000 days the search ends.
    pub fn after(self, day: NaiveDate, count: u16) -> NaiveDate {
        let (mut at, mut left) = (day, count);
        for _ in 0..DAYS_AHEAD_MAX {
            if left == 0 {
                break;
            }
            let Some(next) = at.succ_opt() else { break };
            at = next;
            if self.has(at) {
                left = left.saturating_sub(1);
            }
        }
        at
    }
}

/// Whether `day` is a bank holiday in England, or the substitute of one.
pub fn is_bank_holiday(day: NaiveDate) -> bool {
    bank_holidays(day.year()).contains(&day)
}

/// The bank holidays of a year in England, in order.
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut add = |day: Option<NaiveDate>| {
        // A substitute is the next weekday that is no bank holiday already.
        let mut day = day;
        while let Some(at) = day {
            if !is_weekend(at) && !days.contains(&at) {
                days.push(at);
                break;
            }
            day = at.succ_opt();
        }
    };
    add(NaiveDate::from_ymd_opt(year, 1, 1));
    let easter = easter_sunday(year);
    add(easter.and_then(|day| day.checked_sub_days(Days::new(2))));
    add(easter.and_then(|day| day.succ_opt()));
    add(early_may(year));
    add(spring(year));
    add(last_monday(year, 8));
    // Boxing Day first where it is a Monday: then Christmas Day's substitute is the Tuesday.
    let christmas = NaiveDate::from_ymd_opt(year, 12, 25);
    let boxing = NaiveDate::from_ymd_opt(year, 12, 26);
    if boxing.is_some_and(is_weekend) {
        add(christmas);
        add(boxing);
    } else {
        add(boxing);
        add(christmas);
    }
    for (of, month, day) in ONE_OFFS {
        if of == year {
            add(NaiveDate::from_ymd_opt(of, month, day));
        }
    }
    days.sort_unstable();
    days
}

/// The first Monday of May; in 2020 the 75th anniversary of VE Day instead.
fn early_may(year: i32) -> Option<NaiveDate> {
    match year {
        2020 => NaiveDate::from_ymd_opt(2020, 5, 8),
        _ => NaiveDate::from_weekday_of_month_opt(year, 5, Weekday::Mon, 1),
    }
}

/// The last Monday of May; in 2022 moved to the Jubilee's Thursday.
fn spring(year: i32) -> Option<NaiveDate> {
    match year {
        2022 => NaiveDate::from_ymd_opt(2022, 6, 2),
        _ => last_monday(year, 5),
    }
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    let nth = |n| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, n);
    nth(5).or_else(|| nth(4))
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm of 1876 (Meeus, Jones and Butcher).
#[expect(
    clippy::integer_division,
    clippy::modulo_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::many_single_char_names,
    reason = "the algorithm is whole quotients and remainders of a year, written with its own letters; a year of the \
              calendar is far from overflow"
)]
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let year = year.clamp(1583, 9999);
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// As gov.uk/bank-holidays lists them for England and Wales.
    const KNOWN: [(i32, &str); 9] = [
        (2019, "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
    ];

    #[test]
    fn the_bank_holidays_of_each_year_are_those_that_were_proclaimed() {
        for (year, expected) in KNOWN {
            let days: Vec<_> =
                bank_holidays(year).iter().map(|day| day.format("%m-%d").to_string()).collect();
            assert_eq!(days.join(" "), expected, "{year}");
        }
    }

    #[test]
    fn easter_is_where_the_tables_have_it() {
        for expected in [
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2014-04-20",
            "2033-04-17",
            "2038-04-25",
            "2076-04-19",
        ] {
            assert_eq!(easter_sunday(day(expected).year()), Some(day(expected)));
        }
    }

    #[test]
    fn a_due_date_leaves_out_weekends_bank_holidays_and_the_councils_own_days() {
        let plain = WorkingDays::default();
        for (from, count, due) in [
            ("2024-03-08", 5, "2024-03-15"),
            ("2026-12-23", 2, "2026-12-29"),
            ("2026-12-24", 7, "2027-01-07"),
            ("2022-09-16", 1, "2022-09-20"),
            ("2026-04-02", 1, "2026-04-07"),
            ("2026-11-22", 1, "2026-11-23"),
            ("2026-11-22", 0, "2026-11-22"),
        ] {
            assert_eq!(plain.after(day(from), count), day(due), "{count} from {from}");
        }
        let closed = [day("2026-12-29"), day("2026-12-30")];
        assert_eq!(WorkingDays::without(&closed).after(day("2026-12-24"), 1), day("2026-12-31"));
    }

    proptest! {
        #[test]
        fn what_is_due_is_a_working_day_with_just_so_many_since(
            from in 0_u64..20_000, count in 1_u16..60, closed in proptest::collection::vec(0_u64..20_000, 0..40)
        ) {
            let first = day("1990-01-01");
            let at = |days: u64| first.checked_add_days(Days::new(days)).unwrap();
            let closed: Vec<_> = closed.into_iter().map(at).collect();
            let (from, days) = (at(from), WorkingDays::without(&closed));
            let due = days.after(from, count);
            prop_assert!(days.has(due) && due > from);
            let between = from.iter_days().skip(1).take_while(|day| *day <= due).filter(|day| days.has(*day));
            prop_assert_eq!(between.count(), usize::from(count));
            prop_assert_eq!(days.after(days.after(from, count), 1), days.after(from, count.saturating_add(1)));
        }

        #[test]
        fn every_year_has_eight_bank_holidays_on_weekdays_and_those_that_were_proclaimed_once(year in 1990_i32..2200) {
            let days = bank_holidays(year);
            let once = ONE_OFFS.iter().filter(|it| it.0 == year).count();
            prop_assert_eq!(days.len().checked_sub(once), Some(8));
            prop_assert!(days.iter().all(|day| !is_weekend(*day) && day.year() == year));
        }
    }
}
