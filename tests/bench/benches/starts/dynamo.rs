//! A table that answers at once, so that only the function is measured. It does what the query of the care packages asks,
//! and takes every write for done; what the portal's code makes of real answers is tested elsewhere.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::http::{self, Answer};

type Items = BTreeMap<(String, String), Value>;

pub(crate) struct Dynamo {
    pub(crate) address: String,
}

impl Dynamo {
    /// With these records.
    pub(crate) fn serve(records: &[Value]) -> Self {
        let text = |record: &Value, name: &str| record[name].as_str().unwrap().to_owned();
        let name = |record: &Value| (text(record, "PK"), text(record, "SK"));
        let items: Items = records.iter().map(|it| (name(it), item(it))).collect();
        let items = Mutex::new(items);
        let address = http::serve(move |request| {
            let target = request.header("x-amz-target").unwrap().rsplit('.').next().unwrap();
            let asked: Value = serde_json::from_slice(&request.body).unwrap();
            let answer = answer(target, &asked, &mut items.lock().unwrap());
            let headers = vec![("Content-Type", "application/x-amz-json-1.0".to_owned())];
            Answer { headers, body: answer.to_string().into_bytes() }
        });
        Self { address }
    }
}

fn answer(target: &str, asked: &Value, items: &mut Items) -> Value {
    match target {
        "GetItem" => {
            items.get(&key(&asked["Key"])).map_or_else(|| json!({}), |it| json!({"Item": it}))
        }
        "PutItem" => {
            items.insert(key(&asked["Item"]), asked["Item"].clone());
            json!({})
        }
        "TransactWriteItems" => {
            for action in asked["TransactItems"].as_array().unwrap() {
                if let Some(item) = action["Put"].get("Item") {
                    items.insert(key(item), item.clone());
                }
            }
            json!({})
        }
        "Query" => query(asked, items),
        other => panic!("{other} is not asked by the list of care packages"),
    }
}

fn query(asked: &Value, items: &Items) -> Value {
    let value = |name: &str| asked["ExpressionAttributeValues"][name]["S"].as_str();
    // boto3 makes names of its own.
    let (pk, prefix) = (value(":pk").or(value(":v0")).unwrap(), value(":prefix").or(value(":v1")));
    let first = prefix.or_else(|| value(":first")).unwrap();
    let holds = |sk: &str| match (prefix, value(":last")) {
        (Some(prefix), _) => sk.starts_with(prefix),
        (None, Some(last)) => sk <= last,
        (None, None) => false,
    };
    let from = Bound::Included((pk.to_owned(), first.to_owned()));
    let range = items.range((from, Bound::Unbounded));
    let mut found: Vec<_> =
        range.take_while(|((its, sk), _)| its == pk && holds(sk)).map(|(_, it)| it).collect();
    if asked["ScanIndexForward"] == false {
        found.reverse();
    }
    found.truncate(usize::try_from(asked["Limit"].as_u64().unwrap_or(u64::MAX)).unwrap());
    json!({"Count": found.len(), "ScannedCount": found.len(), "Items": found})
}

fn key(item: &Value) -> (String, String) {
    let part = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
    (part("PK"), part("SK"))
}

fn item(record: &Value) -> Value {
    let record = record.as_object().unwrap();
    record
        .iter()
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect::<Map<_, _>>()
        .into()
}

fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(it) => json!({"BOOL": it}),
        Value::Number(it) => json!({"N": it.to_string()}),
        Value::String(it) => json!({"S": it}),
        Value::Array(list) => json!({"L": list.iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(_) => json!({"M": item(value)}),
    }
}
