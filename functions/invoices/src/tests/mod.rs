//! Invoices and credit notes, asked for as a provider's people do.

mod borders;
mod changing;
mod reading;

use domain::actuals::Week;
use domain::facts::VatCategory;
use domain::ids::{ContractRef, ProviderRef};
use domain::permission::{Permission, Role};
use domain::weeks::{Recorded, Source, Submission};
use files::{Objects, Place};
use invoicing::Invoicing;
use serde_json::{Value, json};
use store::{PeriodOf, SavedSubmission, Store};
use testing::{Browser, Council, at, day, parse, sign_in};
use web::Clock;

use crate::{Invoices, api};

const LIST: &str = "/api/invoices";
/// The first document of [`PERIOD`].
const FIRST: &str = "/api/invoices/C3003.2022-10-03.1";
const PERIOD: &str = "2022-10-03";
/// While the period can be submitted in its own window.
const OPEN: &str = "2022-10-26T10:00:00Z";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// The portal of a council with an agency that is paid by what it delivers.
struct World {
    store: Store,
    objects: Objects,
    clock: Clock,
}

impl World {
    async fn of(council: &Council) -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        Self { store, objects, clock: Clock::at(at(OPEN)) }
    }

    /// One whose first week is confirmed, for both of its clients.
    async fn confirmed() -> Self {
        Self::of(&Council::homecare()).await.one_week().await
    }

    /// The same, with VAT on its care.
    async fn with_vat() -> Self {
        let mut council = Council::homecare();
        council.contracts[0].vat = VatCategory::Standard;
        council.providers[0].vat_number = Some("GB 123 4567 82".to_owned());
        council.providers[0].address = Some("1 North Street, Borchester".to_owned());
        Self::of(&council).await.one_week().await
    }

    async fn one_week(self) -> Self {
        self.record("170001", PERIOD, "10.5", OPEN).await;
        self.record("170002", PERIOD, "6.75", OPEN).await;
        self.confirm(OPEN).await;
        self
    }

    async fn record(&self, cpli: &str, week: &str, actual: &str, now: &str) {
        let (provider, contract) = northside();
        let of = PeriodOf { provider: &provider, contract: &contract, start: day(PERIOD) };
        let mut weeks = self.store.weeks_of_cpli(of, &parse(cpli)).await.unwrap();
        let said = Week { actual: parse(actual), ..Week::default() };
        let by = "Ada Brome".to_owned();
        let recorded = Recorded { week: said, at: at(now).instant, by, source: Source::Form };
        weeks.weeks.insert(day(week), recorded);
        self.store.save_weeks(of, &[weeks]).await.unwrap();
    }

    async fn confirm(&self, now: &str) {
        let (provider, contract) = northside();
        let of = PeriodOf { provider: &provider, contract: &contract, start: day(PERIOD) };
        let version = self.store.submission(of).await.unwrap().map_or(0, |it| it.version);
        let submitted_by = "Ada Brome".to_owned();
        let submission = Submission { submitted_at: at(now).instant, submitted_by };
        self.store.save_submission(of, &SavedSubmission { submission, version }).await.unwrap();
    }

    async fn dispute(&self, reason: &str) {
        let (provider, _) = northside();
        let id = parse("C3003.2022-10-03.1");
        let head = self.store.invoice(&provider, &id).await.unwrap().unwrap();
        let disputed = head.dispute(reason, self.clock.now()).unwrap();
        self.store.decide_invoice(&disputed, Vec::new()).await.unwrap();
    }

    fn visitor(&self) -> Browser {
        let (store, objects) = (self.store.clone(), self.objects.clone());
        let invoicing = Invoicing::with(store.clone(), objects, "https://portal.example");
        Browser::new(api().router(Invoices { store, invoicing, clock: self.clock.clone() }))
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    /// Who writes the invoices of Northside.
    async fn invoices(&self) -> Browser {
        self.browser("P1003", &[Role::Invoices]).await
    }

    /// A draft of [`PERIOD`].
    async fn draft(&self) -> Value {
        let wanted = json!({"contract_ref": "C3003", "period_start": PERIOD});
        let reply = self.invoices().await.post(LIST, &wanted).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }

    /// One that was submitted.
    async fn submitted(&self) -> Value {
        self.draft().await;
        self.submit_draft().await
    }

    /// The draft that is there, submitted as it is.
    async fn submit_draft(&self) -> Value {
        let digest = self.invoices().await.get(FIRST).await.json()["digest"].clone();
        let submission = json!({"digest": digest});
        let path = format!("{FIRST}/submission");
        let reply = self.invoices().await.post(&path, &submission).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// Sends the VAT invoice as a browser does.
    async fn send(&self, file_name: &str, bytes: &[u8]) {
        let chosen = json!({"file_name": file_name, "size_bytes": bytes.len()});
        let form = self.invoices().await.post(&format!("{FIRST}/attachment"), &chosen).await.json();
        let key = form["fields"]["key"].as_str().unwrap();
        self.objects.put(&Place::dropped(key, None), bytes).await.unwrap();
    }
}

fn northside() -> (ProviderRef, ContractRef) {
    (parse("P1003"), parse("C3003"))
}
