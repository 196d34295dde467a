//! The functions' own code, over a council's table, buckets, queues and mail in this process.

use std::collections::BTreeSet;

use agreements::Agreements;
use audit_trail::Trail;
use chrono::{DateTime, NaiveDate, Utc};
use cloud::{Fuse, Setting};
use conversations::Conversations;
use daily_jobs::DailyJobs;
use decisions::Decisions;
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::invoice::InvoiceState;
use domain::record::Reply;
use domain::sign_in::EmailAddress;
use domain::weeks::EntryText;
use files::{Objects, Place};
use finalise::Finalise;
use futures::FutureExt;
use import_file::ImportFile;
use imports::Imports;
use invoicing::{Claiming, Invoicing};
use messages::{Mail, Queue};
use notices::Notices;
use ordering::Orders;
use people::People;
use recording::{Filling, Recording, Saving, WhichPeriod};
use send_email::SendEmail;
use serde_json::{Value, json};
use statements::{Answering, Statements, WhichStatement};
use store::Store;
use testing::parse;

use crate::council::Contract;

const SITE: &str = "https://portal.example";

/// Which function is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    ImportFile,
    Finalise,
    DailyJobs,
    SendEmail,
}

/// What somebody does at the portal.
#[derive(Debug, Clone)]
pub(crate) enum Person {
    /// A provider answers a statement.
    Answers { contract: Contract, start: NaiveDate, how: How },
    /// A provider says what it delivered in a period, and claims what is not claimed yet.
    Claims { contract: Contract, start: NaiveDate, missed: Vec<Missed> },
}

/// How a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Confirms,
    Rejects,
    /// It confirms what was held back of a finalised statement, if anything was.
    ConfirmsOutstanding,
}

/// Quarters of an hour that were planned in a week and not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missed {
    pub(crate) cpli: &'static str,
    pub(crate) week: NaiveDate,
    pub(crate) quarters: u64,
    pub(crate) planned: u64,
}

/// What all processes share.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) payments: Queue,
    pub(crate) mail_queue: Queue,
    pub(crate) mail: Mail,
}

/// Nothing in memory waits for anything.
pub(crate) fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing in memory waits")
}

impl Parts {
    pub(crate) fn empty() -> Self {
        Self::over(Store::in_memory())
    }

    pub(crate) fn over(store: Store) -> Self {
        Self {
            store,
            objects: Objects::in_memory(),
            payments: Queue::in_memory(),
            mail_queue: Queue::in_memory(),
            mail: Mail::in_memory(),
        }
    }

    /// The same, reached through `fuse`.
    pub(crate) fn through(&self, fuse: &Fuse) -> Self {
        Self {
            store: self.store.with_fuse(fuse.clone()),
            objects: self.objects.with_fuse(fuse.clone()),
            payments: self.payments.with_fuse(fuse.clone()),
            mail_queue: self.mail_queue.with_fuse(fuse.clone()),
            mail: self.mail.with_fuse(fuse.clone()),
        }
    }

    /// Drops a file of the council's.
    pub(crate) fn put(&self, stem: &str, text: &str) {
        done(self.objects.put(&Place::council_inbox(&format!("{stem}.csv")), text)).unwrap();
    }

    /// Drops a file and takes it in, undisturbed.
    pub(crate) fn bring(&self, stem: &str, text: &str) {
        self.put(stem, text);
        let at: DateTime<Utc> = "2026-02-01T09:00:00Z".parse().unwrap();
        let name = format!("council/inbox/{stem}.csv");
        done(self.imports().take_in(&name, None, Now::at(at))).expect(stem);
        let log = Place::council_outbox(&format!("{stem}_log.csv"));
        let log = done(self.objects.get(&log, 100_000)).unwrap().expect(stem);
        let log = String::from_utf8(log.bytes).unwrap();
        assert_eq!(log.lines().count(), 1, "{stem}: {log}");
    }

    /// Sends what waits in the mail queue, undisturbed.
    pub(crate) fn send_all(&self) {
        let at = "2026-02-01T09:10:00Z".parse().unwrap();
        let messages = self.mail_queue.take();
        assert_eq!(self.wake(Function::SendEmail, &messages, at), BTreeSet::new());
    }

    /// Gives a function messages, as Lambda does; those that must come again.
    pub(crate) fn wake(
        &self,
        function: Function,
        messages: &[Value],
        now: DateTime<Utc>,
    ) -> BTreeSet<usize> {
        let records = messages.iter().enumerate().map(|(index, body)| {
            let (id, body) = (index.to_string(), body.to_string());
            json!({"messageId": id, "body": body, "eventSource": "aws:sqs"})
        });
        let event = json!({"Records": records.collect::<Vec<_>>()});
        let Ok(answer) = self.invoke(function, event, now) else {
            return (0..messages.len()).collect();
        };
        let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
        failures.map(|it| it["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Tells a function the time; whether it did all that was due.
    pub(crate) fn tell_time(&self, function: Function, time: DateTime<Utc>) -> bool {
        self.invoke(function, json!({"time": time.to_rfc3339()}), time).is_ok()
    }

    fn invoke(&self, function: Function, event: Value, now: DateTime<Utc>) -> Result<Value, ()> {
        match function {
            Function::ImportFile => {
                let imports = ImportFile { imports: self.imports() };
                let take_in = async |drops| Box::pin(imports.take_in(drops)).await;
                let job = async |_: Now| Ok::<(), store::StoreError>(());
                done(triggers::answer(event, &take_in, &job)).map_err(drop)
            }
            Function::Finalise => {
                let finalise = Finalise {
                    statements: self.statements(),
                    payments: self.payments.clone(),
                    mail: self.mail_queue.clone(),
                };
                let settle = async |due| Box::pin(finalise.settle(due)).await;
                let find = async |now| Box::pin(finalise.find(now)).await;
                done(triggers::answer(event, &settle, &find)).map_err(drop)
            }
            Function::DailyJobs => {
                let jobs = self.jobs();
                let handle = async |_: Value| Ok::<(), store::StoreError>(());
                let run = async |now| Box::pin(jobs.run(now)).await;
                done(triggers::answer(event, &handle, &run)).map_err(drop)
            }
            Function::SendEmail => {
                let sender = SendEmail {
                    store: self.store.clone(),
                    mail: self.mail.clone(),
                    queue: self.mail_queue.clone(),
                    site_url: Setting::new("SITE_URL", SITE),
                    random: |id| id.as_str().as_bytes().try_into().unwrap(),
                };
                let now = Now::at(now);
                let work = async |work| Box::pin(sender.work(work, now)).await;
                let job = async |_: Now| Ok::<(), store::StoreError>(());
                done(triggers::answer(event, &work, &job)).map_err(drop)
            }
        }
    }

    fn imports(&self) -> Imports {
        let Self { store, objects, mail_queue, .. } = self.clone();
        Imports::with(store, objects, mail_queue, token)
    }

    pub(crate) fn statements(&self) -> Statements {
        Statements::with(self.store.clone(), self.objects.clone(), SITE)
    }

    fn jobs(&self) -> DailyJobs {
        let Self { store, objects, mail_queue: mail, .. } = self;
        let (store, objects, queue) = (|| store.clone(), || objects.clone(), || mail.clone());
        DailyJobs {
            store: store(),
            statements: self.statements(),
            agreements: Agreements::with(store(), objects(), queue(), SITE),
            orders: Orders::with(store(), objects()),
            trail: self.trail(),
            conversations: Conversations::with(store(), objects(), queue(), SITE),
            decisions: Decisions::with(store(), objects(), SITE),
            imports: self.imports(),
            people: People::with(store(), queue(), SITE, token),
            notices: Notices::with(store(), queue(), SITE),
            mail: queue(),
        }
    }

    pub(crate) fn trail(&self) -> Trail {
        Trail::with(self.store.clone(), self.objects.clone())
    }

    /// What somebody does at the portal. Whether it need not be done again: it is done, or refused for good.
    pub(crate) fn act(&self, person: &Person, now: DateTime<Utc>) -> bool {
        let now = Now::at(now);
        let tried = match person {
            Person::Answers { contract, start, how } => {
                done(self.answer(contract, *start, *how, now))
            }
            Person::Claims { contract, start, missed } => {
                done(self.claim(contract, *start, missed, now))
            }
        };
        tried.is_ok_and(|()| true)
    }

    async fn answer(
        &self,
        contract: &Contract,
        start: NaiveDate,
        how: How,
        now: Now,
    ) -> Result<(), Again> {
        let statements = self.statements();
        let which = WhichStatement {
            provider_ref: parse(contract.provider),
            contract_ref: parse(contract.reference),
            period_start: start,
        };
        let shown = statements.show(&which.provider_ref, &which.contract_ref, start, now).await;
        let Some(shown) = tried(shown)? else { return Ok(()) };
        let asked = if how == How::ConfirmsOutstanding {
            shown.can_confirm_outstanding
        } else {
            shown.can_respond
        };
        if !asked {
            return Ok(());
        }
        let reply = Reply {
            by: "Ada Brome".to_owned(),
            by_email: contract.email.to_owned(),
            comment: "As we told you".to_owned(),
            digest: shown.digest,
        };
        let answering = match how {
            How::Rejects => Answering::Reject(reply),
            How::Confirms | How::ConfirmsOutstanding => Answering::Confirm(reply),
        };
        settled(statements.respond(&which, answering, now).await)
    }

    async fn claim(
        &self,
        contract: &Contract,
        start: NaiveDate,
        missed: &[Missed],
        now: Now,
    ) -> Result<(), Again> {
        let recording = Recording::with(self.store.clone(), self.objects.clone());
        let which = WhichPeriod {
            provider_ref: parse(contract.provider),
            contract_ref: parse(contract.reference),
            period_start: start,
        };
        let as_planned = Filling::AsPlanned { week_start: None, service_ref: None };
        let filled = recording.fill(&which, &as_planned, "Ida Moss", now).await;
        let Some(form) = tried(filled)? else { return Ok(()) };
        let lines = || form.services.iter().flat_map(|service| &service.lines);
        for said in missed {
            let version = lines().filter(|line| line.cpli_id.as_str() == said.cpli);
            let mut weeks = version.flat_map(|line| &line.weeks);
            let week = weeks.find(|week| week.week_start == said.week && !week.future);
            let Some(week) = week else { continue };
            let entry = entry(said);
            if week.missed == parse(&entry.missed) {
                continue;
            }
            // Another week of the same care package may have been saved just now.
            let form = tried(recording.form(&which, true, now).await)?;
            let lines = form.iter().flat_map(|it| &it.services).flat_map(|it| &it.lines);
            let mut weeks =
                lines.filter(|it| it.cpli_id.as_str() == said.cpli).flat_map(|it| &it.weeks);
            let version = weeks.find(|it| it.week_start == said.week).map_or(0, |it| it.version);
            let (cpli_id, week_start) = (parse(said.cpli), said.week);
            let saving = Saving { cpli_id, week_start, entry, version, by: "Ida Moss".to_owned() };
            settled(recording.save(&which, &saving, now).await)?;
        }
        settled(recording.submit(&which, "Ida Moss", now).await)?;
        Box::pin(self.invoice(contract, start, now)).await
    }

    async fn invoice(&self, contract: &Contract, start: NaiveDate, now: Now) -> Result<(), Again> {
        let invoicing = Invoicing::with(self.store.clone(), self.objects.clone(), SITE);
        let (provider, contract_ref) = (parse(contract.provider), parse(contract.reference));
        let created = invoicing.create(&provider, (&contract_ref, start), "Ida Moss", now).await;
        let Some((shown, _)) = tried(created)? else { return Ok(()) };
        let claiming = Claiming {
            digest: shown.document.digest.clone(),
            suppliers_tax: None,
            comment: String::new(),
            by: "Ida Moss".to_owned(),
        };
        let submitted = invoicing.submit(&provider, &shown.head.invoice_id, &claiming, now).await;
        settled(submitted)
    }

    /// The council's file that approves what is submitted, if anything is.
    pub(crate) fn approvals(
        &self,
        contract: &Contract,
        starts: impl Iterator<Item = NaiveDate>,
    ) -> Option<String> {
        let (provider, contract_ref) = (parse(contract.provider), parse(contract.reference));
        let mut numbers = BTreeSet::new();
        for start in starts {
            let heads = self.store.invoices_of_period(&provider, &contract_ref, start);
            let heads = done(heads).unwrap().into_iter();
            let submitted = heads.filter(|head| head.state == InvoiceState::Submitted);
            numbers.extend(submitted.filter_map(|head| head.claim).map(|claim| claim.number));
        }
        let rows = numbers.iter().map(|number| format!("{provider},{number},approve,\n"));
        let rows: String = rows.collect();
        let text = format!("provider_ref,number,decision,reason\n{rows}");
        (!numbers.is_empty()).then_some(text)
    }
}

/// Nobody's is another's.
fn token(email: &EmailAddress) -> [u8; 32] {
    let letters = email.as_str().bytes().chain(std::iter::repeat(0));
    let mut token = [0; 32];
    token.iter_mut().zip(letters).for_each(|(byte, letter)| *byte = letter);
    token
}

/// It could not be done now.
#[derive(Debug)]
struct Again;

/// None: it was refused for good. Whatever may work when it is tried again is to be.
fn tried<T, E: Failure>(result: Result<T, E>) -> Result<Option<T>, Again> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == Kind::Unavailable => Err(Again),
        Err(_) => Ok(None),
    }
}

/// The same for what is only done; whoever was told that somebody was faster looks again.
fn settled<T, E: Failure>(result: Result<T, E>) -> Result<(), Again> {
    let is_conflict = matches!(&result, Err(error) if error.kind() == Kind::Conflict);
    if is_conflict { Err(Again) } else { tried(result).map(drop) }
}

/// What is typed about a week in which some planned care was missed.
fn entry(said: &Missed) -> EntryText {
    let actual = in_hours(said.planned - said.quarters);
    let (missed, reason_code) = (in_hours(said.quarters), "STAFFING".to_owned());
    EntryText { actual, missed, reason_code, ..EntryText::default() }
}

/// Quarters of an hour as hours: `9.75`.
fn in_hours(quarters: u64) -> String {
    format!("{}.{:02}", quarters.div_euclid(4), quarters.rem_euclid(4) * 25)
}

/// The message that tells of a dropped file.
pub(crate) fn dropped(stem: &str, at: DateTime<Utc>) -> Value {
    json!({"Records": [{
        "eventName": "ObjectCreated:Put", "eventTime": at.to_rfc3339(),
        "s3": {"bucket": {"name": "upload"}, "object": {"key": format!("council/inbox/{stem}.csv"), "size": 1}}
    }]})
}
