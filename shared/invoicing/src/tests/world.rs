//! An agency that is paid by what it delivers, and its table and buckets in memory.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cloud::Fuse;
use domain::actuals::Week;
use domain::clock::Now;
use domain::facts::{Contact, VatCategory};
use domain::ids::ProviderRef;
use domain::invoice::{InvoiceId, InvoiceState};
use domain::money::Money;
use domain::permission::Role;
use domain::weeks::{Recorded, Source, Submission};
use files::Objects;
use serde_json::Value;
use store::{PeriodOf, SavedSubmission, Store};
use testing::{Council, at, day, parse};

use crate::{Claiming, Invoicing, InvoicingError, Shown};

pub(super) const PERIOD: &str = "2022-10-03";
/// While the period from 3 October is open.
pub(super) const OPEN: &str = "2022-10-26T10:00:00Z";

pub(super) struct World {
    pub(super) store: Store,
    pub(super) objects: Objects,
    pub(super) council: Council,
    pub(super) provider: ProviderRef,
}

impl World {
    pub(super) async fn homecare() -> Self {
        Self::of(Council::homecare()).await
    }

    pub(super) async fn of(mut council: Council) -> Self {
        council.contacts.push(Contact {
            contact_ref: parse("K3001"),
            provider_ref: parse("P1003"),
            forename: "Ada".to_owned(),
            surname: "Brome".to_owned(),
            address: None,
            phone: None,
            email: None,
            portal_email: Some("ada@northside.example".to_owned()),
            roles: vec![Role::Invoices],
        });
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        Self { store, objects, council, provider: parse("P1003") }
    }

    /// Care with VAT by a provider whose registration number is good.
    pub(super) async fn with_vat() -> Self {
        let mut council = Council::homecare();
        council.contracts[0].vat = VatCategory::Standard;
        council.providers[0].vat_number = Some("GB 123 4567 82".to_owned());
        Self::of(council).await
    }

    pub(super) fn invoicing(&self) -> Invoicing {
        self.cut_by(&Fuse::default())
    }

    pub(super) fn cut_by(&self, fuse: &Fuse) -> Invoicing {
        let (store, objects) =
            (self.store.with_fuse(fuse.clone()), self.objects.with_fuse(fuse.clone()));
        Invoicing::with(store, objects, "https://portal.example")
    }

    /// The provider records so many hours of a week of one of Northside's care packages.
    pub(super) async fn record(&self, cpli: &str, week: &str, actual: &str, now: Now) {
        let week = day(week);
        let contract = parse("C3003");
        let of =
            PeriodOf { provider: &self.provider, contract: &contract, start: self.start(week) };
        let mut weeks = self.store.weeks_of_cpli(of, &parse(cpli)).await.unwrap();
        let said = Week { actual: parse(actual), ..Week::default() };
        let by = "Ada Brome".to_owned();
        let recorded = Recorded { week: said, at: now.instant, by, source: Source::Form };
        weeks.weeks.insert(week, recorded);
        self.store.save_weeks(of, &[weeks]).await.unwrap();
    }

    fn start(&self, week: NaiveDate) -> NaiveDate {
        let mut periods = self.council.periods.iter();
        periods.find(|it| it.start_date <= week && week <= it.end_date).unwrap().start_date
    }

    /// The provider confirms the actuals of a period.
    pub(super) async fn confirm(&self, start: &str, now: Now) {
        let contract = parse("C3003");
        let of = PeriodOf { provider: &self.provider, contract: &contract, start: day(start) };
        let version = self.store.submission(of).await.unwrap().map_or(0, |it| it.version);
        let submitted_by = "Ada Brome".to_owned();
        let submission = Submission { submitted_at: now.instant, submitted_by };
        self.store.save_submission(of, &SavedSubmission { submission, version }).await.unwrap();
    }

    /// A period whose first week was delivered as planned by one care package, and confirmed.
    pub(super) async fn one_week(&self) {
        self.record("170001", PERIOD, "10.5", at(OPEN)).await;
        self.confirm(PERIOD, at(OPEN)).await;
    }

    pub(super) async fn create(
        &self,
        start: &str,
        now: Now,
    ) -> Result<(Shown, bool), InvoicingError> {
        let contract = parse("C3003");
        let of = (&contract, day(start));
        self.invoicing().create(&self.provider, of, "Ada Brome", now).await
    }

    /// A draft of the first period.
    pub(super) async fn draft(&self) -> Shown {
        self.create(PERIOD, at(OPEN)).await.unwrap().0
    }

    pub(super) async fn submit(&self, shown: &Shown, now: Now) -> Result<Shown, InvoicingError> {
        let claiming = claiming(shown);
        self.invoicing().submit(&self.provider, &shown.head.invoice_id, &claiming, now).await
    }

    /// A document of the first period, submitted.
    pub(super) async fn submitted(&self) -> Shown {
        let draft = self.draft().await;
        self.submit(&draft, at(OPEN)).await.unwrap()
    }

    pub(super) async fn show(&self, id: &InvoiceId) -> Shown {
        self.invoicing().show(&self.provider, id, at(OPEN)).await.unwrap()
    }

    /// What all documents of a period claim, the tax not counted.
    pub(super) async fn claimed(&self, start: &str) -> Money {
        let contract = parse("C3003");
        let heads = self.store.invoices_of_period(&self.provider, &contract, day(start));
        let heads = heads.await.unwrap();
        let claims = heads.iter().filter(|it| it.state.claims()).filter_map(|it| it.claim.as_ref());
        Money::total(claims.map(|claim| claim.net)).unwrap()
    }

    /// Everything that is recorded.
    pub(super) fn state(&self) -> (BTreeMap<String, Value>, BTreeMap<String, String>) {
        (self.store.dump().unwrap(), self.objects.dump())
    }
}

pub(super) fn claiming(shown: &Shown) -> Claiming {
    Claiming {
        digest: shown.document.digest.clone(),
        suppliers_tax: None,
        comment: String::new(),
        by: "Ada Brome".to_owned(),
    }
}

pub(super) fn state_of(shown: &Shown) -> InvoiceState {
    shown.head.state
}
