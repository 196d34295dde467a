//! What the council writes at the foot of remittance advices: to one provider, about one contract, or to everybody who
//! is paid in a cycle.
//!
//! A note stands on the remittance advices whose pay date lies in its dates. It is never changed: it is withdrawn, and
//! another is written. What a finalised payment was sent with stays as it was.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ContractRef, CycleRef, ProviderRef, StaffRef};

/// The longest note, in characters: a paragraph at the foot of a page.
pub const NOTE_LENGTH_MAX: usize = 500;
/// The longest reason of a withdrawal, in characters.
pub const WITHDRAWAL_LENGTH_MAX: usize = 500;
/// How many notes may stand to one provider, about one contract or in one cycle: they are kept with each payment.
pub const NOTES_MAX: usize = 10;

/// On whose remittance advices a note stands.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NoteAbout {
    /// On all of one provider.
    Provider {
        /// Whose.
        provider_ref: ProviderRef,
    },
    /// On those of one contract.
    Contract {
        /// The contract's provider.
        provider_ref: ProviderRef,
        /// Which.
        contract_ref: ContractRef,
    },
    /// On those of everybody who is paid in a cycle.
    Cycle {
        /// Which.
        cycle_ref: CycleRef,
    },
}

impl NoteAbout {
    /// The provider to whom it is written, if it is to one.
    pub fn provider(&self) -> Option<&ProviderRef> {
        match self {
            Self::Provider { provider_ref } | Self::Contract { provider_ref, .. } => {
                Some(provider_ref)
            }
            Self::Cycle { .. } => None,
        }
    }

    /// Whether `reader`, who is paid by a contract of `owner`, reads the note: what is written to a provider or about
    /// its contract is not for those who are paid its voids.
    fn is_for(&self, reader: &ProviderRef) -> bool {
        match self {
            Self::Provider { provider_ref } | Self::Contract { provider_ref, .. } => {
                provider_ref == reader
            }
            Self::Cycle { .. } => true,
        }
    }
}

/// A note of the council's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemittanceNote {
    /// Made of who asked and the name of the request: the same request twice is one note.
    pub id: String,
    /// On whose remittance advices it stands.
    pub about: NoteAbout,
    /// The first pay date that it stands for.
    pub from_date: NaiveDate,
    /// The last pay date that it stands for.
    pub to_date: NaiveDate,
    /// What providers read: one paragraph.
    pub text: String,
    /// Who wrote it.
    pub by: StaffRef,
    /// Their name, as it was.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody took a note back: payments that are finalised later do not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteWithdrawal {
    /// Which note.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: StaffRef,
    /// Their name, as it was.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A note as a finalised payment has it, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedNote {
    /// On whose remittance advices it stands.
    pub about: NoteAbout,
    /// What they read.
    pub text: String,
}

/// Why a note is not written or withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotNote {
    /// It says nothing.
    #[error("Enter the note.")]
    TextRequired,
    /// It is over [`NOTE_LENGTH_MAX`].
    #[error("The note is too long. Use {NOTE_LENGTH_MAX} characters or fewer.")]
    TextTooLong,
    /// It ends before it begins.
    #[error("The last pay date is before the first.")]
    EndsBeforeItBegins,
    /// It would stand on no remittance advice that is still to come.
    #[error("The last pay date has passed.")]
    Past,
    /// [`NOTES_MAX`] stand there.
    #[error("{NOTES_MAX} notes stand there already. Withdraw one first.")]
    TooMany,
    /// Nothing says why it is withdrawn.
    #[error("Say why.")]
    ReasonRequired,
    /// It is over [`WITHDRAWAL_LENGTH_MAX`].
    #[error("The reason is too long. Use {WITHDRAWAL_LENGTH_MAX} characters or fewer.")]
    ReasonTooLong,
    /// Somebody else withdrew it.
    #[error("This note was withdrawn. Read the list again.")]
    Withdrawn,
}

impl CannotNote {
    fn field(self) -> Option<FieldError> {
        let (field, message) = match self {
            Self::TextRequired => ("text", "Enter the note".to_owned()),
            Self::TextTooLong => ("text", format!("Use {NOTE_LENGTH_MAX} characters or fewer")),
            Self::EndsBeforeItBegins => {
                ("to_date", "Enter a day that is not before the first".to_owned())
            }
            Self::Past => ("to_date", "Enter a day that has not passed".to_owned()),
            Self::ReasonRequired => ("reason", "Enter why".to_owned()),
            Self::ReasonTooLong => {
                ("reason", format!("Use {WITHDRAWAL_LENGTH_MAX} characters or fewer"))
            }
            Self::TooMany | Self::Withdrawn => return None,
        };
        Some(FieldError::new(field, message))
    }
}

impl Failure for CannotNote {
    fn kind(&self) -> Kind {
        match self {
            Self::TooMany | Self::Withdrawn => Kind::Conflict,
            Self::TextRequired
            | Self::TextTooLong
            | Self::EndsBeforeItBegins
            | Self::Past
            | Self::ReasonRequired
            | Self::ReasonTooLong => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "too-many-notes",
            Self::Withdrawn => "note-withdrawn",
            Self::TextRequired
            | Self::TextTooLong
            | Self::EndsBeforeItBegins
            | Self::Past
            | Self::ReasonRequired
            | Self::ReasonTooLong => "invalid",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        self.field().into_iter().collect()
    }
}

impl RemittanceNote {
    /// The note, as one paragraph, if it may be written on `today` beside `standing` others.
    ///
    /// # Errors
    ///
    /// [`CannotNote`] says why not.
    pub fn written(self, standing: usize, today: NaiveDate) -> Result<Self, CannotNote> {
        let text = paragraph(&self.text);
        if text.is_empty() {
            return Err(CannotNote::TextRequired);
        }
        if text.chars().count() > NOTE_LENGTH_MAX {
            return Err(CannotNote::TextTooLong);
        }
        if self.to_date < self.from_date {
            return Err(CannotNote::EndsBeforeItBegins);
        }
        if self.to_date < today {
            return Err(CannotNote::Past);
        }
        if standing >= NOTES_MAX {
            return Err(CannotNote::TooMany);
        }
        Ok(Self { text, ..self })
    }

    /// Whether it stands on what is paid on `pay_date`.
    pub fn stands_on(&self, pay_date: NaiveDate) -> bool {
        (self.from_date..=self.to_date).contains(&pay_date)
    }
}

impl NoteWithdrawal {
    /// The withdrawal, if it says why.
    ///
    /// # Errors
    ///
    /// [`CannotNote`] if it does not, or at too great length.
    pub fn because(self) -> Result<Self, CannotNote> {
        let reason = paragraph(&self.reason);
        if reason.is_empty() {
            return Err(CannotNote::ReasonRequired);
        }
        if reason.chars().count() > WITHDRAWAL_LENGTH_MAX {
            return Err(CannotNote::ReasonTooLong);
        }
        Ok(Self { reason, ..self })
    }
}

/// What is fixed with a payment of `pay_date`: the notes that stand on it, the first written first, each once.
pub fn fixed(
    notes: impl IntoIterator<Item = RemittanceNote>,
    pay_date: NaiveDate,
) -> Vec<FixedNote> {
    let mut standing: Vec<_> = notes.into_iter().filter(|it| it.stands_on(pay_date)).collect();
    standing.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    standing.dedup_by(|a, b| a.id == b.id);
    standing.into_iter().map(|it| FixedNote { about: it.about, text: it.text }).collect()
}

/// What `reader` reads of the notes that a payment was fixed with.
pub fn read_by(notes: &[FixedNote], reader: &ProviderRef) -> Vec<FixedNote> {
    notes.iter().filter(|it| it.about.is_for(reader)).cloned().collect()
}

/// A text without line breaks, control characters and spaces that say nothing.
fn paragraph(text: &str) -> String {
    let plain: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn note(id: &str, about: NoteAbout, (from, to): (&str, &str)) -> RemittanceNote {
        RemittanceNote {
            id: id.to_owned(),
            about,
            from_date: day(from),
            to_date: day(to),
            text: format!("Note {id}"),
            by: "ST02".parse().unwrap(),
            name: "Martin Shaw".to_owned(),
            at: "2026-11-20T10:00:00Z".parse().unwrap(),
        }
    }

    fn to_provider(provider: &str) -> NoteAbout {
        NoteAbout::Provider { provider_ref: provider.parse().unwrap() }
    }

    fn in_cycle() -> NoteAbout {
        NoteAbout::Cycle { cycle_ref: "28DAY".parse().unwrap() }
    }

    #[test]
    fn a_note_is_a_paragraph_of_at_most_five_hundred_characters() {
        let plain = |text: &str| {
            let it = note("n1", in_cycle(), ("2026-11-20", "2026-12-31"));
            let it = RemittanceNote { text: text.to_owned(), ..it };
            it.written(0, day("2026-11-20")).map(|it| it.text)
        };
        assert_eq!(plain(" We close\r\n at\tnoon. ").unwrap(), "We close at noon.");
        assert_eq!(plain("\n"), Err(CannotNote::TextRequired));
        assert_eq!(plain(&"é".repeat(500)).unwrap().chars().count(), 500);
        assert_eq!(plain(&"é".repeat(501)), Err(CannotNote::TextTooLong));
    }

    #[test]
    fn a_note_has_dates_in_order_that_have_not_passed() {
        let dated = |from, to| {
            note("n1", in_cycle(), (from, to)).written(0, day("2026-11-20")).map(|it| it.to_date)
        };
        assert_eq!(dated("2026-01-01", "2026-11-20"), Ok(day("2026-11-20")));
        assert_eq!(dated("2026-12-01", "2026-12-01"), Ok(day("2026-12-01")));
        assert_eq!(dated("2026-01-01", "2026-11-19"), Err(CannotNote::Past));
        assert_eq!(dated("2026-12-01", "2026-11-30"), Err(CannotNote::EndsBeforeItBegins));
    }

    #[test]
    fn beside_ten_notes_no_other_is_written() {
        let written = |standing| {
            let it = note("n1", in_cycle(), ("2026-11-20", "2026-12-31"));
            it.written(standing, day("2026-11-20")).err()
        };
        assert_eq!([written(9), written(10)], [None, Some(CannotNote::TooMany)]);
    }

    #[test]
    fn what_is_written_to_a_provider_is_not_read_by_those_who_are_paid_its_voids() {
        let notes = [
            note("n1", to_provider("P1001"), ("2026-11-01", "2026-11-30")),
            note("n2", to_provider("P9001"), ("2026-11-01", "2026-11-30")),
            note("n3", in_cycle(), ("2026-11-01", "2026-11-30")),
        ];
        let all = fixed(notes, day("2026-11-20"));
        let texts = |reader: &str| {
            let read = read_by(&all, &reader.parse().unwrap());
            read.into_iter().map(|it| it.text).collect::<Vec<_>>()
        };
        assert_eq!(texts("P1001"), ["Note n1", "Note n3"]);
        assert_eq!(texts("P9001"), ["Note n2", "Note n3"]);
    }

    proptest! {
        #[test]
        fn the_notes_of_a_payment_are_those_of_its_pay_date_in_whatever_order_they_are_read(
            spans in prop::collection::vec((0..60_i64, 0..60_i64), 0..8),
            on in 0..60_i64,
        ) {
            let at = |n: i64| day("2026-11-01").checked_add_signed(chrono::TimeDelta::days(n)).unwrap();
            let note = |(n, (from, to)): (usize, &(i64, i64))| RemittanceNote {
                from_date: at(*from),
                to_date: at(*to),
                ..note(&format!("n{n}"), in_cycle(), ("2026-11-01", "2026-11-01"))
            };
            let notes: Vec<_> = spans.iter().enumerate().map(note).collect();
            let standing = spans.iter().filter(|(from, to)| *from <= on && on <= *to).count();
            let read = fixed(notes.clone(), at(on));
            prop_assert_eq!(read.len(), standing);
            let other_way = notes.iter().rev().chain(&notes).cloned();
            prop_assert_eq!(fixed(other_way, at(on)), read);
        }
    }
}
