//! The API's description, `OpenAPI` 3.1: `/api/openapi.json`.
//!
//! Nothing of it is written by hand but this page of words about the whole. Routes, parameters, bodies and answers
//! come from the handlers' types ([`web::describe`]), what an operation is for from the handler's doc comment
//! ([`docs`]), and the codes of refusals from the pages that explain them.

mod docs;
mod operation;
mod schemas;

use std::collections::BTreeSet;
use std::path::Path;

use domain::webhook::{Data, EventKind, Message};
use serde_json::{Map, Value, json};
use thiserror::Error;
use utoipa::{PartialSchema, ToSchema};
use web::{Problem, SESSION_COOKIE};

use crate::functions::{Function, functions};
use schemas::Schemas;

/// Why the description cannot be written.
#[derive(Debug, Error)]
pub enum NotDescribed {
    /// A file of the checkout cannot be read.
    #[error("{0} cannot be read")]
    Unread(String, #[source] std::io::Error),
    /// What should be JSON is none.
    #[error("not JSON")]
    NotJson(#[from] serde_json::Error),
    /// A handler has no doc comment.
    #[error("{0} has no doc comment to tell what it is for")]
    NoWords(String),
    /// Two types of one function have one name.
    #[error("two types have one name, rename one or name it with #[schema(as = ...)]: {0}")]
    TwoOfOneName(String),
    /// A route's path and what its handler takes of it differ.
    #[error("{0}: the path and what the handler takes of it differ")]
    OtherPath(String),
    /// Two routes have one name.
    #[error("{0} is the name of two operations")]
    TwoOperations(String),
}

/// The whole description. `checkout` is the folder of the workspace, of which the doc comments are read.
///
/// # Errors
///
/// Where something is not described that has to be: which says what to add.
pub fn document(checkout: &Path) -> Result<Value, NotDescribed> {
    let functions = functions();
    let schemas = Schemas::of(&functions)?;
    let mut paths = Map::new();
    let mut names = BTreeSet::new();
    let mut tags = Vec::new();
    for Function { name, descriptions, .. } in &functions {
        tags.push(json!({ "name": name, "description": docs::of_function(checkout, name)? }));
        for description in descriptions {
            let operation = operation::of(checkout, name, description, &schemas)?;
            if !names.insert(operation::id(description)) {
                return Err(NotDescribed::TwoOperations(operation::id(description)));
            }
            let method = description.route.method.as_str().to_lowercase();
            let path = paths.entry(description.route.path).or_insert_with(|| json!({}));
            if let Value::Object(methods) = path {
                methods.insert(method, operation);
            }
        }
    }
    let mut components = schemas.all();
    components.insert("Problem".to_owned(), problem(checkout)?);
    components.insert(
        "FieldError".to_owned(),
        serde_json::to_value(domain::failure::FieldError::schema())?,
    );
    components.insert("WebhookMessage".to_owned(), serde_json::to_value(Message::schema())?);
    components.insert("WebhookData".to_owned(), serde_json::to_value(Data::schema())?);
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Provider portal",
            "version": "1",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The portal's own address" }],
        "tags": tags,
        "paths": paths,
        "webhooks": webhooks(),
        "components": {
            "schemas": components,
            "responses": operation::refusals(&functions),
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": "The cookie that signing in sets.",
                },
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "pp_live_…",
                    "description": "An API key that an administrator of the provider made, with the scope that it needs.",
                },
            },
        },
    }))
}

/// What the portal sends to an address that a provider entered, by the kind of message.
fn webhooks() -> Map<String, Value> {
    let header = |name: &str, description: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema })
    };
    let parameters = json!([
        header("webhook-id", "The same at every try of the same message."),
        header("webhook-timestamp", "When it was signed, in seconds since 1970."),
        header(
            "webhook-signature",
            "One or more signatures, v1 and base64, with a space between them."
        ),
    ]);
    let schema = json!({ "$ref": "#/components/schemas/WebhookMessage" });
    let told = |kind: EventKind| {
        let post = json!({
            "operationId": format!("webhook.{kind}"),
            "summary": format!("{}.", kind.line()),
            "parameters": parameters,
            "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
            "responses": { "2XX": { "description": "The software took it. Anything else is tried again." } },
            "security": [],
        });
        (kind.to_string(), json!({ "post": post }))
    };
    EventKind::CHOSEN.into_iter().chain([EventKind::Test]).map(told).collect()
}

/// Of the whole, to whoever writes a program.
const ABOUT: &str = "What the pages of the portal ask, and what other programs may ask. Amounts are text with two \
decimals, dates are YYYY-MM-DD, times are UTC. Every refusal is application/problem+json with a stable code. A change \
that makes something carries a request_id: the same request sent twice makes it once.";

/// The shape of a refusal, with every code that there is.
fn problem(checkout: &Path) -> Result<Value, NotDescribed> {
    let mut problem = serde_json::to_value(Problem::schema())?;
    let codes: Vec<Value> =
        serde_json::from_str(&read(checkout, "static-site/src/_data/problems.json")?)?;
    let mut codes: Vec<Value> = codes.iter().filter_map(|it| it.get("code").cloned()).collect();
    codes.sort_by_key(ToString::to_string);
    if let Some(Value::Object(code)) = problem.pointer_mut("/properties/code") {
        code.insert("enum".to_owned(), Value::Array(codes));
    }
    debug_assert_eq!(Problem::name(), "Problem");
    Ok(problem)
}

fn read(checkout: &Path, file: &str) -> Result<String, NotDescribed> {
    let path = checkout.join(file);
    std::fs::read_to_string(&path)
        .map_err(|error| NotDescribed::Unread(path.display().to_string(), error))
}
