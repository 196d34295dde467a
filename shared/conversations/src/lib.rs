//! Actions: conversations between providers and the council, from the form that raises one to what is decided.
//!
//! `subject` knows what an action can be about; `raise` and `answer` are what people do; `attach` takes their files;
//! `list` and `show` are what they read; `propose` works out what a proposed change means in pounds, `decide` makes
//! it; `tell` writes the emails.
//!
//! Everything that somebody does is written in one transaction: the head under the version that was read, its rows
//! in the lists, the post, and the emails that tell of it. Of two who act at once both are heard, as long as the
//! second can still do it; whoever cannot is told why. A request that comes again is known by its post.
//!
//! Architecture invariant: an action changes no fact about care. What is accepted becomes a council's file, and the
//! import does the rest (see [`Conversations::decide`]).

mod answer;
mod attach;
mod decide;
mod error;
mod list;
mod person;
mod propose;
mod raise;
mod show;
mod subject;
mod tell;

#[cfg(test)]
mod tests;

use cloud::Cloud;
use files::Objects;
use messages::Queue;
use notices::Notices;
use statements::Statements;
use store::Store;

pub use crate::answer::{Answer, Turn};
pub use crate::attach::Upload;
pub use crate::decide::{Deciding, Verdict};
pub use crate::error::ConversationsError;
pub use crate::list::{Asked, Listed, With};
pub use crate::person::Person;
pub use crate::propose::{Change, Proposal};
pub use crate::raise::{Raising, Wanted};
pub use crate::show::Shown;
pub use crate::subject::{About, Filled, Known, package_line};

/// How often something is tried again because somebody else was faster.
pub(crate) const RACES_MAX: u32 = 20;

/// The actions of all providers. Clones share connections.
#[derive(Debug, Clone)]
pub struct Conversations {
    store: Store,
    objects: Objects,
    statements: Statements,
    notices: Notices,
    random: fn() -> [u8; 32],
}

impl Conversations {
    /// With the portal's table, buckets and mail queue. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            statements: Statements::open(cloud),
            notices: Notices::open(cloud),
            random: cloud::random_bytes,
        }
    }

    /// With these, for tests. `site_url`: `https://portal.council.example`.
    pub fn with(store: Store, objects: Objects, mail_queue: Queue, site_url: &str) -> Self {
        Self {
            statements: Statements::with(store.clone(), objects.clone(), site_url),
            notices: Notices::with(store.clone(), mail_queue, site_url),
            random: cloud::random_bytes,
            store,
            objects,
        }
    }
}
