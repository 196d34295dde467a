//! Payments of which nobody is told yet.
//!
//! A payment is told to people at once, in the daily email, and to software. The transaction that makes it keeps one
//! small record of that, in the list of emails that are pending: what is told to all of them lies in the payment,
//! which does not change any more. Whoever sends emails turns it into what each of them waits for, all or nothing,
//! and takes it away with that: so whatever comes twice or is cut off, each is told once.

use chrono::{DateTime, Utc};
use domain::clock::london_date;
use domain::facts::Period;
use domain::ids::{ContractRef, ProviderRef};
use domain::notice::{Happening, PaymentNews};
use domain::statement::Totals;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::notices::News;
use crate::outbox::{OutboxEmail, OutboxId, Pending};
use crate::{EMAILS_MAX, Store, table};

/// How many are told of one payment at most: more than a contract's services can have their voids paid to.
pub const PAYEES_MAX: usize = EMAILS_MAX;

/// A payment of which nobody is told yet. It is one of items: one without is no news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UntoldPayment {
    /// Of which contract.
    pub contract_ref: ContractRef,
    /// The contract's name.
    pub contract_name: String,
    /// For which period.
    pub period: Period,
    /// When it was finalised.
    pub at: DateTime<Utc>,
    /// Who is paid, the contract's own provider first.
    pub payees: Vec<Payee>,
}

/// Somebody who is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// Who.
    pub provider_ref: ProviderRef,
    /// What they are paid, and what not.
    pub totals: Totals,
}

impl UntoldPayment {
    /// Its name among what is pending.
    pub fn outbox_id(&self) -> OutboxId {
        OutboxId::of_payment(&self.contract_ref, self.period.start_date)
    }

    /// What writes it, together with the payment. Refused if it was written before.
    pub(crate) fn action(&self) -> Action {
        let (outbox_id, payment) = (self.outbox_id(), Some(self.clone()));
        let key = Key::pending_email(outbox_id.as_str());
        Action::put(key, &Pending { outbox_id, created_at: self.at, payment }).if_absent()
    }

    /// For the daily email of one of the payees, and for their software.
    fn news(&self, payee: &Payee) -> News {
        News {
            provider_ref: payee.provider_ref.clone(),
            happening: Happening::StatementFinalised,
            id: format!("{}.{}", self.contract_ref, self.period.start_date),
            count: 1,
            day: london_date(self.at),
        }
    }

    /// The name of the email that tells it to a reader at one of the payees.
    fn email_id(&self, payee: &Payee, to: &str) -> OutboxId {
        let start = self.period.start_date.to_string();
        OutboxId::of(&[
            "finalised",
            self.contract_ref.as_str(),
            &start,
            payee.provider_ref.as_str(),
            to,
        ])
    }

    /// An email without its words yet.
    fn email(&self, payee: &Payee, to: String) -> OutboxEmail {
        OutboxEmail {
            outbox_id: self.email_id(payee, &to),
            to,
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            secret: false,
            news: true,
            useful_until: None,
            created_at: self.at,
        }
    }
}

impl Store {
    /// Has everybody told of a payment: writes the emails to the contacts of each payee, what the daily email says and
    /// what software is told, and takes away that nobody was. Gives the emails to send; none, if it was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written. Of two at once one does it.
    pub async fn tell_payment(&self, id: &OutboxId) -> Result<Vec<OutboxId>, StoreError> {
        let key = Key::pending_email(id.as_str());
        let pending: Option<Pending> = self.table.get(&key).await?;
        let Some(payment) = pending.and_then(|pending| pending.payment) else {
            return Ok(Vec::new());
        };
        let (mut emails, mut beside) = (Vec::new(), vec![Action::delete(key).if_present()]);
        for payee in &payment.payees {
            emails.extend(self.emails_of(&payment, payee).await?);
            beside.extend(self.news_actions(&payment.news(payee)).await?);
        }
        // The news of another payee takes as much room as an email.
        emails.truncate(EMAILS_MAX.saturating_sub(payment.payees.len().saturating_sub(1)));
        let ids = emails.iter().map(|(email, _)| email.outbox_id.clone()).collect();
        let emails = emails.into_iter();
        beside.extend(emails.flat_map(|(email, news)| Self::outbox_actions_of(email, Some(news))));
        match self.table.write(beside).await {
            Err(error) if error.is_stale() => Ok(Vec::new()),
            done => done.map(|()| ids),
        }
    }

    /// The emails to the contacts for payments of one of the payees.
    async fn emails_of(
        &self,
        payment: &UntoldPayment,
        payee: &Payee,
    ) -> Result<Vec<(OutboxEmail, PaymentNews)>, StoreError> {
        let provider = &payee.provider_ref;
        let to = self.payment_contacts(provider).await?;
        let name = self.provider(provider).await?.map(|it| it.name);
        let news = PaymentNews {
            provider_name: name.unwrap_or_else(|| provider.to_string()),
            contract_ref: payment.contract_ref.clone(),
            contract_name: payment.contract_name.clone(),
            period: payment.period.clone(),
            totals: payee.totals,
        };
        Ok(to.into_iter().map(|to| (payment.email(payee, to), news.clone())).collect())
    }
}

const _: () = assert!(EMAILS_MAX * 2 + 3 <= table::ACTIONS_MAX, "a transaction takes no more");

#[cfg(test)]
mod tests {
    use domain::clock::london_instant;
    use domain::facts::Contact;
    use domain::permission::Role;
    use domain::webhook::{Endpoint, EventKind, Secret};
    use futures::future::join_all;
    use serde_json::json;

    use super::*;

    fn payment() -> UntoldPayment {
        let clock = |text: &str| london_instant(text.parse().unwrap());
        UntoldPayment {
            contract_ref: "C3001".parse().unwrap(),
            contract_name: "Lake House residential".to_owned(),
            period: Period {
                cycle_ref: "28DAY".parse().unwrap(),
                start_date: "2022-10-31".parse().unwrap(),
                end_date: "2022-11-27".parse().unwrap(),
                confirm_by: clock("2022-11-24T17:00:00"),
                finalise_at: clock("2022-11-25T09:00:00"),
                pay_date: "2022-11-28".parse().unwrap(),
            },
            at: clock("2022-11-25T09:00:00"),
            payees: vec![Payee {
                provider_ref: "P1001".parse().unwrap(),
                totals: Totals::default(),
            }],
        }
    }

    /// A payment of which nobody is told yet, to a provider with two contacts who are to be told.
    async fn store() -> Store {
        let store = Store::in_memory();
        let provider_ref = "P1001".parse().unwrap();
        let contact = |name: &str| {
            let contact: Contact = serde_json::from_value(json!({
                "contact_ref": name, "provider_ref": "P1001", "forename": "Ada", "surname": "Brome",
                "portal_email": format!("{name}@lakehouse.example"), "roles": [Role::Payments]
            }))
            .unwrap();
            Action::put(Key::contact(&provider_ref, &contact.contact_ref), &contact)
        };
        store.seed(vec![payment().action(), contact("ada"), contact("ben")]).await.unwrap();
        store
    }

    async fn pending(store: &Store) -> usize {
        store.pending_emails(10, None).await.unwrap().0.len()
    }

    fn keys(store: &Store, of: &str) -> usize {
        store.dump().unwrap().keys().filter(|key| key.starts_with(of)).count()
    }

    #[tokio::test]
    async fn a_payment_is_told_to_everybody_once_however_often_and_by_however_many_at_once() {
        let store = store().await;
        let id = payment().outbox_id();
        assert!(id.is_of_payment());
        assert_eq!(pending(&store).await, 1);
        let at_once = join_all((0..3).map(|_| store.tell_payment(&id))).await;
        let written: Vec<_> = at_once.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(written.len(), 2);
        assert!(!written.iter().any(OutboxId::is_of_payment));
        assert_eq!((pending(&store).await, keys(&store, "NEWS#")), (2, 1));
        assert_eq!(store.tell_payment(&id).await.unwrap(), []);
        let email = store.outbox_email(&written[0]).await.unwrap().unwrap();
        let news = email.payment.unwrap();
        assert_eq!((news.provider_name.as_str(), news.contract_ref.as_str()), ("P1001", "C3001"));
    }

    #[tokio::test]
    async fn software_is_told_of_a_payment_if_it_wants_to_be() {
        for (kinds, events) in [(vec![EventKind::StatementFinalised], 1), (vec![], 0)] {
            let store = store().await;
            let endpoint = Endpoint {
                endpoint_id: "5F1C09A2B7D34E60".parse().unwrap(),
                provider_ref: "P1001".parse().unwrap(),
                url: "https://home.example/hook".to_owned(),
                kinds: kinds.into_iter().collect(),
                secret: Secret::new([7; 32]),
                secret_before: None,
                created_at: payment().at,
                created_by: "Ada Brome".to_owned(),
                failing_since: None,
                stopped_at: None,
                version: 0,
            };
            store.add_endpoint(&endpoint).await.unwrap();
            store.tell_payment(&payment().outbox_id()).await.unwrap();
            assert_eq!(keys(&store, "WEBHOOKS EVENT#"), events);
        }
    }
}
