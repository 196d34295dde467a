//! What was logged.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use cloud::tracing::subscriber::fmt;
use cloud::tracing::subscriber::util::SubscriberInitExt;
use serde_json::Value;

/// The events that are logged from now on, in this thread.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Collects events until what is returned beside the log is dropped.
    pub fn collect() -> (Self, impl Sized) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber =
            fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
        (log, subscriber.set_default())
    }

    /// All of it, a JSON event a line.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// The events with this message.
    ///
    /// # Panics
    ///
    /// If an event is no JSON.
    pub fn events(&self, message: &str) -> Vec<Value> {
        let text = self.text();
        let all = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|event| event.get("message").and_then(Value::as_str) == Some(message)).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
