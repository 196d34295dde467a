//! What a page or a program calls one request of its own, so that the same request sent twice does its work once.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::schema::is_text;
use crate::sign_in::hex;

/// How many characters the name of a request has. A shorter one could be thought of twice; a UUID has 36.
const LENGTHS: RangeInclusive<usize> = 8..=64;

/// How many hexadecimal digits name what a request makes.
const MADE_DIGITS: usize = 32;

/// The name of one request, chosen by whoever sends it: `crypto.randomUUID()` on a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

/// Why a text is not the name of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Send a request_id of 8 to 64 letters, digits or hyphens, such as a new UUID")]
pub struct NotARequestId;

impl RequestId {
    /// As it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the request makes when `who` sends it: the same for the same request, and another for anybody else's.
    /// 32 lower-case hexadecimal digits.
    pub fn of(&self, who: impl Display) -> String {
        let digest = hex(&Sha256::digest(format!("{who}\n{self}")));
        digest.chars().take(MADE_DIGITS).collect()
    }
}

impl FromStr for RequestId {
    type Err = NotARequestId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !LENGTHS.contains(&text.len()) || !text.bytes().all(plain) {
            return Err(NotARequestId);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for RequestId {
    type Error = NotARequestId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

is_text!(
    RequestId,
    "What whoever asks calls this request: sent twice, it does its work once",
    "0b0c6f5e-4c1d-4a55-9d0b-3c0f7a8e2f11",
    r"^[A-Za-z0-9-]{8,64}$"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_and_anything_like_it_names_a_request_and_spaces_around_it_are_forgiven() {
        for text in
            ["0b0c6f5e-4c1d-4a55-9d0b-3c0f7a8e2f11", "request-1", "12345678", &"a".repeat(64)]
        {
            assert_eq!(text.parse::<RequestId>().unwrap().as_str(), text);
        }
        assert_eq!(" request-1 ".parse::<RequestId>().unwrap().as_str(), "request-1");
    }

    #[test]
    fn what_could_be_thought_of_twice_or_could_not_be_kept_names_no_request() {
        for text in [
            "",
            " ",
            "1",
            "1234567",
            " 1234567 ",
            &"a".repeat(65),
            "request 1",
            "request_1",
            "réquest-1",
            "request#1",
        ] {
            assert_eq!(text.parse::<RequestId>(), Err(NotARequestId), "{text}");
        }
    }

    #[test]
    fn a_body_with_a_wrong_one_is_refused_with_what_to_send() {
        let why = serde_json::from_str::<RequestId>("\"1\"").unwrap_err().to_string();
        assert!(why.starts_with(&NotARequestId.to_string()), "{why}");
        let id = serde_json::from_str::<RequestId>("\" request-1\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"request-1\"");
    }

    #[test]
    fn the_same_request_of_another_makes_something_else() {
        let id: RequestId = "request-1".parse().unwrap();
        assert_eq!(id.of("ST01"), id.of("ST01"));
        assert_ne!(id.of("ST01"), id.of("ST02"));
        assert_eq!(id.of("ST01").len(), 32);
    }
}
