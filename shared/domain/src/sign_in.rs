//! Who somebody is and how they prove it (domain.md section 4, "Sign in").
//!
//! Everything random and every instant is handed in, so that each rule here can be tried at any moment.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::account::StaffAccess;
use crate::ids::ProviderRef;
use crate::permission::{CouncilPermission, Permission, Role};

/// The longest email address there can be (RFC 5321: a path of 256 with its brackets).
pub const EMAIL_LENGTH_MAX: usize = 254;

/// Every minute the time of the last use is written again, not at every request: a write costs more than a read.
pub const SEEN_EVERY_SECONDS: i64 = 60;

/// An email address, the name a person signs in with. Small letters only, so that it is one key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

crate::schema::is_text!(EmailAddress, "An email address", "ada.brome@provider.example");

/// Why a text is not an [`EmailAddress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter an email address in the correct format, like name@example.com")]
pub struct NotAnEmailAddress;

impl EmailAddress {
    /// The address in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough of the address to recognise one's own, too little to learn somebody else's: `a•••@example.com`.
    pub fn masked(&self) -> String {
        let (name, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first: String = name.chars().take(1).collect();
        format!("{first}•••@{domain}")
    }
}

impl FromStr for EmailAddress {
    type Err = NotAnEmailAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (name, domain) = text.rsplit_once('@').ok_or(NotAnEmailAddress)?;
        let odd = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '@' | '#' | '<' | '>' | ',' | ';' | '"')
        };
        // SES sends to no other letters; a domain that has some is written as `xn--…`, as browsers do by themselves.
        let plain = text.is_ascii() && !text.replacen('@', "", 1).contains(odd);
        let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
        if name.is_empty() || !plain || !dotted || text.len() > EMAIL_LENGTH_MAX {
            return Err(NotAnEmailAddress);
        }
        Ok(Self(text.to_lowercase()))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NotAnEmailAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something only its holder knows: a session cookie, a challenge, an invitation. 256 random bits, so that a
/// plain hash of it gives nothing away.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token made of `random` bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(hex(&random))
    }

    /// What somebody presents as one.
    pub fn presented(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// What the holder is given.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What we keep of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What is kept of a [`Token`]: enough to recognise it, too little to make it.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of what somebody presents as a token.
    pub fn of(presented: &str) -> Self {
        Self(hex(&Sha256::digest(presented.as_bytes())))
    }

    /// The hash, if `text` could be one: 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// What a person would call the browser that names itself `user_agent`: `Firefox on Windows`.
pub fn browser_name(user_agent: &str) -> String {
    let first = |names: &[(&'static str, &'static str)]| {
        let mut names = names.iter();
        names.find_map(|(mark, name)| user_agent.contains(mark).then_some(*name))
    };
    // Each also names those it descends from, so the youngest comes first.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// One person signed in with one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The hash of the cookie; also what the person's list of sessions calls it.
    pub id: TokenHash,
    /// Who.
    pub email: EmailAddress,
    /// Their name, for the page.
    pub name: String,
    /// Whom they act for; none until they choose.
    pub provider: Option<ProviderRef>,
    /// What they may do there, as it was when they chose. Taking a role away ends the session.
    pub roles: Vec<Role>,
    /// What they may do as one of the council's people, as it was when they signed in. Such a person is nobody's
    /// contact, and acts for no provider. Taking a role or a team away ends the session.
    #[serde(default)]
    pub council: Option<StaffAccess>,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When they last asked for something, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// It ends when it is not used for so long: the council's setting as it was at sign-in.
    pub idle_minutes: u32,
    /// It ends then in any case.
    pub ends_at: DateTime<Utc>,
    /// What the browser calls itself, for the person's list of sessions.
    pub browser: String,
    /// How often it was saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

impl Session {
    /// Whether it still counts at `now`.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        let idle = Duration::minutes(i64::from(self.idle_minutes));
        now < self.ends_at && now.signed_duration_since(self.last_seen_at) < idle
    }

    /// Whether its last use was long enough ago to be written again.
    pub fn is_due_to_be_seen(&self, now: DateTime<Utc>) -> bool {
        now.signed_duration_since(self.last_seen_at) >= Duration::seconds(SEEN_EVERY_SECONDS)
    }

    /// Whether any of the roles allows `what`.
    pub fn may(&self, what: Permission) -> bool {
        self.roles.iter().any(|role| role.may(what))
    }

    /// Whether they may do `what` as one of the council's people.
    pub fn may_for_council(&self, what: CouncilPermission) -> bool {
        self.council.as_ref().is_some_and(|staff| staff.may(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn session() -> Session {
        Session {
            id: TokenHash::of("x"),
            email: "ann@example.org".parse().unwrap(),
            name: "Ann".to_owned(),
            provider: None,
            roles: vec![Role::Viewer],
            council: None,
            created_at: at("2026-06-01T09:00:00Z"),
            last_seen_at: at("2026-06-01T09:00:00Z"),
            idle_minutes: 30,
            ends_at: at("2026-06-01T21:00:00Z"),
            browser: String::new(),
            version: 0,
        }
    }

    #[test]
    fn an_email_address_is_one_key_however_it_is_typed() {
        let typed: EmailAddress = "  Ann.Smith@Example.ORG ".parse().unwrap();
        assert_eq!(typed.as_str(), "ann.smith@example.org");
        assert_eq!(typed.masked(), "a•••@example.org");
    }

    #[test]
    fn what_is_not_an_email_address_is_refused() {
        for text in [
            "",
            "ann",
            "@x.y",
            "a@b",
            "a b@c.d",
            "a@b@c.d",
            "a#b@c.d",
            "a@.d",
            "a@d.",
            "josé@c.d",
            "a@\u{456}.d",
        ] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        assert_eq!(long.parse::<EmailAddress>(), Err(NotAnEmailAddress));
    }

    #[test]
    fn a_browser_is_called_what_a_person_calls_it() {
        let windows =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        let edge = format!("{windows} Chrome/120.0 Safari/537.36 Edg/120.0");
        assert_eq!(browser_name(&edge), "Edge on Windows");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1";
        assert_eq!(browser_name(phone), "Safari on iPhone");
        assert_eq!(browser_name("curl/8.0"), "Unknown browser");
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_in_any_case_at_its_end() {
        let session = session();
        assert!(session.is_live(at("2026-06-01T09:29:59Z")));
        assert!(!session.is_live(at("2026-06-01T09:30:00Z")));
        let used = Session { last_seen_at: at("2026-06-01T20:59:00Z"), ..session };
        assert!(used.is_live(at("2026-06-01T20:59:59Z")));
        assert!(!used.is_live(at("2026-06-01T21:00:00Z")));
    }

    #[test]
    fn a_token_is_recognised_by_its_hash_and_never_shown_in_a_log() {
        let token = Token::new([7; 32]);
        assert_eq!(TokenHash::of(token.reveal()), token.hash());
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert_eq!(TokenHash::parse(token.hash().as_str()), Some(token.hash()));
        assert_eq!(TokenHash::parse("ABC"), None);
    }
}
