//! How much of a report is made, told while it is being made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::report::JobParts;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

use crate::ReportsError;

/// Counts the parts of a report. Clones count together. By default nobody listens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    told: Option<UnboundedSender<JobParts>>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU32,
    of: AtomicU32,
}

impl Meter {
    /// One that is listened to, until the last clone of it is gone.
    pub(crate) fn listened() -> (Self, UnboundedReceiver<JobParts>) {
        let (told, hears) = unbounded();
        (Self { told: Some(told), ..Self::default() }, hears)
    }

    /// Says how many parts there will be. Said before the first of them is made.
    pub(crate) fn expect(&self, parts: usize) {
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        self.counts.of.fetch_add(parts, Ordering::Relaxed);
    }

    /// Counts parts that were made, or turned out not to be needed.
    pub(crate) fn count(&self, parts: usize) {
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        let before = self.counts.done.fetch_add(parts, Ordering::Relaxed);
        let (done, of) = (before.saturating_add(parts), self.counts.of.load(Ordering::Relaxed));
        if let Some(told) = &self.told {
            // When nobody listens any more, nobody needs to know.
            told.unbounded_send(JobParts { done, of }).unwrap_or_default();
        }
    }

    /// What makes a part, counted when it has.
    pub(crate) async fn part<T>(
        &self,
        making: impl Future<Output = Result<T, ReportsError>>,
    ) -> Result<T, ReportsError> {
        let made = making.await?;
        self.count(1);
        Ok(made)
    }
}
