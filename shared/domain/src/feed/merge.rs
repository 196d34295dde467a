//! What is known, and what a row adds to it: of two files the later holds, whichever arrives first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Code, Feed, FileTime, Need, Row, RowProblem};

/// As of when each cell of a record was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The time of the latest file that told the record.
    pub at: FileTime,
    /// Columns that this file did not have, with the time of the latest that did; none: never told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earlier: BTreeMap<String, Option<FileTime>>,
}

impl Times {
    /// All cells were told by a file of `at`.
    pub fn of(at: FileTime) -> Self {
        Self { at, earlier: BTreeMap::new() }
    }
}

impl Times {
    /// After `columns` of a record were told at `at` by something else than a file, such as an accepted request: what
    /// an older file says of them is too old, what it says of others is not. A later file holds.
    #[must_use]
    pub fn with_columns(times: Option<&Self>, feed: Feed, columns: &[&str], at: FileTime) -> Self {
        let at = times.map_or(at, |times| times.at.max(at));
        let others = feed.columns().iter().filter(|it| it.need != Need::Key);
        let others = others.filter(|it| !columns.contains(&it.name)).map(|it| {
            let when = times
                .and_then(|times| times.earlier.get(it.name).copied().unwrap_or(Some(times.at)));
            (it.name.to_owned(), when)
        });
        Self { at, earlier: others.collect() }
    }
}

/// What a row did to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was no such record.
    New,
    /// The record says something else now.
    Changed,
    /// The record said so already.
    Unchanged,
    /// A later file has already said what holds.
    Superseded,
}

/// A record after a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged<T> {
    /// What it says now; none: it was taken back.
    pub record: Option<T>,
    /// As of when.
    pub times: Times,
    /// What the row did.
    pub outcome: Outcome,
}

/// Adds what a row of a file of `at` says to what is known.
///
/// Keep the times also of a record that was taken back, so that an older file does not bring it again.
///
/// # Errors
///
/// An end before its start; or a record that cannot be read, which is a defect.
pub fn merge<T: Serialize + DeserializeOwned + PartialEq>(
    old: Option<&T>,
    times: Option<&Times>,
    row: &Row,
    at: FileTime,
) -> Result<Merged<T>, RowProblem> {
    let known = old.map(object).transpose()?.unwrap_or_default();
    let (taken, times) = taken(times, row, at);
    let Some(taken) = taken else {
        // Nothing of the row is later than what is known.
        let record = old.map(|_| typed(known)).transpose()?;
        return Ok(Merged { record, times, outcome: Outcome::Superseded });
    };
    let record = match &row.cells {
        None => None,
        Some(_) => Some(told(row, known, &taken)?),
    };
    let outcome = match (old, &record) {
        (None, Some(_)) => Outcome::New,
        (None, None) => Outcome::Unchanged,
        (Some(old), Some(new)) if old == new => Outcome::Unchanged,
        (Some(_), _) => Outcome::Changed,
    };
    Ok(Merged { record, times, outcome })
}

/// Which cells of the row are later than what is known (none: the row is superseded), and the times after it.
fn taken<'a>(
    times: Option<&Times>,
    row: &'a Row,
    at: FileTime,
) -> (Option<BTreeMap<&'a str, &'a Value>>, Times) {
    let all: BTreeMap<&str, &Value> =
        row.cells.iter().flatten().map(|(column, value)| (column.as_str(), value)).collect();
    let mut after = times.cloned().unwrap_or_else(|| Times::of(at));
    if times.is_none_or(|times| at >= times.at) {
        let columns = row.feed.columns().iter();
        let missing = columns
            .filter(|it| it.need != Need::Key && row.cells.is_some())
            .filter(|it| !all.contains_key(it.name));
        let earlier = missing.map(|it| {
            let when = times
                .and_then(|times| times.earlier.get(it.name).copied().unwrap_or(Some(times.at)));
            (it.name.to_owned(), when)
        });
        after = Times { at, earlier: earlier.collect() };
        return (Some(all), after);
    }
    let later = |column: &str| after.earlier.get(column).is_some_and(|told| Some(at) >= *told);
    let cells: BTreeMap<&str, &Value> = all.into_iter().filter(|it| later(it.0)).collect();
    for column in cells.keys() {
        after.earlier.insert((*column).to_owned(), Some(at));
    }
    ((!cells.is_empty()).then_some(cells), after)
}

/// The record with the taken cells in their places, and defaults in those never told.
fn told<T: DeserializeOwned>(
    row: &Row,
    known: Map<String, Value>,
    taken: &BTreeMap<&str, &Value>,
) -> Result<T, RowProblem> {
    let mut record = known;
    for column in row.feed.columns().iter().filter(|column| column.need != Need::Key) {
        if let Some(value) = taken.get(column.name) {
            record.insert(column.name.to_owned(), (*value).clone());
        } else if !record.contains_key(column.name) {
            record.insert(column.name.to_owned(), column.read("")?);
        }
    }
    record.extend(row.keys().clone());
    in_order(row, &record)?;
    typed(record)
}

/// Whether `to` is the day before `from`: a directive that ends then is withdrawn.
fn is_day_before(to: &str, from: &str) -> bool {
    let from: Option<NaiveDate> = from.parse().ok();
    from.and_then(|it| it.pred_opt()).is_some_and(|before| before.to_string() == to)
}

/// No end is before its start.
fn in_order(row: &Row, record: &Map<String, Value>) -> Result<(), RowProblem> {
    let text = |column: &str| record.get(column).and_then(Value::as_str);
    for (first, second) in row.feed.in_order() {
        // ISO dates sort as text.
        if let (Some(from), Some(to)) = (text(first), text(second))
            && to < from
            && !(row.feed == Feed::Directives && is_day_before(to, from))
        {
            let message = format!("{second}: {to} is before {first}, {from}. Correct one of them.");
            return Err(RowProblem::at(second, Code::I20, message));
        }
    }
    if let (Some(confirm_by), Some(finalise_at)) = (text("confirm_by"), text("finalise_at"))
        && finalise_at < confirm_by
    {
        let message = "confirm_by: A statement locks before it is finalised. Give a time that is not later than finalise_at.";
        return Err(RowProblem::at("confirm_by", Code::I21, message));
    }
    Ok(())
}

fn object<T: Serialize>(record: &T) -> Result<Map<String, Value>, RowProblem> {
    match serde_json::to_value(record) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(unreadable("it is not a record")),
        Err(error) => Err(unreadable(&error.to_string())),
    }
}

fn typed<T: DeserializeOwned>(record: Map<String, Value>) -> Result<T, RowProblem> {
    serde_json::from_value(Value::Object(record)).map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(why: &str) -> RowProblem {
    let message = format!(
        "The portal could not take this row, by a fault of its own ({why}). Tell its support."
    );
    RowProblem::row(Code::I99, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Feed, Header};
    use super::*;
    use crate::facts::{Contract, Price, Provider};

    fn at(second: u32) -> FileTime {
        format!("20260401T0930{second:02}").parse().unwrap()
    }

    fn provider(columns: &[&str], cells: &[&str]) -> Row {
        Header::read(Feed::Providers, columns).unwrap().row(2, cells).unwrap()
    }

    const SHORT: [&str; 3] = ["provider_ref", "name", "kind"];

    fn with_phone(phone: &str) -> Row {
        provider(&["provider_ref", "name", "kind", "phone"], &["P1", "Lake", "care_home", phone])
    }

    fn fold(rows: &[(Row, FileTime)]) -> (Option<Provider>, Option<Times>, Vec<Outcome>) {
        let (mut record, mut times, mut outcomes) = (None, None, Vec::new());
        for (row, at) in rows {
            let merged = merge(record.as_ref(), times.as_ref(), row, *at).unwrap();
            (record, times) = (merged.record, Some(merged.times));
            outcomes.push(merged.outcome);
        }
        (record, times, outcomes)
    }

    #[test]
    fn of_two_files_the_later_holds_whichever_arrives_first() {
        let (old, new) = ((with_phone("1"), at(1)), (with_phone("2"), at(2)));
        let (in_order, _, outcomes) = fold(&[old.clone(), new.clone()]);
        assert_eq!(outcomes, [Outcome::New, Outcome::Changed]);
        let (reversed, _, outcomes) = fold(&[new, old]);
        assert_eq!(outcomes, [Outcome::New, Outcome::Superseded]);
        assert_eq!(in_order.as_ref().unwrap().phone.as_deref(), Some("2"));
        assert_eq!(in_order, reversed);
    }

    #[test]
    fn what_a_request_changed_is_not_undone_by_an_older_file_and_the_rest_is_told_by_it() {
        let (record, times, _) = fold(&[(with_phone("1"), at(1))]);
        let mut changed = record.unwrap();
        changed.phone = Some("2".to_owned());
        let times = Times::with_columns(times.as_ref(), Feed::Providers, &["phone"], at(5));
        let columns = ["provider_ref", "name", "kind", "phone"];
        let older = provider(&columns, &["P1", "Lake House", "care_home", "3"]);
        let merged = merge(Some(&changed), Some(&times), &older, at(3)).unwrap();
        let record = merged.record.unwrap();
        let says = (record.name.as_str(), record.phone.as_deref());
        assert_eq!(says, ("Lake House", Some("2")));
        let later = merge(Some(&record), Some(&merged.times), &with_phone("4"), at(6)).unwrap();
        assert_eq!(later.record.unwrap().phone.as_deref(), Some("4"));
    }

    #[test]
    fn a_missing_column_says_nothing_and_an_empty_cell_clears() {
        let told = (with_phone("01865 1"), at(1));
        let silent = (provider(&SHORT, &["P1", "Lake House", "care_home"]), at(2));
        let (record, ..) = fold(&[told.clone(), silent.clone()]);
        let record = record.unwrap();
        assert_eq!(
            (record.name.as_str(), record.phone.as_deref()),
            ("Lake House", Some("01865 1"))
        );
        assert_eq!(fold(&[silent, told.clone()]).0, Some(record));
        let cleared = (with_phone(""), at(3));
        assert_eq!(fold(&[told, cleared]).0.unwrap().phone, None);
    }

    #[test]
    fn the_same_row_again_changes_nothing() {
        let row = (with_phone("1"), at(1));
        assert_eq!(fold(&[row.clone(), row]).2, [Outcome::New, Outcome::Unchanged]);
    }

    #[test]
    fn a_contract_that_does_not_say_gets_the_specifications_defaults() {
        let columns =
            ["contract_ref", "provider_ref", "name", "payment_method", "cycle_ref", "portal_from"];
        let header = Header::read(Feed::Contracts, &columns).unwrap();
        let row = header.row(2, &["C1", "P1", "Lake", "Scheduled", "28DAY", "04/04/2022"]).unwrap();
        let contract: Contract = merge(None, None, &row, at(1)).unwrap().record.unwrap();
        assert_eq!(contract.confirmation, crate::facts::Confirmation::Required);
        assert_eq!((contract.grace_days, contract.document_gate), (0, false));
    }

    #[test]
    fn an_end_before_its_start_is_refused_also_when_the_start_was_told_before() {
        let columns = ["cpli_id", "from_date", "to_date", "kind", "pay_percent"];
        let header = Header::read(Feed::Absences, &columns).unwrap();
        let row = header.row(2, &["1", "2022-08-03", "2022-08-02", "hospital", "60"]).unwrap();
        let problem = merge::<crate::facts::Absence>(None, None, &row, at(1)).unwrap_err();
        assert_eq!((problem.column.as_deref(), problem.code), (Some("to_date"), Code::I20));
    }

    #[test]
    fn what_begins_may_end_on_the_same_day_and_a_directive_the_day_before_it_begins() {
        let columns = ["cpli_id", "from_date", "to_date", "kind", "pay_percent"];
        let header = Header::read(Feed::Absences, &columns).unwrap();
        let row = header.row(2, &["1", "2022-08-03", "2022-08-03", "hospital", "60"]).unwrap();
        merge::<crate::facts::Absence>(None, None, &row, at(1)).unwrap();
        let columns = ["directive_ref", "contract_ref", "kind", "from_date", "to_date", "reason"];
        let header = Header::read(Feed::Directives, &columns).unwrap();
        let told = |to_date: &str| {
            let cells = ["D1", "C1", "suspend", "2022-08-03", to_date, "Under review"];
            let row = header.row(2, &cells).unwrap();
            let merged = merge::<crate::facts::Directive>(None, None, &row, at(1));
            merged.map(|it| it.outcome).map_err(|it| it.code)
        };
        assert_eq!(told("2022-08-03"), Ok(Outcome::New));
        assert_eq!(told("2022-08-02"), Ok(Outcome::New), "withdrawn");
        assert_eq!(told("2022-08-01"), Err(Code::I20));
    }

    #[test]
    fn a_statement_may_be_finalised_as_it_locks() {
        let columns =
            ["cycle_ref", "start_date", "end_date", "confirm_by", "finalise_at", "pay_date"];
        let header = Header::read(Feed::Periods, &columns).unwrap();
        let (dates, at_once) = (["28DAY", "2022-10-31", "2022-11-27"], "2022-11-25T17:00");
        let cells = [dates[0], dates[1], dates[2], at_once, at_once, "2022-12-01"];
        let row = header.row(2, &cells).unwrap();
        merge::<crate::facts::Period>(None, None, &row, at(1)).unwrap();
    }

    #[test]
    fn a_statement_is_not_finalised_before_it_is_locked() {
        let columns =
            ["cycle_ref", "start_date", "end_date", "confirm_by", "finalise_at", "pay_date"];
        let header = Header::read(Feed::Periods, &columns).unwrap();
        let cells = [
            "28DAY",
            "2022-10-31",
            "2022-11-27",
            "2022-11-25T17:00",
            "2022-11-24T09:00",
            "2022-12-01",
        ];
        let row = header.row(2, &cells).unwrap();
        let problem = merge::<crate::facts::Period>(None, None, &row, at(1)).unwrap_err();
        assert_eq!(problem.code, Code::I21);
    }

    #[test]
    fn what_was_taken_back_is_not_brought_again_by_an_older_file() {
        let header =
            Header::read(Feed::Prices, &["cpli_id", "from_date", "quantity", "unit_price"])
                .unwrap();
        let price = header.row(2, &["1", "2022-08-03", "1", "865.46"]).unwrap();
        let back = header.row(2, &["1", "2022-08-03", "", ""]).unwrap();
        let first = merge::<Price>(None, None, &price, at(1)).unwrap();
        let gone = merge(first.record.as_ref(), Some(&first.times), &back, at(3)).unwrap();
        assert_eq!((gone.record, gone.outcome), (None, Outcome::Changed));
        let late = merge::<Price>(None, Some(&gone.times), &price, at(2)).unwrap();
        assert_eq!((late.record, late.outcome), (None, Outcome::Superseded));
        let again = merge::<Price>(None, Some(&gone.times), &price, at(4)).unwrap();
        assert_eq!(again.outcome, Outcome::New);
    }

    proptest! {
        #[test]
        fn files_in_any_order_leave_the_same_record(
            files in proptest::collection::vec((any::<[Option<u8>; 3]>(), "[a-c]"), 1..6),
            order in any::<u64>(),
        ) {
            let rows: Vec<(Row, FileTime)> = files.iter().enumerate().map(|(index, (optional, name))| {
                let mut columns = SHORT.to_vec();
                let texts: Vec<String> = optional.iter().map(|it| it.map_or_else(String::new, |it| (it % 3).to_string())).collect();
                let mut cells = vec!["P1", name.as_str(), "care_home"];
                for ((column, text), there) in ["phone", "address", "vat_number"].iter().zip(&texts).zip(optional) {
                    if there.is_none_or(|it| it % 2 == 0) {
                        columns.push(column);
                        cells.push(text);
                    }
                }
                (provider(&columns, &cells), at(u32::try_from(index).unwrap()))
            }).collect();
            let mut shuffled = rows.clone();
            shuffled.sort_by_key(|(_, at)| {
                let digits: u64 = at.to_string().bytes().map(u64::from).sum();
                order.wrapping_mul(digits.wrapping_mul(0x9E37_79B9_7F4A_7C15)).rotate_left(17)
            });
            let (one, one_times, _) = fold(&rows);
            let (other, other_times, _) = fold(&shuffled);
            prop_assert_eq!(one, other);
            prop_assert_eq!(one_times, other_times);
        }
    }
}
