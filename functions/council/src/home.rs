//! What waits for one of the council's people, queue by queue: a line in words, and how soon it matters.

use chrono::{DateTime, Utc};
use decisions::{Decisions, DecisionsError, INVOICE_DAYS_MAX};
use domain::action::Side;
use domain::clock::Now;
use domain::permission::CouncilPermission;
use serde::Serialize;
use statements::{Statements, StatementsError};
use store::{DocumentsToDo, Store, StoreError};
use web::{Problem, Staff};

use crate::Council;

/// More invoices, providers or statements than are counted.
const COUNTED_MAX: usize = 500;

/// The queues that they may read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HomeView {
    queues: Vec<QueueView>,
}

/// One queue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct QueueView {
    queue: &'static str,
    title: &'static str,
    line: String,
    url: &'static str,
    /// How many wait.
    count: usize,
    /// How many of them wait too long.
    overdue: usize,
    /// Since when the oldest waits.
    oldest_at: Option<DateTime<Utc>>,
    attention: Attention,
}

/// How soon something matters. Shown by colour and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Attention {
    None,
    Soon,
    Now,
}

impl Attention {
    fn of(count: usize, overdue: usize) -> Self {
        match (count, overdue) {
            (0, _) => Self::None,
            (_, 0) => Self::Soon,
            _ => Self::Now,
        }
    }
}

impl HomeView {
    /// What waits for somebody `now`.
    ///
    /// # Errors
    ///
    /// A [`Problem`] if the table or the buckets cannot be read.
    pub(crate) async fn load(state: &Council, staff: &Staff, now: Now) -> Result<Self, Problem> {
        let store = &state.store;
        let mut queues = Vec::new();
        if staff.may(CouncilPermission::ApproveInvoices) {
            queues.push(invoices(&state.decisions, now).await?);
            queues.push(Box::pin(exceptions(&state.decisions, now)).await?);
        }
        if staff.may(CouncilPermission::Finalise) {
            queues.push(Box::pin(authorisations(&state.statements, now)).await?);
        }
        if staff.may(CouncilPermission::SeeActions) {
            queues.push(actions(store, staff, now).await?);
        }
        if staff.may(CouncilPermission::SeeChangeRequests) {
            queues.push(change_requests(store, now).await?);
        }
        if staff.may(CouncilPermission::SeeDocuments) {
            queues.push(documents(store, now).await?);
        }
        Ok(Self { queues })
    }
}

async fn invoices(decisions: &Decisions, now: Now) -> Result<QueueView, DecisionsError> {
    let (heads, _) = decisions.waiting_invoices(COUNTED_MAX, None).await?;
    let since: Vec<_> =
        heads.iter().filter_map(|it| it.claim.as_ref()?.submitted_at.into()).collect();
    let late =
        |at: &&DateTime<Utc>| now.instant.signed_duration_since(**at).num_days() > INVOICE_DAYS_MAX;
    let (count, overdue) = (heads.len(), since.iter().filter(late).count());
    let wait = match count {
        0 => "No invoice waits to be approved.".to_owned(),
        1 => "1 invoice or credit note waits to be approved or disputed.".to_owned(),
        many => format!("{many} invoices and credit notes wait to be approved or disputed."),
    };
    Ok(QueueView {
        queue: "invoices",
        title: "Invoices",
        line: format!("{wait}{}", overdue_words(overdue)),
        url: "/council/invoices/",
        count,
        overdue,
        oldest_at: since.into_iter().min(),
        attention: Attention::of(count, overdue),
    })
}

async fn exceptions(decisions: &Decisions, now: Now) -> Result<QueueView, DecisionsError> {
    let (waiting, _) = Box::pin(decisions.waiting_exceptions(COUNTED_MAX, None, now)).await?;
    let weeks = waiting.iter().flat_map(|it| &it.rows);
    let count = weeks.clone().count();
    let oldest = weeks.map(|it| it.week_start).min();
    let line = match count {
        0 => "No week over tolerance waits for a decision.".to_owned(),
        1 => "1 week over tolerance waits for a decision.".to_owned(),
        many => format!("{many} weeks over tolerance wait for a decision."),
    };
    Ok(QueueView {
        queue: "exceptions",
        title: "Weeks over tolerance",
        line,
        url: "/council/exceptions/",
        count,
        overdue: 0,
        oldest_at: oldest.and_then(|it| it.and_hms_opt(0, 0, 0)).map(|it| it.and_utc()),
        attention: Attention::of(count, 0),
    })
}

/// A statement that should have been finalised waits too long.
async fn authorisations(statements: &Statements, now: Now) -> Result<QueueView, StatementsError> {
    let waiting = Box::pin(statements.awaiting(COUNTED_MAX, now)).await?;
    let overdue = waiting.iter().filter(|it| now.instant >= it.period.finalise_at).count();
    let count = waiting.len();
    let wait = match count {
        0 => "No statement waits to be authorised.".to_owned(),
        1 => "1 statement waits for a second person to authorise it.".to_owned(),
        many => format!("{many} statements wait for a second person to authorise them."),
    };
    let locked = waiting.iter().filter_map(|it| it.record.locked.as_ref());
    Ok(QueueView {
        queue: "authorisations",
        title: "Statements to authorise",
        line: format!("{wait}{}", overdue_words(overdue)),
        url: "/council/payments/",
        count,
        overdue,
        oldest_at: locked.map(|it| it.at).min(),
        attention: Attention::of(count, overdue),
    })
}

async fn actions(store: &Store, staff: &Staff, now: Now) -> Result<QueueView, StoreError> {
    let mut teams: Vec<_> = store.teams().await?.into_iter().map(|it| it.team_ref).collect();
    teams.retain(|team| staff.sees_actions_of(team));
    let (mut count, mut overdue, mut oldest_at) = (0_usize, 0_usize, None::<DateTime<Utc>>);
    for team in &teams {
        for line in store.open_actions_of_team(team).await? {
            if line.with == Side::Council {
                count = count.saturating_add(1);
                overdue = overdue.saturating_add(usize::from(line.is_overdue(now.date)));
                oldest_at = Some(oldest_at.map_or(line.created_at, |it| it.min(line.created_at)));
            }
        }
    }
    let whose =
        if staff.may(CouncilPermission::AnswerActions) { "your teams" } else { "the teams" };
    let with = match count {
        0 => format!("No action is with {whose}."),
        1 => format!("1 action is with {whose}."),
        many => format!("{many} actions are with {whose}."),
    };
    Ok(QueueView {
        queue: "actions",
        title: "Actions",
        line: format!("{with}{}", overdue_words(overdue)),
        url: "/council/actions/",
        count,
        overdue,
        oldest_at,
        attention: Attention::of(count, overdue),
    })
}

/// Rejected documents wait for the council; the others wait for providers, and are agreed in time by themselves.
async fn documents(store: &Store, now: Now) -> Result<QueueView, StoreError> {
    let DocumentsToDo { rejected: count, rejected_since, waiting, overdue } =
        store.documents_to_do(now.instant).await?;
    let revise = match count {
        0 => "No rejected document waits for a new version.".to_owned(),
        1 => "1 rejected document waits for a new version.".to_owned(),
        many => format!("{many} rejected documents wait for a new version."),
    };
    let answers = match waiting {
        0 => String::new(),
        1 => " 1 waits for its provider's answer.".to_owned(),
        many => format!(" {many} wait for their providers' answers."),
    };
    let late = match overdue {
        0 => String::new(),
        1 => " 1 of them is past its deadline.".to_owned(),
        many => format!(" {many} of them are past their deadlines."),
    };
    Ok(QueueView {
        queue: "documents",
        title: "Contract documents",
        line: format!("{revise}{answers}{late}"),
        url: "/council/documents/",
        count,
        // Late answers are the providers' to give: by themselves they are no reason to look now.
        overdue: 0,
        oldest_at: rejected_since,
        attention: Attention::of(count, 0),
    })
}

async fn change_requests(store: &Store, now: Now) -> Result<QueueView, StoreError> {
    let pending = store.pending_change_requests().await?;
    let (count, overdue) =
        (pending.len(), pending.iter().filter(|it| it.request.is_overdue(now.instant)).count());
    let wait = match count {
        0 => "No change request waits for a decision.".to_owned(),
        1 => "1 change request waits for a decision.".to_owned(),
        many => format!("{many} change requests wait for a decision."),
    };
    Ok(QueueView {
        queue: "change_requests",
        title: "Change requests",
        line: format!("{wait}{}", overdue_words(overdue)),
        url: "/council/change-requests/",
        count,
        overdue,
        oldest_at: pending.first().map(|it| it.request.submitted_at),
        attention: Attention::of(count, overdue),
    })
}

/// ` 2 are overdue.`
fn overdue_words(overdue: usize) -> String {
    match overdue {
        0 => String::new(),
        1 => " 1 is overdue.".to_owned(),
        many => format!(" {many} are overdue."),
    }
}
