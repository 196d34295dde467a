//! One action, as somebody reads it.

use domain::action::{ActionHead, Post};
use domain::clock::Now;
use domain::facts::Team;
use domain::ids::{ActionId, ProviderRef};

use crate::subject::{all_teams, team_name};
use crate::{Conversations, ConversationsError, Person};

/// One action with what was said, and what this person may do with it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a person may do")]
pub struct Shown {
    /// The action.
    pub head: ActionHead,
    /// What was said, oldest first.
    pub posts: Vec<Post>,
    /// The council's teams.
    pub teams: Vec<Team>,
    /// How many characters a post may have.
    pub text_length_max: usize,
    /// Whether they may reply.
    pub can_reply: bool,
    /// Whether they may complete it.
    pub can_complete: bool,
    /// Whether they may reopen it.
    pub can_reopen: bool,
    /// Whether they may accept or decline what it proposes.
    pub can_decide: bool,
}

impl Shown {
    /// With whom it is, in words: a team's name or the provider's.
    pub fn team_name(&self) -> String {
        team_name(&self.teams, &self.head.line.team_ref)
    }
}

impl Conversations {
    /// One action with what was said.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`] of no action that this person may see.
    pub async fn show(
        &self,
        person: &Person,
        provider: &ProviderRef,
        action: &ActionId,
        _now: Now,
    ) -> Result<Shown, ConversationsError> {
        let (head, posts) = self.read(person, provider, action).await?;
        self.shown(person, head, posts).await
    }

    /// An action that somebody may see.
    pub(crate) async fn read(
        &self,
        person: &Person,
        provider: &ProviderRef,
        action: &ActionId,
    ) -> Result<(ActionHead, Vec<Post>), ConversationsError> {
        self.read_for(person, (provider, action), "").await
    }

    /// An action that somebody may see, or that they passed to others with this very `request`.
    ///
    /// The head is read first: whoever is faster meanwhile changes its version, so that nothing is written upon posts
    /// that are older than it.
    pub(crate) async fn read_for(
        &self,
        person: &Person,
        (provider, action): (&ProviderRef, &ActionId),
        request: &str,
    ) -> Result<(ActionHead, Vec<Post>), ConversationsError> {
        let head = self.store.action(provider, action).await?;
        let head = head.ok_or(ConversationsError::NotFound)?;
        let posts = self.store.action_posts(provider, action).await?;
        let theirs = !request.is_empty() && posts.iter().any(|post| post.request == request);
        if person.may_see(&head) || theirs {
            Ok((head, posts))
        } else {
            Err(ConversationsError::NotFound)
        }
    }

    /// What was read, for this person.
    pub(crate) async fn shown(
        &self,
        person: &Person,
        head: ActionHead,
        posts: Vec<Post>,
    ) -> Result<Shown, ConversationsError> {
        let (teams, types, settings) =
            tokio::try_join!(self.store.teams(), self.store.action_types(), self.store.settings())?;
        let may = person.may_answer(&head.line.team_ref);
        let open = head.line.done_at.is_none();
        Ok(Shown {
            can_reply: may && open,
            can_complete: may && open && head.may_complete(person.side()),
            can_reopen: may && !open,
            can_decide: person.may_decide(&head.line.team_ref) && head.can_decide().is_ok(),
            teams: all_teams(teams, &types),
            text_length_max: settings.actions.text_length(),
            head,
            posts,
        })
    }
}
