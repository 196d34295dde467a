//! Somebody replies to an action, completes it or reopens it.

use domain::action::{ActionHead, Post, Side, To, checked_text};
use domain::clock::Now;
use domain::ids::{ActionId, ProviderRef};
use domain::request_id::RequestId;
use domain::settings::Settings;
use domain::working_days::WorkingDays;
use store::{Action, SavedAction, Store};

use crate::subject::{all_teams, team_name};
use crate::{Conversations, ConversationsError, Person, RACES_MAX, Shown, Wanted};

/// What stands beside the post of somebody who reopens an action.
pub(crate) const REOPENED: &str = "Reopened";

/// What somebody says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Made by the page, so that a request that comes twice is known.
    pub request_id: RequestId,
    /// The text.
    pub text: String,
    /// The files that were sent for it.
    pub attachments: Vec<String>,
    /// What becomes of the action.
    pub turn: Turn,
}

/// What becomes of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// It passes to somebody; none: to the council's team that handles it.
    Reply(Option<Wanted>),
    /// It is done.
    Complete,
    /// It is open again.
    Reopen,
}

impl Conversations {
    /// Somebody says something in an action. The same request again answers what it led to.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`] of no action that this person may see; [`ConversationsError::NotAllowed`];
    /// [`ConversationsError::NotFilledIn`] and [`ConversationsError::NotAttached`] with what to correct;
    /// [`ConversationsError::CannotAct`] if somebody else marked it as done or reopened it meanwhile.
    pub async fn answer(
        &self,
        person: &Person,
        (provider, action): (&ProviderRef, &ActionId),
        answer: &Answer,
        now: Now,
    ) -> Result<Shown, ConversationsError> {
        let request = answer.request_id.of(person.account());
        let settings = self.store.settings().await?;
        for _ in 0..RACES_MAX {
            let (head, mut posts) = self.read_for(person, (provider, action), &request).await?;
            if posts.iter().any(|post| post.request == request) {
                return self.shown(person, head, posts).await;
            }
            if !person.may_answer(&head.line.team_ref) {
                return Err(ConversationsError::NotAllowed);
            }
            let text = said(answer, &settings)?;
            let attachments = self.attached(person, provider, &answer.attachments).await?;
            let before = head.line.clone();
            let (head, change) = self.turned(person, head, &answer.turn, (&settings, now)).await?;
            let post = Post {
                n: head.posts,
                at: now.instant,
                by: person.name().to_owned(),
                staff_ref: person.staff().map(|it| it.staff_ref.clone()),
                side: person.side(),
                text,
                attachments,
                change,
                request: request.clone(),
            };
            let saved = SavedAction { before: Some(&before), head: &head, post: &post };
            match self.write(person, &saved, Vec::new(), now).await {
                Err(error) if error.is_stale() => {}
                written => {
                    written?;
                    posts.push(post);
                    let version = head.version.saturating_add(1);
                    return self.shown(person, ActionHead { version, ..head }, posts).await;
                }
            }
        }
        Err(ConversationsError::Busy)
    }

    /// What the action becomes, and that in words.
    async fn turned(
        &self,
        person: &Person,
        head: ActionHead,
        turn: &Turn,
        (settings, now): (&Settings, Now),
    ) -> Result<(ActionHead, Option<String>), ConversationsError> {
        let (by, side) = (person.name(), person.side());
        match turn {
            Turn::Complete => {
                Ok((head.complete((by, side), now)?, Some("Marked as done".to_owned())))
            }
            Turn::Reopen => {
                let types = self.store.action_types().await?;
                let of = types.find(&head.line.type_ref);
                let days = of
                    .map_or(settings.actions.action_due_days, |it| it.due_days(&settings.actions));
                let working = WorkingDays::without(&settings.actions.closed_dates);
                let due_on = working.after(now.date, days);
                Ok((head.reopen((by, side), due_on, now)?, Some(REOPENED.to_owned())))
            }
            Turn::Reply(wanted) => {
                let (with, team) = (head.line.with, head.line.team_ref.clone());
                let to = self.passed_to(person, &head, wanted.as_ref()).await?;
                let name = match &to {
                    (To::Provider, _) => head.line.provider_name.clone(),
                    (To::Team(_), name) => name.clone(),
                };
                let head = head.reply(side, to.0, now)?;
                let moved = (head.line.with, &head.line.team_ref) != (with, &team);
                Ok((head, moved.then(|| format!("Assigned to {name}"))))
            }
        }
    }

    /// To whom a reply passes the action, with the name of the team.
    async fn passed_to(
        &self,
        person: &Person,
        head: &ActionHead,
        wanted: Option<&Wanted>,
    ) -> Result<(To, String), ConversationsError> {
        let team = match wanted {
            Some(Wanted::Provider(_)) if person.side() == Side::Council => {
                return Ok((To::Provider, String::new()));
            }
            Some(Wanted::Team(team)) => team,
            Some(Wanted::Provider(_)) | None => &head.line.team_ref,
        };
        let (teams, types) = tokio::try_join!(self.store.teams(), self.store.action_types())?;
        let teams = all_teams(teams, &types);
        let known = *team == head.line.team_ref || teams.iter().any(|it| it.team_ref == *team);
        if !known {
            return Err(ConversationsError::field("team_ref", "Select a team"));
        }
        Ok((To::Team(team.clone()), team_name(&teams, team)))
    }

    /// Writes what somebody did, with `beside`, and the emails that tell of it: all or nothing.
    pub(crate) async fn write(
        &self,
        person: &Person,
        saved: &SavedAction<'_>,
        beside: Vec<Action>,
        now: Now,
    ) -> Result<(), ConversationsError> {
        let telling = self.told(person, saved, now).await?;
        let written = telling.to_send();
        let mut actions = Store::action_actions(saved);
        actions.extend(beside);
        actions.extend(telling.actions());
        self.store.save_action(actions).await?;
        self.notices.tell(&written).await;
        Ok(())
    }
}

/// What was said: something, unless the action is marked as done.
fn said(answer: &Answer, settings: &Settings) -> Result<String, ConversationsError> {
    let length_max = settings.actions.text_length();
    let text = checked_text("text", &answer.text, length_max);
    let text = text.map_err(|wrong| ConversationsError::field(&wrong.field, wrong.message))?;
    let message = match answer.turn {
        Turn::Reply(_) if answer.attachments.is_empty() => "Enter your reply",
        Turn::Reopen => "Enter why you reopen it",
        Turn::Reply(_) | Turn::Complete => return Ok(text),
    };
    if text.is_empty() { Err(ConversationsError::field("text", message)) } else { Ok(text) }
}
