//! One version of a document, as it was published.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Answer, Field, REMIND_DAYS_BEFORE, Signer, note_date};
use crate::clock::{london_date, london_instant};
use crate::ids::{ContractRef, CpliId, DocumentRef, ProviderRef, ServiceRef, SsRef};

/// What a version of a document is now.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// Waits for the provider's answer.
    Published,
    /// The provider agreed.
    Agreed,
    /// The provider did not.
    Rejected,
    /// The council agreed in the provider's place.
    AgreedManually,
    /// There is a later version.
    Superseded,
}

impl DocumentState {
    /// Whether care may be paid by it.
    pub fn is_agreed(self) -> bool {
        matches!(self, Self::Agreed | Self::AgreedManually)
    }
}

/// A file that was agreed or is to be: its content has one name for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFile {
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How large it is.
    pub size_bytes: u64,
}

/// One version of a document. Written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVersion {
    /// Of which document.
    pub document_ref: DocumentRef,
    /// Who is asked.
    pub provider_ref: ProviderRef,
    /// Counted from 1.
    pub n: u32,
    /// What made it: the same request or file again makes no other.
    pub request: String,
    /// As the council calls it: `Home First - Service Provision`.
    pub doc_type: String,
    /// Whose care; none: not client specific.
    pub ss_ref: Option<SsRef>,
    /// Their name when it was published.
    pub client: Option<String>,
    /// Which care package, if it is about one.
    pub cpli_id: Option<CpliId>,
    /// The contract of the care package or service.
    pub contract_ref: Option<ContractRef>,
    /// Which service; none: not service specific.
    pub service_ref: Option<ServiceRef>,
    /// The service's name when it was published.
    pub service: Option<String>,
    /// First day that it is about.
    pub date_from: Option<NaiveDate>,
    /// Last day that it is about; none: until further notice.
    pub date_to: Option<NaiveDate>,
    /// What it says, as the portal knew it when it was published.
    pub fields: Vec<Field>,
    /// What is read and agreed.
    pub file: DocumentFile,
    /// Who published it.
    pub published_by: Signer,
    /// When.
    pub published_at: DateTime<Utc>,
    /// The provider is asked to answer before this instant.
    pub answer_by: DateTime<Utc>,
}

impl DocumentVersion {
    /// `Published by Ruth Archer on 07/11/2022`
    pub fn published_note(&self) -> String {
        format!("Published by {} on {}", self.published_by.name(), note_date(self.published_at))
    }

    /// What it is now, and the note beside it: how it was answered, or else who published it.
    pub fn standing(&self, answer: Option<&Answer>, is_latest: bool) -> (DocumentState, String) {
        let note = answer.map_or_else(|| self.published_note(), Answer::note);
        let state = match answer {
            _ if !is_latest => DocumentState::Superseded,
            Some(answer) => answer.outcome.state(),
            None => DocumentState::Published,
        };
        (state, note)
    }
}

/// The deadline of what is published at `published_at`: the last minute, in London, of the day `days` later.
pub fn answer_by(published_at: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let published = london_date(published_at);
    let last_day = published.checked_add_days(Days::new(u64::from(days.max(1))));
    let last_minute = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
    london_instant(last_day.unwrap_or(published).and_time(last_minute))
}

/// Whether what was to be answered by `answer_by` may be agreed by the council's job. Not in the minute of the
/// deadline itself: an answer that was given in time is written by then, and counts.
pub fn is_overdue(answer_by: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let settled = answer_by.checked_add_signed(TimeDelta::minutes(1));
    settled.is_some_and(|settled| now >= settled)
}

/// From which instant on a provider is reminded of what is to be answered by `answer_by`.
pub fn remind_from(answer_by: DateTime<Utc>) -> DateTime<Utc> {
    answer_by.checked_sub_days(Days::new(REMIND_DAYS_BEFORE)).unwrap_or(answer_by)
}
