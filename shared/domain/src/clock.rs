//! The time, as handed to us by whoever called.

use chrono::{
    DateTime, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc,
};
use chrono_tz::Europe::London;

/// An instant, and the date it fell on in London.
///
/// They differ for an hour each summer night: 23:30 UTC on a Friday in June is already Saturday here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For records and deadlines: which of two things happened first.
    pub instant: DateTime<Utc>,
    /// For rules about days.
    pub date: NaiveDate,
}

impl Now {
    /// The instant with its London date.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self { instant, date: london_date(instant) }
    }
}

/// The date in London at `instant`.
pub fn london_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

/// The last day whose daily email is due at `instant`, when those of a day are due from `hour` on of the next.
pub fn last_day_told(instant: DateTime<Utc>, hour: u32) -> Option<NaiveDate> {
    let local = instant.with_timezone(&London);
    let days = if local.hour() >= hour { 1 } else { 2 };
    local.date_naive().checked_sub_days(Days::new(days))
}

/// An instant as the clock in London shows it: `5pm on 25 November 2022`.
pub fn london_text(instant: DateTime<Utc>) -> String {
    let local = instant.with_timezone(&London);
    let (on_the_hour, hour) = (local.minute() == 0, local.hour());
    match (on_the_hour, hour) {
        (true, 0) => local.format("midnight on %-d %B %Y").to_string(),
        (true, 12) => local.format("midday on %-d %B %Y").to_string(),
        (true, _) => local.format("%-I%P on %-d %B %Y").to_string(),
        (false, _) => local.format("%-I:%M%P on %-d %B %Y").to_string(),
    }
}

/// The instant of a London wall-clock time.
///
/// In the hour that comes twice in October the first is meant; a time in the hour that is skipped in March is
/// read as if the clocks had not yet changed. So every wall-clock time means exactly one instant.
pub fn london_instant(local: NaiveDateTime) -> DateTime<Utc> {
    match London.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => {
            let hour_earlier = local.checked_sub_signed(Duration::hours(1)).unwrap_or(local);
            let before = London.from_local_datetime(&hour_earlier).earliest();
            let before =
                before.map_or_else(|| Utc.from_utc_datetime(&local), |it| it.with_timezone(&Utc));
            before.checked_add_signed(Duration::hours(1)).unwrap_or(before)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> String {
        london_instant(text.parse().unwrap()).to_rfc3339()
    }

    #[test]
    fn a_summer_deadline_is_an_hour_earlier_in_utc() {
        assert_eq!(local("2026-07-01T17:00:00"), "2026-07-01T16:00:00+00:00");
        assert_eq!(local("2026-12-01T17:00:00"), "2026-12-01T17:00:00+00:00");
    }

    #[test]
    fn the_hours_the_clocks_change_mean_one_instant_each() {
        assert_eq!(local("2026-03-29T01:30:00"), "2026-03-29T01:30:00+00:00");
        assert_eq!(local("2026-10-25T01:30:00"), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn a_deadline_is_told_as_the_clock_on_the_wall_shows_it() {
        let text = |instant: &str| london_text(instant.parse().unwrap());
        assert_eq!(text("2022-11-25T17:00:00Z"), "5pm on 25 November 2022");
        assert_eq!(text("2026-07-01T08:30:00Z"), "9:30am on 1 July 2026");
        assert_eq!(text("2026-06-30T23:00:00Z"), "midnight on 1 July 2026");
        assert_eq!(text("2026-12-01T12:00:00Z"), "midday on 1 December 2026");
    }

    #[test]
    fn the_email_about_a_day_is_due_from_an_hour_of_the_next_on_a_london_clock() {
        let told = |text: &str| last_day_told(text.parse().unwrap(), 7).unwrap().to_string();
        assert_eq!(told("2026-07-02T05:59:59Z"), "2026-06-30");
        assert_eq!(told("2026-07-02T06:00:00Z"), "2026-07-01");
        assert_eq!(told("2026-12-02T06:59:59Z"), "2026-11-30");
        assert_eq!(told("2026-12-02T07:00:00Z"), "2026-12-01");
    }

    #[test]
    fn late_on_a_summer_evening_in_utc_is_tomorrow_in_london() {
        let now = Now::at("2026-06-05T23:30:00Z".parse().unwrap());
        assert_eq!(now.date.to_string(), "2026-06-06");
    }
}
