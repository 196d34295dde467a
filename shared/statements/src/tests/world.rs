//! A council with its table and buckets, and a contract whose life is followed.

use std::collections::BTreeMap;

use chrono::Days;
use domain::clock::Now;
use domain::facts::{Contact, Cpli};
use domain::money::Money;
use domain::permission::Role;
use domain::record::{LineQuery, Reply};
use files::{Objects, Place};
use messages::{Letterhead, templates};
use store::keys::Key;
use store::{Action, OutboxId, OutboxRecord, Store};
use testing::{Council, day, parse};

use crate::{Answering, DueContract, Settled, Shown, Statements, StatementsError, WhichStatement};

/// The first days of the periods of `28DAY`, earliest first.
pub(crate) const FIRST: &str = "2022-09-05";
pub(crate) const SECOND: &str = "2022-10-03";
pub(crate) const THIRD: &str = "2022-10-31";
pub(crate) const FOURTH: &str = "2022-11-28";
pub(crate) const FIFTH: &str = "2022-12-26";

/// Lake House at its council.
pub(crate) struct World {
    pub(crate) council: Council,
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) statements: Statements,
}

/// Somebody at `provider_ref` who is told about its payments.
pub(crate) fn payments_contact(provider_ref: &str, email: &str) -> Contact {
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

impl World {
    pub(crate) async fn of(mut council: Council) -> Self {
        council.contacts.push(payments_contact("P1001", "ada@lakehouse.example"));
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        council.save(&store).await;
        let statements = Statements::with(store.clone(), objects.clone(), "https://portal.example");
        Self { council, store, objects, statements }
    }

    pub(crate) async fn lake_house() -> Self {
        Self::of(Council::lake_house()).await
    }

    /// Settles Lake House's contract and has everybody told of its payments.
    pub(crate) async fn settle(&self, now: Now) -> Settled {
        let settled = self.statements.settle(&lake_house(), now).await.unwrap();
        self.tell_payments().await;
        settled
    }

    /// Has everybody told of the payments of which nobody was, as `send-email` does.
    pub(crate) async fn tell_payments(&self) {
        let (pending, _) = self.store.pending_emails(1_000, None).await.unwrap();
        for (id, _) in pending.iter().filter(|(id, _)| id.is_of_payment()) {
            self.store.tell_payment(id).await.unwrap();
        }
    }

    /// Both when it locks and when it is finalised.
    pub(crate) async fn settle_period(&self, start: &str) {
        assert_eq!(self.settle(self.locks_at(start)).await.locked, [day(start)]);
        assert_eq!(self.settle(self.finalised_at(start)).await.finalised, [day(start)]);
    }

    pub(crate) fn locks_at(&self, start: &str) -> Now {
        Now::at(self.period(start).confirm_by)
    }

    pub(crate) fn finalised_at(&self, start: &str) -> Now {
        Now::at(self.period(start).finalise_at)
    }

    /// Looks after the open statement.
    pub(crate) async fn watch(&self, now: Now) -> Vec<OutboxId> {
        let watched = self.statements.watched(now).await.unwrap();
        let ours = watched.iter().find(|it| it.contract == lake_house()).unwrap();
        self.statements.watch(ours, now).await.unwrap()
    }

    /// A day on which the period's statement is open.
    pub(crate) fn open_at(&self, start: &str) -> Now {
        Now::at(self.period(start).confirm_by.checked_sub_days(Days::new(10)).unwrap())
    }

    fn period(&self, start: &str) -> &domain::facts::Period {
        self.council.periods.iter().find(|period| period.start_date == day(start)).unwrap()
    }

    pub(crate) async fn shown(&self, start: &str, now: Now) -> Shown {
        let (provider, contract) = (parse("P1001"), parse("C3001"));
        self.statements.show(&provider, &contract, day(start), now).await.unwrap()
    }

    pub(crate) async fn confirm(&self, start: &str) -> Result<Shown, StatementsError> {
        self.confirm_at(start, self.open_at(start)).await
    }

    pub(crate) async fn confirm_at(&self, start: &str, now: Now) -> Result<Shown, StatementsError> {
        let reply = reply("", &self.shown(start, now).await.digest);
        self.statements.respond(&which(start), Answering::Confirm(reply), now).await
    }

    pub(crate) async fn reject(&self, start: &str) -> Shown {
        let now = self.open_at(start);
        let reply = reply("We had nobody there", &self.shown(start, now).await.digest);
        self.statements.respond(&which(start), Answering::Reject(reply), now).await.unwrap()
    }

    pub(crate) async fn query_first_line(&self, start: &str) -> Shown {
        let now = self.open_at(start);
        let shown = self.shown(start, now).await;
        let item_id = shown.statement.items[0].item_id.clone();
        let lines = vec![LineQuery { item_id, comment: "Two weeks only".to_owned() }];
        let answering = Answering::Query(reply("", &shown.digest), lines);
        self.statements.respond(&which(start), answering, now).await.unwrap()
    }

    /// The council changes a care package, as its import does.
    pub(crate) async fn change(&mut self, cpli_id: &str, change: impl FnOnce(&mut Cpli)) {
        let mark = self.stored(cpli_id);
        let cpli = self.council.cpli(cpli_id);
        let old = cpli.clone();
        change(cpli);
        let from = domain::changes::cpli(Some(&old), cpli);
        let before = mark["changed_from"].as_str().map(day);
        cpli.changed_from = from.into_iter().chain(before).min();
        let version = u32::try_from(mark["version"].as_u64().unwrap_or_default()).unwrap();
        let key = Key::cpli(&parse("P1001"), &cpli.contract_ref, &cpli.cpli_id);
        let put = Action::put(key, &*cpli).if_version(version);
        self.store.seed(vec![put]).await.unwrap();
    }

    /// The record of a care package, as it is in the table.
    pub(crate) fn stored(&self, cpli_id: &str) -> serde_json::Value {
        let key = Key::cpli(&parse("P1001"), &parse("C3001"), &parse(cpli_id)).to_string();
        self.store.dump().unwrap()[&key].clone()
    }

    /// What was written to the outbox, as `to: subject`, in the order of the subjects.
    pub(crate) fn mail(&self) -> Vec<String> {
        let head = Letterhead {
            council_name: "The council",
            support_email: "help@council.example",
            site_url: "https://portal.example",
        };
        let dump = self.store.dump().unwrap();
        let emails = dump.into_iter().filter(|(key, _)| key.starts_with("OUTBOX#"));
        let mut mail: Vec<_> = emails
            .map(|(_, email)| {
                let record: OutboxRecord = serde_json::from_value(email).unwrap();
                let letter = record.payment.map(|it| templates::finalised(&head, &it));
                let subject = letter.map_or(record.email.subject, |it| it.subject);
                format!("{}: {}", record.email.to, subject.trim_end_matches(" - The council"))
            })
            .collect();
        mail.sort();
        mail
    }

    /// What the daily emails are to tell, as `day provider happening`.
    pub(crate) fn news(&self) -> Vec<String> {
        let dump = self.store.dump().unwrap();
        let keys = dump.keys().filter_map(|key| key.strip_prefix("NEWS#"));
        keys.map(|key| {
            let (day, of) = key.split_once(" AT#").unwrap();
            let parts: Vec<_> = of.split('#').collect();
            format!("{day} {} {}", parts[0], parts[2])
        })
        .collect()
    }

    pub(crate) fn subjects(&self) -> Vec<String> {
        let mail = self.mail();
        mail.iter().map(|mail| mail.split_once(": ").unwrap().1.to_owned()).collect()
    }

    /// What the council's payment file pays, added up.
    pub(crate) fn paid(&self, start: &str) -> Money {
        let place = Place::payment_file(&parse("28DAY"), day(start), &parse("C3001"));
        self.sum(&place, |row| row["status"] == "finalised")
    }

    /// What the remittance advice says is paid, added up.
    pub(crate) fn remitted(&self, start: &str) -> Money {
        self.sum(&Place::remittance(&parse("C3001"), day(start)), |row| row["kind"] != "note")
    }

    fn sum(&self, place: &Place, wanted: impl Fn(&BTreeMap<String, String>) -> bool) -> Money {
        let rows = self.rows(place);
        let wanted = rows.iter().filter(|row| wanted(row));
        Money::total(wanted.map(|row| parse(&row["amount"]))).unwrap()
    }

    pub(crate) fn rows(&self, place: &Place) -> Vec<BTreeMap<String, String>> {
        let text = &self.objects.dump()[&place.to_string()];
        let (headings, rows) = files::csv::read(text.as_bytes()).unwrap();
        rows.map(|row| headings.iter().cloned().zip(row.cells.unwrap()).collect()).collect()
    }

    /// Everything there is.
    pub(crate) fn state(&self) -> (BTreeMap<String, serde_json::Value>, BTreeMap<String, String>) {
        (self.store.dump().unwrap(), self.objects.dump())
    }
}

pub(crate) fn lake_house() -> DueContract {
    DueContract { contract_ref: parse("C3001"), provider_ref: parse("P1001") }
}

pub(crate) fn which(start: &str) -> WhichStatement {
    WhichStatement {
        provider_ref: parse("P1001"),
        contract_ref: parse("C3001"),
        period_start: day(start),
    }
}

pub(crate) fn reply(comment: &str, digest: &str) -> Reply {
    Reply {
        by: "Ada Brome".to_owned(),
        by_email: "ada@lakehouse.example".to_owned(),
        comment: comment.to_owned(),
        digest: digest.to_owned(),
    }
}
