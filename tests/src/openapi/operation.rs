//! One route as an operation.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};
use web::Access;
use web::describe::Description;

use super::schemas::Schemas;
use super::{NotDescribed, docs};
use crate::functions::Function;

pub(super) fn of(
    checkout: &Path,
    function: &str,
    description: &Description,
    schemas: &Schemas,
) -> Result<Value, NotDescribed> {
    let words = docs::of_handler(checkout, description.handler)?;
    let mut operation = Map::new();
    let mut tell = |what: &str, value: Value| drop(operation.insert(what.to_owned(), value));
    tell("tags", json!([function]));
    tell("operationId", id(description).into());
    tell("summary", words.summary.into());
    if !words.more.is_empty() {
        tell("description", words.more.into());
    }
    tell("parameters", serde_json::to_value(&description.parameters)?);
    if let Some(body) = &description.body {
        tell("requestBody", serde_json::to_value(body)?);
    }
    tell("responses", responses(description)?.into());
    tell("security", security(description.route.access));
    tell("x-access", access(description.route.access)?);
    let mut operation = Value::Object(operation);
    schemas.renamed(function, &mut operation);
    fits_its_path(description)?;
    Ok(operation)
}

/// The name of an operation: where its handler is written.
pub(super) fn id(description: &Description) -> String {
    description.handler.replace('_', "-").replace("::", ".")
}

/// Every name in the path is taken by the handler, and the other way round.
fn fits_its_path(description: &Description) -> Result<(), NotDescribed> {
    let path = description.route.path;
    let named: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
    let of_the_path = description
        .parameters
        .iter()
        .filter(|it| it.parameter_in == utoipa::openapi::path::ParameterIn::Path);
    let taken: BTreeSet<&str> = of_the_path.map(|it| it.name.as_str()).collect();
    if named == taken { Ok(()) } else { Err(NotDescribed::OtherPath(path.to_owned())) }
}

fn responses(description: &Description) -> Result<Map<String, Value>, NotDescribed> {
    let mut responses = Map::new();
    for (status, response) in &description.responses {
        responses.insert(status.to_string(), serde_json::to_value(response)?);
    }
    for (status, _) in description.refusals.each() {
        let reference = format!("#/components/responses/{}", name(status));
        responses.insert(status.to_string(), json!({ "$ref": reference }));
    }
    Ok(responses)
}

fn name(status: u16) -> String {
    format!("Refused{status}")
}

/// Every refusal that any route may answer.
pub(super) fn refusals(functions: &[Function]) -> Map<String, Value> {
    let mut refusals = Map::new();
    for description in functions.iter().flat_map(|it| &it.descriptions) {
        for (status, meaning) in description.refusals.each() {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            let content = json!({ "application/problem+json": { "schema": schema } });
            let refused = json!({ "description": meaning, "content": content });
            refusals.insert(name(status), refused);
        }
    }
    refusals
}

fn security(access: Access) -> Value {
    match access {
        Access::Public | Access::OneClick => json!([]),
        _ if access.is_open_to_software() => json!([{ "session": [] }, { "key": [] }]),
        Access::Session | Access::Provider(_) | Access::Council(_) => json!([{ "session": [] }]),
    }
}

/// Who may use it, and which right they need.
fn access(access: Access) -> Result<Value, NotDescribed> {
    Ok(match access {
        Access::Public | Access::OneClick => json!({ "who": "anybody" }),
        Access::Session => json!({ "who": "whoever is signed in" }),
        Access::Provider(what) => {
            json!({ "who": "a provider's people", "right": serde_json::to_value(what)? })
        }
        Access::Council(what) => {
            json!({ "who": "the council's people", "right": serde_json::to_value(what)? })
        }
    })
}
