//! What a list of documents is narrowed to.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use super::{DocumentState, DocumentVersion};
use crate::clock::london_date;
use crate::ids::{ServiceRef, SsRef};

/// Which of the documents that may be about one `T`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Chosen<T> {
    /// All.
    #[default]
    Any,
    /// Those that are about none: "Not service specific".
    None,
    /// Those about this one.
    Is(T),
}

impl<T: PartialEq> Chosen<T> {
    fn keeps(&self, about: Option<&T>) -> bool {
        match self {
            Self::Any => true,
            Self::None => about.is_none(),
            Self::Is(wanted) => about == Some(wanted),
        }
    }
}

impl<T: FromStr> FromStr for Chosen<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Ok(Self::Any),
            "none" => Ok(Self::None),
            some => some.parse().map(Self::Is),
        }
    }
}

/// In which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Current ones that wait for an answer.
    #[default]
    Open,
    /// Those in this state.
    Is(DocumentState),
    /// All, also superseded ones.
    All,
}

impl Status {
    /// Whether superseded versions are asked for.
    pub fn includes_superseded(self) -> bool {
        matches!(self, Self::All | Self::Is(DocumentState::Superseded))
    }

    fn keeps(self, state: DocumentState) -> bool {
        match self {
            Self::Open => state == DocumentState::Published,
            Self::Is(wanted) => state == wanted,
            Self::All => true,
        }
    }
}

/// Why a text is not a [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Use open, published, agreed, rejected, agreed_manually, superseded or all")]
pub struct NotAStatus;

impl FromStr for Status {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim() {
            "" | "open" => Self::Open,
            "all" => Self::All,
            "published" => Self::Is(DocumentState::Published),
            "agreed" => Self::Is(DocumentState::Agreed),
            "rejected" => Self::Is(DocumentState::Rejected),
            "agreed_manually" => Self::Is(DocumentState::AgreedManually),
            "superseded" => Self::Is(DocumentState::Superseded),
            _ => return Err(NotAStatus),
        })
    }
}

/// What a list is narrowed to. The default: current ones that wait for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentFilter {
    /// About which service.
    pub service: Chosen<ServiceRef>,
    /// About which client.
    pub client: Chosen<SsRef>,
    /// In which state.
    pub status: Status,
    /// Published or answered on this day, in London, or later.
    pub updated_since: Option<NaiveDate>,
}

impl DocumentFilter {
    /// Whether the list keeps a version that is in `state` since `updated_at`.
    pub fn keeps(
        &self,
        version: &DocumentVersion,
        state: DocumentState,
        updated_at: DateTime<Utc>,
    ) -> bool {
        self.service.keeps(version.service_ref.as_ref())
            && self.client.keeps(version.ss_ref.as_ref())
            && self.status.keeps(state)
            && self.updated_since.is_none_or(|since| london_date(updated_at) >= since)
    }
}
