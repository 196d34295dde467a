//! Every object's name is spelled here and nowhere else.
//!
//! | What | Bucket | Name |
//! |---|---|---|
//! | a council's file | upload | `council/inbox/{feed}_{time}.csv` |
//! | what became of its rows | upload | `council/outbox/{feed}_{time}_log.csv`, `…_summary.json` |
//! | a payment file | upload | `council/outbox/payments_{cycle}_{start}_{contract}.csv` |
//! | a file of actuals that a provider's system drops | upload | `uploads/{provider}/inbox/ACTUALS_{provider}_{time}.csv` or `.xlsx` |
//! | what became of it | upload | `uploads/{provider}/outbox/{same}_log.csv`, `…_summary.json`, `…_errors.xlsx` |
//! | a file of actuals that is sent from the page | upload | `uploads/{provider}/page/{batch}.csv` or `.xlsx` |
//! | its first findings, its rejected rows | upload | `uploads/{provider}/answers/{batch}_findings.json`, `…_errors.xlsx` |
//! | a VAT invoice that a provider attaches | upload | `uploads/{provider}/vat/{invoice}_{upload}.pdf`, `.png` or `.jpg` |
//! | a file that is sent with a post of an action | upload | `uploads/{provider}/actions/{upload}` |
//! | an invoice or credit note as it was submitted | document | `invoices/{contract}/{start}/{n}_{time}_{digest}.json` |
//! | a PDF that the council sends from the page | upload | `council/documents/{upload}.pdf` |
//! | a council file that is sent from the page, before it is tried | upload | `council/desk/{upload}.csv` |
//! | a version of a contract document | document | `contract-documents/{document}/{n}_{digest}.pdf` |
//! | the answer to it, a second time | document | `contract-documents/{document}/{n}_answer.json` |
//! | a statement as it was locked | document | `statements/{contract}/{start}/locked.json` |
//! | a statement as it was finalised | document | `statements/{contract}/{start}/finalised.json` |
//! | a report that one of the council's people asked for | document | `reports/{staff}/{job}.csv`, `.xlsx` |
//! | a logo of the council's | document | `logos/{sha256}.png` or `.jpg` |
//! | a remittance advice, with the council's notes at its foot | document | `remittances/{contract}/{start}.csv` |

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::appearance::LogoName;
use domain::ids::{BatchId, ContractRef, CycleRef, DocumentRef, ProviderRef, StaffRef};
use domain::invoice::InvoiceId;
use domain::purchase_order::OrderId;

/// Where the council drops its files.
pub const COUNCIL_INBOX: &str = "council/inbox/";
/// Where the council finds what became of them, and its payment files.
pub const COUNCIL_OUTBOX: &str = "council/outbox/";

/// Where providers' files are, below this by provider.
pub const UPLOADS: &str = "uploads/";

/// The media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One of the portal's two buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// What the council and providers drop, and what is answered to them.
    Upload,
    /// Statements and remittances.
    Document,
}

/// Where an object is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In which bucket.
    pub bucket: Bucket,
    /// Under which name: `statements/C3001/2026-04-06/finalised.json`.
    pub name: String,
    /// Which of the objects that had this name; none: the latest.
    pub version: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bucket = match self.bucket {
            Bucket::Upload => "upload",
            Bucket::Document => "document",
        };
        write!(f, "{bucket}/{}", self.name)
    }
}

impl Place {
    fn new(bucket: Bucket, name: String) -> Self {
        Self { bucket, name, version: None }
    }

    /// What a notification about the upload bucket named: the very object, though the name be used again.
    pub fn dropped(name: impl Into<String>, version: Option<String>) -> Self {
        Self { bucket: Bucket::Upload, name: name.into(), version }
    }

    /// What the council drops as `file_name`: `cplis_20260401T093000.csv`.
    pub fn council_inbox(file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{COUNCIL_INBOX}{file_name}"))
    }

    /// What the council finds as `file_name`: `cplis_20260401T093000_log.csv`.
    pub fn council_outbox(file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{COUNCIL_OUTBOX}{file_name}"))
    }

    /// The payment file of one contract in one period.
    pub fn payment_file(cycle: &CycleRef, start: NaiveDate, contract: &ContractRef) -> Self {
        Self::council_outbox(&format!("payments_{cycle}_{start}_{contract}.csv"))
    }

    /// What a provider's system drops as `file_name`: `ACTUALS_P1001_20261122141530.csv`.
    pub fn provider_inbox(provider: &ProviderRef, file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/inbox/{file_name}"))
    }

    /// What a provider's system finds as `file_name`: `ACTUALS_P1001_20261122141530_log.csv`.
    pub fn provider_outbox(provider: &ProviderRef, file_name: &str) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/outbox/{file_name}"))
    }

    /// A file of actuals that is sent from the page. `ending`: `csv` or `xlsx`.
    pub fn page_upload(provider: &ProviderRef, batch: &BatchId, ending: &str) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/page/{batch}.{ending}"))
    }

    /// What was found in a file of actuals, as far as the page shows it.
    pub fn findings(provider: &ProviderRef, batch: &BatchId) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/answers/{batch}_findings.json"))
    }

    /// The rows of a file of actuals that were rejected, with why.
    pub fn errors(provider: &ProviderRef, batch: &BatchId) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/answers/{batch}_errors.xlsx"))
    }

    /// A VAT invoice that is attached to `invoice`, the `upload`-th that was. `ending`: `pdf`, `png` or `jpg`.
    pub fn vat_invoice(
        provider: &ProviderRef,
        invoice: &InvoiceId,
        upload: u16,
        ending: &str,
    ) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/vat/{invoice}_{upload}.{ending}"))
    }

    /// A file that is sent with a post of an action; `upload` is random. It has no ending: a browser that is sent
    /// there keeps it, and shows nothing.
    pub fn action_file(provider: &ProviderRef, upload: &str) -> Self {
        Self::new(Bucket::Upload, format!("{UPLOADS}{provider}/actions/{upload}"))
    }

    /// An invoice or credit note as somebody submitted it. An attempt that was cut off leaves its own behind, which
    /// no head names: when it was submitted and what was read tell it from the next.
    pub fn invoice(invoice: &InvoiceId, submitted_at: DateTime<Utc>, digest: &str) -> Self {
        let InvoiceId { contract_ref, period_start, n } = invoice;
        let (time, mark) = (submitted_at.format("%Y%m%dT%H%M%S%6f"), digest.get(..16));
        let file = format!("{n}_{time}_{}.json", mark.unwrap_or(digest));
        Self::new(Bucket::Document, format!("invoices/{contract_ref}/{period_start}/{file}"))
    }

    /// A PDF that the council sends from the page.
    pub fn document_upload(upload: &BatchId) -> Self {
        Self::new(Bucket::Upload, format!("council/documents/{upload}.pdf"))
    }

    /// A council file that is sent from the page: nothing reads it until it is tried.
    pub fn desk_file(upload: &BatchId) -> Self {
        Self::new(Bucket::Upload, format!("council/desk/{upload}.csv"))
    }

    /// The file of version `n` of a contract document. Its name begins with that of its content.
    pub fn contract_document(document: &DocumentRef, n: u32, sha256: &str) -> Self {
        let mark = sha256.get(..16).unwrap_or(sha256);
        Self::new(Bucket::Document, format!("contract-documents/{document}/{n}_{mark}.pdf"))
    }

    /// The second record of the answer to version `n` of a contract document.
    pub fn document_answer(document: &DocumentRef, n: u32) -> Self {
        Self::new(Bucket::Document, format!("contract-documents/{document}/{n}_answer.json"))
    }

    /// A statement as it was locked.
    pub fn locked(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("statements/{contract}/{start}/locked.json"))
    }

    /// A statement as it was finalised.
    pub fn finalised(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("statements/{contract}/{start}/finalised.json"))
    }

    /// A revision of a purchase order, counted from 1, as it was issued. `ending`: `json`, or `pdf` as it is printed.
    pub fn order_revision(order: &OrderId, revision: u32, ending: &str) -> Self {
        let OrderId { provider_ref, financial_year, ss_ref } = order;
        let folder = format!("purchase-orders/{provider_ref}/{financial_year}/{ss_ref}");
        Self::new(Bucket::Document, format!("{folder}/{revision}.{ending}"))
    }

    /// A remittance advice as `provider` gets it printed: one that is paid voids gets no more than its own.
    pub fn printed_remittance(
        contract: &ContractRef,
        start: NaiveDate,
        provider: &ProviderRef,
    ) -> Self {
        Self::new(Bucket::Document, format!("remittances/{contract}/{start}_{provider}.pdf"))
    }

    /// A report that one of the council's people asked for. `ending`: `csv` or `xlsx`.
    pub fn report(staff: &StaffRef, job_id: &str, ending: &str) -> Self {
        Self::new(Bucket::Document, format!("reports/{staff}/{job_id}.{ending}"))
    }

    /// A picture that was sent as the council's logo.
    pub fn logo(name: &LogoName) -> Self {
        Self::new(Bucket::Document, format!("logos/{name}"))
    }

    /// What all chains of the audit were at the end of a day.
    pub fn audit_seal(day: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("audit/seals/{day}.json"))
    }

    /// A remittance advice.
    pub fn remittance(contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(Bucket::Document, format!("remittances/{contract}/{start}.csv"))
    }

    /// What kind of file it is, by the end of its name: its media type.
    pub fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((_, "csv")) => "text/csv; charset=utf-8",
            Some((_, "json")) => "application/json",
            Some((_, "xlsx")) => XLSX,
            Some((_, "pdf")) => "application/pdf",
            Some((_, "png")) => "image/png",
            Some((_, "jpg")) => "image/jpeg",
            Some(_) | None => "application/octet-stream",
        }
    }
}
