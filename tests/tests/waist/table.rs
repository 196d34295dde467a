//! What the table promises.

#![expect(clippy::arithmetic_side_effects, reason = "sums of small numbers in tests")]

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use futures::future::join_all;
use serde_json::{Value, json};
use store::keys::Key;
use store::table::{ACTIONS_MAX, RECORD_BYTES_MAX, Table};
use store::{Action, Before, Cursor, Query, Row, StoreError};

crate::scenarios!(
    Table::in_memory,
    Table::open,
    [
        a_record_is_read_back_as_it_was_written,
        nothing_is_read_where_nothing_was_written,
        what_is_written_replaces_the_whole_record,
        what_must_be_absent_is_written_once,
        what_must_be_present_is_not_made,
        a_version_counts_saves_and_refuses_those_who_read_an_older_one,
        a_record_written_without_a_version_can_begin_to_have_one,
        an_attribute_must_be_what_it_was,
        an_attribute_must_be_missing,
        all_conditions_of_one_action_must_hold,
        what_is_deleted_is_gone_and_may_be_deleted_again,
        a_delete_is_refused_like_a_write,
        a_check_writes_nothing_and_refuses_the_rest,
        a_check_can_be_made_alone_and_must_check_something,
        all_is_written_or_nothing_and_the_refused_action_is_named,
        a_hundred_actions_are_written_together_and_no_more,
        one_record_cannot_be_named_twice_in_one_write,
        a_record_may_be_as_large_as_dynamodb_takes_and_no_larger,
        a_list_is_in_the_order_of_its_keys_and_holds_only_its_own,
        a_list_can_be_read_backwards,
        a_list_can_be_read_page_by_page_in_both_directions,
        a_list_between_two_dates_holds_both,
        a_list_larger_than_a_page_of_dynamodb_is_read_whole,
        a_list_longer_than_expected_is_refused_rather_than_cut,
        a_cursor_cannot_lead_out_of_its_list,
        of_many_who_write_at_once_one_does,
        of_many_transactions_at_once_one_does,
        nothing_is_lost_when_many_count_at_once,
        a_time_to_expire_is_in_seconds,
    ]
);

fn key() -> Key {
    Key::settings()
}

fn provider() -> ProviderRef {
    "P1001".parse().unwrap()
}

fn contract() -> ContractRef {
    "C1".parse().unwrap()
}

/// One of many records of one list.
fn row_key(number: u32) -> Key {
    Key::cpli(&provider(), &contract(), &format!("{number:04}").parse().unwrap())
}

/// That list.
fn list() -> Query {
    Query::cplis(&provider(), &contract())
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 4, day).unwrap()
}

fn cycle() -> CycleRef {
    "28DAY".parse().unwrap()
}

async fn put(table: &Table, key: Key, value: Value) {
    table.write(vec![Action::put(key, &value)]).await.unwrap();
}

async fn put_rows(table: &Table, count: u32) {
    let rows = (1..=count).map(|number| Action::put(row_key(number), &json!({"number": number})));
    table.write(rows.collect()).await.unwrap();
}

async fn read(table: &Table, key: &Key) -> Option<Value> {
    let record = table.get::<Value>(key).await.unwrap();
    record.map(|mut record| {
        record.as_object_mut().unwrap().retain(|name, _| name != "PK" && name != "SK");
        record
    })
}

fn numbers(rows: Vec<Row>) -> Vec<u64> {
    let number = |row: Row| row.read::<Value>().unwrap()["number"].as_u64().unwrap();
    rows.into_iter().map(number).collect()
}

const DONE: Result<(), StoreError> = Ok(());
const STALE: Result<(), StoreError> = stale(0);

const fn stale(action: usize) -> Result<(), StoreError> {
    Err(StoreError::Stale { action })
}

/// Tries each action by itself, one after the other.
async fn tried<const N: usize>(table: &Table, actions: [Action; N]) -> Vec<Result<(), StoreError>> {
    let mut results = Vec::new();
    for action in actions {
        results.push(table.write(vec![action]).await);
    }
    results
}

async fn a_record_is_read_back_as_it_was_written(table: &Table) {
    let record = json!({
        "text": "Café – £1,234.50 \u{1F3E0}", "nothing": "", "amount": "-1234.50", "number": 42,
        "negative": -7, "yes": true, "no": false, "list": [1, "two", [], {}],
        "nested": {"2026-04-01": {"quantity": "1.0000", "to_date": null}}
    });
    put(table, key(), record.clone()).await;
    assert_eq!(read(table, &key()).await, Some(record));
}

async fn nothing_is_read_where_nothing_was_written(table: &Table) {
    assert_eq!(read(table, &key()).await, None);
    let page = table.query(&list()).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (0, None));
}

async fn what_is_written_replaces_the_whole_record(table: &Table) {
    put(table, key(), json!({"old": 1})).await;
    put(table, key(), json!({"new": 2})).await;
    assert_eq!(read(table, &key()).await, Some(json!({"new": 2})));
}

async fn what_must_be_absent_is_written_once(table: &Table) {
    let once = |by: &str| Action::put(key(), &json!({"by": by})).if_absent();
    assert_eq!(tried(table, [once("first"), once("second")]).await, [DONE, STALE]);
    assert_eq!(read(table, &key()).await, Some(json!({"by": "first"})));
}

async fn what_must_be_present_is_not_made(table: &Table) {
    let again = || Action::put(key(), &json!({"again": true})).if_present();
    let first = Action::put(key(), &json!({}));
    assert_eq!(tried(table, [again(), first, again()]).await, [STALE, DONE, DONE]);
}

async fn a_version_counts_saves_and_refuses_those_who_read_an_older_one(table: &Table) {
    let save = |version| Action::put(key(), &json!({"read": version})).if_version(version);
    let results = tried(table, [save(3), save(0), save(0), save(1), save(1)]).await;
    assert_eq!(results, [STALE, DONE, STALE, DONE, STALE]);
    assert_eq!(read(table, &key()).await, Some(json!({"read": 1, "version": 2})));
    assert_eq!(table.row(&key()).await.unwrap().unwrap().version(), 2);
}

async fn a_record_written_without_a_version_can_begin_to_have_one(table: &Table) {
    put(table, key(), json!({"a": 1})).await;
    let version = table.row(&key()).await.unwrap().unwrap().version();
    let save = || Action::put(key(), &json!({"a": 2})).if_version(version);
    assert_eq!(tried(table, [save(), save()]).await, [DONE, STALE]);
}

async fn an_attribute_must_be_what_it_was(table: &Table) {
    let put = |state: Value| Action::put(key(), &json!({"state": state}));
    let only_if = |state: Value| put(json!("sent")).if_equals("state", &state);
    let (pending, other) = (json!("pending"), json!("other"));
    let texts = [only_if(pending.clone()), put(pending.clone()), only_if(other), only_if(pending)];
    assert_eq!(tried(table, texts).await, [STALE, DONE, STALE, DONE]);
    let flags =
        [put(json!(true)), only_if(json!(false)), only_if(json!("true")), only_if(json!(true))];
    assert_eq!(tried(table, flags).await, [DONE, STALE, STALE, DONE]);
    let numbers = [put(json!(7)), only_if(json!(70)), only_if(json!("7")), only_if(json!(7))];
    assert_eq!(tried(table, numbers).await, [DONE, STALE, STALE, DONE]);
}

async fn an_attribute_must_be_missing(table: &Table) {
    let first = || Action::put(key(), &json!({"sent_at": "now"})).if_without("sent_at");
    assert_eq!(tried(table, [first(), first()]).await, [DONE, STALE]);
}

async fn all_conditions_of_one_action_must_hold(table: &Table) {
    put(table, key(), json!({"a": 1, "b": 2})).await;
    let both = |a: u32, b: u32| Action::delete(key()).if_equals("a", &a).if_equals("b", &b);
    assert_eq!(tried(table, [both(1, 1), both(2, 2), both(1, 2)]).await, [STALE, STALE, DONE]);
}

async fn what_is_deleted_is_gone_and_may_be_deleted_again(table: &Table) {
    put(table, key(), json!({})).await;
    assert_eq!(tried(table, [Action::delete(key())]).await, [DONE]);
    assert_eq!(read(table, &key()).await, None);
    assert_eq!(tried(table, [Action::delete(key())]).await, [DONE]);
    let two = vec![Action::delete(key()), Action::delete(row_key(1))];
    assert_eq!(table.write(two).await, DONE);
}

async fn a_delete_is_refused_like_a_write(table: &Table) {
    let delete = || Action::delete(key()).if_version(1);
    let save = Action::put(key(), &json!({})).if_version(0);
    assert_eq!(tried(table, [delete(), save]).await, [STALE, DONE]);
    let both = vec![Action::put(row_key(1), &json!({})), delete().only_if(Before::Absent)];
    assert_eq!(table.write(both).await, stale(1));
    assert_eq!(tried(table, [delete()]).await, [DONE]);
}

async fn a_check_writes_nothing_and_refuses_the_rest(table: &Table) {
    let checked = || vec![Action::put(row_key(1), &json!({})), Action::check(key()).if_present()];
    assert_eq!(table.write(checked()).await, stale(1));
    assert_eq!(read(table, &row_key(1)).await, None);
    put(table, key(), json!({"a": 1})).await;
    assert_eq!(table.write(checked()).await, DONE);
    assert_eq!(read(table, &key()).await, Some(json!({"a": 1})));
}

async fn a_check_can_be_made_alone_and_must_check_something(table: &Table) {
    let check = || Action::check(key()).if_equals("a", &1_u32);
    let put = Action::put(key(), &json!({"a": 1}));
    assert_eq!(tried(table, [check(), put, check()]).await, [STALE, DONE, DONE]);
    let nothing = table.write(vec![Action::check(key())]).await.unwrap_err();
    assert!(nothing.to_string().contains("checks nothing"), "{nothing}");
}

async fn all_is_written_or_nothing_and_the_refused_action_is_named(table: &Table) {
    put(table, row_key(3), json!({"there": true})).await;
    let action = |number| Action::put(row_key(number), &json!({"number": number})).if_absent();
    assert_eq!(table.write((1..=4).map(action).collect()).await, stale(2));
    assert_eq!(read(table, &row_key(1)).await, None);
    assert_eq!(read(table, &row_key(4)).await, None);
    assert_eq!(read(table, &row_key(3)).await, Some(json!({"there": true})));
}

async fn a_hundred_actions_are_written_together_and_no_more(table: &Table) {
    let actions = |count: u32| (1..=count).map(|number| Action::put(row_key(number), &json!({})));
    assert_eq!(table.write(Vec::new()).await, DONE);
    let too_many = table.write(actions(101).collect()).await;
    assert_eq!(too_many, Err(StoreError::TooManyActions(101)));
    assert_eq!(table.write(actions(100).collect()).await, DONE);
    let rows = table.query_all(list(), 1_000).await.unwrap();
    assert_eq!(rows.len(), ACTIONS_MAX);
}

async fn one_record_cannot_be_named_twice_in_one_write(table: &Table) {
    let twice = vec![Action::put(key(), &json!({})), Action::check(key()).if_absent()];
    assert_eq!(table.write(twice).await, Err(StoreError::SameRecordTwice { action: 1 }));
}

async fn a_record_may_be_as_large_as_dynamodb_takes_and_no_larger(table: &Table) {
    // PK and SK with their values, and the name of the attribute.
    let taken = "PK".len() + "SETTINGS".len() + "SK".len() + "SETTINGS".len() + "text".len();
    let text = "x".repeat(RECORD_BYTES_MAX - taken);
    let put = |text: &str| vec![Action::put(key(), &json!({"text": text}))];
    assert_eq!(table.write(put(&text)).await, DONE);
    let too_large =
        StoreError::TooLarge { bytes: RECORD_BYTES_MAX + 1, bytes_max: RECORD_BYTES_MAX };
    assert_eq!(table.write(put(&format!("{text}x"))).await, Err(too_large));
}

async fn a_list_is_in_the_order_of_its_keys_and_holds_only_its_own(table: &Table) {
    for number in [10, 9, 100, 1] {
        put(table, row_key(number), json!({"number": number})).await;
    }
    let other: ContractRef = "C10".parse().unwrap();
    put(table, Key::cpli(&provider(), &other, &"5".parse().unwrap()), json!({"number": 5})).await;
    put(table, Key::contract(&provider(), &contract()), json!({"number": 6})).await;
    let rows = table.query(&list()).await.unwrap().rows;
    assert_eq!(numbers(rows), [1, 9, 10, 100]);
}

async fn a_list_can_be_read_backwards(table: &Table) {
    put_rows(table, 3).await;
    let rows = table.query(&list().descending()).await.unwrap().rows;
    assert_eq!(numbers(rows), [3, 2, 1]);
}

async fn a_list_can_be_read_page_by_page_in_both_directions(table: &Table) {
    put_rows(table, 7).await;
    let pages = async |query: Query| {
        let (mut read, mut cursor) = (Vec::new(), None);
        loop {
            let page = table.query(&query.clone().limit(3).after(cursor)).await.unwrap();
            read.push(numbers(page.rows));
            cursor = page.next.map(|next| Cursor::new(next.as_str()));
            if cursor.is_none() {
                return read;
            }
        }
    };
    let query = list();
    assert_eq!(pages(query.clone()).await, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
    assert_eq!(pages(query.descending()).await, [vec![7, 6, 5], vec![4, 3, 2], vec![1]]);
    table.write(vec![Action::delete(row_key(7))]).await.unwrap();
    let pages = pages(list()).await;
    assert_eq!(pages, [vec![1, 2, 3], vec![4, 5, 6]], "no empty page follows");
}

async fn a_list_between_two_dates_holds_both(table: &Table) {
    let (provider, contract) = (provider(), contract());
    for day in 1..=5 {
        let key = Key::statement(&provider, &contract, date(day));
        put(table, key, json!({"number": day})).await;
    }
    put(table, Key::period(&cycle(), date(3)), json!({"number": 9})).await;
    let query = Query::statements_between(&provider, &contract, date(2), date(4));
    let rows = table.query(&query).await.unwrap().rows;
    assert_eq!(numbers(rows), [2, 3, 4]);
}

async fn a_list_larger_than_a_page_of_dynamodb_is_read_whole(table: &Table) {
    let text = "x".repeat(200_000);
    for number in 1..=12 {
        put(table, row_key(number), json!({"number": number, "text": text})).await;
    }
    let rows = table.query_all(list(), 12).await.unwrap();
    assert_eq!(numbers(rows), (1..=12).collect::<Vec<u64>>());
    let query = list().descending().limit(8);
    let page = table.query(&query).await.unwrap();
    assert_eq!(numbers(page.rows), (5..=12).rev().collect::<Vec<u64>>());
    let page = table.query(&query.after(page.next)).await.unwrap();
    assert_eq!((numbers(page.rows), page.next), (vec![4, 3, 2, 1], None));
}

async fn a_list_longer_than_expected_is_refused_rather_than_cut(table: &Table) {
    put_rows(table, 3).await;
    let refused = table.query_all(list(), 2).await;
    assert_eq!(refused, Err(StoreError::TooManyRecords(2)));
    let rows = table.query_all(list(), 3).await.unwrap();
    assert_eq!(rows.len(), 3);
}

async fn a_cursor_cannot_lead_out_of_its_list(table: &Table) {
    put_rows(table, 3).await;
    let elsewhere = Cursor::new("CPLI#C10#0001");
    let refused = table.query(&list().after(Some(elsewhere))).await;
    assert_eq!(refused, Err(StoreError::NotACursor));
}

async fn of_many_who_write_at_once_one_does(table: &Table) {
    let tries = (0..12).map(async |by| {
        table.write(vec![Action::put(key(), &json!({"by": by})).if_version(0)]).await
    });
    let results = join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == STALE).count(), 11, "{results:?}");
}

async fn of_many_transactions_at_once_one_does(table: &Table) {
    let tries = (0..12).map(async |by| {
        let mine = Action::put(row_key(by), &json!({"by": by}));
        table.write(vec![mine, Action::put(key(), &json!({"by": by})).if_absent()]).await
    });
    let results = join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == stale(1)).count(), 11, "{results:?}");
    let rows = table.query_all(list(), 12).await.unwrap();
    assert_eq!(rows.len(), 1, "what the others wrote together with it is not there");
}

async fn nothing_is_lost_when_many_count_at_once(table: &Table) {
    let count = async |by: u32| {
        loop {
            let there = table.row(&key()).await.unwrap();
            let version = there.as_ref().map_or(0, Row::version);
            let total =
                there.map_or(0, |row| row.read::<Value>().unwrap()["total"].as_u64().unwrap());
            let actions = vec![
                Action::put(key(), &json!({"total": total + 1})).if_version(version),
                Action::put(row_key(by), &json!({"number": by})).if_absent(),
            ];
            match table.write(actions).await {
                Ok(()) => break,
                stale => assert_eq!(stale, STALE),
            }
        }
    };
    join_all((1..=8).map(count)).await;
    assert_eq!(read(table, &key()).await, Some(json!({"total": 8, "version": 8})));
}

async fn a_time_to_expire_is_in_seconds(table: &Table) {
    let at: DateTime<Utc> = "2026-04-01T09:30:00Z".parse().unwrap();
    table.write(vec![Action::put(key(), &json!({})).expires_at(at)]).await.unwrap();
    assert_eq!(read(table, &key()).await, Some(json!({"expires_at": 1_775_035_800})));
}
