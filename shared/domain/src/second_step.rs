//! What follows the password: an emailed code, two digits of a memorable code, or an authenticator app.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};

use crate::sign_in::{Token, TokenHash, hex};

/// How many digits an emailed code and a memorable code have.
pub const CODE_LENGTH: usize = 6;

/// How long an authenticator app shows a code (RFC 6238).
const STEP_SECONDS: u64 = 30;

/// How many steps before and after the present one are taken: none, so that a code lives for 30 seconds at most
/// (OWASP ASVS 6.5.5). Telephones and computers have the right time from their network.
const STEPS_OFF_MAX: u16 = 0;

/// A six-digit code to be emailed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code made of `random` bytes.
    pub fn new(random: [u8; 8]) -> Self {
        Self(format!("{:06}", u64::from_le_bytes(random) % 1_000_000))
    }

    /// For the email, and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it: of no use without the token that only the browser has.
    pub fn sealed_by(&self, token: &Token) -> CodeHash {
        CodeHash::of(token, &self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

/// What is kept of a [`Code`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeHash(String);

impl CodeHash {
    fn of(token: &Token, code: &str) -> Self {
        Self(hex(&Sha256::digest(format!("{}|{code}", token.reveal()))))
    }

    /// Whether `typed` is the code, asked by the browser with `token`. Spaces and hyphens are forgiven.
    pub fn is_of(&self, token: &Token, typed: &str) -> bool {
        let typed = digits(typed);
        Self::of(token, &typed).0.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// What somebody typed as a code, without the spaces and hyphens that they may have put between the digits.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether `typed` has the form of a six-digit code.
pub fn is_six_digits(typed: &str) -> bool {
    typed.len() == CODE_LENGTH && typed.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which two digits of a memorable code are asked, counted from 1, the lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions(pub u8, pub u8);

impl Positions {
    /// All fifteen pairs.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=6).flat_map(|low| (1..=6).map(move |high| Self(low, high))).filter(|it| it.0 < it.1)
    }

    /// One of them, by a hash of something random: the first pair to be asked.
    pub fn by(hash: &TokenHash) -> Self {
        let sum: u64 = hash.as_str().bytes().map(u64::from).sum();
        Self::pick(sum.to_le_bytes())
    }

    /// One of them, by `random` bytes.
    pub fn pick(random: [u8; 8]) -> Self {
        let nth = usize::try_from(u64::from_le_bytes(random) % 15).unwrap_or_default();
        Self::all().nth(nth).unwrap_or(Self(1, 2))
    }
}

/// A memorable six-digit code, kept so that any two of its digits can be checked and none can be read.
///
/// A code of six digits can be tried out by whoever has the table, whatever is done to it here: the table is
/// encrypted. The hashes keep it from being read in passing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityCode {
    salt: String,
    /// In the order of [`Positions::all`].
    pairs: Vec<String>,
}

impl fmt::Debug for SecurityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCode(..)")
    }
}

/// What is wrong with a memorable code that somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeWeakness {
    /// Not six digits.
    #[error("Security code must be 6 digits, like 402915")]
    NotSixDigits,
    /// `111111`, `123456`, `654321`.
    #[error("Security code must not be 6 digits in a row or all the same")]
    TooSimple,
}

impl SecurityCode {
    /// The code as it will be kept, under a salt of random bytes.
    ///
    /// # Errors
    ///
    /// [`CodeWeakness`]: what to choose instead.
    pub fn new(typed: &str, salt: [u8; 32]) -> Result<Self, CodeWeakness> {
        let code = digits(typed);
        if !is_six_digits(&code) {
            return Err(CodeWeakness::NotSixDigits);
        }
        let row = "01234567890";
        let backwards: String = code.chars().rev().collect();
        let same = code.chars().all(|c| code.starts_with(c));
        if same || row.contains(&code) || row.contains(&backwards) {
            return Err(CodeWeakness::TooSimple);
        }
        let salt = hex(&salt);
        let at = |nth: u8| code.chars().nth(usize::from(nth.saturating_sub(1))).unwrap_or_default();
        let pair =
            |asked: Positions| Self::pair(&salt, asked, &format!("{}{}", at(asked.0), at(asked.1)));
        let pairs = Positions::all().map(pair).collect();
        Ok(Self { salt, pairs })
    }

    fn pair(salt: &str, asked: Positions, two: &str) -> String {
        hex(&Sha256::digest(format!("{salt}|{}|{}|{two}", asked.0, asked.1)))
    }

    /// Whether `typed` are the two digits `asked`.
    pub fn has(&self, asked: Positions, typed: &str) -> bool {
        let found = Self::pair(&self.salt, asked, &digits(typed));
        let mut kept = Positions::all().zip(&self.pairs);
        let kept = kept.find_map(|(positions, hash)| (positions == asked).then_some(hash));
        kept.is_some_and(|hash| found.as_bytes().ct_eq(hash.as_bytes()).into())
    }
}

/// An authenticator app that shares a secret with us (TOTP, RFC 6238).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticator {
    /// In base 32, as it is shown to be typed.
    secret: String,
    /// The last time step that was used: neither it nor an earlier one is taken again.
    last_step: u64,
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(..)")
    }
}

impl Authenticator {
    /// A new one, its secret made of `random` bytes.
    pub fn new(random: [u8; 20]) -> Self {
        Self { secret: Secret::new_stack(random).to_base32(), last_step: 0 }
    }

    /// The secret, for whoever types it into their app.
    pub fn reveal(&self) -> &str {
        &self.secret
    }

    /// The secret as a link that apps read from a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent(issuer), percent(account));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.secret)
    }

    /// The authenticator after `typed` was accepted at `epoch_seconds`; `None` if it is wrong or was used before.
    pub fn accept(&self, typed: &str, epoch_seconds: i64) -> Option<Self> {
        let now = u64::try_from(epoch_seconds).ok()?;
        let step = self.totp()?.check(&digits(typed), now)?;
        (step > self.last_step).then(|| Self { last_step: step, ..self.clone() })
    }

    /// What the app shows at `epoch_seconds`: what a test types.
    pub fn shows(&self, epoch_seconds: i64) -> Option<String> {
        let now = u64::try_from(epoch_seconds).ok()?;
        Some(self.totp()?.generate(now).to_string())
    }

    fn totp(&self) -> Option<Totp> {
        let secret = Secret::try_from_base32(&self.secret).ok()?;
        let builder = Builder::new().with_secret(secret);
        builder.with_skew(STEPS_OFF_MAX).with_step_duration(STEP_SECONDS).build().ok()
    }
}

fn percent(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let encode = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emailed_code_counts_only_for_the_browser_that_asked() {
        let (mine, yours) = (Token::new([1; 32]), Token::new([2; 32]));
        let code = Code::new([9, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(code.reveal(), "000009");
        let kept = code.sealed_by(&mine);
        assert!(kept.is_of(&mine, "000 009"));
        assert!(!kept.is_of(&mine, "000008"));
        assert!(!kept.is_of(&yours, "000009"));
    }

    #[test]
    fn two_digits_of_a_memorable_code_are_checked_in_their_places() {
        let code = SecurityCode::new("402915", [5; 32]).unwrap();
        assert!(code.has(Positions(1, 6), "45"));
        assert!(code.has(Positions(2, 3), "0 2"));
        assert!(!code.has(Positions(1, 6), "54"));
        assert!(!code.has(Positions(1, 6), "402915"));
        assert!(!code.has(Positions(1, 6), ""));
    }

    #[test]
    fn a_memorable_code_is_not_a_row_of_digits() {
        for simple in ["111111", "123456", "654321", "567890"] {
            assert_eq!(
                SecurityCode::new(simple, [5; 32]),
                Err(CodeWeakness::TooSimple),
                "{simple}"
            );
        }
        for not in ["", "12345", "1234567", "12345a"] {
            assert_eq!(SecurityCode::new(not, [5; 32]), Err(CodeWeakness::NotSixDigits), "{not}");
        }
    }

    #[test]
    fn any_two_of_six_digits_may_be_asked() {
        assert_eq!(Positions::all().count(), 15);
        let picked = Positions::pick([14, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(picked, Positions(5, 6));
    }

    #[test]
    fn an_authenticators_code_is_taken_once() {
        let app = Authenticator::new([7; 20]);
        let typed = app.shows(1_000_000).unwrap();
        let used = app.accept(&typed, 1_000_000).unwrap();
        assert_eq!(used.accept(&typed, 1_000_000), None);
        assert_eq!(used.accept(&typed, 1_000_020), None);
        let next = app.shows(1_000_030).unwrap();
        assert!(used.accept(&next, 1_000_030).is_some());
    }

    #[test]
    fn an_authenticators_code_lives_as_long_as_the_app_shows_it() {
        let app = Authenticator::new([7; 20]);
        let typed = app.shows(1_000_000).unwrap();
        let shown_from_to = (999_990, 1_000_019);
        assert_eq!(app.shows(shown_from_to.0).as_deref(), Some(typed.as_str()));
        assert!(app.accept(&typed, shown_from_to.0).is_some());
        assert!(app.accept(&typed, shown_from_to.1).is_some());
        assert!(app.accept(&typed, shown_from_to.1 + 1).is_none());
        assert!(app.accept(&typed, shown_from_to.0 - 1).is_none());
        assert!(app.accept("", 1_000_000).is_none());
    }

    /// RFC 6238, appendix B, shortened to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let app = Authenticator::new(*b"12345678901234567890");
        assert_eq!(app.shows(59).as_deref(), Some("287082"));
        assert_eq!(app.shows(1_111_111_109).as_deref(), Some("081804"));
    }

    #[test]
    fn the_link_names_council_and_person() {
        let app = Authenticator::new([0; 20]);
        let uri = app.uri("Northshire Council", "jo@example.org");
        assert!(
            uri.starts_with("otpauth://totp/Northshire%20Council:jo%40example.org?secret=AAAA")
        );
    }
}
