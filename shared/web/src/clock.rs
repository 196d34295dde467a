//! The one clock that requests are told the time by.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::clock::Now;

/// Where a function takes its time from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// Whatever a test says; clones are moved together.
    Given(Arc<Mutex<Now>>),
}

impl Clock {
    /// A clock that stands at `now` until it is moved.
    pub fn at(now: Now) -> Self {
        Self::Given(Arc::new(Mutex::new(now)))
    }

    /// Moves a given clock, and all its clones. The machine's stays as it is.
    pub fn set(&self, now: Now) {
        if let Self::Given(given) = self {
            *given.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    /// The time.
    pub fn now(&self) -> Now {
        match self {
            Self::System => cloud::now(),
            Self::Given(given) => *given.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// When the request arrived: read once, so that everything done for it happens at the same moment.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Now);

impl<S: crate::Portal> FromRequestParts<S> for At {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_else(|| Self(state.clock().now())))
    }
}
