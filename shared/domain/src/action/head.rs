//! The state of an action, and what may become of it: `Open → Done → reopened`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ActionType, Filled, Proposes, RelatedKind};
use crate::clock::{Now, london_text};
use crate::failure::{Failure, Kind};
use crate::ids::{ActionId, ContractRef, CpliId, ItemId, ProviderRef, SsRef, StaffRef, TeamRef};

/// How many posts an action may have; what completes or decides it may come after them.
pub const POSTS_MAX: u32 = 250;

/// For whom somebody speaks, and with whom an action is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The provider.
    Provider,
    /// The council.
    Council,
}

/// How far an action has come. Whether it is overdue follows from its due date.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// Somebody has to do something.
    Open,
    /// Nobody has.
    Done,
}

/// Whom a reply passes an action to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// The provider. The team that handles it stays the same.
    Provider,
    /// A team of the council, which handles it from then on.
    Team(TeamRef),
}

/// What a list says of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionLine {
    /// Key.
    pub action_id: ActionId,
    /// Whose action it is.
    pub provider_ref: ProviderRef,
    /// The provider's name when the action was raised.
    pub provider_name: String,
    /// What it is about, in the person's words.
    pub title: String,
    /// Its type.
    pub type_ref: String,
    /// The type's name when it was raised.
    pub type_name: String,
    /// Whom or what it is about: `Miss Wednesday Adams (Client)`.
    pub re: Option<String>,
    /// The client that it is about, if it is about one; whoever is shown the line is recorded with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_client: Option<SsRef>,
    /// How far it has come.
    pub state: ActionState,
    /// When it is to be done.
    pub due_on: NaiveDate,
    /// The team that handles it, also while it is with the provider.
    pub team_ref: TeamRef,
    /// Who has to do something.
    pub with: Side,
    /// When it was raised.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// For whom.
    pub created_side: Side,
    /// When something was said last.
    pub last_post_at: DateTime<Utc>,
    /// For whom.
    pub last_post_side: Side,
    /// When it was done; none: it is open.
    pub done_at: Option<DateTime<Utc>>,
}

/// An action without what was said in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionHead {
    /// What a list says of it.
    #[serde(flatten)]
    pub line: ActionLine,
    /// What it is about.
    pub related: Related,
    /// What its form asked, with the answers.
    pub details: Vec<Detail>,
    /// What it asks the council to change.
    pub proposes: Option<Proposes>,
    /// What the council decided about that last.
    pub decision: Option<Decision>,
    /// How many posts it has.
    pub posts: u32,
    /// Who marked it as done or reopened it last.
    pub turned_by: Option<String>,
    /// Counts saves; 0: never saved.
    #[serde(default)]
    pub version: u32,
}

/// What an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// What kind of thing.
    pub kind: RelatedKind,
    /// In words; empty for nothing in particular.
    pub label: String,
    /// The client, if it is about one.
    #[serde(default)]
    pub ss_ref: Option<SsRef>,
    /// The care package, if it is about one.
    #[serde(default)]
    pub cpli_id: Option<CpliId>,
    /// The contract of the care package or statement.
    #[serde(default)]
    pub contract_ref: Option<ContractRef>,
    /// The first day of the statement's period.
    #[serde(default)]
    pub period_start: Option<NaiveDate>,
    /// The line of the statement.
    #[serde(default)]
    pub item_id: Option<ItemId>,
}

/// One answer in an action's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Detail {
    /// The field.
    pub field: String,
    /// What was asked, as it was worded then.
    pub label: String,
    /// The answer as programs read it: `2023-11-22`.
    pub value: String,
    /// The same as people read it: `22 November 2023`.
    pub shown: String,
}

/// What the council decided about what an action proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub outcome: DecisionOutcome,
    /// When.
    pub at: DateTime<Utc>,
    /// The person's full name.
    pub by: String,
    /// Who of the council's people, for the permanent record.
    pub staff_ref: StaffRef,
    /// Why, shown to the provider.
    pub reason: Option<String>,
    /// What it means, in words.
    pub line: String,
    /// The council's file that makes the change, if it was accepted.
    pub file: Option<String>,
}

/// Whether a proposed change is made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// It is.
    Accepted,
    /// It is not.
    Declined,
}

/// An action that is being raised.
#[derive(Debug, Clone)]
pub struct Opening<'o> {
    /// Its key.
    pub action_id: ActionId,
    /// Whose it is, with the name.
    pub provider: (ProviderRef, String),
    /// Its type.
    pub of: &'o ActionType,
    /// What was filled in.
    pub filled: &'o Filled,
    /// What it is about.
    pub related: Related,
    /// The team that handles it.
    pub team_ref: TeamRef,
    /// Who has to do something.
    pub with: Side,
    /// By whom it is raised, and for whom.
    pub by: (&'o str, Side),
}

/// Why something cannot be done with an action.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotAct {
    /// It is done already.
    #[error("{by} marked this action as done at {}. Reopen it to say more.", london_text(*.at))]
    Done {
        /// Who did.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is open already.
    #[error("This action is open already{}. Read it again.", .by.as_ref().map(|by| format!(": {by} reopened it")).unwrap_or_default())]
    Open {
        /// Who reopened it.
        by: Option<String>,
    },
    /// The council has decided about what it proposes.
    #[error("{by} has decided about this already, at {}. Read it again.", london_text(*.at))]
    Decided {
        /// Who did.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// There is nothing in it to decide.
    #[error("This action proposes no change that could be made.")]
    NothingProposed,
    /// It has [`POSTS_MAX`] posts.
    #[error("This action has {POSTS_MAX} posts, the most there can be. Start a new action.")]
    Full,
    /// It is for the other side to complete.
    #[error("Only the council completes an action that it raised. Reply to it instead.")]
    NotYours,
}

impl Failure for CannotAct {
    fn kind(&self) -> Kind {
        match self {
            Self::Done { .. }
            | Self::Open { .. }
            | Self::Decided { .. }
            | Self::NothingProposed
            | Self::Full => Kind::Conflict,
            Self::NotYours => Kind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Done { .. } | Self::Open { .. } | Self::Decided { .. } => "action-changed",
            Self::NothingProposed => "nothing-proposed",
            Self::Full => "action-full",
            Self::NotYours => "not-allowed",
        }
    }
}

impl ActionLine {
    /// Whether it should have been done before `today`.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == ActionState::Open && self.due_on < today
    }
}

impl Related {
    /// Nothing in particular.
    pub fn nothing() -> Self {
        Self {
            kind: RelatedKind::None,
            label: String::new(),
            ss_ref: None,
            cpli_id: None,
            contract_ref: None,
            period_start: None,
            item_id: None,
        }
    }
}

impl ActionHead {
    /// An action that is raised now, with its first post.
    pub fn open(opening: Opening<'_>, now: Now) -> Self {
        let Opening { action_id, provider, of, filled, related, team_ref, with, by } = opening;
        let re = Some(related.label.clone()).filter(|it| !it.is_empty());
        Self {
            line: ActionLine {
                action_id,
                provider_ref: provider.0,
                provider_name: provider.1,
                title: filled.title.clone(),
                type_ref: of.type_ref.clone(),
                type_name: of.name.clone(),
                re,
                about_client: related.ss_ref.clone(),
                state: ActionState::Open,
                due_on: filled.due_on,
                team_ref,
                with,
                created_at: now.instant,
                created_by: by.0.to_owned(),
                created_side: by.1,
                last_post_at: now.instant,
                last_post_side: by.1,
                done_at: None,
            },
            related,
            details: filled.details.clone(),
            proposes: of.proposes,
            decision: None,
            posts: 1,
            turned_by: None,
            version: 0,
        }
    }

    /// Somebody of `side` says something and passes it on.
    ///
    /// # Errors
    ///
    /// [`CannotAct::Done`]; [`CannotAct::Full`].
    pub fn reply(self, side: Side, to: To, now: Now) -> Result<Self, CannotAct> {
        self.must_be_open()?;
        if self.posts >= POSTS_MAX {
            return Err(CannotAct::Full);
        }
        Ok(self.posted(side, now).passed(to))
    }

    /// Nothing is left to do.
    ///
    /// # Errors
    ///
    /// [`CannotAct::Done`]; [`CannotAct::NotYours`] of a provider about what the council raised.
    pub fn complete(self, (by, side): (&str, Side), now: Now) -> Result<Self, CannotAct> {
        self.must_be_open()?;
        if !self.may_complete(side) {
            return Err(CannotAct::NotYours);
        }
        Ok(self.posted(side, now).done(by, now))
    }

    /// Something is left to do after all, by `due_on`. A provider's doubts go to the team; the council's people go on.
    ///
    /// # Errors
    ///
    /// [`CannotAct::Open`]; [`CannotAct::Full`].
    pub fn reopen(
        self,
        (by, side): (&str, Side),
        due_on: NaiveDate,
        now: Now,
    ) -> Result<Self, CannotAct> {
        if self.line.state == ActionState::Open {
            return Err(CannotAct::Open { by: self.turned_by });
        }
        if self.posts >= POSTS_MAX {
            return Err(CannotAct::Full);
        }
        let mut head = self.posted(side, now);
        head.line.state = ActionState::Open;
        head.line.with = Side::Council;
        head.line.done_at = None;
        head.line.due_on = head.line.due_on.max(due_on);
        head.turned_by = Some(by.to_owned());
        Ok(head)
    }

    /// The council decides about what it proposes; that completes it.
    ///
    /// # Errors
    ///
    /// [`CannotAct::Done`], [`CannotAct::Decided`], [`CannotAct::NothingProposed`].
    pub fn decide(self, decision: Decision, now: Now) -> Result<Self, CannotAct> {
        self.can_decide()?;
        let by = decision.by.clone();
        let mut head = self.posted(Side::Council, now).done(&by, now);
        head.decision = Some(decision);
        Ok(head)
    }

    /// Whether the council can decide about it now.
    ///
    /// # Errors
    ///
    /// Why not. What was declined can be decided again once it is reopened; what was accepted is made.
    pub fn can_decide(&self) -> Result<(), CannotAct> {
        if self.proposes.is_none() {
            return Err(CannotAct::NothingProposed);
        }
        let reopened = self.line.state == ActionState::Open;
        let decision = self.decision.as_ref();
        match decision.filter(|it| !reopened || it.outcome == DecisionOutcome::Accepted) {
            Some(Decision { by, at, .. }) => Err(CannotAct::Decided { by: by.clone(), at: *at }),
            None => self.must_be_open(),
        }
    }

    /// Whether somebody of `side` may complete it once it is open.
    pub fn may_complete(&self, side: Side) -> bool {
        side == Side::Council || self.line.created_side == Side::Provider
    }

    fn must_be_open(&self) -> Result<(), CannotAct> {
        match self.line.done_at {
            None => Ok(()),
            Some(at) => {
                let by = self.turned_by.clone().unwrap_or_else(|| "Somebody".to_owned());
                Err(CannotAct::Done { by, at })
            }
        }
    }

    fn posted(mut self, side: Side, now: Now) -> Self {
        self.posts = self.posts.saturating_add(1);
        self.line.last_post_at = now.instant;
        self.line.last_post_side = side;
        self
    }

    fn passed(mut self, to: To) -> Self {
        match to {
            To::Provider => self.line.with = Side::Provider,
            To::Team(team_ref) => {
                self.line.with = Side::Council;
                self.line.team_ref = team_ref;
            }
        }
        self
    }

    fn done(mut self, by: &str, now: Now) -> Self {
        self.line.state = ActionState::Done;
        self.line.done_at = Some(now.instant);
        self.turned_by = Some(by.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::{ActionSettings, ActionTypes, Filled, Filling, Lamp};
    use super::*;

    fn now(minute: u32) -> Now {
        Now::at(format!("2024-03-08T10:{minute:02}:00Z").parse().unwrap())
    }

    fn team(name: &str) -> TeamRef {
        name.parse().unwrap()
    }

    fn raised(type_ref: &str, by: Side) -> ActionHead {
        let types = ActionTypes::default();
        let of = types.find(type_ref).unwrap();
        let fields = BTreeMap::from([("date_of_death".to_owned(), "2024-03-06".to_owned())]);
        let (title, text) = ("DOD 06/03/2024", "Sadly passed away");
        let filling = Filling { of, title, text, fields: &fields, due_on: None, rate: None };
        let filled = filling.check(&ActionSettings::default(), now(0).date).unwrap();
        let opening = Opening {
            action_id: "4F1C".parse().unwrap(),
            provider: ("P1001".parse().unwrap(), "Lake House".to_owned()),
            of,
            filled: &filled,
            related: Related::nothing(),
            team_ref: team("SYSTEMS"),
            with: Side::Council,
            by: ("Ada Brome", by),
        };
        ActionHead::open(opening, now(0))
    }

    fn decision(outcome: DecisionOutcome) -> Decision {
        Decision {
            outcome,
            at: now(5).instant,
            by: "Cora Page".to_owned(),
            staff_ref: "U9001".parse().unwrap(),
            reason: None,
            line: "Date of death".to_owned(),
            file: None,
        }
    }

    #[test]
    fn a_reply_moves_it_to_the_provider_or_the_team_chosen() {
        let head = raised("death", Side::Provider);
        let asked = head.reply(Side::Council, To::Provider, now(1)).unwrap();
        assert_eq!((asked.line.with, asked.line.team_ref.as_str()), (Side::Provider, "SYSTEMS"));
        let told = asked.reply(Side::Provider, To::Team(team("PAYMENTS")), now(2)).unwrap();
        assert_eq!((told.line.with, told.line.team_ref.as_str()), (Side::Council, "PAYMENTS"));
        assert_eq!((told.posts, told.line.last_post_at), (3, now(2).instant));
    }

    #[test]
    fn what_is_done_says_who_did_it_until_it_is_reopened() {
        let done = raised("general_query", Side::Provider);
        let done = done.complete(("Cora Page", Side::Council), now(1)).unwrap();
        let refused = CannotAct::Done { by: "Cora Page".to_owned(), at: now(1).instant };
        assert_eq!(
            refused.to_string(),
            "Cora Page marked this action as done at 10:01am on 8 March 2024. Reopen it to say more."
        );
        assert_eq!(done.clone().reply(Side::Provider, To::Provider, now(2)), Err(refused.clone()));
        assert_eq!(done.clone().complete(("Ada", Side::Provider), now(2)), Err(refused));
        let due = "2024-04-02".parse().unwrap();
        let open = done.reopen(("Ada Brome", Side::Provider), due, now(3)).unwrap();
        assert_eq!((open.line.state, open.line.due_on), (ActionState::Open, due));
        let again = open.reopen(("Ada Brome", Side::Provider), due, now(4)).unwrap_err();
        assert_eq!(
            again.to_string(),
            "This action is open already: Ada Brome reopened it. Read it again."
        );
    }

    #[test]
    fn a_provider_completes_what_a_provider_raised_and_nothing_else() {
        let theirs = raised("general_query", Side::Council);
        let refused = theirs.clone().complete(("Ada Brome", Side::Provider), now(1));
        assert_eq!(refused, Err(CannotAct::NotYours));
        theirs.complete(("Cora Page", Side::Council), now(1)).unwrap();
        let own = raised("general_query", Side::Provider);
        own.complete(("Ada Brome", Side::Provider), now(1)).unwrap();
    }

    #[test]
    fn one_decision_is_made_and_only_what_was_declined_can_be_decided_again() {
        let head = raised("death", Side::Provider);
        let accepted = head.clone().decide(decision(DecisionOutcome::Accepted), now(5)).unwrap();
        assert_eq!(accepted.line.state, ActionState::Done);
        let told = CannotAct::Decided { by: "Cora Page".to_owned(), at: now(5).instant };
        let second = accepted.clone().decide(decision(DecisionOutcome::Declined), now(6));
        assert_eq!(second, Err(told.clone()));
        let reopened = |head: ActionHead| {
            head.reopen(("Ada Brome", Side::Provider), now(7).date, now(7)).unwrap()
        };
        assert_eq!(reopened(accepted).can_decide(), Err(told));
        let declined = head.decide(decision(DecisionOutcome::Declined), now(5)).unwrap();
        assert_eq!(reopened(declined).can_decide(), Ok(()));
        let query = raised("general_query", Side::Provider);
        let nothing = query.decide(decision(DecisionOutcome::Accepted), now(5));
        assert_eq!(nothing, Err(CannotAct::NothingProposed));
    }

    #[test]
    fn it_is_overdue_on_the_day_after_it_was_due_while_it_is_open() {
        let head = raised("general_query", Side::Provider);
        let due = head.line.due_on;
        assert!(!head.line.is_overdue(due));
        assert!(head.line.is_overdue(due.succ_opt().unwrap()));
        let done = head.complete(("Ada Brome", Side::Provider), now(1)).unwrap();
        assert!(!done.line.is_overdue(due.succ_opt().unwrap()));
    }

    proptest! {
        /// Whatever is done in whatever order: it is done exactly if it says when, it has a post for all that
        /// happened, and it is never decided twice with an accepted change.
        #[test]
        fn every_way_through_keeps_it_consistent(steps in proptest::collection::vec((0..5_u8, any::<bool>()), 0..30)) {
            let mut head = raised("death", Side::Provider);
            let (mut happened, mut accepted) = (1_u32, 0_u32);
            for (step, council) in steps {
                let side = if council { Side::Council } else { Side::Provider };
                let next = match step {
                    0 => head.clone().reply(side, To::Provider, now(1)),
                    1 => head.clone().reply(side, To::Team(team("PAYMENTS")), now(1)),
                    2 => head.clone().complete(("A", side), now(1)),
                    3 => head.clone().reopen(("A", side), now(1).date, now(1)),
                    _ => {
                        let outcome = if council { DecisionOutcome::Accepted } else { DecisionOutcome::Declined };
                        head.clone().decide(decision(outcome), now(1))
                    }
                };
                if let Ok(next) = next {
                    accepted = accepted.saturating_add(u32::from(step == 4 && council));
                    happened = happened.saturating_add(1);
                    head = next;
                }
                prop_assert_eq!(head.line.state == ActionState::Done, head.line.done_at.is_some());
                prop_assert_eq!(head.posts, happened);
                prop_assert!(accepted <= 1);
            }
        }
    }

    #[test]
    fn a_list_says_whom_an_action_is_about_if_it_is_about_anybody() {
        assert_eq!(raised("death", Side::Provider).line.re, None);
        let types = ActionTypes::default();
        let filled = Filled {
            title: "Cost".to_owned(),
            text: "Too low".to_owned(),
            details: Vec::new(),
            due_on: now(0).date,
        };
        let label = "Miss Wednesday Adams (Client)".to_owned();
        let opening = Opening {
            action_id: "4F1C".parse().unwrap(),
            provider: ("P1001".parse().unwrap(), "Lake House".to_owned()),
            of: types.find("general_query").unwrap(),
            filled: &filled,
            related: Related { label: label.clone(), ..Related::nothing() },
            team_ref: team("SYSTEMS"),
            with: Side::Council,
            by: ("Ada Brome", Side::Provider),
        };
        assert_eq!(ActionHead::open(opening, now(0)).line.re, Some(label));
    }

    #[test]
    fn a_lamp_counts_what_is_open_and_whom_it_waits_for() {
        let waiting = raised("death", Side::Provider).line;
        let asked = ActionLine { with: Side::Provider, ..waiting.clone() };
        let done = ActionLine { state: ActionState::Done, ..asked.clone() };
        let due = waiting.due_on;
        let counted = |on: NaiveDate| {
            let lamp = Lamp::of([&waiting, &asked, &asked, &done], on);
            (lamp.open, lamp.with_provider, lamp.overdue)
        };
        assert_eq!(counted(due), (3, 2, 0));
        assert_eq!(counted(due.succ_opt().unwrap()), (3, 2, 3));
    }
}
