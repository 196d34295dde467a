//! Somebody at the portal's API, in this process.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

/// A person's browser, before one function's routes.
#[derive(Debug, Clone)]
pub struct Browser {
    router: Router,
    session: Option<String>,
    key: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// `200`.
    pub status: StatusCode,
    /// As they were sent.
    pub headers: HeaderMap,
    /// As it was sent.
    pub body: Bytes,
}

impl Browser {
    /// Nobody yet, before `router`.
    pub fn new(router: Router) -> Self {
        Self { router, session: None, key: None }
    }

    /// The holder of a session.
    #[must_use]
    pub fn with_session(self, token: &str) -> Self {
        Self { session: Some(token.to_owned()), ..self }
    }

    /// Software with a key of its provider's.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Reads.
    ///
    /// # Panics
    ///
    /// If the function does not answer at all.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(&Method::GET, path, None).await
    }

    /// Changes something.
    ///
    /// # Panics
    ///
    /// If the function does not answer at all.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(&Method::POST, path, Some(body)).await
    }

    /// Any request.
    ///
    /// # Panics
    ///
    /// If the function does not answer at all.
    pub async fn send(&self, method: &Method, path: &str, body: Option<&Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.session {
            request = request.header(COOKIE, format!("__Host-session={token}"));
        }
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// The status and the code of a problem: `(409, "statement-locked")`.
    ///
    /// # Panics
    ///
    /// If the body is no JSON.
    pub fn problem(&self) -> (u16, String) {
        let code = self.json().get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
        (self.status.as_u16(), code)
    }
}
