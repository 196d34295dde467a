//! A schedule at work: what is planned happens, and misfortunes happen to it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use cloud::Fuse;
use files::{Objects, Place};
use messages::{Email, Mail, Queue, Trouble};
use serde_json::{Value, json};

use crate::agenda::{Agenda, Planned};
use crate::council::{Contract, Council, day, due};
use crate::dice::Dice;
use crate::model::after;
use crate::oracle::payment_file;
use crate::trouble::{Fate, delay, of_mail};
use crate::worker::{Function, How, Parts, Person, done, dropped};

/// How far ahead the time may be of a second worker in the middle of a first, which then counts as that late. A new care
/// package and its price come within some three days of each other, and what waits for the other is given up after
/// seven days: that is told to the council, who would send it again.
const MEANWHILE_MAX: TimeDelta = TimeDelta::days(2);

/// What waits to happen.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// A rule's event comes, with the time that it says.
    Time(Function, DateTime<Utc>),
    /// A message of a queue comes to its function.
    Message(Function, Value),
    /// The council drops a file.
    File { stem: String, text: String, late_days_max: i64 },
    /// Somebody does something at the portal.
    Person(Person),
    /// The council approves what is submitted.
    Approves(Contract),
}

/// A task, and how often it was tried.
#[derive(Debug, Clone)]
struct Waiting {
    task: Task,
    tried: u32,
}

/// A council's portal, and what befell it.
#[derive(Debug)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    pub(crate) council: Council,
    pub(crate) agenda: Agenda,
    pub(crate) parts: Parts,
    /// How often each misfortune happened.
    pub misfortunes: BTreeMap<&'static str, u32>,
    /// What happened, if somebody wants to read it.
    pub log: Option<String>,
    /// How many processes were started.
    pub processes: u32,
    dice: Dice,
    now: DateTime<Utc>,
    tasks: BTreeMap<(DateTime<Utc>, u64), Waiting>,
    numbered: u64,
    told_of: usize,
    troubled: bool,
}

impl World {
    /// Runs the schedule of `seed` to its end.
    pub fn run(seed: u64) -> Self {
        Self::new(seed, false, false).until_the_end()
    }

    /// The same, and writes down what happens.
    pub fn run_logged(seed: u64) -> Self {
        Self::new(seed, false, true).until_the_end()
    }

    /// The same plans without any misfortune.
    pub fn run_undisturbed(seed: u64) -> Self {
        Self::new(seed, true, false).until_the_end()
    }

    fn new(seed: u64, spared: bool, logged: bool) -> Self {
        let mut plans = Dice::new(seed);
        let (council, store) = Council::of(&mut plans);
        let agenda = Agenda::new(&council, &mut plans);
        let mut world = Self {
            seed,
            council,
            agenda,
            parts: Parts::over(store),
            misfortunes: BTreeMap::new(),
            log: logged.then(String::new),
            processes: 0,
            dice: plans,
            now: "2026-03-01T00:00:00Z".parse().unwrap(),
            tasks: BTreeMap::new(),
            numbered: 0,
            told_of: 0,
            troubled: !spared,
        };
        world.plan();
        world
    }

    fn until_the_end(mut self) -> Self {
        self.work_off();
        self.troubled = false;
        self.calm();
        self
    }

    fn plan(&mut self) {
        for (at, planned) in std::mem::take(&mut self.agenda.planned) {
            match planned {
                Planned::Time(function) => self.rule(function, at),
                Planned::File { stem, text, late_days_max } => {
                    self.later(at, Task::File { stem, text, late_days_max });
                }
                Planned::Person(person) => {
                    let again = self.troubled && self.dice.one_in(8);
                    if again {
                        self.note("came again");
                        self.later(at + TimeDelta::seconds(2), Task::Person(person.clone()));
                    }
                    self.later(at, Task::Person(person));
                }
                Planned::Approves(contract) => self.later(at, Task::Approves(contract)),
            }
        }
    }

    /// A rule fires: its event comes once, twice, late or never.
    fn rule(&mut self, function: Function, at: DateTime<Utc>) {
        let task = Task::Time(function, at);
        if !self.troubled {
            return self.later(at, task);
        }
        if self.dice.one_in(10) {
            return;
        }
        self.late(at, &task, 14);
        if self.dice.one_in(6) {
            self.note("came again");
            self.late(at, &task, 14);
        }
    }

    fn later(&mut self, at: DateTime<Utc>, task: Task) {
        self.put(at, Waiting { task, tried: 0 });
    }

    fn put(&mut self, at: DateTime<Utc>, waiting: Waiting) {
        self.numbered += 1;
        self.tasks.insert((at, self.numbered), waiting);
    }

    /// Comes at `at`, or as late as the dice say.
    fn late(&mut self, at: DateTime<Utc>, task: &Task, days_max: i64) {
        let (late, what) = self.delay(days_max);
        let comes = if at + late > self.council.latest() { at } else { at + late };
        if let Some(what) = what {
            self.note(what);
        }
        self.later(comes, task.clone());
    }

    fn delay(&mut self, days_max: i64) -> (TimeDelta, Option<&'static str>) {
        if self.troubled { delay(&mut self.dice, days_max) } else { (TimeDelta::seconds(1), None) }
    }

    fn note(&mut self, misfortune: &'static str) {
        *self.misfortunes.entry(misfortune).or_default() += 1;
    }

    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        let now = self.now.format("%F %T");
        if let Some(log) = &mut self.log {
            writeln!(log, "{now}  {words}").unwrap();
        }
    }

    /// Until nothing waits any more.
    fn work_off(&mut self) {
        while let Some(((at, _), waiting)) = self.tasks.pop_first() {
            self.now = self.now.max(at);
            self.perform(waiting);
        }
    }

    /// All is well. What was suspended ends, everybody does what they did not come to do, and the last period is
    /// paid.
    fn calm(&mut self) {
        let calm = self.council.calm();
        assert!(self.now < calm, "{} {}", self.seed, self.now);
        self.now = calm;
        for (stem, text) in std::mem::take(&mut self.agenda.last_files) {
            self.later(self.now, Task::File { stem, text, late_days_max: 0 });
        }
        self.rules(&[Function::Finalise, Function::DailyJobs]);
        let contracts = self.council.contracts;
        for contract in contracts.iter().filter(|it| it.by_the_hour) {
            self.claim_everything(contract);
        }
        for contract in contracts.iter().filter(|it| !it.by_the_hour) {
            for start in self.council.starts.iter().map(|start| day(start)) {
                let is_last = start == self.council.last();
                let how = if is_last { How::Confirms } else { How::ConfirmsOutstanding };
                let answers = Person::Answers { contract: *contract, start, how };
                self.later(self.now, Task::Person(answers));
            }
        }
        self.work_off();
        self.pay_the_last_period();
    }

    /// In a small world nothing waits for the daily jobs before the next day's, and half of the worlds end before it.
    fn pay_the_last_period(&mut self) {
        let due = due(self.council.last());
        let tomorrow = due.finalise_at + TimeDelta::hours(26);
        for at in [due.confirm_by, due.finalise_at, tomorrow] {
            self.now = at + TimeDelta::minutes(1);
            match (self.council.is_large(), at == tomorrow) {
                (true, _) => self.rules(&[Function::Finalise, Function::DailyJobs]),
                (false, true) if self.dice.one_in(2) => {}
                (false, true) => self.rules(&[Function::DailyJobs]),
                (false, false) => self.rules(&[Function::Finalise]),
            }
        }
    }

    /// Rules fire, and all that they lead to is done.
    fn rules(&mut self, functions: &[Function]) {
        for function in functions {
            self.later(self.now, Task::Time(*function, self.now));
        }
        self.work_off();
    }

    fn claim_everything(&mut self, contract: &Contract) {
        for start in self.council.troubled() {
            let start = day(start);
            let of_period = |week: NaiveDate| start <= week && week <= after(start, 27);
            let missed = self.agenda.missed.iter();
            let missed = missed.filter(|it| of_period(it.week)).cloned().collect();
            let claims = Person::Claims { contract: *contract, start, missed };
            self.later(self.now, Task::Person(claims));
        }
        self.work_off();
        self.later(self.now, Task::Approves(*contract));
        self.work_off();
    }

    /// Does something; whoever does it may die, or somebody else do something meanwhile.
    fn perform(&mut self, waiting: Waiting) {
        match waiting.task {
            Task::File { stem, text, late_days_max } => {
                self.say(format_args!("the council drops {stem}: {text:?}"));
                self.parts.put(&stem, &text);
                let message = Task::Message(Function::ImportFile, dropped(&stem, self.now));
                self.late(self.now, &message, late_days_max);
                if self.troubled && self.dice.one_in(6) {
                    self.note("came again");
                    self.late(self.now, &message, late_days_max);
                }
            }
            Task::Approves(contract) => {
                let starts = self.council.troubled().iter().map(|start| day(start));
                if let Some(text) = self.parts.approvals(&contract, starts) {
                    self.agenda.note("council approves");
                    let stem = self.agenda.names.stem("invoices", self.now);
                    let file = Task::File { stem, text, late_days_max: 14 };
                    self.later(self.now, file);
                }
            }
            Task::Message(function, message) => self.deliver(function, message, waiting.tried),
            task @ (Task::Time(..) | Task::Person(_)) => self.start(task, waiting.tried),
        }
    }

    /// A process that is told the time, or serves somebody.
    fn start(&mut self, task: Task, tried: u32) {
        let fate = self.fate(&task, tried);
        let now = self.now;
        let done = self.process(&fate, |parts| act(parts, &task, now));
        let words = if done { "done" } else { "not done" };
        self.say(format_args!("{task:?}: {words}, {}", fate.words()));
        let again = match task {
            // Lambda tries twice more; the next firing does it anyway.
            Task::Time(..) => tried < 2,
            Task::Message(..) | Task::File { .. } | Task::Person(_) | Task::Approves(_) => {
                tried < 5
            }
        };
        if !done && again {
            self.put(self.now + TimeDelta::minutes(1), Waiting { task, tried: tried + 1 });
        }
    }

    /// A process that is given some messages at once.
    fn deliver(&mut self, function: Function, message: Value, tried: u32) {
        let mut batch = vec![(message, tried)];
        while batch.len() < 4
            && let Some((message, tried)) = self.next_of(function)
        {
            batch.push((message, tried));
        }
        if self.troubled && batch.len() > 1 {
            self.note("many at once");
        }
        let messages: Vec<Value> = batch.iter().map(|(message, _)| message.clone()).collect();
        let tried = batch.iter().map(|(_, tried)| *tried).max().unwrap_or_default();
        let fate = self.fate(&Task::Message(function, Value::Null), tried);
        let mail_failed = self.expect_mail(function, &messages, tried);
        let now = self.now;
        let left = self.process(&fate, |parts| parts.wake(function, &messages, now));
        // What befell no email of this process befalls none of a later one, of which the mail service would not tell.
        self.parts.mail.expect([]);
        let died = matches!(&fate, Fate::Dies(fuse) if fuse.has_blown());
        let left = if died { (0..batch.len()).collect() } else { left };
        if !left.is_empty() && left.len() < batch.len() {
            self.note("some of a batch failed");
        }
        let (all, some, words) = (batch.len(), left.len(), fate.words());
        self.say(format_args!("{function:?}: {all} messages, {some} left, {words}: {messages:?}"));
        for (index, (message, tried)) in batch.into_iter().enumerate() {
            if left.contains(&index) {
                let task = Task::Message(function, message);
                self.put(self.now + TimeDelta::minutes(3), Waiting { task, tried: tried + 1 });
            }
        }
        self.hear_of_mail(mail_failed || !matches!(fate, Fate::Spared));
    }

    /// The next that waits, if it is a message to the same function that comes within a minute.
    fn next_of(&mut self, function: Function) -> Option<(Value, u32)> {
        let next = self.tasks.first_entry()?;
        let soon = next.key().0 <= self.now + TimeDelta::minutes(1);
        let same = matches!(&next.get().task, Task::Message(other, _) if *other == function);
        if !soon || !same {
            return None;
        }
        let Waiting { task: Task::Message(_, message), tried } = next.remove() else { return None };
        Some((message, tried))
    }

    /// Runs a process with its fate, and takes up what it sent.
    fn process<T>(&mut self, fate: &Fate, does: impl FnOnce(&Parts) -> T) -> T {
        self.processes += 1;
        let (fuse, is_cut) = match fate {
            Fate::Waits { cut, meanwhile } => (self.waiting(*cut, meanwhile.clone()), false),
            Fate::Spared | Fate::Dies(_) | Fate::Suffers(_) => {
                (fate.fuse(), matches!(fate, Fate::Dies(_)))
            }
        };
        let outcome = does(&self.parts.through(&fuse));
        if is_cut && fuse.has_blown() {
            let after = fuse.blown_label().is_some_and(|label| label.starts_with("after"));
            self.note(if after { "died after a call" } else { "died before a call" });
        }
        let failed = fuse.failed_labels();
        for label in &failed {
            let after = label.starts_with("after");
            self.note(if after { "answer lost" } else { "too busy" });
        }
        let partly = failed.iter().any(|label| label.starts_with("after sending"));
        self.gather(partly);
        outcome
    }

    /// Lets somebody else do something at a place of the process.
    fn waiting(&mut self, cut: usize, meanwhile: Option<Box<Task>>) -> Fuse {
        let (parts, now) = (self.parts.clone(), self.now);
        let Some(task) = meanwhile else { return Fuse::default() };
        self.note("second worker");
        Fuse::pausing_at(cut, move || {
            act(&parts, &task, now);
        })
    }

    /// What befalls the process that does `task`.
    fn fate(&mut self, task: &Task, tried: u32) -> Fate {
        if !self.troubled || tried > 3 {
            return Fate::Spared;
        }
        let places = match task {
            Task::Time(Function::DailyJobs, _) | Task::Person(Person::Claims { .. }) => 160,
            Task::Time(..) | Task::Message(Function::SendEmail, _) => 16,
            Task::Message(Function::Finalise, _) => 50,
            Task::Message(..) | Task::File { .. } | Task::Person(_) | Task::Approves(_) => 90,
        };
        let soon = self.now + MEANWHILE_MAX;
        let next = self.tasks.iter().next().filter(|((at, _), _)| *at <= soon);
        let next = next.map(|(_, waiting)| waiting.task.clone());
        let meanwhile = if self.dice.one_in(2) { Some(task.clone()) } else { next };
        // The mail service is not told twice what to do with an email.
        let meanwhile = meanwhile.filter(|task| {
            matches!(task, Task::Time(..) | Task::Person(_))
                || matches!(task, Task::Message(_, message) if !message.is_null())
        });
        Fate::roll(&mut self.dice, places, meanwhile)
    }

    /// What the mail service does with the emails of some messages; whether anything of it is a misfortune.
    fn expect_mail(&mut self, function: Function, messages: &[Value], tried: u32) -> bool {
        if function != Function::SendEmail || !self.troubled || tried > 3 {
            self.parts.mail.expect([]);
            return false;
        }
        let mut troubles = Vec::new();
        for _ in messages.iter().filter(|message| message.get("outbox_id").is_some()) {
            let (trouble, what) = of_mail(&mut self.dice);
            if let Some(what) = what {
                self.note(what);
            }
            troubles.push(trouble);
        }
        let failed = troubles.iter().any(|trouble| *trouble != Trouble::None);
        self.parts.mail.expect(troubles);
        failed
    }

    /// Takes up what was put into the queues; of a call that was answered in part, some is lost.
    fn gather(&mut self, partly: bool) {
        for (function, queue) in [
            (Function::Finalise, self.parts.payments.clone()),
            (Function::SendEmail, self.parts.mail_queue.clone()),
        ] {
            for message in queue.take() {
                if partly && !self.dice.one_in(4) {
                    self.note("part of a batch lost");
                    continue;
                }
                let task = Task::Message(function, message);
                self.late(self.now, &task, 14);
                if self.troubled && self.dice.one_in(10) {
                    self.note("came again");
                    self.late(self.now, &task, 14);
                }
            }
        }
    }

    /// SES tells within the hour of what it accepted, at least if it is needed; all else may take two weeks.
    fn hear_of_mail(&mut self, needed: bool) {
        let sent = self.parts.mail.sent_after(self.told_of);
        self.told_of += sent.len();
        for email in &sent {
            self.say(format_args!("the mail service accepts for {}: {}", email.to, email.subject));
            if needed || self.dice.one_in(4) {
                let accepted = self.now + self.dice.seconds(2_400);
                let task = Task::Message(Function::SendEmail, event("Send", email, self.now));
                self.later(accepted, task);
            }
            if self.dice.one_in(8) {
                let task = Task::Message(Function::SendEmail, event("Delivery", email, self.now));
                self.late(self.now, &task, 14);
            }
        }
    }

    /// The emails that were accepted by the mail service.
    pub fn emails(&self) -> Vec<Email> {
        self.parts.mail.sent()
    }

    /// How often each kind of thing was planned, and what the council approved.
    pub fn events(&self) -> &BTreeMap<&'static str, u32> {
        &self.agenda.events
    }

    /// Everything that is recorded, and what was sent: for comparing whole worlds.
    pub fn state(&self) -> String {
        let table = self.parts.store.dump().unwrap();
        let mail: Vec<_> = self.emails().into_iter().map(|it| (it.to, it.text)).collect();
        format!("{table:?}\n{:?}\n{mail:?}", self.parts.objects.dump())
    }

    /// Whether no misfortune happened.
    pub fn befell_nothing(&self) -> bool {
        self.misfortunes.is_empty()
    }

    /// What the verifier finds wrong with the records of who saw and changed what.
    pub fn audit_faults(&self) -> Vec<String> {
        let report = done(self.parts.trail().verify()).unwrap();
        report.found.iter().map(|found| format!("{found:?}")).collect()
    }

    /// Where the payment file of its last period is.
    pub fn last_payment_file(&self) -> Place {
        payment_file(&self.council.contracts[0], self.council.last())
    }

    /// Its buckets.
    pub fn objects(&self) -> &Objects {
        &self.parts.objects
    }

    /// Its mail service.
    pub fn mail(&self) -> &Mail {
        &self.parts.mail
    }

    /// Its queue of emails.
    pub fn mail_queue(&self) -> &Queue {
        &self.parts.mail_queue
    }
}

/// Does a task. Whether it need not be done again.
fn act(parts: &Parts, task: &Task, now: DateTime<Utc>) -> bool {
    match task {
        Task::Time(function, said) => parts.tell_time(*function, *said),
        Task::Message(function, message) => {
            parts.wake(*function, std::slice::from_ref(message), now).is_empty()
        }
        Task::Person(person) => parts.act(person, now),
        Task::File { .. } | Task::Approves(_) => true,
    }
}

fn event(kind: &str, email: &Email, at: DateTime<Utc>) -> Value {
    json!({"source": "aws.ses", "detail": {
        "eventType": kind,
        "mail": {"timestamp": at, "tags": {"outbox_id": [email.reference]}},
    }})
}
