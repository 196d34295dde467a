//! Scheduled payments, asked for as a provider's people do.

mod borders;
mod reading;
mod responding;
mod voids;

use domain::clock::Now;
use domain::permission::Role;
use domain::remittance_note::{NoteAbout, RemittanceNote};
use files::Objects;
use serde_json::{Value, json};
use statements::{DueContract, Statements};
use store::Store;
use testing::{Browser, Council, at, day, parse, sign_in};
use web::Clock;

use crate::{Payments, api};

const LIST: &str = "/api/scheduled-payments";
/// The period that is open at [`OPEN`].
const CURRENT: &str = "/api/scheduled-payments/C3001/2022-10-31";
/// The one before, which is finalised at [`OPEN`].
const BEFORE: &str = "/api/scheduled-payments/C3001/2022-10-03";
/// The one after, a forecast at [`OPEN`].
const AFTER: &str = "/api/scheduled-payments/C3001/2022-11-28";
/// While the period from 31 October can be responded to.
const OPEN: &str = "2022-11-10T10:00:00Z";

/// The portal of one council, with everything settled that was due.
struct World {
    store: Store,
    statements: Statements,
    clock: Clock,
}

impl World {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        store.write_remittance_note(&note()).await.unwrap();
        let statements =
            Statements::with(store.clone(), Objects::in_memory(), "https://portal.example");
        let world = Self { store, statements, clock: Clock::at(at(OPEN)) };
        world.settle(at(OPEN)).await;
        world
    }

    async fn lake_house() -> Self {
        Self::of(&Council::lake_house()).await
    }

    /// Locks and finalises what is due, as the job does.
    async fn settle(&self, now: Now) {
        for due in self.statements.due(now).await.unwrap() {
            self.statements.settle(&due, now).await.unwrap();
        }
    }

    /// Another day: the job has run and nobody's session is over.
    async fn on(&self, now: &str) {
        self.clock.set(at(now));
        self.settle(at(now)).await;
    }

    async fn settle_one(&self, contract: &str, provider: &str, now: Now) {
        let due = DueContract { contract_ref: parse(contract), provider_ref: parse(provider) };
        self.statements.settle(&due, now).await.unwrap();
    }

    fn visitor(&self) -> Browser {
        let (store, statements) = (self.store.clone(), self.statements.clone());
        Browser::new(api().router(Payments { store, statements, clock: self.clock.clone() }))
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    /// Who pays attention to payments at Lake House.
    async fn payments(&self) -> Browser {
        self.browser("P1001", &[Role::Payments]).await
    }
}

/// What the council wrote to Lake House for its payment of 31 October alone.
fn note() -> RemittanceNote {
    RemittanceNote {
        id: "n1".to_owned(),
        about: NoteAbout::Provider { provider_ref: parse("P1001") },
        from_date: day("2022-10-31"),
        to_date: day("2022-10-31"),
        text: "=The office is closed on 1 November.".to_owned(),
        by: parse("ST02"),
        name: "Martin Shaw".to_owned(),
        at: at("2022-09-01T10:00:00Z").instant,
    }
}

/// An answer to the statement as it is now.
async fn answer(browser: &Browser, statement: &str, comment: &str) -> Value {
    let view = browser.get(statement).await.json();
    json!({"digest": view["digest"], "comment": comment})
}
