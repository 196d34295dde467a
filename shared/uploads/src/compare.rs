//! What applying the rows of a file would do to what is recorded.

use chrono::{DateTime, Utc};
use domain::actuals::{Change, Quantity};
use domain::ids::BatchId;
use domain::money::Money;
use domain::upload::RowCounts;
use domain::weeks::{Recorded, Source};
use store::Store;

use crate::UploadsError;
use crate::error::{COMMENTS, no_room};
use crate::known::Known;
use crate::sift::Sifted;
use crate::walk::Walk;

/// What applying would do.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) counts: RowCounts,
    pub(crate) adds: Money,
    /// What each row replaces, in the order of the rows.
    pub(crate) replaced: Vec<(u32, Quantity)>,
}

/// Which batch applies, and as of when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applying<'a> {
    pub(crate) batch_id: &'a BatchId,
    pub(crate) as_of: DateTime<Utc>,
}

impl Applying<'_> {
    /// Whether what is recorded was said after the file: it stays.
    pub(crate) fn is_before(&self, recorded: &Recorded) -> bool {
        recorded.at > self.as_of && !self.wrote(recorded)
    }

    /// Whether it is what this batch recorded.
    pub(crate) fn wrote(&self, recorded: &Recorded) -> bool {
        match &recorded.source {
            Source::Upload { batch_id } => batch_id == self.batch_id,
            Source::Form => false,
        }
    }
}

/// Compares the rows with what is recorded.
pub(crate) async fn compare(
    store: &Store,
    known: &Known,
    sifted: &Sifted<'_>,
    applying: Applying<'_>,
) -> Result<Compared, UploadsError> {
    let (read, rejected) = (sifted.read, sifted.rejected);
    let counts = RowCounts { read, rejected, ..RowCounts::default() };
    let mut compared = Compared { counts, adds: Money::ZERO, replaced: Vec::new() };
    let kept = &sifted.kept;
    let walk = Walk::new(store, known, kept);
    walk.each(async |_, entries| {
        for entry in &entries {
            let Some(subject) = kept.subjects().get(entry.subject) else { continue };
            for row in subject.rows.get(entry.rows.clone()).unwrap_or_default() {
                let old = entry.record.weeks.get(&row.week_start());
                if old.is_some_and(|old| applying.wrote(old)) {
                    // Another process is recording this very batch: it has told what was found.
                    return Err(UploadsError::Busy);
                }
                if old.is_some_and(|old| applying.is_before(old)) {
                    compared.later(row.late);
                    continue;
                }
                let comment = kept.comment(row).map_err(no_room(COMMENTS))?;
                let comment = comment.as_deref();
                let Some(accepted) = kept.accepted(subject, row, comment) else { continue };
                compared.add(&accepted, old, row.warned)?;
            }
        }
        Ok(())
    })
    .await?;
    compared.replaced.sort_unstable_by_key(|(row, _)| *row);
    Ok(compared)
}

impl Compared {
    /// Something later is recorded already: the row changes nothing.
    fn later(&mut self, late: bool) {
        let counts = &mut self.counts;
        counts.unchanged = counts.unchanged.saturating_add(1);
        counts.late = counts.late.saturating_add(late.into());
    }

    fn add(
        &mut self,
        accepted: &domain::actuals::Accepted<'_, '_>,
        old: Option<&Recorded>,
        warned: bool,
    ) -> Result<(), UploadsError> {
        let compared = accepted.against(old.map(|old| &old.week))?;
        self.adds = self.adds.plus(compared.adds)?;
        let counts = &mut self.counts;
        let count = match compared.change {
            Change::New => &mut counts.new,
            Change::Changed { .. } => &mut counts.changed,
            Change::Unchanged => &mut counts.unchanged,
        };
        *count = count.saturating_add(1);
        counts.late = counts.late.saturating_add(accepted.late.into());
        let replaces = matches!(compared.change, Change::Changed { .. });
        counts.warned = counts.warned.saturating_add((warned || replaces).into());
        if let Change::Changed { old } = compared.change {
            let quantity = Quantity::exactly(old.actual).unwrap_or(Quantity::ZERO);
            self.replaced.push((accepted.row, quantity));
        }
        Ok(())
    }
}
