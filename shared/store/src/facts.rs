//! What the council said, as the import reads and saves it.
//!
//! Beside each fact its record keeps as of when each cell was told. `version` counts changes of the fact, so
//! that being told the same again is no change to those who wait for one; `told_count` counts every save by an
//! import, so that none of two that race is lost.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::feed::Times;
use domain::ids::{ContractRef, CpliId, CycleRef, ProviderRef, SsRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::action::{Action, Before};
use crate::codec::{Row, TOLD_COUNT};
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;
use crate::{Store, table};

/// More care packages than any client ever has.
const CPLIS_OF_CLIENT_MAX: usize = 2_000;

/// A fact with what its record keeps beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<T> {
    /// What is true today.
    pub fact: T,
    /// As of when it was told.
    pub told: Told,
    version: u32,
}

/// As of when a fact was told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// The cells of the record itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Times>,
    /// What hangs on it by its own key, such as the prices of a care package, also what was taken back.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows_told: BTreeMap<String, Times>,
    #[serde(default, rename = "told_count")]
    count: u32,
}

impl<T> Known<T> {
    /// A fact that is not in the table yet.
    pub fn new(fact: T, told: Told) -> Self {
        Self { fact, told, version: 0 }
    }

    /// The same record, saying `fact`, as of `told`.
    #[must_use]
    pub fn saying(self, fact: T, told: Told) -> Self {
        Self { fact, told, ..self }
    }

    /// The same, to be saved where `gone` was read and is to be removed.
    #[must_use]
    pub fn instead_of(self, gone: &Self) -> Self {
        Self { version: gone.version, ..self }
    }
}

impl Told {
    /// The same, with the record's own cells as of `times`.
    #[must_use]
    pub fn as_of(self, times: Times) -> Self {
        Self { told: Some(times), ..self }
    }
}

/// An agreement, with from when on something about all of it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The agreement.
    #[serde(flatten)]
    pub contract: domain::facts::Contract,
    /// The earliest day that something about the whole contract changed since the last statement was fixed.
    #[serde(default)]
    pub changed_from: Option<NaiveDate>,
}

/// Whose something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// The contract.
    pub contract_ref: ContractRef,
}

/// A care package that carries a copy of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCpli {
    /// Which.
    pub cpli_id: CpliId,
    /// Whose.
    #[serde(flatten)]
    pub located: Located,
}

/// That a cycle has periods. Saved with every change of them, so that of two changes none misses the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleMark {
    /// Which.
    pub cycle_ref: CycleRef,
}

/// What was taken back, kept so that an older file does not bring it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {}

/// Records to write together.
#[derive(Debug, Default)]
pub struct Batch {
    actions: Vec<Action>,
    keys: BTreeSet<Key>,
}

impl Batch {
    /// Removes a fact if nobody has saved it since it was read.
    pub fn remove<T>(&mut self, key: Key, known: &Known<T>) {
        self.add(Action::delete(key).if_version(known.version));
    }

    /// Saves a fact if nobody has since it was read. `changed`: it says something else now.
    pub fn save<T: Serialize>(&mut self, key: Key, known: &Known<T>, changed: bool) {
        #[derive(Serialize)]
        struct Record<'a, T> {
            #[serde(flatten)]
            fact: &'a T,
            #[serde(flatten)]
            told: Told,
            version: u32,
        }
        let count = known.told.count;
        let told = Told { count: count.saturating_add(1), ..known.told.clone() };
        let put = Action::put(key, &Record { fact: &known.fact, told, version: known.version });
        let put =
            if count == 0 { put.if_without(TOLD_COUNT) } else { put.if_equals(TOLD_COUNT, &count) };
        // A first save begins to count versions, as does one of a record that was never counted.
        self.add(if changed || known.version == 0 {
            put.if_version(known.version)
        } else {
            put.only_if(Before::Version(known.version))
        });
    }

    /// Says whose something is. It must not be anybody's yet.
    pub fn locate(&mut self, key: Key, located: &Located) {
        self.add(Action::put(key, located).if_absent());
    }

    /// Writes something whatever was there: what is always the same, or the latest holds.
    pub fn put<T: Serialize>(&mut self, key: Key, value: &T) {
        self.add(Action::put(key, value));
    }

    /// Deletes a record if there is one.
    pub fn delete(&mut self, key: Key) {
        self.add(Action::delete(key));
    }

    /// Any other action. The first on a record holds.
    pub fn add(&mut self, action: Action) {
        if self.keys.insert(action.key().clone()) {
            self.actions.push(action);
        }
    }

    /// Whether it writes this record.
    pub fn holds(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Whether all of them and `more` others can be written together.
    pub fn fits(&self, more: usize) -> bool {
        let bytes: usize = self.actions.iter().map(Action::size_bytes).sum();
        self.actions.len().saturating_add(more) <= table::ACTIONS_MAX && bytes <= BATCH_BYTES_MAX
    }
}

/// The 4 MB of a transaction, less what may still be added to it.
const BATCH_BYTES_MAX: usize = table::WRITE_BYTES_MAX - table::RECORD_BYTES_MAX;

impl Store {
    /// A fact with what its record keeps beside it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn known<T: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<Known<T>>, StoreError> {
        self.table.row(key).await?.map(known).transpose()
    }

    /// The facts of a list, in the order of their keys.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read, or there are more than `max`.
    pub async fn known_list<T: DeserializeOwned>(
        &self,
        query: Query,
        max: usize,
    ) -> Result<Vec<(Key, Known<T>)>, StoreError> {
        let rows = self.table.query_all(query, max).await?;
        rows.into_iter().map(|row| Ok((row.key.clone(), known(row)?))).collect()
    }

    /// Whether there is such a record.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn is_there(&self, key: &Key) -> Result<bool, StoreError> {
        Ok(self.table.row(key).await?.is_some())
    }

    /// Whose something is; none: not yet known.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn located(&self, locator: &Key) -> Result<Option<Located>, StoreError> {
        self.table.get(locator).await
    }

    /// The care packages that carry a copy of a client.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn cplis_of_client(&self, client: &SsRef) -> Result<Vec<ClientCpli>, StoreError> {
        let rows = self.table.query_all(Query::client_cplis(client), CPLIS_OF_CLIENT_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Writes all of `batch` or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if something is not as it was read; otherwise if the table cannot be written.
    pub async fn write_batch(&self, batch: Batch) -> Result<(), StoreError> {
        self.table.write(batch.actions).await
    }
}

fn known<T: DeserializeOwned>(row: Row) -> Result<Known<T>, StoreError> {
    let version = row.version();
    let told = row.clone().read()?;
    Ok(Known { fact: row.read()?, told, version })
}

/// What must still be true of `row` for it to be written again by others than the import.
pub(crate) fn still_told(row: &Row) -> Before {
    match row.item.get(TOLD_COUNT) {
        Some(count) => Before::AttributeEquals(TOLD_COUNT, count.clone()),
        None => Before::AttributeMissing(TOLD_COUNT),
    }
}

#[cfg(test)]
mod tests {
    use domain::facts::Provider;
    use serde_json::json;

    use super::*;

    fn lake() -> Provider {
        serde_json::from_value(json!({
            "provider_ref": "P1001", "name": "Lake House", "kind": "care_home", "parent_ref": null,
            "address": null, "phone": null, "email": null, "vat_number": null
        }))
        .unwrap()
    }

    fn key() -> Key {
        Key::provider(&lake().provider_ref)
    }

    async fn save(store: &Store, known: &Known<Provider>, changed: bool) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.save(key(), known, changed);
        store.write_batch(batch).await
    }

    #[tokio::test]
    async fn being_told_the_same_again_is_no_new_version_and_yet_only_one_of_two_is_saved() {
        let store = Store::in_memory();
        save(&store, &Known::new(lake(), Told::default()), true).await.unwrap();
        let first: Known<Provider> = store.known(&key()).await.unwrap().unwrap();
        save(&store, &first, false).await.unwrap();
        let again: Known<Provider> = store.known(&key()).await.unwrap().unwrap();
        assert_eq!((first.version, again.version), (1, 1));
        assert!(save(&store, &first, true).await.unwrap_err().is_stale());
        save(&store, &again, true).await.unwrap();
        assert_eq!(store.known::<Provider>(&key()).await.unwrap().unwrap().version, 2);
    }

    #[tokio::test]
    async fn of_two_who_save_something_new_one_is_told() {
        let store = Store::in_memory();
        let fresh = Known::new(lake(), Told::default());
        save(&store, &fresh, true).await.unwrap();
        assert!(save(&store, &fresh, true).await.unwrap_err().is_stale());
    }
}
