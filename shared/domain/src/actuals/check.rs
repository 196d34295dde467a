//! The rules of a row, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::accepted::{Accepted, Compared};
use super::fields::{DECIMALS_MAX, Reading, date};
use super::problem::{FileProblem, Finding, RowProblem};
use super::seen::Seen;
use super::subject::{Known, Subject, Terms};
use super::{Column, Headings, Policy, Quantity, Row, Week};
use crate::ids::{CpliId, VariationRef};
use crate::money::MoneyError;
use crate::weeks::Variation;

/// The longest reference of a file and of a line.
const REFERENCE_CHARACTERS_MAX: usize = 35;
/// The longest comment.
const COMMENT_CHARACTERS_MAX: usize = 500;
/// How many references of a file it may carry: all of them are claimed in one transaction of 100.
const FILE_REFERENCES_MAX: usize = 90;

/// What becomes of a row.
#[derive(Debug, Clone)]
pub enum Verdict<'k, 'r> {
    /// It may be applied, unless [`Checker::finish`] says that it was repeated.
    Accepted(Accepted<'k, 'r>),
    /// It may not.
    Rejected(Rejected),
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
#[derive(Debug, Clone)]
pub struct Checked<'k, 'r> {
    /// What may be applied, by row.
    pub accepted: Vec<Accepted<'k, 'r>>,
    /// What may not, by row.
    pub rejected: Vec<Rejected>,
    /// The provider's references of the file: one that was seen before makes it a duplicate (F01).
    pub file_references: BTreeSet<String>,
}

/// Checks the rows of a file as they are read.
///
/// What is recorded already is not asked: that may be a long history, and [`Accepted::against`] compares with it
/// afterwards, a period at a time.
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
    /// The others say each week all of them in the same order: which one followed upon each.
    next: Vec<usize>,
    variations: &'k BTreeMap<VariationRef, Variation>,
    seen: Seen,
    file_references: BTreeSet<String>,
}

/// What a row says was delivered.
#[derive(Debug, Clone, Copy)]
struct Entered<'k, 'r> {
    actual: Quantity,
    frustrated: Quantity,
    missed: Quantity,
    extra: Quantity,
    visits: Option<u32>,
    reason_code: Option<&'k str>,
    comment: Option<&'r str>,
}

/// Checks `rows`, the first of which has the headings.
///
/// # Errors
///
/// [`FileProblem`] if the file is refused as a whole.
pub fn check<'k, 'r>(
    known: &Known<'k>,
    policy: &'k Policy,
    today: NaiveDate,
    rows: impl IntoIterator<Item = &'r Row>,
) -> Result<Checked<'k, 'r>, FileProblem> {
    let mut rows = rows.into_iter();
    let empty = || FileProblem::Unreadable { why: "it is empty".to_owned() };
    let mut checker = Checker::new(known, policy, today, rows.next().ok_or_else(empty)?)?;
    let (mut accepted, mut rejected) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        match checker.row(row)? {
            Verdict::Accepted(it) => drop(accepted.insert(it.row, it)),
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
            next: vec![0; subjects.len()],
            variations: known.variations,
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
    pub fn row<'r>(&mut self, row: &'r Row) -> Result<Verdict<'k, 'r>, FileProblem> {
        let mut reading = Reading { row, headings: self.headings, findings: Vec::new() };
        self.whose(&reading)?;
        self.file_reference(&mut reading)?;
        let subject = self.subject(&mut reading);
        let week = self.week_start(&mut reading, subject);
        let line_ref = self.line_ref(&mut reading);
        let entered = self.entered(&mut reading, subject, week);
        let found = subject.zip(week).zip(entered).filter(|_| reading.findings.is_empty());
        if let Some(((at, week_start), entered)) = found
            && let Some(mut accepted) = self.accepted(at, week_start, entered)
        {
            let name = reading.text(Column::ClientName);
            let subject = self.subjects.get_mut(at);
            accepted.name_differs = subject.is_some_and(|it| it.is_called_otherwise(name));
            (accepted.row, accepted.line_ref) = (row.number(), line_ref);
            return Ok(Verdict::Accepted(accepted));
        }
        if reading.findings.is_empty() {
            // Beyond all measure: no quantity of it is a number that can be meant.
            let decimals = DECIMALS_MAX;
            reading
                .fail(Column::Actual, RowProblem::NotANumber { field: Column::Actual, decimals });
        }
        Ok(Verdict::Rejected(Rejected { row: row.number(), findings: reading.findings }))
    }

    /// None: beyond what the portal can hold.
    fn accepted<'r>(
        &self,
        subject: usize,
        week_start: NaiveDate,
        entered: Entered<'k, 'r>,
    ) -> Option<Accepted<'k, 'r>> {
        let subject = self.subjects.get(subject)?;
        let Entered { actual, frustrated, missed, extra, visits, reason_code, comment } = entered;
        let terms = subject.terms_of(week_start)?;
        let worth = subject.worth(terms, actual, frustrated)?;
        let is_over = |over: &_| subject.is_over((week_start, terms), *over, self.variations);
        let over = worth.over.filter(is_over);
        Some(Accepted {
            row: 0,
            cpli: subject.cpli,
            service: subject.service,
            week_start,
            planned: terms.planned?,
            actual,
            frustrated,
            missed,
            extra,
            visits,
            reason_code,
            comment,
            line_ref: None,
            over,
            late: subject.is_late(week_start),
            name_differs: false,
            unit_price: terms.unit_price,
            owed: worth.owed,
        })
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
        if found == self.provider_ref || found.eq_ignore_ascii_case(self.provider_ref) {
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
            self.file_references.extend(reference.map(str::to_owned));
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
        let ours = subject.is_some_and(|it| it.ss_ref() == ss_ref);
        let client_known = ours || self.ss_refs.contains(ss_ref);
        if !client_known {
            reading.fail(Column::SSRef, RowProblem::UnknownClient { ss_ref: shown(ss_ref) });
        }
        if subject.is_none() || (!ours && client_known) {
            let (cpli_id, ss_ref) = (shown(cpli_id), shown(ss_ref));
            reading.fail(Column::CpliId, RowProblem::OtherClient { cpli_id, ss_ref });
        } else if subject.is_some_and(|it| !it.authorised) {
            let cpli_id = cpli_id.to_owned();
            reading.fail(Column::CpliId, RowProblem::NotAuthorised { cpli_id });
        }
        at
    }

    fn find(&mut self, cpli_id: &str) -> Option<usize> {
        let is_it = |at: &usize| self.subjects.get(*at).is_some_and(|it| it.cpli_id() == cpli_id);
        if is_it(&self.last) {
            return Some(self.last);
        }
        let next = self.next.get(self.last).copied();
        let searched = || self.subjects.binary_search_by(|it| it.cpli_id().cmp(cpli_id)).ok();
        let found = next.filter(is_it).or_else(searched)?;
        if let Some(next) = self.next.get_mut(self.last) {
            *next = found;
        }
        self.last = found;
        Some(found)
    }

    /// The first day of the week (E14, E15, E16, E17, E24, E26).
    fn week_start(
        &mut self,
        reading: &mut Reading<'_>,
        subject: Option<usize>,
    ) -> Option<NaiveDate> {
        let cell = reading.cell(Column::WeekStart);
        let Some(week) = date(cell, reading.row.epoch()) else {
            let found = shown(cell.text);
            reading.fail(Column::WeekStart, RowProblem::NotADate { found });
            return None;
        };
        let active = subject.and_then(|at| self.subjects.get_mut(at));
        let active = active.is_some_and(|subject| subject.ask_terms(week));
        let known = subject.and_then(|at| self.subjects.get(at));
        let wrong = self.wrong_week(known, week, active);
        let regular = wrong.is_none();
        if let Some(problem) = wrong {
            reading.fail(Column::WeekStart, problem);
        }
        if let (Some(at), Some(subject)) = (subject, known) {
            let cpli_id = subject.cpli_id();
            let number = reading.row.number();
            let repeated = self.seen.week(at, cpli_id, (week, regular), number);
            reading
                .findings
                .extend(repeated.map(|problem| Finding { column: Column::CpliId, problem }));
        }
        Some(week)
    }

    fn wrong_week(
        &self,
        subject: Option<&Subject<'k>>,
        week: NaiveDate,
        active: bool,
    ) -> Option<RowProblem> {
        let first_day = subject.map(|subject| subject.service.week_starts);
        if let Some(day) = first_day.filter(|day| week_day(week) != *day) {
            return Some(RowProblem::WrongWeekday { weekday: day_name(day) });
        }
        if week > self.today {
            return Some(RowProblem::FutureWeek);
        }
        let subject = subject?;
        if !active {
            let to = subject.cpli.care_ends(subject.contract.grace_days);
            return Some(RowProblem::OutsideDates { week, from: subject.cpli.start_date, to });
        }
        let closed = !self.policy.late_allowed && subject.is_late(week);
        closed.then_some(RowProblem::ClosedWeek { week })
    }

    fn line_ref<'r>(&mut self, reading: &mut Reading<'r>) -> Option<&'r str> {
        let line_ref = reading.limited(Column::LineRef, REFERENCE_CHARACTERS_MAX)?;
        let repeated = self.seen.line_ref(line_ref, reading.row.number());
        reading
            .findings
            .extend(repeated.map(|problem| Finding { column: Column::LineRef, problem }));
        Some(line_ref)
    }

    /// What was delivered (E20 to E23, E25, E27).
    fn entered<'r>(
        &self,
        reading: &mut Reading<'r>,
        subject: Option<usize>,
        week: Option<NaiveDate>,
    ) -> Option<Entered<'k, 'r>> {
        let subject = subject.and_then(|subject| self.subjects.get(subject));
        let actual = reading.quantity(Column::Actual, None);
        let frustrated = reading.quantity(Column::Frustrated, Some(Quantity::ZERO));
        let missed = reading.quantity(Column::Missed, Some(Quantity::ZERO));
        let extra = reading.quantity(Column::Extra, Some(Quantity::ZERO));
        let visits = reading.visits(subject.is_some_and(|it| it.service.visits_required));
        let comment = reading.limited(Column::Comment, COMMENT_CHARACTERS_MAX);
        let reason_code = self.policy.reason_code(reading.text(Column::ReasonCode));
        let subject = subject?;
        let refused = !subject.service.extras;
        if extra.is_some_and(|extra| extra > Quantity::ZERO) && refused {
            reading.fail(Column::Extra, RowProblem::ExtraNotAllowed);
        }
        let actual = actual?;
        let terms = week.and_then(|week| subject.terms_of(week));
        let regular = subject.can_be(actual, terms);
        if !regular {
            reading.fail(Column::Actual, not_in_steps(subject, Column::Actual));
        }
        let terms = terms.filter(|terms| terms.planned.is_some())?;
        if !terms.is_planned(actual) {
            self.explained(reading, reason_code, comment);
        }
        let (frustrated, missed, extra) = (frustrated?, missed?, extra?);
        // Extra care that is refused is not counted: once it is taken out, the rest is to be right.
        let extra = if refused { Quantity::ZERO } else { extra };
        let entered = Entered { actual, frustrated, missed, extra, visits, reason_code, comment };
        let wrong_sum = entered.wrong_sum(terms);
        if !regular || wrong_sum.is_some() {
            entered.between_steps(reading, subject, terms);
        }
        reading
            .findings
            .extend(wrong_sum.map(|problem| Finding { column: Column::Actual, problem }));
        Some(entered)
    }

    /// What is needed where something else was delivered than planned.
    fn explained(
        &self,
        reading: &mut Reading<'_>,
        reason_code: Option<&str>,
        comment: Option<&str>,
    ) {
        if reason_code.is_none() {
            reading.fail(Column::ReasonCode, RowProblem::NoReason);
        }
        if self.policy.comment_on_difference && comment.is_none() {
            reading.fail(Column::Comment, RowProblem::NoComment);
        }
    }
}

fn not_in_steps(subject: &Subject<'_>, field: Column) -> RowProblem {
    RowProblem::NotInSteps { field, step: subject.service.unit_step.normalize() }
}

impl Entered<'_, '_> {
    /// Names what else is to be mended before what was actual can be in steps.
    fn between_steps(&self, reading: &mut Reading<'_>, subject: &Subject<'_>, terms: &Terms) {
        for (column, quantity) in [
            (Column::Frustrated, self.frustrated),
            (Column::Missed, self.missed),
            (Column::Extra, self.extra),
        ] {
            if !subject.can_be_beside(quantity, terms) {
                reading.fail(column, not_in_steps(subject, column));
            }
        }
    }

    fn wrong_sum(&self, terms: &Terms) -> Option<RowProblem> {
        let Self { actual, frustrated, missed, extra, .. } = *self;
        // actual = planned − frustrated − missed + extra, without going below 0 on the way.
        let planned = actual.plus(frustrated).and_then(|it| it.plus(missed));
        let planned = planned.and_then(|it| it.minus(extra));
        if planned.is_some_and(|planned| terms.is_planned(planned)) {
            return None;
        }
        Some(RowProblem::WrongSum {
            actual: actual.into(),
            planned: terms.planned.unwrap_or_default().normalize(),
            frustrated: frustrated.into(),
            missed: missed.into(),
            extra: extra.into(),
        })
    }
}

impl Checked<'_, '_> {
    /// What applying it would do to what is `recorded`, for each row that is accepted.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn against<'o>(
        &self,
        recorded: &'o BTreeMap<CpliId, BTreeMap<NaiveDate, Week>>,
    ) -> Result<Vec<Compared<'o>>, MoneyError> {
        let compared = |it: &Accepted<'_, '_>| {
            let weeks = recorded.get(&it.cpli.cpli_id);
            it.against(weeks.and_then(|weeks| weeks.get(&it.week_start)))
        };
        self.accepted.iter().map(compared).collect()
    }
}

/// What the file says, so that an empty cell can be seen in a sentence.
fn shown(text: &str) -> String {
    let text = if text.is_empty() { "(empty)" } else { text };
    text.chars().take(60).collect()
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
