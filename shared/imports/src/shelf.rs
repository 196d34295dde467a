//! Records of one kind as they were read, and as they are to be saved.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::keys::Key;
use store::{Batch, Known, Store, StoreError};

/// Records of one kind, each read once.
#[derive(Debug)]
pub(crate) struct Shelf<T>(BTreeMap<Key, Slot<T>>);

#[derive(Debug)]
struct Slot<T> {
    known: Option<Known<T>>,
    save: Save,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Save {
    No,
    /// Only as of when it was told.
    Told,
    /// It says something else now.
    Changed,
    /// It is to be removed.
    Gone,
}

impl<T> Slot<T> {
    fn there(&self) -> Option<&Known<T>> {
        self.known.as_ref().filter(|_| self.save != Save::Gone)
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Serialize + DeserializeOwned + Clone> Shelf<T> {
    /// The record as it will be, if there is one.
    pub(crate) async fn get(
        &mut self,
        store: &Store,
        key: &Key,
    ) -> Result<Option<Known<T>>, StoreError> {
        if let Some(slot) = self.0.get(key) {
            return Ok(slot.there().cloned());
        }
        let known = store.known(key).await?;
        self.0.insert(key.clone(), Slot { known: known.clone(), save: Save::No });
        Ok(known)
    }

    /// Puts what was read ahead, unless it is there.
    pub(crate) fn fill(&mut self, key: Key, known: Option<Known<T>>) {
        self.0.entry(key).or_insert(Slot { known, save: Save::No });
    }

    /// The record is to be saved. `changed`: it says something else now.
    pub(crate) fn set(&mut self, key: Key, known: Known<T>, changed: bool) {
        let save = if changed { Save::Changed } else { Save::Told };
        let slot = match self.0.get(&key) {
            Some(Slot { known: Some(gone), save: Save::Gone }) => {
                Slot { known: Some(known.instead_of(gone)), save: Save::Changed }
            }
            before => {
                let before = before.map_or(Save::No, |slot| slot.save);
                Slot { known: Some(known), save: save.max(before) }
            }
        };
        self.0.insert(key, slot);
    }

    /// The record, which is in the table, is to be removed.
    pub(crate) fn remove(&mut self, key: &Key) {
        if let Some(slot) = self.0.get_mut(key) {
            slot.save = Save::Gone;
        }
    }

    /// The records of this piece as they will be.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known<T>> {
        self.0.values().filter_map(Slot::there)
    }

    /// What must be written.
    pub(crate) fn save(&self, batch: &mut Batch) {
        for (key, known, changed) in self.to_save() {
            batch.save(key.clone(), known, changed);
        }
        for (key, slot) in self.0.iter().filter(|(_, slot)| slot.save == Save::Gone) {
            if let Some(known) = &slot.known {
                batch.remove(key.clone(), known);
            }
        }
    }

    /// The same, so many records at a time.
    pub(crate) fn save_in(&self, at_a_time: usize) -> Vec<Batch> {
        let all: Vec<_> = self.to_save().collect();
        let batches = all.chunks(at_a_time).map(|some| {
            let mut batch = Batch::default();
            for (key, known, changed) in some {
                batch.save((*key).clone(), known, *changed);
            }
            batch
        });
        batches.collect()
    }

    fn to_save(&self) -> impl Iterator<Item = (&Key, &Known<T>, bool)> {
        let saved = |save| matches!(save, Save::Told | Save::Changed);
        let slots = self.0.iter().filter(move |(_, slot)| saved(slot.save));
        slots
            .filter_map(|(key, slot)| Some((key, slot.known.as_ref()?, slot.save == Save::Changed)))
    }
}
