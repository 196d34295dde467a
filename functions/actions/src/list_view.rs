//! Which actions there are.

use chrono::{DateTime, NaiveDate, Utc};
use conversations::{Listed, Person};
use domain::action::{ActionLine, ActionState, Side};
use domain::clock::Now;
use domain::ids::{ActionId, ProviderRef, TeamRef};
use serde::Serialize;

/// A list of actions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    rows: Vec<ListedView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
    types: Vec<TypeChoice>,
    teams: Vec<TeamView>,
    counts: CountsView,
    can_create: bool,
}

/// One action in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ListedView {
    #[serde(flatten)]
    row: RowView,
    /// Of the council's list only.
    #[serde(flatten)]
    of: Option<OfView>,
}

/// Whose action it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OfView {
    provider_ref: ProviderRef,
    provider_name: String,
    /// Since it was raised.
    age_days: i64,
}

/// What a list says of an action, and a page of it begins with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RowView {
    action_id: ActionId,
    title: String,
    type_ref: String,
    type_name: String,
    state: ActionState,
    re: Option<String>,
    due_on: NaiveDate,
    overdue: bool,
    assigned_to: AssignedView,
    created_at: DateTime<Utc>,
    created_by: String,
    last_post_at: DateTime<Utc>,
    last_post_side: Side,
}

/// Who has to do something.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AssignedView {
    side: Side,
    team_ref: Option<TeamRef>,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TypeChoice {
    type_ref: String,
    name: String,
}

/// A team of the council's.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TeamView {
    pub(crate) team_ref: TeamRef,
    pub(crate) name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CountsView {
    open: usize,
    with_provider: usize,
    overdue: usize,
}

impl ListView {
    pub(crate) fn of_provider(listed: &Listed, can_create: bool, now: Now) -> Self {
        Self::of(listed, can_create, |line| {
            (RowView::of(line, listed.team_name(&line.team_ref), now), None)
        })
    }

    pub(crate) fn of_council(listed: &Listed, person: &Person, now: Now) -> Self {
        let can_create = match person {
            Person::Staff { access, .. } => {
                access.may(domain::permission::CouncilPermission::AnswerActions)
            }
            Person::Contact { .. } => false,
        };
        Self::of(listed, can_create, |line| {
            let age = now.instant.signed_duration_since(line.created_at);
            let of = OfView {
                provider_ref: line.provider_ref.clone(),
                provider_name: line.provider_name.clone(),
                age_days: age.num_days(),
            };
            (RowView::of(line, listed.team_name(&line.team_ref), now), Some(of))
        })
    }

    fn of(
        listed: &Listed,
        can_create: bool,
        row: impl Fn(&ActionLine) -> (RowView, Option<OfView>),
    ) -> Self {
        let rows = listed.lines.iter().map(row).map(|(row, of)| ListedView { row, of });
        let types = listed.types.iter();
        let types =
            types.map(|it| TypeChoice { type_ref: it.type_ref.clone(), name: it.name.clone() });
        let counts = listed.counts;
        Self {
            rows: rows.collect(),
            next: listed.next.as_ref().map(|it| it.as_str().to_owned()),
            types: types.collect(),
            teams: listed.teams.iter().map(TeamView::from).collect(),
            counts: CountsView {
                open: counts.open,
                with_provider: counts.with_provider,
                overdue: counts.overdue,
            },
            can_create,
        }
    }
}

impl RowView {
    pub(crate) fn of(line: &ActionLine, team_name: String, now: Now) -> Self {
        let assigned_to = match line.with {
            Side::Provider => {
                AssignedView { side: line.with, team_ref: None, name: line.provider_name.clone() }
            }
            Side::Council => AssignedView {
                side: line.with,
                team_ref: Some(line.team_ref.clone()),
                name: team_name,
            },
        };
        Self {
            action_id: line.action_id.clone(),
            title: line.title.clone(),
            type_ref: line.type_ref.clone(),
            type_name: line.type_name.clone(),
            state: line.state,
            re: line.re.clone(),
            due_on: line.due_on,
            overdue: line.is_overdue(now.date),
            assigned_to,
            created_at: line.created_at,
            created_by: line.created_by.clone(),
            last_post_at: line.last_post_at,
            last_post_side: line.last_post_side,
        }
    }
}

impl From<&domain::facts::Team> for TeamView {
    fn from(team: &domain::facts::Team) -> Self {
        Self { team_ref: team.team_ref.clone(), name: team.name.clone() }
    }
}
