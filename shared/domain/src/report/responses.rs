//! How providers answer statements, and how quickly actions are done.

use std::collections::BTreeMap;

use crate::action::ActionLine;
use crate::clock::london_date;
use crate::ids::TeamRef;
use crate::record::ResponseState;
use crate::report::prompt::tenths;
use crate::report::{Bar, Body, Cell, Chart, Column};

/// The answers, in the order of the report.
const STATES: [(ResponseState, &str, &str); 5] = [
    (ResponseState::Confirmed, "confirmed", "Confirmed"),
    (ResponseState::ConfirmedWithQueries, "queried", "Confirmed with queries"),
    (ResponseState::Rejected, "rejected", "Rejected"),
    (ResponseState::Unconfirmed, "unconfirmed", "Unconfirmed"),
    (ResponseState::NotRequired, "not_required", "Not required"),
];

/// What one statement of a period was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The period, in words, so that it sorts by its first day: with its cycle.
    pub period: (chrono::NaiveDate, String),
    /// What its provider said.
    pub response: ResponseState,
}

/// How many statements of each period were confirmed, queried, rejected or left.
pub fn responses(all: &[Answered]) -> Body {
    let mut periods: BTreeMap<&(chrono::NaiveDate, String), [usize; 5]> = BTreeMap::new();
    let mut sums = [0_usize; 5];
    for answered in all {
        let line = periods.entry(&answered.period).or_default();
        let counted = line.iter_mut().zip(&mut sums).zip(STATES);
        for ((count, sum), _) in counted.filter(|(_, (state, ..))| *state == answered.response) {
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(1);
        }
    }
    let mut columns =
        vec![Column::text("period", "Period"), Column::number("statements", "Statements")];
    columns.extend(STATES.map(|(_, name, label)| Column::number(name, label)));
    columns.push(Column::number("answered_percent", "Answered, %"));
    let bars = STATES.into_iter().zip(sums).map(|((_, _, label), count)| Bar {
        label: label.to_owned(),
        value: count.to_string(),
        length: i64::try_from(count).unwrap_or(i64::MAX),
    });
    Body {
        columns,
        rows: periods.iter().rev().map(|((_, label), counts)| row(label, counts)).collect(),
        totals: vec![row("All", &sums)],
        chart: (!all.is_empty()).then(|| Chart {
            title: "How providers answer".to_owned(),
            description: "How many statements by their answer.".to_owned(),
            bars: bars.collect(),
        }),
        notes: vec!["Answered, %: of the statements to which an answer was asked.".to_owned()],
        ..Body::default()
    }
}

fn row(label: &str, counts: &[usize; 5]) -> Vec<Cell> {
    let [confirmed, queried, rejected, unconfirmed, not_required] = *counts;
    let answered = confirmed.saturating_add(queried).saturating_add(rejected);
    let asked = answered.saturating_add(unconfirmed);
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let percent = tenths(whole(answered).saturating_mul(100), whole(asked));
    let mut row = vec![label.into(), Cell::count(asked.saturating_add(not_required))];
    row.extend(counts.map(Cell::count));
    row.push(percent.map_or(Cell::Empty, Cell::Number));
    row
}

/// How long done actions took, team by team.
pub fn answer_times(done: &[ActionLine], teams: &BTreeMap<TeamRef, String>) -> Body {
    let mut lines: BTreeMap<(&TeamRef, &str), [i64; 3]> = BTreeMap::new();
    let mut sums = [0_i64; 3];
    for line in done {
        let Some(at) = line.done_at else { continue };
        let (from, to) = (london_date(line.created_at), london_date(at));
        let days = to.signed_duration_since(from).num_days().max(0);
        let figures = [1, days, i64::from(to > line.due_on)];
        let of_team = lines.entry((&line.team_ref, &line.type_name)).or_default();
        for ((count, sum), more) in of_team.iter_mut().zip(&mut sums).zip(figures) {
            *count = count.saturating_add(more);
            *sum = sum.saturating_add(more);
        }
    }
    let cells = |[count, days, late]: [i64; 3]| {
        let mean = tenths(days, count).map_or(Cell::Empty, Cell::Number);
        [Cell::Number(count.into()), mean, Cell::Number(late.into())]
    };
    let name = |team: &TeamRef| teams.get(team).cloned().unwrap_or_else(|| team.to_string());
    let rows = lines.iter().map(|((team, kind), figures)| {
        let mut row = vec![Cell::Text(name(team)), (*kind).into()];
        row.extend(cells(*figures));
        row
    });
    let mut total = vec!["All".into(), Cell::Empty];
    total.extend(cells(sums));
    Body {
        columns: vec![
            Column::text("team", "Team"),
            Column::text("type", "Type"),
            Column::number("done", "Done"),
            Column::number("mean_days", "Mean days"),
            Column::number("late", "Done after the due date"),
        ],
        rows: rows.collect(),
        totals: vec![total],
        notes: vec![
            "Days from the day an action was raised to the day it was marked as done.".to_owned(),
        ],
        ..Body::default()
    }
}
