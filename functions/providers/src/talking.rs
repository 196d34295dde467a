//! Home's areas in which the two sides talk to each other.

use chrono::{Days, NaiveDate};
use domain::action::{ActionLine, Lamp, Lit, Side};
use domain::clock::{Now, london_text};
use domain::contract_document::{Document, REMIND_DAYS_BEFORE};

use crate::home::{AreaView, Attention, LinkItem, WaitingView};

/// The lamp of the actions (S3), and which of them wait for the provider or are late.
pub(crate) fn actions(open: &[ActionLine], today: NaiveDate) -> AreaView {
    let lamp = Lamp::of(open, today);
    let attention = match lamp.lit() {
        Lit::Green => Attention::None,
        Lit::Amber => Attention::Soon,
        Lit::Red => Attention::Now,
    };
    let waits = |it: &&ActionLine| it.with == Side::Provider || it.is_overdue(today);
    let items = open.iter().filter(waits).map(|it| WaitingView::Link(action(it, today)));
    AreaView {
        area: "actions",
        title: "Actions",
        line: lamp.line(),
        url: "/actions/",
        attention,
        items: items.collect(),
        packages: None,
    }
}

fn action(line: &ActionLine, today: NaiveDate) -> LinkItem {
    let with = match line.with {
        Side::Provider => "waits for your reply",
        Side::Council => "with the council",
    };
    let due = line.due_on.format("%-d %B %Y");
    let due =
        if line.is_overdue(today) { format!("overdue since {due}") } else { format!("due {due}") };
    LinkItem {
        url: format!("/actions/action/?action={}", line.action_id),
        title: line.title.clone(),
        line: format!("{with} · {due}"),
    }
}

/// What is to be agreed or rejected, and by when.
pub(crate) fn documents(documents: &[Document], now: Now) -> AreaView {
    let open: Vec<_> = documents.iter().filter(|it| it.answer.is_none()).collect();
    let first = open.iter().map(|it| it.latest.answer_by).min();
    let by = first.map(london_text).unwrap_or_default();
    let line = match open.len() {
        0 => "No document waits for an answer.".to_owned(),
        1 => format!("1 document to agree or reject by {by}."),
        many => format!("{many} documents to agree or reject, the first by {by}."),
    };
    let near = now.instant.checked_add_days(Days::new(REMIND_DAYS_BEFORE));
    let attention = match first {
        None => Attention::None,
        Some(by) if near.is_some_and(|near| by <= near) => Attention::Now,
        Some(_) => Attention::Soon,
    };
    let items = open.into_iter().map(|it| WaitingView::Link(document(it)));
    AreaView {
        area: "contract_documents",
        title: "Contract documents",
        line,
        url: "/contract-documents/",
        attention,
        items: items.collect(),
        packages: None,
    }
}

fn document(document: &Document) -> LinkItem {
    let latest = &document.latest;
    // Home names no client.
    let title = match &latest.service {
        Some(service) => format!("{}, {service}", latest.doc_type),
        None => latest.doc_type.clone(),
    };
    LinkItem {
        url: format!("/contract-documents/document/?document={}", latest.document_ref),
        title,
        line: format!("answer by {}", london_text(latest.answer_by)),
    }
}

/// Where to look the orders up. Nothing of them waits for anybody.
pub(crate) fn purchase_orders() -> AreaView {
    looked_up(
        "purchase_orders",
        "Purchase orders",
        "What is ordered, by client and financial year.",
        "/purchase-orders/",
    )
}

/// Who has access, and what is asked of the council about them.
pub(crate) fn contacts(requests_pending: usize) -> AreaView {
    let line = match requests_pending {
        0 => "Who is listed for you and what they may do.",
        1 => "1 change request waits for the council.",
        many => &format!("{many} change requests wait for the council."),
    };
    looked_up("contacts", "Contacts", line, "/contacts/")
}

fn looked_up(area: &'static str, title: &'static str, line: &str, url: &'static str) -> AreaView {
    let (line, attention, items) = (line.to_owned(), Attention::None, Vec::new());
    AreaView { area, title, line, url, attention, items, packages: None }
}
