//! Telling a provider's own software that something happened, by a signed request to its address (Standard Webhooks).
//!
//! What is told names no client: it says what to ask the portal for.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;

use crate::clock::Now;
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{DeliveryId, EndpointId, ProviderRef};
use crate::notice::Happening;
use crate::request_id::RequestId;
use crate::sign_in::TokenHash;

/// How many addresses of a provider are told.
pub const ENDPOINTS_MAX: usize = 5;

/// The longest address.
pub const URL_LENGTH_MAX: usize = 500;

/// How long the secret before still signs beside a new one, in hours.
pub const SECRET_KEPT_HOURS: i64 = 24;

/// When a delivery is tried again after each try that failed, in seconds: as Standard Webhooks proposes.
const TRY_AGAIN_SECONDS: [i64; 9] = [60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// After so many days without one success an address is no longer told.
const GIVE_UP_DAYS: i64 = 5;

/// What software can be told.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
pub enum EventKind {
    /// A statement is open: the provider may respond.
    #[serde(rename = "statement.opened")]
    StatementOpened,
    /// A statement is locked: its items are fixed.
    #[serde(rename = "statement.locked")]
    StatementLocked,
    /// A statement is finalised: it is sent for payment.
    #[serde(rename = "statement.finalised")]
    StatementFinalised,
    /// Somebody answered an action, on either side.
    #[serde(rename = "action.answered")]
    ActionAnswered,
    /// A file of actuals was applied, or refused.
    #[serde(rename = "file.processed")]
    FileProcessed,
    /// An administrator tries the address.
    #[serde(rename = "endpoint.test")]
    Test,
}

impl EventKind {
    /// Those that can be chosen, in the order of the page.
    pub const CHOSEN: [Self; 5] = [
        Self::StatementOpened,
        Self::StatementLocked,
        Self::StatementFinalised,
        Self::ActionAnswered,
        Self::FileProcessed,
    ];

    /// As the message says it: `statement.opened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StatementOpened => "statement.opened",
            Self::StatementLocked => "statement.locked",
            Self::StatementFinalised => "statement.finalised",
            Self::ActionAnswered => "action.answered",
            Self::FileProcessed => "file.processed",
            Self::Test => "endpoint.test",
        }
    }

    /// What it means, for whoever chooses it.
    pub fn line(self) -> &'static str {
        match self {
            Self::StatementOpened => "A statement is open for your response",
            Self::StatementLocked => "A statement is locked: its items are fixed",
            Self::StatementFinalised => "A statement is finalised and sent for payment",
            Self::ActionAnswered => "Somebody answered an action",
            Self::FileProcessed => "A file of actuals was applied or refused",
            Self::Test => "You try the address",
        }
    }

    /// What software is told of something that people are told of.
    pub fn of(happening: Happening) -> Option<Self> {
        match happening {
            Happening::StatementOpened => Some(Self::StatementOpened),
            Happening::StatementLocked => Some(Self::StatementLocked),
            Happening::StatementFinalised => Some(Self::StatementFinalised),
            Happening::ActionAnswered => Some(Self::ActionAnswered),
            Happening::ActionOpened
            | Happening::ActionDone
            | Happening::ActionReopened
            | Happening::ChangeRequestDecided
            | Happening::CarePackageChanged
            | Happening::DocumentPublished
            | Happening::DocumentAgreed
            | Happening::DocumentRejected
            | Happening::StatementChanged
            | Happening::InvoiceDecided => None,
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that happened at a provider, before it is known who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// At whom.
    pub provider_ref: ProviderRef,
    /// What.
    pub kind: EventKind,
    /// To what: `C3001.2026-10-26` of a statement, `5F1C09A2B7D34E60.2` of an action's post, a batch of a file.
    pub subject: String,
}

/// What a message says, as software reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = WebhookMessage)]
pub struct Message {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When the portal noticed it.
    pub timestamp: DateTime<Utc>,
    /// To what.
    pub data: Data,
}

/// What a message is about. Only what belongs to its kind is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = WebhookData)]
pub struct Data {
    /// At whom.
    pub provider_ref: String,
    /// Of a statement: its contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_ref: Option<String>,
    /// Of a statement: the first day of its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_start: Option<String>,
    /// The action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_id: Option<String>,
    /// Of a file: its upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// What to ask the portal for: `/api/scheduled-payments/C3001/2026-10-26`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Event {
    /// What software is told of it.
    pub fn message(&self, at: DateTime<Utc>) -> Message {
        let data = Data { provider_ref: self.provider_ref.to_string(), ..Data::default() };
        let (first, last) = self.subject.rsplit_once('.').unwrap_or((&self.subject, ""));
        let data = match self.kind {
            EventKind::StatementOpened
            | EventKind::StatementLocked
            | EventKind::StatementFinalised => Data {
                contract_ref: Some(first.to_owned()),
                period_start: Some(last.to_owned()),
                url: Some(format!("/api/scheduled-payments/{first}/{last}")),
                ..data
            },
            EventKind::ActionAnswered => Data {
                action_id: Some(first.to_owned()),
                url: Some(format!("/api/actions/{first}")),
                ..data
            },
            EventKind::FileProcessed => Data {
                batch_id: Some(self.subject.clone()),
                url: Some(format!("/api/actuals/uploads/{}", self.subject)),
                ..data
            },
            EventKind::Test => data,
        };
        Message { kind: self.kind, timestamp: at, data }
    }
}

/// What signs messages: `whsec_` and 32 bytes in base64. Kept, because it signs; never shown a second time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Of `random` bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(format!("whsec_{}", STANDARD.encode(random)))
    }

    /// What the holder is given.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The signature of a message: `v1,` and the HMAC-SHA256 of its id, its time and its body.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> Option<String> {
        let key = STANDARD.decode(self.0.strip_prefix("whsec_")?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// An address of a provider's software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Key.
    pub endpoint_id: EndpointId,
    /// Whose.
    pub provider_ref: ProviderRef,
    /// Where it is told.
    pub url: String,
    /// What it is told.
    pub kinds: BTreeSet<EventKind>,
    /// What signs.
    pub secret: Secret,
    /// What signs as well, and until when.
    pub secret_before: Option<(Secret, DateTime<Utc>)>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// Since when every try fails; none: the last succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    /// Since when it is no longer told, because every try failed for days.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Counts saves; 0: never saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Endpoint {
    /// Whether it is to be told what is of this kind.
    pub fn wants(&self, kind: EventKind) -> bool {
        self.stopped_at.is_none() && self.kinds.contains(&kind)
    }

    /// The signatures of a message at `at`: by the secret, and by the one before while it counts.
    pub fn signatures(&self, id: &str, at: DateTime<Utc>, body: &str) -> Option<String> {
        let before = self.secret_before.as_ref().filter(|(_, until)| at < *until);
        let secrets = std::iter::once(&self.secret).chain(before.map(|(secret, _)| secret));
        let signed: Option<Vec<String>> =
            secrets.map(|secret| secret.sign(id, at.timestamp(), body)).collect();
        signed.map(|signed| signed.join(" "))
    }

    /// With another secret; the one before signs for a day more. Changed again within that day, it is still the one
    /// before both: so a change that comes twice leaves the software with a secret that it knows.
    #[must_use]
    pub fn with_secret(self, secret: Secret, at: DateTime<Utc>) -> Self {
        let until = at.checked_add_signed(Duration::hours(SECRET_KEPT_HOURS)).unwrap_or(at);
        let known = self.secret_before.filter(|(_, until)| at < *until);
        let before = known.unwrap_or((self.secret, until));
        Self { secret_before: Some(before), secret, ..self }
    }

    /// After a try: `delivered` or not.
    #[must_use]
    pub fn tried(self, delivered: bool, at: DateTime<Utc>) -> Self {
        if delivered {
            return Self { failing_since: None, ..self };
        }
        let since = self.failing_since.unwrap_or(at);
        let over = at.signed_duration_since(since) >= Duration::days(GIVE_UP_DAYS);
        let stopped_at = self.stopped_at.or(over.then_some(at));
        Self { failing_since: Some(since), stopped_at, ..self }
    }
}

/// How far a delivery is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum DeliveryState {
    /// It is tried at the next time.
    Waiting {
        /// When.
        next_at: DateTime<Utc>,
    },
    /// The software took it.
    Delivered {
        /// When.
        at: DateTime<Utc>,
    },
    /// It is not tried again by itself.
    GivenUp {
        /// When.
        at: DateTime<Utc>,
    },
}

/// One message to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Key, second part; later ones sort later. The message's `webhook-id` at every try.
    pub delivery_id: DeliveryId,
    /// Key, first part.
    pub endpoint_id: EndpointId,
    /// Whose.
    pub provider_ref: ProviderRef,
    /// What happened.
    pub kind: EventKind,
    /// What is sent, as it is signed: the same at every try.
    pub body: String,
    /// Since when it waits.
    pub created_at: DateTime<Utc>,
    /// How far it is.
    #[serde(flatten)]
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// What came of the last try: `200`, or why there was no answer.
    pub last_answer: Option<String>,
    /// Counts saves; 0: never saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Delivery {
    /// Of an event to an address.
    ///
    /// # Errors
    ///
    /// Only if JSON cannot hold it, which it always can.
    pub fn new(
        endpoint: &Endpoint,
        event: &Event,
        at: DateTime<Utc>,
    ) -> Result<Self, serde_json::Error> {
        let endpoint_id = endpoint.endpoint_id.clone();
        Ok(Self {
            delivery_id: DeliveryId::of(
                at,
                &[endpoint_id.as_str(), event.kind.as_str(), &event.subject],
            ),
            endpoint_id,
            provider_ref: event.provider_ref.clone(),
            kind: event.kind,
            body: serde_json::to_string(&event.message(at))?,
            created_at: at,
            state: DeliveryState::Waiting { next_at: at },
            tries: 0,
            last_answer: None,
            version: 0,
        })
    }

    /// When it is tried next, if it is.
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            DeliveryState::Waiting { next_at } => Some(next_at),
            DeliveryState::Delivered { .. } | DeliveryState::GivenUp { .. } => None,
        }
    }

    /// After a try that the software took, or did not: `answer` says which status, or why there was none.
    #[must_use]
    pub fn tried(self, delivered: bool, answer: &str, at: DateTime<Utc>) -> Self {
        let again = usize::try_from(self.tries).ok().and_then(|it| TRY_AGAIN_SECONDS.get(it));
        let next_at = again.and_then(|it| at.checked_add_signed(Duration::seconds(*it)));
        let state = match (delivered, next_at) {
            (true, _) => DeliveryState::Delivered { at },
            (false, Some(next_at)) => DeliveryState::Waiting { next_at },
            (false, None) => DeliveryState::GivenUp { at },
        };
        let tries = self.tries.saturating_add(1);
        Self { state, tries, last_answer: Some(answer.to_owned()), ..self }
    }
}

/// What somebody fills in to have an address told.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[schema(as = EndpointForm)]
pub struct Form {
    /// Chosen by whoever asks: the same request enters one address.
    pub request_id: RequestId,
    /// Where to tell: `https://rota.example/portal`.
    pub url: String,
    /// What to tell; at least one.
    pub kinds: Vec<EventKind>,
}

/// Why an address cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotTell {
    /// The form has to be corrected.
    #[error("There is a problem with what you entered.")]
    Form(Vec<FieldError>),
    /// The provider has as many as it may have.
    #[error(
        "There are {ENDPOINTS_MAX} addresses already. Remove one that you no longer need first."
    )]
    TooMany,
}

impl Failure for CannotTell {
    fn kind(&self) -> Kind {
        match self {
            Self::Form(_) => Kind::Invalid,
            Self::TooMany => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "invalid",
            Self::TooMany => "too-many-endpoints",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Form(fields) => fields.clone(),
            Self::TooMany => Vec::new(),
        }
    }
}

impl Form {
    /// The address that is to be told. `loopback`: whether it may be on this very machine, without TLS.
    ///
    /// # Errors
    ///
    /// [`CannotTell::Form`] with what has to be corrected.
    pub fn endpoint(
        &self,
        (provider, by): (&ProviderRef, &str),
        secret: Secret,
        loopback: bool,
        now: Now,
    ) -> Result<Endpoint, CannotTell> {
        let mut wrong = Vec::new();
        let url = self.url.trim();
        if let Err(why) = Target::of(url, loopback) {
            wrong.push(FieldError::new("url", why.to_string()));
        }
        let kinds: BTreeSet<EventKind> =
            self.kinds.iter().copied().filter(|it| EventKind::CHOSEN.contains(it)).collect();
        if kinds.is_empty() {
            wrong.push(FieldError::new("kinds", "Choose what to be told of"));
        }
        if !wrong.is_empty() {
            return Err(CannotTell::Form(wrong));
        }
        let hash = TokenHash::of(&format!("webhook:{provider}:{}", self.request_id));
        let digits = hash.as_str().to_uppercase().chars().take(16).collect();
        Ok(Endpoint {
            endpoint_id: EndpointId::made(digits),
            provider_ref: provider.clone(),
            url: url.to_owned(),
            kinds,
            secret,
            secret_before: None,
            created_at: now.instant,
            created_by: by.to_owned(),
            failing_since: None,
            stopped_at: None,
            version: 0,
        })
    }
}

/// An address that may be asked, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `rota.example`
    pub host: String,
    /// 443 unless it says otherwise.
    pub port: u16,
    /// Whether it is this very machine, without TLS.
    pub is_loopback: bool,
}

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotATarget {
    /// It is none.
    #[error("Enter an address such as https://rota.example/portal")]
    NotAnAddress,
    /// Anybody on the way could read it.
    #[error("Enter an address that begins with https://")]
    NotHttps,
    /// It names a machine by number, or one that only some networks know.
    #[error("Enter an address with a public name, not a number or a name of your own network")]
    NotPublic,
    /// It has a name and a password in it.
    #[error("Enter an address without a name, a password or a #")]
    HasMore,
    /// It is too long.
    #[error("Enter an address of {URL_LENGTH_MAX} characters at most")]
    TooLong,
}

impl Target {
    /// The parts of an address, if it may be asked. `loopback`: `http://127.0.0.1:port/` may too.
    ///
    /// # Errors
    ///
    /// [`NotATarget`] says why not.
    pub fn of(url: &str, loopback: bool) -> Result<Self, NotATarget> {
        if url.len() > URL_LENGTH_MAX {
            return Err(NotATarget::TooLong);
        }
        let plain =
            |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\');
        if !url.bytes().all(plain) {
            return Err(NotATarget::NotAnAddress);
        }
        let (scheme, rest) = url.split_once("://").ok_or(NotATarget::NotAnAddress)?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        if !(is_https || loopback && scheme.eq_ignore_ascii_case("http")) {
            return Err(NotATarget::NotHttps);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, _) = rest.split_at_checked(end).ok_or(NotATarget::NotAnAddress)?;
        if authority.contains('@') || url.contains('#') {
            return Err(NotATarget::HasMore);
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => {
                (host, port.parse().map_err(|_no_number| NotATarget::NotAnAddress)?)
            }
            None => (authority, if is_https { 443 } else { 80 }),
        };
        let is_loopback = !is_https && host == "127.0.0.1";
        if !(is_loopback || is_https && is_public_name(host)) {
            return Err(NotATarget::NotPublic);
        }
        Ok(Self { host: host.to_ascii_lowercase(), port, is_loopback })
    }
}

/// A name of at least two parts, of which the last is no number, and that is not of a private network.
fn is_public_name(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |part: &str| {
        !part.is_empty() && part.len() <= 63 && part.bytes().all(letter) && !part.starts_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let private = ["localhost", "local", "internal", "lan", "home", "corp", "arpa", "invalid"];
    host.contains('.')
        && host.split('.').all(label)
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !last.starts_with("0x")
        && !private.contains(&last)
}

/// Whether an address is on the public internet: not this machine, a private network, the metadata of a cloud, or
/// one of many at once.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmark = first == 198 && (18..20).contains(&second);
    let protocols = first == 192 && second == 0 && third == 0;
    let relay = first == 192 && second == 88 && third == 99;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        || shared
        || benchmark
        || protocols
        || relay)
}

/// Only of the block that is given out (`2000::/3`), and of that nothing that carries an IPv4 address or leads to one.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let given_out = first & 0xe000 == 0x2000;
    let teredo_and_such = first == 0x2001 && second < 0x0200;
    let documentation = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
    let six_to_four = first == 0x2002;
    given_out && !teredo_and_such && !documentation && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn endpoint() -> Endpoint {
        let form = Form {
            request_id: "request-1".parse().unwrap(),
            url: "https://rota.example/portal?x=1".to_owned(),
            kinds: vec![EventKind::StatementOpened, EventKind::Test],
        };
        let provider = "P1001".parse().unwrap();
        let now = Now::at(at("2026-06-01T09:00:00Z"));
        form.endpoint((&provider, "Ada"), Secret::new([1; 32]), false, now).unwrap()
    }

    /// The example of the specification (standard-webhooks/spec, "Verifying signatures").
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let body = r#"{"test": 2432232314}"#;
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn both_secrets_sign_for_a_day_after_one_was_changed() {
        let old = endpoint();
        let new = old.clone().with_secret(Secret::new([2; 32]), at("2026-06-01T09:00:00Z"));
        let count = |endpoint: &Endpoint, now| {
            endpoint.signatures("m", at(now), "{}").unwrap().split(' ').count()
        };
        assert_eq!(count(&old, "2026-06-01T09:00:00Z"), 1);
        assert_eq!(count(&new, "2026-06-02T08:59:59Z"), 2);
        assert_eq!(count(&new, "2026-06-02T09:00:00Z"), 1);
        let again = new.with_secret(Secret::new([3; 32]), at("2026-06-01T09:00:01Z"));
        let signed = again.signatures("m", at("2026-06-01T09:00:02Z"), "{}").unwrap();
        let by = |secret: &Secret| secret.sign("m", at("2026-06-01T09:00:02Z").timestamp(), "{}");
        assert_eq!(signed, [by(&again.secret).unwrap(), by(&old.secret).unwrap()].join(" "));
    }

    #[test]
    fn only_public_names_over_tls_are_told() {
        for good in
            ["https://rota.example", "https://a.b.co.uk:8443/x?y=z", "HTTPS://Rota.Example/"]
        {
            assert!(Target::of(good, false).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("rota.example", NotATarget::NotAnAddress),
            ("https://rota.example/a b", NotATarget::NotAnAddress),
            ("https://rota.example:x/", NotATarget::NotAnAddress),
            ("http://rota.example/", NotATarget::NotHttps),
            ("ftp://rota.example/", NotATarget::NotHttps),
            ("https://ada:pw@rota.example/", NotATarget::HasMore),
            ("https://rota.example/#x", NotATarget::HasMore),
            ("https://localhost/", NotATarget::NotPublic),
            ("https://printer.local/", NotATarget::NotPublic),
            ("https://metadata.google.internal/", NotATarget::NotPublic),
            ("https://169.254.169.254/", NotATarget::NotPublic),
            ("https://2130706433/", NotATarget::NotPublic),
            ("https://1.0x7f/", NotATarget::NotPublic),
            ("https://[::1]/", NotATarget::NotAnAddress),
            ("http://127.0.0.1:9/", NotATarget::NotHttps),
        ] {
            assert_eq!(Target::of(bad, false), Err(why), "{bad}");
        }
        assert!(Target::of("http://127.0.0.1:9/x", true).unwrap().is_loopback);
        for bad in ["http://rota.example/", "http://127.0.0.2/", "http://localhost/"] {
            assert_eq!(Target::of(bad, true), Err(NotATarget::NotPublic), "{bad}");
        }
    }

    #[test]
    fn no_name_leads_into_a_private_network() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_delivery_is_tried_ever_later_and_then_given_up() {
        let endpoint = endpoint();
        let event = Event {
            provider_ref: "P1001".parse().unwrap(),
            kind: EventKind::StatementOpened,
            subject: "C.3001.2026-10-26".to_owned(),
        };
        let mut delivery = Delivery::new(&endpoint, &event, endpoint.created_at).unwrap();
        assert!(delivery.body.contains(r#""contract_ref":"C.3001","period_start":"2026-10-26""#));
        let id = delivery.delivery_id.clone();
        let mut waited = Vec::new();
        while let Some(now) = delivery.next_at() {
            delivery = delivery.tried(false, "503", now);
            let next = delivery.next_at();
            waited.extend(next.map(|it| it.signed_duration_since(now).num_seconds()));
        }
        assert_eq!(waited, TRY_AGAIN_SECONDS);
        assert_eq!((delivery.tries, delivery.delivery_id), (10, id));
        assert!(matches!(delivery.state, DeliveryState::GivenUp { .. }));
    }

    #[test]
    fn an_address_that_fails_for_days_is_no_longer_told() {
        let failing = endpoint().tried(false, at("2026-06-01T09:00:00Z"));
        assert_eq!(failing.stopped_at, None);
        let nearly = failing.clone().tried(false, at("2026-06-06T08:59:59Z"));
        assert_eq!(nearly.stopped_at, None);
        assert!(nearly.clone().tried(false, at("2026-06-06T09:00:00Z")).stopped_at.is_some());
        let mended = nearly.tried(true, at("2026-06-06T08:59:59Z"));
        let later = mended.tried(false, at("2026-06-09T09:00:00Z"));
        assert_eq!(later.stopped_at, None);
    }

    #[test]
    fn a_test_cannot_be_chosen() {
        assert_eq!(endpoint().kinds, [EventKind::StatementOpened].into());
    }
}
