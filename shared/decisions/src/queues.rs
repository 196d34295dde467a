//! What waits to be decided: submitted invoices, and weeks in which more was delivered than is tolerated.

use std::collections::BTreeSet;

use domain::clock::Now;
use domain::facts::PaymentMethod;
use domain::ids::ProviderRef;
use domain::invoice::InvoiceHead;
use domain::weeks::ExceptionState;
use futures::future::try_join_all;
use recording::ExceptionRow;
use store::{ByHand, Cursor};

use crate::{Decisions, DecisionsError};

/// After how many days a submitted invoice waits too long: it is to be paid within 30 (Procurement Act 2023).
pub const INVOICE_DAYS_MAX: i64 = 30;

/// How many providers are read at once.
const AT_ONCE: usize = 10;

/// The weeks of one provider that wait to be decided.
#[derive(Debug, Clone)]
pub struct WaitingExceptions {
    /// Whose.
    pub provider_ref: ProviderRef,
    /// The latest first.
    pub rows: Vec<ExceptionRow>,
}

impl Decisions {
    /// Some of the submitted invoices and credit notes, by provider, and where to go on.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] if the table cannot be read.
    pub async fn waiting_invoices(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<InvoiceHead>, Option<Cursor>), DecisionsError> {
        Ok(self.store.submitted_invoices(limit, after).await?)
    }

    /// The weeks over tolerance that wait, of the providers after `after`: those of `providers_max` providers that are
    /// paid as they deliver, and after which provider to go on.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] if the table cannot be read.
    pub async fn waiting_exceptions(
        &self,
        providers_max: usize,
        after: Option<&ProviderRef>,
        now: Now,
    ) -> Result<(Vec<WaitingExceptions>, Option<ProviderRef>), DecisionsError> {
        let mut providers = self.paid_as_delivered().await?;
        if let Some(after) = after {
            providers.retain(|it| it > after);
        }
        let some: Vec<_> = providers.iter().take(providers_max).cloned().collect();
        let next = some.last().filter(|_| providers.len() > some.len()).cloned();
        let mut waiting = Vec::new();
        for providers in some.chunks(AT_ONCE) {
            let read = providers.iter().map(|it| Box::pin(self.recording.exceptions(it, now)));
            for (provider, mut rows) in providers.iter().zip(try_join_all(read).await?) {
                rows.retain(|row| row.state == ExceptionState::Waiting);
                if !rows.is_empty() {
                    waiting.push(WaitingExceptions { provider_ref: provider.clone(), rows });
                }
            }
        }
        Ok((waiting, next))
    }

    /// The weeks over tolerance of one provider that wait, the latest first.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] if the table cannot be read.
    pub async fn exceptions_of(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Vec<ExceptionRow>, DecisionsError> {
        let mut rows = Box::pin(self.recording.exceptions(provider, now)).await?;
        rows.retain(|row| row.state == ExceptionState::Waiting);
        Ok(rows)
    }

    /// The providers that have a contract which is paid as it is delivered.
    async fn paid_as_delivered(&self) -> Result<BTreeSet<ProviderRef>, DecisionsError> {
        let mut providers = BTreeSet::new();
        for cycle in self.store.cycle_refs().await? {
            let progress = self.store.progress_of_cycle(&cycle).await?;
            let delivered =
                progress.into_iter().filter(|it| it.payment_method == PaymentMethod::Actuals);
            providers.extend(delivered.map(|it| it.provider_ref));
        }
        Ok(providers)
    }

    /// Some of what was decided by hand about a contract, latest first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] if the table cannot be read.
    pub async fn history(
        &self,
        about: (&ProviderRef, &domain::ids::ContractRef),
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<ByHand>, Option<Cursor>), DecisionsError> {
        Ok(self.store.by_hand_listed(about, limit, after).await?)
    }
}
