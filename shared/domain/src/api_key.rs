//! Keys by which a provider's own software asks the portal, instead of a person.
//!
//! A key acts for one provider and may do what its scopes say: never what only a person may answer for, which is to
//! sign an agreement, and never give others access. What is kept of it is its hash.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::{Now, london_instant};
use crate::failure::{Failure, FieldError, Kind};
use crate::ids::{ApiKeyId, ProviderRef};
use crate::pace::{Rate, Wait};
use crate::permission::Permission;
use crate::request_id::RequestId;
use crate::sign_in::{EmailAddress, Token, TokenHash};

/// What every key begins with, so that whoever finds one knows what it is and scanners of source code can look for it.
pub const PREFIX: &str = "pp_live_";

/// How many digits of its own hash end a key, so that a mistyped or cut one is refused without asking the table.
const CHECK_DIGITS: usize = 8;

/// How many hexadecimal digits of a key nobody can guess.
const SECRET_DIGITS: usize = 64;

/// How many keys of a provider may be in use at once.
pub const KEYS_MAX: usize = 20;

/// A key is never given for longer, so that one that was forgotten ends by itself.
pub const VALID_DAYS_MAX: i64 = 366;

/// The longest name of a key.
pub const NAME_LENGTH_MAX: usize = 60;

/// Once in so many seconds it is written that a key was used.
const SEEN_EVERY_SECONDS: i64 = 60;

/// One thing that a key may be made for.
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
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read everything that the provider may see.
    Read,
    /// Enter and upload actuals.
    Actuals,
    /// Create and submit invoices and credit notes.
    Invoices,
    /// Confirm, reject and query statements.
    Statements,
    /// Raise and answer actions.
    Actions,
}

impl Scope {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::Read, Self::Actuals, Self::Invoices, Self::Statements, Self::Actions];

    /// What it allows.
    pub fn permission(self) -> Permission {
        match self {
            Self::Read => Permission::See,
            Self::Actuals => Permission::EnterActuals,
            Self::Invoices => Permission::Invoice,
            Self::Statements => Permission::RespondToStatement,
            Self::Actions => Permission::Act,
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Actuals => "Actuals",
            Self::Invoices => "Invoices",
            Self::Statements => "Statements",
            Self::Actions => "Actions",
        }
    }

    /// What software with it may do, for whoever chooses it.
    pub fn line(self) -> &'static str {
        match self {
            Self::Read => "Read care packages, statements, remittances, orders and reports",
            Self::Actuals => "Enter and upload actuals",
            Self::Invoices => "Create and submit invoices and credit notes",
            Self::Statements => "Confirm, reject and query statements",
            Self::Actions => "Raise and answer actions",
        }
    }
}

/// A key of a provider's software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// What it is called where the secret must not stand.
    pub key_id: ApiKeyId,
    /// The hash of the secret.
    pub hash: TokenHash,
    /// For whom it asks.
    pub provider_ref: ProviderRef,
    /// What its maker calls it: the software that has it.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The name of who made it.
    pub created_by: String,
    /// From then on it no longer counts.
    pub ends_at: DateTime<Utc>,
    /// When it was last used, to the minute; none: never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Since when and by whom it is revoked, if it is.
    pub revoked: Option<Revoked>,
    /// Counts saves; 0: never saved.
    #[serde(default, skip_serializing)]
    pub version: u32,
}

/// That a key no longer counts because somebody said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Since when.
    pub at: DateTime<Utc>,
    /// The name of who revoked it.
    pub by: String,
    /// Why, if the council did; none: the provider itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The longest reason for which the council revokes a key, in characters.
pub const REASON_LENGTH_MAX: usize = 500;

/// Why the council's helpdesk cannot revoke a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotRevoke {
    /// Nothing was typed.
    #[error("Enter why you revoke this key")]
    ReasonMissing,
    /// Too much was typed.
    #[error("Reason must be {REASON_LENGTH_MAX} characters or fewer")]
    ReasonTooLong,
}

impl Failure for CannotRevoke {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("reason", self.to_string())]
    }
}

impl Revoked {
    /// By the provider itself, which owes nobody a reason.
    pub fn by_provider(at: DateTime<Utc>, by: &str) -> Self {
        Self { at, by: by.to_owned(), reason: None }
    }

    /// By the council's helpdesk. The provider reads the reason.
    ///
    /// # Errors
    ///
    /// [`CannotRevoke`]: what to type instead.
    pub fn by_council(at: DateTime<Utc>, by: &str, reason: &str) -> Result<Self, CannotRevoke> {
        let reason = reason.trim();
        match reason.chars().count() {
            0 => Err(CannotRevoke::ReasonMissing),
            1..=REASON_LENGTH_MAX => {
                Ok(Self { at, by: by.to_owned(), reason: Some(reason.to_owned()) })
            }
            _ => Err(CannotRevoke::ReasonTooLong),
        }
    }
}

/// Whether a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It does.
    Live,
    /// Its last day is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl ApiKey {
    /// Whether it counts at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> KeyState {
        match self.revoked {
            Some(_) => KeyState::Revoked,
            None if now >= self.ends_at => KeyState::Expired,
            None => KeyState::Live,
        }
    }

    /// Whether one of its scopes allows `what`.
    pub fn may(&self, what: Permission) -> bool {
        self.scopes.iter().any(|scope| scope.permission() == what)
    }

    /// Everything that it may do.
    pub fn permissions(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|what| self.may(*what)).collect()
    }

    /// Whether its last use was long enough ago to be written again.
    pub fn is_due_to_be_seen(&self, now: DateTime<Utc>) -> bool {
        let long = |at| now.signed_duration_since(at) >= Duration::seconds(SEEN_EVERY_SECONDS);
        self.last_used_at.is_none_or(long)
    }

    /// The name under which it is recorded as the author of what it does. Nobody reads emails to it, and no
    /// address can ever be the same: RFC 2606 keeps its domain free.
    pub fn address(&self) -> Option<EmailAddress> {
        format!("{}@api-key.invalid", self.key_id).parse().ok()
    }
}

/// The key made of `random` bytes, as its holder is given it: prefix, secret and check digits.
pub fn secret(random: [u8; 32]) -> Token {
    let token = Token::new(random);
    Token::presented(&format!("{PREFIX}{}{}", token.reveal(), check_digits(token.reveal())))
}

fn check_digits(digits: &str) -> String {
    TokenHash::of(digits).as_str().chars().take(CHECK_DIGITS).collect()
}

/// The hash of what software presents as its key, if it could be one.
pub fn presented(text: &str) -> Option<TokenHash> {
    let digits = text.trim().strip_prefix(PREFIX)?;
    let (secret, check) = digits.split_at_checked(SECRET_DIGITS)?;
    TokenHash::parse(secret)?;
    (check == check_digits(secret)).then(|| TokenHash::of(text.trim()))
}

/// What somebody fills in to make a key.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[schema(as = ApiKeyForm)]
pub struct Form {
    /// Chosen by whoever asks: the same request makes one key.
    pub request_id: RequestId,
    /// What has the key: `Rota software`.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// The last day on which it counts, in London.
    pub last_day: NaiveDate,
}

/// Why a key cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotMake {
    /// The form has to be corrected.
    #[error("There is a problem with what you entered.")]
    Form(Vec<FieldError>),
    /// The provider has as many as it may have.
    #[error("There are {KEYS_MAX} keys in use. Revoke one that you no longer need first.")]
    TooMany,
}

impl Failure for CannotMake {
    fn kind(&self) -> Kind {
        match self {
            Self::Form(_) => Kind::Invalid,
            Self::TooMany => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "invalid",
            Self::TooMany => "too-many-keys",
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
    /// The key that is asked for. `hash`: of its secret.
    ///
    /// # Errors
    ///
    /// [`CannotMake::Form`] with what has to be corrected.
    pub fn key(
        &self,
        provider: &ProviderRef,
        by: &str,
        hash: TokenHash,
        now: Now,
    ) -> Result<ApiKey, CannotMake> {
        let mut wrong = Vec::new();
        let name = self.name.trim();
        if name.is_empty() {
            wrong.push(FieldError::new("name", "Enter a name, such as the software's"));
        } else if name.chars().count() > NAME_LENGTH_MAX || name.contains(char::is_control) {
            let most = format!("Enter a name of {NAME_LENGTH_MAX} characters at most");
            wrong.push(FieldError::new("name", most));
        }
        if self.scopes.is_empty() {
            wrong.push(FieldError::new("scopes", "Choose what the key may be used for"));
        }
        let last = now.date.checked_add_signed(Duration::days(VALID_DAYS_MAX)).unwrap_or(now.date);
        if self.last_day < now.date {
            wrong.push(FieldError::new("last_day", "Enter today or a later day"));
        } else if self.last_day > last {
            let message = format!("Enter a day up to {}", last.format("%-d %B %Y"));
            wrong.push(FieldError::new("last_day", message));
        }
        if !wrong.is_empty() {
            return Err(CannotMake::Form(wrong));
        }
        let ends = self.last_day.succ_opt().unwrap_or(self.last_day);
        Ok(ApiKey {
            key_id: key_id(provider, &self.request_id),
            hash,
            provider_ref: provider.clone(),
            name: name.to_owned(),
            scopes: self.scopes.iter().copied().collect(),
            created_at: now.instant,
            created_by: by.to_owned(),
            ends_at: london_instant(ends.and_time(chrono::NaiveTime::MIN)),
            last_used_at: None,
            revoked: None,
            version: 0,
        })
    }
}

/// The same for the same request of the same provider.
fn key_id(provider: &ProviderRef, request_id: &RequestId) -> ApiKeyId {
    let hash = TokenHash::of(&format!("{provider}:{request_id}"));
    ApiKeyId::made(hash.as_str().to_uppercase().chars().take(16).collect())
}

/// How often one key may ask: so many at once after a pause, and one every half second for ever. This project's own
/// decision: ten times as often as the busiest page.
pub const RATE: Rate = Rate { at_once: 60, milliseconds_each: 500 };

/// The key asks too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This key asks too often. Wait {} seconds, then ask again.", .0.seconds)]
pub struct TooFast(pub Wait);

impl Failure for TooFast {
    fn kind(&self) -> Kind {
        Kind::TooMany
    }

    fn code(&self) -> &'static str {
        "too-fast"
    }

    fn wait_seconds(&self) -> Option<u32> {
        Some(self.0.seconds)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_id::NotARequestId;

    fn now() -> Now {
        Now::at("2026-06-01T09:00:00Z".parse().unwrap())
    }

    fn form() -> Form {
        Form {
            request_id: "request-1".parse().unwrap(),
            name: " Rota software ".to_owned(),
            scopes: vec![Scope::Read, Scope::Actuals],
            last_day: "2026-12-31".parse().unwrap(),
        }
    }

    fn provider() -> ProviderRef {
        "P1001".parse().unwrap()
    }

    fn made(form: &Form) -> Result<ApiKey, CannotMake> {
        form.key(&provider(), "Ada Brome", TokenHash::of("x"), now())
    }

    #[test]
    fn no_scope_lets_software_sign_or_give_access() {
        let all = ApiKey { scopes: Scope::ALL.into(), ..made(&form()).unwrap() };
        assert!(!all.may(Permission::Sign) && !all.may(Permission::Administer));
        assert_eq!(all.permissions().len(), Permission::ALL.len().checked_sub(2).unwrap());
    }

    #[test]
    fn a_key_may_what_its_scopes_say_until_its_last_day_is_over_in_london() {
        let key = made(&form()).unwrap();
        assert!(key.may(Permission::See) && key.may(Permission::EnterActuals));
        assert!(!key.may(Permission::Invoice) && !key.may(Permission::RespondToStatement));
        assert_eq!(key.name, "Rota software");
        assert_eq!(key.state("2026-12-31T23:59:59Z".parse().unwrap()), KeyState::Live);
        assert_eq!(key.state("2027-01-01T00:00:00Z".parse().unwrap()), KeyState::Expired);
        let by = Revoked::by_provider(now().instant, "Ada");
        let revoked = ApiKey { revoked: Some(by), ..key };
        assert_eq!(revoked.state(now().instant), KeyState::Revoked);
    }

    #[test]
    fn the_same_request_names_the_same_key_and_another_providers_another() {
        let one = made(&form()).unwrap().key_id;
        assert_eq!(made(&form()).unwrap().key_id, one);
        let other = form().key(&"P1002".parse().unwrap(), "Eve", TokenHash::of("y"), now());
        assert_ne!(other.unwrap().key_id, one);
    }

    #[test]
    fn a_form_that_cannot_be_used_says_each_thing_to_correct() {
        let bad = Form {
            request_id: "request-1".parse().unwrap(),
            name: " ".to_owned(),
            scopes: Vec::new(),
            last_day: "2026-05-31".parse().unwrap(),
        };
        let fields: Vec<_> =
            made(&bad).unwrap_err().fields().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["name", "scopes", "last_day"]);
        let unnamed = serde_json::json!({
            "request_id": "1", "name": "Rota software", "scopes": ["read"], "last_day": "2026-06-02",
        });
        let refused = serde_json::from_value::<Form>(unnamed).unwrap_err().to_string();
        assert_eq!(refused, NotARequestId.to_string());
        let far = Form { last_day: "2027-06-03".parse().unwrap(), ..form() };
        assert_eq!(made(&far).unwrap_err().fields()[0].message, "Enter a day up to 2 June 2027");
    }

    #[test]
    fn the_use_of_a_key_is_written_once_a_minute_under_an_address_that_nobody_has() {
        let key = made(&form()).unwrap();
        assert!(key.is_due_to_be_seen(now().instant));
        let used = ApiKey { last_used_at: Some(now().instant), ..key };
        let due = |seconds| {
            let later = now().instant.checked_add_signed(Duration::seconds(seconds)).unwrap();
            used.is_due_to_be_seen(later)
        };
        assert_eq!([due(59), due(60), due(61)], [false, true, true]);
        let address = used.address().unwrap().to_string();
        assert_eq!(address, format!("{}@api-key.invalid", used.key_id).to_lowercase());
    }

    #[test]
    fn the_council_says_why_it_revokes_a_key() {
        let by = |reason: &str| Revoked::by_council(now().instant, "Grace Hallam", reason);
        assert_eq!(by("  "), Err(CannotRevoke::ReasonMissing));
        let most = "x".repeat(REASON_LENGTH_MAX);
        assert_eq!(by(&most).unwrap().reason, Some(most.clone()));
        assert_eq!(by(&format!("{most}x")), Err(CannotRevoke::ReasonTooLong));
        assert_eq!(by(" Lost ").unwrap().reason.as_deref(), Some("Lost"));
    }

    #[test]
    fn a_key_is_named_and_ends_within_a_year_and_a_day() {
        let last_day = |day: &str| Form { last_day: day.parse().unwrap(), ..form() };
        made(&last_day("2026-06-01")).unwrap();
        made(&last_day("2027-06-02")).unwrap();
        let name = |name: String| made(&Form { name, ..form() });
        name("x".repeat(NAME_LENGTH_MAX)).unwrap();
        name("x".repeat(NAME_LENGTH_MAX.saturating_add(1))).unwrap_err();
        name("a\u{7}b".to_owned()).unwrap_err();
    }

    #[test]
    fn what_is_mistyped_cut_or_another_kind_of_secret_is_no_key() {
        let key = secret([7; 32]);
        let text = key.reveal();
        assert!(text.starts_with(PREFIX));
        assert_eq!(presented(text), Some(key.hash()));
        assert_eq!(presented(&text.replace("pp_live_07", "pp_live_08")), None);
        assert_eq!(presented(text.get(..70).unwrap()), None);
        assert_eq!(presented(Token::new([7; 32]).reveal()), None);
        assert_eq!(presented("pp_live_é"), None);
    }
}
