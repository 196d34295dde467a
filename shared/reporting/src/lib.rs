//! Reports: what they need is loaded here, `domain::report` makes them of it, and here again they become files and
//! pictures. The page, the CSV file, the workbook and the paper of a report are made from one value.
//!
//! Architecture invariant: no rule about money is here, and no amount is computed that a statement does not have.

mod asked;
mod error;
mod remittance;
mod svg;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use cloud::Cloud;
use domain::clock::Now;
use domain::ids::ProviderRef;
use domain::report::{Audience, Report, ReportName};
use futures::future::try_join_all;
use statements::Statements;
use store::Store;

pub use crate::asked::Asked;
pub use crate::error::ReportsError;
pub use crate::svg::svg;
pub use crate::table::{csv, xlsx};

/// The reports of all providers.
#[derive(Debug, Clone)]
pub struct Reports {
    store: Store,
    statements: Statements,
}

impl Reports {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self { store: Store::open(cloud), statements: Statements::open(cloud) }
    }

    /// With this table and these statements, for tests.
    pub fn with(store: Store, statements: Statements) -> Self {
        Self { store, statements }
    }

    /// The reports that the council offers to `audience`, in their order.
    ///
    /// # Errors
    ///
    /// [`ReportsError`] if the table cannot be read.
    pub async fn offered(&self, audience: Audience) -> Result<Vec<ReportName>, ReportsError> {
        let offered = self.store.settings().await?.reports_offered;
        let is_offered = |name: &ReportName| name.is_for(audience) && offered.contains(name);
        Ok(ReportName::ALL.into_iter().filter(is_offered).collect())
    }

    /// A report about `provider`, as `asked`.
    ///
    /// # Errors
    ///
    /// [`ReportsError::NotFound`] if the council offers no such report; [`ReportsError::Asked`] if a filter cannot be
    /// read.
    pub async fn of_provider(
        &self,
        name: ReportName,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        if !self.offered(Audience::Provider).await?.contains(&name) {
            return Err(ReportsError::NotFound);
        }
        match name {
            ReportName::RemittanceByPeriod => self.remittance_by_period(provider, asked, now).await,
            ReportName::RemittanceByFinalisation => {
                self.remittance_by_finalisation(provider, asked, now).await
            }
        }
    }

    async fn names(
        &self,
        providers: impl Iterator<Item = ProviderRef>,
    ) -> Result<BTreeMap<ProviderRef, String>, ReportsError> {
        let providers: BTreeSet<_> = providers.collect();
        let known = try_join_all(providers.iter().map(|it| self.store.provider(it))).await?;
        Ok(known.into_iter().flatten().map(|it| (it.provider_ref, it.name)).collect())
    }
}
