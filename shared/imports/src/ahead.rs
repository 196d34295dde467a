//! Reading ahead: what the rows of a piece will ask for is asked for together, not one after the other.

use std::collections::BTreeSet;

use domain::facts::{Client, Cpli};
use domain::feed::{Feed, Row};
use domain::ids::{CpliId, ServiceRef, SsRef};
use futures::future::try_join_all;
use store::keys::Key;
use store::{Known, Located, StoreError};

use crate::desk::Desk;

/// How many questions are asked at a time.
const AT_A_TIME: usize = 25;

impl Desk<'_> {
    /// Reads what the rows of the large feeds will ask for. It may miss something; the desk then asks itself.
    pub(crate) async fn read_ahead(&mut self, rows: &[&Row]) -> Result<(), StoreError> {
        let Some(feed) = rows.first().map(|row| row.feed) else { return Ok(()) };
        let hangs = matches!(feed, Feed::Prices | Feed::Contributions | Feed::Absences);
        if feed == Feed::Cplis || hangs {
            self.cplis_ahead(rows).await?;
        }
        if matches!(feed, Feed::Cplis | Feed::Clients) {
            self.clients_ahead(rows).await?;
        }
        Ok(())
    }

    async fn cplis_ahead(&mut self, rows: &[&Row]) -> Result<(), StoreError> {
        let ids: BTreeSet<CpliId> = rows.iter().filter_map(|row| row.parsed("cpli_id")).collect();
        let services: BTreeSet<ServiceRef> =
            rows.iter().filter_map(|row| row.parsed("service_ref")).collect();
        let locators = ids.iter().map(Key::cpli_locator);
        let locators = locators.chain(services.iter().map(Key::service_locator)).collect();
        self.locators_ahead(locators).await?;
        let mut keys = BTreeSet::new();
        for row in rows {
            let Some(cpli_id) = row.parsed::<CpliId>("cpli_id") else { continue };
            let mut home = self.located(&Key::cpli_locator(&cpli_id)).await?;
            if let (None, Some(service)) = (&home, row.parsed("service_ref")) {
                // One that is new is asked for where its service is.
                home = self.located(&Key::service_locator(&service)).await?;
            }
            keys.extend(home.map(|it| Key::cpli(&it.provider_ref, &it.contract_ref, &cpli_id)));
        }
        let keys: Vec<Key> = keys.into_iter().collect();
        for some in keys.chunks(AT_A_TIME) {
            let store = self.store;
            let read = try_join_all(some.iter().map(|key| store.known::<Cpli>(key))).await?;
            for (key, known) in some.iter().zip(read) {
                self.cplis.fill(key.clone(), known);
            }
        }
        Ok(())
    }

    async fn locators_ahead(&mut self, locators: Vec<Key>) -> Result<(), StoreError> {
        for some in locators.chunks(AT_A_TIME) {
            let store = self.store;
            let read: Vec<Option<Located>> =
                try_join_all(some.iter().map(|key| store.located(key))).await?;
            for (key, located) in some.iter().zip(read) {
                self.fill_located(key.clone(), located);
            }
        }
        Ok(())
    }

    async fn clients_ahead(&mut self, rows: &[&Row]) -> Result<(), StoreError> {
        let refs: BTreeSet<SsRef> = rows.iter().filter_map(|row| row.parsed("ss_ref")).collect();
        let keys: Vec<Key> = refs.iter().map(Key::client).collect();
        for some in keys.chunks(AT_A_TIME) {
            let store = self.store;
            let read: Vec<Option<Known<Client>>> =
                try_join_all(some.iter().map(|key| store.known(key))).await?;
            for (key, known) in some.iter().zip(read) {
                self.clients.fill(key.clone(), known);
            }
        }
        Ok(())
    }
}
