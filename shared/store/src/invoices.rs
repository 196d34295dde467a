//! The heads of invoices and credit notes, and their numbers.
//!
//! A number is given in the transaction that submits its document, under the condition that it is still the next
//! one. So a provider's numbers have no gaps and no doubles, however many submit at once; whoever was slower reads
//! the next number and tries again.

use chrono::NaiveDate;
use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{InvoiceHead, InvoiceId, InvoiceNumber, InvoiceState};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::outbox::OutboxEmail;
use crate::query::{Cursor, Query};

/// More documents than a contract ever has in one period: their heads are read together.
const OF_PERIOD_MAX: usize = 1_000;

/// More approved documents than ever wait for a statement.
const APPROVED_MAX: usize = 1_000;

/// The number that the next document of a provider gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextNumber {
    /// Not given yet.
    pub number: InvoiceNumber,
    /// Counts saves; 0: none was given yet.
    #[serde(default)]
    version: u32,
}

/// Which document has a number, or waits for its statement.
#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    invoice_id: InvoiceId,
}

/// That a submitted document waits for the council.
#[derive(Debug, Serialize, Deserialize)]
struct WaitingInvoice {
    provider_ref: ProviderRef,
    invoice_id: InvoiceId,
}

impl Store {
    /// The heads of the documents of a contract and period, in the order they were created, deleted ones too.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn invoices_of_period(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        start: NaiveDate,
    ) -> Result<Vec<InvoiceHead>, StoreError> {
        let query = Query::invoices(provider, contract, start);
        let rows = self.table.query_all(query, OF_PERIOD_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Some of the heads of a provider's documents, the last contract's latest period first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn invoices_of_provider(
        &self,
        provider: &ProviderRef,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<InvoiceHead>, Option<Cursor>), StoreError> {
        let query = Query::invoices_of_provider(provider).descending().limit(limit).after(after);
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// Some of the heads of a contract's documents, latest period first, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn invoices_of_contract(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<InvoiceHead>, Option<Cursor>), StoreError> {
        let query = Query::invoices_of_contract(provider, contract);
        let page = self.table.query(&query.descending().limit(limit).after(after)).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// The head of a document of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn invoice(
        &self,
        provider: &ProviderRef,
        invoice: &InvoiceId,
    ) -> Result<Option<InvoiceHead>, StoreError> {
        self.table.get(&Key::invoice(provider, invoice)).await
    }

    /// Saves a head if nobody has since it was read; a new one if there is none of its name: a draft, what is
    /// attached to it, that it is deleted, disputed or submitted again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has.
    pub async fn save_invoice(&self, head: &InvoiceHead) -> Result<(), StoreError> {
        let mut actions = vec![Self::invoice_action(head)];
        if head.state == InvoiceState::Submitted {
            actions.push(Self::waiting_action(head));
        }
        self.table.write(actions).await
    }

    /// What puts a submitted document into the council's queue.
    fn waiting_action(head: &InvoiceHead) -> Action {
        let waiting = WaitingInvoice {
            provider_ref: head.provider_ref.clone(),
            invoice_id: head.invoice_id.clone(),
        };
        Action::put(Key::submitted_invoice(&head.provider_ref, &head.invoice_id), &waiting)
    }

    /// Some of the submitted documents that wait for the council, by provider, and where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn submitted_invoices(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<InvoiceHead>, Option<Cursor>), StoreError> {
        let page = self.table.query(&Query::submitted_invoices().limit(limit).after(after)).await?;
        let next = page.next.clone();
        let mut heads = Vec::new();
        for WaitingInvoice { provider_ref, invoice_id } in page.read()? {
            let head: Option<InvoiceHead> = self.invoice(&provider_ref, &invoice_id).await?;
            heads.extend(head.filter(|head| head.state == InvoiceState::Submitted));
        }
        Ok((heads, next))
    }

    /// How many submitted documents wait for the council: so many at most.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn submitted_invoices_counted(&self, max: usize) -> Result<usize, StoreError> {
        Ok(self.table.query(&Query::submitted_invoices().limit(max)).await?.rows.len())
    }

    /// What saves a head, if nobody has since it was read.
    pub fn invoice_action(head: &InvoiceHead) -> Action {
        let key = Key::invoice(&head.provider_ref, &head.invoice_id);
        Action::put(key, head).if_version(head.version)
    }

    /// The number that the next document of a provider gets, for [`Store::submit_invoice`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn next_invoice_number(
        &self,
        provider: &ProviderRef,
    ) -> Result<NextNumber, StoreError> {
        let next = self.table.get(&Key::invoice_number(provider)).await?;
        Ok(next.unwrap_or(NextNumber { number: InvoiceNumber::FIRST, version: 0 }))
    }

    /// Saves a head that is submitted with the number `given`: the head, the number that follows, and which document
    /// has the number, all or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`]: `action` 0: somebody saved the head since it was read; otherwise another document got
    /// the number: read the next one and try again. [`StoreError::Missing`] if there are no more numbers.
    pub async fn submit_invoice(
        &self,
        head: &InvoiceHead,
        given: NextNumber,
    ) -> Result<(), StoreError> {
        let provider = &head.provider_ref;
        let next = given.number.next().ok_or(StoreError::Missing("further invoice number"))?;
        let next = NextNumber { number: next, version: given.version };
        let pointer = Pointer { invoice_id: head.invoice_id.clone() };
        self.table
            .write(vec![
                Self::invoice_action(head),
                Action::put(Key::invoice_number(provider), &next).if_version(given.version),
                Action::put(Key::numbered(provider, given.number), &pointer).if_absent(),
                Self::waiting_action(head),
            ])
            .await
    }

    /// Which document has a number; none: it was not given yet.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn invoice_numbered(
        &self,
        provider: &ProviderRef,
        number: InvoiceNumber,
    ) -> Result<Option<InvoiceId>, StoreError> {
        let pointer: Option<Pointer> = self.table.get(&Key::numbered(provider, number)).await?;
        Ok(pointer.map(|pointer| pointer.invoice_id))
    }

    /// Saves what the council decided about a document, with the emails that tell of it: all or nothing. One that is
    /// approved now waits for its statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved the head since it was read, or the emails were written before.
    pub async fn decide_invoice(
        &self,
        head: &InvoiceHead,
        emails: Vec<OutboxEmail>,
    ) -> Result<(), StoreError> {
        let mut actions = Self::decision_actions(head);
        actions.extend(emails.into_iter().flat_map(Self::outbox_actions));
        self.table.write(actions).await
    }

    /// What saves a decision about a document, for those who save more with it.
    pub fn decision_actions(head: &InvoiceHead) -> Vec<Action> {
        let waiting = Key::submitted_invoice(&head.provider_ref, &head.invoice_id);
        let mut actions = vec![Self::invoice_action(head), Action::delete(waiting)];
        if head.state == InvoiceState::Approved {
            let key = Key::approved(&head.provider_ref, &head.invoice_id);
            actions.push(Action::put(key, &Pointer { invoice_id: head.invoice_id.clone() }));
        }
        actions
    }

    /// The approved documents of a contract of which something is not paid yet, by period and number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn approved_invoices(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Vec<InvoiceHead>, StoreError> {
        let rows = self.table.query_all(Query::approved(provider, contract), APPROVED_MAX).await?;
        let mut heads = Vec::new();
        for row in rows {
            let Pointer { invoice_id } = row.read()?;
            let head = self.invoice(provider, &invoice_id).await?;
            heads.push(head.ok_or(StoreError::Missing("approved invoice"))?);
        }
        Ok(heads)
    }

    /// What saves that a statement took a document's lines, for the transaction that finalises it: one that is paid
    /// waits no more.
    pub fn taken_actions(head: &InvoiceHead) -> Vec<Action> {
        let mut actions = vec![Self::invoice_action(head)];
        if head.state == InvoiceState::Paid {
            actions.push(Action::delete(Key::approved(&head.provider_ref, &head.invoice_id)));
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};
    use domain::clock::Now;
    use serde_json::json;

    use super::*;

    fn provider() -> ProviderRef {
        "P1001".parse().unwrap()
    }

    fn contract() -> ContractRef {
        "C3001".parse().unwrap()
    }

    fn start() -> NaiveDate {
        "2026-10-26".parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-24T09:00:00Z".parse().unwrap()
    }

    fn draft(n: u16) -> InvoiceHead {
        serde_json::from_value(json!({
            "invoice_id": format!("C3001.2026-10-26.{n}"), "provider_ref": "P1001",
            "contract_name": "Home care", "period_end": "2026-11-22", "state": "draft", "claim": null,
            "attachment": null, "history": [], "taken_in": null, "paid_in": null, "version": 0
        }))
        .unwrap()
    }

    fn submitted(head: InvoiceHead, number: InvoiceNumber) -> InvoiceHead {
        let claim = json!({
            "number": number, "kind": "invoice", "net": "100.00",
            "vat": {"category": "exempt", "percent": "0", "tax": "0.00", "suppliers_tax": null},
            "total": "100.00", "lines": 1, "digest": "00", "submitted_at": now(),
            "submitted_by": "Ada Brome", "takes_back": []
        });
        head.submit(serde_json::from_value(claim).unwrap()).unwrap()
    }

    async fn saved(store: &Store, n: u16) -> InvoiceHead {
        store.save_invoice(&draft(n)).await.unwrap();
        store.invoice(&provider(), &draft(n).invoice_id).await.unwrap().unwrap()
    }

    /// Submits as a caller does: reads the number, and again if another document got it.
    async fn submit(store: &Store, head: InvoiceHead) -> InvoiceNumber {
        loop {
            let next = store.next_invoice_number(&provider()).await.unwrap();
            // Another one comes between.
            tokio::task::yield_now().await;
            match store.submit_invoice(&submitted(head.clone(), next.number), next).await {
                Ok(()) => return next.number,
                Err(error) => assert!(matches!(error, StoreError::Stale { action: 1 }), "{error}"),
            }
        }
    }

    #[tokio::test]
    async fn of_two_who_create_the_same_draft_one_is_told() {
        let store = Store::in_memory();
        store.save_invoice(&draft(1)).await.unwrap();
        assert!(store.save_invoice(&draft(1)).await.unwrap_err().is_stale());
    }

    #[tokio::test]
    async fn numbers_have_no_gaps_however_many_submit_at_once() {
        let store = Store::in_memory();
        let mut heads = Vec::new();
        for n in 1..=9 {
            heads.push(saved(&store, n).await);
        }
        let set = tokio::task::LocalSet::new();
        let numbers = set
            .run_until(async {
                let tasks: Vec<_> = heads
                    .into_iter()
                    .map(|head| {
                        let store = store.clone();
                        tokio::task::spawn_local(async move { submit(&store, head).await })
                    })
                    .collect();
                let mut numbers = BTreeSet::new();
                for task in tasks {
                    numbers.insert(u32::from(task.await.unwrap()));
                }
                numbers
            })
            .await;
        assert_eq!(numbers, (1..=9).collect());
        let mut named = BTreeSet::new();
        for number in 1..=9 {
            let number = InvoiceNumber::try_from(number).unwrap();
            let id = store.invoice_numbered(&provider(), number).await.unwrap().unwrap();
            let head = store.invoice(&provider(), &id).await.unwrap().unwrap();
            assert_eq!(head.claim.unwrap().number, number);
            named.insert(id);
        }
        assert_eq!(named.len(), 9);
        let tenth = InvoiceNumber::try_from(10).unwrap();
        assert_eq!(store.invoice_numbered(&provider(), tenth).await, Ok(None));
    }

    #[tokio::test]
    async fn a_document_is_submitted_once_and_one_that_was_deleted_not_at_all() {
        let store = Store::in_memory();
        let head = saved(&store, 1).await;
        submit(&store, head.clone()).await;
        let next = store.next_invoice_number(&provider()).await.unwrap();
        let again = store.submit_invoice(&submitted(head, next.number), next).await;
        assert_eq!(again, Err(StoreError::Stale { action: 0 }));
        let after = store.next_invoice_number(&provider()).await.unwrap();
        assert_eq!(after, next, "no number is lost");
    }

    #[tokio::test]
    async fn a_number_is_a_providers_own() {
        let store = Store::in_memory();
        submit(&store, saved(&store, 1).await).await;
        let other: ProviderRef = "P1002".parse().unwrap();
        let first = store.next_invoice_number(&other).await.unwrap();
        assert_eq!(first.number, InvoiceNumber::FIRST);
        let not_theirs = store.invoice_numbered(&other, InvoiceNumber::FIRST).await;
        assert_eq!(not_theirs, Ok(None));
        let head = store.invoice(&other, &draft(1).invoice_id).await;
        assert_eq!(head, Ok(None));
    }

    #[tokio::test]
    async fn what_is_approved_waits_until_a_statement_has_paid_it() {
        let store = Store::in_memory();
        let id = draft(1).invoice_id;
        submit(&store, saved(&store, 1).await).await;
        let head = store.invoice(&provider(), &id).await.unwrap().unwrap();
        let approved = head.approve(None, [], Now::at(now())).unwrap();
        store.decide_invoice(&approved, Vec::new()).await.unwrap();
        let waiting = store.approved_invoices(&provider(), &contract()).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let statement = "2026-11-23".parse().unwrap();
        let partly = waiting[0].clone().taken(statement, false, now()).unwrap();
        store.table.write(Store::taken_actions(&partly)).await.unwrap();
        let waiting = store.approved_invoices(&provider(), &contract()).await.unwrap();
        assert_eq!(waiting[0].taken_in, Some(statement));
        let paid = waiting[0].clone().taken(statement, true, now()).unwrap();
        store.table.write(Store::taken_actions(&paid)).await.unwrap();
        assert_eq!(store.approved_invoices(&provider(), &contract()).await.unwrap(), []);
        let head = store.invoice(&provider(), &id).await.unwrap().unwrap();
        assert_eq!(head.state, InvoiceState::Paid);
    }

    #[tokio::test]
    async fn documents_are_listed_in_order_and_page_by_page() {
        let store = Store::in_memory();
        for n in [2, 10, 1] {
            saved(&store, n).await;
        }
        let of_period = store.invoices_of_period(&provider(), &contract(), start()).await.unwrap();
        let order: Vec<_> = of_period.iter().map(|head| head.invoice_id.n).collect();
        assert_eq!(order, [1, 2, 10]);
        let (first, next) = store.invoices_of_provider(&provider(), 2, None).await.unwrap();
        let (rest, end) = store.invoices_of_provider(&provider(), 2, next).await.unwrap();
        let order: Vec<_> = first.iter().chain(&rest).map(|head| head.invoice_id.n).collect();
        assert_eq!((order, end), (vec![10, 2, 1], None));
        let (of_contract, _) =
            store.invoices_of_contract(&provider(), &contract(), 9, None).await.unwrap();
        assert_eq!(of_contract.len(), 3);
        let other = "C30".parse().unwrap();
        let (none, _) = store.invoices_of_contract(&provider(), &other, 9, None).await.unwrap();
        assert_eq!(none, []);
    }
}
