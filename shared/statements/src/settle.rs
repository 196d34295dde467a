//! Locks and finalises what is due of one contract, in order.
//!
//! Every step can be cut off anywhere and done again: first the items are written under a name that the period
//! alone decides, and read back, so that everybody goes on from the same; then one transaction turns the head,
//! how far the contract is, and what tells of it. What has turned is not turned again.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use cloud::metrics::{self, Metric};
use domain::clock::{Now, london_date};
use domain::facts::Period;
use domain::ids::ProviderRef;
use domain::notice::Happening;
use domain::record::{
    Finalised, Fixed, HeldAtLock, Locked, Response, StatementRecord, unconfirmed_in_a_row,
};
use domain::remittance_note::{self, FixedNote, NoteAbout};
use domain::statement::Statement;
use files::Place;
use futures::future::try_join_all;
use messages::templates;
use store::{
    EMAILS_MAX, OutboxEmail, OutboxId, PAYEES_MAX, Payee, Progress, Telling, UntoldPayment,
};

use crate::bodies::{FinalisedBody, LockedBody};
use crate::due::{Doing, DueContract};
use crate::load::Known;
use crate::run::Announcement;
use crate::{Statements, StatementsError};

/// How many steps one call does at most: a contract that was forgotten for years goes on with the next call.
const STEPS_MAX: u32 = 60;

/// How often a step is tried again when others changed something meanwhile.
const TRIES_MAX: u32 = 5;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The first days of the periods that were locked.
    pub locked: Vec<NaiveDate>,
    /// The first days of the periods that were finalised.
    pub finalised: Vec<NaiveDate>,
    /// What to tell the mail queue of: emails, and payments of which nobody is told yet.
    pub emails: Vec<OutboxId>,
}

/// What is to be done next.
enum Step {
    Lock(Period),
    Finalise(NaiveDate),
    /// It is locked, and not due yet.
    Await(NaiveDate),
}

/// What happened when a statement locked.
#[derive(Clone, Copy)]
struct LockNews<'a> {
    period: &'a Period,
    record: &'a StatementRecord,
    /// The provider had responded to other items.
    superseded: bool,
}

impl Statements {
    /// Locks and finalises everything of one contract that is due by `now`: each period is finalised before the
    /// next is locked. Done twice, late or by two at once, it is done once.
    ///
    /// # Errors
    ///
    /// [`StatementsError`] if the table or the buckets do not answer. What was done stays done.
    pub async fn settle(&self, due: &DueContract, now: Now) -> Result<Settled, StatementsError> {
        self.settle_announced(due, None, now).await
    }

    /// The same, when an entry of the audit may say already what is about to be done, see
    /// [`Statements::announce_due`].
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn settle_announced(
        &self,
        due: &DueContract,
        entry: Option<u64>,
        now: Now,
    ) -> Result<Settled, StatementsError> {
        let announced = self.announced(due, entry).await?;
        let mut settled = Settled::default();
        let mut tries = 0;
        let mut steps = 0;
        while steps < STEPS_MAX {
            match self.step(due, announced, now, &mut settled).await {
                Ok(true) => (steps, tries) = (steps.saturating_add(1), 0),
                Ok(false) => return Ok(settled),
                Err(error) if error.is_stale() && tries < TRIES_MAX => {
                    tries = tries.saturating_add(1);
                }
                Err(error) if error.is_stale() => return Err(StatementsError::Busy),
                Err(error) => return Err(error),
            }
        }
        Ok(settled)
    }

    /// Does what is due next. Whether there was something.
    async fn step(
        &self,
        due: &DueContract,
        announced: Option<Announcement>,
        now: Now,
        settled: &mut Settled,
    ) -> Result<bool, StatementsError> {
        let known = self.known(&due.provider_ref, &due.contract_ref).await?;
        match self.next_step(&known, now).await? {
            Some(Step::Lock(period)) => {
                let step = (Doing::Lock, period.start_date);
                self.announce(&known, step, announced, now).await?;
                settled.emails.extend(self.lock(&known, &period, now).await?);
                settled.locked.push(period.start_date);
                Ok(true)
            }
            Some(Step::Finalise(start)) => {
                let Some(emails) = self.finalise(&known, start, announced, now).await? else {
                    return Ok(false);
                };
                settled.emails.extend(emails);
                settled.finalised.push(start);
                Ok(true)
            }
            Some(Step::Await(start)) => {
                let body = self.locked_body(&known.contract_ref, start).await?;
                self.deal_with_changes(&known, &body).await?;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    async fn next_step(&self, known: &Known, now: Now) -> Result<Option<Step>, StatementsError> {
        let open =
            |record: &&StatementRecord| record.locked.is_some() && record.finalised.is_none();
        if let Some(record) = known.records.values().find(open) {
            let start = record.period_start;
            let finalise_at = if let Some(period) = known.period(start) {
                period.finalise_at
            } else {
                // The contract has gone over to another cycle since.
                let body = self.locked_body(&known.contract_ref, start).await?;
                body.statement.period.finalise_at
            };
            let due = now.instant >= finalise_at && !self.is_paused(known).await?;
            return Ok(Some(if due { Step::Finalise(start) } else { Step::Await(start) }));
        }
        let next = known
            .first_not_fixed()
            .filter(|period| now.instant >= known.contract().locks_at(period));
        Ok(next.cloned().map(Step::Lock))
    }

    /// Whether the schedule of the contract's cycle is paused: then nothing of it is finalised.
    pub(crate) async fn is_paused(&self, known: &Known) -> Result<bool, StatementsError> {
        let schedule = self.store.schedule(&known.contract().cycle_ref).await?;
        Ok(schedule.paused().is_some())
    }

    async fn lock(
        &self,
        known: &Known,
        period: &Period,
        now: Now,
    ) -> Result<Vec<OutboxId>, StatementsError> {
        let start = period.start_date;
        let computed = LockedBody {
            at: now.instant,
            statement: self.open_statement(known, period).await?,
            computed_from: known.today.changed.clone(),
        };
        let body = self.fix_body(&Place::locked(&known.contract_ref, start), &computed).await?;
        let was = known.record(start);
        let fixed = Fixed {
            confirmation: known.contract().asks(),
            digest: &body.statement.digest(),
            items: &body.statement.items,
            at: body.at,
        };
        let before = unconfirmed_in_a_row(&known.records, start);
        let record = was.clone().lock(fixed, before, &known.settings);
        let progress = self.progress(known).await?;
        let locked_to = progress.locked_to.max(Some(body.statement.period.end_date));
        let progress = Progress { locked_to, ..progress };
        let superseded = was.response.answer().is_some() && record.response.is_unconfirmed();
        let news = LockNews { period: &body.statement.period, record: &record, superseded };
        let emails = self.news_of_lock(known, news, now).await?;
        let ids = emails.iter().map(|email| email.outbox_id.clone()).collect();
        let day = london_date(body.at);
        let told = known.happened(Happening::StatementLocked, &body.statement, day);
        let telling = Telling::emails(emails).with_news(told);
        self.store.save_locked(&record, &progress, telling).await?;
        self.deal_with_changes(known, &body).await?;
        Ok(ids)
    }

    /// Sends a locked statement for payment. None: it waits for a second person to authorise it.
    pub(crate) async fn finalise(
        &self,
        known: &Known,
        start: NaiveDate,
        announced: Option<Announcement>,
        now: Now,
    ) -> Result<Option<Vec<OutboxId>>, StatementsError> {
        let record = known.record(start);
        let Some(body) = self.body_to_pay(known, &record, now).await? else { return Ok(None) };
        self.announce(known, (Doing::Finalise, start), announced, now).await?;
        self.write_files(&body).await?;
        let progress = self.progress(known).await?;
        let invoices = self.paid_invoices(known, &body).await?;
        let finalised_to = progress.finalised_to.max(Some(body.statement.period.end_date));
        let progress = Progress { finalised_to, ..progress };
        let untold = known.untold(&body)?;
        let ids = untold.iter().map(UntoldPayment::outbox_id).collect();
        let paid = body.finalised.totals.payable.pence();
        let record = record.finalise(body.finalised);
        self.store.save_finalised(&record, &progress, untold, invoices).await?;
        metrics::write(&[(Metric::StatementsFinalised, 1), (Metric::PencePaid, paid)], &[]);
        Ok(Some(ids))
    }

    /// What a locked statement pays, fixed for ever. None: it waits for a second person to authorise it.
    async fn body_to_pay(
        &self,
        known: &Known,
        record: &StatementRecord,
        now: Now,
    ) -> Result<Option<FinalisedBody>, StatementsError> {
        let (contract, start) = (&known.contract_ref, record.period_start);
        let locked = self.locked_body(contract, start).await?;
        self.deal_with_changes(known, &locked).await?;
        let statement = locked
            .statement
            .with_directives(&known.today.facts)
            .with_response(record, &known.settings);
        if known.four_eyes(record, &statement).1 {
            cloud::tracing::info!(contract = %contract, %start, "statement waits for authorisation");
            return Ok(None);
        }
        let finalised = Finalised {
            run_id: Finalised::run_id(contract, start),
            at: now.instant,
            totals: statement.totals()?,
            lines: u32::try_from(statement.items.len()).unwrap_or(u32::MAX),
            notes: self.notes_of(&statement).await?,
        };
        let computed = FinalisedBody { finalised, statement };
        Ok(Some(self.fix_body(&Place::finalised(contract, start), &computed).await?))
    }

    /// What the council wrote at the foot of the remittance advices of a payment: to all in the cycle, to each who is
    /// paid, and about the contract.
    async fn notes_of(&self, statement: &Statement) -> Result<Vec<FixedNote>, StatementsError> {
        let Statement { provider_ref, contract_ref, period, .. } = statement;
        let mut about = vec![
            NoteAbout::Cycle { cycle_ref: period.cycle_ref.clone() },
            NoteAbout::Contract {
                provider_ref: provider_ref.clone(),
                contract_ref: contract_ref.clone(),
            },
        ];
        let to = |it: &ProviderRef| NoteAbout::Provider { provider_ref: it.clone() };
        about.extend(payees(statement).into_iter().map(to));
        let pay_date = period.pay_date;
        let read = about.iter().map(|it| self.store.remittance_notes_of(it, pay_date));
        let notes = try_join_all(read).await?;
        Ok(remittance_note::fixed(notes.into_iter().flatten(), pay_date))
    }

    async fn progress(&self, known: &Known) -> Result<Progress, StatementsError> {
        let contract = known.contract();
        let there = self.store.progress(&contract.cycle_ref, &contract.contract_ref).await?;
        Ok(there.unwrap_or_else(|| Progress::new(contract)))
    }

    /// Facts that had changed before the items were fixed are no longer to be computed again. Those that
    /// changed since are.
    async fn deal_with_changes(
        &self,
        known: &Known,
        body: &LockedBody,
    ) -> Result<(), StatementsError> {
        for changed in &body.computed_from {
            self.store.clear_changed(&known.provider_ref, &known.contract_ref, changed).await?;
        }
        Ok(())
    }

    async fn news_of_lock(
        &self,
        known: &Known,
        lock: LockNews<'_>,
        now: Now,
    ) -> Result<Vec<OutboxEmail>, StatementsError> {
        let LockNews { period, record, superseded } = lock;
        let Some(Locked { held, unconfirmed_in_a_row: in_a_row, .. }) = record.locked else {
            return Ok(Vec::new());
        };
        let head = self.letterhead(&known.settings)?;
        let name = self.provider_name(&known.provider_ref).await?;
        let about = known.about(&name, period);
        let suspend_after = known.settings.auto_suspend_after;
        let changed = superseded
            .then(|| ("changed-before-lock", templates::changed_before_lock(&head, &about)));
        let outcome = match (held, &record.response) {
            (Some(HeldAtLock::Rejected), _) => {
                Some(("rejected-held", templates::rejected_held(&head, &about)))
            }
            (Some(HeldAtLock::Unconfirmed), _) => {
                Some(("suspended", templates::suspended(&head, &about, in_a_row)))
            }
            (None, Response::Unconfirmed { .. }) if suspend_after > 0 => {
                let letter = templates::unconfirmed_warning(&head, &about, in_a_row, suspend_after);
                Some(("unconfirmed-warning", letter))
            }
            (None, _) => None,
        };
        let letters: Vec<_> = changed.into_iter().chain(outcome).collect();
        if letters.is_empty() {
            return Ok(Vec::new());
        }
        let mut to = self.store.payment_contacts(&known.provider_ref).await?;
        to.truncate(EMAILS_MAX.div_euclid(letters.len()));
        let news = |what| known.news(what, record.period_start, now);
        Ok(letters.iter().flat_map(|(what, letter)| news(what).letters(&to, letter)).collect())
    }
}

impl Known {
    /// What is to be told of a payment: to the contract's provider, and to each provider of voids that is paid
    /// something, what that provider itself is paid. A statement without items is no news.
    fn untold(&self, body: &FinalisedBody) -> Result<Option<UntoldPayment>, StatementsError> {
        let FinalisedBody { finalised, statement } = body;
        let payee = |payee: &ProviderRef| {
            let totals = statement.totals_of(payee)?;
            Ok::<_, StatementsError>(Payee { provider_ref: payee.clone(), totals })
        };
        let payees: Vec<Payee> =
            payees(statement).into_iter().map(payee).collect::<Result<_, _>>()?;
        Ok((!payees.is_empty()).then(|| UntoldPayment {
            contract_ref: self.contract_ref.clone(),
            contract_name: self.contract().name.clone(),
            period: statement.period.clone(),
            at: finalised.at,
            payees,
        }))
    }
}

/// Who is told of a payment: the contract's own provider first, then those of voids. Nobody, if there are no items.
fn payees(statement: &Statement) -> Vec<&ProviderRef> {
    let own = &statement.provider_ref;
    let mut others: BTreeSet<_> = statement.items.iter().map(|item| &item.payee).collect();
    others.remove(own);
    let own = Some(own).filter(|_| !statement.items.is_empty());
    own.into_iter().chain(others).take(PAYEES_MAX).collect()
}
