//! Days, spans and instants as a person reads them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;

/// `1 April 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `1 Apr 2026`, for tables.
pub(crate) fn short_day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// The day of an instant in London.
pub(crate) fn day_of(at: DateTime<Utc>) -> String {
    day(Now::at(at).date)
}
