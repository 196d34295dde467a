//! What people send.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use conversations::{About, Answer, Asked, Deciding, Raising, Turn, Verdict, Wanted, With};
use domain::action::RelatedKind;
use domain::ids::{ActionId, ContractRef, CpliId, ItemId, ProviderRef, SsRef, TeamRef};
use domain::request_id::RequestId;
use serde::Deserialize;
use store::Cursor;
use web::Invalid;

/// Which action of the provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    pub(crate) action_id: ActionId,
}

/// Which file of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichFile {
    pub(crate) action_id: ActionId,
    pub(crate) attachment_id: String,
}

/// Which action of which provider a path of the council's names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichOf {
    pub(crate) provider_ref: ProviderRef,
    pub(crate) action_id: ActionId,
}

/// Which file of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichFileOf {
    pub(crate) provider_ref: ProviderRef,
    pub(crate) action_id: ActionId,
    pub(crate) attachment_id: String,
}

/// Which provider a path of the council's names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichProvider {
    pub(crate) provider_ref: ProviderRef,
}

/// For which provider a form is asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct FormFor {
    pub(crate) provider: String,
}

/// Which actions a page asks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ListFor {
    assigned_to: String,
    r#type: String,
    include_done: String,
    team: String,
    /// From where an earlier part of the list stopped.
    after: String,
}

/// What a form is opened from; what is left empty is nothing.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct OpenedFrom {
    cpli: String,
    client: String,
    contract: String,
    period: String,
    item: String,
}

/// What an action is about.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(crate) struct RelatedTo {
    kind: Option<RelatedKind>,
    #[serde(default)]
    ss_ref: Option<SsRef>,
    #[serde(default)]
    cpli_id: Option<CpliId>,
    #[serde(default)]
    contract_ref: Option<ContractRef>,
    #[serde(default)]
    period_start: Option<NaiveDate>,
    #[serde(default)]
    item_id: Option<ItemId>,
}

/// A new action of a provider.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewAction {
    request_id: RequestId,
    type_ref: String,
    #[serde(default)]
    related: RelatedTo,
    title: String,
    text: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    team_ref: String,
    #[serde(default)]
    due_on: Option<NaiveDate>,
    #[serde(default)]
    attachments: Vec<String>,
}

/// A new action of the council's.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewFor {
    pub(crate) provider_ref: ProviderRef,
    assign_to: AssignTo,
    #[serde(flatten)]
    action: NewAction,
}

/// To whom one of the council's people passes an action.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct AssignTo {
    side: SideTo,
    #[serde(default)]
    team_ref: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum SideTo {
    Provider,
    Council,
}

/// A reply of a provider.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Reply {
    request_id: RequestId,
    text: String,
    #[serde(default)]
    team_ref: Option<String>,
    #[serde(default)]
    attachments: Vec<String>,
}

/// A reply of the council.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReplyTo {
    request_id: RequestId,
    text: String,
    assign_to: AssignTo,
    #[serde(default)]
    attachments: Vec<String>,
}

/// What is said when an action is marked as done or reopened.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Turned {
    request_id: RequestId,
    #[serde(default)]
    text: Option<String>,
}

/// What the council decides about what an action proposes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Decided {
    request_id: RequestId,
    decision: VerdictTo,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictTo {
    Accept,
    Decline,
}

/// The file that somebody wants to send.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    pub(crate) file_name: String,
    pub(crate) size_bytes: u64,
}

fn team(text: &str) -> Result<TeamRef, Invalid> {
    text.parse().map_err(|_not_a_team| Invalid::field("team_ref", "Select a team"))
}

impl ListFor {
    pub(crate) fn asked(&self) -> Result<Asked, Invalid> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        let with = match self.assigned_to.trim() {
            "" => None,
            "council" => Some(With::Council),
            "provider" => Some(With::Provider),
            other => Some(With::Team(team(other)?)),
        };
        Ok(Asked {
            with,
            type_ref: filled(&self.r#type),
            team: filled(&self.team).map(|it| team(&it)).transpose()?,
            include_done: self.include_done.trim() == "yes",
            after: filled(&self.after).map(Cursor::new),
        })
    }
}

impl OpenedFrom {
    /// What it is about, as far as it can be understood: a page opens without, rather than not at all.
    pub(crate) fn about(&self) -> About {
        let cpli_id: Option<CpliId> = self.cpli.parse().ok();
        let statement: Option<(ContractRef, NaiveDate)> =
            self.contract.parse().ok().zip(self.period.trim().parse().ok());
        let ss_ref: Option<SsRef> = self.client.parse().ok();
        let kind = match (&cpli_id, &statement, &ss_ref) {
            (Some(_), ..) => Some(RelatedKind::CarePackage),
            (None, Some(_), _) => Some(RelatedKind::Statement),
            (None, None, Some(_)) => Some(RelatedKind::Client),
            (None, None, None) => None,
        };
        let (contract_ref, period_start) = statement.unzip();
        About { kind, ss_ref, cpli_id, contract_ref, period_start, item_id: self.item.parse().ok() }
    }
}

impl NewAction {
    pub(crate) fn raising(self) -> Result<Raising, Invalid> {
        let to = Wanted::Team(team(&self.team_ref)?);
        Ok(self.with(to))
    }

    fn with(self, to: Wanted) -> Raising {
        let RelatedTo { kind, ss_ref, cpli_id, contract_ref, period_start, item_id } = self.related;
        Raising {
            request_id: self.request_id,
            type_ref: self.type_ref,
            about: About { kind, ss_ref, cpli_id, contract_ref, period_start, item_id },
            title: self.title,
            text: self.text,
            fields: self.fields,
            to,
            due_on: self.due_on,
            attachments: self.attachments,
        }
    }
}

impl NewFor {
    pub(crate) fn raising(self) -> Result<Raising, Invalid> {
        let to = self.assign_to.wanted()?;
        Ok(self.action.with(to))
    }
}

impl AssignTo {
    fn wanted(&self) -> Result<Wanted, Invalid> {
        let named = self.team_ref.as_deref().filter(|it| !it.trim().is_empty());
        let named = named.map(team).transpose()?;
        match (self.side, named) {
            (SideTo::Provider, named) => Ok(Wanted::Provider(named)),
            (SideTo::Council, Some(named)) => Ok(Wanted::Team(named)),
            (SideTo::Council, None) => Err(Invalid::field("team_ref", "Select a team")),
        }
    }
}

impl Reply {
    pub(crate) fn answer(self) -> Result<Answer, Invalid> {
        let named = self.team_ref.as_deref().filter(|it| !it.trim().is_empty());
        let turn = Turn::Reply(named.map(team).transpose()?.map(Wanted::Team));
        let Self { request_id, text, attachments, .. } = self;
        Ok(Answer { request_id, text, attachments, turn })
    }
}

impl ReplyTo {
    pub(crate) fn answer(self) -> Result<Answer, Invalid> {
        let turn = Turn::Reply(Some(self.assign_to.wanted()?));
        let Self { request_id, text, attachments, .. } = self;
        Ok(Answer { request_id, text, attachments, turn })
    }
}

impl Turned {
    pub(crate) fn answer(self, turn: Turn) -> Answer {
        let text = self.text.unwrap_or_default();
        Answer { request_id: self.request_id, text, attachments: Vec::new(), turn }
    }
}

impl Decided {
    pub(crate) fn deciding(self) -> Deciding {
        let verdict = match self.decision {
            VerdictTo::Accept => Verdict::Accept,
            VerdictTo::Decline => Verdict::Decline,
        };
        let reason = self.reason.unwrap_or_default();
        Deciding { request_id: self.request_id, verdict, reason }
    }
}
