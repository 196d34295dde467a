//! What the council commissioned, as its files say it (domain.md section 7).
//!
//! A fact is what is true today. It may change at any time, also about a period that was paid; what follows
//! from a change is decided in [`crate::statement`].

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::contract_document::DocumentState;
use crate::ids::{
    AdjustmentRef, ContactRef, ContractRef, CpliId, CycleRef, DirectiveRef, DocumentRef,
    ProviderRef, ServiceRef, SsRef, StaffRef, TeamRef, VariationRef,
};
use crate::invoice::InvoiceDocument;
use crate::money::{Money, MoneyError};
use crate::permission::{CouncilRole, Role};
use crate::sign_in::EmailAddress;
use crate::weeks::{Decision, Variation};

/// The organisation that is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its key.
    pub provider_ref: ProviderRef,
    /// As it is written on payments: `Lake House`.
    pub name: String,
    /// What kind of care it gives.
    pub kind: ProviderKind,
    /// The group it belongs to.
    pub parent_ref: Option<ProviderRef>,
    /// For letters, one line.
    pub address: Option<String>,
    /// For calls.
    pub phone: Option<String>,
    /// For correspondence; not a sign-in.
    pub email: Option<String>,
    /// Checked when amounts with VAT are paid.
    pub vat_number: Option<String>,
}

/// What kind of care a provider gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum ProviderKind {
    CareHome,
    HomeCare,
    ExtraCare,
    SupportedLiving,
    ComplexCare,
    SharedLives,
    /// Receives what is paid for unoccupied block capacity.
    VoidLedger,
}

/// A person at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Key, first part: one person may be a contact of several providers.
    pub contact_ref: ContactRef,
    /// Key, second part.
    pub provider_ref: ProviderRef,
    /// Given name.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// For letters.
    pub address: Option<String>,
    /// For calls.
    pub phone: Option<String>,
    /// For correspondence.
    pub email: Option<String>,
    /// What the person signs in with, in lower case; none: no access.
    pub portal_email: Option<String>,
    /// What the person may do for this provider.
    pub roles: Vec<Role>,
}

impl Contact {
    /// What the person signs in with; none without roles.
    pub fn sign_in(&self) -> Option<EmailAddress> {
        let email = self.portal_email.as_ref().filter(|_| !self.roles.is_empty())?;
        email.parse().ok()
    }

    /// `Ann Other`
    pub fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname)
    }
}

/// A person of the council's who uses the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Key.
    pub staff_ref: StaffRef,
    /// Given name.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// What the person signs in with, in lower case; none: no access.
    pub email: Option<String>,
    /// What the person may do.
    pub roles: Vec<CouncilRole>,
    /// Whose actions the person answers.
    pub teams: Vec<TeamRef>,
}

impl StaffMember {
    /// What the person signs in with; none without roles.
    pub fn sign_in(&self) -> Option<EmailAddress> {
        let email = self.email.as_ref().filter(|_| !self.roles.is_empty())?;
        email.parse().ok()
    }

    /// `Grace Hallam`
    pub fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname)
    }
}

/// A team of the council's that answers actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Team {
    /// Key.
    pub team_ref: TeamRef,
    /// As people call it: `Brokerage Team`.
    pub name: String,
}

/// The agreement under which a provider is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Its key.
    pub contract_ref: ContractRef,
    /// Whose agreement it is.
    pub provider_ref: ProviderRef,
    /// As the council calls it: `Lake House residential block`.
    pub name: String,
    /// Whether the plan is paid or what was delivered.
    pub payment_method: PaymentMethod,
    /// The sequence of periods it is paid in.
    pub cycle_ref: CycleRef,
    /// How its care is taxed.
    pub vat: VatCategory,
    /// Whether the provider is asked to confirm its statements.
    pub confirmation: Confirmation,
    /// Days that are still paid after a death.
    pub grace_days: u16,
    /// Whether only care with an agreed contract document is paid.
    pub document_gate: bool,
    /// The first day that the portal shows it; periods that start earlier are paid elsewhere.
    pub portal_from: NaiveDate,
}

impl Contract {
    /// Whether the portal shows its statements: it was switched on by `today`.
    pub fn is_on_portal(&self, today: NaiveDate) -> bool {
        self.portal_from <= today
    }

    /// Whether its provider is asked to confirm its statements. Whoever is paid by actuals has submitted them and
    /// the invoices: nothing more is asked.
    pub fn asks(&self) -> Confirmation {
        match self.payment_method {
            PaymentMethod::Scheduled => self.confirmation,
            PaymentMethod::Actuals => Confirmation::NotRequired,
        }
    }

    /// From which instant on the items of a statement are fixed.
    pub fn locks_at(&self, period: &Period) -> DateTime<Utc> {
        self.payment_method.locks_at(period)
    }
}

/// Whether the plan is paid or what was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum PaymentMethod {
    Scheduled,
    Actuals,
}

impl PaymentMethod {
    /// From which instant on the items of a statement are fixed: from its deadline; by actuals, when it is sent for
    /// payment, so that what the council approves in between is paid too.
    pub fn locks_at(self, period: &Period) -> DateTime<Utc> {
        match self {
            Self::Scheduled => period.confirm_by,
            Self::Actuals => period.finalise_at,
        }
    }
}

/// How care is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum VatCategory {
    Exempt,
    Zero,
    Standard,
}

/// Whether a provider is asked to confirm its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum Confirmation {
    Required,
    NotRequired,
}

/// The home or zone, and how its care is bought and priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its key.
    pub service_ref: ServiceRef,
    /// The contract that it is bought under.
    pub contract_ref: ContractRef,
    /// `Lake House - Residential (Band 3)`.
    pub name: String,
    /// Capacity bought in advance, or care priced per client.
    pub purchase: Purchase,
    /// The council's category, free text: `Residential`.
    pub service_type: String,
    /// What is counted.
    pub unit: Unit,
    /// What a price is for.
    pub price_per: PricePer,
    /// The smallest part of a unit that can be delivered.
    pub unit_step: Decimal,
    /// First day of its week, 0 for Monday to 6 for Sunday.
    pub week_starts: u8,
    /// Whether the last day of care is paid; no: nights basis.
    pub end_day_paid: bool,
    /// What share of frustrated care is paid, in percent.
    pub frustrated_percent: Decimal,
    /// How far above the plan is paid without a variation, in percent.
    pub tolerance_percent: Decimal,
    /// Whether unplanned care may be entered.
    pub extras: bool,
    /// Whether actuals need a count of visits.
    pub visits_required: bool,
}

/// Capacity bought in advance, or care priced per client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum Purchase {
    Block,
    Spot,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum Unit {
    Placement,
    Hour,
    Day,
    /// Of a carer who has somebody to stay.
    Night,
    Visit,
}

/// What a price is for. Per unit: only actuals are paid by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum PricePer {
    Week,
    Day,
    Unit,
}

/// The adult who receives care.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its key.
    pub ss_ref: SsRef,
    /// `Miss`.
    pub title: Option<String>,
    /// Given name.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// For telling two people of one name apart.
    pub date_of_birth: Option<NaiveDate>,
    /// Ends the care, after the contract's grace days.
    pub date_of_death: Option<NaiveDate>,
}

impl Client {
    /// `Miss Wednesday Adams`.
    pub fn full_name(&self) -> String {
        let parts = [self.title.as_deref().unwrap_or_default(), &self.forename, &self.surname];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A care package line item: one service for one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cpli {
    /// Its key.
    pub cpli_id: CpliId,
    /// The contract of its service.
    pub contract_ref: ContractRef,
    /// What is given.
    pub service_ref: ServiceRef,
    /// Who receives it, as last told.
    pub client: Client,
    /// The kind of care: `Permanent - Residential`.
    pub service_level: String,
    /// First day of care.
    pub start_date: NaiveDate,
    /// Last day of care; none: until further notice.
    pub end_date: Option<NaiveDate>,
    /// A draft is shown and not paid.
    pub authorised: bool,
    /// By the first day that each holds, until the next.
    pub prices: BTreeMap<NaiveDate, Price>,
    /// What is paid towards the cost by others than the council.
    pub contributions: Vec<Contribution>,
    /// By first day.
    pub absences: BTreeMap<NaiveDate, Absence>,
    /// The earliest day that a fact changed about since the last finalisation; from there earlier periods are
    /// computed again. Set by the import from [`crate::changes`], cleared after a finalisation.
    pub changed_from: Option<NaiveDate>,
    /// When a fact about it last changed, for "changed since my last visit".
    pub changed_at: DateTime<Utc>,
}

/// Quantity and unit price from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Units a week (or a day), up to four decimals.
    pub quantity: Decimal,
    /// Pounds per unit, up to four decimals.
    pub unit_price: Decimal,
}

/// What somebody pays towards the cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Who pays.
    pub kind: ContributionKind,
    /// First day.
    pub from_date: NaiveDate,
    /// Last day; none: until the next of its kind, or further notice.
    pub to_date: Option<NaiveDate>,
    /// Pounds a week.
    pub weekly_amount: Money,
    /// Who receives it.
    pub collected_by: Collector,
}

/// Who pays a contribution.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum ContributionKind {
    Client,
    ThirdParty,
    /// Funded nursing care, paid by the NHS.
    Fnc,
}

impl ContributionKind {
    /// All of them, in the order of a statement.
    pub const ALL: [Self; 3] = [Self::Client, Self::ThirdParty, Self::Fnc];
}

/// Who receives a contribution. Only the provider's are deducted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum Collector {
    Provider,
    Council,
}

/// Days on which the client was away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Last day away; none: still away.
    pub to_date: Option<NaiveDate>,
    /// Why.
    pub kind: AbsenceKind,
    /// What share of the price is paid meanwhile, in percent.
    pub pay_percent: Decimal,
}

/// Why a client is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum AbsenceKind {
    Hospital,
    Holiday,
    Other,
}

/// Block capacity that is paid for also when it is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Key, first part.
    pub service_ref: ServiceRef,
    /// Key, second part: first day.
    pub from_date: NaiveDate,
    /// Last day; none: until the next of its service, or further notice.
    pub to_date: Option<NaiveDate>,
    /// Beds guaranteed each day.
    pub beds: u32,
    /// Pounds a week and bed.
    pub void_weekly_rate: Decimal,
    /// What share of the rate a void is paid at, in percent.
    pub void_percent: Decimal,
    /// Who is paid; none: the contract's provider.
    pub void_provider_ref: Option<ProviderRef>,
}

/// A dated span to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Key, first part.
    pub cycle_ref: CycleRef,
    /// Key, second part: first day.
    pub start_date: NaiveDate,
    /// Last day.
    pub end_date: NaiveDate,
    /// From this instant on the statement is locked.
    pub confirm_by: DateTime<Utc>,
    /// From this instant on the scheduled job finalises it.
    pub finalise_at: DateTime<Utc>,
    /// When the money arrives.
    pub pay_date: NaiveDate,
}

/// Money that no care package explains, added or taken by the council.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Its key.
    pub adjustment_ref: AdjustmentRef,
    /// Where it is paid.
    pub contract_ref: ContractRef,
    /// The care package it is about, if any.
    pub cpli_id: Option<CpliId>,
    /// All instalments together.
    pub amount: Money,
    /// Shown to the provider.
    pub reason: String,
    /// The start of the period of its first instalment.
    pub period_start: NaiveDate,
    /// Over how many consecutive periods it is spread; at least 1.
    pub instalments: u32,
    /// Who decided it in the portal; nobody: it came in the council's own file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made_by: Vec<StaffRef>,
}

/// The council's decision that something is not to be paid now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// Its key.
    pub directive_ref: DirectiveRef,
    /// What it is about.
    pub contract_ref: ContractRef,
    /// What it is about; none: the whole contract.
    pub cpli_id: Option<CpliId>,
    /// What is decided.
    pub kind: DirectiveKind,
    /// It covers the periods that start on this day or later.
    pub from_date: NaiveDate,
    /// It covers the periods that start on this day or earlier; none: until further notice.
    pub to_date: Option<NaiveDate>,
    /// Shown to the provider.
    pub reason: String,
    /// Who decided it in the portal, and who ended it; nobody: it came in the council's own file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made_by: Vec<StaffRef>,
}

/// What a directive decides.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the council's own values")]
pub enum DirectiveKind {
    Suspend,
    Cancel,
    CarryForward,
}

/// Everything known today about one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The agreement.
    pub contract: Contract,
    /// Its services.
    pub services: BTreeMap<ServiceRef, Service>,
    /// Its care packages.
    pub cplis: BTreeMap<CpliId, Cpli>,
    /// Its block capacity, by service and first day.
    pub capacities: BTreeMap<(ServiceRef, NaiveDate), Capacity>,
    /// Its manual adjustments.
    pub adjustments: BTreeMap<AdjustmentRef, Adjustment>,
    /// Its directives.
    pub directives: BTreeMap<DirectiveRef, Directive>,
    /// The periods of its cycle, by first day.
    pub periods: BTreeMap<NaiveDate, Period>,
    /// Care beyond the plan that the council agreed to.
    pub variations: BTreeMap<VariationRef, Variation>,
    /// What the council decided about weeks in which more was delivered than is tolerated, by care package and
    /// first day of the week.
    pub exceptions: BTreeMap<(CpliId, NaiveDate), Decision>,
    /// The documents about each care package and what each is, if only care with an agreed document is paid.
    pub documents: BTreeMap<CpliId, BTreeMap<DocumentRef, DocumentState>>,
    /// Invoices and credit notes that are approved and in no statement that is finalised.
    pub invoices: Vec<InvoiceDocument>,
    /// The earliest day that something about the whole contract changed since the last finalisation (grace
    /// days, a service's rules, block capacity): from there all its care packages are computed again.
    pub changed_from: Option<NaiveDate>,
}

impl Adjustment {
    /// What instalment `part`, counted from 0, comes to; none: it has no such instalment. All of them add up to the
    /// amount exactly and differ by a penny at most.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn instalment(&self, part: u32) -> Result<Option<Money>, MoneyError> {
        if part < self.instalments {
            self.amount.instalment(part, self.instalments).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl Facts {
    /// The earliest day that anything changed about since the last finalisation. Statements of periods that end on
    /// it or later are needed to compute the open one; none: only the latest.
    pub fn earliest_change(&self) -> Option<NaiveDate> {
        self.cplis.values().filter_map(|cpli| cpli.changed_from).chain(self.changed_from).min()
    }
}
