//! What the council's own people see of statements, and do by hand: authorise, finalise, pause the schedule.
//!
//! By hand nothing is done that the schedule would do differently: a finaliser's agreement is written to the head,
//! and then the statement is finalised by the same steps, at once instead of at its instant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::authorising::{Authorised, CannotAuthorise, ToAuthorise};
use domain::clock::Now;
use domain::facts::{Contract, Period};
use domain::ids::{ContractRef, CycleRef, ProviderRef, StaffRef};
use domain::item::ItemStatus;
use domain::money::Money;
use domain::period::Lifecycle;
use domain::record::StatementRecord;
use domain::schedule::{CannotSchedule, Schedule, ScheduleStep};
use domain::statement::{Statement, Totals};
use files::Place;
use store::{OutboxId, Progress};

use crate::load::Known;
use crate::show::Shown;
use crate::{Statements, StatementsError, WhichStatement};

/// How often something is tried again when others changed it meanwhile.
const TRIES_MAX: u32 = 8;

/// Larger than any payment file: 25,000 rows.
const PAYMENT_FILE_BYTES_MAX: usize = 25_000_000;

/// One of the council's people, who does something by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finaliser {
    /// Who.
    pub staff_ref: StaffRef,
    /// Their name.
    pub name: String,
}

/// A contract's statement in a period, as a line of the council's list.
#[derive(Debug, Clone)]
pub struct CouncilLine {
    /// The agreement.
    pub contract: Contract,
    /// When.
    pub period: Period,
    /// How far it has come.
    pub lifecycle: Lifecycle,
    /// Its head. An answer to other items than those it has now counts as none.
    pub record: StatementRecord,
    /// What it comes to.
    pub totals: Totals,
    /// Why something of it is not paid, with how much.
    pub held: BTreeMap<String, Money>,
    /// Who decided something about it by hand.
    pub makers: BTreeSet<StaffRef>,
    /// Whether somebody else must authorise it before it is finalised.
    pub awaits: bool,
}

/// A statement as the council sees it.
#[derive(Debug, Clone)]
pub struct CouncilShown {
    /// As its provider reads it.
    pub shown: Shown,
    /// Who decided something about it by hand.
    pub makers: BTreeSet<StaffRef>,
    /// Whether somebody else must authorise it before it is finalised.
    pub awaits: bool,
    /// Who paused the schedule of its cycle, if it is paused.
    pub paused: Option<ScheduleStep>,
}

/// The payment file of a finalised statement.
#[derive(Debug, Clone)]
pub struct PaymentFile {
    /// What it is called.
    pub name: String,
    /// As it was sent.
    pub csv: Vec<u8>,
    /// What it was made from.
    pub statement: Statement,
}

/// A statement that was finalised by hand, with the emails to send.
#[derive(Debug, Clone)]
pub struct FinalisedByHand {
    /// As it is then.
    pub shown: CouncilShown,
    /// What tells of it.
    pub emails: Vec<OutboxId>,
}

/// How far the contracts of a cycle are in one of its periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PeriodTally {
    /// Contracts that have a statement in it.
    pub contracts: usize,
    /// Those that are locked and not finalised.
    pub locked: usize,
    /// Those that are finalised.
    pub finalised: usize,
}

impl PeriodTally {
    /// How far contracts with this progress are in `period`.
    pub fn of(period: &Period, progress: &[Progress]) -> Self {
        let end = Some(period.end_date);
        let mut tally = Self::default();
        for it in progress.iter().filter(|it| it.portal_from <= period.start_date) {
            tally.contracts = tally.contracts.saturating_add(1);
            if it.finalised_to >= end {
                tally.finalised = tally.finalised.saturating_add(1);
            } else if it.locked_to >= end {
                tally.locked = tally.locked.saturating_add(1);
            }
        }
        tally
    }

    /// Whether some of its statements are finalised and others are not.
    pub fn is_partially_finalised(self) -> bool {
        self.finalised > 0 && self.finalised < self.contracts
    }
}

impl Statements {
    /// The statement of a contract in the period that starts on `period_start`; none: it has none.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets do not answer.
    pub async fn council_line(
        &self,
        (provider, contract): (&ProviderRef, &ContractRef),
        period_start: NaiveDate,
        now: Now,
    ) -> Result<Option<CouncilLine>, StatementsError> {
        let known = self.known(provider, contract).await?;
        let Some(period) = known.period(period_start) else { return Ok(None) };
        let saved = known.record(period_start);
        let statement = self.statement_of(&known, &saved, Some(period)).await?;
        let record = saved.effective(known.contract().asks(), &statement.digest());
        let lifecycle = known.lifecycles(now).get(&period_start).copied();
        let lifecycle = lifecycle.unwrap_or(Lifecycle::Future);
        let lifecycle = known.standing(lifecycle, &record, &statement);
        let (makers, awaits) = known.four_eyes(&record, &statement);
        Ok(Some(CouncilLine {
            contract: known.contract().clone(),
            period: period.clone(),
            lifecycle,
            totals: statement.totals()?,
            held: held(&statement)?,
            record,
            makers,
            awaits,
        }))
    }

    /// The statements that are locked and wait for a second person to authorise them: so many at most.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets do not answer.
    pub async fn awaiting(
        &self,
        max: usize,
        now: Now,
    ) -> Result<Vec<CouncilLine>, StatementsError> {
        let locked = self.contracts_where(|progress, periods| {
            let of = |it: &&Period| {
                Some(it.end_date) > progress.finalised_to && Some(it.end_date) <= progress.locked_to
            };
            periods.iter().find(of).map(|it| it.start_date)
        });
        let mut awaiting = Vec::new();
        for (contract, start) in locked.await?.into_iter().take(max) {
            let of = (&contract.provider_ref, &contract.contract_ref);
            let line = Box::pin(self.council_line(of, start, now)).await?;
            awaiting.extend(line.filter(|it| it.awaits));
        }
        Ok(awaiting)
    }

    /// A statement as the council sees it.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if there is no such statement.
    pub async fn council_shown(
        &self,
        which: &WhichStatement,
        now: Now,
    ) -> Result<CouncilShown, StatementsError> {
        let known = self.known(&which.provider_ref, &which.contract_ref).await?;
        self.council_shown_of(&known, which.period_start, now).await
    }

    async fn council_shown_of(
        &self,
        known: &Known,
        start: NaiveDate,
        now: Now,
    ) -> Result<CouncilShown, StatementsError> {
        let shown = Box::pin(self.shown(known, &known.provider_ref, start, now)).await?;
        let (makers, awaits) = known.four_eyes(&shown.record, &shown.statement);
        let schedule = self.store.schedule(&known.contract().cycle_ref).await?;
        Ok(CouncilShown { shown, makers, awaits, paused: schedule.paused().cloned() })
    }

    /// A finaliser agrees that a locked statement is paid as they read it. It is finalised when its instant comes.
    ///
    /// # Errors
    ///
    /// [`StatementsError::Authorise`] says why not.
    pub async fn authorise(
        &self,
        which: &WhichStatement,
        (who, digest): (&Finaliser, &str),
        now: Now,
    ) -> Result<CouncilShown, StatementsError> {
        for _ in 0..TRIES_MAX {
            let known = self.known(&which.provider_ref, &which.contract_ref).await?;
            match self.authorised(&known, which.period_start, (who, digest), now).await {
                Err(error) if error.is_stale() => {}
                done => {
                    done?;
                    return self.council_shown(which, now).await;
                }
            }
        }
        Err(StatementsError::Busy)
    }

    /// Writes the agreement to the head, unless it has one that holds. Whether it was written.
    async fn authorised(
        &self,
        known: &Known,
        start: NaiveDate,
        (who, digest): (&Finaliser, &str),
        now: Now,
    ) -> Result<bool, StatementsError> {
        let saved = known.record(start);
        if saved.locked.is_none() {
            known.period(start).ok_or(StatementsError::NotFound)?;
            return Err(CannotAuthorise::NotLocked.into());
        }
        let statement = self.fixed_statement(known, &saved).await?;
        let makers = known.today.facts.makers(&statement);
        let to = ToAuthorise { digest: &statement.digest(), makers: &makers };
        let authorised = Authorised {
            by: who.staff_ref.clone(),
            name: who.name.clone(),
            at: now.instant,
            digest: digest.to_owned(),
        };
        let record = saved.clone().authorise(authorised, to)?;
        if record == saved {
            return Ok(false);
        }
        self.store.save_response(&record).await?;
        cloud::tracing::info!(contract = %known.contract_ref, %start, "statement authorised");
        Ok(true)
    }

    /// A finaliser agrees that a locked statement is paid as they read it, and it is finalised at once. The same again
    /// finishes what was cut off, and finds it done.
    ///
    /// # Errors
    ///
    /// [`StatementsError::Authorise`] or [`StatementsError::Schedule`] says why not.
    pub async fn finalise_by_hand(
        &self,
        which: &WhichStatement,
        (who, digest): (&Finaliser, &str),
        now: Now,
    ) -> Result<FinalisedByHand, StatementsError> {
        for _ in 0..TRIES_MAX {
            let known = self.known(&which.provider_ref, &which.contract_ref).await?;
            let saved = known.record(which.period_start);
            let own = |it: &Authorised| it.by == who.staff_ref && it.digest == digest;
            if saved.finalised.is_some() && saved.authorised.as_ref().is_some_and(own) {
                let shown = self.council_shown_of(&known, which.period_start, now).await?;
                return Ok(FinalisedByHand { shown, emails: Vec::new() });
            }
            if saved.finalised.is_none() && self.is_paused(&known).await? {
                return Err(CannotSchedule::Paused.into());
            }
            match self.paid_by_hand(&known, which.period_start, (who, digest), now).await {
                Err(error) if error.is_stale() => {}
                done => {
                    if let Some(emails) = done? {
                        let shown = self.council_shown(which, now).await?;
                        return Ok(FinalisedByHand { shown, emails });
                    }
                }
            }
        }
        Err(StatementsError::Busy)
    }

    /// One step on the way: first the agreement is written, then, under the head that has it, the payment. None: read
    /// again and go on.
    async fn paid_by_hand(
        &self,
        known: &Known,
        start: NaiveDate,
        (who, digest): (&Finaliser, &str),
        now: Now,
    ) -> Result<Option<Vec<OutboxId>>, StatementsError> {
        if self.authorised(known, start, (who, digest), now).await? {
            return Ok(None);
        }
        let told = Box::pin(self.finalise(known, start, None, now)).await?;
        told.map(Some).ok_or_else(|| CannotAuthorise::Changed.into())
    }

    /// Pauses or resumes the schedule of a cycle. The same again is once.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if there is no such cycle; [`StatementsError::Schedule`] says why not.
    pub async fn schedule_by_hand(
        &self,
        cycle: &CycleRef,
        step: &ScheduleStep,
    ) -> Result<Schedule, StatementsError> {
        if !self.store.cycle_refs().await?.contains(cycle) {
            return Err(StatementsError::NotFound);
        }
        for _ in 0..TRIES_MAX {
            match self.turned(cycle, step).await {
                Err(error) if error.is_stale() => {}
                done => return done,
            }
        }
        Err(StatementsError::Busy)
    }

    async fn turned(
        &self,
        cycle: &CycleRef,
        step: &ScheduleStep,
    ) -> Result<Schedule, StatementsError> {
        let was = self.store.schedule(cycle).await?;
        let schedule = was.clone().with(step.clone())?;
        if schedule != was {
            self.store.save_schedule(&schedule).await?;
            cloud::tracing::info!(%cycle, paused = step.paused, "schedule changed");
        }
        Ok(schedule)
    }

    /// The payment file of a finalised statement, byte for byte as it was sent.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if there is none.
    pub async fn payment_file(
        &self,
        which: &WhichStatement,
    ) -> Result<PaymentFile, StatementsError> {
        let WhichStatement { provider_ref, contract_ref, period_start } = which;
        let record = self.store.statement_record(provider_ref, contract_ref, *period_start).await?;
        record.and_then(|it| it.finalised).ok_or(StatementsError::NotFound)?;
        let statement = self.finalised_body(contract_ref, *period_start).await?.statement;
        let place = Place::payment_file(&statement.period.cycle_ref, *period_start, contract_ref);
        let file = self.objects.get(&place, PAYMENT_FILE_BYTES_MAX).await?;
        let file = file.ok_or_else(|| StatementsError::Body(place.to_string()))?;
        let name = place.name.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(PaymentFile { name, csv: file.bytes, statement })
    }
}

/// Why something is not paid, with how much: the reasons that the provider reads.
fn held(statement: &Statement) -> Result<BTreeMap<String, Money>, StatementsError> {
    let mut held: BTreeMap<String, Money> = BTreeMap::new();
    for item in statement.items.iter().filter(|it| it.status != ItemStatus::Payable) {
        let reason = item.hold.as_ref().map_or("Not payable", |hold| hold.reason.as_str());
        let sum = held.entry(reason.to_owned()).or_default();
        *sum = sum.plus(item.amount)?;
    }
    Ok(held)
}
