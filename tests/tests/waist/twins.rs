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
    Write(Vec<(u8, Effect, Option<Only>)>),
    List { rows_max: usize, is_descending: bool, from: Option<u8> },
}

#[derive(Debug, Clone, Copy)]
enum Effect {
    Put(u8),
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
    Missing,
}

fn asked() -> impl Strategy<Value = Asked> {
    let effect = prop_oneof![
        6 => (0_u8..3).prop_map(Effect::Put),
        2 => Just(Effect::Delete),
        1 => Just(Effect::Check),
    ];
    let only = prop_oneof![
        Just(Only::Absent),
        Just(Only::Present),
        (0_u32..3).prop_map(Only::Version),
        (0_u8..3).prop_map(Only::Equals),
        Just(Only::Missing),
    ];
    let action = (0_u8..3, effect, proptest::option::of(only));
    let list = (1_usize..5, any::<bool>(), proptest::option::of(0_u8..3));
    prop_oneof![
        4 => vec(action, 0..4).prop_map(Asked::Write),
        1 => list.prop_map(|(rows_max, is_descending, from)| Asked::List { rows_max, is_descending, from }),
    ]
}

fn key(story: u32, record: u8) -> Key {
    let contract = format!("C{story}").parse().unwrap();
    Key::cpli(&"P1001".parse().unwrap(), &contract, &record.to_string().parse().unwrap())
}

fn list(story: u32) -> Query {
    Query::cplis(&"P1001".parse().unwrap(), &format!("C{story}").parse().unwrap())
}

fn action(story: u32, (record, effect, only): (u8, Effect, Option<Only>)) -> Action {
    let key = key(story, record);
    let action = match effect {
        Effect::Put(value) => Action::put(key, &json!({"record": record, "value": value})),
        Effect::Delete => Action::delete(key),
        Effect::Check => Action::check(key),
    };
    match only {
        None => action,
        Some(Only::Absent) => action.if_absent(),
        Some(Only::Present) => action.if_present(),
        Some(Only::Version(version)) => action.if_version(version),
        Some(Only::Equals(value)) => action.if_equals("value", &value),
        Some(Only::Missing) => action.only_if(Before::AttributeMissing("value")),
    }
}

/// What a table answered, with everything in it that a caller could see.
async fn answer(table: &Table, story: u32, asked: Asked) -> Result<Vec<Value>, StoreError> {
    match asked {
        Asked::Write(actions) => {
            let actions = actions.into_iter().map(|it| action(story, it)).collect();
            table.write(actions).await.map(|()| Vec::new())
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
    let cloud = runtime.block_on(emulator.portal());
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
