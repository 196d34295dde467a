//! Recording what everybody who is signed in saw and changed.
//!
//! What is read is recorded before it is shown: what cannot be recorded is not shown. What changes something is
//! recorded before it is tried and again when it was, so that nothing happens that is not at least announced.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use cloud::metrics::{self, Metric};
use cloud::tracing;
use domain::audit::{Note, Outcome, Seen, about};
use domain::failure::{Failure, Kind};
use futures::future::join;
use store::StoreError;
use thiserror::Error;

use crate::caller::Caller;
use crate::{At, Portal, Problem, Who};

/// What the handler of a request says about it, until it is recorded. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notebook(Arc<Mutex<Vec<Remark>>>);

#[derive(Debug)]
enum Remark {
    Saw(Seen),
    Concerns(&'static str, String),
}

impl Notebook {
    fn remarks(&self) -> MutexGuard<'_, Vec<Remark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn saw(&self, seen: Seen) {
        self.remarks().push(Remark::Saw(seen));
    }

    pub(crate) fn concerns(&self, name: &'static str, reference: &str) {
        self.remarks().push(Remark::Concerns(name, reference.to_owned()));
    }
}

/// The request could not be recorded.
#[derive(Debug, Error)]
#[error("the request could not be recorded")]
struct NotRecorded(#[source] StoreError);

impl Failure for NotRecorded {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "not-recorded"
    }
}

/// What a person asked for, to be recorded with what came of it.
#[derive(Debug)]
pub(crate) struct Asked {
    note: Note,
    notebook: Notebook,
}

impl Asked {
    /// What `request` asks for, of the route `route`.
    pub(crate) fn of(caller: &Caller, (route, at): (&'static str, At), request: &Request) -> Self {
        let uri = request.uri();
        let note = Note {
            at: at.0.instant,
            by: caller.by(),
            provider_ref: caller.provider().cloned(),
            what: format!("{} {route}", request.method()),
            about: about(route, uri.path(), uri.query()),
            outcome: Outcome::Intended,
            seen: Vec::new(),
            contracts: BTreeMap::new(),
        };
        Self { note, notebook: Notebook::default() }
    }

    /// Who asks, as the handler sees them: what it says about the request goes into the record.
    pub(crate) fn who(&self, caller: Caller) -> Option<Who> {
        let who = match caller {
            Caller::Person(session) => Who::from(session),
            Caller::Software(key) => Who::software(&key)?,
        };
        Some(Who { notebook: self.notebook.clone(), ..who })
    }

    /// Records what was read, then answers.
    pub(crate) async fn read<S: Portal>(
        self,
        state: &S,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let actor = self.note.by.actor();
        let (head, response) = join(state.store().audit_head(&actor), answer).await;
        let note = self.answered(&response, None);
        match state.store().append_audit(note, head.ok()).await {
            Ok(_) => response,
            Err(error) => Problem::from(NotRecorded(error)).into_response(),
        }
    }

    /// Records what is to be changed, lets it be tried, and records what came of it. Where that last cannot be
    /// written, the answer is given all the same: what happened has happened, and the record says that it was tried.
    pub(crate) async fn change<S: Portal>(
        self,
        state: &S,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let announced = state.store().append_audit(self.note.clone(), None).await;
        let head = match announced {
            Ok(appended) => appended.head,
            Err(error) => return Problem::from(NotRecorded(error)).into_response(),
        };
        let response = answer.await;
        let intended = Some(head.n);
        let note = Note { at: state.clock().now().instant, ..self.answered(&response, intended) };
        if let Err(error) = state.store().append_audit(note, Some(head)).await {
            say_outcome_is_missing(&error);
        }
        response
    }

    fn answered(self, response: &Response, intended: Option<u64>) -> Note {
        let mut note = self.note;
        note.outcome = Outcome::Answered { status: response.status().as_u16(), intended };
        for remark in self.notebook.remarks().drain(..) {
            match remark {
                Remark::Saw(seen) => note.seen.push(seen),
                Remark::Concerns(name, reference) => {
                    note.about.insert(name.to_owned(), reference);
                }
            }
        }
        note
    }
}

fn say_outcome_is_missing(error: &StoreError) {
    let code = error.code();
    let reason = error.source().map(ToString::to_string).unwrap_or_default();
    metrics::count(Metric::OutcomesUnrecorded);
    tracing::error!(code, reason, "what came of a change was not recorded");
}
