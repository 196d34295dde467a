//! Lake House and Madley Park, and their table, buckets and mail queue in memory.

use std::collections::BTreeMap;

use cloud::Fuse;
use domain::clock::Now;
use domain::contract_document::{Document, Signer};
use domain::facts::Contact;
use domain::ids::{BatchId, DocumentRef, ProviderRef};
use domain::permission::{CouncilRole, Role};
use files::{Objects, Place};
use messages::Queue;
use serde_json::Value;
use store::keys::Key;
use store::{Action, Located, Store};
use testing::{Council, at, parse};

use crate::{Agreements, AgreementsError, Deed, Given, Publishing};

/// A PDF that is one, and does nothing.
pub(super) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n%%EOF\n";

pub(super) struct World {
    pub(super) store: Store,
    pub(super) objects: Objects,
    pub(super) mail: Queue,
    pub(super) provider: ProviderRef,
}

/// When things are published unless it is said.
pub(super) fn monday() -> Now {
    at("2022-11-07T10:00:00Z")
}

pub(super) fn tuesday() -> Now {
    at("2022-11-08T10:00:00Z")
}

pub(super) fn doc() -> DocumentRef {
    parse("DOC801")
}

impl World {
    pub(super) async fn new() -> Self {
        Self::of(Council::lake_house()).await
    }

    pub(super) async fn of(mut council: Council) -> Self {
        council.contacts.push(Contact {
            contact_ref: parse("K2001"),
            provider_ref: parse("P1001"),
            forename: "Thelma".to_owned(),
            surname: "Moss".to_owned(),
            address: None,
            phone: None,
            email: None,
            portal_email: Some("thelma@lakehouse.example".to_owned()),
            roles: vec![Role::Signatory],
        });
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        let mut locators = Vec::new();
        for cpli in &council.cplis {
            let provider = council.contracts.iter().find(|it| it.contract_ref == cpli.contract_ref);
            let located = Located {
                provider_ref: provider.unwrap().provider_ref.clone(),
                contract_ref: cpli.contract_ref.clone(),
            };
            locators.push(Action::put(Key::cpli_locator(&cpli.cpli_id), &located));
            locators.push(Action::put(Key::client(&cpli.client.ss_ref), &cpli.client));
        }
        for service in &council.services {
            let contract =
                council.contracts.iter().find(|it| it.contract_ref == service.contract_ref);
            let contract = contract.unwrap();
            let located = Located {
                provider_ref: contract.provider_ref.clone(),
                contract_ref: contract.contract_ref.clone(),
            };
            locators.push(Action::put(Key::service_locator(&service.service_ref), &located));
        }
        store.seed(locators).await.unwrap();
        Self { store, objects, mail: Queue::in_memory(), provider: parse("P1001") }
    }

    pub(super) fn agreements(&self) -> Agreements {
        self.cut_by(&Fuse::default())
    }

    pub(super) fn cut_by(&self, fuse: &Fuse) -> Agreements {
        let store = self.store.with_fuse(fuse.clone());
        let objects = self.objects.with_fuse(fuse.clone());
        Agreements::with(store, objects, self.mail.clone(), "https://portal.example")
    }

    /// A PDF that somebody sent from the page.
    pub(super) async fn sent(&self, bytes: &[u8], now: Now) -> BatchId {
        let upload = BatchId::of(now.instant, bytes);
        self.objects.put(&Place::document_upload(&upload), bytes).await.unwrap();
        upload
    }

    /// Publishes version after version of `DOC801` with a PDF of its own.
    pub(super) async fn publish(&self, request: &str, now: Now) -> Document {
        let publishing = self.publishing(request, now).await;
        self.agreements().publish(&publishing, now).await.unwrap()
    }

    pub(super) async fn publishing(&self, request: &str, now: Now) -> Publishing {
        let mut bytes = PDF.to_vec();
        bytes.extend(format!("% {request}\n%%EOF\n").bytes());
        let given = Given::Sent(self.sent(&bytes, now).await);
        Publishing { given, ..publishing(request) }
    }

    pub(super) async fn answer(
        &self,
        n: u32,
        deed: Deed<'_>,
        by: &Signer,
        now: Now,
    ) -> Result<Document, AgreementsError> {
        self.agreements().answer(&self.provider, (&doc(), n), (deed, by), now).await
    }

    pub(super) async fn head(&self) -> Document {
        self.store.document(&self.provider, &doc()).await.unwrap().unwrap()
    }

    /// Everything that is recorded.
    pub(super) fn state(&self) -> (BTreeMap<String, Value>, BTreeMap<String, String>) {
        (self.store.dump().unwrap(), self.objects.dump())
    }
}

/// About care package 164628, without a file.
pub(super) fn publishing(request: &str) -> Publishing {
    Publishing {
        request: request.to_owned(),
        provider_ref: parse("P1001"),
        document_ref: Some(doc()),
        may_begin: true,
        doc_type: "Individual placement agreement".to_owned(),
        service_ref: None,
        ss_ref: None,
        cpli_id: Some(parse("164628")),
        date_from: None,
        date_to: None,
        given: Given::Made,
        by: grace(),
    }
}

pub(super) fn grace() -> Signer {
    let roles = vec![CouncilRole::Contracts];
    Signer::Staff { name: "Grace Hallam".to_owned(), staff_ref: parse("U9001"), roles }
}

pub(super) fn thelma() -> Signer {
    contact("Thelma Moss", "K2001")
}

pub(super) fn contact(name: &str, contact_ref: &str) -> Signer {
    let roles = vec![Role::Signatory];
    Signer::Contact { name: name.to_owned(), contact_ref: parse(contact_ref), roles }
}
