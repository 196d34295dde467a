//! Asking for a list: records of one partition, in the order of their keys.

use serde::de::DeserializeOwned;

use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;

/// How many records a list has unless it says otherwise.
const ROWS_UNLESS_SAID: usize = 100;

/// A question for a list. Made in [`crate::keys`], such as [`Query::periods`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(crate) pk: String,
    pub(crate) range: Range,
    pub(crate) rows_max: usize,
    pub(crate) descending: bool,
    pub(crate) after: Option<Cursor>,
    pub(crate) may_be_late: bool,
}

/// Which sort keys are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Range {
    Beginning(String),
    Between(String, String),
}

impl Range {
    pub(crate) fn holds(&self, sk: &str) -> bool {
        match self {
            Self::Beginning(prefix) => sk.starts_with(prefix.as_str()),
            Self::Between(first, last) => (first.as_str()..=last.as_str()).contains(&sk),
        }
    }

    /// No sort key that is meant sorts before this.
    pub(crate) fn lowest(&self) -> &str {
        match self {
            Self::Beginning(lowest) | Self::Between(lowest, _) => lowest,
        }
    }
}

impl Query {
    pub(crate) fn beginning(pk: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self::new(pk, Range::Beginning(prefix.into()))
    }

    pub(crate) fn between(
        pk: impl Into<String>,
        first: impl Into<String>,
        last: impl Into<String>,
    ) -> Self {
        Self::new(pk, Range::Between(first.into(), last.into()))
    }

    fn new(pk: impl Into<String>, range: Range) -> Self {
        let rows_max = ROWS_UNLESS_SAID;
        Self { pk: pk.into(), range, rows_max, descending: false, after: None, may_be_late: false }
    }

    /// At most so many records at a time: at least 1, and 100 unless it is said.
    #[must_use]
    pub fn limit(self, rows_max: usize) -> Self {
        Self { rows_max: rows_max.max(1), ..self }
    }

    /// The last first.
    #[must_use]
    pub fn descending(self) -> Self {
        Self { descending: true, ..self }
    }

    /// From where an earlier page stopped; `None`: from the start.
    #[must_use]
    pub fn after(self, cursor: Option<Cursor>) -> Self {
        Self { after: cursor, ..self }
    }

    /// As a replica last saw it, a moment ago, for half the price. For what people look at; never for what
    /// somebody decides or writes by it.
    #[must_use]
    pub fn may_be_late(self) -> Self {
        Self { may_be_late: true, ..self }
    }

    /// Whether a record is in the list.
    pub fn holds(&self, key: &Key) -> bool {
        key.pk == self.pk && self.range.holds(&key.sk)
    }
}

/// Where a page stopped. A person may send it back; it cannot lead out of the list that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub(crate) String);

impl Cursor {
    /// What a caller sent back.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What to send to a caller.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// In the order of their keys, or the other way round.
    pub rows: Vec<Row>,
    /// From where to go on; none: this was the last of them.
    pub next: Option<Cursor>,
}

impl Page {
    /// The values of its records, which must all be of one kind.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] if one is of another kind.
    pub fn read<T: DeserializeOwned>(self) -> Result<Vec<T>, StoreError> {
        self.rows.into_iter().map(Row::read).collect()
    }
}
