//! The names of the council's files.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Feed, FileProblem};
use crate::clock::london_instant;
use crate::schema::is_text;

/// Where the council drops its files.
const INBOX: &str = "council/inbox/";
/// Where it finds our answers.
const OUTBOX: &str = "council/outbox/";
/// A file that begins with this applies nothing and answers with what would change.
const DRY_RUN: &str = "DRYRUN_";
/// How a time is written in a file's name.
const TIME_FORMAT: &str = "%Y%m%dT%H%M%S";
/// `20260401T093000`
const TIME_LENGTH: usize = 15;

/// The time in a file's name: its rows say what was true then. Only its order matters, so it has no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileTime(NaiveDateTime);

/// A text is not the time of a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not a time such as 20260401T093000")]
pub struct NotAFileTime(String);

impl FileTime {
    /// The time that a file made at `instant` would have in its name: London's, as the council's clocks show it.
    pub fn of_instant(instant: DateTime<Utc>) -> Self {
        let local = instant.with_timezone(&London).naive_local();
        Self(local.with_nanosecond(0).unwrap_or(local))
    }
}

impl FileTime {
    /// The next second, for a file whose name is taken; none at the end of all time.
    #[must_use]
    pub fn next_second(self) -> Option<Self> {
        self.0.checked_add_signed(TimeDelta::seconds(1)).map(Self)
    }

    /// The instant that it was on London's clocks.
    pub fn instant(self) -> DateTime<Utc> {
        london_instant(self.0)
    }

    /// The day in the name.
    pub fn date(self) -> NaiveDate {
        self.0.date()
    }
}

is_text!(
    FileTime,
    "The time in the name of a file, as London's clocks showed it",
    "20260401T093000",
    r"^\d{8}T\d{6}$"
);

impl FromStr for FileTime {
    type Err = NotAFileTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // By itself chrono takes a sign and spaces before each number.
        let plain = text.len() == TIME_LENGTH
            && text.split('T').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        match NaiveDateTime::parse_from_str(text, TIME_FORMAT) {
            Ok(time) if plain => Ok(Self(time)),
            Ok(_) | Err(_) => Err(NotAFileTime(text.to_owned())),
        }
    }
}

impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format(TIME_FORMAT).fmt(f)
    }
}

impl TryFrom<String> for FileTime {
    type Error = NotAFileTime;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FileTime> for String {
    fn from(time: FileTime) -> Self {
        time.to_string()
    }
}

/// `council/inbox/cplis_20260401T093000.csv`, understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    /// What its rows are about.
    pub feed: Feed,
    /// When it was made.
    pub time: FileTime,
    /// Whether it applies nothing and answers with what would change.
    pub dry_run: bool,
    stem: String,
}

impl FileName {
    /// Understands the key of a dropped object.
    ///
    /// # Errors
    ///
    /// [`FileProblem::BadName`] or [`FileProblem::UnknownFeed`].
    pub fn of_key(key: &str) -> Result<Self, FileProblem> {
        let bad = || FileProblem::BadName(plain_name(key));
        let name = key.strip_prefix(INBOX).ok_or_else(bad)?;
        let stem = stem(name).ok_or_else(bad)?;
        let dry = stem.get(..DRY_RUN.len()).filter(|it| it.eq_ignore_ascii_case(DRY_RUN));
        let plain = dry.and_then(|dry| stem.get(dry.len()..)).unwrap_or(stem);
        let (feed, time) = plain.rsplit_once('_').ok_or_else(bad)?;
        let time = time.to_ascii_uppercase().parse().map_err(|_not_a_time| bad())?;
        Ok(Self { feed: feed.parse()?, time, dry_run: dry.is_some(), stem: stem.to_owned() })
    }

    /// The name of a file of `feed` that the portal drops itself.
    pub fn made(feed: Feed, time: FileTime, dry_run: bool) -> Self {
        let stem = format!("{}{feed}_{time}", if dry_run { DRY_RUN } else { "" });
        Self { feed, time, dry_run, stem }
    }

    /// The key under which it is dropped.
    pub fn key(&self) -> String {
        format!("{INBOX}{}.csv", self.stem)
    }

    /// The name without `.csv`.
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// Whether a dropped object is meant to be a file of rows. A PDF beside them is not.
    pub fn is_for_rows(key: &str) -> bool {
        let name = key.rsplit('/').next().unwrap_or(key);
        !name.is_empty()
            && name.rsplit_once('.').is_none_or(|(_, kind)| !kind.eq_ignore_ascii_case("pdf"))
    }

    /// Where the rows that were not applied are answered, also for a name that is not understood.
    pub fn log_key(key: &str) -> String {
        format!("{OUTBOX}{}_log.csv", plain_name(key))
    }

    /// Where the counts are answered.
    pub fn summary_key(key: &str) -> String {
        format!("{OUTBOX}{}_summary.json", plain_name(key))
    }

    /// Where the rows are answered that were kept, and could not be applied later either.
    pub fn retry_log_key(stem: &str) -> String {
        format!("{OUTBOX}{stem}_retry_log.csv")
    }
}

/// The last part of a key without `.csv`.
fn plain_name(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    stem(name).unwrap_or(name).to_owned()
}

/// The name without `.csv`, in any case.
fn stem(name: &str) -> Option<&str> {
    let (stem, kind) = name.rsplit_once('.')?;
    kind.eq_ignore_ascii_case("csv").then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(file: &str) -> Result<FileName, FileProblem> {
        FileName::of_key(&format!("council/inbox/{file}"))
    }

    #[test]
    fn a_name_says_feed_time_and_whether_it_is_a_dry_run() {
        let plain = name("cplis_20260401T093000.csv").unwrap();
        assert_eq!((plain.feed, plain.dry_run), (Feed::Cplis, false));
        assert_eq!(plain.time.to_string(), "20260401T093000");
        assert_eq!(plain.stem(), "cplis_20260401T093000");
        let dry = name("DRYRUN_providers_20260401T093000.CSV").unwrap();
        assert_eq!((dry.feed, dry.dry_run), (Feed::Providers, true));
        assert_eq!(dry.stem(), "DRYRUN_providers_20260401T093000");
    }

    #[test]
    fn a_name_that_the_portal_makes_is_understood_as_what_it_is() {
        let time: FileTime = "20260401T235959".parse().unwrap();
        for dry_run in [false, true] {
            let made = FileName::made(Feed::ActionTypes, time, dry_run);
            assert_eq!(FileName::of_key(&made.key()), Ok(made));
        }
        assert_eq!(time.next_second().unwrap().to_string(), "20260402T000000");
    }

    #[test]
    fn a_later_file_has_a_later_time() {
        let earlier = name("cplis_20260401T093000.csv").unwrap().time;
        assert!(earlier < name("cplis_20260401T093001.csv").unwrap().time);
    }

    #[test]
    fn a_name_that_is_not_understood_is_told_with_an_example() {
        for file in ["cplis.csv", "cplis_2026.csv", "cplis_20260401T093000.xlsx", "x/cplis_1.csv"] {
            assert_eq!(name(file).unwrap_err().code(), "F06", "{file}");
        }
        assert_eq!(name("cpli_20260401T093000.csv").unwrap_err().code(), "F07");
        assert_eq!(name("cplis_20261301T093000.csv").unwrap_err().code(), "F06");
        assert_eq!(name("cplis_202604010T93000.csv").unwrap_err().code(), "F06");
    }

    #[test]
    fn answers_are_named_after_the_file_also_if_its_name_is_not_understood() {
        let key = "council/inbox/cplis_20260401T093000.csv";
        assert_eq!(FileName::log_key(key), "council/outbox/cplis_20260401T093000_log.csv");
        assert_eq!(FileName::summary_key(key), "council/outbox/cplis_20260401T093000_summary.json");
        assert_eq!(FileName::log_key("council/inbox/a/b.xlsx"), "council/outbox/b.xlsx_log.csv");
    }

    #[test]
    fn a_pdf_beside_the_files_is_not_one_of_them() {
        assert!(!FileName::is_for_rows("council/inbox/agreement.PDF"));
        assert!(!FileName::is_for_rows("council/inbox/"));
        assert!(FileName::is_for_rows("council/inbox/cplis"));
        assert!(FileName::is_for_rows("council/inbox/cplis_20260401T093000.csv"));
    }

    #[test]
    fn the_time_of_a_file_has_all_of_its_digits() {
        let time: FileTime = "20260401T093000".parse().unwrap();
        assert_eq!(String::from(time), "20260401T093000");
        for text in [
            "20260401T09300",
            "2026041T093000",
            "20260401T0930000",
            "",
            "-0260401T093000",
            "+2026 41T093000",
        ] {
            text.parse::<FileTime>().unwrap_err();
        }
        let key = FileName::retry_log_key("cplis_20260401T093000");
        assert_eq!(key, "council/outbox/cplis_20260401T093000_retry_log.csv");
    }
}
