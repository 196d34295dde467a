//! What a provider has to do by when, and when it is paid: for its calendar. Nothing here names a client.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::action::{ActionLine, Side};
use crate::clock::Now;
use crate::contract_document::Document;
use crate::facts::{Confirmation, Contract, PaymentMethod, Period};
use crate::ids::CycleRef;
use crate::period::periods_of;

/// What ended longer ago is left out.
const DAYS_BACK: i64 = 90;

/// When something is: on a day, or at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// On a day in London, whatever the hour.
    Day(NaiveDate),
    /// At this moment.
    Moment(DateTime<Utc>),
}

/// One thing in a provider's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The same for the same thing, also when its date changes.
    pub id: String,
    /// When.
    pub when: When,
    /// What: `Confirm the statement of Lake House residential`.
    pub title: String,
    /// More about it.
    pub note: String,
    /// The page about it: `/scheduled-payments/statement/?contract=C3001&period=2026-10-26`.
    pub page: String,
}

/// What a calendar is made from.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The provider's contracts.
    pub contracts: Vec<Contract>,
    /// The periods of their cycles.
    pub periods: BTreeMap<CycleRef, BTreeMap<NaiveDate, Period>>,
    /// The provider's contract documents.
    pub documents: Vec<Document>,
    /// Its open actions.
    pub actions: Vec<ActionLine>,
}

/// Everything that is due or was lately, of what the portal shows today, in the order of its ids.
pub fn deadlines(found: &Found, now: Now) -> Vec<Deadline> {
    let mut all = Vec::new();
    for contract in found.contracts.iter().filter(|it| it.is_on_portal(now.date)) {
        let none = BTreeMap::new();
        let periods = found.periods.get(&contract.cycle_ref).unwrap_or(&none);
        for period in periods_of(contract, periods).filter(|it| it.pay_date >= first_day(now)) {
            all.extend(to_do(contract, period));
            all.push(payment(contract, period));
        }
    }
    let open = found.documents.iter().filter(|it| it.answer.is_none());
    all.extend(open.map(to_answer));
    let ours = found.actions.iter().filter(|it| it.with == Side::Provider);
    all.extend(ours.map(to_reply));
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

fn first_day(now: Now) -> NaiveDate {
    now.date.checked_sub_signed(Duration::days(DAYS_BACK)).unwrap_or(now.date)
}

/// What the provider does about a period: enter its actuals, or confirm its statement if it is asked to.
fn to_do(contract: &Contract, period: &Period) -> Option<Deadline> {
    let Contract { contract_ref, name, .. } = contract;
    let (start, dates) = (period.start_date, dates(period));
    let when = When::Moment(period.confirm_by);
    match (contract.payment_method, contract.asks()) {
        (PaymentMethod::Actuals, _) => Some(Deadline {
            id: format!("actuals-{contract_ref}-{start}"),
            when,
            title: format!("Actuals due: {name}"),
            note: format!("Enter and confirm what was delivered from {dates}."),
            page: format!("/actuals/period/?contract={contract_ref}&period={start}"),
        }),
        (PaymentMethod::Scheduled, Confirmation::NotRequired) => None,
        (PaymentMethod::Scheduled, _) => Some(Deadline {
            id: format!("confirm-{contract_ref}-{start}"),
            when,
            title: format!("Confirm the statement: {name}"),
            note: format!("Confirm, query or reject the statement of {dates}."),
            page: statement(contract, period),
        }),
    }
}

fn payment(contract: &Contract, period: &Period) -> Deadline {
    let Contract { contract_ref, name, .. } = contract;
    Deadline {
        id: format!("paid-{contract_ref}-{}", period.start_date),
        when: When::Day(period.pay_date),
        title: format!("Payment: {name}"),
        note: format!("The council pays the statement of {}.", dates(period)),
        page: statement(contract, period),
    }
}

/// Its title may name a client: only that there is a document is said.
fn to_answer(document: &Document) -> Deadline {
    let document_ref = &document.latest.document_ref;
    Deadline {
        id: format!("document-{document_ref}"),
        when: When::Moment(document.latest.answer_by),
        title: format!("Agree or reject contract document {document_ref}"),
        note: "A contract document waits for your answer.".to_owned(),
        page: format!("/contract-documents/document/?document={document_ref}"),
    }
}

/// Its title may name a client: only its type is said.
fn to_reply(action: &ActionLine) -> Deadline {
    let action_id = &action.action_id;
    Deadline {
        id: format!("action-{action_id}"),
        when: When::Day(action.due_on),
        title: format!("Action due: {}", action.type_name),
        note: "An action waits for your reply.".to_owned(),
        page: format!("/actions/action/?action={action_id}"),
    }
}

fn statement(contract: &Contract, period: &Period) -> String {
    let (contract, start) = (&contract.contract_ref, period.start_date);
    format!("/scheduled-payments/statement/?contract={contract}&period={start}")
}

/// `26 October to 22 November 2026`
fn dates(period: &Period) -> String {
    let (start, end) = (period.start_date, period.end_date);
    format!("{} to {}", start.format("%-d %B %Y"), end.format("%-d %B %Y"))
}
