//! Who is told of what happened in an action: the provider's contacts, of what the council did.

use domain::action::{ActionHead, DecisionOutcome, Post, Side};
use domain::clock::Now;
use domain::permission::Permission;
use messages::templates::{self, AboutAction, ActionNews};
use messages::{Letter, Letterhead};
use store::{Action, EMAILS_MAX, MailMessage, OutboxEmail, OutboxId, SavedAction, Store};

use crate::{Conversations, ConversationsError, Person};

/// What is written with an action to tell of it.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) actions: Vec<Action>,
    pub(crate) emails: Vec<OutboxId>,
}

impl Conversations {
    /// The emails that tell of what somebody did.
    pub(crate) async fn told(
        &self,
        person: &Person,
        saved: &SavedAction<'_>,
        now: Now,
    ) -> Result<Told, ConversationsError> {
        let SavedAction { head, post, .. } = saved;
        if person.side() == Side::Provider {
            return Ok(Told::default());
        }
        let provider = &head.line.provider_ref;
        let to = self.store.contacts_who_may(provider, Permission::Act, EMAILS_MAX).await?;
        if to.is_empty() {
            return Ok(Told::default());
        }
        let letter = self.letter(head, post).await?;
        let mut told = Told::default();
        for to in to {
            let email = email(head, post, &letter, &to, now);
            told.emails.push(email.outbox_id.clone());
            told.actions.extend(Store::outbox_actions(email));
        }
        Ok(told)
    }

    async fn letter(&self, head: &ActionHead, post: &Post) -> Result<Letter, ConversationsError> {
        let settings = self.store.settings().await?;
        let letterhead = Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?.trim_end_matches('/'),
        };
        let about = AboutAction {
            action_id: head.line.action_id.as_str(),
            type_name: &head.line.type_name,
            provider_name: &head.line.provider_name,
            due_on: head.line.due_on,
        };
        Ok(templates::action(&letterhead, &about, news(head, post)))
    }

    /// Tells the mail queue of what was written. A sweep finds what this does not reach.
    pub(crate) async fn tell(&self, emails: &[OutboxId]) {
        let messages: Vec<_> =
            emails.iter().map(|id| MailMessage { outbox_id: id.clone() }).collect();
        if !messages.is_empty() && self.mail_queue.send_all(&messages).await.is_err() {
            cloud::tracing::warn!("the mail queue was not told, the sweep will");
        }
    }
}

/// What happened.
fn news(head: &ActionHead, post: &Post) -> ActionNews {
    let decided = head.decision.as_ref().filter(|it| it.at == post.at);
    match (decided.map(|it| it.outcome), head.line.done_at) {
        (Some(DecisionOutcome::Accepted), _) => ActionNews::Accepted,
        (Some(DecisionOutcome::Declined), _) => ActionNews::Declined,
        (None, Some(_)) => ActionNews::Completed,
        (None, None) if post.n == 1 => ActionNews::Raised,
        (None, None) if post.change.as_deref() == Some("Reopened") => ActionNews::Reopened,
        (None, None) => ActionNews::Answered { waits: head.line.with == Side::Provider },
    }
}

fn email(head: &ActionHead, post: &Post, letter: &Letter, to: &str, now: Now) -> OutboxEmail {
    let (id, n) = (head.line.action_id.as_str(), post.n.to_string());
    OutboxEmail {
        outbox_id: OutboxId::of(&["action", head.line.provider_ref.as_str(), id, &n, to]),
        to: to.to_owned(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
        html: letter.html.clone(),
        secret: false,
        useful_until: None,
        created_at: now.instant,
    }
}
