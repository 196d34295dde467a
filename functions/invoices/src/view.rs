//! A document as the page shows it: every line with the arithmetic that makes its amount.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::VatCategory;
use domain::ids::{ContractRef, CpliId, SsRef};
use domain::invoice::{
    Attachment, AttachmentType, DocumentKind, InvoiceId, InvoiceLine, InvoiceNumber, InvoiceState,
    LineRef, NotIncluded, Step, VatNumber,
};
use domain::item::{Correction, ItemKind};
use domain::money::Money;
use invoicing::Shown;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::list_view::WindowView;

/// A document and who looks at it.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The document.
    pub(crate) shown: Shown,
    /// Whether the person's role allows to submit it.
    pub(crate) may_invoice: bool,
}

/// A document, as one provider's person may see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for something a page offers")]
pub(crate) struct InvoiceView {
    invoice_id: InvoiceId,
    number: Option<InvoiceNumber>,
    kind: DocumentKind,
    state: InvoiceState,
    contract_ref: ContractRef,
    contract_name: String,
    provider_name: String,
    provider_address: Option<String>,
    council_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    digest: String,
    lines: Vec<LineView>,
    not_included: Vec<NotIncludedView>,
    net: Money,
    vat: VatView,
    total: Money,
    attachment: Option<AttachmentView>,
    can_submit: bool,
    can_delete: bool,
    can_attach: bool,
    /// What is still missing before it can be submitted.
    why_not: Vec<String>,
    window: Option<WindowView>,
    late: bool,
    /// The start of the period of the statement that paid the last of it.
    paid_in: Option<NaiveDate>,
    history: Vec<StepView>,
}

/// One line and how its amount comes about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LineView {
    line: u32,
    cpli_id: Option<CpliId>,
    ss_ref: Option<SsRef>,
    client: Option<String>,
    service: Option<String>,
    week_start: Option<NaiveDate>,
    kind: LineKind,
    correction: Option<Correction>,
    arithmetic: String,
    amount: Money,
    cause: Option<String>,
    reverses: Option<ReversesView>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum LineKind {
    Cost,
    Income,
    Vat,
}

/// Which line of an earlier document is taken back. Its number is on the page of that document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReversesView {
    invoice_id: InvoiceId,
    number: Option<InvoiceNumber>,
    line: u32,
}

/// What is not on it, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NotIncludedView {
    cpli_id: CpliId,
    ss_ref: Option<SsRef>,
    client: Option<String>,
    week_start: NaiveDate,
    reason: String,
    amount: Money,
}

/// The tax, and what it takes to be paid it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VatView {
    category: VatCategory,
    percent: Decimal,
    tax: Money,
    suppliers_tax: Option<Money>,
    /// Whether a VAT invoice must be attached.
    needs_invoice: bool,
    number: Option<String>,
    number_valid: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttachmentView {
    file_name: String,
    media_type: AttachmentType,
    size_bytes: u64,
    checked_at: DateTime<Utc>,
}

/// Something that happened to it. `by` is none for the council.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StepView {
    state: InvoiceState,
    at: DateTime<Utc>,
    by: Option<String>,
    reason: Option<String>,
}

impl InvoiceView {
    /// What the page shows.
    pub(crate) fn of(seen: &Seen) -> Self {
        let Shown { head, document, provider, settings, window, late, missing, .. } = &seen.shown;
        Self {
            invoice_id: head.invoice_id.clone(),
            number: head.claim.as_ref().map(|it| it.number),
            kind: document.kind,
            state: head.state,
            contract_ref: head.invoice_id.contract_ref.clone(),
            contract_name: head.contract_name.clone(),
            provider_name: provider.name.clone(),
            provider_address: provider.address.clone(),
            council_name: settings.council_name.clone(),
            period_start: head.invoice_id.period_start,
            period_end: head.period_end,
            digest: document.digest.clone(),
            lines: document.lines.iter().map(|line| seen.line(line)).collect(),
            not_included: document.not_included.iter().map(NotIncludedView::from).collect(),
            net: document.net,
            vat: seen.vat(),
            total: document.total,
            attachment: head.attachment.as_ref().map(AttachmentView::from),
            can_submit: seen.may_invoice && seen.shown.can_submit(),
            can_delete: seen.may_invoice && seen.shown.can_delete(),
            can_attach: seen.may_invoice && seen.shown.can_attach(),
            why_not: missing.iter().map(ToString::to_string).collect(),
            window: window.as_ref().map(WindowView::from),
            late: *late,
            paid_in: head.paid_in,
            history: head.history.iter().map(StepView::from).collect(),
        }
    }
}

impl Seen {
    /// The clients that are on it.
    pub(crate) fn clients(&self) -> BTreeSet<&SsRef> {
        let document = &self.shown.document;
        let lines = document.lines.iter().map(|line| &line.label);
        let labels = lines.chain(document.not_included.iter().map(|it| &it.label));
        labels.filter_map(|label| label.ss_ref.as_ref()).collect()
    }

    fn vat(&self) -> VatView {
        let Shown { document, provider, .. } = &self.shown;
        let number = provider.vat_number.clone();
        let valid = number.as_deref().is_some_and(|it| it.parse::<VatNumber>().is_ok());
        VatView {
            category: document.vat.category,
            percent: document.vat.percent,
            tax: document.vat.tax,
            suppliers_tax: document.vat.suppliers_tax,
            needs_invoice: document.vat.category == VatCategory::Standard,
            number,
            number_valid: valid,
        }
    }

    fn line(&self, line: &InvoiceLine) -> LineView {
        let kind = match (line.is_vat(), line.kind) {
            (true, _) => LineKind::Vat,
            (false, ItemKind::Income) => LineKind::Income,
            (false, ItemKind::Cost | ItemKind::Manual | ItemKind::Void) => LineKind::Cost,
        };
        LineView {
            line: line.line,
            cpli_id: line.cpli_id.clone(),
            ss_ref: line.label.ss_ref.clone(),
            client: line.label.client.clone(),
            service: line.label.service.clone(),
            week_start: line.week_start,
            kind,
            correction: line.correction,
            arithmetic: line.arithmetic(),
            amount: line.amount,
            cause: line.cause.clone(),
            reverses: line.reverses.as_ref().map(|before| self.reverses(before)),
        }
    }

    fn reverses(&self, before: &LineRef) -> ReversesView {
        ReversesView {
            invoice_id: before.invoice_id.clone(),
            number: self.shown.numbers.get(&before.invoice_id).copied(),
            line: before.line,
        }
    }
}

impl From<&NotIncluded> for NotIncludedView {
    fn from(it: &NotIncluded) -> Self {
        Self {
            cpli_id: it.cpli_id.clone(),
            ss_ref: it.label.ss_ref.clone(),
            client: it.label.client.clone(),
            week_start: it.week_start,
            reason: it.reason.clone(),
            amount: it.amount,
        }
    }
}

impl From<&Attachment> for AttachmentView {
    fn from(it: &Attachment) -> Self {
        Self {
            file_name: it.file_name.clone(),
            media_type: it.media_type,
            size_bytes: it.size_bytes,
            checked_at: it.checked_at,
        }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        Self { state: step.state, at: step.at, by: step.by.clone(), reason: step.reason.clone() }
    }
}
