//! Somebody raises an action.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::action::{
    ActionHead, ActionType, Filled, Filling, NotFilledIn, Opening, Post, Related, RelatedKind, Side,
};
use domain::clock::Now;
use domain::failure::Failure;
use domain::ids::{ActionId, ProviderRef, TeamRef};
use domain::request_id::RequestId;
use store::SavedAction;

use crate::{About, Conversations, ConversationsError, Known, Person, RACES_MAX, Shown};

/// What somebody sends to raise an action.
#[derive(Debug, Clone)]
pub struct Raising {
    /// Made by the page, so that a request that comes twice is known.
    pub request_id: RequestId,
    /// The type.
    pub type_ref: String,
    /// What it is about.
    pub about: About,
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// The answers to what the type asks.
    pub fields: BTreeMap<String, String>,
    /// Who is to do something.
    pub to: Wanted,
    /// When it is to be done; none: as usual.
    pub due_on: Option<NaiveDate>,
    /// The files that were sent for it.
    pub attachments: Vec<String>,
}

/// Who is to do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This team.
    Team(TeamRef),
    /// The provider; the team handles it.
    Provider(Option<TeamRef>),
}

/// Who raises what, with what is known of the provider.
struct Asking<'a> {
    person: &'a Person,
    known: &'a Known,
    raising: &'a Raising,
}

impl Conversations {
    /// Somebody raises an action for `provider`. The same request again answers what it raised.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`] of no such provider; [`ConversationsError::NotFilledIn`] and
    /// [`ConversationsError::NotAttached`] with what to correct; [`ConversationsError::NotAllowed`] if the role does
    /// not let them.
    pub async fn raise(
        &self,
        person: &Person,
        provider: &ProviderRef,
        raising: &Raising,
        now: Now,
    ) -> Result<Shown, ConversationsError> {
        let request = raising.request_id.of(person.account());
        let action_id = ActionId::of(&["action", provider.as_str(), &request]);
        let known = self.known(provider).await?;
        for _ in 0..RACES_MAX {
            if self.store.action(provider, &action_id).await?.is_some() {
                return self.show(person, provider, &action_id, now).await;
            }
            let asking = Asking { person, known: &known, raising };
            let opened = self.opened(&asking, (&action_id, &request), now);
            let (head, post) = Box::pin(opened).await?;
            let saved = SavedAction { before: None, head: &head, post: &post };
            match self.write(person, &saved, Vec::new(), now).await {
                Err(error) if error.is_stale() => {}
                written => {
                    written?;
                    let head = ActionHead { version: 1, ..head };
                    return self.shown(person, head, vec![post]).await;
                }
            }
        }
        Err(ConversationsError::Busy)
    }

    async fn opened(
        &self,
        asking: &Asking<'_>,
        (action_id, request): (&ActionId, &str),
        now: Now,
    ) -> Result<(ActionHead, Post), ConversationsError> {
        let Asking { person, known, raising } = asking;
        let of = known.types.offered().find(|it| it.type_ref == raising.type_ref);
        let of = of.ok_or_else(|| ConversationsError::field("type_ref", "Select a type"))?;
        let (filled, related, team_ref) = self.checked_form(asking, of, now).await?;
        let provider = &known.provider.provider_ref;
        let attachments = self.attached(person, provider, &raising.attachments).await?;
        let with = match raising.to {
            Wanted::Team(_) => Side::Council,
            Wanted::Provider(_) => Side::Provider,
        };
        let head = ActionHead::open(
            Opening {
                action_id: action_id.clone(),
                provider: (provider.clone(), known.provider.name.clone()),
                of,
                filled: &filled,
                related,
                team_ref,
                with,
                by: (person.name(), person.side()),
            },
            now,
        );
        let post = Post {
            n: 1,
            at: now.instant,
            by: person.name().to_owned(),
            staff_ref: person.staff().map(|it| it.staff_ref.clone()),
            side: person.side(),
            text: filled.text,
            attachments,
            change: None,
            request: request.to_owned(),
        };
        Ok((head, post))
    }

    /// What was filled in, what it is about and the team, or all that is wrong with them, in the order of the form.
    async fn checked_form(
        &self,
        asking: &Asking<'_>,
        of: &ActionType,
        now: Now,
    ) -> Result<(Filled, Related, TeamRef), ConversationsError> {
        let Asking { person, known, raising } = asking;
        let (mut wrong, mut related) = (Vec::new(), None);
        match self.about(known, of, &raising.about, now).await {
            Err(ConversationsError::NotFilledIn(problems)) => wrong.extend(problems.fields()),
            found => related = Some(found?),
        }
        let from = raising.fields.get("from_date").and_then(|it| it.trim().parse().ok());
        let cpli = related.as_ref().and_then(|it| it.cpli_id.as_ref());
        let rate = cpli.and_then(|id| known.rate(id, from.unwrap_or(now.date), now));
        let filling = Filling {
            of,
            title: &raising.title,
            text: &raising.text,
            fields: &raising.fields,
            due_on: raising.due_on,
            rate,
        };
        let filled = filling.check(&known.settings.actions, now.date);
        wrong.extend(filled.as_ref().err().into_iter().flat_map(Failure::fields));
        let team = handling(person, known, of, &raising.to);
        wrong.extend(team.as_ref().err().into_iter().flat_map(Failure::fields));
        match (filled, related, team) {
            (Ok(filled), Some(related), Ok(team)) => Ok((filled, related, team)),
            _ => Err(NotFilledIn { fields: wrong }.into()),
        }
    }

    async fn about(
        &self,
        known: &Known,
        of: &ActionType,
        about: &About,
        now: Now,
    ) -> Result<Related, ConversationsError> {
        let kind = about.kind.unwrap_or(RelatedKind::None);
        if !of.related_to.contains(&kind) {
            let message = format!("Select what the {} is about", of.name.to_lowercase());
            return Err(ConversationsError::field("related", message));
        }
        self.related(known, about, now).await
    }
}

/// The team that handles it: one that the council knows; of the council's people, one of their own.
fn handling(
    person: &Person,
    known: &Known,
    of: &ActionType,
    to: &Wanted,
) -> Result<TeamRef, ConversationsError> {
    let own = person.staff().map(|it| it.teams.clone());
    let team = match to {
        Wanted::Team(team) | Wanted::Provider(Some(team)) => team.clone(),
        Wanted::Provider(None) => {
            let own = own.clone().unwrap_or_default();
            let usual = own.iter().find(|it| **it == of.team_ref).or(own.first());
            usual.unwrap_or(&of.team_ref).clone()
        }
    };
    let is_known = known.teams.iter().any(|it| it.team_ref == team);
    if !is_known {
        return Err(ConversationsError::field("team_ref", "Select a team"));
    }
    if own.is_some_and(|own| !own.contains(&team)) {
        return Err(ConversationsError::field("team_ref", "Select one of your teams"));
    }
    if matches!((person, to), (Person::Contact { .. }, Wanted::Provider(_))) {
        return Err(ConversationsError::field("team_ref", "Select a team"));
    }
    Ok(team)
}
