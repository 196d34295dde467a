//! Capacity units as AWS publishes them, in its Amazon DynamoDB Developer Guide:
//!
//! - "DynamoDB item sizes and formats": what an item weighs.
//! - "DynamoDB on-demand capacity mode" and "DynamoDB read and write operations": a write unit is 1 KB, a read unit
//!   4 KB read strongly, or twice that read eventually; sizes are rounded up, those of a Query all together; what is
//!   not there costs as much as the smallest; a put or an update as much as the larger of before and after; a
//!   condition that is not met as much as a write of what is there.
//! - "DynamoDB Transactions: How it works": each item twice, a condition check like a write, also if it is cancelled.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

const WRITE_UNIT_BYTES: usize = 1024;
const READ_UNIT_BYTES: usize = 4096;

/// An item's keys, which are texts in the portal's table.
pub(crate) type Name = (String, String);

/// How large what is in the table is.
pub(crate) type Sizes = BTreeMap<Name, usize>;

/// What a call takes. Reads in halves, so that they are whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) half_reads: usize,
    pub(crate) writes: usize,
}

/// What an item weighs: its names and values, in bytes of UTF-8.
pub(crate) fn item_bytes(item: &Value) -> usize {
    let item = item.as_object().unwrap();
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(digits)) => digits.len().div_ceil(2) + 1,
        ("BOOL" | "NULL", _) => 1,
        ("B", Value::String(base64)) => base64.trim_end_matches('=').len() * 3 / 4,
        ("L", Value::Array(list)) => 3 + list.iter().map(|it| 1 + value_bytes(it)).sum::<usize>(),
        ("M", Value::Object(map)) => {
            3 + map.iter().map(|(name, it)| 1 + name.len() + value_bytes(it)).sum::<usize>()
        }
        ("SS", Value::Array(texts)) => texts.iter().map(|it| it.as_str().unwrap().len()).sum(),
        other => panic!("{other:?} is nothing that the portal writes"),
    }
}

pub(crate) fn name_of(item: &Value) -> Name {
    let part = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
    (part("PK"), part("SK"))
}

/// What each part of a call takes, by what was asked and answered, noting in `sizes` what is there then. A part is
/// called by the key that it is about: `PROVIDER#P1001 CPLI#`.
pub(crate) fn taken(
    call: &str,
    asked: &Value,
    (is_done, answer): (bool, &Value),
    sizes: &mut Sizes,
) -> Vec<(String, Units)> {
    match call {
        "GetItem" => {
            let bytes = answer.get("Item").map_or(0, item_bytes);
            vec![(title(&asked["Key"]), read(asked, bytes))]
        }
        "Query" => {
            let items = answer["Items"].as_array().unwrap();
            vec![(range(asked), read(asked, items.iter().map(item_bytes).sum()))]
        }
        "PutItem" => {
            let item = &asked["Item"];
            vec![(title(item), written(Some(item), item, is_done, sizes))]
        }
        "DeleteItem" => {
            let key = &asked["Key"];
            vec![(title(key), written(None, key, is_done, sizes))]
        }
        "TransactWriteItems" => {
            let each = asked["TransactItems"].as_array().unwrap().iter();
            each.map(|it| of_transaction(it.as_object().unwrap(), is_done, sizes)).collect()
        }
        other => panic!("{other} is no call that the portal makes"),
    }
}

fn title(item: &Value) -> String {
    let (pk, sk) = name_of(item);
    format!("{pk} {sk}")
}

fn range(asked: &Value) -> String {
    let value = |name: &str| asked["ExpressionAttributeValues"][name]["S"].as_str();
    let first = value(":prefix").or_else(|| value(":first")).unwrap();
    format!("{} {first}", value(":pk").unwrap())
}

fn of_transaction(
    action: &Map<String, Value>,
    is_done: bool,
    sizes: &mut Sizes,
) -> (String, Units) {
    let (what, action) = action.iter().next().unwrap();
    let key = action.get("Key").unwrap_or(&action["Item"]);
    let once = match what.as_str() {
        "Put" => written(Some(&action["Item"]), key, is_done, sizes),
        "Delete" => written(None, key, is_done, sizes),
        "ConditionCheck" => written(None, key, false, sizes),
        other => panic!("{other} is nothing that the portal does in a transaction"),
    };
    (title(key), once.plus(once))
}

fn read(asked: &Value, bytes: usize) -> Units {
    let halves = if asked["ConsistentRead"] == true { 2 } else { 1 };
    Units { half_reads: bytes.div_ceil(READ_UNIT_BYTES).max(1) * halves, writes: 0 }
}

fn written(item: Option<&Value>, key: &Value, is_done: bool, sizes: &mut Sizes) -> Units {
    let name = name_of(key);
    let before = sizes.get(&name).copied().unwrap_or_default();
    let after = item.map_or(0, item_bytes);
    let bytes = if is_done { before.max(after) } else { before };
    if is_done && item.is_some() {
        sizes.insert(name, after);
    } else if is_done {
        sizes.remove(&name);
    }
    Units { half_reads: 0, writes: bytes.div_ceil(WRITE_UNIT_BYTES).max(1) }
}

impl Units {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { half_reads: self.half_reads + other.half_reads, writes: self.writes + other.writes }
    }
}

mod tests {
    use serde_json::json;

    use super::*;

    fn item(text_bytes: usize) -> Value {
        // PK and SK are 2 + 1 bytes each, `text` is 4 and its own.
        json!({"PK": {"S": "p"}, "SK": {"S": "s"}, "text": {"S": "x".repeat(text_bytes - 10)}})
    }

    fn half_reads(asked: bool, items: &[Value]) -> usize {
        let answer = json!({"Items": items});
        let asked = &json!({
            "ConsistentRead": asked, "ExpressionAttributeValues": {":pk": {"S": "p"}, ":prefix": {"S": "s"}}
        });
        taken("Query", asked, (true, &answer), &mut Sizes::new())[0].1.half_reads
    }

    #[test]
    fn an_item_weighs_its_names_and_values() {
        let item = json!({
            "PK": {"S": "é"}, "SK": {"S": ""}, "n": {"N": "-123"}, "b": {"BOOL": true},
            "l": {"L": [{"S": "ab"}, {"N": "1"}]}, "m": {"M": {"k": {"S": "v"}}}
        });
        assert_eq!(
            item_bytes(&item),
            (2 + 2) + 2 + (1 + 3) + 2 + (1 + 3 + 3 + 3) + (1 + 3 + 1 + 2)
        );
    }

    #[test]
    fn a_query_is_rounded_once_for_all_that_it_reads_and_costs_half_if_it_may_be_late() {
        let (eventually, strongly) = (false, true);
        assert_eq!(half_reads(eventually, &[]), 1);
        assert_eq!(half_reads(eventually, &[item(2048), item(2048)]), 1);
        assert_eq!(half_reads(eventually, &[item(2048), item(2049)]), 2);
        assert_eq!(half_reads(strongly, &[item(2048), item(2049)]), 4);
    }

    #[test]
    fn a_write_costs_the_larger_of_before_and_after_and_a_transaction_twice_that() {
        let mut sizes = Sizes::new();
        let mut writes = |call: &str, asked: Value, is_done: bool| {
            taken(call, &asked, (is_done, &Value::Null), &mut sizes)[0].1.writes
        };
        assert_eq!(writes("PutItem", json!({"Item": item(2049)}), true), 3);
        assert_eq!(
            writes("PutItem", json!({"Item": item(100)}), false),
            3,
            "a condition that is not met"
        );
        assert_eq!(writes("PutItem", json!({"Item": item(100)}), true), 3);
        let together = json!({"TransactItems": [{"Put": {"Item": item(1025)}}]});
        assert_eq!(writes("TransactWriteItems", together, true), 4);
        let key = json!({"Key": {"PK": {"S": "p"}, "SK": {"S": "s"}}});
        assert_eq!(writes("DeleteItem", key.clone(), true), 2);
        assert_eq!(writes("DeleteItem", key, true), 1, "of what is not there");
    }
}
