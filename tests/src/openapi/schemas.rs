//! The shapes of what is sent, each under one name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::NotDescribed;
use crate::functions::Function;

const PREFIX: &str = "#/components/schemas/";

/// The shapes of all functions, by function and name.
pub(super) struct Schemas {
    of: BTreeMap<&'static str, BTreeMap<String, Value>>,
    /// Names that mean different things in different functions: there the function's name goes before them.
    ambiguous: BTreeSet<String>,
}

impl Schemas {
    pub(super) fn of(functions: &[Function]) -> Result<Self, NotDescribed> {
        let mut of = BTreeMap::new();
        let mut twice = Vec::new();
        for function in functions {
            match of_function(function) {
                Ok(named) => drop(of.insert(function.name, named)),
                Err(NotDescribed::TwoOfOneName(name)) => twice.push(name),
                Err(other) => return Err(other),
            }
        }
        if !twice.is_empty() {
            return Err(NotDescribed::TwoOfOneName(twice.join("; ")));
        }
        let mut meanings: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for named in of.values() {
            for name in named.keys() {
                meanings.entry(name).or_default().insert(meaning(name, named, &mut Vec::new()));
            }
        }
        let ambiguous = meanings.into_iter().filter(|(_, meanings)| meanings.len() > 1);
        let ambiguous = ambiguous.map(|(name, _)| name.to_owned()).collect();
        Ok(Self { of, ambiguous })
    }

    /// All, under the names that they have in the document.
    pub(super) fn all(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for (function, named) in &self.of {
            for (name, schema) in named {
                let mut schema = schema.clone();
                self.renamed(function, &mut schema);
                all.insert(self.name(function, name), schema);
            }
        }
        all
    }

    /// Turns the names that a function uses into those of the document.
    ///
    /// "One of" becomes "any of": what serde writes untagged may look like more than one of its variants.
    pub(super) fn renamed(&self, function: &str, value: &mut Value) {
        match value {
            Value::Object(map) => {
                if let Some(any) = map.remove("oneOf") {
                    map.insert("anyOf".to_owned(), any);
                }
                if let Some(Value::Array(parts)) = map.get_mut("allOf") {
                    parts.iter_mut().for_each(or_none_of_its_fields);
                }
                if let Some(Value::String(reference)) = map.get_mut("$ref")
                    && let Some(name) = reference.strip_prefix(PREFIX)
                {
                    *reference = format!("{PREFIX}{}", self.name(function, name));
                }
                map.values_mut().for_each(|it| self.renamed(function, it));
            }
            Value::Array(items) => items.iter_mut().for_each(|it| self.renamed(function, it)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn name(&self, function: &str, name: &str) -> String {
        if !self.ambiguous.contains(name) {
            return name.to_owned();
        }
        let capital = |word: &str| {
            let mut letters = word.chars();
            let first = letters.next().map(|it| it.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        };
        let function: String = function.split('-').map(capital).collect();
        format!("{function}{name}")
    }
}

/// What serde writes into the object around it, if there is anything: otherwise no field of it, and not "null".
fn or_none_of_its_fields(part: &mut Value) {
    let Some(Value::Array(choices)) = part.get_mut("oneOf") else { return };
    for choice in choices {
        if choice.get("type").is_some_and(|it| it == "null") {
            *choice = serde_json::json!({ "type": "object" });
        }
    }
}

fn of_function(function: &Function) -> Result<BTreeMap<String, Value>, NotDescribed> {
    let mut named: BTreeMap<String, Value> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for (name, schema) in function.descriptions.iter().flat_map(|it| &it.schemas) {
        let schema = serde_json::to_value(schema)?;
        let before = named.insert(name.clone(), schema.clone());
        if before.is_some_and(|before| before != schema) {
            twice.insert(name.as_str());
        }
    }
    if twice.is_empty() {
        return Ok(named);
    }
    let twice: Vec<&str> = twice.into_iter().collect();
    Err(NotDescribed::TwoOfOneName(format!("{} {}", function.name, twice.join(", "))))
}

/// A shape with all that it refers to, as text that is the same for shapes that are the same.
fn meaning(name: &str, named: &BTreeMap<String, Value>, within: &mut Vec<String>) -> String {
    if within.iter().any(|it| it == name) {
        return name.to_owned();
    }
    within.push(name.to_owned());
    let mut text = named.get(name).map(ToString::to_string).unwrap_or_default();
    let mut references = Vec::new();
    references_in(named.get(name).unwrap_or(&Value::Null), &mut references);
    for reference in references {
        text.push_str(&meaning(&reference, named, within));
    }
    within.pop();
    text
}

fn references_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found.extend(reference.strip_prefix(PREFIX).map(str::to_owned));
            }
            map.values().for_each(|it| references_in(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| references_in(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
