//! Purchase orders: the head of each, and the history of its revisions.
//!
//! A revision's body is written once before its head; the head goes to the next revision only from the one before, so
//! that of two who issue at once one does.

use domain::ids::ProviderRef;
use domain::period::FinancialYear;
use domain::purchase_order::{OrderHead, OrderId, OrderRevision};

use crate::Store;
use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;

/// More clients than any provider has in a year.
const ORDERS_MAX: usize = 20_000;

/// More revisions than an order ever has: one a day for years.
const REVISIONS_MAX: usize = 5_000;

impl Store {
    /// The heads of a provider's orders in a financial year, by client.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn orders(
        &self,
        provider: &ProviderRef,
        financial_year: FinancialYear,
    ) -> Result<Vec<OrderHead>, StoreError> {
        let query = Query::orders(provider, financial_year);
        let rows = self.table.query_all(query, ORDERS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The head of an order, if one was ever issued.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn order(&self, order: &OrderId) -> Result<Option<OrderHead>, StoreError> {
        self.table.get(&Key::order(order)).await
    }

    /// The revisions of an order, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn order_revisions(&self, order: &OrderId) -> Result<Vec<OrderRevision>, StoreError> {
        let rows = self.table.query_all(Query::order_revisions(order), REVISIONS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Makes a revision the latest of its order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the latest is not the one before it.
    pub async fn issue_order(
        &self,
        head: &OrderHead,
        line: &OrderRevision,
    ) -> Result<(), StoreError> {
        let saved = Action::put(Key::order(&head.id), head);
        let saved = match head.revision.checked_sub(1) {
            None | Some(0) => saved.if_absent(),
            Some(before) => saved.if_equals("revision", &before),
        };
        let told = Action::put(Key::order_revision(&head.id, head.revision), line).if_absent();
        self.table.write(vec![saved, told]).await
    }
}
