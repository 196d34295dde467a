//! What Lambda is to a function: the runtime API that it polls for events and sends its answers to.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::http::{self, Answer};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Runtime {
    pub(crate) address: String,
    polls: Receiver<Instant>,
    events: SyncSender<Vec<u8>>,
    answers: Receiver<Vec<u8>>,
}

impl Runtime {
    pub(crate) fn new() -> Self {
        let (polled, polls) = sync_channel(8);
        let (events, waiting) = sync_channel::<Vec<u8>>(8);
        let (answered, answers) = sync_channel(8);
        let waiting = Mutex::new(waiting);
        let address = http::serve(move |request| {
            let end = request.path.rsplit('/').next().unwrap();
            match (request.method.as_str(), end) {
                ("GET", "next") => {
                    polled.send(Instant::now()).unwrap();
                    // Whoever measures has gone: the function is about to be stopped.
                    let event = waiting.lock().unwrap().recv().unwrap_or_default();
                    Answer { headers: headers(), body: event }
                }
                ("POST", "response") => {
                    answered.send(request.body).unwrap();
                    Answer { headers: Vec::new(), body: b"{}".to_vec() }
                }
                _ => panic!(
                    "{} {}: {}",
                    request.method,
                    request.path,
                    String::from_utf8_lossy(&request.body)
                ),
            }
        });
        Self { address, polls, events, answers }
    }

    /// Waits until the function asks for an event.
    pub(crate) fn poll(&self) -> Instant {
        self.polls.recv_timeout(PATIENCE).unwrap()
    }

    /// Gives the function an event. Its answer.
    pub(crate) fn ask(&self, event: &[u8]) -> Vec<u8> {
        self.events.send(event.to_vec()).unwrap();
        self.answers.recv_timeout(PATIENCE).unwrap()
    }
}

fn headers() -> Vec<(&'static str, String)> {
    vec![
        ("Content-Type", "application/json".to_owned()),
        ("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("Lambda-Runtime-Deadline-Ms", "4102444800000".to_owned()),
        (
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:eu-west-2:123456789012:function:bench".to_owned(),
        ),
        (
            "Lambda-Runtime-Trace-Id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0".to_owned(),
        ),
    ]
}
