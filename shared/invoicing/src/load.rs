//! What documents are made from, brought together.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::facts::{Facts, Period, Provider};
use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{
    Draft, Drafting, InvoiceBody, InvoiceHead, InvoiceId, InvoiceNumber, InvoiceState,
};
use domain::period::periods_of;
use domain::settings::Settings;
use domain::weeks::{RecordedWeeks, Submission, window};
use files::Place;
use futures::future::try_join_all;
use store::PeriodOf;

use crate::{Invoicing, InvoicingError};

/// How large the lines of a document may be: about 15,000 of them, the most that one has.
const BODY_BYTES_MAX: usize = 25_000_000;

/// What is known of a contract and its provider.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) provider: Provider,
    pub(crate) facts: Facts,
    pub(crate) submissions: BTreeMap<NaiveDate, Submission>,
    pub(crate) settings: Settings,
}

impl Known {
    /// The period of the contract that begins on `start`.
    pub(crate) fn period(&self, start: NaiveDate) -> Option<&Period> {
        let mut periods = periods_of(&self.facts.contract, &self.facts.periods);
        periods.find(|period| period.start_date == start)
    }

    /// The period in whose window something comes that is submitted at `submitted_at`, as it stands at `now`: one
    /// whose statement is still open.
    pub(crate) fn window(&self, submitted_at: DateTime<Utc>, now: Now) -> Option<&Period> {
        let Facts { contract, periods, .. } = &self.facts;
        let first = window(contract, periods, submitted_at)?;
        let mut later = periods_of(contract, periods);
        later.find(|it| it.start_date >= first.start_date && it.finalise_at > now.instant)
    }

    /// The draft for `period` beside `earlier`, oldest first.
    pub(crate) fn draft(
        &self,
        period: &Period,
        recorded: &RecordedWeeks,
        earlier: &[InvoiceBody],
    ) -> Result<Draft, InvoicingError> {
        let drafting = Drafting {
            facts: &self.facts,
            period,
            recorded,
            submission: self.submissions.get(&period.start_date),
            earlier,
            over_tolerance: self.settings.over_tolerance,
        };
        Ok(drafting.draft()?)
    }
}

impl Invoicing {
    /// What is known of a contract of `provider`.
    pub(crate) async fn known(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Known, InvoicingError> {
        let (known, submissions, settings, provider) = tokio::try_join!(
            Box::pin(self.store.known_facts(provider, contract)),
            Box::pin(self.store.submissions(provider, contract)),
            Box::pin(self.store.settings()),
            Box::pin(self.store.provider(provider)),
        )?;
        let provider = provider.ok_or(InvoicingError::NotFound)?;
        Ok(Known { provider, facts: known.facts, submissions, settings })
    }

    /// A document of `provider`, with those of the same contract and period, oldest first.
    pub(crate) async fn heads(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
    ) -> Result<(InvoiceHead, Vec<InvoiceHead>), InvoicingError> {
        let heads =
            self.store.invoices_of_period(provider, &id.contract_ref, id.period_start).await?;
        let head = heads.iter().find(|head| head.invoice_id == *id).cloned();
        Ok((head.ok_or(InvoicingError::NotFound)?, heads))
    }

    /// The draft for a period, as things stand now, beside those of `heads` that claim something.
    pub(crate) async fn compute(
        &self,
        known: &Known,
        period: &Period,
        heads: &[InvoiceHead],
    ) -> Result<Draft, InvoicingError> {
        let (contract, provider) = (&known.facts.contract, &known.provider.provider_ref);
        let claiming = heads.iter().filter(|head| head.state.claims());
        let (recorded, earlier) = tokio::try_join!(
            async {
                let (contract, start) = (&contract.contract_ref, period.start_date);
                let weeks = self.store.weeks_of_period(PeriodOf { provider, contract, start });
                Ok(store::recorded(weeks.await?))
            },
            try_join_all(claiming.map(|head| self.body(head))),
        )?;
        known.draft(period, &recorded, &earlier)
    }

    /// The lines of a document that was submitted.
    pub(crate) async fn body(&self, head: &InvoiceHead) -> Result<InvoiceBody, InvoicingError> {
        let unreadable = || InvoicingError::Body(head.invoice_id.to_string());
        let claim = head.claim.as_ref().ok_or_else(unreadable)?;
        let place = Place::invoice(&head.invoice_id, claim.submitted_at, &claim.digest);
        let body = self.body_at(&place).await?.ok_or_else(unreadable)?;
        if body.invoice_id == head.invoice_id { Ok(body) } else { Err(unreadable()) }
    }

    /// What is written at `place`.
    pub(crate) async fn body_at(
        &self,
        place: &Place,
    ) -> Result<Option<InvoiceBody>, InvoicingError> {
        let object = self.objects.get(place, BODY_BYTES_MAX).await?;
        let body = object.map(|object| object.json()).transpose();
        body.map_err(|_other| InvoicingError::Body(place.name.clone()))
    }
}

/// The numbers of those among `heads` that have one.
pub(crate) fn numbers(heads: &[InvoiceHead]) -> BTreeMap<InvoiceId, InvoiceNumber> {
    let number = |head: &InvoiceHead| Some((head.invoice_id.clone(), head.claim.as_ref()?.number));
    heads.iter().filter_map(number).collect()
}

/// The one among `heads` whose lines are not fixed yet.
pub(crate) fn open_draft(heads: &[InvoiceHead]) -> Option<&InvoiceHead> {
    heads.iter().find(|head| head.state == InvoiceState::Draft)
}
