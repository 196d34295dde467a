//! Who is told of what happened in an action: a provider's contacts, at once of what the council did, and daily of all.

use domain::action::{ActionHead, DecisionOutcome, Post, Side};
use domain::clock::Now;
use domain::notice::{Happening, Subscription};
use domain::permission::Permission;
use messages::templates::{self, AboutAction, ActionNews};
use notices::{Notice, Notices};
use store::{SavedAction, Telling};

use crate::{Conversations, ConversationsError, Person};

/// What happened.
#[derive(Debug, Clone, Copy)]
enum Event {
    Raised,
    Answered,
    Done,
    Reopened,
    Decided(DecisionOutcome),
}

impl Conversations {
    /// What tells of what somebody did, to be written with it.
    pub(crate) async fn told(
        &self,
        person: &Person,
        saved: &SavedAction<'_>,
        now: Now,
    ) -> Result<Telling, ConversationsError> {
        let SavedAction { before, head, post } = saved;
        let line = &head.line;
        let event = if before.is_none() { Event::Raised } else { Event::of(head, post) };
        let n = post.n.to_string();
        let id = format!("{}.{n}", line.action_id);
        let news = Notices::news(&line.provider_ref, event.happening(), &id, now);
        if person.side() == Side::Provider {
            return Ok(news);
        }
        let notice = Notice {
            provider: &line.provider_ref,
            may: Permission::Act,
            what: Subscription::ImmediateActions,
            event: &["action", line.provider_ref.as_str(), line.action_id.as_str(), &n],
            but: None,
        };
        let about = AboutAction {
            action_id: line.action_id.as_str(),
            type_name: &line.type_name,
            provider_name: &line.provider_name,
            due_on: line.due_on,
        };
        let letter = event.letter(line.with == Side::Provider);
        let at_once = self
            .notices
            .at_once(&notice, now, |letterhead| templates::action(letterhead, &about, letter));
        Ok(at_once.await?.and(news))
    }
}

impl Event {
    /// What a post after the first did.
    fn of(head: &ActionHead, post: &Post) -> Self {
        let decided = head.decision.as_ref().filter(|it| it.at == post.at);
        let reopened = post.change.as_deref() == Some(crate::answer::REOPENED);
        match (decided.map(|it| it.outcome), head.line.done_at) {
            (Some(outcome), Some(_)) => Self::Decided(outcome),
            (_, Some(_)) => Self::Done,
            (_, None) if reopened => Self::Reopened,
            (_, None) => Self::Answered,
        }
    }

    fn happening(self) -> Happening {
        match self {
            Self::Raised => Happening::ActionOpened,
            Self::Answered => Happening::ActionAnswered,
            Self::Done | Self::Decided(_) => Happening::ActionDone,
            Self::Reopened => Happening::ActionReopened,
        }
    }

    fn letter(self, waits: bool) -> ActionNews {
        match self {
            Self::Raised if waits => ActionNews::Raised,
            Self::Raised => ActionNews::Recorded,
            Self::Answered => ActionNews::Answered { waits },
            Self::Done => ActionNews::Done,
            Self::Reopened => ActionNews::Reopened,
            Self::Decided(DecisionOutcome::Accepted) => ActionNews::Accepted,
            Self::Decided(DecisionOutcome::Declined) => ActionNews::Declined,
        }
    }
}
