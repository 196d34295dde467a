//! Where a test can cut the power.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::failure::{Failure, Kind};
use thiserror::Error;

/// Asked before and after every call to AWS; a test makes it say no at one of them.
///
/// Cut before a call, the call was never made. Cut after it, the call had its effect and we never learnt of it.
/// A fuse that has blown stays blown, since a process that was killed does nothing more. Clones share one fuse.
/// The default never blows and counts nothing.
#[derive(Debug, Clone, Default)]
pub struct Fuse(Option<Arc<Mutex<Burns>>>);

#[derive(Debug, Default)]
struct Burns {
    passed: usize,
    /// The places that were passed, if somebody asked for them all: most want to know only where it said no.
    labels: Option<Vec<String>>,
    blown: Option<String>,
    failed: Vec<String>,
    blows_at: Option<usize>,
    fails_at: BTreeSet<usize>,
    pause: Option<Pause>,
}

/// Where a process stands still while something else happens.
struct Pause {
    at: usize,
    meanwhile: Box<dyn FnOnce() + Send>,
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pause({})", self.at)
    }
}

/// The process was killed here, as a test asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("interrupted at cut {at}, {label}")]
pub struct Interrupted {
    at: usize,
    label: String,
}

impl Failure for Interrupted {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "interrupted"
    }
}

impl Fuse {
    /// Blows at the `cut`-th place where it can, counted from 1, and everywhere after it.
    pub fn blowing_at(cut: usize) -> Self {
        Self::with(Burns { blows_at: Some(cut), ..Burns::default() })
    }

    /// Never blows, and fails once at each of these places, counted from 1: before a call like a service that is too
    /// busy, after it like one whose answer was lost. Whoever called learns of it and lives on.
    pub fn failing_at(cuts: impl IntoIterator<Item = usize>) -> Self {
        Self::with(Burns { fails_at: cuts.into_iter().collect(), ..Burns::default() })
    }

    /// Never blows, and counts the places where it could have.
    pub fn counting() -> Self {
        Self::with(Burns { labels: Some(Vec::new()), ..Burns::default() })
    }

    /// Never blows. At the `cut`-th place, counted from 1, everything stands still while `meanwhile` happens:
    /// so a test lets somebody else be faster, always in the same place.
    pub fn pausing_at(cut: usize, meanwhile: impl FnOnce() + Send + 'static) -> Self {
        let pause = Some(Pause { at: cut, meanwhile: Box::new(meanwhile) });
        Self::with(Burns { pause, ..Burns::default() })
    }

    fn with(burns: Burns) -> Self {
        Self(Some(Arc::new(Mutex::new(burns))))
    }

    /// Marks one place where the process can be killed: `before writing 3 records`.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] if the fuse blows here, or has blown.
    pub fn burn(&self, label: fmt::Arguments<'_>) -> Result<(), Interrupted> {
        let Some(mut burns) = self.burns() else { return Ok(()) };
        burns.passed = burns.passed.saturating_add(1);
        if let Some(labels) = &mut burns.labels {
            labels.push(label.to_string());
        }
        let at = burns.passed;
        if let Some(Pause { meanwhile, .. }) = burns.pause.take_if(|pause| pause.at == at) {
            drop(burns);
            meanwhile();
            return Ok(());
        }
        let label = || label.to_string();
        if burns.blows_at.is_some_and(|cut| at >= cut) {
            let label = label();
            burns.blown.get_or_insert_with(|| label.clone());
            return Err(Interrupted { at, label });
        }
        if burns.fails_at.contains(&at) {
            burns.failed.push(label());
            return Err(Interrupted { at, label: label() });
        }
        Ok(())
    }

    /// Whether it has blown. A test that cuts ever later is done when it has not.
    pub fn has_blown(&self) -> bool {
        self.burns().is_some_and(|burns| burns.blown.is_some())
    }

    /// How many places were passed, the one where it blew and those tried after it included.
    pub fn count(&self) -> usize {
        self.burns().map_or(0, |burns| burns.passed)
    }

    /// The places that were passed, oldest first, if they were counted.
    pub fn labels(&self) -> Vec<String> {
        self.burns().and_then(|burns| burns.labels.clone()).unwrap_or_default()
    }

    /// The places where it failed and was lived through, oldest first.
    pub fn failed_labels(&self) -> Vec<String> {
        self.burns().map_or_else(Vec::new, |burns| burns.failed.clone())
    }

    /// Where it blew: `before writing 3 records`.
    pub fn blown_label(&self) -> Option<String> {
        self.burns()?.blown.clone()
    }

    fn burns(&self) -> Option<MutexGuard<'_, Burns>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuse_of_production_never_blows() {
        let fuse = Fuse::default();
        assert_eq!(fuse.burn(format_args!("before a call")), Ok(()));
        assert_eq!(fuse.count(), 0);
    }

    #[test]
    fn a_killed_process_does_nothing_more() {
        let fuse = Fuse::blowing_at(2);
        let other_hand = fuse.clone();
        assert_eq!(fuse.burn(format_args!("before a call")), Ok(()));
        let cut = other_hand.burn(format_args!("after a call")).unwrap_err();
        assert_eq!(cut.to_string(), "interrupted at cut 2, after a call");
        assert!(fuse.burn(format_args!("before another call")).is_err());
        assert_eq!(fuse.blown_label().as_deref(), Some("after a call"));
        assert!(fuse.has_blown());
    }

    #[test]
    fn what_happens_meanwhile_happens_once_and_where_it_was_asked_for() {
        let (tell, told) = std::sync::mpsc::channel();
        let fuse = Fuse::pausing_at(2, move || tell.send(()).unwrap());
        for _ in 0..3 {
            fuse.burn(format_args!("before a call")).unwrap();
        }
        assert_eq!(told.iter().count(), 1);
        assert!(!fuse.has_blown());
    }

    #[test]
    fn what_failed_once_works_when_it_is_tried_again() {
        let fuse = Fuse::failing_at([2, 9]);
        let tries = ["before a call", "after a call", "before a call"].map(|label| {
            let tried = fuse.burn(format_args!("{label}"));
            tried.is_ok()
        });
        assert_eq!(tries, [true, false, true]);
        assert_eq!(fuse.failed_labels(), ["after a call"]);
        assert!(!fuse.has_blown());
    }

    #[test]
    fn counting_says_how_many_cuts_there_are_to_try() {
        let fuse = Fuse::counting();
        fuse.burn(format_args!("before a call")).unwrap();
        fuse.burn(format_args!("after a call")).unwrap();
        assert_eq!(fuse.labels(), ["before a call", "after a call"]);
        assert!(!fuse.has_blown());
    }
}
