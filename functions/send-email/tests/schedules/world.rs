//! A portal's mail in this process, and what befalls it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use cloud::{Fuse, Setting};
use domain::clock::Now;
use domain::facts::Contact;
use domain::notice::{Happening, Subscription};
use domain::permission::{Permission, Role};
use futures::FutureExt;
use messages::{Email, Mail, Queue, Trouble, templates};
use notices::{Notice, Notices};
use send_email::{MailWork, SendEmail};
use serde_json::{Value, json};
use store::keys::Key;
use store::{Action, OutboxRecord, Store};

const SITE: &str = "https://portal.example";

/// The clocks go forward on the second night.
const START: &str = "2026-03-27T09:00:00Z";

/// So long nothing is spared; after that all is well, and whatever is left is done.
const TROUBLED_HOURS: i64 = 60;

/// Who is told of which providers.
pub(crate) const READERS: [(&str, &[&str]); 3] = [
    ("ada@lakehouse.example", &["P1001", "P1002"]),
    ("ben@lakehouse.example", &["P1001"]),
    (BOUNCING, &["P1002"]),
];

/// Emails to this address come back.
pub(crate) const BOUNCING: &str = "cat@madley.example";

/// What waits to happen.
#[derive(Debug, Clone)]
enum Task {
    /// Something happens at a provider, and people are told.
    Happen(usize),
    /// The rule fires; the time that it says.
    Jobs(DateTime<Utc>),
    /// A message of the mail queue comes, for the nth time.
    Message(Value, u32),
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) provider: &'static str,
    at: DateTime<Utc>,
}

/// What is chosen by the seed, and by nothing else.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    /// A number below `sides`: `SplitMix64`.
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    fn seconds(&mut self, most: u64) -> TimeDelta {
        TimeDelta::seconds(i64::try_from(self.below(most)).unwrap())
    }
}

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) store: Store,
    pub(crate) happened: Vec<Happened>,
    pub(crate) misfortunes: BTreeMap<&'static str, u32>,
    queue: Queue,
    mail: Mail,
    dice: Dice,
    now: DateTime<Utc>,
    tasks: BTreeMap<(DateTime<Utc>, u64), Task>,
    numbered: u64,
    told_of: usize,
    bounced: BTreeSet<String>,
}

fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing in memory waits")
}

impl World {
    /// Runs the schedule of `seed` to its end.
    pub(crate) fn run(seed: u64) -> Self {
        let mut world = Self::new(seed);
        let calm_from = world.now + TimeDelta::hours(TROUBLED_HOURS);
        world.plan();
        while let Some(((at, _), task)) = world.tasks.pop_first() {
            world.now = world.now.max(at);
            world.perform(task, world.now < calm_from);
        }
        // Everything is calm, and the rule still fires: the next morning too, for what was told late.
        for _ in 0..3 {
            world.now += TimeDelta::hours(10);
            world.perform(Task::Jobs(world.now), false);
            while let Some(((at, _), task)) = world.tasks.pop_first() {
                world.now = world.now.max(at);
                world.perform(task, false);
            }
        }
        world
    }

    fn new(seed: u64) -> Self {
        let store = Store::in_memory();
        let mut actions = Vec::new();
        for provider in ["P1001", "P1002"] {
            let provider = testing::provider(provider, provider);
            actions.push(Action::put(Key::provider(&provider.provider_ref), &provider));
        }
        for (nth, (reader, providers)) in READERS.iter().enumerate() {
            for provider in *providers {
                let contact = contact(nth, reader, provider);
                let key = Key::contact(&contact.provider_ref, &contact.contact_ref);
                actions.push(Action::put(key, &contact));
            }
        }
        done(store.seed(actions)).unwrap();
        Self {
            seed,
            store,
            happened: Vec::new(),
            misfortunes: BTreeMap::new(),
            queue: Queue::in_memory(),
            mail: Mail::in_memory(),
            dice: Dice(seed),
            now: START.parse().unwrap(),
            tasks: BTreeMap::new(),
            numbered: 0,
            told_of: 0,
            bounced: BTreeSet::new(),
        }
    }

    /// What happens, and when the rule fires.
    fn plan(&mut self) {
        let start = self.now;
        for nth in 0..2 + usize::try_from(self.dice.below(3)).unwrap() {
            let provider = if self.dice.one_in(2) { "P1001" } else { "P1002" };
            let at = start + self.dice.seconds(44 * 3600);
            self.happened.push(Happened { provider, at });
            // A file of the council may be dropped on one day and taken in on another.
            let mut told = at + self.dice.seconds(30);
            if self.dice.one_in(2) {
                self.note("told late");
                told += self.dice.seconds(30 * 3600);
            }
            self.later(told, Task::Happen(nth));
        }
        let mut tick = start;
        while tick < start + TimeDelta::hours(TROUBLED_HOURS) {
            tick += TimeDelta::minutes(15) + self.dice.seconds(12 * 3600);
            let comes = tick + self.delay();
            self.later(comes, Task::Jobs(tick));
            if self.dice.one_in(3) {
                let again = tick + self.delay();
                self.note("came again");
                self.later(again, Task::Jobs(tick));
            }
        }
        // The first that comes when all is calm, before anything that was late.
        self.later(tick + TimeDelta::hours(12), Task::Jobs(tick + TimeDelta::hours(12)));
    }

    fn later(&mut self, at: DateTime<Utc>, task: Task) {
        self.numbered += 1;
        self.tasks.insert((at, self.numbered), task);
    }

    fn note(&mut self, misfortune: &'static str) {
        *self.misfortunes.entry(misfortune).or_default() += 1;
    }

    /// How late something comes: mostly seconds, at times two weeks.
    fn delay(&mut self) -> TimeDelta {
        match self.dice.below(10) {
            0 => {
                self.note("two weeks late");
                self.dice.seconds(14 * 86_400)
            }
            1 | 2 => self.dice.seconds(7200),
            _ => self.dice.seconds(30),
        }
    }

    /// Does something; whoever does it may die, or somebody else do the same meanwhile.
    fn perform(&mut self, task: Task, troubled: bool) {
        let fuse = self.fuse(&task, troubled);
        let trouble = if troubled { self.trouble() } else { Trouble::None };
        if matches!(&task, Task::Message(message, _) if message.get("outbox_id").is_some()) {
            self.mail.expect([trouble]);
        }
        let worker = self.worker(&fuse);
        let ended = worker.does(&task, self.now, &self.happened);
        if fuse.has_blown() {
            self.note("died");
        }
        if !ended {
            self.again(task);
        }
        self.gather();
    }

    /// Where the worker dies or stands still, if at all.
    fn fuse(&mut self, task: &Task, troubled: bool) -> Fuse {
        if !troubled {
            return Fuse::default();
        }
        let cuts = if matches!(task, Task::Jobs(_)) { 220 } else { 24 };
        let cut = 1 + usize::try_from(self.dice.below(cuts)).unwrap();
        match self.dice.below(4) {
            0 => Fuse::blowing_at(cut),
            1 => {
                self.note("second worker");
                let other = self.worker(&Fuse::default());
                let (now, happened) = (self.now, self.happened.clone());
                // What happened may be written before the other is at it, after, or not then.
                let (before, after) = (self.untold(), self.untold());
                let tasks: Vec<_> = before.into_iter().chain([task.clone()]).chain(after).collect();
                Fuse::pausing_at(cut, move || {
                    for task in &tasks {
                        let _ = other.does(task, now, &happened);
                    }
                })
            }
            _ => Fuse::default(),
        }
    }

    /// Something that happened by now, and that perhaps nobody was told of yet.
    fn untold(&mut self) -> Option<Task> {
        let sides = u64::try_from(self.happened.len()).unwrap() * 2;
        let nth = usize::try_from(self.dice.below(sides)).unwrap();
        let happened = self.happened.get(nth).is_some_and(|it| it.at <= self.now);
        happened.then_some(Task::Happen(nth))
    }

    fn trouble(&mut self) -> Trouble {
        let (what, trouble) = match self.dice.below(12) {
            0 => ("too busy", Trouble::Busy),
            1 => ("refused", Trouble::Rejected),
            2 => ("answer lost", Trouble::AnswerLost),
            3 => ("email lost", Trouble::EmailLost),
            _ => return Trouble::None,
        };
        self.note(what);
        trouble
    }

    /// What was not done comes again: a message of the queue five times, what a person or Lambda does until it is.
    fn again(&mut self, task: Task) {
        let soon = self.now + TimeDelta::minutes(3);
        match task {
            Task::Message(message, tried) if is_event(&message) || tried < 5 => {
                self.later(soon, Task::Message(message, tried + 1));
            }
            Task::Happen(_) => self.later(soon, task),
            // Lambda tries twice more; the next firing does it anyway.
            Task::Jobs(_) if self.dice.one_in(2) => self.later(soon, task),
            Task::Message(..) | Task::Jobs(_) => {}
        }
    }

    /// Takes up what was put into the mail queue, and what the mail service has to tell.
    fn gather(&mut self) {
        for message in self.queue.take() {
            let at = self.now + self.delay();
            if self.dice.one_in(4) {
                let again = self.now + self.delay();
                self.note("came again");
                self.later(again, Task::Message(message.clone(), 1));
            }
            self.later(at, Task::Message(message, 1));
        }
        let sent = self.mail.sent_after(self.told_of);
        self.told_of += sent.len();
        for email in &sent {
            // SES tells of what it accepted within the hour; all else may take two weeks.
            let accepted = self.now + self.dice.seconds(2400);
            self.later(accepted, Task::Message(event("Send", email, self.now), 1));
            if self.dice.one_in(3) {
                let again = self.now + self.delay();
                self.later(again, Task::Message(event("Send", email, self.now), 1));
            }
            let then = self.now + self.delay();
            let kind = if email.to == BOUNCING { "Bounce" } else { "Delivery" };
            if kind == "Bounce" {
                self.bounced.insert(email.reference.clone());
            }
            self.later(then, Task::Message(event(kind, email, self.now), 1));
        }
    }

    fn worker(&self, fuse: &Fuse) -> Worker {
        let store = self.store.with_fuse(fuse.clone());
        let queue = self.queue.with_fuse(fuse.clone());
        Worker {
            notices: Notices::with(store.clone(), queue.clone(), SITE),
            sender: SendEmail {
                store: store.clone(),
                queue,
                mail: self.mail.with_fuse(fuse.clone()),
                site_url: Setting::new("SITE_URL", SITE),
                random: |_| [7; 32],
            },
            store,
        }
    }

    /// What the mail service accepted.
    pub(crate) fn sent(&self) -> Vec<Email> {
        self.mail.sent()
    }

    /// Every email of the outbox, by key.
    pub(crate) fn records(&self) -> Vec<(String, OutboxRecord)> {
        let dump = self.store.dump().unwrap();
        let emails = dump.into_iter().filter(|(key, _)| key.ends_with(" EMAIL"));
        emails.map(|(key, value)| (key, serde_json::from_value(value).unwrap())).collect()
    }
}

/// One process at work.
struct Worker {
    store: Store,
    notices: Notices,
    sender: SendEmail,
}

impl Worker {
    /// Whether it came to its end.
    fn does(&self, task: &Task, now: DateTime<Utc>, happened: &[Happened]) -> bool {
        match task {
            Task::Happen(nth) => done(self.happen(*nth, &happened[*nth])),
            Task::Jobs(said) => {
                let said = Now::at(*said);
                let digest = done(self.notices.digest(said)).is_ok();
                done(self.notices.sweep(said)).is_ok() && digest
            }
            Task::Message(message, _) => {
                let work: MailWork = serde_json::from_value(message.clone()).unwrap();
                done(self.sender.work(work, Now::at(now))).is_ok()
            }
        }
    }

    /// Something happens once, and in the same transaction people are told.
    async fn happen(&self, nth: usize, happened: &Happened) -> bool {
        let (provider, nth, now) =
            (testing::parse(happened.provider), nth.to_string(), Now::at(happened.at));
        let event = ["action", nth.as_str()];
        let (may, what) = (Permission::Act, Subscription::ImmediateActions);
        let notice = Notice { provider: &provider, may, what, event: &event, but: None };
        let letter =
            self.notices.at_once(&notice, now, |head| templates::access_granted(head, "it"));
        let Ok(at_once) = letter.await else { return false };
        let telling = at_once.and(Notices::news(&provider, Happening::ActionOpened, &nth, now));
        let written = telling.to_send();
        let mut actions =
            vec![Action::put(Key::invitation(&nth), &json!({"nth": nth})).if_absent()];
        actions.extend(telling.actions());
        match self.store.seed(actions).await {
            Err(error) if !error.is_stale() => false,
            Ok(()) | Err(_) => {
                self.notices.tell(&written).await;
                true
            }
        }
    }
}

fn contact(nth: usize, reader: &str, provider: &str) -> Contact {
    Contact {
        contact_ref: testing::parse(&format!("K{nth}")),
        provider_ref: testing::parse(provider),
        forename: "Ada".to_owned(),
        surname: "Brome".to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some(reader.to_owned()),
        roles: vec![Role::Actuals],
    }
}

fn is_event(message: &Value) -> bool {
    message.get("detail").is_some()
}

fn event(kind: &str, email: &Email, at: DateTime<Utc>) -> Value {
    json!({"source": "aws.ses", "detail": {
        "eventType": kind,
        "mail": {"timestamp": at, "tags": {"outbox_id": [email.reference]}},
        "bounce": (kind == "Bounce").then(|| json!({"bounceType": "Permanent", "bounceSubType": "General"})),
    }})
}
