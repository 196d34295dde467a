//! Care packages as their provider looks at them.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::care_package::CarePackages;
use domain::clock::Now;
use domain::facts::{Contract, Cpli, Service};
use domain::ids::ProviderRef;
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use serde::{Deserialize, Serialize};

use crate::keys::Key;
use crate::{Action, Query, Row, Store, StoreError};

/// More care packages than any provider has, past ones included.
const CPLIS_MAX: usize = 20_000;

/// More facts than the contracts of any provider have.
const FACTS_MAX: usize = 20_000;

/// After so long nobody remembers what a list said.
const VISIT_KEPT_DAYS: u64 = 400;

/// Today's visit and the one before.
const VISITS_READ: usize = 2;

/// What somebody finds who looks at a provider's care packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// All of them, past ones included.
    pub packages: CarePackages,
    /// The council's settings.
    pub settings: Settings,
    /// When this person last looked, on a day before today.
    pub last_visit: Option<DateTime<Utc>>,
}

/// That somebody looked on a day.
#[derive(Debug, Serialize, Deserialize)]
struct Looked {
    /// At last on that day.
    at: DateTime<Utc>,
    /// Which day it was in London.
    on: NaiveDate,
}

impl Store {
    /// The care packages of a provider, for somebody who looks at them now. That they did is kept, so that the
    /// next time what changed since is marked.
    ///
    /// One round trip, whatever it finds: the record of a visit has its day in its key, so that it is written
    /// without reading the one before. So all that happened since an earlier day stays marked the whole day.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::TooManyRecords`] beyond all measure.
    pub async fn visit_care_packages(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Visit, StoreError> {
        let (visit, ()) = tokio::try_join!(
            self.peek_care_packages(email, provider, now),
            self.keep_visit(email, provider, now),
        )?;
        Ok(visit)
    }

    /// The same without having looked: what waits there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::TooManyRecords`] beyond all measure.
    pub async fn peek_care_packages(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Visit, StoreError> {
        let (packages, settings, last_visit) = tokio::try_join!(
            self.packages_of(
                Query::cplis_of_provider(provider).may_be_late(),
                Query::facts_of_provider(provider).may_be_late(),
            ),
            self.settings(),
            self.last_visit(email, provider, now),
        )?;
        Ok(Visit { packages, settings, last_visit })
    }

    /// The care packages of a provider, past ones included, whoever asks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::TooManyRecords`] beyond all measure.
    pub async fn care_packages(&self, provider: &ProviderRef) -> Result<CarePackages, StoreError> {
        self.packages_of(Query::cplis_of_provider(provider), Query::facts_of_provider(provider))
            .await
    }

    async fn packages_of(&self, cplis: Query, facts: Query) -> Result<CarePackages, StoreError> {
        let (cplis, facts) = tokio::try_join!(
            self.table.query_all(cplis, CPLIS_MAX),
            self.table.query_all(facts, FACTS_MAX),
        )?;
        let cplis = cplis.into_iter().map(Row::read::<Cpli>).collect::<Result<_, _>>()?;
        let mut packages = CarePackages { cplis, ..CarePackages::default() };
        for row in facts {
            match row.key.fact_kind() {
                Some("CONTRACT") => {
                    let contract: Contract = row.read()?;
                    packages.contracts.insert(contract.contract_ref.clone(), contract);
                }
                Some("SERVICE") => {
                    let service: Service = row.read()?;
                    packages.services.insert(service.service_ref.clone(), service);
                }
                _ => {}
            }
        }
        Ok(packages)
    }

    async fn last_visit(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let newest =
            Query::visits(email.as_str(), provider).descending().limit(VISITS_READ).may_be_late();
        let visits: Vec<Looked> = self.table.query(&newest).await?.read()?;
        Ok(visits.iter().find(|visit| visit.on < now.date).map(|visit| visit.at))
    }

    async fn keep_visit(
        &self,
        email: &EmailAddress,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<(), StoreError> {
        let looked = Looked { at: now.instant, on: now.date };
        let kept = Days::new(VISIT_KEPT_DAYS);
        let until = now.instant.checked_add_days(kept).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let key = Key::visit(email.as_str(), provider, now.date);
        self.table.write(vec![Action::put(key, &looked).expires_at(until)]).await
    }
}
