//! What was answered, by whom, and why not.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{CONSENT, DocumentState, note_date};
use crate::clock::{Now, london_text};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ContactRef, DocumentRef, StaffRef};
use crate::permission::{CouncilRole, Role};

/// The longest reason.
pub const REASON_LENGTH_MAX: usize = 1_000;

/// Who the council's job is, in a note.
const JOB: &str = "the council automatically";

/// Who published or answered something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "side")]
pub enum Signer {
    /// A person at the provider.
    Contact {
        /// Their name then.
        name: String,
        /// Which contact.
        contact_ref: ContactRef,
        /// What they were to the provider then.
        roles: Vec<Role>,
    },
    /// A person at the council.
    Staff {
        /// Their name then.
        name: String,
        /// Who.
        staff_ref: StaffRef,
        /// What they were at the council then.
        roles: Vec<CouncilRole>,
    },
    /// One of the council's files.
    File {
        /// The council's name then.
        name: String,
        /// The file's name, without its ending.
        file: String,
    },
    /// The council's job, after the deadline.
    Job,
}

impl Signer {
    /// As notes name them.
    pub fn name(&self) -> &str {
        match self {
            Self::Contact { name, .. } | Self::Staff { name, .. } | Self::File { name, .. } => name,
            Self::Job => JOB,
        }
    }

    /// Whether both are the same person, whatever they are called.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Contact { contact_ref: one, .. }, Self::Contact { contact_ref: other, .. }) => {
                one == other
            }
            (Self::Staff { staff_ref: one, .. }, Self::Staff { staff_ref: other, .. }) => {
                one == other
            }
            (Self::File { file: one, .. }, Self::File { file: other, .. }) => one == other,
            (Self::Job, Self::Job) => true,
            _ => false,
        }
    }
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider agrees.
    Agreed,
    /// The provider does not.
    Rejected,
    /// The council agrees in the provider's place.
    AgreedManually,
}

impl Outcome {
    /// What a document is then.
    pub fn state(self) -> DocumentState {
        match self {
            Self::Agreed => DocumentState::Agreed,
            Self::Rejected => DocumentState::Rejected,
            Self::AgreedManually => DocumentState::AgreedManually,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Agreed => "Agreed",
            Self::Rejected => "Rejected",
            Self::AgreedManually => "Agreed manually",
        }
    }
}

/// An answer to one version of a document, for ever: nothing updates it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// To which document.
    pub document_ref: DocumentRef,
    /// To which of its versions.
    pub n: u32,
    /// What.
    pub outcome: Outcome,
    /// Who.
    pub by: Signer,
    /// When.
    pub at: DateTime<Utc>,
    /// Of the file that was answered, in hexadecimal digits.
    pub sha256: String,
    /// Why it is rejected, or agreed in the provider's place.
    pub reason: Option<String>,
    /// The words that the person was shown, who agreed or rejected.
    pub consent: Option<String>,
}

impl Answer {
    /// `Rejected by Thelma Moss on 28/11/2022. Reason: The start date is incorrect.`
    pub fn note(&self) -> String {
        let Self { outcome, by, at, .. } = self;
        let note = format!("{} by {} on {}", outcome.words(), by.name(), note_date(*at));
        match (outcome, &self.reason) {
            (Outcome::Rejected, Some(reason)) => format!("{note}. Reason: {reason}"),
            _ => note,
        }
    }

    /// Whether it says the same, of the same version, as said by the same person: their second click.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.n, self.outcome) == (other.n, other.outcome) && self.by.is_same(&other.by)
    }
}

/// An answer that is about to be given.
impl Answer {
    /// A provider's person agrees to version `n` with the file `sha256`.
    pub fn agreed(
        (document_ref, n, sha256): (&DocumentRef, u32, &str),
        by: Signer,
        now: Now,
    ) -> Self {
        Self {
            document_ref: document_ref.clone(),
            n,
            outcome: Outcome::Agreed,
            by,
            at: now.instant,
            sha256: sha256.to_owned(),
            reason: None,
            consent: Some(CONSENT.to_owned()),
        }
    }

    /// A provider's person rejects it, and says why.
    ///
    /// # Errors
    ///
    /// [`CannotAnswer::ReasonRequired`] or [`CannotAnswer::ReasonTooLong`].
    pub fn rejected(
        of: (&DocumentRef, u32, &str),
        by: Signer,
        reason: &str,
        now: Now,
    ) -> Result<Self, CannotAnswer> {
        let reason = Some(required(reason, "Say what is wrong with the document")?);
        Ok(Self { outcome: Outcome::Rejected, reason, ..Self::agreed(of, by, now) })
    }

    /// A person at the council agrees in the provider's place, and says why.
    ///
    /// # Errors
    ///
    /// [`CannotAnswer::ReasonRequired`] or [`CannotAnswer::ReasonTooLong`].
    pub fn agreed_manually(
        of: (&DocumentRef, u32, &str),
        by: Signer,
        reason: &str,
        now: Now,
    ) -> Result<Self, CannotAnswer> {
        let reason = required(reason, "Say why the council agrees in the provider's place")?;
        Ok(Self::in_place(of, by, reason, now))
    }

    /// The job agrees, because it was not answered by the deadline.
    pub fn agreed_after(of: (&DocumentRef, u32, &str), answer_by: DateTime<Utc>, now: Now) -> Self {
        let reason = format!("Not answered by {}", london_text(answer_by));
        Self::in_place(of, Signer::Job, reason, now)
    }

    fn in_place(of: (&DocumentRef, u32, &str), by: Signer, reason: String, now: Now) -> Self {
        let (outcome, reason) = (Outcome::AgreedManually, Some(reason));
        Self { outcome, reason, consent: None, ..Self::agreed(of, by, now) }
    }
}

fn required(reason: &str, message: &'static str) -> Result<String, CannotAnswer> {
    let plain = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        return Err(CannotAnswer::ReasonRequired(message));
    }
    if plain.chars().count() > REASON_LENGTH_MAX {
        return Err(CannotAnswer::ReasonTooLong);
    }
    Ok(plain)
}

/// Why a document is not answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotAnswer {
    /// Somebody has answered.
    #[error("This document has already been answered. {note}.")]
    Answered {
        /// Who, what and when.
        note: String,
    },
    /// There is a later version.
    #[error(
        "There is a new version of this document. {note}. Read version {latest} before you answer: your answer to version {asked} was not taken."
    )]
    Superseded {
        /// What was read.
        asked: u32,
        /// What there is now.
        latest: u32,
        /// Who published it and when.
        note: String,
    },
    /// Nothing was said.
    #[error("{0}.")]
    ReasonRequired(&'static str),
    /// Too much was.
    #[error("The reason must be {REASON_LENGTH_MAX} characters or fewer.")]
    ReasonTooLong,
}

impl Failure for CannotAnswer {
    fn kind(&self) -> Kind {
        match self {
            Self::Answered { .. } | Self::Superseded { .. } => Kind::Conflict,
            Self::ReasonRequired(_) | Self::ReasonTooLong => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "document-answered",
            Self::Superseded { .. } => "document-superseded",
            Self::ReasonRequired(_) | Self::ReasonTooLong => "document-reason",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::ReasonRequired(message) => vec![FieldError::new("reason", *message)],
            Self::ReasonTooLong => vec![FieldError::new("reason", self.to_string())],
            Self::Answered { .. } | Self::Superseded { .. } => Vec::new(),
        }
    }
}
