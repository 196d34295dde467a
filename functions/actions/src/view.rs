//! One action, as somebody reads it.

use chrono::{DateTime, Utc};
use conversations::{Change, Person, Proposal, Shown};
use domain::action::{
    Attachment, Decision, DecisionOutcome, MediaType, Post, Proposes, Related, RelatedKind, Side,
};
use domain::clock::Now;
use domain::ids::{CpliId, ProviderRef};
use domain::money::{Money, MoneyError};
use serde::Serialize;
use statements::view::EffectView;
use web::Problem;

use crate::form_view::LimitsView;
use crate::list_view::{RowView, TeamView};

/// One action with what was said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ActionView {
    #[serde(flatten)]
    row: RowView,
    provider_ref: ProviderRef,
    provider_name: String,
    details: Vec<DetailView>,
    related: RelatedView,
    posts: Vec<PostView>,
    can: CanView,
    teams: Vec<TeamView>,
    text_length_max: usize,
    attachments: LimitsView,
    decision: Option<DecisionView>,
    /// What the council reads beside it.
    #[serde(flatten)]
    for_council: Option<ForCouncil>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ForCouncil {
    proposal: Option<ProposalView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DetailView {
    label: String,
    value: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RelatedView {
    kind: RelatedKind,
    label: String,
    url: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PostView {
    post: u32,
    at: DateTime<Utc>,
    by: String,
    side: Side,
    text: String,
    attachments: Vec<AttachmentView>,
    change: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttachmentView {
    attachment_id: String,
    file_name: String,
    media_type: MediaType,
    size_bytes: u64,
}

/// What this person may do with it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button of the page")]
struct CanView {
    reply: bool,
    complete: bool,
    reopen: bool,
    decide: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DecisionView {
    outcome: DecisionOutcome,
    at: DateTime<Utc>,
    by: String,
    reason: Option<String>,
    line: String,
}

/// What it asks the council to change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProposalView {
    kind: Proposes,
    line: String,
    changes: Vec<ChangeView>,
    effects: Vec<EffectView>,
    total_difference: Money,
    total_non_payable_difference: Money,
    can_accept: bool,
    why_not: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangeView {
    cpli_id: CpliId,
    client: String,
    what: String,
    from: Option<String>,
    to: String,
}

impl ActionView {
    pub(crate) fn of(shown: &Shown, person: &Person, now: Now) -> Self {
        let head = &shown.head;
        let details = head.details.iter();
        let details =
            details.map(|it| DetailView { label: it.label.clone(), value: it.shown.clone() });
        Self {
            row: RowView::of(&head.line, shown.team_name(), now),
            provider_ref: head.line.provider_ref.clone(),
            provider_name: head.line.provider_name.clone(),
            details: details.collect(),
            related: RelatedView::of(&head.related, person.side()),
            posts: shown.posts.iter().map(PostView::from).collect(),
            can: CanView {
                reply: shown.can_reply,
                complete: shown.can_complete,
                reopen: shown.can_reopen,
                decide: shown.can_decide,
            },
            teams: shown.teams.iter().map(TeamView::from).collect(),
            text_length_max: shown.text_length_max,
            attachments: LimitsView::of_posts(),
            decision: head.decision.as_ref().map(DecisionView::from),
            for_council: None,
        }
    }

    /// The same with what it asks the council to change.
    pub(crate) fn with_proposal(
        mut self,
        proposal: Option<Proposal>,
        shown: &Shown,
    ) -> Result<Self, Problem> {
        let view = |it: Proposal| ProposalView::of(it, shown.can_decide);
        let proposal =
            proposal.map(view).transpose().map_err(conversations::ConversationsError::from)?;
        self.for_council = Some(ForCouncil { proposal });
        Ok(self)
    }
}

impl RelatedView {
    fn of(related: &Related, side: Side) -> Self {
        let statement = related.contract_ref.as_ref().zip(related.period_start);
        let url = match (side, related.kind, &related.ss_ref, statement) {
            (Side::Provider, RelatedKind::Statement, _, Some((contract, start))) => {
                Some(format!("/scheduled-payments/statement/?contract={contract}&period={start}"))
            }
            (Side::Provider, RelatedKind::Client | RelatedKind::CarePackage, Some(ss_ref), _) => {
                Some(format!("/care-packages/?client={ss_ref}"))
            }
            _ => None,
        };
        Self { kind: related.kind, label: related.label.clone(), url }
    }
}

impl From<&Post> for PostView {
    fn from(post: &Post) -> Self {
        Self {
            post: post.n,
            at: post.at,
            by: post.by.clone(),
            side: post.side,
            text: post.text.clone(),
            attachments: post.attachments.iter().map(AttachmentView::from).collect(),
            change: post.change.clone(),
        }
    }
}

impl From<&Attachment> for AttachmentView {
    fn from(attachment: &Attachment) -> Self {
        Self {
            attachment_id: attachment.attachment_id.clone(),
            file_name: attachment.file_name.clone(),
            media_type: attachment.media_type,
            size_bytes: attachment.size_bytes,
        }
    }
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            outcome: decision.outcome,
            at: decision.at,
            by: decision.by.clone(),
            reason: decision.reason.clone(),
            line: decision.line.clone(),
        }
    }
}

impl ProposalView {
    fn of(proposal: Proposal, can_decide: bool) -> Result<Self, MoneyError> {
        let effects = proposal.effects.into_iter().map(EffectView::of).collect::<Result<_, _>>()?;
        Ok(Self {
            kind: proposal.kind,
            line: proposal.line,
            changes: proposal.changes.into_iter().map(ChangeView::from).collect(),
            effects,
            total_difference: proposal.total_difference,
            total_non_payable_difference: proposal.total_non_payable_difference,
            can_accept: can_decide && proposal.why_not.is_none(),
            why_not: proposal.why_not,
        })
    }
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        let Change { cpli_id, client, what, from, to } = change;
        Self { cpli_id, client, what, from, to }
    }
}
