//! The head of a statement: its lifecycle and the provider's response, one small record.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::authorising::Authorised;
use crate::clock::Now;
use crate::facts::{Confirmation, Contract, Period};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ContractRef, ItemId, ProviderRef};
use crate::item::{HoldBy, Item, ItemStatus};
use crate::remittance_note::FixedNote;
use crate::settings::{Settings, UnconfirmedAtLock};
use crate::statement::Totals;

/// The longest comment a provider may write, in characters.
pub const COMMENT_LENGTH_MAX: usize = 2_000;

/// The most that all queries of a statement may take, in bytes: a record of the table holds 400 KB.
const QUERIES_BYTES_MAX: usize = 300_000;

/// What one query takes beside its comment, in bytes: its line's id and the names of both.
const QUERY_BYTES: usize = 60;

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
    /// Set when one of the council's people agreed that its items are paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<Authorised>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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
    /// What the council had written at its foot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<FixedNote>,
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
    #[error("The statement has changed since you read it. Read it again, then respond.")]
    Changed,
    /// The confirm-by instant has passed.
    #[error(
        "The time to respond to this statement has passed. If it is held, you can confirm it when it is finalised."
    )]
    Locked,
    /// It is a forecast.
    #[error(
        "This statement is not open yet. You can respond to it when the one before it is locked."
    )]
    NotOpen,
    /// The contract is paid without.
    #[error("This statement is paid without confirmation. You need not do anything.")]
    NotRequired,
    /// A finalised statement has nothing that its provider's confirmation would release.
    #[error(
        "Nothing of this statement is waiting for your confirmation. You need not do anything."
    )]
    NothingOutstanding,
    /// A rejection or a query says why.
    #[error("Say what is wrong in a comment.")]
    CommentRequired {
        /// The form's field: `comment`, or the line's item id.
        field: String,
    },
    /// A comment is over [`COMMENT_LENGTH_MAX`].
    #[error("A comment is too long. Use {COMMENT_LENGTH_MAX} characters or fewer.")]
    CommentTooLong {
        /// The form's field: `comment`, or the line's item id.
        field: String,
    },
    /// All comments of a query together are more than is kept.
    #[error("the comments are too long together: shorten them, or reject the statement")]
    TooMuchQueried,
    /// A query names no line.
    #[error("Choose the lines that you query.")]
    LineRequired,
    /// A query names a line that the statement does not have, or one line twice.
    #[error(
        "The statement has no such line, or it was chosen twice. Read the statement again, then choose."
    )]
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
            | Self::TooMuchQueried
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
            Self::TooMuchQueried => "too-much-queried",
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
            Self::TooMuchQueried => {
                let message = "Shorten the comments, or reject the statement with one comment";
                vec![FieldError::new("lines", message)]
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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
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
            response: Response::unasked(contract.asks()),
            locked: None,
            authorised: None,
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
        let bytes = queries.iter().map(|query| query.comment.len().saturating_add(QUERY_BYTES));
        if bytes.sum::<usize>() > QUERIES_BYTES_MAX {
            return Err(CannotRespond::TooMuchQueried);
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

    /// What somebody sees of it who is only paid part of it: how far it is and what was answered, and nothing of
    /// who answered, what was written, and what others are paid.
    #[must_use]
    pub fn for_payee(self, totals: Totals, lines: u32) -> Self {
        let finalised = self.finalised.map(|it| Finalised { totals, lines, ..it });
        let quiet = |answer: Answer| Answer {
            by: String::new(),
            by_email: String::new(),
            comment: String::new(),
            ..answer
        };
        let response = match self.response {
            Response::NotRequired | Response::Unconfirmed { .. } => self.response,
            Response::Confirmed(answer) => Response::Confirmed(quiet(answer)),
            Response::ConfirmedWithQueries { answer, .. } => {
                Response::ConfirmedWithQueries { answer: quiet(answer), queries: Vec::new() }
            }
            Response::Rejected(answer) => Response::Rejected(quiet(answer)),
        };
        Self { response, authorised: None, finalised, ..self }
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

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;
    use crate::facts::{PaymentMethod, VatCategory};
    use crate::item::{Basis, Hold, ItemKind, Label, Subject};
    use crate::money::Money;

    const DIGEST: &str = "d1";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract() -> Contract {
        Contract {
            contract_ref: "C3001".parse().unwrap(),
            provider_ref: "P1001".parse().unwrap(),
            name: "Lake House".to_owned(),
            payment_method: PaymentMethod::Scheduled,
            cycle_ref: "28DAY".parse().unwrap(),
            vat: VatCategory::Exempt,
            confirmation: Confirmation::Required,
            grace_days: 0,
            document_gate: false,
            portal_from: day("2022-09-05"),
        }
    }

    fn period() -> Period {
        Period {
            cycle_ref: "28DAY".parse().unwrap(),
            start_date: day("2022-10-31"),
            end_date: day("2022-11-27"),
            confirm_by: "2022-11-24T17:00:00Z".parse().unwrap(),
            finalise_at: "2022-11-25T09:00:00Z".parse().unwrap(),
            pay_date: day("2022-11-28"),
        }
    }

    fn item(id: &str, hold: Option<HoldBy>) -> Item {
        let amount = Money::from_pence(346_184);
        Item {
            item_id: id.parse().unwrap(),
            kind: ItemKind::Manual,
            correction: None,
            subject: Subject::Void("S1".parse().unwrap()),
            payee: "P1001".parse().unwrap(),
            period_start: day("2022-10-31"),
            service_from: day("2022-10-31"),
            service_to: day("2022-11-27"),
            days: 28,
            basis: Basis::Manual { whole: amount, part: 0, parts: 1 },
            label: Label::default(),
            amount,
            status: if hold.is_some() { ItemStatus::Suspended } else { ItemStatus::Payable },
            hold: hold.map(|by| Hold { by, reason: "Held".to_owned() }),
            cause: None,
            reverses: None,
            reverses_period: None,
            carried_from: None,
            carried_from_period: None,
        }
    }

    fn fresh() -> StatementRecord {
        StatementRecord::new(&contract(), day("2022-10-31"))
    }

    fn now() -> Now {
        Now::at("2022-11-20T10:00:00Z".parse().unwrap())
    }

    fn reply(comment: &str) -> Reply {
        Reply {
            by: "Ada Brome".to_owned(),
            by_email: "ada@lakehouse.example".to_owned(),
            comment: comment.to_owned(),
            digest: DIGEST.to_owned(),
        }
    }

    fn about(line: &str, comment: &str) -> LineQuery {
        LineQuery { item_id: line.parse().unwrap(), comment: comment.to_owned() }
    }

    /// An open statement of two lines.
    struct Open {
        period: Period,
        items: Vec<Item>,
    }

    impl Open {
        fn new() -> Self {
            Self { period: period(), items: vec![item("I1", None), item("I2", None)] }
        }

        fn standing(&self) -> Standing<'_> {
            Standing { period: &self.period, digest: DIGEST, items: &self.items, open: true }
        }
    }

    fn locked(record: StatementRecord, before: u32) -> StatementRecord {
        let open = Open::new();
        let fixed = Fixed {
            confirmation: Confirmation::Required,
            digest: DIGEST,
            items: &open.items,
            at: period().confirm_by,
        };
        record.lock(fixed, before, &Settings::default())
    }

    #[test]
    fn a_provider_may_change_its_mind_until_the_deadline_and_not_after_it() {
        let open = Open::new();
        let confirmed = fresh().confirm(reply(""), open.standing(), now()).unwrap();
        let rejected = confirmed.reject(reply("Wrong"), open.standing(), now()).unwrap();
        assert!(
            matches!(&rejected.response, Response::Rejected(answer) if answer.by == "Ada Brome")
        );
        let late = Now::at(period().confirm_by);
        let refused = rejected.confirm(reply(""), open.standing(), late);
        assert_eq!(refused.unwrap_err(), CannotRespond::Locked);
    }

    #[test]
    fn what_the_job_locked_stays_locked_whatever_the_clock_says() {
        let open = Open::new();
        let refused = locked(fresh(), 0).confirm(reply(""), open.standing(), now());
        assert_eq!(refused.unwrap_err().code(), "statement-locked");
    }

    #[test]
    fn who_read_other_items_is_refused() {
        let open = Open::new();
        let other = Reply { digest: "d0".to_owned(), ..reply("Wrong") };
        let refused = fresh().reject(other, open.standing(), now()).unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("statement-changed", Kind::Conflict));
    }

    #[test]
    fn what_is_queried_is_no_more_than_a_record_holds() {
        let ids: Vec<_> = (0..200).map(|n| format!("I{n}")).collect();
        let items = ids.iter().map(|id| item(id, None)).collect();
        let open = Open { items, ..Open::new() };
        let query = |comment: &str| {
            let lines = ids.iter().map(|id| about(id, comment)).collect();
            fresh().query(reply(""), lines, open.standing(), now())
        };
        let fits = QUERIES_BYTES_MAX.div_euclid(ids.len()).saturating_sub(QUERY_BYTES);
        query(&"x".repeat(fits)).unwrap();
        let one_more = query(&"x".repeat(fits.saturating_add(1))).unwrap_err();
        assert_eq!(one_more, CannotRespond::TooMuchQueried);
        let too_much = query(&"x".repeat(COMMENT_LENGTH_MAX)).unwrap_err();
        assert_eq!(too_much, CannotRespond::TooMuchQueried);
    }

    #[test]
    fn a_rejection_and_a_query_say_what_is_wrong() {
        let open = Open::new();
        let field = |refused: CannotRespond| (refused.code(), refused.fields()[0].field.clone());
        let refused = fresh().reject(reply("  "), open.standing(), now()).unwrap_err();
        assert_eq!(field(refused), ("comment-required", "comment".to_owned()));
        let query = |lines| fresh().query(reply(""), lines, open.standing(), now());
        let refused = query(vec![about("I1", " ")]).unwrap_err();
        assert_eq!(field(refused), ("comment-required", "I1".to_owned()));
        assert_eq!(field(query(Vec::new()).unwrap_err()).0, "line-required");
        assert_eq!(field(query(vec![about("I9", "?")]).unwrap_err()).0, "line-unknown");
        let twice = vec![about("I1", "Too much"), about("I1", "Too little")];
        assert_eq!(field(query(twice).unwrap_err()).0, "line-unknown");
        let queried = query(vec![about("I2", "Two weeks only")]).unwrap();
        assert!(matches!(queried.response, Response::ConfirmedWithQueries { .. }));
    }

    #[test]
    fn a_comment_has_a_limit_in_characters() {
        let open = Open::new();
        let confirm = |comment: &str| fresh().confirm(reply(comment), open.standing(), now()).err();
        assert_eq!(confirm(&"é".repeat(COMMENT_LENGTH_MAX)), None);
        let refused = confirm(&"é".repeat(COMMENT_LENGTH_MAX.saturating_add(1))).unwrap();
        assert_eq!(refused.code(), "comment-too-long");
    }

    #[test]
    fn a_forecast_and_a_statement_that_needs_no_confirmation_take_no_response() {
        let open = Open::new();
        let forecast = Standing { open: false, ..open.standing() };
        let refused = fresh().confirm(reply(""), forecast, now()).unwrap_err();
        assert_eq!(refused.code(), "statement-not-open");
        let not_asked = Contract { confirmation: Confirmation::NotRequired, ..contract() };
        let record = StatementRecord::new(&not_asked, day("2022-10-31"));
        let refused = record.confirm(reply(""), open.standing(), now()).unwrap_err();
        assert_eq!(refused.code(), "confirmation-not-required");
    }

    #[test]
    fn an_answer_to_other_items_counts_as_none() {
        let open = Open::new();
        let confirmed = fresh().confirm(reply(""), open.standing(), now()).unwrap();
        let required = Confirmation::Required;
        assert_eq!(confirmed.superseded(required, DIGEST), None);
        let superseded = confirmed.superseded(required, "d2").unwrap();
        let at = Some(now().instant);
        assert_eq!(superseded.response, Response::Unconfirmed { superseded_at: at });
        assert_eq!(superseded.superseded(required, "d3"), None, "it is told once");
        let not_asked = confirmed.effective(Confirmation::NotRequired, "d2");
        assert_eq!(not_asked.response, Response::NotRequired);
    }

    #[test]
    fn the_lock_holds_what_was_rejected_and_what_is_unconfirmed_too_often() {
        let open = Open::new();
        let why = |record: StatementRecord, before| locked(record, before).locked.unwrap().held;
        let rejected = fresh().reject(reply("Wrong"), open.standing(), now()).unwrap();
        assert_eq!(why(rejected, 0), Some(HeldAtLock::Rejected));
        let confirmed = fresh().confirm(reply(""), open.standing(), now()).unwrap();
        assert_eq!(why(confirmed, 5), None);
        let unconfirmed = [0, 1, 2, 3].map(|before| why(fresh(), before));
        let unconfirmed_held = Some(HeldAtLock::Unconfirmed);
        assert_eq!(unconfirmed, [None, None, unconfirmed_held, unconfirmed_held]);
    }

    #[test]
    fn a_council_may_hold_every_unconfirmed_statement_or_never_count_them() {
        let open = Open::new();
        let fixed = Fixed {
            confirmation: Confirmation::Required,
            digest: DIGEST,
            items: &open.items,
            at: period().confirm_by,
        };
        let why = |settings: &Settings, before| {
            fresh().lock(fixed, before, settings).locked.unwrap().held
        };
        let holding =
            Settings { unconfirmed_at_lock: UnconfirmedAtLock::Hold, ..Settings::default() };
        assert_eq!(why(&holding, 0), Some(HeldAtLock::Unconfirmed));
        let never = Settings { auto_suspend_after: 0, ..Settings::default() };
        assert_eq!(why(&never, 9), None);
    }

    #[test]
    fn a_confirmation_ends_the_row_and_a_statement_without_items_neither_counts_nor_ends_it() {
        let open = Open::new();
        let at = |start: &str, record: StatementRecord| {
            let period_start = day(start);
            (period_start, StatementRecord { period_start, ..record })
        };
        let nothing = Fixed {
            confirmation: Confirmation::Required,
            digest: DIGEST,
            items: &[],
            at: period().confirm_by,
        };
        let empty = fresh().lock(nothing, 1, &Settings::default());
        let mut records = BTreeMap::from([
            at("2022-09-05", locked(fresh(), 0)),
            at("2022-10-03", empty),
            at("2022-10-31", locked(fresh(), 1)),
            at("2022-11-28", fresh()),
        ]);
        assert_eq!(unconfirmed_in_a_row(&records, day("2022-11-28")), 2);
        assert_eq!(unconfirmed_in_a_row(&records, day("2022-10-31")), 1);
        let confirmed = fresh().confirm(reply(""), open.standing(), now()).unwrap();
        records.extend([at("2022-10-31", locked(confirmed, 1))]);
        assert_eq!(unconfirmed_in_a_row(&records, day("2022-11-28")), 0);
        let before = day("2022-11-28").checked_sub_days(Days::new(40)).unwrap();
        assert_eq!(unconfirmed_in_a_row(&records, before), 1);
    }

    #[test]
    fn a_finalised_statement_can_be_confirmed_while_it_has_items_that_wait_for_it() {
        let totals = Totals { total: Money::ZERO, payable: Money::ZERO, non_payable: Money::ZERO };
        let contract_ref = contract().contract_ref;
        let run_id = Finalised::run_id(&contract_ref, day("2022-10-31"));
        assert_eq!(run_id, "C3001:2022-10-31");
        let finalised =
            Finalised { run_id, at: period().finalise_at, totals, lines: 2, notes: Vec::new() };
        let record = locked(fresh(), 2).finalise(finalised);
        let confirm = |hold| {
            let mut open = Open::new();
            open.items = vec![item("I1", hold)];
            let later = Now::at("2023-03-01T09:00:00Z".parse().unwrap());
            record.clone().confirm(reply(""), open.standing(), later)
        };
        assert!(matches!(
            confirm(Some(HoldBy::Unconfirmed)).unwrap().response,
            Response::Confirmed(_)
        ));
        for hold in [None, Some(HoldBy::Directive)] {
            assert_eq!(confirm(hold).unwrap_err(), CannotRespond::NothingOutstanding);
        }
    }
}
