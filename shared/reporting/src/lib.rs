//! Reports: what they need is loaded here, `domain::report` makes them of it, and here again they become files and
//! pictures. The page, the CSV file, the workbook and the paper of a report are made from one value.
//!
//! Architecture invariant: no rule about money is here, and no amount is computed that a statement does not have.

mod asked;
mod coming;
mod council;
mod delivered;
mod error;
mod jobs;
mod meter;
mod remittance;
mod svg;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use cloud::Cloud;
use domain::clock::Now;
use domain::ids::ProviderRef;
use domain::report::{Audience, Report, ReportName};
use domain::sign_in::EmailAddress;
use files::Objects;
use futures::future::try_join_all;
use recording::Recording;
use statements::Statements;
use store::Store;

use crate::meter::Meter;

pub use crate::asked::Asked;
pub use crate::error::ReportsError;
pub use crate::jobs::{JobMessage, ReportJobs};
pub use crate::svg::svg;
pub use crate::table::{csv, xlsx};

/// The reports of all providers.
#[derive(Debug, Clone)]
pub struct Reports {
    store: Store,
    statements: Statements,
    recording: Recording,
    meter: Meter,
}

/// Who reads a report about a provider.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Whom they act for.
    pub provider: ProviderRef,
    /// The address they sign in with.
    pub email: EmailAddress,
}

impl Reports {
    /// With the portal's table and buckets. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, recording) = (Store::open(cloud), Recording::open(cloud));
        let statements = Statements::open(cloud);
        Self { store, statements, recording, meter: Meter::default() }
    }

    /// With this table, these buckets and these statements, for tests.
    pub fn with(store: Store, objects: Objects, statements: Statements) -> Self {
        let recording = Recording::with(store.clone(), objects);
        Self { store, statements, recording, meter: Meter::default() }
    }

    /// The same, with how much of a report is made told to `meter`.
    fn with_meter(&self, meter: Meter) -> Self {
        Self { meter, ..self.clone() }
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

    /// A report about the provider that `reader` acts for, as `asked`.
    ///
    /// # Errors
    ///
    /// [`ReportsError::NotFound`] if the council offers no such report; [`ReportsError::Asked`] if a filter cannot be
    /// read.
    pub async fn of_provider(
        &self,
        name: ReportName,
        reader: &Reader,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        if !self.offered(Audience::Provider).await?.contains(&name) {
            return Err(ReportsError::NotFound);
        }
        let provider = &reader.provider;
        match name {
            ReportName::RemittanceByPeriod => self.remittance_by_period(provider, asked, now).await,
            ReportName::RemittanceByFinalisation => {
                self.remittance_by_finalisation(provider, asked, now).await
            }
            ReportName::PendingPayments => self.pending_payments(provider, now).await,
            ReportName::PaymentExceptions => self.payment_exceptions(provider, now).await,
            ReportName::ExpectedCash => self.expected_cash(provider, now).await,
            ReportName::CommissionedAndActuals => self.delivered_by(provider, asked, now).await,
            ReportName::AgedActions => self.aged_actions(provider, now).await,
            ReportName::Homes => self.homes(reader, now).await,
            ReportName::PromptPayment | ReportName::Responses | ReportName::AnswerTimes => {
                Err(ReportsError::NotFound)
            }
        }
    }

    /// Refuses a report that the council does not offer to its own people.
    ///
    /// # Errors
    ///
    /// [`ReportsError::NotFound`].
    pub async fn offers_to_council(&self, name: ReportName) -> Result<(), ReportsError> {
        let offered = self.offered(Audience::Council).await?;
        offered.contains(&name).then_some(()).ok_or(ReportsError::NotFound)
    }

    /// A report about all providers, as `asked`.
    ///
    /// # Errors
    ///
    /// As [`Reports::of_provider`].
    pub async fn of_council(
        &self,
        name: ReportName,
        asked: &Asked,
        now: Now,
    ) -> Result<Report, ReportsError> {
        self.offers_to_council(name).await?;
        match name {
            ReportName::RemittanceByPeriod => self.remittance_of_all(asked, now).await,
            ReportName::CommissionedAndActuals => self.delivered_by_all(asked, now).await,
            ReportName::PromptPayment => self.prompt_payment(asked, now).await,
            ReportName::Responses => self.responses(asked, now).await,
            ReportName::AnswerTimes => self.answer_times(asked, now).await,
            ReportName::RemittanceByFinalisation
            | ReportName::PendingPayments
            | ReportName::PaymentExceptions
            | ReportName::ExpectedCash
            | ReportName::AgedActions
            | ReportName::Homes => Err(ReportsError::NotFound),
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
