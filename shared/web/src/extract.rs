//! Bodies, queries and paths, as typed values or as a [`Problem`].

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Invalid, Missing, Problem};

/// A JSON body: of a request, or of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(req: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = Bytes::from_request(req, state).await.map_err(|why| unread(&why))?;
        // Serde would read a list as the fields of an object in their order, whatever they are called.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::unreadable());
        }
        let mut json = serde_json::Deserializer::from_slice(&body);
        match serde_path_to_error::deserialize(&mut json) {
            Ok(value) => Ok(Self(value)),
            Err(why) if why.inner().is_data() => {
                let field = field_of(&why.path().to_string(), &why.inner().to_string());
                Err(Invalid::field(&field, without_position(&why.inner().to_string())).into())
            }
            Err(_) => Err(Problem::unreadable()),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn unread(why: &BytesRejection) -> Problem {
    if matches!(why, BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) {
        Problem::too_large()
    } else {
        Problem::unreadable()
    }
}

/// Serde names the place of a wrong value in its path, and a missing field in its message only.
fn field_of(path: &str, message: &str) -> String {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    match (path, missing) {
        (".", Some((name, _))) => name.to_owned(),
        (path, Some((name, _))) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    }
}

/// Serde adds where in the text it was: of no use to the person who filled in a form.
fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}

/// What follows the `?`.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let read = axum::extract::Query::try_from_uri(&parts.uri);
        read.map(|query| Self(query.0))
            .map_err(|why| Invalid::field("query", why.body_text()).into())
    }
}

/// The `{names}` of the route. What does not parse names nothing, so it is simply not found.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0)).map_err(|_names_nothing| Missing.into())
    }
}
