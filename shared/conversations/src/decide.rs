//! The council accepts or declines what an action proposes.
//!
//! What is accepted is recorded in one transaction with what is to be dropped into the council's inbox; the file
//! follows under the time of the decision, or the next second that is free, and then the record of what is to be
//! dropped goes. Cut off anywhere, the same request or the scheduled job finishes it; nothing is dropped twice,
//! because a file of that name with that content is the one.

use chrono::NaiveDateTime;
use chrono_tz::Europe::London;
use domain::action::{
    ActionHead, CannotAct, Decision, DecisionOutcome, Post, Proposes, checked_text,
};
use domain::clock::Now;
use domain::ids::{ActionId, ProviderRef};
use domain::request_id::RequestId;
use files::{Place, Put, csv};
use store::{AcceptedChange, Action, SavedAction, Store};

use crate::propose::Rows;
use crate::{Conversations, ConversationsError, Person, RACES_MAX, Shown};

/// How the time in a file's name is written.
const FILE_TIME: &str = "%Y%m%dT%H%M%S";
/// How many seconds after a decision it is looked for a name that is free.
const NAMES_MAX: usize = 60;
/// The longest reason, in characters.
const REASON_LENGTH_MAX: usize = 1_000;
/// Larger than any file that is dropped here.
const FILE_BYTES_MAX: usize = 1_000_000;

/// What one of the council's people decides.
#[derive(Debug, Clone)]
pub struct Deciding {
    /// Made by the page, so that a request that comes twice is known.
    pub request_id: RequestId,
    /// What.
    pub verdict: Verdict,
    /// Why; needed to decline.
    pub reason: String,
}

/// What becomes of a proposed change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is made.
    Accept,
    /// It is not.
    Decline,
}

impl Conversations {
    /// The council decides about what an action proposes. The same request again answers what it led to, and finishes
    /// what was cut off.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`]; [`ConversationsError::NotAllowed`]; [`ConversationsError::NotFilledIn`] without
    /// a reason; [`ConversationsError::CannotAct`] if somebody decided it or marked it as done meanwhile;
    /// [`ConversationsError::NotAcceptable`] if the change cannot be made.
    pub async fn decide(
        &self,
        person: &Person,
        (provider, action): (&ProviderRef, &ActionId),
        deciding: &Deciding,
        now: Now,
    ) -> Result<Shown, ConversationsError> {
        let request = deciding.request_id.of(person.account());
        for _ in 0..RACES_MAX {
            let (head, posts) = self.read_for(person, (provider, action), &request).await?;
            if posts.iter().any(|post| post.request == request) {
                self.drop_file(provider, action).await?;
                return self.show(person, provider, action, now).await;
            }
            if !person.may_decide(&head.line.team_ref) {
                return Err(ConversationsError::NotAllowed);
            }
            match Box::pin(self.decided(person, head, (deciding, &request), now)).await {
                Err(error) if error.is_stale() => {}
                decided => {
                    decided?;
                    self.drop_file(provider, action).await?;
                    return self.show(person, provider, action, now).await;
                }
            }
        }
        Err(ConversationsError::Busy)
    }

    async fn decided(
        &self,
        person: &Person,
        head: ActionHead,
        (deciding, request): (&Deciding, &str),
        now: Now,
    ) -> Result<(), ConversationsError> {
        head.can_decide()?;
        let reason = checked_text("reason", &deciding.reason, REASON_LENGTH_MAX);
        let reason = reason.map_err(|it| ConversationsError::field(&it.field, it.message))?;
        let (outcome, change) = match deciding.verdict {
            Verdict::Decline if reason.is_empty() => {
                return Err(ConversationsError::field(
                    "reason",
                    "Enter why you decline the change",
                ));
            }
            Verdict::Decline => (DecisionOutcome::Declined, None),
            Verdict::Accept => {
                let change = self.acceptable(&head, now).await?;
                (DecisionOutcome::Accepted, Some(change))
            }
        };
        let staff = person.staff().ok_or(ConversationsError::NotAllowed)?;
        let line = line(&head, outcome);
        let decision = Decision {
            outcome,
            at: now.instant,
            by: staff.name.clone(),
            staff_ref: staff.staff_ref.clone(),
            reason: Some(reason.clone()).filter(|it| !it.is_empty()),
            line: line.clone(),
            file: change.as_ref().map(file_name),
        };
        let before = head.line.clone();
        let head = head.decide(decision, now)?;
        let post = Post {
            n: head.posts,
            at: now.instant,
            by: staff.name.clone(),
            staff_ref: Some(staff.staff_ref.clone()),
            side: person.side(),
            text: reason,
            attachments: Vec::new(),
            change: Some(line),
            request: request.to_owned(),
        };
        let saved = SavedAction { before: Some(&before), head: &head, post: &post };
        let beside: Vec<Action> = change.iter().map(Store::accepted_action).collect();
        self.write(person, &saved, beside, now).await
    }

    /// The file that makes what is proposed, if that can be made now.
    async fn acceptable(
        &self,
        head: &ActionHead,
        now: Now,
    ) -> Result<AcceptedChange, ConversationsError> {
        let proposal = self.proposal(head, now).await?.ok_or(CannotAct::NothingProposed)?;
        if let Some(why) = proposal.why_not {
            return Err(ConversationsError::NotAcceptable(why));
        }
        let Rows { feed, headings, cells } = proposal.file.ok_or(CannotAct::NothingProposed)?;
        let csv = csv::write_plain(headings, &cells)?;
        let csv = String::from_utf8_lossy(&csv).into_owned();
        let local = now.instant.with_timezone(&London).naive_local();
        let (provider_ref, action_id) =
            (head.line.provider_ref.clone(), head.line.action_id.clone());
        let time = local.format(FILE_TIME).to_string();
        let feed = feed.to_owned();
        Ok(AcceptedChange { provider_ref, action_id, feed, time, csv, version: 0 })
    }

    /// Drops the file of an accepted change, if that is still to be done.
    async fn drop_file(
        &self,
        provider: &ProviderRef,
        action: &ActionId,
    ) -> Result<(), ConversationsError> {
        for _ in 0..RACES_MAX {
            let Some(change) = self.store.accepted_change(provider, action).await? else {
                return Ok(());
            };
            let head = self.store.action(provider, action).await?;
            let mut head = head.ok_or(ConversationsError::NotFound)?;
            let name = self.dropped(change.clone()).await?;
            if let Some(decision) = &mut head.decision {
                decision.file = Some(name);
            }
            match self.store.change_dropped(&head, &change).await {
                Err(error) if error.is_stale() => {}
                written => return Ok(written?),
            }
        }
        Err(ConversationsError::Busy)
    }

    /// Puts the file under the first name that is free, or finds it there; gives the name.
    async fn dropped(&self, mut change: AcceptedChange) -> Result<String, ConversationsError> {
        for _ in 0..NAMES_MAX {
            let name = file_name(&change);
            let place = Place::council_inbox(&name);
            if self.objects.put_if_absent(&place, change.csv.as_bytes()).await? == Put::Written {
                cloud::tracing::info!(file = name, action = %change.action_id, "change dropped");
                return Ok(name);
            }
            let there = self.objects.get(&place, FILE_BYTES_MAX).await;
            if there.is_ok_and(|it| it.is_some_and(|it| it.bytes == change.csv.as_bytes())) {
                return Ok(name);
            }
            change.time = next_second(&change.time).ok_or(ConversationsError::Busy)?;
        }
        Err(ConversationsError::Busy)
    }

    /// Drops the files of accepted changes that were cut off. Gives how many.
    ///
    /// # Errors
    ///
    /// [`ConversationsError`] if the table or a bucket does not answer: the next run goes on.
    pub async fn finish(&self) -> Result<usize, ConversationsError> {
        let changes = self.store.accepted_changes().await?;
        for change in &changes {
            self.drop_file(&change.provider_ref, &change.action_id).await?;
        }
        Ok(changes.len())
    }
}

fn file_name(change: &AcceptedChange) -> String {
    format!("{}_{}.csv", change.feed, change.time)
}

fn next_second(time: &str) -> Option<String> {
    let time = NaiveDateTime::parse_from_str(time, FILE_TIME).ok()?;
    let next = time.checked_add_signed(chrono::TimeDelta::seconds(1))?;
    Some(next.format(FILE_TIME).to_string())
}

/// What was decided, as the provider reads it.
fn line(head: &ActionHead, outcome: DecisionOutcome) -> String {
    let value = |field: &str| {
        head.details.iter().find(|it| it.field == field).map_or("", |it| it.shown.as_str())
    };
    let what = match head.proposes {
        Some(Proposes::Death) => format!("Date of death {}", value("date_of_death")),
        Some(Proposes::PackageEnded) => format!("End date {}", value("end_date")),
        Some(Proposes::Variation) => {
            format!("Variation from {} to {}", value("from_date"), value("to_date"))
        }
        None => "Change".to_owned(),
    };
    match outcome {
        DecisionOutcome::Accepted => format!("{what}: accepted"),
        DecisionOutcome::Declined => format!("{what}: declined"),
    }
}
