//! Names for things, each its own type so that one can never stand in for another.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use thiserror::Error;

/// The longest reference a council's file may carry.
pub const REFERENCE_LENGTH_MAX: usize = 40;

/// Why a text is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} is 1 to 40 letters, digits, dots, hyphens or underscores, such as {example}")]
pub struct NotAReference {
    what: &'static str,
    example: &'static str,
}

/// The first `bytes` of a digest, two upper-case hexadecimal digits each.
fn digits(digest: &[u8], bytes: usize) -> String {
    hex::encode_upper(digest.get(..bytes).unwrap_or(digest))
}

// Nearly all references are short enough to lie in the value itself: a statement copies a dozen for each of its lines.
macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $what:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "SmolStr", into = "SmolStr")]
        pub struct $name(SmolStr);

        impl $name {
            /// The reference as the council writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAReference;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let text = text.trim();
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                if text.is_empty() || text.len() > REFERENCE_LENGTH_MAX || !text.bytes().all(plain) {
                    return Err(NotAReference { what: $what, example: $example });
                }
                Ok(Self(SmolStr::new(text)))
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = NotAReference;

            fn try_from(text: SmolStr) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for SmolStr {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::schema::text($what, $example, Some(r"^[A-Za-z0-9._-]{1,40}$"))
            }
        }

        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

reference!(
    /// The council's reference for an organisation that is paid.
    ProviderRef, "A provider reference", "P1001"
);
reference!(
    /// The council's reference for a person at a provider.
    ContactRef, "A contact reference", "K2001"
);
reference!(
    /// The council's reference for an agreement under which a provider is paid.
    ContractRef, "A contract reference", "C3001"
);
reference!(
    /// The council's reference for a home, a zone or another service of a contract.
    ServiceRef, "A service reference", "S4001"
);
reference!(
    /// The council's reference for the adult who receives care, kept as text: leading zeros stay.
    SsRef, "An SSRef", "A272433"
);
reference!(
    /// The unique id of a care package line item.
    CpliId, "A CPLI id", "164628"
);
reference!(
    /// A sequence of payment periods that contracts share.
    CycleRef, "A cycle reference", "28DAY"
);
reference!(
    /// The council's reference for a manual adjustment.
    AdjustmentRef, "An adjustment reference", "ADJ501"
);
reference!(
    /// The council's reference for a suspension, cancellation or carrying forward.
    DirectiveRef, "A directive reference", "DIR601"
);
reference!(
    /// The council's reference for care beyond the plan that it agreed to.
    VariationRef, "A variation reference", "VAR701"
);
reference!(
    /// The council's reference for one of its own people.
    StaffRef, "A staff reference", "U9001"
);
reference!(
    /// The council's reference for a team that answers actions.
    TeamRef, "A team reference", "PAYMENTS"
);
reference!(
    /// The council's reference for a contract document.
    DocumentRef, "A document reference", "DOC801"
);
reference!(
    /// A provider's request to change its contacts; made by the portal, so that the same one sent twice is one.
    ChangeRequestRef, "A change request", "5F1C09A2B7D34E60"
);
reference!(
    /// One upload of a provider's actuals; it begins with the time, so that later ones sort later.
    BatchId, "An upload", "20261122T101500-4F1C"
);
reference!(
    /// One action; made from the request that raised it, so that the same request raises it once.
    ActionId, "An action", "5F1C09A2B7D34E60"
);
reference!(
    /// A key of a provider's software; made from the request that asked for it, so that the same request makes one.
    ApiKeyId, "The id of an API key", "5F1C09A2B7D34E60"
);
reference!(
    /// An address of a provider's software; made from the request that entered it.
    EndpointId, "The id of a webhook endpoint", "5F1C09A2B7D34E60"
);
reference!(
    /// One message to one address; it begins with the time, so that later ones sort later.
    DeliveryId, "The id of a webhook delivery", "20261122T101500000-5F1C09A2B7D34E60"
);
reference!(
    /// One payment item, unique over all statements; made from what the item is, so that it stays the same
    /// when the statement is computed again.
    ItemId, "An item id", "5F1C09A2B7D34E60"
);

impl DeliveryId {
    /// The name of what is told at `at`: of `parts`, to whom and what.
    pub fn of(at: DateTime<Utc>, parts: &[&str]) -> Self {
        let mark = digits(&Sha256::digest(parts.join("|")), 8);
        Self(format!("{}-{mark}", at.format("%Y%m%dT%H%M%S%3f")).into())
    }
}

impl ItemId {
    /// The name of the item that `parts`, one after the other, describe: 16 upper-case hexadecimal digits.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(digits(&hash.finalize(), 8).into())
    }
}

impl ActionId {
    /// The action that the request which `parts` describe raises: 20 upper-case hexadecimal digits.
    pub fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(digits(&hash.finalize(), 10).into())
    }
}

impl DocumentRef {
    /// The name of a document that `what` began: `D` and 16 hexadecimal digits.
    pub fn of(what: &str) -> Self {
        Self(format!("D{}", digits(&Sha256::digest(what), 8)).into())
    }
}

impl ChangeRequestRef {
    /// What was made from digits and letters.
    pub(crate) fn made(text: String) -> Self {
        Self(text.into())
    }
}

impl ApiKeyId {
    /// What was made from digits and letters.
    pub(crate) fn made(text: String) -> Self {
        Self(text.into())
    }
}

impl EndpointId {
    /// What was made from digits and letters.
    pub(crate) fn made(text: String) -> Self {
        Self(text.into())
    }
}

impl ContactRef {
    /// What was made from digits and letters.
    pub(crate) fn made(text: String) -> Self {
        Self(text.into())
    }
}

impl BatchId {
    /// The upload that began at `at`; `what` is the same only for the same upload.
    pub fn of(at: DateTime<Utc>, what: &[u8]) -> Self {
        let mark = digits(&Sha256::digest(what), 8);
        Self(format!("{}-{mark}", at.format("%Y%m%dT%H%M%S")).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_around_a_reference_are_forgiven() {
        assert_eq!(" A272433 ".parse::<SsRef>().unwrap().as_str(), "A272433");
    }

    #[test]
    fn leading_zeros_stay() {
        assert_eq!("000123".parse::<SsRef>().unwrap().to_string(), "000123");
    }

    #[test]
    fn what_could_not_be_part_of_a_key_or_a_file_name_is_refused() {
        for text in ["", "  ", "A#1", "A/1", "A 1", "Ä1", &"1".repeat(41)] {
            assert!(text.parse::<CpliId>().is_err(), "{text}");
        }
    }
}
