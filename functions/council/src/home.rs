//! What waits for one of the council's people, queue by queue: a line in words, and how soon it matters.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use decisions::{Decisions, DecisionsError, INVOICE_DAYS_MAX};
use domain::action::Side;
use domain::clock::Now;
use domain::facts::Team;
use domain::ids::CycleRef;
use domain::permission::CouncilPermission;
use serde::Serialize;
use statements::{CouncilLine, Statements, StatementsError};
use store::{DocumentsToDo, RowsWaiting, Store, StoreError};
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
    /// Some of it.
    parts: Vec<PartView>,
}

/// Some of a queue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PartView {
    title: String,
    url: String,
    count: usize,
}

impl PartView {
    /// Those that wait too long, if any do.
    fn overdue(title: &str, url: &str, count: usize) -> Vec<Self> {
        let part =
            (count > 0).then(|| Self { title: title.to_owned(), url: url.to_owned(), count });
        part.into_iter().collect()
    }
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
        let mut queues = Box::pin(payments(state, staff, now)).await?;
        if staff.may(CouncilPermission::SeeActions) {
            queues.push(actions(store, staff, now).await?);
        }
        if staff.may(CouncilPermission::SeeChangeRequests) {
            queues.push(change_requests(store, now).await?);
        }
        if staff.may(CouncilPermission::SeeDocuments) {
            queues.extend(documents(store, now).await?);
        }
        if staff.may(CouncilPermission::SeeImports) {
            queues.push(imports(store).await?);
        }
        Ok(Self { queues })
    }
}

/// What waits of payments.
async fn payments(state: &Council, staff: &Staff, now: Now) -> Result<Vec<QueueView>, Problem> {
    let mut queues = Vec::new();
    if staff.may(CouncilPermission::ApproveInvoices) {
        queues.push(invoices(&state.decisions, now).await?);
        queues.push(Box::pin(exceptions(&state.decisions, now)).await?);
    }
    if staff.may(CouncilPermission::Finalise) {
        queues.push(Box::pin(authorisations(&state.statements, now)).await?);
    }
    Ok(queues)
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
        parts: PartView::overdue("Longer than 30 days", "/council/invoices/?overdue=true", overdue),
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
        parts: Vec::new(),
    })
}

/// The periods of the statements that wait, each with how many.
fn periods_awaiting(waiting: &[CouncilLine]) -> Vec<PartView> {
    let mut counts = BTreeMap::<_, usize>::new();
    for it in waiting {
        let count = counts.entry((&it.period.cycle_ref, it.period.start_date)).or_default();
        *count = count.saturating_add(1);
    }
    let part = |((cycle, start), count): ((&CycleRef, NaiveDate), usize)| PartView {
        title: format!("{cycle}, period from {}", start.format("%-d %B %Y")),
        url: format!("/council/payments/period/?cycle={cycle}&period={start}&awaits=true"),
        count,
    };
    counts.into_iter().map(part).collect()
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
        parts: periods_awaiting(&waiting),
    })
}

async fn actions(store: &Store, staff: &Staff, now: Now) -> Result<QueueView, StoreError> {
    let mut teams = store.teams().await?;
    teams.retain(|team| staff.sees_actions_of(&team.team_ref));
    let (mut count, mut overdue, mut oldest_at) = (0_usize, 0_usize, None::<DateTime<Utc>>);
    let mut parts = Vec::new();
    for Team { team_ref, name } in &teams {
        let before = count;
        for line in store.open_actions_of_team(team_ref).await? {
            if line.with == Side::Council {
                count = count.saturating_add(1);
                overdue = overdue.saturating_add(usize::from(line.is_overdue(now.date)));
                oldest_at = Some(oldest_at.map_or(line.created_at, |it| it.min(line.created_at)));
            }
        }
        parts.push(PartView {
            title: name.clone(),
            url: format!("/council/actions/?team={team_ref}&assigned_to=council"),
            count: count.saturating_sub(before),
        });
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
        parts,
    })
}

/// Rejected documents wait for the council; the others wait for providers, and are agreed in time by themselves.
async fn documents(store: &Store, now: Now) -> Result<[QueueView; 2], StoreError> {
    let DocumentsToDo { rejected, rejected_since, waiting, waiting_since, overdue } =
        store.documents_to_do(now.instant).await?;
    let revise = match rejected {
        0 => "No rejected document waits for a new version.".to_owned(),
        1 => "1 rejected document waits for a new version.".to_owned(),
        many => format!("{many} rejected documents wait for a new version."),
    };
    let answers = match waiting {
        0 => "No document waits for its provider's answer.".to_owned(),
        1 => "1 document waits for its provider's answer.".to_owned(),
        many => format!("{many} documents wait for their providers' answers."),
    };
    let late = match overdue {
        0 => String::new(),
        1 => " 1 of them is past its deadline.".to_owned(),
        many => format!(" {many} of them are past their deadlines."),
    };
    let revise = QueueView {
        queue: "documents",
        title: "Contract documents to revise",
        line: revise,
        url: "/council/documents/?state=rejected",
        count: rejected,
        overdue: 0,
        oldest_at: rejected_since,
        attention: Attention::of(rejected, 0),
        parts: Vec::new(),
    };
    let answers = QueueView {
        queue: "answers",
        title: "Contract documents awaiting an answer",
        line: format!("{answers}{late}"),
        url: "/council/documents/",
        count: waiting,
        overdue,
        oldest_at: waiting_since,
        // Late answers are the providers' to give: by themselves they are no reason to look now.
        attention: Attention::of(waiting, 0),
        parts: Vec::new(),
    };
    Ok([revise, answers])
}

/// Rows of the council's files that name something not yet known. They are tried again daily for 7 days.
async fn imports(store: &Store) -> Result<QueueView, StoreError> {
    let RowsWaiting { rows: count, since } = store.rows_waiting(COUNTED_MAX).await?;
    let line = match count {
        0 => "No row of a council file waits for something not yet known.".to_owned(),
        1 => "1 row of a council file waits for something not yet known.".to_owned(),
        many => format!("{many} rows of council files wait for something not yet known."),
    };
    Ok(QueueView {
        queue: "imports",
        title: "Rows of council files",
        line,
        url: "/council/imports/",
        count,
        overdue: 0,
        oldest_at: since,
        attention: Attention::of(count, 0),
        parts: Vec::new(),
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
        parts: Vec::new(),
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
