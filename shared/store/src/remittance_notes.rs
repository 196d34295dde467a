//! Notes at the foot of remittance advices: which stand, and what was ever written and withdrawn.

use chrono::NaiveDate;
use domain::remittance_note::{NOTES_MAX, NoteAbout, NoteWithdrawal, RemittanceNote};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// More than stand in one place: [`NOTES_MAX`], and those that some wrote at the same moment.
const READ_MAX: usize = 4 * NOTES_MAX;

/// A note was written, or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteStep {
    /// The note.
    pub note: RemittanceNote,
    /// Who withdrew it why; none: it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<NoteWithdrawal>,
}

impl From<RemittanceNote> for NoteStep {
    fn from(note: RemittanceNote) -> Self {
        Self { note, withdrawal: None }
    }
}

impl Store {
    /// The notes that stand to a provider, about a contract or in a cycle on `day` or later.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn remittance_notes_of(
        &self,
        about: &NoteAbout,
        day: NaiveDate,
    ) -> Result<Vec<RemittanceNote>, StoreError> {
        self.table.query(&Query::notes_of(about, day).limit(READ_MAX)).await?.read()
    }

    /// Some of the notes that stand on `day` or later, those that end first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn standing_notes(
        &self,
        day: NaiveDate,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<RemittanceNote>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::standing_notes(day).limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Some of what was written and withdrawn, the latest first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn note_steps(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<NoteStep>, Option<Cursor>), StoreError> {
        let query = Query::note_steps().descending().limit(limit).after(after);
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// A note, whether it stands or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn remittance_note(&self, id: &str) -> Result<Option<RemittanceNote>, StoreError> {
        self.table.get(&Key::remittance_note(id)).await
    }

    /// Who withdrew a note, if somebody did.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn note_withdrawal(&self, id: &str) -> Result<Option<NoteWithdrawal>, StoreError> {
        self.table.get(&Key::note_withdrawal(id)).await
    }

    /// Writes a note.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the same request wrote it before.
    pub async fn write_remittance_note(&self, note: &RemittanceNote) -> Result<(), StoreError> {
        let RemittanceNote { id, about, to_date, at, .. } = note;
        let step = NoteStep { note: note.clone(), withdrawal: None };
        let actions = vec![
            Action::put(Key::remittance_note(id), note).if_absent(),
            Action::put(Key::note_of(about, *to_date, id), note),
            Action::put(Key::standing_note(*to_date, id), note),
            Action::put(Key::note_step(*at, id, false), &step),
        ];
        self.table.write(actions).await
    }

    /// Withdraws a note. That it was written stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if it was withdrawn before.
    pub async fn withdraw_remittance_note(
        &self,
        note: &RemittanceNote,
        withdrawal: &NoteWithdrawal,
    ) -> Result<(), StoreError> {
        let RemittanceNote { id, about, to_date, .. } = note;
        let step = NoteStep { note: note.clone(), withdrawal: Some(withdrawal.clone()) };
        let actions = vec![
            Action::put(Key::note_withdrawal(id), withdrawal).if_absent(),
            Action::delete(Key::note_of(about, *to_date, id)),
            Action::delete(Key::standing_note(*to_date, id)),
            Action::put(Key::note_step(withdrawal.at, id, true), &step),
        ];
        self.table.write(actions).await
    }
}
