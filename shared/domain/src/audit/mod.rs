//! Who saw and who changed what, written down so that nobody can change it unnoticed.
//!
//! Whoever does something has a chain of entries of their own: each carries the hash of the one before, and the
//! chain's head says how many there are and what the last one hashes to. What is kept is the very text that was
//! hashed, so that no reading or writing of it can make a difference that was not there.

mod address;
mod chain;
mod seal;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::api_key::ApiKey;
use crate::ids::{ApiKeyId, ContractRef, ProviderRef, SsRef, StaffRef};
use crate::sign_in::{EmailAddress, Session, TokenHash, hex};

pub use address::about;
pub use chain::{Broken, Chain, Why, verify};
pub use seal::{Seal, Sealed};

/// An entry is listed under so many clients at most. A list that shows more is found under its provider.
pub const CLIENTS_LISTED_MAX: usize = 25;

/// An entry is listed under so many providers at most: a page of a council's queue names fewer.
pub const PROVIDERS_LISTED_MAX: usize = 25;

/// An entry about what a run of a job does names so many contracts at most, so that it stays a small record.
pub const CONTRACTS_NAMED_MAX: usize = 25;

/// An entry names so many clients at most; of a longer list it says how many there were.
const CLIENTS_NAMED_MAX: usize = 500;

/// The longest name of a chain.
const ACTOR_LENGTH_MAX: usize = 160;

/// Whose chain an entry is in: the hash of a person's address, `key:5F1C09A2B7D34E60`, `job:finalise`, `job:finalise:C3001`, or
/// `unknown:4f`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Actor(String);

crate::schema::is_text!(Actor, "The name of a chain of audit entries", "job:finalise:C3001");

/// Why a text is not an [`Actor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is not the name of a person's or a job's entries")]
pub struct NotAnActor;

impl Actor {
    /// The person who signs in with an address.
    pub fn person(email: &EmailAddress) -> Self {
        Self(TokenHash::of(email.as_str()).as_str().to_owned())
    }

    /// As keys and addresses of pages say it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Actor {
    type Err = NotAnActor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if text.is_empty() || text.len() > ACTOR_LENGTH_MAX || !text.bytes().all(plain) {
            return Err(NotAnActor);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Actor {
    type Error = NotAnActor;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash of an entry: 64 hexadecimal digits of SHA-256.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct EntryHash(String);

impl EntryHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        Self(hex(&Sha256::digest(text.as_bytes())))
    }

    /// What the first entry of a chain has before it.
    pub fn of_nothing() -> Self {
        Self("0".repeat(64))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum By {
    /// A person at a provider, or one who has not chosen whom they act for.
    Contact {
        /// The address they sign in with.
        email: EmailAddress,
        /// Their name.
        name: String,
    },
    /// One of the council's people.
    Staff {
        /// The address they sign in with.
        email: EmailAddress,
        /// Their name.
        name: String,
        /// The council's reference for them.
        staff_ref: StaffRef,
    },
    /// A provider's own software, by one of its keys.
    Key {
        /// Which key.
        key_id: ApiKeyId,
        /// What its maker called it.
        name: String,
    },
    /// Somebody who gives the address of an account and is not signed in: whether it is its owner is what is tried.
    Account {
        /// The address.
        email: EmailAddress,
    },
    /// The portal by itself, because of a file or the time.
    Job {
        /// Which function: `finalise`.
        function: String,
        /// For what, if it is for something that has a name: a contract, a feed.
        of: Option<String>,
    },
    /// Somebody who tried an address without an account. Whose address it was is not kept.
    Unknown {
        /// Two hexadecimal digits of the address's hash, so that not all of them are in one chain.
        group: String,
    },
}

impl From<&Session> for By {
    fn from(session: &Session) -> Self {
        let (email, name) = (session.email.clone(), session.name.clone());
        match &session.council {
            Some(staff) => Self::Staff { email, name, staff_ref: staff.staff_ref.clone() },
            None => Self::Contact { email, name },
        }
    }
}

impl From<&ApiKey> for By {
    fn from(key: &ApiKey) -> Self {
        Self::Key { key_id: key.key_id.clone(), name: key.name.clone() }
    }
}

impl By {
    /// Somebody who gives an address and is not signed in; `somebody`: whether it is one of an account.
    pub fn address(email: &EmailAddress, somebody: bool) -> Self {
        if somebody { Self::Account { email: email.clone() } } else { Self::unknown(email) }
    }

    /// A job, for what it does for `of`.
    pub fn job(function: &str, of: Option<&str>) -> Self {
        Self::Job { function: function.to_owned(), of: of.map(str::to_owned) }
    }

    /// Somebody with an address that has no account.
    pub fn unknown(email: &EmailAddress) -> Self {
        let group = TokenHash::of(email.as_str()).as_str().chars().take(2).collect();
        Self::Unknown { group }
    }

    /// Whose chain the entry belongs in.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Contact { email, .. } | Self::Staff { email, .. } | Self::Account { email } => {
                Actor::person(email)
            }
            Self::Key { key_id, .. } => Actor(format!("key:{key_id}")),
            Self::Job { function, of: Some(of) } => Actor(format!("job:{function}:{of}")),
            Self::Job { function, of: None } => Actor(format!("job:{function}")),
            Self::Unknown { group } => Actor(format!("unknown:{group}")),
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Outcome {
    /// A change is about to be tried. An answer follows, unless the portal was cut off.
    Intended,
    /// A request was answered.
    Answered {
        /// `200`: done; `4..`: refused; `5..`: failed.
        status: u16,
        /// Which entry said before that it would be tried, if it was a change.
        intended: Option<u64>,
    },
    /// A job did it.
    Done,
}

/// Records of clients that were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seen {
    /// What they are: `care packages`.
    pub what: String,
    /// Whose.
    pub provider_ref: ProviderRef,
    /// How many records.
    pub records: u64,
    /// Of which clients, as far as it is known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub clients: BTreeSet<SsRef>,
}

/// What an entry says, before it has its place in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: By,
    /// For which provider, if for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_ref: Option<ProviderRef>,
    /// The method and the route, `GET /api/care-packages`, or what a job did: `statement finalised`.
    pub what: String,
    /// What it was about, by name: `contract_ref`, `C3001`. References and dates, never words that somebody typed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<String, String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Which records of clients it showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
    /// To which contracts a run of a job does the same, by their providers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contracts: BTreeMap<ProviderRef, BTreeSet<ContractRef>>,
}

/// Where an entry is listed besides its chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Among those of a provider.
    Provider(ProviderRef),
    /// Among those of a client.
    Client(SsRef),
    /// Among those of no provider.
    Portal,
    /// Among those that name contracts of many providers: who looks for one of them reads these too.
    Runs,
}

impl Note {
    /// What `by` did, about nothing in particular yet.
    pub fn new(at: DateTime<Utc>, by: By, what: impl Into<String>, outcome: Outcome) -> Self {
        Self {
            at,
            by,
            provider_ref: None,
            what: what.into(),
            about: BTreeMap::new(),
            outcome,
            seen: Vec::new(),
            contracts: BTreeMap::new(),
        }
    }

    /// For a provider.
    #[must_use]
    pub fn of_provider(self, provider: &ProviderRef) -> Self {
        Self { provider_ref: Some(provider.clone()), ..self }
    }

    /// About something: `contract_ref`, `C3001`.
    #[must_use]
    pub fn about(mut self, name: &str, reference: &(impl ToString + ?Sized)) -> Self {
        self.about.insert(name.to_owned(), reference.to_string());
        self
    }

    /// Where its entry is listed: under each provider and client that it concerns.
    pub fn places(&self) -> BTreeSet<Place> {
        let named = ["provider_ref", "provider"].map(|name| self.about.get(name)?.parse().ok());
        let seen = self.seen.iter().map(|seen| seen.provider_ref.clone());
        let providers = self.provider_ref.clone().into_iter().chain(named.into_iter().flatten());
        let providers: BTreeSet<ProviderRef> = providers.chain(seen).collect();
        let mut places: BTreeSet<Place> = match providers.len() {
            0 if !self.contracts.is_empty() => [Place::Runs].into(),
            0 => [Place::Portal].into(),
            _ => providers.into_iter().take(PROVIDERS_LISTED_MAX).map(Place::Provider).collect(),
        };
        let clients = self.clients();
        if clients.len() <= CLIENTS_LISTED_MAX {
            places.extend(clients.into_iter().map(Place::Client));
        }
        places
    }

    /// Whether it concerns a provider: it is listed under it, or names one of its contracts.
    pub fn concerns(&self, provider: &ProviderRef) -> bool {
        self.contracts.contains_key(provider)
            || self.places().contains(&Place::Provider(provider.clone()))
    }

    /// What it was about, with the contracts that it names: `C3001 of P1001, C3002 of P1002`.
    pub fn all_about(&self) -> BTreeMap<String, String> {
        let mut about = self.about.clone();
        let named = self.contracts.iter().flat_map(|(provider, contracts)| {
            contracts.iter().map(move |contract| format!("{contract} of {provider}"))
        });
        let named: Vec<_> = named.collect();
        if !named.is_empty() {
            about.insert("contracts".to_owned(), named.join(", "));
        }
        about
    }

    /// The clients that it names.
    pub fn clients(&self) -> BTreeSet<SsRef> {
        let named = ["ss_ref", "client"].map(|name| self.about.get(name)?.parse().ok());
        let seen = self.seen.iter().flat_map(|seen| seen.clients.iter().cloned());
        named.into_iter().flatten().chain(seen).collect()
    }

    /// The same, with no more clients than an entry holds.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        for seen in &mut self.seen {
            while seen.clients.len() > CLIENTS_NAMED_MAX {
                seen.clients.pop_last();
            }
        }
        self
    }
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in its chain, from 1.
    pub n: u64,
    /// The hash of the one before it.
    pub previous: EntryHash,
    /// What it says.
    #[serde(flatten)]
    pub note: Note,
}

/// An entry as it is kept: the text that was hashed, and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The entry, in the one way in which it is written.
    pub body: String,
    /// The hash of exactly that.
    pub hash: EntryHash,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries there are.
    pub n: u64,
    /// The hash of the last.
    pub hash: EntryHash,
}

impl Head {
    /// Of a chain without entries.
    pub fn of_nothing() -> Self {
        Self { n: 0, hash: EntryHash::of_nothing() }
    }
}

impl Entry {
    /// The next entry of a chain.
    pub fn after(head: &Head, note: Note) -> Self {
        Self { n: head.n.saturating_add(1), previous: head.hash.clone(), note: note.bounded() }
    }

    /// As it is kept.
    ///
    /// # Errors
    ///
    /// Only if JSON cannot hold it, which it always can.
    pub fn keep(&self) -> Result<Kept, serde_json::Error> {
        let body = serde_json::to_string(self)?;
        Ok(Kept { hash: EntryHash::of(&body), body })
    }
}

impl Kept {
    /// What it says.
    ///
    /// # Errors
    ///
    /// If its text is no entry.
    pub fn read(&self) -> Result<Entry, serde_json::Error> {
        serde_json::from_str(&self.body)
    }
}
