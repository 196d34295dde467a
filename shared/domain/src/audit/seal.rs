//! What all chains were at the end of a day, put where nobody can write it again.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Actor, EntryHash, Head};

/// The heads of all chains at a moment, and the hash of the seal before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The day that it seals.
    pub date: NaiveDate,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The seal before it; none if it is the first.
    pub previous: Option<Sealed>,
    /// Where each chain ended.
    pub heads: BTreeMap<Actor, Head>,
    /// What was added since the seal before and was not as it was written any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
}

/// A seal as others name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The day that it seals.
    pub date: NaiveDate,
    /// The hash of its text.
    pub hash: EntryHash,
}

impl Seal {
    /// Its text, and how others name it.
    ///
    /// # Errors
    ///
    /// Only if JSON cannot hold it, which it always can.
    pub fn written(&self) -> Result<(String, Sealed), serde_json::Error> {
        let text = serde_json::to_string(self)?;
        let hash = EntryHash::of(&text);
        Ok((text, Sealed { date: self.date, hash }))
    }

    /// What a text says, if it is the seal that others name so.
    pub fn read(text: &str, sealed: &Sealed) -> Option<Self> {
        if EntryHash::of(text) != sealed.hash {
            return None;
        }
        let seal: Self = serde_json::from_str(text).ok()?;
        (seal.date == sealed.date).then_some(seal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_read_back_only_as_it_was_written() {
        let head = Head { n: 3, hash: EntryHash::of("x") };
        let seal = Seal {
            date: "2026-11-22".parse().unwrap(),
            at: "2026-11-23T00:15:00Z".parse().unwrap(),
            previous: None,
            heads: [("job:finalise:C3001".parse().unwrap(), head)].into(),
            broken: Vec::new(),
        };
        let (text, sealed) = seal.written().unwrap();
        assert_eq!(Seal::read(&text, &sealed), Some(seal));
        assert_eq!(Seal::read(&text.replace("C3001", "C3002"), &sealed), None);
        let other = Sealed { date: "2026-11-21".parse().unwrap(), ..sealed };
        assert_eq!(Seal::read(&text, &other), None);
    }
}
