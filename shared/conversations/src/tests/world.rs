//! A council that took in its files, with its people, a provider's contact, and what they say.

use std::collections::BTreeMap;

use cloud::Fuse;
use domain::account::StaffAccess;
use domain::action::RelatedKind;
use domain::clock::Now;
use domain::facts::Team;
use domain::ids::{ActionId, ContractRef, ProviderRef};
use domain::money::Money;
use domain::permission::CouncilRole;
use files::{Objects, Place};
use imports::Imports;
use messages::Queue;
use sha2::{Digest, Sha256};
use statements::{DueContract, Statements};
use store::keys::Key;
use store::{Action, Store};
use testing::{at, day, parse};

use crate::{
    About, Answer, Conversations, ConversationsError, Deciding, Person, Raising, Shown, Turn,
    Verdict, Wanted,
};

/// When everything happens unless it is said.
pub(crate) const NOON: &str = "2022-11-08T12:00:00Z";
const SITE: &str = "https://portal.example";

/// The council's files, each after those that it names.
const FILES: [(&str, &str); 10] = [
    ("teams_20220901T080000", "team_ref,name\nSYSTEMS,Systems team\nPAYMENTS,Payments team\n"),
    (
        "periods_20220901T080000",
        "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date\n\
         28DAY,2022-10-03,2022-10-30,2022-10-27T17:00,2022-10-28T09:00,2022-10-31\n\
         28DAY,2022-10-31,2022-11-27,2022-11-24T17:00,2022-11-25T09:00,2022-11-28\n\
         28DAY,2022-11-28,2022-12-25,2022-12-22T17:00,2022-12-23T09:00,2022-12-28\n\
         2023,2023-10-30,2023-11-26,2023-11-24T17:00,2023-11-27T09:00,2023-11-29\n",
    ),
    (
        "providers_20220901T080000",
        "provider_ref,name,kind\nP1001,Lake House,care_home\nP1002,Madley Park,care_home\nP1003,Northside,home_care\n",
    ),
    (
        "contacts_20220901T080000",
        "contact_ref,provider_ref,forename,surname,portal_email,roles\n\
         K2001,P1001,Ada,Brome,ada@lakehouse.example,admin\n\
         K2002,P1001,Vi,Ewer,vi@lakehouse.example,viewer\n",
    ),
    (
        "contracts_20220901T080000",
        "contract_ref,provider_ref,name,payment_method,cycle_ref,confirmation,grace_days,portal_from\n\
         C3001,P1001,Lake House residential,scheduled,28DAY,not_required,0,2022-10-03\n\
         C3002,P1002,Madley Park residential,scheduled,2023,not_required,3,2022-10-03\n\
         C3003,P1003,Northside homecare,actuals,28DAY,not_required,0,2022-10-03\n\
         C3005,P1001,Lake House later,scheduled,2023,not_required,0,2022-10-03\n",
    ),
    (
        "services_20220901T080000",
        "service_ref,contract_ref,name,purchase,service_type,unit,price_per,tolerance_percent\n\
         S4001,C3001,Lake House - Residential (Band 3),block,Residential,placement,week,0\n\
         S4002,C3002,Madley Park,spot,Residential,placement,week,0\n\
         S4003,C3003,Northside - Homecare,spot,Homecare,hour,unit,0\n\
         S4005,C3005,Lake House - Later,spot,Residential,placement,week,0\n",
    ),
    (
        "clients_20220901T080000",
        "ss_ref,title,forename,surname,date_of_birth\n\
         A272433,Miss,Wednesday,Adams,1940-01-13\nA380197,Mrs,Betty,Boop,\nA500001,,Ida,North,\n",
    ),
    (
        "cplis_20220901T080000",
        "cpli_id,ss_ref,service_ref,service_level,start_date,end_date,authorised\n\
         164628,A272433,S4001,Permanent - Residential,2022-08-03,,yes\n\
         188631,A380197,S4002,Permanent - Residential,2023-04-01,,yes\n\
         188639,A380197,S4005,Permanent - Residential,2023-04-01,,yes\n\
         170001,A500001,S4003,Standard,2022-08-03,,yes\n",
    ),
    (
        "prices_20220901T080000",
        "cpli_id,from_date,quantity,unit_price\n\
         164628,2022-08-03,1,865.46\n188631,2023-04-01,1,865.46\n188639,2023-04-01,1,865.46\n\
         170001,2022-08-03,10.5,22.34\n",
    ),
    ("settings_20220901T080000", "setting,value\ncouncil_name,Borsetshire\n"),
];

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) queue: Queue,
}

impl World {
    pub(crate) async fn new() -> Self {
        let (store, objects, queue) =
            (Store::in_memory(), Objects::in_memory(), Queue::in_memory());
        let world = Self { store, objects, queue };
        for (stem, text) in FILES {
            let place = Place::council_inbox(&format!("{stem}.csv"));
            world.objects.put(&place, text).await.unwrap();
            world.take_in(&place.name, at("2022-09-01T08:00:00Z")).await;
            let summary = Place::council_outbox(&format!("{stem}_summary.json"));
            let summary = world.objects.get(&summary, 100_000).await.unwrap().unwrap();
            let summary: serde_json::Value = summary.json().unwrap();
            let refused = (&summary["rows_rejected"], &summary["rows_pending"]);
            assert_eq!(refused, (&0.into(), &0.into()), "{stem}: {summary}");
        }
        world
    }

    pub(crate) fn conversations(&self) -> Conversations {
        self.cut_by(&Fuse::default())
    }

    /// The same, reached through `fuse`.
    pub(crate) fn cut_by(&self, fuse: &Fuse) -> Conversations {
        let (store, objects, queue) = (
            self.store.with_fuse(fuse.clone()),
            self.objects.with_fuse(fuse.clone()),
            self.queue.with_fuse(fuse.clone()),
        );
        Conversations::with(store, objects, queue, SITE)
    }

    /// Takes in what was dropped as `name`.
    pub(crate) async fn take_in(&self, name: &str, now: Now) {
        let (store, objects, queue) =
            (self.store.clone(), self.objects.clone(), self.queue.clone());
        let random = |email: &domain::sign_in::EmailAddress| Sha256::digest(email.as_str()).into();
        Imports::with(store, objects, queue, random).take_in(name, None, now).await.unwrap();
    }

    pub(crate) fn statements(&self) -> Statements {
        Statements::with(self.store.clone(), self.objects.clone(), SITE)
    }

    /// Locks and finalises what is due by then.
    pub(crate) async fn settle(&self, contract: &str, now: &str) {
        let due = DueContract { contract_ref: parse(contract), provider_ref: parse("P1001") };
        self.statements().settle(&due, at(now)).await.unwrap();
    }

    /// What a statement that is not fixed comes to.
    pub(crate) async fn payable(
        &self,
        (provider, contract): (&str, &str),
        start: &str,
        now: Now,
    ) -> Money {
        let (provider, contract): (ProviderRef, ContractRef) = (parse(provider), parse(contract));
        let shown = self.statements().show(&provider, &contract, day(start), now).await.unwrap();
        shown.statement.totals().unwrap().payable
    }

    /// The council's inbox beyond the files that it began with.
    pub(crate) fn dropped(&self) -> BTreeMap<String, String> {
        let began = |name: &str| FILES.iter().any(|(stem, _)| name.contains(stem));
        let files = self.objects.dump().into_iter();
        let inbox = files.filter(|(name, _)| name.starts_with("upload/council/inbox/"));
        inbox.filter(|(name, _)| !began(name)).collect()
    }

    /// The emails that are written.
    pub(crate) async fn emails(&self) -> Vec<(String, String)> {
        let (pending, _) = self.store.pending_emails(100, None).await.unwrap();
        let mut emails = Vec::new();
        for (id, _) in pending {
            let email = self.store.outbox_email(&id).await.unwrap().unwrap().email;
            if email.subject.to_lowercase().contains("action") || email.subject.contains("change") {
                emails.push((email.to, email.subject));
            }
        }
        emails.sort();
        emails
    }

    /// Raises what `raising` says as `person`.
    pub(crate) async fn raise(&self, person: &Person, raising: &Raising) -> Shown {
        self.try_raise(person, raising).await.unwrap()
    }

    pub(crate) async fn try_raise(
        &self,
        person: &Person,
        raising: &Raising,
    ) -> Result<Shown, ConversationsError> {
        let provider = match person {
            Person::Contact { provider, .. } => provider.clone(),
            Person::Staff { .. } => parse("P1001"),
        };
        self.conversations().raise(person, &provider, raising, at(NOON)).await
    }

    pub(crate) async fn answer(
        &self,
        person: &Person,
        shown: &Shown,
        answer: &Answer,
    ) -> Result<Shown, ConversationsError> {
        let line = &shown.head.line;
        let of = (&line.provider_ref, &line.action_id);
        self.conversations().answer(person, of, answer, at(NOON)).await
    }

    pub(crate) async fn decide(
        &self,
        person: &Person,
        shown: &Shown,
        deciding: &Deciding,
        now: Now,
    ) -> Result<Shown, ConversationsError> {
        let line = &shown.head.line;
        let of = (&line.provider_ref, &line.action_id);
        self.conversations().decide(person, of, deciding, now).await
    }
}

pub(crate) fn ada() -> Person {
    contact("P1001", "ada@lakehouse.example", true)
}

pub(crate) fn contact(provider: &str, email: &str, may_act: bool) -> Person {
    let name = "Ada Brome".to_owned();
    Person::Contact { email: parse(email), name, provider: parse(provider), may_act }
}

/// Cora Page, who answers and decides for the teams.
pub(crate) fn cora(teams: &[&str]) -> Person {
    colleague("Cora Page", &[CouncilRole::TeamMember, CouncilRole::Contracts], teams)
}

pub(crate) fn colleague(name: &str, roles: &[CouncilRole], teams: &[&str]) -> Person {
    let access = StaffAccess {
        staff_ref: parse("U9001"),
        name: name.to_owned(),
        roles: roles.to_vec(),
        teams: teams.iter().map(|team| parse(team)).collect(),
        version: 0,
    };
    let email = format!("{}@council.example", name.to_lowercase().replace(' ', "."));
    Person::Staff { email: parse(&email), access }
}

pub(crate) fn query(request: &str) -> Raising {
    Raising {
        request_id: parse(&format!("request-{request}")),
        type_ref: "general_query".to_owned(),
        about: About::default(),
        title: "Cost is incorrect".to_owned(),
        text: "It should be more".to_owned(),
        fields: BTreeMap::new(),
        to: Wanted::Team(parse("SYSTEMS")),
        due_on: None,
        attachments: Vec::new(),
    }
}

fn with(type_ref: &str, request: &str, fields: &[(&str, &str)]) -> Raising {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Raising { type_ref: type_ref.to_owned(), fields: fields.collect(), ..query(request) }
}

pub(crate) fn death(ss_ref: &str, date: &str) -> Raising {
    let kind = Some(RelatedKind::Client);
    let about = About { kind, ss_ref: Some(parse(ss_ref)), ..About::default() };
    Raising { about, ..with("death", &format!("{ss_ref}-{date}"), &[("date_of_death", date)]) }
}

pub(crate) fn ended(cpli: &str, date: &str) -> Raising {
    let kind = Some(RelatedKind::CarePackage);
    let about = About { kind, cpli_id: Some(parse(cpli)), ..About::default() };
    Raising { about, ..with("package_ended", &format!("{cpli}-{date}"), &[("end_date", date)]) }
}

pub(crate) fn variation(cpli: &str, (from, to): (&str, &str), actual: &str) -> Raising {
    let kind = Some(RelatedKind::CarePackage);
    let about = About { kind, cpli_id: Some(parse(cpli)), ..About::default() };
    let fields = [
        ("kind", "extra"),
        ("from_date", from),
        ("to_date", to),
        ("per", "week"),
        ("contracted_hours", "10.5"),
        ("actual_hours", actual),
        ("reason", "The daughter was on holiday"),
    ];
    Raising { about, ..with("variation", &format!("{cpli}-{from}"), &fields) }
}

pub(crate) fn said(request: &str, turn: Turn) -> Answer {
    Answer {
        request_id: parse(&format!("request-{request}")),
        text: format!("Said with {request}"),
        attachments: Vec::new(),
        turn,
    }
}

pub(crate) fn verdict(request: &str, verdict: Verdict) -> Deciding {
    let reason = "As the letter says".to_owned();
    Deciding { request_id: parse(&format!("request-{request}")), verdict, reason }
}

/// A team that only a test knows.
pub(crate) async fn add_team(store: &Store, team: &str) {
    let team = Team { team_ref: parse(team), name: format!("{team} team") };
    store.seed(vec![Action::put(Key::team(&team.team_ref), &team)]).await.unwrap();
}

pub(crate) fn id(shown: &Shown) -> &ActionId {
    &shown.head.line.action_id
}
