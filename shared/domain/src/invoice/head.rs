//! The head of an invoice or credit note: its state, one small record.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{DocumentKind, InvoiceBody, InvoiceId, InvoiceNumber, Vat};
use crate::clock::Now;
use crate::facts::{Contract, Period};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::ProviderRef;
use crate::money::Money;
use crate::record::COMMENT_LENGTH_MAX;

/// How many steps a document remembers, each with a comment: nobody disputes one more often.
const STEPS_MAX: usize = 40;

/// As much of the name of a file as anybody reads.
const FILE_NAME_LENGTH_MAX: usize = 200;

/// How far an invoice or credit note has come: `Draft → Submitted ↔ Disputed → Approved → Paid`, `Draft → Deleted`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Its lines are computed when it is looked at.
    Draft,
    /// Its lines are fixed; the council decides.
    Submitted,
    /// The council says that something is wrong with it.
    Disputed,
    /// It is paid with a statement of its contract.
    Approved,
    /// All of it was paid.
    Paid,
    /// A draft that is not wanted.
    Deleted,
}

impl InvoiceState {
    /// All of them, in the order in which a document comes to them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Submitted, Self::Disputed, Self::Approved, Self::Paid, Self::Deleted];

    /// As requests and answers spell it.
    pub fn as_str(self) -> &'static str {
        if self == Self::Draft { "draft" } else { self.words() }
    }

    /// In a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Submitted => "submitted",
            Self::Disputed => "disputed",
            Self::Approved => "approved",
            Self::Paid => "paid",
            Self::Deleted => "deleted",
        }
    }

    /// Whether its lines claim something.
    pub fn claims(self) -> bool {
        matches!(self, Self::Submitted | Self::Disputed | Self::Approved | Self::Paid)
    }
}

/// What is recorded of an invoice or credit note beside its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceHead {
    /// Key.
    pub invoice_id: InvoiceId,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// The contract's name when the draft was created.
    pub contract_name: String,
    /// Last day of the period in which the care was given.
    pub period_end: NaiveDate,
    /// How far it has come.
    pub state: InvoiceState,
    /// What was fixed when it was submitted.
    pub claim: Option<Claim>,
    /// The file that was sent last to be attached, whether it has arrived or not.
    #[serde(default)]
    pub uploading: Option<Uploading>,
    /// The supplier's own VAT invoice.
    pub attachment: Option<Attachment>,
    /// What happened to it, oldest first.
    pub history: Vec<Step>,
    /// The start of the period of the statement that took its lines.
    pub taken_in: Option<NaiveDate>,
    /// The start of the period of the statement that paid the last of it.
    pub paid_in: Option<NaiveDate>,
    /// Counts saves; 0: never saved.
    pub version: u32,
}

/// What is fixed when a document is submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The number on it.
    pub number: InvoiceNumber,
    /// What it is.
    pub kind: DocumentKind,
    /// The sum of its lines.
    pub net: Money,
    /// The tax on them.
    pub vat: Vat,
    /// With tax.
    pub total: Money,
    /// How many lines it has, the tax included.
    pub lines: u32,
    /// [`super::Draft::digest`] of what was read.
    pub digest: String,
    /// When it was received, for prompt-payment figures and windows.
    pub submitted_at: DateTime<Utc>,
    /// The full name of the contact.
    pub submitted_by: String,
    /// The earlier documents whose lines it takes back.
    pub takes_back: Vec<InvoiceId>,
}

/// A file that somebody wants to attach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploading {
    /// As the person's computer calls it.
    pub file_name: String,
    /// What it is sent as, by its name.
    pub sent_as: AttachmentType,
    /// Which upload of this document, counted from 1.
    pub upload: u16,
}

impl Claim {
    /// What `body` claims, under the next number of its provider.
    pub fn of(body: &InvoiceBody, number: InvoiceNumber) -> Self {
        Self {
            number,
            kind: body.kind,
            net: body.net,
            vat: body.vat,
            total: body.total,
            lines: u32::try_from(body.lines.len()).unwrap_or(u32::MAX),
            digest: body.digest.clone(),
            submitted_at: body.submitted_at,
            submitted_by: body.submitted_by.clone(),
            takes_back: body.takes_back().into_iter().cloned().collect(),
        }
    }
}

/// The supplier's own VAT invoice, as it was uploaded and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// As the person's computer called it.
    pub file_name: String,
    /// By its content.
    pub media_type: AttachmentType,
    /// How large it is.
    pub size_bytes: u64,
    /// What it was sent as, by its name.
    pub sent_as: AttachmentType,
    /// Which upload of this document, counted from 1.
    pub upload: u16,
    /// Which of the objects of that name, so that it stays the one that was checked.
    pub object_version: Option<String>,
    /// Of its content, in hexadecimal digits.
    pub sha256: String,
    /// When its content was checked.
    pub checked_at: DateTime<Utc>,
}

/// What an attachment may be.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[expect(missing_docs, reason = "the names say it")]
pub enum AttachmentType {
    #[serde(rename = "application/pdf")]
    Pdf,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/jpeg")]
    Jpeg,
}

impl AttachmentType {
    /// What a file is by its name, which decides only what it is sent as.
    pub fn of_name(file_name: &str) -> Option<Self> {
        let (_, ending) = file_name.trim().rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            _ => None,
        }
    }

    /// What `content` is by its first and last bytes, whatever its name says.
    pub fn of(content: &[u8]) -> Option<Self> {
        /// A reader looks for the end of a PDF in so many last bytes.
        const PDF_END_BYTES: usize = 1_024;
        if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if content.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return Some(Self::Jpeg);
        }
        let end = content.get(content.len().saturating_sub(PDF_END_BYTES)..).unwrap_or_default();
        let ends = end.windows(5).any(|bytes| bytes == b"%%EOF");
        (content.starts_with(b"%PDF-") && ends).then_some(Self::Pdf)
    }

    /// As HTTP names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

/// Something that happened to a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// What it became.
    pub state: InvoiceState,
    /// When.
    pub at: DateTime<Utc>,
    /// The full name of the contact; none: the council.
    pub by: Option<String>,
    /// Why, or what was said with it.
    pub reason: Option<String>,
}

/// Why a document cannot become something else.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotChange {
    /// From what it is there is no such way.
    #[error("This is {} already, and cannot be {}.", is.words(), to.words())]
    From {
        /// What it is.
        is: InvoiceState,
        /// What it was to become.
        to: InvoiceState,
    },
    /// Nothing can be attached any more.
    #[error("This is {} already. Nothing can be attached to it.", is.words())]
    NothingAttached {
        /// What it is.
        is: InvoiceState,
    },
    /// A dispute says why.
    #[error("Say what is wrong with it.")]
    ReasonRequired,
    /// Over [`COMMENT_LENGTH_MAX`].
    #[error("A comment is too long. Use {COMMENT_LENGTH_MAX} characters or fewer.")]
    ReasonTooLong,
    /// It takes back lines of a document that is not approved.
    #[error("It takes back what {0} claims. Decide about that one first.")]
    EarlierFirst(InvoiceId),
    /// It was disputed and submitted again beyond all measure.
    #[error("This has been disputed and submitted again too often. Talk to the council.")]
    TooManySteps,
}

impl Failure for CannotChange {
    fn kind(&self) -> Kind {
        match self {
            Self::From { .. }
            | Self::NothingAttached { .. }
            | Self::EarlierFirst(_)
            | Self::TooManySteps => Kind::Conflict,
            Self::ReasonRequired | Self::ReasonTooLong => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::From { .. } | Self::NothingAttached { .. } => "invoice-state",
            Self::ReasonRequired => "reason-required",
            Self::ReasonTooLong => "reason-too-long",
            Self::EarlierFirst(_) => "earlier-invoice-first",
            Self::TooManySteps => "too-many-steps",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::ReasonRequired => vec![FieldError::new("reason", "Say what is wrong with it")],
            Self::ReasonTooLong => {
                let message = format!("Use {COMMENT_LENGTH_MAX} characters or fewer");
                vec![FieldError::new("comment", message)]
            }
            Self::From { .. }
            | Self::NothingAttached { .. }
            | Self::EarlierFirst(_)
            | Self::TooManySteps => Vec::new(),
        }
    }
}

impl InvoiceHead {
    /// A draft of `by` for what `period` of `contract` is owed.
    pub fn draft(
        invoice_id: InvoiceId,
        contract: &Contract,
        period: &Period,
        by: &str,
        now: Now,
    ) -> Self {
        let draft = InvoiceState::Draft;
        let created = Step { state: draft, at: now.instant, by: Some(by.to_owned()), reason: None };
        Self {
            invoice_id,
            provider_ref: contract.provider_ref.clone(),
            contract_name: contract.name.clone(),
            period_end: period.end_date,
            state: draft,
            claim: None,
            uploading: None,
            attachment: None,
            history: vec![created],
            taken_in: None,
            paid_in: None,
            version: 0,
        }
    }

    /// A draft is not wanted.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is no draft.
    pub fn delete(self, by: &str, now: Now) -> Result<Self, CannotChange> {
        self.to(InvoiceState::Deleted, now.instant, Some(by), None)
    }

    /// Whether a VAT invoice can be attached.
    pub fn can_attach(&self) -> bool {
        matches!(self.state, InvoiceState::Draft | InvoiceState::Disputed)
    }

    /// Somebody wants to attach a file, to what is a draft or disputed.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is neither.
    pub fn upload(self, file_name: &str, sent_as: AttachmentType) -> Result<Self, CannotChange> {
        if !self.can_attach() {
            return Err(CannotChange::NothingAttached { is: self.state });
        }
        let before = self.uploading.as_ref().map_or(0, |it| it.upload);
        let upload = before.checked_add(1).ok_or(CannotChange::TooManySteps)?;
        let file_name = file_name.trim().chars().take(FILE_NAME_LENGTH_MAX).collect();
        Ok(Self { uploading: Some(Uploading { file_name, sent_as, upload }), ..self })
    }

    /// The supplier's own VAT invoice, to what is a draft or disputed.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is neither.
    pub fn attach(self, attachment: Attachment) -> Result<Self, CannotChange> {
        if self.can_attach() {
            Ok(Self { attachment: Some(attachment), ..self })
        } else {
            Err(CannotChange::NothingAttached { is: self.state })
        }
    }

    /// The provider claims it. What is asked of it before: [`super::Submitting`].
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is no draft.
    pub fn submit(self, claim: Claim) -> Result<Self, CannotChange> {
        if self.state != InvoiceState::Draft {
            return Err(CannotChange::From { is: self.state, to: InvoiceState::Submitted });
        }
        let (at, by) = (claim.submitted_at, claim.submitted_by.clone());
        let submitted = self.to(InvoiceState::Submitted, at, Some(&by), None)?;
        Ok(Self { claim: Some(claim), ..submitted })
    }

    /// The provider stands by what the council disputes, and says why.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is not disputed, or nothing is said.
    pub fn resubmit(self, by: &str, comment: &str, now: Now) -> Result<Self, CannotChange> {
        if self.state != InvoiceState::Disputed {
            return Err(CannotChange::From { is: self.state, to: InvoiceState::Submitted });
        }
        let reason = required(comment)?;
        self.to(InvoiceState::Submitted, now.instant, Some(by), Some(reason))
    }

    /// The council says what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is not submitted, or no reason is given.
    pub fn dispute(self, reason: &str, now: Now) -> Result<Self, CannotChange> {
        let reason = required(reason)?;
        self.to(InvoiceState::Disputed, now.instant, None, Some(reason))
    }

    /// The council agrees, whether it disputed it before or not. `others`: the other documents of its contract and
    /// period. What it takes back must be approved first, so that nothing is taken back that was never paid.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] says why not.
    pub fn approve<'h>(
        self,
        reason: Option<&str>,
        others: impl IntoIterator<Item = &'h Self>,
        now: Now,
    ) -> Result<Self, CannotChange> {
        let waits = |other: &&Self| {
            let takes_back = self.claim.iter().flat_map(|claim| &claim.takes_back);
            let decided = matches!(other.state, InvoiceState::Approved | InvoiceState::Paid);
            !decided && takes_back.into_iter().any(|it| *it == other.invoice_id)
        };
        if let Some(other) = others.into_iter().find(waits) {
            return Err(CannotChange::EarlierFirst(other.invoice_id.clone()));
        }
        let reason = reason.filter(|it| !it.trim().is_empty()).map(required).transpose()?;
        self.to(InvoiceState::Approved, now.instant, None, reason)
    }

    /// A statement took its lines, and paid all that was left of it or not.
    ///
    /// # Errors
    ///
    /// [`CannotChange`] if it is not approved.
    pub fn taken(
        self,
        statement: NaiveDate,
        paid: bool,
        at: DateTime<Utc>,
    ) -> Result<Self, CannotChange> {
        let to = InvoiceState::Paid;
        if self.state != InvoiceState::Approved {
            return Err(CannotChange::From { is: self.state, to });
        }
        let taken_in = self.taken_in.or(Some(statement));
        let taken = Self { taken_in, ..self };
        if !paid {
            return Ok(taken);
        }
        Ok(Self { paid_in: Some(statement), ..taken.to(to, at, None, None)? })
    }

    /// What was said last when it became `state`: why it is disputed.
    pub fn reason_for(&self, state: InvoiceState) -> Option<&str> {
        self.history.iter().rev().find(|step| step.state == state)?.reason.as_deref()
    }

    fn to(
        mut self,
        to: InvoiceState,
        at: DateTime<Utc>,
        by: Option<&str>,
        reason: Option<String>,
    ) -> Result<Self, CannotChange> {
        use InvoiceState::{Approved, Deleted, Disputed, Draft, Paid, Submitted};
        let is = self.state;
        let there_is_a_way = matches!(
            (is, to),
            (Draft, Submitted | Deleted)
                | (Submitted, Disputed | Approved)
                | (Disputed, Submitted | Approved)
                | (Approved, Paid)
        );
        if !there_is_a_way {
            return Err(CannotChange::From { is, to });
        }
        if self.history.len() >= STEPS_MAX && matches!(to, Submitted | Disputed) {
            return Err(CannotChange::TooManySteps);
        }
        self.history.push(Step { state: to, at, by: by.map(str::to_owned), reason });
        Ok(Self { state: to, ..self })
    }
}

fn required(reason: &str) -> Result<String, CannotChange> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(CannotChange::ReasonRequired);
    }
    if reason.chars().count() > COMMENT_LENGTH_MAX {
        return Err(CannotChange::ReasonTooLong);
    }
    Ok(reason.to_owned())
}
