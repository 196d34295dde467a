//! Purchase orders as people read them.

use std::collections::BTreeMap;

use domain::clock::Now;
use domain::ids::{ProviderRef, SsRef};
use domain::period::FinancialYear;
use domain::purchase_order::{
    Order, OrderHead, OrderId, OrderRevision, RevisionBody, orders_of, years_of,
};
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::{OrderingError, Orders};

/// How many revisions are issued at a time.
const ISSUED_AT_ONCE: usize = 16;

/// The orders of a provider in one financial year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The years that there are orders of, latest first.
    pub financial_years: Vec<FinancialYear>,
    /// The year that is listed; none: there are no orders at all.
    pub financial_year: Option<FinancialYear>,
    /// By client.
    pub orders: Vec<OrderHead>,
}

/// One revision of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOrder {
    /// What it says.
    pub body: RevisionBody,
    /// Whether it is the latest.
    pub latest: bool,
    /// The order's history, latest first.
    pub revisions: Vec<OrderRevision>,
}

impl Orders {
    /// The orders of a provider in a financial year, each as it follows from today's facts. No year asked: the
    /// current one, else the latest that there are orders of.
    ///
    /// # Errors
    ///
    /// [`OrderingError`] if the table or the buckets cannot be reached, or facts contradict each other.
    pub async fn list(
        &self,
        provider: &ProviderRef,
        asked: Option<FinancialYear>,
        now: Now,
    ) -> Result<Listed, OrderingError> {
        let packages = self.store.care_packages(provider).await?;
        let financial_years = years_of(&packages, now.date);
        let current = Some(FinancialYear::of(now.date)).filter(|it| financial_years.contains(it));
        let latest = financial_years.first().copied();
        let Some(financial_year) = asked.or(current).or(latest) else {
            return Ok(Listed { financial_years, financial_year: None, orders: Vec::new() });
        };
        let (heads, parties) = tokio::try_join!(
            async { Ok(self.store.orders(provider, financial_year).await?) },
            self.parties(provider),
        )?;
        let mut heads: BTreeMap<SsRef, OrderHead> =
            heads.into_iter().map(|head| (head.id.ss_ref.clone(), head)).collect();
        let mut orders = orders_of(&packages, provider, financial_year, now.date)?;
        for (ss_ref, head) in &heads {
            if !orders.contains_key(ss_ref) {
                let gone = Order::of(&packages, head.id.clone(), now.date)?;
                orders.insert(ss_ref.clone(), gone);
            }
        }
        let issued = orders.into_iter().map(|(ss_ref, order)| {
            let head = heads.remove(&ss_ref);
            Box::pin(self.up_to_date(order, head, &parties, now))
        });
        let issued: Vec<_> = issued.collect();
        let issued: Vec<Option<OrderHead>> =
            stream::iter(issued).buffered(ISSUED_AT_ONCE).try_collect().await?;
        let orders = issued.into_iter().flatten().collect();
        Ok(Listed { financial_years, financial_year: Some(financial_year), orders })
    }

    /// One order: `revision`, or the latest, as it follows from today's facts.
    ///
    /// # Errors
    ///
    /// [`OrderingError::NotFound`] if the provider has no such order, or the order no such revision.
    pub async fn show(
        &self,
        id: &OrderId,
        revision: Option<u32>,
        now: Now,
    ) -> Result<ShownOrder, OrderingError> {
        let (packages, head, parties) = tokio::try_join!(
            async { Ok(self.store.care_packages(&id.provider_ref).await?) },
            async { Ok(self.store.order(id).await?) },
            self.parties(&id.provider_ref),
        )?;
        let order = Order::of(&packages, id.clone(), now.date)?;
        let head = Box::pin(self.up_to_date(order, head, &parties, now)).await?;
        let head = head.ok_or(OrderingError::NotFound)?;
        let revision = revision.unwrap_or(head.revision);
        if revision == 0 || revision > head.revision {
            return Err(OrderingError::NotFound);
        }
        let (body, mut revisions) = tokio::try_join!(self.body(id, revision), async {
            Ok(self.store.order_revisions(id).await?)
        })?;
        revisions.reverse();
        Ok(ShownOrder { body, latest: revision == head.revision, revisions })
    }
}
