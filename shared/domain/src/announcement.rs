//! What the council tells everybody on every page: plain text, from one day to another (S0, S2: a portal that is rolled
//! out in phases has something to tell).
//!
//! What was announced is never rewritten: another text takes the place of one, and the one before stays in the history.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};
use crate::ids::StaffRef;

/// The longest text, in characters: more is no announcement that anybody reads.
pub const TEXT_LENGTH_MAX: usize = 500;

/// So many are on the board at a time, at most: nobody reads more.
pub const ON_BOARD_MAX: usize = 10;

/// Whom an announcement is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever opens a page, signed in or not.
    Everybody,
    /// Providers' people who are signed in.
    Providers,
    /// The council's people who are signed in.
    Staff,
}

/// Who opens a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody of a provider.
    Provider,
    /// Somebody of the council.
    Staff,
}

impl Audience {
    /// Whether it is for `reader`.
    pub fn includes(self, reader: Reader) -> bool {
        match self {
            Self::Everybody => true,
            Self::Providers => reader == Reader::Provider,
            Self::Staff => reader == Reader::Staff,
        }
    }
}

/// Who did something about an announcement, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcer {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by name.
    pub name: String,
    /// Who.
    pub staff_ref: StaffRef,
}

/// Something that the council tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Its name: sent twice, it is one.
    pub announcement_id: String,
    /// What it says, in plain text.
    pub text: String,
    /// Whom it is for.
    pub audience: Audience,
    /// The first day that it is shown.
    pub from_date: NaiveDate,
    /// The last day; none: until it is withdrawn.
    pub to_date: Option<NaiveDate>,
    /// Who made it.
    pub made: Announcer,
    /// Who withdrew it, or put another in its place.
    pub withdrawn: Option<Announcer>,
    /// Which one it took the place of.
    pub replaces: Option<String>,
}

/// What somebody wants to tell.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// What it says.
    pub text: &'a str,
    /// Whom it is for.
    pub audience: Audience,
    /// The first day.
    pub from_date: NaiveDate,
    /// The last day.
    pub to_date: Option<NaiveDate>,
}

/// Why something is not announced.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotAnnounce {
    /// What was typed will not do.
    #[error("There is a problem with what you entered.")]
    Invalid(Vec<FieldError>),
    /// There are enough already.
    #[error("There are {ON_BOARD_MAX} announcements already. Withdraw one first.")]
    TooMany,
    /// The one that it is about is not on the board any more.
    #[error("This announcement was withdrawn or has ended. Load the page again.")]
    Gone,
}

impl Failure for CannotAnnounce {
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::TooMany | Self::Gone => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::TooMany => "too-many-announcements",
            Self::Gone => "announcement-gone",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::TooMany | Self::Gone => Vec::new(),
        }
    }
}

impl Wish<'_> {
    /// The announcement, as it is made on `today`.
    ///
    /// # Errors
    ///
    /// [`CannotAnnounce::Invalid`] with everything that is wrong.
    pub fn made(
        &self,
        announcement_id: &str,
        made: Announcer,
        today: NaiveDate,
    ) -> Result<Announcement, CannotAnnounce> {
        let text = self.text.trim();
        let mut wrong = Vec::new();
        match text.chars().count() {
            0 => wrong.push(FieldError::new("text", "Enter what the announcement says")),
            1..=TEXT_LENGTH_MAX => {}
            _ => {
                let message = format!("Announcement must be {TEXT_LENGTH_MAX} characters or fewer");
                wrong.push(FieldError::new("text", message));
            }
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            wrong.push(FieldError::new("text", "Announcement must be plain text"));
        }
        if self.to_date.is_some_and(|last| last < self.from_date) {
            wrong.push(FieldError::new("to_date", "The last day must not be before the first"));
        } else if self.to_date.is_some_and(|last| last < today) {
            wrong.push(FieldError::new("to_date", "The last day must be today or later"));
        }
        if !wrong.is_empty() {
            return Err(CannotAnnounce::Invalid(wrong));
        }
        Ok(Announcement {
            announcement_id: announcement_id.to_owned(),
            text: text.to_owned(),
            audience: self.audience,
            from_date: self.from_date,
            to_date: self.to_date,
            made,
            withdrawn: None,
            replaces: None,
        })
    }
}

impl Announcement {
    /// Whether its last day is over.
    pub fn has_ended(&self, today: NaiveDate) -> bool {
        self.to_date.is_some_and(|last| last < today)
    }

    /// Whether `reader` is shown it on `today`.
    pub fn is_shown(&self, reader: Reader, today: NaiveDate) -> bool {
        let begun = self.from_date <= today;
        self.withdrawn.is_none()
            && begun
            && !self.has_ended(today)
            && self.audience.includes(reader)
    }
}

/// An announcement, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = AnnouncementShown)]
pub struct Shown {
    /// What tells it from others, for whoever has put it aside.
    pub announcement_id: String,
    /// What it says, in plain text.
    pub text: String,
}

/// What is announced now or will be: one record, so that every page learns of it by one question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// In the order in which they were made.
    pub announcements: Vec<Announcement>,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Board {
    /// What `reader` is shown on `today`, the newest first.
    pub fn shown(&self, reader: Reader, today: NaiveDate) -> Vec<Shown> {
        let shown = self.announcements.iter().rev().filter(|it| it.is_shown(reader, today));
        let said = |it: &Announcement| Shown {
            announcement_id: it.announcement_id.clone(),
            text: it.text.clone(),
        };
        shown.map(said).collect()
    }

    /// Whether an announcement is on it.
    pub fn has(&self, announcement_id: &str) -> bool {
        self.announcements.iter().any(|it| it.announcement_id == announcement_id)
    }

    /// With a new announcement, in place of the one that it replaces; what has ended by `today` is cleared away. The
    /// other is the one that it took the place of.
    ///
    /// # Errors
    ///
    /// [`CannotAnnounce::TooMany`], or [`CannotAnnounce::Gone`] if there is none to replace.
    pub fn with(
        self,
        announcement: Announcement,
        today: NaiveDate,
    ) -> Result<(Self, Option<Announcement>), CannotAnnounce> {
        let (mut board, replaced) = match &announcement.replaces {
            Some(replaced) => {
                let (board, replaced) = self.without(replaced, &announcement.made, today)?;
                (board, Some(replaced))
            }
            None => (self, None),
        };
        board.announcements.retain(|it| !it.has_ended(today));
        if board.announcements.len() >= ON_BOARD_MAX {
            return Err(CannotAnnounce::TooMany);
        }
        board.announcements.push(announcement);
        Ok((board, replaced))
    }

    /// Without an announcement, and that one as `by` withdrew it.
    ///
    /// # Errors
    ///
    /// [`CannotAnnounce::Gone`] if it is not on the board, or has ended.
    pub fn without(
        mut self,
        announcement_id: &str,
        by: &Announcer,
        today: NaiveDate,
    ) -> Result<(Self, Announcement), CannotAnnounce> {
        let at = self.announcements.iter().position(|it| it.announcement_id == announcement_id);
        let gone = self.announcements.remove(at.ok_or(CannotAnnounce::Gone)?);
        if gone.has_ended(today) {
            return Err(CannotAnnounce::Gone);
        }
        Ok((self, Announcement { withdrawn: Some(by.clone()), ..gone }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const TODAY: &str = "2026-06-10";

    fn by() -> Announcer {
        Announcer {
            at: "2026-06-10T09:00:00Z".parse().unwrap(),
            name: "Connie Figg".to_owned(),
            staff_ref: "ST08".parse().unwrap(),
        }
    }

    fn wish(text: &str) -> Wish<'_> {
        let (from_date, to_date) = (day("2026-06-11"), Some(day("2026-06-12")));
        Wish { text, audience: Audience::Everybody, from_date, to_date }
    }

    fn made(id: &str) -> Announcement {
        wish("Closed at Whitsun").made(id, by(), day(TODAY)).unwrap()
    }

    #[test]
    fn an_announcement_is_shown_from_its_first_day_to_its_last() {
        let shown = |on: &str| made("a").is_shown(Reader::SignedOut, day(on));
        let days = ["2026-06-10", "2026-06-11", "2026-06-12", "2026-06-13"];
        assert_eq!(days.map(shown), [false, true, true, false]);
        let open = Announcement { to_date: None, ..made("a") };
        assert!(open.is_shown(Reader::Staff, day("2036-06-11")));
        let withdrawn = Announcement { withdrawn: Some(by()), ..made("a") };
        assert!(!withdrawn.is_shown(Reader::Staff, day("2026-06-11")));
    }

    #[test]
    fn each_side_reads_what_is_for_it_and_whoever_is_signed_out_what_is_for_everybody() {
        let readers = [Reader::SignedOut, Reader::Provider, Reader::Staff];
        let read = |audience: Audience| readers.map(|reader| audience.includes(reader));
        assert_eq!(read(Audience::Everybody), [true, true, true]);
        assert_eq!(read(Audience::Providers), [false, true, false]);
        assert_eq!(read(Audience::Staff), [false, false, true]);
    }

    #[test]
    fn everything_wrong_with_an_announcement_is_said_at_once() {
        let fields = |wish: Wish<'_>| match wish.made("a", by(), day(TODAY)) {
            Err(CannotAnnounce::Invalid(fields)) => {
                fields.into_iter().map(|it| it.field).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let early = Wish { to_date: Some(day("2026-06-01")), ..wish(" ") };
        assert_eq!(fields(early), ["text", "to_date"]);
        let over = Wish {
            from_date: day("2026-05-01"),
            to_date: Some(day("2026-06-09")),
            ..wish("\u{7}")
        };
        assert_eq!(fields(over), ["text", "to_date"]);
        assert_eq!(fields(wish(&"x".repeat(501))), ["text"]);
    }

    #[test]
    fn another_text_takes_the_place_of_one_that_stays_as_it_was_said() {
        let (board, _) = Board::default().with(made("a"), day(TODAY)).unwrap();
        let other = Announcement { replaces: Some("a".to_owned()), ..made("b") };
        let (board, replaced) = board.with(other, day(TODAY)).unwrap();
        assert!(board.has("b") && !board.has("a"));
        let replaced = replaced.unwrap();
        assert_eq!((replaced.text.as_str(), replaced.withdrawn), ("Closed at Whitsun", Some(by())));
        let again = Announcement { replaces: Some("a".to_owned()), ..made("c") };
        assert_eq!(board.with(again, day(TODAY)).unwrap_err(), CannotAnnounce::Gone);
    }

    #[test]
    fn a_board_is_never_full_of_what_has_ended() {
        let mut board = Board::default();
        for nth in 0..ON_BOARD_MAX {
            board = board.with(made(&nth.to_string()), day(TODAY)).unwrap().0;
        }
        assert_eq!(board.clone().with(made("x"), day(TODAY)).unwrap_err(), CannotAnnounce::TooMany);
        let later = day("2026-06-13");
        let gone = board.clone().without("0", &by(), later);
        assert_eq!(gone.unwrap_err(), CannotAnnounce::Gone);
        let open = Announcement { to_date: None, ..made("x") };
        let (board, _) = board.with(open, later).unwrap();
        assert_eq!(board.announcements.len(), 1);
    }

    #[test]
    fn an_announcement_may_be_of_one_day_and_end_today() {
        let today = day(TODAY);
        let one_day = Wish { from_date: today, to_date: Some(today), ..wish("Closed") };
        assert_eq!(one_day.made("a", by(), today).unwrap().to_date, Some(today));
        let message = |wish: Wish<'_>| match wish.made("a", by(), today) {
            Err(CannotAnnounce::Invalid(fields)) => fields[0].message.clone(),
            other => panic!("{other:?}"),
        };
        let early = Wish { to_date: Some(day("2026-06-01")), ..wish("Closed") };
        assert_eq!(message(early), "The last day must not be before the first");
        assert_eq!(message(wish("")), "Enter what the announcement says");
    }

    #[test]
    fn the_newest_announcement_is_read_first() {
        let (board, _) = Board::default().with(made("a"), day(TODAY)).unwrap();
        let (board, _) = board.with(made("b"), day(TODAY)).unwrap();
        let shown = |on: &str| {
            let shown = board.shown(Reader::Staff, day(on)).into_iter();
            shown.map(|it| (it.announcement_id, it.text)).collect::<Vec<_>>()
        };
        let said = |id: &str| (id.to_owned(), "Closed at Whitsun".to_owned());
        assert_eq!(shown("2026-06-11"), [said("b"), said("a")]);
        assert_eq!(shown("2026-06-13"), []);
    }
}
