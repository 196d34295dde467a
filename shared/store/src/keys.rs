//! Every key in the table is spelled here and nowhere else.
//!
//! | Asked by | Question | PK | SK |
//! |---|---|---|---|
//! | everything | what did the council decide for its portal | `SETTINGS` | `SETTINGS` |
//! | council settings, import, daily jobs | what was said about it, and from when on | `SETTINGS` | `CHANGES` |
//! | home, statements | who is this provider | `PROVIDER#p` | `PROVIDER` |
//! | council | which providers are there | `PROVIDERS` | `PROVIDER#p` |
//! | every page, announcements | what does the council announce now or soon | `SETTINGS` | `ANNOUNCEMENTS` |
//! | announcements | what did it ever announce; one of them | `ANNOUNCEMENTS` | `ANNOUNCEMENT#id` |
//! | council | which teams are there | `TEAMS` | `TEAM#t` |
//! | import | one of the council's people | `STAFF#s` | `STAFF` |
//! | emails, import | who are its contacts | `PROVIDER#p` | `CONTACT#k` |
//! | contacts | which changes does it ask for | `PROVIDER#p` | `CHANGE#id` |
//! | contacts | is something asked about this contact already | `PROVIDER#p` | `CHANGEABOUT#k` |
//! | council | which change requests wait, oldest first | `CHANGEREQUESTS` | `PENDING#at#p#id` |
//! | council | which were answered | `CHANGEREQUESTS` | `DECIDED#at#p#id` |
//! | contacts, daily jobs | what must still follow from those that were | `CHANGEREQUESTS` | `FOLLOWUP#p#id` |
//! | statements | all facts about a contract but its care packages | `PROVIDER#p` | begins `FACT#c#` |
//! | | its agreement | `PROVIDER#p` | `FACT#c#CONTRACT` |
//! | | its services | `PROVIDER#p` | `FACT#c#SERVICE#s` |
//! | | its block capacity | `PROVIDER#p` | `FACT#c#CAPACITY#s#from` |
//! | | its manual adjustments | `PROVIDER#p` | `FACT#c#ADJUSTMENT#a` |
//! | | its directives | `PROVIDER#p` | `FACT#c#DIRECTIVE#d` |
//! | | its variations | `PROVIDER#p` | `FACT#c#VARIATION#v` |
//! | | what was decided about its weeks over tolerance | `PROVIDER#p` | `FACT#c#EXCEPTION#cpli#week` |
//! | home | all contracts of a provider, with their facts | `PROVIDER#p` | begins `FACT#` |
//! | home | which contracts of others pay voids to it | `PROVIDER#p` | `PAYEE#c` |
//! | statements | the care packages of a contract | `PROVIDER#p` | begins `CPLI#c#` |
//! | care packages | the care packages of a provider | `PROVIDER#p` | begins `CPLI#` |
//! | care packages | one of them | `PROVIDER#p` | `CPLI#c#id` |
//! | statements | the heads of a contract's statements, by period | `PROVIDER#p` | `STATEMENT#c#start` |
//! | actuals, invoices | what was recorded for a contract in a period, by CPLI | `PROVIDER#p` | begins `WEEKS#c#start#` |
//! | import | was anything ever recorded for a contract | `PROVIDER#p` | begins `WEEKS#c#` |
//! | actuals, invoices | was a period submitted | `PROVIDER#p` | `SUBMISSION#c#start` |
//! | actuals | which files of actuals came, newest last | `PROVIDER#p` | begins `UPLOAD#` |
//! | actuals, import-actuals | one of them | `PROVIDER#p` | `UPLOAD#batch` |
//! | import-actuals | was a file applied before | `PROVIDER#p` | `SENT#DIGEST#sha256`, `SENT#REFERENCE#ref` |
//! | purchase orders | the heads of a provider's orders in a financial year | `PROVIDER#p` | begins `ORDER#fy#` |
//! | purchase orders | one of them | `PROVIDER#p` | `ORDER#fy#ss` |
//! | purchase orders | its revisions, oldest first | `PROVIDER#p` | `ORDERREVISION#fy#ss#n` |
//! | invoices | the heads of a provider's invoices | `PROVIDER#p` | begins `INVOICE#` |
//! | invoices | those of a contract in a period | `PROVIDER#p` | begins `INVOICE#c#start#` |
//! | statements | which approved invoices wait for a statement | `PROVIDER#p` | begins `APPROVED#c#` |
//! | council payments, council | which submitted invoices wait for the council | `INVOICES` | `SUBMITTED#p#c#start#n` |
//! | council payments | what was decided by hand about a contract, latest last | `PROVIDER#p` | `BYHAND#c#at#id` |
//! | council payments | one of these decisions | `BYHAND#id` | `BYHAND` |
//! | council payments, daily jobs | which of them have no file yet | `BYHAND` | `PENDING#id` |
//! | invoices | which number comes next | `PROVIDER#p` | `INVOICENUMBER` |
//! | import | what did the council say of it | `PROVIDER#p` | `DECIDED#number` |
//! | import | which invoice has a number | `PROVIDER#p` | `NUMBERED#number` |
//! | contract documents, home | the heads of a provider's contract documents | `PROVIDER#p` | begins `DOCUMENT#` |
//! | contract documents | one of them | `PROVIDER#p` | `DOCUMENT#ref` |
//! | contract documents | its versions, as they were published | `PROVIDER#p` | `DOCUMENTVERSION#ref#n` |
//! | contract documents | what was answered, for ever | `PROVIDER#p` | `DOCUMENTANSWER#ref#n` |
//! | statements | what the documents of a contract's care packages are | `PROVIDER#p` | begins `DOCUMENTOF#c#` |
//! | | those of one care package | `PROVIDER#p` | `DOCUMENTOF#c#cpli#ref` |
//! | import, contract documents | whose is this contract document | `DOCUMENT#ref` | `LOCATOR` |
//! | import | what did the council's files say of it | `DOCUMENT#ref` | `ROW` |
//! | daily jobs, council | which documents wait for an answer, first deadline first | `DOCUMENTS` | `WAITING#answer_by#p#ref` |
//! | council | which were rejected and are to be revised | `DOCUMENTS` | `REJECTED#at#p#ref` |
//! | council | which were agreed | `DOCUMENTS` | `AGREED#at#p#ref` |
//! | daily jobs | of which answers is the second record still to be written | `DOCUMENTS` | `UNKEPT#p#ref#n` |
//! | import | whose is this contract, service, CPLI, adjustment, directive or variation | `CONTRACT#c`, `SERVICE#s`, `CPLI#id`, `ADJUSTMENT#a`, `DIRECTIVE#d`, `VARIATION#v` | `LOCATOR` |
//! | import | a client | `CLIENT#ss` | `CLIENT` |
//! | import | which CPLIs carry a copy of the client | `CLIENT#ss` | `CPLI#id` |
//! | finalise | which cycles are there | `CYCLES` | `CYCLE#ref` |
//! | statements, finalise | the periods of a cycle, by first day | `CYCLE#ref` | `PERIOD#start` |
//! | finalise | how far is each contract of a cycle | `CYCLE#ref` | `CONTRACT#c` |
//! | finalise, council payments | is the schedule of a cycle paused | `CYCLE#ref` | `SCHEDULE` |
//! | remittance notes | one of them; that it was withdrawn | `REMITTANCENOTE#id` | `NOTE`, `WITHDRAWAL` |
//! | finalise | which stand to a provider, about a contract, in a cycle, by last day | `NOTESOF#PROVIDER#p`, `NOTESOF#CONTRACT#c`, `NOTESOF#CYCLE#ref` | `UNTIL#day#id` |
//! | remittance notes | which stand or will, by last day | `REMITTANCENOTES` | `UNTIL#day#id` |
//! | remittance notes | what was written and withdrawn, latest first | `REMITTANCENOTES` | `AT#at#id#n` |
//! | import | how far is this file | `IMPORT#feed` | `FILE#time` |
//! | imports page | which files were taken in, latest first | `IMPORT#feed` | begins `FILE#` |
//! | imports page | which files were refused whole, latest first | `IMPORT#feed` | `REFUSED#time` |
//! | imports page | which files had names that say nothing, latest first | `MISNAMED` | `AT#at#id` |
//! | imports page | who sent this file from the page | `IMPORT#feed` | `DESK#time` |
//! | imports page | the files sent from the page, latest first; one of them | `DESKFILES` | `FILE#upload` |
//! | import | which rows of a file were not applied | `IMPORT#feed` | `ROWS#time#row` |
//! | import, daily jobs | which of those that had waited | `IMPORT#feed` | `LATE#time#row#kind#ref` |
//! | import, daily jobs | of which files is something still to be followed up | `FOLLOWUP` | `FILE#feed#time` |
//! | import, daily jobs | what do rows wait for | `WAITING` | `FOR#kind#ref` |
//! | import, daily jobs | which rows wait for it | `WAITING#kind#ref` | `ROWS#feed#time#row` |
//! | import | block capacity that was taken back | `PROVIDER#p` | `FACT#c#TAKENBACK#s#from` |
//! | import | a period that was taken back | `CYCLE#ref` | `TAKENBACK#start` |
//! | sign-in | an account | `ACCOUNT#email` | `ACCOUNT` |
//! | users | who may sign in; one of them | `USERS` | `USER#hash` |
//! | choose provider | which providers it may see | `ACCOUNT#email` | `ACCESS#p` |
//! | sign-in | is it one of the council's people, and what may they do | `ACCOUNT#email` | `STAFF` |
//! | care packages | on which days did it look at a provider's list | `ACCOUNT#email` | `VISIT#p#day` |
//! | sign-in | how often an address was tried | `TRIES#email` | `TRIES` |
//! | account | where it is signed in | `ACCOUNT#email` | `SESSION#hash` |
//! | every request | whose session is this | `SESSION#hash` | `SESSION` |
//! | API keys | which keys did a provider make | `PROVIDER#p` | `APIKEY#id` |
//! | every request of software | whose key is this | `APIKEY#hash` | `APIKEY` |
//! | | how often was it used of late | `APIKEY#hash` | `PACE` |
//! | every request without a session | how often was it asked of late from its network, or for an account | `PACE#hash` | `PACE` |
//! | webhooks | which addresses of a provider's software are told | `PROVIDER#p` | `WEBHOOK#id` |
//! | webhooks | what was told to one of them, latest last | `WEBHOOK#id` | `DELIVERY#at-id` |
//! | send-webhooks | which deliveries are due, the longest first | `WEBHOOKS` | `DUE#at#id#delivery` |
//! | send-webhooks | what happened that nobody was told of | `WEBHOOKS` | `EVENT#id` |
//! | calendar | whose calendar has this address | `CALENDAR#hash` | `CALENDAR` |
//! | calendar | has a person an address for a provider's calendar | `ACCOUNT#email` | `CALENDAR#p` |
//! | sign-in | who gave the password and owes a code | `CHALLENGE#hash` | `CHALLENGE` |
//! | password reset | which code was emailed | `RESET#email` | `RESET` |
//! | invitation | who was invited | `INVITE#hash` | `INVITE` |
//! | actions | an action | `PROVIDER#p` | `ACTION#id` |
//! | actions | what was said in it, in order | `PROVIDER#p` | begins `ACTIONPOST#id#` |
//! | actions, home | which of a provider's are open, the first due first | `PROVIDER#p` | `OPENACTION#due#id` |
//! | actions | which are done, latest last | `PROVIDER#p` | `DONEACTION#at#id` |
//! | actions | which files did somebody send for a post | `PROVIDER#p` | `ACTIONFILE#upload` |
//! | council, actions | which actions does a team handle, the first due first | `TEAM#t` | `OPEN#due#p#id` |
//! | actions | which did it, latest last | `TEAM#t` | `DONE#at#p#id` |
//! | actions | which kinds of action are there | `SETTINGS` | `ACTIONTYPES` |
//! | actions, daily jobs | which accepted changes have no file yet | `ACCEPTED` | `PENDING#p#id` |
//! | reports | a report that one of the council's people waits for | `REPORTJOBS#s` | `JOB#id` |
//! | send-email | an email | `OUTBOX#id` | `EMAIL` |
//! | daily jobs | which emails are not sent yet, and of which payments is nobody told yet | `OUTBOX` | `PENDING#id` |
//! | daily jobs | which emails to many people are still to be written one by one | `OUTBOX` | `LATER#id` |
//! | account, every notice | what does a person want to be told of | `ACCOUNT#email` | `NOTIFICATIONS` |
//! | unsubscribe | whose email had this link | `UNSUBSCRIBE#hash` | `UNSUBSCRIBE` |
//! | send-email, contacts | is an address not written to | `SUPPRESSED#email` | `SUPPRESSED` |
//! | users | which addresses are not written to | `SUPPRESSED` | `EMAIL#email` |
//! | daily jobs | what happened on a day, for the daily email | `NEWS#day` | `AT#p#area#happening#id` |
//! | daily jobs | how far are the daily emails | `DIGESTS` | `DAY#day` |
//! | everything | where does somebody's chain of audit entries end | `AUDIT` | `HEAD#actor` |
//! | daily jobs, verifier | where do all of them end | `AUDIT` | begins `HEAD#` |
//! | daily jobs, verifier | which days were sealed | `AUDIT` | `SEAL#day` |
//! | auditor, verifier | what did somebody do and see | `AUDIT#actor` | `ENTRY#n` |
//! | auditor | who did and saw what of a provider, of a client, of neither; what was done to contracts of many providers | `AUDITOF#PROVIDER#p`, `AUDITOF#CLIENT#ss`, `AUDITOF#PORTAL`, `AUDITOF#RUNS` | `AT#at#actor#n` |
//!
//! A provider's request starts from the provider of its session, so what is another's is not found.
//!
//! References are letters, digits, dots, hyphens and underscores, so none can reach beyond its part of a key.
//! What else becomes a part (email addresses, hashes, ids) is escaped.

use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::action::ActionLine;
use domain::audit::{Actor, Place};
use domain::contract_document::{Document, DocumentState};
use domain::feed::{Feed, FileTime};
use domain::ids::{
    ActionId, AdjustmentRef, ApiKeyId, BatchId, ChangeRequestRef, ContactRef, ContractRef, CpliId,
    CycleRef, DeliveryId, DirectiveRef, DocumentRef, EndpointId, ProviderRef, ServiceRef, SsRef,
    StaffRef, TeamRef, VariationRef,
};
use domain::invoice::{InvoiceId, InvoiceNumber};
use domain::notice::Happening;
use domain::period::FinancialYear;
use domain::purchase_order::OrderId;
use domain::remittance_note::NoteAbout;
use domain::sign_in::TokenHash;

use crate::imports::Missing;
use crate::query::Query;

/// The name of one record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pk, self.sk)
    }
}

/// A text that cannot end its part of a key: `#` and `%` are written as `%23` and `%25`.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('#', "%23")
}

fn provider_pk(provider: &ProviderRef) -> String {
    format!("PROVIDER#{provider}")
}

fn team_pk(team: &TeamRef) -> String {
    format!("TEAM#{team}")
}

/// An instant whose text sorts as time goes.
fn sortable(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn cycle_pk(cycle: &CycleRef) -> String {
    format!("CYCLE#{cycle}")
}

fn notes_pk(about: &NoteAbout) -> String {
    match about {
        NoteAbout::Provider { provider_ref } => format!("NOTESOF#PROVIDER#{provider_ref}"),
        NoteAbout::Contract { contract_ref, .. } => format!("NOTESOF#CONTRACT#{contract_ref}"),
        NoteAbout::Cycle { cycle_ref } => format!("NOTESOF#CYCLE#{cycle_ref}"),
    }
}

fn import_pk(feed: Feed) -> String {
    format!("IMPORT#{feed}")
}

/// `C3001#2026-10-26#00001`, so that the tenth sorts after the second.
fn invoice_part(invoice: &InvoiceId) -> String {
    let InvoiceId { contract_ref, period_start, n } = invoice;
    format!("{contract_ref}#{period_start}#{n:05}")
}

/// `service#S4001`
fn missing_part(missing: &Missing) -> String {
    format!("{}#{}", missing.kind.as_str(), escaped(&missing.reference))
}

fn account_pk(email: &str) -> String {
    format!("ACCOUNT#{}", escaped(email))
}

/// The council and its providers.
impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The second part, which tells the records of one partition apart: `FACT#C3001#SERVICE#S4001`.
    pub fn sk(&self) -> &str {
        &self.sk
    }

    /// Whether it is the agreement among the records of `FACT#`.
    pub fn is_contract(&self) -> bool {
        self.fact_kind() == Some("CONTRACT")
    }

    /// What kind of fact it names: `CONTRACT`, `SERVICE`, `CAPACITY`, `ADJUSTMENT`, `DIRECTIVE`, `VARIATION` or
    /// `EXCEPTION`.
    pub fn fact_kind(&self) -> Option<&str> {
        let mut parts = self.sk.split('#');
        if parts.next() == Some("FACT") { parts.nth(1) } else { None }
    }

    /// The council's settings.
    pub fn settings() -> Self {
        Self::new("SETTINGS", "SETTINGS")
    }

    /// What was said about the council's settings, and from when on it holds.
    pub fn setting_changes() -> Self {
        Self::new("SETTINGS", "CHANGES")
    }

    /// What the council announces now or will.
    pub fn announcement_board() -> Self {
        Self::new("SETTINGS", "ANNOUNCEMENTS")
    }

    /// Something that the council announces, or did.
    pub fn announcement(id: &str) -> Self {
        Self::new("ANNOUNCEMENTS", format!("ANNOUNCEMENT#{}", escaped(id)))
    }

    /// A provider.
    pub fn provider(provider: &ProviderRef) -> Self {
        Self::new(provider_pk(provider), "PROVIDER")
    }

    /// A provider in the list of all of them.
    pub fn listed_provider(provider: &ProviderRef) -> Self {
        Self::new("PROVIDERS", provider_pk(provider))
    }

    /// A team of the council's.
    pub fn team(team: &TeamRef) -> Self {
        Self::new("TEAMS", format!("TEAM#{team}"))
    }

    /// One of the council's people.
    pub fn staff(staff: &StaffRef) -> Self {
        Self::new(format!("STAFF#{staff}"), "STAFF")
    }

    /// A person at a provider.
    pub fn contact(provider: &ProviderRef, contact: &ContactRef) -> Self {
        Self::new(provider_pk(provider), format!("CONTACT#{contact}"))
    }

    /// A provider's request to change its contacts.
    pub fn change_request(provider: &ProviderRef, request: &ChangeRequestRef) -> Self {
        Self::new(provider_pk(provider), format!("CHANGE#{request}"))
    }

    /// That a request about the same contact waits; `about` as [`domain::change_request::Asked::about`] says it.
    pub fn change_about(provider: &ProviderRef, about: &str) -> Self {
        Self::new(provider_pk(provider), format!("CHANGEABOUT#{}", escaped(about)))
    }

    /// A change request that waits since `at` in the council's queue.
    pub fn pending_request(at: &str, provider: &ProviderRef, request: &ChangeRequestRef) -> Self {
        Self::new("CHANGEREQUESTS", format!("PENDING#{at}#{provider}#{request}"))
    }

    /// A change request that was answered at `at`.
    pub fn decided_request(at: &str, provider: &ProviderRef, request: &ChangeRequestRef) -> Self {
        Self::new("CHANGEREQUESTS", format!("DECIDED#{at}#{provider}#{request}"))
    }

    /// That something must still follow from an answered change request.
    pub fn after_request(provider: &ProviderRef, request: &ChangeRequestRef) -> Self {
        Self::new("CHANGEREQUESTS", format!("FOLLOWUP#{provider}#{request}"))
    }

    /// A contract of a provider.
    pub fn contract(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#CONTRACT"))
    }

    /// That a contract of somebody else pays its voids to `payee`.
    pub fn payee(payee: &ProviderRef, contract: &ContractRef) -> Self {
        Self::new(provider_pk(payee), format!("PAYEE#{contract}"))
    }

    /// A service of a contract.
    pub fn service(provider: &ProviderRef, contract: &ContractRef, service: &ServiceRef) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#SERVICE#{service}"))
    }

    /// A service's block capacity from a day on.
    pub fn capacity(
        provider: &ProviderRef,
        contract: &ContractRef,
        service: &ServiceRef,
        from: NaiveDate,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#CAPACITY#{service}#{from}"))
    }

    /// A manual adjustment.
    pub fn adjustment(
        provider: &ProviderRef,
        contract: &ContractRef,
        adjustment: &AdjustmentRef,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#ADJUSTMENT#{adjustment}"))
    }

    /// A directive.
    pub fn directive(
        provider: &ProviderRef,
        contract: &ContractRef,
        directive: &DirectiveRef,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#DIRECTIVE#{directive}"))
    }

    /// A care package line item.
    pub fn cpli(provider: &ProviderRef, contract: &ContractRef, cpli: &CpliId) -> Self {
        Self::new(provider_pk(provider), format!("CPLI#{contract}#{cpli}"))
    }

    /// The head of a statement.
    pub fn statement(provider: &ProviderRef, contract: &ContractRef, start: NaiveDate) -> Self {
        Self::new(provider_pk(provider), format!("STATEMENT#{contract}#{start}"))
    }
}

/// Actuals.
impl Key {
    /// Care beyond the plan that the council agreed to.
    pub fn variation(
        provider: &ProviderRef,
        contract: &ContractRef,
        variation: &VariationRef,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#VARIATION#{variation}"))
    }

    /// Where a variation was put, as its care package may come to another contract.
    pub fn variation_locator(variation: &VariationRef) -> Self {
        Self::new(format!("VARIATION#{variation}"), "LOCATOR")
    }

    /// What was decided about a week over tolerance.
    pub fn exception(
        provider: &ProviderRef,
        contract: &ContractRef,
        cpli: &CpliId,
        week_start: NaiveDate,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#EXCEPTION#{cpli}#{week_start}"))
    }

    /// What was recorded of a care package in a period.
    pub fn weeks(
        provider: &ProviderRef,
        contract: &ContractRef,
        period_start: NaiveDate,
        cpli: &CpliId,
    ) -> Self {
        Self::new(provider_pk(provider), format!("WEEKS#{contract}#{period_start}#{cpli}"))
    }

    /// That a period was submitted.
    pub fn submission(
        provider: &ProviderRef,
        contract: &ContractRef,
        period_start: NaiveDate,
    ) -> Self {
        Self::new(provider_pk(provider), format!("SUBMISSION#{contract}#{period_start}"))
    }

    /// A file of actuals.
    pub fn upload(provider: &ProviderRef, batch: &BatchId) -> Self {
        Self::new(provider_pk(provider), format!("UPLOAD#{batch}"))
    }

    /// That a file with this content was applied; in hexadecimal digits.
    pub fn sent_digest(provider: &ProviderRef, sha256: &str) -> Self {
        Self::new(provider_pk(provider), format!("SENT#DIGEST#{}", escaped(sha256)))
    }

    /// That a file which calls itself so was applied.
    pub fn sent_reference(provider: &ProviderRef, reference: &str) -> Self {
        Self::new(provider_pk(provider), format!("SENT#REFERENCE#{}", escaped(reference)))
    }
}

/// Invoices and credit notes.
impl Key {
    /// The head of a document.
    pub fn invoice(provider: &ProviderRef, invoice: &InvoiceId) -> Self {
        Self::new(provider_pk(provider), format!("INVOICE#{}", invoice_part(invoice)))
    }

    /// That an approved document waits for its statement.
    pub fn approved(provider: &ProviderRef, invoice: &InvoiceId) -> Self {
        Self::new(provider_pk(provider), format!("APPROVED#{}", invoice_part(invoice)))
    }

    /// Which number the next document of a provider gets.
    pub fn invoice_number(provider: &ProviderRef) -> Self {
        Self::new(provider_pk(provider), "INVOICENUMBER")
    }

    /// What the council's files said of the document with a number.
    pub fn invoice_decision(provider: &ProviderRef, number: InvoiceNumber) -> Self {
        Self::new(provider_pk(provider), format!("DECIDED#{number}"))
    }

    /// Which document has a number.
    pub fn numbered(provider: &ProviderRef, number: InvoiceNumber) -> Self {
        Self::new(provider_pk(provider), format!("NUMBERED#{number}"))
    }
}

/// Contract documents.
impl Key {
    /// The head of a document.
    pub fn document(provider: &ProviderRef, document: &DocumentRef) -> Self {
        Self::new(provider_pk(provider), format!("DOCUMENT#{document}"))
    }

    /// A version of a document.
    pub fn document_version(provider: &ProviderRef, document: &DocumentRef, n: u32) -> Self {
        Self::new(provider_pk(provider), format!("DOCUMENTVERSION#{document}#{n:05}"))
    }

    /// The answer to a version of a document.
    pub fn document_answer(provider: &ProviderRef, document: &DocumentRef, n: u32) -> Self {
        Self::new(provider_pk(provider), format!("DOCUMENTANSWER#{document}#{n:05}"))
    }

    /// What a document about a care package is.
    pub fn document_of(
        provider: &ProviderRef,
        contract: &ContractRef,
        cpli: &CpliId,
        document: &DocumentRef,
    ) -> Self {
        Self::new(provider_pk(provider), format!("DOCUMENTOF#{contract}#{cpli}#{document}"))
    }

    /// Whose a document is.
    pub fn document_locator(document: &DocumentRef) -> Self {
        Self::new(format!("DOCUMENT#{document}"), "LOCATOR")
    }

    /// What the council's files said of a document.
    pub fn document_row(document: &DocumentRef) -> Self {
        Self::new(format!("DOCUMENT#{document}"), "ROW")
    }

    /// Where a document stands among those of all providers: by its deadline, or by when it was answered.
    pub fn document_listed(document: &Document) -> Self {
        let latest = &document.latest;
        let (list, at) = match document.state() {
            DocumentState::Published | DocumentState::Superseded => ("WAITING", latest.answer_by),
            DocumentState::Rejected => ("REJECTED", document.updated_at),
            DocumentState::Agreed | DocumentState::AgreedManually => {
                ("AGREED", document.updated_at)
            }
        };
        let (at, provider, document) = (sortable(at), &latest.provider_ref, &latest.document_ref);
        Self::new("DOCUMENTS", format!("{list}#{at}#{provider}#{document}"))
    }

    /// That the second record of an answer is still to be written.
    pub fn document_unkept(provider: &ProviderRef, document: &DocumentRef, n: u32) -> Self {
        Self::new("DOCUMENTS", format!("UNKEPT#{provider}#{document}#{n:05}"))
    }
}

/// Purchase orders.
impl Key {
    /// The head of an order.
    pub fn order(order: &OrderId) -> Self {
        let OrderId { provider_ref, financial_year, ss_ref } = order;
        Self::new(provider_pk(provider_ref), format!("ORDER#{financial_year}#{ss_ref}"))
    }

    /// One revision in its history, counted from 1.
    pub fn order_revision(order: &OrderId, revision: u32) -> Self {
        let OrderId { provider_ref, financial_year, ss_ref } = order;
        let sk = format!("ORDERREVISION#{financial_year}#{ss_ref}#{revision:05}");
        Self::new(provider_pk(provider_ref), sk)
    }
}

/// What the import looks up.
impl Key {
    /// Whose a contract is.
    pub fn contract_locator(contract: &ContractRef) -> Self {
        Self::new(format!("CONTRACT#{contract}"), "LOCATOR")
    }

    /// Whose a service is.
    pub fn service_locator(service: &ServiceRef) -> Self {
        Self::new(format!("SERVICE#{service}"), "LOCATOR")
    }

    /// Whose a care package is.
    pub fn cpli_locator(cpli: &CpliId) -> Self {
        Self::new(format!("CPLI#{cpli}"), "LOCATOR")
    }

    /// Where an adjustment was put, as its contract may change.
    pub fn adjustment_locator(adjustment: &AdjustmentRef) -> Self {
        Self::new(format!("ADJUSTMENT#{adjustment}"), "LOCATOR")
    }

    /// Where a directive was put, as its contract may change.
    pub fn directive_locator(directive: &DirectiveRef) -> Self {
        Self::new(format!("DIRECTIVE#{directive}"), "LOCATOR")
    }

    /// A client.
    pub fn client(client: &SsRef) -> Self {
        Self::new(format!("CLIENT#{client}"), "CLIENT")
    }

    /// That a care package carries a copy of a client.
    pub fn client_cpli(client: &SsRef, cpli: &CpliId) -> Self {
        Self::new(format!("CLIENT#{client}"), format!("CPLI#{cpli}"))
    }

    /// Block capacity that was taken back, so that an older file does not bring it again.
    pub fn capacity_taken_back(
        provider: &ProviderRef,
        contract: &ContractRef,
        service: &ServiceRef,
        from: NaiveDate,
    ) -> Self {
        Self::new(provider_pk(provider), format!("FACT#{contract}#TAKENBACK#{service}#{from}"))
    }

    /// How far a file of `feed` is; `time` is the one in its name.
    pub fn import_file(feed: Feed, time: FileTime) -> Self {
        Self::new(import_pk(feed), format!("FILE#{time}"))
    }

    /// That nothing of a file was applied; `time` is the one in its name.
    pub fn refused_file(feed: Feed, time: FileTime) -> Self {
        Self::new(import_pk(feed), format!("REFUSED#{time}"))
    }

    /// That a file came at `at` whose name says nothing.
    pub fn misnamed_file(at: DateTime<Utc>, id: &str) -> Self {
        Self::new("MISNAMED", format!("AT#{}#{}", sortable(at), escaped(id)))
    }

    /// Who sent the file of `time` from the page.
    pub fn desk_drop(feed: Feed, time: FileTime) -> Self {
        Self::new(import_pk(feed), format!("DESK#{time}"))
    }

    /// A file that was sent from the page.
    pub fn desk_file(upload: &BatchId) -> Self {
        Self::new("DESKFILES", format!("FILE#{upload}"))
    }

    /// Which rows were not applied of the piece of a file that begins with row `piece`.
    pub fn import_refusals(feed: Feed, time: FileTime, piece: u64) -> Self {
        Self::new(import_pk(feed), format!("ROWS#{time}#{piece:08}"))
    }

    /// Which rows, from `first` on, were not applied after they had waited for `missing`.
    pub fn late_refusals(missing: &Missing, feed: Feed, time: FileTime, first: u64) -> Self {
        let missing = missing_part(missing);
        Self::new(import_pk(feed), format!("LATE#{time}#{first:08}#{missing}"))
    }

    /// That something is still to follow from rows of a file that had waited.
    pub fn follow_up(feed: Feed, time: FileTime) -> Self {
        Self::new("FOLLOWUP", format!("FILE#{feed}#{time}"))
    }

    /// That rows wait for `missing`.
    pub fn waiting_for(missing: &Missing) -> Self {
        Self::new("WAITING", format!("FOR#{}", missing_part(missing)))
    }

    /// The rows of a piece of a file that wait for `missing`.
    pub fn waiting_rows(missing: &Missing, feed: Feed, time: FileTime, piece: u64) -> Self {
        let pk = format!("WAITING#{}", missing_part(missing));
        Self::new(pk, format!("ROWS#{feed}#{time}#{piece:08}"))
    }
}

/// Actions.
impl Key {
    /// An action.
    pub fn action(provider: &ProviderRef, action: &ActionId) -> Self {
        Self::new(provider_pk(provider), format!("ACTION#{action}"))
    }

    /// The `n`-th post of an action.
    pub fn action_post(provider: &ProviderRef, action: &ActionId, n: u32) -> Self {
        Self::new(provider_pk(provider), format!("ACTIONPOST#{action}#{n:05}"))
    }

    /// An action in its provider's list: among those that are open, or those that are done.
    pub fn listed_action(line: &ActionLine) -> Self {
        let ActionLine { action_id, provider_ref, due_on, .. } = line;
        let sk = match line.done_at {
            None => format!("OPENACTION#{due_on}#{action_id}"),
            Some(at) => format!("DONEACTION#{}#{action_id}", sortable(at)),
        };
        Self::new(provider_pk(provider_ref), sk)
    }

    /// An action in the queue of the team that handles it: among those that are open, or those that are done.
    pub fn queued_action(line: &ActionLine) -> Self {
        let ActionLine { action_id, provider_ref, due_on, team_ref, .. } = line;
        let sk = match line.done_at {
            None => format!("OPEN#{due_on}#{provider_ref}#{action_id}"),
            Some(at) => format!("DONE#{}#{provider_ref}#{action_id}", sortable(at)),
        };
        Self::new(team_pk(team_ref), sk)
    }

    /// A file that somebody sends for a post.
    pub fn action_file(provider: &ProviderRef, upload: &str) -> Self {
        Self::new(provider_pk(provider), format!("ACTIONFILE#{}", escaped(upload)))
    }

    /// Which kinds of action there are.
    pub fn action_types() -> Self {
        Self::new("SETTINGS", "ACTIONTYPES")
    }

    /// That an accepted change has no council file yet.
    pub fn accepted_change(provider: &ProviderRef, action: &ActionId) -> Self {
        Self::new("ACCEPTED", format!("PENDING#{provider}#{action}"))
    }
}

/// Cycles and how far contracts are in them.
impl Key {
    /// That a cycle exists.
    pub fn cycle(cycle: &CycleRef) -> Self {
        Self::new("CYCLES", cycle_pk(cycle))
    }

    /// A payment period.
    pub fn period(cycle: &CycleRef, start: NaiveDate) -> Self {
        Self::new(cycle_pk(cycle), format!("PERIOD#{start}"))
    }

    /// A payment period that was taken back, so that an older file does not bring it again.
    pub fn period_taken_back(cycle: &CycleRef, start: NaiveDate) -> Self {
        Self::new(cycle_pk(cycle), format!("TAKENBACK#{start}"))
    }

    /// How far a contract is in its cycle.
    pub fn progress(cycle: &CycleRef, contract: &ContractRef) -> Self {
        Self::new(cycle_pk(cycle), format!("CONTRACT#{contract}"))
    }

    /// A decision that one of the council's people made by hand.
    pub fn by_hand(id: &str) -> Self {
        Self::new(format!("BYHAND#{}", escaped(id)), "BYHAND")
    }

    /// The same among those about its contract.
    pub fn by_hand_of(
        provider: &ProviderRef,
        contract: &ContractRef,
        at: DateTime<Utc>,
        id: &str,
    ) -> Self {
        let sk = format!("BYHAND#{contract}#{}#{}", sortable(at), escaped(id));
        Self::new(provider_pk(provider), sk)
    }

    /// That the file of a decision made by hand is still to be dropped.
    pub fn pending_by_hand(id: &str) -> Self {
        Self::new("BYHAND", format!("PENDING#{}", escaped(id)))
    }

    /// That a submitted invoice waits for the council.
    pub fn submitted_invoice(provider: &ProviderRef, invoice: &InvoiceId) -> Self {
        Self::new("INVOICES", format!("SUBMITTED#{provider}#{}", invoice_part(invoice)))
    }

    /// Whether the schedule of a cycle is paused.
    pub fn schedule(cycle: &CycleRef) -> Self {
        Self::new(cycle_pk(cycle), "SCHEDULE")
    }
}

/// Notes at the foot of remittance advices.
impl Key {
    /// A note, for ever.
    pub fn remittance_note(id: &str) -> Self {
        Self::new(format!("REMITTANCENOTE#{}", escaped(id)), "NOTE")
    }

    /// That a note was withdrawn.
    pub fn note_withdrawal(id: &str) -> Self {
        Self::new(format!("REMITTANCENOTE#{}", escaped(id)), "WITHDRAWAL")
    }

    /// That a note stands to a provider, about a contract or in a cycle, up to a day.
    pub fn note_of(about: &NoteAbout, until: NaiveDate, id: &str) -> Self {
        Self::new(notes_pk(about), format!("UNTIL#{until}#{}", escaped(id)))
    }

    /// The same among all of them.
    pub fn standing_note(until: NaiveDate, id: &str) -> Self {
        Self::new("REMITTANCENOTES", format!("UNTIL#{until}#{}", escaped(id)))
    }

    /// That a note was written or withdrawn.
    pub fn note_step(at: DateTime<Utc>, id: &str, withdrawn: bool) -> Self {
        let step = if withdrawn { 2 } else { 1 };
        Self::new("REMITTANCENOTES", format!("AT#{}#{}#{step}", sortable(at), escaped(id)))
    }
}

/// People and emails. Emails in lower case; hashes in hexadecimal.
impl Key {
    /// An account.
    pub fn account(email: &str) -> Self {
        Self::new(account_pk(email), "ACCOUNT")
    }

    /// Somebody in the list of all who may sign in.
    pub fn listed_user(user: &Actor) -> Self {
        Self::new("USERS", format!("USER#{}", escaped(user.as_str())))
    }

    /// How often somebody tried to sign in with an address.
    pub fn tries(email: &str) -> Self {
        Self::new(format!("TRIES#{}", escaped(email)), "TRIES")
    }

    /// What an account may do for a provider.
    pub fn access(email: &str, provider: &ProviderRef) -> Self {
        Self::new(account_pk(email), format!("ACCESS#{provider}"))
    }

    /// What an account of one of the council's people may do.
    pub fn staff_access(email: &str) -> Self {
        Self::new(account_pk(email), "STAFF")
    }

    /// That an account looked at the care packages of a provider on a day.
    pub fn visit(email: &str, provider: &ProviderRef, day: NaiveDate) -> Self {
        Self::new(account_pk(email), format!("VISIT#{provider}#{day}"))
    }

    /// That an account has a session.
    pub fn account_session(email: &str, hash: &str) -> Self {
        Self::new(account_pk(email), format!("SESSION#{}", escaped(hash)))
    }

    /// A session, by the hash of its token.
    pub fn session(hash: &str) -> Self {
        Self::new(format!("SESSION#{}", escaped(hash)), "SESSION")
    }

    /// A sign-in that waits for its second step, by the hash of its token.
    pub fn challenge(hash: &str) -> Self {
        Self::new(format!("CHALLENGE#{}", escaped(hash)), "CHALLENGE")
    }

    /// A password reset that waits for its code.
    pub fn reset(email: &str) -> Self {
        Self::new(format!("RESET#{}", escaped(email)), "RESET")
    }

    /// An invitation, by the hash of its token.
    pub fn invitation(hash: &str) -> Self {
        Self::new(format!("INVITE#{}", escaped(hash)), "INVITE")
    }

    /// A report that one of the council's people waits for.
    pub fn report_job(staff: &StaffRef, job_id: &str) -> Self {
        Self::new(format!("REPORTJOBS#{staff}"), format!("JOB#{}", escaped(job_id)))
    }

    /// An email.
    pub fn email(id: &str) -> Self {
        Self::new(format!("OUTBOX#{}", escaped(id)), "EMAIL")
    }

    /// That an email is not sent yet, or what is still to be told of a payment.
    pub fn pending_email(id: &str) -> Self {
        Self::new("OUTBOX", format!("PENDING#{}", escaped(id)))
    }
}

/// What people are told of. Emails in lower case; hashes in hexadecimal.
impl Key {
    /// An email to many people that is still to be written to each.
    pub fn later_emails(id: &str) -> Self {
        Self::new("OUTBOX", format!("LATER#{}", escaped(id)))
    }

    /// What a person wants to be told of.
    pub fn subscriptions(email: &str) -> Self {
        Self::new(account_pk(email), "NOTIFICATIONS")
    }

    /// Whose email had a link to unsubscribe, by the hash of its token.
    pub fn unsubscribe(hash: &str) -> Self {
        Self::new(format!("UNSUBSCRIBE#{}", escaped(hash)), "UNSUBSCRIBE")
    }

    /// That an address is not written to.
    pub fn suppression(email: &str) -> Self {
        Self::new(format!("SUPPRESSED#{}", escaped(email)), "SUPPRESSED")
    }

    /// An address in the list of those that are not written to.
    pub fn listed_suppression(email: &str) -> Self {
        Self::new("SUPPRESSED", format!("EMAIL#{}", escaped(email)))
    }

    /// Something that happened at a provider on a day. `id`: which of its kind.
    pub fn news(day: NaiveDate, provider: &ProviderRef, happening: Happening, id: &str) -> Self {
        let area = happening.area().as_str();
        let (happening, id) = (happening.as_str(), escaped(id));
        Self::new(format!("NEWS#{day}"), format!("AT#{provider}#{area}#{happening}#{id}"))
    }

    /// How far the daily emails about what happened until a day are.
    pub fn digest(day: NaiveDate) -> Self {
        Self::new("DIGESTS", format!("DAY#{day}"))
    }
}

/// The lists.
impl Query {
    /// All providers.
    pub fn listed_providers() -> Self {
        Self::beginning("PROVIDERS", "PROVIDER#")
    }

    /// Everything that the council ever announced.
    pub fn announcements() -> Self {
        Self::beginning("ANNOUNCEMENTS", "ANNOUNCEMENT#")
    }

    /// Everybody who may sign in.
    pub fn listed_users() -> Self {
        Self::beginning("USERS", "USER#")
    }

    /// The addresses that are not written to.
    pub fn listed_suppressions() -> Self {
        Self::beginning("SUPPRESSED", "EMAIL#")
    }

    /// All teams.
    pub fn teams() -> Self {
        Self::beginning("TEAMS", "TEAM#")
    }

    /// The people at a provider.
    pub fn contacts(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "CONTACT#")
    }

    /// A provider's requests to change its contacts.
    pub fn change_requests(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "CHANGE#")
    }

    /// The change requests that wait for the council, oldest first.
    pub fn pending_requests() -> Self {
        Self::beginning("CHANGEREQUESTS", "PENDING#")
    }

    /// The change requests that were answered, oldest first.
    pub fn decided_requests() -> Self {
        Self::beginning("CHANGEREQUESTS", "DECIDED#")
    }

    /// Those of them that were answered at `first` or later.
    pub fn decided_requests_since(first: DateTime<Utc>) -> Self {
        // `~` sorts after every instant.
        Self::between("CHANGEREQUESTS", format!("DECIDED#{}", sortable(first)), "DECIDED#~")
    }

    /// What must still follow from answered change requests.
    pub fn after_requests() -> Self {
        Self::beginning("CHANGEREQUESTS", "FOLLOWUP#")
    }

    /// All facts of a contract but its care packages; [`Key::fact_kind`] tells them apart.
    pub fn facts(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("FACT#{contract}#"))
    }

    /// All facts of all contracts of a provider but their care packages.
    pub fn facts_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "FACT#")
    }

    /// The contracts of others that pay their voids to a provider.
    pub fn payees(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "PAYEE#")
    }

    /// The care packages of a contract.
    pub fn cplis(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("CPLI#{contract}#"))
    }

    /// The care packages of a provider, contract by contract.
    pub fn cplis_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "CPLI#")
    }

    /// The heads of a contract's statements, oldest first.
    pub fn statements(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("STATEMENT#{contract}#"))
    }

    /// The heads of a contract's statements of the periods that start from `first` to `last`, oldest first.
    pub fn statements_between(
        provider: &ProviderRef,
        contract: &ContractRef,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Self {
        let sk = |start| format!("STATEMENT#{contract}#{start}");
        Self::between(provider_pk(provider), sk(first), sk(last))
    }

    /// The heads of a provider's orders in a financial year, by client.
    pub fn orders(provider: &ProviderRef, financial_year: FinancialYear) -> Self {
        Self::beginning(provider_pk(provider), format!("ORDER#{financial_year}#"))
    }

    /// The revisions of an order, oldest first.
    pub fn order_revisions(order: &OrderId) -> Self {
        let OrderId { provider_ref, financial_year, ss_ref } = order;
        let sk = format!("ORDERREVISION#{financial_year}#{ss_ref}#");
        Self::beginning(provider_pk(provider_ref), sk)
    }

    /// The heads of all statements of a provider.
    pub fn statements_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "STATEMENT#")
    }

    /// What was recorded for a contract in a period, by care package.
    pub fn weeks(provider: &ProviderRef, contract: &ContractRef, start: NaiveDate) -> Self {
        Self::beginning(provider_pk(provider), format!("WEEKS#{contract}#{start}#"))
    }

    /// What was ever recorded for a contract, by period and care package.
    pub fn weeks_of_contract(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("WEEKS#{contract}#"))
    }

    /// The periods of a contract that were submitted, oldest first.
    pub fn submissions(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("SUBMISSION#{contract}#"))
    }

    /// The files of actuals of a provider, oldest first.
    pub fn uploads(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "UPLOAD#")
    }

    /// The heads of the documents of a contract and period, in the order they were created.
    pub fn invoices(provider: &ProviderRef, contract: &ContractRef, start: NaiveDate) -> Self {
        Self::beginning(provider_pk(provider), format!("INVOICE#{contract}#{start}#"))
    }

    /// The heads of a contract's documents, by period.
    pub fn invoices_of_contract(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("INVOICE#{contract}#"))
    }

    /// The heads of a provider's documents, by contract and period.
    pub fn invoices_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "INVOICE#")
    }

    /// The approved documents of a contract that wait for a statement, by period.
    pub fn approved(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("APPROVED#{contract}#"))
    }

    /// The heads of a provider's contract documents.
    pub fn documents(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "DOCUMENT#")
    }

    /// The versions of a document, oldest first.
    pub fn document_versions(provider: &ProviderRef, document: &DocumentRef) -> Self {
        Self::beginning(provider_pk(provider), format!("DOCUMENTVERSION#{document}#"))
    }

    /// The versions of all documents of a provider.
    pub fn document_versions_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "DOCUMENTVERSION#")
    }

    /// The answers to a document, oldest first.
    pub fn document_answers(provider: &ProviderRef, document: &DocumentRef) -> Self {
        Self::beginning(provider_pk(provider), format!("DOCUMENTANSWER#{document}#"))
    }

    /// The answers to all documents of a provider.
    pub fn document_answers_of_provider(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "DOCUMENTANSWER#")
    }

    /// What the documents of a contract's care packages are.
    pub fn documents_of_contract(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("DOCUMENTOF#{contract}#"))
    }

    /// The documents of all providers that wait for an answer, first deadline first.
    pub fn documents_waiting() -> Self {
        Self::beginning("DOCUMENTS", "WAITING#")
    }

    /// Those of them that are to be answered by `last`.
    pub fn documents_waiting_to(last: DateTime<Utc>) -> Self {
        // `~` sorts after whatever follows the instant.
        Self::between("DOCUMENTS", "WAITING#", format!("WAITING#{}~", sortable(last)))
    }

    /// The documents of all providers that were rejected, longest ago first.
    pub fn documents_rejected() -> Self {
        Self::beginning("DOCUMENTS", "REJECTED#")
    }

    /// The documents of all providers that were agreed, longest ago first.
    pub fn documents_agreed() -> Self {
        Self::beginning("DOCUMENTS", "AGREED#")
    }

    /// The answers of which the second record is still to be written.
    pub fn documents_unkept() -> Self {
        Self::beginning("DOCUMENTS", "UNKEPT#")
    }

    /// The care packages that carry a copy of a client.
    pub fn client_cplis(client: &SsRef) -> Self {
        Self::beginning(format!("CLIENT#{client}"), "CPLI#")
    }

    /// What was said in an action, in order.
    pub fn action_posts(provider: &ProviderRef, action: &ActionId) -> Self {
        Self::beginning(provider_pk(provider), format!("ACTIONPOST#{action}#"))
    }

    /// The open actions of a provider, the first due first.
    pub fn open_actions(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "OPENACTION#")
    }

    /// The actions of a provider that are done, latest last.
    pub fn done_actions(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "DONEACTION#")
    }

    /// The open actions that a team handles, the first due first.
    pub fn open_actions_of_team(team: &TeamRef) -> Self {
        Self::beginning(team_pk(team), "OPEN#")
    }

    /// The actions that a team handled, latest last.
    pub fn done_actions_of_team(team: &TeamRef) -> Self {
        Self::beginning(team_pk(team), "DONE#")
    }

    /// The accepted changes that have no council file yet.
    pub fn accepted_changes() -> Self {
        Self::beginning("ACCEPTED", "PENDING#")
    }

    /// All cycles.
    pub fn cycles() -> Self {
        Self::beginning("CYCLES", "CYCLE#")
    }

    /// The periods of a cycle, earliest first.
    pub fn periods(cycle: &CycleRef) -> Self {
        Self::beginning(cycle_pk(cycle), "PERIOD#")
    }

    /// What was decided by hand about a contract.
    pub fn by_hand(provider: &ProviderRef, contract: &ContractRef) -> Self {
        Self::beginning(provider_pk(provider), format!("BYHAND#{contract}#"))
    }

    /// Which decisions made by hand have no file yet.
    pub fn pending_by_hand() -> Self {
        Self::beginning("BYHAND", "PENDING#")
    }

    /// Which notes stand to a provider, about a contract or in a cycle on a day or later.
    pub fn notes_of(about: &NoteAbout, from: NaiveDate) -> Self {
        Self::between(notes_pk(about), format!("UNTIL#{from}"), "UNTIL#~")
    }

    /// Which notes stand on a day or later, by the last of their days.
    pub fn standing_notes(from: NaiveDate) -> Self {
        Self::between("REMITTANCENOTES", format!("UNTIL#{from}"), "UNTIL#~")
    }

    /// What was written and withdrawn.
    pub fn note_steps() -> Self {
        Self::beginning("REMITTANCENOTES", "AT#")
    }

    /// Which submitted invoices wait for the council.
    pub fn submitted_invoices() -> Self {
        Self::beginning("INVOICES", "SUBMITTED#")
    }

    /// How far each contract of a cycle is.
    pub fn progress(cycle: &CycleRef) -> Self {
        Self::beginning(cycle_pk(cycle), "CONTRACT#")
    }

    /// The files of a feed up to `last`, latest first.
    pub fn import_files(feed: Feed, last: Option<FileTime>) -> Self {
        Self::up_to(import_pk(feed), "FILE#", last).descending()
    }

    /// The files of a feed up to `last` of which nothing was applied, latest first.
    pub fn refused_files(feed: Feed, last: Option<FileTime>) -> Self {
        Self::up_to(import_pk(feed), "REFUSED#", last).descending()
    }

    /// The files whose names say nothing, latest first.
    pub fn misnamed_files() -> Self {
        Self::beginning("MISNAMED", "AT#").descending()
    }

    /// The files that were sent from the page, latest first.
    pub fn desk_files() -> Self {
        Self::beginning("DESKFILES", "FILE#").descending()
    }

    fn up_to(pk: String, prefix: &str, last: Option<FileTime>) -> Self {
        match last {
            Some(last) => Self::between(pk, prefix, format!("{prefix}{last}")),
            None => Self::beginning(pk, prefix),
        }
    }

    /// Which rows of a file were not applied, in order.
    pub fn import_refusals(feed: Feed, time: FileTime) -> Self {
        Self::beginning(import_pk(feed), format!("ROWS#{time}#"))
    }

    /// Which rows of a file were not applied after they had waited, in order.
    pub fn late_refusals(feed: Feed, time: FileTime) -> Self {
        Self::beginning(import_pk(feed), format!("LATE#{time}#"))
    }

    /// The files of which something is still to be followed up.
    pub fn follow_ups() -> Self {
        Self::beginning("FOLLOWUP", "FILE#")
    }

    /// What rows wait for.
    pub fn waiting_for() -> Self {
        Self::beginning("WAITING", "FOR#")
    }

    /// The rows that wait for `missing`, by file and row.
    pub fn waiting_rows(missing: &Missing) -> Self {
        Self::beginning(format!("WAITING#{}", missing_part(missing)), "ROWS#")
    }

    /// The providers that an account may see.
    pub fn access(email: &str) -> Self {
        Self::beginning(account_pk(email), "ACCESS#")
    }

    /// The days on which an account looked at the care packages of a provider, oldest first.
    pub fn visits(email: &str, provider: &ProviderRef) -> Self {
        Self::beginning(account_pk(email), format!("VISIT#{provider}#"))
    }

    /// Where an account is signed in.
    pub fn account_sessions(email: &str) -> Self {
        Self::beginning(account_pk(email), "SESSION#")
    }

    /// The emails that are not sent yet.
    pub fn pending_emails() -> Self {
        Self::beginning("OUTBOX", "PENDING#")
    }

    /// The emails to many people that are still to be written to each.
    pub fn later_emails() -> Self {
        Self::beginning("OUTBOX", "LATER#")
    }

    /// What happened on a day.
    pub fn news(day: NaiveDate) -> Self {
        Self::beginning(format!("NEWS#{day}"), "AT#")
    }

    /// The daily emails about days from `first` to `last`.
    pub fn digests(first: NaiveDate, last: NaiveDate) -> Self {
        Self::between("DIGESTS", format!("DAY#{first}"), format!("DAY#{last}"))
    }
}

/// Keys of providers' software.
impl Key {
    /// A key, by the hash of its secret.
    pub fn api_key(hash: &TokenHash) -> Self {
        Self::new(format!("APIKEY#{hash}"), "APIKEY")
    }

    /// How often a key was used of late.
    pub fn pace(hash: &TokenHash) -> Self {
        Self::new(format!("APIKEY#{hash}"), "PACE")
    }

    /// How often somebody asked of late without being signed in.
    pub fn pace_of_sender(hash: &TokenHash) -> Self {
        Self::new(format!("PACE#{hash}"), "PACE")
    }

    /// An address of a provider's software.
    pub fn endpoint(provider: &ProviderRef, endpoint: &EndpointId) -> Self {
        Self::new(provider_pk(provider), format!("WEBHOOK#{endpoint}"))
    }

    /// A message to it.
    pub fn delivery(endpoint: &EndpointId, delivery: &DeliveryId) -> Self {
        Self::new(format!("WEBHOOK#{endpoint}"), format!("DELIVERY#{delivery}"))
    }

    /// That it is to be sent at a time.
    pub fn due_delivery(at: DateTime<Utc>, endpoint: &EndpointId, delivery: &DeliveryId) -> Self {
        Self::new("WEBHOOKS", format!("DUE#{}#{endpoint}#{delivery}", sortable(at)))
    }

    /// Something that happened, of which nobody was told.
    pub fn event(id: &str) -> Self {
        Self::new("WEBHOOKS", format!("EVENT#{}", escaped(id)))
    }

    /// Whose calendar is read by an address, by the hash of its token.
    pub fn calendar(hash: &TokenHash) -> Self {
        Self::new(format!("CALENDAR#{hash}"), "CALENDAR")
    }

    /// That a person has an address for the calendar of a provider.
    pub fn calendar_of(email: &str, provider: &ProviderRef) -> Self {
        Self::new(account_pk(email), format!("CALENDAR#{provider}"))
    }

    /// That a provider has a key.
    pub fn api_key_of(provider: &ProviderRef, key: &ApiKeyId) -> Self {
        Self::new(provider_pk(provider), format!("APIKEY#{key}"))
    }
}

impl Query {
    /// The addresses of a provider's software.
    pub fn endpoints(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "WEBHOOK#")
    }

    /// The messages to one of them, latest last.
    pub fn deliveries(endpoint: &EndpointId) -> Self {
        Self::beginning(format!("WEBHOOK#{endpoint}"), "DELIVERY#")
    }

    /// The messages that are to be sent by `by`.
    pub fn due_deliveries(by: DateTime<Utc>) -> Self {
        // `~` sorts after whatever follows the instant.
        Self::between("WEBHOOKS", "DUE#", format!("DUE#{}~", sortable(by)))
    }

    /// What happened of which nobody was told.
    pub fn events() -> Self {
        Self::beginning("WEBHOOKS", "EVENT#")
    }

    /// The keys of a provider.
    pub fn api_keys(provider: &ProviderRef) -> Self {
        Self::beginning(provider_pk(provider), "APIKEY#")
    }
}

/// `AUDITOF#PROVIDER#P1001`
fn audited_pk(place: &Place) -> String {
    match place {
        Place::Provider(provider) => format!("AUDITOF#PROVIDER#{provider}"),
        Place::Client(client) => format!("AUDITOF#CLIENT#{client}"),
        Place::Portal => "AUDITOF#PORTAL".to_owned(),
        Place::Runs => "AUDITOF#RUNS".to_owned(),
    }
}

/// Twenty digits, as many as there can be, so that the tenth sorts after the second.
fn entry_sk(n: u64) -> String {
    format!("ENTRY#{n:020}")
}

/// Who saw and changed what. No function deletes or changes these but the heads, which are replaced.
impl Key {
    /// Where somebody's chain ends.
    pub fn audit_head(actor: &Actor) -> Self {
        Self::new("AUDIT", format!("HEAD#{}", escaped(actor.as_str())))
    }

    /// That a day was sealed.
    pub fn audit_seal(day: NaiveDate) -> Self {
        Self::new("AUDIT", format!("SEAL#{day}"))
    }

    /// An entry of somebody's chain.
    pub fn audit_entry(actor: &Actor, n: u64) -> Self {
        Self::new(format!("AUDIT#{}", escaped(actor.as_str())), entry_sk(n))
    }

    /// Its copy in one of the auditor's lists.
    pub fn audit_copy(place: &Place, at: DateTime<Utc>, actor: &Actor, n: u64) -> Self {
        let (at, actor) = (sortable(at), escaped(actor.as_str()));
        Self::new(audited_pk(place), format!("AT#{at}#{actor}#{n:020}"))
    }

    /// The number of an entry of a chain, from its key.
    pub(crate) fn entry_number(&self) -> Option<u64> {
        self.sk.strip_prefix("ENTRY#")?.parse().ok()
    }

    /// Whose chain a head is of.
    pub(crate) fn head_of(&self) -> Option<Actor> {
        self.sk.strip_prefix("HEAD#")?.parse().ok()
    }
}

impl Query {
    /// Where all chains end.
    pub fn audit_heads() -> Self {
        Self::beginning("AUDIT", "HEAD#")
    }

    /// The days that were sealed.
    pub fn audit_seals() -> Self {
        Self::beginning("AUDIT", "SEAL#")
    }

    /// A whole chain.
    pub fn audit_chain(actor: &Actor) -> Self {
        Self::beginning(format!("AUDIT#{}", escaped(actor.as_str())), "ENTRY#")
    }

    /// One of the auditor's lists, from one instant to before another.
    pub fn audit_list(place: &Place, from: DateTime<Utc>, before: DateTime<Utc>) -> Self {
        let (from, before) = (sortable(from), sortable(before));
        Self::between(audited_pk(place), format!("AT#{from}"), format!("AT#{before}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn provider() -> ProviderRef {
        "P1001".parse().unwrap()
    }

    fn contract(text: &str) -> ContractRef {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn statements_and_periods_sort_by_date() {
        let statement = |day| Key::statement(&provider(), &contract("C1"), date(day));
        assert!(statement("2025-12-29") < statement("2026-01-26"));
        let cycle: CycleRef = "28DAY".parse().unwrap();
        let period = |day| Key::period(&cycle, date(day));
        assert!(period("2025-12-29") < period("2026-01-26"));
    }

    #[test]
    fn the_pieces_of_a_file_sort_by_row_and_files_by_time() {
        let time = |text: &str| text.parse::<FileTime>().unwrap();
        let piece = |at, row| Key::import_refusals(Feed::Cplis, time(at), row);
        assert!(piece("20260401T090000", 9) < piece("20260401T090000", 10));
        assert!(piece("20260401T090000", 10) < piece("20260401T100000", 2));
        let list = Query::import_refusals(Feed::Cplis, time("20260401T090000"));
        assert!(
            list.holds(&piece("20260401T090000", 2)) && !list.holds(&piece("20260401T100000", 2))
        );
    }

    #[test]
    fn a_list_of_one_contract_holds_nothing_of_a_contract_whose_name_begins_alike() {
        let (mine, other) = (contract("C1"), contract("C10"));
        let cpli: CpliId = "1".parse().unwrap();
        assert!(!Query::cplis(&provider(), &mine).holds(&Key::cpli(&provider(), &other, &cpli)));
        assert!(!Query::facts(&provider(), &mine).holds(&Key::contract(&provider(), &other)));
        let start = date("2026-04-06");
        let statement = Key::statement(&provider(), &other, start);
        assert!(!Query::statements(&provider(), &mine).holds(&statement));
        assert!(
            !Query::statements_between(&provider(), &mine, start, start).holds(&statement),
            "{statement}"
        );
    }

    #[test]
    fn facts_tell_their_kind() {
        let (provider, contract) = (provider(), contract("SERVICE"));
        let service: ServiceRef = "CONTRACT".parse().unwrap();
        assert!(Key::contract(&provider, &contract).is_contract());
        assert_eq!(Key::service(&provider, &contract, &service).fact_kind(), Some("SERVICE"));
        assert_eq!(Key::provider(&provider).fact_kind(), None);
    }

    #[test]
    fn an_address_with_a_hash_sign_cannot_name_another_record() {
        assert_eq!(Key::account("a#b%c@example.org").pk, "ACCOUNT#a%23b%25c@example.org");
        assert_eq!(Key::account_session("a@b", "x#y").sk, "SESSION#x%23y");
    }

    proptest! {
        /// Two different names never share a record.
        #[test]
        fn no_reference_can_reach_beyond_its_part(
            one in ("[A-Za-z0-9._-]{1,40}", "[A-Za-z0-9._-]{1,40}", "[A-Za-z0-9._-]{1,40}"),
            two in ("[A-Za-z0-9._-]{1,40}", "[A-Za-z0-9._-]{1,40}", "[A-Za-z0-9._-]{1,40}"),
        ) {
            let key = |(provider, contract, id): &(String, String, String)| Key::cpli(
                &provider.parse().unwrap(), &contract.parse().unwrap(), &id.parse().unwrap());
            prop_assert_eq!(key(&one) == key(&two), one == two);
        }

        #[test]
        fn no_address_can_reach_beyond_its_part(one in ".{0,40}", two in ".{0,40}", hash in ".{0,10}") {
            prop_assert_eq!(Key::account(&one) == Key::account(&two), one == two);
            prop_assert!(Key::account_session(&one, &hash).sk.matches('#').count() == 1);
        }
    }
}
