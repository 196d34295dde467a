//! A council's periods are locked, finalised and told of while the function is killed anywhere.

use std::collections::BTreeMap;

use chrono::Days;
use cloud::{Fuse, Setting};
use domain::clock::Now;
use domain::facts::{Adjustment, Contact, Cpli, DirectiveKind, Purchase};
use domain::permission::Role;
use domain::record::Reply;
use files::Objects;
use finalise::Finalise;
use messages::{Email, Mail, Queue};
use send_email::SendEmail;
use serde_json::{Value, json};
use statements::{Answering, Statements, WhichStatement};
use store::keys::Key;
use store::{Action, MailMessage, Store};
use testing::{Council, capacity, day, directive, parse};

const SITE: &str = "https://portal.example";
const FIRST: &str = "2022-09-05";
const SECOND: &str = "2022-10-03";

/// A council's portal in this process.
struct Portal {
    council: Council,
    store: Store,
    objects: Objects,
    payments: Queue,
    mail_queue: Queue,
    mail: Mail,
}

/// What all of it comes to.
#[derive(Debug, PartialEq)]
struct State {
    table: BTreeMap<String, Value>,
    buckets: BTreeMap<String, String>,
    inboxes: Vec<String>,
}

fn contact(provider_ref: &str, email: &str) -> Contact {
    Contact {
        contact_ref: parse(&format!("K-{provider_ref}")),
        provider_ref: parse(provider_ref),
        forename: "Ada".to_owned(),
        surname: "Brome".to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some(parse(email)),
        roles: vec![Role::Payments],
    }
}

/// Two providers; voids that a third is paid; an adjustment over three periods; a suspension that ends.
fn council() -> Council {
    let mut council = Council::lake_house();
    council.providers.push(testing::provider("P9001", "Void ledger"));
    for (provider, email) in [
        ("P1001", "ada@lakehouse.example"),
        ("P1002", "ada@madley.example"),
        ("P9001", "voids@council.example"),
    ] {
        council.contacts.push(contact(provider, email));
    }
    council.services[0].purchase = Purchase::Block;
    let mut beds = capacity(&council.services[0], day(FIRST));
    beds.void_provider_ref = Some(parse("P9001"));
    council.capacities.push(beds);
    council.adjustments.push(Adjustment {
        adjustment_ref: parse("ADJ1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("100.00"),
        reason: "Agreed with the home".to_owned(),
        period_start: day(FIRST),
        instalments: 3,
        made_by: Vec::new(),
    });
    let mut suspension = directive("DIR1", "C3002", DirectiveKind::Suspend, day(FIRST));
    suspension.to_date = Some(day(FIRST));
    council.directives.push(suspension);
    council
}

impl Portal {
    /// After a first period that Lake House rejected and Madley Park left unconfirmed, with a care package that
    /// ended in it after all, and Lake House's late confirmation.
    async fn open() -> Self {
        let council = council();
        let store = Store::in_memory();
        council.save(&store).await;
        let mut portal = Self {
            council,
            store,
            objects: Objects::in_memory(),
            payments: Queue::in_memory(),
            mail_queue: Queue::in_memory(),
            mail: Mail::in_memory(),
        };
        portal.answer_first(portal.open_at(FIRST), Answering::Reject).await;
        portal.tick(portal.locks_at(FIRST)).await;
        portal.tick(portal.finalised_at(FIRST)).await;
        let ended = |cpli: &mut Cpli| cpli.end_date = Some(day("2022-09-20"));
        portal.change("P1002", "188631", ended).await;
        let now = portal.open_at(SECOND);
        portal.answer_first(now, Answering::Confirm).await;
        portal
    }

    fn statements(&self, fuse: &Fuse) -> Statements {
        let (store, objects) =
            (self.store.with_fuse(fuse.clone()), self.objects.with_fuse(fuse.clone()));
        Statements::with(store, objects, SITE)
    }

    fn finalise(&self, fuse: &Fuse) -> Finalise {
        Finalise {
            statements: self.statements(fuse),
            payments: self.payments.with_fuse(fuse.clone()),
            mail: self.mail_queue.with_fuse(fuse.clone()),
        }
    }

    /// The rule fires, and the messages that it leads to are handled.
    async fn tick(&self, now: Now) {
        self.tick_cut_by(now, &Fuse::default()).await;
    }

    /// The same while `fuse` may kill the function.
    async fn tick_cut_by(&self, now: Now, fuse: &Fuse) {
        self.wake(json!({"time": now.instant.to_rfc3339()}), fuse).await;
        for message in self.payments.take() {
            self.wake(batch(&message), fuse).await;
        }
        self.send_mail().await;
    }

    /// Gives the function an event. If `fuse` kills it, Lambda starts it again with the same event.
    async fn wake(&self, event: Value, fuse: &Fuse) {
        let failed = invoke(&self.finalise(fuse), event.clone()).await;
        if failed != Ok(Vec::new()) {
            assert!(fuse.has_blown(), "{failed:?}");
            let again = invoke(&self.finalise(&Fuse::default()), event).await;
            assert_eq!(again, Ok(Vec::new()));
        }
    }

    /// The mail queue's messages are handled, then what the sweep finds.
    async fn send_mail(&self) {
        let sender = SendEmail {
            store: self.store.clone(),
            mail: self.mail.clone(),
            queue: self.mail_queue.clone(),
            site_url: Setting::new("SITE_URL", SITE),
            // One for each email, whichever is sent first.
            random: |id| id.as_str().as_bytes().try_into().unwrap(),
        };
        let at = testing::at("2030-01-01T09:00:00Z");
        for message in self.mail_queue.take() {
            let message: MailMessage = serde_json::from_value(message).unwrap();
            sender.send(message, at).await.unwrap();
        }
        // What tells of a payment leaves emails to be sent.
        loop {
            let (pending, _) = self.store.pending_emails(100, None).await.unwrap();
            if pending.is_empty() {
                break;
            }
            for (outbox_id, _) in pending {
                sender.send(MailMessage { outbox_id }, at).await.unwrap();
            }
        }
    }

    /// Lake House answers its first statement.
    async fn answer_first(&self, now: Now, answering: impl FnOnce(Reply) -> Answering) {
        let statements = self.statements(&Fuse::default());
        let which = WhichStatement {
            provider_ref: parse("P1001"),
            contract_ref: parse("C3001"),
            period_start: day(FIRST),
        };
        let shown = statements
            .show(&which.provider_ref, &which.contract_ref, which.period_start, now)
            .await
            .unwrap();
        let reply = Reply {
            by: "Ada Brome".to_owned(),
            by_email: "ada@lakehouse.example".to_owned(),
            comment: "As we told you".to_owned(),
            digest: shown.digest,
        };
        statements.respond(&which, answering(reply), now).await.unwrap();
    }

    async fn change(&mut self, provider: &str, cpli_id: &str, change: impl FnOnce(&mut Cpli)) {
        let cpli = self.council.cpli(cpli_id);
        let old = cpli.clone();
        change(cpli);
        cpli.changed_from = domain::changes::cpli(Some(&old), cpli);
        let key = Key::cpli(&parse(provider), &cpli.contract_ref, &cpli.cpli_id);
        let version = self.store.dump().unwrap()[&key.to_string()]["version"].as_u64();
        let version = u32::try_from(version.unwrap_or_default()).unwrap();
        let put = Action::put(key, &*cpli).if_version(version);
        self.store.seed(vec![put]).await.unwrap();
    }

    fn period(&self, start: &str) -> &domain::facts::Period {
        self.council.periods.iter().find(|period| period.start_date == day(start)).unwrap()
    }

    fn open_at(&self, start: &str) -> Now {
        Now::at(self.period(start).confirm_by.checked_sub_days(Days::new(10)).unwrap())
    }

    fn locks_at(&self, start: &str) -> Now {
        Now::at(self.period(start).confirm_by)
    }

    fn finalised_at(&self, start: &str) -> Now {
        Now::at(self.period(start).finalise_at)
    }

    fn state(&self) -> State {
        let inbox = |email: Email| format!("{}: {}\n{}", email.to, email.subject, email.text);
        let mut inboxes: Vec<_> = self.mail.sent().into_iter().map(inbox).collect();
        inboxes.sort();
        State { table: self.store.dump().unwrap(), buckets: self.objects.dump(), inboxes }
    }
}

/// Gives the function an event as Lambda does. The messages that must come again, or that it failed.
async fn invoke(finalise: &Finalise, event: Value) -> Result<Vec<String>, String> {
    let settle = async |due| Box::pin(finalise.settle(due)).await;
    let find = async |now| Box::pin(finalise.find(now)).await;
    let answer = triggers::answer(event, &settle, &find).await.map_err(|it| it.to_string())?;
    let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
    Ok(failures.iter().map(|failure| failure["itemIdentifier"].to_string()).collect())
}

fn batch(message: &Value) -> Value {
    json!({"Records": [{"messageId": "m1", "body": message.to_string(), "eventSource": "aws:sqs"}]})
}

#[tokio::test]
async fn killed_anywhere_and_started_again_it_ends_as_if_undisturbed() {
    let undisturbed = Portal::open().await;
    undisturbed.tick(undisturbed.locks_at(SECOND)).await;
    undisturbed.tick(undisturbed.finalised_at(SECOND)).await;
    let state = undisturbed.state();
    assert!(state.inboxes.iter().any(|mail| mail.starts_with("voids@council.example: Payment")));
    for cut in 1.. {
        let portal = Portal::open().await;
        let fuse = Fuse::blowing_at(cut);
        portal.tick_cut_by(portal.locks_at(SECOND), &fuse).await;
        portal.tick_cut_by(portal.finalised_at(SECOND), &fuse).await;
        if !fuse.has_blown() {
            assert!(cut > 120, "there are more calls than that");
            break;
        }
        assert_eq!(portal.state(), state, "cut {cut}, {:?}", fuse.blown_label());
    }
}

#[tokio::test]
async fn a_second_invocation_and_a_duplicated_message_change_nothing() {
    let portal = Portal::open().await;
    let now = portal.finalised_at(SECOND);
    invoke(&portal.finalise(&Fuse::default()), json!({"time": now.instant.to_rfc3339()}))
        .await
        .unwrap();
    let messages = portal.payments.take();
    assert_eq!(messages.len(), 2);
    let mut state = None;
    for _ in 0..3 {
        for message in messages.iter().rev() {
            let done = invoke(&portal.finalise(&Fuse::default()), batch(message)).await;
            assert_eq!(done, Ok(Vec::new()));
        }
        portal.tick(now).await;
        let here = portal.state();
        assert_eq!(*state.get_or_insert(portal.state()), here);
    }
}

#[tokio::test]
async fn a_message_that_comes_late_means_what_it_meant() {
    let (prompt, late) = (Portal::open().await, Portal::open().await);
    prompt.tick(prompt.locks_at(SECOND)).await;
    prompt.tick(prompt.finalised_at(SECOND)).await;
    let finalise = late.finalise(&Fuse::default());
    for now in [late.locks_at(SECOND), late.finalised_at(SECOND)] {
        invoke(&finalise, json!({"time": now.instant.to_rfc3339()})).await.unwrap();
    }
    for message in late.payments.take() {
        assert_eq!(invoke(&finalise, batch(&message)).await, Ok(Vec::new()));
    }
    late.send_mail().await;
    assert_eq!(late.state(), prompt.state());
}
