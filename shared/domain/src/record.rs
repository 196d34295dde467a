//! The head of a statement: its lifecycle and the provider's response, one small record.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Now;
use crate::facts::{Confirmation, Contract, Period};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ContractRef, ItemId, ProviderRef};
use crate::item::{HoldBy, Item, ItemStatus};
use crate::settings::{Settings, UnconfirmedAtLock};
use crate::statement::Totals;

/// The longest comment a provider may write, in characters.
pub const COMMENT_LENGTH_MAX: usize = 2_000;

/// What is recorded of one statement beside its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRecord {
    /// Key.
    pub contract_ref: ContractRef,
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// Key.
    pub period_start: NaiveDate,
    /// What the provider said.
    pub response: Response,
    /// Set when the items were fixed.
    pub locked: Option<Locked>,
    /// Set when it was fixed for ever.
    pub finalised: Option<Finalised>,
    /// Counts saves; 0: never saved.
    pub version: u32,
}

/// What a provider said to a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Response {
    /// The contract is paid without.
    NotRequired,
    /// Nothing yet, or the items changed since.
    Unconfirmed {
        /// What was confirmed or rejected before the items changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        superseded_at: Option<DateTime<Utc>>,
    },
    /// Agreed.
    Confirmed(Answer),
    /// Agreed but for some lines.
    ConfirmedWithQueries {
        /// Who, when and what.
        answer: Answer,
        /// The lines in question.
        queries: Vec<LineQuery>,
    },
    /// Not agreed.
    Rejected(Answer),
}

/// Who answered, when, to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The full name of the contact.
    pub by: String,
    /// The email address that the contact signed in with.
    pub by_email: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the contact wrote.
    pub comment: String,
    /// [`crate::statement::Statement::digest`] of what was read.
    pub digest: String,
}

/// One line that a provider questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineQuery {
    /// Which.
    pub item_id: ItemId,
    /// What is wrong with it.
    pub comment: String,
}

/// The items were fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// The job's time.
    pub at: DateTime<Utc>,
    /// Why all of its items are held, if they are.
    pub held: Option<HeldAtLock>,
    /// How many statements in a row, this one included, were unconfirmed when they locked.
    pub unconfirmed_in_a_row: u32,
}

/// Why all items of a locked statement are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldAtLock {
    /// The provider rejected it.
    Rejected,
    /// Too many in a row were unconfirmed, or the council holds every unconfirmed one.
    Unconfirmed,
}

/// The statement was fixed for ever and sent for payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finalised {
    /// `{contract_ref}:{period_start}`: the same whenever and however often the job runs.
    pub run_id: String,
    /// The job's time.
    pub at: DateTime<Utc>,
    /// What it came to.
    pub totals: Totals,
    /// How many lines it has.
    pub lines: u32,
}

/// What a provider sends with a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The full name of the contact.
    pub by: String,
    /// The email address that the contact signed in with.
    pub by_email: String,
    /// What the contact wrote.
    pub comment: String,
    /// The digest of the statement that the contact read.
    pub digest: String,
}

/// What is there to respond to, when the response comes.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its period, for the deadline.
    pub period: &'a Period,
    /// Its digest now.
    pub digest: &'a str,
    /// Its items now.
    pub items: &'a [Item],
    /// Whether it is the open one; a forecast is not.
    pub open: bool,
}

/// Why a response is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotRespond {
    /// Its items differ from those that were read.
    #[error("the statement has changed since you read it: read it again, then respond")]
    Changed,
    /// The confirm-by instant has passed.
    #[error("the time to respond to this statement has passed")]
    Locked,
    /// It is a forecast.
    #[error("this statement is not open yet")]
    NotOpen,
    /// The contract is paid without.
    #[error("this statement is paid without confirmation")]
    NotRequired,
    /// A finalised statement has nothing that its provider's confirmation would release.
    #[error("nothing of this statement is waiting for your confirmation")]
    NothingOutstanding,
    /// A rejection or a query says why.
    #[error("a comment is required")]
    CommentRequired {
        /// The form's field: `comment`, or the line's item id.
        field: String,
    },
    /// A comment is over [`COMMENT_LENGTH_MAX`].
    #[error("a comment is too long")]
    CommentTooLong {
        /// The form's field: `comment`, or the line's item id.
        field: String,
    },
    /// A query names no line.
    #[error("no line was chosen")]
    LineRequired,
    /// A query names a line that the statement does not have, or one line twice.
    #[error("the statement has no such line")]
    LineUnknown(ItemId),
}

impl Failure for CannotRespond {
    fn kind(&self) -> Kind {
        match self {
            Self::Changed
            | Self::Locked
            | Self::NotOpen
            | Self::NotRequired
            | Self::NothingOutstanding => Kind::Conflict,
            Self::CommentRequired { .. }
            | Self::CommentTooLong { .. }
            | Self::LineRequired
            | Self::LineUnknown(_) => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Changed => "statement-changed",
            Self::Locked => "statement-locked",
            Self::NotOpen => "statement-not-open",
            Self::NotRequired => "confirmation-not-required",
            Self::NothingOutstanding => "nothing-outstanding",
            Self::CommentRequired { .. } => "comment-required",
            Self::CommentTooLong { .. } => "comment-too-long",
            Self::LineRequired => "line-required",
            Self::LineUnknown(_) => "line-unknown",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::CommentRequired { field } => {
                vec![FieldError::new(field, "Say what is wrong")]
            }
            Self::CommentTooLong { field } => {
                let message = format!("Use {COMMENT_LENGTH_MAX} characters or fewer");
                vec![FieldError::new(field, message)]
            }
            Self::LineRequired => vec![FieldError::new("lines", "Choose the lines you query")],
            Self::LineUnknown(_) => {
                vec![FieldError::new("lines", "Choose lines of this statement, each once")]
            }
            Self::Changed
            | Self::Locked
            | Self::NotOpen
            | Self::NotRequired
            | Self::NothingOutstanding => Vec::new(),
        }
    }
}

/// What a provider said, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum ResponseState {
    NotRequired,
    Unconfirmed,
    Confirmed,
    ConfirmedWithQueries,
    Rejected,
}

impl Response {
    /// What was said, in a word.
    pub fn state(&self) -> ResponseState {
        match self {
            Self::NotRequired => ResponseState::NotRequired,
            Self::Unconfirmed { .. } => ResponseState::Unconfirmed,
            Self::Confirmed(_) => ResponseState::Confirmed,
            Self::ConfirmedWithQueries { .. } => ResponseState::ConfirmedWithQueries,
            Self::Rejected(_) => ResponseState::Rejected,
        }
    }

    /// The lines in question.
    pub fn queries(&self) -> &[LineQuery] {
        match self {
            Self::ConfirmedWithQueries { queries, .. } => queries,
            Self::NotRequired
            | Self::Unconfirmed { .. }
            | Self::Confirmed(_)
            | Self::Rejected(_) => &[],
        }
    }

    /// The answer given, if any.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::NotRequired | Self::Unconfirmed { .. } => None,
            Self::Confirmed(answer)
            | Self::ConfirmedWithQueries { answer, .. }
            | Self::Rejected(answer) => Some(answer),
        }
    }

    /// Whether the provider was asked and has not answered.
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self, Self::Unconfirmed { .. })
    }

    fn unasked(confirmation: Confirmation) -> Self {
        match confirmation {
            Confirmation::Required => Self::Unconfirmed { superseded_at: None },
            Confirmation::NotRequired => Self::NotRequired,
        }
    }

    /// What it counts for when the statement's digest is `digest` and the contract asks for `confirmation`: an
    /// answer to other items is none.
    #[must_use]
    pub fn effective(&self, confirmation: Confirmation, digest: &str) -> Self {
        match self.answer() {
            Some(answer) if answer.digest == digest => self.clone(),
            Some(answer) if confirmation == Confirmation::Required => {
                Self::Unconfirmed { superseded_at: Some(answer.at) }
            }
            None if self.is_unconfirmed() && confirmation == Confirmation::Required => self.clone(),
            Some(_) | None => Self::unasked(confirmation),
        }
    }
}

impl StatementRecord {
    /// The head of a statement that nobody has responded to.
    pub fn new(contract: &Contract, period_start: NaiveDate) -> Self {
        Self {
            contract_ref: contract.contract_ref.clone(),
            provider_ref: contract.provider_ref.clone(),
            period_start,
            response: Response::unasked(contract.confirmation),
            locked: None,
            finalised: None,
            version: 0,
        }
    }

    /// With an answer to other items taken as none. What has been locked is as it was then.
    #[must_use]
    pub fn effective(self, confirmation: Confirmation, digest: &str) -> Self {
        if self.locked.is_some() {
            return self;
        }
        Self { response: self.response.effective(confirmation, digest), ..self }
    }

    /// The provider agrees. Of a finalised statement it agrees to what was held back, which is then released.
    ///
    /// # Errors
    ///
    /// [`CannotRespond`] says why not.
    pub fn confirm(self, reply: Reply, to: Standing<'_>, now: Now) -> Result<Self, CannotRespond> {
        if self.finalised.is_some() {
            let waits = !matches!(self.response, Response::Confirmed(_));
            if !waits || !to.items.iter().any(waits_for_the_provider) {
                return Err(CannotRespond::NothingOutstanding);
            }
        } else {
            self.may_respond(to, now)?;
        }
        let answer = answer(reply, to, now)?;
        Ok(Self { response: Response::Confirmed(answer), ..self })
    }

    /// The provider does not agree.
    ///
    /// # Errors
    ///
    /// [`CannotRespond`] says why not; the comment must say what is wrong.
    pub fn reject(self, reply: Reply, to: Standing<'_>, now: Now) -> Result<Self, CannotRespond> {
        self.may_respond(to, now)?;
        require_comment(&reply.comment, "comment")?;
        let answer = answer(reply, to, now)?;
        Ok(Self { response: Response::Rejected(answer), ..self })
    }

    /// The provider agrees but for some lines, each with what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`CannotRespond`] says why not.
    pub fn query(
        self,
        reply: Reply,
        lines: Vec<LineQuery>,
        to: Standing<'_>,
        now: Now,
    ) -> Result<Self, CannotRespond> {
        self.may_respond(to, now)?;
        if lines.is_empty() {
            return Err(CannotRespond::LineRequired);
        }
        let answer = answer(reply, to, now)?;
        let mut unqueried: BTreeSet<&ItemId> = to.items.iter().map(|it| &it.item_id).collect();
        let mut queries = Vec::new();
        for LineQuery { item_id, comment } in lines {
            if !unqueried.remove(&item_id) {
                return Err(CannotRespond::LineUnknown(item_id));
            }
            require_comment(&comment, item_id.as_str())?;
            queries.push(LineQuery { comment: bounded(comment, item_id.as_str())?, item_id });
        }
        Ok(Self { response: Response::ConfirmedWithQueries { answer, queries }, ..self })
    }

    fn may_respond(&self, to: Standing<'_>, now: Now) -> Result<(), CannotRespond> {
        if self.locked.is_some() || now.instant >= to.period.confirm_by {
            Err(CannotRespond::Locked)
        } else if !to.open {
            Err(CannotRespond::NotOpen)
        } else if self.response == Response::NotRequired {
            Err(CannotRespond::NotRequired)
        } else {
            Ok(())
        }
    }

    /// Takes back an answer to items that have changed since. None: there is nothing to take back.
    pub fn superseded(&self, confirmation: Confirmation, digest: &str) -> Option<Self> {
        let now = self.clone().effective(confirmation, digest);
        (self.response.answer().is_some() && now.response.answer().is_none()).then_some(now)
    }

    /// The job fixes the items, `items` with digest `digest`, at `at`.
    ///
    /// `unconfirmed_before` is [`unconfirmed_in_a_row`] of the statements before it. A statement without items
    /// asks for no response: it neither counts among the unconfirmed nor ends their row.
    #[must_use]
    pub fn lock(self, fixed: Fixed<'_>, unconfirmed_before: u32, settings: &Settings) -> Self {
        let mut response = self.response.effective(fixed.confirmation, fixed.digest);
        if fixed.items.is_empty() && response.is_unconfirmed() {
            response = Response::NotRequired;
        }
        let unconfirmed_in_a_row =
            if response.is_unconfirmed() { unconfirmed_before.saturating_add(1) } else { 0 };
        let held = match &response {
            Response::Rejected(_) => Some(HeldAtLock::Rejected),
            Response::Unconfirmed { .. } => {
                let too_many = settings.auto_suspend_after > 0
                    && unconfirmed_in_a_row >= settings.auto_suspend_after;
                let hold = too_many || settings.unconfirmed_at_lock == UnconfirmedAtLock::Hold;
                hold.then_some(HeldAtLock::Unconfirmed)
            }
            Response::NotRequired
            | Response::Confirmed(_)
            | Response::ConfirmedWithQueries { .. } => None,
        };
        let locked = Locked { at: fixed.at, held, unconfirmed_in_a_row };
        Self { response, locked: Some(locked), ..self }
    }

    /// The job sends it for payment.
    #[must_use]
    pub fn finalise(self, finalised: Finalised) -> Self {
        Self { finalised: Some(finalised), ..self }
    }
}

impl Finalised {
    /// The name of the run that finalises a statement: the same whenever and however often it runs.
    pub fn run_id(contract_ref: &ContractRef, period_start: NaiveDate) -> String {
        format!("{contract_ref}:{period_start}")
    }
}

/// What the job fixes when it locks a statement.
#[derive(Debug, Clone, Copy)]
pub struct Fixed<'a> {
    /// Whether its contract asks for confirmation.
    pub confirmation: Confirmation,
    /// Its digest.
    pub digest: &'a str,
    /// Its items.
    pub items: &'a [Item],
    /// The job's time.
    pub at: DateTime<Utc>,
}

/// How many statements in a row, up to the one before `period_start`, locked and are still unconfirmed. One
/// that asked for no response neither counts nor ends the row.
pub fn unconfirmed_in_a_row(
    records: &BTreeMap<NaiveDate, StatementRecord>,
    period_start: NaiveDate,
) -> u32 {
    let earlier = records.range(..period_start).rev().map(|(_, record)| record);
    let row = earlier
        .filter(|record| record.locked.is_some() && record.response != Response::NotRequired)
        .take_while(|record| record.response.is_unconfirmed());
    u32::try_from(row.count()).unwrap_or(u32::MAX)
}

/// Whether an item is held until its provider confirms the statement it is in.
pub fn waits_for_the_provider(item: &Item) -> bool {
    let held_by = item.hold.as_ref().map(|hold| hold.by);
    item.status == ItemStatus::Suspended
        && matches!(held_by, Some(HoldBy::Rejection | HoldBy::LineQuery | HoldBy::Unconfirmed))
}

fn answer(reply: Reply, to: Standing<'_>, now: Now) -> Result<Answer, CannotRespond> {
    let Reply { by, by_email, comment, digest } = reply;
    if digest != to.digest {
        return Err(CannotRespond::Changed);
    }
    let comment = bounded(comment, "comment")?;
    Ok(Answer { by, by_email, at: now.instant, comment, digest })
}

fn require_comment(comment: &str, field: &str) -> Result<(), CannotRespond> {
    if comment.trim().is_empty() {
        return Err(CannotRespond::CommentRequired { field: field.to_owned() });
    }
    Ok(())
}

fn bounded(comment: String, field: &str) -> Result<String, CannotRespond> {
    if comment.chars().count() > COMMENT_LENGTH_MAX {
        return Err(CannotRespond::CommentTooLong { field: field.to_owned() });
    }
    Ok(comment)
}
