//! What the council's payments officers and finalisers do: the statements of all contracts in a period, who must still
//! agree to them, what is authorised and finalised by hand, and the schedule.

mod by_hand;
mod contract_view;
mod decide;
mod list;
mod notes;
mod queues;
mod schedule_view;
mod statement_view;
#[cfg(test)]
mod tests;

use axum::extract::State;
use cloud::{Cloud, tracing};
use decisions::{Decisions, Officer};
use domain::failure::Failure;
use domain::permission::CouncilPermission;
use messages::Queue;
use statements::{Finaliser, Statements};
use store::{MailMessage, OutboxId, Store};
use web::{Access, Api, At, Clock, Json, Path, Portal, Problem, Query, Staff};

use crate::list::{AskedPeriod, ListView, WhichPeriod};
use crate::schedule_view::{AskedSchedule, ScheduleView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct CouncilPayments {
    /// The portal's records.
    pub store: Store,
    /// The statements of all contracts.
    pub statements: Statements,
    /// What is decided by hand.
    pub decisions: Decisions,
    /// Where emails wait to be sent.
    pub mail: Queue,
    /// What tells the time.
    pub clock: Clock,
}

impl CouncilPayments {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            statements: Statements::open(cloud),
            decisions: Decisions::open(cloud),
            mail: Queue::mail(cloud),
            clock: Clock::System,
        }
    }

    /// Tells the mail queue. If it does not answer, the emails are in the outbox all the same, and the sweep of
    /// `daily-jobs` tells the queue again.
    pub(crate) async fn tell(&self, emails: Vec<OutboxId>) {
        let emails: Vec<_> =
            emails.into_iter().map(|outbox_id| MailMessage { outbox_id }).collect();
        if let Err(error) = self.mail.send_all(&emails).await {
            tracing::warn!(code = error.code(), "the mail queue was not told, the sweep will");
        }
    }
}

impl Portal for CouncilPayments {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<CouncilPayments> {
    let see = Access::Council(CouncilPermission::SeePayments);
    let finalise = Access::Council(CouncilPermission::Finalise);
    let api = Api::new()
        .get("/api/council/payments", see, schedule)
        .get("/api/council/payments/{cycle_ref}/{period_start}", see, list)
        .post("/api/council/payments/{cycle_ref}/pause", finalise, by_hand::pause)
        .post("/api/council/payments/{cycle_ref}/resumption", finalise, by_hand::resume)
        .get(
            "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}",
            see,
            by_hand::statement,
        )
        .post(
            "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}/authorisation",
            finalise,
            by_hand::authorise,
        )
        .post(
            "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}/finalisation",
            finalise,
            by_hand::finalise,
        )
        .get(
            "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}/payment-file.csv",
            see,
            by_hand::payment_file,
        );
    decisions(api)
}

/// Where it answers about what is decided by hand.
fn decisions(api: Api<CouncilPayments>) -> Api<CouncilPayments> {
    let see = Access::Council(CouncilPermission::SeePayments);
    let direct = Access::Council(CouncilPermission::DirectPayments);
    let approve = Access::Council(CouncilPermission::ApproveInvoices);
    api.get("/api/council/contracts", see, contract_view::contracts)
        .get("/api/council/contracts/{provider_ref}/{contract_ref}", see, contract_view::contract)
        .post("/api/council/directives/preview", direct, decide::preview_directive)
        .post("/api/council/directives", direct, decide::directive)
        .post("/api/council/directives/end/preview", direct, decide::preview_end)
        .post("/api/council/directives/end", direct, decide::end)
        .post("/api/council/adjustments/preview", direct, decide::preview_adjustment)
        .post("/api/council/adjustments", direct, decide::adjustment)
        .get("/api/council/invoices", see, queues::invoices)
        .post("/api/council/invoices/decision", approve, queues::decide_invoice)
        .get("/api/council/exceptions", see, queues::exceptions)
        .post("/api/council/exceptions/decision", approve, queues::decide_exception)
        .get("/api/council/remittance-notes", see, notes::standing)
        .get("/api/council/remittance-notes/history", see, notes::history)
        .post("/api/council/remittance-notes", direct, notes::write)
        .post("/api/council/remittance-notes/withdrawal", direct, notes::withdraw)
}

/// One of the council's people looks what locks and is finalised when.
///
/// # Errors
///
/// 422 what was asked for is no financial year.
async fn schedule(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    asked: Query<AskedSchedule>,
) -> Result<Json<ScheduleView>, Problem> {
    let year = asked.0.year(at.0)?;
    Ok(Json(ScheduleView::load(&state.store, &staff, year, at.0).await?))
}

/// One of the council's people looks through the statements of all contracts in a period.
///
/// # Errors
///
/// 404 no such cycle or period; 422 a filter is none.
async fn list(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    which: Path<WhichPeriod>,
    asked: Query<AskedPeriod>,
) -> Result<Json<ListView>, Problem> {
    Ok(Json(Box::pin(ListView::load(&state, &staff, (which.0, asked.0), at.0)).await?))
}

/// One of the council's people as somebody who decides.
pub(crate) fn officer(staff: &Staff) -> Officer {
    Officer { staff_ref: staff.staff_ref.clone(), name: staff.name().to_owned() }
}

/// One of the council's people as somebody who agrees to payments.
pub(crate) fn finaliser(staff: &Staff) -> Finaliser {
    Finaliser { staff_ref: staff.staff_ref.clone(), name: staff.name().to_owned() }
}
