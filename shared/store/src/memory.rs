//! A table in this process that answers as DynamoDB would.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::action::{Action, Effect};
use crate::codec::{self, Item};
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// How much DynamoDB reads for one page of a list: 1 MB.
const PAGE_BYTES_MAX: usize = 1_048_576;

/// Records are shared, so that a table is copied without what is in it.
type Records = BTreeMap<Key, Kept>;

/// A record, and how many bytes it has.
#[derive(Debug, Clone)]
struct Kept {
    item: Arc<Item>,
    bytes: usize,
}

impl Kept {
    fn new(item: Item) -> Self {
        Self { bytes: codec::size_bytes(&item), item: Arc::new(item) }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Records>);

impl Memory {
    fn records(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn all(&self) -> Vec<Arc<Item>> {
        self.records().values().map(|kept| Arc::clone(&kept.item)).collect()
    }

    /// Another table that holds the same now.
    pub(crate) fn copied(&self) -> Self {
        Self(Mutex::new(self.records().clone()))
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Item>> {
        self.records().get(key).map(|kept| Arc::clone(&kept.item))
    }

    pub(crate) fn page(
        &self,
        query: &Query,
        from: Option<&Cursor>,
        rows_max: usize,
    ) -> (Vec<Arc<Item>>, Option<Cursor>) {
        let records = self.records();
        let lowest = Key { pk: query.pk.clone(), sk: query.range.lowest().to_owned() };
        let listed = records.range(lowest..).take_while(|(key, _)| query.holds(key));
        let mut listed: Vec<(&Key, &Kept)> = listed.collect();
        if query.descending {
            listed.reverse();
        }
        let is_after = |key: &Key, cursor: &Cursor| {
            if query.descending { key.sk < cursor.0 } else { key.sk > cursor.0 }
        };
        let mut items: Vec<Arc<Item>> = Vec::new();
        let (mut bytes, mut last): (usize, Option<&Key>) = (0, None);
        for (key, kept) in listed {
            if from.is_some_and(|cursor| !is_after(key, cursor)) {
                continue;
            }
            bytes = bytes.saturating_add(kept.bytes);
            if items.len() >= rows_max || (bytes > PAGE_BYTES_MAX && last.is_some()) {
                return (items, last.map(|key| Cursor(key.sk.clone())));
            }
            items.push(Arc::clone(&kept.item));
            last = Some(key);
        }
        (items, None)
    }

    pub(crate) fn write(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        let mut records = self.records();
        for (index, action) in actions.iter().enumerate() {
            let there = records.get(&action.key).map(|kept| &*kept.item);
            if !action.before.iter().all(|before| before.holds(there)) {
                return Err(StoreError::Stale { action: index });
            }
        }
        for Action { key, effect, .. } in actions {
            match effect {
                Effect::Put(item) => drop(records.insert(key, Kept::new(item))),
                Effect::Delete => drop(records.remove(&key)),
                Effect::Check => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_holds_as_many_records_as_it_may_and_says_where_to_go_on() {
        let table = Memory::default();
        let cycle = "28DAY".parse().unwrap();
        for contract in ["C3001", "C3002", "C3003"] {
            let key = Key::progress(&cycle, &contract.parse().unwrap());
            table.write(vec![Action::put(key, &json!({}))]).unwrap();
        }
        let query = Query::progress(&cycle);
        let (items, next) = table.page(&query, None, 2);
        assert_eq!((items.len(), next.is_some()), (2, true));
        let (items, next) = table.page(&query, next.as_ref(), 2);
        assert_eq!((items.len(), next), (1, None));
        assert_eq!(table.page(&query, None, 3).0.len(), 3);
    }
}
