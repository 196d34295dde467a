//! What to write, and what must be true before it may be.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_dynamo::AttributeValue;

use crate::codec::{self, EXPIRES_AT, Item, VERSION};
use crate::error::StoreError;
use crate::keys::Key;

/// One record to write, delete or check. Several are written together or not at all.
///
/// ```text
/// Action::put(Key::statement(..), &record).if_version(record.version)
/// Action::put(Key::email(id), &email).if_absent()
/// Action::delete(Key::pending_email(id))
/// Action::check(Key::contract(..)).if_present()
/// ```
#[derive(Debug, Clone)]
pub struct Action {
    pub(crate) key: Key,
    pub(crate) effect: Effect,
    pub(crate) before: Vec<Before>,
    /// What was wrong with a value that it was given; said when it is written.
    fault: Option<Fault>,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    Put(Item),
    Delete,
    Check,
}

/// What must be in the table before a write may happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Before {
    /// There is no such record.
    Absent,
    /// There is one.
    Present,
    /// It was saved so often under a version; 0: never, which is also true of one that is not there.
    Version(u32),
    /// It is there and has this attribute with this value.
    AttributeEquals(&'static str, AttributeValue),
    /// It has no such attribute, which is also true of one that is not there.
    AttributeMissing(&'static str),
}

/// A [`StoreError::Unwritable`] that waits to be said, since errors cannot be cloned.
#[derive(Debug, Clone)]
struct Fault {
    record: &'static str,
    why: String,
}

impl Action {
    /// Writes `value` as the whole record, whatever was there. A struct, or anything else with named fields.
    pub fn put<T: Serialize + ?Sized>(key: Key, value: &T) -> Self {
        let (item, fault) = kept(codec::encode(&key, value));
        Self { key, effect: Effect::Put(item.unwrap_or_default()), before: Vec::new(), fault }
    }

    /// Writes attributes that were read from a record, as the whole record `key`.
    pub(crate) fn put_item(key: Key, mut item: Item) -> Self {
        item.extend(codec::key_attributes(&key));
        Self { key, effect: Effect::Put(item), before: Vec::new(), fault: None }
    }

    /// Deletes the record if there is one.
    pub fn delete(key: Key) -> Self {
        Self { key, effect: Effect::Delete, before: Vec::new(), fault: None }
    }

    /// Writes nothing; only what is said to be true of the record must be.
    pub fn check(key: Key) -> Self {
        Self { key, effect: Effect::Check, before: Vec::new(), fault: None }
    }

    /// Only if there is no such record.
    #[must_use]
    pub fn if_absent(self) -> Self {
        self.only_if(Before::Absent)
    }

    /// Only if there is such a record.
    #[must_use]
    pub fn if_present(self) -> Self {
        self.only_if(Before::Present)
    }

    /// Only if nobody saved the record since it was read with `version`, and counts this save: what is put has
    /// `version` + 1. 0: it was never saved under a version, or is not there.
    #[must_use]
    pub fn if_version(mut self, version: u32) -> Self {
        if let Effect::Put(item) = &mut self.effect {
            let next = AttributeValue::N(version.saturating_add(1).to_string());
            item.insert(VERSION.to_owned(), next);
        }
        self.only_if(Before::Version(version))
    }

    /// Only if the record is there and its attribute `name` is `value`.
    #[must_use]
    pub fn if_equals<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        let (value, fault) = kept(codec::attribute(value));
        self.fault = self.fault.or(fault);
        let value = value.unwrap_or(AttributeValue::Null(true));
        self.only_if(Before::AttributeEquals(name, value))
    }

    /// Only if the record has no attribute `name`.
    #[must_use]
    pub fn if_without(self, name: &'static str) -> Self {
        self.only_if(Before::AttributeMissing(name))
    }

    /// Only if `before` is true too.
    #[must_use]
    pub fn only_if(mut self, before: Before) -> Self {
        self.before.push(before);
        self
    }

    /// DynamoDB may drop what is put after `instant`. It may take days to, so that readers must look as well.
    #[must_use]
    pub fn expires_at(mut self, instant: DateTime<Utc>) -> Self {
        if let Effect::Put(item) = &mut self.effect {
            let seconds = AttributeValue::N(instant.timestamp().to_string());
            item.insert(EXPIRES_AT.to_owned(), seconds);
        }
        self
    }

    /// The record that it is about.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Says what was wrong with a value that it was given.
    pub(crate) fn sound(&self) -> Result<(), StoreError> {
        self.fault.as_ref().map_or(Ok(()), |Fault { record, why }| {
            Err(StoreError::Unwritable { record, why: why.clone() })
        })
    }

    pub(crate) fn size_bytes(&self) -> usize {
        match &self.effect {
            Effect::Put(item) => codec::size_bytes(item),
            Effect::Delete | Effect::Check => 0,
        }
    }
}

fn kept<T>(made: Result<T, StoreError>) -> (Option<T>, Option<Fault>) {
    match made {
        Ok(value) => (Some(value), None),
        Err(StoreError::Unwritable { record, why }) => (None, Some(Fault { record, why })),
        Err(other) => (None, Some(Fault { record: "value", why: other.to_string() })),
    }
}

impl Before {
    /// Whether it is true of what is there.
    pub(crate) fn holds(&self, there: Option<&Item>) -> bool {
        let attribute = |name: &str| there.and_then(|item| item.get(name));
        match self {
            Self::Absent => there.is_none(),
            Self::Present => there.is_some(),
            Self::Version(0) => attribute(VERSION).is_none(),
            Self::Version(version) => {
                attribute(VERSION) == Some(&AttributeValue::N(version.to_string()))
            }
            Self::AttributeEquals(name, value) => attribute(name) == Some(value),
            Self::AttributeMissing(name) => attribute(name).is_none(),
        }
    }
}
