//! Requests asked for and answered, by one, by two at once, and by somebody who is interrupted.

mod asking;
mod crash;
mod deciding;
mod together;

use cloud::Fuse;
use domain::account::ProviderAccess;
use domain::change_request::{Answer, ChangeRequest, ContactForm};
use domain::clock::Now;
use domain::facts::Contact;
use domain::permission::Role;
use domain::sign_in::{EmailAddress, Session, Token, TokenHash};
use messages::Queue;
use sha2::{Digest, Sha256};
use store::{Change, Store};
use testing::{Council, at, parse};

use crate::{Asking, People, PeopleError, Verdict, Wish};

const NINE: &str = "2026-11-02T09:00:00Z";

struct World {
    store: Store,
    queue: Queue,
}

impl World {
    /// Lake House with Ada Brome, its administrator, and Bob Else, who sees and confirms; both may sign in.
    async fn new() -> Self {
        let mut council = Council::lake_house();
        council.contacts = vec![
            contact("K2001", "Ada", "ada@lakehouse.example", &[Role::Admin]),
            contact("K2002", "Bob", "bob@lakehouse.example", &[Role::Viewer, Role::Payments]),
        ];
        let world = Self { store: Store::in_memory(), queue: Queue::in_memory() };
        council.save(&world.store).await;
        for contact in ["K2001", "K2002"] {
            let people = world.people();
            people.make_access(&parse("P1001"), &parse(contact), None, nine()).await.unwrap();
        }
        world
    }

    fn people(&self) -> People {
        self.with(&Fuse::default())
    }

    fn with(&self, fuse: &Fuse) -> People {
        let (store, queue) =
            (self.store.with_fuse(fuse.clone()), self.queue.with_fuse(fuse.clone()));
        People::with(store, queue, "https://portal.example", |email| {
            Sha256::digest(email.as_str()).into()
        })
    }

    async fn ask(&self, id: &str, wish: Wish) -> Result<ChangeRequest, PeopleError> {
        let (provider, email) = (parse("P1001"), parse("ada@lakehouse.example"));
        let asking = Asking { provider: &provider, name: "Ada Brome", email: &email };
        self.people().ask(asking, &parse(id), &wish, nine()).await
    }

    async fn decide(
        &self,
        request: &ChangeRequest,
        by: &Answer,
        verdict: Verdict<'_>,
    ) -> Result<ChangeRequest, PeopleError> {
        let key = (&request.provider_ref, &request.request_ref);
        self.people().decide(key, by, verdict, nine()).await
    }

    async fn accept(&self, request: &ChangeRequest) -> Result<ChangeRequest, PeopleError> {
        self.decide(request, &grace(), Verdict::Accept).await
    }

    async fn contact(&self, contact: &str) -> Option<Contact> {
        self.store.contact(&parse("P1001"), &parse(contact)).await.unwrap()
    }

    async fn access(&self, email: &str) -> Option<ProviderAccess> {
        self.store.access_to(&parse(email), &parse("P1001")).await.unwrap()
    }

    /// Somebody signs in and acts for Lake House.
    async fn signed_in(&self, email: &str) -> TokenHash {
        let email: EmailAddress = parse(email);
        let id = Token::new(Sha256::digest(email.as_str()).into()).hash();
        let session = Session {
            id: id.clone(),
            email,
            name: "Somebody".to_owned(),
            provider: None,
            roles: Vec::new(),
            council: None,
            created_at: nine().instant,
            last_seen_at: nine().instant,
            idle_minutes: 30,
            ends_at: testing::instant("2026-11-02T21:00:00Z"),
            browser: String::new(),
            version: 0,
        };
        self.store.change(vec![Change::StartSession(session, None)]).await.unwrap();
        self.store.choose_provider(&id, &parse("P1001")).await.unwrap();
        id
    }

    async fn is_signed_in(&self, id: &TokenHash) -> bool {
        self.store.session(id).await.unwrap().is_some()
    }

    /// The subjects of all emails to somebody.
    fn subjects(&self, to: &str) -> Vec<String> {
        let table = self.store.dump().unwrap();
        let emails = table.iter().filter(|(key, it)| key.starts_with("OUTBOX#") && it["to"] == to);
        emails.map(|(_, email)| email["subject"].as_str().unwrap().to_owned()).collect()
    }
}

fn nine() -> Now {
    at(NINE)
}

fn contact(contact_ref: &str, forename: &str, email: &str, roles: &[Role]) -> Contact {
    Contact {
        contact_ref: parse(contact_ref),
        provider_ref: parse("P1001"),
        forename: forename.to_owned(),
        surname: "Brome".to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some(email.to_owned()),
        roles: roles.to_vec(),
    }
}

fn officer(name: &str, staff_ref: &str) -> Answer {
    Answer { by: name.to_owned(), staff_ref: Some(parse(staff_ref)), at: nine().instant }
}

fn grace() -> Answer {
    officer("Grace Hallam", "U9001")
}

fn joan() -> Answer {
    officer("Joan Carden", "U9002")
}

fn carol() -> ContactForm {
    ContactForm {
        forename: "Carol".to_owned(),
        surname: "Shaw".to_owned(),
        portal_email: Some("carol@lakehouse.example".to_owned()),
        roles: vec!["payments".to_owned()],
        ..ContactForm::default()
    }
}

fn new_carol() -> Wish {
    Wish::NewContact(carol())
}

/// Bob as he is, with another telephone number.
fn bob_with(phone: &str) -> Wish {
    Wish::UpdateContact(parse("K2002"), bob_form(phone))
}

/// The same, and he is to sign in with another address.
fn bob_moves() -> Wish {
    let portal_email = Some("robert@lakehouse.example".to_owned());
    let form = ContactForm { portal_email, ..bob_form("01865 2") };
    Wish::UpdateContact(parse("K2002"), form)
}

fn bob_form(phone: &str) -> ContactForm {
    ContactForm {
        forename: "Bob".to_owned(),
        surname: "Brome".to_owned(),
        phone: Some(phone.to_owned()),
        portal_email: Some("bob@lakehouse.example".to_owned()),
        roles: vec!["viewer".to_owned(), "payments".to_owned()],
        ..ContactForm::default()
    }
}

fn without(roles: &[&str]) -> Wish {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Wish::DeleteContactRole(parse("K2002"), roles)
}
