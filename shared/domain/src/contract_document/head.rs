//! Which version is the latest and what became of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Answer, CannotAnswer, DocumentState, DocumentVersion};

/// The head of a document: its latest version, and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What holds, or is to be answered.
    pub latest: DocumentVersion,
    /// A copy of the answer to it, if there is one.
    pub answer: Option<Answer>,
    /// When it was published or answered last.
    pub updated_at: DateTime<Utc>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

impl Document {
    /// A document whose first version is published.
    pub fn published(first: DocumentVersion) -> Self {
        let updated_at = first.published_at;
        Self { latest: first, answer: None, updated_at, version: 0 }
    }

    /// The document with a new version: answered or not, the one before is superseded.
    #[must_use]
    pub fn superseded_by(self, next: DocumentVersion) -> Self {
        let updated_at = next.published_at;
        Self { latest: next, answer: None, updated_at, ..self }
    }

    /// What it is now. Never superseded: it is about the latest version.
    pub fn state(&self) -> DocumentState {
        self.answer.as_ref().map_or(DocumentState::Published, |it| it.outcome.state())
    }

    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    /// What is noted beside it.
    pub fn note(&self) -> String {
        self.latest.standing(self.answer.as_ref(), true).1
    }

    /// The document with an answer to its latest version.
    ///
    /// # Errors
    ///
    /// [`CannotAnswer::Superseded`] if there is a later version than the one answered;
    /// [`CannotAnswer::Answered`] if there is an answer.
    pub fn answered(self, answer: Answer) -> Result<Self, CannotAnswer> {
        self.may_be_answered(answer.n)?;
        let updated_at = answer.at;
        Ok(Self { answer: Some(answer), updated_at, ..self })
    }

    /// Whether version `n` may be answered.
    ///
    /// # Errors
    ///
    /// As [`Document::answered`].
    pub fn may_be_answered(&self, n: u32) -> Result<(), CannotAnswer> {
        if n != self.latest.n {
            let (asked, latest) = (n, self.latest.n);
            let note = self.latest.published_note();
            return Err(CannotAnswer::Superseded { asked, latest, note });
        }
        match &self.answer {
            Some(answer) => Err(CannotAnswer::Answered { note: answer.note() }),
            None => Ok(()),
        }
    }
}
