//! The narrow waist: everything the portal ever asks of DynamoDB is one of three questions.
//!
//! A table in memory answers them the same way, so that tests run the same keys, the same attributes and the
//! same conditions as production. Both are held to the same scenarios in `tests/tests/waist.rs`.
//!
//! Architecture invariant: only the repositories of this crate, and that test, use it. There is no scan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cloud::{Cloud, Fuse};
use serde::de::DeserializeOwned;

use crate::action::{Action, Effect};
use crate::codec::Row;
use crate::dynamo::Dynamo;
use crate::error::StoreError;
use crate::keys::Key;
use crate::memory::Memory;
use crate::query::{Cursor, Page, Query};

/// How many actions DynamoDB takes in one transaction.
pub const ACTIONS_MAX: usize = 100;
/// How large DynamoDB lets one record be: 400 KB.
pub const RECORD_BYTES_MAX: usize = 409_600;
/// How large DynamoDB lets all records of one transaction be: 4 MB.
pub const WRITE_BYTES_MAX: usize = 4_194_304;

/// The portal's one table. Clones share it.
#[derive(Debug, Clone)]
pub struct Table {
    engine: Engine,
    fuse: Fuse,
}

#[derive(Debug, Clone)]
enum Engine {
    Dynamo(Arc<Dynamo>),
    Memory(Arc<Memory>),
}

// The SDK's futures are several kilobytes each: they are kept on the heap, so that whoever asks many questions
// at once stays small.
impl Table {
    /// The table of an AWS account. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self { engine: Engine::Dynamo(Arc::new(Dynamo::new(cloud))), fuse: Fuse::default() }
    }

    /// An empty table in this process.
    pub fn in_memory() -> Self {
        Self { engine: Engine::Memory(Arc::default()), fuse: Fuse::default() }
    }

    /// The same table, reached through `fuse`.
    #[must_use]
    pub fn with_fuse(self, fuse: Fuse) -> Self {
        Self { fuse, ..self }
    }

    /// Another table in this process that holds now what this one does, and goes its own way from here.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of a real table.
    pub fn copied(&self) -> Result<Self, StoreError> {
        let Engine::Memory(memory) = &self.engine else { return Err(StoreError::NotInMemory) };
        Ok(Self { engine: Engine::Memory(Arc::new(memory.copied())), fuse: Fuse::default() })
    }

    /// Reads one record as it is now, not as a replica last saw it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Unreadable`] if it is not a `T`.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.row(key).await?.map(Row::read).transpose()
    }

    /// Reads one record as it is now, with its version.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn row(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        self.fuse.burn(format_args!("before reading {key}"))?;
        let item = match &self.engine {
            Engine::Dynamo(dynamo) => Box::pin(dynamo.get(key)).await?.map(Arc::new),
            Engine::Memory(memory) => memory.get(key),
        };
        self.fuse.burn(format_args!("after reading {key}"))?;
        item.map(Row::from_item).transpose()
    }

    /// Reads a list, or the part of it that was asked for, as it is now unless [`Query::may_be_late`].
    ///
    /// One record more than asked for is read, so that `next` is there only if there is a next.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::NotACursor`] if the cursor is not from this list.
    pub async fn query(&self, query: &Query) -> Result<Page, StoreError> {
        if query.after.as_ref().is_some_and(|cursor| !query.range.holds(&cursor.0)) {
            return Err(StoreError::NotACursor);
        }
        let wanted = query.rows_max.saturating_add(1);
        let mut rows: Vec<Row> = Vec::new();
        let mut from = query.after.clone();
        loop {
            let (more, next) =
                self.page(query, from.as_ref(), wanted.saturating_sub(rows.len())).await?;
            rows.extend(more);
            from = next;
            if from.is_none() || rows.len() >= wanted {
                break;
            }
        }
        let there_is_more = rows.len() > query.rows_max;
        rows.truncate(query.rows_max);
        let last = rows.last().filter(|_| there_is_more);
        let next = last.map(|row| Cursor(row.key.sk.clone()));
        Ok(Page { rows, next })
    }

    /// Reads a whole list of at most `rows_max` records, as it is now unless [`Query::may_be_late`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::TooManyRecords`] rather than a part that looks like the whole.
    pub async fn query_all(&self, query: Query, rows_max: usize) -> Result<Vec<Row>, StoreError> {
        let page = self.query(&query.limit(rows_max)).await?;
        if page.next.is_some() {
            return Err(StoreError::TooManyRecords(rows_max));
        }
        Ok(page.rows)
    }

    /// One call: up to `rows_max` records or 1 MB of them, and from where to go on.
    async fn page(
        &self,
        query: &Query,
        from: Option<&Cursor>,
        rows_max: usize,
    ) -> Result<(Vec<Row>, Option<Cursor>), StoreError> {
        let (pk, first) = (&query.pk, query.range.lowest());
        self.fuse.burn(format_args!("before listing {pk} {first}"))?;
        let page = match &self.engine {
            Engine::Dynamo(dynamo) => {
                let (items, next) = Box::pin(dynamo.page(query, from, rows_max)).await?;
                (items.into_iter().map(Arc::new).collect(), next)
            }
            Engine::Memory(memory) => memory.page(query, from, rows_max),
        };
        self.fuse.burn(format_args!("after listing {pk} {first}"))?;
        let rows = page.0.into_iter().map(Row::from_item).collect::<Result<_, _>>()?;
        Ok((rows, page.1))
    }

    /// Does all of `actions`, or none of them if one may not be done. None at all is done already.
    ///
    /// It may fail and yet have happened: when the answer was lost, or the SDK tried again after its first try
    /// had worked, which then reads as [`StoreError::Stale`]. So callers read again and decide again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] with the first action that may not be done; [`StoreError::Unavailable`];
    /// [`StoreError::TooManyActions`], [`StoreError::SameRecordTwice`], [`StoreError::TooLarge`] and
    /// [`StoreError::Unwritable`] for what DynamoDB could never do, before it is asked.
    pub async fn write(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        possible(&actions)?;
        let Some(first) = actions.first() else { return Ok(()) };
        let (count, first) = (actions.len(), first.key.clone());
        self.fuse.burn(format_args!("before writing {count} from {first}"))?;
        match &self.engine {
            Engine::Dynamo(dynamo) => Box::pin(dynamo.write(actions)).await?,
            Engine::Memory(memory) => memory.write(actions)?,
        }
        self.fuse.burn(format_args!("after writing {count} from {first}"))?;
        Ok(())
    }

    /// Refuses what is for tests alone.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of a real table.
    pub(crate) fn in_memory_only(&self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Dynamo(_) => Err(StoreError::NotInMemory),
            Engine::Memory(_) => Ok(()),
        }
    }

    /// Everything that a table in memory holds, by key, for comparing whole states.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotInMemory`] of any other: the portal never scans its table.
    pub fn dump(&self) -> Result<BTreeMap<String, serde_json::Value>, StoreError> {
        let Engine::Memory(memory) = &self.engine else { return Err(StoreError::NotInMemory) };
        let rows = memory.all().into_iter().map(Row::from_item);
        rows.map(|row| row.and_then(|row| Ok((row.key.to_string(), row.read()?)))).collect()
    }
}

/// Whether DynamoDB could do `actions` together at all.
fn possible(actions: &[Action]) -> Result<(), StoreError> {
    if actions.len() > ACTIONS_MAX {
        return Err(StoreError::TooManyActions(actions.len()));
    }
    let mut seen = BTreeSet::new();
    let mut all_bytes: usize = 0;
    for (index, action) in actions.iter().enumerate() {
        action.sound()?;
        if action.effect == Effect::Check && action.before.is_empty() {
            return Err(StoreError::unwritable::<Action>("it checks nothing"));
        }
        if !seen.insert(&action.key) {
            return Err(StoreError::SameRecordTwice { action: index });
        }
        let bytes = action.size_bytes();
        if bytes > RECORD_BYTES_MAX {
            return Err(StoreError::TooLarge { bytes, bytes_max: RECORD_BYTES_MAX });
        }
        all_bytes = all_bytes.saturating_add(bytes);
    }
    if all_bytes > WRITE_BYTES_MAX {
        return Err(StoreError::TooLarge { bytes: all_bytes, bytes_max: WRITE_BYTES_MAX });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn save() -> Vec<Action> {
        vec![Action::put(Key::settings(), &json!({"council_name": "Norfolk"})).if_absent()]
    }

    #[tokio::test]
    async fn a_process_killed_before_writing_has_written_nothing() {
        let table = Table::in_memory();
        let cut = table.clone().with_fuse(Fuse::blowing_at(1)).write(save()).await.unwrap_err();
        assert_eq!(
            cut.to_string(),
            "interrupted at cut 1, before writing 1 from SETTINGS SETTINGS"
        );
        assert_eq!(table.dump().unwrap(), BTreeMap::new());
    }

    #[tokio::test]
    async fn a_process_killed_after_writing_has_written_and_does_not_know() {
        let table = Table::in_memory();
        let dying = table.clone().with_fuse(Fuse::blowing_at(2));
        let cut = dying.write(save()).await.unwrap_err();
        assert_eq!(cut.to_string(), "interrupted at cut 2, after writing 1 from SETTINGS SETTINGS");
        let record = table.get::<Value>(&Key::settings()).await.unwrap().unwrap();
        assert_eq!(record["council_name"], "Norfolk");
        dying.row(&Key::settings()).await.unwrap_err();
    }

    #[tokio::test]
    async fn a_copy_goes_its_own_way() {
        let table = Table::in_memory();
        table.write(save()).await.unwrap();
        let copy = table.copied().unwrap();
        assert_eq!(copy.dump(), table.dump());
        copy.write(vec![Action::delete(Key::settings())]).await.unwrap();
        assert_eq!(copy.dump().unwrap(), BTreeMap::new());
        assert_eq!(table.dump().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn two_tables_that_hold_the_same_are_dumped_alike() {
        let (one, other) = (Table::in_memory(), Table::in_memory());
        one.write(save()).await.unwrap();
        assert_ne!(one.dump(), other.dump());
        other.write(save()).await.unwrap();
        assert_eq!(one.dump(), other.dump());
    }
}
