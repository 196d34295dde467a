//! The rules of a row, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days as Span, NaiveDate};
use rust_decimal::Decimal;

use super::fields::{DECIMALS_MAX, Reading, date};
use super::line::quantity_text;
use super::problem::{FileProblem, Finding, RowProblem, Warning};
use super::seen::Seen;
use super::subject::{Known, Subject};
use super::{Column, Headings, Policy, Row, Week, planned};
use crate::entitlement::{Days, active_days};
use crate::facts::Unit;
use crate::ids::CpliId;
use crate::money::{Money, MoneyError};

/// The longest reference of a file and of a line.
const REFERENCE_CHARACTERS_MAX: usize = 35;
/// The longest comment.
const COMMENT_CHARACTERS_MAX: usize = 500;
/// How many references of a file it may carry: each is looked up.
const FILE_REFERENCES_MAX: usize = 100;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be applied, unless [`Checker::finish`] says that it was repeated.
    Accepted(Box<Accepted>),
    /// It may not.
    Rejected(Rejected),
}

/// A row that may be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// As a spreadsheet numbers it.
    pub row: u32,
    /// Key, first part.
    pub cpli_id: CpliId,
    /// Key, second part.
    pub week_start: NaiveDate,
    /// What was planned.
    pub planned: Decimal,
    /// What was delivered.
    pub week: Week,
    /// What is counted.
    pub unit: Unit,
    /// What it does to what is recorded.
    pub change: Change,
    /// How many units are paid for beyond what was commissioned, if more than is tolerated: held until the council agrees.
    pub over: Option<Decimal>,
    /// Whether its period is closed, so that it becomes an adjustment.
    pub late: bool,
    /// What is owed for the week.
    pub owed: Money,
    /// What applying it adds to what is owed; negative: takes away.
    pub adds: Money,
    /// Whether the client's name is not as the council has it.
    pub name_differs: bool,
    /// The provider's own reference of the line.
    pub line_ref: Option<String>,
}

/// What a row does to what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing was recorded.
    New,
    /// Something else was recorded.
    Changed {
        /// What.
        old: Box<Week>,
    },
    /// The same was recorded.
    Unchanged,
}

/// A row that may not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// As a spreadsheet numbers it.
    pub row: u32,
    /// Each cell to be mended, all at once.
    pub findings: Vec<Finding>,
}

/// A row that a later one repeated: it may not be applied either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// As a spreadsheet numbers it.
    pub row: u32,
    /// E24, with the number of the later row.
    pub finding: Finding,
}

/// What a whole file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What may be applied, by row.
    pub accepted: Vec<Accepted>,
    /// What may not, by row.
    pub rejected: Vec<Rejected>,
    /// The provider's references of the file: one that was seen before makes it a duplicate (F01).
    pub file_references: BTreeSet<String>,
}

/// Checks the rows of a file as they are read.
#[derive(Debug)]
pub struct Checker<'k> {
    provider_ref: &'k str,
    policy: &'k Policy,
    today: NaiveDate,
    headings: Headings,
    /// By id.
    subjects: Vec<Subject<'k>>,
    ss_refs: BTreeSet<&'k str>,
    /// Most files say all of one care package together.
    last: usize,
    seen: Seen,
    file_references: BTreeSet<String>,
}

/// Checks `rows`, the first of which has the headings.
///
/// # Errors
///
/// [`FileProblem`] if the file is refused as a whole.
pub fn check<'r>(
    known: &Known<'_>,
    policy: &Policy,
    today: NaiveDate,
    rows: impl IntoIterator<Item = &'r Row>,
) -> Result<Checked, FileProblem> {
    let mut rows = rows.into_iter();
    let empty = || FileProblem::Unreadable { why: "it is empty".to_owned() };
    let mut checker = Checker::new(known, policy, today, rows.next().ok_or_else(empty)?)?;
    let (mut accepted, mut rejected) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        match checker.row(row)? {
            Verdict::Accepted(it) => drop(accepted.insert(it.row, *it)),
            Verdict::Rejected(it) => drop(rejected.insert(it.row, it)),
        }
    }
    let file_references = checker.file_references().clone();
    for Repeated { row, finding } in checker.finish() {
        accepted.remove(&row);
        let of_row = rejected.entry(row).or_insert(Rejected { row, findings: Vec::new() });
        of_row.findings.push(finding);
    }
    let (accepted, rejected) = (accepted.into_values().collect(), rejected.into_values().collect());
    Ok(Checked { accepted, rejected, file_references })
}

impl<'k> Checker<'k> {
    /// Begins with the row of headings.
    ///
    /// # Errors
    ///
    /// F02 and F03 about the headings.
    pub fn new(
        known: &Known<'k>,
        policy: &'k Policy,
        today: NaiveDate,
        headings: &Row,
    ) -> Result<Self, FileProblem> {
        let subjects = known.subjects();
        Ok(Self {
            provider_ref: known.provider_ref.as_str(),
            policy,
            today,
            headings: Headings::find(headings)?,
            seen: Seen::new(subjects.len()),
            subjects,
            ss_refs: known.cplis.values().map(|cpli| cpli.client.ss_ref.as_str()).collect(),
            last: 0,
            file_references: BTreeSet::new(),
        })
    }

    /// What becomes of `row`.
    ///
    /// # Errors
    ///
    /// F05 if it is about another provider: then the file is refused.
    pub fn row(&mut self, row: &Row) -> Result<Verdict, FileProblem> {
        let headings = self.headings.clone();
        let mut reading = Reading { row, headings: &headings, findings: Vec::new() };
        self.whose(&reading)?;
        self.file_reference(&mut reading)?;
        let subject = self.subject(&mut reading);
        let active = self.week_start(&mut reading, subject);
        let line_ref = self.line_ref(&mut reading);
        let entered = self.entered(&mut reading, subject, active.as_ref());
        let accepted = match (subject, active, entered) {
            (Some(subject), Some((week_start, Some(active))), Some(entered))
                if reading.findings.is_empty() =>
            {
                let subject = self.subjects.get(subject);
                subject.and_then(|it| it.accepted(row.number(), week_start, active, entered))
            }
            _ => None,
        };
        if let Some(mut accepted) = accepted {
            let name = reading.text(Column::ClientName);
            let subject = subject.and_then(|subject| self.subjects.get(subject));
            accepted.name_differs =
                !name.is_empty() && subject.is_some_and(|subject| !subject.is_named(name));
            accepted.line_ref = line_ref;
            return Ok(Verdict::Accepted(Box::new(accepted)));
        }
        if reading.findings.is_empty() {
            // Beyond all measure: no quantity of it is a number that can be meant.
            let decimals = DECIMALS_MAX;
            reading
                .fail(Column::Actual, RowProblem::NotANumber { field: Column::Actual, decimals });
        }
        Ok(Verdict::Rejected(Rejected { row: row.number(), findings: reading.findings }))
    }

    /// The provider's references of the file, so far.
    pub fn file_references(&self) -> &BTreeSet<String> {
        &self.file_references
    }

    /// After the last row: those that were repeated later, in no order. One that was accepted is not any more.
    pub fn finish(self) -> Vec<Repeated> {
        self.seen.repeated
    }

    fn whose(&self, reading: &Reading<'_>) -> Result<(), FileProblem> {
        let found = reading.text(Column::ProviderRef);
        if found.eq_ignore_ascii_case(self.provider_ref) {
            return Ok(());
        }
        Err(FileProblem::OtherProvider { found: shown(found) })
    }

    fn file_reference(&mut self, reading: &mut Reading<'_>) -> Result<(), FileProblem> {
        let text = reading.text(Column::FileReference);
        if text.is_empty() || self.file_references.contains(text) {
            return Ok(());
        }
        let before = reading.findings.len();
        let reference = reading.limited(Column::FileReference, REFERENCE_CHARACTERS_MAX);
        if reading.findings.len() == before {
            self.file_references.extend(reference);
        }
        if self.file_references.len() > FILE_REFERENCES_MAX {
            let why = format!("it has more than {FILE_REFERENCES_MAX} different FileReferences");
            return Err(FileProblem::Unreadable { why });
        }
        Ok(())
    }

    /// Which care package the row is about (E10, E12, E13).
    fn subject(&mut self, reading: &mut Reading<'_>) -> Option<usize> {
        let ss_ref = reading.text(Column::SSRef);
        let cpli_id = reading.text(Column::CpliId);
        let at = self.find(cpli_id);
        let subject = at.and_then(|at| self.subjects.get(at));
        let client_known = self.ss_refs.contains(ss_ref);
        if !client_known {
            reading.fail(Column::SSRef, RowProblem::UnknownClient { ss_ref: shown(ss_ref) });
        }
        let other = subject.is_none_or(|it| it.cpli.client.ss_ref.as_str() != ss_ref);
        if subject.is_none() || (other && client_known) {
            let (cpli_id, ss_ref) = (shown(cpli_id), shown(ss_ref));
            reading.fail(Column::CpliId, RowProblem::OtherClient { cpli_id, ss_ref });
        } else if subject.is_some_and(|it| !it.cpli.authorised) {
            let cpli_id = cpli_id.to_owned();
            reading.fail(Column::CpliId, RowProblem::NotAuthorised { cpli_id });
        }
        at
    }

    fn find(&mut self, cpli_id: &str) -> Option<usize> {
        let id = |subject: &Subject<'k>| subject.cpli.cpli_id.as_str();
        if self.subjects.get(self.last).is_some_and(|last| id(last) == cpli_id) {
            return Some(self.last);
        }
        let found = self.subjects.binary_search_by(|subject| id(subject).cmp(cpli_id)).ok()?;
        self.last = found;
        Some(found)
    }

    /// The first day of the week, and the days of it on which care is given (E14, E15, E16, E17, E24, E26).
    fn week_start(
        &mut self,
        reading: &mut Reading<'_>,
        subject: Option<usize>,
    ) -> Option<(NaiveDate, Option<Days>)> {
        let cell = reading.cell(Column::WeekStart);
        let Some(week) = date(cell, reading.row.epoch()) else {
            let found = shown(cell.text);
            reading.fail(Column::WeekStart, RowProblem::NotADate { found });
            return None;
        };
        let known = subject.and_then(|subject| self.subjects.get(subject));
        let active = known.and_then(|subject| subject.active(week));
        if let Some(problem) = self.wrong_week(known, week, active) {
            reading.fail(Column::WeekStart, problem);
        }
        if let (Some(at), Some(subject)) = (subject, known) {
            let cpli_id = subject.cpli.cpli_id.as_str();
            let repeated = self.seen.week(at, cpli_id, week, reading.row.number());
            reading
                .findings
                .extend(repeated.map(|problem| Finding { column: Column::CpliId, problem }));
        }
        Some((week, active))
    }

    fn wrong_week(
        &self,
        subject: Option<&Subject<'k>>,
        week: NaiveDate,
        active: Option<Days>,
    ) -> Option<RowProblem> {
        let first_day = subject.map(|subject| subject.service.week_starts);
        if let Some(day) = first_day.filter(|day| week_day(week) != *day) {
            return Some(RowProblem::WrongWeekday { weekday: day_name(day) });
        }
        if week > self.today {
            return Some(RowProblem::FutureWeek);
        }
        let subject = subject?;
        if active.is_none() {
            let to = subject.cpli.care_ends(subject.contract.grace_days);
            return Some(RowProblem::OutsideDates { week, from: subject.cpli.start_date, to });
        }
        let closed = !self.policy.late_allowed && subject.is_late(week);
        closed.then_some(RowProblem::ClosedWeek { week })
    }

    fn line_ref(&mut self, reading: &mut Reading<'_>) -> Option<String> {
        let line_ref = reading.limited(Column::LineRef, REFERENCE_CHARACTERS_MAX)?;
        let repeated = self.seen.line_ref(&line_ref, reading.row.number());
        reading
            .findings
            .extend(repeated.map(|problem| Finding { column: Column::LineRef, problem }));
        Some(line_ref)
    }

    /// The plan and what was delivered (E20 to E23, E25, E27).
    fn entered(
        &self,
        reading: &mut Reading<'_>,
        subject: Option<usize>,
        week: Option<&(NaiveDate, Option<Days>)>,
    ) -> Option<(Decimal, Week)> {
        let subject = subject.and_then(|subject| self.subjects.get(subject));
        let actual = reading.quantity(Column::Actual, None);
        let frustrated = reading.quantity(Column::Frustrated, Some(Decimal::ZERO));
        let missed = reading.quantity(Column::Missed, Some(Decimal::ZERO));
        let extra = reading.quantity(Column::Extra, Some(Decimal::ZERO));
        let visits = reading.visits(subject.is_some_and(|it| it.service.visits_required));
        let comment = reading.limited(Column::Comment, COMMENT_CHARACTERS_MAX);
        let reason_code = self.policy.reason_code(reading.text(Column::ReasonCode));
        let reason_code = reason_code.map(str::to_owned);
        let subject = subject?;
        if extra.is_some_and(|extra| extra > Decimal::ZERO) && !subject.service.extras {
            reading.fail(Column::Extra, RowProblem::ExtraNotAllowed);
        }
        let active = week.and_then(|(_, active)| *active);
        let planned = active.and_then(|active| planned(subject.service, subject.cpli, active));
        let actual = actual?;
        let step = subject.service.unit_step;
        if planned != Some(actual) && !is_in_steps(actual, step) {
            let step = step.normalize();
            reading.fail(Column::Actual, RowProblem::NotInSteps { field: Column::Actual, step });
        }
        let planned = planned?;
        self.explained(reading, planned != actual, reason_code.as_deref(), comment.as_deref());
        let (frustrated, missed, extra) = (frustrated?, missed?, extra?);
        let week = Week { actual, frustrated, missed, extra, visits, reason_code, comment };
        if let Some(problem) = wrong_sum(planned, &week) {
            reading.fail(Column::Actual, problem);
        }
        Some((planned, week))
    }

    fn explained(
        &self,
        reading: &mut Reading<'_>,
        differs: bool,
        reason_code: Option<&str>,
        comment: Option<&str>,
    ) {
        if differs && reason_code.is_none() {
            reading.fail(Column::ReasonCode, RowProblem::NoReason);
        }
        if differs && self.policy.comment_on_difference && comment.is_none() {
            reading.fail(Column::Comment, RowProblem::NoComment);
        }
    }
}

impl Subject<'_> {
    /// The days of the week on which care is given.
    fn active(&self, week: NaiveDate) -> Option<Days> {
        let span = Days::new(week, week.checked_add_days(Span::new(6))?)?;
        active_days(self.contract, self.service, self.cpli, span)
    }

    fn is_late(&self, week: NaiveDate) -> bool {
        self.closed_to.is_some_and(|closed_to| week <= closed_to)
    }

    /// None if it is beyond what the portal can hold.
    fn accepted(
        &self,
        row: u32,
        week_start: NaiveDate,
        active: Days,
        (planned, week): (Decimal, Week),
    ) -> Option<Accepted> {
        let share = self.service.frustrated_percent;
        let price = self.cpli.price_on(active.from).map_or(Decimal::ZERO, |it| it.unit_price);
        let owed = week.delivered().owed(share, price).ok()?;
        let old = self.recorded.and_then(|weeks| weeks.get(&week_start));
        let owed_before = old.map(|old| old.delivered().owed(share, price)).transpose().ok()?;
        let adds = owed.plus(owed_before.unwrap_or_default().reversed().ok()?).ok()?;
        let change = match old {
            None => Change::New,
            Some(old) if *old == week => Change::Unchanged,
            Some(old) => Change::Changed { old: Box::new(old.clone()) },
        };
        Some(Accepted {
            row,
            cpli_id: self.cpli.cpli_id.clone(),
            week_start,
            planned,
            over: self.over(planned, &week)?.filter(|over| *over > Decimal::ZERO),
            week,
            unit: self.service.unit,
            change,
            late: self.is_late(week_start),
            owed,
            adds,
            name_differs: false,
            line_ref: None,
        })
    }

    /// What is paid for beyond the plan, if that is more than is tolerated (rule 6).
    #[expect(clippy::option_option, reason = "the outer one: beyond what the portal can hold")]
    fn over(&self, planned: Decimal, week: &Week) -> Option<Option<Decimal>> {
        let paid = week.delivered().payable_quantity(self.service.frustrated_percent).ok()?;
        let percent = self.service.tolerance_percent.checked_add(Decimal::ONE_HUNDRED)?;
        let tolerated = planned.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
        let over = paid.checked_sub(planned)?;
        Some((paid > tolerated).then_some(over))
    }
}

impl Accepted {
    /// What is said about it, and about which cell.
    pub fn warnings(&self) -> Vec<(Column, Warning)> {
        let over = self.over.map(|over| {
            let over = quantity_text(over, self.unit);
            (Column::Actual, Warning::OverCommissioned { over })
        });
        let name = self.name_differs.then_some((Column::ClientName, Warning::NameDiffers));
        let replaces = match &self.change {
            Change::Changed { old } => {
                let old = quantity_text(old.actual, self.unit);
                Some((Column::Actual, Warning::Replaces { old }))
            }
            Change::New | Change::Unchanged => None,
        };
        [over, name, replaces].into_iter().flatten().collect()
    }
}

impl Checked {
    /// What applying it adds to what is owed; negative: takes away.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn adds(&self) -> Result<Money, MoneyError> {
        Money::total(self.accepted.iter().map(|it| it.adds))
    }
}

/// What the file says, so that an empty cell can be seen in a sentence.
fn shown(text: &str) -> String {
    let text = if text.is_empty() { "(empty)" } else { text };
    text.chars().take(60).collect()
}

fn is_in_steps(quantity: Decimal, step: Decimal) -> bool {
    step <= Decimal::ZERO || quantity.checked_rem(step).is_some_and(|rest| rest.is_zero())
}

fn wrong_sum(planned: Decimal, week: &Week) -> Option<RowProblem> {
    let Week { actual, frustrated, missed, extra, .. } = *week;
    let sum = planned.checked_sub(frustrated).and_then(|it| it.checked_sub(missed));
    let sum = sum.and_then(|it| it.checked_add(extra));
    (sum != Some(actual)).then(|| RowProblem::WrongSum {
        actual: actual.normalize(),
        planned: planned.normalize(),
        frustrated: frustrated.normalize(),
        missed: missed.normalize(),
        extra: extra.normalize(),
    })
}

/// 0 for Monday.
fn week_day(day: NaiveDate) -> u8 {
    u8::try_from(day.weekday().num_days_from_monday()).unwrap_or(u8::MAX)
}

fn day_name(day: u8) -> &'static str {
    match day {
        0 => "Monday",
        1 => "Tuesday",
        2 => "Wednesday",
        3 => "Thursday",
        4 => "Friday",
        5 => "Saturday",
        _ => "Sunday",
    }
}
