//! The council's files: taken in row by row, answered, and tried again while what they name is not yet known.
//!
//! `run` takes a file in, piece by piece; `desk` lays the rows of a piece on what is known, each feed as `take`
//! says; `waiting` tries kept rows again; `follow` does what must follow from what was written, such as giving
//! access; `history` reads what became of files, `page` takes those that are sent from the page; `answer` writes the log and the summary, `pounds` what a dry run would change in money.
//!
//! Architecture invariant: everything that a piece changes is written in one transaction together with how far
//! the file is. So a file that is interrupted anywhere and taken in again ends as if it had not been.

mod ahead;
mod answer;
mod desk;
mod error;
mod follow;
mod history;
mod page;
mod pounds;
mod run;
mod shelf;
mod take;
#[cfg(test)]
mod tests;
mod waiting;

use agreements::Agreements;
use cloud::Cloud;
use domain::sign_in::EmailAddress;
use files::Objects;
use invoicing::Invoicing;
use messages::Queue;
use people::People;
use statements::Statements;
use store::Store;

pub use crate::error::ImportsError;
pub use crate::history::{
    Answer, ContractChange, Dropped, History, Listed, LogRow, PoundsAnswer, RefusedAnswer,
    WaitingRow,
};
pub use crate::page::{CannotApply, DESK_BYTES_MAX, DeskState, FromPage, NotACouncilFile};
pub use crate::waiting::Retried;

/// How often a piece is tried again because somebody else was faster.
const RACES_MAX: u32 = 10;

/// Takes in the council's files. Clones share connections.
#[derive(Debug, Clone)]
pub struct Imports {
    store: Store,
    objects: Objects,
    statements: Statements,
    invoicing: Invoicing,
    agreements: Agreements,
    people: People,
    mail_queue: Queue,
}

impl Imports {
    /// With the portal's table, buckets and mail queue. Makes no call until it is asked for something.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            statements: Statements::open(cloud),
            invoicing: Invoicing::open(cloud),
            agreements: Agreements::open(cloud),
            people: People::open(cloud),
            mail_queue: Queue::mail(cloud),
        }
    }

    /// With these, for tests. `random` makes the token of somebody's invitation.
    pub fn with(
        store: Store,
        objects: Objects,
        mail_queue: Queue,
        random: fn(&EmailAddress) -> [u8; 32],
    ) -> Self {
        let site = "https://portal.council.example";
        let statements = Statements::with(store.clone(), objects.clone(), site);
        let invoicing = Invoicing::with(store.clone(), objects.clone(), site);
        let people = People::with(store.clone(), mail_queue.clone(), site, random);
        let agreements = Agreements::with(store.clone(), objects.clone(), mail_queue.clone(), site);
        Self { store, objects, statements, invoicing, agreements, people, mail_queue }
    }
}
