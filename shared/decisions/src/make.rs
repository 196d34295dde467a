//! A decision is kept and dropped into the council's inbox, once.

use chrono::NaiveDateTime;
use chrono_tz::Europe::London;
use domain::clock::Now;
use domain::ids::StaffRef;
use domain::request_id::RequestId;
use files::{Place, Put, csv};
use store::ByHand;

use crate::plan::Maker;
use crate::{Decisions, DecisionsError, Ruling};

/// How the time in a file's name is written.
const FILE_TIME: &str = "%Y%m%dT%H%M%S";
/// How many seconds after a decision it is looked for a name that is free.
const NAMES_MAX: usize = 60;
/// Larger than any file that is dropped here.
const FILE_BYTES_MAX: usize = 1_000_000;
/// How often something is tried again because somebody else was faster.
const RACES_MAX: u32 = 8;

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Who.
    pub staff_ref: StaffRef,
    /// Their name.
    pub name: String,
}

/// What somebody decides.
#[derive(Debug, Clone)]
pub struct Deciding {
    /// Made by the page, so that a request that comes twice is known.
    pub request_id: RequestId,
    /// What.
    pub ruling: Ruling,
}

impl Decisions {
    /// Keeps a decision and drops the file that makes it. The same request again gives what it led to, and finishes
    /// what was cut off.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] says why it cannot be made.
    pub async fn decide(
        &self,
        officer: &Officer,
        deciding: &Deciding,
        now: Now,
    ) -> Result<ByHand, DecisionsError> {
        let id = deciding.request_id.of(&officer.staff_ref);
        for _ in 0..RACES_MAX {
            if let Some(made) = self.store.by_hand(&id).await? {
                return self.dropped(made).await;
            }
            let decision = Box::pin(self.decision(officer, (&id, &deciding.ruling), now)).await?;
            match self.store.save_by_hand(&decision).await.map_err(DecisionsError::from) {
                Err(error) if error.is_stale() => {}
                saved => saved?,
            }
        }
        Err(DecisionsError::Busy)
    }

    async fn decision(
        &self,
        officer: &Officer,
        (id, ruling): (&str, &Ruling),
        now: Now,
    ) -> Result<ByHand, DecisionsError> {
        let reference = format!("H{}", id.get(..12).unwrap_or(id).to_uppercase());
        let maker = Maker { reference: &reference, staff_ref: &officer.staff_ref };
        let plan = self.planned(ruling, maker, now).await?;
        let csv = csv::write_plain(plan.rows.headings, &[plan.rows.cells])?;
        let local = now.instant.with_timezone(&London).naive_local();
        Ok(ByHand {
            id: id.to_owned(),
            provider_ref: plan.about.0,
            contract_ref: plan.about.1,
            line: plan.line,
            reason: plan.reason,
            by: officer.staff_ref.clone(),
            name: officer.name.clone(),
            at: now.instant,
            feed: plan.rows.feed.to_owned(),
            time: local.format(FILE_TIME).to_string(),
            csv: String::from_utf8_lossy(&csv).into_owned(),
            file: None,
            version: 0,
        })
    }

    /// Drops the file of a decision, if that is still to be done.
    async fn dropped(&self, mut decision: ByHand) -> Result<ByHand, DecisionsError> {
        for _ in 0..RACES_MAX {
            if decision.file.is_some() {
                return Ok(decision);
            }
            let named = self.put(decision.clone()).await?;
            match self.store.by_hand_dropped(&named).await.map_err(DecisionsError::from) {
                Err(error) if error.is_stale() => {
                    let there = self.store.by_hand(&decision.id).await?;
                    decision = there.ok_or(DecisionsError::NotFound)?;
                }
                saved => return saved.map(|()| named),
            }
        }
        Err(DecisionsError::Busy)
    }

    /// Puts the file under the first name that is free, or finds it there.
    async fn put(&self, mut decision: ByHand) -> Result<ByHand, DecisionsError> {
        for _ in 0..NAMES_MAX {
            let name = format!("{}_{}.csv", decision.feed, decision.time);
            let place = Place::council_inbox(&name);
            let put = self.objects.put_if_absent(&place, decision.csv.as_bytes()).await?;
            let ours = put == Put::Written || {
                let there = self.objects.get(&place, FILE_BYTES_MAX).await?;
                there.is_some_and(|it| it.bytes == decision.csv.as_bytes())
            };
            if ours {
                cloud::tracing::info!(file = name, "decision dropped");
                return Ok(ByHand { file: Some(name), ..decision });
            }
            decision.time = next_second(&decision.time).ok_or(DecisionsError::Busy)?;
        }
        Err(DecisionsError::Busy)
    }

    /// Drops the files of decisions that were cut off. Gives how many.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] if the table or a bucket does not answer: the next run goes on.
    pub async fn finish(&self) -> Result<usize, DecisionsError> {
        let pending = self.store.pending_by_hand().await?;
        for decision in &pending {
            let there = self.store.by_hand(&decision.id).await?;
            self.dropped(there.ok_or(DecisionsError::NotFound)?).await?;
        }
        Ok(pending.len())
    }
}

fn next_second(time: &str) -> Option<String> {
    let time = NaiveDateTime::parse_from_str(time, FILE_TIME).ok()?;
    let next = time.checked_add_signed(chrono::TimeDelta::seconds(1))?;
    Some(next.format(FILE_TIME).to_string())
}
