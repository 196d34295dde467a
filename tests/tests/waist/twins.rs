//! Whatever is asked of them, the twins answer alike.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use store::keys::Key;
use store::table::Table;
use store::{Action, Before, Query, StoreError};

use crate::emulator::Emulator;

/// How many stories are told to both. Each has its own records.
const STORIES: u32 = 100;

/// One thing asked of a table.
#[derive(Debug, Clone)]
enum Asked {
    Write(Vec<(u8, Effect, Vec<Only>)>),
    Read(u8),
    List {
        rows_max: usize,
        is_descending: bool,
        from: Option<u8>,
    },
    /// The whole list, page after page.
    Pages {
        rows_max: usize,
        is_descending: bool,
    },
    /// The whole list, or none of it if it is longer.
    All {
        rows_max: usize,
    },
    /// More than DynamoDB does together: so many actions, with so many kilobytes each.
    Heavy {
        actions: u8,
        kilobytes: usize,
    },
}

#[derive(Debug, Clone, Copy)]
enum Effect {
    Put(u8),
    /// With so many bytes more: four fill more than a page of DynamoDB.
    PutLarge(u8),
    Delete,
    Check,
}

/// A condition in words that a generator can make.
#[derive(Debug, Clone, Copy)]
enum Only {
    Absent,
    Present,
    Version(u32),
    Equals(u8),
    /// The same digits as text are another value.
    EqualsText(u8),
    Missing,
}

/// How many bytes a large record has.
const LARGE_BYTES: usize = 300_000;

/// Of so many records a story may tell.
const RECORDS: u8 = 6;

fn asked() -> impl Strategy<Value = Asked> {
    let effect = prop_oneof![
        12 => (0_u8..3).prop_map(Effect::Put),
        1 => (0_u8..3).prop_map(Effect::PutLarge),
        4 => Just(Effect::Delete),
        2 => Just(Effect::Check),
    ];
    let only = prop_oneof![
        Just(Only::Absent),
        Just(Only::Present),
        (0_u32..3).prop_map(Only::Version),
        (0_u8..3).prop_map(Only::Equals),
        (0_u8..3).prop_map(Only::EqualsText),
        Just(Only::Missing),
    ];
    let action = (0..RECORDS, effect, vec(only, 0..3));
    let list = (1_usize..5, any::<bool>(), proptest::option::of(0..RECORDS));
    let heavy = prop_oneof![
        (99_u8..103, Just(1_usize)),
        (9_u8..13, Just(390_usize)),
        (1_u8..2, 395_usize..405),
    ];
    prop_oneof![
        12 => vec(action, 0..4).prop_map(Asked::Write),
        2 => (0..RECORDS).prop_map(Asked::Read),
        2 => list.prop_map(|(rows_max, is_descending, from)| Asked::List { rows_max, is_descending, from }),
        2 => (1_usize..4, any::<bool>()).prop_map(|(rows_max, is_descending)| Asked::Pages { rows_max, is_descending }),
        1 => (1_usize..7).prop_map(|rows_max| Asked::All { rows_max }),
        1 => heavy.prop_map(|(actions, kilobytes)| Asked::Heavy { actions, kilobytes }),
    ]
}

fn key(story: u32, record: u8) -> Key {
    let contract = format!("C{story}").parse().unwrap();
    Key::cpli(&"P1001".parse().unwrap(), &contract, &record.to_string().parse().unwrap())
}

fn list(story: u32) -> Query {
    Query::cplis(&"P1001".parse().unwrap(), &format!("C{story}").parse().unwrap())
}

fn action(story: u32, (record, effect, only): (u8, Effect, Vec<Only>)) -> Action {
    let key = key(story, record);
    let action = match effect {
        Effect::Put(value) => Action::put(key, &json!({"record": record, "value": value})),
        Effect::PutLarge(value) => {
            let text = "x".repeat(LARGE_BYTES);
            Action::put(key, &json!({"record": record, "value": value, "text": text}))
        }
        Effect::Delete => Action::delete(key),
        Effect::Check => Action::check(key),
    };
    only.into_iter().fold(action, |action, only| match only {
        Only::Absent => action.if_absent(),
        Only::Present => action.if_present(),
        Only::Version(version) => action.if_version(version),
        Only::Equals(value) => action.if_equals("value", &value),
        Only::EqualsText(value) => action.if_equals("value", &value.to_string()),
        Only::Missing => action.only_if(Before::AttributeMissing("value")),
    })
}

/// Records of a list of its own, which is removed again.
fn heavy(story: u32, actions: u8, kilobytes: usize) -> Vec<Action> {
    let text = "x".repeat(kilobytes.saturating_mul(1_024));
    let elsewhere = story.saturating_add(1_000_000);
    (0..actions).map(|record| Action::put(key(elsewhere, record), &json!({"text": text}))).collect()
}

/// What a table answered, with everything in it that a caller could see.
async fn answer(table: &Table, story: u32, asked: Asked) -> Result<Vec<Value>, StoreError> {
    match asked {
        Asked::Write(actions) => {
            let actions = actions.into_iter().map(|it| action(story, it)).collect();
            table.write(actions).await.map(|()| Vec::new())
        }
        Asked::Read(record) => {
            let there = table.get::<Value>(&key(story, record)).await?;
            Ok(there.into_iter().collect())
        }
        Asked::Heavy { actions, kilobytes } => {
            table.write(heavy(story, actions, kilobytes)).await?;
            let undone =
                (0..actions).map(|it| Action::delete(key(story.saturating_add(1_000_000), it)));
            table.write(undone.collect()).await.map(|()| Vec::new())
        }
        Asked::All { rows_max } => {
            let rows = table.query_all(list(story), rows_max).await?;
            rows.into_iter().map(store::Row::read).collect()
        }
        Asked::Pages { rows_max, is_descending } => {
            let query = list(story).limit(rows_max);
            let query = if is_descending { query.descending() } else { query };
            let (mut pages, mut cursor) = (Vec::new(), None);
            loop {
                let page = table.query(&query.clone().after(cursor)).await?;
                cursor = page.next.clone();
                pages.push(json!(page.read::<Value>()?));
                if cursor.is_none() {
                    return Ok(pages);
                }
            }
        }
        Asked::List { rows_max, is_descending, from } => {
            let cursor = from.map(|record| store::Cursor::new(key(story, record).sk()));
            let query = list(story).limit(rows_max).after(cursor);
            let query = if is_descending { query.descending() } else { query };
            let page = table.query(&query).await?;
            let next = json!(page.next.as_ref().map(store::Cursor::as_str));
            let mut answer: Vec<Value> = page.read()?;
            answer.push(next);
            Ok(answer)
        }
    }
}

#[test]
fn the_twins_answer_alike_whatever_they_are_asked() {
    let emulator = Emulator::reach();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cloud = emulator.portal();
    let (memory, real) = (Table::in_memory(), Table::open(&cloud));
    let story = std::cell::Cell::new(0_u32);
    let config = Config { cases: STORIES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&vec(asked(), 1..14), |questions| {
            story.set(story.get().saturating_add(1));
            for question in questions {
                let in_memory = answer(&memory, story.get(), question.clone());
                let in_memory = runtime.block_on(in_memory);
                let really = runtime.block_on(answer(&real, story.get(), question.clone()));
                prop_assert_eq!(in_memory, really, "{:?}", question);
            }
            let all = |table| runtime.block_on(answer(table, story.get(), everything()));
            prop_assert_eq!(all(&memory), all(&real));
            Ok(())
        })
        .unwrap();
}

fn everything() -> Asked {
    Asked::List { rows_max: 100, is_descending: false, from: None }
}
