//! Answers that say their status in their type, so that the API's description knows it.

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Json;
use crate::describe::{Answers, Description};

/// An answer with a status other than 200.
#[derive(Debug, Clone, Copy)]
pub struct Status<const CODE: u16, R = ()>(pub R);

/// It was made, and here it is.
pub type Created<T> = Status<201, Json<T>>;

/// It will be done later.
pub type Accepted<R = ()> = Status<202, R>;

/// It was done, and there is nothing to say.
pub type NoContent = Status<204>;

impl<const CODE: u16, R> Status<CODE, R> {
    fn status() -> StatusCode {
        StatusCode::from_u16(CODE).unwrap_or_default()
    }
}

impl<const CODE: u16, R: IntoResponse> IntoResponse for Status<CODE, R> {
    fn into_response(self) -> Response {
        (Self::status(), self.0).into_response()
    }
}

impl<const CODE: u16, R: Answers> Answers for Status<CODE, R> {
    fn answers(description: &mut Description, _: StatusCode) {
        R::answers(description, Self::status());
    }
}

/// What was asked to be made: it may have been there already, by the same request.
#[derive(Debug, Clone, Copy)]
pub enum Made<T> {
    /// By this request.
    Now(T),
    /// By one before it.
    Before(T),
}

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Now(view) => (StatusCode::CREATED, Json(view)).into_response(),
            Self::Before(view) => Json(view).into_response(),
        }
    }
}

impl<T: ToSchema> Answers for Made<T> {
    fn answers(description: &mut Description, _: StatusCode) {
        Json::<T>::answers(description, StatusCode::CREATED);
        Json::<T>::answers(description, StatusCode::OK);
    }
}

/// An answer that gives the browser a cookie, or takes it away.
#[derive(Debug, Clone)]
pub struct WithCookie<R> {
    /// The `Set-Cookie`, if the cookie changes.
    pub cookie: Option<HeaderValue>,
    /// The answer.
    pub answer: R,
}

impl<R: IntoResponse> IntoResponse for WithCookie<R> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        if let Some(cookie) = self.cookie {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

impl<R: Answers> Answers for WithCookie<R> {
    fn answers(description: &mut Description, status: StatusCode) {
        R::answers(description, status);
    }
}
