//! What each route takes and answers, told by the types of its handler: the source of `/api/openapi.json`.
//!
//! A handler's arguments are [`Takes`], its result is [`Answers`]; [`crate::Api`] notes both when the route is
//! declared, so nothing about a route is written twice. What a new handler needs:
//!
//! - `#[derive(utoipa::ToSchema)]` on every struct or enum that it takes in a [`Json`], [`Query`] or [`Path`], on every
//!   view that it answers, and on what these are made of (the types of `domain` have it). A doc comment on a field
//!   becomes its description.
//! - a result that says its status: [`Json`] (200), [`Created`](crate::Created) (201),
//!   [`Accepted`](crate::Accepted) (202), [`NoContent`](crate::NoContent) (204), [`crate::Made`] (200 or 201),
//!   [`Redirect`] (303), [`Download`] (a file), [`Picture`] (in a page); never a bare `Response` or `StatusCode`.
//! - a doc comment: its first paragraph is the operation's summary.
//!
//! Nothing here runs in a function: a route holds the pointer to its description, and only the binary that writes
//! the document follows it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    Content, HeaderBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
};

use crate::extract::{Json, Path, Query};
use crate::links::Link;
use crate::problem::Refusals;
use crate::{Acting, At, Download, Picture, Problem, Route, Staff, Who};

/// What is known of one route so far.
#[derive(Clone)]
pub struct Description {
    /// The route that is described.
    pub route: Route,
    /// Where the handler is written: `scheduled_payments::respond::confirm`.
    pub handler: &'static str,
    /// What its path and its query carry.
    pub parameters: Vec<Parameter>,
    /// The JSON it reads, if any.
    pub body: Option<utoipa::openapi::request_body::RequestBody>,
    /// What it answers, by status.
    pub responses: BTreeMap<u16, Response>,
    /// Why it refuses.
    pub refusals: Refusals,
    /// The schemas that the others refer to, by name. The same name may come twice.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Description").field("handler", &self.handler).finish_non_exhaustive()
    }
}

impl Description {
    /// Of a route, before its handler's types are looked at.
    pub(crate) fn of(route: Route, handler: &'static str) -> Self {
        let refusals = Refusals::of(route.access, &route.method);
        Self {
            route,
            handler,
            parameters: Vec::new(),
            body: None,
            responses: BTreeMap::new(),
            refusals,
            schemas: Vec::new(),
        }
    }

    /// A reference to the schema of `T`, which is noted with all that it refers to. A list stands for itself.
    fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        match T::schema() {
            RefOr::T(schema @ (Schema::Object(_) | Schema::OneOf(_) | Schema::AllOf(_))) => {
                let name = T::name().into_owned();
                self.schemas.push((name.clone(), RefOr::T(schema)));
                RefOr::Ref(Ref::from_schema_name(name))
            }
            inline @ (RefOr::Ref(_) | RefOr::T(_)) => inline,
        }
    }

    /// The fields of `T` as parameters. Those of the path are all needed.
    fn fields<T: ToSchema>(&mut self, place: &ParameterIn) {
        T::schemas(&mut self.schemas);
        let schemas = self.schemas.clone();
        for (name, schema, required) in properties(&T::schema(), &schemas) {
            let description = description(&schema);
            let required = if required || *place == ParameterIn::Path {
                Required::True
            } else {
                Required::False
            };
            self.parameters.push(
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(place.clone())
                    .required(required)
                    .description(description)
                    .schema(Some(schema))
                    .build(),
            );
        }
    }

    fn answers(&mut self, status: u16, response: Response) {
        self.responses.insert(status, response);
    }
}

/// The fields of an object, and of those it is composed of.
fn properties(
    schema: &RefOr<Schema>,
    schemas: &[(String, RefOr<Schema>)],
) -> Vec<(String, RefOr<Schema>, bool)> {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            let field = |(name, schema): (&String, &RefOr<Schema>)| {
                (name.clone(), schema.clone(), object.required.contains(name))
            };
            object.properties.iter().map(field).collect()
        }
        RefOr::T(Schema::AllOf(all)) => {
            all.items.iter().flat_map(|part| properties(part, schemas)).collect()
        }
        RefOr::Ref(reference) => {
            let named = |(name, _): &&(String, RefOr<Schema>)| {
                reference.ref_location.rsplit('/').next() == Some(name.as_str())
            };
            let found = schemas.iter().find(named);
            found.map(|(_, schema)| properties(schema, schemas)).unwrap_or_default()
        }
        RefOr::T(Schema::Array(_) | Schema::OneOf(_) | Schema::AnyOf(_) | _) => Vec::new(),
    }
}

fn description(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(reference) => Some(reference.description.clone()).filter(|it| !it.is_empty()),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(Schema::Array(array)) => array.description.clone(),
        RefOr::T(_) => None,
    }
}

fn is_a_value(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => object.properties.is_empty(),
        RefOr::T(Schema::AllOf(_)) | RefOr::Ref(_) => false,
        RefOr::T(_) => true,
    }
}

/// Something a handler asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the API's description what it takes",
    note = "derive `utoipa::ToSchema` for what is in the Json, Query or Path; see web::describe"
)]
pub trait Takes {
    /// Adds what has to be sent for it.
    fn takes(description: &mut Description);
}

/// Nothing has to be sent: it is known of the request, of the person or of the function.
macro_rules! known {
    ($($(#[$of:meta])* $known:ty),+) => {
        $(impl Takes for $known { fn takes(_: &mut Description) {} })+
    };
}
known!(Who, Acting, Staff, At, HeaderMap);

impl<S> Takes for State<S> {
    fn takes(_: &mut Description) {}
}

impl<T: ToSchema> Takes for Json<T> {
    fn takes(description: &mut Description) {
        let schema = description.schema::<T>();
        let content = Content::new(Some(schema));
        let body = RequestBodyBuilder::new()
            .content("application/json", content)
            .required(Some(Required::True));
        description.body = Some(body.build());
        description.refusals.of_a_body();
    }
}

impl<T: ToSchema> Takes for Query<T> {
    fn takes(description: &mut Description) {
        description.fields::<T>(&ParameterIn::Query);
        description.refusals.of_a_query();
    }
}

impl<T: ToSchema> Takes for Path<T> {
    fn takes(description: &mut Description) {
        if !is_a_value(&T::schema()) {
            return description.fields::<T>(&ParameterIn::Path);
        }
        let path = description.route.path;
        let name = path.split(['{', '}']).nth(1).unwrap_or_default();
        let schema = description.schema::<T>();
        description.parameters.push(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(schema))
                .build(),
        );
    }
}

/// Something a handler answers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the API's description what it answers",
    note = "answer a type that says its status, and derive `utoipa::ToSchema` for the view; see web::describe"
)]
pub trait Answers {
    /// Adds the answer, with this status if it has none of its own.
    fn answers(description: &mut Description, status: StatusCode);
}

impl<T: Answers> Answers for Result<T, Problem> {
    fn answers(description: &mut Description, status: StatusCode) {
        T::answers(description, status);
        description.refusals.of_a_handler();
    }
}

impl<T: ToSchema> Answers for Json<T> {
    fn answers(description: &mut Description, status: StatusCode) {
        let schema = description.schema::<T>();
        let content = Content::new(Some(schema));
        let response = ResponseBuilder::new()
            .description(said_by(status))
            .content("application/json", content);
        description.answers(status.as_u16(), response.build());
    }
}

impl Answers for () {
    fn answers(description: &mut Description, status: StatusCode) {
        let response = ResponseBuilder::new().description(said_by(status));
        description.answers(status.as_u16(), response.build());
    }
}

impl Answers for Redirect {
    fn answers(description: &mut Description, _: StatusCode) {
        let location =
            HeaderBuilder::new().description(Some("Where the file is, for a few minutes.")).build();
        let response = ResponseBuilder::new()
            .description("The file is elsewhere.")
            .header("Location", location);
        description.answers(StatusCode::SEE_OTHER.as_u16(), response.build());
        let schema = description.schema::<Link<'_>>();
        let response = ResponseBuilder::new()
            .description("Where the file is, for whoever accepts application/vnd.portal.link+json.")
            .content("application/json", Content::new(Some(schema)));
        description.answers(StatusCode::OK.as_u16(), response.build());
    }
}

/// A path that ends in `.csv` answers CSV; one that tells nothing may answer any kind of file.
impl Answers for Download {
    fn answers(description: &mut Description, status: StatusCode) {
        let ending = description.route.path.rsplit_once('.').map(|(_, ending)| ending);
        let mut response = ResponseBuilder::new().description("A file to keep.");
        for kind in Self::media_types(ending) {
            response = response.content(kind, Content::default());
        }
        description.answers(status.as_u16(), response.build());
    }
}

impl Answers for Picture {
    fn answers(description: &mut Description, status: StatusCode) {
        let mut response = ResponseBuilder::new().description("A picture.");
        for kind in Self::MEDIA_TYPES {
            response = response.content(kind, Content::default());
        }
        description.answers(status.as_u16(), response.build());
    }
}

fn said_by(status: StatusCode) -> &'static str {
    match status {
        StatusCode::CREATED => "It was made.",
        StatusCode::ACCEPTED => "It will be done.",
        StatusCode::NO_CONTENT => "It was done.",
        _ => "What was asked for.",
    }
}

/// A handler, of which the types say everything. `T` is axum's: a marker and the arguments.
#[diagnostic::on_unimplemented(
    message = "the types of this handler do not describe what it takes and answers",
    note = "each argument is web::describe::Takes and the result web::describe::Answers: derive `utoipa::ToSchema` for \
            bodies, queries, paths and views, and answer no bare `Response` or `StatusCode`"
)]
pub trait Describes<T> {
    /// Adds what the handler takes and answers.
    fn describe(description: &mut Description);
}

macro_rules! describes {
    ($($argument:ident),*) => {
        impl<F, Fut, M, R, $($argument),*> Describes<(M, $($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> Fut,
            Fut: Future<Output = R>,
            R: Answers,
            $($argument: Takes),*
        {
            fn describe(description: &mut Description) {
                $($argument::takes(description);)*
                R::answers(description, StatusCode::OK);
            }
        }
    };
}
describes!();
describes!(A1);
describes!(A1, A2);
describes!(A1, A2, A3);
describes!(A1, A2, A3, A4);
describes!(A1, A2, A3, A4, A5);
describes!(A1, A2, A3, A4, A5, A6);
describes!(A1, A2, A3, A4, A5, A6, A7);
